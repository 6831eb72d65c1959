"""What is known of a case's dates: ``sag.json`` first, the documents else (codebook, section 4.1).

A valid date in ``sag.json`` wins, and a text that contradicts it is a warning. A date there that does not exist counts
as missing, and the text is then not used instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from docscore.case import Kind
from docscore.checkpoints.months import Spells
from docscore.checkpoints.relevance import after_audit, audit_date, ledighedsydelse
from docscore.detect.rules import logic
from docscore.detect.rules.attestations import Attestation, find_attestations
from docscore.detect.rules.events import Mention, find_events
from docscore.detect.rules.logic import Period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docscore.case import Case
    from docscore.decision import Evidence

NAMES = {
    "forberedende_start": "påbegyndelsen af den forberedende del",
    "rehab_moede": "mødet i rehabiliteringsteamet",
    "orienteret": "borgerens orientering",
    "ledighedsydelse_start": "ledighedsydelsens begyndelse",
    "cv_jobnet": "cv'et på Jobnet",
    "revurdering_start": "revurderingens igangsættelse",
    "revurdering_slut": "revurderingens afslutning",
    "laege_265": "LÆ 265",
}
"""What the dates of ``sag.json`` are the dates of, in Danish."""


_PERIODS_WIN = "ledighedsydelse_start passer ikke til ledighedsydelse_perioder; perioderne er brugt. Ret sag.json."


@dataclass(frozen=True, slots=True)
class Known:
    """One date of a case.

    Attributes:
        period: the days it may be; None where nothing says.
        evidence: the sentence, where it was read from a document.
        warnings: contradictions, in Danish.
        invalid: ``sag.json`` gives it, and it does not exist.
        given: ``sag.json`` gives it.
        late: ``sag.json`` gives a day after the audit date, which counts as missing (our rule).
    """

    period: Period | None = None
    evidence: tuple[Evidence, ...] = ()
    warnings: tuple[str, ...] = ()
    invalid: bool = False
    given: bool = False
    late: bool = False

    @property
    def days(self) -> Period:
        """The period, or any day where nothing is known."""
        return self.period if self.period is not None else logic.ANY

    @property
    def day(self) -> date | None:
        """The day, where it is known to the day."""
        return None if self.period is None else self.period.day


@dataclass(frozen=True, slots=True)
class OnBenefit:
    """The periods on ledighedsydelse, if they began on the first or on the last day that is possible.

    The two are the same where the start is known to the day, and empty where nothing is known of it.
    """

    early: Spells
    late: Spells
    start: Known


class CaseDates:
    """The dates and attestations of one case, read from its documents once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._known: dict[str, Known] = {}

    @cached_property
    def _mentions(self) -> dict[str, list[Mention]]:
        return dict(find_events(self.case.documents))

    @cached_property
    def attestations(self) -> Sequence[Attestation]:
        """The attestations that are in the case or named in it."""
        return find_attestations(self.case.documents)

    @cached_property
    def has_preparatory_part(self) -> bool:
        """Whether the case holds a preparatory part with words in it."""
        from docscore.checkpoints.decide import has_words

        return any(d.kind is Kind.FORBEREDENDE_DEL and has_words(d) for d in self.case.documents)

    @cached_property
    def audit(self) -> date | None:
        """The audit date; never today's."""
        return audit_date(self.case)

    @cached_property
    def benefit(self) -> OnBenefit:
        """The periods on ledighedsydelse; the list in ``sag.json`` wins, else they are unbroken from the start."""
        start = self.known("ledighedsydelse_start")
        facts = self.case.facts
        if "ledighedsydelse_perioder" in facts.invalid:
            return OnBenefit((), (), Known(invalid=True, given=True))
        if facts.ledighedsydelse_perioder:
            spells = ledighedsydelse(self.case)
            warnings = start.warnings
            if start.given and start.day not in {begin for begin, _ in spells}:
                warnings += (_PERIODS_WIN,)
            return OnBenefit(spells, spells, Known(Period.of(spells[0][0]), warnings=warnings, given=True))
        if start.period is None:
            return OnBenefit((), (), start)
        return OnBenefit(((start.period.first, date.max),), ((start.period.last, date.max),), start)

    def known(self, name: str) -> Known:
        """A date by its name in ``sag.json``."""
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> Known:
        facts = self.case.facts
        if name in facts.invalid:
            return Known(invalid=True, given=True)
        given = facts.dates.get(name)
        if given is not None and after_audit(self.case, name):
            return Known(warnings=(_after_audit(name, given),), late=True)
        mentions = self._told(name)
        if given is not None:
            return Known(Period.of(given), warnings=self._contradicted(name, given, mentions), given=True)
        if not mentions:
            return Known()
        if name == "orienteret":
            first = min(mentions, key=lambda m: (m.period.first, m.period.last))
            return Known(logic.earliest(m.period for m in mentions), (first.evidence,))
        return _agreed(name, mentions)

    def _told(self, name: str) -> list[Mention]:
        """The mentions of a date; those that are the day of the meeting, with that day."""
        told: list[Mention] = []
        for mention in self._mentions.get(name, ()):
            if not mention.meeting:
                told.append(mention)
            elif (meeting := self.known("rehab_moede").period) is not None:
                told.append(Mention(meeting, mention.evidence))
        return told

    def _contradicted(self, name: str, given: date, mentions: Sequence[Mention]) -> tuple[str, ...]:
        if not mentions or any(given in mention.period for mention in mentions):
            return ()
        document = mentions[0].evidence.document_id
        return (
            f"datoen {name} i sag.json er {given.isoformat()}, men teksten i »{document}« angiver en anden dato for "
            f"{NAMES.get(name, name)}; sag.json er brugt. Kontrollér datoen.",
        )


def _after_audit(name: str, given: date) -> str:
    return (
        f"datoen {name} i sag.json er {given.isoformat()}, som er efter opgjort; den er ikke brugt. Ret {name} eller "
        "opgjort i sag.json."
    )


def _agreed(name: str, mentions: Sequence[Mention]) -> Known:
    """What several mentions of one date amount to: what they share, or all that they span where they disagree."""
    shared: Period | None = mentions[0].period
    for mention in mentions[1:]:
        if shared is not None:
            first, last = max(shared.first, mention.period.first), min(shared.last, mention.period.last)
            shared = Period(first, last) if first <= last else None
    narrowest = min(mentions, key=lambda m: m.period.last - m.period.first)
    if shared is not None:
        return Known(shared, (narrowest.evidence,))
    what = NAMES.get(name, name)
    # Two quotations say more than one where the dates differ.
    pair = next((a, b) for a, b in pairwise(sorted(mentions, key=_span)) if a.period != b.period)
    return Known(
        logic.hull(mention.period for mention in mentions),
        tuple(dict.fromkeys(mention.evidence for mention in pair)),
        (f"sagens dokumenter angiver forskellige datoer for {what}. Oplys {name} i sag.json.",),
    )


def _span(mention: Mention) -> tuple[date, date]:
    return mention.period.first, mention.period.last

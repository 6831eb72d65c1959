"""Medical attestations and other health information in a case: which, whether they came, when, and who asked.

An attestation may be a document of the case or be named in the preparatory part, the recommendation or a note, by its
form number ("LÆ 265") or its name ("lægeattest til rehabiliteringsteam"). ``attestations.toml`` holds the words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from docscore.case import Kind
from docscore.decision import Evidence
from docscore.detect.dates_in_text import PeriodMention, find_periods
from docscore.detect.rules.attestation_words import (
    State,
    attestation_data,
    denied_before,
    says_it_came,
    state_before,
    state_behind,
    words_of,
)
from docscore.detect.rules.events import phrases
from docscore.detect.rules.logic import Period
from docscore.detect.rules.units import Unit, units

if TYPE_CHECKING:
    from docscore.case import Document

JOURNAL = "journal"
"""The "form" of a hospital record or epikrise."""

UNKNOWN = ""
"""The "form" of an attestation that does not say which it is."""

_NAMING = frozenset({Kind.FORBEREDENDE_DEL, Kind.INDSTILLING, Kind.ANDET})
_HEAD = 700
_STATE_REACH = 90
_DATE_REACH = 60
_WHO_REACH = 300
_DATE_WORDS = 6
_NUMBER = r"(?:125|135|145|155|265|275)"
_FORM = re.compile(
    rf"(?<!\w)L(?:Æ|AE|A|E)\.?[ \t-]{{0,2}}(?:blanket )?(?P<first>{_NUMBER})(?!\d)"
    rf"(?P<more>(?:(?:/| og |, | \+ | samt )(?!L)(?:{_NUMBER})(?!\d)){{0,4}})"
    rf"|(?<!\w)(?:attest|blanket|lægeattest|lægeerkl\.?|lægeerklæring)(?:en)? (?P<other>{_NUMBER})(?!\d)",
    re.I,
)
_OF_ELSE = (("state", "requested"), ("state", "absent"), ("other", "words"))
_LETTER = re.compile(r"[^\W\d_]")
_JOIN = re.compile(r"[\s,+/&()]*(?:(?:og|samt|plus|\+)[\s,+/&()]*)?", re.I)


@dataclass(frozen=True, slots=True)
class Attestation:
    """One attestation, as a document of the case is one or names it.

    Attributes:
        form: its form number, :data:`JOURNAL` or :data:`UNKNOWN`.
        state: whether it came; a document of the case has.
        period: when it came, or else its own date; None where neither is known.
        document_kind: the kind of the document that says so.
        own: that document is the attestation itself.
        empty: that document has no words (a scan that could not be read).
        brought: the citizen or others had it made.
        municipality: the municipality asked for it; False only where others did.
        klinisk_funktion: it came through Klinisk Funktion; False where it is said that it did not.
        evidence: the statement, or the attestation's title.
    """

    form: str
    state: State
    period: Period | None
    document_kind: Kind | None
    own: bool
    empty: bool
    brought: bool
    municipality: bool | None
    klinisk_funktion: bool | None
    evidence: Evidence


@cache
def _named() -> re.Pattern[str]:
    """Any form by number or name; a name's group is ``f<form>``."""
    names = "|".join(f"(?P<f{form}>{phrases(words)})" for form, words in attestation_data()["names"].items())
    return re.compile(rf"{_FORM.pattern}|(?<!\w)(?:{names})(?!\w)", re.I)


@dataclass(frozen=True, slots=True)
class _Group:
    """Forms named in one breath ("LÆ 125 og 135"), with the words before and behind them."""

    forms: tuple[str, ...]
    start: int
    end: int


def find_attestations(documents: Iterable[Document]) -> list[Attestation]:
    """All attestations in the documents of a case, in their order.

    Args:
        documents: the documents, their kinds recognised.
    """
    found: list[Attestation] = []
    for document in documents:
        if document.kind is Kind.LAEGEATTEST or (document.kind is Kind.ANDET and _is_record(document)):
            found.append(_document(document))
        elif document.kind in _NAMING:
            for unit in units(document, _named()):
                if not unit.prompt or find_periods(unit.said, reference=document.date):
                    found += _mentions(document, unit)
    return found


def _is_record(document: Document) -> bool:
    """Whether a document of no other kind is a hospital's record, by its first line."""
    end = document.text.find("\n", document.start + 1, document.end)
    title = document.text[document.start : end if end > 0 else document.end][:120]
    match = _named().search(title)
    return match is not None and match.lastgroup == f"f{JOURNAL}" and match.start() < 40


def _forms(match: re.Match[str]) -> tuple[str, ...]:
    if match["first"]:
        return (match["first"], *re.findall(_NUMBER, match["more"]))
    return (match["other"] or str(match.lastgroup)[1:],)


def _document(document: Document) -> Attestation:
    """An attestation that is a document of the case; its file name is a hint where it does not say its form."""
    head_end = min(document.end, document.start + _HEAD)
    match = _named().search(document.text, document.start, head_end)
    first = _LETTER.search(document.text, document.start, document.end)
    form, evidence = UNKNOWN, _line(document, document.start if first is None else first.start())
    if match is not None:
        form, evidence = _forms(match)[0], _line(document, match.start())
    elif first is not None and document.file and (hint := _FORM.search(document.file.replace("_", " "))):
        form = _forms(hint)[0]
    period = None if document.date is None else Period.of(document.date)
    municipality: bool | None = None
    brought = False
    for unit in units(document, words_of("stamp", "received")):
        for mention in find_periods(unit.said, reference=document.date):
            if words_of("stamp", "received").search(unit.said[: mention.start]) and mention.start < _STATE_REACH:
                period = mention.period
    for unit in units(document, words_of("stamp", "asked")):
        brought = brought or words_of("who", "brought").search(unit.said) is not None
        if words_of("who", "agent").search(unit.said):
            municipality = True
    return Attestation(
        form=form,
        state=State.RECEIVED,
        period=period,
        document_kind=document.kind,
        own=True,
        empty=first is None,
        brought=brought,
        municipality=False if brought else municipality,
        klinisk_funktion=_klinisk_funktion(document.body),
        evidence=evidence,
    )


def _klinisk_funktion(said: str) -> bool | None:
    if words_of("who", "outside").search(said):
        return False
    return True if words_of("who", "inside").search(said) else None


def _line(document: Document, at: int) -> Evidence:
    start = max(document.start, document.text.rfind("\n", document.start, at) + 1)
    end = document.text.find("\n", at, document.end)
    end = document.end if end < 0 else end
    while start < end - 1 and document.text[start].isspace():
        start += 1
    while end > start + 1 and document.text[end - 1].isspace():
        end -= 1
    return Evidence(start, end, document.text[start:end], document.document_id)


def _mentions(document: Document, unit: Unit) -> Iterator[Attestation]:
    """The attestations that a statement names."""
    said = unit.said
    groups = _groups(said)
    if not groups:
        return
    dates = find_periods(said, reference=document.date)
    begins = [mention.start for mention in dates]
    prefix = said[max(0, groups[0].start - _WHO_REACH) : groups[0].start]
    through, quote = _klinisk_funktion(said), unit.quote(document)
    for number, group in enumerate(groups):
        stop = groups[number + 1].start if number + 1 < len(groups) else len(said)
        behind = said[group.end : stop]
        mine = dates[bisect_left(begins, group.end) : bisect_left(begins, stop)]
        period, dated_at = _date_behind(said, group.end, stop, mine)
        words = said[max(0, group.start - _STATE_REACH) : group.start]
        state = state_behind(behind[: min(_STATE_REACH, dated_at)]) or state_before(prefix[-_STATE_REACH:])
        if denied_before(words):
            state = State.ABSENT  # "ingen LÆ 265 i sagen"
        if period is None and number == 0:
            period = _date_before(said, group.start, dates)
        if state is None:
            # A form with a date, or in a list of what there is, is there; a form that is only named may be anything.
            listed = unit.under and words_of("state", "listed").search(unit.under)
            state = State.RECEIVED if period is not None or listed else State.NAMED
            if unit.heading and period is None:
                continue  # a heading is no content
        own_words = prefix + behind[:_WHO_REACH]
        municipality = bool(words_of("who", "municipality").search(own_words)) or None
        brought = words_of("who", "brought").search(own_words) is not None
        for form in group.forms:
            yield Attestation(
                form=form,
                state=state,
                period=period,
                document_kind=document.kind,
                own=False,
                empty=False,
                brought=brought,
                municipality=False if brought else municipality,
                klinisk_funktion=True if form == "275" else through,
                evidence=quote,
            )


def _groups(said: str) -> list[_Group]:
    groups: list[_Group] = []
    for match in _named().finditer(said):
        forms = _forms(match)
        last = groups[-1] if groups else None
        if last is not None and _JOIN.fullmatch(said, last.end, match.start()):
            groups[-1] = _Group(tuple(dict.fromkeys(last.forms + forms)), last.start, match.end())
        elif last is not None and match.start() - last.end < 4 and said[last.end : match.start()].strip() in ("(", ""):
            # "statusattest (LÆ 125)" is one attestation under two names.
            groups[-1] = _Group(tuple(dict.fromkeys(last.forms + forms)), last.start, match.end())
        else:
            groups.append(_Group(forms, match.start(), match.end()))
    return groups


def _date_behind(said: str, start: int, stop: int, dates: list[PeriodMention]) -> tuple[Period | None, int]:
    """The date behind a form, when it came or else its own, and how far behind the form's own date stands."""
    own: Period | None = None
    at = _STATE_REACH
    left_from = start
    for mention in dates:
        if mention.end > stop:
            break
        left, left_from = said[left_from : mention.start], mention.end
        if says_it_came(left):
            return mention.period, _STATE_REACH
        if any(words_of(*name).search(left) for name in _OF_ELSE):
            continue
        if own is None and mention.start - start <= _DATE_REACH and len(left.split()) <= _DATE_WORDS:
            own = mention.period
            # What stands behind its own date tells what is in it ("LÆ 265 af 21. juni: opereret uden held").
            at = mention.end - start
            if re.search(r"[^\w]{1,3}(?:modt|rek|bes|rykk)", said[mention.end : mention.end + 30], re.I):
                at = _STATE_REACH
    return own, at


def _date_before(said: str, stop: int, dates: list[PeriodMention]) -> Period | None:
    """ "Den 20/4 modtog vi LÆ 265": a date before the form, of its coming."""
    before = [mention for mention in dates if mention.end <= stop]
    if not before:
        return None
    left, right = said[: before[-1].start][-_DATE_REACH:], said[before[-1].end : stop]
    if words_of("state", "requested").search(right) or any(
        words_of("other", "words").search(part) for part in (left, right)
    ):
        return None
    if words_of("state", "received").search(right):
        return before[-1].period
    came = [match.start() for match in words_of("state", "received").finditer(left)]
    asked = [match.start() for match in words_of("state", "requested").finditer(left)]
    return before[-1].period if max(came, default=-1) > max(asked, default=-1) else None

"""The rules for medical attestations and other health information (codebook, section 4.1).

An attestation that is in the case, or is named as received, came on the day that is stated; where only its own date is
known, that day stands for it. "Efter påbegyndelsen" is a later day than the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docscore.case import Kind
from docscore.checkpoints import reasons
from docscore.decision import Finding, Method
from docscore.detect.rules import logic
from docscore.detect.rules.attestation_words import State
from docscore.detect.rules.attestations import JOURNAL, UNKNOWN, Attestation
from docscore.detect.rules.limits import decided, missing
from docscore.detect.rules.logic import Period, Truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docscore.decision import Value
    from docscore.detect.rules.known import CaseDates

OTHER_FORMS = frozenset({"125", "135", "145", JOURNAL})
"""What counts as other health information; LÆ 155, 265 and 275 have checkpoints of their own."""


def laege_265(dates: CaseDates) -> Finding:
    """``fd.laege_265``: received after the start and no later than the day before the meeting.

    Named as received in the preparatory part is enough when no date contradicts.
    """
    start, meeting, given = dates.known("forberedende_start"), dates.known("rehab_moede"), dates.known("laege_265")
    there = _of(dates, {"265"})
    named = [one for one in there if one.document_kind is Kind.FORBEREDENDE_DEL and not one.own]
    if given.invalid:
        return _unknown(reasons.date_invalid("laege_265"))
    if given.late:
        return _unknown(reasons.date_after_audit("laege_265"), given.warnings)

    def timely(period: Period | None) -> Truth:
        days = period or logic.ANY
        return logic.both(logic.before(start.days, days), logic.before(days, meeting.days))

    if given.period is not None:
        warnings = _contradictions(given.period, there)
        answer = timely(given.period)
        if answer is None and named:
            return _answer(True, named[:1], warnings=warnings)
        if answer is None:
            return _unknown(missing(dates, "rehab_moede", "forberedende_start"), warnings)
        finding = decided(answer, start, meeting, value=str(given.day))
        return _with(finding, warnings)
    answers = [timely(one.period) for one in there]
    for one, answer in zip(there, answers, strict=True):
        if answer:
            return _answer(True, [one], value=_iso(one))
    undecided = [one for one, answer in zip(there, answers, strict=True) if answer is None]
    in_part = [one for one in undecided if one in named]
    if in_part:
        return _answer(True, sorted(in_part, key=_weak)[:1], value=_iso(in_part[0]))
    if undecided:
        dated = any(one.period is not None for one in undecided)
        return _unknown(
            missing(dates, "rehab_moede", "forberedende_start") if dated else reasons.date_missing("laege_265")
        )
    if there:
        return _answer(False, there[:1])
    return _absent(dates, {"265"})


def laege_155(dates: CaseDates) -> Finding:
    """``fd.laege_155_udenom_kf``: obtained by the municipality after the start, outside Klinisk Funktion: a breach."""
    start = dates.known("forberedende_start")
    open_questions: list[str] = []
    for one in _of(dates, {"155"}):
        if one.brought or one.klinisk_funktion:
            continue
        # What is only named may have been anybody's, long ago; what is there was asked for by somebody.
        asked = False if one.state is State.NAMED and not one.municipality else one.municipality
        after = logic.before(start.days, one.period or logic.ANY)
        breach = logic.both(asked, after)
        if breach:
            # That it went outside Klinisk Funktion is said, or is what asking a specialist directly amounts to.
            return _answer(True, [one], value=_iso(one), review=one.klinisk_funktion is None)
        if breach is None:
            unsaid = asked is None and after is not False
            period_missing = one.period is None
            open_questions.append(
                reasons.WHO_ASKED
                if unsaid
                else reasons.date_missing("laege_155")
                if period_missing
                else missing(dates, "forberedende_start")
            )
    if open_questions:
        return _unknown(open_questions[0])
    return _absent(dates, {"155"}, quote=False)


def laege_275(dates: CaseDates) -> Finding:
    """``fd.laege_275``: received; asked for is not enough."""
    there = _of(dates, {"275"})
    if there and there[0].state is State.RECEIVED:
        return _answer(True, there[:1], value=_iso(there[0]))
    return _answer(False, there[:1]) if there else _absent(dates, {"275"})


def other_health_information(dates: CaseDates) -> Finding:
    """``fd.andre_helbredsoplysninger``: LÆ 125, 135, 145, hospital records and epikriser dated after the start."""
    start = dates.known("forberedende_start")
    there = [one for one in _of(dates, OTHER_FORMS) if one.state is State.RECEIVED]
    answers = [logic.before(start.days, one.period or logic.ANY) for one in there]
    for one, answer in zip(there, answers, strict=True):
        if answer:
            return _answer(True, [one], value=_iso(one))
    if None in answers:
        if start.period is None:
            return _unknown(missing(dates, "forberedende_start"))
        dated = any(one.period is not None for one, answer in zip(there, answers, strict=True) if answer is None)
        return _unknown((reasons.date_inexact if dated else reasons.date_missing)("helbredsoplysning"))
    if there:
        return _answer(False, there[:1])
    return _absent(dates, OTHER_FORMS)


def _of(dates: CaseDates, forms: set[str] | frozenset[str]) -> list[Attestation]:
    """The attestations of these forms that are there; those that are only named come last."""
    there = [one for one in dates.attestations if one.form in forms and one.state in (State.RECEIVED, State.NAMED)]
    return sorted(there, key=_weak)


def _weak(one: Attestation) -> bool:
    return one.state is State.NAMED


def _absent(dates: CaseDates, forms: set[str] | frozenset[str], quote: bool = True) -> Finding:
    """No attestation of these forms is there: a no where the preparatory part is, else it cannot be told."""
    said = [one for one in dates.attestations if one.form in forms and one.state in (State.ABSENT, State.REQUESTED)]
    nameless = [one for one in dates.attestations if one.own and one.form == UNKNOWN]
    if nameless:
        return _unknown(reasons.EMPTY if all(one.empty for one in nameless) else reasons.FORM_UNKNOWN)
    if not dates.has_preparatory_part:
        return _unknown(reasons.MISSING)
    return _answer(False, said[:1] if quote else [])


def _iso(one: Attestation) -> str | None:
    day = None if one.period is None else one.period.day
    return None if day is None else day.isoformat()


def _contradictions(given: Period, there: Sequence[Attestation]) -> tuple[str, ...]:
    """A warning where the documents date the attestation otherwise than ``sag.json``."""
    dated = [one.period for one in there if one.period is not None]
    day = given.first
    if not dated or any(day in period for period in dated):
        return ()
    # An attestation is dated before it comes in, so an earlier own date is no contradiction.
    if any(period.last <= day for period in dated) and not any(period.first > day for period in dated):
        return ()
    where = next(one for one in there if one.period is not None).evidence.document_id
    return (
        f"datoen laege_265 i sag.json er {day.isoformat()}, men teksten i »{where}« angiver en senere dato for LÆ 265; "
        "sag.json er brugt. Kontrollér datoen.",
    )


def _answer(
    answer: bool,
    quoted: Sequence[Attestation],
    value: Value = None,
    review: bool | None = None,
    warnings: tuple[str, ...] = (),
) -> Finding:
    if review is None:
        review = bool(quoted) and quoted[0].state is State.NAMED
    return Finding(
        answer,
        Method.REGEL,
        value=value,
        review=review,
        evidence=tuple(one.evidence for one in quoted),
        warnings=warnings,
    )


def _with(finding: Finding, warnings: tuple[str, ...]) -> Finding:
    from dataclasses import replace

    return replace(finding, warnings=(*finding.warnings, *warnings))


def _unknown(reason: str, warnings: tuple[str, ...] = ()) -> Finding:
    return Finding(None, Method.REGEL, reason=reason, warnings=warnings)

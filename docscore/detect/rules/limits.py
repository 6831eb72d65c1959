"""The rules for dates: measured days and time limits (codebook, section 4.1).

Each rule returns one :class:`~docscore.decision.Finding`. A limit is decided where every day that a date may be gives
the same answer; a number needs both days.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from docscore.case import Kind
from docscore.checkpoints import reasons
from docscore.checkpoints.catalogue import Population
from docscore.checkpoints.months import add_days, add_months
from docscore.checkpoints.relevance import NEW_CONTACT_RULES, months_on_ledighedsydelse
from docscore.decision import Finding, Method
from docscore.detect.rules import logic
from docscore.detect.rules.held import held_meetings
from docscore.detect.rules.known import Known
from docscore.detect.rules.logic import Period

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docscore.case import Document
    from docscore.decision import Evidence, Value
    from docscore.detect.rules.known import CaseDates

WEEKS_3 = 21
"""Days within which the cv is to be on Jobnet (Fokusrevision 2021, chapter 5.1)."""

MEETINGS, MEETING_MONTHS = 4, 6
BEGIN_FROM, BEGIN_BY, END_BY = 10, 12, 18
"""Months on ledighedsydelse from and by which a revurdering is begun, and by which it is finished."""


def unknown(reason: str, *known: Known) -> Finding:
    """A finding that cannot tell."""
    return Finding(None, Method.DATO, reason=reason, warnings=_warnings(known))


def irrelevant(population: Population, *known: Known) -> Finding:
    """A finding that the checkpoint does not concern the case, by dates read from its documents."""
    return Finding(None, Method.DATO, reason=reasons.IRRELEVANT[population], applies=False, warnings=_warnings(known))


def decided(answer: bool, *known: Known, value: Value = None, evidence: tuple[Evidence, ...] = ()) -> Finding:
    """A finding with the sentences that its dates were read from."""
    quotes = tuple(dict.fromkeys([quote for one in known for quote in one.evidence] + list(evidence)))
    return Finding(answer, Method.DATO, value=value, evidence=quotes, warnings=_warnings(known))


def _warnings(known: tuple[Known, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(warning for one in known for warning in one.warnings))


def missing(dates: CaseDates, *names: str) -> str:
    """Why dates cannot be used, naming the first that stops the rule."""
    known = [dates.benefit.start if name == "ledighedsydelse_start" else dates.known(name) for name in names]
    for name, one in zip(names, known, strict=True):
        if one.invalid:
            return reasons.date_invalid(name)
    for name, one in zip(names, known, strict=True):
        if one.period is None:
            return reasons.date_after_audit(name) if one.late else reasons.date_missing(name)
    return next(
        (reasons.date_inexact(name) for name, one in zip(names, known, strict=True) if one.day is None),
        reasons.date_inexact(names[-1]),
    )


def days_between(dates: CaseDates, first: str, last: str) -> Finding:
    """Whole days from one date to another: a number, never a shortfall."""
    begun, ended = dates.known(first), dates.known(last)
    if begun.day is None or ended.day is None:
        return unknown(missing(dates, first, last), begun, ended)
    days = (ended.day - begun.day).days
    if days < 0:
        problem = (
            f"datoen {last} ({ended.day.isoformat()}) ligger før {first} ({begun.day.isoformat()}), så antallet af "
            "dage er negativt og er ikke brugt. Ret datoerne i sag.json eller dokumenterne."
        )
        return Finding(
            None, Method.DATO, reason=reasons.NEGATIVE_DAYS, warnings=_warnings((begun, ended)), problems=(problem,)
        )
    return decided(True, begun, ended, value=days)


def cv_on_jobnet(dates: CaseDates) -> Finding:
    """``ly.cv_jobnet_3_uger``: registered and open to employers no later than the 21st day; earlier counts."""
    cv, start = dates.known("cv_jobnet"), dates.benefit.start
    if cv.period is None or start.period is None:
        return unknown(missing(dates, "ledighedsydelse_start", "cv_jobnet"), cv, start)
    if cv.period.last <= add_days(start.period.first, WEEKS_3):
        answer = True
    elif cv.period.first > add_days(start.period.last, WEEKS_3):
        answer = False
    else:
        return unknown(missing(dates, "cv_jobnet", "ledighedsydelse_start"), cv, start)
    return decided(answer, start, cv, value=_iso(cv))


def four_meetings(dates: CaseDates) -> Finding:
    """``js.fire_samtaler_6_mdr``: at least four held from the start day to the day before the day six months later."""
    facts, start = dates.case.facts, dates.benefit.start
    if start.period is None:
        return unknown(missing(dates, "ledighedsydelse_start"), start)
    first, last = start.period.first, start.period.last
    if last < NEW_CONTACT_RULES:
        return irrelevant(Population.LY_FRA_2020, start)
    if first < NEW_CONTACT_RULES:
        return unknown(reasons.date_inexact("ledighedsydelse_start"), start)
    end, last_end = add_months(first, MEETING_MONTHS), add_months(last, MEETING_MONTHS)
    shown = {day: quote for day, quote in held_meetings(dates.case.documents).items() if first <= day < last_end}
    warnings: tuple[str, ...] = ()
    if facts.jobsamtaler is not None:
        held = set(facts.jobsamtaler)
        warnings = _unlisted(held, shown)
        shown = {}
    elif "jobsamtaler" in facts.invalid:
        return unknown(reasons.date_invalid("jobsamtaler"), start)
    else:
        held = set(shown)
    audit = dates.audit
    held = {day for day in held if audit is None or day <= audit}  # a later one is planned, not held
    certain = sorted(day for day in held if last <= day < end)
    start = replace(start, warnings=start.warnings + warnings)
    if len(certain) >= MEETINGS:
        return decided(True, start, value=len(certain), evidence=tuple(shown[day] for day in certain if day in shown))
    if audit is None or audit < last_end:
        return unknown(reasons.SIX_MONTHS_RUNNING, start)
    if "jobsamtaler" in facts.invalid:
        return unknown(reasons.date_invalid("jobsamtaler"), start)
    if facts.jobsamtaler is None:
        return unknown(reasons.MEETINGS_UNKNOWN, start)
    if sum(first <= day < last_end for day in held) >= MEETINGS:
        return unknown(reasons.date_inexact("ledighedsydelse_start"), start)
    return decided(False, start, value=len(certain))


def _unlisted(listed: set[date], shown: Mapping[date, Evidence]) -> tuple[str, ...]:
    """A warning where a document tells of a meeting that the list, complete when given, does not hold."""
    extra = sorted(set(shown) - listed)
    if not extra:
        return ()
    return (
        f"jobsamtaler i sag.json nævner ikke samtalen den {extra[0].isoformat()}, som »{shown[extra[0]].document_id}« "
        "handler om; listen i sag.json er brugt. Kontrollér den.",
    )


def revurdering_begun(dates: CaseDates) -> Finding:
    """``rv.igangsat_rettidigt``: begun from 10 up to and including 12 months on ledighedsydelse."""
    benefit, begun = dates.benefit, dates.known("revurdering_start")
    if not begun.given and begun.period is None and _not_yet(dates, BEGIN_BY):
        return irrelevant(Population.LY_12_MDR, benefit.start)
    period: Period | None = begun.period
    sources: tuple[Known, ...] = (begun,)
    if period is None and not (begun.invalid or begun.late):
        # What is finished was begun: the end, or the account's own date, is the last day that it can be.
        ended = dates.known("revurdering_slut")
        by = [ended.period.last] if ended.period is not None else []
        by += [document.date for document in _accounts(dates) if document.date is not None]
        period = Period(date.min, min(by)) if by else None
        sources = (begun, ended)
    if not benefit.early or period is None:
        return unknown(missing(dates, "ledighedsydelse_start", "revurdering_start"), benefit.start, *sources)
    begins = [months_on_ledighedsydelse(spells, BEGIN_FROM) for spells in (benefit.early, benefit.late)]
    ends = [months_on_ledighedsydelse(spells, BEGIN_BY) for spells in (benefit.early, benefit.late)]
    answer = _in_time(period, begins, ends)
    if answer is None:
        return unknown(missing(dates, "revurdering_start", "ledighedsydelse_start"), benefit.start, *sources)
    return decided(answer, benefit.start, *sources, value=_iso(begun))


def revurdering_finished(dates: CaseDates) -> Finding:
    """``rv.afsluttet_rettidigt``: finished up to and including 18 months on ledighedsydelse."""
    benefit, ended = dates.benefit, dates.known("revurdering_slut")
    if not ended.given and ended.period is None and _not_yet(dates, END_BY):
        return irrelevant(Population.LY_18_MDR, benefit.start)
    period: Period | None = ended.period
    sources: tuple[Known, ...] = (ended,)
    if period is None and not (ended.invalid or ended.late):
        # It cannot be finished before it is begun.
        begun = dates.known("revurdering_start")
        period = Period(begun.period.first, date.max) if begun.period is not None else None
        sources = (ended, begun)
    if not benefit.early or period is None:
        return unknown(missing(dates, "ledighedsydelse_start", "revurdering_slut"), benefit.start, *sources)
    ends = [months_on_ledighedsydelse(spells, END_BY) for spells in (benefit.early, benefit.late)]
    answer = _in_time(period, [date.min, date.min], ends)
    if answer is None:
        return unknown(missing(dates, "revurdering_slut", "ledighedsydelse_start"), benefit.start, *sources)
    return decided(answer, benefit.start, *sources, value=_iso(ended))


def _in_time(period: Period, begins: list[date], ends: list[date]) -> logic.Truth:
    """Whether a period lies within limits that are themselves known to lie between two days each."""
    if max(begins) <= period.first and period.last <= min(ends):
        return True
    return False if period.last < min(begins) or period.first > max(ends) else None


def _iso(known: Known) -> str | None:
    return None if known.day is None else known.day.isoformat()


def _accounts(dates: CaseDates) -> list[Document]:
    return [document for document in dates.case.documents if document.kind is Kind.REVURDERING]


def _not_yet(dates: CaseDates, months: int) -> bool:
    """Whether so many months on ledighedsydelse are known not to have passed, and no account says otherwise."""
    audit, spells = dates.audit, dates.benefit.early
    return (
        audit is not None
        and bool(spells)
        and not _accounts(dates)
        and audit < months_on_ledighedsydelse(spells, months)
    )

"""Whether a checkpoint applies to a case (codebook, sections 4 and 4.1).

Only what is known makes a checkpoint ``ikke_relevant``: an unknown condition leaves it in, so that a
missing date or an unsupported question never hides a requirement.
"""

from __future__ import annotations

import calendar
from datetime import date
from typing import TYPE_CHECKING

from docscore.case import CaseStatus, Kind
from docscore.checkpoints import reasons
from docscore.checkpoints.catalogue import Population
from docscore.decision import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docscore.case import Case
    from docscore.checkpoints.catalogue import Checkpoint

NEW_CONTACT_RULES = date(2020, 1, 1)
"""From here on: four jobsamtaler in the first six months (Fokusrevision 2021, chapter 5)."""

_LY = frozenset(
    {Population.LY, Population.LY_TILBUD, Population.LY_FRA_2020, Population.LY_12_MDR, Population.LY_18_MDR}
)
_FJ = frozenset({Population.FJ, Population.FJ_2_5_AAR})


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later; a day that does not exist becomes the month's last.

    >>> add_months(date(2019, 8, 31), 18)
    datetime.date(2021, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:  # registers write 9999-12-31 for "open"
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def audit_date(case: Case) -> date | None:
    """``opgjort`` where given, else the newest date in the case; never today's (codebook, section 4.1)."""
    facts = case.facts
    if (opgjort := facts.dates.get("opgjort")) is not None:
        return opgjort
    known = [document.date for document in case.documents if document.date is not None]
    known += [*facts.dates.values(), *(facts.jobsamtaler or ())]
    for first, last in facts.ledighedsydelse_perioder or ():
        known += [first] if last is None else [first, last]
    return max(known, default=None)


def irrelevance(checkpoint: Checkpoint, case: Case, answers: Mapping[str, Status]) -> str | None:
    """Why a checkpoint does not apply to a case.

    Args:
        checkpoint: the checkpoint.
        case: the case; without a status nothing is excluded by status.
        answers: the decisions made so far, by checkpoint id. The catalogue's order puts a condition
            before what depends on it.

    Returns:
        A Danish reason for ``ikke_relevant``, or None where the checkpoint applies or may apply.
    """
    if checkpoint.id in case.facts.frikommune:
        return reasons.EXEMPT
    population, status = checkpoint.population, case.facts.status
    if status is CaseStatus.FLEKSJOB and population in _LY:
        return reasons.ONLY_LY
    if status is CaseStatus.LEDIGHEDSYDELSE and population in _FJ:
        return reasons.ONLY_FJ
    return reasons.IRRELEVANT[population] if _outside(population, case, answers) else None


def _outside(population: Population, case: Case, answers: Mapping[str, Status]) -> bool:
    """Whether the case is known to be outside a population that more than its status defines."""
    match population:
        case Population.UDEN_KONKRET_FLEKSJOB:
            # The field is asked for itself: an exempted checkpoint has no answer to go by.
            agreed = answers.get("ind.konkret_fleksjob") is Status.DOKUMENTERET
            return agreed or case.facts.fields.get("konkret_fleksjob") is True
        case Population.ESTIMAT_FOR_UDVIKLING:
            return answers.get("ind.progression") is Status.IKKE_DOKUMENTERET
        case Population.PARAGRAF_116_STK_2:
            return answers.get("ind.paragraf_116_stk_2") is Status.IKKE_DOKUMENTERET
        case Population.LY_TILBUD:
            return answers.get("mp.indsatser") is Status.IKKE_DOKUMENTERET
        case _:
            return _outside_by_date(population, case)


def _outside_by_date(population: Population, case: Case) -> bool:
    """The populations that dates define; False wherever a date that is needed is not known."""
    dates = case.facts.dates
    begun = _ledighedsydelse_start(case)
    match population:
        case Population.LY_FRA_2020:
            return begun is not None and begun < NEW_CONTACT_RULES
        case Population.LY_12_MDR:
            return "revurdering_start" not in dates and _not_yet(begun, 12, case)
        case Population.LY_18_MDR:
            return "revurdering_slut" not in dates and _not_yet(begun, 18, case)
        case Population.REVURDERING_FORETAGET:
            made = "revurdering_start" in dates or "revurdering_slut" in dates
            return not made and not _has_revurdering(case)
        case Population.FJ_2_5_AAR:
            return _under_2_5_years(case)
        case _:
            return False


def _under_2_5_years(case: Case) -> bool:
    """Whether the citizen is known to have been in fleksjob for less than 2,5 years at the audit date.

    Without a status the rule is left aside: the document, where there is one, is decided (contract).
    """
    if case.facts.status is None:
        return False
    start = case.facts.dates.get("fleksjob_start", case.facts.dates.get("visitation"))
    today = audit_date(case)
    return start is not None and today is not None and today < add_months(start, 30)


def _not_yet(begun: date | None, months: int, case: Case) -> bool:
    """Whether so many months on ledighedsydelse cannot have passed by the audit date.

    Interruptions only make the sum smaller, so the first day is enough for this answer. A revurdering
    among the documents says that something was begun, whatever the dates.
    """
    today = audit_date(case)
    if begun is None or today is None or _has_revurdering(case):
        return False
    return today < add_months(begun, months)


def _ledighedsydelse_start(case: Case) -> date | None:
    """The first known day on ledighedsydelse; the list of periods wins (codebook, section 4.1)."""
    if case.facts.ledighedsydelse_perioder:
        return min(first for first, _ in case.facts.ledighedsydelse_perioder)
    return case.facts.dates.get("ledighedsydelse_start")


def _has_revurdering(case: Case) -> bool:
    return any(document.kind is Kind.REVURDERING for document in case.documents)

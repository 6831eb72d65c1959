"""Whether a checkpoint applies to a case (codebook, sections 4 and 4.1).

Only what is known makes a checkpoint ``ikke_relevant``: an unknown condition leaves it in, so that a
missing date or an unsupported question never hides a requirement.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from docscore.case import CaseStatus, Kind
from docscore.checkpoints import reasons
from docscore.checkpoints.catalogue import Population
from docscore.checkpoints.months import Spells, add_months, anchor_of, received, spells_of
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


def after_audit(case: Case, name: str) -> bool:
    """Whether ``sag.json`` gives a day later than the ``opgjort`` that it gives: a plan or a slip, and no event yet."""
    day, opgjort = case.facts.dates.get(name), case.facts.dates.get("opgjort")
    return day is not None and opgjort is not None and day > opgjort


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
    begun = _ledighedsydelse_start(case)
    match population:
        case Population.LY_FRA_2020:
            return begun is not None and begun < NEW_CONTACT_RULES
        case Population.LY_12_MDR:
            return not _stated(case, "revurdering_start") and _not_yet(case, 12)
        case Population.LY_18_MDR:
            return not _stated(case, "revurdering_slut") and _not_yet(case, 18)
        case Population.REVURDERING_FORETAGET:
            dates = case.facts.dates
            made = [name for name in ("revurdering_start", "revurdering_slut") if name in dates]
            return all(after_audit(case, name) for name in made) and not _has_revurdering(case)
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


def _stated(case: Case, name: str) -> bool:
    """Whether ``sag.json`` gives the date, be it one that does not exist: something was begun or finished."""
    facts = case.facts
    return name in facts.invalid or (name in facts.dates and not after_audit(case, name))


def _not_yet(case: Case, months: int) -> bool:
    """Whether so many months on ledighedsydelse are known not to have passed by the audit date.

    A revurdering among the documents says that something was begun, whatever the dates.
    """
    today, spells = audit_date(case), ledighedsydelse(case)
    if today is None or not spells or _has_revurdering(case):
        return False
    return today < months_on_ledighedsydelse(spells, months)


def months_on_ledighedsydelse(spells: Spells, months: int) -> date:
    """The day on which so many months on ledighedsydelse have gone that call for a revurdering.

    Returns:
        The day, or ``date.max`` where the spells end before.
    """
    anchor = anchor_of(spells)
    return date.max if anchor is None else received(spells, anchor, months)


def ledighedsydelse(case: Case) -> Spells:
    """The periods on ledighedsydelse by ``sag.json``: the list wins, else unbroken from the start; empty if unknown."""
    facts = case.facts
    if "ledighedsydelse_perioder" in facts.invalid:
        return ()
    if facts.ledighedsydelse_perioder:
        return spells_of(facts.ledighedsydelse_perioder)
    start = facts.dates.get("ledighedsydelse_start")
    return () if start is None else ((start, date.max),)


def _ledighedsydelse_start(case: Case) -> date | None:
    """The first known day on ledighedsydelse; the list of periods wins (codebook, section 4.1)."""
    spells = ledighedsydelse(case)
    return spells[0][0] if spells else None


def _has_revurdering(case: Case) -> bool:
    return any(document.kind is Kind.REVURDERING for document in case.documents)

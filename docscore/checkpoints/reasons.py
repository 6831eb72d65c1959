"""Why a decision is ``kan_ikke_vurderes`` or ``ikke_relevant``: the Danish reasons and their English."""

from __future__ import annotations

from docscore.checkpoints.catalogue import FIELDS, Population

UNSUPPORTED = "ikke understøttet endnu"
MISSING = "dokumentet mangler"
EMPTY = "dokumentet er tomt"
EXEMPT = "sagen er fritaget (frikommune)"
ONLY_LY = "gælder kun borgere på ledighedsydelse"
ONLY_FJ = "gælder kun borgere i fleksjob"

IRRELEVANT: dict[Population, str] = {
    Population.UDEN_KONKRET_FLEKSJOB: "der er aftalt et konkret fleksjob",
    Population.ESTIMAT_FOR_UDVIKLING: "indstillingen har intet estimat for udviklingen",
    Population.PARAGRAF_116_STK_2: "borgeren er ikke visiteret efter LAB § 116, stk. 2",
    Population.LY_TILBUD: "Min Plan har ingen aftalt indsats",
    Population.LY_FRA_2020: "ledighedsydelsen begyndte før 1. januar 2020",
    Population.LY_12_MDR: "mindre end 12 måneder på ledighedsydelse",
    Population.LY_18_MDR: "mindre end 18 måneder på ledighedsydelse",
    Population.REVURDERING_FORETAGET: "sagen har ingen revurdering",
    Population.FJ_2_5_AAR: "mindre end 2,5 år i fleksjob",
}
"""Why a case falls outside a population that more than its status defines."""


def field_missing(field: str) -> str:
    """The reason of a checkpoint that only a field can decide, when the field is not given."""
    return f"feltet {field} er ikke oplyst i sag.json"


_ENGLISH: dict[str, str] = {
    UNSUPPORTED: "not supported yet",
    MISSING: "the document is missing",
    EMPTY: "the document is empty",
    EXEMPT: "the case is exempt (frikommune)",
    ONLY_LY: "concerns citizens on ledighedsydelse only",
    ONLY_FJ: "concerns citizens in fleksjob only",
    IRRELEVANT[Population.UDEN_KONKRET_FLEKSJOB]: "a concrete fleksjob is agreed",
    IRRELEVANT[Population.ESTIMAT_FOR_UDVIKLING]: "the recommendation has no estimate of the development",
    IRRELEVANT[Population.PARAGRAF_116_STK_2]: "the citizen is not visited under LAB § 116, stk. 2",
    IRRELEVANT[Population.LY_TILBUD]: "Min Plan has no agreed effort",
    IRRELEVANT[Population.LY_FRA_2020]: "ledighedsydelse began before 1 January 2020",
    IRRELEVANT[Population.LY_12_MDR]: "less than 12 months on ledighedsydelse",
    IRRELEVANT[Population.LY_18_MDR]: "less than 18 months on ledighedsydelse",
    IRRELEVANT[Population.REVURDERING_FORETAGET]: "the case has no re-assessment",
    IRRELEVANT[Population.FJ_2_5_AAR]: "less than 2.5 years in fleksjob",
    **{field_missing(field): f"the field {field} is not given in sag.json" for field in FIELDS},
}


def in_english(reason: str) -> str:
    """The English of a reason; a detector's own reason that has none comes back as it is.

    >>> in_english("dokumentet mangler")
    'the document is missing'
    """
    return _ENGLISH.get(reason, reason)

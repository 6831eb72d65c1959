"""Why a decision is ``kan_ikke_vurderes`` or ``ikke_relevant``: the Danish reasons and their English."""

from __future__ import annotations

from docscore.checkpoints.catalogue import FIELDS, Population

UNSUPPORTED = "ikke understøttet endnu"
NOT_IN_MODEL = "modellen er ikke trænet til det"
MISSING = "dokumentet mangler"
EMPTY = "dokumentet er tomt"
EXEMPT = "sagen er fritaget (frikommune)"
NO_FOLLOW_UP_2_5 = "sagen har ingen opfølgning efter 2,5 år"
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


NEGATIVE_DAYS = "datoerne ligger i omvendt rækkefølge"
SIX_MONTHS_RUNNING = "de første seks måneder på ledighedsydelse er ikke gået"
MEETINGS_UNKNOWN = "jobsamtaler er ikke oplyst i sag.json, og dokumenterne viser ikke fire"
FORM_UNKNOWN = "lægeattestens nummer fremgår ikke"
WHO_ASKED = "det fremgår ikke, hvem der har indhentet LÆ 155"
NO_RECOMMENDATION = "indstillingen mangler"
EMPTY_RECOMMENDATION = "indstillingen er tom"

DATES = (
    "forberedende_start",
    "rehab_moede",
    "orienteret",
    "ledighedsydelse_start",
    "cv_jobnet",
    "revurdering_start",
    "revurdering_slut",
    "laege_265",
    "laege_155",
    "helbredsoplysning",
    "jobsamtaler",
)
"""What a reason may name as a date that is not known."""


def date_missing(name: str) -> str:
    """The reason where a date that is needed is not given and not in the text."""
    return f"datoen {name} er ikke oplyst"


def date_invalid(name: str) -> str:
    """The reason where ``sag.json`` gives something that is no date; the text is then not used."""
    return f"datoen {name} i sag.json findes ikke"


def date_after_audit(name: str) -> str:
    """The reason where ``sag.json`` gives a day that had not come when the case was audited."""
    return f"datoen {name} ligger efter opgjort"


def date_inexact(name: str) -> str:
    """The reason where only a week, month or longer period is known, and its days give different answers."""
    return f"datoen {name} er ikke oplyst præcist nok"


def field_missing(field: str) -> str:
    """The reason of a checkpoint that only a field can decide, when the field is not given."""
    return f"feltet {field} er ikke oplyst i sag.json"


_ENGLISH: dict[str, str] = {
    UNSUPPORTED: "not supported yet",
    NOT_IN_MODEL: "the model was not trained for it",
    MISSING: "the document is missing",
    EMPTY: "the document is empty",
    NO_FOLLOW_UP_2_5: "the case has no follow-up at 2.5 years",
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
    NEGATIVE_DAYS: "the dates are in reverse order",
    SIX_MONTHS_RUNNING: "the first six months on ledighedsydelse have not passed",
    MEETINGS_UNKNOWN: "jobsamtaler is not given in sag.json, and the documents do not show four",
    FORM_UNKNOWN: "the attestation does not say its form number",
    WHO_ASKED: "it is not stated who obtained the LÆ 155",
    NO_RECOMMENDATION: "the recommendation is missing",
    EMPTY_RECOMMENDATION: "the recommendation is empty",
    **{date_missing(name): f"the date {name} is not given" for name in DATES},
    **{date_invalid(name): f"the date {name} in sag.json does not exist" for name in DATES},
    **{date_after_audit(name): f"the date {name} lies after opgjort" for name in DATES},
    **{date_inexact(name): f"the date {name} is not given precisely enough" for name in DATES},
    **{field_missing(field): f"the field {field} is not given in sag.json" for field in FIELDS},
}


def in_english(reason: str) -> str:
    """The English of a reason; a detector's own reason that has none comes back as it is.

    >>> in_english("dokumentet mangler")
    'the document is missing'
    """
    return _ENGLISH.get(reason, reason)

"""Word classes that the text checkpoints turn on: which paragraph, took place or not, set or not, who sat at the table."""

from __future__ import annotations

import pytest

from docscore.language import tokens
from docscore.language.reading import read
from docscore.language.vocabulary import vocabulary


def _classes(text: str) -> set[str]:
    return {hit.name for hit in vocabulary().find(tokens.words(text))[0]}


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("Visiteres efter LAB § 116, stk. 2.", True),
        ("hjemmel 116.2", True),
        ("stykke 2 i § 116", True),
        ("Indstilles efter § 116, stk. 1", False),
        ("hjemmel 116/1", False),
        ("Fleksjob, LAB § 116", None),
    ],
)
def test_the_two_ways_into_a_fleksjob_are_told_apart(text: str, second: bool | None) -> None:
    found = _classes(text)
    assert ("LAW_116_2" in found, "LAW_116_1" in found) == (second is True, second is False)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hun var i praktik hos en boghandler i otte uger.", "HELD"),
        ("Praktikken i kantinen blev aflyst.", "NOT_HELD"),
        ("Han takkede nej til forløbet.", "NOT_HELD"),
        ("Kurset begynder i uge 40.", "PLANNED"),
        ("Arbejdsevnen sættes til 9 timer.", "ABILITY"),
        ("Evnen er ikke fastsat endnu.", "HOURS_UNSET"),
        ("Der søges videre som hidtil.", "UNCHANGED"),
        ("Deltagere: virk.kons. Ane Bek", "BUSINESS_CONSULTANT"),
        ("vk kunne ikke komme", "ABSENT"),
        ("Omskoling er drøftet.", "EDUCATION"),
    ],
)
def test_a_text_checkpoint_s_words_are_known(text: str, name: str) -> None:
    assert name in _classes(text)


def test_what_was_called_off_is_not_what_was_held() -> None:
    assert "HELD" not in _classes("Praktikken er aflyst.")
    assert "NOT_HELD" not in _classes("Hun gennemførte praktikken.")


_GOALS = frozenset({"TITLE", "TASK"})


@pytest.mark.parametrize(
    "title",
    [
        "rådhusbetjent",
        "hattemager",
        "tårnvægter",
        "konduktør",
        "damefrisør",
        "fåreklipper",
        "havnefoged",
        "teaterrekvisitør",
        "hotelportier",
        "naturformidler",
        "tapetserer",
        "strandopsynsmand",
        "kirkesanger",
        "indkøber",
        "tilskærer",
        "teknisk tegner",
    ],
)
def test_an_occupation_is_a_title(title: str) -> None:
    assert "TITLE" in _classes(f"Målet er job som {title} på deltid.")


def test_a_post_named_by_its_occupation_is_a_title() -> None:
    assert "TITLE" in _classes("Han går efter en gartnerstilling.")
    assert "TITLE" in _classes("et roligt kontrollørjob")
    assert "TITLE" not in _classes("et seniorjob")
    assert "TITLE" not in _classes("en lederstilling")


@pytest.mark.parametrize(
    "task",
    [
        "katalogisere glasnegativer",
        "laminering af menukort",
        "lappe slanger",
        "sætte de lånte bøger på plads",
        "skille gamle vaskemaskiner ad",
        "filetere sild",
        "taste ordrer",
        "flette kurve",
        "knivslibning",
        "jobbet er pakning af frø",
        "tage imod bestillinger",
        "aflæse målere",
        "hyldemærkning",
        "kunne afstemme bankkonti",
        "undertekstning",
        "klaverstemning",
        "brevkuvertering",
        "tagrenderensning",
    ],
)
def test_a_function_is_a_task(task: str) -> None:
    assert "TASK" in _classes(f"Hun vil gerne {task}.")


@pytest.mark.parametrize(
    "text",
    [
        "Han var mager og havde hyppige anfald.",
        "Hun fik kørselsforbud i tre måneder.",
        "Vores hørekonsulent og neurooptometristen deltog.",
        "Partsrepræsentanten havde fuldmægtig med.",
        "Borgers bemærkning og hans anmærkning er noteret.",
        "Der er prikling i fingrene og håndvasken sidder for højt.",
        "Hun har hjemmepleje og går til lungekontrol.",
        "Skemaet er under udfyldning ved talestyring.",
        "Vi skal afstemme forventninger med familien.",
        "Vandforsyning og elforsyning er lukket.",
        "Han låner bøger på biblioteket.",
        "En MR-scanning viste intet.",
        "Egen advokat bistår.",
    ],
)
def test_illness_care_and_case_roles_are_neither(text: str) -> None:
    assert not _GOALS & _classes(text)


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("Venlafaxin sættes op fra 75 til 150 mg om en uge.", {"ILLNESS", "BODY", "CHANGE"}, {"PR_HOURS", "PR_DAYS"}),
        ("Hun har tabt sig, og kondital og BMI bedres.", {"ILLNESS", "BODY", "CHANGE"}, {"PR_DUTY"}),
        ("Styrketræning hos fysioterapeut to gange om ugen.", {"ILLNESS"}, {"PR_UP"}),
        ("Han er ædru på antabus og drikker ikke længere.", {"ILLNESS"}, {"PR_HOURS"}),
        ("Sagsbehandlingen af ansøgningen forlænges.", {"CHANGE"}, {"ILLNESS"}),
        ("Der lægges vægt på, at hun klarer det på egen hånd.", {"PR_DUTY"}, {"ILLNESS", "BODY"}),
        ("Hun tager en ekstra vagt fra september.", {"PR_DAYS", "PR_UP", "PR_FUTURE"}, {"ILLNESS"}),
        ("Går ned på fire timer i det nye år.", {"PR_DOWN", "PR_HOURS"}, {"ILLNESS"}),
        ("Timetallet trappes ned.", {"PR_HOURS", "CHANGE"}, {"ILLNESS", "BODY"}),
        ("5 t. → 7 t.", {"PR_RANGE", "PR_HOURS"}, {"BODY"}),
        ("Nu 6, siden 9", {"PR_RANGE"}, {"BODY"}),
        ("Han oplæres i at lukke butikken selv.", {"PR_DUTY"}, {"ILLNESS"}),
    ],
)
def test_what_changes_is_told_apart(text: str, wanted: set[str], unwanted: set[str]) -> None:
    found = _classes(text)
    assert wanted <= found
    assert not unwanted & found


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("Får hun en fast plads, skal bordet kunne hæves.", True),
        ("Skulle ryggen svigte, flyttes han til kontoret.", True),
        ("VK: bliver det lageret igen, må truckkørsel udgå.", True),
        ("begynder han på gartneriet så møder han klokken ni", True),
        ("Når prøvetiden er ovre, går hun op på otte timer.", True),
        ("Såfremt støjen tiltager, rykkes pladsen.", True),
        ("Kommer hun i arbejde igen, når vinteren er ovre?", False),
        ("Arbejder i kantinen, har det godt.", False),
        ("I dag kommer hun klokken ni, og det går godt.", False),
        ("Får mange tilbud, er glad.", False),
    ],
)
def test_a_condition_is_found_also_with_its_verb_first(text: str, condition: bool) -> None:
    hits = [hit for sentence in read(text).sentences for hit in sentence.hits]
    assert any(hit.name == "IF" for hit in hits) == condition
    assert hits == sorted(hits, key=lambda hit: hit.position)


@pytest.mark.parametrize(
    "text",
    ["En ansat med gigt kan få kortere dage.", "Ansatte i butikker har ret til pauser.", "Medarbejdere med høretab."],
)
def test_what_is_said_of_anybody(text: str) -> None:
    assert "GENERIC" in _classes(text)

"""Whose view a sentence gives: general Danish grammar of saying, thinking, feeling and wishing."""

from __future__ import annotations

import time

import pytest

from docscore.language.people import citizens_pronoun, people_of
from docscore.language.reading import read
from docscore.language.speakers import Speaker


def _views(text: str) -> list[str]:
    return [s.qualified.speaker.value + ("" if s.qualified.attributed else "?") for s in read(text).sentences]


@pytest.mark.parametrize(
    "sentence",
    [
        # experiencers that are no subject
        "Det huer hende ikke at skulle møde så tidligt.",
        "Det piner ham, at drengene ser ham ligge ned.",
        "For hende er det vigtigt at have en fast makker.",
        "Det vigtigste for Karen er at slippe for nattevagter.",
        "Det nager Jesper, at han måtte sælge skurvognen.",
        "Hendes håb er en plads tæt på hjemmet.",
        # verbs and states
        "Borger gruer for den første dag.",
        "Hun er skrækslagen for at skulle tale i telefon.",
        "Borgeren replicerede, at planen var lagt uden ham.",
        "Ansøgeren begærer at forblive ved sit håndværk.",
        "Han stoler ikke på, at pladsen holder.",
        "Jesper ser frem til at få sine egne nøgler.",
        "Han vil være skovhjælper.",
        # the citizen behind somebody else
        "Broren finder tolv timer for meget, men selv anser hun det for overkommeligt.",
        "Chefen vil have ham på fuld tid, men han tør ikke.",
        "Adspurgt af lederen svarede Karen, at hun er glad for opgaverne.",
        # quotations and turns
        '"Det er bare mig, der er for langsom til jer," bemærker Karen.',
        'Konsulenten foreslog kantinen, bgr.: "så hellere gå hjemme".',
        "Søster: afventende. Borger: fortvivlet.",
        "Indledning v/ borger: glad for pladsen.",
        # notes without a subject
        "Vil tilbage til faget.",
        "Møder til tiden, ærgrer sig over den ene sygedag.",
        "Er ked af ventetiden.",
        # first person
        "Jeg er ikke doven, jeg er slidt.",
        "Mit hoved er langsomt om morgenen.",
    ],
)
def test_it_is_the_citizens_view(sentence: str) -> None:
    assert _views(sentence)[-1] == "borger"


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Chefen siger, at han er glad for hende.", "arbejdsgiver"),
        ("Svigermoren håber, at det snart er overstået.", "paaroerende"),
        ("Holdlederen roser ham og vil gerne beholde ham.", "arbejdsgiver"),
        ("Papfaren frygter, at hun falder fra igen.", "paaroerende"),
        ("Sjakbajsen er begejstret for hans indsats.", "arbejdsgiver"),
        ("Samleversken savner den gamle hverdag.", "paaroerende"),
        ("Hendes forlovede ville gerne have hende hjemme.", "paaroerende"),
        ("Bisidder (kusinen): Jeg er bange for, at det ender galt.", "paaroerende"),
        ("Jeg tror på hende.", "sagsbehandler"),
        ("Mit indtryk er, at hun er lettet.", "sagsbehandler"),
        ("VK: Jeg håber, vi finder en plads til foråret.", "sagsbehandler"),
        ("Hun fortæller, at naboen er bange for hunden.", "paaroerende"),
        ('AG: "dejligt at have hende, vi er heldige".', "arbejdsgiver"),
        ("Kommunelægen er bekymret for ryggen.", "laege"),
        ("Broren mener, at det er for meget for hende.", "paaroerende"),
    ],
)
def test_it_is_somebody_elses_view(sentence: str, speaker: str) -> None:
    assert _views(sentence)[-1].removesuffix("?") == speaker


@pytest.mark.parametrize(
    "sentence",
    [
        "Hun virker glad for opgaverne.",
        "Borger fremstår nedtrykt.",
        "Der er bekymring for, om borger kan holde til det.",
        "Hun vil kunne arbejde otte timer.",
        "Hun vil have behov for pauser.",
        "Jeg ringer til virksomheden i morgen.",
        "Borger gik på kurset »Videre i livet«.",
    ],
)
def test_nobody_says_it(sentence: str) -> None:
    assert _views(sentence)[-1] == "sagsbehandler?"


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("Hustruen deltog ikke. Selv rynker hun på næsen ad forslaget.", "borger"),
        ("HR-partneren ringer. Oplever forløbet som tungt.", "arbejdsgiver"),
        ("Hr. Aaby mødte alene. Han er ærgerlig over afslaget.", "borger"),
        ("Lægen har set ham. Der er taget blodprøver. Han er led og ked af at vente.", "borger"),
        ("Jobønske: Ikke rengøring.", "borger?"),
        ("Selvvurderet helbred: Som en gammel bil", "borger?"),
        ("Borgerens bemærkninger: Føler sig overhørt.", "borger"),
        ("Borgerens bemærkninger: Jeg er klar.", "borger"),
        ("Mentors bemærkninger: God udvikling.", "sagsbehandler?"),
    ],
)
def test_the_context_decides(text: str, view: str) -> None:
    assert _views(text)[-1] == view


def test_a_remark_behind_a_role_is_no_name() -> None:
    """A verb, an article or an adjective with a capital behind "Borger:" is not what the citizen is called."""
    for text in (
        "Borger: Ønsker kontorjob. Ønsker ro.",
        "Borger: En varm bil.",
        "Lægen: Fraråder løft.",
        "VK: Jeg er med.",
    ):
        assert people_of(text, 0, len(text)) == {}
    assert people_of("Kontaktperson: Qorvi Lund\n", 0, 26)["qorvi"] is Speaker.ARBEJDSGIVER
    assert read("Borger: Ønsker kontorjob.").sentences[0].words[0] == "ønsker"


def test_a_turn_ends_with_its_block() -> None:
    found = _views("- Søster: afventende. Mor: hun er træt.\n\n- Kan løfte 5 kg.")
    assert found[-1] == "sagsbehandler?"


def test_a_names_genitive_is_the_name() -> None:
    head = "Navn: Birthe Lund\nCpr: 120568-XXXX\n\n"
    assert "borger" in read(head + "Birthes drøm er et bageri.").sentences[-1].words


def test_crafted_text_is_read_in_linear_time() -> None:
    """Many labels, quotation marks and persons in one sentence."""

    def seconds(n: int) -> float:
        text = "Hun siger, chefen : " + '"jeg mor hun glad ' * n
        begun = time.process_time()
        read(text)
        return time.process_time() - begun

    seconds(50)
    assert seconds(4000) < 40 * max(seconds(400), 0.005)


def test_the_citizens_pronoun_is_that_of_the_name_which_stands_first() -> None:
    text = "Borger: Ditte Flemming Toft\nHun møder til tiden.\n"
    names = ["flemming", "ditte", "toft"]
    for order in (names, names[::-1]):
        assert citizens_pronoun(text, 0, len(text), dict.fromkeys(order, Speaker.BORGER)) == "hun"

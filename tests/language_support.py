"""A grammar of Danish forms and notes for property tests; all content is invented."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

settings.register_profile(
    "docscore", deadline=None
)  # the first example loads vocabularies and compiles nothing in 200 ms
settings.load_profile("docscore")

PROMPTS = st.sampled_from(
    [
        "Jobmål",
        "Skånehensyn",
        "Borgerens perspektiv",
        "Lægens vurdering",
        "Timer",
        "Hjælpemidler",
        "Aftaler",
        "3. Progression",
        "Bgr.",
    ]
)
SENTENCES = st.sampled_from(
    [
        "Borger vil gerne arbejde i et gartneri.",
        "Hun føler sig ikke klar til mere end 8 timer.",
        "Kan ikke løfte over 5 kg, men klarer siddende opgaver.",
        "Lægen fraråder tunge løft; det er hun uenig i.",
        "Har tidligere arbejdet som frisør ca. 12 år.",
        "Der er vejledt om personlig assistance.",
        "Timetallet kan evt. øges til 10 t. pr. uge d. 3. marts 2022.",
        "»Jeg tør godt,« siger hun.",
        "virker træt. ny tid uge 14.",
        "Ægtefællen Jytte mener, at han overvurderer sig selv!",
        "Hvad med en kantine?",
        "(se bilag 2)",
    ]
)
EMPTIES = st.sampled_from(["", "-", "ikke udfyldt", "......", "____", "Se ovenfor", "Vælg et element.", "n/a"])
BOXES = st.sampled_from(["☐ {}", "☒ {}", "[ ] {}", "[x] {}", "(X) {}", "{} ☐", "✓ {}"])
OPTIONS = st.sampled_from(["Ja", "Nej", "Pauser", "Tunge løft", "Andet: ro"])
SPACE = st.sampled_from(["", " ", "  ", "\t", " \t ", "    "])


@st.composite
def _line(draw: st.DrawFn) -> str:
    kind = draw(st.integers(0, 10))
    if kind == 0:
        return (
            draw(PROMPTS)
            + draw(st.sampled_from([":", ": ", " .....: ", "?", ":\t"]))
            + draw(st.one_of(SENTENCES, EMPTIES))
        )
    if kind == 1:
        return draw(PROMPTS).upper()
    if kind == 2:
        return draw(
            st.sampled_from(["(Beskriv borgerens ønsker)", "Hjælpetekst: angiv stilling", "[Her skrives hensyn]"])
        )
    if kind == 3:
        boxes = draw(st.lists(st.tuples(BOXES, OPTIONS), min_size=1, max_size=3))
        lead = draw(st.one_of(st.just(""), PROMPTS.map(lambda p: p + ": "), PROMPTS.map(lambda p: p + " | ")))
        return lead + "  ".join(box.format(option) for box, option in boxes)
    if kind == 4:
        cells = draw(st.lists(st.one_of(PROMPTS, SENTENCES, EMPTIES, st.just("X")), min_size=1, max_size=4))
        return draw(st.sampled_from(["", "| "])) + " | ".join(cells) + draw(st.sampled_from(["", " |"]))
    if kind == 5:
        return draw(st.sampled_from(["- ", "• ", "1) ", "* ", "a) "])) + draw(SENTENCES)
    if kind == 6:
        return draw(st.sampled_from(["", "----", "====", "Side 1 af 2", "Udskrevet 01-02-2021", "Mvh Kirsten"]))
    return draw(SPACE) + " ".join(draw(st.lists(SENTENCES, min_size=1, max_size=3))) + draw(SPACE)


def documents() -> st.SearchStrategy[str]:
    """Documents of up to 25 lines: fields, headings, help, boxes, rows, bullets and prose in any order."""
    return st.lists(_line(), max_size=25).map("\n".join)

"""Forms: what each line is (``tests/data/language/forms.txt``), and what layout promises of every text."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_support import documents

from docscore.language.layout import CONTENT, BlockKind, blocks
from docscore.language.qualifiers import Qualifier
from docscore.language.reading import read

CASES = [
    tuple(part.strip("\n") for part in case.split("\n----\n"))
    for case in (Path(__file__).parent / "data/language/forms.txt").read_text("utf-8").split("\n====\n")[1:]
]


def _show(text: str) -> list[str]:
    """Every block of ``text`` as the data file writes it."""
    lines = []
    for block in blocks(text):
        prompt = f" <{block.prompt}>" if block.prompt else ""
        ticked = f" ({', '.join(block.ticked)})" if block.ticked else ""
        lines.append(f"{block.kind}{prompt}{ticked} | {text[block.start : block.end].rstrip()}".replace("\n", " / "))
    return lines


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=[case[0].splitlines()[0][:40] for case in CASES])
def test_form(text: str, wanted: str) -> None:
    assert _show(text) == wanted.split("\n")


def test_the_table_is_large_and_has_every_kind() -> None:
    assert len(CASES) >= 60
    found = {line.split()[0] for _, wanted in CASES for line in wanted.splitlines()}
    assert found == {str(kind) for kind in BlockKind}


@pytest.mark.parametrize(
    ("ticked", "blank"), [("☒", "☐"), ("☑", "☐"), ("■", "□"), ("[x]", "[ ]"), ("[X]", "[]"), ("(x)", "( )"), ("✓", "☐")]
)
@pytest.mark.parametrize(
    "line",
    [
        "Er der behov for hjælpemidler? {0} Ja {1} Nej",
        "Er der behov for hjælpemidler: Nej {1} Ja {0}",
        "Er der behov for hjælpemidler | {0} Ja {1} Nej",
        "{0} Ja {1} Nej",
    ],
)
def test_marking_conventions(line: str, ticked: str, blank: str) -> None:
    (block,) = blocks(line.format(ticked, blank))
    assert (block.kind, block.ticked) == (BlockKind.TICKED, ("Ja",))
    (block,) = blocks(line.format(blank, blank))
    assert (block.kind, block.ticked) == (BlockKind.UNTICKED, ())


@pytest.mark.parametrize(
    "empty",
    """- – — . ... … ____ ? ?? xx ÷ / n/a N/A. i/a ir|ikke udfyldt|Ikke relevant|Ikke relevant.|ingen bemærkninger|
    Ingen bemærkninger.|ingen bem.|udfyldes på mødet|Udfyldes senere|afventer|følger|ej udfyldt|ikke oplyst|mangler|
    [Vælg et element]|Vælg et element.|<ikke udfyldt>|(ikke udfyldt)|"ikke udfyldt"|Klik eller tryk her for at skrive tekst.|
    intet at bemærke|tages på mødet|Ikke drøftet""".replace("\n", "")
    .replace(" .", "|.")
    .split("|"),
)
def test_empty_values(empty: str) -> None:
    for value in empty.split() if empty.startswith("- –") or empty.startswith(".") else [empty.strip()]:
        found = blocks(f"Jobmål: {value}\nSkånehensyn: Ingen tunge løft.")
        assert [b.kind for b in found[1:]] == [BlockKind.EMPTY, BlockKind.PROMPT, BlockKind.VALUE], value
        assert not read(f"Jobmål: {value}").sentences, value


@pytest.mark.parametrize(
    "value",
    [
        "Ingen",
        "Nej",
        "Nej.",
        "intet behov",
        "ikke aktuelt",
        "Pedel",
        "8",
        "Ja",
        "Ikke relevant, da hun klarer sig selv.",
    ],
)
def test_short_answers_are_values(value: str) -> None:
    """A negative answer is an assessment (codebook, rule 4) and must not be taken for an empty field."""
    assert blocks(f"Hjælpemidler: {value}")[1].kind is BlockKind.VALUE


def test_content_is_what_can_document_something() -> None:
    assert {str(kind) for kind in CONTENT} == {"prose", "value", "bullet", "ticked"}
    text = "Jobmål:\n(Angiv stilling)\nSe Min Plan\n☐ Pedel\nUdskrevet 12-03-2021"
    assert not read(text).sentences


def test_section_is_the_heading_above() -> None:
    text = "ARBEJDE\n1.1 Jobmål\nPedel.\nTimer:\n8\nSkånehensyn: Ro."
    found = [(text[b.start : b.end], b.section) for b in blocks(text) if b.kind in CONTENT]
    assert found == [("Pedel.", "ARBEJDE"), ("8", "ARBEJDE"), ("Ro.", "ARBEJDE")]


def test_an_empty_field_gives_its_name_to_no_other_field() -> None:
    text = "Jobmål:\n-\nSkånehensyn: Ro."
    assert blocks(text)[-1].section == ""


def test_wrapped_lines_are_joined() -> None:
    wrapped = (
        "Borger har i mange år arbejdet som rengøringsassistent og har nu svært ved\n"
        "at klare de tunge opgaver. Hun vil gerne arbejde med lettere opgaver i en\n"
        "kantine, hvor hun kan sidde ned indimellem. Det vurderes, at hun kan klare\n"
        "otte timer om ugen fordelt på fire dage.\n"
        "Skånehensyn: pauser og siddende arbejde, så der bliver tid til at komme sig\n"
        "mellem opgaverne.\n"
    )
    found = [wrapped[b.start : b.end] for b in blocks(wrapped) if b.kind in CONTENT]
    assert len(found) == 2
    assert found[0].endswith("fire dage.")
    assert found[1].endswith("mellem opgaverne.")


def test_short_lines_are_the_writers_own() -> None:
    text = "bgr mødt\nvirker træt\nvil gerne have pauser"
    assert [text[b.start : b.end] for b in blocks(text)] == text.splitlines()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_line_ends(line_end: str) -> None:
    text = line_end.join(["Jobmål:", "Pedel.", "", "Skånehensyn: Ro."])
    assert [text[b.start : b.end].strip() for b in blocks(text)] == ["Jobmål:", "Pedel.", "Skånehensyn:", "Ro."]


def test_a_part_of_a_text() -> None:
    text = "Jobmål: Pedel.\nSkånehensyn: Ro.\nTimer: 8"
    start, end = text.index("Skåne"), text.index("\nTimer")
    assert [text[b.start : b.end] for b in blocks(text, start, end)] == ["Skånehensyn: ", "Ro."]


@pytest.mark.xfail(
    strict=True, reason="what stands before a colon is read as a field's name, even where it is the content"
)
@pytest.mark.parametrize(
    "text",
    [
        "Jobmål\nPedelmedhjælper på skole eller plejecenter: oplukning, grønne planter, småreparationer.",
        "Mat filter til skærmen og oplæsningsprogram: jeg sender ansøgningen i dag.",
    ],
)
def test_content_before_a_colon(text: str) -> None:
    assert [b.kind for b in blocks(text)][-1] is BlockKind.PROSE


@pytest.mark.xfail(strict=True, reason="a bracketed line below a heading is taken for help, whatever it says")
def test_bracketed_answer() -> None:
    assert blocks("Skånehensyn\n(pauser og korte dage)")[-1].kind in CONTENT


@pytest.mark.xfail(strict=True, reason="a bare x before an option cannot be told from the x of an anonymised name")
def test_bare_x_before_an_option() -> None:
    assert blocks("x Pauser")[0].kind is BlockKind.TICKED


@pytest.mark.parametrize(
    ("row", "ticked"), [("Mentor\t\tx", ("Nej",)), ("Mentor\tx", ("Ja",)), ("Mentor\tx\t", ("Ja",)), ("Mentor", ())]
)
def test_crosses_in_columns_of_tabs(row: str, ticked: tuple[str, ...]) -> None:
    assert blocks("Type\tJa\tNej\nTransport\t\tx\n" + row)[-1].ticked == ticked


def test_a_cell_of_odd_white_space() -> None:
    assert [(b.start, b.end) for b in blocks("0\t\x1f0")] == [(0, 1), (3, 4)]


def _said(text: str) -> list[str]:
    return [" ".join(sentence.words) for sentence in read(text).sentences]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Tolk: nej", ["tolk nej"]),
        ("Tolk: Ja, i somali. Han bestiller selv.", ["tolk ja , i somali .", "han bestiller selv ."]),
        ("Har han kørekort?\nNej.", ["har han kørekort nej ."]),
        ("Har han kørekort? Nej, men cykel.", ["har han kørekort ?", "har han kørekort nej , men cykel ."]),
        (
            "De talte længe. Vil han køre lastbil? Nej, det er slut.",
            ["de talte længe .", "vil han køre lastbil ?", "vil han køre lastbil nej , det er slut ."],
        ),
        ("Hensyn | Ja | Nej\nFaste tider | X |\nEget rum | | X", ["faste tider ☒ ja", "eget rum ☒ nej"]),
        ("Tolk ☒ ja ☐ nej", ["tolk ☒ ja"]),
        ("Nej, sådan er det.", ["nej , sådan er det ."]),
        ("Tolk: kommer med\nHan siger nej.", ["kommer med", "han siger nej ."]),
        ("# Lise Holm\nNej til det meste.", ["nej til det meste ."]),
    ],
)
def test_a_yes_or_no_is_read_with_what_it_answers(text: str, wanted: list[str]) -> None:
    assert _said(text) == wanted


def test_what_a_no_denies_stands_in_its_prompt() -> None:
    (sentence,) = read("Mentor: nej").sentences
    assert sentence.lead == 1
    assert sentence.qualified.covers(Qualifier.NEGATION, 0)
    assert [hit.name for hit in sentence.hits if hit.position == 0]


SEPARATORS = re.compile(r"[\s|\-–—•*·▪◦➢►>+=o]|->|\d{1,2}[.)]|[a-h]\)")


@given(st.one_of(documents(), st.text()))
def test_blocks_are_in_order_and_do_not_overlap(text: str) -> None:
    found = blocks(text)
    assert all(0 <= b.start < b.end <= len(text) for b in found)
    assert all(b.start >= a.end for a, b in pairwise(found))
    for block in found:
        quote = text[block.start : block.end]
        assert not quote[0].isspace()
        assert block.kind is BlockKind.PROMPT or not quote[-1].isspace()


@given(st.one_of(documents(), st.text()))
def test_nothing_visible_is_lost(text: str) -> None:
    """What lies in no block is white space, a bar between cells, or the sign of a bullet."""
    pos = 0
    for block in blocks(text):
        assert not SEPARATORS.sub("", text[pos : block.start]), text[pos : block.start]
        pos = block.end
    assert not SEPARATORS.sub("", text[pos:]), text[pos:]


@given(documents(), documents())
def test_a_document_is_read_alike_inside_a_larger_text(before: str, text: str) -> None:
    whole = before + "\n" + text + "\nEfter: noget"
    start = len(before) + 1
    shifted = [
        (b.kind, b.start - start, b.end - start, b.prompt, b.section, b.ticked)
        for b in blocks(whole, start, start + len(text))
    ]
    assert shifted == [(b.kind, b.start, b.end, b.prompt, b.section, b.ticked) for b in blocks(text)]


CRAFTED = [
    ".", "(", "[ ]", "a:", " ", "|", "\n", "7", "a |", "| ", "\t", "a\t", "a    ", "[x] a ", "☐", "Ja: ", "ja nej ", "- ", "a.\n", "_", "…",
    "a: b\n", "(a", "?", "Hvad er? ", "A\n\n", "x ", "1. ", "#", "*", "...a", "  .  ", "(((a)", "a - ", "☒ a: b ", "Ab: c. ", "__ a ", "X __ ", "ja? nej. ", "[x] a. ", "\tx",
]  # fmt: skip


@pytest.mark.parametrize("piece", CRAFTED)
def test_linear_on_crafted_text(piece: str) -> None:
    for text in (piece * (100_000 // len(piece)), "Jobmål " + piece * (100_000 // len(piece)) + " slut"):
        begin = time.process_time()
        blocks(text)
        assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("text", "ticked", "remarks"),
    [
        ("Ja: ☐ Nej: ☒", ["Nej"], []),
        ("Kan tiden øges? Ja: [ ] Nej: [x]", ["Nej"], []),
        ("Tolk: Ja ☒ Nej ☐ Bemærkning: hver mandag", ["Ja"], ["Bemærkning: hver mandag"]),
        ("Ja ☐ Nej ☒", ["Nej"], []),
        ("Færre vagter ☐ Flere vagter ☒ – fra august", ["Flere vagter"], ["fra august"]),
        ("Ny rute ☒, sammen med Bo", ["Ny rute"], ["sammen med Bo"]),
        ("(•) Lager ( ) Kontor – kun om formiddagen", ["Lager"], []),
        ("[ ] 6 t [x] 9 t [ ] 12 t – fuld indsats", ["9 t"], []),
        ("☐ Ja ☐ Nej – tages op i maj", [], ["tages op i maj"]),
        ("[X] Skærmet plads – aftalt med køkkenet", ["Skærmet plads"], ["aftalt med køkkenet"]),
        ("☒ Faste dage. Mandag og torsdag", ["Faste dage"], ["Mandag og torsdag"]),
        ("Mentor:\n☒ ikke relevant\n☐ bevilget", ["ikke relevant"], []),
        ("Timer:\n☒ drøftet – intet behov\n☐ ej drøftet", ["drøftet"], ["intet behov"]),
        ("🗹 Hvil   ⬜ Kulde", ["Hvil"], []),
        ("✅ Hvil\n⬜ Kulde", ["Hvil"], []),
        ("🗷 Hvil   🗌 Kulde", ["Hvil"], []),
        ("[*] Hvil  [-] Kulde", ["Hvil"], []),
        ("Hvil: X ja / nej", ["ja"], []),
        ("Hvil: ja X nej", ["ja"], []),
        ("Hvil JA ( ) NEJ (X)", ["NEJ"], []),
        ("☐ Kørsel  ☒ Pakning  ☐ Truck", ["Pakning"], []),
        ("Tempo: ☐ 25 % ☐ 50 % ☒ 75 %", ["75 %"], []),
        ("☐ Ja, flere timer\n☒ Nej: seks timer er loftet", ["Nej"], ["seks timer er loftet"]),
        ("Hensyn | Ja | Nej\nHvil | X | \nKulde |  | X", ["Ja", "Nej"], []),
        ("☒Hvil ☐Løft", ["Hvil"], []),
    ],
)
def test_ticked_options_and_only_these_with_their_remark(text: str, ticked: list[str], remarks: list[str]) -> None:
    reading = read(text)
    assert [label for block in reading.blocks for label in block.ticked] == ticked
    said = [text[s.start : s.end] for s in reading.sentences if s.kind is not BlockKind.TICKED]
    assert said == remarks


def test_a_bullet_before_a_box_is_no_prompt() -> None:
    blocks = [block for block in read("Hjælpemidler:\n- [x] stol\n- [ ] bord").blocks if block.ticked]
    assert [(block.prompt, block.ticked) for block in blocks] == [("Hjælpemidler", ("stol",))]

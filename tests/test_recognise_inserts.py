"""Attestations and standard paragraphs that are pasted into notes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from journal_prints import notes_of
from journal_prints_more import MORE

from docscore.case import Kind
from docscore.language.qualifiers import Qualifier, Speaker
from docscore.language.reading import read
from docscore.readers import read_document
from docscore.recognise import InsertKind, find_inserts, recognise, split_entries

ATTESTATION = (
    "Kopi af LÆ 265 fra egen læge\nDiagnose: Slidgigt i begge hofter\nAktuelt: Patienten har smerter ved gang.\n"
    "Objektivt: Nedsat bevægelighed.\nSkånehensyn: Bør undgå tunge løft og trappegang.\nPrognose: Stationær.\n"
    "Lægens navn: Ole Vind, ydernr. 000000"
)
NOTE = (
    f"Jobsamtale\n12-03-2021\nKarl mødte til tiden.\n\n{ATTESTATION}\n\nKarl vil gerne prøve planteskolen. Joblog set."
)
DUTY = (
    "Du har pligt til at stå til rådighed for et rimeligt fleksjob. Manglende fremmøde uden rimelig grund kan medføre, "
    "at ydelsen bortfalder, indtil du henvender dig."
)


def pieces(text: str) -> list[tuple[str, str]]:
    return [(insert.kind.value, text[insert.start : insert.end]) for insert in find_inserts(text)]


def test_an_attestation_is_one_piece() -> None:
    assert pieces(NOTE) == [("attestation", ATTESTATION)]


def test_its_sentences_are_the_doctors() -> None:
    reading = read(NOTE, kind=Kind.JOBSAMTALE)
    speakers = {NOTE[s.start : s.end]: s.qualified.speaker for s in reading.sentences}
    said = next(text for text in speakers if "tunge løft" in text)
    assert speakers[said] is Speaker.LAEGE
    assert speakers["Karl vil gerne prøve planteskolen."] is not Speaker.LAEGE


@pytest.mark.parametrize(
    "own",
    [
        "Borger har søgt tre job siden sidst.",
        "Sagsbehandlers vurdering: Der er behov for pauser.",
        "Aftale: Karl ringer til planteskolen.",
    ],
)
def test_the_caseworkers_words_right_below_are_not_the_doctors(own: str) -> None:
    text = NOTE.replace("\nLægens navn: Ole Vind, ydernr. 000000", "").replace(
        "\n\nKarl vil gerne", f"\n{own}\nKarl vil gerne"
    )
    ((_, found),) = pieces(text)
    assert found.endswith("Prognose: Stationær.")


@pytest.mark.parametrize(
    "text",
    [
        "Jobsamtale\nLÆ 265 er modtaget og drøftet med borger.\nHan er enig i, at han skal skånes.",
        "Jobsamtale\nHelbred: gigt\nMedicin: ingen\nBehandling: fysioterapi\nPrognosen er god, siger Karl.",
        ATTESTATION,  # a document of its own
    ],
)
def test_no_attestation_is_pasted_here(text: str) -> None:
    assert not [piece for piece in pieces(text) if piece[0] == "attestation"]


def test_guidance_in_general_is_a_standard_paragraph() -> None:
    text = f"Samtale 12-03-2021\nAmina har søgt to job.\n\n{DUTY}\n\nNæste samtale 5. april."
    assert pieces(text) == [("standard", DUTY)]
    marked = [s for s in read(text, kind=Kind.JOBSAMTALE).sentences if s.qualified.has(Qualifier.GUIDANCE)]
    assert {text[s.start : s.end] for s in marked} >= {s + "." for s in DUTY.rstrip(".").split(". ")}


@pytest.mark.parametrize(
    "text",
    [
        "Teamet vurderer, at borger kan arbejde 6 timer om ugen, jf. § 116, stk. 1, i lov om en aktiv beskæftigelsesindsats.",
        "Hun skal kunne tage pauser, og det er en betingelse for, at hun kan arbejde, når ydelsen bortfalder til sommer.",
        "Karl har pligt til at møde, synes han, og han kommer altid til tiden, også når han har det dårligt om morgenen.",
    ],
)
def test_what_is_said_of_this_citizen_is_no_standard_paragraph(text: str) -> None:
    assert pieces(f"Samtale\n{text}") == []


def test_a_repeated_assessment_is_not_taken_for_a_standard_paragraph() -> None:
    same = "Skånehensyn er uændrede: ingen tunge løft, mulighed for pauser hver time og ingen aftenarbejde overhovedet."
    text = "\n\n".join(f"1{n}.03.2021 Jobsamtale\n{same}\nJoblog {n}." for n in range(4))
    assert pieces(text) == []


def test_guidance_repeated_word_for_word_needs_less() -> None:
    same = "Borger er vejledt om muligheden for at søge hjælpemidler og personlig assistance gennem kommunen i jobbet."
    once = f"11.03.2021 Jobsamtale\n{same}\nJoblog."
    assert pieces(once) == []
    assert pieces("\n\n".join([once] * 3)) == [("standard", same)] * 3


def test_prints_with_pasted_pieces() -> None:
    make, file = MORE["11_stak_html"]
    text = read_document(make(notes_of("11_stak_html")), file).text
    assert {kind for kind, _ in pieces(text)} == {"standard"}
    assert len(pieces(text)) == 3
    make, file = MORE["08_docx_tabeller"]
    text = read_document(make(notes_of("08_docx_tabeller")), file).text
    ((kind, found),) = pieces(text)
    assert kind == "attestation"
    assert found.splitlines()[0] == "Statusattest LÆ 125"
    assert found.endswith("Ydernr. 000000")
    entry = next(e for e in split_entries(text) if e.start < text.index(found) < e.end)
    from docscore.case import Case, Document

    (document,) = [d for d in recognise(Case("1", (Document("j", text),))).documents if d.start == entry.start]
    assert document.kind is Kind.JOBSAMTALE  # not the attestation that is pasted into it


@given(
    st.lists(
        st.sampled_from(
            [
                "LÆ 265",
                "Diagnose: x",
                "Objektivt: y",
                "Prognose: z",
                "Borger siger",
                "",
                DUTY,
                "Klagevejledning",
                "Aftale: w",
                "Side 1 af 3",
            ]
        ),
        max_size=25,
    )
)
def test_pieces_are_whole_lines_in_order_and_apart(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = find_inserts(text)
    for one in found:
        assert one.kind in set(InsertKind)
        assert one.start < one.end <= len(text)
        assert one.start == 0 or text[one.start - 1] == "\n"
        assert one.end == len(text) or text[one.end :].lstrip(" ")[:1] in {"\n", ""}
    for first, second in pairwise(found):
        assert first.end <= second.start

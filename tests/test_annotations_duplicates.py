"""What counts as the same, and as nearly the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from docscore.case import Kind
from docscore.learn.annotations import BankSentence
from docscore.learn.duplicates import ALIKE, STANDARD, Text, duplicates, near_pairs, normalised
from docscore.learn.faults import BankLine

LONG = "Fra vinduet i kantinen kan Asger se havnen og de røde kraner."


def _codes(*texts: Text, bank: tuple[BankLine, ...] = ()) -> list[str]:
    return sorted(finding.code for finding in duplicates(texts, bank))


def _text(name: str, writer: str, *lines: str) -> Text:
    # A document of its own, so that only the lines given are shared.
    own = [f"{name}{k} {name}{k + 1} {name}{k + 2}." for k in range(0, 60, 3)]
    return Text(name, writer, "\n".join([*own, *lines]) + "\n")


def _line(number: int, text: str, *, documented: bool = True, lead: str = "", head: str = "progression") -> BankLine:
    sentence = BankSentence("x", head, documented, Kind.INDSTILLING, lead + text, len(lead), ())
    return BankLine("sentences/x.jsonl", number, sentence)


def test_normalised() -> None:
    assert normalised("Der er »BEHOV«\tfor ro -\nikke støj, 3-4 timer.") == (
        *("der", "er", "behov", "for", "ro", "ikke", "støj", "3", "4", "timer"),
    )
    assert normalised("Joblog er ud-\r\nfyldt.") == ("joblog", "er", "udfyldt")
    assert normalised("...") == ()


@settings(deadline=None)
@given(
    st.lists(st.frozensets(st.integers(0, 9), max_size=8), max_size=14),
    st.sampled_from([0.2, 0.5, 0.6, 0.75, 0.8, 1.0]),
)
def test_near_pairs_are_those_of_comparing_all(sets: list[frozenset[int]], threshold: float) -> None:
    expected = {
        frozenset({i, j})
        for i in range(len(sets))
        for j in range(i)
        if sets[i] and sets[j] and len(sets[i] & sets[j]) / len(sets[i] | sets[j]) >= threshold - 1e-12
    }
    found = list(near_pairs(sets, threshold))
    assert {frozenset(pair) for pair in found} == expected
    assert len(found) == len(expected)
    assert all(len(sets[i]) <= len(sets[j]) for i, j in found)


def test_case_signs_and_field_numbers_make_no_difference() -> None:
    other = "4.2 Fra vinduet i kantinen kan ASGER se havnen, og de røde kraner!"
    assert _codes(_text("a", "anker", LONG), _text("b", "birte", other)) == ["shared_across"]


def test_short_sentences_may_recur() -> None:
    assert (
        _codes(
            _text("a", "anker", "Hun er enig i teamets indstilling."),
            _text("b", "birte", "Hun er enig i teamets indstilling."),
        )
        == []
    )


def test_a_writers_standard_paragraph_is_in_three_documents() -> None:
    texts = [_text(name, "anker", LONG) for name in "abc"]
    assert _codes(*texts[:2]) == ["shared_within"]
    assert len(texts) == STANDARD
    assert _codes(*texts) == []
    assert _codes(*texts, _text("d", "birte", LONG)) == ["shared_across"]


def test_a_sentence_twice_in_one_document_is_the_writers_choice() -> None:
    assert _codes(_text("a", "anker", LONG, LONG)) == []


def test_boxes_and_prompts_of_a_form_may_recur_within_it() -> None:
    row = "Er borger orienteret om revurdering efter tolv og atten måneder: ☒ ja ☐ nej"
    assert _codes(_text("a", "anker", row), _text("b", "anker", row)) == []


def test_one_finding_for_all_that_is_alike() -> None:
    variants = [LONG, LONG.replace("Asger", "Inger"), LONG.replace("røde", "grønne")]
    texts = [
        _text(name, writer, said)
        for name, writer, said in zip("abc", ("anker", "birte", "carlo"), variants, strict=True)
    ]
    (finding,) = duplicates(texts, ())
    assert (finding.code, finding.file, finding.places, finding.parts["n"]) == ("near_across", "a", ("b:21", "c:21"), 3)


def test_another_order_of_the_same_words_is_nearly_the_same() -> None:
    other = "Asger kan se havnen og de røde kraner fra vinduet i kantinen."
    assert _codes(_text("a", "anker", LONG), _text("b", "birte", other)) == ["near_across"]
    assert ALIKE == 0.8
    far = "Fra vinduet i kantinen kan Asger høre vinden og de gamle porte."
    assert _codes(_text("a", "anker", LONG), _text("b", "birte", far)) == []


def test_pairs_of_opposite_answers_belong_in_a_bank() -> None:
    near = LONG.replace(" kan ", " skal ")
    assert _codes(bank=(_line(1, LONG), _line(2, near))) == ["bank_near"]
    assert _codes(bank=(_line(1, LONG), _line(2, near, documented=False))) == []
    assert _codes(bank=(_line(1, LONG), _line(2, near, documented=False, head="skaanehensyn"))) == ["bank_near"]


def test_the_same_sentence_in_the_bank() -> None:
    assert _codes(bank=(_line(1, LONG), _line(2, LONG, head="skaanehensyn"))) == []
    assert _codes(bank=(_line(1, LONG), _line(2, LONG, lead="Udsigt: ", documented=False))) == []
    assert _codes(bank=(_line(1, LONG), _line(2, LONG, lead="Udsigt: "))) == ["bank_repeated"]
    assert _codes(bank=(_line(1, "Afventer", lead="Mål: "), _line(2, "Afventer", lead="Plan: "))) == []
    assert _codes(bank=(_line(1, "Afventer"), _line(2, "Afventer."), _line(3, "afventer"))) == ["bank_duplicate"]
    assert _codes(bank=(_line(1, "☐ Ja ☒ Nej"), _line(2, "☒ Ja ☐ Nej", documented=False))) == []


def test_leakage_into_a_longer_sentence_names_all_places() -> None:
    inside = "Det skrives, at " + LONG[:-1].lower() + ", når det er klart."
    bank = (_line(1, "Mødet gik godt."), _line(2, LONG))
    found = duplicates([_text("a", "anker", inside), _text("b", "birte", "", LONG)], bank)
    (leak,) = [finding for finding in found if finding.code == "leakage"]
    assert (leak.file, leak.line, leak.places) == ("sentences/x.jsonl", 2, ("a:21", "b:22"))


def test_documents_of_nearly_the_same_words() -> None:
    one = _text("a", "anker", LONG)
    other = Text("b", "birte", one.text.replace("a57 a58 a59.", "Noget andet."))
    assert _codes(one, other) == ["near_documents", "shared_across"]
    assert _codes(Text("a", "anker", ""), Text("b", "anker", ""), Text("c", "anker", "Ja.")) == []

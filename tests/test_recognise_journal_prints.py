"""Journal prints of many makes: every note found, dated, typed; copies marked; nothing of the pages in between."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from journal_prints import MAKES, Note, momentum_pdf, notes_of
from journal_prints_fourth import FOURTH
from journal_prints_more import MORE
from journal_prints_third import THIRD

from docscore.case import Case, Document
from docscore.readers import read_document
from docscore.recognise import Entry, find_furniture, recognise, split_entries
from docscore.recognise.furniture import without_furniture

PRINTS = {name: (name, *make) for name, make in {**MAKES, **MORE}.items()} | THIRD | FOURTH
# Its words are misread; it has a test of its own.
OCR = PRINTS.pop("20_ocr_print")
# Rows whose first cell holds a date alone differ from those with a time below it: one note of that print is part of the one before it.
MERGED = {"raekker": 1}
# Titles stand in a cell beside other things there.
UNTITLED = frozenset({"raekker", "dato_alene", "09_log_txt", "19_outlook_print"})


@cache
def printed(name: str) -> tuple[list[Note], str, tuple[Document, ...], tuple[str, ...], list[Entry]]:
    source, make, file = PRINTS[name]
    notes = notes_of(source)
    text = read_document(make(notes), file).text
    case = recognise(Case("1", (Document(file, text, file=file),)))
    return notes, text, case.documents, case.warnings, split_entries(text)


def letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def found_in(name: str) -> list[tuple[Note, int]]:
    """Each note with the number of the document that is it: its day, its body and hardly more."""
    notes, text, documents, _, _ = printed(name)
    view = without_furniture(text)
    free = dict(enumerate(documents))
    found = []
    for note in notes:
        body = letters(note.body)
        for number, document in free.items():
            own = letters(view[document.start : document.end])
            if document.date == note.day and body in own and len(own) < len(body) + 130:
                found.append((note, number))
                del free[number]
                break
    return found


@pytest.mark.parametrize("name", PRINTS)
def test_every_note_is_a_document_with_its_date(name: str) -> None:
    notes, _, documents, _, _ = printed(name)
    lost = MERGED.get(name, 0)
    assert len(found_in(name)) >= len(notes) - 2 * lost
    assert len(documents) == len(notes) - lost
    assert [document.document_id for document in documents] == [
        f"{documents[0].file}#{number}" for number in range(1, len(documents) + 1)
    ]


def test_kinds() -> None:
    found = [(note.kind, printed(name)[2][number].kind) for name in PRINTS for note, number in found_in(name)]
    right = sum(wanted == kind for wanted, kind in found)
    assert right >= 0.97 * len(found)
    # What is audited must be right above all: hardly anything is taken for a meeting that is none.
    meetings = [wanted for wanted, kind in found if kind == "jobsamtale"]
    assert sum(wanted != "jobsamtale" for wanted in meetings) <= 0.02 * len(meetings)


@pytest.mark.parametrize("name", PRINTS)
def test_authors_and_titles(name: str) -> None:
    entries = printed(name)[4]
    found = found_in(name)
    titled = sum(letters(note.title) in letters(entries[number].title) for note, number in found)
    signed = sum(letters(entries[number].author).startswith(letters(note.author)[:3]) for note, number in found)
    if name not in UNTITLED:
        assert titled >= len(found) - 1
        assert signed >= len(found) - 2


@pytest.mark.parametrize("name", PRINTS)
def test_a_note_pasted_twice_is_listed_and_marked(name: str) -> None:
    notes, _, documents, warnings, _ = printed(name)
    if name in MERGED:
        return
    assert [document.duplicate_of is not None for document in documents] == [note.copy_of is not None for note in notes]
    copies = [number for number, note in enumerate(notes) if note.copy_of is not None]
    for number in copies:
        assert documents[number].duplicate_of == f"{documents[0].file}#{notes[number].copy_of}"
    assert len(warnings) == len(copies)
    assert not any(note.body.split()[0] in warning for note in notes for warning in warnings)


def test_a_print_that_was_recognised_without_danish_letters() -> None:
    source, make, file = OCR
    notes = notes_of(source)
    text = read_document(make(notes), file).text
    documents = recognise(Case("1", (Document(file, text, file=file),))).documents
    assert [document.date for document in documents] == [note.day for note in notes]
    assert sum(document.kind == note.kind for document, note in zip(documents, notes, strict=True)) >= len(notes) - 1
    assert [document.duplicate_of is not None for document in documents] == [note.copy_of is not None for note in notes]
    for document, note in zip(documents, notes, strict=True):
        # Words that hold no letter which it has lost.
        words = re.findall(r"\b[a-zA-Z]{4,}\b", note.body)
        assert sum(word in document.body for word in words) >= 0.8 * len(words)


@pytest.mark.parametrize("name", ["02_fasit_txt", "13_nummereret_txt", "prompter"])
def test_page_furniture_is_in_the_text_and_in_no_sentence(name: str) -> None:
    _, text, documents, _, _ = printed(name)
    furniture = find_furniture(text)
    assert len(furniture) >= 2
    for start, end in furniture:
        assert re.search(r"Side|Udskrevet|JOURNALUDSKRIFT|010170", text[start:end])
    from docscore.language.reading import read

    for document in documents:
        for sentence in read(text, document.start, document.end, document.kind).sentences:
            assert not any(start < sentence.end and end > sentence.start for start, end in furniture)


def test_no_document_ends_or_begins_with_furniture() -> None:
    _, text, documents, _, _ = printed("02_fasit_txt")
    for start, end in find_furniture(text):
        for document in documents:
            assert not start <= document.start < end
            assert not start < document.end <= end


def test_two_prints_that_overlap() -> None:
    """The journal printed in spring and again, by another system and longer, in autumn."""
    notes, text, _, _, _ = printed("03_sbsys_html")
    kept = [note for note in notes if note.copy_of is None]
    again = read_document(momentum_pdf(kept[-6:]), "efterår.pdf").text
    case = recognise(Case("1", (Document("forår", text), Document("efterår", again))))
    second = [document for document in case.documents if document.document_id.startswith("efterår#")]
    assert len(second) == 6
    assert all(one.duplicate_of is not None and one.duplicate_of.startswith("forår#") for one in second)
    assert recognise(case) == case


def test_of_two_equal_notes_the_first_is_audited() -> None:
    from docscore.checkpoints.decide import audited_document

    _, _, documents, _, _ = printed("02_fasit_txt")
    audited = audited_document(documents, "jobsamtale")
    assert audited is not None
    assert audited.document_id == "journal.txt#1"
    assert documents[13].duplicate_of == "journal.txt#1"


def test_a_mail_is_its_thread_and_never_a_meeting() -> None:
    notes, _, documents, _, entries = printed("06_mailtraad")
    assert [entry.mail for entry in entries] == [True] * len(notes)
    assert {document.kind for document in documents} == {"andet"}
    mail = "Fra: Mona\nTil: Karl\nDato: 01-02-2021 kl. 09.00\nEmne: Jobsamtale\n\nHusk samtalen på torsdag. Mona"
    (alone,) = recognise(Case("1", (Document("m.eml", mail, file="m.eml"),))).documents
    assert (alone.kind, alone.date) == ("andet", date(2021, 2, 1))


def test_a_mail_pasted_into_a_note_is_part_of_it() -> None:
    heads = [f"Dato: 0{n}-03-2021\nTitel: Notat om praktik\nForfatter: MB\n\n" for n in range(1, 5)]
    pasted = "Fra: Ruth Kjær\nSendt: 28. februar 2021 10:12\nTil: Mona Brink\nEmne: Praktik\n\nHan må gerne komme forbi i morgen."
    text = "\n\n".join(
        head + (pasted if n == 1 else "Karl har ringet og spurgt til praktikken, og han får svar i morgen.")
        for n, head in enumerate(heads)
    )
    entries = split_entries(text)
    assert [entry.date and entry.date.day for entry in entries] == [1, 2, 3, 4]
    assert text[entries[1].start : entries[1].end].endswith("i morgen.")


SINGLE = {
    "side i et brev": "Brev\nSide 1\nKære Karl\nDu skal møde den 3. maj 2021.\nSide 2\nVi ses.\n",
    "liste over møder": "Oversigt\n" + "".join(f"0{n}.03.2021 – møde med lægen om knæet\n" for n in range(1, 9)),
    "perioder": "Praktikker\n"
    + "".join(f"01.0{n}.2021 – 30.0{n}.2021 Praktik i Brugsen, hvor timetallet blev afprøvet\n" for n in range(1, 7)),
    "datoer i prosa": "Sagsfremstilling\n"
    + "".join(
        f"Den 3. {m} 2021 blev hun opereret i hoften, og det tog lang tid at komme sig over.\n"
        for m in ("marts", "april", "maj", "juni")
    ),
}


@pytest.mark.parametrize("name", SINGLE)
def test_one_document_stays_one(name: str) -> None:
    assert split_entries(SINGLE[name]) == []


@pytest.mark.slow
def test_a_print_of_three_hundred_pages_takes_seconds() -> None:
    base = [
        note
        for name in ("01_momentum_pdf", "10_fod_pdf", "07_tabel_pdf")
        for note in notes_of(name)
        if note.copy_of is None
    ]
    notes = [replace(base[n % len(base)], day=date(2008, 1, 3) + timedelta(days=3 * n)) for n in range(2300)]
    data = momentum_pdf(notes)
    began = time.process_time()
    found = read_document(data, "journal.pdf")
    case = recognise(Case("1", (Document("journal", found.text),)))
    assert time.process_time() - began < 10
    assert found.pages is not None
    assert found.pages >= 300
    assert [document.date for document in case.documents] == [note.day for note in notes]


@pytest.mark.parametrize(
    "unit",
    [
        "Side 1 af 2\n",
        "Udskrevet 1.1.2021\n",
        "Dato: ",
        "Titel: x\nDato: 1.1.2021\n",
        "x • 1. jan. 2021 08.45\ntekst\n",
        "LÆ 265\nDiagnose: x\n",
        "Oprettet af x d. 1.1.2021\n",
        "a-",
        "Fra: x\nSendt: 1.1.2021\n",
        "Dato ......: 1.1.2021\n\nEmne ....: x\n",
        "x | 1. jan. 2021 08.45\nBo Lind | y\n",
        "Dato........",
        "1.1.2021 (((",
    ],
)
def test_time_grows_with_the_text_only(unit: str) -> None:
    from docscore.recognise import find_inserts

    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        began = time.process_time()
        split_entries(text)
        find_inserts(text)
        return time.process_time() - began

    seconds(10_000)
    small = max(seconds(25_000), 0.02)
    # Four times the text: a quadratic reader would need sixteen times as long.
    assert seconds(100_000) < 10 * small

"""What is fuzzed: every way in which bytes from outside enter docscore, and what must hold whatever they are.

A target takes bytes and returns nothing. It may meet docscore's own errors (they are answers); any other exception, a
broken promise about offsets or characters, ten seconds or a gigabyte is a find. ``tests/fuzz_run.py`` drives the targets,
``tests/test_fuzz_corpus.py`` runs them over what was found before and over drawn documents.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import fuzz_pictures
import fuzz_words

from docscore.case import Case, Document, Facts, Kind, Problem
from docscore.errors import DocscoreError

Target = Callable[[bytes], None]

CHARACTERS = 20_000
"""Longest text that the language targets are given."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")


def document(data: bytes, name: str) -> None:
    """One document of any format: its text is clean, and it says why where there is none."""
    from docscore.readers.cleanup import clean
    from docscore.readers.formats import read_document

    try:
        found = read_document(data, name)
    except DocscoreError as error:
        _message(str(error), name)
        return
    assert found.text or found.notes, "an empty text without a note"
    assert _CONTROL.search(found.text) is None, "a control character came through"
    assert clean(found.text) == found.text, "the text is not clean"


def _message(message: str, name: str) -> None:
    """An error names the file and holds nothing that a terminal obeys."""
    assert name in message, "the message does not name the file"
    assert _CONTROL.search(message) is None, "a control character in a message"


@cache
def _package(template: str) -> tuple[tuple[str, bytes], ...]:
    from fuzz_seeds import docx_seed, xlsx_seed

    with zipfile.ZipFile(io.BytesIO({"docx": docx_seed, "xlsx": xlsx_seed}[template]())) as package:
        return tuple((name, package.read(name)) for name in package.namelist())


def _packed(template: str, part: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in _package(template):
            package.writestr(name, data if name == part else content)
    return out.getvalue()


def docx_part(data: bytes, part: str) -> None:
    """A part of a sound DOCX package: reaches the XML, which random bytes in a ZIP never do."""
    document(_packed("docx", part, data), "x.docx")


def table(data: bytes, name: str) -> None:
    """A flat export, to its cases."""
    from docscore.readers.exports import export_sources, open_table

    try:
        opened = open_table(name, lambda: io.BytesIO(data), {}, ("case_id", "text"))
        for source in export_sources(opened, {}, ""):
            if not isinstance(source, Problem):
                _loaded(source.load())
    except DocscoreError:
        return


def notes(data: bytes, name: str) -> None:
    """An export of journal notes, to the cases of the citizens in it; no CPR number names one."""
    from docscore.privacy.numbers import find_cpr
    from docscore.readers.notes_cases import NotesSource, citizens

    try:
        found, _ = citizens(data, name, least=1)
        numbers = [number for one in found for number in one.numbers]
        assert len(set(numbers)) == len(numbers), "a note of two citizens"
        assert not any(list(find_cpr(one.case_id)) for one in found), "a CPR number names a case"
        _loaded(NotesSource(name, tuple(found)).load() if found else [])
    except DocscoreError as error:
        _message(str(error), name)


def xlsx_part(data: bytes, part: str) -> None:
    """A part of a sound workbook."""
    table(_packed("xlsx", part, data), "x.xlsx")


def archive(data: bytes) -> None:
    """A ZIP input, to its cases."""
    from docscore.readers import iter_cases

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.zip")
        path.write_bytes(data)
        try:
            _loaded(list(iter_cases(path)))
        except DocscoreError as error:
            assert _CONTROL.search(str(error)) is None


def _loaded(items: list[Case | Problem]) -> None:
    for item in items:
        if isinstance(item, Problem):
            continue
        ids = [document.document_id for document in item.documents]
        assert len(set(ids)) == len(ids), "two documents of one id"
        for one in item.documents:
            assert 0 <= one.start <= one.end <= len(one.text)


def facts(data: bytes) -> None:
    """A ``sag.json``."""
    from docscore.readers.facts import read_facts_file

    read_facts_file(data, "sag.json")


def cell(data: bytes) -> None:
    """The text cell of an export, which may hold HTML or RTF."""
    from docscore.readers.formats import read_cell

    try:
        found = read_cell(data.decode("utf-8", "replace"), "x.csv")
    except DocscoreError:
        return
    assert _CONTROL.search(found.text) is None


@cache
def _corridor() -> Any:
    from docscore.batch.corridor import CorridorFactory

    return CorridorFactory()()


def case(data: bytes) -> None:
    """The whole way from a text to what is written of it: recognised, read, decided, masked.

    The first byte says the kind of the document, or none.
    """
    from docscore.readers.cleanup import clean
    from docscore.report.jsonl import dumps
    from docscore.report.records import case_record

    kinds = (None, *Kind)
    kind = kinds[data[0] % len(kinds)] if data else None
    text = clean(data[1 : 4 * CHARACTERS].decode("utf-8", "replace"))[:CHARACTERS]
    result = _corridor().score(Case("fuzz", (Document("a", text, kind=kind),), Facts()))
    for decision in result.decisions:
        for quote in decision.evidence:
            assert text[quote.start : quote.end] == quote.text, "evidence that the text does not hold"
    record = case_record(result)
    for line in (record.case, *record.decisions, *record.problems):
        dumps(line)


def reading(data: bytes) -> None:
    """Blocks, sentences, qualifiers, dates and entries of a text: every offset lies in it, in order."""
    from docscore.language.reading import read
    from docscore.readers.cleanup import clean
    from docscore.recognise import document_date, find_dates, recognise_kind, split_entries

    text = clean(data[: 4 * CHARACTERS].decode("utf-8", "replace"))[:CHARACTERS]
    found = read(text)
    place = 0
    for sentence in found.sentences:
        assert 0 <= sentence.start < sentence.end <= len(text)
        assert sentence.block < len(found.blocks)
        place = sentence.start
    assert place <= len(text)
    document_date(text, recognise_kind(text, None).kind)
    for mention in find_dates(text):
        assert 0 <= mention.start < mention.end <= len(text)
    end = 0
    for entry in split_entries(text):
        assert end <= entry.start <= entry.end <= len(text)
        end = entry.end


def masking(data: bytes) -> None:
    """Masks: the same length, spans that do not overlap, no CPR number left, one line for a terminal."""
    from docscore.privacy.numbers import find_cpr, find_in_name, find_numbers
    from docscore.report import privacy

    text = data.decode("utf-8", "replace")
    masked = privacy.mask(text)
    assert len(masked) == len(text)
    assert not list(find_cpr(masked)), "a CPR number is left"
    for find in (find_numbers, find_in_name):
        end = 0
        for found in find(text):
            assert end <= found.start < found.end <= len(text), "overlapping finds"
            end = found.end
    assert _CONTROL.search(privacy.one_line(text)) is None


DOCUMENTS = ("txt", "html", "rtf", "docx", "pdf", "eml", "json")

TARGETS: dict[str, Target] = {
    **{f"document.{suffix}": partial(document, name=f"x.{suffix}") for suffix in DOCUMENTS},
    # Random PDFs hold pages to recognise now and then.
    "document.pdf": partial(fuzz_pictures.pages, name="x.pdf", document=document),
    "part.document": partial(docx_part, part="word/document.xml"),
    "part.relations": partial(docx_part, part="word/_rels/document.xml.rels"),
    "part.sheet": partial(xlsx_part, part="xl/worksheets/sheet1.xml"),
    "part.workbook": partial(xlsx_part, part="xl/workbook.xml"),
    **{f"table.{suffix}": partial(table, name=f"x.{suffix}") for suffix in ("csv", "jsonl", "xlsx", "parquet")},
    **{f"notes.{suffix}": partial(notes, name=f"x.{suffix}") for suffix in ("xml", "json")},
    "archive": archive,
    "facts": facts,
    "cell": cell,
    "reading": reading,
    "case": case,
    "masking": masking,
    **fuzz_pictures.targets(document),
    **fuzz_words.targets(document),
}
"""Every target by its name; the name is also its folder in ``tests/data/fuzz``."""

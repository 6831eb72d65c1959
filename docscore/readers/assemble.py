"""Putting a case together from its files, or from its rows in a flat export."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from docscore.case import Case, Document, Facts, Kind, Problem
from docscore.errors import InputError
from docscore.readers.cleanup import clean, has_words, printable
from docscore.readers.columns import require
from docscore.readers.dates import parse_cell_date
from docscore.readers.facts import DocumentEntry, ReadFacts, combine, number_text, read_facts, read_facts_file
from docscore.readers.fields import nested
from docscore.readers.formats import EMPTY, ExtractedText
from docscore.readers.guard import FileProblemError, guarded
from docscore.readers.guard_worker import read_cell_guarded, read_guarded
from docscore.readers.names import (
    FACTS_NAME,
    MAIL_SUFFIXES,
    NOTES_SUFFIXES,
    TABLE_SUFFIXES,
    natural_key,
    same_name,
    suffix_of,
    unique_id,
)
from docscore.readers.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from typing import IO

_EMPTY_ROW = "rækken har ingen tekst. Udfyld den, eller fjern rækken."


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of a case: its name in the case folder, its name in the input, and how to get its bytes.

    ``notes`` says that they are notes, whatever the name's suffix.
    """

    name: str
    file: str
    read: Callable[[], bytes]
    open: Callable[[], IO[bytes]]
    notes: bool = False


@dataclass(frozen=True, slots=True)
class CaseRows:
    """A case's rows in a flat export, with its row of the ``--cases`` table."""

    case_id: str
    rows: tuple[Row, ...]
    facts: Row | None = None


def case_from_files(
    case_id: str,
    entries: Sequence[FileEntry],
    problems: Iterable[Problem] = (),
    *,
    facts_row: Row | None = None,
    facts_table: str = "",
    columns: Mapping[str, str] | None = None,
) -> Case:
    """Read all files of a case folder.

    Args:
        case_id: the folder's name; ``sag.json`` may say otherwise.
        entries: the files, ``sag.json`` among them.
        problems: what was wrong with the folder itself.
        facts_row: the case's row of the ``--cases`` table; ``sag.json`` wins over it field by field.
        facts_table: the name of that table.
        columns: own → contract names for tables in the folder.
    """
    found = list(problems)
    facts = _facts(entries, facts_row, facts_table)
    found += facts.problems
    warnings = list(facts.warnings)
    listed = _listed(facts.documents, found, _facts_file(entries))
    taken: set[str] = set()
    documents: list[Document] = []
    undated: set[str] = set()
    for file in sorted(entries, key=lambda entry: natural_key(entry.name)):
        if same_name(file.name) == FACTS_NAME:
            continue
        said = listed.pop(same_name(file.name), None)
        entry = file
        if suffix_of(file.name) in NOTES_SUFFIXES and not file.notes:
            from docscore.readers.notes_cases import as_notes

            entry = as_notes(file, facts.case_id or case_id, columns or {}, found)
        if suffix_of(entry.name) in TABLE_SUFFIXES and not entry.notes:
            documents += _table_documents(entry, facts.case_id or case_id, taken, found, columns or {})
            continue
        document = _file_document(entry, said, found, warnings)
        if document is not None:
            documents.append(_with_unique_id(document, taken, found))
            if said is not None and said.invalid_date:
                undated.add(documents[-1].document_id)
        for attached in _attached(entry, found):
            document = _file_document(attached, listed.pop(same_name(attached.name), None), found, warnings)
            if document is not None:
                documents.append(_with_unique_id(document, taken, found))
    for said in listed.values():
        reason = "filen er nævnt i sag.json, men findes ikke i sagsmappen. Læg den i mappen, eller ret navnet."
        found.append(Problem(_beside(entries, clean(said.file)), None, reason))
    return Case(
        facts.case_id or case_id,
        tuple(documents),
        _with_invalid_dates(facts.facts, undated),
        tuple(found),
        tuple(warnings),
    )


def _attached(entry: FileEntry, problems: list[Problem], depth: int = 1) -> Iterator[FileEntry]:
    """The attachments of a mail as files of the case, named by the mail and themselves; those of no other file."""
    if suffix_of(entry.name) not in MAIL_SUFFIXES:
        return
    from docscore.readers.mail import MAX_DEPTH, attachments

    try:
        with guarded(entry.file):
            found, notes = attachments(entry.read(), entry.name)
    except FileProblemError:
        return  # the mail itself is the problem, and is named
    problems += [Problem(entry.file, None, note) for note in notes]
    for item in found:
        data = item.data
        inner = FileEntry(
            f"{entry.name}/{item.name}", f"{entry.file}/{item.name}", partial(bytes, data), partial(io.BytesIO, data)
        )
        yield inner
        if depth < MAX_DEPTH:
            yield from _attached(inner, problems, depth + 1)


def _with_invalid_dates(facts: Facts, undated: set[str]) -> Facts:
    """Note the documents whose date was given and is none: their text is not asked for another."""
    if not undated:
        return facts
    return replace(facts, invalid=facts.invalid | {f"documents.{name}.date" for name in undated})


def _facts_file(entries: Sequence[FileEntry]) -> str:
    return next((entry.file for entry in entries if same_name(entry.name) == FACTS_NAME), FACTS_NAME)


def _beside(entries: Sequence[FileEntry], name: str) -> str:
    """The path that a missing file would have in the input."""
    own = next((entry for entry in entries if entry.file.endswith(entry.name)), None)
    return (own.file[: len(own.file) - len(own.name)] if own else "") + name.replace("\\", "/")


def _facts(entries: Sequence[FileEntry], row: Row | None, table: str) -> ReadFacts:
    """Facts of ``sag.json`` and of the cases table together."""
    own = next((entry for entry in entries if same_name(entry.name) == FACTS_NAME), None)
    facts = ReadFacts()
    if own is not None:
        try:
            with guarded(own.file):
                facts = read_facts_file(own.read(), own.file)
        except FileProblemError as error:
            facts = ReadFacts(problems=(Problem(own.file, None, error.reason),))
    return combine(facts, read_facts(nested(row.values), table, row.number)) if row else facts


def _listed(entries: Iterable[DocumentEntry], problems: list[Problem], file: str) -> dict[str, DocumentEntry]:
    """The lines of ``documents`` by file; a file outside the folder or named twice is a problem."""
    listed: dict[str, DocumentEntry] = {}
    for entry in entries:
        name = same_name(entry.file)
        if name.startswith("/") or ":" in name or ".." in name.split("/"):
            problems.append(Problem(file, None, "documents nævner en fil uden for sagsmappen. Læg filen i mappen."))
        elif name in listed:
            shown = printable(entry.file)
            reason = f"documents nævner {shown} to gange; kun den første linje er brugt. Fjern den anden."
            problems.append(Problem(file, None, reason))
        else:
            listed[name] = entry
    return listed


def _file_document(
    entry: FileEntry, said: DocumentEntry | None, problems: list[Problem], warnings: list[str]
) -> Document | None:
    """One file as a document; None when it cannot be read and nothing says what it would have been."""
    kind = said.kind if said else None
    data = b""
    try:
        with guarded(entry.file):
            data = entry.read()
        text = read_guarded(data, entry.name)
    except FileProblemError as error:
        problems.append(Problem(entry.file, None, error.reason))
        if kind is None:
            return None
        # The document is there and is of this kind: an older one must not be audited in its place.
        text = ExtractedText("")
    problems += [Problem(entry.file, None, note) for note in text.notes]
    warnings += [f"{printable(entry.name)}: {warning}" for warning in text.warnings]
    return Document(
        document_id=(said.document_id if said else None) or printable(entry.name),
        text=text.text,
        kind=kind,
        date=said.date if said else None,
        file=entry.file,
        sha256=hashlib.sha256(data).hexdigest() if data or not text.text else "",
        pages=text.pages,
        ocr=text.ocr,
        ocr_pages=text.ocr_pages,
        ocr_engine=text.ocr_engine,
    )


def _with_unique_id(document: Document, taken: set[str], problems: list[Problem], row: int | None = None) -> Document:
    unique = unique_id(document.document_id, taken)
    if unique == document.document_id:
        return document
    reason = f"document_id findes allerede i sagen; dokumentet hedder her {unique}. Giv det sit eget document_id."
    problems.append(Problem(document.file or "", row, reason))
    return replace(document, document_id=unique)


def _table_documents(
    entry: FileEntry, case_id: str, taken: set[str], problems: list[Problem], columns: Mapping[str, str]
) -> list[Document]:
    """The rows of a table that lies in a case folder: documents of that case, such as a journal export."""
    table = Table(entry.file, entry.open, columns)
    documents: list[Document] = []
    try:
        table.read_header()
        require(table.names, ("text",), table.header, entry.file, table.mapping)
        for number, item in enumerate(table.rows(), start=1):
            if isinstance(item, Problem):
                problems.append(item)
                continue
            owner = cell_text(item.values.get("case_id"))
            if owner and owner != case_id:
                reason = "rækken hører til en anden sag end mappen og er ikke læst. Flyt den, eller ret case_id."
                problems.append(Problem(entry.file, item.number, reason))
                continue
            document = _row_document(item, f"{printable(entry.name)}/{number}", entry.file, problems)
            documents.append(_with_unique_id(document, taken, problems, item.number))
    except FileProblemError as error:
        problems.append(Problem(entry.file, None, error.reason))
    except InputError as error:
        problems.append(Problem(entry.file, None, str(error)))
    finally:
        table.close()
    return documents


def case_from_rows(case: CaseRows, file: str, facts_table: str) -> Case:
    """Read a case out of its rows.

    A document whose date is none stands in ``facts.invalid`` as ``documents.<document_id>.date``.

    Args:
        case: the rows, in the order of the file.
        file: the export's name.
        facts_table: the name of the ``--cases`` table.
    """
    problems: list[Problem] = []
    warnings: list[str] = []
    raw: dict[str, object] = {}
    for row in case.rows:
        for name in ("kommune", "status"):
            value = cell_text(row.values.get(name))
            if value and raw.setdefault(name, value) != value:
                reason = f"{name} er en anden end i sagens første række, som er brugt. Ret den."
                problems.append(Problem(file, row.number, reason))
    first = case.rows[0].number if case.rows else None
    facts = read_facts(raw, file, first)
    if case.facts is not None:
        facts = combine(read_facts(nested(case.facts.values), facts_table, case.facts.number), facts)
    problems += facts.problems
    warnings += facts.warnings
    if not case.rows:
        warnings.append("Sagen står i sagstabellen, men har ingen dokumenter i eksporten.")
    taken: set[str] = set()
    documents: list[Document] = []
    undated: set[str] = set()
    for number, row in enumerate(case.rows, start=1):
        document = _row_document(row, f"{case.case_id}/{number}", file, problems)
        documents.append(_with_unique_id(document, taken, problems, row.number))
        if document.date is None and cell_text(row.values.get("date")):
            undated.add(documents[-1].document_id)
    invalid = _with_invalid_dates(facts.facts, undated)
    return Case(case.case_id, tuple(documents), invalid, tuple(problems), tuple(warnings))


def _row_document(row: Row, default_id: str, file: str, problems: list[Problem]) -> Document:
    """One row as a document. An unusable text leaves an empty document and a problem."""
    value = row.values.get("text")
    found = ExtractedText("")
    raw = ""
    if value is None or value == "":
        problems.append(Problem(file, row.number, _EMPTY_ROW))
    elif isinstance(value, dict | list | bytes):
        reason = "feltet text er ikke en tekst. Eksportér det som ren tekst."
        problems.append(Problem(file, row.number, reason))
    else:
        raw = value if isinstance(value, str) else str(value)
        try:
            found = read_cell_guarded(raw, file)
            if not has_words(found.text):
                problems.append(Problem(file, row.number, _EMPTY_ROW))
        except FileProblemError as error:
            problems.append(Problem(file, row.number, error.reason))
    problems += [Problem(file, row.number, note) for note in found.notes if note != EMPTY]
    return Document(
        document_id=cell_text(row.values.get("document_id")) or default_id,
        text=found.text,
        kind=_cell_kind(row, file, problems),
        date=_cell_date(row, file, problems),
        file=file,
        sha256=hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def _cell_kind(row: Row, file: str, problems: list[Problem]) -> Kind | None:
    value = cell_text(row.values.get("kind"))
    if not value:
        return None
    try:
        return Kind(value.casefold())
    except ValueError:
        reason = f"kind er ingen kendt dokumenttype; indholdet afgør typen. Skriv en af: {', '.join(Kind)}."
        problems.append(Problem(file, row.number, reason))
        return None


def _cell_date(row: Row, file: str, problems: list[Problem]) -> date | None:
    value = row.values.get("date")
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    found = parse_cell_date(value)
    if found is None:
        reason = "date er ikke en dato, der findes, og er ikke brugt. Skriv den som åååå-mm-dd eller dd-mm-åååå."
        problems.append(Problem(file, row.number, reason))
    return found


def cell_text(value: object) -> str:
    """A cell that holds an id or a name, as text; empty for an empty cell."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value)
    return clean(str(value)).strip()

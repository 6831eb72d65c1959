"""A case with every document's kind and date, and with its journals split."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from docscore.case import Case, Document, Kind
from docscore.recognise.entries import Entry, is_print_header, split_entries
from docscore.recognise.kinds import kind_of
from docscore.recognise.own_date import document_date
from docscore.repair.documents import as_filed, as_read, repaired

# A file given as one of these may be an export of several notes of that kind; any other given kind is one document.
_SPLIT_KINDS = frozenset({Kind.JOBSAMTALE, Kind.OPFOELGNING, Kind.ANDET})
_WORDS = re.compile(r"\w")


class _Part(NamedTuple):
    start: int
    end: int
    date: date | None
    dated: bool


def recognise(case: Case) -> Case:
    """Give every document of a case its kind and date, and split journal exports into their entries.

    Args:
        case: a case as the readers give it. A kind or date that a document already has is kept.

    Returns:
        The case with its documents in the same order. A file with several dated entries is replaced by one document per
        entry with the id ``<document_id>#<n>``, the file's whole ``text`` and its own ``start`` and ``end``; running
        text before the first entry is a part of its own. ``warnings`` name entries that stand twice in a file, and
        a given date or kind that an export's entries override.

    A text without Danish letters is read as repaired (:mod:`docscore.repair`), and ``warnings`` name its file.

    Recognition is repeatable: a recognised case comes back unchanged.
    """
    case = repaired(case)
    documents: list[Document] = []
    warnings: list[str] = list(case.warnings)
    for document in case.documents:
        read = as_read(document)
        parts = _parts(read)
        made = _split(read, parts, warnings) if parts else [_whole(read)]
        documents += (as_filed(one, document) for one in made)
    return replace(case, documents=tuple(documents), warnings=tuple(warnings))


def _whole(document: Document) -> Document:
    kind = document.kind
    if kind is None:
        kind = kind_of(document.text, document.file, document.start, document.end)
    day = document.date
    if day is None:
        day = document_date(document.text, kind, document.start, document.end)
    if kind is document.kind and day == document.date:
        return document
    return replace(document, kind=kind, date=day)


def _parts(document: Document) -> list[_Part]:
    """The parts of a journal export; empty for a single document or a part of one."""
    if document.start != 0 or document.end != len(document.text):
        return []
    if document.kind is not None and document.kind not in _SPLIT_KINDS:
        return []
    entries: list[Entry] = split_entries(document.text)
    if len(entries) < 2:
        return []
    parts = [_Part(entry.start, entry.end, entry.date, True) for entry in entries]
    first = entries[0].start
    if _WORDS.search(document.text, 0, first) and not is_print_header(document.text, 0, first):
        parts.insert(0, _Part(0, len(document.text[:first].rstrip()), None, False))
    return parts


def _split(document: Document, parts: list[_Part], warnings: list[str]) -> list[Document]:
    name = document.file or document.document_id
    made: list[Document] = []
    for number, part in enumerate(parts, start=1):
        kind = kind_of(document.text, None, part.start, part.end)
        day = part.date if part.dated else document_date(document.text, kind, part.start, part.end)
        made.append(
            replace(
                document,
                document_id=f"{document.document_id}#{number}",
                kind=kind,
                date=day,
                start=part.start,
                end=part.end,
            )
        )
    given = document.kind
    if given is not None and given is not Kind.ANDET and all(one.kind is not given for one in made):
        # Whoever filed the journal knows what it holds; its text says nothing to the contrary note by note.
        made = [replace(one, kind=given) for one in made]
    if document.date is not None:
        warnings.append(
            f"{name}: filen har flere daterede notater, og hvert notats egen dato bruges i stedet for den "
            f"oplyste dato {document.date.isoformat()}. Del filen op, hvis datoen gælder et bestemt notat."
        )
    warnings.extend(_duplicates(name, made))
    return made


def _duplicates(name: str, made: list[Document]) -> list[str]:
    """A warning for each entry whose date and text, spaces aside, stand earlier in the file."""
    seen: dict[tuple[date | None, str], Document] = {}
    found = []
    for one in made:
        key = (one.date, "".join(one.body.split()).casefold())
        first = seen.setdefault(key, one)
        if first is not one:
            found.append(
                f"{name}: notaterne {_number(first)} og {_number(one)} er ens. Fjern det ene, hvis det er en kopi."
            )
    return found


def _number(document: Document) -> str:
    return "#" + document.document_id.rpartition("#")[2]

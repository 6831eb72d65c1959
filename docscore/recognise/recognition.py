"""A case with every document's kind and date, and with its journals split."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from docscore.case import Case, Document, Kind
from docscore.recognise.blocks import block_at
from docscore.recognise.entries import Entry, is_print_header, split_entries
from docscore.recognise.furniture import without_furniture
from docscore.recognise.heads import neutral_titles
from docscore.recognise.inserts import InsertKind, find_inserts
from docscore.recognise.kinds import kind_of
from docscore.recognise.own_date import document_date
from docscore.repair.documents import as_filed, as_read, repaired

# A file given as one of these may be an export of several notes of that kind; any other given kind is one document.
_SPLIT_KINDS = frozenset({Kind.JOBSAMTALE, Kind.OPFOELGNING, Kind.ANDET})
_WORDS = re.compile(r"\w")
# A body shorter than this (letters and digits) says too little to tell a copy from another note of its day.
_TELLING = 25
# With fewer words below a title that says nothing, an entry is no record of a meeting.
_RECORD_WORDS = 25
_FIRST_WORD = re.compile(r"[^\W\d_]+")
# An entry with fewer words than this beside the attestation pasted into it is that attestation.
_OWN_WORDS = 15


class _Part(NamedTuple):
    """A part of a journal export; ``body`` is where its head ends."""

    start: int
    end: int
    date: date | None
    dated: bool
    body: int
    mail: bool
    title: str


def recognise(case: Case) -> Case:
    """Give every document of a case its kind and date, and split journal exports into their entries.

    Args:
        case: a case as the readers give it. A kind or date that a document already has is kept.

    Returns:
        The case with its documents in the same order. A file with several dated entries is replaced by one document per
        entry with the id ``<document_id>#<n>``, the file's whole ``text`` and its own ``start`` and ``end``; running
        text before the first entry is a part of its own. An entry that repeats an earlier one of the case has
        ``duplicate_of``. ``warnings`` name these, and a given date or kind that an export's entries override.

    A text without Danish letters is read as repaired (:mod:`docscore.repair`), and ``warnings`` name its file.

    Recognition is repeatable: a recognised case comes back unchanged.
    """
    case = repaired(case)
    documents: list[Document] = []
    warnings: list[str] = list(case.warnings)
    seen: dict[tuple[date | None, str], str] = {}
    for document in case.documents:
        read = as_read(document)
        parts = _parts(read)
        made = _split(read, parts, warnings, seen) if parts else [_whole(read)]
        documents += (as_filed(one, document) for one in made)
    return replace(case, documents=tuple(documents), warnings=tuple(warnings))


def _whole(document: Document) -> Document:
    kind = document.kind
    if kind is None:
        text = without_furniture(document.text)
        kind = kind_of(text, document.file, _mail_body(text, document.start, document.end), document.end)
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
    parts = [_Part(entry.start, entry.end, entry.date, True, entry.body, entry.mail, entry.title) for entry in entries]
    first = entries[0].start
    if _WORDS.search(document.text, 0, first) and not is_print_header(document.text, 0, first):
        parts.insert(0, _Part(0, len(document.text[:first].rstrip()), None, False, 0, False, ""))
    return parts


def _split(
    document: Document, parts: list[_Part], warnings: list[str], seen: dict[tuple[date | None, str], str]
) -> list[Document]:
    name = document.file or document.document_id
    view = without_furniture(document.text)
    made: list[Document] = []
    for number, part in enumerate(parts, start=1):
        kind = _entry_kind(view, part)
        day = part.date if part.dated else document_date(view, kind, part.start, part.end)
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
    return [_checked(one, part, view, name, warnings, seen) for one, part in zip(made, parts, strict=True)]


def _entry_kind(view: str, part: _Part) -> Kind:
    """The kind of an entry by its own words: an attestation pasted into a note does not make the note one."""
    start = part.body if part.mail else part.start
    words = len(view[part.start : part.end].split())
    first = _FIRST_WORD.search(part.title.lower())
    if words < _RECORD_WORDS and first is not None and first[0] in neutral_titles():
        return Kind.ANDET
    pasted = [one for one in find_inserts(view, part.start, part.end) if one.kind is InsertKind.ATTESTATION]
    if not pasted:
        return kind_of(view, None, start, part.end)
    own, at = [], part.start
    for one in pasted:
        own += [view[at : one.start], " " * (one.end - one.start)]
        at = one.end
    text = "".join([*own, view[at : part.end]])
    head = max(0, part.body - part.start)
    if len(text[head:].split()) < _OWN_WORDS:
        return kind_of(view, None, start, part.end)
    return kind_of(text, None, start - part.start, len(text))


def _mail_body(text: str, start: int, end: int) -> int:
    """Where a mail's body begins; ``start`` for any other document. A mail about a meeting is no record of it."""
    line_end = text.find("\n", start, end)
    block = block_at(text, start, line_end, start, end) if line_end >= 0 else None
    return block.end if block is not None and block.is_mail else start


def _checked(
    one: Document, part: _Part, view: str, name: str, warnings: list[str], seen: dict[tuple[date | None, str], str]
) -> Document:
    """The entry, marked where its day and text, spaces and head aside, stand earlier in the case, with a warning."""
    body = _letters(view[max(part.body, part.start) : part.end])
    key = (one.date, body if len(body) >= _TELLING else _letters(view[part.start : part.end]))
    first = seen.setdefault(key, one.document_id)
    if first == one.document_id:
        return one
    own, number = one.document_id.rpartition("#")[::2]
    other, other_number = first.rpartition("#")[::2]
    pair = f"#{other_number} og #{number}" if own == other else f"{first} og {one.document_id}"
    warnings.append(f"{name}: notaterne {pair} er ens, og kun det første bedømmes. Fjern det ene, hvis det er en kopi.")
    return replace(one, duplicate_of=first)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()

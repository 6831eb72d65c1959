"""Journal notes in JSON, JSON Lines and XML, as case systems export them: one text, each note under its own head.

Which objects are notes, and whose, is found in :mod:`docscore.readers.notes_search`. A note's body may be HTML or
RTF. Other running text of a note follows under its field's name. :mod:`docscore.recognise` finds the heads and makes
each note a document. A file with notes about several citizens becomes several cases
(:mod:`docscore.readers.notes_cases`).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from docscore.readers.formats import ExtractedText, read_cell
from docscore.readers.guard import FileProblemError
from docscore.readers.notes_owners import by_citizen
from docscore.readers.notes_search import Note, Owner, find_notes
from docscore.readers.plain import decode

RULE = "-" * 40
"""The line between two notes."""

ENVELOPE = "docscore:noter"
"""The one field of a JSON object that holds the notes of one case of a larger export, and those without text."""

_NO_NOTES = (
    "filen holder ingen journalnotater, som docscore kender (tekst med dato, titel eller forfatter). "
    "Eksportér notaterne som .csv, .docx eller .pdf."
)
_PEOPLE = (
    "filen holder notater om flere borgere og er ikke læst i denne sag. "
    "Læs den for sig (docscore score FILEN: hver borger bliver en sag), eller eksportér én fil pr. borger."
)
_BROKEN = "filen er ikke gyldig JSON. Eksportér den igen."
_NO_TEXT = "notat nr. {} har ingen tekst. Udfyld det, eller fjern det."
_FORMAT = "notat nr. {} kan ikke læses: {}"


def extract(data: bytes, name: str) -> ExtractedText:
    """Read an export of journal notes.

    Raises:
        FileProblemError: it is broken, holds no notes, or notes about more than one citizen.
    """
    notes, empty = notes_in(data, name)
    if not notes:
        raise FileProblemError(name, _NO_NOTES)
    if len(by_citizen(notes)[0]) > 1:
        raise FileProblemError(name, _PEOPLE)
    problems = dict.fromkeys(_NO_TEXT.format(number) for number in empty)
    shown = []
    for note in notes:
        _read(note, name, problems)
        if note.body:
            shown.append(_shown(note))
        elif not any(said.startswith(_FORMAT.partition("{}")[0] + f"{note.number} ") for said in problems):
            problems[_NO_TEXT.format(note.number)] = None
    return ExtractedText("\n\n".join(shown), notes=tuple(problems))


def notes_in(data: bytes, name: str) -> tuple[list[Note], tuple[int, ...]]:
    """The notes of an export as it has them, and the numbers of those without text.

    Raises:
        FileProblemError: the file is neither JSON nor XML that can be read safely.
    """
    text = decode(data)
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        from docscore.readers.notes_xml import parse

        return find_notes(parse(data, name), name)
    try:
        root = json.loads(text)
    except ValueError:
        # Some exports are one object per line.
        root = _lines(text, name)
    if isinstance(root, dict) and list(root) == [ENVELOPE]:
        return _unpacked(root[ENVELOPE])
    return find_notes(root, name)


def packed(notes: list[Note], empty: tuple[int, ...]) -> bytes:
    """Some notes of an export as a file of their own, for :func:`extract`; their numbers are kept."""
    return json.dumps({ENVELOPE: {"noter": [asdict(note) for note in notes], "tomme": empty}}).encode("ascii")


def _unpacked(root: Any) -> tuple[list[Note], tuple[int, ...]]:
    notes = []
    for item in root["noter"]:
        note = Note(**{**item, "owner": Owner()})
        note.more = [(str(key), str(text)) for key, text in note.more]
        notes.append(note)
    return notes, tuple(map(int, root["tomme"]))


def _lines(text: str, name: str) -> list[Any]:
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError:
        raise FileProblemError(name, _BROKEN) from None


def _read(note: Note, name: str, problems: dict[str, None]) -> None:
    """Read what of a note is HTML or RTF; what cannot be read is named."""

    def read(value: str) -> str:
        try:
            return read_cell(value, name).text.strip()
        except FileProblemError as error:
            problems[_FORMAT.format(note.number, error.reason)] = None
            return ""

    for key in ("date", "title", "type", "author"):
        setattr(note, key, " ".join(read(getattr(note, key)).split()))
    note.body = read(note.body)
    note.more = [(key, text) for key, value in note.more if (text := read(value))]
    if not note.body and note.more:
        note.body = note.more.pop(0)[1]


def _shown(note: Note) -> str:
    head = [RULE, f"Notat nr.: {note.number}"]
    for prompt, value in (
        ("Dato", note.date),
        ("Titel", note.title),
        ("Type", note.type if note.type != note.title else ""),
        ("Forfatter", note.author),
    ):
        if value:
            head.append(f"{prompt}: {value}")
    parts = ["\n".join(head), note.body] + [f"{label}: {text}" for label, text in note.more]
    return "\n\n".join(part for part in parts if part)

"""Exports of notes about several citizens: each citizen's notes are a case, and every note is accounted for.

A case is a citizen. Its ``case_id`` is the case's number in the export where the citizen has just one and nobody else
has it, else the citizen's id in that system, else (a CPR number, which is masked wherever it is written) the file's
name with a number. The notes keep the numbers that they have in the file.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from docscore.case import Case, Problem
from docscore.errors import InputError
from docscore.readers import limits
from docscore.readers.assemble import FileEntry, case_from_files
from docscore.readers.formats import too_large
from docscore.readers.guard import FileProblemError, guarded
from docscore.readers.names import LINES_SUFFIXES, stem_of, suffix_of, unique_id
from docscore.readers.notes_owners import bare, by_citizen
from docscore.readers.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docscore.readers.notes_search import Note
    from docscore.readers.tables import Row

_NOBODYS = "notatet har intet borger- eller sagsnummer, som filens andre notater har, og er ikke læst. Udfyld det."
_OTHERS = "notatet hører til en anden sag end mappen og er ikke læst. Flyt det, eller læs filen for sig."
_NO_TEXT = "notatet har ingen tekst. Udfyld det, eller fjern det."
_CPR = re.compile(r"\d{6}[0-9x]{4}")


@dataclass(frozen=True, slots=True)
class CitizenNotes:
    """One citizen's part of an export.

    Attributes:
        case_id: see the module.
        aliases: the ids by which a table or a folder may name the citizen, in plain form.
        data: the notes as a file of their own.
        numbers: of the notes in the export.
        facts: the citizen's row of the ``--cases`` table.
    """

    case_id: str
    aliases: frozenset[str]
    data: bytes
    numbers: tuple[int, ...] = ()
    facts: Row | None = None


@dataclass(frozen=True, slots=True)
class NotesSource:
    """Some citizens of an export of notes; see :class:`docscore.readers.sources.CaseSource`."""

    file: str
    cases: tuple[CitizenNotes, ...]
    facts_table: str = ""

    @property
    def label(self) -> str:
        """See :class:`CaseSource`."""
        return f"{self.file}: {self.cases[0].case_id}"

    def load(self) -> list[Case | Problem]:
        """See :class:`CaseSource`."""
        return [self._case(case) for case in self.cases]

    def _case(self, case: CitizenNotes) -> Case:
        entry = _entry(self.file.rpartition("/")[2], self.file, case.data)
        return case_from_files(case.case_id, [entry], facts_row=case.facts, facts_table=self.facts_table)


def _entry(name: str, file: str, data: bytes) -> FileEntry:
    return FileEntry(name, file, partial(bytes, data), partial(io.BytesIO, data), notes=True)


def citizens(data: bytes, file: str, *, least: int = 2) -> tuple[list[CitizenNotes], list[Problem]]:
    """The citizens of an export of notes, none where there are not several; and the notes that are lost to them.

    Args:
        data: the file.
        file: its name in the input.
        least: how few citizens are several.

    Raises:
        FileProblemError: it cannot be read.
    """
    from docscore.readers.exports_notes import notes_in, packed

    name = file.rpartition("/")[2]
    if len(data) > limits.MAX_MARKUP_BYTES:
        raise too_large(file, len(data), limits.MAX_MARKUP_BYTES)
    with guarded(file):
        notes, empty = notes_in(data, name)
        groups, nobodys = by_citizen(notes)
    if len(groups) < least or not notes:
        return [], []
    problems = [(number, _NO_TEXT) for number in empty] + [(note.number, _NOBODYS) for note in nobodys]
    holders: dict[str, set[str]] = {}
    for key, own in groups.items():
        for number in _values(own, "case"):
            holders.setdefault(bare(number), set()).add(key)
    taken: set[str] = set()
    found = []
    for place, own in enumerate(groups.values(), start=1):
        numbered = stem_of(name) if len(groups) == 1 else f"{stem_of(name)}/{place}"
        case_id = unique_id(_case_id(own, holders) or numbered, taken)
        aliases = frozenset(map(bare, (*_values(own, "case"), *_values(own, "person"))))
        found.append(CitizenNotes(case_id, aliases, packed(own, ()), tuple(note.number for note in own)))
    return found, [Problem(file, number, reason) for number, reason in sorted(problems)]


def _values(notes: list[Note], kind: str) -> list[str]:
    """The ids of some notes, each once, in order."""
    return list(dict.fromkeys(value for note in notes for value in getattr(note.owner, kind).values()))


def _case_id(notes: list[Note], holders: Mapping[str, set[str]]) -> str | None:
    numbers = [number for number in _values(notes, "case") if len(holders[bare(number)]) == 1]
    if len(set(map(bare, numbers))) == 1 and not _CPR.fullmatch(bare(numbers[0])):
        return numbers[0]
    ids = {name: value for note in notes for name, value in note.owner.person.items()}
    named = [
        value for name, value in ids.items() if not _CPR.fullmatch(bare(value)) and not name.endswith(("navn", "name"))
    ]
    return named[0] if named else None


def notes_sources(
    data: bytes, file: str, facts: Mapping[str, Row], facts_table: str, unused: dict[str, Row], *, alone: bool = False
) -> Iterator[NotesSource | Problem]:
    """The cases of an export of notes about several citizens; nothing where there are not several.

    Args:
        data: the file.
        file: its name in the input.
        facts: rows of the ``--cases`` table by case id.
        facts_table: the name of that table.
        unused: rows that no case has had; those used here are taken out.
        alone: whether one citizen's notes are a case, too.

    Raises:
        FileProblemError: the file cannot be read.
    """
    found, problems = citizens(data, file, least=1 if alone else 2)
    yield from problems
    by_alias = {bare(case_id): case_id for case_id in facts}
    chunk: list[CitizenNotes] = []
    size = 0
    for one in found:
        named = next((by_alias[alias] for alias in sorted(one.aliases) if alias in by_alias), None)
        if one.case_id in facts:
            named = one.case_id
        row = facts[named] if named is not None else None
        unused.pop(named or "", None)
        chunk.append(replace(one, facts=row))
        size += len(one.data)
        if len(chunk) >= limits.CHUNK_CASES or size >= limits.CHUNK_CHARACTERS:
            yield NotesSource(file, tuple(chunk), facts_table)
            chunk, size = [], 0
    if chunk:
        yield NotesSource(file, tuple(chunk), facts_table)


def as_notes(entry: FileEntry, case_id: str, columns: Mapping[str, str], problems: list[Problem]) -> FileEntry:
    """A file in a case's folder that may be an export of notes.

    Args:
        entry: the file.
        case_id: the case.
        columns: own → contract column names.
        problems: takes up a line for each note that is another's.

    Returns:
        The file; of several citizens' notes only the case's own, where one of them is named as the case is. JSON
        Lines with the contract's columns are a table, as they were.
    """
    if suffix_of(entry.name) in LINES_SUFFIXES and _is_table(entry, columns):
        return entry
    entry = replace(entry, notes=True)
    try:
        found, lost = citizens(entry.read(), entry.file)
    except (FileProblemError, OSError):
        return entry  # it is named when it is read
    own = [one for one in found if bare(case_id) in one.aliases]
    if len(own) != 1:
        return entry
    others = {number for one in found if one is not own[0] for number in one.numbers}
    lines = [*lost, *(Problem(entry.file, number, _OTHERS) for number in others)]
    problems += sorted(lines, key=lambda line: line.row or 0)
    return _entry(entry.name, entry.file, own[0].data)


def _is_table(entry: FileEntry, columns: Mapping[str, str]) -> bool:
    table = Table(entry.file, entry.open, columns)
    try:
        table.read_header()
    except (FileProblemError, InputError):
        return True
    return "text" in table.names

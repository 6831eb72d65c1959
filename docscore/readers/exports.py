"""Flat exports: grouping rows into cases without holding the file, and the ``--cases`` table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docscore.case import Problem
from docscore.errors import InputError
from docscore.readers import limits
from docscore.readers.assemble import CaseRows, cell_text
from docscore.readers.cleanup import printable
from docscore.readers.columns import checked, require
from docscore.readers.guard import FileProblemError
from docscore.readers.sources import RowsSource
from docscore.readers.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from docscore.readers.tables import Opener

_NO_CASE = "rækken har intet case_id og er ikke læst. Udfyld case_id."


def open_table(file: str, opener: Opener, columns: Mapping[str, str] | None, needed: tuple[str, ...]) -> Table:
    """A table with its header read and its needed columns made sure of.

    Raises:
        InputError: a column is missing; the message names the columns found and ``--columns``.
        FileProblemError: the file is broken.
    """
    table = Table(file, opener, checked(columns or {}))
    try:
        table.read_header()
        require(table.names, needed, table.header, file, table.mapping)
    except BaseException:
        table.close()
        raise
    return table


def export_sources(table: Table, facts: Mapping[str, Row], facts_table: str) -> Iterator[RowsSource | Problem]:
    """The cases of a flat export, in the order in which each appears first.

    The file is read twice: first to count the rows of each case, then to hand a case on as soon as all its
    rows are there. Where a case's rows stand together, one case at a time is held. Where they do not, the
    cases in between wait for the first.

    Args:
        table: the export, from :func:`open_table`.
        facts: rows of the ``--cases`` table by case id; a case without a document is given last.
        facts_table: the name of that table.
    """
    try:
        left = count_rows(table)
        unseen = [case_id for case_id in facts if case_id not in left]
        waiting: dict[str, list[Row]] = {}
        chunk = _Chunk(table.file, facts, facts_table)
        for item in table.rows():
            if isinstance(item, Problem):
                yield from chunk.flush()
                yield item
                continue
            case_id = cell_text(item.values.get("case_id"))
            if not case_id:
                yield from chunk.flush()
                yield Problem(table.file, item.number, _NO_CASE)
                continue
            waiting.setdefault(case_id, []).append(item)
            left[case_id] -= 1
            while waiting and left[first := next(iter(waiting))] <= 0:
                yield from chunk.add(first, waiting.pop(first))
        # Only a file that changed between the two readings leaves any.
        for case_id, rows in waiting.items():
            yield from chunk.add(case_id, rows)
        for case_id in unseen:
            yield from chunk.add(case_id, [])
        yield from chunk.flush()
    finally:
        table.close()


def count_rows(table: Table) -> dict[str, int]:
    """Rows of each case, in order of first appearance."""
    counts: dict[str, int] = {}
    for item in table.rows(only=("case_id",)):
        if isinstance(item, Row) and (case_id := cell_text(item.values.get("case_id"))):
            counts[case_id] = counts.get(case_id, 0) + 1
    return counts


class _Chunk:
    """Gathers complete cases until they are worth a source of their own."""

    def __init__(self, file: str, facts: Mapping[str, Row], facts_table: str) -> None:
        self._file = file
        self._facts = facts
        self._facts_table = facts_table
        self._cases: list[CaseRows] = []
        self._size = 0

    def add(self, case_id: str, rows: list[Row]) -> Iterator[RowsSource]:
        self._cases.append(CaseRows(case_id, tuple(rows), self._facts.get(case_id)))
        self._size += sum(len(text) for row in rows if isinstance(text := row.values.get("text"), str))
        if len(self._cases) >= limits.CHUNK_CASES or self._size >= limits.CHUNK_CHARACTERS:
            yield from self.flush()

    def flush(self) -> Iterator[RowsSource]:
        if self._cases:
            yield RowsSource(self._file, tuple(self._cases), self._facts_table)
        self._cases, self._size = [], 0


def read_cases_table(path: Path, columns: Mapping[str, str] | None) -> tuple[dict[str, Row], list[Problem]]:
    """The rows of the ``--cases`` table by case id, and what was wrong with some.

    Raises:
        InputError: the table is missing, broken, or has no ``case_id`` column.
    """
    name = printable(path.name)
    if not path.is_file():
        raise InputError(f"Sagstabellen {printable(str(path))} findes ikke. Ret stien til --cases.")
    mapping = checked(columns or {})
    # The mapping is the export's: what it maps to text or document_id is no business of this table.
    mapping = {own: contract for own, contract in mapping.items() if contract != "text"}
    try:
        table = open_table(name, lambda: path.open("rb"), mapping, ("case_id",))
    except FileProblemError as error:
        raise InputError(str(error)) from error
    rows: dict[str, Row] = {}
    problems: list[Problem] = []
    try:
        for item in table.rows():
            if isinstance(item, Problem):
                problems.append(item)
                continue
            case_id = cell_text(item.values.pop("case_id", None))
            if not case_id:
                problems.append(Problem(name, item.number, _NO_CASE))
            elif case_id in rows:
                reason = "sagen står to gange i sagstabellen; kun den første række er brugt. Fjern den anden."
                problems.append(Problem(name, item.number, reason))
            else:
                rows[case_id] = item
    finally:
        table.close()
    return rows, problems

"""Rows of flat files: CSV, XLSX, JSONL and Parquet, one after the other, never the whole file at once."""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from docscore.case import Problem
from docscore.errors import InputError
from docscore.readers import limits
from docscore.readers.cleanup import clean
from docscore.readers.columns import contract_names
from docscore.readers.guard import FileProblemError, guarded
from docscore.readers.names import suffix_of
from docscore.readers.packages import open_package
from docscore.readers.plain import SAMPLE, find_encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

if TYPE_CHECKING:
    Opener = Callable[[], IO[bytes]]
    """Opens the bytes of a file anew."""

_DELIMITERS = (",", ";", "\t", "|")
_BATCH = 256
_CUT = "teksten fylder en hel Excel-celle (32.767 tegn) og er formentlig afkortet. Eksportér den som CSV eller JSONL."


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its 1-based number and its values by column name."""

    number: int
    values: dict[str, object]


@dataclass(slots=True)
class Table:
    """A flat file that can be read several times.

    Attributes:
        file: its name for problem lines.
        open: opens the bytes anew.
        mapping: own column names → contract names.
        names: the columns, by contract name where they have one.
        header: the columns as the file names them.
    """

    file: str
    open: Opener
    mapping: Mapping[str, str]
    names: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    _book: _Workbook | None = None

    def read_header(self) -> None:
        """Fill ``names`` and ``header``.

        Raises:
            FileProblemError: the file is broken, or of another format.
            InputError: the file is empty.
        """
        with guarded(self.file), ExitStack() as stack:
            stream = stack.enter_context(self.open())
            if _kind(self, stream) == "xlsx":
                # Opening a workbook reads all its strings: once is enough.
                self._book = _Workbook(self, stream)
                self.header = self._book.header
                stack.pop_all()
            else:
                self.header = _header(self, stream)
        if not any(column.strip() for column in self.header):
            raise InputError(f"{self.file}: filen har ingen overskriftsrække. Første række skal holde kolonnenavnene.")
        self.names = contract_names(self.header, self.mapping)

    def close(self) -> None:
        """Close a workbook that is kept open between readings."""
        if self._book is not None:
            self._book.close()
            self._book = None

    def rows(self, only: tuple[str, ...] | None = None) -> Iterator[Row | Problem]:
        """All data rows in order; a row that cannot be read is a problem.

        Args:
            only: contract names of the columns that are needed; Parquet reads no others.
        """
        try:
            with guarded(self.file):
                if self._book is not None:
                    yield from _xlsx_rows(self, self._book)
                    return
                with self.open() as stream:
                    kind = _kind(self, stream)
                    if kind == "parquet":
                        yield from _parquet_rows(self, stream, only)
                    else:
                        yield from (_jsonl_rows if kind == "jsonl" else _csv_rows)(self, stream)
        except FileProblemError as error:
            yield Problem(self.file, None, error.reason)


def _kind(table: Table, stream: IO[bytes]) -> str:
    """The format by its first bytes, else by its suffix."""
    start = stream.read(8)
    stream.seek(0)
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    suffix = suffix_of(table.file)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        reason = "regnearket er beskyttet med adgangskode eller i det gamle format. Gem det som .xlsx uden adgangskode."
        raise FileProblemError(table.file, reason)
    if suffix in {".xlsx", ".parquet"}:
        raise FileProblemError(table.file, f"filen er ikke {suffix}, selv om navnet siger det. Eksportér den igen.")
    return "jsonl" if suffix in {".jsonl", ".ndjson"} else "csv"


def _header(table: Table, stream: IO[bytes]) -> list[str]:
    kind = _kind(table, stream)
    if kind == "parquet":
        return list(_parquet(stream).schema_arrow.names)
    if kind == "jsonl":
        columns: dict[str, None] = {}
        for number, line in enumerate(_lines(table, stream)):
            try:
                value = json.loads(line) if line.strip() else None
            except ValueError:
                value = None
            if isinstance(value, dict):
                columns.update(dict.fromkeys(map(str, value)))
            if number >= 100 and columns:
                break
        return list(columns)
    return _csv_header(table, _lines(table, stream))[0]


# CSV


def _encoding(table: Table) -> str:
    """UTF-8, UTF-16 or Windows-1252, decided over the whole file."""
    with table.open() as stream:
        chunk = stream.read(SAMPLE)
        found = find_encoding(chunk)
        if found is not None:
            return found
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = stream.read(1024 * 1024)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


class _lines:  # noqa: N801 - used like the generator that it would be
    """The text lines of a stream with their line ends; knows whether the end has been reached."""

    def __init__(self, table: Table, stream: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(stream, encoding=_encoding(table), errors="replace", newline="")
        self.at_end = False

    def __iter__(self) -> _lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(limits.MAX_FILE_BYTES)
        if not line:
            self.at_end = True
            raise StopIteration
        return line.replace("\0", "")


def _csv_header(table: Table, lines: Iterator[str]) -> tuple[list[str], str]:
    """Header and delimiter: the one that gives the most columns of the contract, then the most columns."""
    csv.field_size_limit(limits.MAX_FILE_BYTES)
    first = next((line for line in lines if line.strip()), "")
    if first.lower().startswith("sep="):
        first = next((line for line in lines if line.strip()), "")
    best: tuple[tuple[int, int], list[str], str] | None = None
    for delimiter in _DELIMITERS:
        header = next(csv.reader([first], delimiter=delimiter), [])
        names = contract_names(header, table.mapping)
        rank = (sum(name in {"case_id", "text"} for name in names), len(header))
        if best is None or rank > best[0]:
            best = (rank, header, delimiter)
    assert best is not None
    return [clean(column).strip() for column in best[1]], best[2]


def _csv_rows(table: Table, stream: IO[bytes]) -> Iterator[Row | Problem]:
    lines = _lines(table, stream)
    header, delimiter = _csv_header(table, lines)
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            reason = "rækken kan ikke læses, og resten af filen er ikke læst. Kontrollér anførselstegnene i den."
            yield Problem(table.file, number + 1, reason)
            return
        if not any(cells):
            continue
        number += 1
        if lines.at_end:
            # The reader asked for more in the middle of a row: all that follows an open quote is in this row.
            reason = "et anførselstegn er ikke lukket, så resten af filen er ikke læst. Ret rækken, og kør igen."
            yield Problem(table.file, number, reason)
            return
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            reason = (
                f"rækken har {len(cells)} felter, men overskriften {len(header)}, og er ikke læst. "
                "Sæt tekster med skilletegn i anførselstegn."
            )
            yield Problem(table.file, number, reason)
            continue
        yield Row(number, dict(zip(table.names, cells, strict=False)))


# JSONL


def _jsonl_rows(table: Table, stream: IO[bytes]) -> Iterator[Row | Problem]:
    number = 0
    known: dict[str, str] = {}
    for line in _lines(table, stream):
        if not line.strip():
            continue
        number += 1
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            yield Problem(table.file, number, "linjen er ikke et JSON-objekt og er ikke læst. Ret linjen.")
            continue
        new = [column for column in value if column not in known]
        if new:
            columns = [*known, *new]
            known = dict(zip(columns, contract_names(columns, table.mapping), strict=True))
        yield Row(number, {known[column]: cell for column, cell in value.items()})


# XLSX


class _Workbook:
    """An open workbook and the sheet that holds the rows: the one with most of the needed columns."""

    def __init__(self, table: Table, stream: IO[bytes]) -> None:
        import openpyxl

        # Looks at the limits and leaves the stream at hand for openpyxl.
        open_package(stream, table.file, limits.MAX_PACKAGE_BYTES).close()
        stream.seek(0)
        self._stream = stream
        self._book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        self._sheet: Any = None
        self.header: list[str] = []
        best = -1
        for sheet in self._book.worksheets:
            # Other programs write a wrong size into the file, and openpyxl believes it.
            sheet.reset_dimensions()
            header = next(self._filled(sheet), None)
            if header is None:
                continue
            names = ["" if cell is None else clean(str(cell)).strip() for cell in header]
            rank = sum(name in {"case_id", "text"} for name in contract_names(names, table.mapping))
            if rank > best:
                best, self.header, self._sheet = rank, names, sheet

    @staticmethod
    def _filled(sheet: Any) -> Iterator[tuple[object, ...]]:
        return (row for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row))

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The data rows, blank ones too, from the first after the header."""
        rows: Iterator[tuple[object, ...]] = self._sheet.iter_rows(values_only=True)
        for row in rows:
            if any(cell is not None for cell in row):
                return rows
        return iter(())

    def close(self) -> None:
        """Close the workbook and its file."""
        self._book.close()
        self._stream.close()


def _xlsx_rows(table: Table, book: _Workbook) -> Iterator[Row | Problem]:
    for number, cells in enumerate(book.rows(), start=1):
        values: dict[str, object] = {}
        for name, cell in zip(table.names, cells, strict=False):
            if not name or cell is None:
                continue
            value: object = cell
            if isinstance(cell, str):
                if name == "text" and len(cell) >= limits.EXCEL_CELL_CHARACTERS:
                    yield Problem(table.file, number, _CUT)
                # Excel writes a carriage return inside a cell as this escape.
                value = cell.replace("_x000D_", "")
            values[name] = value
        if values:
            yield Row(number, values)


# Parquet


def _parquet(stream: IO[bytes]) -> Any:
    import pyarrow.parquet

    return pyarrow.parquet.ParquetFile(stream)


def _parquet_rows(table: Table, stream: IO[bytes], only: tuple[str, ...] | None) -> Iterator[Row | Problem]:
    file = _parquet(stream)
    wanted = [column for column, name in zip(table.header, table.names, strict=True) if only is None or name in only]
    names = dict(zip(table.header, table.names, strict=True))
    number = 0
    for batch in file.iter_batches(batch_size=_BATCH, columns=wanted):
        for values in batch.to_pylist():
            number += 1
            yield Row(number, {names[column]: _missing(value) for column, value in values.items()})


def _missing(value: object) -> object:
    """None for the not-a-number that pandas writes for an empty cell."""
    return None if isinstance(value, float) and math.isnan(value) else value

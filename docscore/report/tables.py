"""Flat tables of the same lines for Excel and statistics programs: CSV, XLSX and Parquet.

A table has the contract's field names. Nested values are flattened: ``evidence`` becomes the number of
quotations and their texts, ``score`` one column per part and count.

CSV is written as a Danish Excel opens it: UTF-8 with a byte order mark, ``;`` between fields and a decimal comma.
In CSV and XLSX no text is left that a spreadsheet would run as a formula.
"""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeAlias

from docscore.report.privacy import cell_text
from docscore.report.workbook import begin, new_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from docscore.report.records import CaseRecord, Record

    Cell: TypeAlias = str | int | float | bool | None

_PARTS = ("alle", "lovkrav", "kvalitet")
_COUNTS = ("dokumenteret", "ikke_dokumenteret", "kan_ikke_vurderes", "andel")

COLUMNS: Mapping[str, Mapping[str, type]] = {
    "cases": {
        "case_id": str,
        "kommune": str,
        "status": str,
        **{f"{part}_{count}": float if count == "andel" else int for part in _PARTS for count in _COUNTS},
        "documents": int,
        "kinds": str,
        "warnings": str,
    },
    "decisions": {
        "case_id": str,
        "checkpoint": str,
        "document_id": str,
        "kind": str,
        "status": str,
        "value": str,
        "probability": float,
        "grade": str,
        "review": bool,
        "evidence_count": int,
        "evidence": str,
        "evidence_offsets": str,
        "method": str,
        "model": str,
        "reason": str,
    },
    "problems": {"file": str, "row": int, "reason": str},
}
"""The columns of each table with their types."""

_EXCEL_ROWS = 1_048_576
_EXCEL_CHARACTERS = 32_767
_BATCH = 4_096


class TableWriter(Protocol):
    """A format that takes the rows of all three tables as they come."""

    def row(self, table: str, cells: Sequence[Cell]) -> None:
        """Write a row; ``cells`` in the order of :data:`COLUMNS`."""
        ...

    def close(self) -> None:
        """Finish the files."""
        ...


def write_case(writer: TableWriter, record: CaseRecord) -> None:
    """Write a case's rows."""
    writer.row("cases", case_cells(record.case))
    for decision in record.decisions:
        writer.row("decisions", decision_cells(decision))


def write_problem(writer: TableWriter, record: Record) -> None:
    """Write a problem's row."""
    writer.row("problems", (record["file"], record["row"], record["reason"]))


def case_cells(case: Record) -> tuple[Cell, ...]:
    """A line of ``cases.jsonl`` as a row."""
    score = [case["score"][part][count] for part in _PARTS for count in _COUNTS]
    documents = case["documents"]
    kinds = ", ".join(document["kind"] or "" for document in documents)
    head = (case["case_id"], case["kommune"], case["status"])
    return (*head, *score, len(documents), kinds, " | ".join(case["warnings"]))


def decision_cells(decision: Record) -> tuple[Cell, ...]:
    """A line of ``decisions.jsonl`` as a row."""
    quotes = decision["evidence"]
    flat = {
        **decision,
        "value": _text(decision["value"]),
        "grade": _text(decision["grade"]),
        "evidence_count": len(quotes),
        "evidence": " | ".join(quote["text"] for quote in quotes),
        "evidence_offsets": ", ".join(f"{quote['start']}-{quote['end']}" for quote in quotes),
    }
    return tuple(flat[column] for column in COLUMNS["decisions"])


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        # Two numbers are an interval.
        return ("-" if isinstance(value[0], int | float) else ", ").join(str(item) for item in value) if value else None
    return str(value)


class CsvWriter:
    """One CSV file per table."""

    def __init__(self, open_file: Callable[[str, str], IO[str]]) -> None:
        self._streams = {table: open_file(f"{table}.csv", "utf-8-sig") for table in COLUMNS}
        self._writers = {
            table: csv.writer(stream, delimiter=";", lineterminator="\r\n") for table, stream in self._streams.items()
        }
        for table, columns in COLUMNS.items():
            self._writers[table].writerow(columns)

    def row(self, table: str, cells: Sequence[Cell]) -> None:
        """See :class:`TableWriter`."""
        self._writers[table].writerow([_csv_cell(cell) for cell in cells])

    def close(self) -> None:
        """See :class:`TableWriter`."""
        for stream in self._streams.values():
            stream.close()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    if isinstance(cell, float):
        return repr(cell).replace(".", ",")
    return cell_text(cell) if isinstance(cell, str) else str(cell)


class XlsxWriter:
    """One workbook with a sheet per table; a table that outgrows a sheet goes on in the next."""

    SHEETS: Mapping[str, str] = {"cases": "Sager", "decisions": "Afgørelser", "problems": "Problemer"}

    def __init__(self, path: Path) -> None:
        from openpyxl import Workbook

        self._path = path
        self._book = Workbook(write_only=True)
        self._sheets: dict[str, Any] = {}
        self._rows = dict.fromkeys(COLUMNS, 0)
        self._numbers = dict.fromkeys(COLUMNS, 0)
        for table in COLUMNS:
            self._next_sheet(table)

    def _next_sheet(self, table: str) -> None:
        from openpyxl.utils import get_column_letter

        self._numbers[table] += 1
        number = self._numbers[table]
        sheet = new_sheet(self._book, self.SHEETS[table] + (f" {number}" if number > 1 else ""), self._path)
        sheet.freeze_panes = "A2"
        for place, (name, kind) in enumerate(COLUMNS[table].items(), start=1):
            wide = 60 if name in {"evidence", "reason", "warnings"} else max(12, len(name) + 2)
            sheet.column_dimensions[get_column_letter(place)].width = wide if kind is str else max(12, len(name))
        begin(sheet)
        sheet.append(list(COLUMNS[table]))
        self._sheets[table] = sheet
        self._rows[table] = 1

    def row(self, table: str, cells: Sequence[Cell]) -> None:
        """See :class:`TableWriter`."""
        if self._rows[table] >= _EXCEL_ROWS:
            self._next_sheet(table)
        self._rows[table] += 1
        self._sheets[table].append([_xlsx_cell(cell) for cell in cells])

    def close(self) -> None:
        """See :class:`TableWriter`."""
        self._book.save(self._path)


def _xlsx_cell(cell: Cell) -> Cell:
    """openpyxl takes a text for a formula only where it begins with ``=``, which no text does here."""
    if not isinstance(cell, str):
        return cell
    text = cell_text(cell)
    return text if len(text) <= _EXCEL_CHARACTERS else text[: _EXCEL_CHARACTERS - 2] + " …"


class ParquetWriter:
    """One Parquet file per table."""

    def __init__(self, path_of: Callable[[str], Path]) -> None:
        import pyarrow as pa
        import pyarrow.parquet

        types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
        self._schemas = {
            table: pa.schema([(name, types[kind]) for name, kind in columns.items()])
            for table, columns in COLUMNS.items()
        }
        self._writers = {
            table: pyarrow.parquet.ParquetWriter(path_of(f"{table}.parquet"), schema)
            for table, schema in self._schemas.items()
        }
        self._rows: dict[str, list[Sequence[Cell]]] = {table: [] for table in COLUMNS}

    def row(self, table: str, cells: Sequence[Cell]) -> None:
        """See :class:`TableWriter`."""
        self._rows[table].append([_utf8(cell) for cell in cells])
        if len(self._rows[table]) >= _BATCH:
            self._flush(table)

    def _flush(self, table: str) -> None:
        import pyarrow as pa

        rows, self._rows[table] = self._rows[table], []
        if rows:
            names = list(COLUMNS[table])
            batch = [dict(zip(names, row, strict=True)) for row in rows]
            self._writers[table].write_batch(pa.RecordBatch.from_pylist(batch, schema=self._schemas[table]))

    def close(self) -> None:
        """See :class:`TableWriter`."""
        for table, writer in self._writers.items():
            self._flush(table)
            writer.close()


def _utf8(cell: Cell) -> Cell:
    """Without lone surrogates, which Parquet's UTF-8 cannot hold."""
    return cell.encode("utf-8", "replace").decode("utf-8") if isinstance(cell, str) else cell

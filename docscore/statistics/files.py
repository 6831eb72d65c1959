"""Tables of figures as files: CSV as a Danish Excel opens it, XLSX, and JSON; whole or not at all."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from docscore.errors import OutputError
from docscore.report.privacy import cell_text, mask_name, one_line
from docscore.report.workbook import begin, discard, new_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from docscore.report.texts import Texts

    Cell: TypeAlias = str | int | float | bool | None

_DECIMALS = 6
_EXCEL_ROWS = 1_048_575


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name in a workbook, its columns and its rows."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def check_place(path: Path | None, texts: Texts) -> None:
    """Say before the work, not after it, that a file cannot be written.

    Raises:
        OutputError: it is a folder, or its folder does not exist.
    """
    if path is not None and (path.is_dir() or not path.parent.is_dir()):
        raise _unwritable(path, texts)


def write_json(path: Path, record: dict[str, Any], texts: Texts) -> None:
    """Write a record as indented JSON."""
    from docscore.report.jsonl import dumps

    write_whole(path, (dumps(rounded(record), indent=2) + "\n").encode("utf-8"), texts)


def write_csv(path: Path, sheet: Sheet, texts: Texts) -> None:
    """Write a table as CSV: UTF-8 with a byte order mark, ``;`` and decimal commas."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([_csv_cell(cell) for cell in row] for row in sheet.rows)
    write_whole(path, stream.getvalue().encode("utf-8-sig", "replace"), texts)


def write_xlsx(path: Path, sheets: Sequence[Sheet], texts: Texts) -> None:
    """Write tables as a workbook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    try:
        _fill(book, sheets, path)
        stream = io.BytesIO()
        book.save(stream)
    except OSError as error:
        raise _unwritable(path, texts) from error
    finally:
        discard(book)
    write_whole(path, stream.getvalue(), texts)


def _fill(book: Any, sheets: Sequence[Sheet], path: Path) -> None:
    from openpyxl.utils import get_column_letter

    for sheet in [part for whole in sheets for part in _pages(whole)]:
        page = new_sheet(book, sheet.name, path.with_name(f".docscore-tmp-{path.name}"))
        page.freeze_panes = "A2"
        for place, name in enumerate(sheet.columns, start=1):
            longest = max(
                (len(str(row[place - 1])) for row in sheet.rows[:200] if isinstance(row[place - 1], str)), default=0
            )
            page.column_dimensions[get_column_letter(place)].width = min(60, max(10, len(name) + 2, longest + 2))
        begin(page)
        page.append(list(sheet.columns))
        for row in sheet.rows:
            page.append([cell_text(cell) if isinstance(cell, str) else _rounded_cell(cell) for cell in row])


def _pages(sheet: Sheet) -> list[Sheet]:
    """A table that outgrows a sheet goes on in the next."""
    parts = [sheet.rows[begin : begin + _EXCEL_ROWS] for begin in range(0, len(sheet.rows), _EXCEL_ROWS)] or [[]]
    names = [sheet.name if not number else f"{sheet.name} {number + 1}" for number in range(len(parts))]
    return [Sheet(name, sheet.columns, part) for name, part in zip(names, parts, strict=True)]


def write_whole(path: Path, content: bytes, texts: Texts) -> None:
    """Write a whole file or nothing; a new file is readable for its owner only, for it is about people.

    Raises:
        OutputError: it cannot be written.
    """
    whole = path.with_name(f".docscore-tmp-{path.name}")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a pipe or a device
            return
        whole.unlink(missing_ok=True)
        whole.touch(mode=0o600)
        whole.write_bytes(content)
        whole.replace(path)
    except OSError as error:
        with suppress(OSError):
            whole.unlink(missing_ok=True)
        raise _unwritable(path, texts) from error


def _unwritable(path: Path, texts: Texts) -> OutputError:
    return OutputError(texts("usage.unwritable", what=one_line(mask_name(str(path)))))


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    if isinstance(cell, float):
        return repr(round(cell, _DECIMALS)).replace(".", ",")
    return cell_text(cell) if isinstance(cell, str) else str(cell)


def _rounded_cell(cell: Cell) -> Cell:
    return round(cell, _DECIMALS) if isinstance(cell, float) else cell


def rounded(value: Any) -> Any:
    """A value for JSON: decimals cut, tuples as lists, keys as text."""
    if isinstance(value, dict):
        return {str(key): rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(part) for part in value]
    return round(value, _DECIMALS) if isinstance(value, float) else value

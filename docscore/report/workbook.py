"""Sheets of a workbook that are written beside it and nowhere else.

openpyxl collects each sheet of a ``write_only`` workbook in a file of the system's temporary folder, which others may
read and which stays when the process is killed. Here it lies beside the workbook, for its owner only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any


def new_sheet(book: Any, title: str, path: Path) -> Any:
    """A sheet of a ``write_only`` workbook.

    Args:
        book: the workbook.
        title: the sheet's name.
        path: where the workbook will be written; the sheet's rows wait in ``<path>-<number>`` until then.
    """
    from openpyxl.worksheet import _writer

    sheet = book.create_sheet(title)
    part = path.with_name(f"{path.name}-{len(book.worksheets)}")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    # What the writer removes when the workbook is saved, and openpyxl at the end of the process.
    _writer.ALL_TEMP_FILES.append(str(part))
    sheet._docscore_part = str(part)
    return sheet


def begin(sheet: Any) -> None:
    """Open the sheet's part, once its columns and panes are set and before the first row."""
    from openpyxl.worksheet._writer import WorksheetWriter

    sheet._writer = WorksheetWriter(sheet, out=sheet._docscore_part)
    sheet._writer.write_top()


def discard(book: Any) -> None:
    """Remove the parts of a workbook that is not saved."""
    for sheet in book.worksheets:
        part = getattr(sheet, "_docscore_part", None)
        if part is not None:
            Path(part).unlink(missing_ok=True)

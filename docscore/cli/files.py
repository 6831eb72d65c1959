"""Paths as commands print them, and files that they write beside what they print."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from docscore.errors import OutputError
from docscore.report.privacy import cell_text, mask, mask_name, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from docscore.report.texts import Texts


def shown(path: Path) -> str:
    """A path as it may be printed."""
    return one_line(mask_name(str(path)))


def tell(line: str) -> None:
    """Say how far a long work is."""
    print(line, file=sys.stderr)


def write_json(path: Path | None, record: Mapping[str, object], texts: Texts) -> None:
    """Write a record where a path is given.

    Raises:
        OutputError: the file cannot be written.
    """
    if path is not None:
        from docscore.report.jsonl import dumps

        write_whole(path, dumps(record, indent=2) + "\n", texts)


def write_csv(path: Path | None, rows: Sequence[Mapping[str, Any]], texts: Texts) -> None:
    """Write flat records as CSV for a Danish spreadsheet where a path is given; lists are joined.

    Raises:
        OutputError: the file cannot be written.
    """
    if path is None:
        return
    import csv
    from io import StringIO

    stream = StringIO(newline="")
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    table.writerow(names)
    for row in rows:
        table.writerow([cell_text(mask(_cell(row.get(name)))) for name in names])
    write_whole(path, stream.getvalue(), texts, "utf-8-sig")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    if isinstance(value, list | tuple):
        return ", ".join("-".join(map(str, part)) if isinstance(part, list | tuple) else str(part) for part in value)
    return str(value)


def write_whole(path: Path, content: str, texts: Texts, encoding: str = "utf-8") -> None:
    """Write a whole file or nothing; a new file is readable for its owner only, for it is about people.

    Raises:
        OutputError: the file cannot be written.
    """
    whole = path.with_name(f".docscore-tmp-{path.name}")
    try:
        if path.exists() and not path.is_file():
            path.write_text(content, encoding=encoding, newline="\n")  # a pipe or a device
            return
        whole.unlink(missing_ok=True)
        whole.touch(mode=0o600)
        whole.write_text(content, encoding=encoding, newline="\n")
        whole.replace(path)
    except OSError as error:
        with suppress(OSError):
            whole.unlink(missing_ok=True)
        raise OutputError(texts("usage.unwritable", what=shown(path))) from error

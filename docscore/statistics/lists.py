"""Rows of the tables that people hand in: populations, columns of cases, an auditor's own answers."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from docscore.errors import InputError
from docscore.report.privacy import mask_name, one_line
from docscore.statistics.decisions import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

YEAR = "aar"
"""The column with the year of visitation; worked out from ``visitation`` where the table has that alone."""


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    """For each group of words what each of them stands for."""
    import tomllib
    from importlib.resources import files

    source = files("docscore.statistics") / "data" / "words.toml"
    groups: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    return {
        group: {word.casefold(): meaning for meaning, words in table.items() for word in words}
        for group, table in groups.items()
    }


def meaning(group: str, value: object) -> str | None:
    """What a word stands for, None where it is unknown.

    >>> meaning("answers", " Ja "), meaning("case_status", "LY"), meaning("answers", True)
    ('dokumenteret', 'ledighedsydelse', 'dokumenteret')
    """
    return _words()[group].get(text_of(value).casefold())


def column_name(name: str) -> str:
    """The name that docscore has for a column, else its own."""
    return _words()["columns"].get(name.strip().casefold(), name.strip())


def text_of(value: object) -> str:
    """A cell as text: whole numbers without decimals, dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    return str(value).strip()


def read_list(path: Path, mapping: Mapping[str, str] | None = None) -> Iterator[tuple[int, dict[str, object]]]:
    """The rows of a CSV, XLSX, JSONL or Parquet file by docscore's column names, with their numbers from 1.

    Args:
        path: the file.
        mapping: ``--columns``: own names → the contract's.

    Raises:
        InputError: it cannot be read, or a row cannot; the message names file and row.
    """
    from docscore.case import Problem
    from docscore.readers.guard import FileProblemError
    from docscore.readers.tables import Table

    if not path.is_file():
        raise InputError(f"{shown(path)} findes ikke. Ret stien.")
    table = Table(shown(path), lambda: path.open("rb"), mapping or {})
    try:
        try:
            table.read_header()
        except FileProblemError as error:
            raise InputError(f"{shown(path)}: {error.reason}") from error
        for row in table.rows():
            if isinstance(row, Problem):
                where = "" if row.row is None else f", række {row.row}"
                raise InputError(f"{shown(path)}{where}: {row.reason}")
            yield row.number, _named(row.values)
    finally:
        table.close()


def _named(values: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in values.items():
        found.setdefault(column_name(name), value)
    return found


def case_id_of(row: Mapping[str, object], path: Path, number: int) -> str:
    """The id of a row's case.

    Raises:
        InputError: there is none.
    """
    wanted = one_line(mask_name(text_of(row.get("case_id"))))
    if not wanted:
        raise InputError(f"{shown(path)}, række {number}: case_id mangler. Giv hver sag et id, eller brug --columns.")
    return wanted


def year_of(row: Mapping[str, object]) -> str:
    """The year of visitation as four digits; empty where the row does not say."""
    from docscore.readers.dates import parse_cell_date

    year = text_of(row.get(YEAR))
    if len(year) == 4 and year.isascii() and year.isdigit():
        return year
    day = parse_cell_date(row.get("visitation"))
    return str(day.year) if day is not None else ""


def status_of(value: object) -> str:
    """Where the citizen is now, as the contract names it; another word as it stands."""
    return meaning("case_status", value) or text_of(value)

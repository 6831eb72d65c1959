"""Columns of cases to group figures by: of ``cases.jsonl`` beside the decisions, and of a table of one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docscore.errors import InputError
from docscore.report.privacy import mask_name, one_line
from docscore.statistics.decisions import Decisions, shown
from docscore.statistics.lists import YEAR, case_id_of, read_list, status_of, text_of, year_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

UNKNOWN = ""
"""The group of the cases for which a column says nothing."""

MOST_GROUPS = 500
"""A column with more values than this is no column to group by."""

_MAIN = ("case_id", "kommune", "status")


def columns_of(decisions: Decisions, names: Sequence[str], table: Path | None = None) -> dict[str, list[str]]:
    """Columns of the cases of a run.

    A table of one's own wins over ``cases.jsonl``. The column ``aar`` is the year of visitation; where the table has
    neither it nor ``visitation``, it is the year of the newest indstilling in ``cases.jsonl``.

    Args:
        decisions: the run.
        names: the columns wanted.
        table: ``--cases``: CSV, XLSX, JSONL or Parquet with ``case_id``.

    Returns:
        For each column a value per case, in the order of ``decisions.cases``; :data:`UNKNOWN` where there is none.

    Raises:
        InputError: a column is in neither, or a table cannot be read.
    """
    places = {case_id: place for place, case_id in enumerate(decisions.cases)}
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    if table is not None:
        _take(_table_rows(table), names, places, found, seen)
    left = [name for name in names if name not in found]
    beside = _cases_file(decisions.source.parent)
    if left and beside is not None:
        _take(_run_rows(beside, left), left, places, found, seen)
    missing = [name for name in names if name not in found]
    if missing:
        known = ", ".join(sorted({one_line(mask_name(name)) for name in seen} - {"case_id"})) or "ingen"
        where = shown(table) if table is not None else shown(beside or decisions.source.parent / "cases.jsonl")
        raise InputError(
            f"Kolonnen {one_line(mask_name(missing[0]))} findes ikke i {where}. Fundne kolonner: {known}. "
            "Giv en tabel med case_id og kolonnen med --cases."
        )
    return found


def groups_of(values: Sequence[str], name: str) -> list[str]:
    """The values of a column in the order of the alphabet, the unknown last.

    Raises:
        InputError: there are too many.
    """
    groups = sorted(set(values) - {UNKNOWN}, key=_natural)
    if len(groups) > MOST_GROUPS:
        raise InputError(
            f"Kolonnen {one_line(mask_name(name))} har {len(groups)} forskellige værdier. Vælg en kolonne med højst "
            f"{MOST_GROUPS}."
        )
    return [*groups, UNKNOWN] if UNKNOWN in values else groups


def _natural(value: str) -> tuple[str, str]:
    # Danish letters come after z, in this order.
    order = str.maketrans({"æ": "{", "ø": "|", "å": "}"})
    return value.casefold().translate(order), value


def _take(
    rows: Iterator[tuple[str, Mapping[str, object]]],
    names: Sequence[str],
    places: Mapping[str, int],
    found: dict[str, list[str]],
    seen: set[str],
) -> None:
    values: dict[str, dict[int, str]] = {}
    for case_id, row in rows:
        seen.update(row)
        place = places.get(case_id)
        for name in names:
            if name in row and place is not None:
                values.setdefault(name, {})[place] = one_line(mask_name(text_of(row[name])))
            elif name in row:
                values.setdefault(name, {})
    for name, by_place in values.items():
        found[name] = [by_place.get(place, UNKNOWN) for place in range(len(places))]


def _table_rows(path: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    for number, row in read_list(path):
        if "status" in row:
            row["status"] = status_of(row["status"])
        if YEAR in row or "visitation" in row:
            row[YEAR] = year_of(row)
        yield case_id_of(row, path, number), row


def _cases_file(folder: Path) -> Path | None:
    for name in ("cases.jsonl", "cases.parquet", "cases.csv"):
        if (folder / name).is_file():
            return folder / name
    return None


def _run_rows(path: Path, names: Sequence[str]) -> Iterator[tuple[str, Mapping[str, object]]]:
    if path.suffix != ".jsonl":
        for _, row in read_list(path):
            # In CSV and XLSX an apostrophe stands before what a spreadsheet would run.
            case_id = text_of(row.get("case_id"))
            yield case_id[1:] if case_id[:1] == "'" and case_id[1:2] in set("=+-@") else case_id, row
        return
    try:
        rows = _main_columns(path) if set(names) <= set(_MAIN) else None
    except ValueError:
        rows = None
    if rows is not None:
        yield from rows
        return
    with path.open(encoding="utf-8-sig") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                case_id = str(record["case_id"])
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(
                    f"{shown(path)}, linje {number}: linjen er ikke en sag. Kør docscore score igen."
                ) from error
            yield case_id, _flat(record)


def _main_columns(path: Path) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The columns that every run has, in a fraction of the time that whole lines take."""
    import pyarrow as pa
    import pyarrow.json

    schema = pa.schema([(name, pa.string()) for name in _MAIN])
    table = pyarrow.json.read_json(
        path,
        read_options=pyarrow.json.ReadOptions(block_size=16 * 1024 * 1024),
        parse_options=pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )
    columns = [table[name].to_pylist() for name in _MAIN]
    return ((str(row[0]), dict(zip(_MAIN, row, strict=True))) for row in zip(*columns, strict=True))


def _flat(record: Mapping[str, Any]) -> dict[str, object]:
    """The plain values of a line, and the year of the newest indstilling."""
    row = {name: value for name, value in record.items() if not isinstance(value, dict | list)}
    days = [
        document.get("date") or ""
        for document in record.get("documents", ())
        if isinstance(document, dict) and document.get("kind") == "indstilling"
    ]
    row.setdefault(YEAR, max(days, default="")[:4])
    return row

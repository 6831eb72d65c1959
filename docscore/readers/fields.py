"""Rows of a table as the groups of fields that ``sag.json`` has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from docscore.readers.dates import parse_truth
from docscore.readers.facts import BOOL_FIELDS, DATE_FIELDS, LIST_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping


def nested(row: Mapping[str, object]) -> dict[str, object]:
    """A table row with the fields of ``sag.json`` as the groups that :func:`read_facts` takes.

    Empty cells are absent; lists are JSON or separated by ``;``; truth values may be SAND and FALSK.
    """
    result: dict[str, object] = {}
    dates: dict[str, object] = {}
    fields: dict[str, object] = {}
    for name, value in row.items():
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        short = name.removeprefix("dates.").removeprefix("fields.")
        if name in {"dates", "fields"} and isinstance(value, dict):
            (dates if name == "dates" else fields).update(value)
        elif short in DATE_FIELDS:
            dates[short] = value
        elif short in LIST_FIELDS:
            dates[short] = _listed(value)
        elif short in BOOL_FIELDS:
            fields[short] = parse_truth(value)
        elif name == "frikommune":
            result[name] = _listed(value)
        else:
            result[name] = value
    if dates:
        result["dates"] = dates
    if fields:
        result["fields"] = fields
    return result


def _listed(value: object) -> object:
    if not isinstance(value, str):
        return value if isinstance(value, list | dict) else [value]
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return [part.strip() for part in value.replace("\n", ";").split(";") if part.strip()]

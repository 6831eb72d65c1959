"""Dates and truth values as they stand in ``sag.json`` and in tables."""

from __future__ import annotations

import re
from datetime import date, datetime

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:.,+Z-]{1,40})?")
_DANISH = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})(?: [0-9:.]{1,12})?")

# A table has no true and false of its own; a Danish Excel writes them SAND and FALSK.
_TRUTH = {"true": True, "sand": True, "false": False, "falsk": False}


def parse_date(value: object) -> date | None:
    """A date from ISO, Danish ``dd-mm-yyyy`` or a date object; None when it is none or does not exist.

    >>> parse_date("12-03-2021")
    datetime.date(2021, 3, 12)
    >>> parse_date("2021-02-30") is None
    True
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    text = value.strip()
    if match := _ISO.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DANISH.fullmatch(text):
        day, month, year = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def parse_truth(value: object) -> object:
    """The truth value that a table cell stands for; anything else is handed back unchanged."""
    if isinstance(value, str):
        return _TRUTH.get(value.strip().casefold(), value)
    return value

"""Dates and truth values as they stand in ``sag.json`` and in tables."""

from __future__ import annotations

import re
from datetime import date, datetime

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:.,+Z-]{1,40})?")
_DANISH = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})(?: [0-9:.]{1,12})?")

_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_DAY_WORDS = re.compile(r"\A(?:(?:man|tirs|ons|tors|fre|lør|søn)dag,? )?(?:den |d\. ?)?", re.I)
_LONGEST_DATE = 40

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


def parse_cell_date(value: object) -> date | None:
    """A date in the ``date`` column of a table: as :func:`parse_date`, and as people and systems write it.

    >>> [parse_cell_date(text).isoformat() for text in ("1. maj 2021", "20210201", "01-02-21")]
    ['2021-05-01', '2021-02-01', '2021-02-01']
    """
    found = parse_date(value)
    if found is not None or isinstance(value, bool):
        return found
    if isinstance(value, int | float):
        value = f"{value:.0f}"
    if not isinstance(value, str):
        return None
    text = value.strip()
    if match := _COMPACT.fullmatch(text):
        return parse_date("-".join(match.groups()))
    text = _DAY_WORDS.sub("", text)
    if not text or len(text) > _LONGEST_DATE:
        return None
    from docscore.recognise.dates import find_dates

    mentions = find_dates(text)
    if len(mentions) == 1 and mentions[0].start == 0 and not text[mentions[0].end :].strip(" .,"):
        return mentions[0].date
    return None


def parse_truth(value: object) -> object:
    """The truth value that a table cell stands for; anything else is handed back unchanged."""
    if isinstance(value, str):
        return _TRUTH.get(value.strip().casefold(), value)
    return value

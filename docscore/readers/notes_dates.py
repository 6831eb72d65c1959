"""Dates as exports of notes write them: ISO, Danish, .NET, milliseconds, objects."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from docscore.readers.cleanup import clean
from docscore.readers.clock import danish_time

_NET_DATE = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.{0,20}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Milliseconds and seconds since 1970 that stand for a day between 1990 and 2100.
_MILLISECONDS = (631_152_000_000, 4_102_444_800_000)
_SECONDS = (631_152_000, 4_102_444_800)


def danish_date(value: Any) -> str:
    """A date as it is written in Danish, with its time of day where it has one."""
    moment: datetime | None = None
    if isinstance(value, dict):
        inner = [danish_date(item) for key, item in value.items() if isinstance(item, str | int)]
        return next(filter(None, inner), "")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if _MILLISECONDS[0] <= value <= _MILLISECONDS[1]:
            moment = danish_time(_EPOCH + timedelta(milliseconds=value))
        elif _SECONDS[0] <= value <= _SECONDS[1]:
            moment = danish_time(_EPOCH + timedelta(seconds=value))
    elif isinstance(value, str):
        text = clean(value).strip()
        if match := _NET_DATE.fullmatch(text):
            return danish_date(int(match[1]))
        if _ISO.fullmatch(text):
            moment = _moment(text)
        if moment is None:
            from docscore.readers.dates import parse_cell_date

            day = parse_cell_date(text) or parse_cell_date(text.split(" ")[0])
            time = re.search(r"\b([01]?\d|2[0-3])[:.]([0-5]\d)", text[8:]) if day else None
            return (day.strftime("%d-%m-%Y") if day else "") + (f" kl. {time[1]:>02}.{time[2]}" if time else "")
    if moment is None:
        return ""
    return moment.strftime("%d-%m-%Y") + (moment.strftime(" kl. %H.%M") if moment.hour or moment.minute else "")


def _moment(text: str) -> datetime | None:
    # datetime knows at most six decimals of a second; .NET writes seven.
    shortened = re.sub(r"(\.\d{6})\d{1,6}", r"\1", text)
    try:
        return danish_time(datetime.fromisoformat(shortened))
    except ValueError:
        return None

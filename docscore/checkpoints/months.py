"""Months and weeks as the codebook counts them (section 4.1, "In time"), also over interrupted ledighedsydelse."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TypeAlias

Spells: TypeAlias = tuple[tuple[date, date], ...]
"""Periods on ledighedsydelse, first and last day, in order and apart; an open end is ``date.max``."""

WINDOW = 18
"""The twelve months that call for a revurdering lie within so many months (LAS § 74 c; Fokusrevision 2021, 5.4)."""


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later; a day that does not exist becomes the month's last.

    >>> add_months(date(2019, 8, 31), 18)
    datetime.date(2021, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:  # registers write 9999-12-31 for "open"
        return date.max
    if year < date.min.year:
        return date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_days(day: date, days: int) -> date:
    """``days`` later, held within the calendar's first and last day."""
    try:
        return day + timedelta(days)
    except OverflowError:
        return date.max if days > 0 else date.min


def spells_of(periods: tuple[tuple[date, date | None], ...]) -> Spells:
    """Periods in order; those that meet or overlap become one.

    >>> spells_of(((date(2020, 3, 1), None), (date(2020, 1, 1), date(2020, 2, 29))))
    ((datetime.date(2020, 1, 1), datetime.date(9999, 12, 31)),)
    """
    merged: list[tuple[date, date]] = []
    for first, last in sorted((first, last or date.max) for first, last in periods):
        if merged and first <= add_days(merged[-1][1], 1):
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def received(spells: Spells, anchor: date, months: int) -> date:
    """The day on which so many months on ledighedsydelse have gone since ``anchor``.

    Without interruption that is the same day of the month; every day off ledighedsydelse puts it off by a day.

    Returns:
        The day, or ``date.max`` where the spells end before.

    >>> open_end = date(2020, 6, 30), date.max
    >>> received(((date(2020, 1, 1), date(2020, 5, 31)), open_end), date(2020, 1, 1), 12)
    datetime.date(2021, 1, 30)
    """
    left = (add_months(anchor, months) - anchor).days
    for first, last in spells:
        begin = max(first, anchor)
        if last < begin:
            continue
        days = (last - begin).days + 1
        if left <= days:
            return add_days(begin, left)
        left -= days
    return date.max


def anchor_of(spells: Spells) -> date | None:
    """The first day that counts towards a revurdering: from it twelve months fit within :data:`WINDOW` months.

    Where no spell's first day does, the last spell's first day; None without spells. A window that begins inside a
    spell never holds more days than the one that begins with it, so first days are enough.
    """
    for first, _ in spells:
        if received(spells, first, 12) <= add_months(first, WINDOW):
            return first
    return spells[-1][0] if spells else None

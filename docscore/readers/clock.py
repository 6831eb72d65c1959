"""The clock in Denmark, without a time zone database (Windows has none)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def danish_time(moment: datetime) -> datetime:
    """A moment as clocks in Denmark show it; one without a time zone is taken for a Danish one already.

    Source: directive 2000/84/EC: summer time from the last Sunday of March to the last of October, at 01:00 UTC.

    >>> danish_time(datetime(2021, 3, 11, 23, 0, tzinfo=UTC)).isoformat()
    '2021-03-12T00:00:00'
    """
    if moment.tzinfo is None:
        return moment
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    summer = _last_sunday(plain.year, 3) <= plain < _last_sunday(plain.year, 10)
    return plain + timedelta(hours=2 if summer else 1)


def _last_sunday(year: int, month: int) -> datetime:
    """01:00 on the last Sunday of a month of 31 days."""
    last = datetime(year, month, 31, 1)
    return last - timedelta(days=(last.weekday() + 1) % 7)

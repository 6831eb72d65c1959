"""Points in time in Danish text, each as the period of days that it may mean (``dates_in_text.toml``).

Full dates come from :mod:`docscore.recognise.dates`. What that leaves out is read here: a day without a year
("3. marts", "12/3"), "den 3. ds.", "uge 14", "ultimo marts", "foråret 2021", "om 14 dage", "i går". What
depends on the document's own date is left out where that is not known, and a day without a year where two years
are possible.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from docscore.checkpoints.months import add_days
from docscore.detect.date_forms import Now, Tense, any_of, days, forms, make, words
from docscore.detect.rules.logic import Period
from docscore.recognise.dates import find_dates

_JOIN = re.compile(r"\s{0,3}(?:-|–|—|→|til(?: og med)?)\s{0,3}(?:den |d\. ?)?", re.I)
_LIMIT_REACH = 24
# The first half of a period whose second half has the year: "8/2-30/4-21".
_FIRST_HALF = re.compile(r"(?<![\d./-])(\d{1,2})[/.](\d{1,2})\.? ?[-–] ?\Z")


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A point in time in a text: ``text[start:end]`` means one of the days of ``period`` (code points)."""

    start: int
    end: int
    period: Period


def find_periods(
    text: str, start: int = 0, end: int | None = None, reference: date | None = None, tense: Tense = "past"
) -> list[PeriodMention]:
    """All points in time in ``text[start:end]``, in order, none within another.

    Args:
        text: any text.
        start: where to begin (code points).
        end: where to stop; the end of the text when None.
        reference: the document's own date, for what is relative to it or has no year.
        tense: which year a day without one is in: the newest that is past, the first to come, or (``near``)
            the one that brings it within two months of ``reference`` on either side.

    Returns:
        Mentions with offsets into ``text``. "senest", "inden", "før" and "efter" right before a date open its
        period on one side.

    Example:
        >>> found = find_periods("Modtaget i uge 14, 2021, igen den 3. ds. og i går", reference=date(2021, 5, 20))
        >>> [f"{mention.period.first} {mention.period.last}" for mention in found]
        ['2021-04-05 2021-04-11', '2021-05-03 2021-05-03', '2021-05-19 2021-05-19']
    """
    stop = len(text) if end is None else min(end, len(text))
    full = [PeriodMention(m.start, m.end, Period.of(m.date)) for m in find_dates(text, start, stop)]
    found = {mention.start: _with_first_half(text, start, mention) for mention in _joined(text, full)}
    taken = bytearray(max(0, stop - start))
    for mention in found.values():
        taken[mention.start - start : mention.end - start] = b"\1" * (mention.end - mention.start)
    now = Now(reference, tense)
    for pattern, reader in forms():
        for match in pattern.finditer(text, start, stop):
            begin, after = match.start(), match.end()
            if 1 in taken[begin - start : after - start]:
                # A day range ("3.-5. marts 2021") holds the full date that was read from its second half.
                second = next((at for at in range(begin + 1, after) if at in found), None) if reader is days else None
                if second is None or taken[begin - start] or found[second].end > after:
                    continue
                del found[second]
            # What is a date but cannot be told is not read as less ("16. marts" as a day in March).
            taken[begin - start : after - start] = b"\1" * (after - begin)
            period = reader(match, now)
            if period is not None:
                found[begin] = PeriodMention(begin, after, period)
    return [_limited(text, start, found[at]) for at in sorted(found)]


def _joined(text: str, found: list[PeriodMention]) -> list[PeriodMention]:
    """Two dates with "til" or a dash between them are one period."""
    joined: list[PeriodMention] = []
    for mention in found:
        last = joined[-1] if joined else None
        if (
            last is not None
            and mention.start - last.end < 20
            and _JOIN.fullmatch(text, last.end, mention.start)
            and last.period.first < mention.period.first
        ):
            joined[-1] = PeriodMention(last.start, mention.end, Period(last.period.first, mention.period.last))
        else:
            joined.append(mention)
    return joined


def _with_first_half(text: str, start: int, mention: PeriodMention) -> PeriodMention:
    half = _FIRST_HALF.search(text, max(start, mention.start - 9), mention.start)
    if half is None or (last := mention.period.day) is None:
        return mention
    first = make(last.year, int(half[2]), int(half[1]))
    if first is not None and first > last:
        first = make(last.year - 1, int(half[2]), int(half[1]))
    return mention if first is None else PeriodMention(half.start(), mention.end, Period(first, last))


def _limited(text: str, start: int, mention: PeriodMention) -> PeriodMention:
    before = text[max(start, mention.start - _LIMIT_REACH) : mention.start]
    match = _limit_pattern().search(before)
    if match is None:
        return mention
    word, period = match[1].lower(), mention.period
    limits = words()["limits"]
    if word in limits["by"]:
        period = Period(date.min, period.last)
    elif word in limits["ahead"]:
        period = Period(date.min, add_days(period.last, -1))
    else:
        period = Period(add_days(period.first, 1), date.max)
    return PeriodMention(mention.start - len(before) + match.start(), mention.end, period)


@cache
def _limit_pattern() -> re.Pattern[str]:
    phrases = [phrase for group in words()["limits"].values() for phrase in group]
    return re.compile(rf"\b({any_of(phrases)})\s(?:den\s|d\.\s?)?\Z", re.I)

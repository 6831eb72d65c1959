"""When: the deadline of a development (``ind.frist_udvikling``) and the next follow-up (``js.naeste_opfoelgning``).

A value is a day (``2022-03-01``), a week (``2022-W48``), a month (``2022-03``), a season or year ("sommer 2023",
``2023``), a span of time from now ("18 måneder") or an interval ("hver 3. måned"). Where a sentence names several times
and none of them is plainly the one, there is no value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from docscore.detect.date_forms import words as date_words
from docscore.detect.dates_in_text import find_periods
from docscore.detect.rules.logic import Period
from docscore.values.amounts import any_of, words
from docscore.values.said import Said
from docscore.values.spans import Moment, intervals, span_pattern, spans

_BEFORE = 40
_BESIDE = 12
_NO_AMOUNT = r"(?!\d|[.,:/-]\d|[/%]|\s?(?:timer?|t|min|dage?|uger?|år|kr|stk)\b)"
_SHORT_YEAR = re.compile(rf"\.?\s?'?(\d\d){_NO_AMOUNT}")
# "15.12." and "22-03", days without a year; "10-12" is one only behind "den".
_DAY_AND_MONTH = re.compile(
    r"(?<![\d.:,/-])(?P<d>0?[1-9]|[12]\d|3[01])(?:\.(?P<m>0[1-9]|1[0-2])|-(?P<n>0[1-9])|(?<=\bden \d\d)-(?P<o>1[0-2]))"
    + _NO_AMOUNT
)
_END_OF_YEAR = re.compile(r"\budg(?:\.|angen)(?:\saf)?\s(?P<y>20\d\d)(?!\d)", re.I)
_OR_ANOTHER = re.compile(r"\s(?:eller|el\.)\s(?:uge\s)?\d")
_CLOCK = re.compile(r"\bkl(?:\.|okken)?\s?\d{1,2}(?:[.:]\d\d)?")


def deadline_of(said: Sequence[Said], reference: date | None) -> str | None:
    """The time by which a development is expected.

    Args:
        said: the evidence, strongest first.
        reference: the document's date.

    >>> deadline_of([Said("Teamet forventer 12 timer inden for halvandet år.")], None)
    '18 måneder'
    >>> deadline_of([Said("Den ventes at nå 10 timer inden udgangen af marts 2022.")], None)
    '2022-03-31'
    """
    for one in sorted(said, key=lambda one: not _asks("deadline", "prompt", one)):
        found, text = _ahead(one, reference), one.text
        if not found and one.field:  # "Om 18 måneder: 10-12 timer"
            found, text = _ahead(Said(one.prompt), reference), one.prompt
        sure = found if _asks("deadline", "prompt", one) else [m for m in found if _told(text, m, "strong")]
        sure = [m for m in sure if _told(text, m, "surest")] or sure
        values = list(dict.fromkeys(m.value for m in sure))
        if values:
            return values[0] if len(values) == 1 else None
    return None


def _ahead(one: Said, reference: date | None) -> list[Moment]:
    """The times of a sentence that are not behind the document's date, those at the end of a period by their day."""
    return _ended(one, [m for m in [*_dates(one, reference), *spans(one)] if not _past(m, reference)])


def follow_up_of(said: Sequence[Said], reference: date | None) -> str | None:
    """The time set for the next contact; arguments as for :func:`deadline_of`.

    >>> follow_up_of([Said("Vi ses igen i uge 48.")], date(2022, 10, 12))
    '2022-W48'
    >>> follow_up_of([Said("Ny samtale om seks uger.")], None)
    '6 uger'
    """
    named = [one for one in said if _asks("meeting", "words", one) or _phrases("meeting", "words").search(one.text)]
    for chosen in (named, said):
        value = _follow_up(chosen, said[0], reference)
        if value != "":
            return value
    return None


def _follow_up(said: Sequence[Said], strongest: Said, reference: date | None) -> str | None:
    """The time that these sentences agree on, or that of the strongest of all; "" where they give none."""
    values: list[str | None] = []
    for one in said:
        found = sorted([*_ahead(one, reference), *intervals(one.text)], key=lambda m: m.start)
        if not found:
            continue
        found = _narrowed(found)
        if len({m.value for m in found}) > 1:
            found = _behind_meeting(one, found)
        told = {m.value for m in found}
        values.append(told.pop() if len(told) == 1 else None)
        if one is strongest:
            break
    if not values:
        return ""
    return values[0] if len(set(values)) == 1 else None


def _asks(table: str, name: str, one: Said) -> bool:
    return one.field and _phrases(table, name).search(one.prompt) is not None


@cache
def _phrases(table: str, name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{any_of(words()[table][name])})(?!\w)", re.I)


@cache
def _leading(name: str) -> re.Pattern[str]:
    between = any_of(words()["span"]["between"])
    return re.compile(
        rf"(?<!\w)(?:{any_of(words()['deadline'][name])})(?:\s?[:.])?\s?(?:(?:{between}|den|d\.)\s?){{0,2}}\Z", re.I
    )


def _told(text: str, moment: Moment, name: str) -> bool:
    """Whether such words stand right before a time, or begin it ("inden 1. juli")."""
    before = text[max(0, moment.start - _BEFORE) : moment.start]
    return (
        _leading(name).search(before) is not None
        or _phrases("deadline", name).match(text, moment.start, moment.end) is not None
    )


def _past(moment: Moment, reference: date | None) -> bool:
    return reference is not None and moment.period is not None and moment.period.last <= reference


# Dates


def _dates(said: Said, reference: date | None) -> list[Moment]:
    """The points in time of a sentence that are dates, weeks, months, seasons or years."""
    text = said.text
    clock = [match.span() for match in _CLOCK.finditer(text)]
    found: list[Moment] = []
    for mention in find_periods(text, reference=reference, tense="future"):
        if any(a <= mention.start < b for a, b in clock) or _OR_ANOTHER.match(text, mention.end):
            continue
        words_said = text[mention.start : mention.end]
        if _is_span(words_said):
            continue
        if not re.search(r"\d{4}", words_said) and (short := _SHORT_YEAR.match(text, mention.end)) is not None:
            # "sommeren 23": the year stands behind what was read.
            moved = _in_year(_inner(words_said), 2000 + int(short[1]))
            if moved is not None:
                found.append(Moment(_written(moved, words_said), mention.start, short.end(), moved))
            continue
        # "inden 1. juli" is open to one side; the limit is its day.
        period = _closed(mention.period, words_said, reference)
        if period is not None:
            found.append(Moment(_written(period, words_said), mention.start, mention.end, period))
    for match in _DAY_AND_MONTH.finditer(text):
        # Right behind a date it is a time of day.
        near = any(m.start < match.end() and match.start() - m.end < _BESIDE for m in found)
        if reference is None or near or any(a <= match.start() < b for a, b in clock):
            continue
        moment = _short_day(match, reference)
        if moment is not None:
            found.append(moment)
    found += [
        Moment(f"{match['y']}-12-31", match.start(), match.end(), Period.of(date(int(match["y"]), 12, 31)))
        for match in _END_OF_YEAR.finditer(text)
        if not any(m.start < match.end() and match.start() < m.end for m in found)
    ]
    return found


def _is_span(said: str) -> bool:
    """Whether what was read as a period is a span from now ("om to uger"): :func:`_spans` reads it."""
    return span_pattern().search(said) is not None


def _short_day(match: re.Match[str], reference: date) -> Moment | None:
    """ "05.03." in the year that makes it come next."""
    for year in (reference.year, reference.year + 1):
        try:
            day = date(year, int(match["m"] or match["n"] or match["o"]), int(match["d"]))
        except ValueError:
            continue
        if day > reference:
            return Moment(day.isoformat(), match.start(), match.end(), Period.of(day))
    return None


def _inner(said: str) -> str:
    """What "inden", "senest" or "efter" stands before."""
    return _limit().sub("", said)


@cache
def _limit() -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{any_of(w for group in date_words()['limits'].values() for w in group)})\s+", re.I)


def _in_year(said: str, year: int) -> Period | None:
    read = find_periods(f"{said} {year}")
    return read[0].period if len(read) == 1 else None


def _closed(period: Period, said: str, reference: date | None) -> Period | None:
    """The period without the side that "inden", "senest" or "efter" opened: the limit itself."""
    if period.first != date.min and period.last != date.max:
        return period
    read = find_periods(_inner(said), reference=reference, tense="future")
    return read[0].period if len(read) == 1 else None


def _written(period: Period, said: str) -> str:
    """A period as a value, no more exact than it is."""
    if period.day is not None:
        return period.day.isoformat()
    first, last = period.first, period.last
    if (last - first).days == 6 and first.weekday() == 0:
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02d}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.year}-{first.month:02d}"
    if first.year == last.year and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year}"
    for season in date_words()["seasons"]:
        if season in said.lower():
            return f"{season} {last.year if season == 'vinter' else first.year}"
    return f"{first.isoformat()}/{last.isoformat()}"


def _ended(said: Said, found: Sequence[Moment]) -> list[Moment]:
    """ "Udgangen af 2022" is its last day."""
    ended: list[Moment] = []
    for moment in found:
        before = said.text[max(0, moment.start - 20) : moment.start]
        if moment.period is not None and _end_of().search(before):
            last = moment.period.last
            ended.append(Moment(last.isoformat(), moment.start, moment.end, Period.of(last)))
            continue
        ended.append(moment)
    return ended


@cache
def _end_of() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{any_of(words()['deadline']['end_of'])})\s?\Z", re.I)


# Which of several


def _narrowed(found: Sequence[Moment]) -> list[Moment]:
    """Without what is said again more exactly: "om seks uger, i uge 26", "uge 3 (19/1)"."""
    kept: list[Moment] = []
    for moment in found:
        others = [other for other in found if other is not moment and _near(other, moment)]
        if any(_says_more(other, moment) for other in others):
            continue
        kept.append(moment)
    return kept or list(found)


def _near(one: Moment, other: Moment) -> bool:
    return abs(one.start - other.end) < _BESIDE or abs(other.start - one.end) < _BESIDE


def _says_more(one: Moment, other: Moment) -> bool:
    if one.period is None:
        return False
    if other.period is None:
        return True
    inside = other.period.first <= one.period.first and one.period.last <= other.period.last
    return inside and one.period != other.period


def _behind_meeting(said: Said, found: Sequence[Moment]) -> list[Moment]:
    """The time right behind the last word of a meeting that has one behind it, or the first in a field that asks."""
    for name in ("words", "weak"):
        cues = [match.end() for match in _phrases("meeting", name).finditer(said.text)]
        for cue in reversed(cues):
            behind = [moment for moment in found if 0 <= moment.start - cue <= _BEFORE]
            if behind:
                return behind[:1]
        if _asks("meeting", "words", said):
            return list(found[:1])
    return list(found)

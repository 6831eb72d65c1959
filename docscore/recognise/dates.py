"""Danish dates in running text (``dates.toml`` holds the words).

A birth date, a CPR number, an impossible date, a phone number and a period's first half that only looks
like a date with a two-digit year are no dates.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

FIRST_YEAR, LAST_YEAR = 1900, 2099
# Two-digit years: 00-49 are of this century. Case files reach back to the 1950s (schooling), never on past 2049.
_PIVOT = 50
# How far back a word like "født" governs a date ("født i Vejle den 3. marts 1970").
_BIRTH_REACH = 32
# A month's name and a year, before which a day may be spelled out.
_MONTH_AND_YEAR = re.compile(r" ([jfmasondJFMASOND][a-zA-Z]{2,8}),?[ ]((?:19|20)\d\d)(?!\d)")
_LONGEST_ORDINAL = 20
_CLAUSE = re.compile(r"[\n;·|,]")
# A number before one of these is an amount: "fra 3. maj 10 timer" names no year.
_UNITS = ("timer?", "t", "år", "dage?", "uger?", "kg", "kr", "min", "minutter", "procent", "pct", "personer", "gange")
# Where a date can begin; looked for first, because the full pattern is slow on every other place.
DATE_START = re.compile(r"\d{1,4}(?=[-/. ]{1,2}\d|\.?[ ]?[jfmasondJFMASOND][aepukoAEPUKO])")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text: ``text[start:end]`` reads as ``date`` (code points)."""

    start: int
    end: int
    date: date


@cache
def vocabulary() -> dict[str, Any]:
    """The parsed ``dates.toml``."""
    return tomllib.loads(files("docscore.recognise").joinpath("dates.toml").read_text(encoding="utf-8"))


@cache
def _months() -> dict[str, int]:
    return {word: int(number) for number, words in vocabulary()["months"].items() for word in words}


@cache
def _ordinals() -> dict[str, int]:
    words: list[str] = vocabulary()["ordinals"]["words"]
    return {word: number for number, word in enumerate(words, start=1)}


@cache
def date_pattern() -> str:
    """The pattern of a full date, with the groups ``y m d`` in five spellings; every part is bounded."""
    month = "|".join(sorted(_months(), key=len, reverse=True))
    # A day and a month by number, a year of four digits, or of two where nothing goes on after it:
    # "1/3-25/6-21" is a period in 2021 and no date in 2025.
    short = r"'?\d\d(?!\d|[ ]?[/:]\d|\.\d\d\b|,\d|-\d+(?![\d./])|\s?%|\s(?:" + "|".join(_UNITS) + r")\b)"
    year = rf"(?:(?:19|20)\d\d(?!\d)|{short})"
    return (
        r"(?:"
        r"(?P<y1>(?:19|20)\d\d)[-/.](?P<m1>0?[1-9]|1[0-2])[-/.](?P<d1>[0-2]?\d|3[01])(?!\d)"
        r"|(?P<d2>[0-2]?\d|3[01])[ ]?/[ ]?(?P<m2>0?[1-9]|1[0-2])"
        rf"(?:[ ]?[-–/.][ ]?(?P<y2>{year})|[ ](?P<y3>(?:19|20)\d\d)(?!\d))"
        rf"|(?P<d4>[0-2]?\d|3[01])\.[ ]?(?P<m4>0?[1-9]|1[0-2])(?:\.[ ]?|-)(?P<y4>{year})"
        rf"|(?P<d5>[0-2]?\d|3[01])-(?P<m5>0?[1-9]|1[0-2])-(?P<y5>{year})"
        rf"|(?P<d6>[0-2]?\d|3[01])\.?[ ]?(?P<m6>{month})\b\.?(?:,?[ ](?:i[ ])?|-|/)?(?P<y6>(?:19|20)\d\d(?!\d)|{short})"
        r")"
        # Not the first half of a CPR number, with or without its last four digits.
        r"(?![ ]?-[ ]?(?:\d{4}(?!\d|-\d)|[xX*]{2,4}))"
    )


@cache
def full_pattern() -> re.Pattern[str]:
    """The compiled pattern of a date with its year; a match is read by :func:`read_match`."""
    return re.compile(rf"(?<![\d.,/§])(?<!\d-)(?<!§ )(?:{date_pattern()})|(?<=\d-)(?:{_after_hyphen()})", re.I)


def _after_hyphen() -> str:
    """The second date of a period written without spaces: "8/2-30/4-21", "01.02.21-30.04.21"."""
    renamed = re.sub(r"\?P<([ymd])(\d)>", r"?P<\g<1>1\2>", date_pattern())
    # A hyphen before a hyphenated date is part of a number, not of a period.
    return rf"(?=\d{{1,2}}[./ ]){renamed}"


@cache
def _partial() -> re.Pattern[str]:
    month = "|".join(sorted(_months(), key=len, reverse=True))
    return re.compile(
        r"(?<![\d.,/-])(?:"
        r"(?P<d1>[0-2]?\d|3[01])/(?P<m1>0?[1-9]|1[0-2])(?![\d/.]*\d|\s?-?\s?(?:ordn|del|af\b|tid|time|kop|liter|år))"
        rf"|(?P<d2>[0-2]?\d|3[01])\.[ ]?(?P<m2>{month})\b\.?"
        r")",
        re.I,
    )


@cache
def _birth() -> frozenset[str]:
    return frozenset(vocabulary()["birth"]["words"])


def find_dates(text: str, start: int = 0, end: int | None = None, reference: date | None = None) -> list[DateMention]:
    """All dates in ``text[start:end]``, in order.

    Args:
        text: any text.
        start: where to begin (code points); what stands before it is still looked at as context.
        end: where to stop; the end of the text when None.
        reference: when given, a day and month without a year ("14/10", "3. marts") is a date too, in the year
            that brings it nearest to this day; without it such a mention is no date.

    Returns:
        Mentions with offsets into ``text`` (code points). Impossible dates (31.02.2021), dates of birth and CPR
        numbers are left out.

    Example:
        >>> [m.date.isoformat() for m in find_dates("Ringet 12/3-21, født 3. maj 1970, møde den 3. apr. 2021")]
        ['2021-03-12', '2021-04-03']
    """
    stop = len(text) if end is None else min(end, len(text))
    found: list[DateMention] = []
    full, reached = full_pattern(), start
    for candidate in DATE_START.finditer(text, start, stop):
        match = full.match(text, candidate.start(), stop) if candidate.start() >= reached else None
        if match is None:
            continue
        reached = match.end()
        day = read_match(match)
        if day is not None and not _is_birth(text, match.start()):
            found.append(DateMention(match.start(), match.end(), day))
    spelled = _spelled_out(text, start, stop)
    if spelled:
        found = sorted(found + spelled, key=lambda mention: mention.start)
    if reference is not None:
        found = _with_partial(text, start, stop, reference, found)
    return found


def _spelled_out(text: str, start: int, stop: int) -> list[DateMention]:
    """Dictated dates: "den ellevte oktober 2021"."""
    found = []
    for match in _MONTH_AND_YEAR.finditer(text, start, stop):
        month = _months().get(match[1].lower())
        begin = text.rfind(" ", max(start, match.start() - _LONGEST_ORDINAL), match.start()) + 1
        day = _ordinals().get(text[max(begin, start) : match.start()].lower())
        made = _make(int(match[2]), month, day) if month and day else None
        if made is not None and not _is_birth(text, begin):
            found.append(DateMention(begin, match.end(), made))
    return found


def read_match(match: re.Match[str]) -> date | None:
    """The date of a match of :func:`date_pattern`, or None where no such day exists."""
    # The group matched last is the year, or the day where the year comes first; its number tells the spelling.
    number = (match.lastgroup or "y1")[1:]
    # The third is the second with a blank before its year.
    day_group = number.replace("3", "2")
    year_text = match["y" + number].lstrip("'")
    month_text = match["m" + day_group]
    year = int(year_text)
    if len(year_text) == 2:
        year += 2000 if year < _PIVOT else 1900
    month = _months().get(month_text.lower()) or int(month_text)
    return _make(year, month, int(match["d" + day_group]))


def _make(year: int, month: int, day: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_birth(text: str, at: int) -> bool:
    before = text[max(0, at - _BIRTH_REACH) : at]
    words = _CLAUSE.split(before)[-1].lower().split()
    # A word with a figure is another date, which takes "født" for itself: "f. 3/3-70 møde 4/5-21".
    for word in reversed(words):
        if word[0].isdigit():
            return False
        if word.strip(".:()-") in _birth():
            return True
    return False


def _with_partial(text: str, start: int, stop: int, reference: date, full: list[DateMention]) -> list[DateMention]:
    found = list(full)
    taken = [(m.start, m.end) for m in full]
    index = 0
    for match in _partial().finditer(text, start, stop):
        while index < len(taken) and taken[index][1] <= match.start():
            index += 1
        if index < len(taken) and taken[index][0] < match.end():
            continue
        if _is_birth(text, match.start()):
            continue
        word = match["m1"] or match["m2"]
        month = _months().get(word.lower()) or int(word)
        day = _nearest(month, int(match["d1"] or match["d2"]), reference)
        if day is not None:
            found.append(DateMention(match.start(), match.end(), day))
    found.sort(key=lambda mention: mention.start)
    return found


def _nearest(month: int, day: int, reference: date) -> date | None:
    years = (reference.year - 1, reference.year, reference.year + 1)
    made = [made for year in years if (made := _make(year, month, day)) is not None]
    return min(made, key=lambda one: abs((one - reference).days), default=None)

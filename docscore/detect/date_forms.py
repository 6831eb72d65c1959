"""The forms of points in time that are not one full date, and what each means (``dates_in_text.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from docscore.checkpoints.months import add_days, add_months
from docscore.detect.rules.logic import Period
from docscore.language import alternatives
from docscore.recognise.dates import FIRST_YEAR, LAST_YEAR, vocabulary

Tense = Literal["past", "future", "near"]

# A past event dated so few days after the document is a note added later, or a year back: it cannot be told.
_UNSURE_DAYS = 60
_LATEST_WEEK = 53
_YEAR = r"(?:19|20)\d\d(?!\d)"
_DAY = r"(?:[0-2]?\d|3[01])"
_UNIT = r"(?P<unit>dage?|uger?|måned(?:er)?|mdr?\.?|år)"
# What stands before and behind a day and a month by number that makes them an amount.
_NO_NUMBER = r"(?<![\d.,/-])"
_NO_FRACTION = r"(?![\d/]|\.\d|-\d|,\d|\s?-?\s?(?:ordn|del|af\b|tid|time|t\b|kop|liter|år|tabl|dosis|mdr?\b))"
# "8 1/2" is an amount, "LÆ 265 17/1" holds a day.
_NO_MIXED = r"(?!(?<=\d )(?:1/[2-9]|2/3|3/4)(?!\d))"
# "14.01" may be a clock time or an amount: it is a day behind these words only.
_AFTER_WORD = r"(?:(?<=\bden )|(?<=\bd\. )|(?<=\bpr\. )|(?<=\bmodtaget )|(?<=\bmodt\. )|(?<=\baf ))"
_NO_CLOCK = r"(?!\d|,\d|[/:-]|\.\d|\s?(?:t|timer?|kr|kg|%|pct)\b)"
_SHORT_YEAR = r"\.? '?(?P<s>\d\d)(?![\d.,/:-]|\s?(?:timer?|t|dage?|uger?|%|pct)\b)"


@dataclass(frozen=True, slots=True)
class Now:
    """What "now" is to a text: its document's own date, and whether it tells of the past or the future."""

    day: date | None
    tense: Tense


Reader = Callable[["re.Match[str]", Now], Period | None]
"""Reads a match of a form; None where no such day exists or it cannot be told."""


@cache
def words() -> dict[str, Any]:
    """The parsed ``dates_in_text.toml``."""
    raw: dict[str, Any] = tomllib.loads(
        files("docscore.detect").joinpath("dates_in_text.toml").read_text(encoding="utf-8")
    )
    return raw


@cache
def _months() -> dict[str, int]:
    return {word: int(number) for number, words in vocabulary()["months"].items() for word in words}


@cache
def _ordinals() -> dict[str, int]:
    return {word: day for day, word in enumerate(vocabulary()["ordinals"]["words"], start=1)}


def any_of(phrases: Iterable[str]) -> str:
    """A pattern of any of the phrases, the longest first."""
    return alternatives.any_of(map(alternatives.literal, sorted(phrases, key=len, reverse=True)))


@cache
def forms() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    """Patterns in the order in which they are tried, and what reads a match; every part is bounded."""
    raw = words()
    month = any_of(_months())
    long_month = any_of(names[0] for names in vocabulary()["months"].values())
    weekday = any_of(raw["weekdays"]["words"])
    number = rf"(?:\d{{1,3}}|{any_of(raw['numbers'])})"
    in_year = rf"(?:,? (?:i )?(?P<y>{_YEAR}))?"
    after_month = rf"(?:(?:,? (?:i )?|-)(?P<y>{_YEAR})|{_SHORT_YEAR})?"
    part = f"(?:(?P<part>{any_of(phrase for part in raw['parts'].values() for phrase in part)}) )?"
    found: list[tuple[str, Reader]] = [
        (rf"{_NO_NUMBER}(?P<d1>{_DAY})\.? ?(?:-|–|til|og) ?(?P<d2>{_DAY})\. ?(?P<m>{month})\b\.?{in_year}", days),
        (rf"{_NO_NUMBER}{_NO_MIXED}(?P<d>{_DAY})/(?P<m>0?[1-9]|1[0-2]){_NO_FRACTION}", _day),
        (rf"{_AFTER_WORD}(?P<d>[0-2]\d|3[01])\.(?P<m>0[1-9]|1[0-2]){_NO_CLOCK}", _day),
        (rf"{_NO_NUMBER}(?P<d>{_DAY})\. ?(?P<m>{month})\b\.?", _day),
        (rf"{_NO_NUMBER}(?P<d>{_DAY}) (?P<m>{long_month})\b", _day),
        (rf"\b(?P<o>{any_of(_ordinals())}) (?P<m>{long_month})\b", _day),
        (rf"{_NO_NUMBER}(?P<d>{_DAY})\. ?(?P<this>{any_of(raw['this'])})\b\.?", _this_month),
        (
            rf"\bu(?:ge|gerne) ?(?P<w>\d{{1,2}})(?!\d|[.,]\d)(?: ?(?:-|–|til|og) ?(?P<w2>\d{{1,2}})(?!\d))?"
            rf"(?:(?:,? (?:i )?|/|-)(?P<y>{_YEAR}))?",
            _week,
        ),
        (rf"\b{part}(?P<m>{long_month})\b{after_month}", _month),
        (rf"\b{part}(?P<m>{month})\b\.?(?: |-)(?P<y>{_YEAR})", _month),
        (rf"(?<![\d./-])(?P<m>0?[1-9]|1[0-2])[-/](?P<y>{_YEAR})(?![-/.]\d)", _month),
        (rf"\b(?P<season>{any_of(raw['seasons'])})(?:et|en)?\b{in_year}", _season),
        (rf"\b(?P<q>[1-4])\. kvartal{in_year}", _quarter),
        (rf"(?<=\bfor )(?P<n>{number}) {_UNIT} siden\b", _ago),
        (rf"\binden for (?P<n>{number}) {_UNIT}\b", _within),
        (rf"\bom (?P<n>{number}) {_UNIT}\b", _in),
        (rf"(?<!\w)(?P<rel>{any_of(raw['days'])})(?!\w)", _relative_day),
        (rf"\b(?:(?P<coming>på|næste|førstkommende) |i )(?P<wd>{weekday})(?P<s>s)?\b", _weekday),
        (rf"\b(?P<rel>{any_of(raw['weeks'])})\b", _relative_week),
        (rf"\b(?P<rel>{any_of(raw['months_from'])})\b", _relative_month),
        (rf"\b(?P<rel>{any_of(raw['years'])})\b", _relative_year),
        (rf"{_NO_NUMBER}\b(?:(?<=\bi )|(?<=\bfra )|(?<=\baf )|(?<=\bår )|(?<=\())(?P<y>{_YEAR})(?![-/.]\d)", _year),
    ]
    return tuple((re.compile(pattern, re.I), reader) for pattern, reader in found)


def make(year: int, month: int, day: int) -> date | None:
    """A day of this or the last century, None where it does not exist."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _count(word: str) -> int:
    return int(word) if word.isdigit() else int(words()["numbers"][word.lower()])


def _month_number(word: str) -> int:
    return int(word) if word.isdigit() else _months()[word.lower()]


def _in_year(now: Now, of_year: Callable[[int], Period | None]) -> Period | None:
    """What has no year, in the year that the text's tense gives it; None where two years are possible."""
    if now.day is None:
        return None
    years = range(now.day.year - 1, now.day.year + 2)
    made = [period for year in years if (period := of_year(year)) is not None]
    before = [period for period in made if period.first <= now.day]
    after = [period for period in made if period.first > now.day]
    near = [period for period in after if (period.first - now.day).days < _UNSURE_DAYS]
    if now.tense == "near":
        near += [period for period in before if (now.day - period.last).days < _UNSURE_DAYS]
        return near[0] if len(near) == 1 else None
    if now.tense == "past":
        # A period that has begun is meant even where it goes on.
        return before[-1] if before and (not near or now.day in before[-1]) else None
    holding = [period for period in before if now.day in period]
    return holding[-1] if holding else (after[0] if after else None)


def _day(match: re.Match[str], now: Now) -> Period | None:
    named = match.groupdict()
    number = _ordinals()[named["o"].lower()] if named.get("o") else int(named["d"])
    month = _month_number(match["m"])

    def of_year(year: int) -> Period | None:
        made = make(year, month, number)
        return Period.of(made) if made is not None else None

    return _in_year(now, of_year)


def days(match: re.Match[str], now: Now) -> Period | None:
    """ "3.-5. marts 2021": one of these days."""
    month, first, last = _month_number(match["m"]), int(match["d1"]), int(match["d2"])

    def of_year(year: int) -> Period | None:
        begin, end = make(year, month, first), make(year, month, last)
        return Period(begin, end) if begin is not None and end is not None and begin < end else None

    return of_year(int(match["y"])) if match["y"] else _in_year(now, of_year)


def _this_month(match: re.Match[str], now: Now) -> Period | None:
    if now.day is None:
        return None
    there = add_months(now.day.replace(day=1), words()["this"][match["this"].lower()])
    made = make(there.year, there.month, int(match["d"]))
    return Period.of(made) if made is not None else None


def _week(match: re.Match[str], now: Now) -> Period | None:
    first, last = int(match["w"]), int(match["w2"] or match["w"])

    def of_year(year: int) -> Period | None:
        if not 1 <= first <= last <= _LATEST_WEEK:
            return None
        try:
            return Period(date.fromisocalendar(year, first, 1), date.fromisocalendar(year, last, 7))
        except ValueError:  # week 53 of a year that has none
            return None

    return of_year(int(match["y"])) if match["y"] else _in_year(now, of_year)


def _whole_month(year: int, month: int) -> Period | None:
    first = make(year, month, 1)
    return Period(first, add_days(add_months(first, 1), -1)) if first is not None else None


def _month(match: re.Match[str], now: Now) -> Period | None:
    month = _month_number(match["m"])
    named = match.groupdict()
    part = (named.get("part") or "").lower()
    written = named.get("y") or named.get("s")
    if not (written or part) and match["m"][0].isupper():
        return None  # "Maj siger": a month alone with a capital may be a person
    parts = words()["parts"]

    def of_year(year: int) -> Period | None:
        whole = _whole_month(year, month)
        if whole is None:
            return None
        if part in parts["primo"]:
            return Period(whole.first, whole.first + timedelta(9))
        if part in parts["medio"]:
            return Period(whole.first + timedelta(10), whole.first + timedelta(19))
        if part in parts["ultimo"]:
            return Period(whole.first + timedelta(20), whole.last)
        return whole

    if written:
        return of_year(int(written) if len(written) == 4 else 2000 + int(written))
    return _in_year(now, of_year)


def _season(match: re.Match[str], now: Now) -> Period | None:
    first, last = words()["seasons"][match["season"].lower()]

    def of_year(year: int) -> Period | None:
        if first <= last:
            begin, end = _whole_month(year, first), _whole_month(year, last)
        else:  # "vinteren 2021" begins in the year before or ends in the year after
            begin, end = _whole_month(year - 1, first), _whole_month(year + 1, last)
        return Period(begin.first, end.last) if begin is not None and end is not None else None

    return of_year(int(match["y"])) if match["y"] else _in_year(now, of_year)


def _quarter(match: re.Match[str], now: Now) -> Period | None:
    month = 3 * int(match["q"]) - 2

    def of_year(year: int) -> Period | None:
        begin, end = _whole_month(year, month), _whole_month(year, month + 2)
        return Period(begin.first, end.last) if begin is not None and end is not None else None

    return of_year(int(match["y"])) if match["y"] else _in_year(now, of_year)


def _year(match: re.Match[str], _: Now) -> Period | None:
    year = int(match["y"])
    return Period(date(year, 1, 1), date(year, 12, 31))


def _from(day: date, count: int, unit: str) -> Period:
    """So many days, weeks … from a day; a week or longer is only as exact as its unit."""
    unit = unit.lower()
    if unit.startswith("d"):
        return Period.of(add_days(day, count))
    if unit.startswith("u"):
        there = add_days(day, 7 * count)
        return Period(add_days(there, -3), add_days(there, 3))
    there = add_months(day, count * (12 if unit == "år" else 1))
    slack = 183 if unit == "år" else 15
    return Period(add_days(there, -slack), add_days(there, slack))


def _ago(match: re.Match[str], now: Now) -> Period | None:
    return None if now.day is None else _from(now.day, -_count(match["n"]), match["unit"])


def _in(match: re.Match[str], now: Now) -> Period | None:
    # "om to uger" is ahead of now; "om 10 timer" and "3 gange om ugen" have another form.
    return None if now.day is None else _from(now.day, _count(match["n"]), match["unit"])


def _within(match: re.Match[str], now: Now) -> Period | None:
    if now.day is None or now.tense == "past":
        return None
    unit = match["unit"].lower()
    count = _count(match["n"])
    days = {"d": count, "u": 7 * count}.get(unit[0])
    months = count * (12 if unit == "år" else 1)
    return Period(now.day, add_days(now.day, days) if days is not None else add_months(now.day, months))


def _relative_day(match: re.Match[str], now: Now) -> Period | None:
    return None if now.day is None else Period.of(add_days(now.day, words()["days"][match["rel"].lower()]))


def _weekday(match: re.Match[str], now: Now) -> Period | None:
    """ "i mandags" is the last Monday before, "på mandag" the next one after."""
    coming, past = match["coming"] is not None, match["s"] is not None
    if now.day is None or coming == past:
        return None
    wanted = words()["weekdays"]["words"].index(match["wd"].lower())
    if past:
        return Period.of(add_days(now.day, -((now.day.weekday() - wanted - 1) % 7 + 1)))
    if now.tense == "past" or match["coming"].lower() == "næste":
        return None  # "næste mandag" is said of two days
    return Period.of(add_days(now.day, (wanted - now.day.weekday() - 1) % 7 + 1))


def _relative_week(match: re.Match[str], now: Now) -> Period | None:
    if now.day is None:
        return None
    monday = add_days(now.day, 7 * words()["weeks"][match["rel"].lower()] - now.day.weekday())
    return Period(monday, add_days(monday, 6))


def _relative_month(match: re.Match[str], now: Now) -> Period | None:
    if now.day is None:
        return None
    first = add_months(now.day.replace(day=1), words()["months_from"][match["rel"].lower()])
    return _whole_month(first.year, first.month)


def _relative_year(match: re.Match[str], now: Now) -> Period | None:
    if now.day is None:
        return None
    year = now.day.year + words()["years"][match["rel"].lower()]
    return Period(date(year, 1, 1), date(year, 12, 31)) if FIRST_YEAR <= year <= LAST_YEAR else None

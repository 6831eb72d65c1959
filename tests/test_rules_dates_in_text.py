"""Points in time in Danish text, as the days that they may mean."""

from __future__ import annotations

import time
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscore.detect.dates_in_text import find_periods

NOW = date(2021, 5, 20)  # a Thursday in week 20
MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)


def spans(text: str, tense: str = "past", reference: date | None = NOW) -> list[str]:
    found = find_periods(text, reference=reference, tense=tense)  # type: ignore[arg-type]
    return [f"{m.period.first}" if m.period.day else f"{m.period.first}..{m.period.last}" for m in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("modtaget d. 3. marts 2021", ["2021-03-03"]),
        ("12/3-21", ["2021-03-12"]),
        ("12.03.21", ["2021-03-12"]),
        ("den treogtyvende november 2020", ["2020-11-23"]),
        ("den tredje januar", ["2021-01-03"]),
        ("den 3. ds.", ["2021-05-03"]),
        ("den 28. f.m.", ["2021-04-28"]),
        ("den 31. f.m.", []),  # April has none
        ("den 18 maj", ["2021-05-18"]),
        ("3. marts", ["2021-03-03"]),
        ("14/10", ["2020-10-14"]),
        ("29/2", ["2020-02-29"]),
        ("31/4", []),
        ("31/4-21", []),
        ("uge 14", ["2021-04-05..2021-04-11"]),
        ("uge 14-16", ["2021-04-05..2021-04-25"]),
        ("i uge 53, 2020", ["2020-12-28..2021-01-03"]),
        ("i uge 53, 2021", []),
        ("uge 54", []),
        ("uge 20", ["2021-05-17..2021-05-23"]),
        ("ultimo marts", ["2021-03-21..2021-03-31"]),
        ("ultimo februar 2020", ["2020-02-21..2020-02-29"]),
        ("primo april 2021", ["2021-04-01..2021-04-10"]),
        ("medio april 2021", ["2021-04-11..2021-04-20"]),
        ("sidst i april", ["2021-04-01..2021-04-30"]),
        ("marts 2021", ["2021-03-01..2021-03-31"]),
        ("okt 2019", ["2019-10-01..2019-10-31"]),
        ("03-2021", ["2021-03-01..2021-03-31"]),
        ("foråret 2021", ["2021-03-01..2021-05-31"]),
        ("vinteren 2020", ["2019-12-01..2021-02-28"]),
        ("1. kvartal 2021", ["2021-01-01..2021-03-31"]),
        ("fra 2018", ["2018-01-01..2018-12-31"]),
        ("i går", ["2021-05-19"]),
        ("d.d.", ["2021-05-20"]),
        ("i mandags", ["2021-05-17"]),
        ("i torsdags", ["2021-05-13"]),
        ("sidste uge", ["2021-05-10..2021-05-16"]),
        ("sidste måned", ["2021-04-01..2021-04-30"]),
        ("for 14 dage siden", ["2021-05-06"]),
        ("for tre uger siden", ["2021-04-26..2021-05-02"]),
        ("om 14 dage", ["2021-06-03"]),
        ("3.-5. marts 2021", ["2021-03-03..2021-03-05"]),
        ("mellem den 3. og 5. marts", ["2021-03-03..2021-03-05"]),
        ("8/2-30/4-21", ["2021-02-08..2021-04-30"]),
        ("8/12-30/4-21", ["2020-12-08..2021-04-30"]),
        ("1. marts 2021 - 3. april 2021", ["2021-03-01..2021-04-03"]),
        ("senest den 1. april 2021", ["0001-01-01..2021-04-01"]),
        ("inden den 1. april 2021", ["0001-01-01..2021-03-31"]),
        ("efter den 1. april 2021", ["2021-04-02..9999-12-31"]),
    ],
)
def test_forms(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1/2 time",
            "8 1/2",
            "hver 3. uge",
            "10 timer om ugen",
            "12 uger",
            "Maj siger nej",
            "3 gange om dagen",
            "kl. 12",
        ),
        *("§ 116, stk. 2", "LÆ 265", "080979-XXXX", "på mandag", "næste mandag"),
    ],
)
def test_what_is_no_past_point_in_time(text: str) -> None:
    assert spans(text) == []


def test_the_future_of_a_note() -> None:
    assert spans("på mandag", "future") == ["2021-05-24"]
    assert spans("på torsdag", "future") == ["2021-05-27"]
    assert spans("inden for 14 dage", "future") == ["2021-05-20..2021-06-03"]
    assert spans("den 3. januar", "future") == ["2022-01-03"]
    assert spans("uge 20", "future") == ["2021-05-17..2021-05-23"]


def test_a_day_without_a_year_is_left_out_where_two_years_are_possible() -> None:
    assert spans("den 4. juli") == []  # a note from May may have been added to in July
    assert spans("den 4. juli", "near") == ["2021-07-04"]
    assert spans("den 4. november", "near") == []
    assert spans("16. marts") == ["2021-03-16"]


def test_without_the_documents_date_nothing_relative_is_told() -> None:
    for text in ("i går", "uge 14", "den 3. ds.", "3. marts", "om 14 dage", "sidste måned", "i marts"):
        assert spans(text, reference=None) == []
    assert spans("uge 14, 2021", reference=None) == ["2021-04-05..2021-04-11"]


WRITTEN = {
    "slash": lambda d: f"{d.day}/{d.month}-{d:%y}",
    "dots": lambda d: f"{d:%d.%m.%Y}",
    "hyphens": lambda d: f"{d:%d-%m-%Y}",
    "words": lambda d: f"d. {d.day}. {MONTHS[d.month - 1]} {d.year}",
    "iso": lambda d: d.isoformat(),
}
WITHOUT_YEAR = {"slash": lambda d: f"{d.day}/{d.month}", "words": lambda d: f"{d.day}. {MONTHS[d.month - 1]}"}


@given(st.dates(date(1990, 1, 1), date(2045, 12, 31)), st.sampled_from(sorted(WRITTEN)))
def test_a_full_date_is_its_day(day: date, form: str) -> None:
    assert spans(f"Modtaget {WRITTEN[form](day)}, tak") == [day.isoformat()]


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(0, 300), st.sampled_from(sorted(WITHOUT_YEAR)))
def test_a_past_day_without_a_year_is_the_newest_one(reference: date, ago: int, form: str) -> None:
    day = reference - timedelta(ago)
    found = spans(f"modtaget {WITHOUT_YEAR[form](day)}, tak", reference=reference)
    assert found in ([day.isoformat()], [])
    assert found or ago > 366 - 61  # only what may lie ahead is left out


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)))
def test_a_day_lies_in_its_week_and_month(day: date) -> None:
    year, week, _ = day.isocalendar()
    for text in (f"uge {week}, {year}", f"{MONTHS[day.month - 1]} {day.year}"):
        (found,) = find_periods(text)
        assert day in found.period
    (third,) = find_periods(
        f"{'primo' if day.day <= 10 else 'medio' if day.day <= 20 else 'ultimo'} {MONTHS[day.month - 1]} {day.year}"
    )
    assert day in third.period


@given(st.text("1234567890./-– uge martsdenomi'", max_size=80), st.none() | st.just(NOW))
def test_mentions_are_in_order_and_apart(text: str, reference: date | None) -> None:
    found = find_periods(text, reference=reference)
    for mention in found:
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.period.first <= mention.period.last
    assert all(one.end <= other.end and one.start <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    "piece", ["1/", "1.", "uge 1", "den ", "om 1 ", "i ", "3.-", "1. marts ", "12/3-", " 20", "senest "]
)
def test_crafted_text_is_read_in_linear_time(piece: str) -> None:
    text = piece * 4000
    begun = time.perf_counter()
    find_periods(text[: len(text) // 4], reference=NOW)
    quarter = time.perf_counter() - begun
    begun = time.perf_counter()
    find_periods(text, reference=NOW)
    assert time.perf_counter() - begun < max(1.0, 12 * quarter)

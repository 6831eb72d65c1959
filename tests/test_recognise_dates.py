"""Danish dates in running text."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscore.recognise import find_dates

MONTHS = [
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
]
FORMATS = {
    "slash": lambda d: f"{d.day}/{d.month}-{d:%y}",
    "slash_long": lambda d: f"{d.day}/{d.month} {d.year}",
    "dots": lambda d: f"{d:%d.%m.%Y}",
    "dots_short": lambda d: f"{d.day}.{d.month}.{d:%y}",
    "hyphens": lambda d: f"{d:%d-%m-%Y}",
    "hyphens_short": lambda d: f"{d:%d-%m-%y}",
    "words": lambda d: f"{d.day}. {MONTHS[d.month - 1]} {d.year}",
    "abbreviated": lambda d: f"{d.day}. {MONTHS[d.month - 1][:3]}. {d:%y}",
    "capitals": lambda d: f"{d.day}. {MONTHS[d.month - 1].upper()} {d.year}",
    "iso": lambda d: d.isoformat(),
}


def isos(text: str, **more: object) -> list[str]:
    return [mention.date.isoformat() for mention in find_dates(text, **more)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ringet 12/3-21, intet svar", ["2021-03-12"]),
        ("12.03.2021", ["2021-03-12"]),
        ("den 12-03-21", ["2021-03-12"]),
        ("d. 3. marts 2021", ["2021-03-03"]),
        ("3. mar. 21", ["2021-03-03"]),
        ("2021-03-12T10:15", ["2021-03-12"]),
        ("den 3/3 2021", ["2021-03-03"]),
        ("12.03.2021 kl. 10.15", ["2021-03-12"]),
        ("den ellevte oktober 2021 på kontoret", ["2021-10-11"]),
        ("praktik 8/2-30/4-21", ["2021-04-30"]),
        ("1/3-25/6-21", ["2021-06-25"]),
        ("01.02.21-30.04.21", ["2021-02-01", "2021-04-30"]),
        ("01.08.2015 – 31.10.2020", ["2015-08-01", "2020-10-31"]),
    ],
)
def test_spellings(text: str, expected: list[str]) -> None:
    assert isos(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "31.02.2021",
        "30-02-21",
        "010170-XXXX",
        "01.01.70-1234",
        "01-01-1970-XXXX",
        "0101701234",
        "født 3. marts 1970",
        "født i Vejle den 3. marts 1970",
        "(f. 12-05-1968)",
        "Fødselsdato: 03.03.1970",
        "cpr.: 12.03.1970",
        "tlf. 21-12-54-76",
        "kl. 12.03",
        "LAB § 116, stk. 1",
        "version 3.1",
        "12/3 uden år",
        "fra 3. maj 10 timer om ugen",
        "1/2 time og 3/4 liter",
        "uge 14-16 i 2021",
        "",
    ],
)
def test_no_dates(text: str) -> None:
    assert find_dates(text) == []


def test_birth_does_not_hide_the_next_date() -> None:
    assert isos("f. 12-05-1968, møde 4/5-21") == ["2021-05-04"]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [(date(2021, 9, 9), ["2021-10-14", "2022-01-03"]), (date(2022, 3, 1), ["2021-10-14", "2022-01-03"])],
)
def test_day_and_month_take_the_nearest_year(reference: date, expected: list[str]) -> None:
    text = "ny samt. 14/10 kl 10, derefter 3. januar, 7/7-ordning, 1/2 time"
    assert isos(text, reference=reference) == expected
    assert isos(text) == []


def test_only_within_the_given_part() -> None:
    text = "12.03.2021 og 13.03.2021 og 14.03.2021"
    assert isos(text, start=11, end=27) == ["2021-03-13"]


@given(
    st.dates(date(1951, 1, 1), date(2049, 12, 31)),
    st.sampled_from(sorted(FORMATS)),
    st.sampled_from(["", "Møde ", "d. "]),
)
def test_every_date_in_every_spelling(day: date, spelling: str, before: str) -> None:
    written = FORMATS[spelling](day)
    text = f"{before}{written}, slut"
    (mention,) = find_dates(text)
    assert mention.date == day
    assert text[mention.start : mention.end].rstrip(".") == written.rstrip(".")


@given(st.text(alphabet="0123456789./- marsjunikldfXø\n", max_size=200))
def test_mentions_are_ordered_and_within_the_text(text: str) -> None:
    mentions = find_dates(text, reference=date(2021, 6, 1))
    for first, second in pairwise(mentions):
        assert first.end <= second.start
    assert all(0 <= m.start < m.end <= len(text) for m in mentions)

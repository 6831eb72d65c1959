"""The work ability in hours a week that a recommendation states (``ind.arbejdsevne_timer``).

The hours that may come ("kan på sigt nå 12 timer"), those of another ("mentor 2 timer om ugen"), bounds ("højst 8") and
hours of a day are left aside. Where more than one number is left, there is no value: it is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from docscore.decision import Value
from docscore.values.amounts import any_of, number_of, number_pattern, plain, shown, words
from docscore.values.said import Said

Part = Literal["", "fremmøde", "effektiv"]

MOST = 37.0
"""Hours of a full week; nothing above is a work ability."""

_BEFORE, _AFTER = 70, 40
_CLAUSE = re.compile(
    r"[;!?\n]|(?<!\bca)(?<!\beff)(?<!\bevt)(?<!\bpr)(?<!\bmax)\.\s|:\s|,\s(?=(?:men|hvoraf|hvilket|idet|fordi|hvor|når|hvis|og|som|der)\s)"
)


_AND_MINUTES = re.compile(r"\s?(?:og|,)?\s?\d{1,2}\s?min", re.I)


@dataclass(frozen=True, slots=True)
class Amount:
    """Hours in a text: from ``low`` to ``high``, ``week`` where it says that they are a week's.

    ``anchored``: its clause speaks of the assessed work ability.
    """

    low: float
    high: float
    week: bool
    anchored: bool
    part: Part
    start: int

    @property
    def numbers(self) -> tuple[float, float]:
        """Low and high."""
        return self.low, self.high


@cache
def _table(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\wæøå])(?:{any_of(words()['hours'][name])})(?![\wæøå])", re.I)


@cache
def _right_before(name: str) -> re.Pattern[str]:
    about = any_of(words()["about"]["words"])
    return re.compile(rf"(?<!\w)(?:{any_of(words()['hours'][name])})\s?(?:[:(]\s?)?(?:(?:{about})\s)?\Z", re.I)


@cache
def _right_behind(name: str) -> re.Pattern[str]:
    return re.compile(rf"\s?\(?(?:{any_of(words()['hours'][name])})(?!\w)", re.I)


@cache
def _amount() -> re.Pattern[str]:
    hours, number = words()["hours"], number_pattern()
    about = any_of(words()["about"]["words"])
    return re.compile(
        rf"(?P<from>fra\s)?(?P<mellem>mellem\s)?(?P<low>{number})"
        rf"(?:\s?(?:-|–|—|til|eller|og(?<=mellem)|/)\s?(?:(?:{about})\s)?(?P<high>{number})"
        rf"|(?<=[a-zæøå])\s(?P<next>{number})|\sog\s(?P<both>{number}))?"
        rf"(?P<unit>\)?\s?-?(?:{any_of(hours['unit'])})(?!\w))?"
        rf"(?P<week>\s?\(?(?:{any_of(hours['week'])})(?!\w))?",
        re.I,
    )


@cache
def _product() -> re.Pattern[str]:
    hours, number = words()["hours"], number_pattern()
    unit, week = any_of(hours["unit"]), any_of(hours["week"])
    times, between = any_of(hours["times"]), any_of(hours["between"])
    return re.compile(
        rf"(?P<hours>{number})\s?(?:{unit})\s(?P<times>{number})\s(?:{times})\s(?:{week})(?!\w)"
        rf"|(?P<times2>{number})\s?(?:{times})?\s?(?:om\sugen\s|ugentligt\s)?(?:{between})\s(?:ca\.?\s)?"
        rf"(?P<hours2>{number})\s?(?:{unit})(?!\w)",
        re.I,
    )


def hours_of(said: Sequence[Said]) -> Value:
    """The hours a week that the sentences give.

    Args:
        said: the evidence, strongest first.

    Returns:
        A number ("12 timer om ugen"); two numbers, the bounds of an interval ("15-18 timer"); a list of texts where
        attended and effective hours are told apart (``["fremmøde 15", "effektiv 7,5"]``); None where it cannot be told.

    >>> hours_of([Said("Arbejdsevnen vurderes til 15-18 timer ugentligt.")])
    [15, 18]
    >>> hours_of([Said("Fremmøde 15 t., effektiv 7,5.")])
    ['fremmøde 15', 'effektiv 7,5']
    """
    found = [amount for one in said for amount in amounts(one)]
    for chosen in (
        [a for a in found if (a.week and a.anchored) or a.part],
        [a for a in found if a.week],
        [a for a in found if a.anchored],
        found,
    ):
        if chosen:
            # A labelled number is told apart from the one beside it ("12 timer (6 effektive)").
            return _value(found if any(amount.part for amount in chosen) else chosen)
    return None


def _value(found: Sequence[Amount]) -> Value:
    by_part: dict[Part, tuple[float, float]] = {}
    for amount in found:
        if by_part.setdefault(amount.part, amount.numbers) != amount.numbers:
            return None
    if not set(by_part) - {""}:
        low, high = by_part[""]
        return plain(low) if low == high else [plain(low), plain(high)]
    if "" in by_part:
        # Beside effective hours the plain number is the attended one, and the other way round.
        other: Part = "effektiv" if "fremmøde" in by_part else "fremmøde"
        if other in by_part and by_part[other] != by_part[""]:
            return None
        if set(by_part.values()) == {by_part[""]}:
            del by_part[""]
        else:
            by_part[other] = by_part.pop("")
    parts: tuple[Part, ...] = ("fremmøde", "effektiv")
    return [f"{part} {_span(*by_part[part])}" for part in parts if part in by_part]


def _span(low: float, high: float) -> str:
    return shown(low) if low == high else f"{shown(low)}-{shown(high)}"


def amounts(said: Said) -> Iterable[Amount]:
    """The hours a week in one sentence that may be the assessed work ability."""
    text = said.text
    if _table("else").search(said.prompt):
        return []
    matches = [match for match in _amount().finditer(text) if match["low"]]
    known: list[Amount] = []
    for place, match in enumerate(matches):
        begin = matches[place - 1].end() if place else 0
        stop = matches[place + 1].start() if place + 1 < len(matches) else len(text)
        amount = _read(said, match, begin, stop)
        if amount is not None:
            known.append(amount)
    products = [(match.span(), amount) for match in _product().finditer(text) if (amount := _multiplied(match))]
    # "To gange tre timer ugentligt": the three are no number of their own.
    known = [amount for amount in known if not any(a <= amount.start < b for (a, b), _ in products)]
    if any(amount.week for amount in known):
        return known
    return [amount for _, amount in products] or known


def _multiplied(match: re.Match[str]) -> Amount | None:
    hours = number_of(match["hours"] or match["hours2"])
    times = number_of(match["times"] or match["times2"])
    total = hours * times
    if not 0 < total <= MOST or times > 7 or times != int(times):
        return None
    return Amount(total, total, True, True, "", match.start())


def _read(said: Said, match: re.Match[str], begin: int, stop: int) -> Amount | None:
    """The hours of one match between its neighbours; None where they are something else."""
    text = said.text
    low, second = number_of(match["low"]), match["high"] or match["next"]
    if match["both"]:
        if not match["mellem"]:
            return None
        second = match["both"]
    high = number_of(second) if second else low
    before, behind = (
        _clause_before(text, match.start(), begin),
        text[match.end() : max(match.end(), min(stop, match.end() + _AFTER))],
    )
    part = _part_of(before, behind, stop < len(text))
    week, unit = match["week"] is not None, match["unit"] is not None
    if match["from"] or not 0 < low <= high <= MOST or text[match.end() : match.end() + 2].lstrip().startswith("%"):
        return None
    if not (week or unit or (part and match["low"][0].isdigit()) or _alone(said, match)):
        return None
    if _AND_MINUTES.match(text, match.end()):
        return None
    if not week and _right_behind("other").match(behind):
        return None
    if _right_before("bound").search(before) or _table("aim").search(before):
        return None
    rest = _CLAUSE.split(behind, maxsplit=1)[0]
    if _table("later").search(rest) or (_table("else").search(before + rest) and not _table("anchor").search(before)):
        return None
    anchored = _table("anchor").search(before + " " + rest) is not None or _asked(said)
    return Amount(low, high, week, anchored, part, match.start())


def _clause_before(text: str, at: int, begin: int) -> str:
    """The words of the clause before a number, not beyond the number before it."""
    return _CLAUSE.split(text[max(begin, at - _BEFORE) : at])[-1]


def _part_of(before: str, behind: str, followed: bool) -> Part:
    """Whether a number is of attended or of effective hours; ``followed``: another number stands behind."""
    near = before[-40:]
    kinds: tuple[tuple[Part, str], ...] = (("fremmøde", "attended"), ("effektiv", "effective"))
    named = [(match.end(), part) for part, name in kinds for match in _table(name).finditer(near)]
    if named:
        return max(named)[1]
    for part, name in kinds:
        label = _right_behind(name).match(behind)
        # "10 t. ugentlig (effektivt 6)": the word belongs to the number behind it.
        if label is not None and not (followed and not behind[label.end() :].strip(" :(")):
            return part
    return ""


def _asked(said: Said) -> bool:
    prompt = said.prompt.lower()
    return any(word in prompt for word in words()["hours"]["prompt"])


def _alone(said: Said, match: re.Match[str]) -> bool:
    """Whether a number without a unit begins the answer to a field about hours."""
    if not _asked(said) or match.start() != len(said.text) - len(said.text.lstrip()):
        return False
    rest = said.text[match.end() :].strip(" .")
    return not rest or (said.field and _FIGURE_OF.match(rest) is None)


_FIGURE_OF = re.compile(r"(?:%|pct|år|uge|måned|mdr|dag|gange|/|\.|,\d|kg|\d)", re.I)

"""Spans of time that lie ahead ("inden for 18 måneder", "om seks uger") and intervals ("hver 3. måned")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from docscore.detect.rules.logic import Period
from docscore.values.amounts import any_of, number_of, number_pattern, plain, shown, words
from docscore.values.said import Said

_FIRST = re.compile(r"\b(?:første|følgende|kommende)\b", re.I)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in a text: what it is, as a value, and where; ``period`` where the days are known."""

    value: str
    start: int
    end: int
    period: Period | None = None


@cache
def span_pattern() -> re.Pattern[str]:
    """Spans that say that they lie ahead."""
    table, number = words()["span"], number_pattern()
    between = any_of(table["between"])
    return re.compile(
        rf"(?<!\w)(?P<ahead>{any_of(table['ahead'])})\s(?:(?:{between})\s){{0,2}}"
        rf"(?:(?P<low>{number})(?:\s?(?:-|–|til|eller)\s?(?P<high>{number}))?\s?"
        rf"(?P<half>halv(?:t|e)?\s)?(?P<unit>{any_of(table['units'])})(?!\w)(?P<tid>s?\stid)?"
        r"|(?P<first>år)(?!\w))"
        r"|(?<=\bi )(?P<plain>det\s(?:første|følgende|kommende)\s(?P<halfyear>halve\s)?år)(?!\w)"
        r"|(?<=\befter )(?P<after>det\sførste\s(?P<halved>halve\s)?år)(?!\w)",
        re.I,
    )


def spans(said: Said) -> list[Moment]:
    """Spans of time that lie ahead: "inden for 18 måneder", "efter et års tid", "det første år"."""
    found: list[Moment] = []
    for match in [*span_pattern().finditer(said.text), *_bare_pattern().finditer(said.text)]:
        named = match.groupdict()
        if _not_behind().match(said.text, match.end() + 1):
            continue
        if "dato" in named and not named["dato"]:
            # A span alone is the answer to a field only.
            alone = said.field and not (said.text[: match.start()] + said.text[match.end() :]).strip(" .:|▾▼")
            if not alone and not said.text[: match.start()].rstrip().endswith(("▾", "▼")):
                continue
        value = _span_value(match)
        if value is not None:
            found.append(Moment(value, match.start(), match.end()))
    return found


@cache
def _bare_pattern() -> re.Pattern[str]:
    number = number_pattern()
    return re.compile(
        rf"(?P<low>{number})(?:\s?(?:-|–|til|eller)\s?(?P<high>{number}))?\s?(?P<half>halv(?:t|e)?\s)?"
        rf"(?P<unit>{any_of(words()['span']['units'])})(?!\w)(?P<dato>\sfra\s(?:dato|i dag|nu|dags dato)(?!\w))?",
        re.I,
    )


def _span_value(match: re.Match[str]) -> str | None:
    table, named = words()["span"], match.groupdict()
    if named.get("plain") or named.get("after"):
        return "6 måneder" if match["halfyear"] or match["halved"] else "1 år"
    if named.get("first"):
        return "1 år" if _FIRST.search(match.group()) else None
    unit = table["units"][match["unit"].lower()]
    low = number_of(match["low"])
    high = number_of(match["high"]) if match["high"] else low
    if match["half"]:
        low = high = 0.5 * low
    if unit == "år" and (low != int(low) or high != int(high)):
        unit, low, high = "måned", 12 * low, 12 * high
    if low != high:
        return f"{shown(low)}-{shown(high)} {table['plural'][unit]}"
    return f"{shown(low)} {unit if plain(low) == 1 else table['plural'][unit]}"


@cache
def _every_pattern() -> re.Pattern[str]:
    return re.compile(
        r"(?<!\w)(?:hver(?:t)?\s(?P<n>\d{1,2}|anden|andet|tredje|fjerde|femte|sjette|ottende)\.?\s"
        r"(?P<unit>uge|måned|md\.?|dag|kvartal|år)(?!\w)"
        r"|(?P<one>hver uge|hver måned|hvert kvartal|hvert halve år|hvert år))",
        re.I,
    )


_ORDINALS = {"anden": 2, "andet": 2, "tredje": 3, "fjerde": 4, "femte": 5, "sjette": 6, "ottende": 8}


def intervals(text: str) -> list[Moment]:
    """Intervals: "hver 3. måned"."""
    found: list[Moment] = []
    for match in _every_pattern().finditer(text):
        if match["one"]:
            value = " ".join(match["one"].lower().split())
        else:
            n = match["n"].lower()
            unit = "måned" if match["unit"].lower().startswith("m") else match["unit"].lower()
            value = f"hver {_ORDINALS.get(n, n)}. {unit}"
        found.append(Moment(value, match.start(), match.end()))
    return found


@cache
def _not_behind() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of(words()['span']['not_behind'])})(?!\w)", re.I)

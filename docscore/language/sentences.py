"""Where a Danish sentence ends: abbreviations, dates, ordinals and telegram style survived."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_CANDIDATE = re.compile(r"[.!?…]+[\"”»’')\]]*(?=\s)\s*")
_LAST_WORD = re.compile(r"(\S+)$")
_MONTHS = (
    "jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
)  # fmt: skip
_ORDINAL_FOLLOWERS = frozenset(
    [
        "gang",
        "gange",
        "uge",
        "uger",
        "måned",
        "dag",
        "kvartal",
        "halvår",
        "år",
        "etage",
        "sal",
        "klasse",
        "prioritet",
        "grad",
        "samtale",
        "møde",
        "kontakt",
        "praktik",
        "opfølgning",
        "og",
        "til",
        "nerverod",
        "rate",
        "del",
        "led",
        "punkt",
        "barselsdag",
        "sygedag",
        "semester",
        "trin",
        "fase",
        "ledighedsmåned",
    ]
)


@cache
def abbreviations() -> frozenset[str]:
    """The bundled abbreviations, lower-case, without their last full stop."""
    raw = files("docscore.language").joinpath("data", "abbreviations.txt").read_text("utf-8")
    return frozenset(line.strip() for line in raw.splitlines() if line and not line.startswith("#"))


def split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split ``text[start:end]``, one paragraph or field value, into sentences.

    Returns:
        Offsets into ``text`` of each sentence, without surrounding white space, in order. Together
        they hold every visible character of the part.
    """
    known = abbreviations()
    bounds: list[tuple[int, int]] = []
    begin = start
    for match in _CANDIDATE.finditer(text, start, end):
        stop, after = match.start(), match.end()
        if after >= end:
            break
        mark = text[stop]
        before = _LAST_WORD.search(text, max(begin, stop - 40), stop) if mark == "." else None
        if before and not _ends(before.group(1), text, after, end, known):
            continue
        bounds.append((begin, after))
        begin = after
    bounds.append((begin, end))
    return [span for span in (_strip(text, a, b) for a, b in bounds) if span[0] < span[1]]


def _ends(word: str, text: str, after: int, end: int, known: frozenset[str]) -> bool:
    """Whether the full stop behind ``word`` ends a sentence, given what follows at ``after``."""
    core = word.lower().lstrip("(\"”»'’[/")
    nxt = text[after]
    upper = nxt.isupper() or nxt in "\"”“»„’'([-–•☐☒"
    if core.isdigit():  # "3. marts", "2. gang", "§ 27. Han"
        follower = re.match(r"\w+", text[after : min(end, after + 20)])
        name = follower.group().lower() if follower else ""
        if name.startswith(_MONTHS) or name in _ORDINAL_FOLLOWERS:
            return False
        return upper or nxt.isdigit()
    if core in known or core.rsplit("/", 1)[-1] in known:
        # An abbreviation ends a sentence only where it seldom stands inside one ("m.v. Hun …").
        return upper and core in _CLOSING
    if len(core) == 1 and core.isalpha():
        return False
    if upper or nxt.isdigit():
        return True
    return len(core) >= 3 and core.isalpha()


_CLOSING = frozenset(
    {"mv", "m.v", "m.m", "mm", "osv", "etc", "o.l", "o.lign", "lign", "md", "mdr", "kr", "pct", "o.a", "m.fl"}
)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end

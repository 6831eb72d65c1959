"""Entries told by regularity alone: lines with a date that all look alike, in the order of time.

Every system prints its own heads, and no list of words knows them all ("Sagsnotat oprettet 3. maj 2021 af HAH - …",
"Sisse Lund • 17. jan. 2023 08.45"). But a program prints them all alike, on a line of their own or before the text, and
a journal is in order. This is asked only where no known head was found, and it asks for more: four lines, in order,
with something to say between them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from docscore.recognise.blocks import labels
from docscore.recognise.dates import DATE_START, full_pattern, read_match
from docscore.recognise.heads import PERIOD, RULE, SHORT_LINE, TIME, is_title_line, skeleton_of

_LEAST = 4
_IN_ORDER = 0.8
_DISTINCT = 0.5
_MOSTLY = 0.7
_MIN_MEDIAN = 50
# How far into its line a date may stand.
_REACH = 100
_SIGNS = re.compile(r"[|/()\[\]–—:•·-]")
_WORD = re.compile(r"[^\W\d_]")
_BY = re.compile(r"(?:\baf|\bv/|\bved)\s{0,2}([A-ZÆØÅ][\w.]{0,20}(?:[ -][A-ZÆØÅ][\w.]{0,20}){0,3})")
_NAME = re.compile(r"[A-ZÆØÅ][\w.]{0,20}(?:[ -][A-ZÆØÅ][\w.]{0,20}){0,3}")
_EMNE = re.compile(r"([^\W\d_][^\W_ ]{1,20}(?: [^\W_]{1,20})?)\s?:\s?([^:|\n]{2,80})")


@dataclass(frozen=True, slots=True)
class Line:
    """A line with a date: where it begins and ends, where its entry begins, its date and where that stands."""

    begin: int
    end: int
    start: int
    date: date
    day: int
    title: str = ""
    author: str = ""


def regular_heads(text: str, start: int, stop: int) -> list[Line]:
    """The heads of entries that are known by their likeness; empty where there is no clear one.

    Args:
        text: a file's text.
        start: where to begin (code points).
        stop: where to end.
    """
    groups: dict[str, list[Line]] = defaultdict(list)
    for begin, end in _lines(text, start, stop):
        found = _dated(text, begin, end)
        if found is not None:
            groups[found[0]].append(found[1])
    best: list[Line] = []
    for look, lines in sorted(groups.items()):
        if len(lines) > max(len(best), _LEAST - 1) and _is_journal(text, look, lines, start, stop):
            best = lines
    return _titled(text, best, start)


def _lines(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    found, at = [], start
    for line in text[start:stop].split("\n"):
        found.append((at, at + len(line)))
        at += len(line) + 1
    return found


def _dated(text: str, begin: int, end: int) -> tuple[str, Line] | None:
    digits = DATE_START.search(text, begin, min(end, begin + _REACH))
    match = full_pattern().match(text, digits.start(), end) if digits else None
    day = read_match(match) if match else None
    if match is None or day is None or PERIOD.match(text, match.end(), end):
        return None
    look = skeleton_of(text, begin, match, end)
    return look, Line(begin, end, begin, day, match.start())


def _is_journal(text: str, look: str, lines: list[Line], start: int, stop: int) -> bool:
    """Whether lines that look alike head the notes of a journal."""
    steps = [(second.date - first.date).days for first, second in pairwise(lines)]
    in_order = max(sum(step >= 0 for step in steps), sum(step <= 0 for step in steps))
    if in_order < _IN_ORDER * len(steps) or len({line.date for line in lines}) < _DISTINCT * len(lines):
        return False
    ends = [line.begin for line in lines[1:]] + [stop]
    own = [sum(len(part.strip()) for part in text[a.end : b].split("\n")) for a, b in zip(lines, ends, strict=True)]
    if median(own) < _MIN_MEDIAN:
        return False
    apart = sum(_is_apart(text, line.begin, start) for line in lines) >= _MOSTLY * len(lines)
    if look == "\0":
        below = [_below(text, line.end, stop) for line in lines]
        like = max(below.count(one) for one in set(below))
        return apart or (like >= _MOSTLY * len(lines) and _SIGNS.search(max(set(below), key=below.count)) is not None)
    return "\1" in look or (len(_SIGNS.findall(look)) > 1 and apart)


def _is_apart(text: str, begin: int, start: int) -> bool:
    """Whether a blank line, a rule or a short title below one stands above a line."""
    for _ in range(2):
        if begin <= start:
            return True
        up = max(text.rfind("\n", start, begin - 1) + 1, start)
        above = text[up : begin - 1].strip()
        if not above or (RULE.match(above) and not _WORD.search(above)):
            return True
        if not is_title_line(above):
            return False
        begin = up
    return False


def _below(text: str, end: int, stop: int) -> str:
    """What the line below looks like: its first signs."""
    line = text[end + 1 : min(stop, end + 1 + SHORT_LINE)].partition("\n")[0]
    return re.sub(r"[^\W_]+(?:[ .,]+[^\W_]+)*", "w", TIME.sub("\1", line)).replace(" ", "")[:4]


def _titled(text: str, lines: list[Line], start: int) -> list[Line]:
    """The lines with the titles above them, where most have one, and what each says of title and author."""
    above = [_title_above(text, line.begin, start) for line in lines]
    writers = _writers_below(text, lines)
    use = bool(lines) and sum(place is not None for place in above) >= _MOSTLY * len(lines)
    found = []
    for line, place, writer in zip(lines, above, writers, strict=True):
        own = text[line.begin : min(line.end, line.begin + 2 * SHORT_LINE)]
        title = next((value for name, value in _EMNE.findall(own) if name.lower() in labels().title), "")
        by = _BY.search(own)
        name = _NAME.match(own.strip(" \t*•|-"))
        author = by[1] if by else (name[0] if name and place is not None else writer)
        before = text[line.begin : line.day].strip(" \t*|•·:–—-(")
        if not title and place is None and _WORD.search(before):
            title = before
        begin = line.begin
        if use and place is not None:
            begin, title = place, title or text[place : line.begin - 1].strip()
        found.append(Line(line.begin, line.end, begin, line.date, line.day, title.strip(), author))
    return found


def _writers_below(text: str, lines: list[Line]) -> list[str]:
    """The names that the lines below begin with ("Camilla Ravn | Jobcenter | Låst"), all "" where most do not."""
    found = []
    for line in lines:
        below = text[line.end + 1 : line.end + 1 + SHORT_LINE].partition("\n")[0]
        name = _NAME.match(below)
        rest = below[name.end() :].lstrip() if name else ""
        found.append(name[0] if name and " " in name[0] and (not rest or _SIGNS.match(rest)) else "")
    return found if sum(map(bool, found)) >= _MOSTLY * len(lines) else [""] * len(lines)


def _title_above(text: str, begin: int, start: int) -> int | None:
    """Where the title right above a line begins: a short line that itself stands apart."""
    if begin <= start:
        return None
    up = max(text.rfind("\n", start, begin - 1) + 1, start)
    above = text[up : begin - 1].strip()
    if not above or not is_title_line(above) or not _WORD.search(above):
        return None
    if up <= start:
        return up
    higher = text[max(text.rfind("\n", start, up - 1) + 1, start) : up - 1].strip()
    return up if not higher or (RULE.match(higher) and not _WORD.search(higher)) else None

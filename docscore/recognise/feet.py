"""Notes that begin without a head and end with who wrote them and when ("Oprettet af Bo Lind d. 12.03.2021")."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from statistics import median

from docscore.language.alternatives import any_of, literal
from docscore.recognise.dates import DATE_START, full_pattern, read_match

# So many feet make a journal, of notes with so much to say (characters, the median).
_LEAST = 3
_MIN_MEDIAN = 40
_TITLE = 80
_WORD = re.compile(r"[^\W\d_]")
_REST = re.compile(r"[\s,.)|-]{0,4}(?:kl\.? ?)?(?:[01]?\d|2[0-3])?(?:[.:][0-5]\d){0,2}[\s.)|]{0,6}", re.I)
_BY = re.compile(r"(?:\s{0,3}(?:af|v/|ved|:)\s{0,3})?([^\d\n]{0,60})", re.I)


@dataclass(frozen=True, slots=True)
class Footed:
    """A note that ends with its foot: ``text[start:end]``, its date, its first line as title, and who signed it."""

    start: int
    end: int
    date: date
    title: str
    author: str


@cache
def _opening() -> re.Pattern[str]:
    raw = tomllib.loads(files("docscore.recognise").joinpath("entries.toml").read_text(encoding="utf-8"))
    words = any_of(map(literal, raw["foot"]["starts"]))
    # It opens its line, or follows a sentence where a line break was lost.
    return re.compile(rf"(?:^[ \t|*_(]{{0,6}}|(?<=[.!?\"”»)] ))(?:{words})\b", re.I | re.M)


def footed_notes(text: str, start: int, stop: int) -> list[Footed]:
    """The notes of a journal whose notes end with their feet; empty for any other text.

    Args:
        text: a file's text.
        start: where to begin (code points).
        stop: where to end.
    """
    feet = [foot for match in _opening().finditer(text, start, stop) if (foot := _foot(text, match, stop)) is not None]
    if len(feet) < _LEAST or len({day for _, _, day, _ in feet}) < _LEAST:
        return []
    if _WORD.search(text, feet[-1][1], stop):
        return []
    found = []
    at = start
    for foot_start, foot_end, day, author in feet:
        begin = at + len(text[at:foot_start]) - len(text[at:foot_start].lstrip())
        first = text[begin:foot_start].partition("\n")[0].strip()
        title = first if len(first) <= _TITLE and first[-1:] not in ".:;,!?" else ""
        found.append((Footed(begin, foot_end, day, title, author), foot_start - begin))
        at = foot_end
    if median(length for _, length in found) < _MIN_MEDIAN:
        return []
    return [note for note, _ in found]


def _foot(text: str, match: re.Match[str], stop: int) -> tuple[int, int, date, str] | None:
    """Where a foot begins and ends, its date, and who signed; None where the line goes on or bears no date."""
    line_end = text.find("\n", match.end(), stop)
    line_end = stop if line_end < 0 else line_end
    digits = DATE_START.search(text, match.end(), line_end)
    dated = full_pattern().match(text, digits.start(), line_end) if digits else None
    day = read_match(dated) if dated else None
    who = _BY.fullmatch(text, match.end(), dated.start()) if dated else None
    if dated is None or day is None or who is None:
        return None
    rest = text[dated.end() : line_end]
    if not _REST.fullmatch(rest):
        # "Oprettet 12-03-2021 10.15 af Bo Lind"
        after = re.fullmatch(r"[\s\d.:,kl-]{0,20}(?:af|v/)\s{0,3}([^\d\n]{2,50})", rest, re.I)
        return (match.start(), line_end, day, after[1].strip(" .)|")) if after else None
    return match.start(), line_end, day, _name(who[1])


def _name(said: str) -> str:
    """A name without the words that lead on to the date."""
    words = said.strip(" ,:(|").split()
    while words and words[-1].lower().strip(".,:") in {"den", "d", "dato", "pr", "kl"}:
        words.pop()
    return " ".join(words).strip(" ,:")

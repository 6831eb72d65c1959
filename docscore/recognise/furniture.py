"""What a print repeats on its pages between the notes: page numbers, "Udskrevet af …", the page's header.

A reader of PDF leaves it out where it stands at the edge of a page; in text, Word and HTML prints, and below a tall
header, it stands between the notes or in the middle of one. Nothing is changed in place: a view of the text with blanks
for the furniture has the same offsets.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache, lru_cache
from importlib.resources import files

from docscore.language.alternatives import any_of, literal
from docscore.recognise.blocks import labels, lone_label, pairs_of

# "Side 3 af 118", "Side: 3/118", "- 3 -" with its total: the number of a page.
_PAGE = re.compile(
    r"(?<!\w)(?:side|page|pag\.|s\.)[ \t]{0,3}:?[ \t]{0,3}(\d{1,4})"
    r"(?:[ \t]{0,3}(?:af|of|/|-)[ \t]{0,3}(\d{1,4}))?(?![\d%])",
    re.I,
)
_BARE = re.compile(r"[-–( \t]{0,6}(\d{1,4})[ \t]{0,3}(?:/|af|of)[ \t]{0,3}(\d{1,4})[-–) \t]{0,6}", re.I)
_WORD = re.compile(r"\w")
# A page's header or footer has at most so many lines, each at most so long.
_MOST_LINES = 7
_LONGEST = 170
# So many pages make a print, and on so many, and this share, a line has to stand at its place beside the page's number.
_LEAST = 2
_LEAST_BESIDE = 3
_SHARE = 0.5


@cache
def _starts() -> re.Pattern[str]:
    raw = tomllib.loads(files("docscore.recognise").joinpath("entries.toml").read_text(encoding="utf-8"))
    words = any_of(map(literal, raw["furniture"]["starts"]))
    return re.compile(rf"[\s|•·*>-]{{0,6}}(?:{words})\b", re.I)


@lru_cache(maxsize=8)
def find_furniture(text: str) -> tuple[tuple[int, int], ...]:
    """The lines of page furniture in a file's text, as offsets without their line breaks, in order.

    A line is furniture when it bears a page's number that rises through the file, when it begins as a print's stamp
    does ("Udskrevet …") and stands there several times, or when it stands right beside such lines on most pages. A
    text without page numbers and stamps has none.

    Args:
        text: the whole extracted text of a file.
    """
    lines = _lines(text)
    anchors = _anchors(text, lines)
    last = [line for line in lines[-1:] if _starts().match(text, *line) and line[1] - line[0] <= _LONGEST]
    if len(anchors) < _LEAST:
        # A print's stamp at its very end stands there once.
        return tuple(last)
    keys = [_key(text[a:b]) for a, b in lines]
    pages = _pages(anchors)
    places: Counter[tuple[str, int]] = Counter()
    for number in anchors:
        reach = range(max(0, number - _MOST_LINES), min(len(lines), number + _MOST_LINES + 1))
        places.update({(keys[other], other - number) for other in reach})
    times = Counter(keys)
    enough = max(_LEAST_BESIDE, _SHARE * pages)
    # A line that stands elsewhere too is a form's prompt or a phrase of the writer's.
    regular = {
        (key, place)
        for (key, place), count in places.items()
        if count >= enough and times[key] <= max(count, pages) + 1
    }
    found = {*anchors, len(lines) - 1} if last else set(anchors)
    for number in anchors:
        for step in (-1, 1):
            other = number + step
            while 0 <= other < len(lines) and abs(other - number) <= _MOST_LINES:
                if other not in found:
                    beside = (keys[other], other - number) in regular
                    if not beside or _heads_a_note(text, lines, other, keys, times):
                        break
                    found.add(other)
                other += step
    return tuple(lines[number] for number in sorted(found))


@lru_cache(maxsize=8)
def without_furniture(text: str) -> str:
    """The text with blanks in the place of its page furniture; every offset means the same in both."""
    found = find_furniture(text)
    if not found:
        return text
    parts, at = [], 0
    for start, end in found:
        parts += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def _lines(text: str) -> list[tuple[int, int]]:
    """The lines with words."""
    found, at = [], 0
    for line in text.split("\n"):
        if _WORD.search(line):
            found.append((at, at + len(line)))
        at += len(line) + 1
    return found


def _anchors(text: str, lines: list[tuple[int, int]]) -> list[int]:
    """The lines that are furniture by themselves."""
    pages: list[tuple[int, int]] = []
    stamps: dict[str, list[int]] = {}
    for number, (start, end) in enumerate(lines):
        if end - start > _LONGEST:
            continue
        match = _PAGE.search(text, start, end) or _BARE.fullmatch(text, start, end)
        if match is not None and _is_page(text, match, start, end):
            pages.append((number, int(match[1])))
        elif _starts().match(text, start, end):
            stamps.setdefault(_key(text[start:end]), []).append(number)
    rising = [number for place, (number, page) in enumerate(pages) if place == 0 or page >= pages[place - 1][1]]
    # References to pages of a law rise by chance, not all through.
    found = [number for number, _ in pages] if len(pages) >= _LEAST and len(rising) >= 0.9 * len(pages) else []
    for numbers in stamps.values():
        if len(numbers) >= _LEAST:
            found += numbers
    return sorted(found)


def _is_page(text: str, match: re.Match[str], start: int, end: int) -> bool:
    """Whether a number is a page's: it ends its line, opens it, or says of how many it is."""
    if match[2] is not None:
        return int(match[1]) <= int(match[2])
    return not text[match.end() : end].strip(" .|-–)") or not text[start : match.start()].strip(" |-–(")


def _pages(anchors: list[int]) -> int:
    """On how many pages there is furniture: lines close together are of one."""
    return sum(1 for place, number in enumerate(anchors) if place == 0 or number - anchors[place - 1] > _MOST_LINES)


def _key(line: str) -> str:
    """What is compared between pages: the line without the page's number and without its spacing."""
    return " ".join(_PAGE.sub(" ", line).split()).casefold()


def _heads_a_note(text: str, lines: list[tuple[int, int]], number: int, keys: list[str], times: Counter[str]) -> bool:
    """Whether a line is a prompt of a note's head: on a print with a note a page these repeat beside page numbers.

    The note's date stands with it, and that is another on every page.
    """
    known = labels()
    if not _prompts(text, *lines[number]) & (known.title | known.author | known.date):
        return False
    around = range(max(0, number - 3), min(len(lines), number + 4))
    return any(times[keys[other]] < _LEAST_BESIDE and _prompts(text, *lines[other]) & known.date for other in around)


def _prompts(text: str, start: int, end: int) -> set[str]:
    return {pair.label for pair in pairs_of(text, start, end)} | {lone_label(text, start, end)}

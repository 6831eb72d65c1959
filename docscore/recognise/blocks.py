"""Blocks of prompts that head a journal entry or a mail ("Dato: …", "Titel: …", "Forfatter: …").

Programs print such a block with a prompt on each line, several on a line, in the cells of a table row, or with every
value on the line below its prompt. ``entries.toml`` holds the prompts.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from docscore.language.alternatives import any_of, literal

# How many lines above and below its date a block may reach, and how far characters.
_LINES = 7
_REACH = 600
_VALUE = 160
_GROUPS = ("date", "title", "subject", "author", "other", "number", "sender", "mail")
_CELL = re.compile(r"[ \t]*\|[ \t]*|\t+|[ ]{3,60}")
_MARKUP = " \t>*•#[|-–—"


class Pair(NamedTuple):
    """A prompt and its value: ``text[start:value_start]`` is the prompt with its colon, ``value`` is stripped."""

    label: str
    start: int
    value_start: int
    value: str


@dataclass(frozen=True, slots=True)
class Block:
    """The prompts around a date.

    ``start`` and ``end`` delimit its lines; ``labels`` are the prompts in order; ``title`` and ``author`` are their
    values or "".
    """

    start: int
    end: int
    labels: tuple[str, ...]
    title: str
    author: str

    @property
    def companions(self) -> int:
        """How many prompts there are beside those of dates."""
        return sum(label not in labels().date for label in self.labels)

    @property
    def is_mail(self) -> bool:
        """Whether it is the head of a mail: who sent it, and when."""
        found = set(self.labels)
        return not found.isdisjoint(labels().sender) and not found.isdisjoint(labels().date)


@dataclass(frozen=True, slots=True)
class Labels:
    """The prompts of ``entries.toml``."""

    date: frozenset[str]
    title: frozenset[str]
    subject: frozenset[str]
    author: frozenset[str]
    other: frozenset[str]
    number: frozenset[str]
    sender: frozenset[str]
    mail: frozenset[str]
    all: frozenset[str]


@cache
def labels() -> Labels:
    """The prompts, read once."""
    raw = tomllib.loads(files("docscore.recognise").joinpath("entries.toml").read_text(encoding="utf-8"))["labels"]
    groups = {name: frozenset(raw[name]) for name in _GROUPS}
    return Labels(**groups, all=frozenset().union(*groups.values()))


@cache
def _pattern() -> re.Pattern[str]:
    known = any_of(map(literal, sorted(labels().all, key=len, reverse=True)))
    # Between two prompts of a line stands a blank at least; behind one a colon (after leaders of dots in some prints),
    # a cell's border or a wide gap.
    colon = r"[ \t]{0,20}(?:\.{2,60}[ \t]{0,9})?[:|][:|]?"
    return re.compile(rf"(?<![^\s|•·*>#\[(])({known})\.?\*{{0,2}}(?:{colon}|\t|[ ]{{2,40}}(?=\S))\*{{0,2}}", re.I)


@cache
def _exact() -> re.Pattern[str]:
    known = any_of(map(literal, sorted(labels().all, key=len, reverse=True)))
    return re.compile(rf"[{re.escape(_MARKUP)}]{{0,6}}({known})\.?[ \t]{{0,4}}:?[ \t*]{{0,4}}", re.I)


def pairs_of(text: str, begin: int, end: int) -> list[Pair]:
    """The prompts and values of a line that begins with a prompt; empty for any other line."""
    stop = min(end, begin + _REACH)
    first = begin
    while first < stop and text[first] in _MARKUP:
        first += 1
    if _pattern().match(text, first, stop) is None:  # no prompt begins with a sign of markup
        return []
    found = list(_pattern().finditer(text, first, stop))
    pairs = _pairs(text, found, end)
    # A row of prompts without values heads a table's columns.
    return [] if len(pairs) > 1 and not any(pair.value for pair in pairs[:-1]) else pairs


def lone_label(text: str, begin: int, end: int) -> str:
    """The prompt that is all a line holds, or ""."""
    match = _exact().fullmatch(text, begin, end) if end - begin < 60 else None
    return match[1].lower() if match else ""


def columns_of(text: str, begin: int, end: int) -> tuple[str, ...]:
    """What the columns of a table of notes hold, by its row of headings: ``date``, ``title``, ``author`` or "".

    Empty where the line is no such row: it needs a date and one other.
    """
    if end - begin > _REACH:
        return ()
    known = labels()
    kinds = {"date": known.date, "title": known.title, "author": known.author}
    cells = [cell.strip(" .:*").lower() for cell in _CELL.split(text[begin:end])]
    found = tuple(next((kind for kind, words in kinds.items() if cell in words), "") for cell in cells)
    return found if found.count("date") >= 1 and len(set(found) - {""}) >= 2 else ()


def cells_of(line: str) -> list[str]:
    """The cells of a table row."""
    return [cell.strip() for cell in _CELL.split(line)]


def block_at(text: str, begin: int, line_end: int, start: int, stop: int) -> Block:
    """The block of prompts that the line ``text[begin:line_end]`` stands in.

    Args:
        text: the text of a file.
        begin: where the line begins.
        line_end: where it ends.
        start: nothing before this belongs to it.
        stop: nothing from here on belongs to it.
    """
    top, above = _upwards(text, begin, start)
    found = [*above, *_of_line(text, begin, line_end)]
    end = line_end
    at = line_end + 1
    for _ in range(_LINES):
        if at >= stop:
            break
        below = text.find("\n", at, min(stop, at + _REACH))
        below = min(stop, at + _REACH) if below < 0 else below
        pairs = pairs_of(text, at, below)
        if not pairs and not text[at:below].strip() and (after := _over_blank(text, below, found, stop)) is not None:
            at = after
            below = text.find("\n", at, min(stop, at + _REACH))
            below = min(stop, at + _REACH) if below < 0 else below
            pairs = pairs_of(text, at, below)
        if not pairs and (label := lone_label(text, at, below)):
            value_end = text.find("\n", below + 1, min(stop, below + _VALUE))
            value_end = min(stop, below + _VALUE) if value_end < 0 else value_end
            pairs = [Pair(label, at, below + 1, text[below + 1 : value_end].strip())]
            below = value_end
        if not pairs:
            break
        found += pairs
        end, at = below, below + 1
    return _made(top, end, found)


def _over_blank(text: str, blank: int, found: list[Pair], stop: int) -> int | None:
    """Where a prompt begins that a blank line parts from its block, as recognition of scans puts them; None for others.

    It must be one of those for a title or a writer, and say what the block does not say yet.
    """
    at = blank + 1
    end = text.find("\n", at, min(stop, at + _REACH))
    pairs = pairs_of(text, at, end) if end >= 0 and at < stop else []
    known = labels()
    for wanted in (known.title, known.author):
        if pairs and pairs[0].label in wanted and wanted.isdisjoint(pair.label for pair in found):
            return at
    return None


def _of_line(text: str, begin: int, line_end: int) -> list[Pair]:
    """The prompts of the date's own line, also those behind a date without a prompt."""
    own = pairs_of(text, begin, line_end)
    if own:
        return own
    # In a row of cells the prompts' words are values ("12-03-2021 | Notat | HAH"): here only a colon makes a prompt.
    found = [m for m in _pattern().finditer(text, begin, min(line_end, begin + _REACH)) if m[0].rstrip("*")[-1] == ":"]
    return _pairs(text, found, line_end)


def _pairs(text: str, found: list[re.Match[str]], end: int) -> list[Pair]:
    ends = [*(match.start() for match in found[1:]), end]
    return [
        Pair(match[1].lower(), match.start(), match.end(), text[match.end() : until].strip(" \t|*·•;,"))
        for match, until in zip(found, ends, strict=False)
    ]


def _upwards(text: str, begin: int, start: int) -> tuple[int, list[Pair]]:
    """The lines of prompts right above a line, and where the first of them begins."""
    top, found = begin, list[Pair]()
    for _ in range(_LINES):
        if top <= start:
            break
        up = max(text.rfind("\n", start, top - 1) + 1, start)
        pairs = pairs_of(text, up, top - 1)
        if pairs:
            top, found = up, pairs + found
            continue
        label = lone_label(text, up, top - 1)
        if label:
            top, found = up, [Pair(label, up, top, text[top : top + _VALUE].partition("\n")[0].strip()), *found]
            continue
        # A value below its prompt: "Forfatter" / "Hanne Holm" / "Dato" / …
        higher = max(text.rfind("\n", start, up - 1) + 1, start) if up > start else up
        label = lone_label(text, higher, up - 1) if up > start else ""
        value = text[up : top - 1].strip()
        if not label or not value or len(value) > _VALUE:
            break
        top, found = higher, [Pair(label, higher, up, value), *found]
    return top, found


def _made(start: int, end: int, found: list[Pair]) -> Block:
    known = labels()
    # "Type: Notat" says less than "Overskrift: Jobsamtale", wherever it stands.
    subjects = [pair.value for pair in found if pair.label in known.subject and pair.value]
    titles = subjects or [pair.value for pair in found if pair.label in known.title and pair.value]
    authors = [pair.value for pair in found if pair.label in known.author or pair.label in known.sender]
    title, author = (next(filter(None, values), "") for values in (titles, authors))
    return Block(start, end, tuple(pair.label for pair in found), title, author)

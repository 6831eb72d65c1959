"""Where a text is Danish that was printed without æ, ø and å. Cheap: the ordinary text pays a look at each line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

ALONE = 2
"""Broken words that a text without any Danish letter must have."""

AMONG = 3
"""Broken words that a stretch must have in a text that has Danish letters elsewhere."""

SHARE, SHARE_ALONE = 0.02, 0.01
"""The least share of broken words in a stretch, and in a text without any Danish letter, which says much by itself; in
running Danish read so it is some 7 %, in telegraphic notes 2 %."""

ORDINARY = frozenset(
    {"af", "at", "den", "der", "det", "en", "er", "for", "har", "i", "ikke", "med", "og", "som", "til"}
)
"""Danish words without a Danish letter: a stretch must have half as many as broken ones, or it is not Danish."""

LONG = 5
"""Letters of a long word."""

_DANISH = re.compile("[æøåÆØÅ]")
_WORD = re.compile(r"[\w@&|]+")


class Stretch(NamedTuple):
    """``text[start:end]``, whole lines without a Danish letter, with the broken words in it."""

    start: int
    end: int
    broken: int


@cache
def broken_words() -> frozenset[str]:
    """Common Danish words as they are printed without Danish letters, where that is no word of its own."""
    return frozenset(files("docscore.repair").joinpath("data", "broken.txt").read_text("utf-8").split())


def stretches(text: str) -> list[Stretch]:
    """The stretches of a text that were read without Danish letters, in order.

    A page of such text in a clean document is found, a single line is not: Danish without one of the three letters for
    a line is ordinary, and only several broken words show what happened.
    """
    whole = _DANISH.search(text) is None
    needed, share = (ALONE, SHARE_ALONE) if whole else (AMONG, SHARE)
    found: list[Stretch] = []
    for start, end in [(0, len(text))] if whole else _lines_without(text):
        if end - start < 20:
            continue
        words = [word.lower() for word in _WORD.findall(text, start, end)]
        broken = [word for word in words if word in broken_words()]
        # A long broken word is no other language's word by chance: it tells as much as an ordinary one.
        danish = sum(word in ORDINARY for word in words) + sum(len(word) >= LONG for word in broken)
        if len(broken) >= max(needed, share * len(words)) and len(set(broken)) > 1 and 2 * danish >= len(broken):
            found.append(Stretch(start, end, len(broken)))
    return found


def _lines_without(text: str) -> Iterator[tuple[int, int]]:
    """The longest runs of lines without a Danish letter."""
    start = 0
    while start < len(text):
        match = _DANISH.search(text, start)
        if match is None:
            yield start, len(text)
            return
        line = text.rfind("\n", start, match.start()) + 1
        if line > start:
            yield start, line
        end = text.find("\n", match.start())
        start = len(text) if end < 0 else end + 1

"""Words of Danish case language: one tokenizer for the reading and for spaCy."""

from __future__ import annotations

import re

TOKEN = re.compile(
    r"\d+(?:[.,:/½\-–]\d+)*½?"  # 12, 2,5, 12/3-21, 10.30, 8-10
    r"|[^\W\d_]+(?:[-'’/&+][^\W\d_]+)*"  # hæve-sænke-bord, t/u, og/eller
    r"|[☐☒☑✓✔]"
    r"|->|=>|\S"
)
"""One token: a number with its separators, a word with inner hyphens, or any other sign."""

_DIGIT = re.compile(r"\d")


def words(text: str) -> list[str]:
    """The lower-cased tokens of ``text``, in order."""
    return TOKEN.findall(text.lower())


def spans(text: str, offset: int = 0) -> list[tuple[int, int]]:
    """Start and end of every token of ``text``, shifted by ``offset`` (code points)."""
    return [(m.start() + offset, m.end() + offset) for m in TOKEN.finditer(text)]


def shape(word: str) -> str:
    """``word`` with its digits made equal, so that 8 and 12 hours are one word to a model."""
    return _DIGIT.sub("0", word) if _DIGIT.search(word) else word

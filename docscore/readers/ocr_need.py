"""Whether a page's text layer says what the page says.

A text layer can be missing, cover a stamp only, or be rubbish: fonts without a table of characters give other
letters than the page shows, and another program's recognition may have had no Danish letters. Rubbish is told by what
hardly any Danish page lacks: the small words. In 1,088 pages' worth of the annotated corpus (notes, forms and telegrams
by 36 writers) they make up 10 % of the words or more, but for a few cvs of some forty words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

PAGE_COVERED = 0.5
"""From this share of the page on, a picture is taken for a scan of it."""

_FEW_LETTERS = 150
"""A scan's page with fewer letters in its text layer holds a stamp or a header there, not its text."""

_LEAST_WORDS = 15
_SMALL_WORDS = 0.04
_LEAST_LETTERS = 300
_DANISH_LETTERS = 0.004
_ODD = 0.05
_WORD = re.compile(r"[^\W\d_]+")
# Private use, replacement and control characters, and Latin-1's control range: codes that no font had a letter for.
_ODD_CHARACTER = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f\x80-\x9f]")
_DANISH = re.compile("[æøåÆØÅ]")


@lru_cache(maxsize=1)
def _small_words() -> frozenset[str]:
    text = files("docscore.readers").joinpath("data/small_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def is_needed(text: str, covered: float, drawn: int) -> bool:
    """Whether a page should be read from its picture.

    Args:
        text: its text layer.
        covered: the share of the page that pictures cover, 0..1.
        drawn: how many outlines are drawn on it; text may have been turned into outlines.
    """
    letters = sum(map(str.isalnum, text))
    if letters == 0:
        return covered > 0.01 or drawn > 100
    if covered >= PAGE_COVERED and (letters < _FEW_LETTERS or lacks_danish(text)):
        return True
    return is_rubbish(text)


def is_rubbish(text: str) -> bool:
    """Whether a text layer is no text: codes without letters, or words that are none."""
    if _is_odd(text):
        return True
    share = small_word_share(text)
    return share is not None and share < _SMALL_WORDS


def _is_odd(text: str) -> bool:
    return len(_ODD_CHARACTER.findall(text)) > _ODD * len(text)


def lacks_danish(text: str) -> bool:
    """Whether a text that is long enough for some has no æ, ø or å to speak of: recognised without Danish."""
    letters = sum(map(str.isalpha, text))
    return letters >= _LEAST_LETTERS and len(_DANISH.findall(text)) < _DANISH_LETTERS * letters


def small_word_share(text: str) -> float | None:
    """The share of the small words among the words, 0..1; None for a text too short to tell."""
    words = _WORD.findall(text)
    if len(words) < _LEAST_WORDS:
        return None
    small = _small_words()
    return sum(word.casefold() in small for word in words) / len(words)


def is_better(recognised: str, layer: str) -> bool:
    """Whether the recognised text of a page is to be used instead of its text layer."""
    found, had = (sum(map(str.isalnum, text)) for text in (recognised, layer))
    if found == 0:
        return False
    if had < _FEW_LETTERS and found > 1.5 * had:
        return True
    if _is_odd(layer) and not _is_odd(recognised):
        return True
    if lacks_danish(layer) and not lacks_danish(recognised) and found > had / 2:
        return True
    return (small_word_share(recognised) or 0.0) > (small_word_share(layer) or 0.0) + _SMALL_WORDS

"""From Tesseract's hOCR to segments on a page, as the PDF reader has them.

hOCR and not TSV: it also gives every line's baseline and letter size. The boxes of both are tight around the ink, so
that two lines of the same letters differ in height; baselines and sizes are what paragraphs can be told from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from docscore.readers.pdf_layout import Segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LINES = frozenset({"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"})
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
# Rules, frames and dirt are read as these.
_DIRT = re.compile(r"[|¦_~=—–\-.,:;'\"`´‘’“”°^*«»<>\\/(){}\[\]!¡]+")
_KEPT = frozenset({"-", "–", "—", "/", "*", "(", ")", "[", "]"})
LEADER = "......"
"""What stands in the text for the dots that lead from a prompt to its answer."""

_SPLIT_EM = 1.4
"""Words further apart than this many letter sizes are cells or columns, as in the PDF reader."""

_SAME_SIZE = 0.25
"""Sizes of lines are estimates; within this share of the page's usual one they are that."""

_DESCENDERS = 0.22
"""Share of a line's height under the baseline where hOCR does not say."""

_SURE = 60
_CAPITAL = 0.9
"""A capital's height in letter sizes at most, ascenders and descenders included; a rule is taller."""


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word; places in pixels from the page's upper left corner, confidence 0..100."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Line:
    """A recognised line.

    Attributes:
        words: from left to right.
        bottom: y of the line's foot in pixels, descenders included.
        size: height of the letters with ascenders and descenders, in pixels.
        angle: by how many degrees it is turned against the page; 0 for an upright line.
        cell: the number of the table cell that it stands in, 0 where no rules tell.
    """

    words: tuple[Word, ...]
    bottom: float
    size: float
    angle: int
    cell: int = 0

    @property
    def top(self) -> float:
        """y of the line's upper edge in pixels."""
        return self.bottom - self.size


def read_hocr(hocr: bytes) -> list[Line]:
    """The lines of a page in Tesseract's order of reading; lines without a word are left out."""
    from lxml import etree

    if not hocr.strip():
        return []
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    root = etree.fromstring(hocr, parser)
    if root is None:
        return []
    return [line for element in root.iter("span") if element.get("class") in _LINES for line in _line(element)]


def _line(element: Any) -> Iterator[Line]:
    says = _properties(element)
    words = tuple(word for child in element.iter("span") if child.get("class") == "ocrx_word" for word in _word(child))
    box = says.get("bbox", [])
    if not words or len(box) < 4:
        return
    tall = box[3] - box[1]
    size = says.get("x_size", [tall])[0]
    under = says.get("x_descenders", [_DESCENDERS * size])[0]
    angle = round(says.get("textangle", [0.0])[0]) % 360
    slope, offset = (*says.get("baseline", []), 0.0, 0.0)[:2]
    middle = box[3] + offset + slope * (box[2] - box[0]) / 2
    # A size beyond the line's own box is a misjudged one (a rule taken for a letter).
    if not 0.4 * tall <= size <= 2.5 * tall or angle:
        size, under, middle = min(tall, box[2] - box[0]) if angle else tall, 0.0, box[3]
    yield Line(words, middle + under, max(size, 1.0), angle)


def _word(element: Any) -> Iterator[Word]:
    says = _properties(element)
    text = " ".join("".join(element.itertext()).split())
    box = says.get("bbox", [])
    if text and len(box) == 4:
        x0, y0, x1, y1 = box
        yield Word(text, x0, y0, x1, y1, says.get("x_wconf", [0.0])[0])


def _properties(element: Any) -> dict[str, list[float]]:
    """The numbers of a ``title``: ``bbox 1 2 3 4; x_wconf 96``."""
    found = {}
    for part in (element.get("title") or "").split(";"):
        name, _, values = part.strip().partition(" ")
        found[name] = [float(number) for number in _NUMBER.findall(values)]
    return found


def confidence(lines: Iterable[Line]) -> float | None:
    """How sure Tesseract is of a page, 0..1: the mean over letters and digits; None where it found none."""
    total = weighted = 0.0
    for line in lines:
        for word in line.words:
            letters = sum(map(str.isalnum, word.text))
            total += letters
            weighted += letters * word.confidence
    return round(weighted / total / 100, 2) if total else None


def segments(lines: Iterable[Line], dpi: float, height: float) -> list[Segment]:
    """The lines as segments, cut at wide gaps.

    Args:
        lines: of one page.
        dpi: pixels per inch.
        height: of the page in pixels.

    Returns:
        Segments in points, y upwards from the page's foot.
    """
    told = [(line, _with_letters(line)) for line in lines]
    kept = [(line, words) for line, found in told if (words := [word for word in found if not _is_dirt(word)])]
    if not kept:
        return []
    usual = median(line.size for line, words in kept for _ in range(sum(len(word.text) for word in words)))
    scale = 72 / dpi
    found: list[Segment] = []
    for line, words in kept:
        size = usual if abs(line.size - usual) < _SAME_SIZE * usual else line.size
        low = (height - line.bottom) * scale
        for piece in _pieces(words, size):
            text = " ".join(word.text for word in piece)
            left, right = piece[0].x0 * scale, piece[-1].x1 * scale
            found.append(Segment(text, left, right, low, low + size * scale, cell=line.cell))
    return found


def _with_letters(line: Line) -> list[Word]:
    """The line's words, with the letter I where a stroke is one: no taller than a capital, a small word after it."""
    words = list(line.words)
    for at, (word, after) in enumerate(pairwise(line.words)):
        if word.text != "|" or not after.text[:1].islower() or after.x0 - word.x1 > _SPLIT_EM * line.size:
            continue
        begins = at == 0 or words[at - 1].text.endswith((".", "!", "?", ":", "»", '"', "......"))
        if begins and word.y1 - word.y0 < _CAPITAL * line.size:
            words[at] = replace(word, text="I")
    return words


def _is_dirt(word: Word) -> bool:
    """Whether it is a rule, a frame or a speck: signs only, and not one that a text has between its words."""
    if _DIRT.fullmatch(word.text) is None or word.text.startswith(LEADER):
        return False
    return word.text not in _KEPT or word.confidence < _SURE


def _pieces(words: list[Word], size: float) -> Iterator[list[Word]]:
    piece: list[Word] = []
    for word in words:
        if piece and (word.x0 - piece[-1].x1 > _SPLIT_EM * size or word.x0 < piece[-1].x0):
            yield piece
            piece = []
        piece.append(word)
    if piece:
        yield piece

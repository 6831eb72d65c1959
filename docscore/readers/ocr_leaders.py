"""The dots that lead from a form's prompt to its answer, which Tesseract takes for letters, and the line with them.

They are found in the picture, painted over before recognition, and put back as a word between prompt and answer.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from docscore.readers.ocr_hocr import LEADER, Line, Word

if TYPE_CHECKING:
    from docscore.readers.ocr_picture import Picture

Dot: TypeAlias = "tuple[int, int, int, int]"
"""Left, top, right and bottom of a dot, in pixels."""

_DOT = 0.035
"""Inches that a dot measures at most, either way."""

_STEP = 0.13
"""Inches from one dot to the next at most: a typewriter's letter is a tenth wide."""

_COLON = 0.12
"""Inches between the two dots of a colon at most; lines are further apart."""

_EVEN = 0.3
_LEAST = 6
_LEVEL = 0.02
_ABOVE, _BELOW, _EMPTY = 0.06, 0.04, 0.01
"""Inches above and below a dotted line that are empty, and the share of ink there at most."""

_MOST_DOTS = 40_000
_INK = 50
_NEAR = 3.0
_SURE = 90.0


def without_leaders(picture: Picture) -> tuple[Picture, list[Word]]:
    """The picture without its dotted lines, and those as words (:data:`~docscore.readers.ocr_hocr.LEADER`).

    A colon at their end is one of them: alone between dots and answer, it is lost.
    """
    import numpy as np
    from PIL import Image

    from docscore.readers.ocr_picture import Picture

    grey: Any = np.asarray(picture.image)
    paper = picture.paper()
    dark = grey < paper - _INK
    alone, colons = _apart(_dots(dark, picture.dpi), _COLON * picture.dpi)
    step, level = _STEP * picture.dpi, _LEVEL * picture.dpi
    runs = [run for row in _rows(alone, level) for run in _runs(row, step) if _is_free(dark, run, picture.dpi)]
    if not runs:
        return picture, []
    grey = grey.copy()
    words = []
    for run in runs:
        last = run[-1]
        colon = next((c for c in colons if 0 < c[1][0] - last[0] <= step and abs(c[1][3] - last[3]) <= level), ())
        for x0, y0, x1, y1 in (*run, *colon):
            grey[max(y0 - 2, 0) : y1 + 2, max(x0 - 2, 0) : x1 + 2] = round(paper)
        top, bottom = min(dot[1] for dot in run), max(dot[3] for dot in run)
        right = max(dot[2] for dot in (*run, *colon))
        words.append(Word(LEADER + ":" * bool(colon), float(run[0][0]), float(top), float(right), float(bottom), _SURE))
    return Picture(Image.fromarray(grey, "L"), picture.dpi), words


def _dots(dark: Any, dpi: float) -> list[Dot]:
    """The patches of ink that are no larger than a dot: left, top, right and bottom."""
    from scipy import ndimage

    labels, _ = ndimage.label(dark, structure=[[1, 1, 1]] * 3)
    most = _DOT * dpi
    found = [
        (columns.start, rows.start, columns.stop, rows.stop)
        for rows, columns in ndimage.find_objects(labels)
        if 2 <= columns.stop - columns.start <= most and 2 <= rows.stop - rows.start <= most
    ]
    return found if len(found) <= _MOST_DOTS else []


def _apart(dots: list[Dot], high: float) -> tuple[list[Dot], list[tuple[Dot, Dot]]]:
    """The dots that stand alone, and those that stand one above the other, as a colon's do (upper, lower)."""
    places: dict[int, list[Dot]] = {}
    for dot in dots:
        places.setdefault(dot[0] // 8, []).append(dot)
    colons, paired = [], set()
    for dot in dots:
        for place in (dot[0] // 8 - 1, dot[0] // 8, dot[0] // 8 + 1):
            for other in places.get(place, ()):
                if abs(other[0] - dot[0]) <= 3 and dot[3] <= other[1] <= dot[1] + high:
                    colons.append((dot, other))
                    paired |= {dot, other}
    return [dot for dot in dots if dot not in paired], colons


def _rows(dots: list[Dot], level: float) -> list[list[Dot]]:
    """The dots whose middles lie at one height, from left to right."""
    rows: list[list[Dot]] = []
    before = -1e9
    for dot in sorted(dots, key=lambda dot: dot[1] + dot[3]):
        middle = (dot[1] + dot[3]) / 2
        if middle - before > level:
            rows.append([])
        rows[-1].append(dot)
        before = middle
    return [sorted(row) for row in rows if len(row) >= _LEAST]


def _runs(row: list[Dot], step: float) -> list[list[Dot]]:
    """The stretches of a row in which dot follows dot at even steps."""
    runs = [[row[0]]]
    for before, dot in pairwise(row):
        gap = dot[0] - before[0]
        usual = (runs[-1][-1][0] - runs[-1][0][0]) / (len(runs[-1]) - 1) if len(runs[-1]) > 1 else gap
        if gap > step or abs(gap - usual) > max(_EVEN * usual, 2):
            runs.append([])
        runs[-1].append(dot)
    return [run for run in runs if len(run) >= _LEAST]


def _is_free(dark: Any, run: list[Dot], dpi: float) -> bool:
    """Whether nothing stands right above and below the dots, as the letters of words do below the dots of their i."""
    top, bottom = min(dot[1] for dot in run), max(dot[3] for dot in run)
    left, right = run[0][0], run[-1][2]
    above = dark[max(top - round(_ABOVE * dpi), 0) : max(top - 1, 0), left:right]
    below = dark[bottom + 1 : bottom + round(_BELOW * dpi), left:right]
    return all(not strip.size or strip.mean() < _EMPTY for strip in (above, below))


def with_leaders(lines: list[Line], leaders: list[Word]) -> list[Line]:
    """The lines with the dots at their places; a prompt and an answer that they join become one line."""
    for leader in leaders:
        prompt = _beside(lines, leader, after=False)
        if prompt is None:
            continue
        words = (*lines[prompt].words, leader)
        answer = _beside(lines, leader, after=True)
        if answer is not None and answer != prompt:
            words += lines[answer].words
        found = replace(lines[prompt], words=tuple(sorted(words, key=lambda word: word.x0)))
        lines = [found if n == prompt else line for n, line in enumerate(lines) if n == prompt or n != answer]
    return lines


def _beside(lines: list[Line], leader: Word, *, after: bool) -> int | None:
    """The upright line that has a word right before, or right after, the dots."""
    best: tuple[float, int] | None = None
    for number, line in enumerate(lines):
        if line.angle or not line.top < leader.y0 <= line.bottom + 0.1 * line.size:
            continue
        for word in line.words:
            gap = word.x0 - leader.x1 if after else leader.x0 - word.x1
            if -0.5 * line.size < gap < _NEAR * line.size and (best is None or gap < best[0]):
                best = gap, number
    return None if best is None else best[1]

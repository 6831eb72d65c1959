"""Two columns of text on a page: whether there are, and the order in which their lines are read."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docscore.readers.pdf_layout import Segment

_COLUMN_LINES, _COLUMN_TEXT = 8, 15
"""Lines, and characters of the middle one, that a column has at least where it is no running prose."""

_BESIDE, _ROWS = 0.2, 0.7
"""Lines are beside one another within this share of their height; so many that are make rows of two columns."""


def columns_of(segments: list[Segment]) -> list[tuple[list[Segment], float]] | None:
    """Two columns of prose, where the page has them: parts in reading order, each with its right edge.

    Prose fills its column; the cells of a form do not. Lines across both columns cut the page into zones.
    """
    if len(segments) < 12:
        return None
    left, right = min(s.x0 for s in segments), max(s.x1 for s in segments)
    width = right - left
    starts = Counter(round(s.x0 / 3) for s in segments if left + 0.3 * width < s.x0 < left + 0.75 * width)
    if not starts:
        return None
    start, count = max(starts.items(), key=lambda item: (item[1], -item[0]))
    if count < 5:
        return None
    while starts[start - 1] > 1:
        # On a scan the edge of a column is not quite upright.
        start -= 1
    gutter = start * 3 - 3.0
    second = [s for s in segments if s.x0 >= gutter]
    first = [s for s in segments if s.x1 <= gutter + 3]
    if not (_is_prose(first) and _is_prose(second)) and not _are_apart(segments, first, second):
        return None
    low = min(s.y0 for s in (*first, *second))
    parts: list[tuple[list[Segment], float]] = []
    across = sorted((s for s in segments if s.x0 < gutter and s.x1 > gutter + 3), key=lambda s: -s.y1)
    edges = [*(s.y0 for s in across), low - 1]
    waiting = [sorted(side, key=lambda s: -s.y0) for side in (first, second)]
    for place, floor in enumerate(edges):
        for side in waiting:
            part = [s for s in side if s.y0 >= floor - 0.5 * s.height]
            del side[: len(part)]
            if part:
                parts.append((part, max(s.x1 for s in part)))
        if place < len(across):
            parts.append(([across[place]], right))
    return parts


def _are_apart(segments: list[Segment], first: list[Segment], second: list[Segment]) -> bool:
    """Whether two columns were written one after the other and their lines do not stand beside one another.

    A column may hold a list or short lines; the cells of a form's row begin at one height, whatever their order.
    """
    if min(len(first), len(second)) < _COLUMN_LINES or any(s.cell or s.control for s in (*first, *second)):
        return False
    if min(median(len(s.text) for s in side) for side in (first, second)) < _COLUMN_TEXT:
        return False
    places = {id(segment): place for place, segment in enumerate(segments)}
    if max(places[id(s)] for s in first) > min(places[id(s)] for s in second):
        return False
    few, many = sorted((first, second), key=len)
    heights = sorted(s.y0 for s in many)

    def beside(segment: Segment) -> bool:
        place = bisect_left(heights, segment.y0 - _BESIDE * segment.height)
        return place < len(heights) and heights[place] <= segment.y0 + _BESIDE * segment.height

    return sum(map(beside, few)) < _ROWS * len(few)


def _is_prose(lines: list[Segment]) -> bool:
    """Whether lines are a column of running text: long, of like width, closely set, going on."""
    if len(lines) < 5:
        return False
    width = max(s.x1 for s in lines) - min(s.x0 for s in lines)
    order = sorted(lines, key=lambda s: -s.y0)
    return (
        median(s.x1 - s.x0 for s in lines) > 0.75 * width
        and median(len(s.text) for s in lines) >= 25
        and median(above.y0 - below.y0 for above, below in pairwise(order)) < 1.4 * lines[0].height
        # A wrapped line goes on in lower case; the prompts and answers of a form begin anew.
        and sum(s.text[:1].islower() for s in lines) > 0.4 * len(lines)
    )

"""What a form has beside words, and Tesseract has no word for: tick boxes, and the rules between its cells.

Tesseract reads a box as some letter (E, H, W …) or not at all, ticked or not, and runs the words of two cells together
where little but a rule stands between them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from docscore.readers.ocr_hocr import Line, Word

if TYPE_CHECKING:
    from docscore.readers.ocr_picture import Picture

EMPTY, TICKED = "☐", "☒"
_SIDES = (0.08, 0.3)
"""Inches that the side of a tick box measures: 2 to 7.5 mm."""

_SQUARE = 1.3
_EDGE = 0.17
_STRAIGHT = 0.85
"""Share of a side, looked for in so much of the box, along which a stroke of the frame runs."""

_FRAMED = 0.93
"""Share of its square that a frame encloses, itself included."""

_ASIDE, _SPECKED = 0.2, 0.1
_INNER = 0.25
_TICK = 0.06
"""Share of ink inside the frame from which a box is ticked."""

_FULL = 0.7
_LEAST = 5
"""A frame of fewer dots has no inside that could be told from its strokes."""

_REDUCED = 2
_INK = 50
_RULED = 0.9
_LEAST_GAP = 0.3
_NEXT = 2.0
"""Lines of a cell are no further apart than this many letter sizes."""

_NEAR = 2.0
_WIDE = 1.8
_SURE_LETTER = 80
_SURE = 90.0
_MOST_BOXES = 500


class Marks:
    """The boxes and rules of a page's picture, as it is given to Tesseract."""

    def __init__(self, picture: Picture) -> None:
        import numpy as np

        self._dark: Any = np.asarray(picture.image) < picture.paper() - _INK
        self._dpi = picture.dpi

    def boxes(self) -> list[Word]:
        """The tick boxes, as words of one sign; none where there are too many to be boxes."""
        from scipy import ndimage

        dark = _reduced(self._dark)
        labels, _ = ndimage.label(dark, structure=[[1, 1, 1]] * 3)
        low, high = (side * self._dpi / _REDUCED for side in _SIDES)
        found: list[Word] = []
        for number, place in enumerate(ndimage.find_objects(labels), start=1):
            rows, columns = place
            tall, wide = rows.stop - rows.start, columns.stop - columns.start
            if not (low <= tall <= high and low <= wide <= high and max(tall, wide) <= _SQUARE * min(tall, wide)):
                continue
            aside = max(2, round(_ASIDE * wide))
            left = dark[rows, max(columns.start - aside, 0) : columns.start]
            right = dark[rows, columns.stop : columns.stop + aside]
            # A letter has others close by; a box stands alone.
            if left.any(axis=1).mean() > _SPECKED or right.any(axis=1).mean() > _SPECKED:
                continue
            sign = _sign(labels[place] == number, dark[place])
            if sign:
                x0, y0, x1, y1 = (
                    float(edge * _REDUCED) for edge in (columns.start, rows.start, columns.stop, rows.stop)
                )
                found.append(Word(sign, x0, y0, x1, y1, _SURE))
        return found if len(found) <= _MOST_BOXES else []

    def with_rules(self, lines: list[Line]) -> list[Line]:
        """The lines, cut where an upright rule stands between two words; the pieces of a cell one after the other."""
        found: list[Line] = []
        row: list[list[Line]] = []
        cells = 0
        for line in lines:
            pieces = self._cut(line)
            place = self._place(pieces, row)
            if place is None:
                found += (piece for column in row for piece in column)
                row = []
                if len(pieces) > 1:
                    row = [[replace(piece, cell=cells + number)] for number, piece in enumerate(pieces, start=1)]
                    cells += len(pieces)
                else:
                    found += pieces
                continue
            for column, piece in zip(row[place:], pieces, strict=False):
                column.append(replace(piece, cell=column[0].cell))
        return found + [piece for column in row for piece in column]

    def _cut(self, line: Line) -> list[Line]:
        pieces: list[list[Word]] = []
        for word in line.words:
            if not pieces or self._ruled(pieces[-1][-1], word, line):
                pieces.append([])
            pieces[-1].append(word)
        return [replace(line, words=tuple(piece)) for piece in pieces]

    def _place(self, pieces: list[Line], row: list[list[Line]]) -> int | None:
        """The column of a table row at which a line goes on with it, None where it does not."""
        first = pieces[0]
        for place, column in enumerate(row):
            above = column[0]
            if abs(first.words[0].x0 - above.words[0].x0) < first.size and len(pieces) <= len(row) - place:
                floor = max(piece.bottom for cells in row for piece in cells)
                if 0 < first.bottom - floor < _NEXT * first.size and not self._ruled_off(first, floor):
                    return place
        return None

    def _ruled_off(self, line: Line, above: float) -> bool:
        """Whether a level rule stands between a line and what ends at ``above``."""
        top, bottom = max(int(above - 0.3 * line.size), 0), max(int(line.top + 0.3 * line.size), 0)
        strip = self._dark[top:bottom, int(line.words[0].x0) : int(line.words[-1].x1)]
        return bool(strip.size and strip.mean(axis=1).max() >= _RULED)

    def _ruled(self, left: Word, right: Word, line: Line) -> bool:
        if right.x0 - left.x1 < _LEAST_GAP * line.size:
            return False
        top, bottom = (max(int(y), 0) for y in (line.top, line.bottom))
        gap = self._dark[top:bottom, int(left.x1) + 1 : int(right.x0)]
        return bool(gap.size and gap.mean(axis=0).max() >= _RULED)


def _reduced(dark: Any) -> Any:
    """Half as fine; a place is dark where any of its four dots is, so that thin frames stay whole."""
    rows, columns = (size // _REDUCED * _REDUCED for size in dark.shape)
    dark = dark[:rows, :columns]
    return dark[::2, ::2] | dark[1::2, ::2] | dark[::2, 1::2] | dark[1::2, 1::2]


def _sign(frame: Any, dark: Any) -> str:
    """What a patch of connected ink is: a ticked box, an empty one, or neither (an empty string)."""
    from scipy import ndimage

    tall, wide = frame.shape
    if min(tall, wide) < _LEAST:
        return ""
    over, beside = max(2, round(_EDGE * tall)), max(2, round(_EDGE * wide))
    sides = (
        frame[:over].mean(axis=1),
        frame[-over:].mean(axis=1),
        frame[:, :beside].mean(axis=0),
        frame[:, -beside:].mean(axis=0),
    )
    # A straight stroke along each side, and closed all around; letters are open, or round somewhere.
    if any(side.max() < _STRAIGHT for side in sides):
        return ""
    if ndimage.binary_fill_holes(frame)[1:-1, 1:-1].mean() < _FRAMED:
        return ""
    over, beside = round(_INNER * tall), round(_INNER * wide)
    ink = float(dark[over : tall - over, beside : wide - beside].mean())
    if ink > _FULL:
        return ""
    return TICKED if ink > _TICK else EMPTY


def with_boxes(lines: list[Line], boxes: list[Word]) -> list[Line]:
    """The lines with the boxes at their places, instead of the letters that were read there.

    What lies within a word, or was surely read as a letter, is no box.
    """
    words = [word for line in lines for word in line.words]
    boxes = [box for box in boxes if not any(_is_letter(box, word) for word in words)]
    if not boxes:
        return lines
    found = []
    for line in lines:
        kept = tuple(word for word in line.words if not any(_covers(box, word) for box in boxes))
        if kept:
            found.append(replace(line, words=kept))
    for box in boxes:
        place = _line_of(box, found)
        if place is None:
            found.append(Line((box,), box.y1, box.y1 - box.y0, 0))
        else:
            kept = tuple(sorted((*found[place].words, box), key=lambda word: word.x0))
            found[place] = replace(found[place], words=kept)
    return found


def _is_letter(box: Word, word: Word) -> bool:
    if not _covers(word, box):
        return False
    if word.x1 - word.x0 > _WIDE * (box.x1 - box.x0):
        return True
    return word.text.strip(".,:;").isalnum() and word.text not in {"X", "x"} and word.confidence >= _SURE_LETTER


def _covers(box: Word, word: Word) -> bool:
    """Whether most of a word lies in the box."""
    across = min(box.x1, word.x1) - max(box.x0, word.x0)
    down = min(box.y1, word.y1) - max(box.y0, word.y0)
    return across > 0 < down and across * down > 0.5 * (word.x1 - word.x0) * (word.y1 - word.y0)


def _line_of(box: Word, lines: list[Line]) -> int | None:
    """The line that a box belongs to: that of the nearest word beside it, its label's before another's."""
    middle = (box.y0 + box.y1) / 2
    best: tuple[bool, float] | None = None
    place = None
    for number, line in enumerate(lines):
        if line.angle or not line.bottom - 1.2 * line.size < middle < line.bottom:
            continue
        for word in line.words:
            after = word.x0 >= box.x1
            gap = word.x0 - box.x1 if after else box.x0 - word.x1
            rank = (not after, gap)
            if -1 <= gap < _NEAR * line.size and (best is None or rank < best):
                best, place = rank, number
    return place

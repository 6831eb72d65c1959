"""From pieces of text with places on pages to running text. Pure geometry; no PDF library.

The steps: drop what repeats at the edges of the pages; order each page (two columns, else rows from top to
bottom with the cells of a row side by side); join the lines of a paragraph and keep form lines, bullets and
headings apart.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from docscore.readers.layout import table_row
from docscore.readers.pdf_columns import columns_of

EDGE = 0.12
"""Share of a page's height, at the top and at the bottom, in which running headers and footers stand."""

_PAGE_NUMBER = re.compile(
    r"[-–(]?\s{0,3}(?:side|page|s\.)?\s{0,3}[0-9]{1,4}(?:\s{0,3}(?:af|of|/)\s{0,3}[0-9]{1,4})?\s{0,3}[-–)]?",
    re.I,
)
_PAGE_TAIL = re.compile(
    r"\s{0,5}[|–-]?\s{0,5}\b(?:side|page)\s{1,3}[0-9]{1,4}(?:\s{0,3}(?:af|of|/)\s{0,3}[0-9]{1,4})?$", re.I
)
_BARE_NUMBER = re.compile(r"[0-9]{1,4}")
_DIGITS = re.compile(r"[0-9]+")
_ITEM = re.compile(r"(?:[•●◦▪■□○–*☐☒☑✓\uf0b7\uf0a7]|-\s|[0-9]{1,3}[.)](?:[0-9]{1,3}[.)]?){0,3}\s|[a-zæøå][.)]\s)", re.I)
_LABEL = re.compile(r"[A-ZÆØÅ§][^:.!?]{1,50}:")
_SENTENCE_END = (".", "!", "?", ":", ";")
_BLANK = 1.75
"""From so many usual steps from line to line on, there is a blank line between two."""

_KEEP_HYPHEN_BEFORE = frozenset({"og", "eller", "samt", "og/eller", "til", "men"})


@dataclass(slots=True)
class Segment:
    """A piece of one line: text and its box in points, y upwards from the page's foot.

    ``cell`` numbers the table cell that it is known to stand in, 0 where nothing is known.
    """

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    bold: bool = False
    control: bool = False
    cell: int = 0

    @property
    def height(self) -> float:
        """Height of the box, close to the line height."""
        return max(self.y1 - self.y0, 1.0)


@dataclass(slots=True)
class _Flow:
    """The text so far: finished lines, and where the last one ended on the page."""

    lines: list[str]
    last: Segment | None = None
    right: float = 0.0
    pitch: float = 0.0


def flow_text(pages: list[list[Segment]], heights: list[float]) -> str:
    """The running text of a document.

    Args:
        pages: segments of each page, in the order in which the page was written.
        heights: page heights in points.

    Returns:
        Lines: a paragraph is one line, as is a form line, bullet, heading or table row.
    """
    pages = _without_edges(pages, heights)
    pitch = _usual_pitch(pages)
    flow = _Flow([], pitch=pitch)
    for segments in pages:
        columns = columns_of(segments)
        if columns is not None:
            for part, right in columns:
                flow.right = right
                for segment in part:
                    _add_line(flow, segment, cell=False)
            continue
        bands = _bands(_blocks(segments, pitch))
        singles = [segment for band in bands if len(band) == 1 for segment in band[0]]
        flow.right = max((segment.x1 for segment in singles), default=0.0)
        for band in bands:
            if len(band) == 1:
                for segment in band[0]:
                    _add_line(flow, segment, cell=False)
            else:
                flow.lines.append(_row(band, pitch))
                flow.last = None
    return "\n".join(flow.lines).strip("\n")


# Headers, footers and page numbers


def _without_edges(pages: list[list[Segment]], heights: list[float]) -> list[list[Segment]]:
    """Leave out what stands at the same edge place on several pages, and page numbers.

    A header stays where it stands first: it may be all that names the document.
    """
    seen: Counter[tuple[str, int, bool]] = Counter()
    for segments, height in zip(pages, heights, strict=True):
        seen.update({key for segment in segments if (key := _edge_key(segment, height)) is not None})
    enough = max(2, (len(pages) + 1) // 2)
    repeated = {key for key, count in seen.items() if count >= enough}
    kept_headers: set[tuple[str, int, bool]] = set()
    result: list[list[Segment]] = []
    for segments, height in zip(pages, heights, strict=True):
        kept: list[Segment] = []
        for segment in segments:
            key = _edge_key(segment, height)
            if key is not None and _is_page_number(segment.text, single=len(pages) == 1):
                continue
            if key is not None and key in repeated:
                if not key[2] or key in kept_headers:
                    continue
                kept_headers.add(key)
                segment.text = _PAGE_TAIL.sub("", segment.text)
            kept.append(segment)
        result.append(kept)
    return result


def _edge_key(segment: Segment, height: float) -> tuple[str, int, bool] | None:
    """What is compared across pages: the text without its numbers, its place, whether at the top."""
    top = segment.y0 > (1 - EDGE) * height
    if segment.control or not (top or segment.y1 < EDGE * height):
        return None
    return _DIGITS.sub("#", segment.text.strip()), round(segment.y0 / 4), top


def _is_page_number(text: str, *, single: bool) -> bool:
    stripped = text.strip()
    if not _PAGE_NUMBER.fullmatch(stripped):
        return False
    return not (single and _BARE_NUMBER.fullmatch(stripped))


# Order


def _blocks(segments: list[Segment], pitch: float) -> list[list[Segment]]:
    """Lines that were written one after the other and stand under one another."""
    blocks: list[list[Segment]] = []
    for segment in segments:
        last = blocks[-1][-1] if blocks else None
        alike = last is not None and last.cell == segment.cell and not segment.control and not last.control
        if last is not None and alike and _follows(last, segment, pitch):
            blocks[-1].append(segment)
        else:
            blocks.append([segment])
    return blocks


def _follows(last: Segment, segment: Segment, pitch: float) -> bool:
    down = last.y0 - segment.y0
    return (
        0.4 * last.height < down < max(2.0 * last.height, 1.5 * pitch)
        and segment.x0 < last.x1
        and last.x0 < segment.x1
        and abs(segment.x0 - last.x0) < 4 * last.height
    )


def _bands(blocks: list[list[Segment]]) -> list[list[list[Segment]]]:
    """Blocks from top to bottom; those beside one another form a band of cells, left to right."""
    order = sorted(blocks, key=lambda block: (-max(s.y1 for s in block), block[0].x0))
    bands: list[list[list[Segment]]] = []
    floor = 0.0
    for block in order:
        top, bottom = max(s.y1 for s in block), min(s.y0 for s in block)
        overlap = 0.5 * min(s.height for s in block)
        if bands and top - floor > overlap:
            bands[-1].append(block)
            floor = min(floor, bottom)
        else:
            bands.append([block])
            floor = bottom
    return [_cells(band) for band in bands]


def _cells(band: list[list[Segment]]) -> list[list[Segment]]:
    """Blocks of a band that stand above one another are one cell."""
    cells: list[list[Segment]] = []
    for block in sorted(band, key=lambda block: min(s.x0 for s in block)):
        left = min(s.x0 for s in block)
        if cells and left < max(s.x1 for s in cells[-1]) - 1:
            cells[-1].extend(block)
        else:
            cells.append(list(block))
    for cell in cells:
        cell.sort(key=lambda s: (-round(s.y0), s.x0))
    return cells


# Paragraphs


def _row(cells: list[list[Segment]], pitch: float) -> str:
    """A table row. A check box is part of the text beside it."""
    texts: list[str] = []
    for cell in cells:
        flow = _Flow([], right=max(s.x1 for s in cell), pitch=pitch)
        for segment in cell:
            _add_line(flow, segment, cell=True)
        text = "\n".join(flow.lines)
        if texts and texts[-1] in {"☐", "☒"}:
            texts[-1] = f"{texts[-1]} {text}"
        else:
            texts.append(text)
    return table_row(texts)


def _add_line(flow: _Flow, segment: Segment, *, cell: bool) -> None:
    """Append a line to the flow: to the paragraph that it goes on with, or as a line of its own."""
    text = segment.text.strip()
    if not text:
        return
    last = flow.last
    if last is not None and flow.lines and _joins(flow, last, segment, cell=cell):
        flow.lines[-1] = _mended(flow.lines[-1], text)
    else:
        if last is not None and not cell and _is_parted(flow, last, segment):
            flow.lines.append("")
        flow.lines.append(text)
    flow.last = segment


def _joins(flow: _Flow, last: Segment, segment: Segment, *, cell: bool) -> bool:
    """Whether a line goes on with the paragraph of the one before."""
    text, before = segment.text.strip(), flow.lines[-1]
    lower = text[0].islower()
    if last.control or segment.control or _ITEM.match(text):
        return False
    if abs(segment.height - last.height) > 0.15 * last.height or segment.bold != last.bold:
        return False
    if _is_hyphenated(before) and (lower or before[-2].isupper() or before[-2].isdigit()):
        return True
    word = text.split(None, 1)[0]
    needed = (segment.x1 - segment.x0) * (len(word) + 1) / max(len(text), 1)
    full = last.x1 + needed > flow.right - 1
    down = last.y0 - segment.y0
    if down < 0.4 * last.height:  # a new page or column
        return (lower or (full and len(last.text) >= 40)) and not before.endswith(_SENTENCE_END)
    if down > 1.3 * max(flow.pitch, last.height * 0.9):
        return False
    if abs(segment.x0 - last.x0) > 0.8 * last.height and not _ITEM.match(before):
        return full and lower
    if full:
        ended = before.endswith(_SENTENCE_END)
        if before[0] == "(" and before[-1] == ")" and not lower:
            # The guidance above a field.
            return False
        if ended and (_LABEL.match(text) or before.endswith(":")):
            return False
        # In a narrow cell the longest line says little about where the cell's edge is.
        return lower or not cell or (not ended and len(last.text) >= 20)
    return cell and lower and not before.endswith(_SENTENCE_END)


def _is_parted(flow: _Flow, last: Segment, segment: Segment) -> bool:
    """Whether more than the usual space between lines stands above a line, as a blank line does.

    What follows a prompt belongs to it all the same, and a page that is set with space everywhere has no blank lines.
    """
    if not flow.pitch or flow.lines[-1].endswith(":"):
        return False
    return last.y0 - segment.y0 > _BLANK * max(flow.pitch, last.height)


def _is_hyphenated(text: str) -> bool:
    return len(text) > 2 and text[-1] in "-\u00ad" and (text[-2].isalnum())


def _mended(before: str, text: str) -> str:
    """Two lines of a paragraph as one; a word cut by a hyphen becomes whole."""
    if not _is_hyphenated(before):
        return f"{before} {text}"
    word = text.split(None, 1)[0].rstrip(".,;:")
    if word in _KEEP_HYPHEN_BEFORE:
        return f"{before} {text}"
    if text[0].islower() and before[-2].islower():
        return before[:-1] + text
    return before + text


def _usual_pitch(pages: list[list[Segment]]) -> float:
    """The usual distance between two lines of a paragraph, in points."""
    steps = [
        down
        for segments in pages
        for last, segment in pairwise(segments)
        if 0.4 * last.height < (down := last.y0 - segment.y0) < 2.0 * last.height
        and abs(segment.x0 - last.x0) < last.height
    ]
    return median(steps) if steps else 0.0

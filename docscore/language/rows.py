"""Table rows and tick boxes: their labels, their marked options and what stands in their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docscore.language import boxes
from docscore.language.blocks import Block, BlockKind, Place
from docscore.language.lines import INLINE, RULE, Lines, is_prompt, rstrip


def is_head(place: Place, lines: Lines, i: int, line: str, cells: list[tuple[int, int]]) -> bool:
    """Whether a row holds the column heads of the rows below it."""
    texts = [line[x:y] for x, y in cells]
    if len(cells) == 2 and texts[0].strip(": ").lower() not in place.words.asking_heads:
        return False
    if place.columns or any(len(text.split()) > 3 for text in texts) or not all(texts[1:]):
        return False
    if any(boxes.crossed(text) for text in texts):
        return False
    c, d = lines.spans[i + 1] if i + 1 < len(lines.spans) else (0, 0)
    if "|" in place.text[c:d] and RULE.match(place.text, c, d) and i + 2 < len(lines.spans):  # |---|---|
        c, d = lines.spans[i + 2]
    following = place.text[c:d]
    if ("|" in line) != ("|" in following):
        return False
    below = boxes.cells(following, len(cells))
    marked = any(boxes.crossed(following[x:y]) for x, y in below)
    # Between tabs an empty cell is seen only where the heads are known: a cross under them shows that they are.
    return len(below) == len(cells) and (marked or len(boxes.cells(following)) == len(cells))


def row(place: Place, a: int, cells: list[tuple[int, int]]) -> Iterator[Block]:
    """A table row: label and values, or values under the column heads of the first row."""
    texts = [boxes.drawn(place.text[a + x : a + y], place.marked) for x, y in cells]
    label = texts[0]
    under = place.columns if len(place.columns) == len(cells) else []
    inline = INLINE.match(label)
    field = bool(inline and inline.end() < len(label) and is_prompt(inline.group(1)))
    first = 0
    prompt = place.prompt
    answers = {"ja", "nej"} <= {head.lower() for head in under[1:]}
    if answers and label and not any(texts[1:]):
        yield place.block(BlockKind.UNTICKED, a, a + cells[0][1], prompt=label.rstrip(": "))
        return
    boxed = boxes.box_cells(texts) if under and label else 0
    if boxed:
        ticked = tuple(under[k] for k in range(1, boxed) if boxes.crossed(texts[k]))
        kind = BlockKind.TICKED if ticked else BlockKind.UNTICKED
        prompt, first = label.rstrip(": "), boxed
        yield place.block(kind, a + cells[0][0], a + cells[boxed - 1][1], prompt=prompt, ticked=ticked)
    elif not label:
        first = 1  # the row goes on with the label above
    elif not under and _is_label(label) and not field:
        if not boxes.find_mark(texts[1]):
            yield place.block(BlockKind.PROMPT, a + cells[0][0], a + cells[0][1], prompt="")
        prompt, first = label.rstrip(": "), 1
    question = ""  # what stands under a head such as "Spørgsmål" asks for the cells right of it
    for k in range(first, len(cells)):
        x, y = a + cells[k][0], a + cells[k][1]
        if x == y:
            continue
        head = prompt
        if under and under[k].strip(": ").lower() in place.words.asking_heads and k + 1 < len(cells):
            yield place.block(BlockKind.PROMPT, x, y, prompt="")
            question = texts[k].rstrip(": ")
            continue
        if under:
            head = question or (f"{prompt} – {under[k]}" if boxed else under[k])
        if boxes.find_mark(texts[k]):
            # The label belongs to the mark: a reader underlines "Pauser ☒ Ekstra", not "☒ Ekstra".
            yield from ticks(place, a + cells[0][0] if k == first == 1 and label else x, x, y, head)
            continue
        inner = INLINE.match(place.text, x, y)
        if inner and is_prompt(inner.group(1)):
            yield place.block(BlockKind.PROMPT, x, inner.end(), prompt="")
            if inner.end() < y:
                name = f"{head} – {inner.group(1)}" if head and not field else inner.group(1)
                yield place.value(BlockKind.VALUE, inner.end(), y, name)
            continue
        yield place.value(BlockKind.VALUE, x, y, head)
    place.prompt, place.inline = prompt, True


def _is_label(cell: str) -> bool:
    if cell.endswith(".") and not _NUMBERED_LABEL.match(cell):
        return False
    return len(cell.split()) <= 12 and not boxes.find_mark(cell)


_NUMBERED_LABEL = re.compile(r"\d{1,2}[a-z]?[.)]?[ \t]+\S+(?:[ \t]+\S+){0,5}$")
"""A short numbered cell is a label also where a full stop ends it ("3. Dit helbred.")."""


def yes_no(place: Place, a: int, b: int, found: re.Match[str]) -> Iterator[Block]:
    """ "Flere timer drøftet?  Ja: X   Nej:     Udbytte: …": a question, its answer and a remark."""
    ticked = tuple(found.group(k) for k in (1, 3) if found.group(k + 1))
    asked = place.text[a : a + found.start()].rstrip()
    if not ticked and asked.lower().endswith((": x", "? x")):  # "Pauser: X ja / nej"
        ticked, asked = (found.group(1),), asked[:-1]
    prompt = asked.rstrip(" :?|\t–-")
    stop = rstrip(place.text, a, a + found.end())
    yield place.block(BlockKind.TICKED if ticked else BlockKind.UNTICKED, a, stop, prompt=prompt, ticked=ticked)
    rest = a + found.end()
    while rest < b and place.text[rest] in " \t|":
        rest += 1
    remark = INLINE.match(place.text, rest, b)
    if remark:
        yield place.block(BlockKind.PROMPT, rest, remark.end(), prompt="")
        prompt, rest = f"{prompt} – {remark.group(1)}", remark.end()
    if rest < b:
        yield place.value(BlockKind.VALUE, rest, b, prompt)


def ticks(place: Place, begin: int, a: int, b: int, prompt: str) -> Iterator[Block]:
    """Options in ``text[a:b]``: the marked ones count, the others do not. The block begins at ``begin``."""
    found = boxes.options(boxes.drawn(place.text[a:b], place.marked), prompt)
    kind = BlockKind.TICKED if found.any_ticked else BlockKind.UNTICKED
    tail = a + found.tail
    yield place.block(kind, begin, rstrip(place.text, a, tail), prompt=found.prompt, ticked=found.ticked)
    if tail < b:
        last = found.ticked[-1] if found.ticked and not found.options[-1][1] else found.options[-1][0]
        yield place.value(BlockKind.VALUE, tail, b, f"{found.prompt} – {last}" if found.prompt else last)

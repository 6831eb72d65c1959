"""A repaired text and where each of its characters stands in the original."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple


class Edit(NamedTuple):
    """``original[start:end]`` is read as ``repaired``; neither is empty."""

    start: int
    end: int
    repaired: str


@dataclass(frozen=True, slots=True)
class Repair:
    """A repaired text with the map between its offsets and those of the original.

    ``text`` is the repaired text, ``words`` the number of words that were changed. Both maps are monotone. Outside the
    edits they are exact and each other's inverse; inside an edit, a start goes to the edit's start and an end to its
    end, so that a span never loses a character of what it quotes.
    """

    text: str
    words: int
    _original: tuple[tuple[int, int], ...] = field(repr=False)
    _repaired: tuple[tuple[int, int], ...] = field(repr=False)

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that ``text[start:end]`` was read from."""
        return _start(self._repaired, self._original, start), _end(self._repaired, self._original, end)

    def to_repaired(self, start: int, end: int) -> tuple[int, int]:
        """The span of ``text`` that ``original[start:end]`` is read as."""
        return _start(self._original, self._repaired, start), _end(self._original, self._repaired, end)


def apply(original: str, edits: Iterable[Edit], words: int) -> Repair:
    """Make the edits.

    Args:
        original: the text.
        edits: in order, without overlap, each of at least one character on both sides.
        words: how many words they change.

    Raises:
        ValueError: the edits are empty, out of order or overlap.
    """
    parts: list[str] = []
    old: list[tuple[int, int]] = []
    new: list[tuple[int, int]] = []
    done = length = 0
    for edit in edits:
        if not (done <= edit.start < edit.end <= len(original) and edit.repaired):
            raise ValueError(f"edit at {edit.start}-{edit.end} is empty or out of order")
        parts += (original[done : edit.start], edit.repaired)
        length += edit.start - done
        old.append((edit.start, edit.end))
        new.append((length, length + len(edit.repaired)))
        length += len(edit.repaired)
        done = edit.end
    parts.append(original[done:])
    return Repair("".join(parts), words, tuple(old), tuple(new))


def _start(source: tuple[tuple[int, int], ...], target: tuple[tuple[int, int], ...], at: int) -> int:
    """Where a span that starts at ``at`` starts in the other text."""
    k = bisect_right(source, at, key=lambda span: span[0]) - 1
    if k < 0:
        return at
    return target[k][0] if at < source[k][1] else target[k][1] + at - source[k][1]


def _end(source: tuple[tuple[int, int], ...], target: tuple[tuple[int, int], ...], at: int) -> int:
    """Where a span that ends at ``at`` ends in the other text."""
    k = bisect_left(source, at, key=lambda span: span[0]) - 1
    if k < 0:
        return at
    return target[k][1] if at <= source[k][1] else target[k][1] + at - source[k][1]

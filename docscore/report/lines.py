"""Lines for a terminal: text with a tone, and the one way in which they are put on a stream."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Literal, TypeAlias

from docscore.report.privacy import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Tone: TypeAlias = Literal["", "title", "dim", "good", "bad", "quote"]
Line: TypeAlias = list[tuple[str, Tone]]

_STYLES: dict[Tone, str] = {"title": "bold", "dim": "dim", "good": "green", "bad": "yellow", "quote": "italic"}

WIDTH = 100
"""Columns of every text that docscore prints."""


def plain(line: Line) -> str:
    """A line's text."""
    return "".join(text for text, _ in line).rstrip()


def show(lines: Iterable[Line], stream: IO[str]) -> None:
    """Print lines; in colours where the stream is a terminal that wants them (``NO_COLOR`` is heeded)."""
    if not stream.isatty():
        stream.writelines(plain(line) + "\n" for line in lines)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    for line in lines:
        styled = Text.assemble(*[(text, _STYLES.get(tone, "")) for text, tone in line])
        console.print(styled, soft_wrap=True)


def wrapped(text: str, indent: str, width: int = WIDTH, tone: Tone = "") -> list[Line]:
    """Text folded between words, every line indented."""
    import textwrap

    folded = textwrap.wrap(one_line(text), width - len(indent), break_on_hyphens=False)
    return [[(indent, ""), (part, tone)] for part in folded]


def columns(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Rows as aligned columns.

    Args:
        rows: cells, the header first; every row as long as the first.
        right: the columns that are flush right.
    """
    cells = [[one_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(cells[0]))]
    return [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]

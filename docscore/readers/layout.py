"""Building running text from lines, blocks and table cells; shared by DOCX and HTML."""

from __future__ import annotations

# What Word, Excel and web forms show in a control that nobody has touched.
_PLACEHOLDER_STARTS = (
    "klik eller tryk",
    "klik her for at",
    "klik for at",
    "vælg et element",
    "vælg en dato",
    "vælg dato",
    "vælg ...",
    "vælg…",
    "vælg...",
    "choose an item",
    "click or tap",
    "click here to enter",
)


def is_placeholder(text: str) -> bool:
    """Whether a control's text is the invitation of an untouched control, and so no content."""
    folded = " ".join(text.split()).casefold().strip("[]<>-– ")
    return folded in {"", "vælg", "select"} or folded.startswith(_PLACEHOLDER_STARTS)


def table_row(cells: list[str]) -> str:
    """One table row as text: cells separated by `` | ``, lines inside a cell kept as lines.

    An empty last cell leaves its separator, so that a prompt without an answer stays recognisable.
    A row without any text is empty.

    >>> table_row(["Navn", "Anna", ""])
    'Navn | Anna |'
    """
    stripped = [cell.strip() for cell in cells]
    if not any(stripped):
        return ""
    return " | ".join(stripped).rstrip()


class TextBuilder:
    """Collects text and starts a new line only where there is something before it.

    Spaces at the ends of lines and at a line's start are left out; at most one blank line in a row stays.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._parts: list[str] = []

    def add(self, text: str) -> None:
        """Add to the current line."""
        if text:
            self._parts.append(text)

    def flow(self, text: str) -> None:
        """Add text in which only one space in a row counts, also across calls."""
        if text.startswith(" ") and (not self._parts or self._parts[-1].endswith((" ", "\n"))):
            text = text.lstrip(" ")
        self.add(text)

    def line_break(self) -> None:
        """End the line even when it is empty."""
        line = "".join(self._parts).strip(" ")
        self._parts.clear()
        if line or (self._lines and self._lines[-1]):
            self._lines.append(line)

    def end_line(self) -> None:
        """End the line if it holds anything but spaces."""
        if any(not part.isspace() for part in self._parts):
            self.line_break()
        else:
            self._parts.clear()

    def text(self) -> str:
        """All lines so far, without blank ones at the ends."""
        self.end_line()
        return "\n".join(self._lines).strip("\n")

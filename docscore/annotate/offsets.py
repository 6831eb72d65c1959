"""Offsets of annotation tools, which count in other units or lose what a browser does not show.

docscore counts code points. Java and JavaScript count UTF-16 units, where a character outside the basic plane is two.
Label Studio's browser part counts code points in later versions and UTF-16 units in earlier ones, and what it quotes
has its blanks and line ends folded (HumanSignal/label-studio #1347, #2007, #3078, #4929). So a quotation is never
taken for the text; it only tells which reading of the offsets is meant.
"""

from __future__ import annotations

import re

_BLANKS = re.compile(r"(?:\s|\\n|\\r|\\t|\u200b|\ufeff)+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def canonical(text: str) -> str:
    """Text as it is handed to a tool and as it is read back from disk: one character a line end, no controls.

    >>> canonical("a\\r\\nb\\rc\\x00")
    'a\\nb\\nc '
    """
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def to_utf16(text: str, offset: int) -> int:
    """A code point offset in UTF-16 units.

    >>> to_utf16("a😊b", 2)
    3
    """
    return offset + sum(character > "\uffff" for character in text[:offset])


def from_utf16(text: str, offset: int) -> int:
    """A UTF-16 offset in code points; one within a character counts as its beginning, one past the end as the end.

    >>> from_utf16("a😊b", 3), from_utf16("a😊b", 2), from_utf16("ab", 9)
    (2, 1, 2)
    """
    left = offset
    for place, character in enumerate(text):
        left -= 2 if character > "\uffff" else 1
        if left < 0:
            return place
    return len(text)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the blanks at its ends; empty where it holds nothing else.

    >>> trimmed(" ja. ", 0, 5)
    (1, 4)
    """
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), end - (len(inside) - len(inside.rstrip()))


def resolve(text: str, start: int | None, end: int | None, quote: str | None) -> tuple[int, int] | None:
    """The span that a tool means, in code points and without blanks at its ends.

    Args:
        text: the document's text.
        start: offset in code points or in UTF-16 units; None where the tool gives none.
        end: likewise.
        quote: what the tool quotes, its blanks folded or not; None where it quotes nothing.

    Returns:
        The offsets as code points if the quotation stands there (or there is none), else as UTF-16 units if it stands
        there, else the only place where the quotation stands, or of several the nearest; None where there is none.
    """
    wanted = None if quote is None else _folded(quote)
    if start is not None and end is not None:
        readings = [(start, end), (from_utf16(text, start), from_utf16(text, end))]
        for a, b in readings:
            found = trimmed(text, max(0, a), min(b, len(text)))
            if found[0] < found[1] and (not wanted or _folded(text[slice(*found)]) == wanted):
                return found
    if not wanted:
        return None
    places = _places(text, wanted)
    if not places or (start is None and len(places) > 1):
        return None
    return min(places, key=lambda place: abs(place[0] - (start or 0)))


def _folded(text: str) -> str:
    return _BLANKS.sub("", text)


def _places(text: str, wanted: str) -> list[tuple[int, int]]:
    """Where a folded quotation stands in a text whose blanks are folded likewise."""
    kept: list[int] = []
    place = 0
    for blank in _BLANKS.finditer(text):
        kept += range(place, blank.start())
        place = blank.end()
    kept += range(place, len(text))
    folded = "".join(text[i] for i in kept)
    found: list[tuple[int, int]] = []
    at = folded.find(wanted)
    while at >= 0:
        found.append((kept[at], kept[at + len(wanted) - 1] + 1))
        at = folded.find(wanted, at + 1)
    return found

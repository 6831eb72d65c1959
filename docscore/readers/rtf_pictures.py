"""The pictures of an RTF file: found in one pass over its groups, and marked where their text belongs."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from docscore.readers.pictures import Pasted

if TYPE_CHECKING:
    from docscore.readers.pictures import PastedPictures

_TOKEN = re.compile(r"\\([a-z]{1,32})(-?[0-9]{1,9})?|\\[^a-z]|[{}]")
_DIGITS = re.compile(r"[0-9a-fA-F\s]+")
_TWIPS = 1440.0
_KINDS = {
    "pngblip": "png",
    "jpegblip": "jpg",
    "emfblip": "emf",
    "wmetafile": "wmf",
    "dibitmap": "dib",
    "wbitmap": "bmp",
    "macpict": "pict",
}
# What is written inside these groups is not shown; a mark goes in front of the outermost.
_UNSHOWN = frozenset({"shp", "shpinst", "sp", "sv", "shppict", "nonshppict", "pict", "object", "objdata", "result"})
# The same picture again, for programs that know no newer form.
_AGAIN = frozenset({"nonshppict"})


def with_marks(raw: str, pictures: PastedPictures) -> str:
    """The file's text with a mark for each picture, and the pictures noted in ``pictures``.

    Args:
        raw: the RTF.
        pictures: takes up what is found.
    """
    stack: list[_Group] = []
    marks: list[tuple[int, str]] = []
    at = 0
    while (token := _TOKEN.search(raw, at)) is not None:
        at = token.end()
        sign = token[0]
        if sign == "{":
            stack.append(_Group(token.start(), stack[-1] if stack else None))
        elif sign == "}":
            if stack:
                stack.pop()
        elif token[1] == "bin":
            # So many bytes follow as they are.
            at += min(max(int(token[2] or 0), 0), len(raw) - at)
        elif stack and token[1] in _UNSHOWN:
            stack[-1].is_unshown(token[1])
            if token[1] == "pict" and not stack[-1].again:
                picture, at = _read(raw, at)
                mark = pictures.mark(picture) if picture is not None else ""
                if mark:
                    marks.append((stack[-1].place, mark))
    pieces, done = [], 0
    for place, mark in sorted(marks):
        pieces += [raw[done:place], mark]
        done = place
    return "".join([*pieces, raw[done:]])


class _Group:
    """A group in braces: where a mark for what it holds goes, and whether it repeats what was before."""

    __slots__ = ("again", "place", "unshown")

    def __init__(self, start: int, outer: _Group | None) -> None:
        self.unshown: bool = outer is not None and outer.unshown
        self.place: int = outer.place if outer is not None and outer.unshown else start
        self.again: bool = outer is not None and outer.again

    def is_unshown(self, word: str) -> None:
        """Note that what is written here is not shown."""
        self.unshown = True
        self.again = self.again or word in _AGAIN


def _read(raw: str, at: int) -> tuple[Pasted | None, int]:
    """The picture whose words begin at ``at``, and where it ends."""
    found = {"picwgoal": 0, "pichgoal": 0, "picscalex": 100, "picscaley": 100}
    kind = ""
    depth = 0
    while (token := _TOKEN.search(raw, at)) is not None:
        if depth == 0 and kind and (digits := _DIGITS.match(raw, at)) and len(digits[0].strip()) >= 8:
            break
        sign = token[0]
        if sign == "}":
            if depth == 0:
                break
            depth -= 1
        elif sign == "{":
            depth += 1
        elif depth == 0 and token[1] == "bin":
            # Bytes have been through a decoding as text, and are none any more.
            return Pasted(None, kind, *_size(found)) if kind else None, token.start()
        elif depth == 0 and token[1] in _KINDS:
            kind = _KINDS[token[1]]
        elif depth == 0 and token[1] in found:
            found[token[1]] = int(token[2] or 0)
        at = token.end()
    digits = _DIGITS.match(raw, at)
    if digits is None:
        return None, at
    data = partial(_bytes, digits[0])
    return Pasted(data, kind or "?", *_size(found), key=hash(digits[0])), digits.end()


def _size(found: dict[str, int]) -> tuple[float, float]:
    """Width and height in inches, as scaled."""
    width = found["picwgoal"] * found["picscalex"] / 100 / _TWIPS
    height = found["pichgoal"] * found["picscaley"] / 100 / _TWIPS
    return (width, height) if width > 0 and height > 0 else (0.0, 0.0)


def _bytes(digits: str) -> bytes:
    bare = "".join(digits.split())
    return bytes.fromhex(bare[: len(bare) // 2 * 2])

"""Pictures inside a document of text (DOCX, RTF): a scanned page pasted in is recognised, and read at its place.

While a document's text is built, each picture leaves a mark in it; when the text is there, the pictures are recognised
one after the other and their text takes the marks' places. Pictures that follow each other without text in between
are pages of one scan, and are laid out together, as those of a PDF are.

Logos, signatures and icons are passed over by their size as shown (:func:`is_small`). Whatever is larger is either read
or named. A document's pictures are counted from 1 in the order of reading, without those passed over; in messages
they are "billedside 1", "billedside 2".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

from docscore.errors import DocscoreError
from docscore.readers import limits
from docscore.readers.formats import ExtractedText
from docscore.readers.image import said_resolution, to_picture, undecoded
from docscore.readers.ocr import PageReader, PictureTooLargeError
from docscore.readers.ocr_engine import EngineFailureError
from docscore.readers.pdf_layout import flow_text

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from PIL.Image import Image

    from docscore.readers.ocr_picture import Picture
    from docscore.readers.pdf_layout import Segment

# Control characters, which no document can hold: XML forbids them, and an RTF's are escapes.
_MARK = re.compile("\x01([0-9]{1,9})\x02")
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF")
_CM = 2.54
_SCREEN_DPI = 96.0
_A4_SHAPE = 1.414
_UNREAD = (
    "et billede i filen har et format, som tekst ikke genkendes i ({}), og er ikke læst. "
    "Gem dokumentet som PDF, og læg også den i mappen."
)
_ELSEWHERE = (
    "et billede vises i dokumentet, men ligger ikke i filen, og er ikke læst. "
    "Åbn dokumentet dér, hvor billedet findes, og gem det som PDF."
)
_BROKEN = "et billede i filen er beskadiget og er ikke læst. Åbn dokumentet, og gem det som PDF."


@dataclass(frozen=True, slots=True)
class Pasted:
    """A picture of a document.

    Attributes:
        data: gives its bytes; None where the document only refers to it.
        kind: its format for a message: "emf".
        width, height: as shown, in inches; 0 where the document does not say.
        crop: how much is cut off left, above, right and below, as shares of the picture.
        key: the same for two places that show the same picture; the second is not read again.
    """

    data: Callable[[], bytes] | None
    kind: str
    width: float = 0.0
    height: float = 0.0
    crop: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    key: Hashable = None


def is_small(width: float, height: float) -> bool:
    """Whether a picture of this size (inches, as shown) is a logo, a signature or an icon, and no page of text.

    >>> is_small(6 / 2.54, 3 / 2.54), is_small(17 / 2.54, 2.5 / 2.54), is_small(16 / 2.54, 6 / 2.54)
    (True, True, False)
    """
    wide, high = width * _CM, height * _CM
    return min(wide, high) < limits.MIN_PASTED_SIDE_CM or wide * high < limits.MIN_PASTED_AREA_CM2


@dataclass(slots=True)
class PastedPictures:
    """The pictures of one document, from their marks to their text."""

    _pictures: list[Pasted] = field(default_factory=list)
    _seen: set[Hashable] = field(default_factory=set)
    _notes: dict[str, None] = field(default_factory=dict)

    def mark(self, picture: Pasted) -> str:
        """What stands for a picture in the text until :meth:`fill`; empty for one that is not read."""
        if picture.key is not None and picture.key in self._seen:
            return ""
        if picture.width and picture.height and is_small(picture.width, picture.height):
            return ""
        if picture.data is None:
            self._notes[_ELSEWHERE] = None
            return ""
        self._seen.add(picture.key)
        self._pictures.append(picture)
        return f"\x01{len(self._pictures) - 1}\x02"

    def fill(self, text: str) -> ExtractedText:
        """The document's text with the pictures' text in it."""
        if not self._pictures:
            return ExtractedText(text, notes=tuple(self._notes))
        first_of: dict[int, re.Match[str]] = {}
        for found in _MARK.finditer(text):
            if int(found[1]) < len(self._pictures):
                first_of.setdefault(int(found[1]), found)
        marks = list(first_of.values())
        wanted = [self._pictures[int(found[1])] for found in marks]
        with undecoded():
            large = [_is_page(picture, self._notes) for picture in wanted]
            reader = PageReader(sum(large), "billedside")
            pages: list[tuple[list[Segment], float]] = []
            number = 0
            for picture, is_page in zip(wanted, large, strict=True):
                number += is_page
                pages.append(_recognised(reader, number, picture) if is_page else ([], 0.0))
        pieces, done = [], 0
        for first, last in _runs(text, marks):
            run = pages[first : last + 1]
            read = flow_text([segments for segments, _ in run], [height for _, height in run])
            start, end = marks[first].start(), marks[last].end()
            pieces += [text[done:start], _apart(text, start, end, read)]
            # A mark that had a line to itself leaves none behind.
            done = end + (not read and text[end : end + 1] == "\n" and text[max(start - 1, 0) : start] in {"", "\n"})
        return ExtractedText(
            "".join([*pieces, text[done:]]).strip("\n"),
            notes=(*reader.notes(), *self._notes),
            ocr=bool(reader.pages),
            ocr_pages=tuple(reader.pages),
            ocr_engine=reader.engine,
            warnings=reader.warnings(),
        )


def _is_page(picture: Pasted, notes: dict[str, None]) -> bool:
    """Whether the picture can be read and is large enough to be; what is wrong with it is added to ``notes``.

    Only its head is looked at. Pillow raises what it likes on a damaged picture, which must not stop the text.
    """
    from PIL import Image, UnidentifiedImageError

    if picture.data is None:
        return False
    try:
        with Image.open(BytesIO(picture.data()), formats=_FORMATS) as image:
            width, height = image.size
    except UnidentifiedImageError:
        notes[_UNREAD.format(picture.kind)] = None
        return False
    except (DocscoreError, MemoryError):
        raise
    except Exception:
        notes[_BROKEN] = None
        return False
    least = limits.MIN_PASTED_PIXELS
    if max(width, height) < least[0] or min(width, height) < least[1]:
        return False
    shown = bool(picture.width and picture.height)
    return shown or not is_small(width / _SCREEN_DPI, height / _SCREEN_DPI)


def _recognised(reader: PageReader, number: int, pasted: Pasted) -> tuple[list[Segment], float]:
    """The text of one picture with its places, and its height in points."""
    page = reader.read(number, lambda: _picture(pasted))
    if page is None:
        return [], 0.0
    reader.accept(number, page)
    return page.segments, page.height


def _picture(pasted: Pasted) -> Picture:
    """The picture as it is shown, ready for recognition."""
    from PIL import Image

    if pasted.data is None:
        raise AssertionError("only a picture with bytes is read")
    try:
        with Image.open(BytesIO(pasted.data()), formats=_FORMATS) as image:
            width, height = image.size
            if width * height > limits.MAX_PICTURE_PIXELS:
                raise PictureTooLargeError
            dpi = _resolution(pasted, image)
            left, top, right, bottom = pasted.crop
            if not any(pasted.crop) or not (0 <= left < 1 - right <= 1 and 0 <= top < 1 - bottom <= 1):
                return to_picture(image, dpi)
            box = (int(left * width), int(top * height), int((1 - right) * width), int((1 - bottom) * height))
            return to_picture(image.crop(box), dpi)
    except (PictureTooLargeError, DocscoreError, MemoryError):
        raise
    except Exception as error:
        raise EngineFailureError(type(error).__name__) from error


def _resolution(pasted: Pasted, image: Image) -> float | None:
    """Pixels per inch of a picture that is no sheet by its own account: by its shape, or by the size it is shown at.

    A pasted scan is scaled to the text's width, so that a sheet's shape says more than the size shown.
    """
    if said_resolution(image) is not None or not (pasted.width and pasted.height):
        return None
    width, height = image.size
    if abs(max(width, height) / min(width, height) / _A4_SHAPE - 1) < 0.05 and not any(pasted.crop):
        return None
    left, top, right, bottom = pasted.crop
    shown = max(width * (1 - left - right) / pasted.width, height * (1 - top - bottom) / pasted.height)
    return min(max(shown, limits.MIN_OCR_DPI / 2), 1200.0)


def _runs(text: str, marks: list[re.Match[str]]) -> list[tuple[int, int]]:
    """First and last number of marks that only space lies between."""
    if not marks:
        return []
    starts = [0] + [
        number
        for number, (last, mark) in enumerate(pairwise(marks), start=1)
        if text[last.end() : mark.start()].strip()
    ]
    return [(first, after - 1) for first, after in pairwise([*starts, len(marks)])]


def _apart(text: str, start: int, end: int, read: str) -> str:
    """The recognised text, set apart by blank lines; in a cell of a table it stands as it is."""
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    if not read or before.endswith("| ") or after.startswith(" |"):
        return read
    lead = "" if not before or before == "\n\n" else "\n" if before.endswith("\n") else "\n\n"
    tail = "" if not after or after == "\n\n" else "\n" if after.startswith("\n") else "\n\n"
    return lead + read + tail

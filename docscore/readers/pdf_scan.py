"""PDF pages as pictures: which of them must be read that way, and rendering them within limits."""

from __future__ import annotations

import ctypes
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from docscore.readers import limits
from docscore.readers.cleanup import has_words
from docscore.readers.ocr import PictureTooLargeError
from docscore.readers.ocr_need import is_needed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docscore.readers.ocr_picture import Picture

Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right and top in points."""

_MOST_LOOKED_AT = 2_000
"""A scan's picture is one of the first objects of its page, or one of some hundred strips."""

_DEPTH = 5


def needs_ocr(page: Any, text: str) -> bool:
    """Whether the page should be read from its picture, its text layer being ``text``."""
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFPage_CountObjects(page.raw)
    if count > limits.MAX_PAGE_OBJECTS:
        # It will not be rendered, but its page is named where it has no text.
        return not has_words(text)
    if count <= 0:
        return False
    width, height = page.get_size()
    covered, drawn = 0.0, 0
    for kind, box, _ in islice(_objects(page), _MOST_LOOKED_AT):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            covered += _area(box, width, height)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            drawn += 1
    return is_needed(text, covered / max(width * height, 1.0), drawn)


def render(page: Any) -> Picture:
    """The page as a grey picture at the resolution for Tesseract, or the nearest that the limits allow.

    Raises:
        PictureTooLargeError: a picture on the page, or the page itself, is over the limits; nothing is decoded.
    """
    import pypdfium2.raw as pdfium
    from PIL import Image

    from docscore.readers.ocr_picture import Picture

    width, height = page.get_size()
    most = (limits.MAX_OCR_PIXELS / max(width * height, 1.0)) ** 0.5 * 72
    dpi = min(float(limits.OCR_DPI), most)
    if dpi < limits.MIN_OCR_DPI:
        raise PictureTooLargeError
    for number, (kind, _, pixels) in enumerate(_objects(page)):
        big = kind == pdfium.FPDF_PAGEOBJ_IMAGE and pixels > limits.MAX_PICTURE_PIXELS
        if big or number >= limits.MAX_PAGE_OBJECTS:
            raise PictureTooLargeError
    bitmap = page.render(scale=dpi / 72, grayscale=True, fill_color=(255, 255, 255, 255))
    try:
        # Copied out of pdfium's memory, which goes with the bitmap.
        raw = ctypes.string_at(bitmap.buffer, bitmap.stride * bitmap.height)
        image = Image.frombytes("L", (bitmap.width, bitmap.height), raw, "raw", "L", bitmap.stride)
    finally:
        bitmap.close()
    return Picture(image, dpi)


def _objects(page: Any) -> Iterator[tuple[int, Box, int]]:
    """Kind, box on the page and pixels of the page's objects, also of those within forms.

    Straight calls: pypdfium2's own objects take ten times as long, and a page may have a hundred thousand.
    """
    import pypdfium2.raw as pdfium

    count, get = pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject
    yield from _within(page.raw, count, get, None, 0)


def _within(
    owner: Any, count: Callable[[Any], int], get: Callable[[Any, int], Any], outer: Box | None, depth: int
) -> Iterator[tuple[int, Box, int]]:
    """The objects of a page or form; what lies in a form is placed by the form's own box."""
    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    wide, tall = ctypes.c_uint(), ctypes.c_uint()
    for index in range(count(owner)):
        item = get(owner, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            continue
        # Places within a form are in the form's own measure.
        box = outer or (left.value, bottom.value, right.value, top.value)
        pixels = 0
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE and pdfium.FPDFImageObj_GetImagePixelSize(item, wide, tall):
            pixels = wide.value * tall.value
        yield kind, box, pixels
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
            yield from _within(item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, box, depth + 1)


def _area(box: Box, width: float, height: float) -> float:
    """The area of a box within the page, in square points."""
    left, bottom, right, top = box
    return max(0.0, min(right, width) - max(left, 0.0)) * max(0.0, min(top, height) - max(bottom, 0.0))

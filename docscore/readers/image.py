"""Scans that are pictures: PNG, JPEG, and TIFF of one or many pages. Text only comes out of them by recognition."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docscore.readers import limits
from docscore.readers.formats import ExtractedText
from docscore.readers.guard import FileProblemError
from docscore.readers.ocr import PageReader, PictureTooLargeError
from docscore.readers.pdf import too_many_pages
from docscore.readers.pdf_layout import flow_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

    from docscore.readers.ocr_picture import Picture
    from docscore.readers.pdf_layout import Segment

_FORMATS = ("PNG", "JPEG", "TIFF")
_BROKEN = "billedet er beskadiget og kan ikke åbnes. Scan dokumentet igen."
_SHORT_SIDES = (3.0, 24.0)
"""Inches that the shorter side of a scanned sheet can measure: receipt to A1."""

_A4_LONG = 11.69


def extract(data: bytes, name: str) -> ExtractedText:
    """Recognise the pages of a picture file.

    Raises:
        FileProblemError: it is broken or has more pages than docscore reads.
    """
    from PIL import Image, UnidentifiedImageError

    with undecoded():
        try:
            image = Image.open(BytesIO(data), formats=_FORMATS)
        except (UnidentifiedImageError, SyntaxError) as error:
            raise FileProblemError(name, _BROKEN) from error
        with image:
            return _pages(image, name)


@contextmanager
def undecoded() -> Iterator[None]:
    """Pillow's own limit of size and its opinions of a file held back: sizes are looked at before decoding."""
    from PIL import Image

    most, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = most


def _pages(image: Image, name: str) -> ExtractedText:
    count = _count(image)
    if count > limits.MAX_PAGES:
        raise FileProblemError(name, too_many_pages())
    reader = PageReader(count)
    pages: list[list[Segment]] = []
    heights: list[float] = []
    for number in range(count):

        def picture(number: int = number) -> Picture:
            image.seek(number)
            return to_picture(image)

        found = reader.read(number + 1, picture)
        pages.append([] if found is None else found.segments)
        heights.append(0.0 if found is None else found.height)
        if found is not None:
            reader.accept(number + 1, found)
    return ExtractedText(
        flow_text(pages, heights),
        pages=count,
        notes=reader.notes(),
        ocr=bool(reader.pages),
        ocr_pages=tuple(reader.pages),
        ocr_engine=reader.engine,
        warnings=reader.warnings(),
    )


def _count(image: Image) -> int:
    """The number of pages, one more than the limit at most. Only TIFF has pages: others have thumbnails."""
    if image.format != "TIFF":
        return 1
    for number in range(1, limits.MAX_PAGES + 1):
        try:
            image.seek(number)
        except EOFError:
            return number
    return limits.MAX_PAGES + 1


def to_picture(image: Image, dpi: float | None = None) -> Picture:
    """A picture of any kind as a grey one at the resolution for Tesseract, the right way up by its own account.

    Args:
        image: the picture, not decoded yet.
        dpi: its resolution where that is known; else what it says itself, or as if it were an A4 sheet.

    Raises:
        PictureTooLargeError: it is over the limits; it has not been decoded.
    """
    from PIL import ImageOps
    from PIL.Image import Resampling

    from docscore.readers.ocr_picture import Picture

    width, height = image.size
    if width * height > limits.MAX_PICTURE_PIXELS:
        raise PictureTooLargeError
    dpi = dpi or said_resolution(image) or max(max(image.size) / _A4_LONG, 1.0)
    turned = ImageOps.exif_transpose(image)
    grey = _grey(turned)
    area = (width / dpi) * (height / dpi)
    wanted = min(float(limits.OCR_DPI), (limits.MAX_OCR_PIXELS / area) ** 0.5)
    if abs(wanted / dpi - 1) > 0.1:
        size = max(1, round(grey.width * wanted / dpi)), max(1, round(grey.height * wanted / dpi))
        if min(size) < 3 or max(size) > 60_000:
            raise PictureTooLargeError
        grey, dpi = grey.resize(size, Resampling.LANCZOS), wanted
    return Picture(grey, dpi)


def said_resolution(image: Image) -> float | None:
    """Pixels per inch as the file says, where that makes a sheet of it."""
    said = image.info.get("dpi") or (0, 0)
    try:
        dpi = min(float(said[0]), float(said[1]))
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        dpi = 0.0
    low, high = _SHORT_SIDES
    if dpi > 0 and low <= min(image.size) / dpi <= high and dpi >= limits.MIN_OCR_DPI / 2:
        return dpi
    return None


def _grey(image: Image) -> Image:
    """As brightness, what is transparent being paper."""
    from PIL import Image as Images

    if image.mode in {"I", "F", "I;16", "I;16B", "I;16L"}:
        import numpy as np

        values: Any = np.asarray(image, dtype=np.float32)
        low, high = float(values.min()), float(values.max())
        scaled = (values - low) * (255.0 / max(high - low, 1.0))
        return Images.fromarray(scaled.astype(np.uint8), "L")
    if image.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or "transparency" in image.info:
        over = image.convert("RGBA")
        paper = Images.new("RGBA", over.size, (255, 255, 255, 255))
        return Images.alpha_composite(paper, over).convert("L")
    return image.convert("L")

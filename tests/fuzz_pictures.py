"""What is fuzzed of the way from a picture to text, and where it begins: files, pages, Tesseract's answer, the choice.

Tesseract itself takes a second a page and is fuzzed by its own makers. Here another answers in its place: nothing, a
recorded page, one that stands on its side, or a failure, by the bytes of the picture. One input in :data:`REAL` of those
that hold a picture goes to the real program, where there is one.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from typing import Any
from unittest import mock

from scan_support import PROSE, picture, recorded, saved, scan_pdf, typed

from docscore.readers import limits, ocr
from docscore.readers.ocr_engine import EngineError, EngineFailureError, find_engine
from docscore.readers.ocr_picture import Picture

REAL = 500
"""One picture of so many is read by Tesseract itself."""

SMALL = {"MAX_PICTURE_PIXELS": 250_000, "MAX_OCR_PIXELS": 60_000, "MIN_OCR_DPI": 12, "MAX_OCR_PAGES": 3}
"""Limits while fuzzing: the real ones are tested elsewhere, here a thousand small pictures are worth more."""

_DPI = 100


class FuzzEngine:
    """Answers in Tesseract's place: what, the bytes of the first picture say, or ``answer`` where it is given."""

    name = "tesseract 0.0 (Latin)"

    def __init__(self, answer: bytes | None = None, seed: int | None = None) -> None:
        self._answer, self._seed = answer, seed

    @property
    def loses_paragraph_signs(self) -> bool:
        return (self._seed or 0) % 5 == 0

    @property
    def osd(self) -> bool:
        return (self._seed or 0) % 3 != 0

    def hocr(self, png: bytes, dpi: int) -> bytes:
        assert png.startswith(b"\x89PNG") and 1 <= dpi <= 2 * limits.OCR_DPI, "not what Tesseract is to be given"
        if self._seed is None:
            self._seed = zlib.crc32(png)
        if self._seed % 7 == 0:
            raise EngineFailureError("exit 1")
        if self._answer is not None:
            return self._answer
        return (recorded("prosa"), recorded("skema"), recorded("spalter"), b"", sideways())[self._seed % 5]

    def rotation(self, png: bytes, dpi: int) -> int | None:
        return (None, 0, 90, 180, 270)[(self._seed or 0) % 5]


@cache
def sideways() -> bytes:
    """A recorded page whose lines stand on end."""
    return recorded("prosa").replace(b"baseline", b"textangle 90; baseline")


@cache
def _real() -> Any:
    try:
        return find_engine()
    except EngineError:
        return None


@contextmanager
def answered(engine: Any) -> Iterator[None]:
    """Have pages recognised by ``engine``, and nothing decoded that is over the limits of :data:`SMALL`."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(ocr, "find_engine", lambda: engine))
        for name, value in SMALL.items():
            stack.enter_context(mock.patch.object(limits, name, value))
        yield


def engine_for(data: bytes) -> Any:
    """Who reads the pages of an input: mostly another than Tesseract; the same for the same bytes."""
    seed = zlib.crc32(data)
    return (_real() if seed % REAL == 1 else None) or FuzzEngine(seed=seed)


def pages(data: bytes, name: str, document: Callable[..., None]) -> None:
    """A file that may hold pictures of pages."""
    with answered(engine_for(data)):
        document(data, name)


@cache
def _form() -> Picture:
    """A page with rules, a cell and boxes, small enough to be looked at thousands of times."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (420, 300), 250)
    pen = ImageDraw.Draw(image)
    for x in (20, 60, 100):
        pen.rectangle((x, 20, x + 14, 34), outline=0, width=2)
    pen.line((62, 22, 72, 32), fill=0, width=2)
    pen.line((200, 10, 200, 200), fill=0, width=2)
    pen.line((10, 200, 400, 200), fill=0, width=2)
    for y in range(50, 190, 12):
        pen.line((120, y, 190, y), fill=40, width=3)
    return Picture(image, float(_DPI))


def answer(data: bytes) -> None:
    """What Tesseract may answer: numbers within reason come out, whatever it says."""
    from docscore.readers.pdf_layout import flow_text

    with answered(FuzzEngine(data, seed=zlib.crc32(data) * 7 + 1)):
        reader = ocr.PageReader(1)
        page = reader.read(1, _form)
        if page is None:
            assert reader.notes(), "a page without text and without a note"
            return
        reader.accept(1, page)
    assert page.confidence is None or 0 <= page.confidence <= 1, "a confidence that is none"
    assert 0 < page.height < 10_000
    for segment in page.segments:
        assert segment.text.strip(), "an empty piece"
        for place in (segment.x0, segment.x1, segment.y0, segment.y1):
            assert abs(place) < 1e7, "a place off every page"
    flow_text([page.segments], [page.height])
    reader.warnings()


def dots(data: bytes) -> None:
    """A picture of any dots: levelled, cleaned, searched for boxes and rules."""
    from PIL import Image

    from docscore.readers.ocr_leaders import without_leaders
    from docscore.readers.ocr_marks import EMPTY, TICKED, Marks
    from docscore.readers.ocr_picture import MAX_SKEW, skew

    if len(data) < 8:
        return
    wide = 3 + data[0] % 60
    rows = max(3, min(200, (len(data) - 3) // wide))
    raw = data[3:].ljust(wide * rows, b"\xff")[: wide * rows]
    scale = 1 + data[1] % 6
    image = Image.frombytes("L", (wide, rows), raw).resize((wide * scale, rows * scale), Image.Resampling.NEAREST)
    page = Picture(image, float(30 + 2 * data[2]))
    assert abs(skew(page)) <= MAX_SKEW + 1
    level = page.without_specks().levelled()
    assert level.image.size == image.size
    assert page.turned(90).turned(270).image.tobytes() == image.tobytes()
    page.is_blank()
    cleaned, leaders = without_leaders(page)
    assert cleaned.image.size == image.size
    for leader in leaders:
        assert 0 <= leader.x0 < leader.x1 <= image.width and 0 <= leader.y0 < leader.y1 <= image.height
    for box in Marks(level).boxes():
        assert box.text in {EMPTY, TICKED}
        assert 0 <= box.x0 < box.x1 <= image.width + 1 and 0 <= box.y0 < box.y1 <= image.height + 1


def layer(data: bytes) -> None:
    """A page's text layer beside what was recognised: whether it is needed, and which is better."""
    from docscore.readers.ocr_need import is_better, is_needed, small_word_share

    covered = data[:2].ljust(2, b"\0")
    had, _, found = data[2:].decode("utf-8", "replace").partition("\x1e")
    is_needed(had, covered[0] / 255, covered[1] * 20)
    assert not is_better(had, had), "a text is better than itself"
    assert not (is_better(found, had) and not any(map(str.isalnum, found))), "nothing is better than something"
    share = small_word_share(had)
    assert share is None or 0 <= share <= 1


def targets(document: Callable[..., None]) -> dict[str, Callable[[bytes], None]]:
    """The targets of this module by their names."""
    files = {
        f"image.{suffix}": partial(pages, name=f"x.{suffix}", document=document) for suffix in ("png", "jpg", "tif")
    }
    return {**files, "scan.pdf": partial(pages, name="x.pdf", document=document)} | {
        "ocr.answer": answer,
        "ocr.dots": dots,
        "ocr.layer": layer,
    }


# Where the fuzzer begins


@cache
def _page() -> Any:
    """A page of text as a small picture."""
    return picture(typed(*PROSE, top=300, size=9), dpi=40).crop((0, 240, 340, 468)).copy()


def seeds(target: str) -> list[bytes]:
    """The inputs that a target of this module begins with."""
    page = _page()
    if target == "image.png":
        return [saved(page.convert(mode)) for mode in ("1", "L", "P", "RGBA", "I;16")]
    if target == "image.jpg":
        exif = page.getexif()
        exif[0x0112] = 6
        return [saved(page, "JPEG", quality=20, exif=exif), saved(page.convert("CMYK"), "JPEG", quality=20)]
    if target == "image.tif":
        packed = [saved(page.convert("1"), "TIFF", compression=how) for how in ("group4", "tiff_lzw", "packbits")]
        pair = [page.convert("1"), page.convert("L").resize((90, 60))]
        many = saved(pair[0], "TIFF", save_all=True, append_images=pair[1:], compression="tiff_adobe_deflate")
        return [*packed, many, saved(page.resize((60, 40)).convert("F"), "TIFF")]
    if target == "scan.pdf":
        small = page.resize((120, 80))
        return [scan_pdf(small, dpi=20), scan_pdf(small.convert("1"), small.convert("RGB"), dpi=20), _form_scan(small)]
    if target == "ocr.answer":
        return [_part(recorded(name)) for name in ("prosa", "skema", "spalter")] + [_part(sideways())]
    if target == "ocr.dots":
        raw = _form().image.resize((60, 43)).tobytes()
        dotted = bytes(20 if row % 5 == 0 and place % 3 == 0 else 250 for row in range(40) for place in range(60))
        return [bytes((57, 4, 120)) + raw, bytes((57, 1, 60)) + page.resize((60, 40)).tobytes(), b"9\2\x50" + dotted]
    if target == "ocr.layer":
        text = " ".join(PROSE)
        return [b"\xff\x05" + f"{text[:20]}\x1e{text}".encode(), b"\x80\0" + f"{text.upper()}\x1e{text}".encode()]
    return []


def _part(hocr: bytes) -> bytes:
    """The first lines of a recorded page."""
    return hocr[:4500]


def _form_scan(image: Any) -> bytes:
    """A scan below a stamp, drawn into a form of its own."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(400, 300), pageCompression=0)
    canvas.beginForm("f")
    canvas.drawImage(ImageReader(image), 0, 0, 400, 300)
    canvas.endForm()
    canvas.doForm("f")
    canvas.drawString(300, 280, "Modtaget 12-03-2021")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


MARKS: dict[str, tuple[str, ...]] = {
    "ocr.answer": (
        *("<span class='ocr_line'", "class='ocrx_word'", "title='bbox 1 2 3 4'", "x_wconf 96", "baseline 0 -5"),
        *(
            "x_size 40",
            "x_descenders 9",
            "textangle 90",
            "bbox -1 0 99999999 5",
            "</span>",
            "☒",
            "9" * 50,
            "ocr_header",
        ),
    ),
    "scan.pdf": (
        "/Image",
        "/Width",
        "/Height",
        "/BitsPerComponent",
        "/DCTDecode",
        "/Rotate",
        "/CropBox",
        "/Form",
        " Do",
    ),
    "image.png": ("IHDR", "IDAT", "tRNS", "pHYs", "eXIf", "iCCP", "acTL", "PLTE"),
    "ocr.layer": ("\x1e", " og ", " i ", " på ", "\ufffd", "\ue012", "æ", "skånehensyn "),
}
"""Words that a mutation may put in."""

"""Scans made for the tests: pages of text as pictures, and PDF and TIFF files of them."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from readers_support import canvas_pdf

from docscore.readers.ocr_engine import EngineError, find_engine

if TYPE_CHECKING:
    from PIL.Image import Image

DATA = Path(__file__).parent / "data" / "ocr"


def _why_not() -> str:
    try:
        find_engine()
    except EngineError as error:
        return error.reason
    return ""


needs_tesseract = pytest.mark.skipif(
    bool(_why_not()), reason="Tesseract with Danish is not installed; README.md says how to install it"
)


class FakeEngine:
    """Answers every page with recorded hOCR; ``calls`` counts them."""

    name = "tesseract 0.0 (Latin)"
    loses_paragraph_signs = False
    osd = True

    def __init__(self, *hocr: bytes) -> None:
        self._hocr = hocr
        self.calls = 0

    def hocr(self, png: bytes, dpi: int) -> bytes:
        assert png.startswith(b"\x89PNG")
        self.calls += 1
        return self._hocr[(self.calls - 1) % len(self._hocr)]

    def rotation(self, png: bytes, dpi: int) -> int | None:
        return None


def recorded(name: str) -> bytes:
    """hOCR as Tesseract 5.3.0 with the Latin data gave it."""
    return (DATA / f"{name}.hocr").read_bytes()


def fake(monkeypatch: pytest.MonkeyPatch, engine: Any) -> Any:
    """Have pages recognised by ``engine``, or, where it is an exception, none to be found."""

    def find() -> Any:
        if isinstance(engine, Exception):
            raise engine
        return engine

    monkeypatch.setattr("docscore.readers.ocr.find_engine", find)
    return engine


def picture(pdf: bytes, page: int = 0, dpi: int = 200, turn: float = 0.0) -> Image:
    """A page of a PDF as a grey picture, turned anti-clockwise by so many degrees."""
    import pypdfium2
    from PIL.Image import Resampling

    image = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    return image.rotate(turn, Resampling.BICUBIC, expand=turn % 90 == 0, fillcolor=255) if turn else image


def saved(image: Image, kind: str = "PNG", **options: Any) -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def scan_pdf(*images: Image, dpi: int = 200) -> bytes:
    """Pictures as a PDF without a text layer."""
    return saved(images[0], "PDF", resolution=float(dpi), save_all=True, append_images=list(images[1:]))


def joined(*pdfs: bytes) -> bytes:
    """Several PDFs as one."""
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    for pdf in pdfs:
        document.import_pages(pypdfium2.PdfDocument(pdf))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def typed(*lines: str, x: float = 70, top: float = 760, pitch: float = 16, size: float = 11) -> bytes:
    """A one-page PDF with lines of text."""
    return canvas_pdf([(x, top - pitch * n, line) for n, line in enumerate(lines)], size=size)


PROSE = (
    "Borgeren har behov for skånehensyn i form af mange pauser og for-",
    "udsigelige opgaver. Hun må ikke løfte over 5 kg. Det følger af",
    "lov om aktiv beskæftigelsesindsats § 116, at teamet skal vurdere,",
    "om arbejdsevnen kan øges på sigt. Hun håber selv på få timer.",
)


def program_folder(folder: Path, script: str) -> Path:
    """A folder with a program ``tesseract`` in it, written in shell."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "tesseract"
    program.write_text(f"#!{shutil.which('sh')}\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return folder

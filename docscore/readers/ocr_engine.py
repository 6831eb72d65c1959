"""Tesseract as a program: where it is, what it can read, and one call of it.

The program itself is called, with the page on its standard input and the answer on its standard output: the
bindings either do the same by way of temporary files (pytesseract) or must be built against its library
(tesserocr), and OCRmyPDF works on files and brings Ghostscript and a PDF writer. So no copy of a page ever lies on
the disk. The page goes in as PNG, the one format that Leptonica decodes from memory on every system.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from docscore.readers import limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LANGUAGES = ("Latin", "script/Latin", "dan")
"""Usable language data, best first. ``Latin`` keeps both § and æøå; ``dan`` loses every §; ``eng`` has no æøå."""

INSTALL = (
    "Debian/Ubuntu: sudo apt install tesseract-ocr tesseract-ocr-script-latn. "
    "Windows: winget install --interactive UB-Mannheim.TesseractOCR, og vælg Latin under Additional script data. "
    "macOS: brew install tesseract tesseract-lang."
)
"""How to get Tesseract with its Latin data."""

_MISSING = f"Tesseract (tekstgenkendelse, OCR) er ikke installeret. Installér det, og kør igen. {INSTALL}"
_NO_DATA = (
    f"Tesseract (tekstgenkendelse, OCR) mangler sprogdata for latinske bogstaver. Installér dem, og kør igen. {INSTALL}"
)
_ASK_SECONDS = 20


class EngineError(Exception):
    """Tesseract cannot be used; ``reason`` is a Danish sentence with the install command."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EngineFailureError(Exception):
    """One call of Tesseract failed or took too long."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A Tesseract that can be called.

    Attributes:
        program: its path.
        version: as it says itself.
        language: of :data:`LANGUAGES`.
        osd: whether it has the data to tell which way up a page is.
    """

    program: str
    version: str
    language: str
    osd: bool

    @property
    def name(self) -> str:
        """For ``cases.jsonl``: program, version and language data."""
        return f"tesseract {self.version} ({self.language})"

    @property
    def loses_paragraph_signs(self) -> bool:
        """Whether § comes out as another sign."""
        return self.language == "dan"

    def hocr(self, png: bytes, dpi: int) -> bytes:
        """Recognise a page: words with places and confidences, as hOCR.

        Raises:
            EngineFailureError: it failed, or took longer than the limit.
        """
        # Settings, and not the config file of that name, which is not in every installation. Ink is told from paper
        # by Sauvola's local threshold (2), which Tesseract 4 does not know and passes over.
        settings = ("-c", "tessedit_create_hocr=1", "-c", "thresholding_method=2")
        return self._run(("-l", self.language, "--dpi", str(dpi), "--psm", "3", *settings), png)

    def rotation(self, png: bytes, dpi: int) -> int | None:
        """By how many degrees clockwise the page must be turned to stand upright; None where that is unknown."""
        if not self.osd:
            return None
        try:
            said = self._run(("-l", "osd", "--dpi", str(dpi), "--psm", "0"), png).decode("utf-8", "replace")
        except EngineFailureError:
            # It fails on a page with few letters.
            return None
        for line in said.splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "Rotate" and value.strip() in {"0", "90", "180", "270"}:
                return int(value)
        return None

    def _run(self, options: Sequence[str], png: bytes) -> bytes:
        return run((self.program, "stdin", "stdout", *options), png, limits.MAX_OCR_CALL_SECONDS)


def find_engine() -> Engine:
    """The Tesseract of this machine.

    Raises:
        EngineError: there is none, or it has no data to read Danish with.
    """
    return _find(os.environ.get("PATH", ""), os.environ.get("TESSDATA_PREFIX", ""))


@lru_cache(maxsize=4)
def _find(path: str, _data: str) -> Engine:
    reason = _MISSING
    for program in _programs(path):
        try:
            version = _first_line(run((program, "--version"), b"", _ASK_SECONDS))
            listed = run((program, "--list-langs"), b"", _ASK_SECONDS).decode("utf-8", "replace")
        except EngineFailureError:
            continue
        languages = {line.strip().replace("\\", "/") for line in listed.splitlines()}
        language = next((name for name in LANGUAGES if name in languages), None)
        if language is not None:
            return Engine(program, version.removeprefix("tesseract").strip(" v"), language, "osd" in languages)
        reason = _NO_DATA
    raise EngineError(reason)


def _first_line(said: bytes) -> str:
    return said.decode("utf-8", "replace").partition("\n")[0].strip()


def _programs(path: str) -> Iterator[str]:
    """Where the program may lie: the folders of PATH, and those of its Windows installer, which sets no PATH.

    Only absolute folders count: a program that lies beside the case files must never be started.
    """
    name = "tesseract.exe" if sys.platform == "win32" else "tesseract"
    folders = [Path(part) for part in path.split(os.pathsep) if part]
    if sys.platform == "win32":
        roots = (os.environ.get("PROGRAMFILES"), os.environ.get("LOCALAPPDATA"))
        folders += [Path(root, *parts) for root in roots if root for parts in (("Tesseract-OCR",), _PER_USER)]
    for folder in folders:
        program = folder / name
        if folder.is_absolute() and program.is_file() and os.access(program, os.X_OK):
            yield str(program)


_PER_USER = ("Programs", "Tesseract-OCR")


def run(command: Sequence[str], data: bytes, seconds: float) -> bytes:
    """Call a program with bytes on its standard input and return its standard output.

    One thread only: with several, the same page can come out differently, and workers would fight for the cores.

    Raises:
        EngineFailureError: it cannot be started, fails, or takes longer than ``seconds`` (it is killed).
    """
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    flags: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows
    try:
        done = subprocess.run(  # its messages may quote the page: they are not passed on
            command, input=data, capture_output=True, timeout=seconds, env=environment, check=False, creationflags=flags
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineFailureError(type(error).__name__) from None
    if done.returncode != 0:
        raise EngineFailureError(f"exit {done.returncode}")
    return done.stdout

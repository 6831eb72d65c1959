"""Which format a file has, and the registry of the functions that read one.

The bytes decide, the suffix only where bytes cannot (plain text, Markdown, HTML fragments). A format is one
line in :data:`FORMATS` and one module with ``extract(data, name) -> ExtractedText``.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from docscore.readers import limits
from docscore.readers.cleanup import clean, has_words, printable
from docscore.readers.guard import FileProblemError, guarded
from docscore.readers.names import suffix_of
from docscore.readers.packages import refuse_cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from docscore.case import OcrPage


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """What one file says.

    Attributes:
        text: the whole text, cleaned (see :func:`docscore.readers.cleanup.clean`).
        pages: number of pages where the format has them (PDF), else None.
        notes: Danish sentences about what could not be read in it; each becomes a problem line.
        ocr: whether any of the text was recognised from an image.
        ocr_pages: the recognised pages with their confidence.
        ocr_engine: what recognised them.
        warnings: Danish sentences about what was read, but should be looked at.
    """

    text: str
    pages: int | None = None
    notes: tuple[str, ...] = ()
    ocr: bool = False
    ocr_pages: tuple[OcrPage, ...] = ()
    ocr_engine: str | None = None
    warnings: tuple[str, ...] = ()


FORMATS = {
    "text": "docscore.readers.plain",
    "docx": "docscore.readers.docx",
    "pdf": "docscore.readers.pdf",
    "html": "docscore.readers.html",
    "rtf": "docscore.readers.rtf",
    "mail": "docscore.readers.mail",
    "notes": "docscore.readers.exports_notes",
    "image": "docscore.readers.image",
}
"""Format name → module that reads it; imported at first use."""

SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".docm": "docx",
    ".pdf": "pdf",
    ".rtf": "rtf",
    ".eml": "mail",
    ".json": "notes",
    ".jsonl": "notes",
    ".ndjson": "notes",
    ".xml": "notes",
    ".png": "image",
    ".jpg": "image",
    ".jpeg": "image",
    ".tif": "image",
    ".tiff": "image",
}

_SAVE_AS = "Gem den som .docx eller .pdf"
_IMAGE = "billeder af formatet {} læses ikke. Gem billedet som .png, .jpg eller .tif, eller scan dokumentet til PDF."
_OLD = {
    ".doc": f"det gamle Word-format (.doc) læses ikke. {_SAVE_AS}.",
    ".dot": f"det gamle Word-format (.dot) læses ikke. {_SAVE_AS}.",
    ".odt": f"OpenDocument (.odt) læses ikke. {_SAVE_AS}.",
    ".xls": "det gamle Excel-format (.xls) læses ikke. Gem den som .xlsx eller .csv.",
    ".ods": "OpenDocument-regneark (.ods) læses ikke. Gem det som .xlsx eller .csv.",
    ".ppt": f"præsentationer læses ikke. {_SAVE_AS}.",
    ".pptx": f"præsentationer læses ikke. {_SAVE_AS}.",
    ".mht": f"websider i én fil (.mht) læses ikke. {_SAVE_AS}.",
    ".mhtml": f"websider i én fil (.mhtml) læses ikke. {_SAVE_AS}.",
    ".pages": f"Pages-dokumenter læses ikke. {_SAVE_AS}.",
    ".wpd": f"WordPerfect læses ikke. {_SAVE_AS}.",
    ".xps": "XPS læses ikke. Gem den som .pdf.",
    ".zip": "en ZIP-fil her læses ikke. Pak den ud i sagsmappen.",
    ".7z": "pakkede filer (.7z) læses ikke. Pak den ud i sagsmappen.",
    ".rar": "pakkede filer (.rar) læses ikke. Pak den ud i sagsmappen.",
}
_IMAGES = frozenset({".gif", ".bmp", ".heic", ".webp"})
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", ".gif"),
    (b"7z\xbc\xaf", ".7z"),
    (b"Rar!", ".rar"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_HTML_START = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,200}(?:<\?xml[^>]{0,200}>\s{0,200})?<(?:!doctype html|html)\b", re.I)
_PASSWORD = "filen er beskyttet med adgangskode. Fjern adgangskoden, og gem den igen."
EMPTY = "filen er tom. Læg dokumentet ind igen, eller fjern filen."
NO_WORDS = "filen holder ingen tekst. Kontrollér dokumentet, eller fjern filen."


def sniff(data: bytes, name: str) -> str:
    """The format of the bytes: a key of :data:`FORMATS`.

    Raises:
        FileProblemError: the format is none that docscore reads; the reason names the remedy.
    """
    suffix = suffix_of(name)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _sniff_package(data, name)
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(_PICTURES):
        return "image"
    if data.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in data:
            _refuse(name, _PASSWORD)
        if suffix not in _OLD and _is_mail(data):
            return "mail"
        _refuse(name, _OLD.get(suffix, f"et gammelt Office-format læses ikke. {_SAVE_AS}."))
    if _HTML_START.match(data):
        return "html"
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            suffix = kind
    if suffix in _IMAGES:
        _refuse(name, _IMAGE.format(suffix))
    if suffix in _OLD:
        _refuse(name, _OLD[suffix])
    if not suffix:
        return "text"
    if suffix not in SUFFIXES:
        _refuse(name, f"formatet {printable(suffix)} læses ikke. Gem den som .docx, .pdf eller .txt.")
    return SUFFIXES[suffix]


def _is_mail(data: bytes) -> bool:
    from docscore.readers.mail_msg import is_message

    return is_message(data)


def guess(data: bytes, name: str) -> str | None:
    """The format as :func:`sniff` tells it, None where it is one that docscore refuses."""
    try:
        return sniff(data, name)
    except FileProblemError:
        return None


def _sniff_package(data: bytes, name: str) -> str:
    """Which of the ZIP-based formats it is."""
    with guarded(name), zipfile.ZipFile(io.BytesIO(data)) as package:
        refuse_cut(package, name)
        members = set(package.namelist())
    if "[Content_Types].xml" in members:
        if any(member.startswith("word/") for member in members):
            return "docx"
        if any(member.startswith("xl/") for member in members):
            _refuse(name, "et regneark læses ikke som dokument. Gem det som .pdf, hvis det hører til sagen.")
        _refuse(name, _OLD[".pptx"])
    raise FileProblemError(name, _OLD[".odt" if "mimetype" in members else ".zip"])


def _refuse(name: str, reason: str) -> NoReturn:
    raise FileProblemError(name, reason)


def too_large(name: str, size: int, limit: int = limits.MAX_FILE_BYTES) -> FileProblemError:
    """The problem of a file over a limit."""
    megabytes = f"{size / limits.MIB:.0f} MB, grænsen er {limit // limits.MIB} MB"
    return FileProblemError(name, f"filen er for stor ({megabytes}). Del den op i flere dokumenter.")


def read_document(source: str | Path | bytes, name: str | None = None) -> ExtractedText:
    """Read one document of any supported format.

    Args:
        source: a path, or the bytes themselves.
        name: file name for messages and for the suffix; default the path's own.

    Returns:
        The cleaned text; an empty text comes with a note, never without.

    Raises:
        FileProblemError: (an :class:`~docscore.errors.UnreadableFileError`) the file cannot be read.
    """
    if isinstance(source, bytes):
        data, name = source, name or "dokument"
    else:
        path = Path(source)
        name = name or printable(path.name)
        with guarded(name):
            size = path.stat().st_size
            if size > limits.MAX_FILE_BYTES:
                raise too_large(name, size)
            data = path.read_bytes()
    if len(data) > limits.MAX_FILE_BYTES:
        raise too_large(name, len(data))
    if not data.strip(b"\0\t\n\r \xef\xbb\xbf\xff\xfe"):
        return ExtractedText("", notes=(EMPTY,))
    kind = sniff(data, name)
    if kind in {"html", "rtf", "notes"} and len(data) > limits.MAX_MARKUP_BYTES:
        raise too_large(name, len(data), limits.MAX_MARKUP_BYTES)
    with guarded(name):
        extract: Callable[[bytes, str], ExtractedText] = import_module(FORMATS[kind]).extract
        found = extract(data, name)
        text = clean(found.text)
    if not has_words(text) and not found.notes:
        return replace(found, text=text, notes=(NO_WORDS,))
    return replace(found, text=text)


_CELL_HTML = re.compile(r"\s{0,200}<(?:!doctype html|html|body|div|p|span|table|br)\b[^<>]{0,500}>", re.I)


def cell_format(value: str) -> str | None:
    """``rtf`` or ``html`` where a table cell holds that, None for plain text."""
    return "rtf" if value.startswith("{\\rtf") else "html" if _CELL_HTML.match(value) else None


def read_cell(value: str, name: str) -> ExtractedText:
    """Read the text of a table cell; journal systems put HTML and RTF there as well as plain text.

    Raises:
        FileProblemError: the cell is too large, or its RTF or HTML is broken.
    """
    if len(value) > limits.MAX_FILE_BYTES:
        raise too_large(name, len(value))
    kind = cell_format(value)
    if kind is None:
        text = clean(value)
        return ExtractedText(text)
    if len(value) > limits.MAX_MARKUP_BYTES:
        raise too_large(name, len(value), limits.MAX_MARKUP_BYTES)
    with guarded(name):
        data = value.encode("utf-8", "replace")
        # An RTF is ASCII by definition; what is not stands for itself.
        found: ExtractedText = import_module(FORMATS[kind]).extract(data, name)
        return replace(found, text=clean(found.text))

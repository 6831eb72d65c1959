"""Plain text: finding the encoding of bytes, and telling text from junk."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from docscore.readers.guard import FileProblemError

if TYPE_CHECKING:
    from docscore.readers.formats import ExtractedText

_CONTROLS = bytes(byte for byte in range(1, 32) if byte not in b"\t\n\r\x0b\x0c\x1a\x1b") + b"\x7f"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf][\x80-\xbf]")
SAMPLE = 64 * 1024


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Codec error handler: the bytes that are no UTF-8 are read as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("docscore.windows-1252", _as_windows_1252)


def find_encoding(sample: bytes) -> str | None:
    """The encoding that the first bytes give away: a BOM, or the zero bytes of UTF-16; else None."""
    for bom, encoding in _BOMS:
        if sample.startswith(bom):
            return encoding
    pairs = len(sample) // 2
    if pairs >= 2 and b"\0" in sample:
        low, high = sample[0 : 2 * pairs : 2].count(0), sample[1 : 2 * pairs : 2].count(0)
        # Danish text in UTF-16 has a zero in nearly every pair, always on the same side.
        if high > 0.6 * pairs and low < 0.1 * pairs:
            return "utf-16-le"
        if low > 0.6 * pairs and high < 0.1 * pairs:
            return "utf-16-be"
    return None


def decode(data: bytes) -> str:
    """Decode UTF-8 (with or without BOM), UTF-16/32 (BOM or evident) or Windows-1252.

    A mostly valid UTF-8 text with a few stray bytes stays UTF-8; only the stray bytes are read as
    Windows-1252.
    """
    encoding = find_encoding(data[:SAMPLE])
    if encoding is not None:
        return data.decode(encoding, "docscore.windows-1252" if encoding == "utf-8-sig" else "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    valid = len(_MULTIBYTE.findall(data))
    stray = len(_MULTIBYTE.sub(b"", data).translate(None, _ASCII))
    return data.decode("utf-8", "docscore.windows-1252") if valid > stray else data.decode("cp1252", "replace")


_ASCII = bytes(range(128))


def looks_binary(data: bytes) -> bool:
    """Whether the bytes are no text: many control characters, or zero bytes that are not UTF-16."""
    if not data or find_encoding(data[:SAMPLE]) is not None:
        return False
    controls = len(data) - len(data.translate(None, _CONTROLS))
    return controls > 0.02 * len(data) or data.count(0) > 0.2 * len(data)


def refuse_binary(data: bytes, name: str) -> None:
    """Refuse bytes that are no text, whatever the file is called.

    Raises:
        FileProblemError: the bytes are no text.
    """
    if looks_binary(data):
        raise FileProblemError(
            name, "filen er ikke tekst, selv om navnet siger det. Gem den som .txt, .docx eller .pdf."
        )


def extract(data: bytes, name: str) -> ExtractedText:
    """Read ``.txt`` and ``.md``.

    Raises:
        FileProblemError: the bytes are no text.
    """
    from docscore.readers.formats import ExtractedText

    refuse_binary(data, name)
    return ExtractedText(decode(data))

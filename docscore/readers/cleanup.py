"""Text clean-up common to all formats. Everything after the readers works on the text made here.

Every offset that docscore gives out points into this text, so nothing later may change it.
"""

from __future__ import annotations

import re
import unicodedata

# A soft hyphen at the end of a line is a hyphenation: the two halves are one word.
_SOFT_BREAK = re.compile("\u00ad[ \t]*\r?\n[ \t]*")
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
# Control characters, zero-width and direction marks. U+200C/D stay: emoji are joined with them.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff\ufffe]"
)
_SUSPECT = re.compile("[^\t\n -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ODD_GLYPHS = re.compile("[\uf020-\uf0ff\ufb00-\ufb04]")

# Symbol fonts (Wingdings, Symbol) put their glyphs in the private use area; only boxes and bullets carry
# meaning in a form. Ligatures come from PDF fonts.
GLYPHS = {
    "\uf06f": "☐",
    "\uf071": "☐",
    "\uf072": "☐",
    "\uf0a8": "☐",
    "\uf078": "☒",
    "\uf0fd": "☒",
    "\uf0fe": "☒",
    "\uf0fc": "✓",
    "\uf0b7": "•",
    "\uf0a7": "•",
    "\uf0d8": "•",
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
}


def clean(text: str) -> str:
    """Normalise an extracted text: the only change it ever undergoes.

    Line breaks become ``\\n``; soft hyphens, NUL and other control characters and zero-width marks go;
    no-break and other odd spaces become a space; lone surrogates become U+FFFD; the result is NFC.
    Tabs stay. The function is idempotent.

    >>> clean("Skåne\\u00adhensyn:\\u00a0ro\\r\\n")
    'Skånehensyn: ro\\n'
    """
    if _SUSPECT.search(text) is not None:
        if "\u00ad" in text:
            text = _SOFT_BREAK.sub("", text)
        text = _LINE_BREAKS.sub("\n", text)
        text = _SPACES.sub(" ", text)
        text = _DROPPED.sub("", text)
        text = _ODD_GLYPHS.sub(lambda match: GLYPHS.get(match[0], match[0]), text)
        text = _SURROGATES.sub("\ufffd", text)
        text = unicodedata.normalize("NFC", text)
    return text


def printable(name: str) -> str:
    """A file name that can be written as UTF-8 (undecodable bytes of the disk become U+FFFD)."""
    return _SURROGATES.sub("\ufffd", name)


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in the text at all."""
    return _WORD.search(text) is not None


_WORD = re.compile(r"[^\W_]")

"""The one place where CPR numbers and control characters are removed from what is written or printed."""

from __future__ import annotations

import re
import unicodedata

_SEPARATOR = r"[-\u2010-\u2015 \u00a0]?"
_CPR = re.compile(rf"(?<!\d)(\d{{6}})({_SEPARATOR})(\d{{4}})(?!\d)")

_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""C0 and C1 controls (escape sequences begin with one), invisible and direction-changing characters, non-characters."""

_SPACE = re.compile(r"\s+")


def mask(text: str) -> str:
    """Text with every CPR number masked, of the same length, so that offsets stay true.

    Since 2007 a CPR number need not pass the modulus 11 check, and its date part may be shifted, so any six
    and four digits count, with or without a hyphen or a space between them.

    >>> mask("Borger (010190-1234) ringer.")
    'Borger (ddmmåå-xxxx) ringer.'
    """
    return _CPR.sub(r"ddmmåå\2xxxx", text)


def mask_name(text: str) -> str:
    """A name or id with CPR numbers masked; ten digits in a row only where they begin with a date.

    Journal numbers of ten digits are common as case ids, and masking them would cut the link to the case.

    >>> mask_name("0101901234"), mask_name("010190-1234"), mask_name("2021004711")
    ('ddmmååxxxx', 'ddmmåå-xxxx', '2021004711')
    """
    return _CPR.sub(_masked_name, text)


def _masked_name(match: re.Match[str]) -> str:
    digits, separator = match[1], match[2]
    # A number given in place of a CPR number has 60 added to the day.
    day, month = int(digits[:2]) % 60, int(digits[2:4])
    if separator or (1 <= day <= 31 and 1 <= month <= 12):
        return f"ddmmåå{separator}xxxx"
    return match[0]


def one_line(text: str) -> str:
    """Text on one line with nothing that a terminal would obey.

    >>> one_line("en\\x1b[31m rød\\n linje")
    'en[31m rød linje'
    """
    return _SPACE.sub(" ", _UNSAFE.sub("", _SPACE.sub(" ", text))).strip()


def shorten(text: str, width: int) -> str:
    """One line of at most ``width`` characters, cut between words where that loses little.

    >>> shorten("Borger ønsker sig tilbage til butikken", 20)
    'Borger ønsker sig …'
    """
    line = one_line(text)
    if len(line) <= width:
        return line
    cut = line[: max(width - 2, 0)]
    at_space = cut.rfind(" ")
    if at_space > width // 2:
        cut = cut[:at_space]
    return cut.rstrip(" ,;:") + " …"


def cell_text(text: str) -> str:
    """A table cell that no spreadsheet takes for a formula: an apostrophe before ``= + - @``.

    >>> cell_text("=1+1"), cell_text("ingen")
    ("'=1+1", 'ingen')
    """
    line = one_line(text)
    first = unicodedata.normalize("NFKC", line[:1])
    return f"'{line}" if first in {"=", "+", "-", "@"} else line

"""The one place where CPR numbers and control characters are removed from what is written or printed."""

from __future__ import annotations

import re
import unicodedata

_DASH = r"[-\u00ad\u2010-\u2015\u2212\ufe63\uff0d]"
_BLANK = r"[ \t\u00a0\u2009\u202f]"
# A hyphen, perhaps with a blank on both sides, perhaps at the end of a line.
_HYPHEN = rf"{_BLANK}{{0,2}}{_DASH}(?:{_BLANK}{{0,2}}\r?\n)?{_BLANK}{{0,4}}"
_TIGHT = rf"{_DASH}(?:{_BLANK}{{0,2}}\r?\n{_BLANK}{{0,4}})?"
_CPR = re.compile(
    # Six digits and a hyphen at once: nothing else is written so.
    rf"(?<!\d)(?P<any>\d{{6}}{_DASH}\d{{4}})(?!\d)"
    r"|(?<!\d)(?P<day>\d\d)(?:"
    rf"(?P<month>\d\d)(?:\d\d(?:{_HYPHEN}|[./]|{_BLANK})?|(?:18|19|20)\d\d{_TIGHT})"
    # The date in parts; after a date with points or strokes a blank does not do ("01.02.21 1030" has a time).
    rf"|(?P<sign>[./]|{_DASH})(?P<month2>\d\d)(?P=sign)(?:\d\d(?:{_HYPHEN}|(?P=sign))|(?:18|19|20)\d\d{_TIGHT})"
    # In parts with blanks, but not the end of a phone number with a postal code after it.
    rf"|(?<!\d\d{_BLANK}\d\d){_BLANK}(?P<month3>\d\d){_BLANK}\d\d(?:{_HYPHEN}|{_BLANK})"
    r")\d{4}(?!\d)"
)
_DIGIT = re.compile(r"\d")

_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""C0 and C1 controls (escape sequences begin with one), invisible and direction-changing characters, non-characters."""

_SPACE = re.compile(r"\s+")


def mask(text: str) -> str:
    """Text with every CPR number masked, of the same length, so that offsets stay true.

    Since 2007 a CPR number need not pass the modulus 11 check, so any six digits with a hyphen and four more
    count. In every other spelling (no hyphen, a date in parts, a year of four digits, broken over a line) it
    must begin with a day and a month: dates, phone numbers, amounts and case numbers stay.

    >>> mask("Borger (010190-1234) ringer."), mask("CPR 01.01.1990-1234"), mask("sag 2021004711")
    ('Borger (ddmmåå-xxxx) ringer.', 'CPR dd.mm.åååå-xxxx', 'sag 2021004711')
    """
    return _CPR.sub(_masked, text)


def mask_name(text: str) -> str:
    """A name or id with CPR numbers masked, by the same rule as :func:`mask`.

    >>> mask_name("0101901234"), mask_name("010190-1234"), mask_name("2021004711")
    ('ddmmååxxxx', 'ddmmåå-xxxx', '2021004711')
    """
    return mask(text)


def _masked(match: re.Match[str]) -> str:
    if match["any"] is None:
        # A number given in place of a CPR number has 60 added to the day.
        day, month = int(match["day"]) % 60, int(match["month"] or match["month2"] or match["month3"])
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return match[0]
    count = len(_DIGIT.findall(match[0]))
    letters = iter("ddmm" + "å" * (count - 8) + "xxxx")
    return _DIGIT.sub(lambda _: next(letters), match[0])


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

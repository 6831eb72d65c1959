"""The one place where personal numbers and control characters are removed from what is written or printed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from docscore.privacy.numbers import Found, Sort, find_cpr, find_in_name, find_numbers

_ACTIVE: ContextVar[bool] = ContextVar("masking", default=True)
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W_]")
_WORDLIKE = re.compile(r"[^\s@()\[\].]|\.(?=[^@]{0,64}@)")

_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)
"""C0 and C1 controls (escape sequences begin with one), invisible and direction-changing characters, non-characters."""

_SPACE = re.compile(r"\s+")


@contextmanager
def masking(active: bool) -> Iterator[None]:
    """Leave numbers as they are inside (``--no-masking``, for those who may see them)."""
    token = _ACTIVE.set(active)
    try:
        yield
    finally:
        _ACTIVE.reset(token)


def mask(text: str) -> str:
    """Text with every CPR, phone and account number and e-mail address masked, of the same length: offsets stay true.

    Names are masked by :class:`docscore.privacy.masking.Masks`, which knows a case. What counts as a number of each
    sort stands in :mod:`docscore.privacy.numbers`; dates, amounts and case numbers stay.

    >>> mask("Borger (010190-1234) ringer."), mask("CPR 01.01.1990-1234"), mask("sag 2021004711")
    ('Borger (ddmmåå-xxxx) ringer.', 'CPR dd.mm.åååå-xxxx', 'sag 2021004711')
    >>> mask("Tlf. 20 30 40 50, mail mh@eksempel.dk")
    'Tlf. xx xx xx xx, mail xx@xxxxxxxx.xx'
    """
    return _masked(text, find_numbers(text)) if _ACTIVE.get() else text


def mask_name(text: str) -> str:
    """A name, id or message, masked as by :func:`mask`; but eight digits in a row are a case number here.

    >>> mask_name("0101901234"), mask_name("010190-1234"), mask_name("2021004711")
    ('ddmmååxxxx', 'ddmmåå-xxxx', '2021004711')
    """
    return _masked(text, find_in_name(text)) if _ACTIVE.get() else text


def mask_cpr(text: str) -> str:
    """Text with CPR numbers alone masked."""
    return _masked(text, list(find_cpr(text)))


def _masked(text: str, found: Sequence[Found]) -> str:
    parts: list[str] = []
    place = 0
    for one in found:
        parts += [text[place : one.start], _hidden(text[one.start : one.end], one.sort)]
        place = one.end
    return "".join([*parts, text[place:]])


def _hidden(written: str, sort: Sort) -> str:
    if sort is Sort.CPR:
        count = len(_DIGIT.findall(written))
        letters = iter("ddmm" + "å" * (count - 8) + "xxxx")
        return _DIGIT.sub(lambda _: next(letters), written)
    return (_WORDLIKE if sort is Sort.MAIL else _LETTER).sub("x", written)


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

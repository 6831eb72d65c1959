"""Numbers and addresses that name a person: CPR, phone, e-mail, account. Found by shape, as loosely as can be borne.

Every pattern begins at a place that a digit or letter cannot precede and has bounded parts, so that the time grows with
the length of the text only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

_ROUNDS = 4


class Sort(StrEnum):
    """What a found number is."""

    CPR = "cpr"
    PHONE = "telefon"
    MAIL = "mail"
    ACCOUNT = "konto"


@dataclass(frozen=True, slots=True)
class Found:
    """A number in a text: ``text[start:end]``."""

    start: int
    end: int
    sort: Sort


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
    rf"|(?<!\D\d\d{_BLANK}\d\d)(?<!^\d\d{_BLANK}\d\d){_BLANK}(?P<month3>\d\d){_BLANK}\d\d(?:{_HYPHEN}|{_BLANK})"
    r")\d{4}(?!\d)"
)

_MAIL = re.compile(
    r"(?:(?<![@\s])@|[ \t]?(?:\(at\)|\[at\]|\(a\)|\bsnabel-?a\b)[ \t]?|(?<=[\w.-])[ \t]@[ \t]?(?=[\w-]{1,63}\.[^\W\d]))"
    r"(?P<host>[\w-]{1,63}(?:\.[\w-]{1,63}){0,8})",
    re.I,
)
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzæøåäöéüABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅÄÖÉÜ0123456789._%+-'&")

_PHONE_PROMPT = re.compile(
    r"\b(?:telefon(?:nr|nummer)?|tlf|tel|mobil(?:nr|nummer|telefon)?|mob|fax|sms|direkte"
    r"|lokal(?:nr)?|ring(?:er)?(?:[ \t]+p[åa])?)"
    r"\b[.: \t]{0,6}(?:nr\b\.?|nummer)?[: \t]{0,3}(?=[+(\d])",
    re.I,
)
_PROMPTED = re.compile(
    # Eight digits and no postal code after them; else whatever is there.
    r"(?:\(?\+?45\)?[ \t]{0,2})?\d(?:[ \t\u00a0\u2009\u202f.-]?\d){7}(?!\d)"
    r"|(?:\(?\+?\d{1,3}\)?[ \t]{0,2})?\d(?:[ \t\u00a0\u2009\u202f./-]{0,2}\d){4,13}(?!\d)"
)
_FOREIGN = re.compile(r"(?<![\w+])(?:\+|00)[1-9]\d{0,2}[ \t\u00a0()-]{0,3}\d(?:[ \t\u00a0/-]{0,2}\d){5,12}(?!\d)")
_PHONE = re.compile(
    r"(?<![\d,])(?<!\d[./-])[2-9]\d"
    # Eight at once, four and four, three and five, four pairs.
    r"(?:\d{6}|\d{2}[ \u00a0-]\d{4}|\d[ \u00a0]\d{5}|(?P<gap>[ \u00a0\u2009\u202f.-])\d\d(?:(?P=gap)\d\d){2})"
    r"(?!\d)(?![./-]\d)(?!,\d)(?![ \u00a0]\d{3}(?!\d))"
)
_NO_PHONE = re.compile(
    r"(?:\b(?:sag(?:en|s?n(?:umme)?r)?|sags?id|journal(?:nr|nummer)?|jnr|j\.[ ]?nr|cvr(?:-?nr)?"
    r"|se-?nr|ean(?:-?nr)?|p-?nr|ydernr|ref|id|"
    r"dok(?:ument)?(?:nr)?|faktura(?:nr)?|nr|stillings?(?:nr|nummer|id)?|jobnet)\b[.:# \t]{0,5}|[-/_])$",
    re.I,
)
# Without a digit and without a sign of an address there is nothing to find.
_ANY = re.compile(r"\d|@|\(a|\[at\]|snabel", re.I)
_GROUP = re.compile(r"(?<!\d)\d{1,3}[ \u00a0]$")
_COUNTED = re.compile(r"(?:\b(?:uge|uger|ugerne|side|sider|pkt|punkt|kl|§)\b\.?|§)[ \u00a0]?$", re.I)
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d|[0-3]\d(?:0[1-9]|1[0-2])(?:19|20)\d\d")
_YEARS = re.compile(r"(?:19|20)\d\d(?:[ \u00a0](?:19|20)\d\d|-\d{4})")
_KRONER = re.compile(r"[ \t\u00a0]{0,2}(?:kr\b|kroner|dkk|,-)", re.I)

_IBAN = re.compile(
    r"(?<![^\W_])[A-Z]{2}\d{2}[ \u00a0]?(?:[A-Z0-9]{4}[ \u00a0]?){2,7}(?:[A-Z0-9]{1,4})?(?![^\W_])", re.I
)
_ACCOUNT_PROMPT = re.compile(
    r"\b(?:reg(?:istrerings?)?(?:\.?[ ]?n(?:umme)?r)?|(?:nem|bank|løn)?konto(?:n(?:umme)?r)?)"
    r"\b[.: \t]{0,4}(?:nr\b\.?)?[: \t/]{0,4}"
    r"(?=\d{4})",
    re.I,
)
_ACCOUNT_DIGITS = re.compile(r"\d{4}(?:[ \t\u00a0/-]{0,3}\d){0,14}(?!\d)(?!\.\d)")
_ACCOUNT = re.compile(
    r"(?<![\d,./-])\d{4}[ \t\u00a0]?[- \u00a0/][ \t\u00a0]?(?!(?:19|20)\d{6}\b)\d{7,10}(?![\d,])(?!\.\d)(?![/-]\d)"
)


def find_cpr(text: str) -> Iterator[Found]:
    """CPR numbers: any six digits with a hyphen and four more, and every other spelling that begins with a date.

    Since 2007 a number need not pass the modulus 11 check: passing it raises no one's suspicion here, failing lowers
    none. A number given in place of a CPR number has 60 added to the day.
    """
    for match in _CPR.finditer(text):
        if match["any"] is None:
            day, month = int(match["day"]) % 60, int(match["month"] or match["month2"] or match["month3"])
            if not (1 <= day <= 31 and 1 <= month <= 12):
                continue
        yield Found(match.start(), match.end(), Sort.CPR)


def _mails(text: str) -> Iterator[Found]:
    if "@" not in text and "(a" not in text.lower() and "[at]" not in text.lower() and "snabel" not in text.lower():
        return
    last = 0
    for match in _MAIL.finditer(text):
        start = match.start()
        while start > last and text[start - 1] in _LOCAL:
            start -= 1
        if start == match.start():
            continue
        end = match.end()
        yield Found(start, end, Sort.MAIL)
        last = end


def _phones(text: str, *, bare: bool = True) -> Iterator[Found]:
    for prompt in _PHONE_PROMPT.finditer(text):
        digits = _PROMPTED.match(text, prompt.end())
        if digits:
            yield Found(digits.start(), digits.end(), Sort.PHONE)
    for match in _FOREIGN.finditer(text):
        yield Found(match.start(), match.end(), Sort.PHONE)
    for match in _PHONE.finditer(text):
        written = match[0]
        if match["gap"] is None and not bare:
            continue
        if _DATE.fullmatch(written) or _YEARS.fullmatch(written) or _KRONER.match(text, match.end()):
            continue
        if _GROUP.search(text[max(0, match.start() - 5) : match.start()]):
            continue
        before = _NO_PHONE if match["gap"] is None else _COUNTED
        if before.search(text[max(0, match.start() - 24) : match.start()]):
            continue
        yield Found(match.start(), match.end(), Sort.PHONE)


def _accounts(text: str) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        if sum(char.isdigit() for char in match[0]) >= 10:
            yield Found(match.start(), match.start() + len(match[0].rstrip()), Sort.ACCOUNT)
    for prompt in _ACCOUNT_PROMPT.finditer(text):
        digits = _ACCOUNT_DIGITS.match(text, prompt.end())
        # "Konto 5581" is an account of the municipality's books.
        if digits and (len(digits[0]) >= 6 or prompt[0].lower().startswith("reg")):
            yield Found(digits.start(), digits.end(), Sort.ACCOUNT)
    for match in _ACCOUNT.finditer(text):
        if not _NO_PHONE.search(text[max(0, match.start() - 24) : match.start()]):
            yield Found(match.start(), match.end(), Sort.ACCOUNT)


def find_numbers(text: str) -> list[Found]:
    """All of them in the order of the text, none overlapping another; where two do, CPR wins, then the longer.

    >>> [str(found.sort) for found in find_numbers("Tlf. 12 34 56 78, mh@eksempel.dk")]
    ['telefon', 'mail']
    """
    return _all(text, lambda part: [*find_cpr(part), *_mails(part), *_accounts(part), *_phones(part)])


def find_in_name(text: str) -> list[Found]:
    """As :func:`find_numbers`, of a file name, id or message, where eight or more digits in a row are a case number.

    >>> find_in_name("2021004711"), find_in_name("12345678.pdf")
    ([], [])
    """
    return _all(text, lambda part: [*find_cpr(part), *_mails(part), *_phones(part, bare=False)])


def _all(text: str, find: Callable[[str], list[Found]]) -> list[Found]:
    """What is found, and what can be told from its neighbours once they are out of the way."""
    kept: list[Found] = []
    if _ANY.search(text) is None:
        return kept
    for _ in range(_ROUNDS):
        found = _apart(find(text), len(text))
        if not found:
            break
        kept += found
        parts: list[str] = []
        place = 0
        for one in found:
            # No pattern reaches over this, so that nothing is found twice.
            parts += [text[place : one.start], "\0" * (one.end - one.start)]
            place = one.end
        text = "".join([*parts, text[place:]])
    return sorted(kept, key=lambda one: one.start)


def _apart(found: list[Found], length: int) -> list[Found]:
    found.sort(key=lambda one: (one.sort is not Sort.CPR, one.start - one.end))
    kept: list[Found] = []
    taken = bytearray(length)
    for one in found:
        if 1 not in taken[one.start : one.end]:
            taken[one.start : one.end] = b"\x01" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)

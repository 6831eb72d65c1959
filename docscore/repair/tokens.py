"""Words, numbers and stops as the repair counts them, for the decoder and for the counts that it weighs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

ACRONYM = 4
"""Letters of the longest initials."""

NUMBER = "0"
STOP = "."
BREAK = ","

TOKEN = re.compile(r"[\w@&|%]+|[.!?,;:()]|\n[ \t]*\n")
"""A word as an OCR model may print it, a mark between words, or an empty line."""

_MARKS = {**dict.fromkeys(".!?", STOP), **dict.fromkeys(",;:()", BREAK)}
_ADDRESS = re.compile(r"@|https?://|www\.")
_HOST = re.compile(r"[\w-]{2,63}(?:\.[\w-]{1,63}){0,5}\.[a-z]{2,12}\b")
_LOCAL = re.compile(r"[\w.+-]")
_BLANK = re.compile(r"\s")


class Token(NamedTuple):
    """A token of a text; ``fixed`` where it is a part of an address, which no repair may touch."""

    start: int
    text: str
    fixed: bool


def split(text: str, start: int, end: int) -> Iterator[Token]:
    """The tokens of ``text[start:end]`` in order."""
    addresses = list(_addresses(text, start, end))
    k = 0
    for match in TOKEN.finditer(text, start, end):
        while k < len(addresses) and addresses[k][1] <= match.start():
            k += 1
        fixed = k < len(addresses) and addresses[k][0] < match.end()
        yield Token(match.start(), match[0], fixed)


def plain(token: str) -> str:
    """The class of a token that is no word, else the word in small letters."""
    if token[0] in _MARKS:
        return _MARKS[token[0]]
    if token[0] == "\n":
        return STOP
    if token[0].isdigit() and not any(c.isalpha() for c in token):
        return NUMBER
    return token if is_acronym(token) else token.lower()


def is_acronym(token: str) -> bool:
    """Whether a word in capitals is so short that it may be initials: "PA" is another word than "pa"."""
    return 2 <= len(token) <= ACRONYM and token.isupper() and not any(c.isdigit() for c in token)


def may_be_word(token: str) -> bool:
    """Whether a token is a word, perhaps with a sign or a single digit for a letter."""
    letters = sum(c.isalpha() for c in token)
    digits = sum(c.isdigit() for c in token)
    return len(token) > 1 and letters > 0 and digits <= 1 and "_" not in token


def _addresses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where e-mail and web addresses stand."""
    done = start
    for match in _ADDRESS.finditer(text, start, end):
        if match.start() < done:
            continue
        if match[0] != "@":
            blank = _BLANK.search(text, match.end(), end)
            done = blank.start() if blank else end
            yield match.start(), done
            continue
        host = _HOST.match(text, match.end(), end)
        if host is None:
            continue
        first = match.start()
        while first > done and _LOCAL.match(text[first - 1]):
            first -= 1
        if first < match.start():
            done = host.end()
            yield first, done

"""One pattern of many phrases that does not try every phrase at every place.

``a|b|c`` asks each alternative in turn wherever the text stands. Phrases that begin alike are asked together here, and
the first letter decides which are asked at all; what matches, and how far, is the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

_ALSO = {"i": "İı", "k": "\u212a", "s": "ſ", "å": "\u212b"}
"""What else :data:`re.IGNORECASE` takes for a letter, beside its capital."""

Parts = tuple[str, ...]
"""A phrase as pieces of a pattern: a piece of one small letter stands for that letter, any other for what it says."""


def literal(phrase: str) -> Parts:
    """A phrase as it is written."""
    return tuple(map(re.escape, phrase))


def any_of(phrases: Iterable[Parts]) -> str:
    """A pattern, for :data:`re.IGNORECASE`, of any of the phrases: the first of them that matches at a place.

    >>> re.findall(any_of(map(literal, ["jobmål", "job", "joller"])), "Jobmål, jobbet, jolle", re.I)
    ['Jobmål', 'job']
    """
    return "|".join(_branches(list(dict.fromkeys(phrases)), _letter))


def _branches(phrases: Sequence[Parts], written: Callable[[str], str] = str) -> list[str]:
    """The branches of a pattern of any of the phrases; ``written`` gives the pattern of a branch's first letter."""
    found: list[str] = []
    alike: dict[str, list[Parts]] = {}
    for phrase in phrases:
        if phrase and _is_letter(phrase[0]):
            # No two small letters match at one place, so phrases of another letter may be asked before or after.
            alike.setdefault(phrase[0], []).append(phrase[1:])
            continue
        found += [written(letter) + _rest(rests) for letter, rests in alike.items()]
        alike = {}
        found.append("".join(phrase))
    return found + [written(letter) + _rest(rests) for letter, rests in alike.items()]


def _rest(phrases: Sequence[Parts]) -> str:
    branches = _branches(phrases)
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def _is_letter(part: str) -> bool:
    return len(part) == 1 and part.isalpha() and part == part.lower()


def _letter(letter: str) -> str:
    # A set of letters is looked up before its branch is entered; a letter whose case is ignored is not.
    return f"(?-i:[{letter}{letter.upper()}{_ALSO.get(letter, '')}])"

"""Danish numerals: "7,5", "4½", "halvanden", "to og en halv", "femten"; and intervals of them.

>>> number_of("halvanden"), number_of("4½"), number_of("to og en halv"), number_of("femten")
(1.5, 4.5, 2.5, 15.0)
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words() -> dict[str, Any]:
    """The parsed ``amounts.toml``."""
    raw: dict[str, Any] = tomllib.loads(files("docscore.values").joinpath("amounts.toml").read_text(encoding="utf-8"))
    return raw


def any_of(phrases: Iterable[str]) -> str:
    """A pattern of any of the phrases, the longest first; a space stands for any white space."""
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s") for phrase in sorted(phrases, key=len, reverse=True))


@cache
def number_pattern() -> str:
    """A pattern of one number below 100, in figures or words, without groups."""
    figures = r"(?<![\d.,/§½])\d{1,2}(?:[,.]\d{1,2}(?!\d)|\s?½|\s1/2(?!\d))?(?![\d½])|(?<!\d)½"
    spelt = rf"(?<!\w)(?:{any_of(words()['numerals'])})(?:\s(?:og\s)?en\shalv)?(?!\w)"
    return rf"(?:{figures}|{spelt})"


def number_of(text: str) -> float:
    """The number that :func:`number_pattern` matched.

    Raises:
        ValueError: it is none.
    """
    said = " ".join(text.lower().split())
    known = words()["numerals"]
    if said in known:
        return float(known[said])
    half = 0.0
    for ending in (" og en halv", " en halv", "½", " 1/2"):
        if said.endswith(ending):
            said, half = said.removesuffix(ending).strip(), 0.5
            break
    if not said:
        return half
    return (float(known[said]) if said in known else float(said.replace(",", "."))) + half


def plain(number: float) -> int | float:
    """A whole number as an int."""
    return int(number) if number == int(number) else number


def shown(number: float) -> str:
    """A number as Danish readers write it.

    >>> shown(7.5), shown(8.0)
    ('7,5', '8')
    """
    return f"{plain(number)}".replace(".", ",")

"""What a printed letter may stand for (``data/channel.toml``)."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

LONGEST = 3
"""Characters of the longest printed form."""


class Form(NamedTuple):
    """A letter (or two) that may be meant, the negative logarithm of how often it is printed so, and whether only at
    the start of a word."""

    letter: str
    cost: float
    start: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """What every printed form may stand for, the likeliest first; ``main`` are the forms that are common."""

    forms: Mapping[str, tuple[Form, ...]]

    def at(self, token: str, at: int) -> list[tuple[int, Form]]:
        """What stands at a position of a printed word: where it ends, and what it may be."""
        found: list[tuple[int, Form]] = []
        for size in range(1, min(LONGEST, len(token) - at) + 1):
            for form in self.forms.get(token[at : at + size], ()):
                if not form.start or at == 0:
                    found.append((at + size, form))
        return found


@cache
def channel() -> Channel:
    """The bundled table."""
    raw = tomllib.loads(files("docscore.repair").joinpath("data", "channel.toml").read_text("utf-8"))
    found: dict[str, dict[str, Form]] = {}

    def add(printed: str, letter: str, share: float, *, start: bool = False) -> None:
        by, cost = found.setdefault(printed, {}), -math.log(share)
        # A sign may stand for a letter of either case: the likelier of the two counts.
        if letter.lower() not in by or cost < by[letter.lower()].cost:
            by[letter.lower()] = Form(letter.lower(), cost, start)

    for table in ("letters", "capitals", "starts"):
        for letter, forms in raw[table].items():
            for printed, share in forms.items():
                add(printed, letter, share, start=table == "starts")
    share = raw["pairs"].pop("share")
    for letter, pieces in raw["pairs"].items():
        for first in pieces:
            for second in pieces:
                add(first + second, letter, share)
    return Channel({printed: tuple(sorted(by.values(), key=lambda form: form.cost)) for printed, by in found.items()})

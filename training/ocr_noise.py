"""Clean Danish as an OCR model without Danish letters prints it, by measured shares (``ocr_noise.toml``)."""

from __future__ import annotations

import random
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_WORD = re.compile(r"[^\W\d_]")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def noised(text: str, seed: int) -> str:
    """The text as it would be printed; the same for the same seed.

    >>> noised("Borger har støttet sig på ægtefællen.", 1)
    'Borger har stgttet sig pa agtefaellen.'
    """
    table, draw = _table(), random.Random(seed)
    rare, others = table["other_letters"], table["others"]
    parts: list[str] = []
    at = 0
    while at < len(text):
        letter = text[at]
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        inside = _WORD.match(before) is not None or _WORD.match(after) is not None
        pair = text[at : at + 2]
        if pair in table["first"] and not _WORD.match(before):
            parts.append(_one(table["first"][pair], draw))
            at += 1
        elif letter in table["alone"] and not inside:
            parts.append(_one(table["alone"][letter], draw))
        elif letter in table["before_comma"] and after == ",":
            parts.append(_one(table["before_comma"][letter], draw))
        elif letter in table["letters"]:
            parts.append(_one(table["letters"][letter], draw))
        elif letter in others and draw.random() < rare:
            parts.append(draw.choice(others[letter]))
        else:
            parts.append(letter)
        at += 1
    return "".join(parts)


def _one(row: dict[str, float], draw: random.Random) -> str:
    return draw.choices(list(row), list(row.values()))[0]

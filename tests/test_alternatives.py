"""A pattern of many phrases matches what trying them one after the other does."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from docscore.language.alternatives import any_of, literal

LETTERS = "abikså. -"
PIECES = st.lists(st.sampled_from([*map(re.escape, LETTERS), r"\w*", r"\w+", r"[^\w]{1,3}"]), min_size=1, max_size=5)


@given(st.lists(PIECES, min_size=1, max_size=8), st.text(LETTERS + LETTERS.upper() + "ſıİ\u212a\u212b", max_size=30))
def test_as_one_after_the_other(phrases: list[list[str]], text: str) -> None:
    for around in ("{}", r"(?<!\w)(?:{})(?!\w)", r"(?:{})\Z"):
        plain = re.compile(around.format("|".join(map("".join, phrases))), re.I)
        quick = re.compile(around.format(any_of(map(tuple, phrases))), re.I)
        assert [m.span() for m in quick.finditer(text)] == [m.span() for m in plain.finditer(text)]


def test_a_letter_is_looked_up_as_the_engine_takes_it() -> None:
    """Whatever a letter matches without regard to case, its set holds."""
    signs = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    for letter in "abcdefghijklmnopqrstuvwxyzæøåäöüé":
        pattern = re.compile(any_of([literal(letter)]), re.I)
        plain = re.compile(letter, re.I)
        text = "".join(signs)
        assert pattern.findall(text) == plain.findall(text)

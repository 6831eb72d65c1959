"""Words as numbers: their codes, the letters that they are spelt with, and the columns that these go to."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from docscore.language import tokens

DIMENSIONS = 1 << 18
"""Columns of the feature table (a power of two)."""

_MASK = DIMENSIONS - 1
_WORD, _PAIR, _BEFORE = 0x1F3D5B79, 0x2A4C6E8F, 0x5B1D3F71
_LETTER_SIZES = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class Word:
    """What is computed once of each distinct word: its code, and the columns of its letter n-grams."""

    code: int
    letters: NDArray[np.int64]


def _code(name: str) -> int:
    return crc32(name.encode())


_KNOWN: dict[str, Word] = {}
"""What was computed of each distinct word; a long run meets few new ones."""

MOST_WORDS = 100_000
"""Distinct words that are remembered at most."""

_LONGEST = 40
_SIZES = np.array(_LETTER_SIZES)
_SHIFT = np.uint64(29)
_FACTORS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1], dtype=np.uint64)


def known_words(words: list[str]) -> list[Word]:
    """Code and letter n-grams of every word, in order."""
    if len(_KNOWN) > MOST_WORDS:  # a hostile text must not fill the memory
        _KNOWN.clear()
    new = {word for word in words if word not in _KNOWN}
    if new:
        _learn(sorted(new))
    return [_KNOWN[word] for word in words]


def word_columns(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Columns of words, by their codes."""
    return (codes ^ _WORD) & _MASK


def before_columns(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Columns of words of the sentence before, by their codes."""
    return (codes ^ _BEFORE) & _MASK


def pair_columns(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Columns of two words in a row, by their codes."""
    return ((first * 31 + second * 17) ^ _PAIR) & _MASK


def spell(shapes: list[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.intp]]:
    """Codes and letter n-grams of words by their shapes, all at once: new words are what a first reading costs most.

    Returns:
        The code of every word; the columns of all n-grams, word by word; and how many are each word's.
    """
    padded = [f"^{shape[:_LONGEST]}$" for shape in shapes]
    letters = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    lengths = np.array([len(word) for word in padded], dtype=np.intp)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(letters))
    owner = np.repeat(np.arange(len(shapes)), lengths)
    # One row a size; the rows of shorter n-grams are ready before the last letters are mixed in.
    mixed = np.repeat(np.array(_LETTER_SIZES, dtype=np.uint64)[:, None], len(letters), axis=1)
    letters = np.concatenate([letters, np.zeros(max(_LETTER_SIZES), dtype=np.uint64)])
    for k in range(max(_LETTER_SIZES)):
        part = mixed[sum(size <= k for size in _LETTER_SIZES) :]
        part ^= letters[k : k + part.shape[1]] * _FACTORS[k]
        part *= _FACTORS[(k + 1) % 5]
        part ^= part >> _SHIFT
    whole = (left[:, None] >= _SIZES) & (lengths[owner] > 5)[:, None]  # a word of three letters is told by itself
    column = (mixed.T[whole] & np.uint64(_MASK)).astype(np.int64)
    of = np.repeat(owner, whole.sum(axis=1))
    codes = np.array([_code(shape) for shape in shapes], dtype=np.int64)
    return codes, column, np.bincount(of, minlength=len(shapes))


def _learn(new: list[str]) -> None:
    """Remember the codes and n-grams of new words."""
    codes, columns, sizes = spell([tokens.shape(word) for word in new])
    for word, code, letters in zip(new, codes, np.split(columns, np.cumsum(sizes)[:-1]), strict=True):
        _KNOWN[word] = Word(int(code), letters.copy())


def column_of(name: str) -> int:
    """The column of a feature by its name."""
    return _code(name) & _MASK

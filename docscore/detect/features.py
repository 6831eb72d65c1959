"""Sentences as numbers: what the linear classifier sees of each sentence.

Words and letter n-grams carry the wording; word classes, their order and the qualifiers that cover them carry the
meaning over to writers who word it otherwise; prompt, section and neighbours carry the place. Everything is
hashed into one table of :data:`DIMENSIONS` columns, so that a model is one array and unseen words need no
vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from docscore.language import tokens
from docscore.language.layout import BlockKind
from docscore.language.reading import Reading, Sentence
from docscore.language.vocabulary import vocabulary

DIMENSIONS = 1 << 18
"""Columns of the feature table (a power of two)."""

_MASK = DIMENSIONS - 1
_WORD, _PAIR, _LETTERS, _BEFORE = 0x1F3D5B79, 0x2A4C6E8F, 0x35795BDF, 0x5B1D3F71
_LETTER_SIZES = (3, 4, 5)
_WINDOW = 8
"""Words between two classes that are still read together."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each family of features counts; the values were chosen by leave-one-writer-out."""

    word: float = 1.0
    pair: float = 1.0
    letters: float = 0.5
    before: float = 0.3
    classes: float = 0.25
    class_pairs: float = 0.12
    together: float = 0.0
    qualified: float = 0.35
    speaker: float = 0.4
    prompt: float = 0.5
    prompt_class: float = 0.25
    neighbours: float = 0.15
    kind: float = 0.3


@dataclass(frozen=True, slots=True)
class Features:
    """Feature values of ``rows`` sentences as triplets (row, column, value); duplicates add up."""

    rows: int
    row: NDArray[np.intp]
    column: NDArray[np.int64]
    value: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Word:
    code: int
    letters: NDArray[np.int64]


def _code(name: str) -> int:
    return crc32(name.encode())


@lru_cache(maxsize=100_000)
def _word(word: str) -> _Word:
    word = tokens.shape(word)
    codes: list[int] = []
    if len(word) > 3:
        padded = f"^{word[:40]}$"
        codes = [
            (_code(padded[k : k + n]) ^ _LETTERS) & _MASK for n in _LETTER_SIZES for k in range(len(padded) - n + 1)
        ]
    return _Word(_code(word), np.array(codes, dtype=np.int64))


@lru_cache(maxsize=20_000)
def _column(name: str) -> int:
    return _code(name) & _MASK


@lru_cache(maxsize=4096)
def _prompt(prompt: str, section: str, weights: Weights) -> tuple[tuple[tuple[int, float], ...], tuple[str, ...]]:
    """Features of a field's prompt and section, and the word classes of the prompt."""
    words = [tokens.shape(word) for word in tokens.words(prompt)]
    share = weights.prompt / max(1.0, len(words)) ** 0.5
    found = [(_column("P=" + word), share) for word in words]
    classes = tuple(sorted({hit.name for hit in vocabulary().find(tokens.words(prompt))[0]}))
    found += [(_column("PC=" + name), weights.prompt) for name in classes]
    above = {hit.name for hit in vocabulary().find(tokens.words(section))[0]}
    found += [(_column("SC=" + name), weights.prompt * 0.6) for name in sorted(above)]
    return tuple(found), classes


_FORM = frozenset({BlockKind.VALUE, BlockKind.TICKED})


def _named(sentence: Sentence, kind: str, weights: Weights) -> list[tuple[int, float]]:
    """The features of one sentence that come from its classes, qualifiers and place."""
    hits = sentence.hits
    qualified = sentence.qualified
    names = {hit.name for hit in hits}
    found: list[tuple[int, float]] = [(_column("C=" + name), weights.classes) for name in names]
    pairs: set[str] = set()
    for i, first in enumerate(hits):
        limit = first.position + _WINDOW
        for second in hits[i + 1 :]:
            if second.position > limit:
                break
            if second.position > first.position:
                pairs.add(first.name + ">" + second.name)
    found += [(_column(pair), weights.class_pairs) for pair in pairs]
    if weights.together:
        ordered = sorted(names)
        found += [(_column(f"{a}+{b}"), weights.together) for i, a in enumerate(ordered) for b in ordered[i + 1 :]]
    for scope in qualified.scopes:
        found.append((_column("Q=" + scope.qualifier), weights.qualified))
        found += [
            (_column(f"{scope.qualifier}:{hit.name}"), weights.qualified)
            for hit in hits
            if scope.start <= hit.position < scope.end
        ]
    speaker = f"S={qualified.speaker}{'!' if qualified.attributed else '?'}"
    found.append((_column(speaker), weights.speaker))
    found += [(_column(f"{qualified.speaker}:{name}"), weights.speaker * 0.6) for name in names]
    prompt, prompt_classes = _prompt(sentence.prompt, sentence.section, weights)
    found += prompt
    found += [(_column(f"PC={a}&{name}"), weights.prompt_class) for a in prompt_classes for name in names]
    size = min(6, len(sentence.words).bit_length())
    found.append((_column(f"K={kind}"), weights.kind))
    found.append((_column(f"B={sentence.kind}"), weights.kind))
    found.append((_column(f"L={size}{sentence.kind in _FORM}"), weights.kind))
    return found


def featurise(reading: Reading, weights: Weights) -> Features:
    """The features of every sentence of a reading, in order."""
    sentences = reading.sentences
    count = len(sentences)
    lengths = np.array([len(s.words) for s in sentences], dtype=np.intp)
    flat = [_word(word) for s in sentences for word in s.words]
    codes = np.array([w.code for w in flat], dtype=np.int64)
    owner = np.repeat(np.arange(count, dtype=np.intp), lengths)
    share = (1.0 / np.sqrt(np.maximum(lengths, 1))).astype(np.float32)
    rows: list[NDArray[np.intp]] = [owner]
    columns: list[NDArray[np.int64]] = [(codes ^ _WORD) & _MASK]
    values: list[NDArray[np.float32]] = [share[owner] * np.float32(weights.word)]
    if len(flat) > 1:
        inside = owner[1:] == owner[:-1]
        columns.append(((codes[:-1] * 31 + codes[1:] * 17) ^ _PAIR)[inside] & _MASK)
        rows.append(owner[1:][inside])
        values.append(share[owner[1:][inside]] * np.float32(weights.pair))
    if flat:
        sizes = np.array([len(w.letters) for w in flat], dtype=np.intp)
        columns.append(np.concatenate([w.letters for w in flat]))
        rows.append(np.repeat(owner, sizes))
        values.append(np.repeat(share[owner], sizes) * np.float32(weights.letters))
        later = owner < count - 1
        columns.append((codes ^ _BEFORE)[later] & _MASK)
        rows.append(owner[later] + 1)
        values.append(share[owner[later]] * np.float32(weights.before))
    kind = str(reading.kind) if reading.kind else ""
    named_rows: list[int] = []
    named: list[tuple[int, float]] = []
    classes = [{hit.name for hit in s.hits} for s in sentences]
    for i, sentence in enumerate(sentences):
        own = _named(sentence, kind, weights)
        if i:
            own += [(_column("<" + name), weights.neighbours) for name in classes[i - 1]]
        if i + 1 < count:
            own += [(_column(">" + name), weights.neighbours) for name in classes[i + 1]]
        named += own
        named_rows += [i] * len(own)
    if named:
        pairs = np.array(named, dtype=np.float64)
        rows.append(np.array(named_rows, dtype=np.intp))
        columns.append(pairs[:, 0].astype(np.int64))
        values.append(pairs[:, 1].astype(np.float32))
    return Features(count, np.concatenate(rows), np.concatenate(columns), np.concatenate(values).astype(np.float32))


def scores(features: Features, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logits of every sentence: ``features`` times a table of shape (DIMENSIONS, heads), plus ``bias``.

    Returns:
        Shape (sentences, heads).
    """
    heads = weights.shape[1]
    out = np.empty((features.rows, heads), dtype=np.float32)
    gathered = weights[features.column] * features.value[:, None]
    for head in range(heads):
        out[:, head] = np.bincount(features.row, weights=gathered[:, head], minlength=features.rows)
    return out + bias

"""Sentences as numbers: what the linear classifier sees of each sentence.

Words and letter n-grams carry the wording; word classes, their order and the qualifiers that cover them carry the
meaning over to writers who word it otherwise; prompt, section and neighbours carry the place. Everything is
hashed into one table of :data:`DIMENSIONS` columns, so that a model is one array and unseen words need no
vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from docscore.detect import spelling
from docscore.detect.spelling import Word, before_columns, column_of, known_words, pair_columns, word_columns
from docscore.language import tokens
from docscore.language.layout import BlockKind
from docscore.language.qualifiers import Qualifier, Speaker
from docscore.language.reading import Reading, Sentence
from docscore.language.vocabulary import named, vocabulary

DIMENSIONS = spelling.DIMENSIONS
"""Columns of the feature table."""

_WINDOW = 8
"""Words between two classes that are still read together."""

_FAR = 1 << 32
"""More than any sentence has words."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each family of features counts; the values were chosen by leave-one-writer-out."""

    word: float = 1.0
    pair: float = 1.0
    letters: float = 0.6
    before: float = 0.1
    classes: float = 0.2
    class_pairs: float = 0.1
    qualified: float = 0.2
    covered: float = 1.2
    speaker: float = 0.3
    prompt: float = 0.25
    prompt_class: float = 0.12
    neighbours: float = 0.03
    kind: float = 0.3


@dataclass(frozen=True, slots=True)
class Features:
    """Feature values of ``rows`` sentences as triplets (row, column, value); duplicates add up."""

    rows: int
    row: NDArray[np.intp]
    column: NDArray[np.int64]
    value: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of every feature that is made of classes, qualifiers and speakers, by their numbers."""

    number: dict[str, int]
    single: NDArray[np.int64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    pair: NDArray[np.int64]
    prompted: NDArray[np.int64]
    qualified: dict[Qualifier, NDArray[np.int64]]
    spoken: dict[Speaker, NDArray[np.int64]]
    speaker: dict[tuple[Speaker, bool], int]
    qualifier: dict[Qualifier, int]
    covered: dict[Qualifier, int]


@cache
def columns() -> Columns:
    """The columns of every such feature, worked out once."""
    names = vocabulary().classes

    def each(prefix: str) -> NDArray[np.int64]:
        return np.array([column_of(prefix + name) for name in names], dtype=np.int64)

    return Columns(
        number={name: i for i, name in enumerate(names)},
        single=each("C="),
        before=each("<"),
        after=each(">"),
        pair=np.array([[column_of(f"{a}>{b}") for b in names] for a in names], dtype=np.int64),
        prompted=np.array([[column_of(f"PC={a}&{b}") for b in names] for a in names], dtype=np.int64),
        qualified={q: each(f"{q}:") for q in Qualifier},
        spoken={s: each(f"{s}:") for s in Speaker},
        speaker={(s, told): column_of(f"S={s}{'!' if told else '?'}") for s in Speaker for told in (True, False)},
        qualifier={q: column_of(f"Q={q}") for q in Qualifier},
        covered={q: column_of(f"M={q}") for q in Qualifier},
    )


Told = tuple[tuple[int, ...], tuple[float, ...]]
"""Columns and values of features."""


@lru_cache(maxsize=4096)
def prompt_features(prompt: str, weights: Weights) -> tuple[Told, tuple[int, ...]]:
    """Features of a field's prompt, and the numbers of its word classes."""
    plain, hits = named(prompt)
    words = [tokens.shape(word) for word in plain]
    classes = sorted({hit.name for hit in hits})
    columns_ = [column_of("P=" + word) for word in words] + [column_of("PC=" + name) for name in classes]
    share = weights.prompt / max(1.0, len(words)) ** 0.5
    values = [share] * len(words) + [weights.prompt] * len(classes)
    return (tuple(columns_), tuple(values)), tuple(columns().number[name] for name in classes)


@lru_cache(maxsize=4096)
def section_features(section: str, weights: Weights) -> Told:
    """Features of the heading above: its word classes."""
    above = sorted({hit.name for hit in named(section)[1]})
    return tuple(column_of("SC=" + name) for name in above), (weights.prompt * 0.6,) * len(above)


_FORM = frozenset({BlockKind.VALUE, BlockKind.TICKED})


def size_of(sentence: Sentence) -> int:
    """The size of a sentence in steps of doubling, at most 6."""
    return min(6, len(sentence.words).bit_length())


@lru_cache(maxsize=4096)
def setting_features(setting: tuple[str, BlockKind, int, Speaker, bool], weights: Weights) -> Told:
    """Features of a sentence's speaker, and of its document's kind, its block's kind and its size."""
    kind, block, size, speaker, told = setting
    names = (f"K={kind}", f"B={block}", f"L={size}{block in _FORM}")
    found = (columns().speaker[speaker, told], *(column_of(name) for name in names))
    return found, (weights.speaker, weights.kind, weights.kind, weights.kind)


def place_features(kind: str, sentence: Sentence, weights: Weights) -> tuple[Told, Told, Told]:
    """Speaker, kinds and size of a sentence; its prompt; its section."""
    told = sentence.qualified
    return (
        setting_features((kind, sentence.kind, size_of(sentence), told.speaker, told.attributed), weights),
        prompt_features(sentence.prompt, weights)[0],
        section_features(sentence.section, weights),
    )


def prompt_classes(sentence: Sentence, weights: Weights) -> tuple[int, ...]:
    """Numbers of the word classes in a sentence's prompt."""
    return prompt_features(sentence.prompt, weights)[1]


def scope_columns(sentence: Sentence) -> list[int]:
    """Columns of a sentence's qualifiers and of the classes in their scopes."""
    known = columns()
    found: list[int] = []
    for qualifier, _, start, end in sentence.qualified.scopes:
        found.append(known.qualifier[qualifier])
        table = known.qualified[qualifier]
        found += [int(table[known.number[name]]) for position, _, name in sentence.hits if start <= position < end]
    return found


def covered_columns(sentence: Sentence) -> list[int]:
    """Columns of the qualifiers whose scopes hold nearly all of a sentence's words."""
    scopes = sentence.qualified.scopes
    if not scopes:
        return []
    held: dict[Qualifier, set[int]] = {}
    for qualifier, _, start, end in scopes:
        held.setdefault(qualifier, set()).update(range(start, end))
    spoken = [i for i, word in enumerate(sentence.words) if word[0].isalnum()]
    return [
        columns().covered[qualifier]
        for qualifier, places in held.items()
        if len(places.intersection(spoken)) >= _NEARLY_ALL * len(spoken)
    ]


_NEARLY_ALL = 0.75


class _Triplets:
    """Feature values in the making."""

    def __init__(self) -> None:
        self.rows: list[NDArray[np.intp]] = []
        self.columns: list[NDArray[np.int64]] = []
        self.values: list[NDArray[np.float32]] = []

    def add(self, rows: NDArray[np.intp], columns: NDArray[np.int64], value: float | NDArray[np.float32]) -> None:
        """Add features of one family, of equal value or each with its own."""
        self.rows.append(rows)
        self.columns.append(columns)
        full = np.full(len(rows), value, dtype=np.float32) if isinstance(value, float) else value
        self.values.append(full)


def featurise(reading: Reading, weights: Weights, chosen: Sequence[int] | None = None) -> Features:
    """The features of the sentences of a reading.

    Args:
        reading: the document.
        weights: how much each family counts.
        chosen: positions of the sentences that are wanted, ascending; all of them by default.

    Returns:
        One row a wanted sentence, in order.
    """
    found = _Triplets()
    wanted = range(len(reading.sentences)) if chosen is None else chosen
    _add_wording(found, reading.sentences, wanted, weights)
    _add_places(found, reading, wanted, weights)
    _add_classes(found, reading.sentences, wanted, weights)
    return Features(
        len(wanted), np.concatenate(found.rows), np.concatenate(found.columns), np.concatenate(found.values)
    )


def _flat(sentences: Sequence[Sentence]) -> tuple[list[Word], NDArray[np.intp], NDArray[np.float32]]:
    """All words of some sentences, which sentence each is of, and its share in it."""
    lengths = np.array([len(s.words) for s in sentences], dtype=np.intp)
    owner = np.repeat(np.arange(len(sentences), dtype=np.intp), lengths)
    each = (1.0 / np.sqrt(np.maximum(lengths, 1))).astype(np.float32)
    return known_words([word for s in sentences for word in s.words]), owner, each[owner]


def _codes(words: list[Word]) -> NDArray[np.int64]:
    return np.array([word.code for word in words], dtype=np.int64)


def _add_wording(found: _Triplets, sentences: list[Sentence], wanted: Sequence[int], weights: Weights) -> None:
    """Words, pairs of words, letters, and the words of the sentence before; each shared out over the sentence."""
    flat, owner, share = _flat([sentences[i] for i in wanted])
    codes = _codes(flat)
    found.add(owner, word_columns(codes), share * np.float32(weights.word))
    if flat:
        inside = owner[1:] == owner[:-1]
        pairs = pair_columns(codes[:-1][inside], codes[1:][inside])
        found.add(owner[1:][inside], pairs, share[1:][inside] * np.float32(weights.pair))
        sizes = np.array([len(w.letters) for w in flat], dtype=np.intp)
        found.add(
            np.repeat(owner, sizes),
            np.concatenate([w.letters for w in flat]),
            np.repeat(share * np.float32(weights.letters), sizes),
        )
    rows = np.array([row for row, i in enumerate(wanted) if i > 0], dtype=np.intp)
    flat, owner, share = _flat([sentences[i - 1] for i in wanted if i > 0])
    found.add(rows[owner], before_columns(_codes(flat)), share * np.float32(weights.before))


def _add_places(found: _Triplets, reading: Reading, wanted: Sequence[int], weights: Weights) -> None:
    """Speaker, qualifiers, prompt and section, kinds and size of each sentence."""
    kind = str(reading.kind) if reading.kind else ""
    triplets: list[tuple[int, int, float]] = []
    for row, i in enumerate(wanted):
        s = reading.sentences[i]
        for numbers, values in place_features(kind, s, weights):
            triplets += [(row, column, value) for column, value in zip(numbers, values, strict=True)]
        triplets += [(row, column, weights.qualified) for column in scope_columns(s)]
        triplets += [(row, column, weights.covered) for column in covered_columns(s)]
    if triplets:
        rows, listed, sizes = zip(*triplets, strict=True)
        found.add(np.array(rows, dtype=np.intp), np.array(listed, dtype=np.int64), np.array(sizes, dtype=np.float32))


def _present(
    sentences: Sequence[Sentence], number: dict[str, int]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
    """The class of every hit with its sentence and position."""
    owner = np.array([i for i, s in enumerate(sentences) for _ in s.hits], dtype=np.intp)
    position = np.array([hit[0] for s in sentences for hit in s.hits], dtype=np.intp)
    return owner, position, np.array([number[hit[2]] for s in sentences for hit in s.hits], dtype=np.int64)


def _add_classes(found: _Triplets, sentences: list[Sentence], wanted: Sequence[int], weights: Weights) -> None:
    """Word classes: each once a sentence, by speaker, under the prompt's classes, in order, and next door."""
    known = columns()
    size = len(known.single)
    last = len(sentences) - 1
    for step, table in ((-1, known.before), (1, known.after)):
        rows = np.array([row for row, i in enumerate(wanted) if 0 <= i + step <= last], dtype=np.intp)
        owner, _, classes = _present([sentences[i + step] for i in wanted if 0 <= i + step <= last], known.number)
        present = np.unique(owner * size + classes)
        found.add(rows[present // size], table[present % size], weights.neighbours)
    mine = [sentences[i] for i in wanted]
    owner, position, classes = _present(mine, known.number)
    if not len(owner):
        return
    present = np.unique(owner * size + classes)
    row, name = present // size, present % size
    found.add(row, known.single[name], weights.classes)
    spoken = np.array([known.spoken[s.qualified.speaker] for s in mine], dtype=np.int64)
    found.add(row, spoken[row, name], weights.speaker * 0.6)
    prompts = [prompt_classes(s, weights) for s in mine]
    most = max(map(len, prompts))
    for k in range(most):
        asked = np.array([p[k] if k < len(p) else -1 for p in prompts], dtype=np.intp)[row]
        under = asked >= 0
        found.add(row[under], known.prompted[asked[under], name[under]], weights.prompt_class)
    pairs = class_pairs(owner, position, classes, size)
    row, first, second = pairs // (size * size), pairs // size % size, pairs % size
    found.add(row, known.pair[first, second], weights.class_pairs)


def class_pairs(
    owner: NDArray[np.intp], position: NDArray[np.intp], classes: NDArray[np.int64], size: int
) -> NDArray[np.int64]:
    """Two classes in order, at most :data:`_WINDOW` words apart in one sentence; each once a sentence.

    Args:
        owner: the sentence of each hit, ascending.
        position: the word of each hit, ascending within a sentence.
        classes: the class of each hit.
        size: the number of classes.

    Returns:
        Sorted numbers ``(sentence * size + first) * size + second``.
    """
    at = owner * _FAR + position
    first = np.searchsorted(at, at, side="right")
    first, second = spread(np.arange(len(at)), first, np.searchsorted(at, at + _WINDOW, side="right"))
    found = np.sort((owner[first] * size + classes[first]) * size + classes[second])
    return found[np.diff(found, prepend=-1) > 0]


def spread(
    item: NDArray[np.intp], begin: NDArray[np.intp], end: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Every ``item`` with each number from its ``begin`` up to its ``end``: two arrays of equal length, in order."""
    counts = end - begin
    of = np.repeat(np.arange(len(item)), counts)
    return item[of], np.arange(len(of)) + (begin - np.cumsum(counts) + counts)[of]


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

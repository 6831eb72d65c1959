"""Sentence logits, fast: the same sums as ``scores(featurise(reading))``, taken from tables made once.

A linear model adds up; so what a word, a class, a pair of classes or a prompt contributes to each head is looked up
instead of its features being listed one by one. A test holds the two equal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from docscore.detect import features
from docscore.detect.features import Weights
from docscore.language.layout import BlockKind
from docscore.language.qualifiers import Speaker
from docscore.language.reading import Reading, Sentence

Table = NDArray[np.float32]

_SPEAKERS = {speaker: number for number, speaker in enumerate(Speaker)}


class Scorer:
    """Scores readings with one model.

    Args:
        weights: shape (DIMENSIONS, heads).
        bias: shape (heads,).
        families: how much each family of features counts.
    """

    def __init__(self, weights: Table, bias: Table, families: Weights) -> None:
        self._weights = weights
        self._bias = bias
        self._families = families
        self._number: dict[str, int] = {}
        self._codes = np.empty(0, dtype=np.int64)
        self._own = np.empty((0, weights.shape[1]), dtype=np.float32)
        self._ahead = self._own
        self._places: dict[tuple[str, str, str, BlockKind, int, Speaker, bool], Table] = {}
        known = features.columns()
        self._classes = known.number
        told = np.stack([known.spoken[speaker] for speaker in _SPEAKERS])
        self._said = families.classes * weights[known.single] + families.speaker * 0.6 * weights[told]
        self._after = families.neighbours * weights[known.after]
        self._before = families.neighbours * weights[known.before]
        self._pair = families.class_pairs * weights[known.pair]
        self._asked = families.prompt_class * weights[known.prompted]

    def logits(self, reading: Reading) -> Table:
        """Shape (sentences, heads)."""
        sentences = reading.sentences
        if not sentences:
            return np.empty((0, len(self._bias)), dtype=np.float32)
        kind = str(reading.kind) if reading.kind else ""
        placed = np.array([self._place(kind, s) for s in sentences], dtype=np.float32)
        rows: list[NDArray[np.intp]] = []
        parts: list[Table] = []
        self._add_wording(sentences, rows, parts)
        self._add_classes(sentences, rows, parts)
        self._add_scopes(sentences, rows, parts)
        row = np.concatenate(rows)
        part = np.concatenate(parts)
        out = np.empty_like(placed)
        for head in range(len(self._bias)):
            out[:, head] = np.bincount(row, weights=part[:, head], minlength=len(sentences))
        return out + placed + self._bias

    def _add_wording(self, sentences: list[Sentence], rows: list[NDArray[np.intp]], parts: list[Table]) -> None:
        """Words with their letters, pairs of words, and the words of the sentence before."""
        if len(self._number) > features.MOST_WORDS:  # a hostile text must not fill the memory
            self._number.clear()
        number = self._number
        try:
            flat = [number[word] for s in sentences for word in s.words]
        except KeyError:
            self._learn({word for s in sentences for word in s.words if word not in number})
            flat = [number[word] for s in sentences for word in s.words]
        at = np.array(flat, dtype=np.intp)
        lengths = np.array([len(s.words) for s in sentences], dtype=np.intp)
        owner = np.repeat(np.arange(len(sentences), dtype=np.intp), lengths)
        share = (1.0 / np.sqrt(np.maximum(lengths, 1))).astype(np.float32)[owner][:, None]
        rows.append(owner)
        parts.append(self._own[at] * share)
        if len(at) > 1:
            codes = self._codes[at]
            inside = np.flatnonzero(owner[1:] == owner[:-1])
            columns = features.pair_columns(codes[inside], codes[inside + 1])
            rows.append(owner[inside])
            parts.append(self._weights[columns] * (self._families.pair * share[inside]))
        later = slice(0, len(owner) - int(lengths[-1]))
        rows.append(owner[later] + 1)
        parts.append(self._ahead[at[later]] * share[later])

    def _learn(self, new: set[str]) -> None:
        """Work out what new words contribute."""
        order = sorted(new)
        known = features.known_words(order)
        codes = np.array([word.code for word in known], dtype=np.int64)
        sizes = np.array([len(word.letters) for word in known], dtype=np.intp)
        owner = np.repeat(np.arange(len(order)), sizes)
        letters = self._weights[np.concatenate([word.letters for word in known])]
        own = self._families.word * self._weights[features.word_columns(codes)]
        for head in range(own.shape[1]):
            own[:, head] += self._families.letters * np.bincount(owner, weights=letters[:, head], minlength=len(order))
        ahead = self._families.before * self._weights[features.before_columns(codes)]
        base = len(self._number)
        self._codes = np.concatenate([self._codes[:base], codes])
        self._own = np.concatenate([self._own[:base], own.astype(np.float32)])
        self._ahead = np.concatenate([self._ahead[:base], ahead.astype(np.float32)])
        self._number.update((word, base + i) for i, word in enumerate(order))

    def _place(self, kind: str, s: Sentence) -> Table:
        """What a sentence's prompt, section, kind, size and speaker contribute."""
        told = s.qualified
        key = (kind, s.prompt, s.section, s.kind, features.size_of(s), told.speaker, told.attributed)
        known = self._places.get(key)
        if known is None:
            if len(self._places) > 20_000:
                self._places.clear()
            columns, values = zip(*features.place_features(kind, s, self._families), strict=True)
            known = np.array(values, dtype=np.float32) @ self._weights[np.array(columns)]
            self._places[key] = known
        return known

    def _add_classes(self, sentences: list[Sentence], rows: list[NDArray[np.intp]], parts: list[Table]) -> None:
        """Word classes by speaker, next door, under the prompt's classes, and in order."""
        number = self._classes
        counts = [len(s.hits) for s in sentences]
        if not any(counts):
            return
        size = len(number)
        owner = np.repeat(np.arange(len(sentences), dtype=np.intp), counts)
        hits = np.array([(hit[0], number[hit[2]]) for s in sentences for hit in s.hits], dtype=np.intp)
        position, classes = hits[:, 0], hits[:, 1]
        present = np.unique(owner * size + classes)
        row, name = present // size, present % size
        speaker = np.array([_SPEAKERS[s.qualified.speaker] for s in sentences], dtype=np.intp)
        rows.append(row)
        parts.append(self._said[speaker[row], name])
        behind = row > 0
        rows.append(row[behind] - 1)
        parts.append(self._after[name[behind]])
        ahead = row < len(sentences) - 1
        rows.append(row[ahead] + 1)
        parts.append(self._before[name[ahead]])
        prompts = [features.prompt_classes(s, self._families) for s in sentences]
        for k in range(max(map(len, prompts))):
            asked = np.array([p[k] if k < len(p) else -1 for p in prompts], dtype=np.intp)[row]
            under = asked >= 0
            rows.append(row[under])
            parts.append(self._asked[asked[under], name[under]])
        pairs = features.class_pairs(owner, position, classes, size)
        if len(pairs):
            rows.append(pairs // (size * size))
            parts.append(self._pair[pairs // size % size, pairs % size])

    def _add_scopes(self, sentences: list[Sentence], rows: list[NDArray[np.intp]], parts: list[Table]) -> None:
        """Qualifiers, and the classes that stand in their scopes."""
        found: list[tuple[int, int]] = []
        for i, s in enumerate(sentences):
            if s.qualified.scopes:
                found += [(i, column) for column in features.scope_columns(s)]
        if found:
            pairs = np.array(found, dtype=np.intp)
            rows.append(pairs[:, 0])
            parts.append(self._families.qualified * self._weights[pairs[:, 1]])

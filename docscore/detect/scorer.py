"""Sentence logits, fast: the same sums as ``scores(featurise(reading))`` and the network's over the same features.

Both the linear heads and the network's hidden units are sums over features, so a sentence is turned into numbers
once and both are added up from tables. What a word with its letters contributes is worked out once a distinct word;
one table serves the documents of every kind. Tests hold all of it equal to the features listed one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docscore.detect import features, spelling
from docscore.detect.features import DIMENSIONS, Weights
from docscore.detect.network import Network, read_again
from docscore.language import tokens
from docscore.language.memory import Memory
from docscore.language.qualifiers import Speaker
from docscore.language.reading import Reading, Sentence

Table = NDArray[np.float32]

MOST_WORDS = 50_000
"""Distinct words that are remembered at most."""

_CHUNK = 8192
"""Features that are added up at once: it bounds the memory that one long document takes."""

_SPEAKERS = {speaker: number for number, speaker in enumerate(Speaker)}


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The sentences of a reading as numbers; all rows ascend.

    Attributes:
        words: number of every word; ``owner`` is the sentence of each.
        share: what one word of each sentence counts, shape (sentences,).
        present: which classes each sentence holds, shape (sentences, classes).
        columns: column, value and sentence (``rows``) of every other feature.
    """

    words: NDArray[np.intp]
    owner: NDArray[np.intp]
    share: NDArray[np.float32]
    present: NDArray[np.float32]
    columns: NDArray[np.int64]
    values: NDArray[np.float32]
    rows: NDArray[np.intp]


class _Sums:
    """Adds up one table of weights, of which only the used columns are kept.

    Args:
        columns: the columns that the table has weights of.
        values: shape (columns, outputs), in whatever numbers they are stored.
        families: how much each family of features counts.
    """

    def __init__(self, columns: NDArray[np.integer], values: NDArray[np.number], families: Weights) -> None:
        self.width = values.shape[1]
        self._families = families
        self._values = np.concatenate([values, np.zeros((1, self.width), dtype=values.dtype)])
        self._at = np.full(DIMENSIONS, len(columns), dtype=np.int32)
        self._at[columns] = np.arange(len(columns), dtype=np.int32)
        self.forget()
        known = features.columns()
        self._said = families.classes * self._weights(known.single)
        self._before = families.neighbours * self._weights(known.before)
        self._after = families.neighbours * self._weights(known.after)

    def _weights(self, columns: NDArray[np.int64]) -> Table:
        weights: Table = self._values.take(self._at.take(columns), axis=0).astype(np.float32, copy=False)
        return weights

    def forget(self) -> None:
        """Forget all words."""
        self._own = self._ahead = np.empty((0, self.width), dtype=np.float32)

    def learn(self, known: int, codes: NDArray[np.int64], letters: NDArray[np.int64], sizes: NDArray[np.intp]) -> None:
        """Work out what the words from number ``known`` on contribute: to their own sentence and to the next one."""
        end = known + len(codes)
        if end > len(self._own):
            more = np.empty((max(1024, known, len(codes)), self.width), dtype=np.float32)
            self._own, self._ahead = (np.concatenate([table[:known], more]) for table in (self._own, self._ahead))
        own = self._own[known:end]
        own[:] = 0.0
        _add(own, np.repeat(np.arange(len(codes)), sizes), lambda part: self._weights(letters[part]))
        own *= self._families.letters
        own += self._families.word * self._weights(spelling.word_columns(codes))
        self._ahead[known:end] = self._families.before * self._weights(spelling.before_columns(codes))

    def of(self, numbers: _Numbers, chosen: NDArray[np.intp]) -> Table:
        """The sums of the ``chosen`` sentences (ascending), shape (chosen, outputs)."""
        sentences = len(numbers.share)
        every = len(chosen) == sentences
        place = np.full(sentences + 1, -1, dtype=np.intp)  # the row of every sentence; there is none after the last
        place[chosen] = np.arange(len(chosen))
        out = np.zeros((len(chosen), self.width), dtype=np.float32)
        follower = (chosen > 0).nonzero()[0]
        rows, words = _kept(place, numbers.owner + 1, numbers.words)
        _add(out, rows, lambda part: self._ahead.take(words[part], axis=0))
        out[follower] *= numbers.share[chosen[follower] - 1, None]
        own = np.zeros_like(out)
        rows, words = (numbers.owner, numbers.words) if every else _kept(place, numbers.owner, numbers.words)
        _add(own, rows, lambda part: self._own.take(words[part], axis=0))
        own *= numbers.share[chosen, None]
        out += own
        out += numbers.present[chosen] @ self._said
        out[follower] += numbers.present[chosen[follower] - 1] @ self._before
        leader = (chosen < sentences - 1).nonzero()[0]
        out[leader] += numbers.present[chosen[leader] + 1] @ self._after
        rows, columns, values = numbers.rows, numbers.columns, numbers.values
        if not every:
            rows, columns, values = _kept(place, rows, columns, values)
        _add(out, rows, lambda part: self._weights(columns[part]) * values[part, None])
        return out


def _kept(place: NDArray[np.intp], rows: NDArray[np.intp], *others: NDArray[Any]) -> list[NDArray[Any]]:
    """The features whose sentence has a ``place``, with that place as their row."""
    placed = place[rows]
    kept = (placed >= 0).nonzero()[0]
    return [placed[kept], *(other[kept] for other in others)]


def _add(out: Table, rows: NDArray[np.intp], parts: Callable[[slice], Table]) -> None:
    """Add the ``parts`` of a slice of the features to their rows of ``out``; ``rows`` ascend."""
    for start in range(0, len(rows), _CHUNK):
        part = slice(start, start + _CHUNK)
        row = rows[part]
        starts = np.concatenate([_FIRST, (row[1:] != row[:-1]).nonzero()[0] + 1])
        out[row[starts]] += np.add.reduceat(parts(part), starts, axis=0)


_FIRST = np.zeros(1, dtype=np.intp)


class Scorer:
    """Scores readings with one model.

    Args:
        columns: the feature columns that the linear heads use.
        values: their weights, shape (columns, heads).
        bias: shape (heads,).
        network: reads what may document a topic again.
        families: how much each family of features counts.
    """

    def __init__(
        self,
        columns: NDArray[np.integer],
        values: NDArray[np.floating],
        bias: Table,
        network: Network,
        families: Weights,
    ) -> None:
        self._bias = bias
        self._network = network
        self._families = families
        self._linear = _Sums(columns, values.astype(np.float32), families)
        self._hidden = _Sums(network.columns, network.hidden, families)
        self._number: dict[str, int] = {}
        self._shapes: dict[str, int] = {}
        self._codes = np.empty(0, dtype=np.int64)
        known = features.columns()
        self._spoken = np.stack([known.spoken[speaker] for speaker in _SPEAKERS])
        self._prompted: list[list[int]] = known.prompted.tolist()
        # Not by the functions' own memories: hashing ``families`` for every sentence would cost more than the rest.
        self._prompts = Memory(partial(features.prompt_features, weights=families), 4096)
        self._sections = Memory(partial(features.section_features, weights=families), 4096)
        self._settings = Memory(partial(features.setting_features, weights=families), 4096)

    def linear(self, reading: Reading) -> Table:
        """The linear heads' logits, shape (sentences, heads)."""
        if not reading.sentences:
            return np.empty((0, len(self._bias)), dtype=np.float32)
        return self._linear.of(self._numbers(reading), np.arange(len(reading.sentences))) + self._bias

    def logits(self, reading: Reading, heads: Sequence[int], topics: list[int]) -> NDArray[np.floating]:
        """The logits that decide, shape (sentences, len(heads)).

        ``topics`` are the places among ``heads`` of what the network reads again where it may be documented.
        """
        if not reading.sentences:
            return np.empty((0, len(heads)), dtype=np.float32)
        numbers = self._numbers(reading)
        linear = self._linear.of(numbers, np.arange(len(reading.sentences))) + self._bias
        logits: NDArray[np.floating] = linear[:, list(heads)]
        read_again(logits, topics, lambda at: self._network.answers(self._hidden.of(numbers, at)))
        return logits

    def _numbers(self, reading: Reading) -> _Numbers:
        sentences = reading.sentences
        families, known = self._families, features.columns()
        words = self._known(sentences)
        each = np.arange(len(sentences), dtype=np.intp)
        lengths = np.array([len(s.words) for s in sentences], dtype=np.intp)
        share = (1.0 / np.sqrt(np.maximum(lengths, 1))).astype(np.float32)
        owner = np.repeat(each, lengths)
        codes = self._codes[words]
        inside = (owner[1:] == owner[:-1]).nonzero()[0]
        paired = owner[inside]
        number = known.number
        size = len(number)
        held = np.repeat(each, [len(s.hits) for s in sentences])
        position = np.array([hit[0] for s in sentences for hit in s.hits], dtype=np.intp)
        hits = np.array([number[hit[2]] for s in sentences for hit in s.hits], dtype=np.intp)
        present = np.zeros((len(sentences), size), dtype=np.float32)
        present[held, hits] = 1.0
        row, name = present.nonzero()
        pairs = features.class_pairs(held, position, hits, size)
        listed, valued, counts = self._listed(reading, row, name)
        speaker = np.array([_SPEAKERS[s.qualified.speaker] for s in sentences], dtype=np.intp)
        rows = np.concatenate([paired, row, pairs // (size * size), np.repeat(each, counts)])
        order = rows.argsort(kind="stable")
        columns = [
            spelling.pair_columns(codes[inside], codes[inside + 1]),
            self._spoken[speaker[row], name],
            known.pair[pairs // size % size, pairs % size],
            np.array(listed, dtype=np.int64),
        ]
        values = [
            share[paired] * np.float32(families.pair),
            np.full(len(row), families.speaker * 0.6, dtype=np.float32),
            np.full(len(pairs), families.class_pairs, dtype=np.float32),
            np.array(valued, dtype=np.float32),
        ]
        return _Numbers(
            words=words,
            owner=owner,
            share=share,
            present=present,
            columns=np.concatenate(columns)[order],
            values=np.concatenate(values)[order],
            rows=rows[order],
        )

    def _listed(
        self, reading: Reading, row: NDArray[np.intp], name: NDArray[np.intp]
    ) -> tuple[list[int], list[float], list[int]]:
        """Columns and values of each sentence's place, qualifiers and classes under its prompt's, and how many.

        ``row`` and ``name`` are the sentences and the classes that they hold, ascending.
        """
        families = self._families
        kind = str(reading.kind) if reading.kind else ""
        held: dict[int, list[int]] = {}
        for i, number in zip(row.tolist(), name.tolist(), strict=True):
            held.setdefault(i, []).append(number)
        listed: list[int] = []
        valued: list[float] = []
        ends = [0]
        for i, s in enumerate(reading.sentences):
            (asked, worth), classes = self._prompts[s.prompt]
            listed += asked
            valued += worth
            told = s.qualified
            for columns, values in (
                self._sections[s.section],
                self._settings[kind, s.kind, features.size_of(s), told.speaker, told.attributed],
            ):
                listed += columns
                valued += values
            if told.scopes:
                listed += features.scope_columns(s)
                valued += [families.qualified] * (len(listed) - len(valued))
                listed += features.covered_columns(s)
                valued += [families.covered] * (len(listed) - len(valued))
            if classes and i in held:
                under = [self._prompted[asking][number] for asking in classes for number in held[i]]
                listed += under
                valued += [families.prompt_class] * len(under)
            ends.append(len(listed))
        return listed, valued, [end - start for start, end in pairwise(ends)]

    def _known(self, sentences: Sequence[Sentence]) -> NDArray[np.intp]:
        """The numbers of all words, new ones worked out first."""
        number = self._number
        if len(number) > MOST_WORDS:  # a hostile text must not fill the memory
            number.clear()
            self._shapes.clear()
            for table in (self._linear, self._hidden):
                table.forget()
        flat = [word for s in sentences for word in s.words]
        new = set(flat).difference(number)
        if new:
            # Words that differ in their figures only are one word.
            shapes = {word: tokens.shape(word) for word in new}
            unknown = sorted(set(shapes.values()).difference(self._shapes))
            for start in range(0, len(unknown), _CHUNK):
                known = len(self._shapes)
                part = unknown[start : start + _CHUNK]
                codes, letters, sizes = spelling.spell(part)
                self._codes = np.concatenate([self._codes[:known], codes])
                for table in (self._linear, self._hidden):
                    table.learn(known, codes, letters, sizes)
                self._shapes.update(zip(part, range(known, known + len(part)), strict=True))
            number.update((word, self._shapes[shape]) for word, shape in shapes.items())
        return np.array([number[word] for word in flat], dtype=np.intp)

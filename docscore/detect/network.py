"""A small network over the sentence features, for the sentences that may document a topic.

One hidden layer, shared by the five topics, reads the same hashed features as the linear heads. It sees what only
holds together ("kan ikke" with "løfte" and a caseworker speaking), and what one topic learned serves the others. Where
the linear heads are far from any answer, it is not asked: on writers held out that changes nothing, and it saves two
thirds of the work. The other text checkpoints gain nothing by it, and the topics lose where it learns those too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from docscore.detect.features import DIMENSIONS, Features

CUT = -1.0
"""A sentence whose linear logits all lie below is left to the linear heads."""

_STEPS = 127


@dataclass(frozen=True, slots=True)
class Network:
    """Weights of the network; eight bits a weight in the wide layer.

    Attributes:
        columns: the feature columns that it reads, ascending, shape (used,).
        hidden: whole-number weights of these, shape (used, units).
        scale: what one step of ``hidden`` is worth, shape (units,).
        bias: shape (units,).
        out: shape (units, topics).
        out_bias: shape (topics,).
    """

    columns: NDArray[np.unsignedinteger]
    hidden: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    out: NDArray[np.float32]
    out_bias: NDArray[np.float32]
    _place: list[NDArray[np.int32]] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        columns: NDArray[np.integer],
        hidden: NDArray[np.float32],
        bias: NDArray[np.float32],
        out: NDArray[np.float32],
        out_bias: NDArray[np.float32],
    ) -> Network:
        """A network of trained weights, the wide layer rounded to eight bits."""
        scale = (np.abs(hidden).max(axis=0, initial=0.0) / _STEPS).astype(np.float32)
        steps = np.rint(hidden / np.where(scale > 0, scale, 1.0)).astype(np.int8)
        told = (np.abs(steps) > 0).any(axis=1)
        return cls(columns[told].astype(np.uint32), np.ascontiguousarray(steps[told]), scale, bias, out, out_bias)

    def only(self, topics: list[int]) -> Network:
        """The same for some of the topics."""
        out, out_bias = self.out[:, topics], self.out_bias[topics]
        return Network(self.columns, self.hidden, self.scale, self.bias, out, out_bias, self._place)

    def stretched(self, factor: float, more: NDArray[np.floating]) -> Network:
        """The same with logits ``factor`` times as large, and ``more`` (topics,) added to them."""
        out_bias = (self.out_bias * factor + more).astype(np.float32)
        out = (self.out * factor).astype(np.float32)
        return Network(self.columns, self.hidden, self.scale, self.bias, out, out_bias, self._place)

    def logits(self, features: Features) -> NDArray[np.float32]:
        """Shape (rows, topics); every row is worked out alone, so that it does not depend on its company."""
        if not self._place:
            place = np.full(DIMENSIONS, len(self.columns), dtype=np.int32)
            place[self.columns] = np.arange(len(self.columns), dtype=np.int32)
            self._place.append(place)
        order = np.argsort(features.row, kind="stable")
        at = self._place[0][features.column[order]]
        known = at < len(self.columns)
        at, value, row = at[known], features.value[order][known], features.row[order][known]
        ends = np.searchsorted(row, np.arange(features.rows + 1))
        sums = np.zeros((features.rows, len(self.bias)), dtype=np.float32)
        for i in range(features.rows):
            begin, end = ends[i], ends[i + 1]
            sums[i] = value[begin:end] @ self.hidden[at[begin:end]].astype(np.float32)
        return self.answers(sums)

    def answers(self, sums: NDArray[np.float32]) -> NDArray[np.float32]:
        """The logits of sentences whose features add up to ``sums`` in ``hidden``'s steps, shape (rows, units)."""
        return np.asarray(np.maximum(sums * self.scale + self.bias, 0.0) @ self.out + self.out_bias, dtype=np.float32)


def read_again(
    logits: NDArray[np.floating], topics: list[int], again: Callable[[NDArray[np.intp]], NDArray[np.floating]]
) -> None:
    """Put the mean of both readings where the network is asked.

    Args:
        logits: linear logits, shape (sentences, heads); changed in place.
        topics: the columns of the topics that the network reads.
        again: gives the network's logits of the sentences at some positions, shape (positions, topics).
    """
    doubtful = np.flatnonzero(logits[:, topics].max(axis=1, initial=-np.inf) > CUT)
    if len(doubtful):
        place = np.ix_(doubtful, np.array(topics))
        logits[place] = (logits[place] + again(doubtful)) / 2

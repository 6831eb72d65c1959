"""The cascade: the small model (linear heads and a network) decides what is clear; the encoder reads only candidates.

Where the small model is sure of a decision about a document, its sentences stand. Where it is not, the few sentences
that it finds strongest are candidates, and the encoder reads them. What both models say of a sentence is joined into
one log-odds; what only the small model saw is put on the same scale, so that sentences of both sorts can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docscore.detect.decision_figures import head_figures, head_logits
from docscore.detect.pooling import probability
from docscore.language.reading import Reading

Floats = NDArray[np.floating]

RISKS = (0.0, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.25, 0.3, 0.35, 0.4)
"""Chances of error that are tried as the limit of what is clear, the most careful first."""

LOWEST = -5.0
"""A sentence that the small model rates lower is never a candidate."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Which sentences the encoder reads.

    Attributes:
        risk: a decision is clear where the small model's chance of error is at most this; None: all are read.
        top: candidates of each unclear decision.
        coefficients: the small model's own document probability, by head.
        kinds: the kinds that each head's probability is pooled for.
    """

    risk: float | None
    top: int
    coefficients: Mapping[str, NDArray[np.float64]]
    kinds: Mapping[str, Sequence[str]]

    def candidates(self, reading: Reading, small: Floats, columns: Sequence[str]) -> NDArray[np.intp]:
        """Positions of the sentences to read, ascending.

        Args:
            reading: a document, or a part of one.
            small: the small model's logits, shape (sentences, len(columns)).
            columns: the heads that are asked.
        """
        count = len(small)
        if self.risk is None or not count:
            return np.arange(count)
        return self.choose(small, columns, self.chances(reading, small, columns))

    def chances(self, reading: Reading, small: Floats, columns: Sequence[str]) -> NDArray[np.float64]:
        """The small model's chance of error about each asked head of a document, shape (len(columns),)."""
        found = np.zeros(len(columns))
        for k, head in enumerate(columns):
            known = self.coefficients.get(head)
            if known is not None:
                p = probability(head_figures(reading, small, columns, head, self.kinds[head]), known)
                found[k] = min(p, 1.0 - p)
        return found

    def choose(self, small: Floats, columns: Sequence[str], chances: NDArray[np.float64]) -> NDArray[np.intp]:
        """The candidates, by the chances of error of :meth:`chances`."""
        chosen: set[int] = set()
        for k, head in enumerate(columns):
            if self.risk is not None and chances[k] > self.risk:
                column = head_logits(small, columns, head)
                order = np.argsort(-column, kind="stable")[: self.top]
                chosen.update(int(i) for i in order if column[i] > LOWEST)
        return np.array(sorted(chosen), dtype=np.intp)

    def as_card(self) -> dict[str, Any]:
        """As it stands in a model's card."""
        return {
            "risk": self.risk,
            "top": self.top,
            "coefficients": {head: c.tolist() for head, c in self.coefficients.items()},
            "kinds": {head: list(kinds) for head, kinds in self.kinds.items()},
        }


def gate_of(card: Mapping[str, Any]) -> Gate:
    """The gate of a model's card (``card["gate"]``)."""
    return Gate(
        card["risk"],
        card["top"],
        {head: np.array(c, dtype=np.float64) for head, c in card["coefficients"].items()},
        card["kinds"],
    )


@dataclass(frozen=True, slots=True)
class Stack:
    """One log-odds of what was said of a sentence.

    Attributes:
        both: weights of the small logit, the encoder's logit, and a constant.
        alone: weight of the small logit, and a constant, where the encoder did not read the sentence.
    """

    both: tuple[float, float, float]
    alone: tuple[float, float]

    def join(self, small: Floats, read: NDArray[np.intp], encoder: Floats) -> NDArray[np.float32]:
        """Logits of all sentences, of the shape of ``small``.

        Args:
            small: of every sentence.
            read: positions of those that the encoder read.
            encoder: their logits, shape (len(read), heads).
        """
        out = self.alone[0] * small + self.alone[1]
        out[read] = self.both[0] * small[read] + self.both[1] * encoder + self.both[2]
        joined: NDArray[np.float32] = out.astype(np.float32)
        return joined

    def as_card(self) -> dict[str, Any]:
        """As it stands in a model's card."""
        return {"both": list(self.both), "alone": list(self.alone)}


def stack_of(card: Mapping[str, Any]) -> Stack:
    """The stack of a model's card (``card["stack"]``)."""
    a, b, c = card["both"]
    d, e = card["alone"]
    return Stack((a, b, c), (d, e))

"""From sentences to a document: the figures of its strongest sentences, and a calibrated probability.

A document's answer follows from its sentences in a way that can be shown: the strongest sentence, how much stands
beside it, and the second strongest. Nothing else of the document enters.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from docscore.case import Kind

FLOOR = -8.0
"""The logit that stands for "no such sentence"."""

KINDS = (Kind.FORBEREDENDE_DEL, Kind.INDSTILLING, Kind.JOBSAMTALE)
"""Kinds with an intercept of their own; any other kind uses the common one."""

POOLED = 3 + len(KINDS)
"""Number of pooled figures: strongest, sum of evidence, second strongest, and one column a kind."""


def pool(logits: NDArray[np.floating], kind: Kind | None) -> NDArray[np.float64]:
    """Pool the sentence logits of one document and topic.

    Args:
        logits: shape (sentences,).
        kind: the document's kind.

    Returns:
        Shape (:data:`POOLED`,).
    """
    best = second = FLOOR
    total = 0.0
    for logit in logits.tolist():
        clipped = min(max(logit, FLOOR), 30.0)
        total += math.exp(clipped)
        if clipped > best:
            best, second = clipped, best
        elif clipped > second:
            second = clipped
    figures = np.zeros(POOLED)
    figures[:3] = best, math.log(total) if total else FLOOR, second
    if kind in KINDS:
        figures[3 + KINDS.index(kind)] = 1.0
    return figures


def probability(figures: NDArray[np.float64], coefficients: NDArray[np.float64]) -> float:
    """The calibrated probability; ``coefficients`` has shape (POOLED + 1,), the last being the constant."""
    logit = float(figures @ coefficients[:-1]) + float(coefficients[-1])
    return 1.0 / (1.0 + math.exp(-logit)) if logit > -700 else 0.0

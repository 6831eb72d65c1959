"""From sentences to a document: the figures of its strongest sentences, and a calibrated probability.

A document's answer follows from its sentences in a way that can be shown: the strongest sentence, how much stands
beside it, and the second strongest. Nothing else of the document enters.
"""

from __future__ import annotations

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
    figures = np.zeros(POOLED)
    ordered = np.sort(np.clip(np.asarray(logits, dtype=np.float64), FLOOR, 30.0))[::-1]
    figures[0] = ordered[0] if len(ordered) else FLOOR
    figures[1] = np.log(np.exp(ordered).sum()) if len(ordered) else FLOOR
    figures[2] = ordered[1] if len(ordered) > 1 else FLOOR
    if kind in KINDS:
        figures[3 + KINDS.index(kind)] = 1.0
    return figures


def probability(figures: NDArray[np.float64], coefficients: NDArray[np.float64]) -> float:
    """The calibrated probability; ``coefficients`` has shape (POOLED + 1,), the last being the constant."""
    return float(1.0 / (1.0 + np.exp(-(figures @ coefficients[:-1] + coefficients[-1]))))

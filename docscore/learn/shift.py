"""A trained model's weights and calibration moved towards own cases, no further than these warrant.

Two small corrections, each held back by a prior at the given model (so that what own cases do not speak of stays):

- sentences: linear weights are added, fitted like the heads themselves (squared hinge) with the given logits as their
  starting point, an adaptive support vector machine (Yang, Yan and Hauptmann 2007);
- documents: the calibration's coefficients get a normal prior around the given ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]

_MARGIN = 3.0
"""Logits a margin: heads are trained to margins of one, which stand for logits of three (learn/heads.py)."""


_STEPS = 60
"""Steps of the accelerated gradient method (Nesterov) by which a shift is fitted; later ones change nothing in the
third digit of a logit."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Weights to add to the linear heads: ``values`` (used, heads) in the rows ``columns``, and ``bias`` (heads,)."""

    columns: NDArray[np.intp]
    values: Floats
    bias: Floats

    def of(self, table: sparse.csr_matrix) -> Floats:
        """What is added to the logits of rows, shape (rows, heads)."""
        return np.asarray(table[:, self.columns] @ self.values + self.bias)

    def times(self, share: float) -> Shift:
        """A part of it; few sentences fitted closely and then believed in part teach more than fitted loosely."""
        return Shift(self.columns, share * self.values, share * self.bias)


def fit_shift(table: sparse.csr_matrix, labels: Floats, logits: Floats, felt: Floats, strength: float) -> Shift:
    """Fit the weights to add.

    Args:
        table: features of own sentences, shape (rows, features).
        labels: 0, 1 or NaN for unknown, shape (rows, heads).
        logits: where they start from, shape (rows, heads).
        felt: how much of an added linear logit the logits take on, shape (rows, heads); a half where the network has
            half the say.
        strength: how much own sentences count against staying (C of a support vector machine).
    """
    columns = np.flatnonzero(np.bincount(table.indices, minlength=table.shape[1]) >= 2)
    part = table[:, columns].tocsr()
    constant = sparse.csr_matrix(np.ones((part.shape[0], 1)))
    rows = sparse.csr_matrix(sparse.hstack([part, constant]), dtype=np.float32)
    back = rows.T.tocsr()
    known = ~np.isnan(labels)
    taught = (known & (labels == 1)).any(axis=0) & (known & (labels == 0)).any(axis=0)
    sign = np.where(labels == 1, 1.0, -1.0).astype(np.float32)
    weight = (2 * strength * (known & taught)).astype(np.float32)
    margin, share = (logits / _MARGIN).astype(np.float32), felt.astype(np.float32)
    curvature = 1.0 + 2.0 * strength * _largest(rows, back)
    momentum = np.float32((curvature**0.5 - 1) / (curvature**0.5 + 1))
    moved = ahead = np.zeros((rows.shape[1], labels.shape[1]), dtype=np.float32)
    for _ in range(_STEPS):
        gap = np.maximum(np.float32(0), 1 - sign * (margin + share * (rows @ ahead)))
        gradient = ahead - back @ (weight * gap * sign * share)
        last, moved = moved, ahead - gradient / np.float32(curvature)
        ahead = moved + momentum * (moved - last)
    found = _MARGIN * moved.astype(np.float64)
    return Shift(columns, found[:-1], found[-1])


def _largest(rows: sparse.csr_matrix, back: sparse.csr_matrix) -> float:
    """The largest eigenvalue of ``back @ rows``, a little rounded up (power iteration)."""
    vector = np.ones(rows.shape[1], dtype=np.float32)
    size = 1.0
    for _ in range(30):
        vector = back @ (rows @ vector)
        size = float(np.linalg.norm(vector)) or 1.0
        vector /= np.float32(size)
    return 1.05 * size


def fit_coefficients(figures: Floats, truth: NDArray[np.bool_], given: Floats, spread: float) -> tuple[Floats, float]:
    """Calibration coefficients by own documents, with a normal prior around the given ones.

    Args:
        figures: pooled figures, shape (documents, figures).
        truth: the annotated answers, shape (documents,).
        given: the model's coefficients, shape (figures + 1,).
        spread: standard deviation of the prior, above 0.

    Returns:
        Coefficients, shape (figures + 1,), and their loss: the negative log likelihood and prior.
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    if not len(truth):
        return given, 0.0
    full = np.hstack([figures, np.ones((len(figures), 1))])
    sign = np.where(truth, 1.0, -1.0)

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        z = sign * (full @ coefficients)
        away = (coefficients - given) / spread
        value = np.logaddexp(0.0, -z).sum() + (away * away).sum() / 2
        return float(value), -(full.T @ (sign * expit(-z))) + away / spread

    found: Any = minimize(loss, given, jac=True, method="L-BFGS-B")
    return np.asarray(found.x, dtype=np.float64), float(found.fun)

"""The sentence heads: a linear one for each decision, and the network that reads the topics again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from docscore.checkpoints.catalogue import TOPICS
from docscore.detect.features import DIMENSIONS, Features
from docscore.detect.network import Network, read_again
from docscore.learn.annotations import HEADS
from docscore.learn.network import fit_network
from docscore.learn.recipe import Recipe

Floats = NDArray[np.float64]

_SPREAD = 3.0
"""A margin of one stands for a logit of three, so that sentence scores read like logits."""

_TOPICS = [HEADS.index(topic) for topic in TOPICS]


@dataclass(frozen=True, slots=True)
class Rows:
    """Sentences as heads are fitted on them, those of documents first.

    Attributes:
        table: features, shape (rows, DIMENSIONS).
        labels: 0, 1 or NaN for unknown, shape (rows, len(HEADS)).
        source: the writer of every row; ``sentences:<file>`` for the bank.
        documents: how many rows are of documents.
    """

    table: sparse.csr_matrix
    labels: Floats
    source: NDArray[np.str_]
    documents: int


@dataclass(frozen=True, slots=True)
class Heads:
    """Sentence heads: linear ``weights`` (DIMENSIONS, len(HEADS)) and ``bias`` (len(HEADS),), and the network."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    network: Network

    def logits(self, table: sparse.csr_matrix) -> Floats:
        """As :meth:`docscore.detect.topics.TopicModel.analyse_reading` works them out.

        Args:
            table: shape (rows, DIMENSIONS).

        Returns:
            Shape (rows, len(HEADS)).
        """

        def again(at: NDArray[np.intp]) -> NDArray[np.float32]:
            part = table[at].tocoo()
            return self.network.logits(Features(len(at), part.row, part.col, part.data))

        logits = np.asarray(table @ self.weights + self.bias, dtype=np.float64)
        read_again(logits, _TOPICS, again)
        return logits


def fit_heads(rows: Rows, chosen: NDArray[np.bool_], recipe: Recipe) -> Heads:
    """Fit every head on the chosen rows (a head's unknown labels left out)."""
    from sklearn.svm import LinearSVC

    weights = np.zeros((DIMENSIONS, len(HEADS)), dtype=np.float32)
    bias = np.full(len(HEADS), -8.0, dtype=np.float32)
    banked = np.char.startswith(rows.source, "sentences:")
    plain = np.char.startswith(rows.source, "sentences:plain")
    worth = np.where(plain, recipe.plain_weight, np.where(banked, recipe.bank_weight, 1.0))
    taught = np.zeros(len(HEADS), dtype=bool)
    for head in range(len(HEADS)):
        mine = np.flatnonzero(chosen & ~np.isnan(rows.labels[:, head]))
        truth = rows.labels[mine, head]
        if not truth.any() or truth.all():
            continue  # nothing to tell apart: the head stays at "no"
        taught[head] = True
        weight = np.where(truth == 1, recipe.positive_weight, 1.0) * worth[mine]
        table = rows.table[mine]
        used = np.flatnonzero(np.bincount(table.indices, minlength=DIMENSIONS) >= recipe.min_count)
        model = LinearSVC(C=recipe.regularisation, tol=0.01, max_iter=3000, random_state=recipe.seed)
        model.fit(table[:, used], truth, sample_weight=weight)
        weights[used, head] = _SPREAD * model.coef_[0]
        bias[head] = _SPREAD * model.intercept_[0]
    labels = np.where(taught, rows.labels[chosen], np.nan)[:, _TOPICS]
    network = fit_network(rows.table[np.flatnonzero(chosen)], labels, worth[chosen], recipe.network, recipe.seed)
    return Heads(weights, bias, network.stretched(_SPREAD, np.where(taught, 0.0, -8.0)[_TOPICS]))

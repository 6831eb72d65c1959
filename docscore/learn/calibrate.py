"""From held-out scores to decisions: calibrated probabilities, thresholds, and who should look again.

Everything here is fitted on documents as heads saw them that never saw their writers, so that the figures hold for
writers whom the model has never met.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docscore.checkpoints.catalogue import OWN, TOPICS
from docscore.detect.pooling import probability
from docscore.learn import metrics

Floats = NDArray[np.float64]

THRESHOLD = 0.5
"""The threshold where too few documents tell of a better one."""

FEWEST = 60
"""Documents of a kind from which its own threshold is chosen."""

_CANDIDATES = np.arange(0.20, 0.81, 0.02)
_PULL = 0.3
"""Kappa that a threshold one away from a half must gain to be chosen."""

GROUPS = ("topics", "texts")
"""Decisions that share one review rule: the five topics (and whose the goal is), and the other text checkpoints."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The documents that were labelled for one decision.

    ``index`` numbers them in the corpus; ``figures`` has shape (documents, figures), ``truth`` and ``kind`` one entry a
    document.
    """

    index: NDArray[np.intp]
    figures: Floats
    truth: NDArray[np.bool_]
    kind: NDArray[np.str_]

    def part(self, chosen: NDArray[np.bool_]) -> HeldOut:
        """Some of the documents."""
        return HeldOut(self.index[chosen], self.figures[chosen], self.truth[chosen], self.kind[chosen])


@dataclass(frozen=True, slots=True)
class Limit:
    """Where a decision turns (``threshold``) and where a person should look (``low`` to ``high``)."""

    threshold: float
    low: float
    high: float

    def as_card(self) -> dict[str, Any]:
        """As it stands in a model's card."""
        return {"threshold": self.threshold, "review": [self.low, self.high]}


@dataclass(frozen=True, slots=True)
class Calibrated:
    """One decision's probability (``coefficients`` of its figures) and its limits by kind; None is any other kind."""

    coefficients: Floats
    limits: Mapping[str | None, Limit]

    def limit(self, kind: str) -> Limit:
        """The limits for documents of a kind."""
        return self.limits.get(kind) or self.limits[None]


def group_of(head: str) -> str:
    """The group of :data:`GROUPS` that a decision belongs to."""
    return GROUPS[0] if head in (*TOPICS, OWN) else GROUPS[1]


def calibrate(held: Mapping[str, HeldOut], target: float, seed: int) -> dict[str, Calibrated]:
    """Probability, thresholds and review band of every decision.

    Args:
        held: the documents of each decision.
        target: the agreement that decisions outside the review band shall reach.
        seed: of the solver.
    """
    coefficients = {head: fit_probability(part.figures, part.truth, seed).round(6) for head, part in held.items()}
    p = {head: probabilities(part.figures, coefficients[head]) for head, part in held.items()}
    turns = {head: thresholds(part, p[head]) for head, part in held.items()}
    risk = {
        group: review_risk(
            [
                (part.truth, p[head], np.array([turns[head].get(kind, THRESHOLD) for kind in part.kind]))
                for head, part in held.items()
                if group_of(head) == group
            ],
            target,
        )
        for group in GROUPS
    }
    found: dict[str, Calibrated] = {}
    for head in held:
        chance = risk[group_of(head)]

        by_kind: list[tuple[str | None, float]] = [(None, THRESHOLD), *turns[head].items()]
        limits = {
            kind: Limit(round(turn, 2), round(min(chance, turn), 4), round(max(1 - chance, turn), 4))
            for kind, turn in by_kind
        }
        found[head] = Calibrated(coefficients[head], limits)
    return found


def fit_probability(figures: Floats, truth: NDArray[np.bool_], seed: int) -> Floats:
    """Coefficients of a document's probability, shape (figures + 1,)."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    if truth.all() or not truth.any():
        return np.append(np.zeros(figures.shape[1]), 8.0 if truth.all() else -8.0)
    with threadpool_limits(1):  # small matrices: threads only get in each other's way
        model = LogisticRegression(C=1.0, solver="lbfgs", max_iter=2000, random_state=seed).fit(figures, truth)
    return np.append(model.coef_[0], model.intercept_[0])


def probabilities(figures: Floats, coefficients: Floats) -> Floats:
    """Probabilities of many documents, shape (documents,)."""
    return np.array([probability(row, coefficients) for row in figures])


def thresholds(held: HeldOut, p: Floats) -> dict[str, float]:
    """The probability from which documents of each kind count as documented: where kappa is highest.

    Kappa is smoothed over neighbouring candidates and pulled towards a half, since its peak on a few hundred documents
    is mostly chance.
    """
    found: dict[str, float] = {}
    for kind in sorted(set(held.kind.tolist())):
        mine = held.kind == kind
        if mine.sum() < FEWEST:
            continue
        gained = np.array([metrics.kappa(held.truth[mine], p[mine] >= turn) or 0.0 for turn in _CANDIDATES])
        smooth = np.convolve(np.pad(gained, 2, mode="edge"), np.full(5, 0.2), "valid")
        found[kind] = float(_CANDIDATES[int((smooth - _PULL * np.abs(_CANDIDATES - THRESHOLD)).argmax())])
    return found


def review_risk(decided: list[tuple[NDArray[np.bool_], Floats, Floats]], target: float) -> float:
    """The chance of error above which a decision goes to a person.

    Conformal risk control (Angelopoulos et al. 2022) over the pooled decisions: of the rules "look where the
    calibrated chance of error exceeds r", the widest r is taken under which the decisions left alone err at most
    ``1 - target``, with one error more than was seen.

    Args:
        decided: truth, probability and threshold of the documents of each decision.
        target: the agreement to reach.

    Returns:
        A chance of error, 0 (look at everything) to 0.5 (look at nothing).
    """
    if not decided:
        return 0.0
    truth, p, turn = (np.concatenate(part) for part in zip(*decided, strict=True))
    answer = p >= turn
    chance = np.where(answer, 1 - p, p)
    order = np.argsort(chance, kind="stable")
    alone = np.arange(1, len(order) + 1)
    risk = (np.cumsum((answer != truth)[order]) + 1) / (alone + 1)
    # Equal chances fall on one side together.
    parted = np.append(np.diff(chance[order]) > 1e-9, True)
    good = np.flatnonzero((risk <= 1 - target) & parted)
    return min(0.5, float(chance[order[good[-1]]])) if len(good) else 0.0

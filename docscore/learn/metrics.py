"""Figures of agreement between a model (or a second annotator) and the annotated answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over ``n`` decisions; None where it is undefined (one class only, nothing in the band)."""

    n: int
    prevalence: float
    precision: float | None
    recall: float | None
    recall_negative: float | None
    f1: float | None
    kappa: float | None
    ac1: float | None
    auroc: float | None
    brier: float
    ece: float
    evidence: float | None
    review: float
    agreement_outside: float | None

    def as_dict(self) -> dict[str, float | int | None]:
        """The figures, rounded to four decimals."""
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}


def _ratio(a: float, b: float) -> float | None:
    return float(a / b) if b else None


def kappa(truth: Bools, answer: Bools) -> float | None:
    """Cohen's kappa of two binary labellings; None where chance agreement is certain."""
    if not len(truth):
        return None
    p, q = truth.mean(), answer.mean()
    chance = p * q + (1 - p) * (1 - q)
    return None if chance >= 1 else float(((truth == answer).mean() - chance) / (1 - chance))


def ac1(truth: Bools, answer: Bools) -> float | None:
    """Gwet's AC1 of two binary labellings."""
    if not len(truth):
        return None
    pi = (truth.mean() + answer.mean()) / 2
    chance = 2 * pi * (1 - pi)
    return float(((truth == answer).mean() - chance) / (1 - chance))


def auroc(truth: Bools, scores: Floats) -> float | None:
    """Area under the ROC curve (probability that a documented one scores higher; ties count half)."""
    positive, negative = scores[truth], scores[~truth]
    if not len(positive) or not len(negative):
        return None
    order = np.concatenate([positive, negative])
    ranks = np.empty(len(order))
    _, inverse, counts = np.unique(order, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[inverse]
    return float(
        (ranks[: len(positive)].sum() - len(positive) * (len(positive) + 1) / 2) / (len(positive) * len(negative))
    )


def expected_calibration_error(truth: Bools, probabilities: Floats, bins: int = 10) -> float:
    """Mean distance of probability and frequency over equally filled bins, weighted by their size."""
    order = np.argsort(probabilities, kind="stable")
    total = 0.0
    for part in np.array_split(order, min(bins, max(1, len(order)))):
        if len(part):
            total += abs(truth[part].mean() - probabilities[part].mean()) * len(part)
    return float(total / max(1, len(order)))


def agreement(
    truth: Bools, answer: Bools, probabilities: Floats, review: Bools, evidence: Sequence[bool] = ()
) -> Agreement:
    """All figures of a set of decisions.

    Args:
        truth: the annotated answers.
        answer: the decisions.
        probabilities: of ``dokumenteret``.
        review: which decisions lie in the review band.
        evidence: for each documented decision, whether its strongest sentence is an annotated one.
    """
    hit = float((truth & answer).sum())
    precision, recall = _ratio(hit, answer.sum()), _ratio(hit, truth.sum())
    outside = ~review
    return Agreement(
        n=len(truth),
        prevalence=float(truth.mean()),
        precision=precision,
        recall=recall,
        recall_negative=_ratio(float((~truth & ~answer).sum()), (~truth).sum()),
        f1=_ratio(2 * hit, truth.sum() + answer.sum()),
        kappa=kappa(truth, answer),
        ac1=ac1(truth, answer),
        auroc=auroc(truth, probabilities),
        brier=float(((probabilities - truth) ** 2).mean()),
        ece=expected_calibration_error(truth, probabilities),
        evidence=float(np.mean(evidence)) if len(evidence) else None,
        review=float(review.mean()),
        agreement_outside=float((truth == answer)[outside].mean()) if outside.any() else None,
    )


def bootstrap(
    groups: Sequence[str],
    figure: Callable[[NDArray[np.intp]], float | None],
    rounds: int = 500,
    random_state: int = 0,
) -> tuple[float, float] | None:
    """A 95 % percentile interval of ``figure``, resampling whole groups (cases): decisions of one case hang together.

    Args:
        groups: the case of every decision.
        figure: takes the positions of the resampled decisions.
        rounds: resamples.
        random_state: seed.
    """
    rng = np.random.default_rng(random_state)
    names = np.array(groups)
    members = [np.flatnonzero(names == name) for name in dict.fromkeys(groups)]
    values: list[float] = []
    for _ in range(rounds):
        drawn = np.concatenate([members[k] for k in rng.integers(0, len(members), len(members))])
        value = figure(drawn)
        if value is not None:
            values.append(value)
    if len(values) < rounds / 2:
        return None
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)

"""Figures of agreement between a model (or a second annotator) and the annotated answer.

:func:`figures` works all of them out for many resamples at once: a resample is how often each decision was drawn, so
that every figure is a sum over decisions weighted by those counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

FIGURES = (
    "prevalence",
    "precision",
    "recall",
    "recall_negative",
    "f1",
    "kappa",
    "ac1",
    "auroc",
    "brier",
    "ece",
    "evidence",
    "evidence_first",
    "review",
    "agreement_outside",
)
"""What :func:`figures` gives, in the order in which it is shown."""


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


@dataclass(frozen=True, slots=True)
class Table:
    """Decisions as arrays, each of shape (decisions,).

    ``truth`` and ``answer`` are the annotated and the given answers, ``probability`` that of ``dokumenteret``,
    ``review`` which lie in the review band. ``evidence`` and ``evidence_first`` are 1 where one of the underlined
    sentences, and where the strongest of them, is an annotated one, 0 where not, NaN where there is nothing to ask.
    """

    truth: Bools
    answer: Bools
    probability: Floats
    review: Bools
    evidence: Floats
    evidence_first: Floats


def figures(table: Table, counts: Floats) -> dict[str, Floats]:
    """Every figure of :data:`FIGURES` for every resample.

    Args:
        table: the decisions.
        counts: how often each decision was drawn, shape (resamples, decisions); ones for the figures themselves.

    Returns:
        Shape (resamples,) each; NaN where a figure is undefined.
    """
    truth, answer = table.truth, table.answer

    def total(chosen: Bools | Floats) -> Floats:
        return np.asarray(counts @ chosen.astype(np.float64))

    n, yes, said = counts.sum(axis=1), total(truth), total(answer)
    hit, rejected = total(truth & answer), total(~truth & ~answer)
    outside = ~table.review
    found = {
        "prevalence": _over(yes, n),
        "precision": _over(hit, said),
        "recall": _over(hit, yes),
        "recall_negative": _over(rejected, n - yes),
        "f1": _over(2 * hit, yes + said),
        "kappa": _kappa(_over(hit + rejected, n), _over(yes, n), _over(said, n)),
        "ac1": _ac1(_over(hit + rejected, n), _over(yes, n), _over(said, n)),
        "auroc": _auroc(truth, table.probability, counts),
        "brier": _over(total((table.probability - truth) ** 2), n),
        "ece": _calibration_error(truth, table.probability, counts, 10),
        "review": _over(total(table.review), n),
        "agreement_outside": _over(total((truth == answer) & outside), total(outside)),
    }
    for name, right in (("evidence", table.evidence), ("evidence_first", table.evidence_first)):
        found[name] = _over(total(np.nan_to_num(right)), total(~np.isnan(right)))
    return {name: found[name] for name in FIGURES}


def _over(a: Floats, b: Floats) -> Floats:
    """``a / b``, NaN where ``b`` is 0."""
    found: Floats = np.divide(a, b, out=np.full(np.shape(b), np.nan), where=np.asarray(b) > 0)
    return found


def _kappa(observed: Floats, p: Floats, q: Floats) -> Floats:
    chance = p * q + (1 - p) * (1 - q)
    return _over(observed - chance, 1 - chance)


def _ac1(observed: Floats, p: Floats, q: Floats) -> Floats:
    pi = (p + q) / 2
    chance = 2 * pi * (1 - pi)
    return _over(observed - chance, 1 - chance)


def _auroc(truth: Bools, scores: Floats, counts: Floats) -> Floats:
    if not len(scores):
        return np.full(len(counts), np.nan)
    order = np.argsort(scores, kind="stable")
    ties = np.flatnonzero(np.append(True, np.diff(scores[order]) > 0))
    positive = np.add.reduceat(counts[:, order] * truth[order], ties, axis=1)
    negative = np.add.reduceat(counts[:, order] * ~truth[order], ties, axis=1)
    lower = np.cumsum(negative, axis=1) - negative
    pairs = positive.sum(axis=1) * negative.sum(axis=1)
    below: Floats = (positive * (lower + negative / 2)).sum(axis=1)
    return _over(below, pairs)


def _calibration_error(truth: Bools, probabilities: Floats, counts: Floats, bins: int) -> Floats:
    order = np.argsort(probabilities, kind="stable")
    drawn = counts[:, order]
    zero = np.zeros((len(counts), 1))
    place = np.hstack([zero, np.cumsum(drawn, axis=1)])
    gap = np.hstack([zero, np.cumsum(drawn * (truth - probabilities)[order], axis=1)])
    found = np.full(len(counts), np.nan)
    for k, n in enumerate(place[:, -1].astype(int)):
        if n:
            parts = min(bins, n)
            sizes = n // parts + (np.arange(parts) < n % parts)
            # A decision that was drawn several times may lie in two bins: between its ends the sum grows evenly.
            ends = np.interp(np.append(0, np.cumsum(sizes)), place[k], gap[k])
            found[k] = np.abs(np.diff(ends)).sum() / n
    return found


def _once(truth: Bools) -> Floats:
    return np.ones((1, len(truth)))


def _known(value: Floats) -> float | None:
    """The only number of an array; None where it is undefined."""
    number = float(value.reshape(-1)[0])
    return None if np.isnan(number) else number


def kappa(truth: Bools, answer: Bools) -> float | None:
    """Cohen's kappa of two binary labellings; None where chance agreement is certain."""
    if not len(truth):
        return None
    observed, p, q = _margins(truth, answer)
    # In plain numbers, since thresholds are searched with it thousands of times.
    chance = p * q + (1 - p) * (1 - q)
    return None if chance >= 1 else (observed - chance) / (1 - chance)


def ac1(truth: Bools, answer: Bools) -> float | None:
    """Gwet's AC1 of two binary labellings."""
    if not len(truth):
        return None
    observed, p, q = _margins(truth, answer)
    chance = (p + q) * (1 - (p + q) / 2)
    return (observed - chance) / (1 - chance)


def _margins(truth: Bools, answer: Bools) -> tuple[float, float, float]:
    """Observed agreement, and the share of documented ones in each."""
    n = len(truth)
    return np.count_nonzero(truth == answer) / n, np.count_nonzero(truth) / n, np.count_nonzero(answer) / n


def auroc(truth: Bools, scores: Floats) -> float | None:
    """Area under the ROC curve (probability that a documented one scores higher; ties count half)."""
    return _known(_auroc(truth, scores, _once(truth)))


def expected_calibration_error(truth: Bools, probabilities: Floats, bins: int = 10) -> float:
    """Mean distance of probability and frequency over equally filled bins, weighted by their size."""
    return _known(_calibration_error(truth, probabilities, _once(truth), bins)) or 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """The decisions with a probability from ``low`` to ``high``: how many, their mean probability, the documented."""

    low: float
    high: float
    n: int
    probability: float | None
    documented: float | None


def reliability(truth: Bools, probabilities: Floats, bins: int = 10) -> list[Bin]:
    """How often the answer is ``dokumenteret`` where the probability says so, over bins of equal width.

    Args:
        truth: the annotated answers.
        probabilities: of ``dokumenteret``.
        bins: their number.
    """
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    found: list[Bin] = []
    for k in range(bins):
        mine = place == k
        n = int(mine.sum())
        means = (float(probabilities[mine].mean()), float(truth[mine].mean())) if n else (None, None)
        found.append(Bin(k / bins, (k + 1) / bins, n, *means))
    return found


def agreement(
    truth: Bools, answer: Bools, probabilities: Floats, review: Bools, evidence: Sequence[bool] = ()
) -> Agreement:
    """All figures of a set of decisions.

    Args:
        truth: the annotated answers.
        answer: the decisions.
        probabilities: of ``dokumenteret``.
        review: which decisions lie in the review band.
        evidence: for each decision whose evidence was looked at, whether it is right.
    """
    nothing = np.full(len(truth), np.nan)
    table = Table(truth, answer, probabilities, review, nothing, nothing)
    known = {name: _known(value) for name, value in figures(table, _once(truth)).items()}
    known["evidence"] = float(np.mean(evidence)) if len(evidence) else None
    del known["evidence_first"]
    return Agreement(len(truth), **known)  # type: ignore[arg-type]


def draw(members: int, rounds: int, random_state: int = 0) -> Floats:
    """How often each of ``members`` groups is drawn when as many are drawn with replacement.

    Returns:
        Shape (rounds + 1, members); the first row is the sample itself, every group once.
    """
    first = np.ones((1, members))
    if not members:
        return np.repeat(first, rounds + 1, axis=0)
    rng = np.random.default_rng(random_state)
    return np.vstack([first, rng.multinomial(members, np.full(members, 1 / members), size=rounds)])


def mean_of_known(rows: Sequence[Floats]) -> Floats:
    """The mean over rows, each of the same weight, of the numbers that are defined; NaN where none is.

    Without rows, one NaN.
    """
    if not rows:
        return np.full(1, np.nan)
    table = np.array(rows)
    known = (~np.isnan(table)).sum(axis=0)
    mean: Floats = np.where(known > 0, np.nansum(table, axis=0) / np.maximum(known, 1), np.nan)
    return mean


def interval(values: Floats, inflated: float | None = None) -> tuple[float, float] | None:
    """The 95 % percentile interval of resampled figures; None where most of them are undefined.

    Args:
        values: the figure in every resample.
        inflated: the figure itself, where resampling makes it larger (the calibration error is a sum of distances,
            and each draw adds some): the interval is moved down by as much as the resamples are larger on average.
    """
    known = values[~np.isnan(values)]
    if not len(known) or 2 * len(known) < len(values):
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    if inflated is not None:
        excess = float(known.mean()) - inflated
        return max(0.0, float(low) - excess), float(high) - excess
    return float(low), float(high)


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
        values.append(np.nan if value is None else value)
    return interval(np.array(values))

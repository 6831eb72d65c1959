"""Prediction-powered inference: a machine's decisions for all cases and an auditor's own for a random sample of them.

The estimate is that of PPI++ (Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453), for a ratio of means: of all
cases, the mean number of documented decisions over the mean number of decided ones. With one decided decision per
case it is their power-tuned mean,

    share = mean(y) + tuning * (mean(f over the rest) - mean(f over the sample)),

where ``f`` is the machine's answer and ``tuning`` between 0 (the sample alone) and 1 makes the variance smallest. The
machine may be as wrong as it likes: the estimate stays unbiased, and only its interval grows. With strata every mean
is the weighted one over them (as in stratified PPI, Fisch and others 2024), with one tuning for all.

The published interval leans on the normal distribution. Ours is safer where that fails, and simulated to cover at
least 94 %:

- one error of the machine more than the sample shows is reckoned with, because a small sample without errors does not
  show a machine without errors (where cases have several decisions, one case more like the worst);
- the interval is Clopper and Pearson's for the effective sample size, with t in place of the normal distribution (Korn
  and Graubard 1998);
- where fewer than 5 cases of the sample have a documented or a not documented decision, the interval is that of the
  sample alone, exact (:attr:`Estimate.method` says so); of several decisions of a case it then counts one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from docscore.statistics.intervals import FEWEST, clopper_pearson, effective_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from docscore.statistics.intervals import Floats

    Bools: TypeAlias = NDArray[np.bool_]
    Places: TypeAlias = NDArray[np.intp]

HELPS = 1.1
"""From this many times the sample's own size on the machine is said to help."""


@dataclass(frozen=True, slots=True)
class Data:
    """What is known of each case, all of shape (cases,).

    Attributes:
        labelled: whether the auditor decided it.
        documented: the auditor's documented decisions of the case (0 or 1 for one checkpoint); read where ``labelled``.
        decided: the auditor's decided ones.
        guessed_documented: the machine's, of every case; an expected number where it gives probabilities.
        guessed_decided: the machine's.
        stratum: the number of the stratum that the case was sampled in, from 0.
    """

    labelled: Bools
    documented: Floats
    decided: Floats
    guessed_documented: Floats
    guessed_decided: Floats
    stratum: Places


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share from a sample and the machine's decisions.

    Attributes:
        cases: labelled cases.
        others: the cases that the machine alone decided.
        documented: the auditor's documented decisions.
        decided: the auditor's decided ones.
        fewest: labelled cases with a documented, or with a not documented decision, whichever are fewer.
        share: 0..1.
        interval: 95 %.
        method: ``ppi``, or ``sample`` where the interval is that of the sample alone.
        sample_share: of the sample alone (strata weighted).
        sample_interval: its exact interval, 95 %.
        tuning: how much of the machine is used, 0..1.
        error: standard error of ``share`` as it enters the interval.
        effective: how many decisions of the auditor's alone would be as certain; ``decided`` where the machine adds
            nothing.
    """

    cases: int
    others: int
    documented: int
    decided: int
    fewest: int
    share: float
    interval: tuple[float, float]
    method: Literal["ppi", "sample"]
    sample_share: float
    sample_interval: tuple[float, float]
    tuning: float
    error: float
    effective: float

    @property
    def gained(self) -> float:
        """Decisions that the machine is worth on top of the auditor's own."""
        return self.effective - self.decided

    @property
    def helps(self) -> bool:
        """Whether the machine narrows the interval by anything worth having."""
        return self.effective >= HELPS * self.decided


def estimate(data: Data) -> Estimate | None:
    """The share among all cases; None where the auditor decided nothing.

    Every stratum that has cases must have a labelled one.
    """
    strata = _Strata(data)
    if not strata.decided:
        return None
    plain = strata.solve(0.0)
    tuning = strata.best_tuning(plain.share)
    best = strata.solve(tuning)
    sample = strata.sample_interval(plain)
    counts = {"cases": strata.n, "others": strata.others, "documented": strata.documented, "decided": strata.decided}
    counts["fewest"] = strata.fewest
    if strata.fewest < FEWEST or tuning == 0 or best.variance >= plain.variance:
        error = float(np.sqrt(plain.variance))
        return Estimate(
            **counts,
            share=plain.share,
            interval=sample,
            method="sample",
            sample_share=plain.share,
            sample_interval=sample,
            tuning=0.0,
            error=error,
            effective=float(strata.decided),
        )
    everything = strata.decided + max(float(data.guessed_decided.sum()), 1.0)
    size = float(effective_size(best.share, best.variance, strata.freedom + 1, everything))
    low, high = clopper_pearson(best.share * size, size)
    return Estimate(
        **counts,
        share=best.share,
        interval=(float(low), float(high)),
        method="ppi",
        sample_share=plain.share,
        sample_interval=sample,
        tuning=tuning,
        error=float(np.sqrt(best.variance)),
        effective=strata.decided * plain.variance / best.variance,
    )


@dataclass(frozen=True, slots=True)
class _Solution:
    share: float
    variance: float


class _Strata:
    """The sample and the rest by stratum."""

    def __init__(self, data: Data) -> None:
        self._lab, self._rest = data.labelled, ~data.labelled
        self._y, self._m = data.documented[self._lab], data.decided[self._lab]
        self._f, self._g = data.guessed_documented, data.guessed_decided
        self._of_lab, self._of_rest = data.stratum[self._lab], data.stratum[self._rest]
        groups = int(data.stratum.max()) + 1
        self._n = np.bincount(self._of_lab, minlength=groups).astype(np.float64)
        self._r = np.bincount(self._of_rest, minlength=groups).astype(np.float64)
        self._weight = (self._n + self._r) / len(data.labelled)
        self.n, self.others = int(self._n.sum()), int(self._r.sum())
        self.documented, self.decided = int(self._y.sum()), int(self._m.sum())
        # Cases with one of the answers: the decisions themselves where each case has one.
        self.fewest = int(min((self._y > 0).sum(), (self._m > self._y).sum()))
        self.freedom = max(1, int(np.maximum(self._n - 1, 0).sum()))

    def _mean(self, values: Floats, of: Places, n: Floats) -> Floats:
        return np.bincount(of, values, len(n)) / np.maximum(n, 1)

    def _moved(self, guesses: Floats) -> float:
        """The weighted mean over the rest minus that over the sample; 0 in a stratum without a rest."""
        rest = self._mean(guesses[self._rest], self._of_rest, self._r)
        sample = self._mean(guesses[self._lab], self._of_lab, self._n)
        return float((self._weight * np.where(self._r > 0, rest - sample, 0)).sum())

    def solve(self, tuning: float) -> _Solution:
        """The share, and its variance with one error of the machine more."""
        top = float((self._weight * self._mean(self._y, self._of_lab, self._n)).sum()) + tuning * self._moved(self._f)
        bottom = float((self._weight * self._mean(self._m, self._of_lab, self._n)).sum()) + tuning * self._moved(
            self._g
        )
        if bottom <= 0:
            return _Solution(0.0, np.inf)
        share = top / bottom
        guess = self._f - share * self._g
        used = tuning * (self._r > 0)
        left = (self._y - share * self._m) - used[self._of_lab] * guess[self._lab]
        squares, pooled = self._spread(left, float(used.max(initial=0)))
        rest = self._variance(guess[self._rest], self._of_rest, self._r)
        far = float((self._weight**2 * used**2 * rest / np.maximum(self._r, 1)).sum())
        near = [float((self._weight**2 * part / np.maximum(self._n, 1)).sum()) for part in (squares, pooled)]
        return _Solution(float(np.clip(share, 0, 1)), (max(near) + far) / bottom**2)

    def best_tuning(self, share: float) -> float:
        """The tuning with the smallest variance (PPI++, example 6.1), between 0 and 1."""
        own = self._y - share * self._m
        guess = self._f - share * self._g
        mean_own = self._mean(own, self._of_lab, self._n)
        mean_guess = self._mean(guess[self._lab], self._of_lab, self._n)
        both = (own - mean_own[self._of_lab]) * (guess[self._lab] - mean_guess[self._of_lab])
        covariance = np.bincount(self._of_lab, both, len(self._n)) / np.maximum(self._n - 1, 1)
        everyone = np.concatenate([self._of_lab, self._of_rest])
        variance = self._variance(np.concatenate([guess[self._lab], guess[self._rest]]), everyone, self._n + self._r)
        used = (self._r > 0) & (self._n > 0)
        n, r = np.maximum(self._n, 1), np.maximum(self._r, 1)
        top = float((used * self._weight**2 * covariance / n).sum())
        bottom = float((used * self._weight**2 * variance * (1 / n + 1 / r)).sum())
        return float(np.clip(top / bottom, 0, 1)) if bottom > 0 else 0.0

    def _variance(self, values: Floats, of: Places, n: Floats) -> Floats:
        mean = self._mean(values, of, n)
        return np.bincount(of, (values - mean[of]) ** 2, len(n)) / np.maximum(n - 1, 1)

    def _spread(self, left: Floats, error: float) -> tuple[Floats, Floats]:
        """Variances within strata, and the pooled one with one error more; a single case takes the pooled one."""
        mean = self._mean(left, self._of_lab, self._n)
        squares = np.bincount(self._of_lab, (left - mean[self._of_lab]) ** 2, len(self._n))
        freedom = np.maximum(self._n - 1, 0)
        if not freedom.sum():
            everything = float(left.var(ddof=1)) if len(left) > 1 else 1.0
            return np.full(len(self._n), everything), np.full(len(self._n), everything)
        plain = squares.sum() / freedom.sum()
        # Of several decisions of a case more than one may be wrong: one case more like the worst.
        one_more = max(error**2, float(((left - mean[self._of_lab]) ** 2).max())) if self._m.max() > 1 else error**2
        pooled = max(plain, (squares.sum() + one_more) / (freedom.sum() + 1))
        own = np.where(freedom > 0, squares / np.maximum(freedom, 1), plain)
        return own, np.full(len(self._n), pooled if error else 0.0)

    def sample_interval(self, plain: _Solution) -> tuple[float, float]:
        """The exact interval of the sample alone, for its effective size: never more than its weights allow."""
        weights = (self._weight / np.maximum(self._n, 1))[self._of_lab]
        kish = float((weights * self._m).sum() ** 2 / (weights**2 * self._m).sum())
        cases = int((self._m > 0).sum())
        size = float(effective_size(plain.share, plain.variance, min(cases, self.freedom + 1), self.decided))
        size = min(size, kish)
        if self.fewest < FEWEST:
            # Too few cases with one of the answers to show how the decisions of a case hang together.
            size = min(size, cases)
        low, high = clopper_pearson(plain.share * size, size)
        return float(low), float(high)

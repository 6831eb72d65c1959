"""A share beside the national one of 2021: both samples are small, and the test knows it.

The report publishes whole percents, so the number of cases behind a share is known within a few: 52 % of 299 is 154,
155 or 156 cases. The test takes whichever of them lies nearest to the other share, so that rounding never makes a
difference.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from docscore.statistics.intervals import LEVEL, clopper_pearson

if TYPE_CHECKING:
    from collections.abc import Sequence

Test: TypeAlias = Literal["fisher", "score"]
Correction: TypeAlias = Literal["holm", "bh"]

CORRECTIONS: tuple[Correction, ...] = ("holm", "bh")
"""Holm: the chance of a single false difference in the table is at most 5 %. Benjamini-Hochberg: of the differences
that are pointed out, at most 5 % are expected to be false."""

SIGNIFICANT = 0.05

_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)
_EXPECTED = 5
"""Cochran's rule: the score test needs this many expected cases in every cell."""


@dataclass(frozen=True, slots=True)
class National:
    """A published share.

    Attributes:
        share: 0..1, as published.
        n: the cases behind it.
        source: where it stands, "figur 44 og 46".
        counts: the numbers of cases that it may stand for: all that round to the published percent.
        low: lower bound of its exact 95 % interval, the rounding included.
        high: upper bound.
    """

    share: float
    n: int
    source: str
    counts: range
    low: float
    high: float


def national(percent: float, n: int, source: str) -> National:
    """A share that is published as a whole percent.

    >>> one = national(0, 11, "figur 4 og 25")
    >>> one.low, round(one.high, 2)
    (0.0, 0.28)
    """
    return _published(percent / 100, n, source, counts_of(percent, n))


def counted(count: int, n: int, source: str) -> National:
    """A share that is published as a number of cases."""
    return _published(count / n, n, source, range(count, count + 1))


def _published(share: float, n: int, source: str, counts: range) -> National:
    low, high = clopper_pearson(counts[0], n)[0], clopper_pearson(counts[-1], n)[1]
    return National(share, n, source, counts, float(low), float(high))


def counts_of(percent: float, n: int) -> range:
    """The numbers of ``n`` cases whose share rounds to a whole percent; the nearest where none does.

    >>> list(counts_of(52, 299)), list(counts_of(0, 11)), list(counts_of(99, 140))
    ([154, 155, 156], [0], [138, 139])
    """
    low = max(0, math.ceil((percent - 0.5) / 100 * n - 1e-9))
    high = min(n, math.floor((percent + 0.5) / 100 * n + 1e-9))
    if low > high:
        low = high = round(percent / 100 * n)
    return range(low, high + 1)


def compare(documented: int, decided: int, other: National) -> tuple[float, Test]:
    """The two-sided p-value that both samples come from the same share, and which test gave it.

    Fisher's exact test where an expected count is below 5, otherwise the score test (Pearson's chi-square with the
    pooled share and no continuity correction). Of the numbers that round to the published percent, the least
    surprising counts.

    Args:
        documented: own cases where it is documented.
        decided: own cases; more than 0.
        other: the published share.
    """
    tests = [two_sample(documented, decided, count, other.n) for count in other.counts]
    return max(tests, key=lambda one: one[0])


def two_sample(k1: int, n1: int, k2: int, n2: int) -> tuple[float, Test]:
    """The two-sided p-value of two shares: the score test, or Fisher's where an expected count is below 5.

    >>> p, test = two_sample(3, 15, 156, 299)
    >>> round(p, 4), test
    (0.015, 'score')
    """
    total, hits = n1 + n2, k1 + k2
    smallest = min(n1, n2) * min(hits, total - hits) / total
    if smallest < _EXPECTED:
        return fisher(k1, n1, k2, n2), "fisher"
    pooled = hits / total
    z2 = (k1 / n1 - k2 / n2) ** 2 / (pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return math.erfc(math.sqrt(z2 / 2)), "score"


def fisher(k1: int, n1: int, k2: int, n2: int) -> float:
    """Fisher's exact test, two-sided: the probability of all tables no likelier than this one, margins given."""
    from scipy import special

    hits = k1 + k2
    if n2 < n1:
        k1, n1, n2 = k2, n2, n1
    x = np.arange(max(0, hits - n2), min(n1, hits) + 1, dtype=np.float64)
    log = -(
        special.gammaln(x + 1)
        + special.gammaln(n1 - x + 1)
        + special.gammaln(hits - x + 1)
        + special.gammaln(n2 - hits + x + 1)
    )
    weight = np.exp(log - log.max())
    here = weight[k1 - int(x[0])]
    # Tables of the same probability differ by rounding only.
    return min(1.0, float(weight[weight <= here * (1 + 1e-7)].sum() / weight.sum()))


def difference(k1: int, n1: int, k2: int, n2: int) -> tuple[float, float]:
    """The 95 % interval of the difference of two shares (Newcombe 1998, method 10, from Wilson's intervals)."""
    p, q = k1 / n1, k2 / n2
    (low1, high1), (low2, high2) = _wilson(p, n1), _wilson(q, n2)
    return p - q - math.hypot(p - low1, high2 - q), p - q + math.hypot(high1 - p, q - low2)


def _wilson(share: float, n: int) -> tuple[float, float]:
    """As :func:`docscore.statistics.intervals.wilson`, for one share: a table has thousands of them."""
    z2 = _Z**2
    middle, half = share + z2 / (2 * n), _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n**2))
    return max((middle - half) / (1 + z2 / n), 0.0), min((middle + half) / (1 + z2 / n), 1.0)


def adjusted(p_values: Sequence[float], correction: Correction) -> list[float]:
    """P-values corrected for their number.

    Args:
        p_values: in any order.
        correction: Holm 1979 (step-down Bonferroni) or Benjamini and Hochberg 1995.

    >>> [round(p, 3) for p in adjusted([0.01, 0.04, 0.03], "holm")]
    [0.03, 0.06, 0.06]
    >>> [round(p, 3) for p in adjusted([0.01, 0.04, 0.03], "bh")]
    [0.03, 0.04, 0.04]
    """
    p = np.asarray(p_values, np.float64)
    n = len(p)
    order = np.argsort(p, kind="stable")
    if correction == "holm":
        stepped = np.maximum.accumulate(p[order] * np.arange(n, 0, -1))
    else:
        stepped = np.minimum.accumulate((p[order] * n / np.arange(1, n + 1))[::-1])[::-1]
    found = np.empty(n)
    found[order] = np.minimum(stepped, 1)
    return [float(value) for value in found]

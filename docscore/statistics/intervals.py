"""Intervals of a share: exact (Clopper-Pearson) and Wilson, also where decisions of one case hang together.

All functions take numbers or arrays. A share without its interval does not exist here: whatever gives a share gives
these with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

LEVEL = 0.95
"""Confidence of every interval that is shown."""


FEWEST = 5
"""Cases that must hold each of the two answers before a sample shows how its decisions hang together."""


def clopper_pearson(k: Any, n: Any, level: float = LEVEL) -> tuple[Floats, Floats]:
    """The exact interval of ``k`` out of ``n``; 0 to 1 where ``n`` is 0.

    ``k`` and ``n`` need not be whole: an effective sample size (:func:`korn_graubard`) is not.

    Args:
        k: documented.
        n: decided.
        level: confidence.

    >>> low, high = clopper_pearson(15, 15)
    >>> round(float(low), 3), float(high)
    (0.782, 1.0)
    """
    from scipy import special

    k, n = np.broadcast_arrays(np.asarray(k, np.float64), np.asarray(n, np.float64))
    tail = (1 - level) / 2
    low = np.where(k > 0, special.betaincinv(np.where(k > 0, k, 1), np.maximum(n - k + 1, 1e-12), tail), 0.0)
    left = n - k
    high = np.where(left > 0, special.betaincinv(k + 1, np.where(left > 0, left, 1), 1 - tail), 1.0)
    return low, high


def wilson(k: Any, n: Any, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Wilson's score interval of ``k`` out of ``n``; 0 to 1 where ``n`` is 0.

    >>> [round(float(bound), 3) for bound in wilson(0, 15)]
    [0.0, 0.204]
    """
    from scipy import special

    k, n = np.broadcast_arrays(np.asarray(k, np.float64), np.asarray(n, np.float64))
    z2 = float(special.ndtri((1 + level) / 2)) ** 2
    some = np.where(n > 0, n, 1)
    p = k / some
    middle = (p + z2 / (2 * some)) / (1 + z2 / some)
    half = np.sqrt(z2 * (p * (1 - p) / some + z2 / (4 * some**2))) / (1 + z2 / some)
    low = np.where((n > 0) & (k > 0), np.maximum(middle - half, 0), 0.0)
    high = np.where((n > 0) & (k < n), np.minimum(middle + half, 1), 1.0)
    return low, high


def effective_size(share: Any, variance: Any, clusters: Any, decisions: Any, level: float = LEVEL) -> Floats:
    """How many independent decisions a share of clustered ones is worth (Korn and Graubard 1998).

    The variance is known from ``clusters`` only, so the size is cut by the square of the ratio of the quantiles of t
    with that many degrees of freedom. It is never above ``decisions``, and where the variance cannot be estimated (one
    cluster, or a share of 0 or 1) it is the number of clusters.

    Args:
        share: the estimated share.
        variance: its variance, clusters taken into account.
        clusters: independent units (cases).
        decisions: decisions behind the share.
        level: confidence of the interval that it is for.
    """
    from scipy import special

    share, variance, clusters, decisions = np.broadcast_arrays(
        *(np.asarray(value, np.float64) for value in (share, variance, clusters, decisions))
    )
    side = (1 + level) / 2
    known = (variance > 0) & (clusters > 1) & (share > 0) & (share < 1)
    size = share * (1 - share) / np.where(known, variance, 1)
    fewer = special.stdtrit(np.maximum(clusters - 1, 1), side)
    more = special.stdtrit(np.maximum(decisions - 1, 1), side)
    size = np.where(known, size * (more / fewer) ** 2, clusters)
    return np.asarray(np.minimum(size, decisions), np.float64)


def korn_graubard(
    share: Any, variance: Any, clusters: Any, decisions: Any
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats], Floats]:
    """The exact and the Wilson interval of a share of clustered decisions, and its effective size.

    Args:
        share: documented ÷ decided.
        variance: of the share, clusters taken into account.
        clusters: cases.
        decisions: decided.
    """
    size = effective_size(share, variance, clusters, decisions)
    k = np.asarray(share) * size
    return clopper_pearson(k, size), wilson(k, size), size

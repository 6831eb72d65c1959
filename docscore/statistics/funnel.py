"""Funnel plots: shares of groups of unequal size, with the limits that chance alone allows.

Spiegelhalter 2005 (Statistics in Medicine 24): the target is the share of all groups together; the limits are exact
binomial ones with 95 % and 99.8 % between them. A group inside the limits does not differ from the rest in any way that
its size can show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docscore.statistics.intervals import Floats
    from docscore.statistics.shares import Row

LIMITS = (0.95, 0.998)
"""What lies between the inner and between the outer limits by chance."""

_STEPS = 60


@dataclass(frozen=True, slots=True)
class Point:
    """A group: ``outside`` is 0 within all limits, 1 outside the 95 % limits, 2 outside the 99.8 % ones."""

    group: str
    documented: int
    decided: int
    low: float
    high: float
    outside: int

    @property
    def share(self) -> float:
        """0..1."""
        return self.documented / self.decided


@dataclass(frozen=True, slots=True)
class Funnel:
    """A plot.

    Attributes:
        figure: the checkpoint.
        target: the share of all groups together.
        points: the groups with any decided case.
        sizes: numbers of cases for which the limits are given.
        limits: for each of :data:`LIMITS` lower and upper bounds by ``sizes``.
        dispersion: the groups' spread in units of chance (the mean squared z); about 1 where chance explains it all.
        p: of the chi-square test that all groups have the same share.
    """

    figure: str
    target: float
    points: list[Point]
    sizes: list[int]
    limits: list[tuple[list[float], list[float]]]
    dispersion: float
    p: float


def limits(target: float, n: Any, level: float) -> tuple[Floats, Floats]:
    """The bounds between which the share of ``n`` cases lies with at least probability ``level`` when the target holds.

    A share is beyond a bound where the binomial probability of so many cases, or more extreme, is below half of what is
    left. Between whole numbers of cases the bounds go on smoothly, by the incomplete beta function.

    Args:
        target: 0..1.
        n: cases.
        level: probability between the bounds.
    """
    n = np.asarray(n, np.float64)
    tail = (1 - level) / 2
    return 1 - _upper(1 - target, n, tail), _upper(target, n, tail)


def _upper(target: float, n: Floats, tail: float) -> Floats:
    """The share beyond which ``n`` cases lie with a probability below ``tail``; 1 where no share does."""
    from scipy import special

    if target in (0, 1):
        return np.full(n.shape, float(target))
    # P(X >= k) falls from 1 at k = 0 to 0 at k = n + 1.
    low, high = np.zeros(n.shape), n + 1
    for _ in range(60):
        k = (low + high) / 2
        more = special.betainc(k, n - k + 1, target) > tail
        low, high = np.where(more, k, low), np.where(more, high, k)
    return np.minimum(low / n, 1)


def funnel(figure: str, rows: Sequence[Row]) -> Funnel | None:
    """The plot of a checkpoint from the rows of its groups; None where fewer than two have a decided case.

    Args:
        figure: the checkpoint.
        rows: one per group.
    """
    from scipy import special

    filled = [row for row in rows if row.share.decided]
    if len(filled) < 2:
        return None
    documented = np.array([row.share.documented for row in filled], np.float64)
    decided = np.array([row.share.decided for row in filled], np.float64)
    target = float(documented.sum() / decided.sum())
    inner, outer = (limits(target, decided, level) for level in LIMITS)
    share = documented / decided
    points = [
        Point(
            row.group or "",
            row.share.documented,
            row.share.decided,
            *row.share.exact,
            int(_outside(share[k], inner, k)) + int(_outside(share[k], outer, k)),
        )
        for k, row in enumerate(filled)
    ]
    spread = target * (1 - target)
    chi2 = float((decided * (share - target) ** 2).sum() / spread) if spread else 0.0
    freedom = len(filled) - 1
    sizes = np.unique(np.geomspace(1, max(2, decided.max() * 1.05), _STEPS).astype(int))
    curves = [limits(target, sizes, level) for level in LIMITS]
    return Funnel(
        figure=figure,
        target=target,
        points=points,
        sizes=[int(size) for size in sizes],
        limits=[(low.tolist(), high.tolist()) for low, high in curves],
        dispersion=chi2 / freedom,
        p=float(special.chdtrc(freedom, chi2)),
    )


def _outside(share: float, bounds: tuple[Floats, Floats], k: int) -> bool:
    return bool(share < bounds[0][k] - 1e-12 or share > bounds[1][k] + 1e-12)

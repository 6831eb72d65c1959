"""A share with its intervals: of one decision per case, or of several that hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from docscore.statistics.intervals import FEWEST, clopper_pearson, korn_graubard, wilson

Numbers: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """Documented ÷ decided, never without its intervals (95 %).

    Attributes:
        documented: decisions ``dokumenteret``.
        decided: these and ``ikke_dokumenteret``.
        cases: the cases behind them, the independent units.
        exact: Clopper and Pearson's interval; 0 to 1 where nothing is decided.
        wilson: Wilson's score interval.
        effective: how many independent decisions the decided ones are worth; ``decided`` where each case has one.
    """

    documented: int
    decided: int
    cases: int
    exact: tuple[float, float]
    wilson: tuple[float, float]
    effective: float

    @property
    def share(self) -> float | None:
        """0..1; None where nothing is decided."""
        return self.documented / self.decided if self.decided else None

    @property
    def clustered(self) -> bool:
        """Whether cases have more than one decision each, so that the intervals are those of clustered ones."""
        return self.decided > self.cases


def binomial(documented: Numbers, decided: Numbers) -> list[Share]:
    """Shares of one decision per case.

    Args:
        documented: of each group.
        decided: of each group.
    """
    exact, score = clopper_pearson(documented, decided), wilson(documented, decided)
    return [
        Share(int(k), int(n), int(n), _pair(exact, group), _pair(score, group), float(n))
        for group, (k, n) in enumerate(zip(documented, decided, strict=True))
    ]


def clustered(
    documented: NDArray[np.generic], decided: NDArray[np.generic], place: NDArray[np.intp], groups: int
) -> list[Share]:
    """Shares that pool several decisions of a case: a ratio of sums over cases, with the case as the unit.

    The variance is that of the linearised ratio (Cochran 1977, section 6.4), the intervals are Korn and Graubard's.
    Where fewer than :data:`~docscore.statistics.intervals.FEWEST` cases hold one of the answers, a case counts once.

    Args:
        documented: decisions of each case.
        decided: decisions of each case.
        place: each case's group.
        groups: their number.
    """
    y, m = documented.astype(np.float64), decided.astype(np.float64)
    k, n = np.bincount(place, y, groups), np.bincount(place, m, groups)
    cases = np.bincount(place, m > 0, groups)
    share = np.divide(k, n, out=np.zeros(groups), where=n > 0)
    residual = np.bincount(place, (y - share[place] * m) ** 2, groups)
    some = np.maximum(n, 1)
    variance = residual / some**2 * cases / np.maximum(cases - 1, 1)
    fewest = np.minimum(np.bincount(place, y > 0, groups), np.bincount(place, m > y, groups))
    exact, score, size = korn_graubard(share, variance, cases, np.where(fewest < FEWEST, np.minimum(cases, n), n))
    return [
        Share(int(k[g]), int(n[g]), int(cases[g]), _pair(exact, g), _pair(score, g), float(size[g]))
        for g in range(groups)
    ]


def _pair(bounds: tuple[Numbers, Numbers], group: int) -> tuple[float, float]:
    return float(bounds[0][group]), float(bounds[1][group])

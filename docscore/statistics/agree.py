"""How far two sources agree, checkpoint by checkpoint, and which cases to discuss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from docscore.checkpoints import load_catalogue
from docscore.errors import InputError
from docscore.learn import metrics
from docscore.report.privacy import mask_name
from docscore.statistics.answers import NONE, Answers
from docscore.statistics.decisions import DOCUMENTED, NOT_DOCUMENTED, STATUSES, shown
from docscore.statistics.share import binomial, clustered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

POOLED = "alle"
"""The figure over all checkpoints; its intervals treat the case as the unit."""

ROUNDS = 2000
"""Resamples of an interval."""


@dataclass(frozen=True, slots=True)
class Row:
    """Agreement at a checkpoint, over the cases that both decided.

    Attributes:
        figure: the checkpoint, or :data:`POOLED`.
        n: decisions that both made.
        confusion: both documented, only A, only B, neither.
        agreement: the share on which they agree; ``agreement_interval`` exact, with the case as the unit for
            :data:`POOLED`.
        kappa: Cohen's, None where it is undefined (both give one answer only); its interval is resampled by case, and
            None where resampling shows no spread (they agree on everything).
        ac1: Gwet's; likewise.
        statuses: all answers that both gave, by A's and B's status (:data:`docscore.statistics.STATUSES`).
    """

    figure: str
    n: int
    confusion: tuple[int, int, int, int]
    agreement: float
    agreement_interval: tuple[float, float]
    kappa: float | None
    kappa_interval: tuple[float, float] | None
    ac1: float | None
    ac1_interval: tuple[float, float] | None
    statuses: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """A case on which the two give different answers at a checkpoint; ``probability`` is a machine's."""

    case_id: str
    checkpoint: str
    a: str
    b: str
    probability: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of two sources.

    Attributes:
        cases: that both have.
        only_a: cases that A alone has.
        only_b: cases that B alone has.
        rows: one per checkpoint that both decided somewhere, and the pooled one.
        disputes: the cases to discuss, by checkpoint; those that only one could decide too.
    """

    cases: int
    only_a: int
    only_b: int
    rows: list[Row]
    disputes: list[Dispute]


def agreement(a: Answers, b: Answers, seed: int = 0) -> Agreement:
    """How far two sources agree.

    Args:
        a: the first.
        b: the second.
        seed: of the resampled intervals.

    Raises:
        InputError: they have no case in common.
    """
    have = set(b.cases)
    cases = [case_id for case_id in a.cases if case_id in have]
    if not cases:
        raise InputError(
            f"{shown(a.source)} og {shown(b.source)} har ingen sager fælles. Kontrollér, at case_id skrives ens."
        )
    left, right = a.at(cases), b.at(cases)
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    disputes: list[Dispute] = []
    columns = [k for k, checkpoint in enumerate(load_catalogue()) if not checkpoint.measured]
    names = [checkpoint.id for checkpoint in load_catalogue()]
    for k in columns:
        row = _row(names[k], left[:, [k]], right[:, [k]], rng)
        if row is not None:
            rows.append(row)
        disputes += _disputes(names[k], cases, left[:, k], right[:, k], _chances(a, b, cases, k))
    if len(rows) > 1:
        whole = _row(POOLED, left[:, columns], right[:, columns], rng)
        assert whole is not None
        rows.append(whole)
    return Agreement(len(cases), len(a.cases) - len(cases), len(b.cases) - len(cases), rows, disputes)


def _row(figure: str, left: NDArray[np.int8], right: NDArray[np.int8], rng: np.random.Generator) -> Row | None:
    both = np.isin(left, (DOCUMENTED, NOT_DOCUMENTED)) & np.isin(right, (DOCUMENTED, NOT_DOCUMENTED))
    if not both.any():
        return None
    x, y = left == DOCUMENTED, right == DOCUMENTED
    cells = np.stack([(both & one).sum(axis=1) for one in (x & y, x & ~y, ~x & y, ~x & ~y)], axis=1)
    totals = cells.sum(axis=0)
    n = int(totals.sum())
    agreed, kappa, ac1 = (float(value[0]) for value in _figures(totals[None, :].astype(np.float64)))
    drawn = _figures(_resampled(cells[both.any(axis=1)], rng))
    same, one_group = cells[:, 0] + cells[:, 3], np.zeros(len(cells), np.intp)
    exact = (
        clustered(same, cells.sum(axis=1), one_group, 1)[0].exact
        if left.shape[1] > 1
        else binomial(np.array([float(same.sum())]), np.array([float(n)]))[0].exact
    )
    given = (left != NONE) & (right != NONE)
    statuses = tuple(
        tuple(int((given & (left == i) & (right == j)).sum()) for j in range(len(STATUSES)))
        for i in range(len(STATUSES))
    )
    return Row(
        figure=figure,
        n=n,
        confusion=(int(totals[0]), int(totals[1]), int(totals[2]), int(totals[3])),
        agreement=agreed,
        agreement_interval=exact,
        kappa=None if np.isnan(kappa) else kappa,
        kappa_interval=None if np.isnan(kappa) else _interval(drawn[1]),
        ac1=None if np.isnan(ac1) else ac1,
        ac1_interval=None if np.isnan(ac1) else _interval(drawn[2]),
        statuses=statuses,
    )


def _interval(drawn: NDArray[np.float64]) -> tuple[float, float] | None:
    """The interval of resampled figures; None where they are all the same, which shows no certainty but few cases."""
    found = metrics.interval(drawn)
    return None if found is None or found[0] == found[1] else found


def _resampled(cells: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Totals of resamples of whole cases; cases with the same counts, of which there are few kinds, in one draw."""
    kinds, times = np.unique(cells, axis=0, return_counts=True)
    drawn = rng.multinomial(len(cells), times / len(cells), size=ROUNDS)
    return np.asarray(drawn @ kinds, np.float64)


def _figures(totals: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Agreement, kappa and AC1 of tables of counts, shape (tables,); NaN where undefined."""
    n = totals.sum(axis=1)
    some = np.where(n > 0, n, np.nan)
    agreed = (totals[:, 0] + totals[:, 3]) / some
    p, q = (totals[:, 0] + totals[:, 1]) / some, (totals[:, 0] + totals[:, 2]) / some
    return agreed, metrics._kappa(agreed, p, q), metrics._ac1(agreed, p, q)


def _chances(a: Answers, b: Answers, cases: Sequence[str], k: int) -> dict[str, float]:
    """A machine's probabilities at a checkpoint."""
    found: dict[str, float] = {}
    wanted = set(cases)
    for source in (a, b):
        if source.probability is not None:
            column = source.probability[:, k]
            found.update(
                (case_id, float(chance))
                for case_id, chance in zip(source.cases, column, strict=True)
                if case_id in wanted and not np.isnan(chance)
            )
    return found


def _disputes(
    checkpoint: str,
    cases: Sequence[str],
    left: NDArray[np.int8],
    right: NDArray[np.int8],
    chances: dict[str, float],
) -> list[Dispute]:
    differ = [int(k) for k in np.flatnonzero((left != right) & (left != NONE) & (right != NONE))]
    return [
        Dispute(mask_name(cases[k]), checkpoint, STATUSES[left[k]], STATUSES[right[k]], chances.get(cases[k]))
        for k in differ
    ]

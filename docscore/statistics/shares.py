"""Shares of cases per checkpoint and part, in all and by group, each with its intervals.

A checkpoint's share counts one decision per case. A part (all, legal requirements, quality, a theme) pools many
decisions of the same case, which hang together; its intervals therefore treat the case as the unit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from docscore.checkpoints import Krav, load_catalogue
from docscore.scoring import THEMES
from docscore.statistics import compare
from docscore.statistics.decisions import DOCUMENTED, NOT_ASSESSABLE, NOT_DOCUMENTED, NOT_RELEVANT
from docscore.statistics.fokusrevision import national_of, of_all
from docscore.statistics.share import Numbers, Share, binomial, clustered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from docscore.checkpoints import Checkpoint
    from docscore.statistics.compare import Correction, National, Test
    from docscore.statistics.decisions import Decisions


PARTS = ("alle", "lovkrav", "kvalitet", *(f"tema_{theme}" for theme in THEMES))
"""The pooled figures, as in the score of a case."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A share beside the national one: the p-value, the same corrected for all comparisons of the table, and the
    interval of the difference (own minus national, 95 %, uncorrected)."""

    national: National
    share: Share
    """The own share that is compared: of all cases where the report's is
    (:func:`docscore.statistics.fokusrevision.of_all`), otherwise the row's."""
    test: Test
    p: float
    adjusted: float
    difference: tuple[float, float]

    @property
    def differs(self) -> bool:
        """Whether they differ after correction."""
        return self.adjusted < compare.SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: a checkpoint or part, in all cases (``by`` and ``group`` None) or in a group."""

    figure: str
    by: str | None
    group: str | None
    share: Share
    not_assessable: int
    not_relevant: int
    comparison: Comparison | None = None
    national: National | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """Days of a checkpoint that measures: how many cases, mean, quartiles, and cases where they are not known."""

    figure: str
    by: str | None
    group: str | None
    n: int
    mean: float
    quartiles: tuple[float, float, float]
    not_assessable: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a run.

    Attributes:
        cases: how many cases there are.
        decisions: lines that were counted.
        unknown: lines with a checkpoint that the catalogue does not have.
        rows: the shares: checkpoints in the catalogue's order, then parts; first of all cases, then of each group.
        measures: the measured numbers, likewise.
        correction: how the p-values were corrected, and ``comparisons`` for how many.
    """

    cases: int
    decisions: int
    unknown: int
    rows: list[Row]
    measures: list[Measure]
    correction: Correction
    comparisons: int


def summarise(
    decisions: Decisions,
    groups: Mapping[str, Sequence[str]] | None = None,
    *,
    checkpoints: Sequence[str] = (),
    correction: Correction = "holm",
) -> Statistics:
    """The figures of a run.

    Args:
        decisions: the run.
        groups: columns to group by: for each its value per case.
        checkpoints: only these; all, and the parts, where empty.
        correction: for the number of comparisons with the national figures.
    """
    from docscore.statistics.cases import groups_of

    chosen = [checkpoint for checkpoint in load_catalogue() if not checkpoints or checkpoint.id in checkpoints]
    table = _Tables(decisions)
    rows: list[Row] = []
    measures: list[Measure] = []
    everyone = np.zeros(len(decisions.cases), np.intp)
    ways: list[tuple[str | None, Sequence[str | None], NDArray[np.intp]]] = [(None, [None], everyone)]
    for by, values in (groups or {}).items():
        names = groups_of(values, by)
        ways.append((by, names, _places(values, names)))
    for way, shown, place in ways:
        rows += table.rows(way, shown, place, chosen, parts=not checkpoints)
        measures += table.measures(way, shown, place, chosen)
    compared = _compared(rows, correction)
    total = int(decisions.counts.sum())
    n = sum(row.comparison is not None for row in compared)
    return Statistics(len(decisions.cases), total, decisions.unknown, compared, measures, correction, n)


def _places(values: Sequence[str], names: Sequence[str]) -> NDArray[np.intp]:
    place = {name: number for number, name in enumerate(names)}
    return np.fromiter((place[value] for value in values), np.intp, len(values))


def part_sums(decisions: Decisions) -> dict[str, tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """For each of :data:`PARTS` and each case: documented, decided and not assessable decisions.

    They are those of :func:`docscore.scoring.score_case`: a breach counts inverted, measured numbers are left out,
    and a checkpoint that is a legal requirement only under a condition counts as one where the condition holds.
    """
    catalogue = load_catalogue()
    place = {name: number for number, name in enumerate(decisions.checkpoints)}
    counts = _columns(decisions)
    found = {}
    for part in PARTS:
        sums = [np.zeros(len(decisions.cases), np.int64) for _ in range(3)]
        for checkpoint in catalogue:
            if checkpoint.measured:
                continue
            weight = _belongs(checkpoint, part, counts, place)
            if weight is None:
                continue
            mine = counts[place[checkpoint.id]]
            right = NOT_DOCUMENTED if checkpoint.breach else DOCUMENTED
            for number, column in ((0, right), (1, DOCUMENTED), (1, NOT_DOCUMENTED), (2, NOT_ASSESSABLE)):
                sums[number] += mine[column] * weight
        found[part] = (sums[0], sums[1], sums[2])
    return found


def _belongs(
    checkpoint: Checkpoint, part: str, counts: NDArray[np.uint16], place: Mapping[str, int]
) -> NDArray[np.int64] | int | None:
    """1 for the cases in which a checkpoint counts in a part; None where it never does."""
    if part == "alle":
        return 1
    if part.startswith("tema_"):
        theme = int(part.removeprefix("tema_"))
        return 1 if (checkpoint.inddragelse if theme == 5 else checkpoint.theme == theme) else None
    law: NDArray[np.int64] | int = int(checkpoint.krav is Krav.LOV)
    if not law and checkpoint.law_when is not None:
        law = (counts[place[checkpoint.law_when], DOCUMENTED] > 0).astype(np.int64)
    if part == "lovkrav":
        return None if isinstance(law, int) and not law else law
    return 1 - law if checkpoint.krav is Krav.PRAKSIS else None


def _columns(decisions: Decisions) -> NDArray[np.uint16]:
    """The counts by checkpoint and status first, so that those of all cases lie side by side."""
    return np.ascontiguousarray(decisions.counts.transpose(1, 2, 0))


class _Tables:
    """Sums over the cases of each group."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._place = {name: number for number, name in enumerate(decisions.checkpoints)}
        self._parts = part_sums(decisions)
        self._counts = _columns(decisions)

    def rows(
        self,
        by: str | None,
        names: Sequence[str | None],
        place: NDArray[np.intp],
        chosen: Sequence[Checkpoint],
        *,
        parts: bool,
    ) -> list[Row]:
        """Checkpoints, then parts, each for all groups."""
        found: list[Row] = []
        for checkpoint in chosen:
            if checkpoint.measured:
                continue
            mine = self._counts[self._place[checkpoint.id]]
            decided = mine[DOCUMENTED] + mine[NOT_DOCUMENTED]
            sums = np.stack([_sum(place, mine[status], len(names)) for status in range(4)])
            shares = (
                clustered(mine[DOCUMENTED], decided, place, len(names))
                if decided.max(initial=0) > 1
                else binomial(sums[DOCUMENTED], sums[DOCUMENTED] + sums[NOT_DOCUMENTED])
            )
            found += [
                Row(
                    checkpoint.id,
                    by,
                    name,
                    share,
                    int(sums[NOT_ASSESSABLE, group]),
                    int(sums[NOT_RELEVANT, group]),
                    national=national_of(checkpoint.id, name if by == "status" else None),
                )
                for group, (name, share) in enumerate(zip(names, shares, strict=True))
            ]
        if parts:
            for part, (documented, total, not_assessable) in self._parts.items():
                shares = clustered(documented, total, place, len(names))
                left = _sum(place, not_assessable, len(names))
                found += [
                    Row(part, by, name, share, int(left[group]), 0)
                    for group, (name, share) in enumerate(zip(names, shares, strict=True))
                ]
        return found

    def measures(
        self, by: str | None, names: Sequence[str | None], place: NDArray[np.intp], chosen: Sequence[Checkpoint]
    ) -> list[Measure]:
        """The measured numbers of each group."""
        found: list[Measure] = []
        for checkpoint in chosen:
            cases, days = self._decisions.measured.get(checkpoint.id, (np.empty(0, np.intp), np.empty(0)))
            if not checkpoint.measured or not len(cases):
                continue
            unknown = _sum(place, self._counts[self._place[checkpoint.id], NOT_ASSESSABLE], len(names))
            for group, name in enumerate(names):
                mine = days[place[cases] == group]
                if len(mine):
                    low, middle, high = (float(value) for value in np.quantile(mine, [0.25, 0.5, 0.75]))
                    found.append(
                        Measure(
                            checkpoint.id,
                            by,
                            name,
                            len(mine),
                            float(mine.mean()),
                            (low, middle, high),
                            int(unknown[group]),
                        )
                    )
        return found


def _sum(place: NDArray[np.intp], values: NDArray[np.generic], groups: int) -> Numbers:
    return np.bincount(place, values.astype(np.float64), groups).astype(np.float64)


def _compared(rows: Sequence[Row], correction: Correction) -> list[Row]:
    """The rows with their comparisons, all of them corrected together."""
    tested: dict[int, tuple[Share, float, Test]] = {}
    for number, row in enumerate(rows):
        if row.national is None or row.share.clustered:
            continue
        share = row.share
        if row.figure in of_all():
            every = np.array([float(share.decided + row.not_relevant)])
            share = binomial(np.array([float(share.documented)]), every)[0]
        if share.decided:
            tested[number] = (share, *compare.compare(share.documented, share.decided, row.national))
    adjusted = dict(zip(tested, compare.adjusted([p for _, p, _ in tested.values()], correction), strict=True))
    found = list(rows)
    for number, (share, p, test) in tested.items():
        row, national = rows[number], rows[number].national
        assert national is not None
        own = share.documented / share.decided
        nearest = min(national.counts, key=lambda count: abs(count / national.n - own))
        difference = compare.difference(share.documented, share.decided, nearest, national.n)
        found[number] = replace(row, comparison=Comparison(national, share, test, p, adjusted[number], difference))
    return found

"""Shares of all cases of a run from a machine's decisions and an auditor's own for a random sample of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from docscore.checkpoints import load_catalogue
from docscore.errors import InputError
from docscore.report.privacy import one_line
from docscore.statistics import ppi
from docscore.statistics.answers import NONE, Answers
from docscore.statistics.decisions import DOCUMENTED, NOT_DOCUMENTED, shown
from docscore.statistics.ppi import Data
from docscore.statistics.share import binomial, clustered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from docscore.statistics.ppi import Estimate
    from docscore.statistics.share import Share

POOLED = "alle"
"""The figure over all checkpoints that the auditor answered in every case of the sample."""

BIASED = 0.05


@dataclass(frozen=True, slots=True)
class Row:
    """One estimate.

    Attributes:
        figure: the checkpoint, or :data:`POOLED`.
        estimate: from the sample and the machine.
        both: cases of the sample that both decided.
        only_machine: of these, where the machine alone says documented; ``only_own`` where the auditor alone does.
        bias: the p-value that the machine errs as often to one side as to the other (exact McNemar test); None where
            decisions of one case are pooled.
        machine: the share of the machine's own decisions over all cases, uncorrected.
    """

    figure: str
    estimate: Estimate
    both: int
    only_machine: int
    only_own: int
    bias: float | None
    machine: Share

    @property
    def biased(self) -> bool:
        """Whether the machine errs to one side on these cases."""
        return self.bias is not None and self.bias < BIASED


@dataclass(frozen=True, slots=True)
class Estimates:
    """The estimates of a sample.

    Attributes:
        cases: of the run.
        labelled: cases that the auditor decided.
        strata: names of the columns that the sample was drawn by.
        empty: strata with cases and no labelled one, and how many cases they have; no estimate speaks of them.
        strangers: labelled cases that the run does not have.
        rows: one per checkpoint that the auditor answered, in the catalogue's order, and the pooled one.
        uneven: columns over which the sample is not spread as the cases are, though they are no strata.
    """

    cases: int
    labelled: int
    strata: tuple[str, ...]
    empty: dict[tuple[str, ...], int]
    strangers: list[str]
    rows: list[Row]
    uneven: tuple[str, ...] = ()


def estimates(
    machine: Answers,
    own: Answers,
    strata: Mapping[str, Sequence[str]] | None = None,
    watched: Mapping[str, Sequence[str]] | None = None,
) -> Estimates:
    """The share of every checkpoint that the auditor answered.

    Args:
        machine: the machine's answers to all cases, with probabilities where it has them.
        own: the auditor's answers to a random sample of these cases.
        strata: the columns that the sample was drawn by: for each its value per case of ``machine``.
        watched: columns that are no strata, to see whether the sample is spread over them as the cases are.

    Raises:
        InputError: no labelled case is in the run.
    """
    known = set(machine.cases)
    strangers = [case_id for case_id in own.cases if case_id not in known]
    answers = own.at(machine.cases)
    labelled = (answers != NONE).any(axis=1)
    if not labelled.any():
        raise InputError(
            f"Ingen af sagerne i {shown(own.source)} har afgørelser i {shown(machine.source)}. "
            "Kontrollér, at case_id skrives ens."
        )
    keys = list(zip(*(strata or {}).values(), strict=True)) if strata else [()] * len(machine.cases)
    names = sorted(set(keys))
    place = {key: number for number, key in enumerate(names)}
    stratum = np.fromiter((place[key] for key in keys), np.intp, len(keys))
    rows, empty = _rows(machine, answers, stratum, names)
    return Estimates(
        cases=len(machine.cases),
        labelled=int(labelled.sum()),
        strata=tuple(strata or ()),
        empty=empty,
        strangers=strangers,
        rows=rows,
        uneven=tuple(name for name, values in (watched or {}).items() if _uneven(values, labelled)),
    )


def _rows(
    machine: Answers, answers: NDArray[np.int8], stratum: NDArray[np.intp], names: Sequence[tuple[str, ...]]
) -> tuple[list[Row], dict[tuple[str, ...], int]]:
    given = answers != NONE
    labelled = given.any(axis=1)
    sizes = np.bincount(stratum, minlength=len(names))
    sampled = np.bincount(stratum[labelled], minlength=len(names))
    empty = {names[k]: int(sizes[k]) for k in range(len(names)) if sizes[k] and not sampled[k]}
    checkpoints = load_catalogue().checkpoints
    columns = [k for k in range(len(checkpoints)) if given[:, k].any() and not checkpoints[k].measured]
    guess, guessed = _guesses(machine)
    rows: list[Row] = []
    for k in columns:
        row = _row(checkpoints[k].id, machine, answers, guess, guessed, stratum, [k])
        if row is not None:
            rows.append(row)
    whole = [k for k in columns if given[labelled, k].all()]
    if len(whole) > 1:
        row = _row(POOLED, machine, answers, guess, guessed, stratum, whole)
        if row is not None:
            rows.append(row)
    return rows, empty


def _guesses(machine: Answers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The machine's expected documented and its decided answers: its probability where it has one, else 0 or 1."""
    guessed = np.isin(machine.statuses, (DOCUMENTED, NOT_DOCUMENTED)).astype(np.float64)
    hard = (machine.statuses == DOCUMENTED).astype(np.float64)
    if machine.probability is None:
        return hard, guessed
    chance = machine.probability.astype(np.float64)
    return np.where(np.isnan(chance), hard, chance) * guessed, guessed


def _row(
    figure: str,
    machine: Answers,
    answers: NDArray[np.int8],
    guess: NDArray[np.float64],
    guessed: NDArray[np.float64],
    stratum: NDArray[np.intp],
    columns: Sequence[int],
) -> Row | None:
    mine, theirs = answers[:, columns], machine.statuses[:, columns]
    labelled = (mine != NONE).all(axis=1)
    sampled = np.bincount(stratum[labelled], minlength=int(stratum.max()) + 1)
    # A stratum without a labelled case is not estimated at all, rather than guessed from the others.
    kept = sampled[stratum] > 0
    renumbered = np.cumsum(sampled > 0) - 1
    found = ppi.estimate(
        Data(
            labelled=labelled[kept],
            documented=(mine == DOCUMENTED).sum(axis=1).astype(np.float64)[kept],
            decided=np.isin(mine, (DOCUMENTED, NOT_DOCUMENTED)).sum(axis=1).astype(np.float64)[kept],
            guessed_documented=guess[:, columns].sum(axis=1)[kept],
            guessed_decided=guessed[:, columns].sum(axis=1)[kept],
            stratum=renumbered[stratum[kept]],
        )
    )
    if found is None:
        return None
    both = np.isin(mine, (DOCUMENTED, NOT_DOCUMENTED)) & np.isin(theirs, (DOCUMENTED, NOT_DOCUMENTED))
    only_machine = int((both & (theirs == DOCUMENTED) & (mine == NOT_DOCUMENTED)).sum())
    only_own = int((both & (theirs == NOT_DOCUMENTED) & (mine == DOCUMENTED)).sum())
    documented = (theirs[kept] == DOCUMENTED).sum(axis=1)
    decided = np.isin(theirs[kept], (DOCUMENTED, NOT_DOCUMENTED)).sum(axis=1)
    one = len(columns) == 1
    plain = binomial(np.array([documented.sum()]), np.array([decided.sum()]))
    pooled = clustered(documented, decided, np.zeros(len(decided), np.intp), 1)
    return Row(
        figure=figure,
        estimate=found,
        both=int(both.sum()),
        only_machine=only_machine,
        only_own=only_own,
        bias=mcnemar(only_machine, only_own) if one else None,
        machine=(plain if one else pooled)[0],
    )


def mcnemar(one: int, other: int) -> float:
    """The exact two-sided p-value that errors to either side are equally likely.

    >>> round(mcnemar(8, 1), 4), mcnemar(0, 0)
    (0.0391, 1.0)
    """
    from scipy import special

    n = one + other
    return min(1.0, 2 * float(special.bdtr(min(one, other), n, 0.5))) if n else 1.0


def _uneven(values: Sequence[str], labelled: NDArray[np.bool_]) -> bool:
    """Whether the sample is spread over a column otherwise than the cases, beyond chance (chi-square, 1 %)."""
    from scipy import special

    column = np.array([one_line(value) for value in values], dtype=object)
    groups, place = np.unique(column.astype(str), return_inverse=True)
    if len(groups) < 2 or labelled.all():
        return False
    share = np.bincount(place) / len(place)
    seen = np.bincount(place[labelled], minlength=len(groups))
    expected = share * labelled.sum()
    if (expected < 5).any():
        return False
    chi2 = float(((seen - expected) ** 2 / expected).sum())
    return float(special.chdtrc(len(groups) - 1, chi2)) < 0.01

"""Answers of one source, machine or auditor: one status per case and checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from docscore.checkpoints import load_catalogue
from docscore.errors import InputError
from docscore.report.privacy import mask_name, one_line
from docscore.statistics.decisions import NAMES, STATUSES, load_decisions, shown
from docscore.statistics.lists import case_id_of, meaning, read_list, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

NONE = -1
"""The place of an answer that was not given."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers by case and checkpoint.

    Attributes:
        source: where they come from.
        cases: the ids.
        statuses: places in :data:`docscore.statistics.STATUSES`, :data:`NONE` without an answer, shape (cases,
            checkpoints of the catalogue).
        probability: of ``dokumenteret``, NaN where there is none; None where the source has no probabilities.
    """

    source: Path
    cases: list[str]
    statuses: NDArray[np.int8]
    probability: NDArray[np.float32] | None = None

    def at(self, cases: list[str]) -> NDArray[np.int8]:
        """The statuses of other cases in their order; :data:`NONE` for those that are not here."""
        place = {case_id: number for number, case_id in enumerate(self.cases)}
        rows = np.array([place.get(case_id, len(self.cases)) for case_id in cases], np.intp)
        return np.vstack([self.statuses, np.full((1, self.statuses.shape[1]), NONE, np.int8)])[rows]


def load_answers(path: Path) -> Answers:
    """The answers of a run, or of an auditor's own table.

    A run is a folder of ``docscore score`` or its ``decisions`` file. A table (CSV, XLSX, JSONL, Parquet) has
    ``case_id`` and either ``checkpoint`` and ``status``, one row per answer, or a column per checkpoint, one row per
    case. Answers are written as the contract names them or as people do (ja, nej, kan ikke vurderes, ikke relevant);
    an empty cell is none.

    Raises:
        InputError: a row is no answer, or a case has two at one checkpoint; the message names file and row.
    """
    if path.is_dir() or path.name in NAMES:
        decisions = load_decisions(path, probabilities=True)
        return Answers(decisions.source, decisions.cases, decisions.statuses(), decisions.probability)
    places = {checkpoint.id: number for number, checkpoint in enumerate(load_catalogue())}
    rows: dict[str, NDArray[np.int8]] = {}
    for number, row in read_list(path):
        case_id = case_id_of(row, path, number)
        given = _long(row, path, number) if "checkpoint" in row else {name: row[name] for name in row if name in places}
        if not given and number == 1 and "checkpoint" not in row and not set(row) & set(places):
            raise InputError(
                f"{shown(path)}: der er hverken kolonnerne checkpoint og status eller en kolonne pr. kontrolpunkt "
                "(f.eks. ind.progression). Ret overskrifterne."
            )
        mine = rows.setdefault(case_id, np.full(len(places), NONE, np.int8))
        for name, answer in given.items():
            if name not in places:
                raise InputError(
                    f"{shown(path)}, række {number}: kontrolpunktet {one_line(mask_name(name))} findes ikke. Brug "
                    "kontrolpunkternes id, f.eks. ind.progression."
                )
            if not text_of(answer):
                continue
            status = meaning("answers", answer)
            if status is None:
                raise InputError(
                    f"{shown(path)}, række {number}: svaret i {name} kan ikke læses. "
                    f"Skriv {', '.join(STATUSES)}, ja eller nej."
                )
            if mine[places[name]] != NONE:
                raise InputError(
                    f"{shown(path)}, række {number}: sagen har to svar på {name}. Lad hver sag have "
                    "ét svar på hvert kontrolpunkt."
                )
            mine[places[name]] = STATUSES.index(status)
    if not rows:
        raise InputError(f"{shown(path)} har ingen svar. Giv en tabel med case_id og svar.")
    return Answers(path, list(rows), np.stack(list(rows.values())))


def _long(row: dict[str, object], path: Path, number: int) -> dict[str, object]:
    if "status" not in row:
        if number == 1:
            raise InputError(f"{shown(path)}: kolonnen status mangler ved siden af checkpoint. Ret overskrifterne.")
        return {}
    return {text_of(row["checkpoint"]): row["status"]}

"""The decisions of a run as arrays: how many of each status every case has at every checkpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from docscore.checkpoints import load_catalogue
from docscore.decision import Status
from docscore.errors import InputError
from docscore.report.privacy import mask_name, one_line

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from docscore.statistics.blocks import Block, Encoded

STATUSES: tuple[str, ...] = tuple(status.value for status in Status)
DOCUMENTED, NOT_DOCUMENTED, NOT_ASSESSABLE, NOT_RELEVANT = range(4)
"""Places in :data:`STATUSES`."""

NAMES = ("decisions.parquet", "decisions.jsonl", "decisions.csv")
"""The files of a run that hold its decisions, the fastest first."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of a run.

    Attributes:
        source: the file that they come from.
        cases: the ids in the order of the file.
        checkpoints: the catalogue's ids, in its order.
        counts: decisions by case, checkpoint and status (:data:`STATUSES`), shape (cases, checkpoints, 4).
        probability: of ``dokumenteret``, NaN where there is none, shape (cases, checkpoints); None when not asked for.
        measured: for each checkpoint that measures days, the places of the cases and their numbers.
        unknown: lines with a checkpoint that the catalogue does not have; they are left out.
    """

    source: Path
    cases: list[str]
    checkpoints: tuple[str, ...]
    counts: NDArray[np.uint16]
    probability: NDArray[np.float32] | None = None
    measured: dict[str, tuple[NDArray[np.intp], NDArray[np.float64]]] = field(default_factory=dict)
    unknown: int = 0

    @property
    def documented(self) -> NDArray[np.uint16]:
        """Decisions ``dokumenteret``, shape (cases, checkpoints)."""
        return self.counts[:, :, DOCUMENTED]

    @property
    def decided(self) -> NDArray[np.uint16]:
        """Decisions ``dokumenteret`` or ``ikke_dokumenteret``, shape (cases, checkpoints)."""
        return self.counts[:, :, DOCUMENTED] + self.counts[:, :, NOT_DOCUMENTED]

    def statuses(self) -> NDArray[np.int8]:
        """The one status of each case at each checkpoint as a place in :data:`STATUSES`, -1 where there is no decision.

        Raises:
            InputError: a case has two decisions at the same checkpoint.
        """
        total = self.counts.sum(axis=2)
        if (total > 1).any():
            case, checkpoint = np.argwhere(total > 1)[0]
            raise InputError(
                f"{shown(self.source)}: sagen {one_line(self.cases[case])} har flere afgørelser af "
                f"{self.checkpoints[checkpoint]}. Lad hver sag have én linje for hvert kontrolpunkt."
            )
        return np.where(total == 0, -1, self.counts.argmax(axis=2)).astype(np.int8)


def shown(path: Path) -> str:
    """A path for a message."""
    return one_line(mask_name(str(path)))


def decisions_file(path: Path) -> Path:
    """The file with the decisions: the path itself, or the one in the folder of a run.

    Raises:
        InputError: there is none.
    """
    if path.is_dir():
        for name in NAMES:
            if (path / name).is_file():
                return path / name
        raise InputError(
            f"{shown(path)} har ingen decisions.jsonl. Angiv en mappe, som docscore score har "
            "skrevet, eller filen selv."
        )
    if not path.is_file():
        raise InputError(
            f"{shown(path)} findes ikke. Angiv en mappe, som docscore score har skrevet, eller filen selv."
        )
    if path.suffix.lower() not in {".jsonl", ".ndjson", ".parquet", ".csv"}:
        raise InputError(
            f"{shown(path)} kan ikke læses som afgørelser. Angiv decisions.jsonl, decisions.parquet "
            "eller decisions.csv fra docscore score."
        )
    return path


def load_decisions(path: Path, *, probabilities: bool = False) -> Decisions:
    """The decisions of a run.

    Args:
        path: a folder that ``docscore score`` wrote, or its ``decisions.jsonl``, ``.parquet`` or ``.csv``.
        probabilities: whether the probabilities are needed too.

    Raises:
        InputError: there are none, or a line is no decision; the message names file and line.
    """
    from docscore.statistics.blocks import read_blocks

    file = decisions_file(path)
    collected = _Collector(file)
    for block in read_blocks(file, probabilities=probabilities):
        collected.add(block)
    return collected.finish(probabilities)


class _Collector:
    """Turns blocks of rows into arrays of places."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._checkpoints = {checkpoint.id: place for place, checkpoint in enumerate(load_catalogue())}
        self._statuses = {name: place for place, name in enumerate(STATUSES)}
        self._cases: dict[str, int] = {}
        self._keys: list[NDArray[np.int64]] = []
        self._probabilities: list[NDArray[np.float32]] = []
        self._measured: dict[str, dict[int, float]] = {}
        self._unknown = 0

    def add(self, block: Block) -> None:
        """Take in a block."""
        case = self._places(block.case, self._cases, grow=True)
        checkpoint = self._places(block.checkpoint, self._checkpoints)
        status = self._places(block.status, self._statuses)
        if (status < 0).any():
            raise InputError(
                f"{shown(self._file)}: en afgørelse har en status, som ikke findes. "
                f"Den skal være {', '.join(STATUSES)}."
            )
        known = checkpoint >= 0
        self._unknown += int((~known).sum())
        key = (case * len(self._checkpoints) + checkpoint) * len(STATUSES) + status
        self._keys.append(key[known])
        if block.probability is not None:
            self._probabilities.append(block.probability[known])
        for case_id, name, value in block.numbers:
            self._measured.setdefault(name, {})[self._cases[case_id]] = value

    @staticmethod
    def _places(column: Encoded, places: dict[str, int], *, grow: bool = False) -> NDArray[np.int64]:
        """The place of each row's text; -1 for an unknown one."""
        names, rows = column
        if grow:
            found = [places.setdefault(name, len(places)) for name in names]
        else:
            found = [places.get(name, -1) for name in names]
        return np.array(found, np.int64)[rows] if found else np.empty(0, np.int64)

    def finish(self, probabilities: bool) -> Decisions:
        """All of it."""
        if not self._cases:
            raise InputError(f"{shown(self._file)} har ingen afgørelser. Kør docscore score på nogle sager først.")
        shape = (len(self._cases), len(self._checkpoints), len(STATUSES))
        keys = np.concatenate(self._keys)
        counts = np.bincount(keys, minlength=shape[0] * shape[1] * shape[2]).astype(np.uint16).reshape(shape)
        matrix = None
        if probabilities:
            matrix = np.full(shape[:2], np.nan, np.float32)
            matrix.reshape(-1)[keys // len(STATUSES)] = np.concatenate(self._probabilities)
        measured = {
            name: (np.fromiter(found, np.intp, len(found)), np.fromiter(found.values(), np.float64, len(found)))
            for name, found in self._measured.items()
        }
        return Decisions(
            self._file, list(self._cases), tuple(self._checkpoints), counts, matrix, measured, self._unknown
        )

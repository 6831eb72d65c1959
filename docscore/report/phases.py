"""How the citizen's perspective, the job goal and progression fare through the phases of one case (themes 4 and 5).

A view over decisions, no new ones: the same question of the preparatory part, the recommendation, Min Plan, the newest
jobsamtale and the newest follow-up side by side, so that a reader sees where it is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docscore.case import Kind
from docscore.decision import Status

if TYPE_CHECKING:
    from docscore.checkpoints import Catalogue, Checkpoint
    from docscore.report.records import CaseRecord

PHASES = (Kind.FORBEREDENDE_DEL, Kind.INDSTILLING, Kind.MIN_PLAN, Kind.JOBSAMTALE, Kind.OPFOELGNING)
"""The documents of a case in the order of its course."""

TOPICS = ("borgerens_perspektiv", "klart_jobmaal", "progression")
"""The topics that are followed through the phases."""

_LEAST = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """One topic in one phase.

    Attributes:
        kind: the phase's document kind.
        checkpoint: the checkpoint that answers it, None where no checkpoint asks it there.
        status: its status, None where there is no checkpoint or it does not apply to the case.
        grade: the decision's grade.
        lost: missing here, though documented in an earlier phase.
    """

    kind: Kind
    checkpoint: str | None = None
    status: Status | None = None
    grade: int | str | None = None
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """One topic through all :data:`PHASES`."""

    topic: str
    cells: tuple[Cell, ...]

    @property
    def decided(self) -> int:
        """How many phases are decided."""
        return sum(cell.status in (Status.DOKUMENTERET, Status.IKKE_DOKUMENTERET) for cell in self.cells)


def phases_of(record: CaseRecord, catalogue: Catalogue) -> tuple[Course, ...]:
    """The courses of a case.

    Args:
        record: the scored case.
        catalogue: the checkpoints.

    Returns:
        One course per topic of :data:`TOPICS`; empty where no topic is decided in two phases, so that there is nothing
        to follow.
    """
    status = {decision["checkpoint"]: Status(decision["status"]) for decision in record.decisions}
    grades = {decision["checkpoint"]: decision["grade"] for decision in record.decisions}
    courses = []
    for topic in TOPICS:
        cells: list[Cell] = []
        seen = False
        for kind in PHASES:
            checkpoint = _asked(catalogue, topic, kind, status)
            if checkpoint is None:
                cells.append(Cell(kind))
                continue
            answer = status[checkpoint.id]
            lost = seen and answer is Status.IKKE_DOKUMENTERET
            seen = seen or answer is Status.DOKUMENTERET
            shown = None if answer is Status.IKKE_RELEVANT else answer
            cells.append(Cell(kind, checkpoint.id, shown, grades[checkpoint.id], lost))
        courses.append(Course(topic, tuple(cells)))
    return tuple(courses) if max(course.decided for course in courses) >= _LEAST else ()


def _asked(catalogue: Catalogue, topic: str, kind: Kind, status: dict[str, Status]) -> Checkpoint | None:
    """The checkpoint that asks a topic of a phase: the first that applies to the case, the citizen's own goal last."""
    asked = [c for c in catalogue.for_kind(kind) if c.topic == topic and c.id in status]
    asked.sort(key=lambda checkpoint: (status[checkpoint.id] is Status.IKKE_RELEVANT, checkpoint.own))
    return asked[0] if asked else None

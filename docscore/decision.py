"""What docscore concludes: findings of detectors, and decisions by the codebook, section 2."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """The four answers for one (document, checkpoint) pair."""

    DOKUMENTERET = "dokumenteret"
    IKKE_DOKUMENTERET = "ikke_dokumenteret"
    KAN_IKKE_VURDERES = "kan_ikke_vurderes"
    IKKE_RELEVANT = "ikke_relevant"


class Method(StrEnum):
    """How a decision was reached (contract, ``method``)."""

    MODEL = "model"
    REGEL = "regel"
    DATO = "dato"
    FELT = "felt"
    SAMMENLIGNING = "sammenligning"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quotation; offsets in code points into the document's extracted text.

    ``document_id`` names the document quoted where it is not the decision's own.
    """

    start: int
    end: int
    text: str
    document_id: str | None = None


Value = int | float | str | list[str] | list[int] | list[float] | None
"""An extracted number, date (ISO), list, or nothing; a list of two numbers is an interval."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one detector found about one question in one document.

    ``documented`` is None where the detector cannot tell (``reason`` says why, in Danish).
    ``probability`` is the calibrated probability of ``dokumenteret``, None where no model was asked.
    ``applies`` is False where what was read shows that the checkpoint does not concern the case.
    ``warnings`` and ``problems`` are Danish sentences for the case's reader (codebook, section 4.1: a contradiction
    is a warning, a number that cannot be is a problem).
    """

    documented: bool | None
    method: Method
    probability: float | None = None
    grade: int | str | None = None
    value: Value = None
    review: bool = False
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None
    applies: bool = True
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of ``decisions.jsonl``: a case, a checkpoint, and the answer with its reasons."""

    case_id: str
    checkpoint: str
    document_id: str | None
    kind: str
    status: Status
    value: Value
    probability: float | None
    grade: int | str | None
    review: bool
    evidence: tuple[Evidence, ...]
    method: Method
    model: str | None
    reason: str | None

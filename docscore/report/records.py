"""The lines of the contract as plain dictionaries: exact names, exact order, persons masked.

Everything that leaves docscore (files, terminal, report) is made from these, so that masking is done once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from docscore.privacy.masking import Masks

if TYPE_CHECKING:
    from docscore.batch.corridor import CaseResult
    from docscore.case import Document, Problem
    from docscore.decision import Decision, Evidence, Value

Record: TypeAlias = dict[str, Any]

_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A scored case as it is written: its line of ``cases.jsonl``, its decisions and its problems."""

    case: Record
    decisions: tuple[Record, ...]
    problems: tuple[Record, ...]
    characters: int = 0


@dataclass(slots=True)
class Ids:
    """Masked ids that stay unique: two names that differ in what is masked only get a number.

    It masks the quotations of a case too, each once: one sentence documents many things.
    """

    masks: Masks = field(default_factory=Masks)
    _given: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _quoted: dict[str, str] = field(default_factory=dict)

    def quoted(self, text: str) -> str:
        """A masked quotation."""
        if text not in self._quoted:
            self._quoted[text] = self.masks.text(text)
        return self._quoted[text]

    def of(self, wanted: str) -> str:
        """The id to write; the same for the same wanted id."""
        if wanted not in self._given:
            masked, number = self.masks.name(wanted), 1
            answer = masked
            while answer in self._taken:
                number += 1
                answer = f"{masked}~{number}"
            self._taken.add(answer)
            self._given[wanted] = answer
        return self._given[wanted]


def case_record(result: CaseResult, *, masking: bool = True) -> CaseRecord:
    """A case's result as records.

    Args:
        result: the scored case.
        masking: False to write texts and ids as they are (``--no-masking``).
    """
    case = result.case
    masks = Masks.of(case, active=masking)
    ids = Ids(masks)
    for document in case.documents:
        ids.of(document.document_id)
    case_id = masks.name(case.case_id)
    line: Record = {
        "case_id": case_id,
        "kommune": None if case.facts.kommune is None else masks.number(case.facts.kommune),
        "status": None if case.facts.status is None else case.facts.status.value,
        "score": result.score.as_dict(),
        "documents": [_document_record(document, ids) for document in case.documents],
        "warnings": [masks.said(warning) for warning in result.warnings],
    }
    return CaseRecord(
        case=line,
        decisions=tuple(decision_record(decision, case_id, ids) for decision in result.decisions),
        problems=tuple(problem_record(problem, masks) for problem in case.problems),
        characters=sum(document.end - document.start for document in case.documents),
    )


def decision_record(decision: Decision, case_id: str, ids: Ids) -> Record:
    """A line of ``decisions.jsonl``."""
    return {
        "case_id": case_id,
        "checkpoint": decision.checkpoint,
        "document_id": None if decision.document_id is None else ids.of(decision.document_id),
        "kind": decision.kind,
        "status": decision.status.value,
        "value": _value(decision.value, ids.masks),
        "probability": None if decision.probability is None else round(float(decision.probability), _DECIMALS),
        "grade": decision.grade,
        "review": bool(decision.review),
        "evidence": [_evidence(quote, ids) for quote in decision.evidence],
        "method": decision.method.value,
        "model": decision.model,
        "reason": None if decision.reason is None else ids.masks.said(decision.reason),
    }


def _evidence(quote: Evidence, ids: Ids) -> Record:
    """A quotation; one of another document than the decision's own names it."""
    record: Record = {"start": int(quote.start), "end": int(quote.end), "text": ids.quoted(quote.text)}
    if quote.document_id is not None:
        record["document_id"] = ids.of(quote.document_id)
    return record


def problem_record(problem: Problem, masks: Masks | None = None) -> Record:
    """A line of ``problems.jsonl``; ``masks`` is None where it belongs to no case that was read."""
    masks = masks or Masks.of_message(problem.file)
    return {"file": masks.name(problem.file), "row": problem.row, "reason": masks.said(problem.reason)}


def _document_record(document: Document, ids: Ids) -> Record:
    return {
        "document_id": ids.of(document.document_id),
        "kind": None if document.kind is None else document.kind.value,
        "date": None if document.date is None else document.date.isoformat(),
        "file": None if document.file is None else ids.masks.name(document.file),
        "sha256": document.sha256,
        "pages": document.pages,
        "ocr": document.ocr,
        "ocr_pages": [{"page": page.page, "confidence": page.confidence} for page in document.ocr_pages],
        "ocr_engine": document.ocr_engine,
        # The id of the document that this one repeats: it is listed, and never audited.
        "duplicate_of": None if document.duplicate_of is None else ids.of(document.duplicate_of),
    }


def _value(value: Value, masks: Masks) -> Value:
    if isinstance(value, str):
        return masks.text(value)
    if isinstance(value, list):
        # A list holds either texts or numbers.
        return [masks.text(item) if isinstance(item, str) else item for item in value]  # type: ignore[return-value]
    return value

"""Which checkpoints of a case a reader is shown, under which heading, and how they are to be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docscore.checkpoints.catalogue import Krav
from docscore.decision import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docscore.checkpoints import Catalogue, Checkpoint
    from docscore.report.records import CaseRecord, Record

LAW, QUALITY, OTHER = "law", "quality", "other"
SECTIONS = (LAW, QUALITY, OTHER)
"""Legal requirements first (codebook, section 5); ``OTHER`` holds what only a condition requires."""

_DECIDED = (Status.DOKUMENTERET, Status.IKKE_DOKUMENTERET)


@dataclass(frozen=True, slots=True)
class Item:
    """A decided checkpoint as it is shown.

    Attributes:
        checkpoint: its row of the catalogue.
        decision: the line of ``decisions.jsonl``.
        section: the heading it stands under.
        good: whether it is as it should be; a breach that is there is not.
        also: the other section that counts the same question (``same_as``), or None.
    """

    checkpoint: Checkpoint
    decision: Record
    section: str
    good: bool
    also: str | None = None

    @property
    def known_no(self) -> bool:
        """Whether a field or a date says no: an answer, not a gap in a document that can be filled by writing."""
        return not self.good and not self.checkpoint.breach and self.decision["method"] in {"felt", "dato"}

    @property
    def ask(self) -> bool:
        """Whether to show what to ask or write: for a gap, and for a legal field that can be put right."""
        return not self.good and (not self.known_no or (self.section == LAW and self.decision["method"] == "felt"))


@dataclass(frozen=True, slots=True)
class Sections:
    """A case's checkpoints, sorted for a reader.

    Attributes:
        items: by section, in the catalogue's order; a question that two rows ask stands once.
        undecided: how many checkpoints cannot be judged, by why: ``unsupported``, ``missing`` or ``empty``
            document, or ``other`` (dates and fields that are not known).
        missing_kinds: the document kinds that are not in the case and whose checkpoints wait for them.
        review: how many of the items are uncertain.
    """

    items: Mapping[str, tuple[Item, ...]]
    undecided: Mapping[str, int]
    missing_kinds: tuple[str, ...]
    review: int


def sections_of(record: CaseRecord, catalogue: Catalogue) -> Sections:
    """Sort a case's decisions for a reader."""
    from docscore.checkpoints.reasons import EMPTY, MISSING, UNSUPPORTED

    reasons = {UNSUPPORTED: "unsupported", MISSING: "missing", EMPTY: "empty"}
    by_id = {decision["checkpoint"]: decision for decision in record.decisions}
    section_of = {checkpoint_id: _section(catalogue[checkpoint_id], by_id) for checkpoint_id in by_id}
    twins = {
        checkpoint.same_as: checkpoint.id
        for checkpoint in catalogue
        if checkpoint.same_as in by_id and _decided(by_id[checkpoint.same_as]) and _decided(by_id.get(checkpoint.id))
    }
    items: dict[str, list[Item]] = {section: [] for section in SECTIONS}
    undecided: Counter[str] = Counter()
    missing: dict[str, None] = {}
    for checkpoint_id, decision in by_id.items():
        checkpoint = catalogue[checkpoint_id]
        if decision["status"] == Status.KAN_IKKE_VURDERES:
            why = reasons.get(decision["reason"], "other")
            undecided[why] += 1
            if why == "missing":
                missing[checkpoint.kind] = None
        if not _decided(decision) or checkpoint_id in twins:
            continue
        also = section_of[checkpoint.same_as] if twins.get(checkpoint.same_as) == checkpoint_id else None
        section = section_of[checkpoint_id]
        good = (decision["status"] == Status.DOKUMENTERET) != checkpoint.breach
        items[section].append(Item(checkpoint, decision, section, good, also if also != section else None))
    shown = [item for part in items.values() for item in part]
    return Sections(
        items={section: tuple(part) for section, part in items.items()},
        undecided=dict(undecided.most_common()),
        missing_kinds=tuple(missing),
        review=sum(item.decision["review"] for item in shown),
    )


def _decided(decision: Record | None) -> bool:
    return decision is not None and decision["status"] in _DECIDED


def _section(checkpoint: Checkpoint, by_id: Mapping[str, Record]) -> str:
    """The part of the score that counts the checkpoint (:func:`docscore.scoring.score_case`)."""
    condition = by_id.get(checkpoint.law_when or "")
    if checkpoint.krav is Krav.LOV or (condition is not None and condition["status"] == Status.DOKUMENTERET):
        return LAW
    return QUALITY if checkpoint.krav is Krav.PRAKSIS else OTHER

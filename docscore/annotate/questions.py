"""What is asked of a document of a kind, and the short codes in which answers travel through annotation tools.

A code is the answer as people choose it: a topic's grade (``0``, ``1``, ``2``; for progression its degrees), ``ja`` or
``nej`` for another text checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from docscore.case import Kind
from docscore.checkpoints.catalogue import OWN, Checkpoint, CheckpointType, load_catalogue
from docscore.learn.annotations import ELEMENTS, HEADS, PROGRESSION_GRADES, Label

Spans = tuple[tuple[int, int], ...]

_UNGRADED = frozenset({"op.hjaelpemidler"})
"""Checkpoints that ask for a topic, but without its grade (annotations/vejledning.md, section 11)."""

YES, NO = "ja", "nej"
"""Codes of a checkpoint without grades."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a document: its ``head``, the ``checkpoint`` it answers, and the codes to choose from."""

    head: str
    checkpoint: str
    text: str
    codes: tuple[str, ...]

    @property
    def negative(self) -> str:
        """The code of "not documented"."""
        return NO if NO in self.codes else self.codes[0]

    @property
    def elements(self) -> tuple[str, ...]:
        """Sub-elements that may be marked beside the answer."""
        return ELEMENTS if self.head == "borgerens_perspektiv" else ()

    @property
    def own(self) -> bool:
        """Whether it is also asked if the goal is the citizen's own."""
        return self.head == "klart_jobmaal"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its code, the spans that bear it (code points), sub-elements, and whether the goal is the citizen's.

    ``probability`` is that of ``dokumenteret`` where a model answered.
    """

    code: str
    evidence: Spans = ()
    elements: tuple[str, ...] = ()
    own: bool = False
    probability: float | None = None


@lru_cache(maxsize=32)
def questions(kind: Kind) -> tuple[Question, ...]:
    """The questions that are asked of a document of a kind, topics first; empty for a kind that nothing is asked of."""
    found: list[Question] = []
    for head in HEADS:
        checkpoints = [c for c in load_catalogue().for_kind(kind) if c.decided_by == head and c.decided_by != OWN]
        if not checkpoints:
            continue
        checkpoint = min(checkpoints, key=lambda c: c.same_as is not None)
        found.append(Question(head, checkpoint.id, checkpoint.question(), _codes(checkpoint)))
    return tuple(found)


def _codes(checkpoint: Checkpoint) -> tuple[str, ...]:
    if checkpoint.type is CheckpointType.TEXT or checkpoint.id in _UNGRADED:
        return NO, YES
    return PROGRESSION_GRADES if checkpoint.decided_by == "progression" else ("0", "1", "2")


def is_graded(question: Question) -> bool:
    """Whether the answer is a topic's grade."""
    return NO not in question.codes


def answer_of(question: Question, label: Label) -> Answer:
    """An annotated label as an answer."""
    said = YES if label.documented else NO
    return Answer(str(label.grade) if is_graded(question) else said, label.evidence, label.elements, label.own)


def record_of(question: Question, answer: Answer, text: str) -> dict[str, object]:
    """An answer as it stands in a label file.

    Args:
        question: what was asked.
        answer: the answer; its code is one of the question's.
        text: the document's.
    """
    documented = answer.code != question.negative
    record: dict[str, object] = {"documented": documented}
    if is_graded(question):
        record["grade"] = int(answer.code) if answer.code.isdigit() else answer.code
    if question.elements:
        record["elements"] = [element for element in question.elements if element in answer.elements]
    if question.own:
        record["own"] = documented and answer.own
    record["evidence"] = [{"start": a, "end": b, "text": text[a:b]} for a, b in sorted(set(answer.evidence))]
    return record

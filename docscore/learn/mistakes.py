"""The wrong decisions of an evaluation that the machine was surest of, with what a reader needs to see why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from docscore.checkpoints.catalogue import OWN, TOPICS, load_catalogue
from docscore.language.reading import read
from docscore.learn.annotations import AnnotatedDocument, label_files, load_case
from docscore.learn.evaluate import Decided, Spans, label_of
from docscore.report.privacy import mask_name, one_line

MOST = 40
"""Wrong decisions that are shown."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong decision in its document; spans are offsets into ``text``.

    ``annotated`` are the annotated sentences, ``debated`` those that some annotators underlined and others did not,
    ``sentences`` all sentences of the document as the machine reads it.
    """

    decided: Decided
    text: str
    sentences: Spans
    annotated: Spans
    debated: Spans
    note: str


def confidence(one: Decided) -> float:
    """How probable the machine holds its own answer to be."""
    return one.probability if one.answer else 1 - one.probability


def worst(decisions: Sequence[Decided], most: int = MOST) -> list[Decided]:
    """The wrong decisions with the highest confidence, the surest first."""
    wrong = [one for one in decisions if one.answer != one.truth]
    return sorted(wrong, key=lambda d: (-confidence(d), d.case_id, d.document, d.head))[:most]


def in_context(chosen: Sequence[Decided], annotations: Path) -> list[Mistake]:
    """Wrong decisions with their documents.

    Args:
        chosen: from :func:`worst`.
        annotations: the corpus that the decisions are about.

    Raises:
        AnnotationError: a label file breaks the format.
    """

    @cache
    def documents(case: str) -> dict[str, AnnotatedDocument]:
        return {document.name: document for document in load_case(annotations / "cases" / case)}

    @cache
    def sentences(case: str, name: str) -> Spans:
        document = documents(case)[name]
        return tuple((s.start, s.end) for s in read(document.text, kind=document.kind).sentences)

    found: list[Mistake] = []
    for one in chosen:
        document = documents(one.case_id)[one.document]
        label = label_of(document, one.head)
        found.append(
            Mistake(
                decided=one,
                text=document.text,
                sentences=sentences(one.case_id, one.document),
                annotated=label.evidence,
                debated=label.debated,
                note=_note(annotations / "cases" / one.case_id, one),
            )
        )
    return found


def _note(case: Path, one: Decided) -> str:
    """What the writer noted beside the label."""
    entry: dict[str, Any] = json.loads(label_files(case)[0].read_text("utf-8"))["documents"][one.document]
    if one.head in (*TOPICS, OWN):
        labels = [entry["topics"]["klart_jobmaal" if one.head == OWN else one.head]]
    else:
        by_id = load_catalogue().by_id
        labels = [label for name, label in entry["checkpoints"].items() if by_id[name].decided_by == one.head]
    return next((str(label["note"]) for label in labels if label.get("note")), "")


def references(chosen: Sequence[Decided]) -> list[dict[str, Any]]:
    """Wrong decisions without any text, for a file of figures; ``underlined`` are offsets into the document."""
    return [
        {
            "case": shown(one.case_id),
            "document": shown(one.document),
            "writer": shown(one.writer),
            "kind": str(one.kind),
            "topic": one.head,
            "difficulty": one.difficulty,
            "truth": one.truth,
            "answer": one.answer,
            "probability": round(one.probability, 4),
            "review": one.review,
            "underlined": [list(span) for span in one.underlined],
        }
        for one in chosen
    ]


def shown(name: str) -> str:
    """A name from the corpus as it may be printed."""
    return one_line(mask_name(name))

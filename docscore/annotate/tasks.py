"""Documents to annotate, with the answers that a model or an annotator gave: what every tool's format is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from docscore.annotate.offsets import canonical
from docscore.annotate.questions import NO, YES, Answer, answer_of, is_graded, questions
from docscore.case import Document, Kind, Problem
from docscore.checkpoints.catalogue import OWN
from docscore.learn.annotations import case_folders, file_text, label_files, load_labels, parse_json
from docscore.report.privacy import mask

if TYPE_CHECKING:
    from docscore.case import Case
    from docscore.detect.topics import TopicModel

RANDOM = "tilfaeldig"
"""Marks a case that was drawn at random, so that figures over such cases alone are unbiased."""

_NO_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Task:
    """One document to annotate.

    Attributes:
        case_id: a folder's name.
        document: a text file's name in it.
        kind: what the document is.
        date: ISO date, or None.
        writer: whose style it is (a municipality, a team), which evaluation holds out together.
        text: the canonical text (:func:`docscore.annotate.offsets.canonical`), CPR numbers masked.
        answers: by head; empty where nobody has answered.
        annotator: who gave the answers, or the model's name.
        selection: how the case was chosen, :data:`RANDOM` or a reason; empty where nobody chose.
    """

    case_id: str
    document: str
    kind: Kind
    date: str | None
    writer: str
    text: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    annotator: str = ""
    selection: str = ""


def is_corpus(source: Path) -> bool:
    """Whether a folder is an annotated corpus (it has a folder ``cases``)."""
    return (source / "cases").is_dir()


def of_corpus(root: Path) -> Iterator[Task]:
    """The documents of an annotated corpus with their labels, the settled ones first (``labels.gold.json``).

    Raises:
        AnnotationError: there is no folder ``cases``, or a label file breaks the format.
    """
    for case in case_folders(root):
        for path in label_files(case)[:1]:
            raw = parse_json(file_text(path), str(path))
            for document in load_labels(path):
                asked = {q.head: q for q in questions(document.kind)}
                answers = {
                    head: answer_of(asked[head], label) for head, label in document.labels.items() if head in asked
                }
                yield Task(
                    case_id=document.case_id,
                    document=document.name,
                    kind=document.kind,
                    date=raw["documents"][document.name].get("date"),
                    writer=document.writer,
                    text=mask(canonical(document.text)),
                    answers=answers,
                    annotator=document.annotator,
                    selection=str(raw.get("selection") or ""),
                )


def of_input(source: Path, model: TopicModel | None, problems: list[Problem]) -> Iterator[Task]:
    """The documents of an unannotated input, with a model's answers.

    Args:
        source: whatever ``docscore score`` reads.
        model: answers the questions; None for no answers (annotation unseen by any machine).
        problems: what could not be read is added to it.

    Returns:
        The documents of the kinds that something is asked of, in the input's order; repeated ones are left out.

    Raises:
        InputError: the input as a whole cannot be read.
    """
    from docscore.readers import iter_cases
    from docscore.recognise import recognise

    for item in iter_cases(source):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        problems += item.problems
        yield from of_case(recognise(item), model)


def of_case(case: Case, model: TopicModel | None) -> Iterator[Task]:
    """The documents of one recognised case; as :func:`of_input`."""
    folder = file_name(case.case_id)
    taken: set[str] = set()
    for document in case.documents:
        if document.kind is None or document.duplicate_of is not None or not questions(document.kind):
            continue
        name = file_name(document.document_id)
        name = name if name.endswith(".txt") else f"{name}.txt"
        while name in taken:
            name = f"{name[:-4]}_.txt"
        taken.add(name)
        text = canonical(document.body)
        given = None if document.date is None else document.date.isoformat()
        answers = {} if model is None else answers_of(model, Document(name, text, document.kind, document.date))
        yield Task(
            case_id=folder,
            document=name,
            kind=document.kind,
            date=given,
            writer=file_name(case.facts.kommune or case.case_id),
            text=mask(text),
            answers=answers,
            annotator="" if model is None else model.name,
        )


def file_name(name: str) -> str:
    """A name that can be a file's on every system, CPR numbers masked.

    >>> file_name("Notat 3/4: Møde"), file_name("..")
    ('Notat_3_4_Møde', 'uden_navn')
    """
    return _NO_NAME.sub("_", mask(name)).strip("._ ")[:100] or "uden_navn"


def answers_of(model: TopicModel, document: Document) -> dict[str, Answer]:
    """A model's answers to the questions about a document.

    Args:
        model: the model.
        document: with its kind.

    Returns:
        By head, for what the model decides; spans are offsets into ``document.text``.
    """
    assert document.kind is not None
    analysis = model.analyse(document)
    found: dict[str, Answer] = {}
    for question in questions(document.kind):
        if not model.decides(question.head):
            continue
        finding = model.find(analysis, question.head, document.date)
        if is_graded(question):
            code = str(finding.grade) if finding.documented else question.negative
        else:
            code = YES if finding.documented else NO
        elements = tuple(str(e) for e in finding.value) if question.elements and finding.documented else ()  # type: ignore[union-attr]
        found[question.head] = Answer(
            code,
            tuple((evidence.start, evidence.end) for evidence in finding.evidence),
            elements,
            bool(question.own and model.decides(OWN) and model.find(analysis, OWN).documented),
            finding.probability,
        )
    return found

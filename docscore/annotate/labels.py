"""Answers from a tool into docscore's label files (annotations/README.md), with whatever does not fit listed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from docscore.annotate.offsets import canonical
from docscore.annotate.questions import Answer, Question, is_graded, questions, record_of
from docscore.annotate.tasks import Task, file_name
from docscore.case import Problem
from docscore.errors import AnnotationError, OutputError
from docscore.learn.annotations import document_labels, file_text, parse_json
from docscore.learn.faults import GOLD


@dataclass(slots=True)
class Imported:
    """What an import wrote: label ``files``, ``documents``, ``answers``, and the ``problems`` for a person."""

    files: list[Path] = field(default_factory=list)
    documents: int = 0
    answers: int = 0
    problems: list[Problem] = field(default_factory=list)


def write_labels(tasks: Iterable[Task], root: Path, *, replace: bool = False) -> Imported:
    """Write the answers of ``tasks`` below ``root/cases``, one label file an annotator and case.

    Texts that are not there are written beside them. An answer that cannot be used (documented without a sentence,
    sentences without an answer, an unknown code) is left out and becomes a problem.

    Args:
        tasks: with their annotators and answers.
        root: the corpus, made where missing.
        replace: overwrite an annotator's earlier answers about the same document instead of refusing to.

    Raises:
        AnnotationError: a document has another text than the one that was annotated, or was annotated already.
        OutputError: the folder cannot be written.
    """
    found = Imported()
    by_file: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        by_file.setdefault((file_name(task.case_id), file_name(task.annotator or "annotator")), []).append(task)
    plans = []
    for (case, annotator), group in sorted(by_file.items()):
        path = root / "cases" / case / f"labels.{annotator}.json"
        if path.name == GOLD:
            raise AnnotationError(
                f"{path} er det afgjorte svar, som en import ikke skriver. Giv annotatoren et andet navn (--annotator)."
            )
        plans.append((path, _merged(path, case, annotator, group, found, replace)))
    for path, record in plans:  # nothing is written before everything is known to fit
        if record is not None:
            _write(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")
            found.files.append(path)
    return found


def _merged(
    path: Path, case: str, annotator: str, group: list[Task], found: Imported, replace: bool
) -> dict[str, object] | None:
    """The content of a label file after the import; texts that are missing are written."""
    record: dict[str, object] = {"case": case, "annotator": annotator, "writer": group[0].writer or case}
    documents: dict[str, object] = {}
    if path.is_file():
        earlier = parse_json(file_text(path), str(path))
        record = {**earlier, "annotator": annotator}
        documents = dict(earlier.get("documents") or {})
    if selection := next((task.selection for task in group if task.selection), ""):
        record["selection"] = selection
    for task in group:
        name = file_name(task.document)
        if name in documents and not replace:
            raise AnnotationError(
                f"{path} har allerede svar på {name}. Brug --replace for at erstatte dem, eller en anden annotator."
            )
        text = _text(path.parent / name, task)
        entry = _entry(task, text, f"{case}/{name}", found)
        if entry is None:
            continue
        document_labels(entry, str(task.kind), text, f"{path}: {name}")
        documents[name] = entry
        found.documents += 1
    record["documents"] = documents
    return record if documents else None


def _text(path: Path, task: Task) -> str:
    """The document's text as it lies in the corpus, put there where it is missing."""
    wanted = canonical(task.text)
    if not path.is_file():
        _write(path, wanted)
        return wanted
    text = file_text(path)
    if not _same(canonical(text), wanted):
        raise AnnotationError(
            f"{path} har en anden tekst end den, der er annoteret. Importér til en ny mappe, eller annotér igen."
        )
    return text


def _same(text: str, annotated: str) -> bool:
    """Whether two canonical texts are one, but for CPR numbers that were masked on the way out."""
    from docscore.report.privacy import mask

    return mask(text) == mask(annotated)


def _entry(task: Task, text: str, where: str, found: Imported) -> dict[str, object] | None:
    topics: dict[str, object] = {}
    checkpoints: dict[str, object] = {}
    asked = {question.head: question for question in questions(task.kind)}
    for head in sorted(set(task.answers) - set(asked)):
        found.problems.append(Problem(where, None, f"»{head}« spørges der ikke om i denne dokumenttype; udeladt."))
    for head, question in asked.items():
        answer = task.answers.get(head)
        if answer is None:
            continue
        if (reason := fault_of(question, answer)) is not None:
            found.problems.append(Problem(where, None, f"{head}: {reason}; svaret er udeladt. Ret det i værktøjet."))
            continue
        record = record_of(question, answer, text)
        if is_graded(question):
            topics[head] = record
        else:
            checkpoints[question.checkpoint] = record
        found.answers += 1
    if not topics and not checkpoints:
        return None
    entry: dict[str, object] = {"kind": str(task.kind), "topics": topics, "checkpoints": checkpoints}
    return {"kind": entry.pop("kind"), **({"date": task.date} if task.date else {}), **entry}


def fault_of(question: Question, answer: Answer) -> str | None:
    """Why an answer cannot be used, in Danish; None where it can."""
    if not answer.code:
        return "sætninger er markeret, men spørgsmålet er ikke besvaret"
    if answer.code not in question.codes:
        return "svaret er ikke et af de mulige"
    if answer.code == question.negative:
        return "svaret er nej, men sætninger er markeret" if answer.evidence else None
    return None if answer.evidence else "svaret er ja, men ingen sætning er markeret"


def complete(tasks: Iterable[Task]) -> Iterator[Task]:
    """Tasks of a tool that knows marked sentences only: a question without any is answered with no."""
    for task in tasks:
        answers: Mapping[str, Answer] = {
            question.head: task.answers.get(question.head, Answer(question.negative))
            for question in questions(task.kind)
        }
        extra = {head: answer for head, answer in task.answers.items() if head not in answers}
        yield Task(
            task.case_id,
            task.document,
            task.kind,
            task.date,
            task.writer,
            task.text,
            {**answers, **extra},
            task.annotator,
            task.selection,
        )


def _write(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"{path} kan ikke skrives. Vælg en anden mappe (--out).") from error

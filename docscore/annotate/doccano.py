"""doccano: JSON lines for its project type "intent detection and slot filling" (spans and categories together).

``entities`` are the evidence by head, ``cats`` the answers in their codes (:func:`docscore.annotate.codes.split`). The
other fields of a line are kept by doccano and come back. Its offsets are code points.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from docscore.annotate.codes import OWN_MARK, join, split
from docscore.annotate.offsets import canonical, resolve
from docscore.annotate.questions import Answer, Question, questions
from docscore.annotate.tasks import Task
from docscore.case import Kind, Problem
from docscore.errors import AnnotationError

NAME = "doccano.jsonl"
LABELS, CATEGORIES = "doccano_spans.json", "doccano_kategorier.json"
_FIELDS = ("case_id", "document", "kind", "date", "writer", "selection")


def write(tasks: Iterable[Task], folder: Path) -> list[Path]:
    """Write the lines, and the label sets that the project needs; returns the files."""
    kinds: dict[Kind, None] = {}
    path = folder / NAME
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for task in tasks:
            kinds[task.kind] = None
            stream.write(json.dumps(line_of(task), ensure_ascii=False) + "\n")
    heads = list(dict.fromkeys(q.head for kind in kinds for q in questions(kind)))
    codes = list(dict.fromkeys(cat for kind in kinds for q in questions(kind) for cat in _categories(q)))
    for name, labels in ((LABELS, heads), (CATEGORIES, codes)):
        content = json.dumps([{"text": label} for label in labels], ensure_ascii=False, indent=1) + "\n"
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
    return [path, folder / LABELS, folder / CATEGORIES]


def _categories(question: Question) -> list[str]:
    marks = [*question.elements, *([OWN_MARK] if question.own else [])]
    return [f"{question.head}={code}" for code in question.codes] + [f"{question.head}/{mark}" for mark in marks]


def line_of(task: Task) -> dict[str, Any]:
    """A document as doccano imports it."""
    asked = [question for question in questions(task.kind) if question.head in task.answers]
    return {
        "text": task.text,
        "entities": [[a, b, q.head] for q in asked for a, b in task.answers[q.head].evidence],
        "cats": [category for q in asked for category in split(q, task.answers[q.head])],
        **{name: str(getattr(task, name) or "") for name in _FIELDS},
    }


def read(path: Path, annotator: str | None, problems: list[Problem]) -> Iterator[Task]:
    """The annotations of a doccano export; the annotator is the file's name unless given.

    Raises:
        AnnotationError: a line is no document of such a project.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise AnnotationError(f"{path} kan ikke læses. Eksportér igen fra doccano som JSONL.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path.name}, linje {number}"
        try:
            raw = json.loads(line)
            text, kind = canonical(raw["text"]), Kind(raw["kind"])
            case_id, document = str(raw["case_id"]), str(raw["document"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise AnnotationError(
                f"{where} er ikke et dokument med »text«, »case_id«, »document« og »kind«. Er det lavet af docscore?"
            ) from error
        yield Task(
            case_id=case_id,
            document=document,
            kind=kind,
            date=raw.get("date") or None,
            writer=str(raw.get("writer") or case_id),
            text=text,
            answers=_answers(raw, text, where, problems),
            annotator=annotator or path.stem,
            selection=str(raw.get("selection") or ""),
        )


def _answers(raw: dict[str, Any], text: str, where: str, problems: list[Problem]) -> dict[str, Answer]:
    spans: dict[str, list[tuple[int, int]]] = {}
    for one in raw.get("entities") or []:
        start, end, head = (
            (one.get("start_offset"), one.get("end_offset"), one.get("label")) if isinstance(one, dict) else one[:3]
        )
        found = resolve(text, start, end, None)
        if found is None:
            problems.append(Problem(where, None, f"{head}: en markering ligger uden for teksten; markér den igen."))
        else:
            spans.setdefault(str(head), []).append(found)
    answers, faults = join([str(label) for label in raw.get("cats") or []])
    problems += [Problem(where, None, fault) for fault in faults]
    for head, found_spans in spans.items():
        answer = answers.get(head, Answer(""))
        answers[head] = replace(answer, evidence=tuple(dict.fromkeys(found_spans)))
    return answers

"""CSV for a spreadsheet: ``svar.csv`` with a row for each question and each quotation, the texts as files beside it.

A cell holds at most 32,767 characters in a spreadsheet, so the texts stay out of the table. The folder is the
beginning of an annotated corpus: whoever answers in the table imports it back into the same folder or another.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path

from docscore.annotate.offsets import canonical, resolve
from docscore.annotate.questions import Answer, questions
from docscore.annotate.tasks import Task, file_name
from docscore.case import Kind, Problem
from docscore.errors import AnnotationError
from docscore.learn.annotations import ELEMENTS, file_text

NAME = "svar.csv"
COLUMNS = (
    *("case_id", "dokument", "type", "dato", "skribent", "udvalgt", "emne", "spoergsmaal", "svar"),
    *("delelementer", "eget", "start", "slut", "citat"),
)


def write(tasks: Iterable[Task], folder: Path) -> list[Path]:
    """Write ``svar.csv`` and the texts below ``cases``; returns the files."""
    written = [folder / NAME]
    with written[0].open("w", encoding="utf-8-sig", newline="") as stream:
        rows = csv.writer(stream, delimiter=";")
        rows.writerow(COLUMNS)
        for task in tasks:
            path = folder / "cases" / file_name(task.case_id) / file_name(task.document)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(task.text, encoding="utf-8", newline="\n")
            written.append(path)
            for row in _rows(task):
                rows.writerow([_cell(value) for value in row])
    return written


def _rows(task: Task) -> Iterator[list[str]]:
    head = [task.case_id, task.document, str(task.kind), task.date or "", task.writer, task.selection]
    for question in questions(task.kind):
        answer = task.answers.get(question.head, Answer(""))
        own = ("ja" if answer.own else "nej") if question.own and answer.code else ""
        asked = [*head, question.head, question.text, answer.code, ", ".join(answer.elements), own]
        for start, end in answer.evidence or ((-1, -1),):
            quoted = ["", "", ""] if start < 0 else [str(start), str(end), task.text[start:end]]
            yield [*asked, *quoted]


def _cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula; its line ends stay."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "'") else value


def _plain(value: str | None) -> str:
    text = value or ""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@", "'") else text


def read(path: Path, annotator: str | None, problems: list[Problem]) -> Iterator[Task]:
    """The answers of a table; the texts are read from ``cases`` beside it.

    A quotation without offsets is looked up in the text, its blanks folded; questions without an answer are left out.

    Args:
        path: the table, or its folder.
        annotator: who answered; ``annotator`` by default.
        problems: quotations that cannot be found are added to it.

    Raises:
        AnnotationError: the table lacks a column, or a text is not there.
    """
    file = path / NAME if path.is_dir() else path
    answers: dict[tuple[str, str], dict[str, Answer]] = {}
    first: dict[tuple[str, str], dict[str, str]] = {}
    texts: dict[tuple[str, str], str] = {}
    for number, row in enumerate(_table(file), 2):
        key = (row["case_id"], row["dokument"])
        if key not in first:
            if row["type"] not in tuple(Kind):
                raise AnnotationError(f"{file}, linje {number}: »type« er ikke en af kodebogens dokumenttyper.")
            first[key] = row
            texts[key] = canonical(file_text(file.parent / "cases" / file_name(key[0]) / file_name(key[1])))
        if not row["svar"] and not row["citat"] and not row["start"]:
            continue
        known = answers.setdefault(key, {}).get(row["emne"])
        evidence = () if known is None else known.evidence
        if row["citat"] or row["start"]:
            start, end = (int(row[name]) if row[name].isdecimal() else None for name in ("start", "slut"))
            found = resolve(texts[key], start, end, row["citat"] or None)
            if found is None:
                reason = "citatet står ikke, eller flere steder, i dokumentet; ret det, eller skriv start og slut."
                problems.append(Problem(f"{key[0]}/{key[1]}", number, f"{row['emne']}: {reason}"))
            elif found not in evidence:
                evidence = (*evidence, found)
        elements = tuple(element for element in ELEMENTS if element in row["delelementer"].lower())
        code = row["svar"].strip().lower() or ("" if known is None else known.code)
        answers[key][row["emne"]] = Answer(code, evidence, elements, row["eget"].strip().lower() == "ja")
    for key, row in first.items():
        yield Task(
            case_id=key[0],
            document=key[1],
            kind=Kind(row["type"]),
            date=row["dato"] or None,
            writer=row["skribent"] or key[0],
            text=texts[key],
            answers={head: answer for head, answer in answers.get(key, {}).items() if head in _heads(row["type"])},
            annotator=annotator or "annotator",
            selection=row["udvalgt"],
        )


def _heads(kind: str) -> set[str]:
    return {question.head for question in questions(Kind(kind))}


def _table(file: Path) -> Iterator[dict[str, str]]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise AnnotationError(f"{file} kan ikke læses. Er filen flyttet eller omdøbt?") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # a spreadsheet that saved "CSV" without UTF-8
    delimiter = ";" if text.split("\n", 1)[0].count(";") >= text.split("\n", 1)[0].count(",") else ","
    rows = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise AnnotationError(f"{file} mangler kolonnen »{missing[0]}«. Behold kolonnerne fra eksporten.")
    for row in rows:
        yield {name: _plain(row[name]) for name in COLUMNS}

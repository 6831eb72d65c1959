"""INCEpTION: one UIMA CAS JSON file a document, with the evidence as named entities.

The built-in layer *Named entity* is used, so that a project needs no layer of its own: the ``value`` of a span is the
answer that it bears (:func:`docscore.annotate.codes.encode`, ``progression=i_nogen_grad``), and a question without a
span counts as answered with no. INCEpTION keeps a document's name and nothing else of where it comes from, so case,
kind and document stand in it. CAS JSON counts UTF-16 units.

(WebAnno TSV 3 was left out: it cannot hold a span that begins or ends in the blanks between its tokens, nor the text
between two sentences.)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from docscore.annotate.codes import decode, encode
from docscore.annotate.labels import complete
from docscore.annotate.offsets import canonical, resolve, to_utf16
from docscore.annotate.questions import Answer, questions
from docscore.annotate.tasks import Task
from docscore.case import Kind, Problem
from docscore.errors import AnnotationError

ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
_BETWEEN = "__"
_NAMED = re.compile(rf"(.+?){_BETWEEN}({'|'.join(Kind)}){_BETWEEN}(.+?)(?:\.json)?")
_TAGS = "inception_tags.json"


def document_name(task: Task) -> str:
    """The document's name in INCEpTION.

    >>> document_name(Task("2021-0147", "indstilling.txt", Kind.INDSTILLING, None, "", ""))
    '2021-0147__indstilling__indstilling.txt.json'
    """
    return _BETWEEN.join([task.case_id, str(task.kind), task.document]) + ".json"


def cas_of(task: Task) -> dict[str, Any]:
    """A document as UIMA CAS JSON 0.4."""
    text = task.text
    spans = [
        (start, end, encode(question, answer))
        for question in questions(task.kind)
        if (answer := task.answers.get(question.head)) is not None
        for start, end in answer.evidence
    ]
    structures: list[dict[str, Any]] = [
        {
            "%ID": 1,
            "%TYPE": "uima.cas.Sofa",
            "sofaNum": 1,
            "sofaID": "_InitialView",
            "mimeType": "text",
            "sofaString": text,
        },
        {
            "%ID": 2,
            "%TYPE": "uima.tcas.DocumentAnnotation",
            "@sofa": 1,
            "begin": 0,
            "end": to_utf16(text, len(text)),
            "language": "da",
        },
    ]
    structures += [
        {
            "%ID": number,
            "%TYPE": ENTITY,
            "@sofa": 1,
            "begin": to_utf16(text, start),
            "end": to_utf16(text, end),
            "value": value,
        }
        for number, (start, end, value) in enumerate(sorted(spans), 3)
    ]
    entity = {
        "%NAME": ENTITY,
        "%SUPER_TYPE": "uima.tcas.Annotation",
        "value": {"%NAME": "value", "%RANGE": "uima.cas.String"},
        "identifier": {"%NAME": "identifier", "%RANGE": "uima.cas.String"},
    }
    return {
        "%TYPES": {ENTITY: entity},
        "%FEATURE_STRUCTURES": structures,
        "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [one["%ID"] for one in structures[1:]]}},
    }


def write(tasks: Iterable[Task], folder: Path) -> list[Path]:
    """Write a file for each document, and ``inception_tags.json`` with the tags to offer; returns the files."""
    written: list[Path] = []
    kinds: dict[Kind, None] = {}
    for task in tasks:
        kinds[task.kind] = None
        path = folder / document_name(task)
        path.write_text(json.dumps(cas_of(task), ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
        written.append(path)
    values = dict.fromkeys(
        encode(question, Answer(code))
        for kind in kinds
        for question in questions(kind)
        for code in question.codes
        if code != question.negative
    )
    tags = {
        "name": "docscore",
        "description": "Svar og emne for hver markeret sætning",
        "language": "da",
        "create_tag": True,
        "tags": [{"tag_name": value} for value in values],
    }
    (folder / _TAGS).write_text(json.dumps(tags, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    return [*written, folder / _TAGS]


def read(path: Path, annotator: str | None, problems: list[Problem]) -> Iterator[Task]:
    """The annotations of an export: a file, or a folder of them, as ``annotation/<document>/<user>.json`` too.

    The annotator is the user's name where the export has a folder for each document, else ``annotator``.

    Raises:
        AnnotationError: a file is no CAS JSON of a document that docscore named.
    """
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*.json") if p.is_file() and p.name != _TAGS)
    if not files:
        raise AnnotationError(f"{path} har ingen CAS JSON-filer. Eksportér fra INCEpTION som »UIMA CAS JSON 0.4.0«.")
    for file in files:
        named = [found for part in (file.name, file.parent.name) if (found := _NAMED.fullmatch(part))]
        if not named:
            raise AnnotationError(
                f"{file} hedder ikke »sag__type__dokument«. Omdøb ikke dokumenterne i INCEpTION, eller ret navnet."
            )
        case_id, kind, document = named[0].groups()
        user = file.stem if named[0].string == file.parent.name else None
        text, spans = _read(file)
        answers = _answers(text, spans, f"{case_id}/{document}", problems)
        task = Task(case_id, document, Kind(kind), None, case_id, text, answers, annotator or user or "annotator")
        yield from complete([task])


def _read(file: Path) -> tuple[str, list[tuple[int, int, str]]]:
    """Canonical text and the entities of a file, their offsets in code points of that text."""
    try:
        raw = json.loads(file.read_text("utf-8-sig"))
        listed = raw["%FEATURE_STRUCTURES"]
        structures: list[Mapping[str, Any]] = list(listed.values()) if isinstance(listed, dict) else listed
        text = next(one["sofaString"] for one in structures if one["%TYPE"] == "uima.cas.Sofa" and "sofaString" in one)
        spans = [
            (int(one["begin"]), int(one["end"]), str(one.get("value") or ""))
            for one in structures
            if one["%TYPE"] == ENTITY
        ]
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise AnnotationError(f"{file} kan ikke læses som UIMA CAS JSON. Eksportér igen fra INCEpTION.") from error
    units = _Units(text)
    return canonical(text), [(units(a), units(b), value) for a, b, value in spans]


class _Units:
    """UTF-16 offsets of a text in code points of its canonical form, where a pair of line ends is one."""

    def __init__(self, text: str) -> None:
        self._at: list[int] = []
        place = 0
        for i, character in enumerate(text):
            self._at += [place] * (2 if character > "\uffff" else 1)
            place += not (character == "\r" and text[i + 1 : i + 2] == "\n")
        self._at.append(place)

    def __call__(self, offset: int) -> int:
        return self._at[min(max(offset, 0), len(self._at) - 1)]


def _answers(
    text: str, spans: Iterable[tuple[int, int, str]], where: str, problems: list[Problem]
) -> dict[str, Answer]:
    found: dict[str, list[tuple[int, int]]] = {}
    given: dict[str, Answer] = {}
    for start, end, value in spans:
        decoded, place = decode(value), resolve(text, start, end, None)
        if decoded is None or place is None:
            problems.append(Problem(where, None, "en markering har ingen brugbar værdi (»emne=svar«); udeladt."))
            continue
        head, answer = decoded
        if head in given and given[head] != answer:
            problems.append(Problem(where, None, f"{head}: markeringerne har forskellige svar; svaret er udeladt."))
            answer = Answer("")
        given[head] = answer
        found.setdefault(head, []).append(place)
    return {
        head: Answer(answer.code, tuple(dict.fromkeys(found[head])), answer.elements, answer.own)
        for head, answer in given.items()
    }

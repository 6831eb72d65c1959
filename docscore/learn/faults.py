"""Reading an annotated corpus with every fault, where :mod:`docscore.learn.annotations` stops at the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeAlias, TypeVar

from docscore.case import Kind
from docscore.checkpoints.catalogue import TOPICS
from docscore.errors import AnnotationError

# The pieces of load_labels and load_sentences: the format is defined in one place, faults are collected here.
from docscore.learn.annotations import (
    AnnotatedDocument,
    BankSentence,
    Label,
    bank_sentence_of,
    document_labels,
    file_text,
    find_quote,
    load_labels,
    parse_json,
    require,
)

Severity: TypeAlias = Literal["error", "warning"]

GOLD = "labels.gold.json"
"""The adjudicated answers of a case; every other ``labels.*.json`` is one annotator's own."""

DIFFICULTIES = ("plain", "near_miss", "unexpected_positive")
"""How hard a decision is."""

CODES: Mapping[str, tuple[Severity, str]] = {
    "label_fault": ("error", "labels"),
    "wrong_type": ("error", "labels"),
    "case_name": ("error", "labels"),
    "annotator_name": ("error", "labels"),
    "evidence_without": ("error", "labels"),
    "difficulty": ("error", "labels"),
    "document_missing": ("error", "completeness"),
    "case_unlabelled": ("error", "completeness"),
    "document_unlabelled": ("error", "completeness"),
    "topics_missing": ("error", "completeness"),
    "checkpoints_missing": ("warning", "completeness"),
    "elements_missing": ("warning", "completeness"),
    "own_missing": ("warning", "completeness"),
    "only_writer": ("warning", "completeness"),
    "unadjudicated": ("warning", "adjudication"),
    "no_reason": ("warning", "adjudication"),
    "votes_differ": ("warning", "adjudication"),
    "bank_fault": ("error", "bank"),
    "bank_duplicate": ("error", "bank"),
    "bank_contradiction": ("error", "bank"),
    "bank_repeated": ("warning", "bank"),
    "bank_near": ("warning", "bank"),
    "shared_across": ("error", "duplicates"),
    "shared_within": ("warning", "duplicates"),
    "near_across": ("warning", "duplicates"),
    "near_within": ("warning", "duplicates"),
    "near_documents": ("error", "duplicates"),
    "leakage": ("error", "leakage"),
    "leakage_near": ("warning", "leakage"),
    "cpr": ("error", "privacy"),
    "mail": ("error", "privacy"),
    "phone": ("error", "privacy"),
    "prevalence": ("warning", "balance"),
    "hard_share": ("warning", "balance"),
}
"""What can be found: how grave it is and the group it is shown in. The texts stand under ``validate.<code>``."""

GROUPS = tuple(dict.fromkeys(group for _, group in CODES.values()))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a corpus; never holds the text of a document.

    ``file`` is relative to the corpus with ``/`` ("" for the corpus as a whole), ``line`` counts from 1, ``parts`` fill
    in the message and ``places`` are the other places it concerns (``file:line``).
    """

    code: str
    file: str
    line: int | None = None
    parts: Mapping[str, str | int] = field(default_factory=dict)
    places: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """``error`` or ``warning``."""
        return CODES[self.code][0]

    @property
    def group(self) -> str:
        """The heading it is shown under."""
        return CODES[self.code][1]


@dataclass(frozen=True, slots=True)
class LabelFile:
    """A label file as far as it can be read: ``raw`` is its JSON, ``documents`` its good part."""

    path: Path
    where: str
    raw: Mapping[str, Any]
    documents: tuple[AnnotatedDocument, ...]
    findings: tuple[Finding, ...]

    @property
    def annotator(self) -> str:
        """Whose labels they are, by the file's name."""
        return self.path.name.split(".", 1)[1].removesuffix(".json")

    @property
    def writer(self) -> str:
        """Who wrote the case's documents."""
        given = self.raw.get("writer")
        return given if given and isinstance(given, str) else writer_of(self.path.parent)

    def entries(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The documents' names and entries; malformed ones are left out (they are among the findings)."""
        documents = self.raw.get("documents")
        if isinstance(documents, dict):
            yield from ((name, entry) for name, entry in documents.items() if isinstance(entry, dict))

    def answers(self) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
        """Document, ``topics`` or ``checkpoints``, id, and raw answer of every label."""
        for name, entry in self.entries():
            for part in ("topics", "checkpoints"):
                answers = entry.get(part)
                if isinstance(answers, dict):
                    yield from ((name, part, key, raw) for key, raw in answers.items() if isinstance(raw, dict))


@dataclass(frozen=True, slots=True)
class BankLine:
    """A bank sentence and where it stands."""

    file: str
    line: int
    sentence: BankSentence


def writer_of(case: Path) -> str:
    """The writer of a case by its folder's name, ``<writer>-<nn>``."""
    return case.name.rsplit("-", 1)[0]


def relative(path: Path, root: Path) -> str:
    """A path below the corpus with ``/`` on every system."""
    return path.relative_to(root).as_posix()


def read_label_file(path: Path, root: Path) -> LabelFile:
    """One label file with all its faults."""
    where = relative(path, root)
    found: list[Finding] = []
    raw = _try(found, where, _read, path)
    if raw is None:
        return LabelFile(path, where, {}, (), tuple(found))
    try:
        documents = load_labels(path)
    except (AnnotationError, TypeError) as error:
        documents = _salvage(path, where, raw, found)
        if not found:
            found.append(_fault(where, error, path))
    file = LabelFile(path, where, raw, tuple(documents), ())
    found += _oddities(file)
    return LabelFile(path, where, raw, tuple(documents), tuple(found))


def read_bank(root: Path) -> tuple[list[BankLine], list[Finding]]:
    """The sentence bank with the faults of all its lines."""
    lines: list[BankLine] = []
    found: list[Finding] = []
    folder = root / "sentences"
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        where = relative(path, root)
        try:
            text = file_text(path)
        except AnnotationError as error:
            found.append(Finding("bank_fault", where, None, {"reason": str(error).replace(str(path), path.name)}))
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                sentence = bank_sentence_of(parse_json(line, "Linjen"), path.stem, "Linjen")
            except AnnotationError as error:
                found.append(Finding("bank_fault", where, number, {"reason": str(error)}))
            except TypeError:
                found.append(Finding("bank_fault", where, number, {"reason": "Et felt har en forkert type."}))
            else:
                lines.append(BankLine(where, number, sentence))
    return lines, found


def _read(path: Path) -> dict[str, Any]:
    try:
        return parse_json(file_text(path), "Filen")
    except AnnotationError as error:
        raise AnnotationError(str(error).replace(str(path), "Filen")) from None


def _fault(where: str, error: Exception, path: Path | None = None) -> Finding:
    if isinstance(error, TypeError):  # a value that the format does not foresee; its message could quote the value
        return Finding("wrong_type", where)
    reason = str(error) if path is None else str(error).removeprefix(str(path)).lstrip(" :,")
    return Finding("label_fault", where, None, {"reason": reason})


_P = ParamSpec("_P")
_T = TypeVar("_T")


def _try(
    found: list[Finding], where: str, call: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs
) -> _T | None:
    """The call's result; None, and one more finding, where it meets a fault."""
    try:
        return call(*arguments, **named)
    except (AnnotationError, TypeError) as error:
        found.append(_fault(where, error))
        return None


def _salvage(path: Path, where: str, raw: dict[str, Any], found: list[Finding]) -> list[AnnotatedDocument]:
    """The good part of a file that :func:`load_labels` refuses; ``found`` grows by all that is wrong with it."""
    annotator = _try(found, where, require, raw, "annotator", str, "Filen") or ""
    entries = _try(found, where, require, raw, "documents", dict, "Filen") or {}
    documents: list[AnnotatedDocument] = []
    for name, entry in entries.items():
        if not isinstance(entry, dict):
            found.append(_fault(where, AnnotationError(f"{name} skal være et objekt med »kind« og »topics«.")))
            continue
        kind = _try(found, where, require, entry, "kind", str, name)
        if kind is not None and kind not in tuple(Kind):
            found.append(_fault(where, AnnotationError(f"{name}: »kind« er ikke en af kodebogens dokumenttyper.")))
            kind = None
        text = _document_text(path.parent / name, name, where, found)
        if text is None:
            continue
        labels = _salvage_labels(entry, kind, text, name, where, found)
        if kind is not None:
            writer = raw.get("writer") if isinstance(raw.get("writer"), str) else writer_of(path.parent)
            documents.append(
                AnnotatedDocument(path.parent.name, str(writer), annotator, name, Kind(kind), text, labels)
            )
    return documents


def _document_text(path: Path, name: str, where: str, found: list[Finding]) -> str | None:
    try:
        return file_text(path)
    except AnnotationError as error:
        if path.is_file():
            found.append(_fault(where, AnnotationError(str(error).replace(str(path), name))))
        else:
            found.append(Finding("document_missing", where, None, {"document": name}))
        return None


def _salvage_labels(
    entry: Mapping[str, Any], kind: str | None, text: str, name: str, where: str, found: list[Finding]
) -> dict[str, Label]:
    labels: dict[str, Label] = {}
    for part in ("topics", "checkpoints"):
        if part == "checkpoints" and (part not in entry or kind is None):
            continue
        for key, raw in (_try(found, where, require, entry, part, dict, name) or {}).items():
            answer = dict(raw) if isinstance(raw, dict) else raw
            if isinstance(answer, dict):
                _check_pieces(answer, part, key, text, name, where, found)
            one: dict[str, Any] = {"topics": {}}
            one[part] = {key: answer}
            labels |= _try(found, where, document_labels, one, kind or "", text, name) or {}
    return labels


def _check_pieces(
    answer: dict[str, Any], part: str, key: str, text: str, name: str, where: str, found: list[Finding]
) -> None:
    """Check quotations and sub-elements one by one and take the bad ones out, so that the rest can be checked too."""
    for quotes in ("evidence", "debated"):
        given = answer.get(quotes)
        if isinstance(given, list):
            good = [q for q in given if _try(found, where, find_quote, q, text, f"{name}: {key}") is not None]
            if given and not good and text:
                # A placeholder: the fault is the quotation, not that the answer has none.
                good = [{"start": 0, "end": 1, "text": text[0]}]
            answer[quotes] = good
        elif quotes == "debated" and given:
            found.append(Finding("wrong_type", where))
            del answer[quotes]
    if part == "topics" and key in TOPICS and "elements" in answer:
        lowest = "slet_ikke" if key == "progression" else 0
        alone = {"documented": False, "grade": lowest, "evidence": [], "elements": answer.pop("elements")}
        _try(found, where, document_labels, {"topics": {key: alone}}, "", text, name)


def _oddities(file: LabelFile) -> Iterator[Finding]:
    """What loads and yet cannot be meant."""
    raw, where = file.raw, file.where
    if "case" in raw and raw["case"] != file.path.parent.name:
        yield Finding("case_name", where)
    if isinstance(raw.get("annotator"), str) and raw["annotator"] != file.annotator:
        yield Finding("annotator_name", where)
    if raw.get("writer") and not isinstance(raw["writer"], str):
        yield Finding("wrong_type", where)
    for name, _, key, answer in file.answers():
        parts: dict[str, str | int] = {"document": name, "head": key}
        if answer.get("documented") is False and answer.get("evidence"):
            yield Finding("evidence_without", where, None, parts)
        if answer.get("difficulty", DIFFICULTIES[0]) not in DIFFICULTIES:
            yield Finding("difficulty", where, None, parts)

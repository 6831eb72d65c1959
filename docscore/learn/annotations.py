"""The annotated corpus on disk.

``<root>/cases/<case>/<document>.txt`` is a document's text; ``labels.<annotator>.json`` beside it holds one annotator's
labels of the whole case. Where several annotators labelled a case, ``labels.gold.json`` is the adjudicated answer and
is used; else the writer's own labels are. ``<root>/sentences/*.jsonl`` is the sentence bank.

An evidence quotation is either a string that stands in the document exactly once, or
``{"start", "end", "text"}`` with offsets in code points.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docscore.case import Kind
from docscore.errors import AnnotationError

TOPICS = (
    "borgerens_perspektiv",
    "klart_jobmaal",
    "skaanehensyn",
    "handicapkompenserende_ordninger",
    "progression",
)
"""The five topics of the codebook, section 3."""

ELEMENTS = ("mening", "foelelser", "oensker")
"""Sub-elements of ``borgerens_perspektiv``."""

PROGRESSION_GRADES = ("slet_ikke", "i_mindre_grad", "i_nogen_grad", "i_hoej_grad", "i_meget_hoej_grad")
"""The degrees of progression, lowest first."""


@dataclass(frozen=True, slots=True)
class TopicLabel:
    """One annotator's answer for one topic in one document; spans are offsets into its text."""

    documented: bool
    grade: int | str
    evidence: tuple[tuple[int, int], ...]
    elements: tuple[str, ...] = ()
    own: bool = False
    difficulty: str = "plain"


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """A document of the corpus with its labels."""

    case_id: str
    writer: str
    annotator: str
    name: str
    kind: Kind
    text: str
    topics: Mapping[str, TopicLabel]


@dataclass(frozen=True, slots=True)
class BankSentence:
    """A sentence of the bank in its context: ``text[start:end]`` is the sentence."""

    source: str
    topic: str
    documented: bool
    kind: Kind | None
    text: str
    start: int
    also: tuple[str, ...]


def load_documents(root: Path) -> list[AnnotatedDocument]:
    """All annotated documents below ``root/cases``, in the order of their paths.

    Raises:
        AnnotationError: a label file breaks the format; the message names file, document and field.
    """
    folder = root / "cases"
    if not folder.is_dir():
        raise AnnotationError(f"{root} har ingen mappe »cases« med annoterede sager.")
    documents: list[AnnotatedDocument] = []
    for case in sorted(path for path in folder.iterdir() if path.is_dir()):
        documents += load_case(case)
    if not documents:
        raise AnnotationError(f"{folder} indeholder ingen annoterede sager (labels.*.json).")
    return documents


def label_files(case: Path) -> list[Path]:
    """The label files of a case, the one to learn from first."""
    files = sorted(case.glob("labels.*.json"))
    writer = case.name.rsplit("-", 1)[0]
    order = {"labels.gold.json": 0, f"labels.{writer}.json": 1}
    return sorted(files, key=lambda path: (order.get(path.name, 2), path.name))


def load_case(case: Path) -> list[AnnotatedDocument]:
    """The annotated documents of one case folder; empty where it has no label file."""
    files = label_files(case)
    return load_labels(files[0]) if files else []


def load_labels(path: Path) -> list[AnnotatedDocument]:
    """The documents labelled in one label file."""
    try:
        raw = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise AnnotationError(f"{path} kan ikke læses som JSON: {error}.") from error
    case = path.parent
    found: list[AnnotatedDocument] = []
    try:
        writer = raw.get("writer") or case.name.rsplit("-", 1)[0]
        for name, entry in raw["documents"].items():
            text = (case / name).read_text("utf-8")
            labels = {
                topic: _label(entry["topics"][topic], text, f"{path}: {name}: {topic}")
                for topic in TOPICS
                if topic in entry["topics"]
            }
            found.append(
                AnnotatedDocument(case.name, writer, raw["annotator"], name, Kind(entry["kind"]), text, labels)
            )
    except OSError as error:
        raise AnnotationError(f"{path} nævner et dokument, der ikke kan læses: {error.filename}.") from error
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise AnnotationError(f"{path} følger ikke formatet: {error!r}.") from error
    return found


def _label(raw: Mapping[str, Any], text: str, where: str) -> TopicLabel:
    documented = raw["documented"]
    if not isinstance(documented, bool):
        raise AnnotationError(f"{where}: »documented« skal være true eller false.")
    spans = tuple(find_quote(quote, text, where) for quote in raw["evidence"])
    if documented and not spans:
        raise AnnotationError(f"{where}: dokumenteret uden citat i »evidence«.")
    return TopicLabel(
        documented,
        raw["grade"],
        spans,
        tuple(raw.get("elements", ())),
        bool(raw.get("own", False)),
        raw.get("difficulty", "plain"),
    )


def find_quote(quote: str | Mapping[str, Any], text: str, where: str) -> tuple[int, int]:
    """Offsets of an evidence quotation.

    Raises:
        AnnotationError: it does not stand in the text, or its offsets point at something else.
    """
    if isinstance(quote, str):
        start = text.find(quote)
        if start < 0 or not quote:
            raise AnnotationError(f"{where}: et citat står ikke ordret i dokumentet.")
        return start, start + len(quote)
    start, end = int(quote["start"]), int(quote["end"])
    if text[start:end] != quote["text"]:
        raise AnnotationError(f"{where}: positionerne {start}-{end} peger ikke på citatet.")
    return start, end


def load_sentences(root: Path) -> list[BankSentence]:
    """The sentence bank below ``root/sentences``; empty where there is none.

    Raises:
        AnnotationError: a line breaks the format; the message names file and line.
    """
    found: list[BankSentence] = []
    folder = root / "sentences"
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if not line.strip():
                continue
            try:
                found.append(_bank_sentence(json.loads(line), path.stem))
            except (KeyError, TypeError, ValueError) as error:
                raise AnnotationError(f"{path}, linje {number} følger ikke formatet: {error!r}.") from error
    return found


def _bank_sentence(raw: Mapping[str, Any], source: str) -> BankSentence:
    sentence, before, prompt = raw["sentence"], raw.get("before") or "", raw.get("prompt") or ""
    if raw["topic"] not in TOPICS:
        raise ValueError(raw["topic"])
    boxed = any(mark in sentence for mark in "☐☒") or "[x]" in sentence.lower()
    if boxed:
        lead = (before + "\n" if before else "") + (
            prompt + ":\n" if prompt and not sentence.startswith(prompt) else ""
        )
    else:
        lead = (prompt + ": " if prompt else "") + (before + " " if before else "")
    kind = Kind(raw["kind"]) if raw.get("kind") else None
    return BankSentence(
        source,
        raw["topic"],
        bool(raw["documented"]),
        kind,
        lead + sentence,
        len(lead),
        tuple(raw.get("also") or ()),
    )


def writers(documents: list[AnnotatedDocument]) -> Iterator[str]:
    """The writers of the corpus, sorted."""
    yield from sorted({document.writer for document in documents})

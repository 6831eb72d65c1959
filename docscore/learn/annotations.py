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
from docscore.checkpoints.catalogue import OWN, TOPICS, load_catalogue
from docscore.errors import AnnotationError

HEADS = (*TOPICS, *(head for head in load_catalogue().heads() if head not in (*TOPICS, OWN)))
"""What sentences are labelled for: the five topics and the other text checkpoints (kodebog, section 3)."""

ELEMENTS = ("mening", "foelelser", "oensker")
"""Sub-elements of ``borgerens_perspektiv``."""

PROGRESSION_GRADES = ("slet_ikke", "i_mindre_grad", "i_nogen_grad", "i_hoej_grad", "i_meget_hoej_grad")
"""The degrees of progression, lowest first."""


@dataclass(frozen=True, slots=True)
class Label:
    """The answer for one topic or text checkpoint in one document; spans are offsets into its text.

    Only topics have a ``grade``. ``debated`` are sentences that some annotators underlined and others did not.
    """

    documented: bool
    grade: int | str | None
    evidence: tuple[tuple[int, int], ...]
    debated: tuple[tuple[int, int], ...] = ()
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
    labels: Mapping[str, Label]
    """By head, see :data:`HEADS`; a head that nobody judged is absent."""


@dataclass(frozen=True, slots=True)
class BankSentence:
    """A sentence of the bank in its context: ``text[start:end]`` is the sentence."""

    source: str
    head: str
    documented: bool
    kind: Kind | None
    text: str
    start: int
    also: tuple[str, ...]


def case_folders(root: Path) -> list[Path]:
    """The case folders below ``root/cases``, sorted.

    Raises:
        AnnotationError: there is no such folder.
    """
    folder = root / "cases"
    if not folder.is_dir():
        raise AnnotationError(
            f"{root} har ingen mappe »cases« med annoterede sager. Angiv den mappe, som »docscore annotations import« "
            "har skrevet."
        )
    return sorted(path for path in folder.iterdir() if path.is_dir())


def load_documents(root: Path) -> list[AnnotatedDocument]:
    """All annotated documents below ``root/cases``, in the order of their paths.

    Raises:
        AnnotationError: a label file breaks the format; the message names file, document and field.
    """
    documents: list[AnnotatedDocument] = []
    for case in case_folders(root):
        documents += load_case(case)
    if not documents:
        raise AnnotationError(f"{root / 'cases'} indeholder ingen annoterede sager (labels.*.json).")
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
    """The documents labelled in one label file.

    Raises:
        AnnotationError: the file breaks the format; the message names file, document and field, never their text.
    """
    raw = parse_json(file_text(path), str(path))
    case = path.parent
    writer = raw.get("writer") or case.name.rsplit("-", 1)[0]
    annotator = require(raw, "annotator", str, str(path))
    found: list[AnnotatedDocument] = []
    for name, entry in require(raw, "documents", dict, str(path)).items():
        where = f"{path}: {name}"
        if not isinstance(entry, dict):
            raise AnnotationError(f"{where} skal være et objekt med »kind« og »topics«.")
        kind = require(entry, "kind", str, where)
        if kind not in tuple(Kind):
            raise AnnotationError(f"{where}: »kind« er ikke en af kodebogens dokumenttyper.")
        text = file_text(case / name)
        found.append(
            AnnotatedDocument(
                case.name, writer, annotator, name, Kind(kind), text, document_labels(entry, kind, text, where)
            )
        )
    return found


def document_labels(entry: Mapping[str, Any], kind: str, text: str, where: str) -> dict[str, Label]:
    """The labels of one document: its ``topics``, and its other ``checkpoints`` by their ids."""
    topics = require(entry, "topics", dict, where)
    unknown = sorted(set(topics) - set(TOPICS))
    if unknown:
        raise AnnotationError(f"{where}: ukendt emne »{unknown[0]}« i »topics«. Emnerne er {', '.join(TOPICS)}.")
    labels = {t: _label(topics[t], t, text, f"{where}: {t}") for t in TOPICS if t in topics}
    for checkpoint_id, raw in (require(entry, "checkpoints", dict, where) if "checkpoints" in entry else {}).items():
        checkpoint = load_catalogue().by_id.get(checkpoint_id)
        if checkpoint is None or checkpoint.kind != kind or checkpoint.decided_by is None:
            raise AnnotationError(f"{where}: »{checkpoint_id}« er ikke et tekst-kontrolpunkt for {kind}.")
        labels[checkpoint.decided_by] = _label(raw, None, text, f"{where}: {checkpoint_id}")
    return labels


_WANTED = {str: "en tekst", bool: "true eller false", list: "en liste", dict: "et objekt"}


def require(raw: Mapping[str, Any], name: str, kind: type, where: str) -> Any:
    """The value of a field; AnnotationError where it is missing or of another type than ``kind``."""
    if name not in raw:
        raise AnnotationError(f"{where}: feltet »{name}« mangler.")
    if not isinstance(raw[name], kind):
        raise AnnotationError(f"{where}: »{name}« skal være {_WANTED[kind]}.")
    return raw[name]


def file_text(path: Path) -> str:
    """A file of the corpus; the error says what is wrong, not what stands in it."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise AnnotationError(f"{path} er ikke gemt som UTF-8 (fejl ved byte {error.start}).") from None
    except (OSError, ValueError) as error:
        raise AnnotationError(f"{path} kan ikke læses. Er filen flyttet eller omdøbt?") from error


def parse_json(text: str, where: str) -> dict[str, Any]:
    """A JSON object; AnnotationError, which says where but quotes nothing, for anything else."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        at = f" (linje {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise AnnotationError(f"{where} kan ikke læses som JSON{at}.") from None
    if not isinstance(raw, dict):
        raise AnnotationError(f"{where} skal være et JSON-objekt.")
    return raw


def _label(raw: object, topic: str | None, text: str, where: str) -> Label:
    """One answer; ``topic`` is None for a checkpoint without grades."""
    if not isinstance(raw, dict):
        raise AnnotationError(f"{where} skal være et objekt.")
    documented = require(raw, "documented", bool, where)
    spans = tuple(find_quote(quote, text, where) for quote in require(raw, "evidence", list, where))
    if documented and not spans:
        raise AnnotationError(f"{where}: dokumenteret uden citat i »evidence«.")
    debated = tuple(
        find_quote(quote, text, where) for quote in (require(raw, "debated", list, where) if "debated" in raw else ())
    )
    if topic is None:
        return Label(documented, None, spans, debated)
    if "grade" not in raw:
        raise AnnotationError(f"{where}: feltet »grade« mangler.")
    grades: tuple[object, ...] = PROGRESSION_GRADES if topic == "progression" else (0, 1, 2)
    if isinstance(raw["grade"], bool) or raw["grade"] not in (grades[1:] if documented else grades[:1]):
        raise AnnotationError(f"{where}: »grade« passer ikke til »documented« eller til emnets skala.")
    elements = tuple(require(raw, "elements", list, where)) if "elements" in raw else ()
    if not all(element in ELEMENTS for element in elements):
        raise AnnotationError(f"{where}: »elements« må kun være {', '.join(ELEMENTS)}.")
    return Label(
        documented,
        raw["grade"],
        spans,
        debated,
        elements,
        bool(raw.get("own", False)),
        str(raw.get("difficulty", "plain")),
    )


def find_quote(quote: str | Mapping[str, Any], text: str, where: str) -> tuple[int, int]:
    """Offsets of an evidence quotation.

    Raises:
        AnnotationError: it does not stand in the text exactly once, or its offsets point at something else.
    """
    if isinstance(quote, str):
        start = text.find(quote)
        if start < 0 or not quote:
            raise AnnotationError(f"{where}: et citat i »evidence« står ikke ordret i dokumentet.")
        if text.find(quote, start + 1) >= 0:
            raise AnnotationError(f"{where}: et citat i »evidence« står flere steder; angiv »start«, »end« og »text«.")
        return start, start + len(quote)
    if not isinstance(quote, Mapping):
        raise AnnotationError(f"{where}: »evidence« skal være citater eller objekter med »start«, »end« og »text«.")
    a, b = quote.get("start"), quote.get("end")
    if not (isinstance(a, int) and isinstance(b, int) and 0 <= a < b):
        raise AnnotationError(f"{where}: »start« og »end« i »evidence« skal være positioner i dokumentet.")
    if text[a:b] != quote.get("text"):
        raise AnnotationError(f"{where}: positionerne {a}-{b} i »evidence« peger ikke på citatet.")
    return a, b


def load_sentences(root: Path) -> list[BankSentence]:
    """The sentence bank below ``root/sentences``; empty where there is none.

    Raises:
        AnnotationError: a line breaks the format; the message names file, line and field.
    """
    found: list[BankSentence] = []
    folder = root / "sentences"
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        for number, line in enumerate(file_text(path).split("\n"), 1):
            if line.strip():
                where = f"{path}, linje {number}"
                found.append(bank_sentence_of(parse_json(line, where), path.stem, where))
    return found


def bank_sentence_of(raw: Mapping[str, Any], source: str, where: str) -> BankSentence:
    """One line of a sentence bank; AnnotationError where it breaks the format."""
    sentence = require(raw, "sentence", str, where)
    documented = require(raw, "documented", bool, where)
    before = require(raw, "before", str, where) if raw.get("before") else ""
    prompt = require(raw, "prompt", str, where) if raw.get("prompt") else ""
    also = tuple(require(raw, "also", list, where)) if raw.get("also") else ()
    if raw.get("topic") not in HEADS or not all(head in HEADS for head in also):
        raise AnnotationError(f"{where}: »topic« og »also« skal være blandt {', '.join(HEADS)}.")
    if raw.get("kind") and raw["kind"] not in tuple(Kind):
        raise AnnotationError(f"{where}: »kind« er ikke en af kodebogens dokumenttyper.")
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
        documented,
        kind,
        lead + sentence,
        len(lead),
        also,
    )


def writers(documents: list[AnnotatedDocument]) -> Iterator[str]:
    """The writers of the corpus, sorted."""
    yield from sorted({document.writer for document in documents})

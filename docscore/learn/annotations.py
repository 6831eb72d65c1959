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
    """The documents labelled in one label file.

    Raises:
        AnnotationError: the file breaks the format; the message names file, document and field, never their text.
    """
    raw = _json(_text(path), str(path))
    case = path.parent
    writer = raw.get("writer") or case.name.rsplit("-", 1)[0]
    annotator = _field(raw, "annotator", str, str(path))
    found: list[AnnotatedDocument] = []
    for name, entry in _field(raw, "documents", dict, str(path)).items():
        where = f"{path}: {name}"
        if not isinstance(entry, dict):
            raise AnnotationError(f"{where} skal være et objekt med »kind« og »topics«.")
        kind = _field(entry, "kind", str, where)
        if kind not in tuple(Kind):
            raise AnnotationError(f"{where}: »kind« er ikke en af kodebogens dokumenttyper.")
        topics = _field(entry, "topics", dict, where)
        unknown = sorted(set(topics) - set(TOPICS))
        if unknown:
            raise AnnotationError(f"{where}: ukendt emne »{unknown[0]}« i »topics«. Emnerne er {', '.join(TOPICS)}.")
        text = _text(case / name)
        labels = {t: _label(topics[t], t, text, f"{where}: {t}") for t in TOPICS if t in topics}
        found.append(AnnotatedDocument(case.name, writer, annotator, name, Kind(kind), text, labels))
    return found


_WANTED = {str: "en tekst", bool: "true eller false", list: "en liste", dict: "et objekt"}


def _field(raw: Mapping[str, Any], name: str, kind: type, where: str) -> Any:
    if name not in raw:
        raise AnnotationError(f"{where}: feltet »{name}« mangler.")
    if not isinstance(raw[name], kind):
        raise AnnotationError(f"{where}: »{name}« skal være {_WANTED[kind]}.")
    return raw[name]


def _text(path: Path) -> str:
    """A file of the corpus; the error says what is wrong, not what stands in it."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise AnnotationError(f"{path} er ikke gemt som UTF-8 (fejl ved byte {error.start}).") from None
    except (OSError, ValueError) as error:
        raise AnnotationError(f"{path} kan ikke læses. Er filen flyttet eller omdøbt?") from error


def _json(text: str, where: str) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except ValueError as error:
        at = f" (linje {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise AnnotationError(f"{where} kan ikke læses som JSON{at}.") from None
    if not isinstance(raw, dict):
        raise AnnotationError(f"{where} skal være et JSON-objekt.")
    return raw


def _label(raw: object, topic: str, text: str, where: str) -> TopicLabel:
    if not isinstance(raw, dict):
        raise AnnotationError(f"{where} skal være et objekt.")
    documented = _field(raw, "documented", bool, where)
    spans = tuple(find_quote(quote, text, where) for quote in _field(raw, "evidence", list, where))
    if documented and not spans:
        raise AnnotationError(f"{where}: dokumenteret uden citat i »evidence«.")
    if "grade" not in raw:
        raise AnnotationError(f"{where}: feltet »grade« mangler.")
    grades: tuple[object, ...] = PROGRESSION_GRADES if topic == "progression" else (0, 1, 2)
    if isinstance(raw["grade"], bool) or raw["grade"] not in (grades[1:] if documented else grades[:1]):
        raise AnnotationError(f"{where}: »grade« passer ikke til »documented« eller til emnets skala.")
    elements = tuple(_field(raw, "elements", list, where)) if "elements" in raw else ()
    if not all(element in ELEMENTS for element in elements):
        raise AnnotationError(f"{where}: »elements« må kun være {', '.join(ELEMENTS)}.")
    return TopicLabel(
        documented, raw["grade"], spans, elements, bool(raw.get("own", False)), str(raw.get("difficulty", "plain"))
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
        for number, line in enumerate(_text(path).split("\n"), 1):
            if line.strip():
                where = f"{path}, linje {number}"
                found.append(_bank_sentence(_json(line, where), path.stem, where))
    return found


def _bank_sentence(raw: Mapping[str, Any], source: str, where: str) -> BankSentence:
    sentence = _field(raw, "sentence", str, where)
    documented = _field(raw, "documented", bool, where)
    before, prompt = raw.get("before") or "", raw.get("prompt") or ""
    also = tuple(raw.get("also") or ())
    if raw.get("topic") not in TOPICS or not all(topic in TOPICS for topic in also):
        raise AnnotationError(f"{where}: »topic« og »also« skal være blandt {', '.join(TOPICS)}.")
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

"""Repaired texts in a case: the detectors read them, and what is quoted is what the file says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from docscore.repair import repair

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from docscore.case import Case, Document
    from docscore.decision import Decision, Evidence
    from docscore.repair.offsets import Repair

_WARNING = (
    "{name}: {what} er læst fra en scanning uden de danske bogstaver æ, ø og å. {words} ord er rettet, før "
    "dokumentet blev bedømt; citaterne er, som der står i filen. Scan dokumentet igen med dansk tekstgenkendelse."
)


def repaired(case: Case) -> Case:
    """A case whose documents know their repaired text, where they need one, with a warning for each such file.

    A case that has been through here comes back unchanged.
    """
    known: dict[int, Repair | None] = {}
    documents: list[Document] = []
    warnings: list[str] = []
    for document in case.documents:
        if document.repair is not None:
            documents.append(document)
            continue
        key = id(document.text)
        if key not in known:
            known[key] = repair(document.text)
            if (found := known[key]) is not None:
                warnings.append(_warning(document, found))
        documents.append(document if known[key] is None else replace(document, repair=known[key]))
    if not warnings:
        return case
    return replace(case, documents=tuple(documents), warnings=(*case.warnings, *warnings))


def _warning(document: Document, found: Repair) -> str:
    clean = any(letter in document.text for letter in "æøåÆØÅ")
    name = document.file or document.document_id
    return _WARNING.format(name=name, what="en del af teksten" if clean else "teksten", words=found.words)


def as_read(document: Document) -> Document:
    """The document as it is to be read: its text repaired where that is needed."""
    found = document.repair
    if found is None:
        return document
    start, end = found.to_repaired(document.start, document.end)
    return replace(document, text=found.text, start=start, end=end, repair=None)


def as_filed(read: Document, document: Document) -> Document:
    """What was learned of a document, or of a part of it, as it was read, put on the document as it is in its file.

    Args:
        read: :func:`as_read` of ``document``, or a part of that.
        document: the document with the file's own text.
    """
    found = document.repair
    if found is None:
        return read
    start, end = found.to_original(read.start, read.end)
    return replace(read, text=document.text, start=start, end=end, repair=found)


def case_as_read(case: Case) -> Case:
    """The case with every document as it is to be read; the case itself where none is repaired."""
    if all(document.repair is None for document in case.documents):
        return case
    return replace(case, documents=tuple(as_read(document) for document in case.documents))


def quoted_as_filed(decisions: Iterable[Decision], case: Case) -> tuple[Decision, ...]:
    """Decisions about a case as it was read, with every quotation as it stands in its file."""
    documents = {one.document_id: one for one in case.documents if one.repair is not None}
    if not documents:
        return tuple(decisions)
    return tuple(
        replace(decision, evidence=tuple(_quote(one, decision.document_id, documents) for one in decision.evidence))
        for decision in decisions
    )


def _quote(evidence: Evidence, own: str | None, documents: Mapping[str, Document]) -> Evidence:
    document = documents.get(evidence.document_id or own or "")
    if document is None or document.repair is None:
        return evidence
    start, end = document.repair.to_original(evidence.start, evidence.end)
    return replace(evidence, start=start, end=end, text=document.text[start:end])

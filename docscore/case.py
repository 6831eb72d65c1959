"""What the readers hand on: a case, its documents and the facts beside them.

Plain, frozen and typed; nothing here knows how a file is read or how it is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docscore.repair.offsets import Repair


class Kind(StrEnum):
    """The document kinds of the codebook, section 1."""

    FORBEREDENDE_DEL = "forberedende_del"
    INDSTILLING = "indstilling"
    JOBSAMTALE = "jobsamtale"
    MIN_PLAN = "min_plan"
    OPFOELGNING = "opfoelgning"
    REVURDERING = "revurdering"
    CV = "cv"
    LAEGEATTEST = "laegeattest"
    ANDET = "andet"


class CaseStatus(StrEnum):
    """Where the citizen is now (contract, ``sag.json``)."""

    LEDIGHEDSYDELSE = "ledighedsydelse"
    FLEKSJOB = "fleksjob"


@dataclass(frozen=True, slots=True)
class Problem:
    """A file or row that could not be read: one line of ``problems.jsonl``.

    ``file`` is relative to the input, with ``/``; ``row`` is the 1-based data row of a table, or None;
    ``reason`` is a Danish sentence with the remedy and never holds document text.
    """

    file: str
    row: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class OcrPage:
    """A page whose text was recognised from a picture.

    ``page`` counts from 1; ``confidence`` is how sure the recognition is of its letters, 0..1.
    """

    page: int
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Document:
    """One document, or one entry of a journal export.

    ``text`` is the whole extracted text of the file and is shared by the entries of one export;
    ``start`` and ``end`` delimit this document in it (code points). All offsets that docscore
    gives out point into ``text``. ``ocr`` says whether any page was recognised from a picture; ``ocr_pages`` which,
    and ``ocr_engine`` by what. ``repair`` is what the text is read as where it came without Danish letters
    (:mod:`docscore.repair`). ``duplicate_of`` is the id of the document that this one repeats: it is listed, and
    never audited.
    """

    document_id: str
    text: str
    kind: Kind | None = None
    date: date | None = None
    file: str | None = None
    sha256: str = ""
    pages: int | None = None
    ocr: bool = False
    start: int = 0
    end: int = -1
    repair: Repair | None = None
    duplicate_of: str | None = None
    ocr_pages: tuple[OcrPage, ...] = ()
    ocr_engine: str | None = None

    def __post_init__(self) -> None:
        if self.end < 0:
            object.__setattr__(self, "end", len(self.text))

    @property
    def body(self) -> str:
        """The document's own part of ``text``."""
        if self.start == 0 and self.end == len(self.text):
            return self.text
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the case beside its documents (``sag.json``, a flat export's columns).

    Values are validated on reading: what was no date or no boolean is absent here and a line in
    ``problems.jsonl``, and its name stands in ``invalid``.
    """

    kommune: str | None = None
    status: CaseStatus | None = None
    frikommune: frozenset[str] = frozenset()
    dates: Mapping[str, date] = field(default_factory=dict)
    jobsamtaler: tuple[date, ...] | None = None
    ledighedsydelse_perioder: tuple[tuple[date, date | None], ...] | None = None
    fields: Mapping[str, bool] = field(default_factory=dict)
    invalid: frozenset[str] = frozenset()
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """A case: documents in the input's order, facts, and what went wrong while reading it."""

    case_id: str
    documents: tuple[Document, ...]
    facts: Facts = Facts()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()

"""Lines that say which kind and date each document of a case is taken for, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docscore.privacy.masking import Masks
from docscore.report.lines import Line, wrapped
from docscore.report.privacy import one_line, shorten

if TYPE_CHECKING:
    from docscore.case import Case, Document
    from docscore.report.texts import Texts

_MOST_REASONS = 3


def kind_lines(case: Case, texts: Texts) -> list[Line]:
    """One block of lines for a case.

    Args:
        case: as read, before its kinds are recognised: what is given is told from what is recognised.
        texts: the language.
    """
    from docscore.checkpoints import load_catalogue
    from docscore.checkpoints.decide import audited_document
    from docscore.recognise import recognise

    catalogue, masks = load_catalogue(), Masks.of(case)
    given = {document.document_id: document for document in case.documents}
    recognised = recognise(case)
    lines: list[Line] = [[(texts("kinds.case", case=one_line(masks.name(case.case_id))), "title")]]
    for document in recognised.documents:
        kind = document.kind or "andet"
        before = given.get(document.document_id)
        when = document.date.isoformat() if document.date else texts("kinds.undated")
        if before is not None and before.date is not None:
            when += f" ({texts('kinds.given')})"
        head: Line = [
            ("  ", ""),
            (shorten(masks.name(document.document_id), 44).ljust(46), ""),
            (catalogue.kind_name(kind, texts.language).ljust(18), "good"),
            (when, ""),
        ]
        if kind != "andet" and audited_document(recognised.documents, kind) is document:
            head.append((f"  [{texts('kinds.audited')}]", "dim"))
        lines.append(head)
        why = texts("kinds.given") if before is not None and before.kind is not None else _reasons(document)
        lines += wrapped(why, "      ", tone="dim")
    for warning in recognised.warnings:
        lines += wrapped(masks.said(warning), "  ")
    return lines


def _reasons(document: Document) -> str:
    """The heaviest cues of the kind; their names are docscore's own words, not the document's."""
    from docscore.recognise import recognise_kind
    from docscore.repair.documents import as_read

    read = as_read(document)
    guess = recognise_kind(read.text, read.file, read.start, read.end)
    cues = [cue for cue in guess.cues if cue.kind == document.kind][:_MOST_REASONS]
    return ", ".join(f"{cue.name} ({cue.weight:g})" for cue in cues)

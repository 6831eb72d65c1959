"""Feedback on one case for a caseworker, one screen of plain text; and the table of scores."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from docscore.report.lines import WIDTH, Line, columns, wrapped
from docscore.report.phases import PHASES, phases_of
from docscore.report.privacy import one_line, shorten
from docscore.report.sections import LAW, SECTIONS, sections_of
from docscore.report.values import value_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docscore.checkpoints import Catalogue
    from docscore.report.phases import Cell
    from docscore.report.records import CaseRecord, Record
    from docscore.report.sections import Item, Sections
    from docscore.report.texts import Texts

_INDENT = " " * 6
_SHARE = 17
_SHORT_QUOTE = 30
_PARTS = {"law": "lovkrav", "quality": "kvalitet"}
_MOST = 5
"""Most problems and warnings that are printed before "…"."""


def feedback(record: CaseRecord, catalogue: Catalogue, texts: Texts) -> list[Line]:
    """What the documents of a case document, what is missing and what to ask or write.

    Legal requirements come first, the national share stands beside each point, and what cannot be judged is
    one line. It speaks of the documents only.

    Args:
        record: the scored case.
        catalogue: the checkpoints.
        texts: the language.
    """
    sections = sections_of(record, catalogue)
    lines = _head(record.case, sections, catalogue, texts)
    lines += _notes("check.problems", [f"{p['file']}: {p['reason']}" for p in record.problems], texts)
    lines += _notes("check.warnings", record.case["warnings"], texts)
    for section in SECTIONS:
        if sections.items[section]:
            lines += _section(section, sections.items[section], record.case, catalogue, texts)
    lines += _phases(record, catalogue, texts)
    return lines + _foot(record.case, sections, texts)


def _phases(record: CaseRecord, catalogue: Catalogue, texts: Texts) -> list[Line]:
    """The topics through the phases; a phase that no topic is answered in is left out."""
    courses = phases_of(record, catalogue)
    used = [place for place in range(len(PHASES)) if any(course.cells[place].status for course in courses)]
    if not used:
        return []
    rows = [["", *(catalogue.kind_name(PHASES[place], texts.language) for place in used)]]
    for course in courses:
        rows.append([texts(f"phases.{course.topic}"), *(phase_text(course.cells[place], texts) for place in used)])
    lines: list[Line] = [[], [(texts("phases.title"), "title")]]
    for row in columns(rows):
        lines.append([("  ", ""), (row, "")])
    return lines


def phase_text(cell: Cell, texts: Texts) -> str:
    """What a phase says of a topic, in a word."""
    if cell.lost:
        return texts("phases.lost")
    return texts("phases.none") if cell.status is None else texts(f"phases.{cell.status}")


def _head(case: Record, sections: Sections, catalogue: Catalogue, texts: Texts) -> list[Line]:
    labels = [texts("check.case"), texts("check.documents"), texts("check.missing_documents")]
    width = max(map(len, labels)) + 2
    documents = _documents(case["documents"], catalogue, texts)
    lines: list[Line] = [[(labels[0].ljust(width), "dim"), (one_line(case["case_id"]), "title")]]
    lines += _labelled(labels[1], ", ".join(documents) or texts("check.no_documents"), width)
    if sections.missing_kinds:
        missing = ", ".join(catalogue.kind_name(kind, texts.language) for kind in sections.missing_kinds)
        lines += _labelled(labels[2], f"{missing} ({texts('check.missing_documents_note')})", width)
    return lines


def _documents(documents: Sequence[Record], catalogue: Catalogue, texts: Texts) -> list[str]:
    """One entry per kind: the newest document is the one that is judged, the others are counted."""
    dates: dict[str, list[str | None]] = {}
    for document in documents:
        dates.setdefault(document["kind"] or "andet", []).append(document["date"])
    entries = []
    for kind, found in dates.items():
        name = catalogue.kind_name(kind, texts.language)
        if kind == "andet":
            entries.append(f"{name} ({len(found)})")
            continue
        when = _date(max((day for day in found if day is not None), default=None), texts)
        entries.append(f"{name} ({when if len(found) == 1 else texts('check.newest', date=when, n=len(found))})")
    return entries


def _labelled(label: str, text: str, width: int) -> list[Line]:
    lines = wrapped(text, " " * width)
    lines[0][0] = (label.ljust(width), "dim")
    return lines


def _date(value: str | None, texts: Texts) -> str:
    if value is None:
        return texts("check.undated")
    day = date.fromisoformat(value)
    return f"{day.day}.{day.month}.{day.year}" if texts.language == "da" else value


def _notes(title: str, notes: Sequence[str], texts: Texts) -> list[Line]:
    if not notes:
        return []
    lines: list[Line] = [[], [(texts(title), "bad")]]
    for note in notes[:_MOST]:
        lines += wrapped(note, "  ")
    return [*lines, [("  …", "")]] if len(notes) > _MOST else lines


def _section(section: str, items: Sequence[Item], case: Record, catalogue: Catalogue, texts: Texts) -> list[Line]:
    title = texts(f"check.{section}")
    if section in _PARTS:
        part = case["score"][_PARTS[section]]
        decided = part["dokumenteret"] + part["ikke_dokumenteret"]
        title = texts("check.heading", title=title, good=part["dokumenteret"], decided=decided)
    national = texts("check.national_title")
    lines: list[Line] = [[], [(title.ljust(WIDTH - len(national)), "title"), (national, "dim")]]
    for item in items:
        lines += _item(item, catalogue, texts)
    return lines


def _item(item: Item, catalogue: Catalogue, texts: Texts) -> list[Line]:
    checkpoint, decision = item.checkpoint, item.decision
    label = checkpoint.short(texts.language)
    if checkpoint.kind not in {"sag", "laegeattest", "cv"}:
        name = catalogue.kind_name(checkpoint.kind, texts.language)
        label = f"{name[0].upper()}{name[1:]}: {label[0].lower() if label[1:2].islower() else label[0]}{label[1:]}"
    if decision["value"] is not None and (checkpoint.measured or (checkpoint.type == "text" and item.good)):
        label = texts("check.value", label=label, value=one_line(value_text(decision["value"], texts.language)))
    notes = [texts("check.review")] if decision["review"] else []
    if item.also is not None:
        notes.append(texts("check.also_law" if item.also == LAW else "check.also_quality"))
    note = f"  ({'; '.join(notes)})" if notes else ""
    share = "" if checkpoint.national is None else texts("check.share", share=f"{checkpoint.national:g}")
    mark = "[x] " if item.good else "[ ] "
    room = WIDTH - _SHARE - 6
    head = shorten(label + note, room)
    shown_label, shown_note = (label, head[len(label) :]) if head.startswith(label) else (head, "")
    line: Line = [
        ("  ", ""),
        (mark, "good" if item.good else "bad"),
        (shown_label, "title"),
        (shown_note, "dim"),
        (" " * (room - len(head)), ""),
        (share.rjust(_SHARE), "dim"),
    ]
    return [line, *_below(item, texts)]


def _below(item: Item, texts: Texts) -> list[Line]:
    """The sentence that documents it, or what to ask or write."""
    ask = item.checkpoint.ask(texts.language)
    method = item.decision["method"]
    if item.known_no:
        known = texts("check.by_field_no" if method == "felt" else "check.by_date_no")
        return wrapped(f"{known} {ask if item.ask else ''}", _INDENT)
    if not item.good:
        return wrapped(texts("check.breach" if item.checkpoint.breach else "check.missing", ask=ask), _INDENT)
    quotes = [quote["text"] for quote in item.decision["evidence"]]
    if quotes:
        shown = quotes[0]
        for other in quotes[1:]:
            # A sentence in note form says little alone.
            if len(shown) < _SHORT_QUOTE:
                shown = f"{shown} … {other}"
        quote = shorten(shown, WIDTH - len(_INDENT) - 2)
        # A sentence that quotes the citizen has these marks itself.
        left, right = ('"', '"') if "»" in quote else ("»", "«")
        return [[(_INDENT, ""), (f"{left}{quote}{right}", "quote")]]
    if item.checkpoint.breach or item.checkpoint.measured:
        return []
    how = {"felt": "check.by_field", "dato": "check.by_date"}.get(method)
    return [] if how is None else wrapped(texts(how), _INDENT)


def _foot(case: Record, sections: Sections, texts: Texts) -> list[Line]:
    score = case["score"]["alle"]
    decided = score["dokumenteret"] + score["ikke_dokumenteret"]
    lines: list[Line] = [[]]
    if not decided:
        lines += wrapped(texts("check.nothing"), "")
    elif sections.review:
        lines += wrapped(
            texts("check.total", good=score["dokumenteret"], decided=decided, review=sections.review), "", tone="title"
        )
    else:
        lines += wrapped(texts("check.total_no_review", good=score["dokumenteret"], decided=decided), "", tone="title")
    if sections.undecided:
        reasons = ", ".join(texts(f"check.undecided_{why}", n=n) for why, n in sections.undecided.items())
        n = sum(sections.undecided.values())
        lines += wrapped(texts("check.undecided", n=n, reasons=reasons), "", tone="dim")
    return lines + wrapped(texts("check.disclaimer"), "", tone="dim")


def score_table(cases: Iterable[Record], reviews: Sequence[int], texts: Texts) -> list[str]:
    """The scores of several cases as aligned columns, the header first.

    Args:
        cases: lines of ``cases.jsonl``.
        reviews: the number of uncertain decisions of each.
        texts: the language.
    """
    header = [texts(f"table.{name}") for name in ("case", "documents", "law", "quality", "all", "review")]
    rows = [header]
    for case, review in zip(cases, reviews, strict=True):
        parts = [fraction(case["score"][part], texts("table.none")) for part in ("lovkrav", "kvalitet", "alle")]
        rows.append([shorten(case["case_id"], 40), str(len(case["documents"])), *parts, str(review)])
    return columns(rows, right=range(1, len(header)))


def fraction(part: Record, none: str) -> str:
    """A part of the score as ``3/4``; it never goes without its counts."""
    decided = part["dokumenteret"] + part["ikke_dokumenteret"]
    return f"{part['dokumenteret']}/{decided}" if decided else none

"""``rapport.html``: one self-contained page per run, without scripts and without anything fetched."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from docscore.report.console import fraction, phase_text
from docscore.report.phases import PHASES, phases_of
from docscore.report.privacy import one_line
from docscore.report.sections import SECTIONS, sections_of
from docscore.report.values import value_text

if TYPE_CHECKING:
    from docscore.checkpoints import Catalogue
    from docscore.report.records import CaseRecord, Record
    from docscore.report.sections import Item
    from docscore.report.texts import Texts

MOST_CASES = 500
"""A page of more cases than this is of no use to a reader, and none is written."""


class HtmlReport:
    """Collects what the page shows: at most :data:`MOST_CASES` cases, and counts over all of them."""

    def __init__(self, catalogue: Catalogue, texts: Texts) -> None:
        self._catalogue = catalogue
        self._texts = texts
        self._cases: list[dict[str, Any]] = []
        self._problems: list[Record] = []
        self._counts: dict[str, list[int]] = {}
        self._seen = 0

    @property
    def too_many(self) -> bool:
        """Whether there are more cases than a page shows."""
        return self._seen > MOST_CASES

    def case(self, record: CaseRecord) -> None:
        """Take in a case."""
        self._seen += 1
        if self.too_many:
            self._cases.clear()
            return
        sections = sections_of(record, self._catalogue)
        items = [item for section in SECTIONS for item in sections.items[section]]
        for item in items:
            good, decided = self._counts.setdefault(item.checkpoint.id, [0, 0])
            self._counts[item.checkpoint.id] = [good + item.good, decided + 1]
        score = record.case["score"]
        self._cases.append(
            {
                "id": one_line(record.case["case_id"]),
                "score": self._texts(
                    "html.score_line",
                    law=fraction(score["lovkrav"], "-"),
                    quality=fraction(score["kvalitet"], "-"),
                    review=sections.review,
                ),
                "documents": [self._document(document) for document in record.case["documents"]],
                "warnings": [one_line(warning) for warning in record.case["warnings"]],
                "items": [self._item(item) for item in items],
                "phases": self._phases(record),
                "undecided": sum(sections.undecided.values()),
            }
        )

    def problem(self, record: Record) -> None:
        """Take in a problem."""
        if not self.too_many and len(self._problems) < MOST_CASES:
            self._problems.append({**record, "file": one_line(record["file"])})

    def write(self, stream: IO[str], version: str, model: str) -> None:
        """Write the page."""
        from importlib.resources import files

        from jinja2 import Environment, StrictUndefined

        environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        source = files("docscore.report") / "data" / "rapport.html.j2"
        page = environment.from_string(source.read_text(encoding="utf-8"))
        overview = [
            {
                "label": self._label(checkpoint.id),
                "counts": self._texts("html.of", good=counts[0], decided=counts[1]),
                "national": checkpoint.national_text(self._texts.language),
            }
            for checkpoint in self._catalogue
            if (counts := self._counts.get(checkpoint.id))
        ]
        stream.writelines(
            page.generate(
                t=self._texts,
                version=version,
                model=one_line(model),
                overview=overview,
                cases=self._cases,
                problems=self._problems,
            )
        )

    def _label(self, checkpoint_id: str) -> str:
        checkpoint = self._catalogue[checkpoint_id]
        kind = self._catalogue.kind_name(checkpoint.kind, self._texts.language)
        return f"{kind[0].upper()}{kind[1:]}: {checkpoint.short(self._texts.language)}"

    def _document(self, document: Record) -> str:
        kind = self._catalogue.kind_name(document["kind"] or "andet", self._texts.language)
        return one_line(f"{document['document_id']}: {kind}, {document['date'] or self._texts('check.undated')}")

    def _phases(self, record: CaseRecord) -> list[list[str]]:
        """The topics through the phases as rows, the header first; empty where there is nothing to follow."""
        courses = phases_of(record, self._catalogue)
        if not courses:
            return []
        head = [self._texts("phases.topic"), *(self._catalogue.kind_name(k, self._texts.language) for k in PHASES)]
        return [
            head,
            *(
                [self._texts(f"phases.{course.topic}"), *(phase_text(cell, self._texts) for cell in course.cells)]
                for course in courses
            ),
        ]

    def _item(self, item: Item) -> dict[str, Any]:
        breach = "breach_" if item.checkpoint.breach else ""
        documented = item.good != item.checkpoint.breach
        return {
            "label": self._label(item.checkpoint.id),
            "section": self._texts(f"html.{item.section}") if self._texts.has(f"html.{item.section}") else "",
            "good": item.good,
            "answer": self._texts(
                "html.known_no" if item.known_no else f"html.{breach}{'yes' if documented else 'no'}"
            ),
            "review": item.decision["review"],
            # The sub-elements of the citizen's perspective are names for machines.
            "value": ""
            if item.checkpoint.topic == "borgerens_perspektiv"
            else one_line(value_text(item.decision["value"], self._texts.language)),
            "quotes": [one_line(quote["text"]) for quote in item.decision["evidence"]],
            "ask": item.checkpoint.ask(self._texts.language) if item.ask else "",
            "national": item.checkpoint.national_text(self._texts.language),
        }

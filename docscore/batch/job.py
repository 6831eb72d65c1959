"""``docscore score`` as a function: an input in, a folder of results out."""

from __future__ import annotations

import hashlib
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docscore
from docscore.batch.corridor import CorridorFactory, load_model
from docscore.batch.output import RUN_FILE, OutputFolder
from docscore.batch.pool import score_sources
from docscore.case import Problem
from docscore.errors import InputError
from docscore.privacy.masking import Masks
from docscore.report.jsonl import JsonlWriter, dumps
from docscore.report.privacy import mask_name, one_line
from docscore.report.records import problem_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from docscore.batch.corridor import Model
    from docscore.report.html import HtmlReport
    from docscore.report.records import CaseRecord, Record
    from docscore.report.tables import TableWriter
    from docscore.report.texts import Language

_MASKED = "xxxx"
_SAME_ID = (
    "case_id {wanted} er allerede brugt af sagen med {first}; denne sag hedder her {answer}. "
    "Giv hver sag sit eget case_id."
)

FORMATS = ("csv", "xlsx", "parquet")
"""What ``--format`` adds beside the JSONL."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to score, where to write, and how.

    Attributes:
        source: the input (contract, section "In").
        out: the output folder.
        formats: of :data:`FORMATS`, beside the JSONL.
        model: a model's folder, None for the bundled one.
        cases: the table of facts, one row per case.
        columns: own column names → the contract's.
        workers: processes; None for as many as a long run is worth (:func:`docscore.batch.pool.score_sources`).
        html: whether to write ``rapport.html``.
        language: of ``rapport.html``.
        masking: False to write texts, ids and names as they are; ``run.json`` says so.
    """

    source: Path
    out: Path
    formats: tuple[str, ...] = ()
    model: Path | None = None
    cases: Path | None = None
    columns: Mapping[str, str] | None = None
    workers: int | None = 1
    html: bool = True
    language: Language = "da"
    masking: bool = True


@dataclass(slots=True)
class Summary:
    """What a run came to.

    Attributes:
        files: the files written, ``run.json`` last.
        cases: how many cases were scored.
        problems: how many lines ``problems.jsonl`` has.
        html_left_out: whether there were too many cases for ``rapport.html``.
        statuses: decisions by status.
    """

    files: tuple[Path, ...] = ()
    cases: int = 0
    problems: int = 0
    documents: int = 0
    characters: int = 0
    html_left_out: bool = False
    statuses: Counter[str] = field(default_factory=Counter)


def run_job(job: Job, on_case: Callable[[CaseRecord], None] = lambda _: None) -> Summary:
    """Score an input and write the results; memory does not grow with the number of cases.

    Args:
        job: what to do.
        on_case: called with every scored case, in order.

    Returns:
        Counts and files.

    Raises:
        DocscoreError: the input, the model or the output folder cannot be used; nothing is written.
    """
    from docscore.readers import iter_sources

    began, clock = datetime.now(UTC), time.monotonic()
    folder = OutputFolder(job.out, job.source)
    model = load_model(job.model)
    sources = iter_sources(job.source, cases=job.cases, columns=job.columns)
    # A transformer is too large to be loaded several times unless that is asked for.
    several = job.workers or (1 if model.card.get("backend") == "transformer" else None)
    items = score_sources(sources, CorridorFactory(job.model, job.masking), several)
    summary = Summary()
    fingerprint = hashlib.sha256()
    with folder:
        writers = _Writers(job, folder)
        try:
            for item in _with_unique_ids(_not_empty(items, job.source)):
                with folder.writing():
                    _take(item, writers, summary, fingerprint, on_case, masking=job.masking)
        finally:
            # A worker pool must end before the folder is cleared, however the loop was left.
            items.close()
        with folder.writing():
            writers.close()
        summary.html_left_out = writers.write_html(model)
        run = _run_record(job, model, summary, fingerprint.hexdigest(), began, time.monotonic() - clock)
        with folder.open(RUN_FILE) as stream, folder.writing():
            stream.write(dumps(run, indent=2) + "\n")
        summary.files = folder.commit()
    return summary


def _not_empty(items: Iterable[CaseRecord | Problem], source: Path) -> Iterator[CaseRecord | Problem]:
    empty = True
    for item in items:
        empty = False
        yield item
    if empty:
        raise InputError(f"{one_line(mask_name(str(source)))} indeholder ingen sager. Angiv en mappe med sagsmapper.")


def _with_unique_ids(items: Iterable[CaseRecord | Problem]) -> Iterator[CaseRecord | Problem]:
    """Keep cases apart that two sources gave the same id, or whose ids differ only in a masked CPR number."""
    origins: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for item in items:
        yield item if isinstance(item, Problem) else _with_unique_id(item, origins, numbers)


def _with_unique_id(record: CaseRecord, origins: dict[str, str], numbers: dict[str, int]) -> CaseRecord:
    """The record under an id of its own.

    Args:
        record: a scored case.
        origins: id → where the case that has it came from; the record's is added.
        numbers: id → the last number given to a second case of that id.
    """
    wanted = answer = record.case["case_id"]
    number = numbers.get(wanted, 1)
    while answer in origins:
        number += 1
        answer = f"{wanted}~{number}"
    origins[answer] = sys.intern(_origin(record))
    if answer == wanted:
        return record
    numbers[wanted] = number
    record.case["case_id"] = answer
    for decision in record.decisions:
        decision["case_id"] = answer
    if _MASKED in wanted:
        # Which of them had the same number before it was masked is not to be told.
        return record
    reason = _SAME_ID.format(wanted=wanted, first=origins[wanted], answer=answer)
    return replace(record, problems=(*record.problems, problem_record(Problem(origins[answer], None, reason))))


def _origin(record: CaseRecord) -> str:
    """The first file of a case, for a message about it."""
    files = (document["file"] for document in record.case["documents"])
    return str(next((file for file in files if file), record.case["case_id"]))


def _take(
    item: CaseRecord | Problem,
    writers: _Writers,
    summary: Summary,
    fingerprint: hashlib._Hash,
    on_case: Callable[[CaseRecord], None],
    *,
    masking: bool,
) -> None:
    """Write one item and count it."""
    if isinstance(item, Problem):
        problems: tuple[Record, ...] = (problem_record(item, Masks.of_message(item.file, active=masking)),)
    else:
        problems = item.problems
        summary.cases += 1
        summary.documents += len(item.case["documents"])
        summary.characters += item.characters
        summary.statuses.update(decision["status"] for decision in item.decisions)
        for document in item.case["documents"]:
            fingerprint.update(f"{item.case['case_id']}\0{document['document_id']}\0{document['sha256']}\n".encode())
        writers.case(item)
        on_case(item)
    for problem in problems:
        summary.problems += 1
        fingerprint.update(f"{problem['file']}\0{problem['row']}\0{problem['reason']}\n".encode("utf-8", "replace"))
        writers.problem(problem)


class _Writers:
    """All writers of a run."""

    def __init__(self, job: Job, folder: OutputFolder) -> None:
        self._folder = folder
        names = ("decisions.jsonl", "cases.jsonl", "problems.jsonl")
        self._jsonl = JsonlWriter(*(folder.open(name) for name in names))
        self._tables: list[TableWriter] = _tables(job.formats, folder)
        self._html: HtmlReport | None = None
        if job.html:
            from docscore.checkpoints import load_catalogue
            from docscore.report.html import HtmlReport
            from docscore.report.texts import load_texts

            self._html = HtmlReport(load_catalogue(), load_texts(job.language))

    def case(self, record: CaseRecord) -> None:
        self._jsonl.case(record)
        if self._tables:
            from docscore.report.tables import write_case

            for table in self._tables:
                write_case(table, record)
        if self._html is not None:
            self._html.case(record)

    def problem(self, record: Record) -> None:
        self._jsonl.problem(record)
        if self._tables:
            from docscore.report.tables import write_problem

            for table in self._tables:
                write_problem(table, record)
        if self._html is not None:
            self._html.problem(record)

    def close(self) -> None:
        self._jsonl.close()
        for table in self._tables:
            table.close()

    def write_html(self, model: Model) -> bool:
        """Write the page; whether there were too many cases for one."""
        if self._html is None or self._html.too_many:
            return self._html is not None
        with self._folder.open("rapport.html") as stream, self._folder.writing():
            self._html.write(stream, docscore.__version__, model.name)
        return False


def _tables(formats: Iterable[str], folder: OutputFolder) -> list[TableWriter]:
    found: list[TableWriter] = []
    for name in dict.fromkeys(formats):
        from docscore.report import tables

        if name == "csv":
            found.append(tables.CsvWriter(folder.open))
        elif name == "xlsx":
            found.append(tables.XlsxWriter(folder.temporary("resultat.xlsx")))
        elif name == "parquet":
            found.append(tables.ParquetWriter(folder.temporary))
        else:
            raise ValueError(f"unknown format {name}")
    return found


def _run_record(
    job: Job, model: Model, summary: Summary, fingerprint: str, began: datetime, seconds: float
) -> dict[str, Any]:
    """``run.json``: what ran, over what, and what it came to."""
    return {
        "program": "docscore",
        "version": docscore.__version__,
        "model": {"name": model.name, "checksum": model.checksum},
        "input": {"name": one_line(mask_name(job.source.name)), "fingerprint": fingerprint},
        "options": {
            "formats": list(job.formats),
            "cases": None if job.cases is None else one_line(mask_name(job.cases.name)),
            "columns": dict(job.columns or {}),
            "workers": job.workers,
            "html": job.html,
            "lang": job.language,
            "masking": job.masking,
        },
        "counts": {
            "cases": summary.cases,
            "documents": summary.documents,
            "characters": summary.characters,
            "problems": summary.problems,
            "decisions": dict(sorted(summary.statuses.items())),
        },
        "times": {"started": began.isoformat(timespec="seconds"), "seconds": round(seconds, 3)},
    }

"""What the commands do: call the library and print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

from docscore.cli.files import shown
from docscore.errors import DocscoreError, ExitCode, InputError
from docscore.report.lines import show
from docscore.report.privacy import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docscore.batch.job import Summary
    from docscore.report.records import CaseRecord, Record
    from docscore.report.texts import Texts


def score(
    source: Path,
    out: Path,
    *,
    formats: tuple[str, ...],
    model: Path | None,
    cases: Path | None,
    columns: Sequence[str],
    workers: int | None,
    html: bool,
    texts: Texts,
    masking: bool = True,
) -> int:
    """``docscore score``: write the results, say on stderr what it came to."""
    from docscore.batch.job import FORMATS, Job, run_job
    from docscore.cli.progress import progress
    from docscore.readers import count_cases, load_columns

    for name in formats:
        if name not in FORMATS:
            raise DocscoreError(texts("usage.bad_format", what=name))
    mapping = load_columns(columns)
    job = Job(
        source=source,
        out=out,
        formats=formats,
        model=model,
        cases=cases,
        columns=mapping,
        workers=workers,
        html=html,
        language=texts.language,
        masking=masking,
    )
    total = lambda: count_cases(source, columns=mapping)  # noqa: E731
    with progress(texts("run.reading"), total, pages=texts("run.recognising")) as advance:
        summary = run_job(job, lambda _: advance())
    _conclude(summary, out, texts, sys.stderr)
    return ExitCode.PROBLEMS if summary.problems else ExitCode.OK


def _conclude(summary: Summary, out: Path, texts: Texts, stream: IO[str]) -> None:
    from docscore.report.html import MOST_CASES

    said = [texts("run.done_one") if summary.cases == 1 else texts("run.done", n=summary.cases)]
    if summary.problems:
        name = shown(out / "problems.jsonl")
        said.append(
            texts("run.problem_one", file=name)
            if summary.problems == 1
            else texts("run.problems", n=summary.problems, file=name)
        )
    if summary.html_left_out:
        said.append(texts("run.no_html", n=MOST_CASES))
    said.append(texts("run.files", folder=shown(out)))
    said.append("  " + ", ".join(path.name for path in summary.files))
    print("\n".join(said), file=stream)


def check(source: Path, *, json: bool, model: Path | None, texts: Texts, masking: bool = True) -> int:
    """``docscore check``: feedback on one case, or its decisions as JSON; 0 whatever the score."""
    from docscore.api import read_case
    from docscore.api import score as score_case
    from docscore.cli.progress import recognising
    from docscore.report.records import case_record

    with recognising(texts("run.recognising")):
        case = read_case(source)
    record = case_record(score_case(case, model), masking=masking)
    if json:
        from docscore.report.jsonl import dumps

        # A stream that is not UTF-8 (a Windows pipe) gets escapes: the JSON is the same.
        ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        sys.stdout.writelines(dumps(decision, ascii_only=ascii_only) + "\n" for decision in record.decisions)
        return ExitCode.OK
    from docscore.checkpoints import load_catalogue
    from docscore.report.console import feedback

    show(feedback(record, load_catalogue(), texts), sys.stdout)
    return ExitCode.OK


def kinds(source: Path, *, columns: Sequence[str], texts: Texts) -> int:
    """``docscore kinds``: what each document is taken for, and why."""
    from docscore.case import Problem
    from docscore.cli.progress import recognising
    from docscore.privacy.masking import Masks
    from docscore.readers import iter_cases, load_columns
    from docscore.readers.guard_worker import isolated
    from docscore.report.kinds import kind_lines

    problems = 0
    with isolated(), recognising(texts("run.recognising")):
        for item in iter_cases(source, columns=load_columns(columns)):
            found = [item] if isinstance(item, Problem) else list(item.problems)
            masks = Masks.of_message(item.file) if isinstance(item, Problem) else Masks.of(item)
            if not isinstance(item, Problem):
                show(kind_lines(item, texts), sys.stdout)
            problems += len(found)
            for problem in found:
                print(one_line(f"{masks.name(problem.file)}: {masks.said(problem.reason)}"), file=sys.stderr)
    return ExitCode.PROBLEMS if problems else ExitCode.OK


def demo(out: Path, *, texts: Texts) -> int:
    """``docscore demo``: score the examples, print the scores and where the report files are.

    The examples hold files that cannot be read, on purpose; it exits 0 whatever they give.
    """
    from docscore.batch.job import Job, run_job
    from docscore.report.console import score_table

    cases: list[Record] = []
    reviews: list[int] = []

    def keep(record: CaseRecord) -> None:
        cases.append(record.case)
        reviews.append(sum(decision["review"] for decision in record.decisions))

    summary = run_job(Job(examples(texts), out, formats=("csv", "xlsx"), language=texts.language), keep)
    print("\n".join(score_table(cases, reviews, texts)) + "\n")
    _conclude(summary, out, texts, sys.stdout)
    return ExitCode.OK


def examples(texts: Texts) -> Path:
    """The example cases: in the wheel, or beside the package in a checkout.

    Raises:
        InputError: they are in neither place.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_examples", package.parent / "examples" / "sager"):
        if folder.is_dir():
            return folder
    raise InputError(texts("usage.no_examples"))


def model_info(folder: Path | None, *, texts: Texts) -> int:
    """``docscore model info``: the model's card."""
    from docscore.batch.corridor import load_model

    model = load_model(folder)
    from docscore.report.card import card_lines

    head = {texts("model.name"): model.name, texts("model.checksum"): model.checksum}
    print("\n".join([*card_lines(head, model.card), "", texts("model.more")]))
    return ExitCode.OK

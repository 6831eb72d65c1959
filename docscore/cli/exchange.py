"""``docscore annotations export`` and ``import``: thin calls of :mod:`docscore.annotate`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from docscore.cli.files import shown
from docscore.errors import AnnotationError, ExitCode
from docscore.report.privacy import mask_name, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from docscore.annotate.formats import Tool
    from docscore.annotate.tasks import Task
    from docscore.case import Problem
    from docscore.detect.topics import TopicModel
    from docscore.report.texts import Texts

_SHOWN = 20
"""Problems that are printed."""


def export(
    source: Path, tool: Tool, out: Path, *, model: Path | None, blind: bool, only: Path | None, texts: Texts
) -> int:
    """Write the documents of an input, or of an annotated corpus, for a tool."""
    from docscore.annotate import formats
    from docscore.annotate.tasks import is_corpus, of_corpus, of_input

    problems: list[Problem] = []
    if is_corpus(source):
        tasks: Iterable[Task] = of_corpus(source)
        if model is not None and not blind:
            tasks = _answered(tasks, model)
    else:
        tasks = of_input(source, None if blind else _model(model), problems)
    if only is not None:
        tasks = _chosen(tasks, _selection(only))
    found = list(_bare(tasks) if blind else tasks)
    if not found:
        raise AnnotationError(f"{shown(source)} har ingen dokumenter, der skal annoteres. Se »docscore kinds«.")
    written = formats.write(tool, found, out)
    print(texts("exchange.exported", cases=len({task.case_id for task in found}), documents=len(found)))
    print(texts("exchange.written", folder=shown(out), files=len(written)))
    print(texts(f"exchange.next_{tool.replace('-', '_')}", folder=shown(out)))
    return _problems(problems, texts)


def _model(folder: Path | None) -> TopicModel:
    from docscore.detect.topics import load_model

    return load_model(folder)


def _answered(tasks: Iterable[Task], folder: Path) -> Iterator[Task]:
    """The tasks with a model's answers."""
    from dataclasses import replace

    from docscore.annotate.tasks import answers_of
    from docscore.case import Document

    model = _model(folder)
    for task in tasks:
        answers = answers_of(model, Document(task.document, task.text, task.kind))
        yield replace(task, answers=answers, annotator=model.name)


def _bare(tasks: Iterable[Task]) -> Iterator[Task]:
    """The tasks without anybody's answers."""
    from dataclasses import replace

    for task in tasks:
        yield replace(task, answers={}, annotator="")


def _chosen(tasks: Iterable[Task], selection: Mapping[str, str]) -> Iterator[Task]:
    from dataclasses import replace

    for task in tasks:
        if task.case_id in selection:
            yield replace(task, selection=selection[task.case_id])


def _selection(path: Path) -> dict[str, str]:
    """Cases of a file of ``docscore annotations suggest --json``, and how each was chosen."""
    from docscore.annotate.tasks import file_name

    try:
        cases = json.loads(path.read_text("utf-8"))["cases"]
        return {file_name(str(one["case_id"])): str(one["chosen"]) for one in cases}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AnnotationError(f"{shown(path)} er ikke skrevet af »docscore annotations suggest --json«.") from error


def import_(
    source: Path,
    tool: Tool,
    out: Path,
    *,
    annotator: str | None,
    names: Sequence[str],
    replace: bool,
    texts: Texts,
) -> int:
    """Read a tool's export into label files."""
    from docscore.annotate import formats
    from docscore.annotate.labels import write_labels

    problems: list[Problem] = []
    known = dict(pair.split("=", 1) for pair in names)
    tasks = list(formats.read(tool, source, annotator, known, problems))
    done = write_labels(tasks, out, replace=replace)
    print(texts("exchange.imported", answers=done.answers, documents=done.documents, files=len(done.files)))
    print(texts("exchange.check", folder=shown(out)))
    return _problems([*problems, *done.problems], texts)


def _problems(problems: Sequence[Problem], texts: Texts) -> int:
    for problem in problems[:_SHOWN]:
        print(one_line(mask_name(f"{problem.file}: {problem.reason}")), file=sys.stderr)
    if len(problems) > _SHOWN:
        print(texts("exchange.more", n=len(problems) - _SHOWN), file=sys.stderr)
    return ExitCode.PROBLEMS if problems else ExitCode.OK

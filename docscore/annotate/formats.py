"""The tools' formats under one roof: write tasks for a tool, read its export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from docscore.errors import AnnotationError, OutputError

if TYPE_CHECKING:
    from docscore.annotate.tasks import Task
    from docscore.case import Problem

Tool: TypeAlias = Literal["label-studio", "doccano", "inception", "csv"]

TOOLS: tuple[Tool, ...] = get_args(Tool)


def write(tool: Tool, tasks: Iterable[Task], folder: Path) -> list[Path]:
    """Write tasks for a tool into a folder, made where missing.

    Returns:
        The files.

    Raises:
        OutputError: the folder holds something already, or cannot be written.
    """
    from docscore.annotate import doccano, inception, label_studio, tables

    writers = {
        "label-studio": label_studio.write,
        "doccano": doccano.write,
        "inception": inception.write,
        "csv": tables.write,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise OutputError(f"{folder} er ikke tom. Vælg en ny mappe, så ingen svar overskrives.")
        return writers[tool](tasks, folder)
    except OSError as error:
        raise OutputError(f"{folder} kan ikke skrives. Vælg en anden mappe.") from error


def read(
    tool: Tool, source: Path, annotator: str | None, names: Mapping[str, str], problems: list[Problem]
) -> Iterator[Task]:
    """The annotated documents of a tool's export.

    Args:
        tool: which.
        source: the export: a file, or for INCEpTION and CSV a folder.
        annotator: one name for all who annotated; None for the tool's own.
        names: annotators by Label Studio's user id.
        problems: what cannot be used is added to it.

    Raises:
        AnnotationError: it is no such export.
    """
    from docscore.annotate import doccano, inception, label_studio, tables

    if not source.exists():
        raise AnnotationError(f"{source} findes ikke. Angiv værktøjets eksport.")
    if tool == "label-studio":
        return label_studio.read(source, names, annotator, problems)
    if tool == "doccano":
        return doccano.read(source, annotator, problems)
    if tool == "inception":
        return inception.read(source, annotator, problems)
    return tables.read(source, annotator, problems)

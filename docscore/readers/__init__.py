"""Readers: files and exports in, cases out. They never guess a kind, a date or a score.

The functions here are the whole interface. Parsing libraries are imported when a file needs them.

>>> from docscore.readers import iter_cases  # doctest: +SKIP
>>> for item in iter_cases("sager"):  # doctest: +SKIP
...     print(item)
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docscore.case import Case, Facts, Problem
from docscore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from docscore.readers.columns import load_columns
    from docscore.readers.formats import ExtractedText, read_document
    from docscore.readers.guard import FileProblemError
    from docscore.readers.sources import CaseSource

__all__ = [
    "CaseSource",
    "ExtractedText",
    "FileProblemError",
    "count_cases",
    "iter_cases",
    "iter_sources",
    "load_columns",
    "read_case",
    "read_document",
]

_HOMES = {
    "CaseSource": "sources",
    "ExtractedText": "formats",
    "FileProblemError": "guard",
    "load_columns": "columns",
    "read_document": "formats",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def iter_sources(
    path: str | Path, *, cases: str | Path | None = None, columns: Mapping[str, str] | None = None
) -> Iterator[CaseSource | Problem]:
    """The cases of an input, unread: small sources that worker processes load.

    Args:
        path: a case folder, a folder of case folders (with exports and ZIP files among them), a flat export
            (CSV, TSV, XLSX, JSONL, Parquet), a ZIP of either, or a single document.
        cases: a second table with the fields of ``sag.json``, one row per case.
        columns: own column names → the contract's (see :func:`load_columns`).

    Returns:
        Sources and problems in natural order of the names; the same on every machine.

    Raises:
        InputError: at the call, when the input as a whole cannot be read.
    """
    from docscore.readers.scan import Scan

    return Scan(Path(path), Path(cases) if cases is not None else None, columns).sources()


def iter_cases(
    path: str | Path, *, cases: str | Path | None = None, columns: Mapping[str, str] | None = None
) -> Iterator[Case | Problem]:
    """The cases of an input, read one after the other. Arguments and errors as :func:`iter_sources`.

    A case's own problems stand in ``Case.problems``; those of no case come between the cases.
    """
    return _loaded(iter_sources(path, cases=cases, columns=columns))


def _loaded(sources: Iterable[CaseSource | Problem]) -> Iterator[Case | Problem]:
    for item in sources:
        if isinstance(item, Problem):
            yield item
        else:
            yield from item.load()


def read_case(path: str | Path, *, cases: str | Path | None = None, columns: Mapping[str, str] | None = None) -> Case:
    """Read exactly one case: a case folder, a ZIP or export with one case, or a single document.

    Raises:
        InputError: there is no case, more than one, or nothing in it that can be read.
    """
    from docscore.readers.cleanup import printable
    from docscore.readers.guard_worker import Isolation, isolated
    from docscore.readers.scan import single_folder

    found: list[Case] = []
    problems: list[Problem] = []
    folder = single_folder(Path(path))
    with isolated(Isolation.RISKY):
        items = folder.load() if folder and cases is None else iter_cases(path, cases=cases, columns=columns)
        for item in items:
            if isinstance(item, Problem):
                problems.append(item)
                continue
            found.append(item)
            if len(found) > 1:
                raise InputError(
                    f"{printable(str(path))} holder flere sager. Angiv én sagsmappe, eller brug docscore score."
                )
    reasons = [f"{problem.file}: {problem.reason}" for case in found for problem in case.problems]
    reasons += [f"{problem.file}: {problem.reason}" for problem in problems]
    if not found or (not found[0].documents and found[0].facts == Facts()):
        why = reasons[0] if reasons else "der er ingen dokumenter. Læg sagens dokumenter i mappen."
        raise InputError(f"{printable(str(path))} kan ikke læses som en sag. {why}")
    return replace(found[0], problems=(*found[0].problems, *problems))


def count_cases(path: str | Path, *, columns: Mapping[str, str] | None = None) -> int | None:
    """The number of cases where that is cheap to know, for a progress bar; else None."""
    from docscore.readers.scan import count_cases as count

    return count(Path(path), columns)

"""What a worker process does; importable, so that it can be started by ``spawn`` on every system."""

from __future__ import annotations

import gc
import os
import signal
import threading
from typing import TYPE_CHECKING, TypeAlias

from docscore.case import Problem
from docscore.privacy.quiet import settle, stay_offline
from docscore.report.records import CaseRecord, case_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from docscore.batch.corridor import CaseResult, Corridor
    from docscore.case import Case
    from docscore.readers.sources import CaseSource

    Factory: TypeAlias = Callable[[], Corridor]

CRASHED = (
    "sagen kunne ikke bedømmes på grund af en fejl i docscore ({error}); de øvrige sager er bedømt. "
    "Meld fejlen, og bedøm sagen manuelt."
)
DIED = (
    "sagen fik en arbejdsproces til at gå ned og er ikke bedømt; de øvrige sager er bedømt. "
    "Kontrollér, om en af sagens filer er usædvanligt stor eller beskadiget, og kør sagen for sig."
)

# A worker process has one corridor for its whole life; an initializer can leave it nowhere else.
_own: list[Corridor] = []


def start(factory: Factory) -> None:
    """Prepare a worker process: the parent alone answers Ctrl-C, and the worker does not outlive it."""
    stay_offline(force=True)
    settle()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, daemon=True).start()
    _own[:] = [factory()]
    # The model and the word lists stay as long as the process: looking through them for rubbish finds none.
    gc.freeze()


def _follow_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def work(source: CaseSource, only: int | None = None) -> list[CaseRecord | Problem]:
    """Score a source in a worker process; see :func:`score_source`."""
    return score_source(source, _own[0], only)


def names(source: CaseSource) -> list[str]:
    """The name of every item of a source, for a message about one of them."""
    from docscore.readers.guard_worker import isolated

    with isolated():
        items = source.load()
    return [item.file if isinstance(item, Problem) else item.case_id for item in items]


def score_source(source: CaseSource, corridor: Corridor, only: int | None = None) -> list[CaseRecord | Problem]:
    """Score the cases of a source.

    Args:
        source: where the cases come from.
        corridor: the detectors of the run.
        only: the place of the one item wanted, None for all.

    Returns:
        One item per case or problem, in order. A case that crashes is a problem that names it: a fault in
        one case must never stop the others.
    """
    return [
        item if isinstance(item, Problem) else case_record(item, masking=corridor.masking)
        for item in results_of(source, corridor, only)
    ]


def results_of(source: CaseSource, corridor: Corridor, only: int | None = None) -> list[CaseResult | Problem]:
    """As :func:`score_source`, with the cases themselves instead of their records."""
    from docscore.readers.guard_worker import isolated

    try:
        # A document that hangs, or kills whoever reads it, costs itself: the case and the batch go on.
        with isolated():
            items = source.load()
    except Exception as error:
        return [Problem(source.label, None, CRASHED.format(error=type(error).__name__))]
    wanted = items if only is None else items[only : only + 1]
    return [item if isinstance(item, Problem) else _result(item, corridor) for item in wanted]


def _result(case: Case, corridor: Corridor) -> CaseResult | Problem:
    try:
        return corridor.score(case)
    except Exception as error:
        # The exception's own message may quote the document: only its type is passed on.
        return Problem(case.case_id, None, CRASHED.format(error=type(error).__name__))

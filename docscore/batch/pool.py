"""Sources in, records out, in the input's order whatever the number of processes.

At most a few tasks per worker are under way, so memory does not grow with the input. A worker that dies
takes down a whole process pool; the tasks it held are then run again one by one, each in a process of its
own, until the case that kills it is found and becomes a problem.
"""

from __future__ import annotations

import os
import time
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

from docscore.batch import worker
from docscore.case import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from docscore.batch.worker import Factory
    from docscore.readers.sources import CaseSource
    from docscore.report.records import CaseRecord

T = TypeVar("T")

_TASKS_PER_WORKER = 4

PATIENCE = 10.0
"""Seconds after which a run is a long one; starting processes takes two."""

MOST_PROCESSES = 8
"""Processes that are started without being asked for: each takes some 100 MB."""


def processors() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Windows and macOS
        return os.cpu_count() or 1


def score_sources(
    sources: Iterable[CaseSource | Problem], factory: Factory, workers: int | None = 1
) -> Generator[CaseRecord | Problem, None, None]:
    """Score every source.

    Args:
        sources: from :func:`docscore.readers.iter_sources`.
        factory: makes the corridor, in this process or in each worker; it must be picklable for more than
            one worker.
        workers: processes; 1 runs in this one. None begins in this one, and goes on in one per processor (at most
            :data:`MOST_PROCESSES`) where there is more to score after :data:`PATIENCE`.

    Yields:
        Records and problems in the order of the sources, one at a time.
    """
    if workers is not None and workers > 1:
        yield from _parallel(sources, factory, workers)
        return
    corridor, began = factory(), time.monotonic()
    several = min(processors(), MOST_PROCESSES) if workers is None else 1
    waiting = iter(sources)
    for source in waiting:
        if isinstance(source, Problem):
            yield source
        else:
            yield from worker.score_source(source, corridor)
        if several > 1 and time.monotonic() - began > PATIENCE:
            following = next(waiting, None)
            if following is not None:
                yield from _parallel(chain([following], waiting), factory, several)
            return


def _parallel(
    sources: Iterable[CaseSource | Problem], factory: Factory, workers: int
) -> Iterator[CaseRecord | Problem]:
    pool = _Pool(factory, workers)
    pending: deque[Problem | tuple[CaseSource, Future[list[CaseRecord | Problem]]]] = deque()
    try:
        for source in sources:
            pending.append(source if isinstance(source, Problem) else (source, pool.submit(worker.work, source)))
            if len(pending) >= workers * _TASKS_PER_WORKER:
                yield from _settled(pending.popleft(), factory)
        while pending:
            yield from _settled(pending.popleft(), factory)
    finally:
        pool.close()


def _settled(
    item: Problem | tuple[CaseSource, Future[list[CaseRecord | Problem]]], factory: Factory
) -> Iterable[CaseRecord | Problem]:
    if isinstance(item, Problem):
        return [item]
    source, future = item
    try:
        return future.result()
    except BrokenProcessPool:
        return _isolated(source, factory)
    except Exception as error:
        return [Problem(source.label, None, worker.CRASHED.format(error=type(error).__name__))]


def _isolated(source: CaseSource, factory: Factory) -> Iterator[CaseRecord | Problem]:
    """A source that was under way when a worker died: as a whole, else case by case."""
    pool = _Pool(factory, 1)
    try:
        whole = _alone(pool, worker.work, source)
        if whole is not None:
            yield from whole
            return
        found = _alone(pool, worker.names, source)
        if found is None:
            yield Problem(source.label, None, worker.DIED)
            return
        for place, name in enumerate(found):
            one = [Problem(name, None, worker.DIED)] if len(found) == 1 else _alone(pool, worker.work, source, place)
            yield from [Problem(name, None, worker.DIED)] if one is None else one
    finally:
        pool.close()


def _alone(pool: _Pool, function: Callable[..., list[T]], *arguments: object) -> list[T] | None:
    """The answer, or None where it kills the process."""
    try:
        return pool.submit(function, *arguments).result()
    except BrokenProcessPool:
        return None


class _Pool:
    """A process pool that is replaced when one of its workers has died."""

    def __init__(self, factory: Factory, workers: int) -> None:
        self._factory = factory
        self._workers = workers
        self._executor = self._new()

    def _new(self) -> ProcessPoolExecutor:
        # "spawn" is the one way of starting a process that every system has and threads cannot upset.
        return ProcessPoolExecutor(
            self._workers, mp_context=get_context("spawn"), initializer=worker.start, initargs=(self._factory,)
        )

    def submit(self, function: Callable[..., list[T]], *arguments: object) -> Future[list[T]]:
        try:
            return self._executor.submit(function, *arguments)
        except BrokenProcessPool:
            self.close()
            self._executor = self._new()
            return self._executor.submit(function, *arguments)

    def close(self) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)

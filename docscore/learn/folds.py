"""Logits of sentences from heads that never saw their writer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from docscore.learn.annotations import HEADS
from docscore.learn.heads import Floats, Rows, fit_heads
from docscore.learn.recipe import Recipe

Fold = tuple[NDArray[np.intp], Floats]


def writer_folds(writers: Sequence[str], folds: int) -> list[set[str]]:
    """Groups of writers to hold out in turn; one writer a group where ``folds`` is at least their number."""
    groups: list[set[str]] = [set() for _ in range(max(2, min(folds, len(writers))))]
    for i, writer in enumerate(sorted(writers)):
        groups[i % len(groups)].add(writer)
    return groups


def held_out_logits(
    rows: Rows, recipe: Recipe, folds: int, progress: Callable[[str], None] = lambda _: None, workers: int = 1
) -> Floats:
    """Logits of the documents' sentences, each from heads that never saw its writer.

    Args:
        rows: all sentences.
        recipe: how heads are fitted.
        folds: groups of writers, held out in turn.
        progress: told what is done.
        workers: processes; a script that asks for more than one needs ``if __name__ == "__main__"``. The result
            does not depend on it.

    Returns:
        Shape (rows of documents, len(HEADS)).
    """
    count = rows.documents
    groups = writer_folds(sorted(set(rows.source[:count].tolist())), folds)
    logits = np.zeros((count, len(HEADS)))
    for number, (mine, found) in enumerate(_each(rows, recipe, groups, min(workers, len(groups))), 1):
        progress(f"{number}/{len(groups)}")
        logits[mine] = found
    return logits


def _each(rows: Rows, recipe: Recipe, groups: Sequence[set[str]], workers: int) -> Iterator[Fold]:
    if workers <= 1:
        for group in groups:
            yield _fold(rows, recipe, group)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _start, (rows, recipe)) as pool:
        yield from pool.map(_work, groups)


def _fold(rows: Rows, recipe: Recipe, group: set[str]) -> Fold:
    """The rows of a group, and their logits from heads fitted on all others."""
    held = np.isin(rows.source, sorted(group))
    mine = np.flatnonzero(held[: rows.documents])
    return mine, fit_heads(rows, ~held, recipe).logits(rows.table[mine])


_given: list[tuple[Rows, Recipe]] = []
"""What this worker process was given to hold folds out of."""


def _start(rows: Rows, recipe: Recipe) -> None:
    _given[:] = [(rows, recipe)]


def _work(group: set[str]) -> Fold:
    return _fold(*_given[0], group)

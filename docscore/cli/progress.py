"""A progress bar on stderr where that is a terminal; silence in a pipe."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(title: str, total: Callable[[], int | None]) -> Iterator[Callable[[], None]]:
    """Show how many cases are done.

    Args:
        title: what is going on.
        total: the number of cases, None where it is not known; asked for a terminal only.

    Yields:
        A function to call after each case.
    """
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from docscore.errors import DocscoreError

    try:
        known = total()
    except DocscoreError:
        # The run itself meets the same error and says it.
        known = None
    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*parts, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=known)
        yield lambda: bar.advance(task)

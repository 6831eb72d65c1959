"""A progress bar on stderr where that is a terminal; silence in a pipe."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress, TaskID


@contextmanager
def progress(title: str, total: Callable[[], int | None], pages: str = "") -> Iterator[Callable[[], None]]:
    """Show how many cases are done, and below it how many pages of the document whose text is being recognised.

    Args:
        title: what is going on.
        total: the number of cases, None where it is not known; asked for a terminal only.
        pages: what stands beside the pages; they are not shown without it.

    Yields:
        A function to call after each case.
    """
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from docscore.errors import DocscoreError

    try:
        known = total()
    except DocscoreError:
        # The run itself meets the same error and says it.
        known = None
    with _bar() as bar, _pages_on(lambda: bar, pages):
        task = bar.add_task(title, total=known)
        yield lambda: bar.advance(task)


@contextmanager
def recognising(title: str) -> Iterator[None]:
    """Show the pages of a document whose text is being recognised; nothing where none is."""
    if not sys.stderr.isatty():
        yield
        return
    made: list[Progress] = []

    def bar() -> Progress:
        if not made:
            made.append(_bar())
            made[0].start()
        return made[0]

    try:
        with _pages_on(bar, title):
            yield
    finally:
        for one in made:
            one.stop()


@contextmanager
def _pages_on(bar: Callable[[], Progress], title: str) -> Iterator[None]:
    """Have the recognition tell a bar of its pages; ``bar`` is called at the first of them."""
    from docscore.readers.ocr import on_page

    tasks: list[TaskID] = []

    def tell(page: int, total: int) -> None:
        shown = bar()
        if not tasks:
            tasks.append(shown.add_task(title, total=total))
        shown.update(tasks[0], completed=page, total=total)

    token = on_page.set(tell if title else None)
    try:
        yield
    finally:
        on_page.reset(token)


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*parts, console=Console(stderr=True), transient=True)

"""``docscore train --backend transformer`` and ``docscore model export``: thin calls of :mod:`docscore.transformer`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, cast

from docscore.cli.files import shown
from docscore.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from docscore.case import Document
    from docscore.report.texts import Texts
    from docscore.transformer.train import Watcher


def train(
    annotations: Path,
    out: Path,
    base: str,
    *,
    config: Path | None,
    settings: Sequence[str],
    seed: int | None,
    threads: int | None,
    allow_download: bool,
    texts: Texts,
) -> int:
    """Fine-tune an encoder, write the model and show its card."""
    from docscore.report.card import card_lines
    from docscore.transformer import train as training
    from docscore.transformer.recipe import read_recipe

    recipe = read_recipe(base, config, settings, seed=seed, threads=threads)
    with _watcher(texts) as watcher:
        card = training.train(annotations, out, recipe, allow_download=allow_download, watcher=watcher)
    print("\n".join(card_lines({}, card)))
    ways = card["held_out_writers"]
    kappas = {name: _number(way["kappa"]) for name, way in ways.items()}
    share = f"{100 * ways['cascade']['share']:.0f} %"
    print()
    print(texts("model.cascade", share=share, **kappas))
    print(texts("model.curves", file=shown(out / training.CURVES)))
    print(texts("model.written", folder=shown(out)))
    return ExitCode.OK


def export(folder: Path, out: Path, precision: str, check: Path | None, texts: Texts) -> int:
    """Write a model as ONNX, and say what that changes."""
    from docscore.cli.commands import examples
    from docscore.transformer.export import export_onnx

    source = examples(texts) if check is None else check
    card, difference = export_onnx(folder, out, _documents(source), cast("Literal['int8', 'float32']", precision))
    told = card["export"]
    print(
        texts(
            "model.exported",
            decisions=difference.decisions,
            changed=difference.changed,
            probability=_number(told["probability"]),
        )
    )
    print(texts("model.written", folder=shown(out)))
    return ExitCode.OK


def _documents(source: Path) -> Iterator[Document]:
    """The documents of all cases, with their kinds; what cannot be read is left out."""
    from docscore.case import Problem
    from docscore.readers import iter_cases
    from docscore.recognise import recognise

    for case in iter_cases(source):
        if not isinstance(case, Problem):
            yield from recognise(case).documents


@contextmanager
def _watcher(texts: Texts) -> Iterator[Watcher]:
    """A bar on a terminal, else a line for every part of the work."""
    from docscore.transformer.train import Watcher

    def told(name: str) -> str:
        stage, _, number = name.partition(" ")
        return texts(f"model.stage_{stage}", n=number) if number else texts(f"model.stage_{stage}")

    if not sys.stderr.isatty():

        class Lines(Watcher):
            def stage(self, name: str) -> None:
                print(told(name), file=sys.stderr, flush=True)

        yield Lines()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    parts: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*parts, TimeElapsedColumn(), TimeRemainingColumn(), console=Console(stderr=True)) as bar:

        class Bars(Watcher):
            task: Any = None

            def stage(self, name: str) -> None:
                self.task = bar.add_task(told(name), total=None)

            def steps(self, done: int, total: int) -> None:
                bar.update(self.task, completed=done, total=total)

        yield Bars()


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"

"""``docscore train`` and ``docscore evaluate``: thin calls of :mod:`docscore.learn`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docscore.cli.files import shown, tell, write_json, write_whole
from docscore.errors import ExitCode, OutputError

if TYPE_CHECKING:
    from pathlib import Path

    from docscore.report.texts import Texts


_MOST = 4
"""Processes of a training at most: each holds all features."""


def processes() -> int:
    """Processes that a training or a measurement by writer takes on this machine."""
    import os

    return min(os.cpu_count() or 1, _MOST)


def train(annotations: Path, out: Path, seed: int | None, texts: Texts) -> int:
    """Train a model, write it to a folder and show its card."""
    from dataclasses import replace

    from docscore.learn.recipe import Recipe
    from docscore.learn.train import train as train_model
    from docscore.report.card import card_lines

    recipe = Recipe() if seed is None else replace(Recipe(), seed=seed)
    card = train_model(annotations, out, recipe, progress=tell, workers=processes())
    print("\n".join(card_lines({}, card)))
    print(f"\n{texts('model.written', folder=shown(out))}")
    return ExitCode.OK


def evaluate(annotations: Path, model: Path | None, json: Path | None, html: Path | None, texts: Texts) -> int:
    """Measure the decisions, print the figures, and write them as JSON and as a page where that is asked for."""
    from docscore.learn.evaluate import by_writer, summarise, with_model
    from docscore.learn.mistakes import in_context, references, worst
    from docscore.report.card import evaluation_lines

    for path in (json, html):
        _check_place(path, texts)
    name = None
    if model is None:
        decisions = by_writer(annotations, progress=tell, workers=processes())
    else:
        from docscore.detect.topics import load_model

        loaded = load_model(model)
        name, decisions = loaded.name, with_model(loaded, annotations)
    summary = summarise(decisions)
    chosen = worst(decisions)
    print("\n".join(evaluation_lines(summary, texts)))
    write_json(json, {**summary, "mistakes": references(chosen)}, texts)
    if html is not None:
        from io import StringIO

        import docscore
        from docscore.report.evaluation import write_page

        page = StringIO()
        mistakes = in_context(chosen, annotations)
        write_page(page, summary, mistakes, texts, version=docscore.__version__, model=name)
        write_whole(html, page.getvalue(), texts)
    return ExitCode.OK


def _check_place(path: Path | None, texts: Texts) -> None:
    """Say before the work, not after it, that a file cannot be written."""
    if path is not None and (path.is_dir() or not path.parent.is_dir()):
        raise OutputError(texts("usage.unwritable", what=shown(path)))

"""``docscore train`` and ``docscore evaluate``: thin calls of :mod:`docscore.learn`."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from docscore.errors import ExitCode, OutputError
from docscore.report.privacy import mask_name, one_line

if TYPE_CHECKING:
    from pathlib import Path

    from docscore.report.texts import Texts


_MOST = 4
"""Processes of a training at most: each holds all features."""


def _processes() -> int:
    import os

    return min(os.cpu_count() or 1, _MOST)


def train(annotations: Path, out: Path, seed: int | None, texts: Texts) -> int:
    """Train a model, write it to a folder and show its card."""
    from dataclasses import replace

    from docscore.learn.recipe import Recipe
    from docscore.learn.train import train as train_model
    from docscore.report.card import card_lines

    recipe = Recipe() if seed is None else replace(Recipe(), seed=seed)
    card = train_model(annotations, out, recipe, progress=_tell, workers=_processes())
    print("\n".join(card_lines({}, card)))
    print(f"\n{texts('model.written', folder=_shown(out))}")
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
        decisions = by_writer(annotations, progress=_tell, workers=_processes())
    else:
        from docscore.detect.topics import load_model

        loaded = load_model(model)
        name, decisions = loaded.name, with_model(loaded, annotations)
    summary = summarise(decisions)
    chosen = worst(decisions)
    print("\n".join(evaluation_lines(summary, texts)))
    if json is not None:
        from docscore.report.jsonl import dumps

        _write(json, dumps({**summary, "mistakes": references(chosen)}, indent=2) + "\n", texts)
    if html is not None:
        from io import StringIO

        import docscore
        from docscore.report.evaluation import write_page

        page = StringIO()
        mistakes = in_context(chosen, annotations)
        write_page(page, summary, mistakes, texts, version=docscore.__version__, model=name)
        _write(html, page.getvalue(), texts)
    return ExitCode.OK


def _check_place(path: Path | None, texts: Texts) -> None:
    """Say before the work, not after it, that a file cannot be written."""
    if path is not None and (path.is_dir() or not path.parent.is_dir()):
        raise OutputError(texts("usage.unwritable", what=_shown(path)))


def _write(path: Path, content: str, texts: Texts) -> None:
    """Write a whole file or nothing; a new file is readable for its owner only, for it is about people."""
    whole = path.with_name(f".docscore-tmp-{path.name}")
    try:
        if path.exists() and not path.is_file():
            path.write_text(content, encoding="utf-8", newline="\n")  # a pipe or a device
            return
        whole.unlink(missing_ok=True)
        whole.touch(mode=0o600)
        whole.write_text(content, encoding="utf-8", newline="\n")
        whole.replace(path)
    except OSError as error:
        with suppress(OSError):
            whole.unlink(missing_ok=True)
        raise OutputError(texts("usage.unwritable", what=_shown(path))) from error


def _shown(path: Path) -> str:
    return one_line(mask_name(str(path)))


def _tell(line: str) -> None:
    print(line, file=sys.stderr)

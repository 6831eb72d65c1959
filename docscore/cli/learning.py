"""``docscore train`` and ``docscore evaluate``: thin calls of :mod:`docscore.learn`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from docscore.errors import ExitCode, OutputError
from docscore.report.privacy import mask_name, one_line

if TYPE_CHECKING:
    from pathlib import Path

    from docscore.report.texts import Texts


def train(annotations: Path, out: Path, seed: int | None, texts: Texts) -> int:
    """Train a model, write it to a folder and show its card."""
    from dataclasses import replace

    from docscore.learn.train import Recipe
    from docscore.learn.train import train as train_model
    from docscore.report.card import card_lines

    recipe = Recipe() if seed is None else replace(Recipe(), seed=seed)
    card = train_model(annotations, out, recipe, progress=_tell)
    print("\n".join(card_lines({}, card)))
    print(f"\n{texts('model.written', folder=_shown(out))}")
    return ExitCode.OK


def evaluate(annotations: Path, model: Path | None, json: Path | None, texts: Texts) -> int:
    """Measure the topics, print the figures and write them as JSON where that is asked for."""
    from docscore.learn.evaluate import by_writer, summarise, with_model
    from docscore.report.card import evaluation_lines

    if model is None:
        decisions = by_writer(annotations, progress=_tell)
    else:
        from docscore.detect.topics import load_model

        decisions = with_model(load_model(model), annotations)
    summary = summarise(decisions)
    print("\n".join(evaluation_lines(summary)))
    if json is not None:
        from docscore.report.jsonl import dumps

        try:
            json.write_text(dumps(summary, indent=2) + "\n", encoding="utf-8", newline="\n")
        except OSError as error:
            raise OutputError(texts("usage.unwritable", what=_shown(json))) from error
    return ExitCode.OK


def _shown(path: Path) -> str:
    return one_line(mask_name(str(path)))


def _tell(line: str) -> None:
    print(line, file=sys.stderr)

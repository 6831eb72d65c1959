"""What each family of features is worth: leave-one-writer-out with one family at a time switched off.

Run from the repository's root: ``python -m training.ablations``. Prints a Markdown table.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any

from docscore.detect.features import Weights
from docscore.learn.evaluate import by_writer, summarise
from docscore.learn.recipe import Recipe
from training.make_model import ANNOTATIONS


def recipes() -> Iterator[tuple[str, Recipe]]:
    """The recipes of the table, by what they change."""
    base = Recipe()

    def without(**changes: float) -> Recipe:
        return replace(base, features=replace(base.features, **changes))

    nothing = dict.fromkeys(Weights.__dataclass_fields__, 0.0)
    yield "all features", base
    yield "words only", replace(base, features=Weights(**{**nothing, "word": 1.0, "pair": 1.0}))
    yield (
        "words and letters only",
        replace(base, features=Weights(**{**nothing, "word": 1.0, "pair": 1.0, "letters": 0.6})),
    )
    yield "without letters", without(letters=0.0)
    yield "without word classes", without(classes=0.0, class_pairs=0.0, neighbours=0.0, prompt_class=0.0)
    yield "without order of classes", without(class_pairs=0.0)
    yield "without qualifiers", without(qualified=0.0)
    yield "without speaker", without(speaker=0.0)
    yield "without prompt and section", without(prompt=0.0, prompt_class=0.0)
    yield "without neighbours", without(neighbours=0.0, before=0.0)
    yield "without the sentence bank", replace(base, bank_weight=0.0, plain_weight=0.0)


def row(named: tuple[str, Recipe]) -> tuple[str, dict[str, Any]]:
    """Evaluate one recipe."""
    name, recipe = named
    macro: dict[str, Any] = summarise(by_writer(ANNOTATIONS, recipe), rounds=2)["macro"]
    return name, macro


def main() -> None:
    """Print the table."""
    print("| features | kappa | AUROC | evidence |\n|---|---|---|---|")
    with ProcessPoolExecutor(max_workers=2) as pool:
        for name, macro in pool.map(row, recipes()):
            print(f"| {name} | {macro['kappa']:.3f} | {macro['auroc']:.3f} | {macro['evidence']:.3f} |", flush=True)


if __name__ == "__main__":
    main()

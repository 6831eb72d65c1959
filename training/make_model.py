"""Rebuild ``models/default`` from ``annotations/`` and write its card.

The card holds leave-one-writer-out figures and the pass rates of the behavioural tests.

Run from the repository's root: ``python -m training.make_model``. The model's files are the same bytes every time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docscore.detect.topics import load_model
from docscore.learn.behaviour import FLOOR, Capability, measure
from docscore.learn.evaluate import by_writer, summarise
from docscore.learn.recipe import Recipe
from docscore.learn.train import train
from training import behaviour

ANNOTATIONS = Path("annotations")
MODEL = Path("models/default")

_INTENDED = """\
## Intended use

Deciding, with evidence, whether Danish *forberedende del*, *indstilling* and *jobsamtale* documents of fleksjob cases
document five topics and the other text checkpoints of the codebook, as a first reading that a person reviews. The
decisions say what a document states. They say nothing about a citizen, and no decision about a citizen may rest on
them.

## Limits

- Trained on invented cases only. Before an audit, validate on your own annotated cases:
  `docscore evaluate YOUR_ANNOTATIONS --model models/default`.
- The labels were made by the documents' writers and blind readers of the same codebook, who hardly ever differ;
  practising coordinators will (see `annotations/README.md`).
- The corpus holds many more near-misses than real files, so the figures below are those of hard documents.
- Decisions marked `til_gennemsyn` lie near the threshold and are wrong far more often than the others.
- Min Plan, opfølgning, revurdering and cv: twenty documents each, so their figures say little.
- A citizen whose first name is not on docscore's list of names is less surely taken for the citizen in a sentence.
"""


def model_card(card: dict[str, Any], summary: dict[str, Any], capabilities: Sequence[Capability]) -> str:
    """The model's card in Markdown.

    Args:
        card: as :func:`docscore.learn.train.train` returns it.
        summary: as :func:`docscore.learn.evaluate.summarise` returns it.
        capabilities: as :func:`docscore.learn.behaviour.measure` returns them.
    """
    data = card["data"]
    lines = [
        "# docscore default model",
        "",
        "A linear classifier over sentences (words, letter n-grams, Danish word classes in order, qualifiers, prompt",
        "and neighbours) and a small network that reads the doubtful ones again, pooled into a calibrated probability",
        "per document. No pretrained weights.",
        "",
        _INTENDED,
        "## Data",
        "",
        f"{data['cases']} invented cases, {data['documents']} documents by {len(data['writers'])} writers in different "
        f"styles, and {data['bank_sentences']} single sentences (see `annotations/README.md`).",
        "",
        "## Figures: leave-one-writer-out",
        "",
        "Every document decided by a model that never saw its writer; "
        f"{summary['decisions']} decisions on the five topics. "
        "Intervals: 95 %, resampled by case. Evidence: a sentence that is underlined is an annotated one.",
        "",
        "| checkpoint | n | documented | precision | recall | recall (not) | kappa | 95 % | AUROC | ECE | evidence "
        "| in review band | agreement outside it |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
        *(_row(row) for row in summary["rows"]),
        "",
        "Means:",
        "",
        "| over | kappa | 95 % | recall | recall (not) | AUROC | ECE | evidence | in review band "
        "| agreement outside it |",
        "|---|---|---|---|---|---|---|---|---|---|",
        _mean("the 15 topic-kind pairs", summary["macro"]),
        _mean("these decisions pooled", summary["pooled"]),
        _mean(f"{summary['other']['rows']} other text checkpoints", summary["other"]),
        "",
        f"Sub-elements of borgerens perspektiv: F1 {_two(summary['macro']['elements_f1'])}.",
        "",
        "Kappa per held-out writer: "
        + ", ".join(f"{name} {_two(value)}" for name, value in summary["writers"].items())
        + ".",
        "",
        *behaviour_section(capabilities),
        "",
    ]
    return "\n".join(lines)


def _row(row: dict[str, Any]) -> str:
    cells = [
        f"`{row['checkpoint']}`",
        str(row["n"]),
        _percent(row["prevalence"]),
        *(_two(row[name]) for name in ("precision", "recall", "recall_negative", "kappa")),
        _interval(row["kappa_interval"]),
        *(_two(row[name]) for name in ("auroc", "ece")),
        *(_percent(row[name]) for name in ("evidence", "review", "agreement_outside")),
    ]
    return "| " + " | ".join(cells) + " |"


def _mean(name: str, figures: dict[str, Any]) -> str:
    cells = [
        name,
        f"**{_two(figures['kappa'])}**",
        _interval(figures["kappa_interval"]),
        *(_two(figures[key]) for key in ("recall", "recall_negative", "auroc", "ece")),
        *(_percent(figures[key], 1) for key in ("evidence", "review", "agreement_outside")),
    ]
    return "| " + " | ".join(cells) + " |"


def _interval(bounds: Sequence[float] | None) -> str:
    return "–".join(f"{v:.2f}" for v in bounds) if bounds else "–"


def behaviour_section(capabilities: Sequence[Capability]) -> list[str]:
    """The card's lines on the behavioural tests: what they are, and the pass rate of every capability."""
    pairs = sum(len(one.outcomes) for one in capabilities)
    reached = sum(one.pass_rate >= FLOOR for one in capabilities)
    return [
        "## Behavioural tests",
        "",
        f"{pairs} pairs of short invented texts (`{behaviour.TESTS.as_posix()}`), each a document of its own and none",
        f"trained on; {reached} of {len(capabilities)} capabilities pass at least {_percent(FLOOR)} of their cases. "
        "Shares are rounded down.",
        "",
        behaviour.table(capabilities),
    ]


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _percent(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def _say(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


def main() -> None:
    """Train, evaluate by writer, and write model and card."""
    recipe = Recipe()
    workers = os.cpu_count() or 1
    card = train(ANNOTATIONS, MODEL, recipe, _say, workers)
    summary = summarise(by_writer(ANNOTATIONS, recipe, _say, workers))
    capabilities = measure(load_model(MODEL), behaviour.TESTS)
    (MODEL / "README.md").write_bytes(model_card(card, summary, capabilities).encode("utf-8"))
    print(f"kappa {summary['macro']['kappa']}, evidence {summary['macro']['evidence']}")


if __name__ == "__main__":
    main()

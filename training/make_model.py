"""Rebuild ``models/default`` from ``annotations/`` and write its card with leave-one-writer-out figures.

Run from the repository's root: ``python -m training.make_model``. The model's files are the same bytes every time.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from docscore.learn.evaluate import by_writer, summarise
from docscore.learn.train import Recipe, train

ANNOTATIONS = Path("annotations")
MODEL = Path("models/default")

_INTENDED = """\
## Intended use

Deciding, with evidence, whether Danish *forberedende del*, *indstilling* and *jobsamtale* documents of fleksjob cases
document five topics, as a first reading that a person reviews. The decisions say what a document states. They say
nothing about a citizen, and no decision about a citizen may rest on them.

## Limits

- Trained on invented cases only. Before an audit, validate on your own annotated cases:
  `docscore evaluate YOUR_ANNOTATIONS --model models/default`.
- The labels come from the documents' own writers and have not yet been annotated by a second person.
- The corpus holds many more near-misses than real files, so the figures below are those of hard documents.
- Decisions marked `til_gennemsyn` lie near the threshold and are wrong far more often than the others.
- Kinds other than the three (Min Plan, opfølgning) are decided by the same sentences, but no figure exists for them.
"""


def model_card(card: dict[str, Any], summary: dict[str, Any]) -> str:
    """The model's card in Markdown.

    Args:
        card: as :func:`docscore.learn.train.train` returns it.
        summary: as :func:`docscore.learn.evaluate.summarise` returns it.
    """
    data = card["data"]
    lines = [
        "# docscore default model",
        "",
        "A linear classifier over sentences (words, letter n-grams, Danish word classes in order, qualifiers, prompt",
        "and neighbours), pooled into a calibrated probability per document. No pretrained weights.",
        "",
        _INTENDED,
        "## Data",
        "",
        f"{data['cases']} invented cases, {data['documents']} documents by {len(data['writers'])} writers in different "
        f"styles, and {data['bank_sentences']} single sentences (see `annotations/README.md`).",
        "",
        "## Figures: leave-one-writer-out",
        "",
        f"Every document decided by a model that never saw its writer; {summary['decisions']} decisions. "
        "Intervals: 95 %, resampled by case.",
        "",
        "| topic | kind | n | documented | precision | recall | recall (not) | kappa | 95 % | AUROC | ECE | evidence "
        "| in review band | agreement outside it |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in summary["rows"]:
        interval = row["kappa_interval"]
        lines.append(
            f"| {row['topic']} | {row['kind']} | {row['n']} | {_percent(row['prevalence'])} | {_two(row['precision'])} "
            f"| {_two(row['recall'])} | {_two(row['recall_negative'])} | {_two(row['kappa'])} "
            f"| {'–'.join(f'{v:.2f}' for v in interval) if interval else '–'} | {_two(row['auroc'])} "
            f"| {_two(row['ece'])} | {_percent(row['evidence'])} | {_percent(row['review'])} "
            f"| {_percent(row['agreement_outside'])} |"
        )
    macro = summary["macro"]
    lines += [
        "",
        f"Mean over the 15 topic-kind pairs: kappa **{_two(macro['kappa'])}**, recall {_two(macro['recall'])} / "
        f"{_two(macro['recall_negative'])} (documented / not), AUROC {_two(macro['auroc'])}, ECE {_two(macro['ece'])}, "
        f"evidence {_percent(macro['evidence'])} (the strongest sentence of a documented one is an annotated one), "
        f"sub-elements of borgerens perspektiv F1 {_two(macro['elements_f1'])}.",
        "",
        "Kappa per held-out writer: "
        + ", ".join(f"{name} {_two(value)}" for name, value in summary["writers"].items())
        + ".",
        "",
    ]
    return "\n".join(lines)


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _say(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


def main() -> None:
    """Train, evaluate by writer, and write model and card."""
    recipe = Recipe()
    card = train(ANNOTATIONS, MODEL, recipe, _say)
    summary = summarise(by_writer(ANNOTATIONS, recipe, _say))
    (MODEL / "README.md").write_bytes(model_card(card, summary).encode("utf-8"))
    print(f"kappa {summary['macro']['kappa']}, evidence {summary['macro']['evidence']}")


if __name__ == "__main__":
    main()

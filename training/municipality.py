"""A new municipality, simulated: what a model that never met its writers gains from 20 of its own annotated cases.

The writers of one style stand for a municipality: three writers, 24 cases. A model is trained without them; it is
adapted to 20 of the cases and decides the other four, all in turn, in several draws. Its calibration is fitted on the
other groups, each as heads scored it that were trained without it.

Run from the repository's root: ``python -m training.municipality WORK [--draws N] [--only WRITER ...]``. What it trains
is kept in WORK. Prints a Markdown table, the style that is most unlike all others first.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docscore.detect import model_file
from docscore.learn.adapt import Decisions, How, Own, change, held_out
from docscore.learn.dataset import bounds
from docscore.learn.growth import helps
from docscore.learn.heads import fit_heads
from docscore.learn.recipe import Recipe
from docscore.learn.train import Corpus, calibrated_card, load_corpus, save_heads
from training.make_model import ANNOTATIONS

STYLES = (
    ("skema_e", "skema_f", "krydsskema"),
    ("telegram", "landnotat", "kladde"),
    ("vestkyst", "stikord", "smaa_noter"),
    ("skema_a", "skema_c", "skema_d"),
    ("systemprint", "icf_skema", "jobkonsulent"),
    ("borgerord", "borgerskema", "flerstemmig"),
    ("rodet_journal", "journal_b", "udskrift"),
    ("brev_du", "svarbrev", "ny_skabelon"),
    ("dikteret", "modpar", "referat"),
    ("storby", "gammel_skabelon", "socialfaglig"),
    ("oekommune", "skema_b", "din_plan"),
    ("hverdag", "kort_prosa", "klar_prosa"),
)
"""Every writer, by style."""

SEED = 100
"""Of the first draw; not one of those on which :class:`docscore.learn.adapt.How` was chosen."""


def without(corpus: Corpus, writers: Sequence[str]) -> Corpus:
    """The corpus less the documents of some writers."""
    kept = [item for item in corpus.items if item.source not in writers]
    rows = ~np.isin(corpus.source, writers)
    documents = sum(item.document is not None for item in kept)
    return Corpus(kept, documents, corpus.table[rows], corpus.labels[rows], bounds(kept), corpus.source[rows])


def make_models(work: Path) -> None:
    """A model without each style, in a folder of ``work`` with the name of its first writer."""
    recipe = Recipe()
    corpus = load_corpus(ANNOTATIONS, recipe.features)
    source = corpus.source[: int(corpus.begin[corpus.documents])]
    heads = [fit_heads(corpus.rows, ~np.isin(corpus.source, style), recipe) for style in STYLES]
    logits = np.zeros((len(source), corpus.labels.shape[1]))
    for style, fitted in zip(STYLES, heads, strict=True):
        mine = np.isin(source, style)
        logits[mine] = fitted.logits(corpus.table[np.flatnonzero(mine)])
    likeness = alike(corpus, source)
    for style, fitted in zip(STYLES, heads, strict=True):
        rest = without(corpus, style)
        card: dict[str, Any] = {
            "name": f"without-{style[0]}",
            "heads": list(rest.heads),
            "features": asdict(recipe.features),
            "evidence_cut": recipe.evidence_cut,
            "data": {"writers": rest.writers, "nearest": likeness[style[0]]},
            **calibrated_card(rest, logits[~np.isin(source, style)], recipe),
        }
        save_heads(rest, fitted, work / style[0], card)


def alike(corpus: Corpus, source: NDArray[np.str_], styles: Sequence[Sequence[str]] = STYLES) -> dict[str, float]:
    """By style: its writers' cosine to the nearest writer of another style, over features weighed by rarity; a mean."""
    table = corpus.table[: len(source)]
    spread = np.bincount(table.indices, minlength=table.shape[1])
    rarity = np.where(spread >= 3, np.log(len(source) / (1 + spread)), 0.0)
    means = {w: np.asarray(table[np.flatnonzero(source == w)].mean(axis=0)).ravel() * rarity for w in corpus.writers}
    unit = {writer: mean / np.linalg.norm(mean) for writer, mean in means.items()}
    return {
        style[0]: float(np.mean([max(unit[w] @ unit[o] for o in unit if o not in style) for w in style]))
        for style in styles
    }


def own_cases(work: Path, style: Sequence[str]) -> Path:
    """The annotated cases of a style in a folder of their own."""
    root = work / f"cases-{style[0]}"
    for case in sorted((ANNOTATIONS / "cases").iterdir()):
        if case.name.rsplit("-", 1)[0] in style:
            shutil.copytree(case, root / "cases" / case.name, dirs_exist_ok=True)
    return root


def measure(model: Path, root: Path, draws: int) -> dict[str, Any]:
    """What 20 of 24 own cases are worth: figures over all draws pooled, their interval by case, and how often the
    command would have said that own cases help."""
    own = Own(model_file.load(model), root)
    seen = [held_out(own, replace(How(), seed=SEED + draw)) for draw in range(draws)]
    everything = Decisions(*(np.concatenate([getattr(one, part.name) for one in seen]) for part in fields(Decisions)))
    said = [helps(change(one, one.main, 2), change(one, np.ones_like(one.main), 2)) for one in seen]
    return {
        "topics": change(everything, everything.main),
        "other": change(everything, ~everything.main),
        "helps": sum(said),
    }


def row(name: str, nearest: float, found: dict[str, Any], draws: int) -> str:
    """A row of the table."""
    topics, other = found["topics"], found["other"]
    low, high = topics["interval"]
    return (
        f"| {name} | {nearest:.2f} | {topics['before']:.3f} | {topics['after']:.3f} | {topics['difference']:+.3f} "
        f"| {low:+.3f} to {high:+.3f} | {topics['brier_before']:.3f}, {topics['brier_after']:.3f} "
        f"| {other['difference']:+.3f} | {found['helps']} of {draws} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", type=Path)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--only", nargs="*", help="first writers of styles")
    asked = parser.parse_args()
    if not all((asked.work / style[0] / "card.json").is_file() for style in STYLES):
        make_models(asked.work)
    nearest = {
        style[0]: json.loads((asked.work / style[0] / "card.json").read_text("utf-8"))["data"]["nearest"]
        for style in STYLES
    }
    print("| style | nearest | before | after | gain | 95 % | Brier | other checkpoints | said to help |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for style in sorted(STYLES, key=lambda style: nearest[style[0]]):
        if not asked.only or style[0] in asked.only:
            found = measure(asked.work / style[0], own_cases(asked.work, style), asked.draws)
            print(row(", ".join(style), nearest[style[0]], found, asked.draws), flush=True)


if __name__ == "__main__":
    main()

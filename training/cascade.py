"""What the cascade costs and what it saves: quality, share read, and speed of a transformer model.

Run from the repository's root: ``python -m training.cascade MODEL [--documents N]``. Prints Markdown tables. Quality
is that of the writers held out while the model was trained (its card); speed is measured here, on the corpus's documents.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from docscore.detect import model_file
from docscore.language.reading import Reading, read
from docscore.learn.annotations import load_documents
from docscore.transformer.cascade import gate_of
from docscore.transformer.model import TransformerModel
from training.make_model import ANNOTATIONS

REPEATS = 5
"""Times are the shortest of so many, since a shared machine only ever makes them longer."""


def readings(count: int) -> list[Reading]:
    """Every so many documents of the corpus, read; reading costs every way the same."""
    documents = load_documents(ANNOTATIONS)
    step = max(1, len(documents) // count)
    return [read(document.text, kind=document.kind) for document in documents[::step][:count]]


def seconds(work: Callable[[], object]) -> float:
    """Processor time of the shortest of some runs."""
    found: list[float] = []
    for _ in range(REPEATS):
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
    return min(found)


def with_gate(model: Path, everything: bool) -> TransformerModel:
    """The model, its encoder reading all sentences or only the candidates."""
    loaded = model_file.load(model)
    gate = gate_of(loaded.card["gate"])
    if everything:
        gate = replace(gate, risk=None)
    return TransformerModel(replace(loaded, card={**loaded.card, "gate": gate.as_card()}), model)


def times(model: Path, found: Sequence[Reading]) -> list[tuple[str, float, float]]:
    """Way, share of the sentences read by the encoder, and seconds for all documents (without reading them)."""
    rows: list[tuple[str, float, float]] = []
    linear = with_gate(model, False)

    def alone() -> None:
        for reading in found:
            linear.linear_scorer(linear.columns(reading.kind)).logits(reading)

    alone()
    rows.append(("linear", 0.0, seconds(alone)))
    for name, everything in (("encoder on all", True), ("cascade", False)):
        one = with_gate(model, everything)

        def work(one: TransformerModel = one) -> None:
            for reading in found:
                one.analyse_reading(reading)

        one.analyse_reading(found[0])
        one.sentences = one.read = 0
        taken = seconds(work)
        rows.append((name, one.read / max(1, one.sentences), taken))
    return rows


def main() -> None:
    """Print the tables of one or more models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--documents", type=int, default=40)
    told = parser.parse_args()
    found = readings(told.documents)
    words = sum(len(s.words) for reading in found for s in reading.sentences)
    for model in told.models:
        card = model_file.load(model).card
        spec = card["encoder"]
        print(f"\n{card['name']}: {spec['parameters']:,} parameters, {spec['runtime']} {spec['precision']}\n")
        print("| way | kappa | AUROC | evidence | share read |\n|---|--:|--:|--:|--:|")
        for way, figures in card["held_out_writers"].items():
            cells = [f"{figures[name]:.3f}" for name in ("kappa", "auroc", "evidence")]
            print(f"| {way} | {' | '.join(cells)} | {100 * figures['share']:.0f} % |")
        print("\n| way | share read | words a second | times as fast |\n|---|--:|--:|--:|")
        measured = times(model, found)
        slowest = {way: taken for way, _, taken in measured}["encoder on all"]
        for way, share, taken in measured:
            print(f"| {way} | {100 * share:.0f} % | {words / taken:,.0f} | {slowest / taken:.1f} |", flush=True)


if __name__ == "__main__":
    main()

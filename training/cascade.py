"""What the cascade costs and what it saves: quality, share read, and speed of a transformer model.

Run from the repository's root: ``python -m training.cascade MODEL [--documents N]``. Prints Markdown tables. Quality
is that of the writers held out while the model was trained (its card); speed is measured here, on documents of the
corpus. The model has learnt from these and finds them clearer than others, so its gate is opened until the encoder
reads the share of sentences that it reads of writers held out.
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
from docscore.transformer.cascade import RISKS, gate_of
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


def with_risk(model: Path, risk: float | None) -> TransformerModel:
    """The model with another limit of what is clear; None lets its encoder read all sentences."""
    loaded = model_file.load(model)
    gate = replace(gate_of(loaded.card["gate"]), risk=risk)
    return TransformerModel(replace(loaded, card={**loaded.card, "gate": gate.as_card()}), model)


def risk_of(model: Path, found: Sequence[Reading], share: float) -> float:
    """The widest limit under which the encoder reads at least ``share`` of the sentences; 0 where none does."""
    small = with_risk(model, None)
    gate = gate_of(small.card["gate"])
    total = sum(len(reading.sentences) for reading in found)
    for risk in reversed(RISKS):
        one = replace(gate, risk=risk)
        read = 0
        for reading in found:
            columns = small.columns(reading.kind)
            read += len(one.candidates(reading, small.first_logits(reading, columns), columns))
        if read >= share * total:
            return risk
    return 0.0


def times(model: Path, found: Sequence[Reading]) -> list[tuple[str, float, float]]:
    """Way, share of the sentences read by the encoder, and seconds for all documents (without reading them)."""
    rows: list[tuple[str, float, float]] = []
    small = with_risk(model, None)

    def alone() -> None:
        for reading in found:
            small.first_logits(reading, small.columns(reading.kind))

    alone()
    rows.append(("small model", 0.0, seconds(alone)))
    share = float(small.card["training"]["read_share"])
    for name, risk in (("both on all", None), ("cascade", risk_of(model, found, share))):
        one = with_risk(model, risk)

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
        slowest = {way: taken for way, _, taken in measured}["both on all"]
        for way, share, taken in measured:
            print(f"| {way} | {100 * share:.0f} % | {words / taken:,.0f} | {slowest / taken:.1f} |", flush=True)


if __name__ == "__main__":
    main()

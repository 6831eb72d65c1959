"""What an encoder and the cascade reach on writers that neither model has seen, and what they cost.

Run from the repository's root: ``python -m training.held_out_cascade BASE --keep FOLDER``. Every third writer is held
out. An encoder and a small model learn from the others; gate, weights of both, calibration and limits of each writer
held out are fitted on the others held out. To be done in minutes on a CPU, the encoder learns from every documented
sentence and a share of the others (``--others``), drawn at random. ``FOLDER`` keeps what was learnt, so that the
measuring can be repeated. Prints Markdown tables: quality by the share that the encoder reads, speed of the same
model by torch and by ONNX Runtime, and whether both decide the same.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docscore.case import Document
from docscore.checkpoints.catalogue import TOPICS
from docscore.detect import model_file
from docscore.language.reading import read
from docscore.learn import metrics
from docscore.learn.annotations import HEADS
from docscore.learn.dataset import bounds
from docscore.learn.evaluate import ROUNDS, Decided, of_held_out
from docscore.learn.heads import Heads, fit_heads
from docscore.learn.recipe import Recipe as SmallRecipe
from docscore.learn.train import Corpus, calibrated_card, describe, load_corpus
from docscore.learn.validate import CORE
from docscore.transformer import needs
from docscore.transformer.fit_cascade import fit_gate, fit_stack, joined, read_share
from docscore.transformer.model import TransformerModel
from docscore.transformer.recipe import Recipe, read_recipe
from docscore.transformer.train import UNASKED, keep_data_only, prepare, score
from training.cascade import seconds, with_risk
from training.make_model import ANNOTATIONS

Floats = NDArray[np.float64]

SMALL = SmallRecipe()

SHARES = (0.1, 0.15, 0.2, 0.3)
"""Limits of what the encoder may read that are compared."""

TOP = 2
"""Candidates of each unclear decision, as the recipe has it."""

TIMED = 12
"""Documents on which speed is measured."""


@dataclass(frozen=True, slots=True)
class Split:
    """A corpus whose writers are partly held out.

    Attributes:
        corpus: all of it.
        writers: those held out.
        held: which rows are theirs, shape (rows,).
    """

    corpus: Corpus
    writers: list[str]
    held: NDArray[np.bool_]


def split(corpus: Corpus) -> Split:
    """Every third writer held out."""
    writers = corpus.writers[1::3]
    return Split(corpus, writers, np.isin(corpus.source, writers))


def only(corpus: Corpus, writers: list[str]) -> tuple[Corpus, NDArray[np.intp]]:
    """The documents of some writers as a corpus of their own, and their rows in the whole."""
    chosen = [i for i in range(corpus.documents) if corpus.items[i].source in writers]
    rows = np.concatenate([np.arange(corpus.begin[i], corpus.begin[i + 1]) for i in chosen])
    items = [corpus.items[i] for i in chosen]
    part = Corpus(items, len(items), corpus.table[rows], corpus.labels[rows], bounds(items), corpus.source[rows])
    return part, rows


def thinned(labels: Floats, learnt: NDArray[np.bool_], others: float, seed: int) -> NDArray[np.bool_]:
    """All rows that document something, and a share of the others."""
    documented = (labels == 1).any(axis=1)
    kept: NDArray[np.bool_] = learnt & (documented | (np.random.default_rng(seed).random(len(learnt)) < others))
    return kept


def learn(found: Split, base: str, recipe: Recipe, others: float, keep: Path) -> None:
    """Fine-tune on the writers that are not held out; writes the encoder, and its logits of those who are."""
    from docscore.transformer.finetune import fit
    from docscore.transformer.network import load_base_tokenizer, save_network

    tokenizer = load_base_tokenizer(base, False)
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        file = str(Path(folder) / "tokenizer.json")
        prepared = prepare(found.corpus, file, recipe, SMALL, tokenizer.pad_token_id)
    rows = thinned(found.corpus.labels, ~found.held, others, recipe.seed)
    examples = prepared.examples.part(rows)
    print(f"{len(examples)} windows", flush=True)
    keep.mkdir(parents=True, exist_ok=True)
    epochs = float(recipe.arguments()["num_train_epochs"])
    began = time.process_time()

    def tick(done: int, total: int) -> None:
        if done % 20 == 0 or done == total:
            print(f"step {done} of {total}, {time.process_time() - began:.0f} s", flush=True)

    network, curve = fit(recipe, examples, None, keep / "run", pad=prepared.pad, epochs=epochs, tick=tick)
    encoder = keep / "encoder"
    encoder.mkdir(exist_ok=True)
    save_network(network, encoder)
    tokenizer.save_pretrained(encoder)
    taken = {"windows": len(examples), "epochs": epochs, "seconds": round(time.process_time() - began)}
    network.head.float()
    logits = score(prepared, recipe, network, found.held)
    taken["scoring"] = round(time.process_time() - began - taken["seconds"])
    np.save(keep / "logits.npy", logits)
    told = {"recipe": recipe.as_card(), "curve": curve.as_dict(), "pad": prepared.pad, "taken": taken}
    (keep / "learnt.json").write_text(json.dumps(told, default=str), "utf-8")


def small_model(found: Split, keep: Path) -> tuple[Heads, Floats]:
    """The small model of the writers not held out, and its logits of those who are."""
    rows = found.corpus.rows
    heads = fit_heads(rows, ~found.held, SMALL)
    logits = heads.logits(rows.table[np.flatnonzero(found.held)])
    np.save(keep / "small.npy", logits)
    return heads, logits


def ways(part: Corpus, small: Floats, encoder: Floats) -> dict[str, tuple[Floats, float]]:
    """Logits of the documents held out by each way of reading them, and the share that the encoder read."""
    found = {"small model alone": (small, 0.0), "encoder alone, on all": (encoder, 1.0)}
    fitted: dict[str, Any] = {}
    for name in part.writers:
        others, rows = only(part, [writer for writer in part.writers if writer != name])
        fitted[name] = others, small[rows], fit_stack(others, small[rows], encoder[rows])
    for share in (1.0, *SHARES):
        logits = np.zeros_like(small)
        read = 0.0
        for name, (others, known, stack) in fitted.items():
            gate, _ = fit_gate(others, known, share, TOP, SMALL)
            mine, rows = only(part, [name])
            logits[rows] = joined(mine, small[rows], encoder[rows], gate, stack)
            read += read_share(mine, small[rows], gate) * len(rows)
        name = "both, on all" if share == 1 else f"cascade, at most {100 * share:.0f} %"
        found[name] = logits, read / len(small)
    return found


def macro(decisions: Sequence[Decided], cases: Mapping[str, int], drawn: NDArray[Any]) -> Floats:
    """Macro kappa over the topics in the core kinds in every resample of the cases, shape (resamples,)."""
    rows: dict[tuple[str, str], list[Decided]] = {}
    for one in decisions:
        if one.head in TOPICS and one.kind in CORE:
            rows.setdefault((one.head, str(one.kind)), []).append(one)
    found: list[Floats] = []
    for part in rows.values():
        weight = drawn[:, [cases[one.case_id] for one in part]].astype(float)
        truth, answer = (np.array([getattr(one, name) for one in part], dtype=float) for name in ("truth", "answer"))
        n = np.maximum(weight.sum(1), 1)
        right, yes, said = (weight @ column / n for column in (truth == answer, truth, answer))
        chance = yes * said + (1 - yes) * (1 - said)
        found.append(np.where(chance < 1, (right - chance) / np.maximum(1 - chance, 1e-9), np.nan))
    mean: Floats = np.nanmean(found, axis=0)
    return mean


def show_quality(part: Corpus, found: Mapping[str, tuple[Floats, float]]) -> None:
    """Kappa of every way, and its distance from both models on everything, with an interval by case."""
    decisions = {name: of_held_out(part, logits, SMALL) for name, (logits, _) in found.items()}
    names = sorted({one.case_id for one in decisions["both, on all"]})
    drawn = np.vstack([np.ones((1, len(names)), dtype=int), metrics.draw(len(names), ROUNDS)])
    kappas = {name: macro(one, {case: k for k, case in enumerate(names)}, drawn) for name, one in decisions.items()}
    print(f"{len(part.writers)} writers, {part.documents} documents, {len(part.labels)} sentences held out\n")
    print("| way | read by the encoder | kappa | beside both on all |\n|---|--:|--:|--:|")
    for name, values in kappas.items():
        apart = 100 * (values - kappas["both, on all"])
        low, high = np.percentile(apart[1:], [2.5, 97.5])
        told = f"{apart[0]:+.1f} ({low:+.1f} to {high:+.1f})" if apart.any() else ""
        print(f"| {name} | {100 * found[name][1]:.0f} % | {values[0]:.3f} | {told} |", flush=True)


def write_model(found: Split, part: Corpus, heads: Heads, small: Floats, encoder: Floats, keep: Path) -> Path:
    """The model as ``docscore train`` would have written it; its calibration is that of the writers held out."""
    told = json.loads((keep / "learnt.json").read_text("utf-8"))
    recipe = told["recipe"]
    gate, _ = fit_gate(part, small, recipe["share"], TOP, SMALL)
    stack = fit_stack(part, small, encoder)
    config = json.loads((keep / "encoder" / "config.json").read_text("utf-8"))
    spec = {**recipe["shape"], "pad": told["pad"], "runtime": "torch", "precision": "float32", "base": recipe["base"]}
    folder = keep / "model"
    shutil.copytree(keep / "encoder", folder / "encoder", dirs_exist_ok=True)
    keep_data_only(folder / "encoder")
    columns = [HEADS.index(head) for head in found.corpus.heads]
    network = heads.network.only([TOPICS.index(head) for head in found.corpus.heads if head in TOPICS])
    card = {
        "backend": "transformer",
        "name": "held-out",
        "heads": list(found.corpus.heads),
        "evidence_cut": SMALL.evidence_cut,
        "features": asdict(SMALL.features),
        "recipe": recipe,
        "encoder": {**spec, "type": config["model_type"]},
        "gate": gate.as_card(),
        "stack": stack.as_card(),
        "data": describe(found.corpus),
        **calibrated_card(part, joined(part, small, encoder, gate, stack), SMALL),
    }
    model_file.save(folder, card, heads.weights[:, columns], heads.bias[columns], network)
    return folder


def show_speed(model: Path, part: Corpus, small: Floats, keep: Path) -> None:
    """Speed of every way by torch and by ONNX Runtime int8 on documents held out, and whether both decide the same."""
    from docscore.transformer.export import export_onnx

    documents = [item.document for item in part.items if item.document is not None]
    few = documents[:: max(1, len(documents) // TIMED)][:TIMED]
    int8 = keep / "int8"
    shutil.rmtree(int8, ignore_errors=True)
    _, apart = export_onnx(model, int8, [Document(d.name, d.text, d.kind) for d in few])
    readings = [read(document.text, kind=document.kind) for document in few]
    words = sum(len(s.words) for reading in readings for s in reading.sentences)
    risks = {f"cascade, at most {100 * s:.0f} %": fit_gate(part, small, s, TOP, SMALL)[0].risk for s in SHARES}
    print("\n| encoder | way | read | words a second | times as fast |\n|---|---|--:|--:|--:|")
    taken: dict[str, float] = {}
    for folder, runtime in ((model, "torch, float32"), (int8, "ONNX Runtime, int8")):
        for name, risk in {"both, on all": None, **risks}.items():
            one = with_risk(folder, risk)

            def work(one: TransformerModel = one) -> None:
                for reading in readings:
                    one.analyse_reading(reading)

            one.analyse_reading(readings[0])
            one.sentences = one.read = 0
            spent = seconds(work)
            slowest = taken.setdefault(runtime, spent)
            cells = f"{100 * one.read / one.sentences:.0f} % | {words / spent:,.0f} | {slowest / spent:.1f}"
            print(f"| {runtime} | {name} | {cells} |", flush=True)
    ratio = taken["torch, float32"] / taken["ONNX Runtime, int8"]
    print(f"\nint8 is {ratio:.1f} times as fast as float32 where both read all; {apart.as_card()}")


def main() -> None:
    """Learn where that has not been done, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--others", type=float, default=0.1)
    parser.add_argument("--set", action="append", default=[], dest="settings")
    told = parser.parse_args()
    needs.stay_offline()
    recipe = read_recipe(told.base, None, ["threads=1", *told.settings])
    found = split(load_corpus(ANNOTATIONS, SMALL.features))
    if not (told.keep / "learnt.json").is_file():
        learn(found, told.base, recipe, told.others, told.keep)
    heads, small = small_model(found, told.keep)
    part, _ = only(found.corpus, found.writers)
    encoder = np.full((len(part.labels), len(HEADS)), UNASKED)
    encoder[:, [HEADS.index(head) for head in found.corpus.heads]] = np.load(told.keep / "logits.npy")
    show_quality(part, ways(part, small, encoder))
    show_speed(write_model(found, part, heads, small, encoder, told.keep), part, small, told.keep)


if __name__ == "__main__":
    main()

"""``docscore train --backend transformer``: fine-tune without groups of writers in turn, then on all.

The protocol is the small model's: what is held out are writers; from the logits of documents whose writers were
never seen come calibration, thresholds, review band and grades, by the same code. Each fold and the final run leave
their result in ``<out>.training``, so that the same command goes on where a kill stopped it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docscore.detect import model_file
from docscore.errors import InputError, OutputError
from docscore.learn.annotations import HEADS
from docscore.learn.folds import held_out_logits, writer_folds
from docscore.learn.recipe import Recipe as SmallRecipe
from docscore.learn.train import Corpus, calibrated_card, describe, fit_and_save, load_corpus
from docscore.transformer import needs
from docscore.transformer.curve import write_curves
from docscore.transformer.fit_cascade import compare, fit_gate, fit_stack, joined
from docscore.transformer.model import ENCODER
from docscore.transformer.passages import Window, load_tokenizer, passages, windows
from docscore.transformer.recipe import Recipe

Floats = NDArray[np.float64]

CURVES = "laering.svg"
"""The picture of the loss, beside the card; no part of the model."""

UNASKED = -8.0
"""The logit of a head that the corpus does not teach."""


class Watcher:
    """What a training tells while it runs; this one says nothing."""

    def stage(self, name: str) -> None:
        """A new part of the work begins."""

    def steps(self, done: int, total: int) -> None:
        """So many steps of the run in hand are done."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The corpus as windows: ``examples`` of all rows, ``heads`` the columns of :data:`HEADS` that are taught."""

    corpus: Corpus
    examples: Any
    heads: list[int]
    pad: int


def train(
    annotations: Path,
    out: Path,
    recipe: Recipe,
    *,
    allow_download: bool = False,
    watcher: Watcher | None = None,
) -> dict[str, Any]:
    """Fine-tune a model and write it to ``out``.

    Args:
        annotations: the corpus.
        out: the model's folder; ``<out>.training`` holds the work until it is done.
        recipe: base, folds, passages, arguments.
        allow_download: whether the base may be fetched from the hub.
        watcher: told how far the work is.

    Returns:
        The model's card.

    Raises:
        AnnotationError: the annotations cannot be used.
        InputError: a setting cannot be used.
        MissingDependencyError: the extra is not installed.
        ModelError: the base cannot be used.
        OutputError: the work folder belongs to another training.
    """
    needs.require(needs.TRAINING, "--backend transformer", "transformer")
    needs.stay_offline(allow_download)
    watcher = watcher or Watcher()
    from docscore.transformer.network import load_base_tokenizer, longest_input, save_network

    small_recipe = SmallRecipe(seed=recipe.seed)
    tokenizer = load_base_tokenizer(recipe.base, allow_download)
    most = longest_input(recipe.base, allow_download)
    if most is not None and recipe.shape.max_length > most:
        raise InputError(
            f"{recipe.told_base} læser højst {most} tokens ad gangen. Sæt max_length til {most} eller mindre."
        )
    watcher.stage("corpus")
    corpus = load_corpus(annotations, small_recipe.features)
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.save_pretrained(folder)
        prepared = prepare(corpus, str(Path(folder) / "tokenizer.json"), recipe, small_recipe, tokenizer.pad_token_id)
    work = _work_folder(out, prepared, recipe)
    watcher.stage("small")
    workers = min(recipe.threads, recipe.folds)
    small = held_out_logits(corpus.rows, small_recipe, recipe.folds, workers=workers)
    encoder, curves = held_out_encoder(prepared, recipe, work, allow_download, watcher)
    epochs = last_epochs([curve.best for curve in curves.values()], float(recipe.arguments()["num_train_epochs"]))
    watcher.stage("final")
    encoding, curve = _fit(prepared, recipe, None, work / "final", epochs, allow_download, watcher)
    curves["alle"] = curve
    watcher.stage("card")
    gate, share = fit_gate(corpus, small, recipe.share, recipe.top, small_recipe)
    stack = fit_stack(corpus, small, encoder)
    logits = joined(corpus, small, encoder, gate, stack)
    card: dict[str, Any] = {
        "backend": "transformer",
        "name": recipe.name,
        "heads": list(corpus.heads),
        "evidence_cut": small_recipe.evidence_cut,
        "features": asdict(small_recipe.features),
        "recipe": recipe.as_card(),
        "encoder": _encoder_card(encoding, recipe, prepared.pad),
        "gate": gate.as_card(),
        "stack": stack.as_card(),
        "training": {
            "epochs": round(epochs, 2),
            "seconds": round(sum(one.seconds for one in curves.values())),
            "read_share": round(share, 4),
        },
        "data": describe(corpus),
        "held_out_writers": compare(corpus, small, encoder, gate, stack, small_recipe),
        **calibrated_card(corpus, logits, small_recipe),
    }
    _empty(out)
    save_network(encoding, out / ENCODER)
    tokenizer.save_pretrained(out / ENCODER)
    keep_data_only(out / ENCODER)
    fit_and_save(corpus, small_recipe, out, card)
    write_curves(out / CURVES, curves)
    shutil.rmtree(work, ignore_errors=True)
    return card


def last_epochs(best: list[float], most: float) -> float:
    """How long the run on all writers lasts: as the folds did best, at least one epoch, never above ``most``."""
    return min(most, max(1.0, float(np.median(best))))


def prepare(corpus: Corpus, tokenizer_file: str, recipe: Recipe, small: SmallRecipe, pad: int | None) -> Prepared:
    """Cut the whole corpus into windows, the owner of each being its row."""
    from docscore.transformer.finetune import Examples

    tokenizer = load_tokenizer(tokenizer_file)
    found: list[Window] = []
    for i, item in enumerate(corpus.items):
        begin = int(corpus.begin[i])
        texts = passages(item.reading, range(len(item.reading.sentences)), recipe.shape)
        found += [replace(one, owner=begin + one.owner) for one in windows(tokenizer, texts, recipe.shape)]
    heads = [HEADS.index(head) for head in corpus.heads]
    banked = np.char.startswith(corpus.source, "sentences:")
    plain = np.char.startswith(corpus.source, "sentences:plain")
    weights = np.where(plain, small.plain_weight, np.where(banked, small.bank_weight, 1.0))
    return Prepared(corpus, Examples(found, corpus.labels[:, heads], weights), heads, pad or 0)


def held_out_encoder(
    prepared: Prepared, recipe: Recipe, work: Path, allow_download: bool, watcher: Watcher
) -> tuple[Floats, dict[str, Any]]:
    """Logits of the documents' sentences by encoders that never saw their writers, and the runs' curves.

    Of the writers that a fold learns from, a few say when to stop; those held out have no say in it.

    Returns:
        Shape (rows, len(HEADS)), as :func:`docscore.learn.folds.held_out_logits`; and a curve by fold.
    """
    from docscore.transformer.finetune import curve_of

    corpus = prepared.corpus
    rows = int(corpus.begin[corpus.documents])
    logits = np.full((rows, len(HEADS)), UNASKED)
    curves: dict[str, Any] = {}
    groups = writer_folds(corpus.writers, recipe.folds)
    for number, group in enumerate(groups, 1):
        watcher.stage(f"fold {number}/{len(groups)}")
        held = np.isin(corpus.source, sorted(group))
        mine = np.flatnonzero(held[:rows])
        folder = work / f"fold-{number}"
        done = folder / "done.json"
        if not done.is_file():
            epochs = float(recipe.arguments()["num_train_epochs"])
            network, curve = _fit(prepared, recipe, held, folder, epochs, allow_download, watcher)
            np.save(folder / "logits.npy", score(prepared, recipe, network, held))
            for path in folder.glob("checkpoint-*"):
                shutil.rmtree(path, ignore_errors=True)
            _write_whole(done, json.dumps(curve.as_dict()))
        logits[np.ix_(mine, np.array(prepared.heads))] = np.load(folder / "logits.npy", allow_pickle=False)
        curves[f"{number}"] = curve_of(json.loads(done.read_text("utf-8")))
    return logits, curves


def score(prepared: Prepared, recipe: Recipe, network: Any, held: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Logits of the documents' sentences of some writers, shape (their rows, taught heads)."""
    from docscore.transformer.runtime import PassageScorer, TorchRunner

    number = np.cumsum(held) - 1
    found = [replace(w, owner=int(number[w.owner])) for w in prepared.examples.windows if held[w.owner]]
    runner = TorchRunner(network, recipe.threads)
    scorer = PassageScorer(None, runner, recipe.shape, prepared.pad, len(prepared.heads))
    return scorer.of_windows(found, int(held.sum()))


def _fit(
    prepared: Prepared,
    recipe: Recipe,
    held: NDArray[np.bool_] | None,
    folder: Path,
    epochs: float,
    allow_download: bool,
    watcher: Watcher,
) -> tuple[Any, Any]:
    """Fine-tune on all rows but those held out; without any held out, on all and for a known number of epochs."""
    from docscore.transformer.finetune import fit

    corpus, examples = prepared.corpus, prepared.examples
    learnt = np.ones(len(corpus.source), dtype=bool) if held is None else ~held
    checked = None
    if held is not None and recipe.dev_share > 0:
        others = sorted({str(name) for name in corpus.source[learnt] if not str(name).startswith("sentences:")})
        few = max(1, round(recipe.dev_share * len(others)))
        if few < len(others):
            chosen = np.random.default_rng(recipe.seed).permutation(len(others))[:few]
            stop = np.isin(corpus.source, [others[i] for i in chosen])
            checked, learnt = examples.part(stop), learnt & ~stop
    folder.mkdir(parents=True, exist_ok=True)
    return fit(
        recipe,
        examples.part(learnt),
        checked,
        folder,
        pad=prepared.pad,
        epochs=epochs,
        allow_download=allow_download,
        tick=watcher.steps,
    )


def _work_folder(out: Path, prepared: Prepared, recipe: Recipe) -> Path:
    """The folder of unfinished work; it must be of this very training.

    Raises:
        OutputError: it is of another one.
    """
    mark = hashlib.sha256(
        json.dumps([needs.place_of(recipe.base), recipe.as_card()], sort_keys=True, default=str).encode()
    )
    mark.update(prepared.corpus.labels.tobytes())
    for window in prepared.examples.windows:
        mark.update(np.array([window.owner, *window.ids], dtype=np.int64).tobytes())
    work = out.with_name(f"{out.name}.training")
    sign = work / "fingerprint.txt"
    if sign.is_file() and sign.read_text("ascii", "replace") != mark.hexdigest():
        raise OutputError(
            f"{work} er en afbrudt træning med andre annoteringer eller indstillinger. Gentag den kommando for at "
            "fortsætte, eller slet mappen for at begynde forfra."
        )
    try:
        work.mkdir(parents=True, exist_ok=True)
        _write_whole(sign, mark.hexdigest())
    except OSError as error:
        raise OutputError(f"{work} kan ikke skrives. Vælg en anden mappe med --out.") from error
    return work


def _write_whole(path: Path, text: str) -> None:
    """Write all of a file or nothing, whenever the process is killed."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, "utf-8")
    part.replace(path)


def _encoder_card(network: Any, recipe: Recipe, pad: int) -> dict[str, Any]:
    config = network.encoder.config
    return {
        "base": recipe.told_base,
        "type": config.model_type,
        "parameters": sum(p.numel() for p in network.encoder.parameters()),
        "layers": getattr(config, "num_hidden_layers", None),
        "hidden": config.hidden_size,
        "max_length": recipe.shape.max_length,
        "context_words": recipe.shape.context_words,
        "pad": pad,
        "runtime": "torch",
        "precision": "float32",
    }


def _empty(out: Path) -> None:
    """Make room for a model: an older encoder in the folder must not mix with the new one."""
    try:
        shutil.rmtree(out / ENCODER, ignore_errors=True)
        (out / ENCODER).mkdir(parents=True)
    except OSError as error:
        raise OutputError(f"{out} kan ikke skrives. Vælg en anden mappe med --out.") from error


def keep_data_only(folder: Path) -> None:
    """Remove what a model's folder must not hold; only data files stay."""
    for path in folder.iterdir():
        if not model_file.is_encoder_file(f"{ENCODER}/{path.name}"):
            path.unlink()

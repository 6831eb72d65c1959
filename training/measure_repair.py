"""How well text that was read without Danish letters is repaired.

``python -m training.measure_repair topics`` measures the five topics on documents of held-out writers: as they are,
printed without Danish letters (:mod:`training.ocr_noise`) and repaired, and printed so and not repaired. Heads,
calibration and the repair's word counts never saw the document's writer. Prints a Markdown table.

``python -m training.measure_repair pairs FILE`` measures the words of a scan against its clean text. ``FILE`` is JSON
lines ``[start, end, printed, clean]`` of aligned words, the first line the path of the printed text.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from docscore.checkpoints.catalogue import TOPICS
from docscore.language.reading import read
from docscore.learn import metrics
from docscore.learn.annotations import HEADS, load_sentences
from docscore.learn.calibrate import Calibrated, calibrate, probabilities
from docscore.learn.dataset import Item, matrix
from docscore.learn.folds import writer_folds
from docscore.learn.heads import Floats, fit_heads
from docscore.learn.recipe import Recipe
from docscore.learn.train import Corpus, corpus_of, held_out, load_corpus
from docscore.learn.validate import CORE
from docscore.repair import repair
from docscore.repair.decode import Decoder
from docscore.repair.words import Words, load_counts, word_list
from training.make_model import ANNOTATIONS
from training.make_repair import counts_of
from training.ocr_noise import noised

GROUPS = 6
"""Groups of writers that are held out in turn."""

VERSIONS = ("clean", "repaired", "not repaired")

_EDGE = re.compile(r"^[^\w]+|[^\w]+$")


def topics() -> None:
    """Print kappa by topic, as a mean over the core kinds, and over all."""
    recipe = Recipe()
    corpus = _topics_only(load_corpus(ANNOTATIONS, recipe.features))
    rows = corpus.rows
    bank = [sentence.text for sentence in load_sentences(ANNOTATIONS)]
    forms = word_list([])
    printed = [noised(item.reading.text, i) for i, item in enumerate(corpus.items[: corpus.documents])]
    logits: dict[str, list[tuple[int, Floats]]] = {version: [] for version in VERSIONS}
    items: dict[str, list[Item]] = {version: list(corpus.items[: corpus.documents]) for version in VERSIONS}
    for group in writer_folds(corpus.writers, GROUPS):
        held = [i for i, item in enumerate(corpus.items[: corpus.documents]) if item.source in group]
        others = [item.reading.text for item in corpus.items[: corpus.documents] if item.source not in group]
        counts = load_counts(counts_of(others + bank))
        own = [word for word, n in counts.words.items() if n > 1 and word.isalpha() and word.islower()]
        decoder = Decoder(Words(sorted({*forms, *own}), counts))
        heads = fit_heads(rows, ~np.isin(corpus.source, sorted(group)), recipe)
        for version in VERSIONS:
            for i in held:
                text = corpus.items[i].reading.text if version == "clean" else printed[i]
                fixed = repair(text, decoder) if version == "repaired" else None
                items[version][i] = _again(corpus.items[i], fixed.text if fixed else text)
            for i in held:
                table = matrix([items[version][i]], recipe.features)
                logits[version].append((i, heads.logits(table)))
        print(f"{len(held)} documents", file=sys.stderr, flush=True)
    figures: dict[str, dict[str, float]] = {}
    fitted: dict[str, dict[str, Calibrated]] = {}
    for version in VERSIONS:
        read_as = corpus_of(items[version], corpus.documents, recipe.features)
        found = np.concatenate([part for _, part in sorted(logits[version], key=lambda one: one[0])])
        figures[version] = _kappas(read_as, found, recipe, fitted)
    print("| topic | " + " | ".join(VERSIONS) + " |\n|---|---|---|---|")
    for topic in (*TOPICS, "macro"):
        print(f"| {topic} | " + " | ".join(f"{figures[version][topic]:.3f}" for version in VERSIONS) + " |")


def _topics_only(corpus: Corpus) -> Corpus:
    """The corpus with the labels of the topics alone, which are all that is measured."""
    labels = corpus.labels.copy()
    labels[:, [head not in TOPICS for head in HEADS]] = np.nan
    return replace(corpus, labels=labels)


def _again(item: Item, text: str) -> Item:
    """A document with another text; its sentences are not labelled."""
    reading = read(text, kind=item.reading.kind)
    return Item(item.source, reading, np.full((len(reading.sentences), len(HEADS)), np.nan), item.document)


def _kappas(
    corpus: Corpus, logits: Floats, recipe: Recipe, fitted: dict[str, dict[str, Calibrated]]
) -> dict[str, float]:
    """Mean kappa by topic over the core kinds, each writer decided by what was fitted on the others' clean text.

    ``fitted`` is filled by the first call.
    """
    held = {topic: held_out(corpus, logits, topic) for topic in TOPICS}
    source = {topic: np.array([corpus.items[i].source for i in part.index]) for topic, part in held.items()}
    answers: dict[str, NDArray[np.bool_]] = {topic: np.zeros(len(held[topic].truth), dtype=bool) for topic in TOPICS}
    for writer in corpus.writers:
        if writer not in fitted:
            others = {topic: part.part(source[topic] != writer) for topic, part in held.items()}
            fitted[writer] = calibrate(others, recipe.target, recipe.seed)
        for topic, part in held.items():
            mine = source[topic] == writer
            p = probabilities(part.figures[mine], fitted[writer][topic].coefficients)
            limits = [fitted[writer][topic].limit(str(kind)).threshold for kind in part.kind[mine]]
            answers[topic][mine] = p >= np.array(limits)
    found: dict[str, float] = {}
    for topic, part in held.items():
        by_kind = [metrics.kappa(part.truth[part.kind == k], answers[topic][part.kind == k]) for k in CORE]
        found[topic] = float(np.mean([kappa for kappa in by_kind if kappa is not None]))
    found["macro"] = float(np.mean(list(found.values())))
    return found


def pairs(path: Path) -> None:
    """Print the share of words with a Danish letter that are restored, and of good words that are damaged."""
    first, *rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    text = Path(first).read_text("utf-8")
    fixed = repair(text)
    if fixed is None:
        raise SystemExit("the text was not taken for one without Danish letters")
    danish = restored = good = damaged = 0
    for start, end, *both in rows:
        a, b = fixed.to_repaired(start, end)
        read_as, printed, clean = (_EDGE.sub("", word) for word in (fixed.text[a:b], *both))
        if set(clean) & set("æøåÆØÅ"):
            danish += 1
            restored += read_as == clean
        elif printed == clean:
            good += 1
            damaged += read_as != clean
    print(f"words with æ, ø or å: {danish}, restored {restored / danish:.2%}")
    print(f"good words: {good}, damaged {damaged / good:.3%}")


def main(arguments: list[str]) -> None:
    """Measure what is asked for."""
    if arguments[:1] == ["pairs"] and len(arguments) == 2:
        pairs(Path(arguments[1]))
    elif arguments == ["topics"]:
        topics()
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])

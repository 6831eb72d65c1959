"""Fitting and measuring the cascade on logits of writers that neither model saw."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from docscore.checkpoints.catalogue import TOPICS
from docscore.learn.annotations import HEADS
from docscore.learn.calibrate import fit_probability
from docscore.learn.evaluate import of_held_out, summarise
from docscore.learn.recipe import Recipe
from docscore.learn.train import KINDS_OF, Corpus, held_out
from docscore.transformer.cascade import RISKS, Gate, Stack

Floats = NDArray[np.float64]

FEWEST = 20
"""Documented and other sentences from which the two models' weights are fitted."""


def asked(corpus: Corpus, i: int) -> tuple[str, ...]:
    """The heads that are asked of document ``i``, as a model asks them."""
    kind = corpus.items[i].reading.kind
    return tuple(head for head in corpus.heads if head in TOPICS or kind in KINDS_OF[head])


def fit_gate(corpus: Corpus, small: Floats, share: float, top: int, recipe: Recipe) -> tuple[Gate, float]:
    """The most careful gate under which the encoder reads at most ``share`` of the sentences.

    Args:
        corpus: the corpus.
        small: held-out logits of the small model, shape (rows, len(HEADS)).
        share: of the documents' sentences; 1 or more reads all.
        top: candidates of each unclear decision.
        recipe: of the small model.

    Returns:
        The gate, and the share that it reads.
    """
    coefficients: dict[str, Floats] = {}
    for head in corpus.heads:
        held = held_out(corpus, small, head)
        if len(held.index):
            coefficients[head] = fit_probability(held.figures, held.truth, recipe.seed).round(6)
    kinds = {head: KINDS_OF[head] for head in coefficients}
    if share >= 1:
        return Gate(None, top, coefficients, kinds), 1.0
    trial = Gate(0.0, top, coefficients, kinds)
    known: list[tuple[Floats, tuple[str, ...], Floats]] = []
    for i in range(corpus.documents):
        columns, part = asked(corpus, i), _part(corpus, small, i)
        known.append((part, columns, trial.chances(corpus.items[i].reading, part, columns)))
    total = max(1, int(corpus.begin[corpus.documents]))
    gate, read = trial, 1.0
    for risk in (*RISKS, 0.5):
        gate = Gate(risk, top, coefficients, kinds)
        read = sum(len(gate.choose(*one)) for one in known) / total
        if read <= share:
            break
    return gate, read


def _part(corpus: Corpus, logits: Floats, i: int) -> Floats:
    """Logits of a document's sentences for the heads that are asked of it."""
    columns = [HEADS.index(head) for head in asked(corpus, i)]
    found: Floats = logits[corpus.begin[i] : corpus.begin[i + 1]][:, columns]
    return found


def fit_stack(corpus: Corpus, small: Floats, encoder: Floats) -> Stack:
    """Weights of the two models' logits, one set for all heads, from the labelled sentences of the documents."""
    first: list[Floats] = []
    second: list[Floats] = []
    truth: list[Floats] = []
    for i in range(corpus.documents):
        mine, theirs, labels = (_part(corpus, table, i) for table in (small, encoder, corpus.labels))
        known = ~np.isnan(labels)
        first.append(mine[known])
        second.append(theirs[known])
        truth.append(labels[known])
    a, b, y = np.concatenate(first), np.concatenate(second), np.concatenate(truth) == 1
    if min(y.sum(), (~y).sum()) < FEWEST:
        return Stack((0.5, 0.5, 0.0), (1.0, 0.0))
    alone, shift = _logistic(a[:, None], y)
    (weight_a, weight_b), constant = _logistic(np.stack([a, b], axis=1), y)
    if weight_b <= 0:  # an encoder that learnt nothing has no say
        weight_a, weight_b, constant = alone[0], 0.0, shift
    elif weight_a <= 0:
        (only,), constant = _logistic(b[:, None], y)
        weight_a, weight_b = 0.0, only
    both = (round(float(weight_a), 6), round(float(weight_b), 6), round(float(constant), 6))
    return Stack(both, (round(float(alone[0]), 6), round(float(shift), 6)))


def _logistic(figures: Floats, truth: NDArray[np.bool_]) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        model = LogisticRegression(C=1.0, max_iter=2000).fit(figures, truth)
    return model.coef_[0], float(model.intercept_[0])


def joined(corpus: Corpus, small: Floats, encoder: Floats, gate: Gate, stack: Stack) -> Floats:
    """The cascade's logits of all documents, from both models' logits of all sentences; shape (rows, len(HEADS))."""
    out = small.copy()
    for i in range(corpus.documents):
        columns = [HEADS.index(head) for head in asked(corpus, i)]
        mine, theirs = _part(corpus, small, i), _part(corpus, encoder, i)
        read = gate.candidates(corpus.items[i].reading, mine, asked(corpus, i))
        rows = np.arange(corpus.begin[i], corpus.begin[i + 1])
        out[np.ix_(rows, np.array(columns))] = stack.join(mine, read, theirs[read])
    return out


def compare(
    corpus: Corpus, small: Floats, encoder: Floats, gate: Gate, stack: Stack, recipe: Recipe
) -> dict[str, dict[str, Any]]:
    """Each way of deciding the documents held out: the small model, the encoder alone, both on all, and the cascade.

    Returns:
        By way: ``kappa``, ``auroc`` and ``evidence``, means over the five topics and the core kinds, and the
        ``share`` of sentences that the encoder reads.
    """
    everything = Gate(None, gate.top, gate.coefficients, gate.kinds)
    ways = {
        "small": (small, 0.0),
        "encoder": (encoder, 1.0),
        "both": (joined(corpus, small, encoder, everything, stack), 1.0),
        "cascade": (joined(corpus, small, encoder, gate, stack), read_share(corpus, small, gate)),
    }
    found: dict[str, dict[str, Any]] = {}
    for name, (logits, share) in ways.items():
        macro = summarise(of_held_out(corpus, logits, recipe), rounds=2)["macro"]
        figures = {figure: macro.get(figure) for figure in ("kappa", "auroc", "evidence")}
        found[name] = {**figures, "share": round(share, 4)}
    return found


def read_share(corpus: Corpus, small: Floats, gate: Gate) -> float:
    """The share of the documents' sentences that the encoder reads."""
    read = sum(
        len(gate.candidates(corpus.items[i].reading, _part(corpus, small, i), asked(corpus, i)))
        for i in range(corpus.documents)
    )
    return read / max(1, int(corpus.begin[corpus.documents]))

"""Training: sentence heads, their calibration on writers held out, grades, and the model's card.

Deterministic: the same annotations give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from docscore.case import Kind
from docscore.detect import model_file
from docscore.detect.features import DIMENSIONS, Weights
from docscore.detect.pooling import probability
from docscore.detect.topics import OWN, carriers, elements_of, grade_figures, head_figures, head_logits
from docscore.learn import metrics
from docscore.learn.annotations import PROGRESSION_GRADES, TOPICS, load_documents, load_sentences
from docscore.learn.dataset import HEADS, Item, bounds, from_bank, from_document, matrix

Floats = NDArray[np.float64]

DECIDED = (*TOPICS, OWN)
"""Heads that give a document's decision."""


THRESHOLD = 0.5
"""The probability from which a document counts as documented; the calibration makes it the fair one."""

_SPREAD = 3.0
"""A margin of one stands for a logit of three, so that sentence scores read like logits."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a training depends on beside the annotations.

    ``regularisation`` is the C of scikit-learn's ``LinearSVC``; ``positive_weight`` the weight of a documented
    sentence; ``bank_weight`` that of a bank sentence, ``plain_weight`` of one in ``plain-*.jsonl`` (ordinary wording,
    which the hard documents hold too little of); ``folds`` the number of groups of writers held out in turn for
    calibration; ``target`` the agreement that decisions outside the review band shall reach.
    """

    name: str = "default"
    features: Weights = field(default_factory=Weights)
    regularisation: float = 0.15
    positive_weight: float = 1.0
    bank_weight: float = 0.5
    plain_weight: float = 1.0
    min_count: int = 2
    folds: int = 8
    target: float = 0.97
    widest_band: float = 0.35
    evidence_cut: float = -0.5
    seed: int = 20210901


@dataclass(frozen=True, slots=True)
class Corpus:
    """The read corpus: documents first, then bank sentences; one row of ``table`` and ``labels`` a sentence."""

    items: list[Item]
    documents: int
    table: sparse.csr_matrix
    labels: Floats
    begin: NDArray[np.intp]
    source: NDArray[np.str_]
    """Writer of every row; ``sentences:<file>`` for the bank."""

    @property
    def writers(self) -> list[str]:
        """The writers of the documents, sorted."""
        return sorted({item.source for item in self.items[: self.documents]})


def load_corpus(root: Path, features: Weights) -> Corpus:
    """Read annotations and bank below ``root`` into rows."""
    documents = [from_document(document) for document in load_documents(root)]
    items = documents + [from_bank(sentence) for sentence in load_sentences(root)]
    return corpus_of(items, len(documents), features)


def corpus_of(items: list[Item], documents: int, features: Weights) -> Corpus:
    """Rows of the given items, the first ``documents`` of which are documents."""
    begin = bounds(items)
    source = np.repeat(np.array([item.source for item in items]), np.diff(begin))
    return Corpus(items, documents, matrix(items, features), np.vstack([i.labels for i in items]), begin, source)


@dataclass(frozen=True, slots=True)
class Heads:
    """Sentence heads: ``weights`` (DIMENSIONS, heads), ``bias`` (heads,)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, table: sparse.csr_matrix) -> Floats:
        """Shape (rows, heads)."""
        return np.asarray(table @ self.weights + self.bias, dtype=np.float64)


def fit_heads(corpus: Corpus, rows: NDArray[np.bool_], recipe: Recipe) -> Heads:
    """Fit every head on the given rows (a head's unknown labels left out)."""
    from sklearn.svm import LinearSVC

    counts = np.bincount(corpus.table[rows].indices, minlength=DIMENSIONS)
    used = np.flatnonzero(counts >= recipe.min_count)
    weights = np.zeros((DIMENSIONS, len(HEADS)), dtype=np.float32)
    bias = np.full(len(HEADS), -8.0, dtype=np.float32)
    narrow = corpus.table[:, used]
    banked = np.char.startswith(corpus.source, "sentences:")
    plain = np.char.startswith(corpus.source, "sentences:plain")
    worth = np.where(plain, recipe.plain_weight, np.where(banked, recipe.bank_weight, 1.0))
    for head in range(len(HEADS)):
        chosen = np.flatnonzero(rows & ~np.isnan(corpus.labels[:, head]))
        truth = corpus.labels[chosen, head]
        if not truth.any() or truth.all():
            continue  # nothing to tell apart: the head stays at "no"
        weight = np.where(truth == 1, recipe.positive_weight, 1.0) * worth[chosen]
        model = LinearSVC(C=recipe.regularisation, max_iter=3000, random_state=recipe.seed)
        model.fit(narrow[chosen], truth, sample_weight=weight)
        weights[used, head] = _SPREAD * model.coef_[0]
        bias[head] = _SPREAD * model.intercept_[0]
    return Heads(weights, bias)


def writer_folds(writers: Sequence[str], folds: int) -> list[set[str]]:
    """Groups of writers to hold out in turn; one writer a group where ``folds`` is at least their number."""
    groups: list[set[str]] = [set() for _ in range(max(2, min(folds, len(writers))))]
    for i, writer in enumerate(sorted(writers)):
        groups[i % len(groups)].add(writer)
    return groups


def held_out_logits(
    corpus: Corpus, recipe: Recipe, folds: int, progress: Callable[[str], None] = lambda _: None
) -> Floats:
    """Logits of the documents' sentences, each from heads that never saw its writer; shape (rows, heads)."""
    rows = int(corpus.begin[corpus.documents])
    logits = np.zeros((rows, len(HEADS)))
    for number, group in enumerate(groups := writer_folds(corpus.writers, folds), 1):
        progress(f"{number}/{len(groups)}")
        held = np.isin(corpus.source, sorted(group))
        heads = fit_heads(corpus, ~held, recipe)
        mine = np.flatnonzero(held[:rows])
        logits[mine] = heads.logits(corpus.table[mine])
    return logits


def truth_of(item: Item, head: str) -> bool | None:
    """The annotated answer of a document for one head of :data:`DECIDED`; None where it was not labelled.

    Whose goal it is, is only asked of a forberedende del (``fd.borgerens_eget_jobmaal``).
    """
    if item.document is None or (head == OWN and item.document.kind is not Kind.FORBEREDENDE_DEL):
        return None
    label = item.document.topics.get("klart_jobmaal" if head == OWN else head)
    if label is None:
        return None
    return label.documented and (label.own or head != OWN)


def document_logits(corpus: Corpus, logits: Floats, i: int, head: str) -> Floats:
    """Sentence logits of document ``i`` for one head of :data:`DECIDED`, shape (sentences,)."""
    return np.asarray(head_logits(logits[corpus.begin[i] : corpus.begin[i + 1]], HEADS, head))


def pooled(corpus: Corpus, logits: Floats, head: str) -> Floats:
    """Pooled figures of every document for one head, shape (documents, figures)."""
    parts = (logits[corpus.begin[i] : corpus.begin[i + 1]] for i in range(corpus.documents))
    return np.array(
        [head_figures(item.reading, part, HEADS, head) for item, part in zip(corpus.items, parts, strict=False)]
    )


def fit_calibration(figures: Floats, truth: NDArray[np.bool_], seed: int) -> Floats:
    """Coefficients of the document's probability, shape (figures + 1,)."""
    from sklearn.linear_model import LogisticRegression

    if truth.all() or not truth.any():
        return np.append(np.zeros(figures.shape[1]), 8.0 if truth.all() else -8.0)
    model = LogisticRegression(C=1.0, solver="lbfgs", max_iter=1000, random_state=seed).fit(figures, truth)
    return np.append(model.coef_[0], model.intercept_[0])


def probabilities(figures: Floats, coefficients: Floats) -> Floats:
    """Probabilities of many documents, shape (documents,)."""
    return np.array([probability(row, coefficients) for row in figures])


def review_band(truth: NDArray[np.bool_], p: Floats, threshold: float, recipe: Recipe) -> tuple[float, float]:
    """The narrowest band around the threshold outside which held-out decisions agree with ``recipe.target``.

    At most ``recipe.widest_band`` of the decisions fall in it; where that does not suffice, the widest is given.
    """
    distance = np.abs(p - threshold)
    wrong = (p >= threshold) != truth
    order = np.argsort(-distance, kind="stable")
    errors = np.cumsum(wrong[order])
    share = errors / np.arange(1, len(order) + 1)
    # Decisions as far from the threshold as the band's edge fall into it together.
    parted = np.append(np.diff(distance[order]) < -1e-4, True)
    good = np.flatnonzero((share <= 1 - recipe.target) & parted)
    keep = max(int(good[-1]) + 1 if len(good) else 0, int(np.ceil(len(order) * (1 - recipe.widest_band))))
    if keep >= len(order):
        return threshold, threshold
    half = float(distance[order[keep]])
    # Rounded outwards, so that the decision at the edge stays inside.
    low, high = np.floor((threshold - half) * 1e4) / 1e4, np.ceil((threshold + half) * 1e4) / 1e4
    return max(0.0, float(low)), min(1.0, float(high))


def fit_grades(corpus: Corpus, logits: Floats, recipe: Recipe) -> dict[str, Any]:
    """Grade rules per topic from the held-out evidence of documented documents."""
    from sklearn.linear_model import LogisticRegression

    grades: dict[str, Any] = {}
    for topic in TOPICS:
        figures: list[Floats] = []
        answers: list[int | str] = []
        for i in range(corpus.documents):
            document = corpus.items[i].document
            assert document is not None
            label = document.topics.get(topic)
            part = logits[corpus.begin[i] : corpus.begin[i + 1]]
            if label is None or not label.documented or not len(part):
                continue
            chosen = carriers(part[:, HEADS.index(topic)], recipe.evidence_cut)
            reading = corpus.items[i].reading
            elements = len(elements_of(reading, chosen)) if topic == "borgerens_perspektiv" else 0
            figures.append(grade_figures([reading.sentences[k] for k in chosen], elements))
            answers.append(label.grade)
        order: list[int | str] = [*PROGRESSION_GRADES[1:]] if topic == "progression" else [1, 2]
        labels = [g for g in order if g in answers]
        if len(labels) < 2:
            grades[topic] = {
                "labels": labels or order[:1],
                "coefficients": [[0.0] * (len(grade_figures([], 0)) + 1)],
            }
            continue
        model = LogisticRegression(C=1.0, max_iter=2000, random_state=recipe.seed)
        model.fit(np.array(figures), [labels.index(a) for a in answers])
        coefficients = np.hstack([model.coef_, model.intercept_[:, None]])
        if len(labels) == 2:
            coefficients = np.vstack([-coefficients[0] / 2, coefficients[0] / 2])
        grades[topic] = {"labels": labels, "coefficients": coefficients.round(5).tolist()}
    return grades


def train(
    annotations: Path,
    out: Path,
    recipe: Recipe | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Train a model from ``annotations`` and write it to ``out``.

    Returns:
        The model's card.

    Raises:
        AnnotationError: the annotations cannot be used.
    """
    recipe = recipe or Recipe()
    corpus = load_corpus(annotations, recipe.features)
    logits = held_out_logits(corpus, recipe, recipe.folds, progress)
    card: dict[str, Any] = {
        "name": recipe.name,
        "heads": list(HEADS),
        "features": asdict(recipe.features),
        "recipe": {k: v for k, v in asdict(recipe).items() if k != "features"},
        "evidence_cut": recipe.evidence_cut,
        "calibration": {},
        "thresholds": {},
        "review": {},
        "held_out": {},
        "data": describe(corpus),
    }
    for head in DECIDED:
        answers = [truth_of(item, head) for item in corpus.items[: corpus.documents]]
        known = np.array([a is not None for a in answers])
        truth = np.array([bool(a) for a in answers])[known]
        figures = pooled(corpus, logits, head)[known]
        coefficients = fit_calibration(figures, truth, recipe.seed).round(6)
        p = probabilities(figures, coefficients)
        band = review_band(truth, p, THRESHOLD, recipe)
        card["calibration"][head] = coefficients.tolist()
        card["thresholds"][head] = THRESHOLD
        card["review"][head] = band
        agreement = metrics.agreement(truth, p >= THRESHOLD, p, (p >= band[0]) & (p <= band[1]))
        card["held_out"][head] = agreement.as_dict()
    card["grades"] = fit_grades(corpus, logits, recipe)
    heads = fit_heads(corpus, np.ones(len(corpus.source), dtype=bool), recipe)
    model_file.save(out, card, heads.weights, heads.bias)
    return card


def describe(corpus: Corpus) -> dict[str, Any]:
    """The data of a card: how much, by whom, and how often each topic is documented."""
    documents = [item.document for item in corpus.items[: corpus.documents] if item.document]
    return {
        "cases": len({d.case_id for d in documents}),
        "documents": len(documents),
        "writers": corpus.writers,
        "bank_sentences": len(corpus.items) - corpus.documents,
        "sentences": int(corpus.begin[corpus.documents]),
        "documented": {t: sum(d.topics[t].documented for d in documents if t in d.topics) for t in TOPICS},
    }

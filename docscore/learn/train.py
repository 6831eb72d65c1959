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

from docscore.checkpoints.catalogue import OWN, TOPICS, load_catalogue
from docscore.detect import model_file
from docscore.detect.features import DIMENSIONS, Weights
from docscore.detect.topics import carriers, elements_of, grade_figures, head_figures, head_logits
from docscore.learn import metrics
from docscore.learn.annotations import HEADS, PROGRESSION_GRADES, load_documents, load_sentences
from docscore.learn.calibrate import HeldOut, calibrate, probabilities
from docscore.learn.dataset import Item, bounds, from_bank, from_document, matrix

Floats = NDArray[np.float64]

DECIDED = (*HEADS, OWN)
"""What is decided about a document, each for the kinds of :data:`KINDS_OF`."""

KINDS_OF = load_catalogue().heads()
"""The document kinds that each decision is made for."""

_SPREAD = 3.0
"""A margin of one stands for a logit of three, so that sentence scores read like logits."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a training depends on beside the annotations.

    ``regularisation`` is the C of scikit-learn's ``LinearSVC``; ``positive_weight`` the weight of a documented
    sentence; ``bank_weight`` that of a bank sentence, ``plain_weight`` of one in ``plain-*.jsonl`` (ordinary wording,
    which the hard documents hold too little of); ``folds`` the number of groups of writers held out in turn for
    calibration; ``target`` the agreement asked of decisions outside the review band, a little above the 0.97
    that is promised, since the next writer differs from those held out.
    """

    name: str = "default"
    features: Weights = field(default_factory=Weights)
    regularisation: float = 0.15
    positive_weight: float = 1.0
    bank_weight: float = 0.5
    plain_weight: float = 1.0
    min_count: int = 2
    folds: int = 8
    target: float = 0.974
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

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads that somebody labelled in a document."""
        rows = int(self.begin[self.documents])
        return tuple(head for k, head in enumerate(HEADS) if not np.isnan(self.labels[:rows, k]).all())


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
    """Sentence heads: ``weights`` (DIMENSIONS, len(HEADS)), ``bias`` (len(HEADS),)."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def logits(self, table: sparse.csr_matrix) -> Floats:
        """Shape (rows, heads)."""
        return np.asarray(table @ self.weights + self.bias, dtype=np.float64)


def fit_heads(corpus: Corpus, rows: NDArray[np.bool_], recipe: Recipe) -> Heads:
    """Fit every head on the given rows (a head's unknown labels left out)."""
    from sklearn.svm import LinearSVC

    weights = np.zeros((DIMENSIONS, len(HEADS)), dtype=np.float32)
    bias = np.full(len(HEADS), -8.0, dtype=np.float32)
    banked = np.char.startswith(corpus.source, "sentences:")
    plain = np.char.startswith(corpus.source, "sentences:plain")
    worth = np.where(plain, recipe.plain_weight, np.where(banked, recipe.bank_weight, 1.0))
    for head in range(len(HEADS)):
        chosen = np.flatnonzero(rows & ~np.isnan(corpus.labels[:, head]))
        truth = corpus.labels[chosen, head]
        if not truth.any() or truth.all():
            continue  # nothing to tell apart: the head stays at "no"
        weight = np.where(truth == 1, recipe.positive_weight, 1.0) * worth[chosen]
        table = corpus.table[chosen]
        used = np.flatnonzero(np.bincount(table.indices, minlength=DIMENSIONS) >= recipe.min_count)
        model = LinearSVC(C=recipe.regularisation, tol=0.01, max_iter=3000, random_state=recipe.seed)
        model.fit(table[:, used], truth, sample_weight=weight)
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
    """The annotated answer of a document for one head of :data:`DECIDED`; None where it was not labelled or is not
    asked of such documents."""
    if item.document is None or item.document.kind not in KINDS_OF[head]:
        return None
    label = item.document.labels.get("klart_jobmaal" if head == OWN else head)
    if label is None:
        return None
    return label.documented and (label.own or head != OWN)


def document_logits(corpus: Corpus, logits: Floats, i: int, head: str) -> Floats:
    """Sentence logits of document ``i`` for one head of :data:`DECIDED`, shape (sentences,)."""
    return np.asarray(head_logits(logits[corpus.begin[i] : corpus.begin[i + 1]], HEADS, head))


def pooled(corpus: Corpus, logits: Floats, head: str, index: NDArray[np.intp]) -> Floats:
    """Pooled figures of the documents ``index`` for one head, shape (documents, figures)."""
    figures = [
        head_figures(
            corpus.items[i].reading, logits[corpus.begin[i] : corpus.begin[i + 1]], HEADS, head, KINDS_OF[head]
        )
        for i in index
    ]
    return np.array(figures)


def held_out(corpus: Corpus, logits: Floats, head: str) -> HeldOut:
    """The labelled documents of one decision."""
    answers = [truth_of(item, head) for item in corpus.items[: corpus.documents]]
    index = np.array([i for i, answer in enumerate(answers) if answer is not None], dtype=np.intp)
    kinds = np.array([str(corpus.items[i].reading.kind) for i in index])
    return HeldOut(index, pooled(corpus, logits, head, index), np.array([bool(answers[i]) for i in index]), kinds)


def decided(corpus: Corpus) -> list[str]:
    """The decisions that the corpus teaches."""
    heads = corpus.heads
    return [*heads, *([OWN] if {"klart_jobmaal", "borgerens_perspektiv"} <= set(heads) else [])]


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
            label = document.labels.get(topic)
            part = logits[corpus.begin[i] : corpus.begin[i + 1]]
            if label is None or label.grade is None or not label.documented or not len(part):
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
        "heads": list(corpus.heads),
        "features": asdict(recipe.features),
        "recipe": {k: v for k, v in asdict(recipe).items() if k != "features"},
        "evidence_cut": recipe.evidence_cut,
        "decisions": {},
        "data": describe(corpus),
    }
    held = {head: held_out(corpus, logits, head) for head in decided(corpus)}
    for head, fitted in calibrate(held, recipe.target, recipe.seed).items():
        part = held[head]
        p = probabilities(part.figures, fitted.coefficients)
        kinds: dict[str, Any] = {}
        for kind in KINDS_OF[head]:
            mine = part.kind == kind
            if not mine.any():
                continue
            limit = fitted.limit(kind)
            review = (p[mine] > limit.low) & (p[mine] < limit.high)
            agreement = metrics.agreement(part.truth[mine], p[mine] >= limit.threshold, p[mine], review)
            kinds[kind] = {**limit.as_card(), "held_out": agreement.as_dict()}
        card["decisions"][head] = {
            "coefficients": fitted.coefficients.tolist(),
            "pooled_kinds": list(KINDS_OF[head]),
            "kinds": kinds,
            "otherwise": fitted.limits[None].as_card(),
        }
    card["grades"] = fit_grades(corpus, logits, recipe)
    heads = fit_heads(corpus, np.ones(len(corpus.source), dtype=bool), recipe)
    columns = [HEADS.index(head) for head in corpus.heads]
    model_file.save(out, card, heads.weights[:, columns], heads.bias[columns])
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
        "documented": {
            head: sum(d.labels[head].documented for d in documents if head in d.labels) for head in corpus.heads
        },
    }

"""Training: sentence heads, their calibration on writers held out, grades, and the model's card.

Deterministic: the same annotations give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from docscore.checkpoints.catalogue import OWN, TOPICS, load_catalogue
from docscore.detect import model_file
from docscore.detect.decision_figures import carriers, elements_of, grade_figures, head_figures, head_logits
from docscore.detect.features import Weights
from docscore.learn import metrics
from docscore.learn.annotations import HEADS, PROGRESSION_GRADES, load_documents, load_sentences
from docscore.learn.calibrate import HeldOut, calibrate, probabilities
from docscore.learn.dataset import Item, bounds, from_bank, from_document, matrix
from docscore.learn.folds import held_out_logits
from docscore.learn.heads import Heads, Rows, fit_heads
from docscore.learn.recipe import Recipe

Floats = NDArray[np.float64]

DECIDED = (*HEADS, OWN)
"""What is decided about a document, each for the kinds of :data:`KINDS_OF`."""

KINDS_OF = load_catalogue().heads()
"""The document kinds that each decision is made for."""


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
    def rows(self) -> Rows:
        """What heads are fitted on."""
        return Rows(self.table, self.labels, self.source, int(self.begin[self.documents]))

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


def calibrated_card(corpus: Corpus, logits: Floats, recipe: Recipe) -> dict[str, Any]:
    """The part of a card that is fitted on held-out logits, wherever they come from.

    Args:
        corpus: the corpus.
        logits: of the documents' sentences, each by a classifier that never saw its writer; shape (rows, len(HEADS)).
        recipe: target of the review band, evidence cut and seed.

    Returns:
        ``decisions`` (calibration, thresholds, review band and figures) and ``grades``.
    """
    decisions: dict[str, Any] = {}
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
        decisions[head] = {
            "coefficients": fitted.coefficients.tolist(),
            "pooled_kinds": list(KINDS_OF[head]),
            "kinds": kinds,
            "otherwise": fitted.limits[None].as_card(),
        }
    return {"decisions": decisions, "grades": fit_grades(corpus, logits, recipe)}


def train(
    annotations: Path,
    out: Path,
    recipe: Recipe | None = None,
    progress: Callable[[str], None] = lambda _: None,
    workers: int = 1,
) -> dict[str, Any]:
    """Train a model from ``annotations`` and write it to ``out``.

    Args:
        annotations: the annotated corpus.
        out: the model's folder, made where missing.
        recipe: how.
        progress: told what is done.
        workers: processes, as :func:`docscore.learn.folds.held_out_logits` takes them.

    Returns:
        The model's card.

    Raises:
        AnnotationError: the annotations cannot be used.
    """
    recipe = recipe or Recipe()
    corpus = load_corpus(annotations, recipe.features)
    logits = held_out_logits(corpus.rows, recipe, recipe.folds, progress, workers)
    card: dict[str, Any] = {
        "name": recipe.name,
        "heads": list(corpus.heads),
        "features": asdict(recipe.features),
        "recipe": {k: v for k, v in asdict(recipe).items() if k != "features"},
        "evidence_cut": recipe.evidence_cut,
        "data": describe(corpus),
    }
    card.update(calibrated_card(corpus, logits, recipe))
    fit_and_save(corpus, recipe, out, card)
    return card


def fit_and_save(corpus: Corpus, recipe: Recipe, out: Path, card: dict[str, Any]) -> None:
    """Fit the heads on the whole corpus, and write them with a card to a model's folder."""
    save_heads(corpus, fit_heads(corpus.rows, np.ones(len(corpus.source), dtype=bool), recipe), out, card)


def save_heads(corpus: Corpus, heads: Heads, out: Path, card: dict[str, Any]) -> None:
    """Write the heads that the corpus teaches, with a card, to a model's folder."""
    columns = [HEADS.index(head) for head in corpus.heads]
    network = heads.network.only([TOPICS.index(head) for head in corpus.heads if head in TOPICS])
    model_file.save(out, card, heads.weights[:, columns], heads.bias[columns], network)


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

"""Evaluation: how well documents of unseen writers are decided.

Leave-one-writer-out: every document is decided by heads, calibration and thresholds that never saw a document of its
writer. (The calibration is fitted on the held-out logits of the other writers; those came from heads that had
seen this writer, through which seven coefficients a topic learn next to nothing of it.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docscore.case import Document, Kind
from docscore.detect.pooling import KINDS
from docscore.detect.topics import OWN, TopicModel, carriers, elements_of
from docscore.errors import AnnotationError
from docscore.learn import metrics
from docscore.learn.annotations import TOPICS, load_documents
from docscore.learn.dataset import HEADS, from_document
from docscore.learn.train import (
    DECIDED,
    THRESHOLD,
    Corpus,
    Recipe,
    document_logits,
    fit_calibration,
    held_out_logits,
    load_corpus,
    pooled,
    probabilities,
    review_band,
    truth_of,
)


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of an evaluation beside the annotated answer."""

    case_id: str
    writer: str
    kind: Kind
    head: str
    truth: bool
    answer: bool
    probability: float
    review: bool
    evidence: bool | None
    elements: tuple[frozenset[str], frozenset[str]] | None


def by_writer(
    annotations: Path, recipe: Recipe | None = None, progress: Callable[[str], None] = lambda _: None
) -> list[Decided]:
    """Leave-one-writer-out decisions for every document and topic of the corpus.

    Raises:
        AnnotationError: there are fewer than two writers to hold out.
    """
    recipe = recipe or Recipe()
    corpus = load_corpus(annotations, recipe.features)
    if len(corpus.writers) < 2:
        raise AnnotationError(f"{annotations} har kun én skribent; evaluering efter skribent kræver mindst to.")
    logits = held_out_logits(corpus, recipe, len(corpus.writers), progress)
    return [decided for head in DECIDED for decided in _decide_head(corpus, logits, head, recipe)]


def _decide_head(corpus: Corpus, logits: NDArray[np.float64], head: str, recipe: Recipe) -> list[Decided]:
    items = corpus.items[: corpus.documents]
    answers = [truth_of(item, head) for item in items]
    known = np.array([a is not None for a in answers])
    truth = np.array([bool(a) for a in answers])
    figures = pooled(corpus, logits, head)
    writer = np.array([item.source for item in items])
    found: list[Decided] = []
    for name in corpus.writers:
        others = known & (writer != name)
        coefficients = fit_calibration(figures[others], truth[others], recipe.seed)
        band = review_band(truth[others], probabilities(figures[others], coefficients), THRESHOLD, recipe)
        for i in np.flatnonzero(known & (writer == name)):
            item = items[i]
            assert item.document is not None and item.reading.kind is not None
            p = float(probabilities(figures[i : i + 1], coefficients)[0])
            part = logits[corpus.begin[i] : corpus.begin[i + 1]]
            right: bool | None = None
            elements = None
            if truth[i] and len(part):
                column = HEADS.index("klart_jobmaal" if head == OWN else head)
                right = bool(item.labels[int(document_logits(corpus, logits, int(i), head).argmax()), column] == 1)
                if head == "borgerens_perspektiv":
                    chosen = carriers(part[:, column], recipe.evidence_cut)
                    said = frozenset(elements_of(item.reading, chosen))
                    elements = (frozenset(item.document.topics[head].elements), said)
            found.append(
                Decided(
                    item.document.case_id,
                    name,
                    item.reading.kind,
                    head,
                    bool(truth[i]),
                    p >= THRESHOLD,
                    p,
                    band[0] <= p <= band[1],
                    right,
                    elements,
                )
            )
    return found


def with_model(model: TopicModel, annotations: Path) -> list[Decided]:
    """Decisions of a finished model on annotated documents that it was not trained on."""
    found: list[Decided] = []
    for document in load_documents(annotations):
        analysis = model.analyse(Document(document.name, document.text, document.kind))
        item = from_document(document)
        for head in DECIDED:
            truth = truth_of(item, head)
            if truth is None:
                continue
            finding = model.find(analysis, "klart_jobmaal" if head == OWN else head, head == OWN)
            result = model.result(analysis, head)
            right = None
            if truth and result.sentences:
                right = bool(
                    item.labels[result.sentences[0], HEADS.index("klart_jobmaal" if head == OWN else head)] == 1
                )
            found.append(
                Decided(
                    document.case_id,
                    document.writer,
                    document.kind,
                    head,
                    truth,
                    bool(finding.documented),
                    result.probability,
                    finding.review,
                    right,
                    None,
                )
            )
    return found


def _figures(decisions: list[Decided]) -> metrics.Agreement:
    return metrics.agreement(
        np.array([d.truth for d in decisions]),
        np.array([d.answer for d in decisions]),
        np.array([d.probability for d in decisions]),
        np.array([d.review for d in decisions]),
        [d.evidence for d in decisions if d.evidence is not None],
    )


def summarise(decisions: list[Decided], rounds: int = 500) -> dict[str, Any]:
    """The figures of an evaluation: per topic and kind, per writer, and their means.

    Args:
        decisions: from :func:`by_writer` or :func:`with_model`.
        rounds: bootstrap resamples of the intervals, by case.

    Returns:
        ``rows`` (figures per topic and kind, kappa with its 95 % interval), ``writers`` (kappa per writer over the
        five topics) and ``macro`` (means over the topic-kind pairs of the five topics).
    """
    rows: list[dict[str, Any]] = []
    for head in DECIDED:
        for kind in KINDS:
            part = [d for d in decisions if d.head == head and d.kind is kind]
            if not part:
                continue
            truth = np.array([d.truth for d in part])
            answer = np.array([d.answer for d in part])
            interval = metrics.bootstrap(
                [d.case_id for d in part],
                lambda chosen, truth=truth, answer=answer: metrics.kappa(truth[chosen], answer[chosen]),  # type: ignore[misc]
                rounds,
            )
            rows.append(
                {
                    "topic": head,
                    "kind": str(kind),
                    **_figures(part).as_dict(),
                    "kappa_interval": interval and [round(v, 3) for v in interval],
                }
            )
    topics = [d for d in decisions if d.head in TOPICS]
    writers = {
        name: _round(_figures([d for d in topics if d.writer == name]).kappa)
        for name in sorted({d.writer for d in topics})
    }
    main = [row for row in rows if row["topic"] in TOPICS]
    macro = {
        name: _round(float(np.mean([row[name] for row in main if row[name] is not None])))
        for name in (
            "kappa",
            "recall",
            "recall_negative",
            "auroc",
            "ece",
            "evidence",
            "review",
            "agreement_outside",
        )
        if any(row[name] is not None for row in main)
    }
    told = [d.elements for d in decisions if d.elements is not None]
    if told:
        macro["elements_f1"] = _round(_element_f1(told))
    return {"rows": rows, "writers": writers, "macro": macro, "decisions": len(topics)}


def _element_f1(pairs: list[tuple[frozenset[str], frozenset[str]]]) -> float:
    hit = sum(len(a & b) for a, b in pairs)
    return 2 * hit / max(1, sum(len(a) + len(b) for a, b in pairs))


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)

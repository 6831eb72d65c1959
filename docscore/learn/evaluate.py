"""Evaluation: how well documents of unseen writers are decided.

Leave-one-writer-out: every document is decided by heads, calibration and thresholds that never saw a document of its
writer. (The calibration is fitted on the held-out logits of the other writers; those came from heads that had
seen this writer, through which seven coefficients a topic learn next to nothing of it.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from docscore.case import Document, Kind
from docscore.checkpoints.catalogue import OWN, TOPICS, Checkpoint, CheckpointType, load_catalogue
from docscore.detect.decision_figures import carriers, elements_of
from docscore.detect.topics import TopicModel
from docscore.errors import AnnotationError
from docscore.language.reading import Reading
from docscore.learn import metrics
from docscore.learn.annotations import AnnotatedDocument, Label, load_documents
from docscore.learn.calibrate import Calibrated, HeldOut, calibrate, probabilities
from docscore.learn.dataset import from_document, overlaps
from docscore.learn.folds import held_out_logits
from docscore.learn.recipe import Recipe
from docscore.learn.train import (
    DECIDED,
    KINDS_OF,
    Corpus,
    decided,
    document_logits,
    held_out,
    load_corpus,
    truth_of,
)
from docscore.learn.validate import CORE

Spans: TypeAlias = tuple[tuple[int, int], ...]
Group: TypeAlias = Literal["topics", "other", "few", "apart"]

FEWEST = 30
"""A text checkpoint with fewer documents has its own row, but takes no part in a mean."""

ROUNDS = 300
"""Bootstrap resamples of an interval."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of an evaluation beside the annotated answer.

    ``underlined`` are the sentences that carry the answer, strongest first: offsets into the text of ``document``.
    Where both answers are ``dokumenteret``, ``evidence`` says whether one of them is annotated, and
    ``evidence_first`` whether the strongest is; ``elements`` are the true and the found sub-elements.
    """

    case_id: str
    document: str
    writer: str
    kind: Kind
    head: str
    difficulty: str
    truth: bool
    answer: bool
    probability: float
    review: bool
    underlined: Spans
    evidence: bool | None
    evidence_first: bool | None
    elements: tuple[frozenset[str], frozenset[str]] | None


def by_writer(
    annotations: Path,
    recipe: Recipe | None = None,
    progress: Callable[[str], None] = lambda _: None,
    workers: int = 1,
) -> list[Decided]:
    """Leave-one-writer-out decisions for every document and topic of the corpus.

    ``workers`` processes share the work, as :func:`docscore.learn.folds.held_out_logits` takes them.

    Raises:
        AnnotationError: there are fewer than two writers to hold out.
    """
    recipe = recipe or Recipe()
    corpus = load_corpus(annotations, recipe.features)
    if len(corpus.writers) < 2:
        raise AnnotationError(f"{annotations} har kun én skribent; evaluering efter skribent kræver mindst to.")
    logits = held_out_logits(corpus.rows, recipe, len(corpus.writers), progress, workers)
    return of_held_out(corpus, logits, recipe)


def of_held_out(corpus: Corpus, logits: NDArray[np.float64], recipe: Recipe) -> list[Decided]:
    """Decisions from logits of classifiers that never saw the writer; calibration and limits are the other writers'.

    Args:
        corpus: the corpus.
        logits: of the documents' sentences, shape (rows, len(HEADS)).
        recipe: target of the review band, evidence cut and seed.
    """
    held = {head: held_out(corpus, logits, head) for head in decided(corpus)}
    writers = {head: np.array([corpus.items[i].source for i in part.index]) for head, part in held.items()}
    found: list[Decided] = []
    for name in corpus.writers:
        others = {head: part.part(writers[head] != name) for head, part in held.items()}
        fitted = calibrate(others, recipe.target, recipe.seed)
        for head, part in held.items():
            found += _decide(corpus, logits, head, part.part(writers[head] == name), fitted[head], recipe)
    return found


def _decide(
    corpus: Corpus, logits: NDArray[np.float64], head: str, held: HeldOut, fitted: Calibrated, recipe: Recipe
) -> list[Decided]:
    """One writer's documents, by what was fitted on the others."""
    found: list[Decided] = []
    for k, p in enumerate(probabilities(held.figures, fitted.coefficients)):
        i = int(held.index[k])
        limit = fitted.limit(str(held.kind[k]))
        item = corpus.items[i]
        assert item.document is not None
        scores = document_logits(corpus, logits, i, head)
        found.append(
            _decided(
                item.document,
                item.reading,
                head,
                truth=bool(held.truth[k]),
                answer=bool(p >= limit.threshold),
                probability=float(p),
                review=bool(limit.low < p < limit.high),
                sentences=carriers(scores, recipe.evidence_cut) if len(scores) else (),
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
            if truth is None or not model.decides(head):
                continue
            finding = model.find(analysis, head)
            result = model.result(analysis, head)
            found.append(
                _decided(
                    document,
                    analysis.reading,
                    head,
                    truth=truth,
                    answer=bool(finding.documented),
                    probability=result.probability if len(analysis.logits) else 0.0,
                    review=finding.review,
                    sentences=result.sentences,
                )
            )
    return found


def label_of(document: AnnotatedDocument, head: str) -> Label:
    """The label that a decision is compared with."""
    return document.labels["klart_jobmaal" if head == OWN else head]


def _decided(
    document: AnnotatedDocument,
    reading: Reading,
    head: str,
    *,
    truth: bool,
    answer: bool,
    probability: float,
    review: bool,
    sentences: Sequence[int],
) -> Decided:
    label = label_of(document, head)
    underlined = tuple((reading.sentences[i].start, reading.sentences[i].end) for i in sentences)
    # A sentence that some annotators underlined and others did not is no wrong evidence.
    right = [overlaps(a, b, (*label.evidence, *label.debated)) for a, b in underlined]
    looked_at = truth and answer and bool(right)
    elements = None
    if truth and head == "borgerens_perspektiv":
        elements = (frozenset(label.elements), frozenset(elements_of(reading, sentences)))
    return Decided(
        case_id=document.case_id,
        document=document.name,
        writer=document.writer,
        kind=document.kind,
        head=head,
        difficulty=label.difficulty,
        truth=truth,
        answer=answer,
        probability=probability,
        review=review,
        underlined=underlined,
        evidence=any(right) if looked_at else None,
        evidence_first=right[0] if looked_at else None,
        elements=elements,
    )


def summarise(decisions: Sequence[Decided], rounds: int = ROUNDS) -> dict[str, Any]:
    """The figures of an evaluation, each with the 95 % interval of a bootstrap by case.

    Every round draws cases once, for all rows and means, so that these hang together as they do in the cases.

    Args:
        decisions: from :func:`by_writer` or :func:`with_model`.
        rounds: resamples.

    Returns:
        ``rows``: the figures (:data:`docscore.learn.metrics.FIGURES`, each with ``<figure>_interval``) per topic and
        kind, with their ``checkpoint`` and the ``group`` that they are averaged in;
        ``macro``: means over the pairs of the five topics and the three core kinds (group ``topics``);
        ``other``: means over the other text checkpoints with at least :data:`FEWEST` documents (group ``other``);
        ``pooled``: the figures of all decisions of group ``topics`` together, ``decisions`` their number;
        ``by_writer``: the same decisions by writer, and ``writers`` the kappa of each;
        ``reliability``: per topic, the decisions of group ``topics`` by their probability.
    """
    cases = {case: k for k, case in enumerate(sorted({d.case_id for d in decisions}))}
    drawn = metrics.draw(len(cases), rounds)

    def measure(part: Sequence[Decided]) -> dict[str, metrics.Floats]:
        return metrics.figures(table_of(part), drawn[:, [cases[d.case_id] for d in part]])

    rows: list[dict[str, Any]] = []
    measured: dict[str, list[dict[str, metrics.Floats]]] = {"topics": [], "other": []}
    for head in DECIDED:
        for kind in KINDS_OF[head]:
            part = [d for d in decisions if d.head == head and d.kind == kind]
            if part:
                found, checkpoint = measure(part), checkpoint_of(head, kind)
                group = weighed_in(checkpoint, len(part))
                measured.setdefault(group, []).append(found)
                rows.append(
                    {
                        "topic": head,
                        "kind": str(kind),
                        "checkpoint": checkpoint.id,
                        "group": group,
                        "n": len(part),
                        **_told(found),
                    }
                )
    main = [d for d in decisions if d.head in TOPICS and d.kind in CORE]
    writers = [
        _writer(name, [d for d in main if d.writer == name], rounds) for name in sorted({d.writer for d in main})
    ]
    macro = _mean(measured["topics"])
    if told := [d.elements for d in main if d.elements is not None]:
        macro["elements_f1"] = _round(_element_f1(told))
    return {
        "rows": rows,
        "macro": macro,
        "other": _mean(measured["other"]),
        "pooled": {"n": len(main), **(_told(measure(main)) if main else {})},
        "writers": {row["writer"]: row["kappa"] for row in writers},
        "by_writer": writers,
        "reliability": [_reliability(topic, [d for d in main if d.head == topic]) for topic in TOPICS],
        "decisions": len(main),
        "documents": len({(d.case_id, d.document) for d in decisions}),
        "cases": len(cases),
    }


def checkpoint_of(head: str, kind: Kind | str) -> Checkpoint:
    """The checkpoint that a decision answers in documents of a kind; KeyError where it is made for no such."""
    found = [c for c in load_catalogue().for_kind(kind) if c.decided_by == head]
    for checkpoint in sorted(found, key=lambda c: c.same_as is not None):
        return checkpoint
    raise KeyError(f"{head} in {kind}")


def weighed_in(checkpoint: Checkpoint, n: int) -> Group:
    """The mean that a row belongs to: a topic in a core kind, another text checkpoint, or none."""
    if checkpoint.type is CheckpointType.TEXT:
        return "other" if n >= FEWEST else "few"
    return "topics" if checkpoint.decided_by in TOPICS and checkpoint.kind in CORE else "apart"


def table_of(decisions: Sequence[Decided]) -> metrics.Table:
    """Decisions as the arrays that figures are worked out from."""

    def right(values: list[bool | None]) -> metrics.Floats:
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

    return metrics.Table(
        truth=np.array([d.truth for d in decisions], dtype=bool),
        answer=np.array([d.answer for d in decisions], dtype=bool),
        probability=np.array([d.probability for d in decisions], dtype=np.float64),
        review=np.array([d.review for d in decisions], dtype=bool),
        evidence=right([d.evidence for d in decisions]),
        evidence_first=right([d.evidence_first for d in decisions]),
    )


def _told(measured: dict[str, metrics.Floats]) -> dict[str, Any]:
    """Figures with their intervals; of each array the first number is the figure, the others are its resamples."""
    found: dict[str, Any] = {}
    for name, values in measured.items():
        bounds = metrics.interval(values[1:], float(values[0]) if name == "ece" else None)
        found[name] = _round(float(values[0]))
        found[f"{name}_interval"] = bounds and [_round(bound) for bound in bounds]
    return found


def _mean(measured: Sequence[dict[str, metrics.Floats]]) -> dict[str, Any]:
    """Means over rows, each of the same weight, of the figures that are defined; ``rows`` is their number."""
    found: dict[str, metrics.Floats] = {}
    for name in metrics.FIGURES if measured else ():
        found[name] = metrics.mean_of_known([row[name] for row in measured])
    return {"rows": len(measured), **_told(found)}


def _writer(name: str, part: Sequence[Decided], rounds: int) -> dict[str, Any]:
    """One writer's figures; its own cases are drawn."""
    cases = {case: k for k, case in enumerate(sorted({d.case_id for d in part}))}
    counts = metrics.draw(len(cases), rounds)[:, [cases[d.case_id] for d in part]]
    return {"writer": name, "n": len(part), "cases": len(cases), **_told(metrics.figures(table_of(part), counts))}


def _reliability(topic: str, part: Sequence[Decided]) -> dict[str, Any]:
    table = table_of(part)
    bins = metrics.reliability(table.truth, table.probability)
    return {
        "topic": topic,
        "n": len(part),
        "bins": [{k: v if isinstance(v, int) else _round(v) for k, v in asdict(one).items()} for one in bins],
    }


def _element_f1(pairs: Sequence[tuple[frozenset[str], frozenset[str]]]) -> float:
    hit = sum(len(a & b) for a, b in pairs)
    return 2 * hit / max(1, sum(len(a) + len(b) for a, b in pairs))


def _round(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(value, 4)

"""Labels that are probably wrong, by how sure held-out models are of the opposite answer.

Confident learning (Northcutt, Jiang and Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels"),
with the library ``cleanlab``: for each question, an answer is suspect where a model that never saw the document gives
the other answer at least the probability it usually gives documents that are so labelled. A suspect is a document to
read again, not an error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from docscore.errors import AnnotationError, MissingDependencyError
from docscore.learn.evaluate import Decided, Spans, label_of, of_held_out
from docscore.learn.folds import held_out_logits
from docscore.learn.recipe import Recipe
from docscore.learn.train import load_corpus

FEWEST = 20
"""Labelled documents of a question from which its suspects are looked for."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label to read again.

    Attributes:
        decided: the label (``truth``), the held-out answer and its probability, and the sentences that carry it.
        confidence: probability of the label by the held-out model; the lower, the more suspect.
        sure: whether confident learning counts it as an error; the others only follow in the list.
    """

    decided: Decided
    confidence: float
    sure: bool


def require_cleanlab() -> None:
    """Say before the work, not after it, that the library is missing.

    Raises:
        MissingDependencyError: ``cleanlab`` is not installed (an installation without its dependencies).
    """
    if find_spec("cleanlab") is None:
        raise MissingDependencyError(
            "Listen over formentlige fejl kræver pakken cleanlab, som ikke er installeret. Installér med: "
            "pip install cleanlab"
        )


def held_out_decisions(
    annotations: Path, recipe: Recipe | None = None, progress: Callable[[str], None] = lambda _: None, workers: int = 1
) -> list[Decided]:
    """Every labelled decision by heads and calibration that never saw its writer, whole groups of writers at a time.

    Raises:
        AnnotationError: there are fewer than two writers to hold out.
    """
    recipe = recipe or Recipe()
    corpus = load_corpus(annotations, recipe.features)
    if len(corpus.writers) < 2:
        raise AnnotationError(
            f"{annotations} har kun én skribent; krydsvalidering kræver mindst to. Brug --model med en færdig model."
        )
    logits = held_out_logits(corpus.rows, recipe, recipe.folds, progress, workers)
    return of_held_out(corpus, logits, recipe)


def suspects(decisions: Sequence[Decided]) -> list[Suspect]:
    """The labels that a held-out model would answer otherwise, the most suspect first.

    Args:
        decisions: from :func:`held_out_decisions`, or of a model that was not trained on these labels.
    """
    from cleanlab.filter import find_label_issues

    found: list[Suspect] = []
    for part in _questions(decisions):
        labels = np.array([one.truth for one in part], dtype=np.int64)
        p = np.array([one.probability for one in part])
        both = np.column_stack([1 - p, p])
        sure = find_label_issues(labels, both, filter_by="confident_learning", n_jobs=1)
        for one, confidence, issue in zip(part, both[np.arange(len(part)), labels], sure, strict=True):
            if issue or one.answer != one.truth:
                found.append(Suspect(one, round(float(confidence), 4), bool(issue)))
    return sorted(
        found, key=lambda s: (not s.sure, s.confidence, s.decided.case_id, s.decided.document, s.decided.head)
    )


def looked_at(decisions: Sequence[Decided]) -> int:
    """How many of the labels :func:`suspects` can judge: those of questions with enough answers of both sorts."""
    return sum(map(len, _questions(decisions)))


def _questions(decisions: Sequence[Decided]) -> list[list[Decided]]:
    by_head: dict[str, list[Decided]] = {}
    for one in decisions:
        by_head.setdefault(one.head, []).append(one)
    return [part for part in by_head.values() if len(part) >= FEWEST and len({one.truth for one in part}) > 1]


def evidence_of(chosen: Sequence[Suspect], annotations: Path) -> list[tuple[str, Spans]]:
    """The text of each suspect's document, and the sentences that the annotator underlined.

    Raises:
        AnnotationError: a label file breaks the format.
    """
    from docscore.learn.annotations import load_case

    found: list[tuple[str, Spans]] = []
    for one in chosen:
        documents = {d.name: d for d in load_case(annotations / "cases" / one.decided.case_id)}
        document = documents[one.decided.document]
        found.append((document.text, label_of(document, one.decided.head).evidence))
    return found


def record(chosen: Sequence[Suspect]) -> list[dict[str, Any]]:
    """Suspects without any text, for a file; ``machine`` are offsets of the sentences that carry the other answer."""
    return [
        {
            "case": one.decided.case_id,
            "document": one.decided.document,
            "writer": one.decided.writer,
            "kind": str(one.decided.kind),
            "head": one.decided.head,
            "label": one.decided.truth,
            "probability": round(one.decided.probability, 4),
            "confidence": one.confidence,
            "sure": one.sure,
            "machine": [list(span) for span in one.decided.underlined],
        }
        for one in chosen
    ]

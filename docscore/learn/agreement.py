"""How far annotators agree with each other, from their own labels before anything was settled.

The answers of a document are compared pair by pair: every unordered pair of its annotators is one observation. Who
annotates differs from document to document, so there is no first and no second annotator; every pair is therefore
counted in both orders, which gives Cohen's kappa symmetrical marginals (Krippendorff's alpha for two values, without
its small-sample correction). Raw agreement and AC1 are the same either way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from docscore.case import Kind
from docscore.checkpoints.catalogue import OWN, TOPICS, load_catalogue
from docscore.learn import metrics
from docscore.learn.annotations import HEADS, AnnotatedDocument, Label, case_folders, label_files, load_labels
from docscore.learn.dataset import overlaps
from docscore.learn.faults import GOLD
from docscore.learn.validate import CORE

Who: TypeAlias = Literal["all", "writer_reader", "reader_reader"]

PAIRS: tuple[Who, ...] = ("all", "writer_reader", "reader_reader")
"""Which pairs of annotators: all, the document's writer with a reader, and two readers."""

Spans: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """The answers of two annotators of one document for one head, and their evidence."""

    case_id: str
    document: str
    kind: Kind
    head: str
    annotators: tuple[str, str]
    with_writer: bool
    answers: tuple[bool, bool]
    evidence: tuple[Spans, Spans]


@dataclass(frozen=True, slots=True)
class Row:
    """Agreement on one head in one kind of document; None where a figure is undefined.

    ``documents`` were labelled by two or more, in ``pairs`` pairs; ``prevalence`` is the share of documented answers;
    of the ``both`` pairs that both say documented, ``overlap`` is the share with a sentence in common and
    ``span_f1`` the mean F1 of the underlined characters.
    """

    head: str
    kind: str
    who: Who
    documents: int
    pairs: int
    prevalence: float
    agreement: float
    kappa: float | None
    kappa_interval: tuple[float, float] | None
    ac1: float | None
    both: int
    overlap: float | None
    span_f1: float | None

    def as_dict(self) -> dict[str, Any]:
        """The figures, rounded to four decimals."""
        return {name: _rounded(value) for name, value in asdict(self).items()}


def load_pairs(root: Path) -> list[Pair]:
    """All pairs of answers in the raw labels below ``root/cases``; the adjudicated ones are left out.

    Raises:
        AnnotationError: there is no folder ``cases``, or a label file breaks the format.
    """
    found: list[Pair] = []
    for case in case_folders(root):
        by_name: dict[str, list[AnnotatedDocument]] = {}
        for path in label_files(case):
            for document in load_labels(path) if path.name != GOLD else ():
                by_name.setdefault(document.name, []).append(document)
        for documents in by_name.values():
            for a, b in combinations(documents, 2):
                found += _pairs(a, b)
    return found


def _pairs(a: AnnotatedDocument, b: AnnotatedDocument) -> list[Pair]:
    found: list[Pair] = []
    for head, kinds in load_catalogue().heads().items():
        source = "klart_jobmaal" if head == OWN else head
        left, right = a.labels.get(source), b.labels.get(source)
        if a.kind in kinds and a.kind is b.kind and left is not None and right is not None:
            found.append(
                Pair(
                    case_id=a.case_id,
                    document=a.name,
                    kind=a.kind,
                    head=head,
                    annotators=(a.annotator, b.annotator),
                    with_writer=a.writer in (a.annotator, b.annotator),
                    answers=(_answer(left, head), _answer(right, head)),
                    evidence=(left.evidence, right.evidence),
                )
            )
    return found


def _answer(label: Label, head: str) -> bool:
    return label.documented and (label.own or head != OWN)


def agreement(pairs: Sequence[Pair], rounds: int = 500) -> dict[str, Any]:
    """The figures of agreement.

    Args:
        pairs: from :func:`load_pairs`.
        rounds: bootstrap resamples of kappa's interval, by case.

    Returns:
        ``rows`` (:class:`Row` as dictionaries, by kind and head, each for :data:`PAIRS` as far as there are any),
        ``means`` (over ``topics`` in the core kinds and over the ``other`` heads and kinds, for each of
        :data:`PAIRS`), and ``documents`` labelled by two or more.
    """
    rows: list[Row] = []
    for kind in Kind:
        for head in (*HEADS, OWN):
            of = [pair for pair in pairs if pair.kind is kind and pair.head == head]
            rows += [row(some, who, rounds) for who in PAIRS if (some := chosen(of, who))]
    return {
        "rows": [one.as_dict() for one in rows],
        "means": {
            name: {who: _means([r for r in rows if r.who == who and _is_topic(r) is topics]) for who in PAIRS}
            for name, topics in (("topics", True), ("other", False))
        },
        "documents": len({(pair.case_id, pair.document) for pair in pairs}),
    }


def chosen(pairs: Sequence[Pair], who: Who) -> list[Pair]:
    """The pairs of one sort of annotators."""
    return [pair for pair in pairs if who == "all" or pair.with_writer is (who == "writer_reader")]


def row(pairs: Sequence[Pair], who: Who, rounds: int = 500) -> Row:
    """The figures of pairs of one head and kind; there must be at least one."""
    left = np.array([pair.answers[0] for pair in pairs])
    right = np.array([pair.answers[1] for pair in pairs])
    both = [pair for pair in pairs if all(pair.answers)]

    def kappa(drawn: NDArray[np.intp]) -> float | None:
        return metrics.kappa(*_both_orders(left[drawn], right[drawn]))

    everything = np.arange(len(pairs))
    return Row(
        head=pairs[0].head,
        kind=str(pairs[0].kind),
        who=who,
        documents=len({(pair.case_id, pair.document) for pair in pairs}),
        pairs=len(pairs),
        prevalence=float((left.mean() + right.mean()) / 2),
        agreement=float((left == right).mean()),
        kappa=kappa(everything),
        kappa_interval=metrics.bootstrap([pair.case_id for pair in pairs], kappa, rounds),
        ac1=metrics.ac1(*_both_orders(left, right)),
        both=len(both),
        overlap=float(np.mean([_overlap(*pair.evidence) for pair in both])) if both else None,
        span_f1=float(np.mean([span_f1(*pair.evidence) for pair in both])) if both else None,
    )


def _both_orders(left: metrics.Bools, right: metrics.Bools) -> tuple[metrics.Bools, metrics.Bools]:
    return np.concatenate([left, right]), np.concatenate([right, left])


def _overlap(left: Spans, right: Spans) -> bool:
    return any(overlaps(start, end, right) for start, end in left)


def span_f1(left: Spans, right: Spans) -> float:
    """F1 of the characters of two sets of spans; 0 where they have none in common.

    >>> span_f1(((0, 10),), ((5, 15),))
    0.5
    """
    a = {place for start, end in left for place in range(start, end)}
    b = {place for start, end in right for place in range(start, end)}
    return 2 * len(a & b) / max(1, len(a) + len(b))


def _is_topic(one: Row) -> bool:
    return one.head in TOPICS and one.kind in CORE


def _means(rows: Sequence[Row]) -> dict[str, float | int | None]:
    """Means over heads and kinds, each of the same weight; undefined figures are left out."""
    found: dict[str, float | int | None] = {"rows": len(rows), "pairs": sum(one.pairs for one in rows)}
    for name in ("agreement", "kappa", "ac1", "overlap", "span_f1"):
        values = [value for one in rows if (value := getattr(one, name)) is not None]
        found[name] = round(float(np.mean(values)), 4) if values else None
    return found


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_rounded(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value


def by_pairs(summary: Mapping[str, Any]) -> list[dict[Who, Mapping[str, Any]]]:
    """The rows of :func:`agreement` with those of one head and kind together, in their order."""
    found: dict[tuple[str, str], dict[Who, Mapping[str, Any]]] = {}
    for one in summary["rows"]:
        found.setdefault((one["kind"], one["head"]), {})[one["who"]] = one
    return list(found.values())

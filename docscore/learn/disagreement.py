"""Where annotators disagree: Krippendorff's alpha, each annotator beside the others, and the most confused questions.

Alpha is worked out here (the ``krippendorff`` package is under the GPL): nominal values, any number of annotators a
document, those with one left out (Krippendorff 2011, "Computing Krippendorff's alpha-reliability").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docscore.checkpoints.catalogue import OWN
from docscore.learn.agreement import Pair, row
from docscore.learn.dataset import overlaps

Unit = Mapping[str, bool]
"""One document's answers to one question, by annotator."""

FEWEST = 20
"""Pairs of answers from which an annotator's agreement on one question is shown."""


def alpha(units: Iterable[Iterable[object]]) -> float | None:
    """Krippendorff's alpha for nominal values.

    Args:
        units: the values that each unit was given; a unit with fewer than two says nothing.

    Returns:
        1 for full agreement, 0 for that of chance; None where no disagreement could be seen (one value only).

    >>> round(alpha([("a", "a"), ("a", "a", "b"), ("b", "b"), ("b", "b")]), 3)
    0.6
    """
    coincidences: dict[tuple[object, object], float] = {}
    for unit in units:
        values = list(unit)
        for i, first in enumerate(values):
            for j, second in enumerate(values):
                if i != j:
                    key = (first, second)
                    coincidences[key] = coincidences.get(key, 0.0) + 1 / (len(values) - 1)
    totals: dict[object, float] = {}
    for (first, _), count in coincidences.items():
        totals[first] = totals.get(first, 0.0) + count
    n = sum(totals.values())
    expected = n * n - sum(count * count for count in totals.values())
    if expected <= 1e-9:
        return None
    observed = sum(count for (first, second), count in coincidences.items() if first != second)
    return 1 - (n - 1) * observed / expected


def units_of(pairs: Iterable[Pair]) -> dict[tuple[str, str, str], dict[str, bool]]:
    """The answers behind pairs: by case, document and head, then by annotator."""
    found: dict[tuple[str, str, str], dict[str, bool]] = {}
    for pair in pairs:
        unit = found.setdefault((pair.case_id, pair.document, pair.head), {})
        unit.update(zip(pair.annotators, pair.answers, strict=True))
    return found


def details(pairs: Sequence[Pair], most: int = 10, sentences: int = 3) -> dict[str, Any]:
    """What agreement figures alone do not say.

    Args:
        pairs: from :func:`docscore.learn.agreement.load_pairs`.
        most: confused questions that are listed.
        sentences: examples of each.

    Returns:
        ``alpha`` (``all``, and by kind and head in ``rows``); ``annotators``: each one's pairs, agreement, kappa and
        AC1 with all others, and in ``checkpoints`` the same by head and kind where there are :data:`FEWEST` pairs;
        ``confused``: the questions with the most disagreements, each with ``disagreements``, ``pairs``, ``kappa``, and
        ``examples`` (case, document, who said yes and no, the spans that the one underlined, and ``instead``: questions
        that the other underlined the same sentence for).
    """
    by_question: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        by_question.setdefault((str(pair.kind), pair.head), []).append(pair)
    return {
        "alpha": {
            "all": _rounded(alpha(unit.values() for unit in units_of(pairs).values())),
            "rows": [
                {"kind": kind, "head": head, "alpha": _rounded(alpha(u.values() for u in units_of(part).values()))}
                for (kind, head), part in by_question.items()
            ],
        },
        "annotators": [
            _annotator(name, pairs) for name in sorted({name for pair in pairs for name in pair.annotators})
        ],
        "confused": _confused(by_question, pairs, most, sentences),
    }


def _annotator(name: str, pairs: Sequence[Pair]) -> dict[str, Any]:
    mine = [pair for pair in pairs if name in pair.annotators]
    by_question: dict[tuple[str, str], list[Pair]] = {}
    for pair in mine:
        by_question.setdefault((str(pair.kind), pair.head), []).append(pair)
    return {
        "annotator": name,
        **_figures(mine),
        "checkpoints": [
            {"kind": kind, "head": head, **_figures(part)}
            for (kind, head), part in by_question.items()
            if len(part) >= FEWEST
        ],
    }


def _figures(pairs: Sequence[Pair]) -> dict[str, Any]:
    found = row(pairs, "all", rounds=0)
    return {
        "pairs": len(pairs),
        "agreement": _rounded(found.agreement),
        "kappa": _rounded(found.kappa),
        "ac1": _rounded(found.ac1),
    }


def _confused(
    by_question: Mapping[tuple[str, str], Sequence[Pair]], pairs: Sequence[Pair], most: int, sentences: int
) -> list[dict[str, Any]]:
    beside: dict[tuple[str, str, tuple[str, str]], list[Pair]] = {}
    for pair in pairs:
        beside.setdefault((pair.case_id, pair.document, pair.annotators), []).append(pair)
    found: list[dict[str, Any]] = []
    for (kind, head), part in by_question.items():
        wrong = [pair for pair in part if pair.answers[0] != pair.answers[1]]
        if wrong:
            others = [beside[pair.case_id, pair.document, pair.annotators] for pair in wrong[:sentences]]
            found.append(
                {
                    "kind": kind,
                    "head": head,
                    "disagreements": len(wrong),
                    **_figures(part),
                    "examples": [_example(pair, all_) for pair, all_ in zip(wrong, others, strict=False)],
                }
            )
    return sorted(found, key=lambda one: (-one["disagreements"], one["kind"], one["head"]))[:most]


def _example(pair: Pair, beside: Sequence[Pair]) -> dict[str, Any]:
    yes = pair.answers.index(True)
    spans = pair.evidence[yes]
    instead = [
        other.head
        for other in beside
        if other.head not in (pair.head, OWN)
        and other.answers[1 - yes]
        and any(overlaps(start, end, other.evidence[1 - yes]) for start, end in spans)
    ]
    return {
        "case": pair.case_id,
        "document": pair.document,
        "yes": pair.annotators[yes],
        "no": pair.annotators[1 - yes],
        "spans": [list(span) for span in spans],
        "instead": instead,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)

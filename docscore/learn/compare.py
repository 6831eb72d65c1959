"""Two models on the same annotated cases, with intervals of their difference.

Every resample draws cases once for both models, so that what is hard for both does not blur the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from docscore.detect.topics import TopicModel
from docscore.errors import AnnotationError
from docscore.learn import metrics
from docscore.learn.evaluate import Decided, checkpoint_of, table_of, weighed_in, with_model
from docscore.learn.train import DECIDED, KINDS_OF

COMPARED = ("kappa", "recall", "recall_negative", "auroc", "brier", "ece", "review", "agreement_outside")
"""The figures that are compared."""

ROUNDS = 1000
"""Bootstrap resamples."""


def compare(a: TopicModel, b: TopicModel, data: Path, rounds: int = ROUNDS) -> dict[str, Any]:
    """Compare two models on annotated cases; what only one of them decides is left out and counted.

    Args:
        a: the one.
        b: the other; differences are ``b`` less ``a``.
        data: the annotated cases.
        rounds: resamples.

    Returns:
        ``rows`` per decision and kind, ``topics`` and ``other`` (means over the rows of :func:`evaluate.summarise`'s
        two groups, each row of the same weight), ``all`` (all decisions pooled), ``cases``, ``decisions``,
        ``left_out``. Each holds :data:`COMPARED`: a pair of figures, their difference, its 95 % interval, and
        ``changed``: decisions that only the one, and only the other, gets right.

    Raises:
        AnnotationError: there is no decision that both make.
    """
    first, second = ({_key(one): one for one in with_model(model, data)} for model in (a, b))
    both = [key for key in first if key in second]
    if not both:
        raise AnnotationError(f"{data} har ingen annoterede afgørelser, som begge modeller træffer.")
    return {
        **paired([(first[key], second[key]) for key in both], rounds),
        "left_out": len(set(first) ^ set(second)),
    }


def _key(one: Decided) -> tuple[str, str, str]:
    return one.case_id, one.document, one.head


def paired(pairs: Sequence[tuple[Decided, Decided]], rounds: int = ROUNDS) -> dict[str, Any]:
    """The figures of :func:`compare` for decisions side by side."""
    cases = {case: k for k, case in enumerate(sorted({one.case_id for one, _ in pairs}))}
    drawn = metrics.draw(len(cases), rounds)
    rows: list[dict[str, Any]] = []
    means: dict[str, list[_Measured]] = {"topics": [], "other": []}
    for head in DECIDED:
        for kind in KINDS_OF[head]:
            part = [pair for pair in pairs if pair[0].head == head and pair[0].kind == kind]
            if not part:
                continue
            checkpoint = checkpoint_of(head, kind)
            found = _measure(part, drawn, cases)
            group = weighed_in(checkpoint, len(part))
            means.setdefault(group, []).append(found)
            rows.append({"checkpoint": checkpoint.id, "kind": str(kind), "group": group, **_told([found], part)})
    return {
        "rows": rows,
        **{name: _told(means[name], ()) for name in ("topics", "other")},
        "all": _told([_measure(pairs, drawn, cases)], pairs),
        "cases": len(cases),
        "decisions": len(pairs),
    }


_Measured = tuple[dict[str, metrics.Floats], dict[str, metrics.Floats]]


def _measure(part: Sequence[tuple[Decided, Decided]], drawn: metrics.Floats, cases: dict[str, int]) -> _Measured:
    counts = drawn[:, [cases[one.case_id] for one, _ in part]]
    a, b = (metrics.figures(table_of([pair[side] for pair in part]), counts) for side in (0, 1))
    return a, b


def _told(measured: Sequence[_Measured], part: Sequence[tuple[Decided, Decided]]) -> dict[str, Any]:
    """Both models' figures, their difference and its interval; means over ``measured`` where there are several."""
    found: dict[str, Any] = {"rows": len(measured)}
    for name in COMPARED:
        a, b = (metrics.mean_of_known([one[side][name] for one in measured]) for side in (0, 1))
        moved = b - a
        bounds = metrics.interval(moved[1:]) if len(moved) > 1 else None
        found[name] = {
            "a": _number(a),
            "b": _number(b),
            "difference": _number(moved),
            "interval": None if bounds is None else [round(bound, 4) for bound in bounds],
        }
    if part:
        right = [(one.answer == one.truth, other.answer == other.truth) for one, other in part]
        found |= {"n": len(part), "changed": [sum(x and not y for x, y in right), sum(y and not x for x, y in right)]}
    return found


def _number(values: metrics.Floats) -> float | None:
    value = float(values[0])
    return None if np.isnan(value) else round(value, 4)

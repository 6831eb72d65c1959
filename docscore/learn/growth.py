"""Adapting a model from the outside: what is measured, when it counts as a help, and the learning curve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from docscore.detect import model_file
from docscore.learn.adapt import Adapted, Decisions, How, Own, case_folds, change, fit, held_out
from docscore.learn.calibrate import group_of, review_risk

_ENOUGH = 200
"""Own decisions from which they have a say in the review band."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An adaptation and its figures.

    Attributes:
        own: the own documents.
        seen: every own document decided by a model that had not seen its case.
        topics: :func:`docscore.learn.adapt.change` over the five topics in the core kinds.
        other: the same over the other text checkpoints.
        curve: the same over the topics, by number of own cases that the model was adapted to.
        helps: whether own cases made the decisions better.
    """

    own: Own
    seen: Decisions
    topics: dict[str, Any]
    other: dict[str, Any]
    curve: dict[int, dict[str, Any]]
    helps: bool

    def report(self) -> dict[str, Any]:
        """The figures, for a card or a file."""
        curve = {str(size): figures for size, figures in self.curve.items()}
        return {"topics": self.topics, "other": self.other, "curve": curve, "helps": self.helps}


def measure(
    model: Path, data: Path, how: How | None = None, progress: Callable[[str], None] = lambda _: None
) -> Outcome:
    """What adapting ``model`` to the cases in ``data`` is worth, on cases held out from it.

    Raises:
        AnnotationError: there are too few own cases.
        ModelError: the model cannot be loaded or adapted.
    """
    how = how or How()
    own = Own(model_file.load(model), data)
    seen = held_out(own, how, None, progress)
    curve: dict[int, dict[str, Any]] = {}
    for size in how.curve:
        if size < own.count - own.count / how.folds:
            progress(f"{size} …")
            part = held_out(own, how, size)
            curve[size] = change(part, part.main)
    topics = change(seen, seen.main)
    curve[own.count - max(len(fold) for fold in case_folds(own.cases, how.folds, how.seed))] = topics
    everything = change(seen, np.ones_like(seen.main))
    return Outcome(own, seen, topics, change(seen, ~seen.main), curve, helps(topics, everything))


def helps(topics: dict[str, Any], everything: dict[str, Any]) -> bool:
    """Whether own cases helped: kappa over all decisions rose, the topics' did not fall, and their probabilities became
    no worse (Brier), which chance moves less than kappa."""
    gained, kept = everything["difference"], topics["difference"]
    if gained is None or gained <= 0 or (kept is not None and kept < 0):
        return False
    part = everything if kept is None else topics
    return bool(part["brier_after"] <= part["brier_before"])


def adapt(outcome: Outcome, out: Path, how: How | None = None) -> dict[str, Any]:
    """Adapt to all own cases and write the model.

    Args:
        outcome: from :func:`measure`.
        out: the model's folder, made where missing.
        how: as :func:`measure` was given.

    Returns:
        The model's card; ``adapted`` holds the figures.
    """
    how = how or How()
    adapted: Adapted = fit(outcome.own, np.arange(len(outcome.own.items)), how)
    return save(outcome.own, adapted, outcome.seen, out, how, outcome.report())


def save(own: Own, adapted: Adapted, seen: Decisions, out: Path, how: How, report: Mapping[str, Any]) -> dict[str, Any]:
    """Write the adapted model as an ordinary model folder.

    Thresholds stay. A review band becomes wider where own held-out cases ask for it, never narrower.

    Returns:
        The model's card.
    """
    card = {key: value for key, value in own.model.card.items() if key != "format"}
    risks = {group: _risk(seen, group, how.target) for group in {group_of(head) for head in own.decisions}}
    card["name"] = f"{card['name']}+egne"
    card["decisions"] = {
        head: {
            **decision,
            "coefficients": adapted.coefficients[head].round(6).tolist(),
            "kinds": {kind: _wider(limits, risks[group_of(head)]) for kind, limits in decision["kinds"].items()},
            "otherwise": _wider(decision["otherwise"], risks[group_of(head)]),
        }
        for head, decision in own.decisions.items()
    }
    card["adapted"] = {
        "from": own.model.checksum,
        "cases": own.count,
        "documents": len(own.items),
        "how": {"strength": how.strength, "share": adapted.share, "spread": how.spread, "seed": how.seed},
        **report,
    }
    weights = own.model.weights
    weights[adapted.shift.columns] += adapted.shift.values.astype(np.float32)
    bias = own.model.bias + adapted.shift.bias.astype(np.float32)
    model_file.save(out, card, weights, bias.astype(np.float32), own.model.network)
    return card


def _risk(seen: Decisions, group: str, target: float) -> float:
    """The chance of error to look at by own held-out decisions; a half (look at nothing more) where they are few."""
    mine = np.array([group_of(str(head)) == group for head in seen.head])
    if mine.sum() < _ENOUGH:
        return 0.5
    return review_risk([(seen.truth[mine], seen.after[mine], seen.turn[mine])], target)


def _wider(limits: Mapping[str, Any], risk: float) -> dict[str, Any]:
    """Limits with a band at least as wide; the given model's own figures are left out, for they are not this one's."""
    low, high = limits["review"]
    return {
        "threshold": limits["threshold"],
        "review": [round(min(low, risk), 4), round(max(high, 1 - risk), 4)],
    }

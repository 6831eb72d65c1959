"""Calibration: probabilities that mean what they say, thresholds, and who should look again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docscore.learn.calibrate import HeldOut, calibrate, fit_probability, probabilities, review_risk, thresholds


def _held(logits: np.ndarray, truth: np.ndarray, kind: str = "indstilling") -> HeldOut:
    return HeldOut(np.arange(len(truth)), logits[:, None], truth, np.array([kind] * len(truth)))


def test_nothing_is_sent_to_a_person_where_nothing_is_wrong() -> None:
    p = np.linspace(0.01, 0.99, 400)
    assert review_risk([(p >= 0.5, p, np.full(400, 0.5))], 0.97) == pytest.approx(0.5, abs=0.01)


def test_everything_is_where_everything_is_wrong() -> None:
    p = np.linspace(0.01, 0.99, 400)
    assert review_risk([(p < 0.5, p, np.full(400, 0.5))], 0.97) == 0.0


def test_too_few_decisions_promise_nothing() -> None:
    """With one error more than was seen, 20 faultless decisions cannot promise 97 %."""
    p = np.full(20, 0.999)
    assert review_risk([(p > 0.5, p, np.full(20, 0.5))], 0.97) == 0.0
    assert review_risk([], 0.97) == 0.0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.85, 0.99))
def test_what_is_left_alone_agrees_as_promised(seed: int, target: float) -> None:
    rng = np.random.default_rng(seed)
    p = rng.uniform(0, 1, 600)
    truth = rng.uniform(0, 1, 600) < p
    turn = np.full(600, 0.5)
    risk = review_risk([(truth, p, turn)], target)
    alone = np.where(p >= turn, 1 - p, p) <= risk
    if alone.any() and risk > 0:
        assert (truth == (p >= 0.5))[alone].mean() >= target


def test_a_threshold_moves_where_kappa_gains_and_stays_on_few_documents() -> None:
    rng = np.random.default_rng(3)
    truth = np.arange(400) % 2 == 0
    p = np.where(truth, rng.uniform(0.32, 1.0, 400), rng.uniform(0.0, 0.34, 400))
    assert thresholds(_held(p, truth), p)["indstilling"] < 0.42
    assert thresholds(_held(p[:40], truth[:40]), p[:40]) == {}


def test_probabilities_are_calibrated_and_survive_a_single_class() -> None:
    rng = np.random.default_rng(4)
    logits = rng.normal(0, 3, 4000)
    truth = rng.uniform(0, 1, 4000) < 1 / (1 + np.exp(-0.5 * logits))
    p = probabilities(logits[:, None], fit_probability(logits[:, None], truth, 0))
    for low in np.arange(0.1, 0.9, 0.2):
        part = (p >= low) & (p < low + 0.2)
        assert abs(truth[part].mean() - p[part].mean()) < 0.05
    always = fit_probability(logits[:50, None], np.ones(50, dtype=bool), 0)
    assert probabilities(logits[:50, None], always).min() > 0.99


def test_the_band_holds_the_threshold_for_every_kind() -> None:
    rng = np.random.default_rng(5)
    logits = rng.normal(0, 2, 300)
    truth = rng.uniform(0, 1, 300) < 1 / (1 + np.exp(-logits))
    kind = np.array(["indstilling", "jobsamtale"] * 150)
    held = HeldOut(np.arange(300), logits[:, None], truth, kind)
    fitted = calibrate({"progression": held, "styrker": held}, 0.9, 0)
    assert set(fitted) == {"progression", "styrker"}
    for decision in fitted.values():
        assert set(decision.limits) == {None, "indstilling", "jobsamtale"}
        for limit in decision.limits.values():
            assert 0 <= limit.low <= limit.threshold <= limit.high <= 1
        assert decision.limit("min_plan") == decision.limits[None]

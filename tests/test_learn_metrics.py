"""Figures of agreement against values worked out by hand, and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from docscore.learn.metrics import ac1, agreement, auroc, bootstrap, expected_calibration_error, kappa


def _bools(text: str) -> NDArray[np.bool_]:
    return np.array([sign == "1" for sign in text], dtype=bool)


# Ten decisions: 2 both yes, 6 both no, 1 + 1 disagreements; observed agreement 0.8, 3 yes of 10 on either side.
TRUTH, ANSWER = _bools("1110000000"), _bools("1101000000")


def test_kappa_by_hand() -> None:
    # chance = 0.3 · 0.3 + 0.7 · 0.7 = 0.58; (0.8 - 0.58) / 0.42
    assert kappa(TRUTH, ANSWER) == pytest.approx(0.22 / 0.42)
    assert kappa(TRUTH, TRUTH) == pytest.approx(1)
    assert kappa(_bools("10"), _bools("01")) == pytest.approx(-1)
    assert kappa(_bools("1100"), _bools("1010")) == pytest.approx(0)


def test_kappa_is_undefined_where_chance_is_certain() -> None:
    assert kappa(_bools("11"), _bools("11")) is None
    assert kappa(_bools(""), _bools("")) is None
    assert kappa(_bools("11"), _bools("10")) == pytest.approx(0)


def test_ac1_by_hand() -> None:
    # pi = 0.3; chance = 2 · 0.3 · 0.7 = 0.42; (0.8 - 0.42) / 0.58
    assert ac1(TRUTH, ANSWER) == pytest.approx(0.38 / 0.58)
    assert ac1(_bools("11"), _bools("11")) == pytest.approx(1)
    assert ac1(_bools(""), _bools("")) is None
    # the paradox of kappa: 19 of 20 agree, one class is rare
    truth, answer = _bools("1" * 19 + "0"), _bools("1" * 20)
    assert kappa(truth, answer) == pytest.approx(0)
    assert ac1(truth, answer) == pytest.approx((0.95 - 2 * 0.975 * 0.025) / (1 - 2 * 0.975 * 0.025))


def test_auroc_by_hand() -> None:
    # pairs (yes, no): .9>.8 .9>.1 .7<.8 .7>.1
    assert auroc(_bools("1010"), np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx(0.75)
    assert auroc(_bools("10"), np.array([0.5, 0.5])) == pytest.approx(0.5)
    assert auroc(_bools("110"), np.array([0.5, 0.9, 0.5])) == pytest.approx(0.75)
    assert auroc(_bools("11"), np.array([0.5, 0.9])) is None
    assert auroc(_bools(""), np.array([])) is None


def test_calibration_error_by_hand() -> None:
    p, truth = np.array([0.9, 0.1, 0.8, 0.2]), _bools("1011")
    # two bins: (.1, .2) with half of them yes: |.5 - .15|; (.8, .9) all yes: |1 - .85|
    assert expected_calibration_error(truth, p, bins=2) == pytest.approx((0.35 + 0.15) / 2)
    # a bin of its own each: .1 + .1 + .2 + .8
    assert expected_calibration_error(truth, p) == pytest.approx((0.1 + 0.1 + 0.2 + 0.8) / 4)
    # unequal bins are weighted by their size: three figures in two bins are 2 + 1
    assert expected_calibration_error(_bools("001"), np.array([0.1, 0.3, 0.6]), bins=2) == pytest.approx(
        (2 * 0.2 + 0.4) / 3
    )
    assert expected_calibration_error(_bools(""), np.array([])) == 0
    assert expected_calibration_error(_bools("10"), np.array([1.0, 0.0])) == 0


def test_all_figures_by_hand() -> None:
    p = np.array([0.9, 0.8, 0.3, 0.6, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1])
    review = (p > 0.25) & (p < 0.7)
    found = agreement(TRUTH, ANSWER, p, review, [True, False, True, True])
    assert (found.n, found.prevalence) == (10, pytest.approx(0.3))
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert found.recall_negative == pytest.approx(6 / 7)
    assert found.f1 == pytest.approx(2 / 3)
    assert found.auroc == pytest.approx(20 / 21)
    assert found.brier == pytest.approx((0.01 + 0.04 + 0.49 + 0.36 + 0.04 + 5 * 0.01) / 10)
    assert found.evidence == pytest.approx(0.75)
    assert found.review == pytest.approx(0.2)
    assert found.agreement_outside == pytest.approx(1)
    assert found.as_dict()["precision"] == 0.6667


def test_what_is_undefined_is_none() -> None:
    none = agreement(_bools("00"), _bools("00"), np.array([0.1, 0.2]), _bools("11"))
    assert (none.precision, none.recall, none.f1, none.auroc, none.kappa, none.evidence, none.agreement_outside) == (
        None,
    ) * 7
    assert none.recall_negative == 1


FIGURES = st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 8)), min_size=2, max_size=60)


@settings(deadline=None)
@given(FIGURES)
def test_the_same_as_scikit_learn(figures: list[tuple[bool, bool, int]]) -> None:
    from sklearn.metrics import cohen_kappa_score, roc_auc_score

    truth, answer = np.array([f[0] for f in figures]), np.array([f[1] for f in figures])
    scores = np.array([f[2] / 8 for f in figures])
    assume(truth.any() and not truth.all())
    assert kappa(truth, answer) == pytest.approx(cohen_kappa_score(truth, answer))
    assert auroc(truth, scores) == pytest.approx(roc_auc_score(truth, scores))


@given(FIGURES)
def test_figures_stay_in_their_ranges(figures: list[tuple[bool, bool, int]]) -> None:
    truth, answer = np.array([f[0] for f in figures]), np.array([f[1] for f in figures])
    scores = np.array([f[2] / 8 for f in figures])
    for value in (kappa(truth, answer), ac1(truth, answer)):
        assert value is None or -1 - 1e-9 <= value <= 1 + 1e-9
    assert 0 <= expected_calibration_error(truth, scores) <= 1
    swapped = kappa(answer, truth)
    assert swapped == pytest.approx(kappa(truth, answer)) if swapped is not None else True


def test_bootstrap_draws_whole_cases() -> None:
    groups = ["a", "a", "a", "b", "c", "c"]
    drawn: list[list[int]] = []

    def figure(chosen: NDArray[np.intp]) -> float:
        drawn.append(chosen.tolist())
        return float(len(chosen))

    low, high = bootstrap(groups, figure, rounds=50) or (0, 0)
    assert len(drawn) == 50
    for chosen in drawn:
        assert chosen.count(0) == chosen.count(1) == chosen.count(2)
        assert chosen.count(4) == chosen.count(5)
        assert chosen.count(0) + chosen.count(3) + chosen.count(4) == 3
    assert 3 <= low < high <= 9


def test_bootstrap_is_repeatable_and_covers() -> None:
    rng = np.random.default_rng(3)
    values = rng.random(200) < 0.7
    groups = [str(k // 2) for k in range(200)]
    interval = bootstrap(groups, lambda chosen: float(values[chosen].mean()))
    assert interval == bootstrap(groups, lambda chosen: float(values[chosen].mean()))
    assert interval != bootstrap(groups, lambda chosen: float(values[chosen].mean()), random_state=1)
    assert interval is not None
    assert interval[0] < values.mean() < interval[1]
    assert interval[1] - interval[0] == pytest.approx(2 * 1.96 * (0.7 * 0.3 / 200) ** 0.5, rel=0.3)


def test_bootstrap_gives_no_interval_where_the_figure_is_mostly_undefined() -> None:
    assert bootstrap(["a", "b"], lambda _: None, rounds=10) is None

"""Intervals and tests of shares against published and hand-computed values."""

from __future__ import annotations

import doctest
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from docscore.statistics import compare, intervals
from docscore.statistics.compare import adjusted, counts_of, difference, fisher, national, two_sample
from docscore.statistics.intervals import clopper_pearson, effective_size, korn_graubard, wilson


@pytest.mark.parametrize("module", [intervals, compare])
def test_documentation(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("k", "n", "exact", "score"),
    [
        # Newcombe 1998 (Statistics in Medicine 17:857), table I: 81/263, 15/148, 0/20, 1/29.
        (81, 263, (0.2527, 0.3676), (0.2553, 0.3662)),
        (15, 148, (0.0578, 0.1617), (0.0624, 0.1605)),
        (0, 20, (0.0000, 0.1684), (0.0000, 0.1611)),
        (1, 29, (0.0009, 0.1776), (0.0061, 0.1718)),
    ],
)
def test_published_intervals(k, n, exact, score):
    assert np.allclose(clopper_pearson(k, n), exact, atol=6e-5)
    assert np.allclose(wilson(k, n), score, atol=6e-5)


def test_exact_interval_is_the_one_of_the_tails():
    for k, n in ((3, 15), (8, 15), (14, 15)):
        low, high = clopper_pearson(k, n)
        assert stats.binom.sf(k - 1, n, low) == pytest.approx(0.025)
        assert stats.binom.cdf(k, n, high) == pytest.approx(0.025)


def test_fifteen_cases_are_about_25_points_wide():
    low, high = clopper_pearson(8, 15)
    assert 0.22 < (high - low) / 2 < 0.28


def test_nothing_decided_says_nothing():
    assert clopper_pearson(0, 0) == (0, 1)
    assert wilson(0, 0) == (0, 1)


@given(st.integers(1, 400), st.floats(0, 1))
def test_intervals_hold_the_share_and_each_other(n, part):
    k = round(part * n)
    low, high = clopper_pearson(k, n)
    inner_low, inner_high = wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1
    assert 0 <= inner_low <= k / n + 1e-12
    assert k / n - 1e-12 <= inner_high <= 1


def test_effective_size():
    # Independent decisions are worth themselves, but for t with few cases; identical ones are worth the cases.
    assert effective_size(0.5, 0.25 / 1000, 1000, 1000) == pytest.approx(1000, rel=1e-6)
    t = stats.t.ppf(0.975, 19)
    more = stats.t.ppf(0.975, 99)
    assert effective_size(0.3, 0.21 / 20, 20, 100) == pytest.approx(20 * (more / t) ** 2)
    assert effective_size(1.0, 0.0, 12, 60) == 12
    assert effective_size(0.3, 0.0001, 200, 100) == 100


def test_clustered_exact_interval_uses_the_effective_size():
    exact, score, size = korn_graubard(0.3, 0.21 / 20, 20, 100)
    assert np.allclose(exact, clopper_pearson(0.3 * size, size))
    assert np.allclose(score, wilson(0.3 * size, size))
    assert exact[1] - exact[0] > np.diff(clopper_pearson(30, 100))[0]


@settings(max_examples=200)
@given(st.integers(1, 60), st.integers(1, 60), st.floats(0, 1), st.floats(0, 1))
def test_fisher_is_the_known_test(n1, n2, a, b):
    k1, k2 = round(a * n1), round(b * n2)
    expected = stats.fisher_exact([[k1, n1 - k1], [k2, n2 - k2]])[1]
    assert fisher(k1, n1, k2, n2) == pytest.approx(expected, abs=1e-9)


def test_score_test_is_pearsons_chi_square():
    p, test = two_sample(30, 100, 156, 299)
    table = [[30, 70], [156, 143]]
    assert test == "score"
    assert p == pytest.approx(stats.chi2_contingency(table, correction=False)[1])


def test_small_expected_counts_take_the_exact_test():
    assert two_sample(1, 15, 3, 300)[1] == "fisher"
    assert two_sample(0, 15, 0, 300) == (1.0, "fisher")


def test_difference_of_newcombe():
    # Newcombe 1998 (Statistics in Medicine 17:873), example (a), method 10.
    assert difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize("n", [2, 11, 70, 83, 86, 91, 139, 140, 160, 270, 299, 300])
def test_counts_round_to_the_percent(n):
    for percent in range(101):
        found = counts_of(percent, n)
        rounding = [count for count in range(n + 1) if abs(100 * count / n - percent) < 0.5 - 1e-9]
        assert set(rounding) <= set(found)
        assert len(found) == 1 or all(abs(100 * count / n - percent) <= 0.5 + 1e-9 for count in found)


def test_rounding_of_the_national_share_makes_no_difference():
    one = national(52, 299, "figur 47")
    p, _ = compare.compare(155, 299, one)
    assert p == 1
    assert one.low < 154 / 299 < 156 / 299 < one.high


def test_both_sizes_count():
    small, large = national(52, 30, ""), national(52, 299, "")
    assert compare.compare(90, 120, large)[0] < compare.compare(90, 120, small)[0]
    assert compare.compare(90, 120, large)[0] > stats.binomtest(90, 120, 0.52).pvalue


def test_corrections():
    # Holm 1979 and Benjamini and Hochberg 1995, worked by hand.
    assert adjusted([0.01, 0.04, 0.03, 0.005], "holm") == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert adjusted([0.01, 0.04, 0.03, 0.005], "bh") == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert adjusted([], "holm") == []
    assert adjusted([0.9, 0.8], "holm") == [1.0, 1.0]


@given(st.lists(st.floats(0, 1), max_size=30))
def test_corrections_keep_order_and_bounds(p_values):
    holm, bh = adjusted(p_values, "holm"), adjusted(p_values, "bh")
    for raw, first, second in zip(p_values, holm, bh, strict=True):
        assert raw - 1e-12 <= second <= first + 1e-12 <= 1 + 1e-9
    for values in (holm, bh):
        ordered = [values[k] for k in np.argsort(p_values, kind="stable")]
        assert all(a <= b + 1e-12 for a, b in itertools.pairwise(ordered))


def test_national_of_few_cases_is_wide():
    one = national(0, 11, "figur 4 og 25")
    assert (one.low, round(one.high, 3)) == (0, 0.285)
    assert not math.isnan(one.high)

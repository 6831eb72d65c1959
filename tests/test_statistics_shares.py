"""Shares, pooled figures, comparisons and funnel plots, against hand-worked examples and the case score."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statistics_support import CHECKPOINTS, IR, KIV, NO, YES, decisions_of, many

from docscore.checkpoints import load_catalogue
from docscore.decision import Decision, Method, Status
from docscore.scoring import THEMES, score_case
from docscore.statistics import STATUSES, show_shares
from docscore.statistics.fokusrevision import of_all
from docscore.statistics.funnel import LIMITS, funnel, limits
from docscore.statistics.intervals import clopper_pearson
from docscore.statistics.page import statistics_page
from docscore.statistics.shares import PARTS, part_sums, summarise
from docscore.statistics.words import load_words, percent, span

PERSPECTIVE = "ind.borgerens_perspektiv"


def row_of(found, figure, group=None):
    return next(row for row in found.rows if row.figure == figure and row.group == group)


def test_one_checkpoint_by_hand():
    answers = many(PERSPECTIVE, [(YES, 6), (NO, 9), (KIV, 4), (IR, 2)])
    row = row_of(summarise(decisions_of(answers)), PERSPECTIVE)
    assert (row.share.documented, row.share.decided, row.not_assessable, row.not_relevant) == (6, 15, 4, 2)
    assert row.share.share == pytest.approx(0.4)
    assert row.share.exact == pytest.approx((0.1634, 0.6771), abs=5e-5)
    assert row.share.wilson == pytest.approx((0.1982, 0.6425), abs=5e-5)
    assert not row.share.clustered
    # 155 of 299 is nearest to 40 % among the counts that round to 52 %: 154. Pearson's chi-square by hand.
    table = [[6, 9], [154, 145]]
    assert row.comparison.p == pytest.approx(stats.chi2_contingency(table, correction=False)[1])
    assert row.comparison.difference[0] < 6 / 15 - 154 / 299 < row.comparison.difference[1]


def test_groups_add_up():
    answers = many(PERSPECTIVE, [(YES, 30), (NO, 20), (KIV, 10)])
    kommune = [["Nord", "Syd", ""][n % 3] for n in range(60)]
    found = summarise(decisions_of(answers), {"kommune": kommune}, checkpoints=[PERSPECTIVE])
    groups = [row for row in found.rows if row.by == "kommune"]
    assert [row.group for row in groups] == ["Nord", "Syd", ""]
    assert sum(row.share.documented for row in groups) == 30
    assert sum(row.share.decided for row in groups) == 50
    assert sum(row.not_assessable for row in groups) == 10
    assert found.comparisons == 4
    assert all(row.comparison.adjusted >= row.comparison.p for row in groups)


def test_a_share_of_all_cases_is_compared_with_all_cases():
    # The report's six percent are of all cases, those with a concrete fleksjob too.
    (checkpoint,) = of_all()
    answers = many(checkpoint, [(YES, 6), (NO, 68), (IR, 26)])
    row = row_of(summarise(decisions_of(answers)), checkpoint)
    assert row.share.decided == 74
    assert (row.comparison.share.documented, row.comparison.share.decided) == (6, 100)


def test_status_groups_have_their_own_national_share():
    answers = many("ind.konkret_fleksjob", [(YES, 40), (NO, 60)])
    status = ["fleksjob" if n % 2 else "ledighedsydelse" for n in range(100)]
    found = summarise(decisions_of(answers), {"status": status})
    shares = [row_of(found, "ind.konkret_fleksjob", group).national for group in (None, "fleksjob", "ledighedsydelse")]
    assert [(one.share, one.n) for one in shares] == [(0.26, 299), (0.37, 160), (0.13, 139)]
    assert row_of(found, PERSPECTIVE, "fleksjob").national is None


def decision(case_id, checkpoint, status):
    kind = load_catalogue()[checkpoint].kind
    return Decision(
        case_id, checkpoint, None, kind, Status(status), None, None, None, False, (), Method.REGEL, None, None
    )


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(STATUSES), min_size=len(CHECKPOINTS), max_size=len(CHECKPOINTS)),
        min_size=1,
        max_size=4,
    )
)
def test_parts_are_those_of_the_case_score(cases):
    answers = {f"sag {n}": dict(zip(CHECKPOINTS, given, strict=True)) for n, given in enumerate(cases)}
    sums = part_sums(decisions_of(answers))
    for place, (case_id, answered) in enumerate(answers.items()):
        score = score_case([decision(case_id, name, status) for name, status in answered.items()], load_catalogue())
        parts = [score.alle, score.lovkrav, score.kvalitet, *(score.temaer[theme] for theme in THEMES)]
        for name, part in zip(PARTS, parts, strict=True):
            documented, decided, not_assessable = (int(column[place]) for column in sums[name])
            assert documented == part.dokumenteret, name
            assert decided == part.dokumenteret + part.ikke_dokumenteret, name
            assert not_assessable == part.kan_ikke_vurderes, name


def test_pooled_figures_take_the_case_as_the_unit():
    catalogue = [c.id for c in load_catalogue() if c.theme == 1 and not c.measured and not c.breach]
    # All checkpoints of a case give the same answer: 30 cases are worth 30 decisions, not 30 times as many.
    same = {f"sag {n}": dict.fromkeys(catalogue, YES if n < 15 else NO) for n in range(30)}
    share = row_of(summarise(decisions_of(same)), "tema_1").share
    assert share.clustered
    assert (share.cases, share.decided) == (30, 30 * len(catalogue))
    assert share.effective < 30
    assert share.exact[0] < clopper_pearson(15, 30)[0]
    # Answers that do not hang together are worth nearly all of them.
    rng = np.random.default_rng(3)
    mixed = {f"sag {n}": {name: YES if rng.random() < 0.5 else NO for name in catalogue} for n in range(30)}
    other = row_of(summarise(decisions_of(mixed)), "tema_1").share
    assert other.effective > 5 * share.effective


def test_several_decisions_of_a_case_at_one_checkpoint_are_clustered():
    decisions = decisions_of(many(PERSPECTIVE, [(YES, 10), (NO, 10)]))
    decisions.counts[:] *= 4
    share = row_of(summarise(decisions), PERSPECTIVE).share
    assert (share.decided, share.cases) == (80, 20)
    assert share.effective <= 20
    assert row_of(summarise(decisions), PERSPECTIVE).comparison is None


@pytest.mark.slow
def test_clustered_intervals_cover():
    """Cases with a share of their own each, eight decisions a case: the 95 % interval covers the mean share."""
    from docscore.statistics.share import clustered

    rng = np.random.default_rng(11)
    for cases, mean, alike in ((15, 0.5, 4), (15, 0.9, 4), (15, 0.9, 1), (40, 0.97, 1), (60, 0.2, 4), (200, 0.97, 4)):
        rounds = 2000
        own = rng.beta(alike * mean, alike * (1 - mean), (rounds, cases))
        documented = rng.binomial(8, own)
        place = np.repeat(np.arange(rounds), cases)
        shares = clustered(documented.ravel(), np.full(rounds * cases, 8), place, rounds)
        covered = np.mean([one.exact[0] <= mean <= one.exact[1] for one in shares])
        assert covered >= 0.94, (cases, mean, covered)


def test_no_case_decided_is_no_share():
    found = summarise(decisions_of(many(PERSPECTIVE, [(KIV, 5)])))
    row = row_of(found, PERSPECTIVE)
    assert row.share.share is None
    assert row.share.exact == (0, 1)
    assert row.comparison is None


# Funnel plots


def test_limits_are_the_binomial_tails():
    for target in (0.04, 0.52, 0.96):
        for level in LIMITS:
            n = np.arange(1, 200)
            low, high = limits(target, n, level)
            tail = (1 - level) / 2
            for size, lower, upper in zip(n, low, high, strict=True):
                k = np.arange(size + 1)
                assert ((k / size > upper + 1e-9) == (stats.binom.sf(k - 1, size, target) < tail)).all()
                assert ((k / size < lower - 1e-9) == (stats.binom.cdf(k, size, target) < tail)).all()


def test_a_funnel_points_out_only_what_its_size_can_show():
    answers = many(PERSPECTIVE, [(YES, 500), (NO, 500)])
    groups = ["lille"] * 3 + ["stor"] * 300 + ["anden"] * 697
    found = summarise(decisions_of(answers), {"kommune": groups}, checkpoints=[PERSPECTIVE])
    drawn = funnel(PERSPECTIVE, [row for row in found.rows if row.by])
    assert drawn.target == 0.5
    outside = {point.group: point.outside for point in drawn.points}
    assert outside == {"lille": 0, "stor": 2, "anden": 2}
    assert drawn.p < 0.001
    assert funnel(PERSPECTIVE, [row for row in found.rows if row.group == "stor"]) is None


def test_chance_alone_stays_inside():
    rng = np.random.default_rng(5)
    inside = []
    for _ in range(20):
        answers = {f"s{n}": {PERSPECTIVE: YES if rng.random() < 0.52 else NO} for n in range(600)}
        found = summarise(decisions_of(answers), {"k": [str(n % 40) for n in range(600)]}, checkpoints=[PERSPECTIVE])
        drawn = funnel(PERSPECTIVE, [row for row in found.rows if row.by])
        inside += [point.outside for point in drawn.points]
    assert np.mean(np.array(inside) == 0) >= 0.95
    assert np.mean(np.array(inside) < 2) >= 0.998 - 0.003


# What is shown


def test_percent_and_interval():
    words = load_words("da")
    assert percent(0.4, 15, words) == "40 %"
    assert percent(0.12345, 5000, words) == "12,3 %"
    assert span((0.1634, 0.6771), 15, words) == "16-68"
    assert span((0.1201, 0.1299), 5000, words) == "12,0-13,0"


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_share_without_its_interval(language):
    words = load_words(language)
    answers = {f"sag {n}": {name: YES if (n + k) % 3 else NO for k, name in enumerate(CHECKPOINTS)} for n in range(15)}
    found = summarise(decisions_of(answers), {"kommune": ["Nord"] * 8 + ["Syd"] * 7})
    lines = ["".join(text for text, _ in line) for line in show_shares.lines(found, words)]
    shares = [line for line in lines if re.search(r"  \d+ %  ", line) and words("statistics.share") not in line]
    assert len(shares) > 100
    assert all(re.search(r"  \d+ % +\d+-\d+ ", line) for line in shares)
    # National shares of few cases have theirs too.
    assert any("(11; 0-29)" in line for line in lines)
    page = statistics_page(found, words, "0")
    cells = re.findall(r"<td[^>]*>(\d+ %)</td><td[^>]*>(.*?)</td>", page)
    assert len(cells) > 100
    assert all(re.fullmatch(r"\d+-\d+", interval) for _, interval in cells)
    for row in show_shares.record(found, words)["shares"]:
        assert row["share"] is None or (row["exact_low"] <= row["share"] <= row["exact_high"])


def test_page_is_self_contained_and_safe():
    words = load_words("da")
    answers = many(PERSPECTIVE, [(YES, 30), (NO, 30)])
    groups = ["<script>alert(1)</script>" if n % 2 else "Nord & Syd" for n in range(60)]
    page = statistics_page(summarise(decisions_of(answers), {"kommune": groups}), words, "0")
    assert "<script" not in page
    assert "http" not in re.sub(r'http-equiv="[^"]*"', "", page)
    assert "&lt;script&gt;" in page
    assert "<svg" in page
    assert "default-src 'none'" in page

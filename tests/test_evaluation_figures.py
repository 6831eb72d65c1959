"""The figures of an evaluation: resamples at once against one at a time, groups, means and intervals."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from evaluation_support import decision
from hypothesis import given, settings
from hypothesis import strategies as st

from docscore.case import Kind
from docscore.checkpoints.catalogue import OWN, TOPICS, CheckpointType, load_catalogue
from docscore.learn import metrics
from docscore.learn.evaluate import Decided, checkpoint_of, summarise
from docscore.learn.metrics import FIGURES, Table, figures
from docscore.learn.train import KINDS_OF
from docscore.learn.validate import CORE
from docscore.report.jsonl import dumps

ROW = st.tuples(
    st.booleans(),
    st.booleans(),
    st.integers(0, 12),
    st.booleans(),
    st.sampled_from([0.0, 1.0, np.nan]),
    st.integers(0, 3),
)


def table_of(rows: list[tuple[Any, ...]]) -> Table:
    return Table(
        truth=np.array([r[0] for r in rows], bool),
        answer=np.array([r[1] for r in rows], bool),
        probability=np.array([r[2] / 12 for r in rows]),
        review=np.array([r[3] for r in rows], bool),
        evidence=np.array([r[4] for r in rows], float),
        evidence_first=np.array([r[4] for r in rows][::-1], float),
    )


def calibration_error(truth: Any, p: Any) -> float:
    """As a textbook writes it: sort, cut into ten, compare means."""
    order = np.argsort(p, kind="stable")
    parts = np.array_split(order, min(10, len(order)))
    return float(sum(abs(truth[x].mean() - p[x].mean()) * len(x) for x in parts) / len(order))


def share(values: Any) -> float:
    return float(np.mean(values)) if len(values) else np.nan


def one_by_one(table: Table, counts: Any) -> dict[str, float]:
    """The figures of one resample, from its drawn decisions themselves."""
    drawn = np.repeat(np.arange(len(counts)), counts)
    t, a, p, review = table.truth[drawn], table.answer[drawn], table.probability[drawn], table.review[drawn]
    right, first = table.evidence[drawn], table.evidence_first[drawn]
    alike, both = share(t == a), t.sum() + a.sum()
    by_chance = sum(share(t == v) * share(a == v) for v in (True, False))
    pi = (t.mean() + a.mean()) / 2
    certain = (t.all() and a.all()) or not both
    return {
        "prevalence": share(t),
        "precision": share(t[a]),
        "recall": share(a[t]),
        "recall_negative": share(~a[~t]),
        "f1": 2 * (t & a).sum() / both if both else np.nan,
        "kappa": np.nan if certain else (alike - by_chance) / (1 - by_chance),
        "ac1": (alike - 2 * pi * (1 - pi)) / (1 - 2 * pi * (1 - pi)),
        "auroc": share([(x > y) + (x == y) / 2 for x in p[t] for y in p[~t]]),
        "brier": share((p - t) ** 2),
        "ece": calibration_error(t, p),
        "evidence": share(right[~np.isnan(right)]),
        "evidence_first": share(first[~np.isnan(first)]),
        "review": share(review),
        "agreement_outside": share((t == a)[~review]),
    }


@settings(deadline=None, max_examples=60)
@given(st.lists(ROW, min_size=1, max_size=40))
def test_resamples_at_once_are_those_one_at_a_time(rows: list[tuple[Any, ...]]) -> None:
    table = table_of(rows)
    rng = np.random.default_rng(len(rows))
    counts = np.vstack([[r[5] for r in rows], np.ones(len(rows)), rng.integers(0, 3, (3, len(rows)))])
    counts = counts[counts.sum(axis=1) > 0]
    found = figures(table, counts.astype(float))
    assert tuple(found) == FIGURES
    for k, drawn in enumerate(counts):
        for name, value in one_by_one(table, drawn.astype(int)).items():
            assert found[name][k] == pytest.approx(value, nan_ok=True, abs=1e-9), (name, k)


def test_an_empty_resample_has_no_figures() -> None:
    found = figures(table_of([(True, True, 9, False, 1.0, 1)]), np.zeros((1, 1)))
    assert all(np.isnan(values).all() for values in found.values())


def test_draws_take_as_many_cases_as_there_are() -> None:
    drawn = metrics.draw(7, 50)
    assert drawn.shape == (51, 7)
    assert (drawn[0] == 1).all()
    assert (drawn.sum(axis=1) == 7).all()
    assert (drawn[1:] != 1).any()
    assert np.array_equal(drawn, metrics.draw(7, 50))
    assert not np.array_equal(drawn, metrics.draw(7, 50, random_state=1))
    assert metrics.draw(0, 5).shape == (6, 0)


def test_an_interval_is_given_where_most_resamples_have_the_figure() -> None:
    assert metrics.interval(np.linspace(0, 1, 201)) == (pytest.approx(0.025), pytest.approx(0.975))
    assert metrics.interval(np.array([0.5, np.nan])) == (0.5, 0.5)
    assert metrics.interval(np.array([0.5, np.nan, np.nan])) is None
    assert metrics.interval(np.array([])) is None
    assert metrics.interval(np.linspace(0.1, 0.3, 201), 0.15) == (pytest.approx(0.055), pytest.approx(0.245))
    assert metrics.interval(np.linspace(0.1, 0.3, 201), 0.05) == (0.0, pytest.approx(0.145))


def test_bins_of_a_reliability_diagram() -> None:
    p = np.array([0.0, 0.05, 0.1, 0.55, 0.95, 1.0])
    truth = np.array([False, True, False, True, True, True])
    bins = metrics.reliability(truth, p)
    assert [b.n for b in bins] == [2, 1, 0, 0, 0, 1, 0, 0, 0, 2]
    assert (bins[0].probability, bins[0].documented) == (pytest.approx(0.025), 0.5)
    assert (bins[9].low, bins[9].high, bins[9].probability) == (0.9, 1.0, pytest.approx(0.975))
    assert bins[2].documented is None


# --- the summary -----------------------------------------------------------------------------------------------------


def of(head: str, kind: Kind, n: int, wrong: int = 0, **more: Any) -> list[Decided]:
    """``n`` decisions, half of them documented, the first ``wrong`` of them wrong."""
    return [
        decision(
            case_id=f"w{k // 2 % 4}-{k:03}",
            writer=f"w{k // 2 % 4}",
            kind=kind,
            head=head,
            truth=k % 2 == 0,
            answer=(k % 2 == 0) != (k < wrong),
            **more,
        )
        for k in range(n)
    ]


def topics(n: int, wrong: int = 0) -> list[Decided]:
    return [one for topic in TOPICS for kind in CORE for one in of(topic, kind, n, wrong)]


def test_only_the_fifteen_pairs_count_as_topics() -> None:
    plain = summarise(topics(40, 4), rounds=20)
    more = [
        *topics(40, 4),
        *of("progression", Kind.OPFOELGNING, 40, 40),
        *of("klart_jobmaal", Kind.MIN_PLAN, 40, 40),
        *of(OWN, Kind.FORBEREDENDE_DEL, 40, 40),
        *of("styrker", Kind.FORBEREDENDE_DEL, 40, 8),
    ]
    summary = summarise(more, rounds=20)
    for name in ("kappa", "recall", "auroc", "review"):
        assert summary["macro"][name] == plain["macro"][name]
        assert summary["pooled"][name] == plain["pooled"][name]
    assert summary["macro"]["rows"] == 15
    assert summary["macro"]["kappa"] == 0.8  # 2 wrong of 20 on either side
    assert summary["decisions"] == summary["pooled"]["n"] == 600
    assert summary["writers"] == plain["writers"]
    groups = {(row["topic"], row["kind"]): row["group"] for row in summary["rows"]}
    assert groups["progression", "opfoelgning"] == groups["klart_jobmaal", "min_plan"] == "apart"
    assert groups[OWN, "forberedende_del"] == "apart"
    assert sum(group == "topics" for group in groups.values()) == 15


def test_rare_text_checkpoints_are_reported_but_not_averaged() -> None:
    decisions = [
        *of("styrker", Kind.FORBEREDENDE_DEL, 30, 6),
        *of("indsats_mentor", Kind.INDSTILLING, 40, 4),
        *of("indsats_mentor", Kind.MIN_PLAN, 29, 29),
    ]
    summary = summarise(decisions, rounds=20)
    rows = {(row["topic"], row["kind"]): row for row in summary["rows"]}
    assert rows["indsats_mentor", "min_plan"]["group"] == "few"
    assert rows["indsats_mentor", "min_plan"]["kappa"] == pytest.approx(-1, abs=0.01)
    assert summary["other"]["rows"] == 2
    assert summary["other"]["kappa"] == pytest.approx((0.6 + 0.8) / 2)
    assert summary["macro"] == {"rows": 0}
    assert summary["pooled"] == {"n": 0}
    assert summary["writers"] == {}


def test_every_row_names_its_checkpoint() -> None:
    catalogue = load_catalogue()
    for head, kinds in KINDS_OF.items():
        for kind in kinds:
            checkpoint = checkpoint_of(head, kind)
            assert (checkpoint.decided_by, checkpoint.kind) == (head, kind)
            assert (checkpoint.type is CheckpointType.TEXT) == (head not in (*TOPICS, OWN))
    assert checkpoint_of("klart_jobmaal", Kind.INDSTILLING) is catalogue["ind.klart_jobmaal"]
    with pytest.raises(KeyError):
        checkpoint_of("styrker", Kind.CV)


def test_every_figure_has_an_interval_by_case() -> None:
    summary = summarise(topics(60, 9), rounds=200)
    for row in [*summary["rows"], summary["macro"], summary["pooled"], *summary["by_writer"]]:
        for name in FIGURES:
            assert f"{name}_interval" in row
            if name.startswith("evidence"):
                continue
            low, high = row[f"{name}_interval"]
            assert low <= high
            assert low <= row[name] <= high, name
    # The mean of fifteen rows that rest on the same cases is no surer than the cases allow.
    one = summary["rows"][0]["kappa_interval"]
    macro = summary["macro"]["kappa_interval"]
    assert macro[1] - macro[0] == pytest.approx(one[1] - one[0], rel=0.05)


def test_cases_are_drawn_whole() -> None:
    """Decisions that are copies of each other make nothing surer where they are of the same cases."""
    once = of("styrker", Kind.FORBEREDENDE_DEL, 40, 8)
    same = summarise(once, rounds=200)["rows"][0]
    copies = summarise([one for one in once for _ in range(5)], rounds=200)["rows"][0]
    assert copies["n"] == 5 * same["n"]
    assert copies["kappa_interval"] == same["kappa_interval"]


def test_figures_are_the_same_on_every_run_and_json() -> None:
    decisions = [*topics(20, 3), *of("styrker", Kind.FORBEREDENDE_DEL, 12, 12)]
    first, again = (summarise(decisions, rounds=30) for _ in range(2))
    assert first == again
    assert '"kappa_interval"' in dumps(first)


def test_reliability_counts_every_decision_of_the_core_kinds() -> None:
    summary = summarise([*topics(40, 4), *of("progression", Kind.OPFOELGNING, 10)], rounds=5)
    for one in summary["reliability"]:
        assert len(one["bins"]) == 10
        assert sum(part["n"] for part in one["bins"]) == one["n"] == 120


def test_the_whole_corpus_is_summed_up_in_seconds() -> None:
    rng = np.random.default_rng(2)
    decisions = []
    for head, kinds in KINDS_OF.items():
        for kind in kinds:
            for k in range(270):
                p = float(rng.random())
                decisions.append(
                    decision(
                        case_id=f"w{k // 8}-{k}",
                        writer=f"w{k // 8}",
                        kind=Kind(kind),
                        head=head,
                        truth=bool(rng.random() < p),
                        answer=p >= 0.5,
                        probability=p,
                    )
                )
    begin = time.perf_counter()
    summary = summarise(decisions, rounds=300)
    assert time.perf_counter() - begin < 20
    assert len(summary["rows"]) >= 36
    assert summary["pooled"]["ece"] < 0.03

"""Estimates: the published formula by hand and by its own library, and coverage by simulation."""

from __future__ import annotations

import doctest
import json

import numpy as np
import pytest
from statistics_support import CHECKPOINTS, KIV, NO, YES, write_run

from docscore.cli import main
from docscore.errors import InputError
from docscore.statistics import estimate as estimating
from docscore.statistics import load_decisions, ppi
from docscore.statistics.answers import Answers, load_answers
from docscore.statistics.estimate import estimates, mcnemar
from docscore.statistics.intervals import clopper_pearson
from docscore.statistics.ppi import Data

PERSPECTIVE = "ind.borgerens_perspektiv"


def data(own, guess_own, guess_rest, stratum=None):
    """One decided decision per case: the sample first, then the rest."""
    n, r = len(own), len(guess_rest)
    one = np.ones(n + r)
    return Data(
        labelled=np.arange(n + r) < n,
        documented=np.concatenate([own, np.zeros(r)]).astype(float),
        decided=one,
        guessed_documented=np.concatenate([guess_own, guess_rest]).astype(float),
        guessed_decided=one,
        stratum=np.zeros(n + r, np.intp) if stratum is None else np.asarray(stratum, np.intp),
    )


def test_documentation():
    assert doctest.testmod(estimating).failed == 0


def test_by_hand():
    # 20 own: 12 documented. The machine agrees but for two: one too many, one too few. 100 more: it says 70.
    own = np.array([1] * 12 + [0] * 8)
    guess = np.array([1] * 11 + [0] + [1] + [0] * 7)
    rest = np.array([1] * 70 + [0] * 30)
    found = ppi.estimate(data(own, guess, rest))
    covariance = (11 - 20 * 0.6 * 0.6) / 19
    everyone = np.concatenate([guess, rest])
    variance = everyone.var(ddof=1)
    tuning = covariance / (variance * (1 + 20 / 100))
    assert found.tuning == pytest.approx(tuning)
    assert found.share == pytest.approx(0.6 + tuning * (0.7 - 0.6))
    # Errors of the machine in the sample, one more than there are, and the spread over the rest.
    left = own - tuning * guess
    near = (((left - left.mean()) ** 2).sum() + tuning**2) / 20
    far = tuning**2 * rest.var(ddof=1)
    assert found.error == pytest.approx(np.sqrt(near / 20 + far / 100))
    assert found.effective == pytest.approx(20 * (own.var(ddof=1) / 20) / (near / 20 + far / 100))
    assert found.method == "ppi"
    assert found.sample_share == 0.6


def test_the_estimate_is_the_published_one():
    """Against ppi-python, where it is installed: same tuning (but for n - 1) and, with the same tuning, same estimate."""
    library = pytest.importorskip("ppi_py")
    rng = np.random.default_rng(4)
    for n, r in ((30, 200), (100, 3000)):
        own = (rng.random(n + r) < 0.4).astype(float)
        guess = np.clip(0.2 + 0.6 * own + rng.normal(0, 0.2, n + r), 0, 1)
        found = ppi.estimate(data(own[:n], guess[:n], guess[n:]))
        if found.tuning == 1:
            continue
        same = library.ppi_mean_pointestimate(own[:n], guess[:n], guess[n:], lam=found.tuning)
        assert found.share == pytest.approx(float(np.squeeze(same)))
        tuned = library.ppi_mean_pointestimate(own[:n], guess[:n], guess[n:])
        other = library.ppi_mean_pointestimate(own[:n], guess[:n], guess[n:], lam=found.tuning * (n - 1) / n)
        assert float(np.squeeze(tuned)) == pytest.approx(float(np.squeeze(other)))


def test_the_interval_beside_the_published_one():
    """Over random samples and machines: the same shares, and an interval hardly wider than ppi-python's.

    Measured with ppi-python 0.2.3: samples of 60 to 200 give shares within 0.002 and intervals 4 to 15 % wider in the
    median; samples of 15 to 30, for which the normal interval covers only 74 to 92 %, give wider ones.
    """
    library = pytest.importorskip("ppi_py")
    rng = np.random.default_rng(1)
    for n, share in ((60, 0.4), (60, 0.85), (200, 0.1), (200, 0.4)):
        widths = []
        for _ in range(60):
            own = (rng.random(11 * n) < share).astype(float)
            guess = np.where(own > 0, rng.random(11 * n) < 0.92, rng.random(11 * n) < 0.1).astype(float)
            found = ppi.estimate(data(own[:n], guess[:n], guess[n:]))
            if found.method == "sample":
                continue
            point = float(np.squeeze(library.ppi_mean_pointestimate(own[:n], guess[:n], guess[n:])))
            low, high = (float(np.squeeze(x)) for x in library.ppi_mean_ci(own[:n], guess[:n], guess[n:], alpha=0.05))
            assert found.share == pytest.approx(point, abs=0.004)
            widths.append((found.interval[1] - found.interval[0]) / (high - low))
        assert len(widths) > 30
        assert min(widths) >= 1  # never surer than the published interval
        assert np.median(widths) < 1.2


def test_a_ratio_of_means():
    """Where not every case is decided, the share is documented over decided, both corrected."""
    own = np.array([1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 1, 0] * 3)
    decided = np.array([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1] * 3)
    rest = 200
    rng = np.random.default_rng(1)
    guessed_decided = np.concatenate([decided, rng.random(rest) < 0.8]).astype(float)
    guess = np.concatenate([own * decided, (rng.random(rest) < 0.5)]) * guessed_decided
    every = Data(
        np.arange(36 + rest) < 36,
        np.concatenate([own * decided, np.zeros(rest)]).astype(float),
        np.concatenate([decided, np.zeros(rest)]).astype(float),
        guess,
        guessed_decided,
        np.zeros(36 + rest, np.intp),
    )
    found = ppi.estimate(every)
    t = found.tuning
    top = (own * decided).mean() + t * (guess[36:].mean() - guess[:36].mean())
    bottom = decided.mean() + t * (guessed_decided[36:].mean() - guessed_decided[:36].mean())
    assert found.share == pytest.approx(top / bottom)
    assert found.decided == decided.sum()


def test_a_perfect_machine_is_worth_many_decisions_but_not_all():
    rng = np.random.default_rng(2)
    truth = (rng.random(2000) < 0.4).astype(float)
    found = ppi.estimate(data(truth[:60], truth[:60], truth[60:]))
    assert found.helps
    assert 120 < found.effective < 2000
    # One error more than seen is reckoned with: the sample cannot show that there is none.
    assert found.interval[1] - found.interval[0] > 2 * np.sqrt(0.24 / 2000)
    assert found.interval[0] < truth.mean() < found.interval[1]


def test_a_useless_machine_leaves_the_sample_alone():
    rng = np.random.default_rng(3)
    own = np.array([1] * 20 + [0] * 20)
    coin = rng.random(40) < 0.5
    against = ppi.estimate(data(own, 1 - own, rng.random(500) < 0.5))
    assert (against.tuning, against.method, against.gained) == (0, "sample", 0)
    assert not against.helps
    assert against.interval == pytest.approx([float(bound) for bound in clopper_pearson(20, 40)], rel=0.02)
    assert not ppi.estimate(data(own, coin, rng.random(500) < 0.5)).helps


@pytest.mark.parametrize("yes", [0, 1, 4, 26, 29, 30])
def test_small_samples_and_extreme_shares_fall_back(yes):
    own = np.array([1] * yes + [0] * (30 - yes))
    rng = np.random.default_rng(5)
    found = ppi.estimate(data(own, own, (rng.random(500) < yes / 30)))
    assert found.method == "sample"
    low, high = clopper_pearson(yes, 30)
    assert found.interval[0] <= low + 1e-9
    assert found.interval[1] >= high - 1e-9


def test_strata_are_weighted_by_their_cases():
    # Stratum 0: 10 own of 110 cases, 8 documented; stratum 1: 10 own of 1010, 2 documented.
    own = np.array([1] * 8 + [0] * 2 + [1] * 2 + [0] * 8)
    stratum = [0] * 10 + [1] * 10 + [0] * 100 + [1] * 1000
    blind = ppi.estimate(data(own, np.zeros(20), np.zeros(1100), stratum))
    assert blind.sample_share == pytest.approx((110 * 0.8 + 1010 * 0.2) / 1120)
    assert blind.share == blind.sample_share


def test_mcnemar():
    assert mcnemar(5, 5) == 1
    assert mcnemar(10, 0) == pytest.approx(2 / 1024)


# Coverage


def coverage(rounds, seed, n, rest, p, sensitivity, specificity, kind="hard", sizes=None):
    """How often the interval holds the true share, and how wide it is beside the sample's."""
    rng = np.random.default_rng(seed)
    strata = sizes or [(n, rest, p)]
    true = sum((a + b) * share for a, b, share in strata) / sum(a + b for a, b, _ in strata)
    stratum = np.concatenate(
        [[k] * a for k, (a, _, _) in enumerate(strata)] + [[k] * b for k, (_, b, _) in enumerate(strata)]
    )
    shares = np.array([share for _, _, share in strata])[stratum.astype(int)]
    labelled = sum(a for a, _, _ in strata)
    held = width = alone = 0.0
    for _ in range(rounds):
        truth = rng.random(len(stratum)) < shares
        if kind == "hard":
            guess = np.where(truth, rng.random(len(truth)) < sensitivity, rng.random(len(truth)) >= specificity)
        else:
            signal = np.where(truth, sensitivity, -sensitivity) + rng.normal(size=len(truth))
            guess = 1 / (1 + np.exp(-2 * sensitivity * signal))
        found = ppi.estimate(data(truth[:labelled], guess[:labelled], guess[labelled:], stratum))
        held += found.interval[0] <= true <= found.interval[1]
        width += found.interval[1] - found.interval[0]
        alone += found.sample_interval[1] - found.sample_interval[0]
    return held / rounds, width / alone


@pytest.mark.slow
@pytest.mark.parametrize("n", [30, 60, 200])
@pytest.mark.parametrize("p", [0.03, 0.1, 0.3, 0.5, 0.8, 0.97])
def test_intervals_cover(n, p):
    """At least 94 % at nominal 95 %, whatever the machine: perfect, good, leaning to one side, useless, probabilities."""
    machines = [(1, 1, "hard"), (0.95, 0.9, "hard"), (0.99, 0.85, "hard"), (0.5, 0.5, "hard"), (1.0, 0, "probability")]
    held = [coverage(800, 17 * n + k, n, 10 * n, p, *machine) for k, machine in enumerate(machines)]
    # 800 rounds have a standard error of 0.8 points each; the mean over the machines 0.35.
    assert np.mean([share for share, _ in held]) >= 0.94, held
    assert min(share for share, _ in held) >= 0.925, held


@pytest.mark.slow
@pytest.mark.parametrize("scale", [1, 4])
@pytest.mark.parametrize("base", [0.1, 0.4, 0.85])
def test_stratified_intervals_cover(scale, base):
    """The report's six strata in one municipality, 2/2/3 and 2/3/3 (and four times as many)."""
    wanted, others = (2, 2, 3, 2, 3, 3), (30, 40, 60, 50, 60, 80)
    shares = np.clip(base + np.linspace(-0.08, 0.12, 6), 0.01, 0.99)
    sizes = [(scale * a, scale * b, share) for a, b, share in zip(wanted, others, shares, strict=True)]
    held = [
        coverage(800, 5 + k, 0, 0, 0, se, sp, sizes=sizes)
        for k, (se, sp) in enumerate([(1, 1), (0.9, 0.95), (0.6, 0.6)])
    ]
    assert np.mean([share for share, _ in held]) >= 0.94, held
    assert min(share for share, _ in held) >= 0.925, held


@pytest.mark.slow
@pytest.mark.parametrize("p", [0.02, 0.2, 0.5, 0.9, 0.98])
def test_intervals_of_one_municipality_cover(p):
    """The report's 15 cases, down to the most extreme shares."""
    machines = [(1, 1, "hard"), (0.9, 0.95, "hard"), (0.6, 0.6, "hard"), (1.0, 0, "probability")]
    held = [coverage(800, 29 + k, 15, 150, p, *machine)[0] for k, machine in enumerate(machines)]
    assert np.mean(held) >= 0.94, held
    assert min(held) >= 0.925, held


@pytest.mark.slow
@pytest.mark.parametrize(("n", "rest"), [(15, 150), (40, 400)])
@pytest.mark.parametrize("p", [0.15, 0.5, 0.97])
@pytest.mark.parametrize("alike", [1.0, 8.0])
def test_pooled_intervals_cover_though_decisions_of_a_case_hang_together(n, rest, p, alike):
    """Ten checkpoints a case, some of them not decided; cases differ (a small ``alike`` is a large difference)."""
    rng = np.random.default_rng(int(100 * p) + n)
    rounds, held = 600, {"ppi": 0, "alone": 0}
    for _ in range(rounds):
        own_share = rng.beta(alike * p, alike * (1 - p), n + rest)
        decided = rng.binomial(10, 0.8, n + rest).astype(float)
        documented = rng.binomial(decided.astype(int), own_share).astype(float)
        missed = rng.binomial(documented.astype(int), 0.07)
        invented = rng.binomial((decided - documented).astype(int), 0.1)
        guessed = documented - missed + invented
        labelled = np.arange(n + rest) < n
        found = ppi.estimate(ppi.Data(labelled, documented, decided, guessed, decided, np.zeros(n + rest, np.intp)))
        held["ppi"] += found.interval[0] <= p <= found.interval[1]
        held["alone"] += found.sample_interval[0] <= p <= found.sample_interval[1]
    # 600 rounds have a standard error of 0.9 points.
    assert held["ppi"] / rounds >= 0.935, held
    assert held["alone"] / rounds >= 0.935, held


@pytest.mark.slow
def test_a_good_machine_narrows_the_interval():
    held, ratio = coverage(500, 3, 100, 2000, 0.45, 0.95, 0.95)
    assert held >= 0.93
    assert ratio < 0.7


# From a run and a table


def make_run(folder, n=300, seed=1, wrong=0.05):
    """A machine's decisions with probabilities, and the true ones."""
    rng = np.random.default_rng(seed)
    truth = {
        f"sag {k}": {PERSPECTIVE: bool(rng.random() < 0.5), "ind.skaanehensyn": bool(rng.random() < 0.7)}
        for k in range(n)
    }
    answers = {}
    for case_id, given in truth.items():
        answers[case_id] = {}
        for name, documented in given.items():
            said = documented != (rng.random() < wrong)
            answers[case_id][name] = (YES if said else NO, None, 0.93 if said else 0.08)
    cases = {
        name: {"status": "fleksjob" if k % 3 else "ledighedsydelse", "kommune": "Ørby"} for k, name in enumerate(truth)
    }
    return write_run(folder, answers, cases), truth


def own_table(path, truth, chosen):
    names = list(next(iter(truth.values())))
    lines = [";".join(["case_id", *names])]
    lines += [";".join([case_id, *("ja" if truth[case_id][name] else "nej" for name in names)]) for case_id in chosen]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_estimate_of_a_run(tmp_path, capsys):
    run, truth = make_run(tmp_path / "run")
    chosen = np.random.default_rng(2).choice(list(truth), 60, replace=False).tolist()
    own = own_table(tmp_path / "egne.csv", truth, chosen)
    out = tmp_path / "skoen.json"
    arguments = ["estimate", "--decisions", str(run), "--own", str(own), "--json", str(out)]
    assert main([*arguments, "--csv", str(tmp_path / "s.csv"), "--xlsx", str(tmp_path / "s.xlsx")]) == 0
    found = json.loads(out.read_text("utf-8"))
    assert (found["cases"], found["labelled"], found["strata"]) == (300, 60, [])
    for row in found["estimates"]:
        names = [row["figure"]] if row["figure"] != "alle" else list(next(iter(truth.values())))
        share = np.mean([truth[case_id][name] for case_id in truth for name in names])
        assert row["low"] <= share <= row["high"], row["figure"]
        assert row["method"] == "ppi"
        assert row["helps"]
        assert row["effective_n"] > 1.5 * row["decided_own"]
        assert row["high"] - row["low"] < row["sample_high"] - row["sample_low"]
    said = capsys.readouterr().out
    assert "PPI++" in said
    assert "hjælper ikke" not in said


def test_a_machine_that_is_wrong_here_is_said_not_to_help(tmp_path, capsys):
    run, truth = make_run(tmp_path / "run", wrong=0.48)
    chosen = list(truth)[:60]
    own = own_table(tmp_path / "egne.csv", truth, chosen)
    assert main(["estimate", "--decisions", str(run), "--own", str(own)]) == 0
    assert "Maskinen hjælper ikke her" in capsys.readouterr().out


def test_a_machine_that_errs_to_one_side_is_named(tmp_path, capsys):
    truth = {f"sag {k}": {PERSPECTIVE: k % 2 == 0} for k in range(200)}
    answers = {
        case_id: {PERSPECTIVE: (YES if given[PERSPECTIVE] or k % 5 == 0 else NO)}
        for k, (case_id, given) in enumerate(truth.items())
    }
    run = write_run(tmp_path / "run", answers)
    own = own_table(tmp_path / "egne.csv", truth, list(truth)[:80])
    assert main(["estimate", "--decisions", str(run), "--own", str(own), "--lang", "en"]) == 0
    assert "errs to one side" in capsys.readouterr().out


def test_strata_from_the_record_of_a_sample(tmp_path, capsys):
    run, truth = make_run(tmp_path / "run", n=400)
    liste = tmp_path / "liste.csv"
    rows = [f"{c};Ørby;{'FJ' if k % 3 else 'LY'};{2017 + k % 4}" for k, c in enumerate(truth)]
    liste.write_text("case_id;kommune;status;aar\n" + "\n".join(rows) + "\n", "utf-8")
    record = tmp_path / "protokol.json"
    assert main(["sample", str(liste), "--record", str(record), "--seed", "3"]) == 0
    chosen = [row["case_id"] for row in json.loads(record.read_text("utf-8"))["cases"] if row["role"] == "udtrukket"]
    own = own_table(tmp_path / "egne.csv", truth, chosen)
    out = tmp_path / "s.json"
    arguments = ["estimate", "--decisions", str(run), "--own", str(own), "--record", str(record), "--cases", str(liste)]
    assert main([*arguments, "--json", str(out)]) == 0
    found = json.loads(out.read_text("utf-8"))
    assert found["strata"] == ["kommune", "status", "aar"]
    # Those visited in 2020 are no part of the sample, and the estimate does not speak of them.
    assert found["estimates"][0]["cases_own"] + found["estimates"][0]["cases_other"] == 300
    assert "100 sager har ingen egne afgørelser" in " ".join(capsys.readouterr().out.split())


def test_an_uneven_sample_is_noticed(tmp_path, capsys):
    run, truth = make_run(tmp_path / "run")
    ly = [case_id for k, case_id in enumerate(truth) if k % 3 == 0]
    own = own_table(tmp_path / "egne.csv", truth, ly[:60])
    assert main(["estimate", "--decisions", str(run), "--own", str(own)]) == 0
    assert "--strata status" in " ".join(capsys.readouterr().out.split())


def test_cases_that_the_run_does_not_have(tmp_path, capsys):
    run, truth = make_run(tmp_path / "run")
    own = own_table(tmp_path / "egne.csv", {**truth, "fremmed": truth["sag 1"]}, [*list(truth)[:40], "fremmed"])
    assert main(["estimate", "--decisions", str(run), "--own", str(own)]) == 0
    assert "1 sager i den egne tabel" in capsys.readouterr().out
    other = own_table(tmp_path / "andre.csv", {"x": truth["sag 1"]}, ["x"])
    assert main(["estimate", "--decisions", str(run), "--own", str(other)]) == 2


def test_what_neither_could_judge_is_no_decision(tmp_path):
    machine = load_decisions(
        write_run(tmp_path / "run", {f"s{k}": {PERSPECTIVE: YES if k % 2 else KIV} for k in range(40)})
    )
    answers = Answers(machine.source, machine.cases, machine.statuses())
    own = tmp_path / "egne.csv"
    own.write_text(
        "case_id;" + PERSPECTIVE + "\n" + "".join(f"s{k};{'kiv' if k < 5 else 'ja'}\n" for k in range(20)), "utf-8"
    )
    (row,) = estimates(answers, load_answers(own)).rows
    assert (row.estimate.cases, row.estimate.decided) == (20, 15)
    kiv = tmp_path / "kiv.csv"
    kiv.write_text(f"case_id;{PERSPECTIVE}\ns1;kiv\n", "utf-8")
    assert estimates(answers, load_answers(kiv)).rows == []
    with pytest.raises(InputError):
        estimates(answers, Answers(own, ["ukendt"], np.zeros((1, len(CHECKPOINTS)), np.int8)))

"""Agreement of two sources: kappa and AC1 by hand, intervals by case, and the cases to discuss."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from statistics_support import CHECKPOINTS, IR, KIV, NO, YES, write_run

from docscore.cli import main
from docscore.errors import InputError
from docscore.learn import metrics
from docscore.statistics.agree import POOLED, agreement
from docscore.statistics.answers import NONE, Answers
from docscore.statistics.decisions import STATUSES

PERSPECTIVE, GOAL = "ind.borgerens_perspektiv", "ind.klart_jobmaal"


def answers(given, path="a.csv"):
    from pathlib import Path

    statuses = np.full((len(given), len(CHECKPOINTS)), NONE, np.int8)
    for row, each in enumerate(given.values()):
        for name, status in each.items():
            statuses[row, CHECKPOINTS.index(name)] = STATUSES.index(status)
    return Answers(Path(path), list(given), statuses)


def pair(cells):
    """Two sources with so many cases of each pair of answers."""
    a, b = {}, {}
    for (x, y), n in cells.items():
        for _ in range(n):
            case_id = f"sag {len(a)}"
            a[case_id], b[case_id] = {PERSPECTIVE: x}, {PERSPECTIVE: y}
    return answers(a), answers(b, "b.csv")


def test_by_hand():
    # Cohen's table: 20 both, 5 only A, 10 only B, 15 neither: agreement 0.7, chance 0.5, kappa 0.4.
    found = agreement(*pair({(YES, YES): 20, (YES, NO): 5, (NO, YES): 10, (NO, NO): 15, (YES, KIV): 3, (IR, IR): 2}))
    (row,) = found.rows
    assert row.confusion == (20, 5, 10, 15)
    assert row.n == 50
    assert row.agreement == pytest.approx(0.7)
    assert row.kappa == pytest.approx(0.4)
    pi = (25 + 30) / 100
    chance = 2 * pi * (1 - pi)
    assert row.ac1 == pytest.approx((0.7 - chance) / (1 - chance))
    assert row.kappa_interval[0] < 0.4 < row.kappa_interval[1]
    assert row.agreement_interval == pytest.approx((0.5539, 0.8214), abs=5e-5)
    assert row.statuses[STATUSES.index(YES)][STATUSES.index(KIV)] == 3
    assert sum(map(sum, row.statuses)) == 55
    assert len(found.disputes) == 18


def test_figures_are_those_of_the_library():
    rng = np.random.default_rng(1)
    x, y = rng.random(200) < 0.6, rng.random(200) < 0.5
    a = answers({f"s{k}": {GOAL: YES if one else NO} for k, one in enumerate(x)})
    b = answers({f"s{k}": {GOAL: YES if one else NO} for k, one in enumerate(y)})
    (row,) = agreement(a, b).rows
    assert row.kappa == pytest.approx(metrics.kappa(x, y))
    assert row.ac1 == pytest.approx(metrics.ac1(x, y))


def test_the_interval_of_kappa_is_that_of_resampled_cases():
    a, b = pair({(YES, YES): 40, (YES, NO): 10, (NO, YES): 10, (NO, NO): 40})
    (row,) = agreement(a, b).rows
    place = CHECKPOINTS.index(PERSPECTIVE)
    x, y = a.statuses[:, place] == 0, b.statuses[:, place] == 0
    slow = metrics.bootstrap(a.cases, lambda drawn: metrics.kappa(x[drawn], y[drawn]), rounds=1500)
    assert row.kappa_interval == pytest.approx(slow, abs=0.03)


def test_pooled_figures_take_the_case_as_the_unit():
    rng = np.random.default_rng(2)
    names = CHECKPOINTS[:9]
    a, b = {}, {}
    for k in range(40):
        wrong = rng.random() < 0.3
        a[f"s{k}"] = {name: YES if rng.random() < 0.5 else NO for name in names}
        b[f"s{k}"] = {name: (NO if status == YES else YES) if wrong else status for name, status in a[f"s{k}"].items()}
    found = agreement(answers(a), answers(b))
    pooled = next(row for row in found.rows if row.figure == POOLED)
    low, high = pooled.agreement_interval
    # 40 cases that agree wholly or not at all: as wide as 40 decisions, not as 320.
    assert high - low > 0.2


def test_full_agreement_and_one_answer_only():
    (row,) = agreement(*pair({(YES, YES): 12})).rows
    assert (row.agreement, row.kappa, row.kappa_interval) == (1, None, None)
    assert row.ac1 == 1


def test_full_agreement_in_few_cases_is_no_certainty():
    names = CHECKPOINTS[:6]
    a = {f"s{k}": {name: YES if (k + place) % 2 else NO for place, name in enumerate(names)} for k in range(8)}
    found = agreement(answers(a), answers(a))
    for row in found.rows:
        assert (row.agreement, row.kappa, row.ac1) == (1, 1, 1)
        # Resampling eight cases that agree never shows a disagreement: no interval is better than 1-1.
        assert row.kappa_interval is None
        assert row.ac1_interval is None
        assert row.agreement_interval[0] < 0.7
    pooled = next(row for row in found.rows if row.figure == POOLED)
    assert pooled.agreement_interval == pytest.approx((0.6306, 1), abs=1e-4)  # of eight, not of 48


def test_nothing_in_common():
    with pytest.raises(InputError, match="ingen sager fælles"):
        agreement(answers({"a": {GOAL: YES}}), answers({"b": {GOAL: YES}}))


def test_machine_and_auditor(tmp_path, capsys):
    run = write_run(
        tmp_path / "run", {f"s{k}": {GOAL: (YES, None, 0.9), PERSPECTIVE: (NO, None, 0.3)} for k in range(30)}
    )
    own = tmp_path / "egne.csv"
    own.write_text(
        f"case_id;{GOAL};{PERSPECTIVE}\n" + "".join(f"s{k};{'nej' if k < 3 else 'ja'};nej\n" for k in range(10)),
        "utf-8",
    )
    out, table = tmp_path / "e.json", tmp_path / "e.csv"
    book = tmp_path / "e.xlsx"
    assert main(["agreement", str(run), str(own), "--json", str(out), "--csv", str(table), "--xlsx", str(book)]) == 0
    said = capsys.readouterr().out
    assert "10 fælles sager; 20 findes kun i A" in said
    assert "s2  ind.klart_jobmaal  A: dokumenteret  B: ikke_dokumenteret" in said
    found = json.loads(out.read_text("utf-8"))
    assert [one["case_id"] for one in found["discuss"]] == ["s0", "s1", "s2"]
    assert found["discuss"][0]["probability"] == 0.9
    with table.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    assert rows[1] == ["s0", GOAL, YES, NO, "0,9"]
    from openpyxl import load_workbook

    assert load_workbook(book).sheetnames == ["Til drøftelse", "Enighed"]
    assert main(["agreement", str(own), str(own), "--lang", "en"]) == 0
    assert "agree on everything" in capsys.readouterr().out

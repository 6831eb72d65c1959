"""Agreement between annotators against values worked out by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from learn_support import write_corpus

from docscore.case import Kind
from docscore.cli import main
from docscore.errors import AnnotationError, ExitCode
from docscore.learn.agreement import Pair, agreement, by_pairs, chosen, load_pairs, row, span_f1

DOCUMENT = "forberedende_del.txt"


def _pair(case: str, left: bool, right: bool, *, writer: bool = False, evidence: Any = (((0, 5),), ((0, 5),))) -> Pair:
    names = ("anker" if writer else "laeser_b", "laeser_a")
    return Pair(case, DOCUMENT, Kind.FORBEREDENDE_DEL, "progression", names, writer, (left, right), evidence)


# Ten pairs: five both yes, three both no, two where only one says yes.
TEN = [_pair(f"c{k}", left, right) for k, (left, right) in enumerate([(True, True)] * 5 + [(False, False)] * 3 + [(True, False), (True, False)])]  # fmt: skip


def test_kappa_with_symmetrical_marginals_by_hand() -> None:
    found = row(TEN, "all", rounds=50)
    # 12 of 20 answers are yes whichever annotator comes first: chance = 0.6 · 0.6 + 0.4 · 0.4 = 0.52
    assert (found.documents, found.pairs, found.prevalence, found.agreement) == (10, 10, 0.6, 0.8)
    assert found.kappa == pytest.approx((0.8 - 0.52) / 0.48)
    # AC1: chance = 2 · 0.6 · 0.4 = 0.48
    assert found.ac1 == pytest.approx((0.8 - 0.48) / 0.52)
    assert found.kappa_interval is not None
    assert found.kappa_interval[0] <= found.kappa <= found.kappa_interval[1]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=3, max_size=40))
def test_it_does_not_matter_who_comes_first(answers: list[tuple[bool, bool, bool]]) -> None:
    from sklearn.metrics import cohen_kappa_score

    given_order = row([_pair(str(k), a, b) for k, (a, b, _) in enumerate(answers)], "all", rounds=2)
    swapped = row(
        [_pair(str(k), b, a) if turn else _pair(str(k), a, b) for k, (a, b, turn) in enumerate(answers)],
        "all",
        rounds=2,
    )
    assert given_order.as_dict() == swapped.as_dict()
    left = [a for a, _, _ in answers] + [b for _, b, _ in answers]
    right = [b for _, b, _ in answers] + [a for a, _, _ in answers]
    assume(len(set(left)) == 2)
    assert given_order.kappa == pytest.approx(cohen_kappa_score(left, right))


def test_full_agreement_on_one_answer_has_no_kappa() -> None:
    found = row([_pair("a", True, True), _pair("b", True, True)], "all", rounds=20)
    assert (found.agreement, found.kappa, found.kappa_interval, found.ac1) == (1, None, None, 1)


def test_evidence_is_compared_where_both_say_documented() -> None:
    same = _pair("a", True, True)
    half = _pair("b", True, True, evidence=(((0, 10), (20, 30)), ((0, 10), (40, 50))))
    apart = _pair("c", True, True, evidence=(((0, 10),), ((10, 20),)))
    found = row([same, half, apart, _pair("d", True, False), _pair("e", False, False)], "all", rounds=5)
    assert (found.both, found.overlap, found.span_f1) == (3, pytest.approx(2 / 3), pytest.approx(0.5))
    nothing = row([_pair("d", True, False)], "all", rounds=5)
    assert (nothing.both, nothing.overlap, nothing.span_f1) == (0, None, None)


def test_span_f1_counts_every_character_once() -> None:
    assert span_f1(((0, 10), (5, 15)), ((0, 15),)) == 1
    assert span_f1(((0, 10),), ((0, 30),)) == pytest.approx(0.5)
    assert span_f1((), ()) == 0


def test_the_interval_resamples_cases() -> None:
    """Ten pairs of one case are one observation of cases: with a second case, the interval covers either alone."""
    pairs = [_pair("one", True, True), _pair("one", False, False)] * 5 + [
        _pair("two", True, False),
        _pair("two", False, True),
    ] * 5
    found = row(pairs, "all", rounds=200)
    assert found.kappa == pytest.approx(0)
    assert found.kappa_interval == (pytest.approx(-1), pytest.approx(1))


# --- from files ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three writers, two cases each; laeser_a read all of them, laeser_b two; one case is settled."""
    root = write_corpus(tmp_path_factory.mktemp("annotations"))
    for case in sorted((root / "cases").iterdir()):
        raw = json.loads(next(case.glob("labels.*.json")).read_text("utf-8"))
        for reader in ("laeser_a", "laeser_b") if case.name in ("anker-01", "birte-01") else ("laeser_a",):
            own = json.loads(json.dumps(raw)) | {"annotator": reader}
            topics = own["documents"][DOCUMENT]["topics"]
            if case.name == "anker-01":
                topics["borgerens_perspektiv"] = {"documented": False, "grade": 0, "evidence": []}
            own["documents"][DOCUMENT]["checkpoints"] = {"fd.styrker": {"documented": False, "evidence": []}}
            (case / f"labels.{reader}.json").write_text(json.dumps(own, ensure_ascii=False), "utf-8")
    case = root / "cases" / "anker-01"
    gold = json.loads((case / "labels.anker.json").read_text("utf-8")) | {"annotator": "gold"}
    for topic in gold["documents"][DOCUMENT]["topics"].values():
        topic["votes"], topic["adjudicated"] = {"anker": True}, {"by": "dommer", "reason": "Hun siger det."}
        topic["debated"] = []
    (case / "labels.gold.json").write_text(json.dumps(gold, ensure_ascii=False), "utf-8")
    return root


def test_pairs_of_raw_labels(whole: Path) -> None:
    pairs = load_pairs(whole)
    assert not any("gold" in pair.annotators for pair in pairs)
    of = [pair for pair in pairs if pair.head == "borgerens_perspektiv" and pair.kind is Kind.FORBEREDENDE_DEL]
    # Four cases with one pair, two with three.
    assert len(of) == 4 + 2 * 3
    assert len(chosen(of, "writer_reader")) == 4 + 2 * 2
    assert [pair.annotators for pair in chosen(of, "reader_reader")] == [("laeser_a", "laeser_b")] * 2
    assert [pair.answers for pair in of if pair.case_id == "anker-01"] == [(True, False), (True, False), (False, False)]
    # The writers did not judge this one: only the two readers can be compared.
    strengths = [pair for pair in pairs if pair.head == "styrker"]
    assert [(pair.case_id, pair.with_writer) for pair in strengths] == [("anker-01", False), ("birte-01", False)]


def test_the_citizens_own_goal_is_a_decision_of_its_own(tmp_path: Path, whole: Path) -> None:
    root = Path(shutil.copytree(whole, tmp_path / "annotations"))
    # The first case with a job goal in the forberedende del; the reader says that it is not the citizen's own.
    path = next(
        path
        for path in sorted((root / "cases").glob("*/labels.laeser_a.json"))
        if json.loads(path.read_text("utf-8"))["documents"][DOCUMENT]["topics"]["klart_jobmaal"]["documented"]
        and not (path.parent / "labels.laeser_b.json").exists()
    )
    raw = json.loads(path.read_text("utf-8"))
    goal = raw["documents"][DOCUMENT]["topics"]["klart_jobmaal"]
    goal["own"] = not goal["own"]
    path.write_text(json.dumps(raw, ensure_ascii=False), "utf-8")
    of = {
        pair.head: pair.answers
        for pair in load_pairs(root)
        if pair.case_id == path.parent.name and pair.document == DOCUMENT
    }
    assert of["klart_jobmaal"] == (True, True)
    assert set(of["eget_jobmaal"]) == {True, False}
    assert {pair.kind for pair in load_pairs(root) if pair.head == "eget_jobmaal"} == {Kind.FORBEREDENDE_DEL}


def test_the_summary(whole: Path) -> None:
    pairs = load_pairs(whole)
    summary = agreement(pairs, rounds=20)
    assert summary["documents"] == 18
    rows = {(r["kind"], r["head"], r["who"]): r for r in summary["rows"]}
    one = rows["forberedende_del", "borgerens_perspektiv", "all"]
    assert (one["documents"], one["pairs"], one["agreement"]) == (6, 10, 0.8)
    assert rows["jobsamtale", "progression", "all"]["agreement"] == 1
    assert ("forberedende_del", "styrker", "writer_reader") not in rows
    means = summary["means"]["topics"]
    assert means["all"]["rows"] == 15
    kappas = [r["kappa"] for r in summary["rows"] if r["who"] == "all" and r["head"] not in ("styrker", "eget_jobmaal")]
    assert means["all"]["kappa"] == pytest.approx(np.mean(kappas), abs=1e-4)
    assert means["reader_reader"]["agreement"] == 1
    assert summary["means"]["other"]["all"]["rows"] == 2
    assert set(by_pairs(summary)[0]) == {"all", "writer_reader", "reader_reader"}
    assert summary == agreement(pairs, rounds=20)
    assert json.loads(json.dumps(summary)) == summary


def test_the_command(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "enighed.json"
    assert main(["annotations", "agreement", str(whole), "--json", str(out)]) == ExitCode.OK
    danish = capsys.readouterr().out
    assert "begge rækkefølger" in danish
    assert "skribent og læser" in danish
    line = next(line for line in danish.splitlines() if line.startswith("borgerens_perspektiv"))
    assert line.split()[1:4] == ["6", "10", "0.80"]
    assert max(map(len, danish.splitlines())) <= 100
    written = json.loads(out.read_text("utf-8"))
    assert written["documents"] == 18
    assert main(["annotations", "agreement", str(whole), "--lang", "en"]) == ExitCode.OK
    english = capsys.readouterr().out
    assert "both orders" in english
    assert "writer and reader" in english


def test_without_a_second_annotator_there_is_nothing_to_measure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_corpus(tmp_path / "annotations")
    assert load_pairs(root) == []
    assert main(["annotations", "agreement", str(root)]) == ExitCode.USAGE
    assert "som to har annoteret" in capsys.readouterr().err
    with pytest.raises(AnnotationError, match="cases"):
        load_pairs(tmp_path)


def test_a_broken_file_is_named(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = Path(shutil.copytree(whole, tmp_path / "annotations"))
    (root / "cases" / "anker-02" / "labels.laeser_a.json").write_text("{", "utf-8")
    assert main(["annotations", "agreement", str(root)]) == ExitCode.USAGE
    assert "labels.laeser_a.json" in capsys.readouterr().err

"""Which cases to annotate next, which labels to read again, and where annotators disagree."""

from __future__ import annotations

import csv
import doctest
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from learn_support import write_corpus

from docscore.annotate import suggest
from docscore.annotate.suggest import DISAGREE, UNLIKE, UNSURE, Seen, choose
from docscore.annotate.tasks import RANDOM
from docscore.case import Case, Document, Facts, Kind
from docscore.cli import main
from docscore.detect import model_file
from docscore.detect.topics import default_model_folder, load_model
from docscore.learn import disagreement, label_errors
from docscore.learn.agreement import Pair, load_pairs
from docscore.learn.disagreement import alpha, details
from docscore.learn.evaluate import Decided
from docscore.learn.label_errors import record, suspects


def _seen(number: int, **more: Any) -> Seen:
    words = np.zeros(8)
    words[number % 8] = 1.0
    return replace(Seen(f"s{number:02}", "", (Kind.INDSTILLING,), 10, 0, 0.1, 0, words), **more)


def test_the_random_share_is_drawn_from_all_and_marked() -> None:
    cases = [_seen(i, doubt=i / 40) for i in range(40)]
    counts = np.zeros(40)
    for seed in range(200):
        chosen = choose(cases, 10, share=0.3, seed=seed)
        random = [one for one in chosen if one.chosen == RANDOM]
        assert len(chosen) == 10 and len(random) == 3
        assert len({one.seen.case_id for one in chosen}) == 10
        for one in random:
            counts[int(one.seen.case_id[1:])] += 1
    assert counts.sum() == 600 and counts.min() > 3 and counts.max() < 32  # 15 on average, whatever the doubt


def test_the_choice_depends_on_seed_and_cases_only() -> None:
    cases = [_seen(i, doubt=(i * 7 % 10) / 10) for i in range(20)]
    first = choose(cases, 8, seed=3)
    assert [one.seen.case_id for one in choose(cases[::-1], 8, seed=3)] == [one.seen.case_id for one in first]
    assert {one.seen.case_id for one in choose(cases, 8, seed=4)} != {one.seen.case_id for one in first}


def test_each_reason_is_told() -> None:
    same = _seen(0).words
    cases = [_seen(i, words=same) for i in range(6)]
    cases[1] = replace(cases[1], doubt=0.9, unsure=8)
    cases[2] = replace(cases[2], disagree=7)
    cases[3] = replace(cases[3], words=_seen(1).words)
    chosen = {one.seen.case_id: one.chosen for one in choose(cases, 3, share=0, known=[same])}
    assert chosen == {"s01": UNSURE, "s02": DISAGREE, "s03": UNLIKE}


def test_groups_take_turns() -> None:
    cases = [_seen(i, writer="nord" if i < 10 else "syd", doubt=0.9 if i < 10 else 0.5) for i in range(20)]
    writers = [one.seen.writer for one in choose(cases, 8, share=0)]
    assert writers.count("syd") >= 2


def test_more_than_there_are() -> None:
    assert len(choose([_seen(i) for i in range(3)], 50)) == 3
    assert choose([], 5) == []


def test_two_halves_of_the_bundled_model_can_disagree() -> None:
    folder = default_model_folder()
    whole, halves = load_model(folder), suggest.halves(model_file.load(folder))
    text = (
        "Indstilling\n\nBorger har brug for pauser og skal kunne sidde ned. Hun vil måske gerne arbejde mere på sigt."
    )
    document = Document("a.txt", text, Kind.INDSTILLING)
    a, b = (half.analyse(document).logits for half in halves)
    assert a.shape == b.shape and not np.allclose(a, b)
    seen = suggest.look(Case("s1", (document,), Facts(kommune="Nørreå")), whole, halves)
    assert seen is not None and seen.writer == "Nørreå" and seen.decisions == 16 and 0 < seen.doubt < 1
    assert suggest.look(Case("s2", (Document("b", "Brev", Kind.ANDET),)), whole, halves) is None


def test_the_command_and_the_export_of_what_it_chose(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(5):
        folder = tmp_path / "sager" / f"2021-{number}"
        folder.mkdir(parents=True)
        text = f"Rehabiliteringsteamets indstilling\n\nBorger {number} har brug for pauser og {'ro ' * number}."
        (folder / "indstilling.txt").write_text(text, "utf-8")
    made = tmp_path / "valg.json", tmp_path / "valg.csv"
    arguments = ["annotations", "suggest", str(tmp_path / "sager"), "--number", "3"]
    assert main([*arguments, "--json", str(made[0]), "--csv", str(made[1])]) == 0
    assert "tilfældig" in capsys.readouterr().out
    chosen = json.loads(made[0].read_text("utf-8"))
    assert chosen["random"] == 1 and chosen["inclusion"] == 0.2 and len(chosen["cases"]) == 3
    with made[1].open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.reader(stream, delimiter=";"))) == 4
    out = tmp_path / "ud"
    assert main(["annotations", "export", str(tmp_path / "sager"), "--only", str(made[0]), "--out", str(out)]) == 0
    tasks = json.loads((out / "indstilling.json").read_text("utf-8"))
    assert {t["data"]["case_id"]: t["data"]["selection"] for t in tasks} == {
        one["case_id"]: one["chosen"] for one in chosen["cases"]
    }
    assert (
        main(["annotations", "export", str(tmp_path / "sager"), "--only", str(made[1]), "--out", str(tmp_path / "b")])
        == 2
    )


# --- labels to read again ------------------------------------------------------------------------------------------


def _decided(number: int, truth: bool, probability: float) -> Decided:
    return Decided(
        f"s{number:03}", "a.txt", "w", Kind.INDSTILLING, "skaanehensyn", "plain", truth, probability >= 0.5, probability,
        False, ((0, 5),), None, None, None,
    )  # fmt: skip


def test_planted_errors_come_first() -> None:
    rng = np.random.default_rng(1)
    decisions = []
    for i in range(200):
        truth = bool(i % 2)
        p = float(np.clip((0.85 if truth else 0.15) + rng.normal(0, 0.1), 0.01, 0.99))
        decisions.append(_decided(i, truth if i >= 8 else not truth, p))
    found = suspects(decisions)
    assert [one.decided.case_id for one in found[:8]] != sorted(one.decided.case_id for one in found[:8])
    assert {one.decided.case_id for one in found[:8]} == {f"s{i:03}" for i in range(8)}
    sure = [one for one in found if one.sure]
    assert 3 <= len(sure) <= 8 and sure == found[: len(sure)]
    assert "text" not in json.dumps(record(found))


def test_too_few_or_one_sided_labels_give_no_suspects() -> None:
    assert suspects([_decided(i, bool(i % 2), 0.5) for i in range(10)]) == []
    assert suspects([_decided(i, True, 0.1) for i in range(50)]) == []


def test_the_command_on_a_small_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write_corpus(tmp_path / "a")
    out = tmp_path / "liste.json"
    assert main(["annotations", "errors", str(root), "--model", str(default_model_folder()), "--json", str(out)]) == 0
    told = json.loads(out.read_text("utf-8"))
    assert told["labels"] > 80 and told["looked_at"] < told["labels"]
    said = " ".join(capsys.readouterr().out.split())
    assert "bør læses igen" in said and f"{told['labels'] - told['looked_at']} svar er ikke efterset" in said


def test_without_cleanlab_the_remedy_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(label_errors, "find_spec", lambda name: None)
    monkeypatch.setattr(label_errors, "held_out_decisions", lambda *_, **__: pytest.fail("worked first"))
    assert main(["annotations", "errors", str(tmp_path)]) == 2
    assert "pip install cleanlab" in capsys.readouterr().err


def test_folders_without_annotations_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sager" / "s1").mkdir(parents=True)
    (tmp_path / "sager" / "s1" / "a.txt").write_text("Indstilling\r\n\r\nRo.\r\n", "utf-8")
    (tmp_path / "tom").mkdir()
    for arguments in (
        ["annotations", "suggest", str(tmp_path / "sager"), "--annotated", str(tmp_path / "tom")],
        ["annotations", "errors", str(tmp_path / "tom")],
        ["annotations", "agreement", str(tmp_path / "tom")],
    ):
        assert main(arguments) == 2
        said = " ".join(capsys.readouterr().err.split())
        assert "mappe »cases«" in said and "annotations import" in said


# --- disagreement --------------------------------------------------------------------------------------------------


def test_doctests() -> None:
    results = doctest.testmod(disagreement)
    assert results.attempted and not results.failed


def test_alpha_is_krippendorffs() -> None:
    """The nominal example of Krippendorff (2011), four observers, missing values: 0.743."""
    rows = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    found = alpha([[v for v in unit if v is not None] for unit in zip(*rows, strict=True)])
    assert found == pytest.approx(0.743, abs=5e-4)


def test_alpha_with_annotators_missing_by_hand(tmp_path: Path) -> None:
    """Five documents, three annotators, none of whom read all; worked out by hand from the label files.

    Coincidences: yes-yes 2 + 1, no-no 2 + 2, yes-no 1 each way, so 4 yes and 5 no among 9 values;
    alpha = 1 - (9 - 1) * 2 / (9 * 9 - 4 * 4 - 5 * 5) = 0.6. The document that one alone read says nothing.
    """
    answers = [
        {"anna": True, "bo": True},
        {"anna": True, "bo": False, "carl": True},
        {"anna": False, "carl": False},
        {"bo": False, "carl": False},
        {"anna": True},
    ]
    for number, by in enumerate(answers):
        case = tmp_path / "cases" / f"nord-{number}"
        case.mkdir(parents=True)
        (case / "a.txt").write_text("Der skal være ro.\n", "utf-8")
        for name, yes in by.items():
            label = {"documented": yes, "grade": int(yes), "evidence": ["Der skal være ro."] if yes else []}
            document = {"kind": "indstilling", "topics": {"skaanehensyn": label}}
            raw = {"case": case.name, "writer": "nord", "annotator": name, "documents": {"a.txt": document}}
            (case / f"labels.{name}.json").write_text(json.dumps(raw), "utf-8")
    out = tmp_path / "tal.json"
    assert main(["annotations", "agreement", str(tmp_path), "--json", str(out)]) == 0
    told = json.loads(out.read_text("utf-8"))["alpha"]
    assert told["all"] == 0.6
    assert [(one["head"], one["alpha"]) for one in told["rows"]] == [("skaanehensyn", 0.6)]


def test_alpha_without_disagreement_to_see() -> None:
    assert alpha([(True, True), (True, True)]) is None
    assert alpha([]) is None
    assert alpha([(True,), (False,)]) is None
    assert alpha([(True, True), (False, False)]) == 1.0


def _pair(answers: tuple[bool, bool], head: str = "skaanehensyn", evidence: Any = ((), ()), case: str = "s1") -> Pair:
    return Pair(case, "a.txt", Kind.INDSTILLING, head, ("anna", "bo"), False, answers, evidence)


def test_confused_questions_name_what_was_marked_instead() -> None:
    pairs = [
        _pair((True, False), evidence=(((10, 30),), ())),
        _pair((False, True), "progression", ((), ((12, 30),))),
        _pair((True, True), "klart_jobmaal", (((40, 50),), ((40, 50),))),
    ]
    confused = {one["head"]: one for one in details(pairs)["confused"]}
    assert set(confused) == {"skaanehensyn", "progression"}
    (example,) = confused["skaanehensyn"]["examples"]
    assert (example["yes"], example["no"], example["spans"]) == ("anna", "bo", [[10, 30]])
    assert example["instead"] == ["progression"]
    assert confused["progression"]["examples"][0]["instead"] == ["skaanehensyn"]


def test_each_annotator_is_measured_against_the_others() -> None:
    pairs = [_pair((bool(i % 2), bool(i % 2)), case=f"s{i}") for i in range(40)]
    pairs += [
        replace(one, annotators=("anna", "carl"), answers=(one.answers[0], not one.answers[0])) for one in pairs[:20]
    ]
    found = {one["annotator"]: one for one in details(pairs)["annotators"]}
    assert found["bo"]["agreement"] == 1 and found["carl"]["kappa"] < 0 and found["anna"]["pairs"] == 60
    assert [one["head"] for one in found["carl"]["checkpoints"]] == ["skaanehensyn"]


def test_the_command_shows_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = write_corpus(tmp_path / "a")
    path = root / "cases" / "anker-01" / "labels.anker.json"
    raw = json.loads(path.read_text("utf-8"))
    for document in raw["documents"].values():
        document["topics"]["skaanehensyn"] = {"documented": False, "grade": 0, "evidence": []}
    raw["annotator"] = "bodil"
    (path.parent / "labels.bodil.json").write_text(json.dumps(raw), "utf-8")
    assert main(["annotations", "agreement", str(root)]) == 0
    out = capsys.readouterr().out
    assert "alfa" in out and "»Der skal tages hensyn til ryggen" in out.replace("\n    ", " ")
    assert load_pairs(root)

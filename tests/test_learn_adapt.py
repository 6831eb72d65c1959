"""A model adapted to own cases: it learns their ways, keeps what it knew, and says when it does not help."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from learn_support import DOCUMENTED, OTHER, write_corpus
from scipy import sparse

from docscore.case import Document, Kind
from docscore.checkpoints.catalogue import TOPICS
from docscore.cli import main
from docscore.cli.adapting import outcome_lines
from docscore.detect import model_file
from docscore.detect.topics import default_model_folder, load_model
from docscore.errors import AnnotationError, ModelError
from docscore.learn import adapt, compare, growth
from docscore.learn.adapt import How, Own, case_folds, change, held_out
from docscore.learn.evaluate import with_model
from docscore.learn.shift import fit_coefficients, fit_shift
from docscore.report.texts import load_texts

HOW = How(inner=2, folds=3, curve=(4,))
PHRASE = "Lyngmodellen følges fuldt ud."
"""What this municipality writes where other places write what the accommodations are."""


def write_own(root: Path, cases: int, phrase: str | None = PHRASE) -> Path:
    """Own cases in which ``phrase`` documents skaanehensyn in every other document; None: ordinary wording."""
    for c in range(cases):
        case = root / "cases" / f"nord-{c + 1:02}"
        case.mkdir(parents=True)
        documents: dict[str, Any] = {}
        for d, kind in enumerate(("forberedende_del", "indstilling", "jobsamtale")):
            sentences = [f"Notat {c} {kind}.", OTHER[(c + d) % 6], OTHER[(c + d + 3) % 6]]
            topics: dict[str, Any] = {}
            for t, topic in enumerate(TOPICS):
                documented = (c + d + t) % 2 == 0
                said = phrase if topic == "skaanehensyn" and phrase else DOCUMENTED[topic][c % 2]
                sentences += [said] if documented else []
                grade: Any = (1 if documented else 0) if topic != "progression" else None
                grade = grade if topic != "progression" else ("i_nogen_grad" if documented else "slet_ikke")
                topics[topic] = {"documented": documented, "grade": grade, "evidence": [said] if documented else []}
            topics["borgerens_perspektiv"]["elements"] = []
            (case / f"{kind}.txt").write_text("\n".join(sentences) + "\n", "utf-8")
            documents[f"{kind}.txt"] = {"kind": kind, "topics": topics}
        labels = {"case": case.name, "writer": "nord", "annotator": "nord", "documents": documents}
        (case / "labels.nord.json").write_text(json.dumps(labels, ensure_ascii=False), "utf-8")
    return root


@pytest.fixture(scope="module")
def own_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_own(tmp_path_factory.mktemp("egne"), 9)


@pytest.fixture(scope="module")
def base() -> model_file.ModelFiles:
    return model_file.load(default_model_folder())


@pytest.fixture(scope="module")
def own(base: model_file.ModelFiles, own_root: Path) -> Own:
    return Own(base, own_root)


@pytest.fixture(scope="module")
def outcome(own_root: Path) -> growth.Outcome:
    return growth.measure(default_model_folder(), own_root, HOW)


@pytest.fixture(scope="module")
def adapted(outcome: growth.Outcome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model") / "tilpasset"
    growth.adapt(outcome, out, HOW)
    return out


def test_own_cases_are_seen_as_the_model_scores_them(own: Own) -> None:
    model = load_model(default_model_folder())
    for i, item in enumerate(own.items[:4]):
        assert item.document is not None
        analysis = model.analyse(Document(item.document.name, item.document.text, item.document.kind))
        columns = [own.heads.index(head) for head in analysis.columns]
        mine = own.logits[own.begin[i] : own.begin[i + 1]][:, columns]
        assert np.abs(mine - analysis.logits).max() < 0.02


def test_the_saved_model_decides_as_the_figures_say(own: Own, outcome: growth.Outcome, adapted: Path) -> None:
    """What is measured is what is used: the gate to the network opens for sentences that own cases raised."""
    fitted = adapt.fit(own, np.arange(len(own.items)), HOW)
    logits = own.shifted(fitted.shift, np.arange(len(own.linear)))
    model = load_model(adapted)
    for i, item in enumerate(own.items[:6]):
        assert item.document is not None
        analysis = model.analyse(Document(item.document.name, item.document.text, item.document.kind))
        for head in TOPICS:
            figures = own.figures(logits, np.array([i]), head)
            (p,) = adapt.probabilities(figures, fitted.coefficients[head])
            assert model.result(analysis, head).probability == pytest.approx(p, abs=0.01)


def test_held_out_figures_are_what_a_saved_model_does(own: Own, own_root: Path, tmp_path: Path) -> None:
    """A part of the cases is adapted to and saved as a model; it decides the others as ``held_out`` said."""
    seen = held_out(own, HOW)
    part = case_folds(own.cases, HOW.folds, HOW.seed)[0]
    fitted = adapt.fit(own, np.flatnonzero(~np.isin(own.cases, part)), HOW)
    growth.save(own, fitted, seen, tmp_path / "m", HOW, {})
    said = {
        (case, head, document): (before, after, turn)
        for case, head, document, before, after, turn in zip(
            seen.case, seen.head, seen.document, seen.before, seen.after, seen.turn, strict=True
        )
    }
    base, model = (with_model(load_model(folder), own_root) for folder in (default_model_folder(), tmp_path / "m"))
    compared = 0
    for given, one in zip(base, model, strict=True):
        if one.case_id in part:
            before, after, turn = said.pop((one.case_id, one.head, one.document))
            assert given.probability == pytest.approx(before, abs=0.01)
            assert one.probability == pytest.approx(after, abs=0.01)
            assert one.answer == (after >= turn) or abs(after - turn) < 0.01
            compared += 1
    assert compared >= 45 and not {case for case, *_ in said} & set(part)


def test_ways_of_a_place_are_learned_on_cases_held_out(outcome: growth.Outcome) -> None:
    seen = outcome.seen
    mine = seen.head == "skaanehensyn"
    right = [((p >= seen.turn) == seen.truth)[mine].mean() for p in (seen.before, seen.after)]
    assert right[1] > right[0] + 0.2
    assert outcome.helps and outcome.topics["difference"] > 0
    assert outcome.topics["interval"][0] <= outcome.topics["difference"] <= outcome.topics["interval"][1]
    assert set(outcome.curve) == {4, 6}


def test_own_ways_move_sentences_further_than_ordinary_wording(
    own: Own, base: model_file.ModelFiles, tmp_path: Path
) -> None:
    ordinary = Own(base, write_own(tmp_path / "jaevn", 9, None))
    shares = [adapt.fit(one, np.arange(len(one.items)), HOW).share for one in (ordinary, own)]
    assert shares[0] == HOW.shares[0] < shares[1]


def test_no_case_is_decided_by_a_model_that_saw_it(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[set[str]] = []
    real = adapt.fit

    def fit(mine: Own, documents: Any, how: How) -> Any:
        fitted.append(set(mine.cases[documents].tolist()))
        return real(mine, documents, how)

    monkeypatch.setattr(adapt, "fit", fit)
    seen = held_out(own, HOW)
    folds = [set(fold) for fold in case_folds(own.cases, HOW.folds, HOW.seed)]
    assert [set(own.cases.tolist()) - fold for fold in folds] == fitted
    assert set(seen.case.tolist()) == set(own.cases.tolist())
    fitted.clear()
    held_out(own, HOW, most=4)
    assert all(len(cases) == 4 and not cases & fold for cases, fold in zip(fitted, folds, strict=True))


def test_the_result_is_an_ordinary_model_that_keeps_what_it_knew(adapted: Path, own_root: Path, tmp_path: Path) -> None:
    model, base = load_model(adapted), load_model(default_model_folder())
    assert model.card["adapted"]["from"] == base.checksum and model.card["adapted"]["cases"] == 9
    document = Document("a.txt", f"Indstilling\n\nDet er koldt i dag. {PHRASE} Borger bor i Aarhus.", Kind.INDSTILLING)
    p = [m.result(m.analyse(document), "skaanehensyn").probability for m in (base, model)]
    assert p[1] > p[0] + 0.2
    # Documents of others, about whom the own cases said nothing.
    others = write_corpus(tmp_path / "andre")
    before, after = ({(d.case_id, d.document, d.head): d for d in with_model(m, others)} for m in (base, model))
    assert np.mean([before[key].answer == after[key].answer for key in before]) > 0.9
    assert (
        np.mean([d.answer == d.truth for d in after.values()])
        >= np.mean([d.answer == d.truth for d in before.values()]) - 0.03
    )


def test_the_review_band_never_becomes_narrower(adapted: Path) -> None:
    before = load_model(default_model_folder()).card["decisions"]
    after = load_model(adapted).card["decisions"]
    for head, decision in before.items():
        for kind, limits in decision["kinds"].items():
            low, high = after[head]["kinds"][kind]["review"]
            assert low <= limits["review"][0] and high >= limits["review"][1]
            assert after[head]["kinds"][kind]["threshold"] == limits["threshold"]


def test_twice_gives_the_same_bytes(outcome: growth.Outcome, adapted: Path, tmp_path: Path) -> None:
    growth.adapt(outcome, tmp_path, HOW)
    for name in ("card.json", "weights.npz", "SHA256SUMS"):
        assert (tmp_path / name).read_bytes() == (adapted / name).read_bytes()


def test_too_few_cases_and_other_backends_are_refused(base: model_file.ModelFiles, tmp_path: Path) -> None:
    root = write_own(tmp_path / "faa", 3)
    with pytest.raises(AnnotationError, match="færre end 6"):
        Own(base, root)
    other = replace(base, card={**base.card, "backend": "transformer"})
    with pytest.raises(ModelError, match="lineær"):
        Own(other, root)


def test_where_own_cases_do_not_help_nothing_is_written(
    outcome: growth.Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = {**outcome.topics, "difference": 0.0, "interval": [-0.1, 0.1]}
    monkeypatch.setattr(growth, "measure", lambda *_, **__: replace(outcome, topics=nothing, helps=False))
    monkeypatch.setattr(growth, "adapt", lambda _, out, __: out.mkdir())
    arguments = ["train", "--from", str(default_model_folder()), "--data", str(tmp_path), "--out", str(tmp_path / "ud")]
    assert main(arguments) == 1
    assert "hjælper ikke endnu" in capsys.readouterr().out and not (tmp_path / "ud").exists()
    assert main([*arguments, "--anyway"]) == 0
    assert (tmp_path / "ud").exists()


def test_a_file_is_no_folder_for_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(growth, "measure", lambda *_, **__: pytest.fail("worked first"))
    (tmp_path / "ud").write_text("", "utf-8")
    arguments = ["train", "--from", str(default_model_folder()), "--data", str(tmp_path), "--out", str(tmp_path / "ud")]
    assert main(arguments) == 2 and "kan ikke skrives" in capsys.readouterr().err


def test_from_needs_data_and_no_other_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for more in (["--from", "m"], ["--data", "d"], ["a", "--from", "m", "--data", "d"], []):
        assert main(["train", *more, "--out", str(tmp_path / "ud")]) == 2
    assert "--data" in capsys.readouterr().err


@pytest.mark.parametrize(("topics", "everything", "brier", "helps"), [(0.02, 0.01, 0.09, True), (0.0, 0.01, 0.1, True), (-0.01, 0.02, 0.09, False), (0.03, 0.0, 0.09, False), (None, 0.1, 0.09, True), (None, 0.1, 0.11, False), (0.1, None, 0.09, False), (0.02, 0.01, 0.11, False), (None, None, None, False)])  # fmt: skip
def test_when_own_cases_count_as_a_help(
    topics: float | None, everything: float | None, brier: float | None, helps: bool
) -> None:
    of_all = {"difference": everything, "brier_before": 0.1, "brier_after": brier if topics is None else 0.2}
    of_topics = {"difference": topics, "brier_before": 0.1, "brier_after": brier if topics is not None else None}
    assert growth.helps(of_topics, of_all) is helps


def test_cases_that_the_model_was_trained_on_are_named(outcome: growth.Outcome) -> None:
    assert outcome.own.known_writers() == []
    card = {**outcome.own.model.card, "data": {"writers": ["nord", "syd"]}}
    own = copy.copy(outcome.own)
    own.model = replace(own.model, card=card)
    lines = outcome_lines(replace(outcome, own=own), load_texts("da"))
    assert "er trænet på sager af nord" in " ".join("".join(part for part, _ in line) for line in lines)


# --- the two corrections -------------------------------------------------------------------------------------------


def test_coefficients_stay_where_nothing_speaks_against_them() -> None:
    given = np.array([1.5, -0.5])
    assert fit_coefficients(np.zeros((0, 1)), np.zeros(0, dtype=bool), given, 0.5) == (given, 0.0)
    figures = np.linspace(-2, 2, 40)[:, None]
    near, tight = fit_coefficients(figures, figures[:, 0] > 1, given, 0.01)
    far, loose = fit_coefficients(figures, figures[:, 0] > 1, given, 5.0)
    assert loose < tight
    assert np.abs(near - given).max() < 0.1
    assert far[0] > given[0] and -far[1] / far[0] == pytest.approx(1.0, abs=0.1)


def test_a_shift_moves_what_it_was_taught_and_no_more() -> None:
    table = sparse.csr_matrix(np.array([[1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 1, 0]] * 5, dtype=np.float32))
    labels = np.full((20, 2), np.nan)
    labels[:, 0] = [1, 1, 0, 0] * 5
    start = np.zeros((20, 2))
    shift = fit_shift(table, labels, start, np.ones((20, 2)), 1.0)
    moved = shift.of(table)
    assert moved[0, 0] > 1 and moved[2, 0] < -1
    assert not moved[:, 1].any()  # nobody labelled it
    assert np.abs(fit_shift(table, labels, start, np.ones((20, 2)), 1e-6).values).max() < 1e-3
    satisfied = np.where(np.nan_to_num(labels) == 1, 6.0, -6.0)
    assert not fit_shift(table, labels, satisfied, np.ones((20, 2)), 1.0).values.any()


# --- two models side by side ---------------------------------------------------------------------------------------


def test_a_model_is_no_better_than_itself(own_root: Path) -> None:
    model = load_model(default_model_folder())
    summary = compare.compare(model, model, own_root, rounds=20)
    assert summary["left_out"] == 0 and summary["cases"] == 9
    for part in (summary["all"], summary["topics"], *summary["rows"]):
        assert part["kappa"]["difference"] in (0.0, None)
        assert part["kappa"]["interval"] in ([0.0, 0.0], None)
    assert summary["all"]["changed"] == [0, 0]


def test_the_adapted_model_beside_the_given_one(
    adapted: Path, own_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "tal.json"
    arguments = ["model", "compare", str(default_model_folder()), str(adapted), "--data", str(own_root)]
    assert main([*arguments, "--json", str(out)]) == 0
    summary = json.loads(out.read_text("utf-8"))
    row = next(one for one in summary["rows"] if one["checkpoint"] == "ind.skaanehensyn")
    assert row["kappa"]["difference"] == pytest.approx(row["kappa"]["b"] - row["kappa"]["a"], abs=2e-4)
    assert row["changed"][1] >= row["changed"][0]
    low, high = summary["all"]["kappa"]["interval"]
    assert low <= summary["all"]["kappa"]["difference"] <= high
    assert "B minus A" in capsys.readouterr().out


def test_change_counts_cases_not_decisions(outcome: growth.Outcome) -> None:
    figures = change(outcome.seen, outcome.seen.main, rounds=50)
    assert figures["n"] == int(outcome.seen.main.sum()) and 0 <= figures["better"] <= 1
    assert figures["difference"] == pytest.approx(figures["after"] - figures["before"], abs=2e-4)

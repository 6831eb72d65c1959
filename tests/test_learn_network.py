"""The small network: it learns what no linear head can, comes out the same every time, and reads a sentence alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from docscore.checkpoints.catalogue import TOPICS
from docscore.detect.features import DIMENSIONS, Features, Weights, featurise
from docscore.detect.network import CUT, Network
from docscore.detect.topics import load_model
from docscore.language.reading import read
from docscore.learn.network import fit_network
from docscore.learn.recipe import NetworkRecipe

ROOT = Path(__file__).resolve().parents[1]
SMALL = NetworkRecipe(units=16, epochs=60, batch=10, rate=0.02, min_count=1, drop_features=0.0, drop_units=0.1)
TEXT = (
    "Indstilling\n\nBorger ønsker et job som pedelmedhjælper. Det tror hun på.\n\nSkånehensyn:\nIngen løft over 5 kg, og "
    "pauser efter behov.\n\nTeamet vurderer, at timetallet kan øges til 12 timer inden for et år. Hjælpemidler er drøftet, "
    "men der er intet behov.\n\nDer serveres kaffe. Mødet holdes i lokale 4. Parkering sker bag rådhuset."
)


def either_but_not_both(rows: int) -> tuple[sparse.csr_matrix, np.ndarray]:
    random = np.random.default_rng(3)
    told = random.random((rows, 2)) < 0.5
    table = sparse.lil_matrix((rows, DIMENSIONS), dtype=np.float32)
    table[:, [11, 200_000]] = told
    table[:, 77] = 1.0
    truth = np.column_stack([told[:, 0] ^ told[:, 1], told[:, 0]]).astype(float)
    return table.tocsr(), truth


def read_rows(network: Network, table: sparse.csr_matrix) -> np.ndarray:
    part = table.tocoo()
    return network.logits(Features(table.shape[0], part.row, part.col, part.data))


def test_it_learns_what_no_linear_head_can() -> None:
    table, truth = either_but_not_both(200)
    network = fit_network(table, truth, np.ones(200), SMALL, seed=1)
    assert ((read_rows(network, table) > 0) == (truth == 1)).mean() > 0.99


def test_unknown_labels_teach_nothing() -> None:
    table, truth = either_but_not_both(200)
    hidden = np.random.default_rng(5).random(200) < 0.5
    truth[hidden, 1] = np.nan
    one = fit_network(table, truth, np.ones(200), SMALL, seed=1)
    assert ((read_rows(one, table)[:, 1] > 0) == (table[:, [11]].toarray()[:, 0] > 0)).mean() > 0.99
    truth[hidden, 0] = np.nan
    rows = np.flatnonzero(~hidden)
    assert np.array_equal(
        fit_network(table, truth, np.ones(200), SMALL, seed=1).hidden,
        fit_network(table[rows], truth[rows], np.ones(len(rows)), SMALL, seed=1).hidden,
    )


def test_same_seed_same_weights_and_another_seed_others() -> None:
    table, truth = either_but_not_both(60)
    first, again, other = (fit_network(table, truth, np.ones(60), SMALL, seed) for seed in (4, 4, 5))
    for name in ("columns", "hidden", "scale", "bias", "out", "out_bias"):
        assert np.array_equal(getattr(first, name), getattr(again, name)), name
    assert not np.array_equal(first.hidden, other.hidden)


def test_eight_bits_lose_little() -> None:
    random = np.random.default_rng(2)
    hidden = random.normal(size=(500, 8)).astype(np.float32)
    network = Network.of(
        np.arange(500), hidden, np.zeros(8, np.float32), np.eye(8, dtype=np.float32), np.zeros(8, np.float32)
    )
    table = sparse.random(40, 500, density=0.2, format="csr", random_state=1, dtype=np.float32)
    exact = np.maximum(table @ hidden, 0)
    wide = sparse.csr_matrix((table.data, table.indices, table.indptr), shape=(40, DIMENSIONS))
    assert np.abs(read_rows(network, wide) - exact).max() < 0.02 * exact.max()


@pytest.mark.parametrize("chosen", [[0], [1, 2], [0, 3, 4], [2, 4]])
def test_chosen_sentences_have_the_features_that_they_have_in_the_whole(chosen: list[int]) -> None:
    reading = read(TEXT)

    def table(found: Features) -> np.ndarray:
        shape = (found.rows, DIMENSIONS)
        return sparse.coo_matrix((found.value, (found.row, found.column)), shape=shape).tocsr()

    whole, part = table(featurise(reading, Weights())), table(featurise(reading, Weights(), chosen))
    assert abs(whole[chosen] - part).max() < 1e-6


def test_the_model_asks_the_network_about_the_doubtful_sentences_only() -> None:
    model = load_model(ROOT / "models" / "default")
    reading = read(TEXT)
    columns = model.columns(None)
    heads = [model.heads.index(head) for head in columns]
    topics = [columns.index(topic) for topic in TOPICS]
    before, after = model.scorer.linear(reading)[:, heads], model.analyse_reading(reading).logits
    asked = before[:, topics].max(axis=1) > CUT
    assert 0 < asked.sum() < len(asked)
    assert np.array_equal(after[~asked], before[~asked])
    told = model._loaded.network.logits(featurise(reading, Weights(**model.card["features"])))
    assert np.allclose(after[asked][:, topics], ((before[:, topics] + told) / 2)[asked], atol=1e-4)
    others = [column for column in range(len(columns)) if column not in topics]
    assert np.array_equal(after[:, others], before[:, others])

"""The bundled model is what the annotations give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from docscore.checkpoints.catalogue import TOPICS
from docscore.detect import model_file
from docscore.learn.train import train

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_bundled_model_is_trained_from_the_annotations(tmp_path: Path) -> None:
    train(ROOT / "annotations", tmp_path / "again", workers=2)
    again, bundled = model_file.load(tmp_path / "again"), model_file.load(ROOT / "models" / "default")
    assert again.card["data"] == bundled.card["data"]
    assert again.card["recipe"] == bundled.card["recipe"]
    assert np.allclose(again.bias, bundled.bias, atol=5e-3)
    assert np.allclose(again.weights, bundled.weights, atol=5e-3)
    for head, decision in bundled.card["decisions"].items():
        assert np.allclose(again.card["decisions"][head]["coefficients"], decision["coefficients"], atol=0.05), head


def test_held_out_figures_of_the_card_are_not_worse_than_claimed() -> None:
    decisions = model_file.load(ROOT / "models" / "default").card["decisions"]
    core = ("forberedende_del", "indstilling", "jobsamtale")
    kappas = [decisions[topic]["kinds"][kind]["held_out"]["kappa"] for topic in TOPICS for kind in core]
    assert np.mean(kappas) >= 0.75
    assert min(kappas) >= 0.6

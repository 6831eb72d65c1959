"""The bundled model is what the annotations give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from docscore.detect import model_file
from docscore.learn.train import train

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_bundled_model_is_trained_from_the_annotations(tmp_path: Path) -> None:
    train(ROOT / "annotations", tmp_path / "again")
    again, bundled = model_file.load(tmp_path / "again"), model_file.load(ROOT / "models" / "default")
    assert again.card["data"] == bundled.card["data"]
    assert again.card["recipe"] == bundled.card["recipe"]
    assert np.allclose(again.bias, bundled.bias, atol=5e-3)
    assert np.allclose(again.weights, bundled.weights, atol=5e-3)
    for head, coefficients in bundled.card["calibration"].items():
        assert np.allclose(again.card["calibration"][head], coefficients, atol=0.05), head


def test_held_out_figures_of_the_card_are_not_worse_than_claimed() -> None:
    held_out = model_file.load(ROOT / "models" / "default").card["held_out"]
    kappas = [held_out[topic]["kappa"] for topic in held_out if topic != "eget_jobmaal"]
    assert len(kappas) == 5
    assert np.mean(kappas) >= 0.7

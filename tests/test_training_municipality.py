"""The simulated municipalities of ``training.municipality``."""

from __future__ import annotations

from pathlib import Path

import pytest
from learn_support import write_corpus

from docscore.detect.features import Weights
from docscore.learn.train import load_corpus
from training.make_model import ANNOTATIONS
from training.municipality import STYLES, alike, own_cases, without


def test_every_writer_is_of_one_style() -> None:
    named = [writer for style in STYLES for writer in style]
    there = {case.name.rsplit("-", 1)[0] for case in (Path(__file__).parents[1] / ANNOTATIONS / "cases").iterdir()}
    assert len(named) == len(set(named)) and set(named) == there


def test_a_corpus_without_a_style_has_none_of_its_rows(tmp_path: Path) -> None:
    corpus = load_corpus(write_corpus(tmp_path / "a", (*STYLES[0], *STYLES[1])), Weights())
    rest = without(corpus, STYLES[0])
    assert rest.writers == sorted(STYLES[1]) and not set(rest.source.tolist()) & set(STYLES[0])
    assert rest.table.shape[0] == len(rest.labels) == len(rest.source) == rest.begin[-1]
    assert rest.documents == corpus.documents / 2


def test_styles_are_as_near_as_their_nearest_writers(tmp_path: Path) -> None:
    styles = (STYLES[0], STYLES[1])
    corpus = load_corpus(write_corpus(tmp_path / "a", (*STYLES[0], *STYLES[1])), Weights())
    source = corpus.source[: int(corpus.begin[corpus.documents])]
    near = alike(corpus, source, styles)
    assert set(near) == {style[0] for style in styles} and all(0 < value < 1 for value in near.values())


def test_own_cases_are_those_of_the_style(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])
    folder = own_cases(tmp_path, STYLES[0])
    assert len(list((folder / "cases").iterdir())) == 24

"""The fast sums: equal to the features listed one by one, however long the text and however full the memory."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from language_support import documents

from docscore.case import Kind
from docscore.detect import scorer, spelling
from docscore.detect.features import DIMENSIONS, Weights, featurise, scores
from docscore.detect.network import CUT, Network
from docscore.detect.scorer import Scorer
from docscore.detect.topics import load_model
from docscore.language import tokens
from docscore.language.memory import Memory
from docscore.language.reading import Reading, read

ROOT = Path(__file__).resolve().parents[1]
HEADS = 3
TOPICS = [0, 1]
"""Heads that the network reads too."""
FAMILIES = Weights(neighbours=0.2, before=0.3)
TEXT = (
    "INDSTILLING\nSkånehensyn:\nIngen løft over 5 kg, og pauser hver time. Det mener lægen også.\n\nØnsker: Karin vil "
    "gerne arbejde som pedelmedhjælper 12 timer om ugen. Hun er glad.\n☒ Mentor ☐ Hjælpemidler\nTidligere var han kok."
)


def _model(seed: int = 1) -> tuple[np.ndarray, np.ndarray, Network, Scorer]:
    """Random weights of all columns, so that every feature counts."""
    random = np.random.default_rng(seed)
    weights = random.normal(0, 0.3, size=(DIMENSIONS, HEADS)).astype(np.float32)
    bias = np.array([-1.2, -0.8, -1.0], dtype=np.float32)
    wide = random.normal(0, 0.2, size=(DIMENSIONS, 5)).astype(np.float32)
    out = random.normal(size=(5, len(TOPICS))).astype(np.float32)
    network = Network.of(np.arange(DIMENSIONS), wide, np.zeros(5, np.float32), out, np.zeros(len(TOPICS), np.float32))
    return weights, bias, network, Scorer(np.arange(DIMENSIONS), weights, bias, network, FAMILIES)


WEIGHTS, BIAS, NETWORK, SCORER = _model()


def _check(reading: Reading, own: Scorer = SCORER) -> None:
    listed = featurise(reading, FAMILIES)
    linear = scores(listed, WEIGHTS, BIAS)
    assert np.allclose(own.linear(reading), linear, atol=1e-4)
    told = NETWORK.logits(listed)
    for heads in ([0, 1, 2], TOPICS):
        wanted = linear[:, heads]
        strongest = wanted[:, TOPICS].max(axis=1)
        if (np.abs(strongest - CUT) < 1e-3).any():
            continue  # at the border itself either answer is right
        again = strongest > CUT
        wanted[np.ix_(again, TOPICS)] = (wanted[:, TOPICS] + told)[again] / 2
        assert np.allclose(own.logits(reading, heads, TOPICS), wanted, atol=1e-3)


@settings(max_examples=40)
@given(documents())
def test_the_sums_are_those_of_the_features(text: str) -> None:
    reading = read(text, kind=Kind.INDSTILLING)
    if reading.sentences:
        _check(reading)


def test_a_text_without_sentences_has_no_logits() -> None:
    assert SCORER.logits(read("Jobmål:\n-"), TOPICS, TOPICS).shape == (0, 2)
    assert SCORER.linear(read("")).shape == (0, HEADS)


def test_a_long_text_is_added_up_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scorer, "_CHUNK", 7)
    _check(read(TEXT), _model()[3])


def test_a_full_memory_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scorer, "MOST_WORDS", 10)
    own = _model()[3]
    for text in (TEXT, "Han vil prøve 8 timer.", TEXT, "Og så 12 timer."):
        _check(read(text), own)
        assert len(own._number) < 70


def test_words_that_differ_in_figures_are_learnt_once() -> None:
    own = _model()[3]
    own.linear(read("Han vil prøve 8 timer den 12/3."))
    known = len(own._shapes)
    own.linear(read("Han vil prøve 9 timer den 14/5."))
    assert len(own._shapes) == known


def test_known_letters_are_those_of_the_features() -> None:
    words = ["arbejdstider", "12,5", "ro", "jobs", "æøå", "x" * 60, "pedel"]
    codes, letters, sizes = spelling.spell([tokens.shape(word) for word in words])
    ends = np.cumsum(sizes)
    for i, known in enumerate(spelling.known_words(words)):
        assert known.code == codes[i]
        assert np.array_equal(known.letters, letters[ends[i] - sizes[i] : ends[i]])
    # n-grams of three to five letters of "^jobs$"
    assert sizes.tolist()[2:4] == [0, 4 + 3 + 2]


def test_a_used_model_can_be_sent_to_another_process() -> None:
    model = load_model(ROOT / "models" / "default")
    reading = read(TEXT, kind=Kind.JOBSAMTALE)
    before = model.analyse_reading(reading).logits
    assert np.array_equal(pickle.loads(pickle.dumps(model)).analyse_reading(reading).logits, before)


def test_a_memory_is_emptied_before_it_grows_too_large() -> None:
    asked: list[int] = []

    def double(key: int) -> int:
        asked.append(key)
        return 2 * key

    memory: Memory[int, int] = Memory(double, 2)
    assert [memory[1], memory[1], memory[2], memory[3], memory[1]] == [2, 2, 4, 6, 2]
    assert asked == [1, 2, 3, 1]
    assert len(memory) == 2

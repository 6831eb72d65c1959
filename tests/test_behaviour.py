"""Behavioural tests: the files are sound, the figures are counted right, and the bundled model reaches the floor."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from docscore.case import Document, Kind
from docscore.detect.topics import load_model
from docscore.errors import AnnotationError
from docscore.learn.annotations import load_documents, load_sentences
from docscore.learn.behaviour import FLOOR, Capability, Form, Outcome, Pair, load_pairs, measure, run, summarise
from training.behaviour import failures, table

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests" / "data" / "behaviour"
CAPABILITIES = sorted(path.stem for path in TESTS.glob("*.jsonl"))

KNOWN_SHORTFALLS: dict[str, float] = {
    "past_scheme": 0.80,
    "ruled_out_goal": 0.73,
    "tick_boxes": 0.81,
}
"""Capabilities that do not reach the floor, and what they do reach (``python -m training.behaviour``).

A floor that the model falls below fails; so does an entry that the model has outgrown: remove it.
"""

MFT = {
    "trap": "prøve",
    "topic": "progression",
    "kind": "jobsamtale",
    "yes": "Timetallet øges til ti fra marts.",
    "no": "Timetallet står i aftalen fra marts.",
    "why": "a forward look",
}
INVARIANCE = {
    "trap": "invariance_proeve",
    "topic": "skaanehensyn",
    "kind": "indstilling",
    "a": "Ingen tunge løft.",
    "b": "Ingen tunge loft.",
    "documented": True,
    "why": "typo",
}
DIRECTIONAL = {
    "trap": "directional_proeve",
    "topic": "klart_jobmaal",
    "kind": "forberedende_del",
    "less": "Et job i en butik.",
    "more": "Et job i en butik som kasseassistent.",
    "why": "a position is added",
}


def write(folder: Path, *lines: dict[str, Any] | str) -> Path:
    """Write the lines to the files that they belong to and return the folder."""
    for line in lines:
        name = line["trap"] if isinstance(line, dict) else "prøve"
        with (folder / f"{name}.jsonl").open("a", encoding="utf-8") as file:
            file.write((json.dumps(line, ensure_ascii=False) if isinstance(line, dict) else line) + "\n")
    return folder


# --- the files -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pairs() -> dict[str, list[Pair]]:
    return load_pairs(TESTS)


def squeezed(text: str) -> str:
    return " ".join(text.casefold().split())


def test_every_capability_has_twenty_pairs(pairs: dict[str, list[Pair]]) -> None:
    assert list(pairs) == CAPABILITIES
    assert {name: len(found) for name, found in pairs.items() if len(found) < 20} == {}


def test_no_text_stands_twice(pairs: dict[str, list[Pair]]) -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for found in pairs.values():
        for pair in found:
            for name, text in zip(pair.names, pair.texts, strict=True):
                places[squeezed(text)].append(f"{pair.capability}, line {pair.line}, {name}")
    assert [where for where in places.values() if len(where) > 1] == []


def plain_sentences(text: str) -> list[str]:
    """The words of each sentence or line, so that other signs do not hide a text."""
    return [" ".join(re.findall(r"\w+", part.casefold())) for part in re.split(r"[.!?\n]", text)]


def test_no_text_is_trained_on(pairs: dict[str, list[Pair]]) -> None:
    """No long sentence stands anywhere in the annotations, and no short text is a sentence of them."""
    annotations = ROOT / "annotations"
    texts = [document.text for document in load_documents(annotations)]
    texts += [sentence.text for sentence in load_sentences(annotations)]
    known = [sentence for text in texts for sentence in plain_sentences(text)]
    corpus, lines = " ".join(known), set(known)
    taken = []
    for found in pairs.values():
        for pair in found:
            for name, text in zip(pair.names, pair.texts, strict=True):
                sentences = plain_sentences(text)
                long = [sentence for sentence in sentences if sentence.count(" ") >= 7]
                whole = " ".join(filter(None, sentences))
                if any(sentence in corpus for sentence in long) or (whole.count(" ") >= 3 and whole in lines):
                    taken.append(f"{pair.capability}, line {pair.line}, {name}")
    assert taken == []


def test_invariance_holds_both_answers(pairs: dict[str, list[Pair]]) -> None:
    for name, found in pairs.items():
        if found[0].form is Form.INVARIANCE:
            documented = sum(pair.expected == (True, True) for pair in found)
            assert 0.25 <= documented / len(found) <= 0.75, name


# --- the loader ------------------------------------------------------------------------------


def test_a_file_name_says_what_its_lines_are(tmp_path: Path) -> None:
    found = load_pairs(write(tmp_path, MFT, INVARIANCE, DIRECTIONAL))
    assert list(found) == ["directional_proeve", "invariance_proeve", "prøve"]
    mft, same, more = found["prøve"][0], found["invariance_proeve"][0], found["directional_proeve"][0]
    assert (mft.form, mft.texts, mft.expected) == (Form.MFT, (MFT["yes"], MFT["no"]), (True, False))
    assert (same.form, same.expected) == (Form.INVARIANCE, (True, True))
    assert (more.form, more.texts[1], more.expected) == (Form.DIRECTIONAL, DIRECTIONAL["more"], None)
    assert (mft.kind, mft.topic, mft.line) == (Kind.JOBSAMTALE, "progression", 1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"trap": "prøve", ', "JSON"),
        ("[]", "JSON-objekt"),
        ({**MFT, "yes": 3}, "»yes«"),
        ({**MFT, "no": "  "}, "to forskellige tekster"),
        ({**MFT, "no": MFT["yes"]}, "to forskellige tekster"),
        ({k: v for k, v in MFT.items() if k != "why"}, "»why«"),
        ({**MFT, "topic": "humør"}, "»topic«"),
        ({**MFT, "kind": "cv"}, "»kind«"),
        ({**MFT, "documented": True}, "andre felter"),
        ({**INVARIANCE, "documented": "ja"}, "»documented«"),
        ({**INVARIANCE, "a": None}, "»a«"),
        ({k: v for k, v in DIRECTIONAL.items() if k != "more"}, "»more«"),
    ],
)
def test_a_broken_line_is_named_without_its_text(line: dict[str, Any] | str, told: str, tmp_path: Path) -> None:
    good = {"INVARIANCE": INVARIANCE, "DIRECTIONAL": DIRECTIONAL}
    first = next((one for one in good.values() if isinstance(line, dict) and line["trap"] == one["trap"]), MFT)
    with pytest.raises(AnnotationError) as error:
        load_pairs(write(tmp_path, first, line))
    message = str(error.value)
    assert told in message
    assert "linje 2" in message
    assert ".jsonl" in message
    assert "marts" not in message
    assert "løft" not in message


def test_a_line_in_the_wrong_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "andet.jsonl").write_text(json.dumps(MFT), "utf-8")
    with pytest.raises(AnnotationError, match="»trap« skal være filens navn, andet"):
        load_pairs(tmp_path)


def test_a_folder_without_tests_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="ingen adfærdstest"):
        load_pairs(tmp_path)
    (tmp_path / "tom.jsonl").write_text("\n", "utf-8")
    with pytest.raises(AnnotationError, match="er tom"):
        load_pairs(tmp_path)


def test_a_file_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "ansi.jsonl").write_bytes("{å}".encode("cp1252"))
    with pytest.raises(AnnotationError, match="UTF-8"):
        load_pairs(tmp_path)


# --- the figures -----------------------------------------------------------------------------


def pair_of(raw: dict[str, Any], tmp_path: Path) -> Pair:
    return load_pairs(write(tmp_path, raw))[raw["trap"]][0]


def outcome(pair: Pair, first: float, second: float) -> Outcome:
    return Outcome(pair, (first >= 0.5, second >= 0.5), (first, second))


def figures(one: Capability) -> tuple[int, int, float, int]:
    return one.cases, one.passed, one.pair_rate, len(one.failures)


def test_each_text_of_a_functionality_pair_is_a_case(tmp_path: Path) -> None:
    pair = pair_of(MFT, tmp_path)
    both, one_wrong, swapped = outcome(pair, 0.9, 0.1), outcome(pair, 0.9, 0.8), outcome(pair, 0.2, 0.7)
    (found,) = summarise([both, one_wrong, swapped, both])
    assert figures(found) == (8, 5, 0.5, 2)
    assert found.pass_rate == 5 / 8


def test_an_invariance_pair_passes_with_one_answer_and_is_right_with_the_right_one(tmp_path: Path) -> None:
    pair = pair_of(INVARIANCE, tmp_path)
    right, same_but_wrong, different = outcome(pair, 0.9, 0.6), outcome(pair, 0.1, 0.4), outcome(pair, 0.6, 0.4)
    (found,) = summarise([right, same_but_wrong, different])
    assert figures(found) == (3, 2, 1 / 3, 2)
    no = replace(pair, expected=(False, False))
    assert summarise([outcome(no, 0.1, 0.4)])[0].pair_rate == 1


def test_a_directional_pair_passes_when_the_probability_rises(tmp_path: Path) -> None:
    pair = pair_of(DIRECTIONAL, tmp_path)
    clear, slight, level, falls = ((0.1, 0.4), (0.60, 0.64), (0.5, 0.5), (0.9, 0.3))
    (found,) = summarise([outcome(pair, *p) for p in (clear, slight, level, falls)])
    assert figures(found) == (4, 2, 0.25, 2)


class Echo:
    """Answers by a word of the document, so that what is asked of a model can be seen."""

    def __init__(self) -> None:
        self.kinds: list[Kind | None] = []

    def analyse(self, document: Document) -> Document:
        self.kinds.append(document.kind)
        return document

    def find(self, document: Document, topic: str) -> SimpleNamespace:
        return SimpleNamespace(documented=topic == "progression" and "øges" in document.text)

    def result(self, document: Document, topic: str) -> SimpleNamespace:
        return SimpleNamespace(probability=0.75 if "øges" in document.text else 0.25)


def test_each_text_is_read_as_a_document_of_its_kind(tmp_path: Path) -> None:
    model: Any = Echo()
    found = run(model, pair_of(MFT, tmp_path))
    assert found.answers == (True, False)
    assert found.probabilities == (0.75, 0.25)
    assert model.kinds == [Kind.JOBSAMTALE, Kind.JOBSAMTALE]


def test_the_table_and_the_failures(tmp_path: Path) -> None:
    model: Any = Echo()
    found = measure(model, write(tmp_path, MFT, {**MFT, "yes": "Går op i tid\nfra juni."}, DIRECTIONAL))
    lines = table(found).splitlines()
    assert lines[2] == "| directional_proeve | directional | 1 | 0 % | 0 % |"
    assert lines[3] == "| prøve | MFT | 4 | 75 % | 50 % |"
    told = "\n".join(failures(found))
    assert "yes: WRONG (not documented, 0.250) Går op i tid ⏎ fra juni." in told
    assert "Timetallet øges" not in told


# --- the bundled model -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def measured() -> dict[str, Capability]:
    return {one.name: one for one in measure(load_model(), TESTS)}


@pytest.mark.slow
@pytest.mark.parametrize("name", CAPABILITIES)
def test_the_bundled_model_reaches_the_floor(name: str, measured: dict[str, Capability]) -> None:
    reached = measured[name].pass_rate
    known = KNOWN_SHORTFALLS.get(name)
    if known is None:
        assert reached >= FLOOR, f"{name} passes {reached:.3f}; see python -m training.behaviour --failures"
    else:
        assert reached < FLOOR, f"{name} passes {reached:.3f}: remove it from KNOWN_SHORTFALLS"
        assert reached >= known, f"{name} fell from {known} to {reached:.3f}"


def test_known_shortfalls_are_capabilities_below_the_floor() -> None:
    assert KNOWN_SHORTFALLS.keys() <= set(CAPABILITIES)
    assert all(rate < FLOOR for rate in KNOWN_SHORTFALLS.values())

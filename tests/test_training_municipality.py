"""The simulated municipality: words are replaced, and what was underlined stays underlined."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscore.learn.annotations import load_case
from training import municipality
from training.make_model import ANNOTATIONS


def test_every_writer_is_of_one_style() -> None:
    named = [writer for style in municipality.STYLES for writer in style]
    there = {case.name.rsplit("-", 1)[0] for case in (Path(__file__).parents[1] / ANNOTATIONS / "cases").iterdir()}
    assert len(named) == len(set(named)) and set(named) == there


@pytest.mark.parametrize("name", ["hverdag-01", "krydsskema-03"])
def test_a_rewritten_case_has_other_words_and_the_same_answers(name: str, tmp_path: Path) -> None:
    before = load_case(Path(__file__).parents[1] / ANNOTATIONS / "cases" / name)
    case = tmp_path / name
    shutil.copytree(Path(__file__).parents[1] / ANNOTATIONS / "cases" / name, case)
    municipality.rewrite(case, tomllib.loads(municipality.WORDS.read_text("utf-8"))["words"])
    after = load_case(case)
    assert [d.name for d in after] == [d.name for d in before]
    for old, new in zip(before, after, strict=True):
        assert " borger " not in new.text.lower() and new.text != old.text
        for head, label in old.labels.items():
            assert new.labels[head].documented == label.documented
            assert len(new.labels[head].evidence) == len(label.evidence)
    raw = json.loads((case / "labels.gold.json").read_text("utf-8"))
    assert raw["writer"] == name.rsplit("-", 1)[0]


@given(st.lists(st.sampled_from(["borger ", "ro ", "og ", "personlig assistance "]), max_size=12), st.data())
def test_offsets_move_with_the_words(parts: list[str], data: st.DataObject) -> None:
    words = {"borger": "SB", "personlig assistance": "PA-ordning i hjemmet"}
    hits, place = [], 0
    for part in parts:
        if part.strip() in words:
            hits.append((place, place + len(part) - 1, words[part.strip()]))
        place += len(part)
    text = "".join(parts)
    moved = "".join(municipality._pieces(text, hits))
    k = data.draw(st.integers(0, len(parts)))
    at = len("".join(parts[:k]))
    assert moved[: municipality._moved(at, hits)] == "".join(words.get(p.strip(), p.strip()) + " " for p in parts[:k])

"""Decisions that lean on another, or that ask for two halves."""

from __future__ import annotations

import numpy as np
import pytest

from docscore.case import Kind
from docscore.checkpoints.catalogue import TOPICS, load_catalogue
from docscore.detect.pooling import FLOOR
from docscore.detect.related import HALVES, LEANS_ON, leaning_figures
from docscore.language.reading import read
from docscore.language.vocabulary import vocabulary

KINDS = load_catalogue().heads()


@pytest.mark.parametrize(("head", "other"), LEANS_ON.items())
def test_a_decision_leans_on_one_that_is_asked_of_the_same_documents(head: str, other: str) -> None:
    assert set(KINDS[head]) <= set(KINDS[other])


def test_halves_are_told_by_word_classes_that_exist() -> None:
    assert {name for halves in HALVES.values() for name in halves} <= set(vocabulary().classes)
    assert set(HALVES) | set(LEANS_ON) <= set(KINDS)


def test_the_decision_leant_on_gives_its_strongest_sentence() -> None:
    reading = read("Hun var hos bageren. Formålet var at se, om hun kunne stå op.", kind=Kind.FORBEREDENDE_DEL)
    columns = ("praktik_deltagelse", "praktik_formaal_udbytte")
    logits = np.array([[0.5, -2.0], [-1.0, 1.5]])
    assert leaning_figures(reading, logits, columns, "praktik_deltagelse") == [1.5]
    assert leaning_figures(reading, logits[:, :1], columns[:1], "praktik_deltagelse") == [FLOOR]


def test_each_half_has_its_own_sentence_and_the_weaker_decides() -> None:
    reading = read(
        "Formålet var at se, om ryggen holder. Solen skinnede. Resultatet blev fire timer.", kind=Kind.FORBEREDENDE_DEL
    )
    columns = ("praktik_formaal_udbytte",)
    logits = np.array([[2.0], [9.0], [0.5]])
    assert leaning_figures(reading, logits, columns, columns[0]) == [2.0, 0.5, 0.5]


def test_a_field_s_prompt_tells_the_half_of_its_value() -> None:
    reading = read("Formål: stå op om morgenen\nUdbytte: møder klokken ni\n", kind=Kind.FORBEREDENDE_DEL)
    assert len(reading.sentences) == 2
    logits = np.array([[1.0], [0.25]])
    head = "praktik_formaal_udbytte"
    assert leaning_figures(reading, logits, (head,), head) == [1.0, 0.25, 0.25]


@pytest.mark.parametrize("head", sorted(KINDS))
def test_every_document_gives_the_same_number_of_figures(head: str) -> None:
    columns = tuple({*KINDS, *TOPICS})
    if head not in columns:
        pytest.skip("not a column")
    full = read("Formålet var at prøve. Hun kan ikke tage en uddannelse.", kind=Kind.INDSTILLING)
    counts = {
        len(leaning_figures(reading, np.zeros((len(reading.sentences), len(columns))), columns, head))
        for reading in (full, read("", kind=Kind.INDSTILLING))
    }
    assert len(counts) == 1

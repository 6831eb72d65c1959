"""Boundary cases worked out by hand from the codebook, sections 2, 4 and 4.1 (``tests/data/boundary_cases.toml``)."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import docscore
from docscore.batch.corridor import CaseResult
from docscore.case import Case, Document, Kind
from docscore.readers.facts import read_facts

FILE = Path(__file__).parent / "data" / "boundary_cases.toml"
KEYS = {
    *("name", "checkpoint", "status", "dates", "fields", "frikommune", "docs"),
    *("expect", "value", "problems", "warning", "evidence", "why"),
}


@cache
def worked() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(FILE.read_text(encoding="utf-8"))["case"])


def result_of(case: dict[str, Any]) -> CaseResult:
    """The case through the whole corridor, its facts read as those of a ``sag.json``."""
    given = {name: case[name] for name in ("dates", "fields", "frikommune") if name in case}
    status = case.get("status", "ledighedsydelse")
    read = read_facts({**given, **({"status": status} if status else {})}, "sag.json")
    documents = tuple(
        Document(f"d{number}", text, Kind(kind), date.fromisoformat(day) if day else None)
        for number, (kind, day, text) in enumerate(case.get("docs", ()), start=1)
    )
    return docscore.score(Case("sag", documents, read.facts, read.problems, read.warnings))


def test_the_file_is_whole() -> None:
    """As many cases as the project owes, each with its reason, each named once."""
    cases = worked()
    assert len(cases) >= 150
    assert [name for name, times in Counter(case["name"] for case in cases).items() if times > 1] == []
    for case in cases:
        assert set(case) <= KEYS, case["name"]
        assert case["why"].strip(), case["name"]


@pytest.mark.parametrize("case", worked(), ids=lambda case: case["name"])
def test_as_worked_out_by_hand(case: dict[str, Any]) -> None:
    result = result_of(case)
    decision = next(d for d in result.decisions if d.checkpoint == case["checkpoint"])
    assert str(decision.status) == case["expect"], (case["why"], decision.reason)
    if "value" in case:
        assert decision.value == case["value"]
    assert len(result.case.problems) == case.get("problems", 0), result.case.problems
    if "warning" in case:
        assert any(case["warning"] in line.casefold() for line in result.warnings), result.warnings
    if "evidence" in case:
        assert any(case["evidence"] in quoted.text for quoted in decision.evidence), decision.evidence
    undecided = case["expect"] in ("kan_ikke_vurderes", "ikke_relevant")
    assert (decision.reason is not None) == undecided

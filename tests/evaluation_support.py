"""Decisions as an evaluation makes them, for tests."""

from __future__ import annotations

from typing import Any

from docscore.case import Kind
from docscore.learn.evaluate import Decided


def decision(**changes: Any) -> Decided:
    """A right decision; a probability follows from the answer where none is given."""
    given = {
        "case_id": "anker-01",
        "document": "indstilling.txt",
        "writer": "anker",
        "kind": Kind.INDSTILLING,
        "head": "skaanehensyn",
        "difficulty": "plain",
        "truth": True,
        "answer": True,
        "review": False,
        "underlined": (),
        "evidence": None,
        "evidence_first": None,
        "elements": None,
        **changes,
    }
    if "probability" not in given:
        given["probability"] = 0.9 if given["answer"] else 0.1
    return Decided(**given)

"""The Python interface on the bundled examples."""

from __future__ import annotations

from pathlib import Path

import docscore
from docscore.case import Problem
from docscore.checkpoints import load_catalogue

SAGER = Path(__file__).resolve().parents[1] / "examples" / "sager"


def test_read_and_score_one_case() -> None:
    case = docscore.read_case(SAGER / "2021-0147")
    result = docscore.score(case)
    assert [d.checkpoint for d in result.decisions] == [checkpoint.id for checkpoint in load_catalogue()]
    texts = {document.document_id: document.text for document in result.case.documents}
    quotes = [(d, e) for d in result.decisions for e in d.evidence]
    assert quotes
    assert all(texts[e.document_id or d.document_id or ""][e.start : e.end] == e.text for d, e in quotes)


def test_frame_has_a_row_per_case_and_checkpoint() -> None:
    results = [r for r in docscore.score_cases(SAGER) if not isinstance(r, Problem)]
    table = docscore.frame(results)
    assert len(table) == len(results) * len(load_catalogue())
    assert set(table["status"]) <= {"dokumenteret", "ikke_dokumenteret", "kan_ikke_vurderes", "ikke_relevant"}
    shares = table[table["checkpoint"] == "ind.skaanehensyn"]["status"].value_counts()
    assert shares.sum() == len(results)


def test_frame_of_nothing_is_empty() -> None:
    assert docscore.frame([]).empty

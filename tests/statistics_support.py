"""Runs with known decisions, as ``docscore score`` would write them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from docscore.checkpoints import load_catalogue
from docscore.decision import Decision, Evidence, Method, Status
from docscore.report.jsonl import dumps
from docscore.report.records import Ids, decision_record
from docscore.statistics import STATUSES, Decisions

YES, NO, KIV, IR = STATUSES
CHECKPOINTS = tuple(checkpoint.id for checkpoint in load_catalogue())


def line(case_id: str, checkpoint: str, status: str, value: Any = None, probability: float | None = None) -> str:
    """A line of ``decisions.jsonl``, made by the code that writes them."""
    evidence = (Evidence(10, 34, 'Borger vil gerne i gang "nu", {sagt} 3. maj'),) if status == YES else ()
    decision = Decision(
        case_id,
        checkpoint,
        "Rehabiliteringsplan – forberedende del",
        "forberedende_del",
        Status(status),
        value,
        probability,
        None,
        False,
        evidence,
        Method.MODEL,
        "standard",
        None if status == YES else "Dokumentet er ikke i sagen.",
    )
    return dumps(decision_record(decision, case_id, Ids())) + "\n"


def write_run(
    folder: Path,
    answers: Mapping[str, Mapping[str, Any]],
    cases: Mapping[str, Mapping[str, Any]] | None = None,
) -> Path:
    """A run's folder.

    Args:
        folder: where to.
        answers: case → checkpoint → status, or (status, value), or (status, value, probability).
        cases: case → further fields of its line in ``cases.jsonl``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "decisions.jsonl").open("w", encoding="utf-8", newline="\n") as stream:
        for case_id, given in answers.items():
            for checkpoint, answer in given.items():
                parts = answer if isinstance(answer, tuple) else (answer,)
                stream.write(line(case_id, checkpoint, *parts))
    with (folder / "cases.jsonl").open("w", encoding="utf-8", newline="\n") as stream:
        for case_id in answers:
            record = {"case_id": case_id, "kommune": None, "status": None, "documents": [], "warnings": []}
            stream.write(json.dumps({**record, **(cases or {}).get(case_id, {})}, ensure_ascii=False) + "\n")
    return folder


def decisions_of(answers: Mapping[str, Mapping[str, str]]) -> Decisions:
    """Decisions without files: case → checkpoint → status."""
    place = {name: number for number, name in enumerate(CHECKPOINTS)}
    counts = np.zeros((len(answers), len(CHECKPOINTS), 4), np.uint16)
    for row, given in enumerate(answers.values()):
        for checkpoint, status in given.items():
            counts[row, place[checkpoint], STATUSES.index(status)] += 1
    return Decisions(Path("decisions.jsonl"), list(answers), CHECKPOINTS, counts)


def many(checkpoint: str, counts: Sequence[tuple[str, int]], prefix: str = "sag") -> dict[str, dict[str, str]]:
    """So many cases of each status at one checkpoint."""
    found: dict[str, dict[str, str]] = {}
    for status, n in counts:
        for _ in range(n):
            found[f"{prefix}-{len(found):04d}"] = {checkpoint: status}
    return found

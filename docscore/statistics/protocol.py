"""The record of a sample, and drawing it again from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docscore.errors import InputError
from docscore.statistics.decisions import shown
from docscore.statistics.sampling import UNUSABLE, draw, strata_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from docscore.statistics.sampling import Place, Population, Sample, Strata

METHOD = "sha256(seed + '\\n' + case_id), i stigende orden i hvert stratum"
"""How the order is made, as it stands in a record."""


def record(sample: Sample, population: Population, strata: Strata, replacements: int, version: str) -> dict[str, Any]:
    """All that another auditor needs to draw the sample again, and the sample itself."""
    return {
        "program": "docscore sample",
        "version": version,
        "method": METHOD,
        "seed": sample.seed,
        "population": {
            "cases": len(population.cases),
            "columns": list(population.columns),
            "sha256": population.sha256,
        },
        "strata": strata.as_dict(),
        "replacements": replacements,
        "unusable": {place.case_id: place.reason for place in sample.places if place.role == UNUSABLE},
        "strata_drawn": [
            {
                **dict(zip(sample.columns, stratum.values, strict=True)),
                "population": stratum.size,
                "wanted": stratum.wanted,
                "drawn": stratum.drawn,
                "unusable": stratum.unusable,
            }
            for stratum in sample.strata
        ],
        "outside_strata": [
            {**dict(zip(sample.columns, values, strict=True)), "cases": n}
            for values, n in sorted(sample.outside.items())
        ],
        "cases": [place_row(place, sample.columns) for place in sample.places],
    }


def place_row(place: Place, columns: Sequence[str]) -> dict[str, Any]:
    """A case of the sample as a row."""
    return {
        "case_id": place.case_id,
        **dict(zip(columns, place.stratum, strict=True)),
        "number": place.number,
        "role": place.role,
        "reason": place.reason or None,
    }


@dataclass(frozen=True, slots=True)
class Again:
    """Whether a sample drawn again is the recorded one: of the same list, with the same cases in the same roles."""

    same_list: bool
    same_cases: bool
    differing: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether all of it is the same."""
        return self.same_list and self.same_cases


def load_record(path: Path) -> dict[str, Any]:
    """A record that :func:`record` made.

    Raises:
        InputError: it is none.
    """
    import json

    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError(f"{shown(path)} kan ikke læses som en protokol fra docscore sample. Ret stien.") from error
    keys = {"program", "seed", "strata", "population", "replacements", "unusable", "cases"}
    if not isinstance(found, dict) or not keys <= set(found) or found["program"] != "docscore sample":
        raise InputError(f"{shown(path)} er ikke en protokol fra docscore sample. Ret stien.")
    return found


def draw_again(population: Population, recorded: Mapping[str, Any], name: str) -> tuple[Sample, Again]:
    """Draw the recorded sample anew from a list and compare.

    Args:
        population: the list.
        recorded: the record.
        name: of its file, for messages.
    """
    strata = strata_of(recorded["strata"], name)
    sample = draw(population, strata, str(recorded["seed"]), recorded["unusable"], int(recorded["replacements"]))
    now = {place.case_id: place.role for place in sample.places}
    then = {row["case_id"]: row["role"] for row in recorded["cases"]}
    differing = sorted(case_id for case_id in {*now, *then} if now.get(case_id) != then.get(case_id))
    same_list = population.sha256 == recorded["population"]["sha256"]
    return sample, Again(same_list, not differing, tuple(differing))

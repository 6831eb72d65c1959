"""A sample as lines and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docscore.report.lines import Line, columns, wrapped
from docscore.report.privacy import shorten
from docscore.statistics.files import Sheet
from docscore.statistics.protocol import place_row
from docscore.statistics.words import plain_lines, some

if TYPE_CHECKING:
    from docscore.report.texts import Texts
    from docscore.statistics.files import Cell
    from docscore.statistics.protocol import Again
    from docscore.statistics.sampling import Population, Sample


def sample_lines(sample: Sample, population: Population, words: Texts) -> list[Line]:
    """What was drawn: a row per stratum, what falls short, and what lies outside."""
    shown: list[Line] = [
        [(words("sample.title", drawn=len(sample.drawn), cases=len(population.cases), seed=sample.seed), "title")],
        [("", "")],
    ]
    head = [words(f"sample.{name}") for name in ("stratum", "population", "wanted", "drawn", "unusable")]
    body = [
        [shorten(name, 60), *(str(sum(part)) for part in zip(*parts, strict=True))]
        for name, parts in _together(sample).items()
    ]
    flat = columns([head, *body], right=range(1, 5))
    shown += [[(flat[0], "title")], *plain_lines(flat[1:]), [("", "")]]
    if sample.short:
        names = some(["/".join(one.values) for one in sample.short])
        shown += wrapped(words("sample.short", n=len(sample.short), names=names), "", tone="bad")
    if sample.outside:
        n = sum(sample.outside.values())
        names = some(["/".join(value or words("common.unknown") for value in key) for key in sorted(sample.outside)])
        shown += wrapped(words("sample.outside", n=n, names=names), "")
    return shown


def _together(sample: Sample) -> dict[str, list[tuple[int, int, int, int]]]:
    """The strata of all municipalities (or whatever the draw is made anew in) together, by the rest of their values."""
    found: dict[str, list[tuple[int, int, int, int]]] = {}
    for one in sample.strata:
        name = ", ".join(one.values[sample.per :])
        found.setdefault(name, []).append((one.size, one.wanted, one.drawn, one.unusable))
    return found


def again_lines(again: Again, sample: Sample, words: Texts) -> list[Line]:
    """Whether a sample drawn again is the recorded one."""
    if again.same:
        return wrapped(words("sample.again_same", cases=len(sample.drawn), seed=sample.seed), "", tone="good")
    shown: list[Line] = []
    if not again.same_list:
        shown += wrapped(words("sample.again_list"), "", tone="bad")
    if not again.same_cases:
        said = words("sample.again_cases", n=len(again.differing), names=some(again.differing))
        shown += wrapped(said, "", tone="bad")
    return shown


def sample_sheet(sample: Sample, words: Texts) -> Sheet:
    """The sample and its replacements in the drawn order, with a column for each of the strata's."""
    fixed = [words(f"sample.{name}") for name in ("number", "role", "reason")]
    rows: list[list[Cell]] = []
    for place in sample.places:
        row = place_row(place, sample.columns)
        rows.append([*list(row.values())[:-2], words(f"sample.{place.role}"), row["reason"]])
    return Sheet(words("sample.sheet"), [words("sample.case_id"), *sample.columns, *fixed], rows)

"""Drawing a stratified sample that another auditor can draw again.

Every case gets a number of its own: the SHA-256 of the seed and its id. In each stratum the cases are taken in the
order of these numbers; the next ones are the replacements. So the draw does not depend on the order of the list or on
any program's random numbers, and a case that turns out unusable is replaced by the next in the drawn order, never by
choice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docscore.errors import InputError
from docscore.report.privacy import mask_name, one_line
from docscore.statistics.decisions import shown
from docscore.statistics.lists import case_id_of, read_list, status_of, text_of, year_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

REPLACEMENTS = 5
"""Replacements that are listed for each stratum."""

DRAWN, REPLACEMENT, UNUSABLE = "udtrukket", "erstatning", "uanvendelig"


@dataclass(frozen=True, slots=True)
class Strata:
    """What to draw: ``per`` these columns anew, and in each the strata with their values and sizes."""

    per: tuple[str, ...]
    strata: tuple[tuple[tuple[tuple[str, str], ...], int], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that a case needs."""
        return (*self.per, *dict.fromkeys(name for values, _ in self.strata for name, _ in values))

    def as_dict(self) -> dict[str, Any]:
        """For a record."""
        return {"per": list(self.per), "stratum": [{**dict(values), "n": n} for values, n in self.strata]}


@dataclass(frozen=True, slots=True)
class Population:
    """A list of cases: for each id its values of the strata's columns; the fingerprint does not depend on order."""

    cases: Mapping[str, tuple[str, ...]]
    columns: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Place:
    """A case in a sample: ``number`` from 1 in the drawn order of its stratum."""

    case_id: str
    stratum: tuple[str, ...]
    number: int
    role: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stratum:
    """What was drawn of a stratum: ``size`` cases in the list, ``wanted`` and ``drawn`` ones."""

    values: tuple[str, ...]
    size: int
    wanted: int
    drawn: int
    unusable: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: its places in the order of strata and numbers, and what each stratum gave.

    ``per`` is how many of the ``columns``, the first, the draw is made anew in; ``outside`` counts the cases of no
    stratum, by their values.
    """

    seed: str
    columns: tuple[str, ...]
    per: int
    places: list[Place]
    strata: list[Stratum]
    outside: Counter[tuple[str, ...]] = field(default_factory=Counter)

    @property
    def drawn(self) -> list[str]:
        """The ids of the sample's cases."""
        return [place.case_id for place in self.places if place.role == DRAWN]

    @property
    def short(self) -> list[Stratum]:
        """Strata with fewer usable cases than wanted."""
        return [stratum for stratum in self.strata if stratum.drawn < stratum.wanted]


def load_strata(path: Path | None = None) -> Strata:
    """The strata of a TOML file; those of Fokusrevision 2021 where there is none.

    Raises:
        InputError: the file breaks the format.
    """
    import tomllib
    from importlib.resources import files

    if path is None:
        text = (files("docscore.statistics") / "data" / "strata_2021.toml").read_text(encoding="utf-8")
        return strata_of(tomllib.loads(text), "strata_2021.toml")
    try:
        return strata_of(tomllib.loads(path.read_text(encoding="utf-8-sig")), shown(path))
    except (OSError, ValueError) as error:
        raise InputError(f"{shown(path)} kan ikke læses. Skriv den som TOML med per og [[stratum]].") from error


def strata_of(table: Mapping[str, Any], name: str) -> Strata:
    """The strata of a table as in the file, checked.

    Raises:
        InputError: it breaks the format.
    """
    remedy = "Hvert [[stratum]] skal have n (et helt tal over 0) og de samme kolonner; per er en liste af kolonner."
    per, given = table.get("per", []), table.get("stratum")
    if (
        not isinstance(per, list)
        or not all(isinstance(one, str) for one in per)
        or not isinstance(given, list)
        or not given
    ):
        raise InputError(f"{name} er ikke en stratafil. {remedy}")
    strata: list[tuple[tuple[tuple[str, str], ...], int]] = []
    for one in given:
        n = one.get("n") if isinstance(one, dict) else None
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise InputError(f"{name}: et stratum har intet brugbart n. {remedy}")
        values = tuple(
            (column, status_of(value) if column == "status" else text_of(value))
            for column, value in one.items()
            if column != "n"
        )
        strata.append((values, n))
    if len({tuple(column for column, _ in values) for values, _ in strata}) > 1:
        raise InputError(f"{name}: stratene har forskellige kolonner. {remedy}")
    if len({values for values, _ in strata}) < len(strata):
        raise InputError(f"{name}: to strata er ens. {remedy}")
    return Strata(tuple(per), tuple(strata))


def load_population(path: Path, columns: Sequence[str], mapping: Mapping[str, str] | None = None) -> Population:
    """The cases of a list (CSV, XLSX, JSONL, Parquet).

    Args:
        path: the list; ``case_id`` and the columns are needed; ``aar`` may be given as the date ``visitation``.
        columns: the columns of the strata.
        mapping: ``--columns``: own names → the contract's.

    Raises:
        InputError: a column is missing, or an id is missing or stands twice.
    """
    cases: dict[str, tuple[str, ...]] = {}
    for number, row in read_list(path, mapping):
        if number == 1:
            _check_columns(row, columns, path)
        case_id = case_id_of(row, path, number)
        if case_id in cases:
            raise InputError(
                f"{shown(path)}, række {number}: sagen står i listen to gange. Fjern den ene; listen "
                "skal have hver sag én gang."
            )
        cases[case_id] = tuple(_value(row, column) for column in columns)
    if not cases:
        raise InputError(f"{shown(path)} har ingen sager. Giv en liste med en række pr. sag.")
    return Population(cases, tuple(columns), fingerprint(cases))


def _check_columns(row: Mapping[str, object], columns: Sequence[str], path: Path) -> None:
    for column in ("case_id", *columns):
        if column not in row and not (column == "aar" and "visitation" in row):
            found = ", ".join(one_line(mask_name(name)) for name in row) or "ingen"
            raise InputError(
                f"{shown(path)}: kolonnen {column} mangler. Fundne kolonner: {found}. Omdøb kolonnen, "
                "eller brug --columns."
            )


def _value(row: Mapping[str, object], column: str) -> str:
    if column == "aar":
        return year_of(row)
    return one_line(mask_name(status_of(row.get(column)) if column == "status" else text_of(row.get(column))))


def fingerprint(cases: Mapping[str, tuple[str, ...]]) -> str:
    """SHA-256 of the sorted ids with their values: the same list gives the same, in whatever order."""
    found = hashlib.sha256()
    for case_id in sorted(cases):
        found.update("\t".join((case_id, *cases[case_id])).encode() + b"\n")
    return found.hexdigest()


def load_unusable(path: Path, mapping: Mapping[str, str] | None = None) -> dict[str, str]:
    """The unusable cases of a list with ``case_id`` and perhaps ``reason``.

    Raises:
        InputError: the list cannot be read, or has no ``case_id``.
    """
    found: dict[str, str] = {}
    for number, row in read_list(path, mapping):
        found[case_id_of(row, path, number)] = one_line(mask_name(text_of(row.get("reason"))))
    return found


def draw(
    population: Population,
    strata: Strata,
    seed: str,
    unusable: Mapping[str, str] | None = None,
    replacements: int = REPLACEMENTS,
) -> Sample:
    """Draw a sample.

    Args:
        population: the list; its columns are those of the strata.
        strata: how many of which cases.
        seed: any text; another one gives another sample.
        unusable: cases that were drawn and cannot be used, with the reasons; the next ones take their places.
        replacements: how many cases to list after the drawn ones of each stratum.

    Returns:
        The sample.

    Raises:
        InputError: an unusable case is not in the list.
    """
    bad = dict(unusable or {})
    strangers = [case_id for case_id in bad if case_id not in population.cases]
    if strangers:
        raise InputError(
            f"Sagen {strangers[0]} er meldt uanvendelig, men står ikke i populationen. Ret listen "
            "over uanvendelige sager."
        )
    place = {column: number for number, column in enumerate(population.columns)}
    members: dict[tuple[str, ...], list[str]] = {}
    for case_id, values in population.cases.items():
        members.setdefault(values, []).append(case_id)
    wholes = sorted({tuple(values[place[column]] for column in strata.per) for values in members})
    found: list[Place] = []
    summary: list[Stratum] = []
    wanted: set[tuple[str, ...]] = set()
    for whole in wholes:
        for fixed, n in strata.strata:
            given = {**dict(zip(strata.per, whole, strict=True)), **dict(fixed)}
            key = tuple(given[column] for column in population.columns)
            wanted.add(key)
            ordered = in_order(members.get(key, ()), seed)
            places = _places(ordered, key, n, bad, replacements)
            found += places
            drawn = sum(one.role == DRAWN for one in places)
            summary.append(Stratum(key, len(ordered), n, drawn, sum(one.role == UNUSABLE for one in places)))
    outside = Counter({values: len(cases) for values, cases in members.items() if values not in wanted})
    return Sample(seed, population.columns, len(strata.per), found, summary, outside)


def in_order(case_ids: Iterable[str], seed: str) -> list[str]:
    """Ids in the order in which they are drawn.

    >>> in_order(["a", "b", "c"], "7") == in_order(["c", "a", "b"], "7")
    True
    """
    return sorted(case_ids, key=lambda case_id: (hashlib.sha256(f"{seed}\n{case_id}".encode()).hexdigest(), case_id))


def _places(
    ordered: Sequence[str], key: tuple[str, ...], n: int, unusable: Mapping[str, str], replacements: int
) -> list[Place]:
    found: list[Place] = []
    drawn = listed = 0
    for number, case_id in enumerate(ordered, start=1):
        if drawn == n and listed == replacements:
            break
        if case_id in unusable:
            found.append(Place(case_id, key, number, UNUSABLE, unusable[case_id]))
        elif drawn < n:
            drawn += 1
            found.append(Place(case_id, key, number, DRAWN))
        else:
            listed += 1
            found.append(Place(case_id, key, number, REPLACEMENT))
    return found

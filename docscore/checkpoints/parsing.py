"""Reads and checks a catalogue: the one place where its rules are enforced, each fault naming its row."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from docscore.case import Kind
from docscore.checkpoints.catalogue import (
    FIELDS,
    SAG,
    SHORT_LENGTH,
    SOURCE,
    TOPICS,
    Catalogue,
    CatalogueError,
    Checkpoint,
    CheckpointType,
    Krav,
    Population,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_ID = re.compile(r"[a-z]+\.[a-z0-9_]+", re.ASCII)


def parse_catalogue(text: str, source: str = SOURCE) -> Catalogue:
    """Read and check a catalogue.

    Args:
        text: TOML with the tables ``themes`` and ``kinds`` and one ``[[checkpoint]]`` per row.
        source: the file's name, for messages.

    Returns:
        The catalogue, in the text's order.

    Raises:
        CatalogueError: the text is no TOML, or a row has an unknown, missing or contradictory value.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{source} er ikke gyldig TOML: {error}. Ret filen.") from error
    rows = data.get("checkpoint")
    if not isinstance(rows, list) or not rows:
        raise CatalogueError(f"{source} har ingen kontrolpunkter. Tilføj mindst én [[checkpoint]].")
    checkpoints = tuple(_checkpoint(row, number, source) for number, row in enumerate(rows, start=1))
    by_id: dict[str, Checkpoint] = {}
    for number, checkpoint in enumerate(checkpoints, start=1):
        if checkpoint.id in by_id:
            raise _error(source, number, checkpoint.id, "id'et findes allerede; giv rækken sit eget")
        by_id[checkpoint.id] = checkpoint
    for number, checkpoint in enumerate(checkpoints, start=1):
        for key, other in (("same_as", checkpoint.same_as), ("law_when", checkpoint.law_when)):
            if other is not None and (other not in by_id or other == checkpoint.id):
                raise _error(source, number, checkpoint.id, f"»{key}« skal nævne et andet kontrolpunkt")
    themes = _names(data.get("themes"), "themes", [str(theme) for theme in range(1, 7)], source)
    kinds = _names(data.get("kinds"), "kinds", [*Kind, SAG], source)
    return Catalogue(
        checkpoints=checkpoints,
        themes=MappingProxyType({int(theme): names for theme, names in themes.items()}),
        kinds=MappingProxyType(kinds),
        by_id=MappingProxyType(by_id),
    )


_TYPES: dict[str, type | tuple[type, ...]] = {
    "theme": int,
    "n": int,
    "national": (int, float),
    "own": bool,
    "breach": bool,
    "measured": bool,
    "inddragelse": bool,
}
"""The TOML type of each key that is not a string."""

_KEYS = frozenset(field.name for field in fields(Checkpoint))
_REQUIRED = (
    "id",
    "theme",
    "kind",
    "type",
    "population",
    "krav",
    "question_da",
    "question_en",
    "short_da",
    "short_en",
    "ask_da",
    "ask_en",
)
_CHOICES: dict[str, frozenset[str]] = {
    "kind": frozenset([*Kind, SAG]),
    "type": frozenset(CheckpointType),
    "population": frozenset(Population),
    "krav": frozenset(Krav),
    "topic": frozenset(TOPICS),
    "field": frozenset(FIELDS),
}


def _checkpoint(row: Any, number: int, source: str) -> Checkpoint:
    """One checked row; every fault is reported with the row's number and id."""
    if not isinstance(row, dict):
        raise _error(source, number, "?", "rækken skal være en [[checkpoint]]")
    row_id = str(row.get("id", "?"))
    fault = _shape_fault(row)
    if fault is None:
        fault = next((message for broken, message in _rules(row) if broken), None)
    if fault is not None:
        raise _error(source, number, row_id, fault)
    values = dict(row)
    values["type"] = CheckpointType(row["type"])
    values["population"] = Population(row["population"])
    values["krav"] = Krav(row["krav"])
    return Checkpoint(**values)


def _shape_fault(row: Mapping[str, Any]) -> str | None:
    """What is wrong with a row's keys and types, or None."""
    for key in _REQUIRED:
        if key not in row:
            return f"nøglen »{key}« mangler; tilføj den"
    for key, value in row.items():
        if key not in _KEYS:
            return f"nøglen »{key}« er ukendt; fjern eller ret den"
        wanted = _TYPES.get(key, str)
        # bool is a subclass of int: "theme = true" must not pass for a number.
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            return f"værdien af »{key}« har en forkert type; ret den"
        if isinstance(value, str) and (not value.strip() or "\n" in value):
            return f"værdien af »{key}« skal være én linje med tekst"
        if key in _CHOICES and value not in _CHOICES[key]:
            return f"»{value}« er ikke en gyldig værdi af »{key}« ({', '.join(sorted(_CHOICES[key]))})"
    return None


def _rules(row: Mapping[str, Any]) -> Iterator[tuple[bool, str]]:
    """The rules between a row's values: whether each is broken, and what to do."""
    kind, type_ = row["kind"], row["type"]
    yield _ID.fullmatch(row["id"]) is None, "»id« skal have formen dokument.spoergsmaal i små bogstaver"
    yield row["theme"] not in (1, 2, 3, 4, 6), "»theme« skal være 1-4 eller 6 (tema 5 er en visning)"
    yield (type_ == "topic") != ("topic" in row), "»topic« skal stå ved typen topic og kun der"
    yield (
        row.get("own", False) and row.get("topic") != "klart_jobmaal",
        "»own« gælder kun emnet klart_jobmaal",
    )
    yield "head" in row and type_ != "text", "»head« gælder kun typen text"
    yield type_ == "field" and "field" not in row, "typen field skal have »field«"
    yield "field" in row and type_ not in ("field", "text"), "»field« gælder kun typerne field og text"
    yield kind == SAG and type_ in ("topic", "text", "compare"), "typen kræver et dokument, ikke »sag«"
    yield row.get("breach", False) and type_ != "presence", "»breach« gælder kun typen presence"
    yield row.get("measured", False) and type_ != "dates", "»measured« gælder kun typen dates"
    yield not 0 <= row.get("national", 0) <= 100, "»national« er en procent fra 0 til 100"
    yield row.get("n", 1) < 1, "»n« skal være mindst 1"
    yield "figure" in row and "section" in row, "angiv enten »figure« eller »section«"
    has_source = "figure" in row or "section" in row
    yield (
        "national" in row and not ("n" in row and has_source),
        "»national« skal have »n« og »figure«/»section«",
    )
    yield ("national_note" in row) != ("national_note_en" in row), "»national_note« skal stå på begge sprog"
    for language in ("da", "en"):
        yield not row[f"question_{language}"].endswith("?"), f"»question_{language}« skal slutte med »?«"
        yield not row[f"ask_{language}"].endswith("."), f"»ask_{language}« skal slutte med punktum"
        yield len(row[f"short_{language}"]) > SHORT_LENGTH, f"»short_{language}« er over {SHORT_LENGTH} tegn"


def _names(table: Any, key: str, wanted: Sequence[str], source: str) -> dict[str, Mapping[str, str]]:
    """A table of Danish and English names, complete and nothing beside."""
    if not isinstance(table, dict) or set(table) != set(wanted):
        raise CatalogueError(f"{source}: tabellen [{key}] skal have netop disse navne: {', '.join(wanted)}.")
    for name, names in table.items():
        if not isinstance(names, dict) or not all(isinstance(names.get(lang), str) for lang in ("da", "en")):
            raise CatalogueError(f"{source}: [{key}] »{name}« skal have et navn på dansk (da) og engelsk (en).")
    return {name: MappingProxyType(table[name]) for name in wanted}


def _error(source: str, number: int, row_id: str, fault: str) -> CatalogueError:
    return CatalogueError(f"{source}, kontrolpunkt nr. {number} (»{row_id}«): {fault}.")

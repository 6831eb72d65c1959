"""Names of a table's columns: the contract's, and how other systems' names are mapped to them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from docscore.errors import InputError
from docscore.readers.facts import BOOL_FIELDS, DATE_FIELDS, LIST_FIELDS, TEXT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DOCUMENT_COLUMNS = ("case_id", "text", "document_id", "kind", "date", "kommune", "status")
"""Columns of a flat export; the first two are needed."""

CASE_COLUMNS = ("case_id", *TEXT_FIELDS, *DATE_FIELDS, *LIST_FIELDS, *BOOL_FIELDS)
"""Columns of the table given with ``--cases``; ``case_id`` is needed."""

KNOWN = tuple(dict.fromkeys((*DOCUMENT_COLUMNS, *CASE_COLUMNS)))


# How much of a header a message shows, and what a column's name looks like at most.
_MOST_NAMES = 10
_LONGEST_NAME = 30
_LONGEST_CELL = 40
_MOST_WORDS = 5
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def short(column: str) -> str:
    """A column's name for a message: one line of at most 30 characters."""
    name = " ".join(column.split())
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def looks_like_header(header: list[str]) -> bool:
    """Whether a first row can be column names: no long cells, no sentences, no numbers or dates.

    >>> looks_like_header(["Sagsnr.", "Tekst 1"]), looks_like_header(["S-1", "Borgeren er syg."])
    (True, False)
    """
    cells = [cell.strip() for cell in header if cell.strip()]
    return not any(
        len(cell) > _LONGEST_CELL
        or len(words := cell.split()) > _MOST_WORDS
        or "\n" in cell
        or (len(words) > 2 and cell[-1] in ".!?")
        or not _LETTERS.search(cell)
        for cell in cells
    )


def load_columns(source: str | Path | Iterable[str]) -> dict[str, str]:
    """Read a column mapping: own name → the contract's name.

    Args:
        source: a TOML file (a ``[columns]`` table, or the pairs at its top level: ``"Sagsnr" = "case_id"``),
            one ``own=contract`` pair, or several pairs and files.

    Returns:
        The mapping, checked: only names of the contract on the right, each at most once.

    Raises:
        InputError: a pair without ``=``, an unknown or repeated contract name, a broken file.

    >>> load_columns(["Sagsnr=case_id", "Tekst=text"])
    {'Sagsnr': 'case_id', 'Tekst': 'text'}
    """
    items = [source] if isinstance(source, str | Path) else list(source)
    mapping: dict[str, str] = {}
    for item in items:
        text = str(item)
        if isinstance(item, Path) or (text.lower().endswith(".toml") and "=" not in text):
            pairs = _from_toml(Path(text))
        else:
            own, separator, contract = text.rpartition("=")
            if not separator or not own.strip() or not contract.strip():
                raise InputError(f"Kolonneparret {text!r} kan ikke læses. Skriv det som egetnavn=kontraktnavn.")
            pairs = {own.strip(): contract.strip()}
        mapping.update(pairs)
    return checked(mapping)


def checked(mapping: Mapping[str, str]) -> dict[str, str]:
    """The mapping with its right-hand sides validated.

    Raises:
        InputError: an unknown contract name, or one that two columns are mapped to.
    """
    result: dict[str, str] = {}
    for own, contract in mapping.items():
        name = contract.strip().removeprefix("dates.").removeprefix("fields.")
        if name not in KNOWN:
            raise InputError(
                f"Kolonnen {own!r} er knyttet til {contract!r}, som ikke kendes. Brug en af: {', '.join(KNOWN)}."
            )
        if name in result.values():
            raise InputError(f"To kolonner er knyttet til {name!r}. Fjern den ene fra --columns.")
        result[own] = name
    return result


def _from_toml(path: Path) -> dict[str, str]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"Kolonnefilen {path} findes ikke. Ret stien til --columns.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f'Kolonnefilen {path} kan ikke læses. Skriv linjer som "Sagsnr" = "case_id".') from error
    table = raw.get("columns", raw)
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise InputError(f'Kolonnefilen {path} skal holde linjer som "Sagsnr" = "case_id".')
    return dict(table)


def contract_names(header: list[str], mapping: Mapping[str, str]) -> list[str]:
    """The contract's name for each column of a header; other columns keep their own.

    Names are compared without regard to case and surrounding space. A column that bears a contract's name
    counts as itself, unless the header also has the column that is mapped to that name.
    """
    wanted = {own.strip().casefold(): contract for own, contract in mapping.items()}
    names: list[str] = []
    for column in header:
        folded = column.strip().casefold()
        short = folded.removeprefix("dates.").removeprefix("fields.")
        names.append(wanted.get(folded) or (short if short in KNOWN else column.strip()))
    mapped = {wanted[folded] for column in header if (folded := column.strip().casefold()) in wanted}
    for place, column in enumerate(header):
        if names[place] in mapped and column.strip().casefold() not in wanted:
            names[place] = f"{column.strip()} (egen)"
    return names


def unknown_columns(mapping: Mapping[str, str], *headers: list[str]) -> list[str]:
    """The left sides of a mapping that none of the headers has."""
    found = {column.strip().casefold() for header in headers for column in header}
    return [own for own in mapping if own.strip().casefold() not in found]


def require(
    names: list[str], needed: tuple[str, ...], header: list[str], file: str, mapping: Mapping[str, str] | None = None
) -> None:
    """Make sure that the needed columns are there.

    Args:
        names: the columns by contract name.
        needed: the names that must be among them.
        header: the columns as the file names them.
        file: the file's name, for the message.
        mapping: the mapping of ``--columns``; what it names and the header lacks is named in the message.

    Raises:
        InputError: one is missing; the message names the columns found, but never quotes a row of the case.
    """
    missing = [name for name in needed if name not in names]
    if missing:
        unknown = [own for own in unknown_columns(mapping or {}, header) if (mapping or {})[own] in missing]
        typed = f" --columns nævner {', '.join(map(repr, unknown))}, som filen ikke har." if unknown else ""
        shown = [short(column) for column in header if column.strip()]
        example = shown[0] if shown else "egetnavn"
        found = ", ".join(shown[:_MOST_NAMES]) or "ingen"
        more = f" og {len(shown) - _MOST_NAMES} flere" if len(shown) > _MOST_NAMES else ""
        hint = f"Fundne kolonner: {found}{more}. "
        if not looks_like_header(header):
            example = "egetnavn"
            hint = "Første række ligner ikke kolonnenavne; skriv kolonnernes navne i filens første række. "
        raise InputError(
            f"{file}: kolonnen {' og '.join(missing)} mangler.{typed} {hint}"
            f"Knyt kolonnerne med --columns, f.eks. --columns {example}={missing[0]}."
        )
    twice = [name for name in needed if names.count(name) > 1]
    if twice:
        raise InputError(f"{file}: kolonnen {twice[0]} findes to gange. Omdøb den ene, eller brug --columns.")

"""Names of a table's columns: the contract's, and how other systems' names are mapped to them."""

from __future__ import annotations

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

    Names are compared without regard to case and surrounding space; a mapped column wins over one
    that bears the contract's name itself.
    """
    wanted = {own.strip().casefold(): contract for own, contract in mapping.items()}
    names: list[str] = []
    for column in header:
        folded = column.strip().casefold()
        short = folded.removeprefix("dates.").removeprefix("fields.")
        names.append(wanted.get(folded) or (short if short in KNOWN else column.strip()))
    mapped = set(mapping.values())
    for place, column in enumerate(header):
        if names[place] in mapped and column.strip().casefold() not in wanted:
            names[place] = f"{column.strip()} (egen)"
    return names


def require(names: list[str], needed: tuple[str, ...], header: list[str], file: str) -> None:
    """Make sure that the needed columns are there.

    Raises:
        InputError: one is missing; the message names the columns found.
    """
    missing = [name for name in needed if name not in names]
    if missing:
        found = ", ".join(column.strip() for column in header[:30] if column.strip()) or "ingen"
        example = header[0].strip() if header and header[0].strip() else "egetnavn"
        raise InputError(
            f"{file}: kolonnen {' og '.join(missing)} mangler. Fundne kolonner: {found}. "
            f"Knyt kolonnerne med --columns, f.eks. --columns {example}={missing[0]}."
        )
    twice = [name for name in needed if names.count(name) > 1]
    if twice:
        raise InputError(f"{file}: kolonnen {twice[0]} findes to gange. Omdøb den ene, eller brug --columns.")

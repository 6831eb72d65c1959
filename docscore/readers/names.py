"""File names: what is hidden, in which order, and what a suffix stands for."""

from __future__ import annotations

import re
import unicodedata

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson", ".parquet"})
NOTES_SUFFIXES = frozenset({".json", ".xml", ".jsonl", ".ndjson"})
LINES_SUFFIXES = frozenset({".jsonl", ".ndjson"})
MAIL_SUFFIXES = frozenset({".eml", ".msg"})
FACTS_NAME = "sag.json"

_HIDDEN = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_DIGITS = re.compile(r"([0-9]+)")


def suffix_of(name: str) -> str:
    """The lower-case suffix with its dot, or an empty string."""
    base = name.rpartition("/")[2]
    stem, dot, suffix = base.rpartition(".")
    return "." + suffix.lower() if dot and stem else ""


def stem_of(name: str) -> str:
    """The base name without its suffix."""
    base = name.rpartition("/")[2]
    suffix = suffix_of(base)
    return base[: len(base) - len(suffix)] if suffix else base


def is_hidden(name: str) -> bool:
    """Hidden and temporary files of Windows, macOS and Office (``~$x.docx``, ``.DS_Store`` …)."""
    return name.startswith((".", "~$", "~WRL")) or name.casefold() in _HIDDEN


def natural_key(name: str) -> tuple[tuple[object, ...], str]:
    """Sort key by which ``sag 2`` comes before ``sag 10``, on every machine the same.

    Numbers are compared by length and digits, so that a name of a thousand digits is no trouble.
    """
    parts = _DIGITS.split(unicodedata.normalize("NFC", name).casefold())
    key: list[object] = []
    for place, part in enumerate(parts):
        if place % 2:
            digits = part.lstrip("0")
            key.append((len(digits), digits))
        else:
            key.append(part)
    return tuple(key), name


def same_name(name: str) -> str:
    """Form in which names of two sources are compared: NFC, case folded, ``/`` as separator."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold().removeprefix("./")


def unique_id(wanted: str, taken: set[str]) -> str:
    """``wanted``, or ``wanted~2``, ``wanted~3`` … when taken; adds the answer to ``taken``."""
    answer, number = wanted, 1
    while answer in taken:
        number += 1
        answer = f"{wanted}~{number}"
    taken.add(answer)
    return answer

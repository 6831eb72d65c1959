"""Which programmes and activities evidence names, by type (``efforts.toml``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from docscore.language.lexicon import Lexicon
from docscore.language.tokens import words as tokens_of
from docscore.values.amounts import any_of
from docscore.values.said import Said

_CLAUSE = re.compile(r"[.;!?\n]\s|[,;/]\s|\s(?:men|og)\s")


@cache
def _data() -> dict[str, Any]:
    raw: dict[str, Any] = tomllib.loads(files("docscore.values").joinpath("efforts.toml").read_text(encoding="utf-8"))
    return raw


@cache
def _lexicon() -> Lexicon:
    types = _data()["type"]
    return Lexicon(
        {name: entry["words"] for name, entry in types.items()},
        "efforts.toml",
        {name: entry.get("not", []) for name, entry in types.items()},
    )


@cache
def _rejected(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{any_of(w.rstrip('*') for w in _data()['rejected'][kind])})", re.I)


def efforts_of(said: Sequence[Said], groups: Sequence[str] = (), *, ahead: bool = True) -> list[str] | None:
    """The types of programmes and activities that the sentences name, each once, in their order.

    Args:
        said: the evidence.
        groups: only types of these groups; all where empty.
        ahead: whether they are to be started or running, so that finished ones are left out.

    >>> efforts_of([Said("Mentor bevilges i tre måneder, og praktik hos Kvickly fra uge 12.")])
    ['mentor', 'virksomhedspraktik']
    >>> efforts_of([Said("Danskundervisning på FVU, mentor er tilbudt og takket nej til.")])
    ['danskundervisning', 'kursus']
    """
    found: dict[str, None] = {}
    types = _data()["type"]
    for one in said:
        for name in _named(one, ahead):
            if not groups or types[name]["group"] in groups:
                found[name] = None
    return list(found) or None


def _named(said: Said, ahead: bool) -> list[str]:
    if ahead and _rejected("over").search(said.prompt):
        return []
    clauses = _clauses(said.text)
    names: list[str] = []
    for place, clause in enumerate(clauses):
        # What is rejected may stand behind a comma or an "og": "mentor er tilbudt og takket nej til".
        behind = clauses[place + 1] if place + 1 < len(clauses) else ""
        if _is_rejected(clause, ahead) or (not _hits(behind) and _is_rejected(behind, ahead)):
            continue
        names += _hits(clause)
    if not names and said.field and not _is_rejected(said.text, ahead) and (not ahead or _YES.match(said.text)):
        asked = list(dict.fromkeys(_hits(said.prompt)))
        return asked if len(asked) == 1 else []  # "Mentor: ja, 2 timer om ugen"
    return names


def _clauses(text: str) -> list[str]:
    return [part for part in _CLAUSE.split(text) if part.strip()]


def _hits(text: str) -> list[str]:
    return [hit.name for hit in _lexicon().hits(tokens_of(text))]


def _is_rejected(text: str, ahead: bool) -> bool:
    return any(_rejected(kind).search(text) is not None for kind in ("words", "over" if ahead else "planned"))


_YES = re.compile(r"\W*(?:ja\b|\d|fortsætter|forlænges|bevilge)", re.I)

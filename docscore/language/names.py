"""The citizen's own name, read from a document's head, so that "Birthe" and "BLK" are known to be the citizen."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

_NAME = r"[A-ZÆØÅ][\w'’-]+(?:[ \t]+(?:[A-ZÆØÅ][\w'’.-]*|von|van|de|el|al)){0,4}"
_CPR = re.compile(r"\d{6}[- ]?[\dXx]{4}")
_NAME_AT_END = re.compile(rf"({_NAME})[\s,;:|()–-]{{1,8}}(?:\(?(?:cpr|født|f\.)[\w.: -]{{0,8}})?$")
_NAME_AT_START = re.compile(_NAME)
_GOES_ON = re.compile(r"[ \t]{0,9}(?!cpr|født|f\.|og )[a-zæøå?!]")
_PROMPTS = frozenset(
    {"borgerens navn", "borgers navn", "navn", "borger", "bgr", "bg", "vedr", "sag vedr", "vedrørende", "angående"}
    | {"sagen vedrører", "vedrører", "sag"}
)
_LABEL = re.compile(r"[ \t]*(?:\d{1,2}(?:\.\d{1,2})*[.)]?[ \t]+)?([A-Za-zÆØÅæøå][A-Za-zæøå ]{1,15})[ \t.]*[:|\t][ \t]*")
_ABBREVIATIONS = frozenset(
    [
        "pt",
        "ms",
        "el",
        "sb",
        "ut",
        "vk",
        "jk",
        "pa",
        "fp",
        "ca",
        "kl",
        "nr",
        "tv",
        "hf",
        "it",
        "hk",
        "ra",
        "rt",
        "jc",
        "ve",
        "hø",
        "md",
        "ib",
        "gr",
        "ls",
        "bl",
        "ex",
        "obs",
        "mv",
        "kol",
        "mr",
        "ct",
    ]
)
"""Initials that are commoner as something else ("pt.", "MS", "VK")."""

_HEAD = 1500
_NO_NAME = frozenset(
    [
        "kommune",
        "jobcenter",
        "jobcentret",
        "hun",
        "han",
        "jeg",
        "vi",
        "det",
        "der",
        "ingen",
        "ikke",
        "vil",
        "har",
        "er",
        "kan",
        "ønsker",
        "borger",
        "borgeren",
        "navn",
        "cpr",
        "dato",
        "side",
        "rehabiliteringsteamet",
        "indstilling",
        "forberedende",
        "del",
        "samtale",
        "journal",
        "og",
        "i",
        "på",
        "den",
        "de",
        "af",
        "for",
        "til",
        "med",
    ]
)


@cache
def first_names() -> dict[str, str]:
    """Common first names, lower-case, with the pronoun that goes with each, or "" (``data/first_names.txt``)."""
    raw = files("docscore.language").joinpath("data", "first_names.txt").read_text("utf-8")
    found: dict[str, str] = {}
    pronoun = ""
    for line in raw.splitlines():
        if line.startswith("["):
            pronoun = line.strip("[]") if line in ("[hun]", "[han]") else ""
        elif not line.startswith("#"):
            found.update(dict.fromkeys(line.split(), pronoun))
    return found


def is_abbreviation(word: str) -> bool:
    """Whether lower-case initials are commoner as something else ("pt.", "MS", "VK")."""
    return word in _ABBREVIATIONS


def citizen_names(text: str, start: int = 0, end: int | None = None) -> frozenset[str]:
    """Lower-cased first names, surnames and initials of the citizen named in the head of ``text[start:end]``.

    Empty where no name stands beside a CPR number or a name field. Nothing here is ever logged.
    """
    head = text[start : min(len(text) if end is None else end, start + _HEAD)]
    found: set[str] = set()
    given: list[str] = []
    for cpr in _CPR.finditer(head):
        before = _NAME_AT_END.search(head, max(0, cpr.start() - 80), cpr.start())
        if before:
            given.append(before.group(1))
    for line in head.split("\n"):
        label = _LABEL.match(line)
        if label and label.group(1).strip().lower() in _PROMPTS:
            name = _NAME_AT_START.match(line, label.end())
            # "Bgr.: Hvad med en kantine?" is a remark, not a name.
            if name and not _GOES_ON.match(line, name.end()):
                given.append(name.group())
    for name_words in given:
        parts = [part.strip(".,'’").lower() for part in name_words.split()]
        parts = [part for part in parts if part and part not in _NO_NAME and not part.isdigit()]
        if not 1 <= len(parts) <= 5:
            continue
        found.update(part for part in parts if len(part) > 1)
        if len(parts) > 1:
            found.add("".join(part[0] for part in parts))
            found.add(parts[0][0] + parts[-1][0])
    return frozenset(name for name in found if len(name) > 1 and name not in _ABBREVIATIONS)


_GIVEN = re.compile(r"[A-ZÆØÅ][a-zæøåé]+")
_BEFORE_NAME = re.compile(r"(?<![A-Za-zÆØÅæøå])([A-Za-zÆØÅæøå]++(?:-[a-zæøå]++)?)[ ,:(]{1,3}(?=[A-ZÆØÅ][a-zæøåé])")
_ROLE_AFTER = re.compile(r" ?[(,] ?(?:hendes |hans |borgers |borgerens |min )?([a-zæøå]+(?:-[a-zæøå]+)?)")


def role_names(text: str, start: int, end: int, role_of: Callable[[str], str | None]) -> dict[str, str]:
    """Other people's names with the role the document gives them ("hustru Jytte", "Kaj, butikschef").

    Args:
        text: a file's text.
        start: where the document begins in it.
        end: where it ends.
        role_of: the role (a word class of people) that a lower-cased word names, or None.

    Returns:
        Lower-cased name → role. Nothing here is ever logged.
    """
    found: dict[str, str] = {}
    for before in _BEFORE_NAME.finditer(text, start, end):
        given = _GIVEN.match(text, before.end(), end)
        if given is None:
            continue
        role = role_of(before.group(1).lower())
        if role:
            found.setdefault(given.group().lower(), role)
            surname = _GIVEN.match(text, given.end() + 1, end) if text[given.end() : given.end() + 1] == " " else None
            if surname:
                found.setdefault(surname.group().lower(), role)
        elif (after := _ROLE_AFTER.match(text, given.end(), end)) and (role := role_of(after.group(1))):
            found.setdefault(given.group().lower(), role)
    return found

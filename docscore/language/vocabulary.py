"""The bundled vocabulary: word classes and qualifier cues, matched in one pass over a sentence."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from docscore.language.lexicon import Hit, Lexicon, LexiconError
from docscore.language.tokens import words

NO_CUE = "none"
"""Category of the phrases that silence the cues inside them ("ikke kun", "uden for")."""

_NOT = "!"
"""Before a class or cue: a phrase inside which it is not meant ("10 min" and the citizen's "min")."""

PAST_TIME = "past_time"
"""Category of the times and stations that are over: no qualifier, but what a verb of state may need beside it."""

_CATEGORIES = ("negation", "guidance", "history", "hypothesis", "ruled_out", PAST_TIME, NO_CUE)
PREVIOUS = "previous"
"""Direction of a cue that points back: what the sentence before says is what it governs."""

CLAUSE = "clause"
"""Direction of a cue that holds for the clause it stands in."""

_DIRECTIONS = ("forward", "backward", "both", "sentence", CLAUSE, PREVIOUS)
_NEEDS = ("", "subject", "time", "title")


@dataclass(frozen=True, slots=True)
class Cue:
    """A qualifier's cue: its category, the direction of its scope and its reach in words."""

    category: str
    direction: str
    reach: int
    needs: str = ""
    """What must stand in the sentence too: a "subject" beside it, a past "time", a "title" behind it."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Word classes (``classes.toml``) and cues (``cues.toml``) with the words at which a scope stops."""

    lexicon: Lexicon
    classes: tuple[str, ...]
    cues: dict[str, Cue]
    stops: frozenset[str]
    stop_phrases: dict[str, list[tuple[str, ...]]]
    prompts: Lexicon
    """Categories of qualifiers that hold for all that stands under a prompt."""

    turn: dict[str, frozenset[str]]
    """Words by their use: of the present, at which a clause can begin, and who did it (``past.toml``); with what a
    condition opens and its main clause begins (``cues.toml``)."""

    marks: frozenset[str]
    """The names in the lexicon that are no classes: cues, and phrases that silence."""

    def find(self, tokens: list[str]) -> tuple[list[Hit], list[tuple[Hit, Cue]]]:
        """The class hits and the cue hits in lower-cased ``tokens``, each by position."""
        found = self.lexicon.hits(tokens)
        if self.marks.isdisjoint([hit[2] for hit in found]):
            return found, []
        hits: list[Hit] = []
        cues: list[tuple[Hit, Cue]] = []
        silent = 0  # the token behind the last phrase that only looks like a cue
        silenced: dict[str, int] = {}  # likewise of each class
        marks = self.marks
        for hit in found:
            position, length, name = hit
            if name not in marks:
                if not silenced or position + length > silenced.get(name, 0):
                    hits.append(hit)
            elif name[0] == _NOT:
                silenced[name[1:]] = position + length
            elif not silenced or position + length > silenced.get(name, 0):
                cue = self.cues[name]
                if cue.category == NO_CUE:
                    silent = position + length
                elif position >= silent:
                    cues.append((hit, cue))
        return hits, cues


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("docscore.language").joinpath("data", name).read_text("utf-8"))


@cache
def vocabulary() -> Vocabulary:
    """The bundled vocabulary, validated.

    Raises:
        LexiconError: a table breaks the format; the message names file and entry.
    """
    table = _table("classes.toml")
    classes = tuple(table)
    patterns: dict[str, list[str]] = {}
    excluded: dict[str, list[str]] = {}

    def add(name: str, entry: dict[str, Any]) -> None:
        patterns[name] = list(dict.fromkeys(entry["words"]))
        against = entry.get("not", [])
        excluded[name] = [pattern for pattern in against if len(pattern.split()) == 1]
        phrases_against = [pattern for pattern in against if len(pattern.split()) > 1]
        if phrases_against:
            patterns[_NOT + name] = phrases_against

    for class_name, entry in table.items():
        add(class_name, entry)
    raw = _table("cues.toml")
    cues: dict[str, Cue] = {}
    past = _table("past.toml")
    for number, entry in enumerate(raw["cue"] + past["cue"]):
        where = "cues.toml" if number < len(raw["cue"]) else "past.toml"
        if entry["direction"] not in _DIRECTIONS:
            raise LexiconError(f"{where}: ukendt retning »{entry['direction']}« ved {entry['words'][:1]}.")
        if entry["category"] not in _CATEGORIES:
            raise LexiconError(f"{where}: ukendt kategori »{entry['category']}« ved {entry['words'][:1]}.")
        if entry.get("needs", "") not in _NEEDS:
            raise LexiconError(f"{where}: ukendt krav »{entry['needs']}« ved {entry['words'][:1]}.")
        name = f"cue:{number}"
        cues[name] = Cue(entry["category"], entry["direction"], int(entry.get("reach", 99)), entry.get("needs", ""))
        add(name, entry)
    stops = [tuple(words(phrase)) for phrase in raw["stops"]["clause"]]
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for phrase in stops:
        if len(phrase) > 1:
            phrases.setdefault(phrase[0], []).append(phrase)
    return Vocabulary(
        Lexicon(patterns, "classes.toml/cues.toml", excluded),
        classes,
        cues,
        frozenset(phrase[0] for phrase in stops if len(phrase) == 1) | {";", ":"},
        phrases,
        Lexicon(raw["prompts"] | past["prompts"], "cues.toml/past.toml"),
        {use: frozenset(found) for use, found in (past["turn"] | raw["opens"]).items()},
        frozenset(patterns).difference(classes),
    )


@lru_cache(maxsize=8192)
def named(text: str) -> tuple[tuple[str, ...], tuple[Hit, ...]]:
    """The lower-cased tokens of a prompt or heading, and the classes in it (remembered: forms repeat them)."""
    tokens = words(text)
    return tuple(tokens), tuple(vocabulary().find(tokens)[0])


@lru_cache(maxsize=4096)
def meant_under(prompt: str) -> tuple[str, ...]:
    """How everything under a prompt is meant ("Udelukkede funktioner", "Tidligere arbejde"): the categories."""
    return tuple(sorted({hit.name for hit in vocabulary().prompts.hits(words(prompt))}))

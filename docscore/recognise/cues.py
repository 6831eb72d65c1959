"""What documents say about their kind, as data: the cues of ``kinds.toml``, ready to be looked up."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from docscore.case import Kind
from docscore.recognise.phrases import Phrase, PhraseTable


@dataclass(frozen=True, slots=True)
class Cue:
    """A set of phrases that speak for (or, below 0, against) a kind, and what they are worth by place."""

    kind: Kind
    name: str
    title: float
    inside: float
    line: float
    text: float


@dataclass(frozen=True, slots=True)
class Rules:
    """The whole of ``kinds.toml``; what each entry means is said there."""

    cues: tuple[Cue, ...]
    table: PhraseTable
    references: frozenset[str]
    weak_references: frozenset[str]
    articles: frozenset[str]
    title_prompts: frozenset[str]
    numbering: frozenset[str]
    threshold: float
    settled: float
    settled_lead: float
    file_name: float
    file_names: tuple[tuple[Kind, tuple[str, ...]], ...]
    structure: dict[str, dict[str, float]]


@cache
def load_rules() -> Rules:
    """The rules of ``kinds.toml``, read once."""
    data = tomllib.loads(files("docscore.recognise").joinpath("kinds.toml").read_text(encoding="utf-8"))
    cues: list[Cue] = []
    phrases: list[Phrase] = []
    for number, entry in enumerate(data["cue"]):
        title, line, text = (float(entry.get(place, 0)) for place in ("title", "line", "text"))
        inside = float(entry.get("inside", title * float(data["inside"])))
        cues.append(Cue(Kind(entry["kind"]), entry["name"], title, inside, line, text))
        phrases.extend(Phrase(tuple(text.split()), number) for text in entry["phrases"])
    return Rules(
        cues=tuple(cues),
        table=PhraseTable(phrases),
        references=frozenset(data["references"]),
        weak_references=frozenset(data["weak_references"]),
        articles=frozenset(data["articles"]),
        title_prompts=frozenset(data["title_prompts"]),
        numbering=frozenset(data["numbering"]),
        threshold=float(data["threshold"]),
        settled=float(data["settled"]),
        settled_lead=float(data["settled_lead"]),
        file_name=float(data["file_name"]),
        file_names=tuple((Kind(kind), tuple(names)) for kind, names in data["file_names"].items()),
        structure=data["structure"],
    )

"""Whether two documents aim at the same job: one position or work function in common, in whatever words.

"Pedelmedhjælper" and "hjælpe pedellen på en skole" are one function. ``goals.toml`` says which words are; a title or
task that it does not hold is compared by its stem, without the heads of compounds that say nothing of the function.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from docscore.case import Kind
from docscore.checkpoints import reasons
from docscore.decision import Evidence, Finding, Method
from docscore.language import boxes
from docscore.language.lexicon import Lexicon
from docscore.language.tokens import words
from docscore.language.vocabulary import vocabulary

if TYPE_CHECKING:
    from docscore.case import Case, Document
    from docscore.checkpoints.catalogue import Catalogue, Checkpoint
    from docscore.detect.protocol import Detector

GOAL_OF_PLAN, GOAL_OF_RECOMMENDATION = "mp.klart_jobmaal", "ind.klart_jobmaal"
"""The checkpoints whose findings are compared."""

_CLAUSE = re.compile(r"[;.:•\n]|,(?! \w+ og)|(?<=\s)men(?=\s)")
_NOT_AIMED_AT = frozenset({"history", "ruled_out", "negation"})
_FORMER = frozenset({"FORMER", "RULED_OUT"})
_NAMING = frozenset({"TITLE", "TASK"})
_PLACES = frozenset({"SECTOR"})
_PLACING = frozenset({"i", "på", "hos", "ved"})
_JOINING = frozenset({"og", "eller", "med", "som", "samt", "at", "for"})
_ACTIVITIES = ("ing", "ingen", "arbejde", "arbejdet")
_PLACE_REACH = 3
_HEADS = 2
_SHORTEST_STEM = 4
_SHORTEST_WORD = 6
_SAME_BEGINNING = 6


@dataclass(slots=True)
class Goal:
    """What a document aims at: functions by name, and stems of other titles, of things and of workplaces; each with
    its words.
    """

    functions: dict[str, str] = field(default_factory=dict)
    stems: dict[str, str] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)
    workplaces: dict[str, str] = field(default_factory=dict)

    @property
    def thin(self) -> bool:
        """Whether no position or function is named in words that are known."""
        return not (self.functions or self.stems)


@cache
def _data() -> dict[str, Any]:
    raw: dict[str, Any] = tomllib.loads(
        files("docscore.detect.rules").joinpath("goals.toml").read_text(encoding="utf-8")
    )
    return raw


@cache
def _functions() -> Lexicon:
    return Lexicon({name: entry["words"] for name, entry in _data()["function"].items()}, "goals.toml")


def goal_of(quotes: Iterable[str]) -> Goal:
    """The positions and functions in the sentences that state a goal.

    Clauses about former jobs, and what is ruled out, are left aside unless nothing else is there.

    >>> sorted(goal_of(["Jobmålet er pedelmedhjælper, men ikke tømrer."]).functions)
    ['pedel']
    """
    clauses = [words(part) for quote in quotes for part in _CLAUSE.split(_said(quote)) if part.strip()]
    aimed = [clause for clause in clauses if not _set_aside(clause)]
    goal = Goal()
    for clause in aimed:
        _collect(clause, goal)
    if goal.thin and not (goal.things or goal.workplaces):
        for clause in clauses:
            _collect(clause, goal)
    return goal


def _said(quote: str) -> str:
    """A quotation without the options of a form that nobody ticked."""
    if boxes.find_mark(quote) is None:
        return quote
    return " ; ".join(boxes.options(quote, "").ticked) or quote


def _set_aside(clause: list[str]) -> bool:
    hits, cues = vocabulary().find(clause)
    return any(cue.category in _NOT_AIMED_AT for _, cue in cues) or any(hit.name in _FORMER for hit in hits)


def _collect(clause: list[str], goal: Goal) -> None:
    used: set[int] = set()
    functions: list[tuple[str, str]] = []
    workplaces: list[tuple[str, str]] = []
    for hit in _functions().hits(clause):
        places = range(hit.position, hit.position + hit.length)
        said = hit.name, " ".join(clause[place] for place in places)
        (workplaces if _is_workplace(clause, hit.position) else functions).append(said)
        used.update(places)
    hits = vocabulary().find(clause)[0]
    titles = [hit for hit in hits if hit.name == "TITLE" and hit.position not in used]
    # "Pedel i en børnehave" is no work with children, "medhjælper i en børnehave" is.
    titled = any(
        _common().isdisjoint((clause[hit.position], stem_of(clause[hit.position])))
        and not _is_workplace(clause, hit.position)
        for hit in titles
    )
    for name, words_said in functions or ([] if titled else workplaces):
        goal.functions.setdefault(name, words_said)
    named = {hit.position for hit in hits if hit.name in _NAMING and hit.length == 1}
    other = {hit.position + n for hit in hits if hit.name not in _NAMING | _PLACES for n in range(hit.length)}
    for place, word in enumerate(clause):
        stem = stem_of(word)
        if place in used or not _common().isdisjoint((word, stem)) or len(stem) < _SHORTEST_STEM:
            continue
        known = place in named
        if known or (len(word) >= _SHORTEST_WORD and place not in other and word.isalpha()):
            found = goal.workplaces if _is_workplace(clause, place) else goal.stems if known else goal.things
            found.setdefault(stem, word)


def _is_workplace(clause: list[str], position: int) -> bool:
    """Whether a word is where the work is done: "i en børnehave", "på et lille hotel", "på lager"."""
    if clause[position].endswith(_ACTIVITIES):
        return False  # "i digitalisering og registrering"
    before = clause[max(0, position - _PLACE_REACH) : position + 1]
    nearest = next((word for word in reversed(before) if word in _PLACING or word in _JOINING), None)
    return nearest in _PLACING


@cache
def _common() -> frozenset[str]:
    return frozenset(_data()["common"])


def stem_of(word: str) -> str:
    """A word without the head that says nothing of the function, and without its ending.

    >>> stem_of("havnearbejder"), stem_of("urmageren"), stem_of("murerarbejdsmand")
    ('havn', 'urmag', 'murer')
    """
    raw = _data()
    for _ in range(_HEADS):
        for head in raw["heads"]:
            if word.endswith(head) and len(word) - len(head) >= _SHORTEST_STEM:
                word = word[: -len(head)].rstrip("-s") or word
                break
    for ending in raw["endings"]:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def shared(one: Goal, other: Goal) -> list[str]:
    """The words of ``one`` for what both aim at, in its order; empty where they share nothing."""
    wider: dict[str, list[str]] = {name: entry.get("within", []) for name, entry in _data()["function"].items()}
    found: dict[str, None] = {}
    for name, said in one.functions.items():
        if any(name == theirs or name in wider[theirs] or theirs in wider[name] for theirs in other.functions):
            found[said] = None
    ours, theirs_all = one.stems | one.things, other.stems | other.things
    if one.thin or other.thin:
        # Where both name what is to be done, a workplace in common ("på et plejehjem") says nothing.
        ours, theirs_all = ours | one.workplaces, theirs_all | other.workplaces
    for stem, said in ours.items():
        if any(_same(stem, theirs) for theirs in theirs_all):
            found[said] = None
    return list(found)


def _same(stem: str, other: str) -> bool:
    return stem == other or (
        min(len(stem), len(other)) >= _SAME_BEGINNING and (stem.startswith(other) or other.startswith(stem))
    )


@dataclass(frozen=True, slots=True)
class SameGoal:
    """The detector ``sammenligning``: ``mp.jobmaal_som_indstilling``.

    ``read`` finds the goal of one document; the two goals are compared here.
    """

    read: Detector
    catalogue: Catalogue

    def __call__(self, checkpoint: Checkpoint, case: Case, document: Document | None) -> Finding:
        """Compare the goals of the plan and the recommendation, with evidence from both."""
        from docscore.checkpoints.decide import audited_document, has_words

        del checkpoint  # there is one comparison
        recommendation = audited_document(case.documents, Kind.INDSTILLING)
        if document is None or recommendation is None:
            return _unknown(reasons.MISSING if document is None else reasons.NO_RECOMMENDATION)
        if not has_words(recommendation):
            return _unknown(reasons.EMPTY_RECOMMENDATION)
        plan = self.read(self.catalogue[GOAL_OF_PLAN], case, document)
        team = self.read(self.catalogue[GOAL_OF_RECOMMENDATION], case, recommendation)
        if plan.documented is None or team.documented is None:
            return _unknown(plan.reason or team.reason or reasons.NOT_IN_MODEL)
        quotes = _quotes(plan, document) + _quotes(team, recommendation)
        if not (plan.documented and team.documented):
            missing = [one for one in (plan, team) if not one.documented]
            return Finding(False, Method.SAMMENLIGNING, review=all(one.review for one in missing), evidence=quotes)
        ours, theirs = goal_of(q.text for q in plan.evidence), goal_of(q.text for q in team.evidence)
        common = shared(ours, theirs)
        # No word that is known for a title or task decides it: the answer rests on too little.
        named = [word for word in common if word not in (*ours.things.values(), *ours.workplaces.values())]
        thin = not named if common else ours.thin or theirs.thin
        return Finding(
            bool(common),
            Method.SAMMENLIGNING,
            value=common or None,
            review=plan.review or team.review or thin,
            evidence=quotes,
        )


def _quotes(finding: Finding, document: Document) -> tuple[Evidence, ...]:
    return tuple(Evidence(q.start, q.end, q.text, document.document_id) for q in finding.evidence)


def _unknown(reason: str) -> Finding:
    return Finding(None, Method.SAMMENLIGNING, reason=reason)

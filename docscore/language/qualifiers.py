"""Who says it, and how it is meant: speaker, negation, guidance, history, hypothesis, ruled out.

The codebook's hard borders are all of this kind: the same words document a topic or do not, depending
on whose they are and whether they are asserted of this citizen now (rules 3, 4, 6 and 7). The cues
are data (``data/cues.toml``); each has its own direction, reach and stops.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from docscore.language.lexicon import Hit
from docscore.language.people import citizens_pronoun, people_of
from docscore.language.speakers import CITIZEN, NOBODY, Person, Speaker, speaker_of
from docscore.language.vocabulary import CLAUSE, PAST_TIME, PREVIOUS, Cue, meant_under, vocabulary

__all__ = [
    "CITIZEN",
    "Person",
    "Qualified",
    "Qualifier",
    "Scope",
    "Speaker",
    "citizens_pronoun",
    "people_of",
    "pointing_back",
    "qualify",
    "scopes",
]


class Qualifier(StrEnum):
    """How a statement is meant."""

    NEGATION = "negation"
    GUIDANCE = "guidance"
    HISTORY = "history"
    HYPOTHESIS = "hypothesis"
    RULED_OUT = "ruled_out"


class Scope(NamedTuple):
    """A cue at tokens ``cue[0]:cue[1]`` and the tokens ``start:end`` that it governs (cue not counted)."""

    qualifier: Qualifier
    cue: tuple[int, int]
    start: int
    end: int


@dataclass(slots=True)
class Qualified:
    """The qualifiers of one sentence, in token positions."""

    speaker: Speaker
    attributed: bool
    scopes: list[Scope] = field(default_factory=list)

    def has(self, qualifier: Qualifier) -> bool:
        """Whether any cue of that kind stands in the sentence."""
        return any(scope.qualifier is qualifier for scope in self.scopes)

    def covers(self, qualifier: Qualifier, position: int) -> bool:
        """Whether token ``position`` lies in the scope of such a cue."""
        return any(s.qualifier is qualifier and s.start <= position < s.end for s in self.scopes)


_QUALIFIERS = {str(qualifier): qualifier for qualifier in Qualifier}


def scopes(
    tokens: Sequence[str],
    cues: Sequence[tuple[Hit, Cue]],
    hits: Sequence[Hit] = (),
    before: Sequence[Scope] = (),
) -> list[Scope]:
    """The tokens that each cue governs.

    Args:
        tokens: the sentence, lower-cased.
        cues: its cues, as :meth:`docscore.language.vocabulary.Vocabulary.find` gives them.
        hits: its word classes.
        before: the scopes of the sentence before it, where it belongs to the same text; it may tell of the past.
    """
    if not cues:
        return []
    n = len(tokens)
    stops: list[int] | None = None
    then: bool | None = None
    turns: list[int] | None = None
    found: list[Scope] = []
    for (position, length, _), cue in cues:
        end = position + length
        if cue.direction == PREVIOUS or cue.category == PAST_TIME:
            continue
        qualifier = _QUALIFIERS[cue.category]
        if cue.direction == "sentence":
            found.append(Scope(qualifier, (position, end), 0, n))
            continue
        if cue.needs == "time":
            if then is None:
                then = any(scope.qualifier is Qualifier.HISTORY for scope in before) or any(
                    other.category == PAST_TIME for _, other in cues
                )
            if not then:
                continue
        elif cue.needs and not _given(cue.needs, tokens, hits, position, end):
            continue
        if length > _SHORT and not _NEVER.isdisjoint(tokens[position:end]) and qualifier is Qualifier.HISTORY:
            continue  # "har aldrig haft"
        if qualifier is Qualifier.HISTORY and end < n - 1 and tokens[end] == ":":
            end += 1  # "Tidligere: frisør"
        right, left = min(n, end + cue.reach), max(0, position - cue.reach)
        if stops is None:
            stops = _stops(tokens)
        if stops:
            after, passed = bisect_left(stops, end), bisect_left(stops, position)
            right = min(right, stops[after] if after < len(stops) else n)
            left = max(left, stops[passed - 1] + 1 if passed else 0)
        if qualifier is Qualifier.HISTORY:
            if turns is None:
                turns = _turns(tokens)
            if turns:
                behind = bisect_left(turns, end)
                right = min(right, turns[behind] if behind < len(turns) else n)
            if cue.direction == CLAUSE:
                start = _clause_start(tokens, left, position)
                if start is None and cue.needs:
                    continue  # "skal kunne sidde ned"
                left = position if start is None else start
        if cue.direction in ("forward", "both", CLAUSE):
            found.append(Scope(qualifier, (position, position + length), end, right))
        if cue.direction in ("backward", "both", CLAUSE):
            found.append(Scope(qualifier, (position, position + length), left, position))
    return found


def _stops(tokens: Sequence[str]) -> list[int]:
    """Where a scope ends at the latest, in order."""
    known = vocabulary()
    stops = [] if known.stops.isdisjoint(tokens) else [i for i, token in enumerate(tokens) if token in known.stops]
    phrases = known.stop_phrases
    if not phrases.keys().isdisjoint(tokens):
        for i, token in enumerate(tokens):
            for phrase in phrases.get(token, ()):
                if tuple(tokens[i : i + len(phrase)]) == phrase:
                    stops.append(i)
        stops.sort()
    return stops


def _given(needs: str, tokens: Sequence[str], hits: Sequence[Hit], position: int, end: int) -> bool:
    """Whether what a cue needs stands in the sentence."""
    if needs == "title":
        return any(end <= hit.position < end + _TITLE_WITHIN and hit.name == "TITLE" for hit in hits)
    subject = vocabulary().turn["subject"]
    return (position > 0 and tokens[position - 1] in subject) or (end < len(tokens) and tokens[end] in subject)


_TITLE_WITHIN = 3
_SHORT = 2
_NEVER = frozenset({"ikke", "aldrig", "ej", "endnu"})


def _turns(tokens: Sequence[str], begin: int = -1) -> list[int]:
    """Where clauses about the present begin: "Han var kok | , nu vil han være pedel".

    The first clause counts with ``begin`` 0.
    """
    turn = vocabulary().turn
    present, clause = turn["present"], turn["clause"]
    found: list[int] = []
    if present.isdisjoint(tokens):
        return found
    for i, token in enumerate(tokens):
        if token in clause:
            begin = i
        if token in present and begin >= 0:
            found.append(begin)
            begin = -1
    return found


def _clause_start(tokens: Sequence[str], left: int, position: int) -> int | None:
    """Where the clause of a verb at ``position`` begins, not before ``left``; None behind a verb in the present."""
    turn = vocabulary().turn
    for i in range(position - 1, left - 1, -1):
        if tokens[i] in turn["present"]:
            return None
        if tokens[i] in _COMMAS:
            return i + 1
    return left


_COMMAS = frozenset({",", "(", ")", "–", "—", "komma", ".", "punktum"})


def _under(qualifier: Qualifier, tokens: Sequence[str]) -> Scope:
    """How a sentence is meant by its prompt; a field of what was may go on to what is."""
    turns = _turns(tokens, 0) if qualifier is Qualifier.HISTORY else ()
    return Scope(qualifier, (0, 1), 0, turns[0] if turns else len(tokens))


def pointing_back(cues: Sequence[tuple[Hit, Cue]], lead: int = 0) -> Qualifier | None:
    """What a sentence makes of the one before it: "Det vil han ikke", "Også nej", or "Nej" to a question.

    Args:
        cues: the sentence's cues.
        lead: the words of the question that it answers, which stand before its own.
    """
    for (position, _, _), cue in cues:
        if cue.direction == PREVIOUS and 0 <= position - lead <= _OPENING:
            return _QUALIFIERS[cue.category]
        if lead and position == lead and cue.category == Qualifier.NEGATION:
            return Qualifier.RULED_OUT
    return None


_OPENING = 1
"""Words that may stand before a cue that points back ("Men det vil han ikke")."""


def qualify(
    tokens: Sequence[str],
    hits: Sequence[Hit],
    cues: Sequence[tuple[Hit, Cue]] = (),
    people: Mapping[str, Speaker] = NOBODY,
    default: Speaker = Speaker.SAGSBEHANDLER,
    antecedent: Person = CITIZEN,
    citizen: str = "",
    prompt: str = "",
    before: Sequence[Scope] = (),
) -> tuple[Qualified, Person]:
    """All qualifiers of one sentence, and who is spoken of for the next sentence's pronouns."""
    speaker, attributed, following = speaker_of(tokens, hits, people, default, antecedent, citizen)
    found = scopes(tokens, cues, hits, before)
    if prompt:
        found += [_under(_QUALIFIERS[category], tokens) for category in meant_under(prompt)]
    return Qualified(speaker, attributed, found), following

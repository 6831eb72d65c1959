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
from docscore.language.speakers import CITIZEN, NOBODY, Person, Speaker, default_speaker, speaker_of
from docscore.language.vocabulary import PREVIOUS, Cue, meant_under, vocabulary

__all__ = [
    "CITIZEN",
    "Person",
    "Qualified",
    "Qualifier",
    "Scope",
    "Speaker",
    "citizens_pronoun",
    "default_speaker",
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


def scopes(tokens: Sequence[str], cues: Sequence[tuple[Hit, Cue]]) -> list[Scope]:
    """The tokens that each cue governs.

    Args:
        tokens: the sentence, lower-cased.
        cues: its cues, as :meth:`docscore.language.vocabulary.Vocabulary.find` gives them.
    """
    if not cues:
        return []
    known = vocabulary()
    n = len(tokens)
    stops = [i for i, token in enumerate(tokens) if token in known.stops]
    for i, token in enumerate(tokens):
        for phrase in known.stop_phrases.get(token, ()):
            if tuple(tokens[i : i + len(phrase)]) == phrase:
                stops.append(i)
    stops.sort()
    found: list[Scope] = []
    for (position, length, _), cue in cues:
        qualifier = _QUALIFIERS[cue.category]
        end = position + length
        if cue.direction == "sentence":
            found.append(Scope(qualifier, (position, end), 0, n))
            continue
        if cue.direction == PREVIOUS:
            continue
        after = bisect_left(stops, end)
        before = bisect_left(stops, position)
        right = min(n, end + cue.reach, stops[after] if after < len(stops) else n)
        left = max(0, position - cue.reach, stops[before - 1] + 1 if before else 0)
        if cue.direction in ("forward", "both"):
            found.append(Scope(qualifier, (position, end), end, right))
        if cue.direction in ("backward", "both"):
            found.append(Scope(qualifier, (position, end), left, position))
    return found


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
) -> tuple[Qualified, Person]:
    """All qualifiers of one sentence, and who is spoken of for the next sentence's pronouns."""
    speaker, attributed, following = speaker_of(tokens, hits, people, default, antecedent, citizen)
    found = scopes(tokens, cues)
    if prompt:
        found += [Scope(_QUALIFIERS[category], (0, 1), 0, len(tokens)) for category in meant_under(prompt)]
    return Qualified(speaker, attributed, found), following

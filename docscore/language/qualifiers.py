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
from functools import lru_cache
from typing import NamedTuple

from docscore.language.lexicon import Hit
from docscore.language.names import citizen_names, role_names
from docscore.language.tokens import words
from docscore.language.vocabulary import Cue, vocabulary


class Speaker(StrEnum):
    """Whose view a sentence gives."""

    BORGER = "borger"
    SAGSBEHANDLER = "sagsbehandler"
    LAEGE = "laege"
    ARBEJDSGIVER = "arbejdsgiver"
    PAAROERENDE = "paaroerende"
    TEAMET = "teamet"


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
        after = bisect_left(stops, end)
        before = bisect_left(stops, position)
        right = min(n, end + cue.reach, stops[after] if after < len(stops) else n)
        left = max(0, position - cue.reach, stops[before - 1] + 1 if before else 0)
        if cue.direction in ("forward", "both"):
            found.append(Scope(qualifier, (position, end), end, right))
        if cue.direction in ("backward", "both"):
            found.append(Scope(qualifier, (position, end), left, position))
    return found


_HOLDERS = {
    "CITIZEN": Speaker.BORGER,
    "I": Speaker.BORGER,
    "YOU": Speaker.BORGER,
    "DOCTOR": Speaker.LAEGE,
    "EMPLOYER": Speaker.ARBEJDSGIVER,
    "RELATIVE": Speaker.PAAROERENDE,
    "TEAM": Speaker.TEAMET,
    "CASEWORKER": Speaker.SAGSBEHANDLER,
    "MENTOR": Speaker.SAGSBEHANDLER,
}
_ATTRIBUTION = frozenset({"SAY", "OPINION", "FEEL", "WISH", "ASSESS"})
_SUBJECT_PRONOUNS = frozenset({"hun", "han"})


def speaker_of(
    tokens: Sequence[str],
    hits: Sequence[Hit],
    people: Mapping[str, Speaker],
    default: Speaker,
    antecedent: Speaker,
) -> tuple[Speaker, bool, Speaker]:
    """Whose view the sentence gives.

    Args:
        tokens: the sentence, lower-cased.
        hits: its word classes.
        people: names and initials known in the document, lower-cased, and whose they are.
        default: whose text this is (the field's or the document's writer).
        antecedent: whom "hun"/"han" means here.

    Returns:
        The speaker, whether the sentence itself says so, and whom a pronoun in the next sentence means.
    """
    holders: list[tuple[int, Speaker]] = []
    verbs: list[tuple[int, int, str]] = []
    for position, length, name in hits:
        who = _HOLDERS.get(name)
        if who is not None:
            if not (tokens[position] == "min" and position and tokens[position - 1][0].isdigit()):  # "10 min."
                holders.append((position, who))
        elif name in _ATTRIBUTION:
            verbs.append((position, position + length, name))
    if people and not people.keys().isdisjoint(tokens):
        holders += [(i, people[t]) for i, t in enumerate(tokens) if t in people]
    holders.sort()
    following = holders[0][1] if holders and holders[0][0] <= 3 else antecedent
    if not verbs:
        return default, False, following
    if not _SUBJECT_PRONOUNS.isdisjoint(tokens):
        holders += [(i, antecedent) for i, t in enumerate(tokens) if t in _SUBJECT_PRONOUNS]
        holders.sort()
    for verb in verbs:
        who = _holder(tokens, verb, holders, default)
        if who is not None:
            return who, True, following
    return default, False, following


def _holder(
    tokens: Sequence[str], verb: tuple[int, int, str], holders: Sequence[tuple[int, Speaker]], default: Speaker
) -> Speaker | None:
    """Whose verb it is: the nearest person before it, or just behind it ("mener hun", "vurderes af lægen")."""
    begin, end, name = verb
    passive = name == "ASSESS" and (tokens[begin].endswith("s") or tokens[begin - 1 : begin] in _PASSIVE)
    behind = tokens[end : end + 3]
    stop = next((end + k for k, token in enumerate(behind) if token in _BARRIERS), end + 3)
    best: tuple[int, int] | None = None
    for k, (position, _) in enumerate(holders):
        if position < begin:
            gap = 99 if passive else begin - position
            near = gap <= 7
        else:
            gap = position - end + 2
            near = end <= position < stop and (not passive or "af" in tokens[end:position])
        if near and (best is None or gap < best[0]):
            best = (gap, k)
    if best is not None:
        position, who = holders[best[1]]
        asks = name == "ASSESS" or tokens[begin] in _CASEWORKERS_VERBS
        if tokens[position] == "jeg" and asks and default is not Speaker.BORGER:
            return Speaker.SAGSBEHANDLER
        return who
    if begin == 0 and name != "ASSESS" and default in _WRITERS and _predicates(tokens[begin]):
        return Speaker.BORGER  # "Vil gerne …", "Glad for praktikken": notes leave the citizen out
    return None


def _predicates(word: str) -> bool:
    """Whether a first word is a finite verb or a state of mind, rather than a noun ("Motivation …")."""
    return word.endswith("er") or word in _PREDICATES


_PASSIVE = (["blev"], ["bliver"], ["er"], ["var"], ["blevet"])
_BARRIERS = frozenset({"at", ",", "om", ";", ":"})
_WRITERS = frozenset({Speaker.SAGSBEHANDLER, Speaker.TEAMET})
_CASEWORKERS_VERBS = frozenset({"spørger", "spurgte", "forklarer", "forklarede", "oplyser", "oplyste", "meddeler"})
_PREDICATES = frozenset(
    {
        "vil", "ville", "synes", "glad", "ked", "bange", "nervøs", "bekymret", "frustreret", "spændt", "lettet",
        "skuffet", "trist", "stolt", "tilfreds", "utilfreds", "vred", "træt", "utryg", "tryg", "gerne", "helst",
        "motiveret", "optimistisk", "opgivende",
    }
)  # fmt: skip


NOBODY: Mapping[str, Speaker] = {}


@lru_cache(maxsize=20_000)
def role_of(word: str) -> str | None:
    """The word class of people that a word belongs to, None for any other word."""
    for hit in vocabulary().find([word])[0]:
        if hit.name in _HOLDERS and hit.name not in ("I", "YOU"):
            return hit.name
    return None


def people_of(text: str, start: int, end: int) -> dict[str, Speaker]:
    """Whose name is whose in a document: the citizen by its head, others by the role beside their name."""
    found = {name: _HOLDERS[role] for name, role in role_names(text, start, end, role_of).items()}
    found.update(dict.fromkeys(citizen_names(text, start, end), Speaker.BORGER))
    return found


def qualify(
    tokens: Sequence[str],
    hits: Sequence[Hit],
    cues: Sequence[tuple[Hit, Cue]] = (),
    people: Mapping[str, Speaker] = NOBODY,
    default: Speaker = Speaker.SAGSBEHANDLER,
    antecedent: Speaker = Speaker.BORGER,
) -> tuple[Qualified, Speaker]:
    """All qualifiers of one sentence, and whom a pronoun in the next sentence means."""
    speaker, attributed, following = speaker_of(tokens, hits, people, default, antecedent)
    return Qualified(speaker, attributed, scopes(tokens, cues)), following


def default_speaker(prompt: str, fallback: Speaker, people: Mapping[str, Speaker] = NOBODY) -> Speaker:
    """Whose words a field holds, by its prompt ("Borgerens egne ord", "Lægens vurdering", "Jytte, telefon")."""
    if not prompt:
        return fallback
    for word in words(prompt):
        if word in people:
            return people[word]
    return _prompt_speaker(prompt) or fallback


@lru_cache(maxsize=4096)
def _prompt_speaker(prompt: str) -> Speaker | None:
    for hit in vocabulary().find(words(prompt))[0]:
        if hit.name in ("CITIZEN", "I", "YOU"):
            return Speaker.BORGER
        if hit.name in ("DOCTOR", "EMPLOYER", "RELATIVE", "TEAM", "CASEWORKER"):
            return _HOLDERS[hit.name]
    return None

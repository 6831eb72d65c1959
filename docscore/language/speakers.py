"""Whose view a sentence gives: the person who says, thinks or feels it, or whose text it is.

The codebook's hard border between the citizen's own perspective and everybody else's (rules 6 and 7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from docscore.language.lexicon import Hit
from docscore.language.names import people_words, pronoun_of
from docscore.language.vocabulary import named


class Speaker(StrEnum):
    """Whose view a sentence gives."""

    BORGER = "borger"
    SAGSBEHANDLER = "sagsbehandler"
    LAEGE = "laege"
    ARBEJDSGIVER = "arbejdsgiver"
    PAAROERENDE = "paaroerende"
    TEAMET = "teamet"
    ANDEN = "anden"
    """Somebody whom the document names and gives no role."""


HOLDERS = {
    "CITIZEN": Speaker.BORGER,
    "I": Speaker.BORGER,
    "YOU": Speaker.BORGER,
    "DOCTOR": Speaker.LAEGE,
    "EMPLOYER": Speaker.ARBEJDSGIVER,
    "RELATIVE": Speaker.PAAROERENDE,
    "TEAM": Speaker.TEAMET,
    "CASEWORKER": Speaker.SAGSBEHANDLER,
    "MENTOR": Speaker.SAGSBEHANDLER,
    "OTHER_PERSON": Speaker.ANDEN,
}
_ROLES = frozenset({"RELATIVE", "EMPLOYER", "MENTOR", "OTHER_PERSON"})
_ATTRIBUTION = frozenset({"SAY", "OPINION", "FEEL", "WISH", "ASSESS"})
_SUBJECTS = frozenset({"hun", "han"})
_OBJECTS = frozenset({"ham", "hende", "hans", "hendes"})
PRONOUNS = {"hun": "hun", "hende": "hun", "hendes": "hun", "han": "han", "ham": "han", "hans": "han"}

_NO_PERSON = frozenset({Speaker.TEAMET, Speaker.SAGSBEHANDLER})
"""Who is rarely meant by a pronoun: a body, or the writer."""

_COPULAS = frozenset({"som", "er", "var", "blev", "bliver"})
_ARTICLES = frozenset({"en", "et"})
_PASSIVE = (["blev"], ["bliver"], ["er"], ["var"], ["blevet"])
_BARRIERS = frozenset({"at", ",", "om", ";", ":"})
_GOVERNING = frozenset({"for", "at", "om", "på", "til", "over", "med", "i", "efter"})
"""A phrase that ends so has its object behind it, never its subject."""

_WRITERS = frozenset({Speaker.SAGSBEHANDLER, Speaker.TEAMET})
_REPORTERS = frozenset({Speaker.PAAROERENDE, Speaker.ARBEJDSGIVER})
"""In a field of theirs "han" and "hun" are the citizen whom they speak of, and the view is theirs."""

NOBODY: Mapping[str, Speaker] = {}


class Person(NamedTuple):
    """Somebody spoken of: whose views theirs would be, and the pronoun that goes with them ("" where unknown)."""

    speaker: Speaker
    pronoun: str = ""
    beside: Speaker | None = None
    """Who else was spoken of there ("Borger har talt med sin chef"), the citizen not counted."""

    def means(self, pronoun: str, citizen: str) -> Speaker:
        """Whom ``pronoun`` means after this person was spoken of; ``citizen`` is the citizen's own pronoun."""
        fits = citizen in ("", pronoun)
        if self.speaker is Speaker.BORGER:
            return Speaker.BORGER if fits else Speaker.ANDEN
        if self.pronoun and self.pronoun != pronoun:
            return Speaker.BORGER if fits else Speaker.ANDEN
        if self.speaker in _NO_PERSON and fits:
            return Speaker.BORGER
        return self.speaker


CITIZEN = Person(Speaker.BORGER)


def speaker_of(
    tokens: Sequence[str],
    hits: Sequence[Hit],
    people: Mapping[str, Speaker],
    default: Speaker,
    antecedent: Person,
    citizen: str = "",
) -> tuple[Speaker, bool, Person]:
    """Whose view the sentence gives.

    Args:
        tokens: the sentence, lower-cased.
        hits: its word classes.
        people: names and initials known in the document, lower-cased, and whose they are.
        default: whose text this is (the field's or the document's writer).
        antecedent: who was spoken of last.
        citizen: the citizen's pronoun, "" where it is not known.

    Returns:
        The speaker, whether the sentence itself says so, and who is spoken of for the next sentence's pronouns.
    """
    holders: list[tuple[int, Speaker]] = []
    verbs: list[tuple[int, int, str]] = []
    for position, length, name in hits:
        who = HOLDERS.get(name)
        if who is not None:
            if name in _ROLES and position and _is_unspecific(tokens, position, name):
                continue  # "en mand på 49", "som mentor", "en nærværende far" is nobody spoken of
            if name == "I" and default not in _WRITERS:
                who = default  # in somebody's own words "jeg" is that somebody
            if not (tokens[position] == "min" and position and tokens[position - 1][0].isdigit()):  # "10 min."
                holders.append((position, who))
        elif name in _ATTRIBUTION:
            verbs.append((position, position + length, name))
    if people and not people.keys().isdisjoint(tokens):
        holders += [(i, people[t]) for i, t in enumerate(tokens) if t in people]
    holders.sort()
    following = antecedent
    if holders and holders[0][0] <= 3:
        position, who = holders[0]
        beside = next((other for _, other in reversed(holders) if other not in (Speaker.BORGER, who)), None)
        following = Person(who, citizen if who is Speaker.BORGER else pronoun_of(tokens[position]), beside)
    if tokens[1:2] == [":"] and holders and holders[0][0] == 0:
        return holders[0][1], True, following  # "Martin: …"
    if not verbs:
        return default, False, following
    # Where somebody else is there to think or feel ("Moderen mener, det er for meget for hende"), it is theirs.
    felt = _felt_by(tokens, verbs)
    if felt is not None and not any(i < felt for i, _ in holders) and _SUBJECTS.isdisjoint(tokens[:felt]):
        return antecedent.means(PRONOUNS[tokens[felt]], citizen), True, following
    if not _SUBJECTS.isdisjoint(tokens):
        last = antecedent
        told_of = dict(holders)
        for i, token in enumerate(tokens):
            if token in _SUBJECTS:
                told_of[i] = default if default in _REPORTERS else _meant(token, tokens, last, citizen)
            elif i in told_of and told_of[i] is not Speaker.BORGER:
                last = Person(told_of[i], pronoun_of(token))
        holders = sorted(told_of.items())
    # A reporting clause behind the words decides for all of them: "han skammer sig, siger hun".
    told = {position for position, _ in holders}
    verbs.sort(key=lambda verb: not (verb[2] == "SAY" and verb[1] in told))
    for verb in verbs:
        who = _holder(tokens, verb, holders, default)
        if who is not None:
            return who, True, following
    return default, False, following


def _meant(pronoun: str, tokens: Sequence[str], last: Person, citizen: str) -> Speaker:
    """Whom "han" or "hun" means, where ``last`` was spoken of.

    Where the other pronoun stands in the sentence too, one of the two is somebody else ("Borger har talt med sin chef.
    Han siger, at der er plads til hende"): the subject, if somebody was named beside the citizen.
    """
    other = "hun" if pronoun == "han" else "han"
    both = not citizen and last.speaker is Speaker.BORGER and last.beside is not None
    if both and any(PRONOUNS.get(token) == other for token in tokens):
        return last.beside or last.speaker
    return last.means(pronoun, citizen)


def _felt_by(tokens: Sequence[str], verbs: Sequence[tuple[int, int, str]]) -> int | None:
    """The pronoun of whose feeling or opinion it is, where that is no subject ("det gør ham vred")."""
    if _OBJECTS.isdisjoint(tokens) or any(verb[2] == "SAY" for verb in verbs):
        return None
    felt = [begin for begin, _, name in verbs if name in ("FEEL", "OPINION")]
    for i in range(1, len(tokens)):
        if tokens[i] not in _OBJECTS:
            continue
        before = tokens[i - 1]
        if before == "efter" and tokens[i + 1 : i + 2] == ["mening"]:
            return i
        if before in people_words().experiences and any(i - 3 <= begin <= i + 3 for begin in felt):
            return i
    return None


def _is_unspecific(tokens: Sequence[str], position: int, role: str) -> bool:
    """Whether a noun for a person says what somebody is, and names nobody: "som mentor", "er en nærværende far"."""
    before = tokens[position - 1]
    if role == "RELATIVE" and position > 1 and (before in _ARTICLES or tokens[position - 2] in _ARTICLES):
        return True  # "en mand med et arbejde"; at the start of a sentence it may be somebody: "En søster mener …"
    if before in _COPULAS:
        return before == "som" or not tokens[position].endswith(("en", "ne"))
    return any(tokens[i] in _COPULAS and tokens[i + 1] in _ARTICLES for i in range(max(0, position - 3), position - 1))


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
        elif tokens[end - 1] in _GOVERNING:
            continue  # "glad for borger", "tænke sig at få borger ind": whom it is about
        else:
            gap = 3 * (position - end) + 2
            near = end <= position < stop and (not passive or "af" in tokens[end:position])
        if near and (best is None or gap < best[0]):
            best = (gap, k)
    if best is not None:
        position, who = holders[best[1]]
        asks = name == "ASSESS" or tokens[begin] in people_words().caseworkers_verbs
        if tokens[position] == "jeg" and asks and default is not Speaker.BORGER:
            return Speaker.SAGSBEHANDLER
        return who
    if begin == 0 and name != "ASSESS" and default in _WRITERS and _predicates(tokens[begin]):
        return Speaker.BORGER  # "Vil gerne …", "Glad for praktikken": notes leave the citizen out
    return None


def _predicates(word: str) -> bool:
    """Whether a first word is a finite verb or a state of mind, rather than a noun ("Motivation …")."""
    return word.endswith("er") or word in people_words().predicates


def default_speaker(prompt: str, fallback: Speaker, people: Mapping[str, Speaker] = NOBODY) -> Speaker:
    """Whose words a field holds, by its prompt ("Borgerens egne ord", "Lægens vurdering", "Jytte, telefon")."""
    if not prompt:
        return fallback
    said, _ = named(prompt)
    for word in () if people.keys().isdisjoint(said) else said:
        who = people.get(word)
        # The citizen's whole name is a document's title; the first name alone is a turn in a conversation.
        if who is not None and (who is not Speaker.BORGER or len(said) == 1):
            return who
    return _prompt_speaker(prompt) or fallback


@lru_cache(maxsize=4096)
def _prompt_speaker(prompt: str) -> Speaker | None:
    hits = named(prompt)[1]
    # "Hvordan har du det?" and "Det har du fortalt" are answered by the citizen, "Det betyder for dig" is not.
    asked = prompt.endswith("?") or any(hit.name in _ATTRIBUTION - {"ASSESS"} for hit in hits)
    for hit in hits:
        if hit.name in ("CITIZEN", "I") or (hit.name == "YOU" and asked):
            return Speaker.BORGER
        if hit.name in ("DOCTOR", "EMPLOYER", "RELATIVE", "TEAM", "CASEWORKER"):
            return HOLDERS[hit.name]
    return None

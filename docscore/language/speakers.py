"""Whose view a sentence gives: the person who says, thinks or feels it, or whose text it is.

The codebook's hard border between the citizen's own perspective and everybody else's (rules 6 and 7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from docscore.language.lexicon import Hit
from docscore.language.names import people_words, pronoun_of
from docscore.language.persons import (
    ATTRIBUTION,
    CITIZEN,
    HOLDERS,
    NOBODY,
    PRONOUNS,
    REPORTERS,
    ROLES,
    SUBJECTS,
    WRITERS,
    Person,
    Speaker,
)
from docscore.language.turns import QUOTES, SPOKEN, quoted, turn_of
from docscore.language.views import (
    CONTRASTS,
    OBJECTS,
    WILLS,
    felt_by,
    holder_of,
    is_impression,
    reported,
    turns_to_citizen,
    wish_of,
)

__all__ = ["CITIZEN", "HOLDERS", "NOBODY", "PRONOUNS", "Person", "Speaker", "speaker_of"]

_COPULAS = frozenset({"som", "er", "var", "blev", "bliver"})
_ARTICLES = frozenset({"en", "et"})


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
        people: names and initials known in the document, lower-cased, and whose they are; "jeg" where its field says
            who that is.
        default: whose text this is (the field's or the document's writer).
        antecedent: who was spoken of last.
        citizen: the citizen's pronoun, "" where it is not known.

    Returns:
        The speaker, whether the sentence itself says so, and who is spoken of for the next sentence's pronouns.
    """
    if antecedent.turn is not None:
        default = antecedent.turn
    if not antecedent.fresh and antecedent.speaker is Speaker.LAEGE:
        antecedent = CITIZEN  # the document is about the citizen, and a doctor is soon left
    holders, verbs, own = _named_in(tokens, hits, people, default, antecedent)
    following = _spoken_of(tokens, holders, antecedent, citizen) if holders or antecedent.fresh else antecedent
    if not (verbs or own) and _triggers().isdisjoint(tokens):
        return default, False, following
    if not SPOKEN.isdisjoint(tokens):
        said = turn_of(tokens, holders, verbs) if ":" in tokens else None
        if said is not None:
            return said, True, following._replace(turn=said)
        said = quoted(tokens, holders, verbs, default if default not in WRITERS else Speaker.BORGER)
        if said is not None:
            return said, True, following
    if tokens and tokens[0] == "selv" and tokens[1:2] != ["om"]:
        antecedent = CITIZEN  # "Selv rynker hun på næsen": not the one spoken of before
    objects = not OBJECTS.isdisjoint(tokens)
    if objects or (holders and (not people_words().stirs.isdisjoint(tokens) or (verbs and "for" in tokens))):
        felt = felt_by(tokens, verbs, holders)
        if felt is not None:
            pronoun = PRONOUNS.get(tokens[felt])
            who = dict(holders)[felt] if pronoun is None else antecedent.means(pronoun, citizen)
            return who, True, following
    if not verbs:
        told = _without_verbs(tokens, holders, own, default) if own else None
        if told is None and not WILLS.isdisjoint(tokens):
            told = wish_of(tokens, holders, antecedent, citizen, default)
        return (told, told is Speaker.BORGER or not own, following) if told is not None else (default, False, following)
    if not SUBJECTS.isdisjoint(tokens):
        holders = _with_pronouns(tokens, holders, antecedent, citizen, default)
    found = _told_by(tokens, verbs, holders, default, antecedent)
    return (default, False, following) if found is None else (found, True, following)


@cache
def _triggers() -> frozenset[str]:
    """Words without one of which a sentence with no verb of saying or feeling tells nobody's view."""
    return SPOKEN | OBJECTS | WILLS | people_words().stirs


def _named_in(
    tokens: Sequence[str],
    hits: Sequence[Hit],
    people: Mapping[str, Speaker],
    default: Speaker,
    antecedent: Person,
) -> tuple[list[tuple[int, Speaker]], list[tuple[int, int, str]], list[int]]:
    """Who is named where, the verbs that give a view (begin, end, class), and where "jeg" and "min" stand."""
    holders: list[tuple[int, Speaker]] = []
    verbs: list[tuple[int, int, str]] = []
    own: list[int] = []
    for position, length, name in hits:
        who = HOLDERS.get(name)
        if who is not None:
            if name in ROLES and position and _is_unspecific(tokens, position, name):
                continue  # "en mand på 49", "som mentor", "en nærværende far" is nobody spoken of
            if name == "I":
                if tokens[position] == "min" and position and tokens[position - 1][0].isdigit():
                    continue  # "10 min."
                own.append(position)
                if default not in WRITERS:
                    who = default  # in somebody's own words "jeg" is that somebody
            holders.append((position, who))
        elif name in ATTRIBUTION:
            verbs.append((position, position + length, name))
    if people and not people.keys().isdisjoint(tokens):
        holders += [(i, people[t]) for i, t in enumerate(tokens) if t in people]
    if own and default in WRITERS:
        writer = people.get("jeg") or _writes(tokens, holders, own, antecedent)
        if writer is not None:
            holders = [(i, writer if i in own else who) for i, who in holders]
    holders.sort()
    return holders, verbs, own


def _without_verbs(
    tokens: Sequence[str], holders: Sequence[tuple[int, Speaker]], own: Sequence[int], default: Speaker
) -> Speaker | None:
    """Whose words a sentence in the first person is that has no verb of saying or feeling ("Jeg er ikke dum")."""
    if default not in WRITERS and default is not Speaker.BORGER:
        return None
    if default in WRITERS and _asks(tokens, own):
        return Speaker.SAGSBEHANDLER
    return dict(holders)[own[0]]


def _with_pronouns(
    tokens: Sequence[str],
    holders: Sequence[tuple[int, Speaker]],
    antecedent: Person,
    citizen: str,
    default: Speaker,
) -> list[tuple[int, Speaker]]:
    """The persons named and those whom "han" and "hun" mean, by position."""
    last = antecedent
    told_of = dict(holders)
    prepositions = people_words().prepositions
    spoken = False
    for i, token in enumerate(tokens):
        if token in SUBJECTS:
            before = tokens[i - 1] if i else ""
            if before == "selv" and default not in REPORTERS:
                last = CITIZEN  # "men selv anser han det for …"
            elif before in CONTRASTS and any(PRONOUNS.get(t) == token and t in OBJECTS for t in tokens[:i]):
                last = CITIZEN  # "Chefen vil have ham, men han tør ikke"
            told_of[i] = default if default in REPORTERS else _meant(token, tokens, last, citizen)
            spoken = True
        elif i in told_of:
            if told_of[i] is Speaker.BORGER:
                spoken = True
                if tokens[i - 1] not in prepositions or not i:
                    last = Person(Speaker.BORGER, citizen, last.beside)
            elif not (spoken and i and tokens[i - 1] in prepositions):  # "hun har talt med sin chef, hun …"
                last = Person(told_of[i], pronoun_of(token))
    return sorted(told_of.items())


def _told_by(
    tokens: Sequence[str],
    verbs: list[tuple[int, int, str]],
    holders: Sequence[tuple[int, Speaker]],
    default: Speaker,
    antecedent: Person,
) -> Speaker | None:
    """Who thinks or feels what the verbs say; None where the sentence does not tell.

    The first verb with somebody to it decides, unless the citizen's own view stands beside somebody else's.
    """
    if tokens[0] == "der" and any(begin <= _IMPERSONAL for begin, _, name in verbs if name != "SAY"):
        return None  # "Der er bekymring for, om borger …"
    # A reporting clause behind the words decides for all of them: "han skammer sig, siger hun".
    told = {position for position, _ in holders}
    verbs.sort(key=lambda verb: not (verb[2] == "SAY" and verb[1] in told))
    first: Speaker | None = None
    governs = False
    for verb in verbs:
        who = holder_of(tokens, verb, holders, default, antecedent)
        if who is None:
            continue
        if first is None:
            first, governs = who, verb[2] == "SAY"
            if who is Speaker.BORGER:
                if is_impression(tokens, verbs):
                    return None
                early = governs and verb[0] < len(tokens) // 2
                return (reported(tokens, verb, verbs, holders) if early else None) or who
            if default in REPORTERS:
                return who
        elif who is Speaker.BORGER and turns_to_citizen(tokens, verb, holders, governs):
            return who
    return first


_IMPERSONAL = 3


def _writes(
    tokens: Sequence[str], holders: Sequence[tuple[int, Speaker]], own: Sequence[int], antecedent: Person
) -> Speaker | None:
    """The caseworker, where "jeg" speaks of the citizen ("Jeg tror på hende"), else None."""
    others = [i for i, who in holders if who not in (Speaker.BORGER, Speaker.SAGSBEHANDLER)]
    if others and others[0] < len(tokens) // 2:
        return None
    spoken = any(i not in own and who is Speaker.BORGER for i, who in holders)
    if not spoken and (
        (antecedent.fresh and antecedent.speaker is not Speaker.BORGER)
        or not any(token in PRONOUNS for token in tokens)
    ):
        return None
    return None if not QUOTES.isdisjoint(tokens) else Speaker.SAGSBEHANDLER


def _asks(tokens: Sequence[str], own: Sequence[int]) -> bool:
    """Whether "jeg" does what a caseworker does ("Jeg ringer til …")."""
    near = tokens[max(0, own[0] - 2) : own[0] + 4]
    return not people_words().caseworkers_verbs.isdisjoint(near)


def _spoken_of(
    tokens: Sequence[str], holders: Sequence[tuple[int, Speaker]], antecedent: Person, citizen: str
) -> Person:
    """Who is spoken of for the next sentence's pronouns: the first one named, no object of a preposition."""
    known = people_words()
    for position, who in holders:
        if position > _OPENING:
            break
        word = tokens[position]
        if position and tokens[0] in PRONOUNS and tokens[position - 1] in known.prepositions:
            break
        if word.endswith(("erne", "ene")):
            continue  # "han" is none of several
        beside = None
        if len(holders) > 1:
            beside = next((other for _, other in reversed(holders) if other not in (Speaker.BORGER, who)), None)
        return Person(who, citizen if who is Speaker.BORGER else pronoun_of(word), beside, antecedent.turn, True)
    if antecedent.fresh and SUBJECTS.isdisjoint(tokens[:_OPENING]):
        return antecedent._replace(fresh=False)
    return antecedent


_OPENING = 5


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


def _is_unspecific(tokens: Sequence[str], position: int, role: str) -> bool:
    """Whether a noun for a person says what somebody is, and names nobody: "som mentor", "er en nærværende far"."""
    before = tokens[position - 1]
    if role == "RELATIVE" and position > 1 and (before in _ARTICLES or tokens[position - 2] in _ARTICLES):
        return True  # "en mand med et arbejde"; at the start of a sentence it may be somebody: "En søster mener …"
    if before in _COPULAS:
        return before == "som" or not tokens[position].endswith(("en", "ne"))
    return any(tokens[i] in _COPULAS and tokens[i + 1] in _ARTICLES for i in range(max(0, position - 3), position - 1))

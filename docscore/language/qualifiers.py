"""Who says it, and how it is meant: speaker, negation, guidance, history, hypothesis, ruled out.

The codebook's hard borders are all of this kind: the same words document a topic or do not, depending
on whose they are and whether they are asserted of this citizen now (rules 3, 4, 6 and 7). The cues
are data (``data/cues.toml``); each has its own direction, reach and stops.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from docscore.language.lexicon import Hit
from docscore.language.names import citizen_names, first_names, role_names
from docscore.language.vocabulary import Cue, named, vocabulary


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
    "OTHER_PERSON": Speaker.ANDEN,
}
_ROLES = frozenset({"RELATIVE", "EMPLOYER", "MENTOR", "OTHER_PERSON"})
_ATTRIBUTION = frozenset({"SAY", "OPINION", "FEEL", "WISH", "ASSESS"})
_SUBJECT_PRONOUNS = frozenset({"hun", "han"})
_PRONOUNS = {"hun": "hun", "hende": "hun", "hendes": "hun", "han": "han", "ham": "han", "hans": "han"}
_NO_PERSON = frozenset({Speaker.TEAMET, Speaker.SAGSBEHANDLER})
"""Who is rarely meant by a pronoun: a body, or the writer."""


class Person(NamedTuple):
    """Somebody spoken of: whose views theirs would be, and the pronoun that goes with them ("" where unknown)."""

    speaker: Speaker
    pronoun: str = ""

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
        who = _HOLDERS.get(name)
        if who is not None:
            if name in _ROLES and position and _is_unspecific(tokens, position):
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
        following = Person(who, citizen if who is Speaker.BORGER else _pronoun_of(tokens[position]))
    if tokens[1:2] == [":"] and holders and holders[0][0] == 0:
        return holders[0][1], True, following  # "Martin: …"
    if not verbs:
        return default, False, following
    # Where somebody else is there to think or feel ("Moderen mener, det er for meget for hende"), it is theirs.
    felt = _felt_by(tokens, verbs)
    if felt is not None and not any(i < felt for i, _ in holders) and _SUBJECT_PRONOUNS.isdisjoint(tokens[:felt]):
        return antecedent.means(_PRONOUNS[tokens[felt]], citizen), True, following
    if not _SUBJECT_PRONOUNS.isdisjoint(tokens):
        last = antecedent
        told_of = dict(holders)
        for i, token in enumerate(tokens):
            if token in _SUBJECT_PRONOUNS:
                told_of[i] = last.means(token, citizen)
            elif i in told_of and told_of[i] is not Speaker.BORGER:
                last = Person(told_of[i], _pronoun_of(token))
        holders = sorted(told_of.items())
    # A reporting clause behind the words decides for all of them: "han skammer sig, siger hun".
    told = {position for position, _ in holders}
    verbs.sort(key=lambda verb: not (verb[2] == "SAY" and verb[1] in told))
    for verb in verbs:
        who = _holder(tokens, verb, holders, default)
        if who is not None:
            return who, True, following
    return default, False, following


def _felt_by(tokens: Sequence[str], verbs: Sequence[tuple[int, int, str]]) -> int | None:
    """The pronoun of whose feeling or opinion it is, where that is no subject ("det gør ham vred")."""
    if _OBJECT_PRONOUNS.isdisjoint(tokens) or any(verb[2] == "SAY" for verb in verbs):
        return None
    felt = [begin for begin, _, name in verbs if name in ("FEEL", "OPINION")]
    for i in range(1, len(tokens)):
        if tokens[i] not in _OBJECT_PRONOUNS:
            continue
        before = tokens[i - 1]
        if before == "efter" and tokens[i + 1 : i + 2] == ["mening"]:
            return i
        if before in _EXPERIENCES and any(i - 3 <= begin <= i + 3 for begin in felt):
            return i
    return None


_OBJECT_PRONOUNS = frozenset({"ham", "hende", "hans", "hendes"})
_EXPERIENCES = frozenset(
    {
        "gør",
        "gjorde",
        "gøre",
        "giver",
        "gav",
        "give",
        "for",
        "betyder",
        "betød",
        "fylder",
        "fyldte",
        "plager",
        "plagede",
    }
    | {"irriterer", "tynger", "skræmmer", "glæder", "undrer", "bekymrer", "skuffer", "skuffede", "glædede", "generer"}
)
"""Before "ham" or "hende": the feeling or opinion is theirs."""


def _is_unspecific(tokens: Sequence[str], position: int) -> bool:
    """Whether a noun for a person says what somebody is, and names nobody: "som mentor", "er en nærværende far"."""
    before = tokens[position - 1]
    if before in _COPULAS:
        return before == "som" or not tokens[position].endswith(("en", "ne"))
    return any(tokens[i] in _COPULAS and tokens[i + 1] in _ARTICLES for i in range(max(0, position - 3), position - 1))


_COPULAS = frozenset({"som", "er", "var", "blev", "bliver"})
_ARTICLES = frozenset({"en", "et"})


@lru_cache(maxsize=20_000)
def _pronoun_of(word: str) -> str:
    """The pronoun that goes with a name or a relative ("hustruen"), "" where either may."""
    known = first_names().get(word) or _RELATIVES.get(word)
    if known:
        return known
    stems = (word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending))
    return next((_RELATIVES[stem] for stem in stems if stem in _RELATIVES), "")


_RELATIVES = {
    **dict.fromkeys(
        (
            "hustru", "kone", "datter", "mor", "moder", "søster", "svigermor", "svigermoder", "svigerdatter", "veninde",
            "mormor", "farmor", "bedstemor", "stedmor", "plejemor", "moster", "faster", "tante", "kusine", "niece",
            "svigerinde", "storesøster", "lillesøster", "ekskone", "ekshustru", "steddatter", "plejedatter",
        ),
        "hun",
    ),
    **dict.fromkeys(
        (
            "søn", "far", "fader", "bror", "broder", "mand", "svoger", "ægtemand", "svigerfar", "svigersøn", "morfar",
            "farfar", "bedstefar", "stedfar", "plejefar", "onkel", "farbror", "morbror", "fætter", "nevø", "storebror",
            "lillebror", "eksmand", "stedsøn", "plejesøn", "husbond",
        ),
        "han",
    ),
}  # fmt: skip
_ENDINGS = ("ens", "nen", "en", "n", "s", "nens", "men", "ren")
"""How a noun for a relative ends where it is definite or a genitive ("sønnen", "moderens", "broren")."""


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
    """Whose name is whose in a document: the citizen by its head, others by the role beside their name.

    Where the head names no citizen, the first name that stands oftest without a role is taken for the citizen's; every
    other first name is somebody else's.
    """
    found = {name: _HOLDERS[role] for name, role in role_names(text, start, end, role_of).items()}
    citizen = citizen_names(text, start, end)
    others = Counter(
        name
        for name in (given.lower() for given in _CAPITAL.findall(text, start, end))
        if name not in found and name not in citizen and is_first_name(name)
    )
    if not others and not citizen:
        # A name that no list holds is known by what it does: whoever wishes or feels in the document.
        others = Counter(
            name
            for name in (given.lower() for given in _SPEAKING.findall(text, start, end))
            if name not in found and name not in _NO_NAMES and _can_be_a_name(name)
        )
    if others and not citizen:
        citizen = frozenset({max(others, key=lambda name: others[name])})
    found.update(dict.fromkeys(others, Speaker.ANDEN))
    found.update(dict.fromkeys(citizen, Speaker.BORGER))
    return found


def citizens_pronoun(text: str, start: int, end: int, people: Mapping[str, Speaker]) -> str:
    """The citizen's pronoun: that of the citizen's first name, else the commoner one by far; "" where neither tells."""
    for name, who in people.items():
        if who is Speaker.BORGER and first_names().get(name):
            return first_names()[name]
    said = [_PRONOUNS[word] for word in _PRONOUN.findall(text[start:end].lower())]
    hun, han = said.count("hun"), said.count("han")
    if max(hun, han) >= 3 and max(hun, han) >= 3 * min(hun, han):
        return "hun" if hun > han else "han"
    return ""


_CAPITAL = re.compile(r"\b[A-ZÆØÅ][a-zæøåéèü]+(?:-[A-ZÆØÅ][a-zæøåéèü]+)?\b")
_SPEAKING = re.compile(
    r"(?:^|(?<=[.!?\n:] ))([A-ZÆØÅ][a-zæøåéèüö]+(?:-[A-ZÆØÅ][a-zæøåéèüö]+)?)(?: [A-ZÆØÅ][a-zæøåéèüö]+)?"
    r" (?:siger|sagde|fortæller|fortalte|oplyser|oplyste|mener|mente|synes|tænker|tror|føler|følte|oplever|oplevede"
    r"|ønsker|ønskede|håber|håbede|frygter|drømmer|foretrækker|glæder|savner|skammer|vil gerne|vil helst|er bange"
    r"|er ked|er glad|er nervøs|er bekymret|er vred|er træt|kunne tænke)\b",
    re.MULTILINE,
)
"""A capital at the start of a sentence, before a verb of speaking, thinking, feeling or wishing."""

_NO_NAMES = frozenset(
    {
        "hun",
        "han",
        "jeg",
        "du",
        "vi",
        "de",
        "det",
        "der",
        "man",
        "ingen",
        "alle",
        "mange",
        "nogen",
        "andre",
        "begge",
        "og",
    }
    | {"men", "sb", "ut", "el", "pt", "som", "dog", "den", "hvad", "hvem", "samme", "team", "her", "nu", "også", "selv"}
    | {"parret", "familien", "ægteparret", "flere", "kvinden", "mange", "borgers", "bgr", "patienten"}
)
"""Words that begin a sentence before such a verb and are no name."""


@lru_cache(maxsize=20_000)
def is_first_name(word: str) -> bool:
    """Whether a lower-cased word is a first name, or is made of first names with a hyphen ("anne-mette")."""
    known = first_names()
    return word in known or ("-" in word and all(part in known for part in word.split("-")))


def _can_be_a_name(word: str) -> bool:
    """Whether a capitalised word may be an unknown name: no class knows it, and no noun's ending is on it."""
    return not vocabulary().find([word])[0] and not word.endswith(_NOUN_ENDINGS)


_NOUN_ENDINGS = ("en", "et", "ne", "erne", "ens", "ing", "hed", "tion", "ere", "sen")
_PRONOUN = re.compile(r"\b(?:hun|hende|hendes|han|ham|hans)\b")


def qualify(
    tokens: Sequence[str],
    hits: Sequence[Hit],
    cues: Sequence[tuple[Hit, Cue]] = (),
    people: Mapping[str, Speaker] = NOBODY,
    default: Speaker = Speaker.SAGSBEHANDLER,
    antecedent: Person = CITIZEN,
    citizen: str = "",
) -> tuple[Qualified, Person]:
    """All qualifiers of one sentence, and who is spoken of for the next sentence's pronouns."""
    speaker, attributed, following = speaker_of(tokens, hits, people, default, antecedent, citizen)
    return Qualified(speaker, attributed, scopes(tokens, cues)), following


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
            return _HOLDERS[hit.name]
    return None

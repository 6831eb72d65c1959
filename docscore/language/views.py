"""Whose verb of saying, thinking, feeling or wishing it is: subjects, experiencers and what only seems so."""

from __future__ import annotations

from collections.abc import Sequence

from docscore.language.names import people_words
from docscore.language.persons import PRONOUNS, REPORTERS, SUBJECTS, WRITERS, Person, Speaker

OBJECTS = frozenset({"ham", "hende", "hans", "hendes"})
_PASSIVE = (["blev"], ["bliver"], ["er"], ["var"], ["blevet"])
_BARRIERS = frozenset({"at", ",", "om", ";", ":"})
_GOVERNING = frozenset({"for", "at", "om", "på", "til", "over", "med", "i", "efter"})
"""A phrase that ends so has its object behind it, never its subject."""


def wish_of(
    tokens: Sequence[str], holders: Sequence[tuple[int, Speaker]], antecedent: Person, citizen: str, default: Speaker
) -> Speaker | None:
    """Whose wish a bare "vil" gives ("hun vil være vejviser", "det job vil Karen have"), None where it gives none."""
    at = next((i for i, token in enumerate(tokens) if token in WILLS), None)
    if at is None:
        return None
    told = dict(holders)
    rest = [
        t
        for i, t in enumerate(tokens[at + 1 : at + 7], at + 1)
        if t not in _ADVERBS and t not in PRONOUNS and i not in told
    ]
    known = people_words()
    if not rest or rest[0] in known.no_wishes or (rest[0] == "være" and not known.no_wishes.isdisjoint(rest[1:2])):
        return None
    if at == 0 and (default in WRITERS or default is Speaker.BORGER):
        return Speaker.BORGER  # "Vil tilbage til faget"
    for i in (at - 1, at + 1):
        if 0 <= i < len(tokens):
            if tokens[i] in SUBJECTS:
                return antecedent.means(tokens[i], citizen)
            if i in told:
                return told[i]
    return None


WILLS = frozenset({"vil", "ville", "vil'"})
_ADVERBS = frozenset(
    {
        "også",
        "nu",
        "så",
        "derfor",
        "dog",
        "selv",
        "bare",
        "kun",
        "stadig",
        "jo",
        "altså",
        "egentlig",
        "gerne",
        "ikke",
        "fortsat",
        "meget",
        "godt",
        "nok",
    }
)


def is_impression(tokens: Sequence[str], verbs: Sequence[tuple[int, int, str]]) -> bool:
    """Whether the citizen is only said to seem so ("Hun virker glad")."""
    known = people_words().impressions
    if known.isdisjoint(tokens) or any(name in ("SAY", "WISH") for _, _, name in verbs):
        return False
    at = next(i for i, token in enumerate(tokens) if token in known)
    return any(at < begin <= at + 4 for begin, _, name in verbs if name != "ASSESS")


def reported(
    tokens: Sequence[str],
    verb: tuple[int, int, str],
    verbs: Sequence[tuple[int, int, str]],
    holders: Sequence[tuple[int, Speaker]],
) -> Speaker | None:
    """Whose feelings the citizen only reports ("Hun siger, at naboen er bange"), None where they are the citizen's."""
    inner = [other for other in verbs if other[0] >= verb[1] and other[2] in ("FEEL", "OPINION", "WISH")]
    if not inner or "at" not in tokens[verb[1] : verb[1] + 3]:
        return None
    found: Speaker | None = None
    for other in inner:
        before = [(i, who) for i, who in holders if verb[1] <= i < other[0]]
        if not before or before[-1][1] is Speaker.BORGER or tokens[before[-1][0] - 1] in people_words().prepositions:
            return None
        found = before[-1][1]
    return found


def turns_to_citizen(
    tokens: Sequence[str], verb: tuple[int, int, str], holders: Sequence[tuple[int, Speaker]], governed: bool
) -> bool:
    """Whether the citizen's own view begins anew behind somebody else's ("…, men selv anser han det for …")."""
    begin = verb[0]
    near = [(i, who) for i, who in holders if begin - 5 <= i <= verb[1] + 1]
    if not any(who is Speaker.BORGER for _, who in near):
        return False
    start = next((i for i in range(begin, max(-1, begin - 9), -1) if tokens[i] in CONTRASTS), None)
    if start is not None and not any(i > start and who is Speaker.BORGER for i, who in near):
        return False  # "… at få borger med, men er nervøs": still theirs who spoke before
    if start is None:
        return tokens[begin - 1] == "jeg" and tokens[begin] in _SAYS and any(i == begin - 1 for i, _ in near)
    if tokens[start + 1] in ("at", "om"):
        return False
    words = tokens[start : begin + 3]
    return not governed or "selv" in words or tokens[begin] in _SAYS or SUBJECTS.isdisjoint(words)


_SAYS = frozenset({"siger", "sagde", "mener", "mente", "synes"})

CONTRASTS = frozenset(
    {"men", "hvorimod", "derimod", "mens", "imens", "medens", "hvortil", "hvorpå", "tværtimod", ";", "–"}
)


def felt_by(
    tokens: Sequence[str], verbs: Sequence[tuple[int, int, str]], holders: Sequence[tuple[int, Speaker]]
) -> int | None:
    """Where the person stands whose feeling or opinion it is without being the subject.

    "Det gør ham vred", "det nager Ingemann", "for hende er det vigtigt", "det er hendes håb"; None where somebody else
    is there to think or feel before ("Moderen mener, det er for meget for hende").
    """
    known = people_words()
    told = dict(holders)
    felt = [begin for begin, _, name in verbs if name in ("FEEL", "OPINION", "WISH")]
    spoken = any(verb[2] == "SAY" for verb in verbs)
    for i, token in enumerate(tokens):
        if token not in OBJECTS and i not in told:
            if token in SUBJECTS:
                return None
            continue
        before = tokens[i - 1] if i else ""
        after = tokens[i + 1] if i + 1 < len(tokens) else ""
        if token not in OBJECTS and before != "for" and before not in known.stirs:
            return None
        if i > 1 and before in known.stirs and not spoken:
            return i
        if i == 0 and token in ("hende", "ham") and after in known.stirs:
            return i
        if before == "for" and after in _IS and (i == 1 or any(i - 3 <= begin < i for begin in felt)):
            return i
        if token not in OBJECTS:
            return None
        if spoken:
            continue
        if before == "efter" and after == "mening":
            return i
        if token in _GENITIVES and any(i < begin <= i + 3 and not any(i < k < begin for k in told) for begin in felt):
            return i
        if before in known.experiences and token not in _GENITIVES and any(i - 3 <= begin <= i + 5 for begin in felt):
            return i
    return None


_IS = frozenset({"er", "var", "har", "betyder", "betød", "handler", "gælder", "føles", "blev", "bliver", "står"})
_GENITIVES = frozenset({"hans", "hendes"})


def holder_of(
    tokens: Sequence[str],
    verb: tuple[int, int, str],
    holders: Sequence[tuple[int, Speaker]],
    default: Speaker,
    antecedent: Person,
) -> Speaker | None:
    """Whose verb it is: the nearest person before it, or just behind it ("mener hun", "vurderes af lægen")."""
    begin, end, name = verb
    known = people_words()
    passive = name == "ASSESS" and (tokens[begin].endswith("s") or tokens[begin - 1 : begin] in _PASSIVE)
    behind = tokens[end : end + 3]
    stop = next((end + k for k, token in enumerate(behind) if token in _BARRIERS), end + 3)
    best: tuple[int, int] | None = None
    for k, (position, _) in enumerate(holders):
        if position < begin:
            gap = 99 if passive else begin - position
            near = gap <= 7
            if position and tokens[position - 1] in known.prepositions:
                gap += 4  # "Adspurgt af formanden svarede hun"
        elif tokens[end - 1] in _GOVERNING:
            continue  # "glad for borger", "tænke sig at få borger ind": whom it is about
        else:
            gap = 3 * (position - end) + 3
            near = end <= position < stop and (not passive or "af" in tokens[end:position])
        if near and (best is None or gap < best[0]):
            best = (gap, k)
    if best is not None:
        position, who = holders[best[1]]
        asks = name == "ASSESS" or tokens[begin] in known.caseworkers_verbs
        if tokens[position] == "jeg" and asks and default is not Speaker.BORGER:
            return Speaker.SAGSBEHANDLER
        return who
    if name == "ASSESS" or default in REPORTERS or default is Speaker.LAEGE or not _predicates(tokens[begin]):
        return None
    at = begin
    while at and tokens[at - 1] in _AUXILIARIES:
        at -= 1
    if at and (tokens[at - 1] not in _RESUMED or _has_subject(tokens, at, holders)):
        return None
    if antecedent.fresh and antecedent.speaker in REPORTERS and antecedent.beside is None and "selv" not in tokens[:4]:
        return antecedent.speaker  # "HR-partneren ringer. Oplever processen som tung"
    return Speaker.BORGER if default in WRITERS else default  # "Vil gerne …": notes leave the citizen out


_AUXILIARIES = frozenset(
    {
        "er",
        "har",
        "var",
        "havde",
        "blev",
        "bliver",
        "selv",
        "ikke",
        "også",
        "meget",
        "lidt",
        "stadig",
        "nu",
        "dog",
        "så",
    }
)
_RESUMED = frozenset({",", ";", ".", "og", "men", "–", "-", "(", "/", "+"})


def _has_subject(tokens: Sequence[str], begin: int, holders: Sequence[tuple[int, Speaker]]) -> bool:
    """Whether somebody or something stands before a verb to be its subject."""
    return any(i < begin for i, _ in holders) or not _NOBODYS.isdisjoint(tokens[:begin])


_NOBODYS = frozenset({"det", "der", "de", "vi", "man", "den", "dette", "som", "hun", "han", "at"})


def _predicates(word: str) -> bool:
    """Whether a first word is a finite verb or a state of mind, rather than a noun ("Motivation …")."""
    return word.endswith("er") or word in people_words().predicates

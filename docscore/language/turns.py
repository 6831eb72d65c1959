"""Whose words stand in a field, behind a name and a colon, or in quotation marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from docscore.language.names import people_words
from docscore.language.persons import ATTRIBUTION, HOLDERS, NOBODY, SUBJECTS, Speaker
from docscore.language.vocabulary import named

QUOTES = frozenset('"»«”“„')
SPOKEN = QUOTES | {":"}
_LABEL_ENDS = frozenset({".", "?", "!", ";", "–", "—", ",", "/", "|"})
_LONGEST_LABEL = 6


def turn_of(
    tokens: Sequence[str], holders: Sequence[tuple[int, Speaker]], verbs: Sequence[tuple[int, int, str]]
) -> Speaker | None:
    """Whose turn a label gives ("Bisidder (broderen): …", "VK foreslår kantine, bgr.: …"), None where there is none.

    Where several speak, the citizen counts, for it is the citizen's view that is looked for.
    """
    before = people_words().speakers_before
    found: Speaker | None = None
    for at, token in enumerate(tokens):
        if token != ":" or not at:
            continue
        start = at
        while start and at - start < _LONGEST_LABEL and (tokens[start - 1] not in _LABEL_ENDS or start == at):
            start -= 1
        if any(start <= begin < at and name != "SAY" for begin, _, name in verbs) or at + 1 >= len(tokens):
            continue
        if tokens[start] == "selv":
            return Speaker.BORGER
        who = next(
            (
                who
                for i, who in holders
                if start <= i < at and (i == start or tokens[i - 1] in before or tokens[i - 1] in _LABEL_ENDS)
            ),
            None,
        )
        if who is Speaker.BORGER:
            return who
        if who is not None and found is None and start == 0:
            found = who
    return found


def quoted(
    tokens: Sequence[str],
    holders: Sequence[tuple[int, Speaker]],
    verbs: Sequence[tuple[int, int, str]],
    default: Speaker,
) -> Speaker | None:
    """Whose words stand in quotation marks: who is named right behind them or before them, else ``default``.

    None where there is no quotation, or only a word or two in them, or where a pronoun tells who speaks.
    """
    marks = [i for i, token in enumerate(tokens) if token in QUOTES]
    if not marks:
        return None
    first, last = marks[0], marks[-1] if len(marks) > 1 else len(tokens)
    title = not verbs and tokens[first - 1] != ":" and _OWN.isdisjoint(tokens)
    if last - first < (_LONGEST_TITLE if title else _SHORTEST_QUOTE):
        return None
    if not SUBJECTS.isdisjoint(tokens[:first]) or not SUBJECTS.isdisjoint(tokens[last + 1 : last + 5]):
        return None
    behind = [who for i, who in holders if last < i <= last + 5]
    if behind:
        return behind[0]
    ahead = [who for i, who in holders if i < first]
    if ahead:
        near = [who for i, who in holders if first - 4 <= i < first]
        free = [who for i, who in holders if i < first and not (i and tokens[i - 1] in people_words().prepositions)]
        return (near or free or ahead)[-1]
    return default


_SHORTEST_QUOTE = 4
_LONGEST_TITLE = 8
_OWN = frozenset({"jeg", "mig", "min", "mit", "mine"})


def voice_of(prompt: str, people: Mapping[str, Speaker] = NOBODY) -> Speaker | None:
    """Whose words a field holds by its prompt ("Borgerens egne ord", "Jytte, telefon"); None where it does not say."""
    if not prompt:
        return None
    said, _ = named(prompt)
    for word in () if people.keys().isdisjoint(said) else said:
        who = people.get(word)
        # The citizen's whole name is a document's title; the first name alone is a turn in a conversation.
        if who is not None and (who is not Speaker.BORGER or len(said) == 1):
            return who
    return _prompt_speaker(prompt)


def is_turn(prompt: str) -> bool:
    """Whether a prompt names nobody but who speaks ("VK", "Mor på telefon"), rather than a part of the document."""
    said, hits = named(prompt)
    return len(said) <= _LONGEST_TURN and bool(hits) and hits[0].position == 0 and said[-1] not in people_words().bodies


_LONGEST_TURN = 2


@lru_cache(maxsize=4096)
def _prompt_speaker(prompt: str) -> Speaker | None:
    said, hits = named(prompt)
    # "Hvordan har du det?" and "Det har du fortalt" are answered by the citizen, "Det betyder for dig" is not.
    asked = "?" in prompt or any(hit.name in ATTRIBUTION - {"ASSESS"} for hit in hits)
    for hit in hits:
        if hit.name in ("CITIZEN", "I") or (hit.name == "YOU" and asked):
            return Speaker.BORGER
        if hit.name in ("DOCTOR", "EMPLOYER", "RELATIVE", "TEAM", "CASEWORKER", "MENTOR", "OTHER_PERSON"):
            return HOLDERS[hit.name]
    return None if people_words().own_prompts.isdisjoint(said) else Speaker.BORGER

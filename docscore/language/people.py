"""The people of a document: whose name is whose, and which pronoun is the citizen's."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from docscore.language.names import citizen_names, first_names, known_word, people_words, role_names
from docscore.language.speakers import HOLDERS, PRONOUNS, Speaker
from docscore.language.vocabulary import vocabulary

_CAPITAL = re.compile(r"\b[A-ZÆØÅ][a-zæøåéèü]+(?:-[A-ZÆØÅ][a-zæøåéèü]+)?\b")


_SPEAKING = re.compile(
    r"(?:^|(?<=[.!?\n:] ))([A-ZÆØÅ][a-zæøåéèüö]+(?:-[A-ZÆØÅ][a-zæøåéèüö]+)?)(?: [A-ZÆØÅ][a-zæøåéèüö]+)?"
    r" (?:siger|sagde|fortæller|fortalte|oplyser|oplyste|mener|mente|synes|tænker|tror|føler|følte|oplever|oplevede"
    r"|ønsker|ønskede|håber|håbede|frygter|drømmer|foretrækker|glæder|savner|skammer|vil gerne|vil helst|er bange"
    r"|er ked|er glad|er nervøs|er bekymret|er vred|er træt|kunne tænke)\b",
    re.MULTILINE,
)
"""A capital at the start of a sentence, before a verb of speaking, thinking, feeling or wishing."""


_HANS = re.compile(r"(?<=[a-zæøå,] )Hans\b|\bHans(?= [A-ZÆØÅ])")
"""The name, which at the start of a sentence cannot be told from the pronoun."""

_PRONOUN = re.compile(r"\b(?:hun|hende|hendes|han|ham|hans)\b")


@lru_cache(maxsize=20_000)
def role_of(word: str) -> str | None:
    """The word class of people that a word or a phrase ("gift med") belongs to, None for any other."""
    said = word.split()
    for hit in vocabulary().find(said)[0]:
        if hit.length == len(said) and hit.name in HOLDERS and hit.name not in ("I", "YOU"):
            return hit.name
    return None


def people_of(text: str, start: int, end: int) -> dict[str, Speaker]:
    """Whose name is whose in a document: the citizen by its head, others by the role beside their name.

    Where the head names no citizen, the first name that stands oftest without a role is taken for the citizen's; every
    other first name is somebody else's.
    """
    found = {name: HOLDERS[role] for name, role in role_names(text, start, end, role_of).items()}
    citizen = citizen_names(text, start, end)
    others = Counter(
        name
        for name in (given.lower() for given in _CAPITAL.findall(text, start, end))
        if name not in found and name not in citizen and is_first_name(name)
    )
    if "hans" in others and not _HANS.search(text, start, end):
        del others["hans"]  # "Hans bror" at the start of a sentence
    if not others and not citizen:
        # A name that no list holds is known by what it does: whoever wishes or feels in the document.
        others = Counter(
            name
            for name in (given.lower() for given in _SPEAKING.findall(text, start, end))
            if name not in found and name not in people_words().no_names and _can_be_a_name(name)
        )
    if others and not citizen:
        citizen = frozenset({max(others, key=lambda name: others[name])})
    found.update(dict.fromkeys(others, Speaker.ANDEN))
    found.update(dict.fromkeys(citizen, Speaker.BORGER))
    return found


def citizens_pronoun(text: str, start: int, end: int, people: Mapping[str, Speaker]) -> str:
    """The citizen's pronoun: that of the citizen's first name, else the commoner one by far; "" where neither tells."""
    given = [name for name, who in people.items() if who is Speaker.BORGER and first_names().get(name)]
    if given:
        # Of "Selma Orhan" the name that stands first, in whatever order the names came.
        return first_names()[min(given, key=lambda name: (_place(text, name, start, end), name))]
    said = [PRONOUNS[word] for word in _PRONOUN.findall(text[start:end].lower())]
    hun, han = said.count("hun"), said.count("han")
    if max(hun, han) >= 3 and max(hun, han) >= 3 * min(hun, han):
        return "hun" if hun > han else "han"
    return ""


def _place(text: str, name: str, start: int, end: int) -> int:
    at = text.find(name.capitalize(), start, end)
    return end if at < 0 else at


@lru_cache(maxsize=20_000)
def is_first_name(word: str) -> bool:
    """Whether a lower-cased word is a first name, or is made of first names with a hyphen ("anne-mette")."""
    known = first_names()
    return word in known or ("-" in word and all(part in known for part in word.split("-")))


def _can_be_a_name(word: str) -> bool:
    """Whether a capitalised word may be an unknown name: no class knows it, and no noun's ending is on it."""
    return not known_word(word) and not word.endswith(people_words().noun_endings)

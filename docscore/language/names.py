"""Names: the citizen's own from a document's head ("Birthe", "BLK"), first names, and other people's by their roles."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from docscore.language.vocabulary import vocabulary

_NAME = r"[A-ZÆØÅ][\w'’-]+(?:[ \t]+(?:[A-ZÆØÅ][\w'’.-]*|von|van|de|el|al)){0,4}"
_CPR = re.compile(r"\d{6}[- ]?[\dXx]{4}")
_NAME_AT_END = re.compile(rf"({_NAME})[\s,;:|()–-]{{1,8}}(?:\(?(?:cpr|født|f\.)[\w.: -]{{0,8}})?$")
_NAME_AT_START = re.compile(_NAME)
_GOES_ON = re.compile(r"[ \t]{0,9}(?!cpr|født|f\.|og )[a-zæøå?!]")
_LABEL = re.compile(r"[ \t]*(?:\d{1,2}(?:\.\d{1,2})*[.)]?[ \t]+)?([A-Za-zÆØÅæøå][A-Za-zæøå ]{1,15})[ \t.]*[:|\t][ \t]*")
_HEAD = 1500


@dataclass(frozen=True, slots=True)
class PeopleWords:
    """The word lists of ``data/people.toml``; what each is for is said there. ``relatives``: noun → pronoun."""

    relatives: dict[str, str]
    relative_endings: tuple[str, ...]
    noun_endings: tuple[str, ...]
    experiences: frozenset[str]
    stirs: frozenset[str]
    impressions: frozenset[str]
    prepositions: frozenset[str]
    no_wishes: frozenset[str]
    speakers_before: frozenset[str]
    own_prompts: frozenset[str]
    bodies: frozenset[str]
    caseworkers_verbs: frozenset[str]
    predicates: frozenset[str]
    no_names: frozenset[str]
    name_prompts: frozenset[str]
    no_initials: frozenset[str]
    no_name_parts: frozenset[str]


@cache
def people_words() -> PeopleWords:
    """The bundled word lists."""
    raw = tomllib.loads(files("docscore.language").joinpath("data", "people.toml").read_text("utf-8"))
    relatives = {word: pronoun for pronoun in ("hun", "han") for word in raw.pop(f"relatives_{pronoun}")}
    nouns, names = tuple(raw.pop("relative_endings")), tuple(raw.pop("noun_endings"))
    return PeopleWords(relatives, nouns, names, *(frozenset(raw[name]) for name in PeopleWords.__slots__[3:]))


@cache
def first_names() -> dict[str, str]:
    """Common first names, lower-case, with the pronoun that goes with each, or "" (``data/first_names.txt``)."""
    raw = files("docscore.language").joinpath("data", "first_names.txt").read_text("utf-8")
    found: dict[str, str] = {}
    pronoun = ""
    for line in raw.splitlines():
        if line.startswith("["):
            pronoun = line.strip("[]") if line in ("[hun]", "[han]") else ""
        elif not line.startswith("#"):
            found.update(dict.fromkeys(line.split(), pronoun))
    return found


def is_abbreviation(word: str) -> bool:
    """Whether lower-case initials are commoner as something else ("pt.", "MS", "VK")."""
    return word in people_words().no_initials


def citizen_names(text: str, start: int = 0, end: int | None = None) -> frozenset[str]:
    """Lower-cased first names, surnames and initials of the citizen named in the head of ``text[start:end]``.

    Empty where no name stands beside a CPR number or a name field. Nothing here is ever logged.
    """
    known = people_words()
    head = text[start : min(len(text) if end is None else end, start + _HEAD)]
    found: set[str] = set()
    given: list[str] = []
    for cpr in _CPR.finditer(head):
        before = _NAME_AT_END.search(head, max(0, cpr.start() - 80), cpr.start())
        if before:
            given.append(before.group(1))
    for line in head.split("\n"):
        label = _LABEL.match(line)
        if label and label.group(1).strip().lower() in known.name_prompts:
            name = _NAME_AT_START.match(line, label.end())
            # "Bgr.: Hvad med en kantine?" is a remark, not a name.
            if name and not _GOES_ON.match(line, name.end()):
                given.append(name.group())
    for name_words in given:
        parts = [part.strip(".,'’").lower() for part in name_words.split()]
        parts = [part for part in parts if part and part not in known.no_name_parts and not part.isdigit()]
        if not 1 <= len(parts) <= 5:
            continue
        found.update(part for part in parts if len(part) > 1)
        if len(parts) > 1:
            found.add("".join(part[0] for part in parts))
            found.add(parts[0][0] + parts[-1][0])
    return frozenset(name for name in found if len(name) > 1 and name not in known.no_initials)


_GIVEN = re.compile(r"[A-ZÆØÅ](?=[^\W\d_A-ZÆØÅ])[^\W\d_]+(?:-[A-ZÆØÅ][^\W\d_]+)?")
_BEFORE_NAME = re.compile(r"(?<![A-Za-zÆØÅæøå])([A-Za-zÆØÅæøå]++(?:-[a-zæøå]++)?)[ ,:(]{1,3}(?=[A-ZÆØÅ][a-zæøåé])")
_LAST_WORD = re.compile(r"([A-Za-zÆØÅæøå-]++) $")
_NEAR = 30
_ROLE_AFTER = re.compile(r" ?[(,] ?(?:hendes |hans |borgers |borgerens |min )?([a-zæøå]+(?:-[a-zæøå]+)?)")


def role_names(text: str, start: int, end: int, role_of: Callable[[str], str | None]) -> dict[str, str]:
    """Other people's names with the role the document gives them ("hustru Jytte", "Kaj, butikschef").

    Args:
        text: a file's text.
        start: where the document begins in it.
        end: where it ends.
        role_of: the role (a word class of people) that a lower-cased word names, or None.

    Returns:
        Lower-cased name → role. Nothing here is ever logged.
    """
    found: dict[str, str] = {}
    for before in _BEFORE_NAME.finditer(text, start, end):
        given = _GIVEN.match(text, before.end(), end)
        if given is None:
            continue
        role = role_of(_beside(text, start, before))
        # "Borger: Ønsker …" is a remark: behind a colon only a known name is one, or what a surname follows.
        if role and ":" in text[before.end(1) : before.end()] and not _named(text, given, end):
            continue
        if role:
            found.setdefault(given.group().lower(), role)
            surname = _GIVEN.match(text, given.end() + 1, end) if text[given.end() : given.end() + 1] == " " else None
            if surname:
                found.setdefault(surname.group().lower(), role)
        elif (after := _ROLE_AFTER.match(text, given.end(), end)) and (role := role_of(after.group(1))):
            found.setdefault(given.group().lower(), role)
    return found


def _beside(text: str, start: int, before: re.Match[str]) -> str:
    """The word or phrase before a name that may say whose it is ("mester", "gift med"; of "chefen hedder" the noun)."""
    word = before.group(1).lower()
    if word not in ("med", "hedder"):
        return word
    earlier = _LAST_WORD.search(text, max(start, before.start() - _NEAR), before.start())
    noun = earlier.group(1).lower() if earlier else ""
    return noun if word == "hedder" else f"{noun} {word}"


_SURNAME = re.compile(r"(?: [A-ZÆØÅ][a-zæøåé]+(?![a-zæøåé]))|[ \t]*(?:[,(\n]|$)")


def _named(text: str, given: re.Match[str], end: int) -> bool:
    """Whether a capitalised word behind "Kontaktperson:" is a name."""
    word = given.group().lower()
    if word in first_names():
        return True
    return word not in people_words().no_names and not known_word(word) and bool(_SURNAME.match(text, given.end(), end))


def known_word(word: str) -> bool:
    """Whether a lower-cased word is in the vocabulary, so that it is hardly a name."""
    return bool(vocabulary().find([word])[0])


@lru_cache(maxsize=20_000)
def pronoun_of(word: str) -> str:
    """The pronoun that goes with a name or a relative ("hustruen"), "" where either may."""
    known = first_names().get(word) or people_words().relatives.get(word)
    if known:
        return known
    stems = (word.removesuffix(ending) for ending in people_words().relative_endings if word.endswith(ending))
    return next((people_words().relatives[stem] for stem in stems if stem in people_words().relatives), "")

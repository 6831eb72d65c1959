"""Invented names and numbers for real ones, the same for the same under one key.

What replaces what is decided by HMAC-SHA256 with a secret key: without it nobody can tell which name stood
there, not even by trying all names. Names are replaced part by part, so that "Mette Holm", "Mette", "Holms" and "M.H."
stay one person; a common first name gets another of the same gender, no two the same one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any

from docscore.language.names import first_names, is_abbreviation
from docscore.privacy.numbers import Sort, find_cpr, find_numbers
from docscore.privacy.people import People, words

CPR = "010170-XXXX"
BIRTH = "01-01-1970"

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_POINTED = re.compile(r"(?<![^\W_])(?:[^\W\d_a-zæøå]\.[ \t]?){2,4}")
_LETTER = re.compile(r"[^\W\d_]")
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[./ -]{1,2}\d{1,2}[./ -]{1,2}(?:19|20)?\d\d|(?:19|20)\d\d-\d\d-\d\d|\d{6}(?:\d\d)?)(?![\d-])"
    r"|(?<!\d)\d{1,2}\.? (?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-zæøå]{0,7}\.? (?:19|20)\d\d(?!\d)",
    re.I,
)
_MASKED_CPR = re.compile(r"(?<!\d)\d{6}[- ]?[Xx]{4}(?![\w-])")


@dataclass(slots=True)
class Replaced:
    """A text with its replacements, and how many of each sort there were."""

    text: str
    counts: Counter[str] = field(default_factory=Counter)


class Pseudonyms:
    """Replaces the people of one case.

    Args:
        key: the secret; the same key gives the same names.
        people: whom the case names.
    """

    def __init__(self, key: bytes, people: People) -> None:
        self._key = key
        self._people = people
        self._data = _data()
        self._names = self._chosen()

    def _number(self, *what: str) -> int:
        return int.from_bytes(hmac.digest(self._key, "\0".join(what).encode(), hashlib.sha256)[:8], "big")

    def tag(self, what: str) -> str:
        """A short invented id for a real one."""
        return f"{self._number('id', what):016x}"[:8]

    @cached_property
    def _circles(self) -> dict[str, dict[str, str]]:
        """Each common first name → another of its gender: the next in an order that the key decides."""
        found: dict[str, dict[str, str]] = {}
        known = first_names()
        for gender in ("hun", "han", ""):
            names = sorted(
                (name for name, pronoun in known.items() if pronoun == gender and name not in words()["ambiguous"]),
                key=lambda name: self._number("order", name),
            )
            found[gender] = dict(zip(names, [*names[1:], *names[:1]], strict=True))
        return found

    def _chosen(self) -> dict[str, str]:
        """Lower-case part of a name → the invented part, in its usual spelling."""
        found: dict[str, str] = {}
        taken: set[str] = set()
        for name, gender in sorted(self._people.given.items()):
            own = [self._given(part, gender, taken) for part in re.split(r"[-'’]", name)]
            found[name] = "-".join(own)
            found.update(zip(re.split(r"[-'’]", name), own, strict=True))
        for name in sorted(self._people.family):
            pieces = [piece for piece in re.split(r"[-'’]", name) if piece]
            own = [found.get(piece) or self._family(piece, taken) for piece in pieces]
            found.setdefault(name, "-".join(own))
            for piece, new in zip(pieces, own, strict=True):
                found.setdefault(piece, new)
        return found

    def _given(self, name: str, gender: str, taken: set[str]) -> str:
        circle = self._circles[gender if gender in self._circles else ""]
        if name in circle:
            return circle[name].title()
        pool = sorted(circle) or sorted(self._circles["hun"])
        return self._free([each.title() for each in pool], ("given", name), taken)

    def _family(self, name: str, taken: set[str]) -> str:
        pool = [first + last for first in self._data["family_first"] for last in self._data["family_last"]]
        return self._free(pool, ("family", name), taken)

    def _free(self, pool: list[str], what: tuple[str, str], taken: set[str]) -> str:
        start = self._number(*what) % len(pool)
        order = [*pool[start:], *pool[:start]]
        chosen = next((name for name in order if name not in taken), order[0])
        taken.add(chosen)
        return chosen

    def text(self, text: str) -> Replaced:
        """A text with invented people: numbers first, then dates of birth, addresses and names."""
        done = Replaced(text)
        for step in (self._numbers, self._births, self._addresses, self._people_in, _without_cpr):
            done = step(done)
        return done

    def _numbers(self, done: Replaced) -> Replaced:
        text = done.text
        parts: list[str] = []
        place = 0
        for found in find_numbers(text):
            written = text[found.start : found.end]
            parts += [text[place : found.start], self._number_for(written, found.sort)]
            place = found.end
            done.counts[str(found.sort)] += 1
        text = "".join([*parts, text[place:]])
        text, known = _MASKED_CPR.subn(CPR, text)
        done.counts["cpr"] += known
        return Replaced(text, done.counts)

    def _number_for(self, written: str, sort: Sort) -> str:
        if sort is Sort.CPR:
            return CPR
        digits = f"{self._number(str(sort), ''.join(char for char in written.lower() if char.isalnum())):020d}"
        if sort is Sort.MAIL:
            return f"person{digits[-4:]}(at)eksempel.dk"
        # No Danish number begins with 1.
        following = iter("1" + digits[-16:])
        return re.sub(r"\d", lambda _: next(following, "0"), re.sub(r"[A-Za-z]", "X", written))

    def _births(self, done: Replaced) -> Replaced:
        said = "|".join(sorted((re.escape(word) for word in self._data["birth"]), key=len, reverse=True))
        label = re.compile(rf"(?<!\w)(?:{said})\b[.: \t]{{0,4}}(?:den |d\. ?)?", re.I)
        text, parts, place = done.text, [], 0
        for match in label.finditer(text):
            day = _DATE.match(text, match.end())
            if day and match.end() >= place:
                parts += [text[place : day.start()], BIRTH]
                place = day.end()
                done.counts["foedselsdato"] += 1
        return Replaced("".join([*parts, text[place:]]), done.counts)

    def _addresses(self, done: Replaced) -> Replaced:
        def street(match: re.Match[str]) -> str:
            done.counts["adresse"] += 1
            number = self._number("street", match[0].lower())
            found = f"{self._data['streets'][number % len(self._data['streets'])]} {number % 97 + 1}"
            if match["town"]:
                town = self._data["towns"][self._number("town", match["town"].lower()) % len(self._data["towns"])]
                found += f"{match['between']}0000 {town}"
            return found

        return Replaced(_street().sub(street, done.text), done.counts)

    def _people_in(self, done: Replaced) -> Replaced:
        if not self._people:
            return done

        def word(match: re.Match[str]) -> str:
            new = self._word(match[0])
            done.counts["navn"] += new != match[0]
            return new

        def pointed(match: re.Match[str]) -> str:
            letters = [char for char in match[0] if char.isalpha()]
            parts = self._people.initials.get("".join(letters))
            if parts is None:
                return match[0]
            done.counts["navn"] += 1
            fresh = iter(self._names[part][0] for part in parts)
            return _LETTER.sub(lambda _: next(fresh), match[0])

        return Replaced(_WORD.sub(word, _POINTED.sub(pointed, done.text)), done.counts)

    def _word(self, word: str) -> str:
        small = word.lower()
        plain = word == small and small not in self._people.small
        if plain and (small in words()["ambiguous"] or len(small) < 4 or small in self._people.family):
            return word
        if word.isupper() and word in self._people.initials and not is_abbreviation(small):
            return "".join(self._names[part][0] for part in self._people.initials[word])
        ending = ""
        new = self._names.get(small)
        if new is None and small.endswith("s"):
            ending, new = word[-1], self._names.get(small[:-1])
        if new is None:
            return self._compound(word)
        if word.isupper() and len(word) > 1:
            return new.upper() + ending
        return (new.lower() if word == small else new) + ending

    def _compound(self, word: str) -> str:
        """A double name of which one half is known ("Holm-Jensen")."""
        pieces = re.split(r"([-'’])", word)
        if len(pieces) == 1 or word == word.lower():
            return word
        return "".join(self._word(piece) if len(piece) > 1 else piece for piece in pieces)


def _without_cpr(done: Replaced) -> Replaced:
    """Without what is now written as a CPR number is: an invented account number may be somebody's."""
    text, parts, place = done.text, [], 0
    for found in find_cpr(text):
        parts += [text[place : found.start], CPR]
        place = found.end
    return Replaced("".join([*parts, text[place:]]), done.counts) if parts else done


def _data() -> dict[str, Any]:
    import tomllib

    return tomllib.loads((files("docscore.privacy") / "data" / "pseudonyms.toml").read_text("utf-8"))


def _street() -> re.Pattern[str]:
    known = sorted(_data()["street_ends"], key=len, reverse=True)
    ends = "|".join(rf"[{end[0].upper()}{end[0]}]{end[1:]}" for end in known)
    name = rf"[A-ZÆØÅ][a-zæøåé]{{0,30}}(?:[ -][A-ZÆØÅ][a-zæøåé.]{{0,20}}){{0,2}}?(?:(?<=[a-zæøåé])| )(?:{ends})"
    floor = r"(?:,? ?(?:st|kl|\d{1,2})\.? ?,?(?:sal|tv|th|mf|\d{1,3})?\.?(?: ?(?:tv|th|mf)\.?)?)?"
    return re.compile(
        rf"(?<!\w)(?:{name})[ \t]\d{{1,3}} ?[A-Za-z]?(?!\w){floor}"
        r"(?:(?P<between>[,;]?[ \t\n]{1,3})(?P<town>\d{4} [A-ZÆØÅ][a-zæøåé]{1,25}(?: [A-ZÆØÅ][a-zæøåé]{0,20}){0,2}))?"
    )

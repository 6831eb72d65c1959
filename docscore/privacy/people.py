"""The people whom a case names: the citizen in its heads, those who signed it, those whom it names in full.

A name is taken for one where it stands beside a CPR number, in a field for a name, after a role ("mødeleder Susanne
Ørum"), under a greeting, or where a common first name begins a capitalised pair. Nothing found here is ever logged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from docscore.language.alternatives import any_of, literal
from docscore.language.names import first_names

_LETTER = r"[^\W\d_]"
_UPPER = r"[A-ZÆØÅÄÖÜÉÁÓÍČŠŽŁÑÇ]"
_RUN = re.compile(
    rf"(?<![\w-]){_UPPER}(?:{_LETTER}{{1,24}}(?:[-'’]{_LETTER}{{1,24}}){{0,2}}|\.)"
    rf"(?:[ \t]{{1,3}}(?:(?:von|van|de|el|al|af|bin|abu|della|le|la)[ \t])?"
    rf"{_UPPER}(?:{_LETTER}{{1,24}}(?:[-'’]{_LETTER}{{1,24}}){{0,2}}|\.)){{0,5}}"
)
_LINE_HEAD = 60
_CPR_AFTER = re.compile(
    r"[\s,;:·|()/–-]{1,8}(?:\(?(?:cpr|født|f\.)[\w.: -]{0,10})?\d{2}[ .]?\d{2}[ .]?\d{2}[- –]?[\dXx]{4}(?![\dXx])",
    re.I,
)
_NUMBER = re.compile(r"(?<!\d)\d{6}[- ]?[\dXx]{4}(?!\d)")
_JOINED = re.compile(r"(?:,|;|/|·| og| samt| \+| &)[ \t]{0,3}$")
_AFTER_STROKE = re.compile(r"(?:^|[.!?][ \t]{0,3})[/–-]{1,2}[ \t]{0,2}$")
_LIMIT = 2_000_000


@cache
def words() -> dict[str, frozenset[str]]:
    """The vocabulary (``data/people.toml``): group → lower-case words."""
    import tomllib

    raw: dict[str, Any] = tomllib.loads((files("docscore.privacy") / "data" / "people.toml").read_text("utf-8"))
    return {group: frozenset(values) for group, values in raw.items()}


@dataclass(slots=True)
class People:
    """The names of a case, as parts: a name in parts is known in whatever form it comes back.

    Attributes:
        given: lower-case first names → the pronoun that goes with each (``hun``, ``han``), or "".
        family: lower-case surnames and middle names.
        initials: in capitals without points ("MHH"), of names in full → the parts of the name.
        small: surnames that the case writes in small letters.
        parts: all of them, those of double names too ("jens-ole", "jens", "ole").
    """

    given: dict[str, str] = field(default_factory=dict)
    family: set[str] = field(default_factory=set)
    initials: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
    small: set[str] = field(default_factory=set)

    def add(self, parts: list[str]) -> None:
        """Take in a name; its first part is the first name."""
        parts = [part for part in parts if len(part) > 1 and part not in words()["particles"]]
        if not parts:
            return
        known = first_names()
        lead = 1
        # "Karl Otto Vinding": what is a common first name stays one, short of the last part.
        while lead < len(parts) - 1 and parts[lead] in known:
            lead += 1
        for part in parts[:lead]:
            self.given.setdefault(part, gender(part))
        self.family.update(parts[lead:])
        self.parts.update(piece for part in parts for piece in (part, *re.split(r"[-'’]", part)) if len(piece) > 1)
        if len(parts) > 1:
            for short in (parts, [parts[0], parts[-1]]):
                self.initials.setdefault("".join(part[0] for part in short).upper(), tuple(short))

    def __contains__(self, word: str) -> bool:
        return word in self.given or word in self.family

    def __bool__(self) -> bool:
        return bool(self.given or self.family)


def gender(name: str) -> str:
    """The pronoun that goes with a lower-case first name, "" where it is not known."""
    known = first_names()
    return known.get(name) or known.get(name.split("-", maxsplit=1)[0], "")


def is_given(word: str) -> bool:
    """Whether a lower-case word is a common first name (or begins with one: "jens-ole")."""
    known = first_names()
    return word in known or (("-" in word or "'" in word) and re.split(r"[-'’]", word)[0] in known)


def find_people(texts: Iterable[str]) -> People:
    """The people named in the documents of one case."""
    found = People()
    runs: list[tuple[list[str], bool]] = []
    lower: set[str] = set()
    for text in texts:
        part = text[:_LIMIT]
        runs += _runs(part)
        for dictated in _beside_cpr(part):
            found.add(dictated)
            found.small.update(dictated)
        lower |= set(_LOWER.findall(part))
    for parts, sure in runs:
        # A word that the case also writes in small letters is no name, unless it stands where a name must.
        if sure or is_given(parts[0]) or not any(word in lower for word in parts):
            found.add(parts)
    return found


_LOWER = re.compile(r"(?<![\w-])[a-zæøå]{3,24}(?![\w-])")


def _runs(text: str) -> Iterator[tuple[list[str], bool]]:
    """Names as lower-case parts, and whether their place alone makes them one."""
    signatures = _signatures(text)
    signed_until, lines = -1, 0
    last_end, last_sure = -1, False
    for match in _RUN.finditer(text):
        start, end = match.span()
        parts, dropped = _parts(match[0])
        if not parts:
            continue
        while signatures and signatures[-1][0] <= end:
            signed_until, lines = signatures.pop()[1], 0
        signed = start < signed_until and lines < 3
        before = text[max(0, start - _LINE_HEAD) : start].rpartition("\n")[2]
        given = is_given(parts[0])
        strong = given or len(parts) > 1
        label, own = _label(before, dropped)
        sure = own or (strong and (label or signed)) or _CPR_AFTER.match(text, end) is not None
        if not sure and strong:
            joined = last_sure and start - last_end <= 8 and bool(_JOINED.search(text[last_end:start]))
            sure = joined or (given and bool(_AFTER_STROKE.search(before)))
        if sure:
            lines += signed
        elif given and len(parts) == 1:
            # A common first name in capitals that is no word: somebody's, whoever it is.
            last_end, last_sure = end, False
            inside = before.rstrip()[-1:].islower() or before.rstrip()[-1:] == ","
            if len(parts[0]) > 2 and (inside or parts[0] not in words()["ambiguous"]):
                yield parts, True
            continue
        elif label and len(parts) == 1 and before[-2:-1].islower() and not parts[0].endswith("s"):
            # "hendes mor Yara": a name, if the case does not write the word in small letters too.
            last_end, last_sure = end, False
            yield parts, False
            continue
        elif not (given and len(parts) > 1):
            # A longer run may hold a name further in ("Konsulent Susanne Holm").
            inner = next((n for n in range(1, len(parts) - 1) if is_given(parts[n])), None)
            if inner is None:
                last_end, last_sure = end, False
                continue
            parts = parts[inner:]
        last_end, last_sure = end, True
        yield parts, sure


def _beside_cpr(text: str) -> Iterator[list[str]]:
    """A name before a CPR number in small letters, as it is dictated."""
    for number in _NUMBER.finditer(text):
        said = text[max(0, number.start() - _LINE_HEAD) : number.start()].rpartition("\n")[2]
        parts = [word.strip("(,.:;") for word in said.split()[-4:]]
        lead = next((n for n, word in enumerate(parts) if is_given(word)), None)
        if lead is not None and all(part.islower() and part not in words()["never"] for part in parts[lead:]):
            yield parts[lead:]


def _signatures(text: str) -> list[tuple[int, int]]:
    """Where a greeting ends, and where the names under it must; the last first."""
    return [(match.end(), _third_line(text, match.end())) for match in _greetings().finditer(text)][::-1]


def _parts(written: str) -> tuple[list[str], list[str]]:
    """The words of a run in small letters, without what stands before a name; and that."""
    found: list[str] = []
    dropped: list[str] = []
    for word in written.split():
        small, part = _part(word)
        if not part:
            if found:
                break
            dropped.append(small)
        elif small:
            found.append(small)
    return found, dropped


@lru_cache(maxsize=20_000)
def _part(word: str) -> tuple[str, bool]:
    """A word in small letters, and whether it can be part of a name."""
    vocabulary = words()
    small = word.lower().strip(".,'’")
    if small in vocabulary["never"]:
        return small, False
    if is_given(small):
        return small, True
    if len(small) > 5 and small.endswith(tuple(vocabulary["never_ends"])):
        return small, False
    return small, small not in vocabulary["citizen"] and not _is_role(small)


@cache
def _is_role(word: str) -> bool:
    """Whether a word is a role or ends in one ("socialrådgiver")."""
    others = words()["others"]
    return word in others or any(len(role) > 4 and len(word) > len(role) and word.endswith(role) for role in others)


def _label(before: str, dropped: list[str]) -> tuple[bool, bool]:
    """Whether the words before a run announce a name, and whether they announce the citizen's own.

    Args:
        before: the line up to the run.
        dropped: words at the head of the run itself that are no name ("Kære", "Sagsbehandler").
    """
    stripped = before.rstrip(" \t(")
    colon = stripped[-1:] in {":", "|"} or before[-1:] == "\t"
    said = [*re.split(r"[\s:|(,;/·]+", stripped.rstrip(" \t:|.").lower())[-3:], *dropped]
    said = [word.strip(".-–»«*") for word in said if word.strip(".-–»«*")]
    for length in (3, 2, 1):
        part = " ".join(said[-length:])
        if part in words()["citizen"]:
            return True, colon or part in {"kære", "hej"}
        if part in words()["others"] and (colon or dropped or len(part) > 4):
            return True, False
    return bool(said) and _is_role(said[-1]) and (len(said[-1]) > 4 or colon), False


@cache
def _greetings() -> re.Pattern[str]:
    """A greeting that ends its line, perhaps with a name on it."""
    known = any_of(map(literal, sorted(words()["greetings"], key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{known})\b", re.I)


def _third_line(text: str, place: int) -> int:
    """The end of the fourth line from here: empty lines between a greeting and a name do not count."""
    end = place
    lines = 0
    while lines < 4 and end >= 0 and end - place < 300:
        following = text.find("\n", end + 1)
        if following < 0:
            return len(text) + 1
        lines += bool(text[end:following].strip()) or end == place
        end = following
    return end

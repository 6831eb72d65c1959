"""Where a Danish sentence ends: abbreviations, dates, ordinals and telegram style survived."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# Every run of marks is matched once, also where it ends nothing (then without group 1): so a page of dots is linear.
_CANDIDATE = re.compile(r"[.!?…]++([\"”»’')\]]*+(?=\s)\s*+|(?<=[a-zæøå]{3}[.!?])(?=[A-ZÆØÅ][a-zæøå]))?")
_LAST_WORD = re.compile(r"\S+$")
_FOLLOWER = re.compile(r"\w+")
_ADDRESS = re.compile(r"www|http|@", re.IGNORECASE)
LONGEST = 1_000
"""Characters of the longest sentence. Nobody writes one (of 32,000 in the annotated corpus none has 700); a text that
lost its marks in a bad export is cut at a space before this, so that reading it stays linear."""

_OPENERS = "\"”»“„’'([-–•☐☒"


@dataclass(frozen=True, slots=True)
class _Words:
    abbreviations: frozenset[str]
    ordinal_followers: frozenset[str]
    months: frozenset[str]
    counted: frozenset[str]
    closing: frozenset[str]
    units: frozenset[str]
    starters: frozenset[str]


@cache
def _words() -> _Words:
    raw = tomllib.loads(files("docscore.language").joinpath("data", "sentences.toml").read_text("utf-8"))
    return _Words(
        abbreviations(),
        frozenset(raw["ordinal_followers"]),
        frozenset(raw["months"]),
        frozenset(raw["counted"]),
        frozenset(raw["closing"]),
        frozenset(raw["units"]),
        frozenset(raw["starters"]),
    )


@cache
def abbreviations() -> frozenset[str]:
    """The bundled abbreviations, lower-case, without their last full stop."""
    raw = files("docscore.language").joinpath("data", "abbreviations.txt").read_text("utf-8")
    return frozenset(line.strip() for line in raw.splitlines() if line and not line.startswith("#"))


def split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split ``text[start:end]``, one paragraph or field value, into sentences.

    Returns:
        Offsets into ``text`` of each sentence, without surrounding white space, in order. Together
        they hold every visible character of the part. None is longer than :data:`LONGEST`.
    """
    bounds: list[tuple[int, int]] = []
    begin = start
    for match in _CANDIDATE.finditer(text, start, end):
        if match.start(1) < 0:
            continue
        stop, after = match.span()
        if after >= end:
            break
        marks = match.group().rstrip()
        if text[after].islower() and (len(marks) > 1 or marks == "…"):
            continue  # »Hvad sker der?« spørger hun; altså ... måske noget med dyr; 3 timer (!) om ugen
        word = _LAST_WORD.search(text, max(begin, stop - 40), stop) if text[stop] == "." else None
        if word:
            glued = not text[after - 1].isspace()
            if (glued and _ADDRESS.search(word.group())) or not _ends(word, text, begin, after, end):
                continue
        bounds.append((begin, after))
        begin = after
    bounds.append((begin, end))
    spans = (_strip(text, a, b) for a, b in bounds)
    return [short for a, b in spans if a < b for short in (((a, b),) if b - a <= LONGEST else _cut(text, a, b))]


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A run of text without sentence ends, cut at its spaces into pieces of at most :data:`LONGEST` characters."""
    found: list[tuple[int, int]] = []
    while end - start > LONGEST:
        space = max(text.rfind(" ", start + 1, start + LONGEST), text.rfind("\n", start + 1, start + LONGEST))
        stop = space if space > 0 else start + LONGEST
        found.append(_strip(text, start, stop))
        start = _strip(text, stop, end)[0]
    return [span for span in (*found, (start, end)) if span[0] < span[1]]


def _ends(word: re.Match[str], text: str, begin: int, after: int, end: int) -> bool:
    """Whether the full stop behind ``word`` ends the sentence begun at ``begin``, given what follows at ``after``."""
    known = _words()
    core = word.group().lower().lstrip("(\"”»'’[/")
    nxt = text[after]
    upper = nxt.isupper() or nxt in _OPENERS
    found = _FOLLOWER.match(text, after, min(end, after + 20))
    follower = found.group().lower() if found else ""
    first = word.start() <= begin
    if core.isdigit():  # "3. marts", "2. gang", "§ 27. Han", "Aftalt: 1. Borger søger"
        listed = len(core) <= 2 and (first or text[begin : word.start()].rstrip().endswith(":"))
        if listed or follower in known.months or (not upper and follower in known.ordinal_followers):
            return False
        return upper or nxt.isdigit() or len(core) >= 4 or _before(text, begin, word.start()) in known.counted
    if core in known.abbreviations or core.rpartition("/")[2] in known.abbreviations:
        # An abbreviation ends a sentence only where it seldom stands inside one ("m.v. Hun …", "t/u. Hun …").
        if not upper or first:
            return False
        if len(core) > 2 and word.group().isupper() and len(follower) > 1 and found and found.group().isupper():
            return False  # among capitals a capital says nothing: "REVURD. AFSLUTTET"
        return (
            core in known.closing
            or ("/" in core and core not in known.abbreviations)
            or (nxt.isupper() and follower in known.starters and len(core) > 1)
            or (core in known.units and _before(text, begin, word.start())[:1].isdigit())
        )
    if len(core) == 1 and core.isalpha():
        return False
    if upper or nxt.isdigit():
        return True
    # Who begins with a small letter goes on so; for others a small letter says that an abbreviation stood there.
    return core.isalpha() and len(core) >= (3 if text[begin].islower() else 8)


def _before(text: str, begin: int, stop: int) -> str:
    """The lower-cased word that ends before ``stop``."""
    parts = text[max(begin, stop - 24) : stop].split()
    return parts[-1].lower() if parts else ""


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end

"""Lines that may head a journal entry (``entries.toml`` holds their words), and how surely they do.

A head has a date near its start and the marks of a journal note: a time of day, a note's name, initials, a rule
or blank line above, or a block of prompts around it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice

from docscore.recognise.dates import DATE_START, full_pattern, read_match
from docscore.recognise.phrases import word_matches

# A line with a figure near its start that may open a date; everything else cannot head an entry.
_DATED_LINE = re.compile(r"\n[^\n\d]{0,60}+(?=\d{1,4}[-/. :|)])")
WORD = re.compile(r"[^\W\d_]+")
_TIME = re.compile(r"(?:\bkl\.? ?)?\b(?:[01]?\d|2[0-3])[.:][0-5]\d\b(?![./-]?\d)|\bkl\.? ?\d{1,2}\b", re.I)
# A date that goes on to another is the beginning of a period.
_PERIOD = re.compile(
    r"[ \t]*(?:[-–—]|til\b|t\.o\.m\.?|→|->)[ \t]*(?:d\.|den)?[ \t]*(?:\d{1,2}[./ -]|(?:19|20)\d\d|dato|nu\b)",
    re.I,
)
# Who wrote it: initials at the end of the line, "v/ Tine Hald", "af Hanne".
_AUTHOR = re.compile(
    r"(?:[(/–,|\-] ?|\bv/ ?|\baf |\bsb\.? ?)(?:[A-ZÆØÅ]{2,5}|[a-zæøå]{2,4}(?=\)))\)?\s*$"
    r"|\bv/ ?\w+|\baf [A-ZÆØÅ]\w+"
)
RULE = re.compile(r"[-=_*–—~#.]{3,}")
_PROMPT = re.compile(r"[ \t>*•|]{0,4}(?:\d{1,2}[.)]? )?([^\W\d_][^\n:|\t]{0,24}?)[ \t]*[:|\t]")
_INDEX = re.compile(r"(?:nr\.? ?|#|no\.? ?)?\d{1,4}[.):]?", re.I)

# How far into its line a date may end, and how long a short line is.
HEAD_REACH = 80
SHORT_LINE = 80


@dataclass(slots=True)
class Head:
    """A line that may head an entry.

    ``start`` is where its entry would begin (its block or title line), ``line_end`` where the line with the date
    ends, ``rest`` what follows the date on it. ``strength`` counts its marks; ``prompts`` says that it is a block of
    prompts, ``foot`` that it may as well be a signature, ``blank`` that it stands apart; heads that look alike
    share a ``shape``.
    """

    start: int
    line_end: int
    date: date
    strength: int
    prompts: bool
    foot: bool
    blank: bool
    shape: tuple[str, bool, str]
    rest: str
    title: str


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    journal: tuple[str, ...]
    fillers: frozenset[str]
    date: frozenset[str]
    title: frozenset[str]
    other: frozenset[str]


@cache
def _vocabulary() -> _Vocabulary:
    data = tomllib.loads(files("docscore.recognise").joinpath("entries.toml").read_text(encoding="utf-8"))
    labels = data["labels"]
    return _Vocabulary(
        journal=tuple(data["journal"]["words"]),
        fillers=frozenset(data["fillers"]["words"]),
        date=frozenset(labels["date"]),
        title=frozenset(labels["title"]),
        other=frozenset(labels["other"]),
    )


@lru_cache(maxsize=20_000)
def _is_journal_word(word: str) -> bool:
    return any(word_matches(pattern, word) for pattern in _vocabulary().journal)


def find_heads(text: str, start: int, stop: int) -> list[Head]:
    """All lines of ``text[start:stop]`` that may head an entry, in order, however weak."""
    found: list[Head] = []
    if start < stop and (first := _head(text, start, start, start, stop)) is not None:
        found.append(first)
    for match in _DATED_LINE.finditer(text, start, stop):
        begin = match.start() + 1
        head = _head(text, begin, match.end(), start, stop)
        if head is not None and (not found or head.start > found[-1].start):
            found.append(head)
    return found


def _head(text: str, begin: int, figure: int, start: int, stop: int) -> Head | None:
    """The head that the line at ``begin`` is, or None; ``figure`` is where its first figure may stand."""
    line_end = text.find("\n", figure, stop)
    line_end = stop if line_end < 0 else line_end
    match = None
    # Before the date at most the entry's own number and a time of day.
    for digits in islice(DATE_START.finditer(text, figure, min(line_end, begin + HEAD_REACH)), 3):
        match = full_pattern().match(text, digits.start(), line_end)
        if match is not None:
            break
    if match is None:
        return None
    day = read_match(match)
    rest = text[match.end() : line_end]
    if day is None or _PERIOD.match(rest):
        return None
    return _judge(text, begin, match, line_end, day, start, stop)


def _judge(text: str, begin: int, match: re.Match[str], line_end: int, day: date, start: int, stop: int) -> Head | None:
    words = _vocabulary()
    date_start, rest = match.start(), text[match.end() : line_end]
    prefix = text[begin:date_start].strip(" \t>*•#[|-–—")
    above, blank, rule = _before(text, begin, start)
    label = prefix.rstrip(": \t|").strip().lower()
    time = _TIME.search(rest[:30]) is not None or _TIME.search(prefix) is not None
    strength = 2 * time + blank + rule
    prompts = foot = False
    title = ""
    if label in words.date:
        companions, title = _companions(text, begin, line_end, start, stop)
        prompts = companions > 0
        strength += 3 if prompts else 0
        foot = label.startswith(("oprettet", "registreret"))
    elif prefix and not _INDEX.fullmatch(prefix):
        names = [word.lower() for word in WORD.findall(prefix)]
        if any(name not in words.fillers and not _is_journal_word(name) for name in names):
            return None
        if not all(name in words.fillers for name in names):
            # A line that begins with words has to be a note's name and date, and to stand apart.
            if not blank:
                return None
            strength += 2
            title = _title(prefix)
    if not prompts:
        named = _named(rest)
        strength += named
        title = title or (_title(rest) if named or time else "")
        strength += len(rest) < HEAD_REACH and _AUTHOR.search(rest.rstrip(" :.")) is not None
    head_start = _start_above(text, begin, start) if (prompts or _names_a_note(above)) else begin
    shape = (match.lastgroup or "", time, label if prompts else "")
    return Head(head_start, line_end, day, strength, prompts, foot, blank, shape, rest, title)


def _names_a_note(above: str) -> bool:
    """Whether the line above a date is a short title that names a note."""
    first = WORD.search(above)
    return first is not None and len(above) <= SHORT_LINE and _is_journal_word(first[0].lower())


def _named(rest: str) -> int:
    """2 where a note's name follows the date at once, 1 where it stands in the same short line."""
    plain = _TIME.sub(" ", rest[:HEAD_REACH])
    names = [word.lower() for word in WORD.findall(plain)]
    while names and (names[0] in _vocabulary().fillers or len(names[0]) == 1):
        names.pop(0)
    if not names:
        return 0
    if _is_journal_word(names[0]):
        return 2
    return int(len(rest) < HEAD_REACH and any(_is_journal_word(name) for name in names[1:6]))


def _title(rest: str) -> str:
    plain = _TIME.sub("", rest[: 3 * HEAD_REACH]).strip(" \t,:;.–—-|·])(/")
    parts = [part.strip(" \t,:;.([") for part in re.split(r"\s[–—|·-]\s|\t|[|:]", plain) if WORD.search(part)]
    named = [part for part in parts if any(_is_journal_word(w.lower()) for w in WORD.findall(part))]
    return (named or parts or [""])[0][:HEAD_REACH].rstrip()


def _before(text: str, begin: int, start: int) -> tuple[str, bool, bool]:
    """The line above, whether a blank line, a rule or the start is above, and whether it is a rule."""
    if begin <= start:
        return "", True, False
    above_start = text.rfind("\n", start, begin - 1) + 1
    above = text[max(above_start, start) : begin - 1].strip()
    rule = bool(RULE.match(above)) and not WORD.search(above)
    if not rule and above and _names_a_note(above):
        higher_start = text.rfind("\n", start, max(start, above_start - 1)) + 1
        higher = text[max(higher_start, start) : max(start, above_start - 1)].strip()
        plain = not higher or (bool(RULE.match(higher)) and not WORD.search(higher))
        return above, above_start <= start or plain, False
    return "", not above or rule, rule


def _companions(text: str, begin: int, line_end: int, start: int, stop: int) -> tuple[int, str]:
    """How many other prompts of a journal's block stand with the date, and the title among them."""
    words = _vocabulary()
    count, title = 0, ""
    lines = text[line_end + 1 : min(stop, line_end + 400)].split("\n")[:4]
    higher = text[max(start, begin - 300) : max(start, begin - 1)].split("\n")[:-5:-1] if begin > start else []
    for group in (lines, higher):
        for line in group:
            prompt = _PROMPT.match(line)
            name = prompt[1].strip().lower() if prompt else ""
            if prompt is None or (name not in words.title and name not in words.other and name not in words.date):
                break
            count += name not in words.date
            if name in words.title and not title:
                title = line[prompt.end() :].strip()[:HEAD_REACH]
    return count, title


def _start_above(text: str, begin: int, start: int) -> int:
    """The start of the block of prompts, or of the title line, that stands right above a date."""
    words = _vocabulary()
    at = begin
    for _ in range(5):
        if at <= start:
            break
        up = max(text.rfind("\n", start, at - 1) + 1, start)
        line = text[up : at - 1]
        prompt = _PROMPT.match(line)
        name = prompt[1].strip().lower() if prompt else ""
        known = name in words.title or name in words.other or name in words.date
        if known:
            at = up
            continue
        if line.strip() and _names_a_note(line.strip()) and _before(text, up, start)[1]:
            at = up
        break
    return at

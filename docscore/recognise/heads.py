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

from docscore.recognise.blocks import Block, block_at, labels, lone_label, pairs_of
from docscore.recognise.dates import DATE_START, full_pattern, read_match
from docscore.recognise.phrases import word_matches

# A line with a figure near its start that may open a date; everything else cannot head an entry.
_DATED_LINE = re.compile(r"\n[^\n\d]{0,100}+(?=\d{1,4}[-/. :|)])")
WORD = re.compile(r"[^\W\d_]+")
TIME = re.compile(
    r"(?:\bkl\.? ?)?(?:\b|(?:\A|(?<=\0))T)(?:[01]?\d|2[0-3])[.:][0-5]\d\b(?![./-]?\d)|\bkl\.? ?\d{1,2}\b", re.I
)
# A date that goes on to another is the beginning of a period.
PERIOD = re.compile(
    r"[ \t]*(?:[-–—]|til\b|t\.o\.m\.?|→|->)[ \t]*(?:d\.|den)?[ \t]*(?:\d{1,2}[./ -]|(?:19|20)\d\d|dato|nu\b)",
    re.I,
)
_WHO = r"[A-ZÆØÅ][\w.]{1,20}(?:[ -][A-ZÆØÅ][\w.]{0,20}){0,3}"
# Who wrote it: initials at the end of the line, "v/ Tine Hald", "af Hanne".
_AUTHOR = re.compile(
    r"(?:[(/–,|\-] ?|\bv/ ?|\baf |\bsb\.? ?)(?:[A-ZÆØÅ]{2,5}|[a-zæøå]{2,4}(?=\)))\)?\s*$"
    rf"|\bv/ ?(?:{_WHO}|\w+)|\baf {_WHO}|(?<=\(){_WHO}(?=\)\s*$)|(?<=^ \[)\w{{2,6}}(?=\])|(?<=^\[)\w{{2,6}}(?=\])"
)
# Initials or a person's name, as the last cell of a head line.
_NAME = re.compile(r"[A-ZÆØÅ]{2,6}|[A-ZÆØÅ][^\W\d_]{1,20}(?:[ -][A-ZÆØÅ][^\W\d_]{0,20}\.?){1,3}")
# What parts the cells of a head line, the last of which may be a name.
_CELL_ENDS = re.compile(r"\t|[ ]{3,60}|\|| [–—] ")
_PARTS = re.compile(r"\t|[|:·]|[ ]{3}")
# "Journalnotat nr. 12", "Notat 12 af 37", "Samtale #4".
_NUMBERED = re.compile(
    r"[^\W\d_]{2,20}(?: [^\W\d_]{2,20})? ?(?:nr\.?|nummer|#|:)? ?\d{1,5}(?: ?(?:af|/) ?\d{1,5})?[.:]?", re.I
)
_INDEX_REACH = 8
# Words on end are one sign; a line has to have a time or a separator beside its date, or all lines look alike.
_RUN = re.compile(r"[^\W_]+(?:(?:[ .]+|-)[^\W_]+)*\.?")
_SIGNS = re.compile(r"[|/()\[\]–—:-]")
UNKNOWN = -1
"""The strength of a line that no word makes a head."""

RULE = re.compile(r"[-=_*–—~#.]{3,}")
_INDEX = re.compile(r"(?:nr\.? ?|#|no\.? ?)?\d{1,4}[.):]?", re.I)

# How far into its line a date may end, and how long a short line is.
HEAD_REACH = 80
_BLOCK_REACH = 300
SHORT_LINE = 80


@dataclass(slots=True)
class Head:
    """A line that may head an entry.

    ``start`` is where its entry would begin (its block or title line), ``line_end`` where the line with the date
    ends, ``rest`` what follows the date on it. ``strength`` counts its marks; ``prompts`` says that it is a block of
    prompts, ``mail`` that they are a mail's, ``foot`` that it may as well be a signature, ``blank`` that it stands
    apart; heads that look alike share a ``shape``. ``labels`` are its prompts, ``plain`` is where it begins without a
    title above it, and ``skeleton`` is what is left of its line when every word, date and time is one sign.
    """

    start: int
    line_end: int
    date: date | None
    strength: int
    prompts: bool
    mail: bool
    foot: bool
    blank: bool
    shape: tuple[str, bool, str]
    rest: str
    title: str
    author: str
    labels: tuple[str, ...]
    plain: int
    skeleton: str


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    journal: tuple[str, ...]
    fillers: frozenset[str]
    reply: frozenset[str]
    neutral: frozenset[str]
    offices: frozenset[str]


@cache
def _vocabulary() -> _Vocabulary:
    data = tomllib.loads(files("docscore.recognise").joinpath("entries.toml").read_text(encoding="utf-8"))
    return _Vocabulary(
        journal=tuple(data["journal"]["words"]),
        fillers=frozenset(data["fillers"]["words"]),
        reply=frozenset(data["reply"]["words"]),
        neutral=frozenset(data["neutral"]["words"]),
        offices=frozenset(data["offices"]["starts"]),
    )


def neutral_titles() -> frozenset[str]:
    """First words of titles that say nothing of what a note is."""
    return _vocabulary().neutral


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
    pairs = pairs_of(text, begin, line_end)
    reach = _BLOCK_REACH if pairs else HEAD_REACH
    # Before the date at most the entry's own number, its title's and a time of day.
    for digits in islice(DATE_START.finditer(text, figure, min(line_end, begin + reach)), 3):
        match = full_pattern().match(text, digits.start(), line_end)
        day = read_match(match) if match is not None else None
        if match is None or day is None:
            continue
        if PERIOD.match(text, match.end(), line_end):
            return None
        if not pairs:
            return _judge(text, begin, match, line_end, day, start, stop)
        at = match.start()
        prompt = next((pair for pair in reversed(pairs) if pair.value_start <= at), None)
        if prompt is not None and prompt.label in labels().date and _is_filler(text[prompt.value_start : at]):
            return _prompted(text, begin, match, line_end, day, prompt.label, start, stop)
        if prompt is not None and prompt is pairs[0]:
            # "Journalnotat: 12-03-2021", "Samtale | 12-03-2021": a title with its date.
            return _judge(text, begin, match, line_end, day, start, stop)
    return None


def _is_filler(before: str) -> bool:
    """Whether nothing but "den" or a weekday stands between a prompt and its date."""
    return all(word.lower() in _vocabulary().fillers for word in WORD.findall(before))


def _prompted(
    text: str, begin: int, match: re.Match[str], line_end: int, day: date, label: str, start: int, stop: int
) -> Head:
    """The head that a date behind its prompt is."""
    rest = text[match.end() : line_end]
    block = block_at(text, begin, line_end, start, stop)
    above, blank, rule = _before(text, block.start, start)
    time = TIME.search(rest[:30]) is not None
    prompts = block.companions > 0
    strength = 2 * time + blank + 2 * rule + (3 if prompts else 0)
    title, author = block.title, block.author
    head_start = block.start if prompts else begin
    if prompts and (title_start := _title_above(text, block, above, start)) is not None:
        head_start = title_start
        title = title or _last_line(text, block.start, start)
    if not prompts:
        named = _named(rest)
        strength += named
        title = _title(rest) if named or time else ""
        author = author or _author(rest)
        strength += len(rest) < HEAD_REACH and bool(author)
        if _names_a_note(above):
            head_start, title = _line_above(text, begin, start), title or above
    foot = label.startswith(("oprettet", "registreret"))
    shape = (match.lastgroup or "", time, label if prompts else "")
    end = max(line_end, block.end) if prompts else line_end
    plain = block.start if prompts else begin
    return Head(
        *(head_start, end, day, strength, prompts, block.is_mail, foot, blank, shape, rest, title, author),
        *(block.labels, plain, ""),
    )


def _title_above(text: str, block: Block, above: str, start: int) -> int | None:
    """Where the title above a block of prompts begins, or None where the line above is no title."""
    if block.title:
        return None
    if not above:
        above = _last_line(text, block.start, start)
        if not (above and is_title_line(above)) or not _before(text, _line_above(text, block.start, start), start)[1]:
            return None
        return _line_above(text, block.start, start)
    return _line_above(text, block.start, start)


def _judge(text: str, begin: int, match: re.Match[str], line_end: int, day: date, start: int, stop: int) -> Head | None:
    words = _vocabulary()
    date_start, rest = match.start(), text[match.end() : line_end]
    prefix = text[begin:date_start].strip(" \t>*•#[|-–—")
    above, blank, rule = _before(text, begin, start)
    time = TIME.search(rest[:30]) is not None or TIME.search(prefix) is not None
    if (
        not prefix
        and (label := _label_above(text, begin, start)) in labels().date
        and not WORD.search(TIME.sub("", rest))
    ):
        return _prompted(text, begin, match, line_end, day, label, start, stop)
    strength = 2 * time + blank + 2 * rule
    title = ""
    known = True
    reply = _is_reply(text[begin:line_end])
    if reply:
        strength += 3
    elif prefix and not _INDEX.fullmatch(prefix):
        names = [word.lower() for word in WORD.findall(prefix)]
        known = all(name in words.fillers or _is_journal_word(name) for name in names)
        if not all(name in words.fillers for name in names):
            # A line that begins with words has to be a note's name and date, and to stand apart.
            known = known and blank
            strength += 2
            title = _title(prefix)
    named = _named(rest)
    strength += named
    title = title or (_title(rest) if named or time else "")
    block = block_at(text, begin, line_end, start, stop)
    author = block.author or _author(rest)
    strength += len(rest) < HEAD_REACH and bool(author)
    head_start, end = begin, line_end
    if not reply and not (labels().title | labels().author).isdisjoint(block.labels):
        # "12-03-2021 kl. 10.15   Type: Samtale   Forfatter: Hanne Holm", or the prompts on the lines around it.
        strength += 1
        end, title = max(line_end, block.end), block.title or title
        head_start = block.start if _before(text, block.start, start)[1] else begin
    plain = head_start
    if _names_a_note(above) and head_start == begin:
        head_start, title = _line_above(text, begin, start), title or above
    elif not above and (index := _index_above(text, begin, start)) is not None:
        head_start = plain = index
    shape = (match.lastgroup or "", time, "")
    skeleton = _skeleton(text, begin, match, line_end)
    if not known:
        # Only its likeness with the other heads of the file can make it one.
        strength = UNKNOWN
    return Head(
        *(head_start, end, day, strength, False, reply, False, blank, shape, rest, title, author, block.labels, plain),
        skeleton,
    )


def skeleton_of(text: str, begin: int, match: re.Match[str], line_end: int) -> str:
    """The first words of a line with one sign for its date, each time and each run of words."""
    line = f"{text[begin : match.start()]}\0{text[match.end() : min(line_end, match.end() + SHORT_LINE)]}"
    found = _RUN.sub("w", TIME.sub("\1", line)).replace(" ", "")
    first = found.find("w", found.index("\0"))
    second = found.find("w", first + 1) if first >= 0 else -1
    return found if second < 0 else found[: second + 1]


def _skeleton(text: str, begin: int, match: re.Match[str], line_end: int) -> str:
    """The skeleton, or "" where it leaves nothing to compare: a time or two separators have to stand by the date."""
    found = skeleton_of(text, begin, match, line_end)
    return found if "\1" in found or len(_SIGNS.findall(found)) > 1 else ""


def _index_above(text: str, begin: int, start: int) -> int | None:
    """Where the line that numbers a note ("Journalnotat nr. 12") begins above its head, over blank lines."""
    at = begin
    for _ in range(_INDEX_REACH):
        if at <= start:
            return None
        at = _line_above(text, at, start)
        line = text[at : text.find("\n", at)].strip(" \t*#")
        if line:
            first = WORD.search(line)
            numbered = _NUMBERED.fullmatch(line) is not None
            return at if numbered and first is not None and _is_journal_word(first[0].lower()) else None
    return None


def _is_reply(line: str) -> bool:
    """Whether a mail program introduces the mail that an answer quotes: "Den 3. maj 2021 skrev Hanne Holm:"."""
    return line.rstrip().endswith(":") and not _vocabulary().reply.isdisjoint(w.lower() for w in WORD.findall(line))


def _label_above(text: str, begin: int, start: int) -> str:
    """The prompt that stands alone on the line above, or ""."""
    return lone_label(text, _line_above(text, begin, start), begin - 1) if begin > start else ""


def _line_above(text: str, begin: int, start: int) -> int:
    """Where the line above begins."""
    return max(text.rfind("\n", start, begin - 1) + 1, start) if begin > start else start


def _last_line(text: str, begin: int, start: int) -> str:
    return text[_line_above(text, begin, start) : max(start, begin - 1)].strip() if begin > start else ""


def is_title_line(line: str) -> bool:
    """Whether a line reads as a title: short, begun with a capital or a figure, and no sentence or prompt."""
    return len(line) <= SHORT_LINE and line[:1].isalnum() and not line[:1].islower() and line[-1:] not in ".:;,!?"


def _author(rest: str) -> str:
    """Who wrote it, as the end of a head line says."""
    short = rest.rstrip(" :.|")
    if len(rest) >= HEAD_REACH * 2:
        return ""
    short = _without_office(short)
    match = _AUTHOR.search(TIME.sub("", short).strip())
    if match:
        return match[0].strip(" (/–,|-)").removeprefix("v/").removeprefix("af ").strip()
    last = _CELL_ENDS.split(short)[-1].strip() if _CELL_ENDS.search(short) else ""
    return last if _NAME.fullmatch(last) else ""


def _without_office(rest: str) -> str:
    """The end of a head line without the writer's office in brackets."""
    before, bracket, inside = rest.rpartition("(")
    first = WORD.search(inside)
    is_office = bracket and inside.endswith(")") and first is not None and first[0].lower() in _vocabulary().offices
    return before.rstrip() if is_office else rest


def _names_a_note(above: str) -> bool:
    """Whether the line above a date is a short title that names a note."""
    first = WORD.search(above)
    if first is None or len(above) > SHORT_LINE or above[-1:] in ".,;!?":
        return False
    if any(char.isdigit() for char in above[: first.start()]):
        return False  # a head line of its own
    return _is_journal_word(first[0].lower())


def _named(rest: str) -> int:
    """2 where a note's name follows the date at once, 1 where it stands in the same short line."""
    plain = TIME.sub(" ", rest[:HEAD_REACH])
    names = [word.lower() for word in WORD.findall(plain)]
    while names and (names[0] in _vocabulary().fillers or len(names[0]) == 1):
        names.pop(0)
    if not names:
        return 0
    if _is_journal_word(names[0]):
        return 2
    return int(len(rest) < HEAD_REACH and any(_is_journal_word(name) for name in names[1:6]))


def _title(rest: str) -> str:
    plain = TIME.sub("", rest[: 3 * HEAD_REACH]).strip(" \t,:;.–—-|·/")
    author = _author(plain)
    if author and plain.rstrip(")").endswith(author):
        plain = plain.rstrip(")")[: -len(author)].removesuffix("v/").rstrip(" \t,:;.–—-|·[(/")
    elif author and plain.startswith(f"[{author}]"):
        plain = plain[len(author) + 2 :]
    plain = plain.strip(" \t,:;.–—-|·])(/")
    parts = [part.strip(" \t,:;.([") for part in _PARTS.split(plain) if WORD.search(part)]
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

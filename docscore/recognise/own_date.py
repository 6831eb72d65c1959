"""The date of a document itself: which of the dates in it is its own (``dates.toml``, ``label``).

A date counts by the words before it ("Udfyldt den"), by where it stands (head, signature) and not at all after
words that date something else ("LÆ 265 modtaget", "siden"). When no date stands out, the only date in the head
is taken; where there are several, there is none: an unknown date is better than a wrong one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from docscore.case import Kind
from docscore.recognise.dates import DateMention, find_dates, vocabulary
from docscore.recognise.phrases import Phrase, PhraseTable

HEAD_CHARS = 1500
TAIL_CHARS = 400
HEAD_LINES = 6
TITLE_LINES = 3

# What a date must be worth. A label in the head is worth 8 to 11, a bare date at the head of a note 6 or 7.
_ENOUGH = 6.0
_IN_HEAD = 3.0
_IN_PROSE = -4.0
_BARE_HEAD = 6.0
_OWN_PART = 6.0
_FIRST_LINE = 6.0
_SIGNATURE = 6.0
# A letter's own date, alone on its line above "Kære …": it outdoes what the letter refers to.
_LETTER_DATE = 12.0
_PROSE_WORDS = 22
_REACH = 80
_GAP = 4
_SIGNATURE_LINES = 4

_WORD = re.compile(r"[^\W_]+")
# A date that opens its part of the line ("Thisted, den 14. januar 2022").
_PART = re.compile(r"(?:[|/·•–—\t;,]|\s-\s)\s{0,4}(?:den|d\.)?\s{0,4}\Z")
_PLACE = re.compile(
    r"(?:[A-ZÆØÅ][^\W\d_]{1,20}(?: [A-ZÆØÅ][^\W\d_]{1,20}){0,3},? ?)?(?:[Dd]en|[Dd]\.|[Dd]ato:?)?\s{0,4}"
)
_PERIOD = re.compile(r"\s*(?:[-–—]|til(?: og med)?|t\.o\.m\.|→)\s*(?:den|d\.)?\s*", re.I)
_LONGEST_DASH = 20
_OTHER = -9.0
# The line that greets a letter's reader.
_GREETING = re.compile(r"^(?:Kære|Hej|Til rette vedkommende)\b", re.M)
# Where the head of a document without labelled dates ends at the latest, and how long its lines are.
_ONLY_LINES = 5
_ONLY_WIDTH = 150


@dataclass(frozen=True, slots=True)
class _Labels:
    table: PhraseTable
    worth: tuple[float, ...]
    near: tuple[bool, ...]
    head: tuple[bool, ...]
    references: frozenset[str]
    filler: frozenset[str]


@cache
def _labels(kind: Kind) -> _Labels:
    worth: dict[str, tuple[float, bool, bool]] = {}
    entries = vocabulary()["label"]
    for general in (True, False):
        for entry in entries:
            if ("kinds" not in entry) == general and (general or kind in entry["kinds"]):
                value = (float(entry["weight"]), bool(entry.get("near", False)), bool(entry.get("head", False)))
                worth.update(dict.fromkeys(entry["words"], value))
    return _Labels(
        table=PhraseTable([Phrase(tuple(words.split()), number) for number, words in enumerate(worth)]),
        worth=tuple(value for value, _, _ in worth.values()),
        near=tuple(near for _, near, _ in worth.values()),
        head=tuple(head for _, _, head in worth.values()),
        references=frozenset(vocabulary()["reference"]["words"]),
        filler=frozenset(vocabulary()["filler"]["words"]),
    )


def document_date(text: str, kind: Kind, start: int = 0, end: int | None = None) -> date | None:
    """The date of the document ``text[start:end]``.

    Args:
        text: the extracted text.
        kind: the document's kind; in an indstilling the meeting's day is its date, in a forberedende del it is not.
        start: where the document begins in ``text`` (code points).
        end: where it ends; the end of the text when None.

    Returns:
        The date, or None when the document has none of its own or several are equally likely.

    Example:
        >>> document_date("Forberedende del\\nUdfyldt den: 9/3-2021\\nLÆ 265 modtaget 2/2-2021", Kind.FORBEREDENDE_DEL)
        datetime.date(2021, 3, 9)
    """
    stop = len(text) if end is None else end
    head_end = min(stop, start + HEAD_CHARS)
    mentions = find_dates(text, start, head_end)
    tail_start = max(head_end, stop - TAIL_CHARS)
    if tail_start < stop:
        mentions += find_dates(text, tail_start, stop)
    mentions = _without_periods(text, mentions)
    if not mentions:
        return None
    labels = _labels(kind)
    lines = _Lines(text, start, stop, head_end, tail_start)
    greeting = _GREETING.search(text, start, head_end)
    best: tuple[float, DateMention] | None = None
    rival: date | None = None
    open_days: set[date] = set()
    for mention in mentions:
        worth = _worth(text, mention, lines, labels)
        if worth > 0 and greeting and mention.start < greeting.start() and lines.stands_alone(mention):
            worth = _LETTER_DATE
        if worth >= 0 and lines.in_short_head(mention.start):
            open_days.add(mention.date)
        if worth < _ENOUGH:
            continue
        if best is None or worth > best[0]:
            best, rival = (worth, mention), None
        elif worth == best[0] and mention.date != best[1].date and not lines.in_head(best[1].start):
            rival = mention.date
    if best is None and len(open_days) == 1:
        return open_days.pop()
    return best[1].date if best is not None and rival is None else None


def _without_periods(text: str, mentions: list[DateMention]) -> list[DateMention]:
    """Leave out the two ends of a period: "01.08.2015 – 31.10.2020", "fra 1/3-21 til 2/4-21"."""
    ends: set[int] = set()
    for first, second in pairwise(mentions):
        between = text[first.end : second.start]
        if len(between) <= _LONGEST_DASH and _PERIOD.fullmatch(between):
            ends |= {first.start, second.start}
    return [mention for mention in mentions if mention.start not in ends]


class _Lines:
    """The lines of a document's head and tail, and which of them a place is in."""

    def __init__(self, text: str, start: int, stop: int, head_end: int, tail_start: int) -> None:
        self.starts: list[int] = []
        self._text = text
        self._stop = stop
        at = start
        while at < head_end and len(self.starts) < HEAD_LINES:
            newline = text.find("\n", at, stop)
            newline = stop if newline < 0 else newline
            if not text[at:newline].isspace() and newline > at:
                self.starts.append(at)
            at = newline + 1
        tail = text[tail_start if tail_start < stop else start : stop].rstrip()
        end = (tail_start if tail_start < stop else start) + len(tail)
        self.signature_from = end
        for _ in range(_SIGNATURE_LINES):
            self.signature_from = text.rfind("\n", start, max(start, self.signature_from))
            if self.signature_from < 0:
                self.signature_from = start
                break

    def number(self, at: int) -> int:
        """1-based number of the head line that holds ``at``; 99 below the head."""
        number = 0
        for begin in self.starts:
            if begin > at:
                return number
            number += 1
        if number < HEAD_LINES:
            return number
        return number if self._text.find("\n", self.starts[-1], at) < 0 else 99

    def in_head(self, at: int) -> bool:
        return self.number(at) <= HEAD_LINES

    def in_short_head(self, at: int) -> bool:
        """Whether ``at`` is in the first lines, and in a short one: a head, no running text."""
        begin, end = self.bounds(at)
        return self.number(at) <= _ONLY_LINES and end - begin <= _ONLY_WIDTH

    def stands_alone(self, mention: DateMention) -> bool:
        """Whether a line says no more than a place and a date ("Thisted, den 14. januar 2022")."""
        begin, end = self.bounds(mention.start)
        before = self._text[begin : mention.start]
        return _PLACE.fullmatch(before) is not None and not self._text[mention.end : end].strip(" .,")

    def bounds(self, at: int) -> tuple[int, int]:
        """Start and end of the line that holds ``at``."""
        begin = self._text.rfind("\n", 0, at) + 1
        end = self._text.find("\n", at, self._stop)
        return begin, self._stop if end < 0 else end


def _worth(text: str, mention: DateMention, lines: _Lines, labels: _Labels) -> float:
    begin, end = lines.bounds(mention.start)
    before = text[max(begin, mention.start - _REACH) : mention.start].lower()
    words = _WORD.findall(before)
    number = lines.number(mention.start)
    long_line = end - begin > _PROSE_WORDS * 7
    labelled = _label_worth(words, labels, in_head=number <= HEAD_LINES)
    if labelled is None and all(word in labels.filler or word[0].isdigit() for word in words):
        return _bare(text, mention, lines, labels)
    if labelled is not None:
        if labelled < 0:
            return labelled
        if number <= HEAD_LINES and (number <= TITLE_LINES or not long_line):
            return labelled + _IN_HEAD
        return labelled + (_IN_PROSE if long_line else 0.0)
    if number <= TITLE_LINES and not long_line and _PART.search(before[-12:]):
        return _OWN_PART
    if number == 1:
        return _FIRST_LINE
    signature = mention.start >= lines.signature_from and not long_line
    return _SIGNATURE if signature and text[mention.end : end].strip(" .,/") == "" else 0.0


def _label_worth(words: list[str], labels: _Labels, *, in_head: bool = True) -> float | None:
    """The worth of the nearest label before the date, or None where none is near; 0 for a head's label below it."""
    nearest: tuple[int, float] | None = None
    for position, length, numbers in labels.table.find(words):
        gap = sum(1 for word in words[position + length :] if word not in labels.filler and not word.isdigit())
        number = max(numbers, key=lambda n: abs(labels.worth[n]))
        if gap > (0 if labels.near[number] else _GAP):
            continue
        referred = position > 0 and words[position - 1] in labels.references
        worth = labels.worth[number] if in_head or not labels.head[number] else 0.0
        nearest = (gap, _OTHER if referred else worth)
    if nearest is None:
        return None
    return nearest[1] if nearest[1] < 0 else nearest[1] - nearest[0]


def _bare(text: str, mention: DateMention, lines: _Lines, labels: _Labels) -> float:
    """A date with nothing before it on its line: a form's answer below its prompt, a note's head, a signature."""
    begin, end = lines.bounds(mention.start)
    number = lines.number(mention.start)
    above = text[max(0, text.rfind("\n", 0, max(0, begin - 1)) + 1) : max(0, begin - 1)]
    prompt = _WORD.findall(above.lower())
    if 0 < len(prompt) <= _GAP + 2:
        worth = _label_worth(prompt, labels)
        if worth is not None and (worth < 0 or above.rstrip().endswith(":") or number > TITLE_LINES):
            return worth + (_IN_HEAD if number <= HEAD_LINES and worth > 0 else 0.0)
    if number <= TITLE_LINES:
        return _BARE_HEAD + 1.0
    if mention.start >= lines.signature_from and end - mention.end < 60:
        return _SIGNATURE
    return _BARE_HEAD if number <= HEAD_LINES and text[mention.end : end].strip() == "" else 0.0

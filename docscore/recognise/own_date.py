"""The date of a document itself: which of the dates in it is its own (``dates.toml``, ``label``).

A date counts by the words before it ("Udfyldt den"), by where it stands (head, signature) and not at all after
words that date something else ("LÆ 265 modtaget", "siden"). When no date stands out, there is none: an
unknown date is better than a wrong one.
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
_PROSE_WORDS = 22
_REACH = 80
_GAP = 4
_SIGNATURE_LINES = 4

_WORD = re.compile(r"[^\W_]+")
# A date that opens its part of the line ("Thisted, den 14. januar 2022").
_PART = re.compile(r"(?:[|/·•–—\t;,]|\s-\s)\s{0,4}(?:den|d\.)?\s{0,4}\Z")
_PERIOD = re.compile(r"\s*(?:[-–—]|til(?: og med)?|t\.o\.m\.|→)\s*(?:den|d\.)?\s*", re.I)
_LONGEST_DASH = 20
_OTHER = -9.0


@dataclass(frozen=True, slots=True)
class _Labels:
    table: PhraseTable
    worth: tuple[float, ...]
    near: tuple[bool, ...]
    references: frozenset[str]
    filler: frozenset[str]


@cache
def _labels(kind: Kind) -> _Labels:
    worth: dict[str, tuple[float, bool]] = {}
    entries = vocabulary()["label"]
    for general in (True, False):
        for entry in entries:
            if ("kinds" not in entry) == general and (general or kind in entry["kinds"]):
                value = (float(entry["weight"]), bool(entry.get("near", False)))
                worth.update(dict.fromkeys(entry["words"], value))
    return _Labels(
        table=PhraseTable([Phrase(tuple(words.split()), number) for number, words in enumerate(worth)]),
        worth=tuple(value for value, _ in worth.values()),
        near=tuple(near for _, near in worth.values()),
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
    best: tuple[float, DateMention] | None = None
    rival: date | None = None
    for mention in mentions:
        worth = _worth(text, mention, lines, labels)
        if worth < _ENOUGH:
            continue
        if best is None or worth > best[0]:
            best, rival = (worth, mention), None
        elif worth == best[0] and mention.date != best[1].date and not lines.in_head(best[1].start):
            rival = mention.date
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
    labelled = _label_worth(words, labels)
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


def _label_worth(words: list[str], labels: _Labels) -> float | None:
    """The worth of the nearest label before the date, or None where none is near."""
    nearest: tuple[int, float] | None = None
    for position, length, numbers in labels.table.find(words):
        gap = sum(1 for word in words[position + length :] if word not in labels.filler and not word.isdigit())
        number = max(numbers, key=lambda n: abs(labels.worth[n]))
        if gap > (0 if labels.near[number] else _GAP):
            continue
        referred = position > 0 and words[position - 1] in labels.references
        nearest = (gap, _OTHER if referred else labels.worth[number])
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

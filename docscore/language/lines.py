"""The lines of a document: which belong together, and which are headings, prompts or neither."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from docscore.language import boxes


@dataclass(frozen=True, slots=True)
class FormWords:
    """The word lists of ``data/layout.toml``; what each is for is said there."""

    help_starts: tuple[str, ...]
    fresh_starts: tuple[str, ...]
    closing_prompts: frozenset[str]
    empty_values: frozenset[str]
    reference_starts: tuple[str, ...]
    heading_words: frozenset[str]
    meta_starts: tuple[str, ...]
    speech_verbs: frozenset[str]
    instruction_starts: tuple[str, ...]
    form_starts: tuple[str, ...]
    question_starts: tuple[str, ...]
    tellers: frozenset[str]
    joiners: frozenset[str]
    no_prompts: frozenset[str]
    asking_heads: frozenset[str]
    address: frozenset[str]
    second_prompts: frozenset[str]


@cache
def form_words() -> FormWords:
    """The bundled word lists."""
    raw = tomllib.loads(files("docscore.language").joinpath("data", "layout.toml").read_text("utf-8"))
    return FormWords(
        tuple(raw["help_starts"]),
        tuple(raw["fresh_starts"]),
        frozenset(raw["closing_prompts"]),
        frozenset(raw["empty_values"]),
        tuple(raw["reference_starts"]),
        frozenset(raw["heading_words"]),
        tuple(raw["meta_starts"]),
        frozenset(raw["speech_verbs"]),
        tuple(raw["instruction_starts"]),
        tuple(raw["form_starts"]),
        tuple(raw["question_starts"]),
        frozenset(raw["tellers"]),
        frozenset(raw["joiners"]),
        frozenset(raw["no_prompts"]),
        frozenset(raw["asking_heads"]),
        frozenset(raw["address"]),
        frozenset(raw["heading_words"] + raw["second_prompts"]),
    )


INLINE = re.compile(r"([^\s:|][^:|\n]{0,78}?)\s?:(?=\s|$|[A-ZÆØÅ][a-zæøå])[ \t]*")

_NUMBERED = re.compile(r"(\d{1,2})[a-h]? [A-ZÆØÅ][a-zæøå]{2}")

_ASIDE = re.compile(r"\([^()]{0,80}\)")

_FIELD_NUMBER = re.compile(r"(?:felt|punkt|pkt\.|afsnit|del|rubrik) ?\d{1,2}[a-z]?[.):]? +\S", re.IGNORECASE)

_DEEP_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})+[.)]?\s+\S|[A-H]\d{0,2}[.)]\s+\S")

BULLET = re.compile(r"(?:[-–—•*·▪◦➢►>+]|->|=>|o(?= [A-ZÆØÅa-zæøå])|\d{1,2}[.)]|[a-h]\))[ \t]+(?=\S)")

RULE = re.compile(r"[\s\-–—_=*#.~|/÷…]*$")

_FIGURES = re.compile(
    r"\d{1,2}(?:[-–,]\d{1,2})? ?(?:timers?|t/u|t\.)\b.{0,30}$|(?:næste|ny|indkald)\b.{0,40}\d", re.IGNORECASE
)
"""A short line that states hours or a coming date is an answer, not a heading."""

_ENDS = frozenset(".!?:")

_TERMINAL = frozenset(".!?;:,")

_CLOSERS = frozenset(")]|_-–☐☒")


class Lines:
    """The lines of ``text[start:end]``.

    Attributes:
        spans: start and end of every line without surrounding white space; blank lines have start == end.
        width: the column at which the document's lines were broken, or 0 where lines are the writer's own.
        numbered: whether the document numbers its fields.
        marked: whether the document draws its tick boxes ("__ Ro", "X Pauser").
        breaks: whether a line that begins in lower case goes on with the one before it, for no sentence begins so.
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.words = form_words()
        self.spans = _spans(text, start, end)
        self.width = self._wrap_width()
        self.numbered = self._is_numbered()
        self.marked = any(boxes.draws_blanks(text[a:b]) for a, b in self.spans if text.startswith("__", a))
        self.breaks = self._breaks_sentences()

    def _is_numbered(self) -> bool:
        """Whether the document numbers its fields ("6c Arbejdsevne", "7 Redskaber"): three short lines in order."""
        found, last = 0, 0
        for a, b in self.spans:
            number = _NUMBERED.match(self.text, a, b) if b - a < 70 else None
            if number and self.text[b - 1] not in _TERMINAL and 0 <= int(number.group(1)) - last <= 1:
                found, last = found + 1, int(number.group(1))
        return found >= 3

    def _wrap_width(self) -> int:
        """The column at which the document's lines were broken, or 0 where lines are the writer's own."""
        pairs = [
            (b - a, len(self.text[c:d].split(None, 1)[0]), self.text[b - 1] in _ENDS)
            for (a, b), (c, d) in zip(self.spans, self.spans[1:], strict=False)
            if b - a >= 45 and d > c
        ]
        if len(pairs) < 3:
            return 0
        width = max(length for length, _, _ in pairs)
        full = sum(length + 1 + word > width - 2 for length, word, _ in pairs)
        broken = sum(not ended for _, _, ended in pairs)  # lines that stop in the middle of a sentence
        return width if width <= 130 and full >= 0.6 * len(pairs) and broken >= 0.4 * len(pairs) else 0

    def paragraph_end(self, i: int) -> int:
        """The line after the last one that belongs to the paragraph begun at ``i`` (hard-wrapped text only)."""
        j = i + 1
        a, b = self.spans[i]
        while j < len(self.spans) and self._continues(j):
            j += 1
        if not self.width or (self.text[a] in "([" and self.text[b - 1] in ")]"):
            return j
        while j < len(self.spans):
            x, y = self.spans[j - 1]
            c, d = self.spans[j]
            if c == d or self._special(j) or (self.text[a] in "([" and self.text[y - 1] in ")]"):
                break
            if self.text[y - 1] in _ENDS and not self.text[c].islower() and not self.text[c].isdigit():
                break  # a sentence ended with the line; whatever follows is read just as well by itself
            first = self.text[c:d].split(None, 1)[0]
            if (y - x) + 1 + len(first) < self.width - 8:
                break  # the next word would have fitted: the writer broke the line
            j += 1
        return j

    def _continues(self, i: int) -> bool:
        """Whether line ``i`` goes on with the sentence of the line before it, wherever lines are broken."""
        a, b = self.spans[i - 1]
        c, d = self.spans[i]
        if c == d or a == b or not self.text[c].islower() or self.text[b - 1] in _TERMINAL - {","}:
            return False
        above = self.text[a:b].split()
        if len(above) < 4 or self.text[b - 1] in _CLOSERS:
            return False
        if self.breaks:
            return not self._special(i)
        if above[0][0].islower():
            return False
        first = self.text[c:d].split(None, 1)[0].lower().rstrip(",")
        joined = first in self.words.joiners or above[-1].lower() in self.words.joiners or self.text[b - 1] == ","
        return joined and not self._special(i)

    def _breaks_sentences(self) -> bool:
        """Whether all lines in lower case stand below a line that goes on, at least two of them below a long one."""
        broken = 0
        for (a, b), (c, d) in zip(self.spans, self.spans[1:], strict=False):
            if c == d or not self.text[c].islower():
                continue
            if a == b or self.text[b - 1] in _ENDS or self.text.count(" ", a, b) < 3:
                return False
            broken += 1
        return broken >= 2 and not self.text[self.spans[0][0] :][:1].islower()

    def _special(self, i: int) -> bool:
        """Whether line ``i`` is something by itself: a mark, a bullet, a field, a numbered heading."""
        a, b = self.spans[i]
        line = self.text[a:b]
        if line.lower().startswith(self.words.meta_starts):
            return True
        if BULLET.match(line) or boxes.find_mark(line) or _DEEP_NUMBER.match(line) or "|" in line or "\t" in line:
            return True
        field = INLINE.match(line)
        return bool(field and is_prompt(field.group(1)))

    def is_heading(self, i: int, line: str, number: re.Match[str] | None) -> bool:
        """Whether line ``i``, which reads ``line`` and begins with ``number``, is a heading."""
        if line.startswith("#"):
            return True
        if len(line) > 200:
            return False
        count = len(line.split())
        if line.rstrip().endswith(":") and count <= 14:
            return True
        if line.rstrip().endswith("?") and count <= 24 and not line.startswith(("-", "–", '"')):
            return True
        if count > 11 or line.rstrip()[-1] in _TERMINAL or _FIGURES.match(line):
            return False
        letters = [c for c in line if c.isalpha()]
        if letters and count <= 10 and sum(c.isupper() for c in letters) > 0.8 * len(letters) and len(letters) > 3:
            return True
        if _DEEP_NUMBER.match(line) or _FIELD_NUMBER.match(line):
            return True
        title = line[number.end() :] if number else line
        plain = [w.strip(".,:/()-").lower() for w in re.split(r"[\s/]+", title) if w.strip(".,:/()-–")]
        if plain and count <= 6 and all(w in self.words.heading_words for w in plain):
            return True
        before = i == 0 or self.spans[i - 1][0] == self.spans[i - 1][1] or self._between(i)
        after = i + 1 < len(self.spans) and self.spans[i + 1][0] != self.spans[i + 1][1]
        if before and not after and not self.words.address.isdisjoint(plain):
            return True  # a title alone on its line that addresses the citizen: "Det har du fortalt os"
        if number and not line[: number.end()].rstrip().endswith(")") and count <= 9:
            return (before and after) or (self.numbered and _NUMBERED.match(line) is not None)
        return before and after and count <= 6 and line[0].isupper() and "," not in line and not BULLET.match(line)

    def _between(self, i: int) -> bool:
        """Whether line ``i`` stands between two lines of whole sentences: a title where no line is left blank."""
        x, y = self.spans[i - 1]
        c, d = self.spans[i + 1] if i + 1 < len(self.spans) else (0, 0)
        return self.text[y - 1] in _ENDS and y - x > 30 and d > c and self.text[d - 1] in _ENDS and d - c > 30


def is_prompt(prompt: str) -> bool:
    """Whether what stands before a colon names a field, rather than begins a sentence."""
    words = form_words()
    parts = (_ASIDE.sub("", prompt) if "(" in prompt else prompt).lower().split()
    if len(parts) > 1 and parts[0] in words.tellers:
        return False  # "Vi talte om tre ting: …"
    if len(parts) > 2 and not words.speech_verbs.isdisjoint(parts):
        return False  # "Hun sagde ordret: …" is a sentence, not a field
    if parts and parts[-1].rstrip(".") in words.no_prompts:
        return False  # "§ 116, stk.: 2"
    return len(parts) <= 9 and not prompt.endswith(",") and ". " not in prompt.lstrip("0123456789. ")


def begins(text: str, starts: tuple[str, ...]) -> bool:
    """Whether ``text`` begins with one of ``starts`` as whole words ("redegør for", not "redegørelse")."""
    if not text.startswith(starts):
        return False
    return any(
        text.startswith(start) and not (start[-1].isalpha() and text[len(start) : len(start) + 1].isalpha())
        for start in starts
    )


def _spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Start and end of every line without surrounding white space; blank lines have start == end."""
    spans: list[tuple[int, int]] = []
    pos = start
    for line in text[start:end].split("\n"):
        left = len(line) - len(line.lstrip())
        spans.append((pos + left, max(pos + left, pos + len(line.rstrip()))))
        pos += len(line) + 1
    return spans


def rstrip(text: str, a: int, b: int) -> int:
    """Where ``text[a:b]`` ends without its last white space."""
    while b > a and text[b - 1].isspace():
        b -= 1
    return b


def is_major(line: str) -> bool:
    """A heading of the first level: capitals, ``#`` or a single number."""
    letters = [c for c in line if c.isalpha()]
    return (
        line.startswith("# ")
        or bool(re.match(r"\d{1,2}[.)]?\s+[A-ZÆØÅ]", line))
        or (bool(letters) and all(c.isupper() for c in letters))
    )

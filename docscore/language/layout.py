"""The shape of a document: headings, form fields, help texts, tick boxes, bullets and paragraphs.

Case documents are forms as often as prose, and what a line *is* decides whether it can document
anything (kodebog, rules 1 and 2): a prompt, a help text, an empty value, a box nobody ticked and a
reference elsewhere never do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from docscore.language import boxes


class BlockKind(StrEnum):
    """What a piece of a document is."""

    HEADING = "heading"
    PROMPT = "prompt"
    HELP = "help"
    EMPTY = "empty"
    REFERENCE = "reference"
    UNTICKED = "unticked"
    META = "meta"
    PROSE = "prose"
    VALUE = "value"
    BULLET = "bullet"
    TICKED = "ticked"


CONTENT = frozenset({BlockKind.PROSE, BlockKind.VALUE, BlockKind.BULLET, BlockKind.TICKED})
"""The kinds that can document something."""


class Block(NamedTuple):
    """One piece of a document.

    ``start`` and ``end`` are offsets into the file's text. ``prompt`` is the field prompt that the piece
    answers ("" for none), ``section`` the heading above. ``ticked`` holds the labels of a TICKED
    piece's marked options; its other options are not content.
    """

    kind: BlockKind
    start: int
    end: int
    prompt: str = ""
    section: str = ""
    ticked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
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
    address: frozenset[str]
    second_prompts: frozenset[str]


@cache
def _words() -> _Words:
    raw = tomllib.loads(files("docscore.language").joinpath("data", "layout.toml").read_text("utf-8"))
    return _Words(
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
        frozenset(raw["address"]),
        frozenset(raw["heading_words"] + raw["second_prompts"]),
    )


_INLINE = re.compile(r"([^\s:|][^:|\n]{0,78}?)\s?:(?=\s|$|[A-ZÆØÅ][a-zæøå])[ \t]*")
_NUMBERED = re.compile(r"(\d{1,2})[a-h]? [A-ZÆØÅ][a-zæøå]{2}")
_SECOND_FIELD = re.compile(
    r"(?:(?<=[.;])[ \t]{1,9}|[ \t]{2,9})([A-ZÆØÅ][^\s:.]{2,24}(?: [^\s:.]{1,24}){0,2}):[ \t]+(?=\S)"
)
"""A further field on a field's line ("Tidligere: kok. Ønsket: pedel")."""

_LEADER = re.compile(r"([^\W\d_][^:|\n.…_]{0,60}?)[ \t]?(?:\.{4,}|…{2,}|_{3,})[ \t]?:?[ \t]*")
_QUESTION = re.compile(r"([^\s?!.][^?!.:|\n]{4,110})\?\s{1,9}(?=[\w\"»])")
_ASIDE = re.compile(r"\([^()]{0,80}\)")
_NUMBER = re.compile(r"(?:punkt |pkt\. ?|felt )?\d{1,2}(?:\.\d{1,2})*[a-z]?[.):]?\s+(?=\S)", re.IGNORECASE)
_FIELD_NUMBER = re.compile(r"(?:felt|punkt|pkt\.|afsnit|del|rubrik) ?\d{1,2}[a-z]?[.):]? +\S", re.IGNORECASE)
_DEEP_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})+[.)]?\s+\S|[A-H]\d{0,2}[.)]\s+\S")
_BULLET = re.compile(r"(?:[-–—•*·▪◦➢►>+]|->|=>|o(?= [A-ZÆØÅa-zæøå])|\d{1,2}[.)]|[a-h]\))[ \t]+(?=\S)")
_RULE = re.compile(r"[\s\-–—_=*#.~|/÷…]*$")
_ODD = re.compile(r"[:?|\t_#\[(☐☒☑✓✔□■⊠]|\.\.\.|    |\bnej\b", re.IGNORECASE)
"""Signs of a field, a question, a table row, a box or a heading."""

_FIGURES = re.compile(
    r"\d{1,2}(?:[-–,]\d{1,2})? ?(?:timers?|t/u|t\.)\b.{0,30}$|(?:næste|ny|indkald)\b.{0,40}\d", re.IGNORECASE
)
"""A short line that states hours or a coming date is an answer, not a heading."""

_SECOND = re.compile(r"\w{4}[.!?] [A-ZÆØÅ]")
"""A second sentence begins: behind a reference, it says something itself."""

_QUOTES = frozenset('"”“»')
_ENDS = frozenset(".!?:")
_TERMINAL = frozenset(".!?;:,")
_CLOSERS = frozenset(")]|_-–☐☒")


def blocks(text: str, start: int = 0, end: int | None = None) -> list[Block]:
    """Cut ``text[start:end]`` into its blocks, in order; nothing visible is left out.

    Args:
        text: a document's text.
        start: where the document begins in it.
        end: where it ends; None for the end of the text.
    """
    return list(_Layout(text, start, len(text) if end is None else end).run())


class _Layout:
    """One pass over the lines, remembering the heading and the prompt they stand under."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.words = _words()
        self.lines = _lines(text, start, end)
        self.section = ""
        self.heading = ""
        self.above = ""  # the heading without the open field below it
        self.prompt = ""
        self.inline = False
        self.fresh = False  # the line above is a heading or an empty prompt
        self.columns: list[str] = []
        self.width = self._wrap_width()
        self.numbered = self._is_numbered()

    def _is_numbered(self) -> bool:
        """Whether the document numbers its fields ("6c Arbejdsevne", "7 Redskaber"): three short lines in order."""
        found, last = 0, 0
        for a, b in self.lines:
            number = _NUMBERED.match(self.text, a, b) if b - a < 70 else None
            if number and self.text[b - 1] not in _TERMINAL and 0 <= int(number.group(1)) - last <= 1:
                found, last = found + 1, int(number.group(1))
        return found >= 3

    def _wrap_width(self) -> int:
        """The column at which the document's lines were broken, or 0 where lines are the writer's own."""
        pairs = [
            (b - a, len(self.text[c:d].split(None, 1)[0]), self.text[b - 1] in _ENDS)
            for (a, b), (c, d) in zip(self.lines, self.lines[1:], strict=False)
            if b - a >= 45 and d > c
        ]
        if len(pairs) < 3:
            return 0
        width = max(length for length, _, _ in pairs)
        full = sum(length + 1 + word > width - 2 for length, word, _ in pairs)
        broken = sum(not ended for _, _, ended in pairs)  # lines that stop in the middle of a sentence
        return width if width <= 130 and full >= 0.6 * len(pairs) and broken >= 0.4 * len(pairs) else 0

    def run(self) -> Iterator[Block]:
        i = 0
        while i < len(self.lines):
            a, b = self.lines[i]
            if a == b:
                if self.inline:
                    self.prompt, self.inline = self.heading, False
                self.columns = []
                i += 1
                continue
            j = self._paragraph_end(i)
            last = None
            for block in self._line(i, a, self.lines[j - 1][1]):
                last = block
                yield block
            self.fresh = last is not None and last.kind in (BlockKind.HEADING, BlockKind.PROMPT)
            i = j

    def _paragraph_end(self, i: int) -> int:
        """The line after the last one that belongs to the paragraph begun at ``i`` (hard-wrapped text only)."""
        j = i + 1
        a, b = self.lines[i]
        while j < len(self.lines) and self._continues(j):
            j += 1
        if not self.width or (self.text[a] in "([" and self.text[b - 1] in ")]"):
            return j
        while j < len(self.lines):
            x, y = self.lines[j - 1]
            c, d = self.lines[j]
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
        a, b = self.lines[i - 1]
        c, d = self.lines[i]
        if c == d or a == b or not self.text[c].islower() or self.text[b - 1] in _TERMINAL - {","}:
            return False
        above = self.text[a:b].split()
        if len(above) < 4 or above[0][0].islower() or self.text[b - 1] in _CLOSERS:
            return False
        first = self.text[c:d].split(None, 1)[0].lower().rstrip(",")
        joined = first in self.words.joiners or above[-1].lower() in self.words.joiners or self.text[b - 1] == ","
        return joined and not self._special(i)

    def _special(self, i: int) -> bool:
        """Whether line ``i`` is something by itself: a mark, a bullet, a field, a numbered heading."""
        a, b = self.lines[i]
        line = self.text[a:b]
        if _BULLET.match(line) or boxes.find_mark(line) or _DEEP_NUMBER.match(line) or "|" in line or "\t" in line:
            return True
        field = _INLINE.match(line)
        return bool(field and self._is_prompt(field.group(1)))

    def _is_prompt(self, prompt: str) -> bool:
        parts = (_ASIDE.sub("", prompt) if "(" in prompt else prompt).lower().split()
        if len(parts) > 1 and parts[0] in self.words.tellers:
            return False  # "Vi talte om tre ting: …"
        if len(parts) > 2 and not self.words.speech_verbs.isdisjoint(parts):
            return False  # "Hun sagde ordret: …" is a sentence, not a field
        return len(parts) <= 9 and not prompt.endswith(",") and ". " not in prompt.lstrip("0123456789. ")

    def _line(self, i: int, a: int, b: int) -> Iterator[Block]:
        line = self.text[a:b]
        lower = line.lower()
        if (
            b - a > 80
            and line[0].isupper()
            and line[-1] == "."
            and not _ODD.search(line)
            and not self._is_help(line, lower)
        ):
            # Most lines are plain paragraphs: none of the forms below can be one.
            yield self._block(BlockKind.VALUE if self.prompt and self.inline else BlockKind.PROSE, a, b)
            return
        if not line[0].isalnum() and _RULE.match(line):
            kind = BlockKind.EMPTY if len(line) <= 3 or "_" in line or "." in line else BlockKind.META
            yield self._block(kind, a, b)
            return
        mark = boxes.find_mark(line)
        cells = boxes.cells(line)
        if len(cells) > 2 and self._is_head(i, line, cells):
            self.columns = [line[x:y] for x, y in cells]
            yield self._block(BlockKind.HEADING, a, b, prompt="")
            return
        yes_no = None
        if "ja" in lower and "nej" in lower and (not mark or mark.group() in "✓✔"):
            yes_no = boxes.YES_NO.search(line)
        if yes_no and line[: yes_no.start()].strip() and not (mark and mark.start() < yes_no.start()):
            yield from self._yes_no(a, b, yes_no)
            return
        if b - a < 90 and not mark and "|" not in line and lower.startswith(self.words.meta_starts):
            yield self._block(BlockKind.META, a, b)
            return
        if len(cells) > 1:
            yield from self._row(a, cells)
            return
        if cells[0] != (0, len(line)):  # the only cell of a row
            a, b = a + cells[0][0], a + cells[0][1]
        if mark:
            told = self.text.rfind(". ", a, a + mark.start()) + 2  # sentences may stand before the boxes
            if told > a + 40:
                yield from self._value(BlockKind.PROSE, a, told - 1, self.prompt)
                a = told
            yield from self._ticks(a, a, b, self.prompt)
            return
        yield from self._text_line(i, a, b)

    def _text_line(self, i: int, a: int, b: int) -> Iterator[Block]:
        """A line without cells or boxes: help, field, question, heading, bullet or prose."""
        line = self.text[a:b]
        lower = line.lower()
        if self._is_help(line, lower):
            yield self._block(BlockKind.HELP, a, b)
            return
        number = _NUMBER.match(line)
        bullet = _BULLET.match(line)
        lead = number or bullet
        body = a + (lead.end() if lead else 0)
        field = _INLINE.match(self.text, body, b) if ":" in line else None
        if field and self._is_prompt(field.group(1)) and not self.text[body].islower() | (self.text[body] in '"”'):
            yield from self._field(field.group(1).strip(), a, field.end(), b)
            return
        leader = _LEADER.match(self.text, body, b) if "..." in line or "__" in line or "……" in line else None
        if leader and self._is_prompt(leader.group(1)):
            yield from self._field(leader.group(1).strip(), a, leader.end(), b)
            return
        question = _QUESTION.match(self.text, body, b) if "?" in line else None
        if question and lower[body - a :].startswith(self.words.question_starts):
            yield from self._field(question.group(1).strip() + "?", a, question.end(), b)
            return
        if self._is_heading(i, line, number):
            self.heading = self.prompt = self.above = line.lstrip("#").rstrip(":").strip()
            if _is_major(line):
                self.section = self.heading
            self.inline = False
            yield self._block(BlockKind.HEADING, a, b, prompt="")
            return
        if bullet:
            yield from self._value(BlockKind.BULLET, a + bullet.end(), b, self.prompt)
            return
        yield from self._value(BlockKind.VALUE if self.prompt and self.inline else BlockKind.PROSE, a, b, self.prompt)

    def _field(self, prompt: str, a: int, value: int, b: int) -> Iterator[Block]:
        """A prompt at ``a`` and its value; further fields may stand behind it on the line."""
        while True:
            self.heading = self.above
            yield self._block(BlockKind.PROMPT, a, value, prompt="")
            if prompt.endswith(("..", "_", "…")):
                prompt = prompt.rstrip(" ._…")
            self.prompt, self.inline = prompt, True
            if value >= b:
                self.heading, self.inline = prompt, False
                return
            second = self._second_field(value, b)
            stop = _rstrip(self.text, value, second.start(1)) if second else b
            yield from self._value(BlockKind.VALUE, value, stop, prompt)
            if prompt.lower() in self.words.closing_prompts:
                self.prompt, self.inline = self.heading, False
            if second is None:
                return
            prompt, a, value = second.group(1), second.start(1), second.end()

    def _second_field(self, a: int, b: int) -> re.Match[str] | None:
        """The next field on the line of another one ("Tidligere: kok. Ønsket: pedel")."""
        if self.text.find(":", a, b) < 0:
            return None
        for found in _SECOND_FIELD.finditer(self.text, a, b):
            if all(word in self.words.second_prompts for word in found.group(1).lower().split()):
                return found
        return None

    def _is_head(self, i: int, line: str, cells: list[tuple[int, int]]) -> bool:
        """Whether a row holds the column heads of the rows below it."""
        texts = [line[x:y] for x, y in cells]
        if self.columns or any(len(text.split()) > 3 for text in texts) or not all(texts[1:]):
            return False
        if any(boxes.crossed(text) for text in texts):
            return False
        c, d = self.lines[i + 1] if i + 1 < len(self.lines) else (0, 0)
        if "|" in self.text[c:d] and _RULE.match(self.text, c, d) and i + 2 < len(self.lines):  # |---|---|
            c, d = self.lines[i + 2]
        following = self.text[c:d]
        return len(boxes.cells(following)) == len(cells) and ("|" in line) == ("|" in following)

    def _row(self, a: int, cells: list[tuple[int, int]]) -> Iterator[Block]:
        """A table row: label and values, or values under the column heads of the first row."""
        texts = [self.text[a + x : a + y] for x, y in cells]
        label = texts[0]
        under = self.columns if len(self.columns) == len(cells) else []
        inline = _INLINE.match(label)
        field = bool(inline and inline.end() < len(label) and self._is_prompt(inline.group(1)))
        first = 0
        prompt = self.prompt
        answers = {"ja", "nej"} <= {head.lower() for head in under[1:]}
        if answers and label and not any(texts[1:]):
            yield self._block(BlockKind.UNTICKED, a, a + cells[0][1], prompt=label.rstrip(": "))
            return
        boxed = boxes.box_cells(texts) if under and label else 0
        if boxed:
            ticked = tuple(under[k] for k in range(1, boxed) if boxes.crossed(texts[k]))
            kind = BlockKind.TICKED if ticked else BlockKind.UNTICKED
            prompt, first = label.rstrip(": "), boxed
            yield self._block(kind, a + cells[0][0], a + cells[boxed - 1][1], prompt=prompt, ticked=ticked)
        elif not label:
            first = 1  # the row goes on with the label above
        elif not under and self._is_label(label) and not field:
            if not boxes.find_mark(texts[1]):
                yield self._block(BlockKind.PROMPT, a + cells[0][0], a + cells[0][1], prompt="")
            prompt, first = label.rstrip(": "), 1
        for k in range(first, len(cells)):
            x, y = a + cells[k][0], a + cells[k][1]
            if x == y:
                continue
            head = prompt
            if under:
                head = f"{prompt} – {under[k]}" if boxed else under[k]
            if boxes.find_mark(texts[k]):
                # The label belongs to the mark: a reader underlines "Pauser ☒ Ekstra", not "☒ Ekstra".
                yield from self._ticks(a + cells[0][0] if k == first == 1 and label else x, x, y, head)
                continue
            inner = _INLINE.match(self.text, x, y)
            if inner and self._is_prompt(inner.group(1)):
                yield self._block(BlockKind.PROMPT, x, inner.end(), prompt="")
                if inner.end() < y:
                    name = f"{head} – {inner.group(1)}" if head and not field else inner.group(1)
                    yield from self._value(BlockKind.VALUE, inner.end(), y, name)
                continue
            yield from self._value(BlockKind.VALUE, x, y, head)
        self.prompt, self.inline = prompt, True

    @staticmethod
    def _is_label(cell: str) -> bool:
        return len(cell.split()) <= 12 and not boxes.find_mark(cell) and not cell.endswith(".")

    def _yes_no(self, a: int, b: int, found: re.Match[str]) -> Iterator[Block]:
        """ "Flere timer drøftet?  Ja: X   Nej:     Udbytte: …": a question, its answer and a remark."""
        ticked = tuple(found.group(k) for k in (1, 3) if found.group(k + 1))
        prompt = self.text[a : a + found.start()].rstrip(" :?|\t–-")
        stop = _rstrip(self.text, a, a + found.end())
        yield self._block(BlockKind.TICKED if ticked else BlockKind.UNTICKED, a, stop, prompt=prompt, ticked=ticked)
        rest = a + found.end()
        while rest < b and self.text[rest] in " \t|":
            rest += 1
        remark = _INLINE.match(self.text, rest, b)
        if remark:
            yield self._block(BlockKind.PROMPT, rest, remark.end(), prompt="")
            prompt, rest = f"{prompt} – {remark.group(1)}", remark.end()
        if rest < b:
            yield from self._value(BlockKind.VALUE, rest, b, prompt)

    def _ticks(self, begin: int, a: int, b: int, prompt: str) -> Iterator[Block]:
        """Options in ``text[a:b]``: the marked ones count, the others do not. The block begins at ``begin``."""
        found = boxes.options(self.text[a:b], prompt)
        kind = BlockKind.TICKED if found.any_ticked else BlockKind.UNTICKED
        tail = a + found.tail
        yield self._block(kind, begin, _rstrip(self.text, a, tail), prompt=found.prompt, ticked=found.ticked)
        if tail < b:
            last = found.options[-1][0]
            yield from self._value(BlockKind.VALUE, tail, b, f"{found.prompt} – {last}" if found.prompt else last)

    def _value(self, kind: BlockKind, a: int, b: int, prompt: str) -> Iterator[Block]:
        value = self.text[a:b].strip().lower()
        core = value.strip("[]()<>_* .\"'»«”")
        if _RULE.match(value) or core in self.words.empty_values or value in self.words.empty_values:
            kind = BlockKind.EMPTY
        elif (
            core.startswith(self.words.reference_starts)
            and len(value.split()) <= 9
            and not _SECOND.search(self.text, a, b)
        ):
            kind = BlockKind.REFERENCE
        elif kind is BlockKind.VALUE and b - a < 160 and self._instructs(value):
            kind = BlockKind.HELP
        yield self._block(kind, a, b, prompt=prompt)

    def _is_help(self, line: str, lower: str) -> bool:
        core = lower.lstrip("([*_<«\"' ")
        wrapped = line[0] in "([<*_«" and line.rstrip(" .")[-1:] in ")]>*_»"
        if wrapped and line[0] in "([" and self.fresh:
            return True
        if core.startswith(("hjælpetekst", "vejledning:", "hjælp:", "vejl.:", "vejledende tekst")):
            return True
        if self.fresh and len(line) < 200 and self._instructs(core):
            return True
        if not _begins(core, self.words.help_starts) or line[0] in _QUOTES:
            return False
        return (
            wrapped
            or _begins(core, self.words.form_starts)
            or (_begins(core, self.words.instruction_starts) and bool(self.prompt) and not self.inline)
        )

    def _instructs(self, lower: str) -> bool:
        """Whether a line right below its heading, or a field's value, tells what to write there."""
        return _begins(lower, self.words.fresh_starts) and not any(sign.isdigit() for sign in lower)

    def _is_heading(self, i: int, line: str, number: re.Match[str] | None) -> bool:
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
        before = i == 0 or self.lines[i - 1][0] == self.lines[i - 1][1] or self._between(i)
        after = i + 1 < len(self.lines) and self.lines[i + 1][0] != self.lines[i + 1][1]
        if before and not after and not self.words.address.isdisjoint(plain):
            return True  # a title alone on its line that addresses the citizen: "Det har du fortalt os"
        if number and not line[: number.end()].rstrip().endswith(")") and count <= 9:
            return (before and after) or (self.numbered and _NUMBERED.match(line) is not None)
        return before and after and count <= 6 and line[0].isupper() and "," not in line and not _BULLET.match(line)

    def _between(self, i: int) -> bool:
        """Whether line ``i`` stands between two lines of whole sentences: a title where no line is left blank."""
        x, y = self.lines[i - 1]
        c, d = self.lines[i + 1] if i + 1 < len(self.lines) else (0, 0)
        return self.text[y - 1] in _ENDS and y - x > 30 and d > c and self.text[d - 1] in _ENDS and d - c > 30

    def _block(self, kind: BlockKind, a: int, b: int, prompt: str | None = None, ticked: tuple[str, ...] = ()) -> Block:
        section = self.section if self.section != self.heading else ""
        return Block(kind, a, b, self.prompt if prompt is None else prompt, section or self.heading, ticked)


def _begins(text: str, starts: tuple[str, ...]) -> bool:
    """Whether ``text`` begins with one of ``starts`` as whole words ("redegør for", not "redegørelse")."""
    if not text.startswith(starts):
        return False
    return any(
        text.startswith(start) and not (start[-1].isalpha() and text[len(start) : len(start) + 1].isalpha())
        for start in starts
    )


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Start and end of every line without surrounding white space; blank lines have start == end."""
    spans: list[tuple[int, int]] = []
    pos = start
    for line in text[start:end].split("\n"):
        left = len(line) - len(line.lstrip())
        spans.append((pos + left, max(pos + left, pos + len(line.rstrip()))))
        pos += len(line) + 1
    return spans


def _rstrip(text: str, a: int, b: int) -> int:
    while b > a and text[b - 1].isspace():
        b -= 1
    return b


def _is_major(line: str) -> bool:
    """A heading of the first level: capitals, ``#`` or a single number."""
    letters = [c for c in line if c.isalpha()]
    return (
        line.startswith("# ")
        or bool(re.match(r"\d{1,2}[.)]?\s+[A-ZÆØÅ]", line))
        or (bool(letters) and all(c.isupper() for c in letters))
    )

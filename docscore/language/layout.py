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


@dataclass(frozen=True, slots=True)
class Block:
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
    empty_values: frozenset[str]
    reference_starts: tuple[str, ...]
    heading_words: frozenset[str]
    meta_starts: tuple[str, ...]
    speech_verbs: frozenset[str]
    instruction_starts: tuple[str, ...]
    form_starts: tuple[str, ...]
    question_starts: tuple[str, ...]
    tellers: frozenset[str]


@cache
def _words() -> _Words:
    raw = tomllib.loads(files("docscore.language").joinpath("data", "layout.toml").read_text("utf-8"))
    return _Words(
        tuple(raw["help_starts"]),
        frozenset(raw["empty_values"]),
        tuple(raw["reference_starts"]),
        frozenset(raw["heading_words"]),
        tuple(raw["meta_starts"]),
        frozenset(raw["speech_verbs"]),
        tuple(raw["instruction_starts"]),
        tuple(raw["form_starts"]),
        tuple(raw["question_starts"]),
        frozenset(raw["tellers"]),
    )


_MARK = re.compile(r"[☐☒☑✓✔□■⊠]|\[ ?[xX✓]? ?\]|\((?: ?[xX✓] ?| {1,3})\)")
_TICKED = re.compile(r"[☒☑✓✔■⊠xX]")
_CROSS = re.compile(r"(?:[xX✓✔☒☑■⊠]|\[ ?[xX✓] ?\]|\( ?[xX✓] ?\))$")
_BLANK = re.compile(r"(?:[☐□]|\[ ?\]|\( {0,3}\))?$")
_YES_NO = re.compile(
    r"\b(ja|nej)\s{0,3}[:.]?\s{0,6}(x\b|✓)?\s{0,9}[/,]?\s{0,9}\b(ja|nej)\s{0,3}[:.]?\s{0,6}(x\b|✓)?(?=\s{2,}|\s*$)",
    re.IGNORECASE,
)
_INLINE = re.compile(r"([^\s:|][^:|\n]{0,78}?)\s?:(?=\s|$|[A-ZÆØÅ][a-zæøå])[ \t]*")
_LEADER = re.compile(r"([^\W\d_][^:|\n.…_]{0,60}?)[ \t]?(?:\.{4,}|…{2,}|_{3,})[ \t]?:?[ \t]*")
_QUESTION = re.compile(r"([^\s?!.][^?!.:|\n]{4,110})\?\s{1,9}(?=[\w\"»])")
_ASIDE = re.compile(r"\([^()]{0,80}\)")
_OPTION_HEAD = re.compile(r".*[:?]|.*\s\s(?=\S)|.*\s(?=(?:ja|nej)$)", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"(?:punkt |pkt\. ?|felt )?\d{1,2}(?:\.\d{1,2})*[a-z]?[.):]?\s+(?=\S)", re.IGNORECASE)
_DEEP_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})+[.)]?\s+\S|[A-H]\d{0,2}[.)]\s+\S")
_BULLET = re.compile(r"(?:[-–—•*·▪◦➢►>+]|->|=>|o(?= [A-ZÆØÅa-zæøå])|\d{1,2}[.)]|[a-h]\))[ \t]+(?=\S)")
_RULE = re.compile(r"[\s\-–—_=*#.~|/÷…]*$")
_GAP = re.compile(r"[ \t]*(?:\t| {4})[ \t]*")
_BAR = re.compile(r"(?:(?<=\s)|^)\|[ \t]*|[ \t]*\|(?:[ \t]+|$)")
_TERMINAL = frozenset(".!?;:,")


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

    def _wrap_width(self) -> int:
        """The column at which the document's lines were broken, or 0 where lines are the writer's own."""
        pairs = [
            (b - a, len(self.text[c:d].split(None, 1)[0]))
            for (a, b), (c, d) in zip(self.lines, self.lines[1:], strict=False)
            if b - a >= 45 and d > c
        ]
        if len(pairs) < 3:
            return 0
        width = max(length for length, _ in pairs)
        full = sum(length + 1 + word > width - 2 for length, word in pairs)
        return width if width <= 130 and full >= 0.6 * len(pairs) else 0

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
        if not self.width or (self.text[a] in "([" and self.text[b - 1] in ")]"):
            return j
        while j < len(self.lines):
            x, y = self.lines[j - 1]
            c, d = self.lines[j]
            if c == d or self._special(j) or (self.text[a] in "([" and self.text[y - 1] in ")]"):
                break
            first = self.text[c:d].split(None, 1)[0]
            if (y - x) + 1 + len(first) < self.width - 8:
                break  # the next word would have fitted: the writer broke the line
            j += 1
        return j

    def _special(self, i: int) -> bool:
        """Whether line ``i`` is something by itself: a mark, a bullet, a field, a numbered heading."""
        a, b = self.lines[i]
        line = self.text[a:b]
        if _BULLET.match(line) or _MARK.search(line) or _DEEP_NUMBER.match(line) or "|" in line or "\t" in line:
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
        if not line[0].isalnum() and _RULE.match(line):
            kind = BlockKind.EMPTY if len(line) <= 3 or "_" in line or "." in line else BlockKind.META
            yield self._block(kind, a, b)
            return
        mark = _MARK.search(line)
        cells = _cells(line)
        if len(cells) > 2 and self._is_head(i, line, cells):
            self.columns = [line[x:y] for x, y in cells]
            yield self._block(BlockKind.HEADING, a, b, prompt="")
            return
        yes_no = None
        if "ja" in lower and "nej" in lower and (not mark or mark.group() in "✓✔"):
            yes_no = _YES_NO.search(line)
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
            line, lower = self.text[a:b], self.text[a:b].lower()
        if mark:
            yield from self._ticks(a, a, b, self.prompt)
            return
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
        self.heading = self.above
        yield self._block(BlockKind.PROMPT, a, value, prompt="")
        if prompt.endswith(("..", "_", "…")):
            prompt = prompt.rstrip(" ._…")
        self.prompt, self.inline = prompt, True
        if value < b:
            yield from self._value(BlockKind.VALUE, value, b, prompt)
        else:
            self.heading, self.inline = prompt, False

    def _is_head(self, i: int, line: str, cells: list[tuple[int, int]]) -> bool:
        """Whether a row holds the column heads of the rows below it."""
        texts = [line[x:y] for x, y in cells]
        if self.columns or any(len(text.split()) > 3 for text in texts) or not all(texts[1:]):
            return False
        if any(_CROSS.match(text) for text in texts):
            return False
        c, d = self.lines[i + 1] if i + 1 < len(self.lines) else (0, 0)
        if "|" in self.text[c:d] and _RULE.match(self.text, c, d) and i + 2 < len(self.lines):  # |---|---|
            c, d = self.lines[i + 2]
        following = self.text[c:d]
        return len(_cells(following)) == len(cells) and ("|" in line) == ("|" in following)

    def _row(self, a: int, cells: list[tuple[int, int]]) -> Iterator[Block]:
        """A table row: label and values, or values under the column heads of the first row."""
        texts = [self.text[a + x : a + y] for x, y in cells]
        label = texts[0]
        under = self.columns if len(self.columns) == len(cells) else []
        inline = _INLINE.match(label)
        field = bool(inline and inline.end() < len(label) and self._is_prompt(inline.group(1)))
        first = 0
        prompt = self.prompt
        boxes = _box_cells(texts) if under and label else 0
        if boxes:
            ticked = tuple(under[k] for k in range(1, boxes) if _CROSS.match(texts[k]))
            kind = BlockKind.TICKED if ticked else BlockKind.UNTICKED
            prompt, first = label.rstrip(": "), boxes
            yield self._block(kind, a + cells[0][0], a + cells[boxes - 1][1], prompt=prompt, ticked=ticked)
        elif not label:
            first = 1  # the row goes on with the label above
        elif not under and self._is_label(label) and not field:
            if not _MARK.search(texts[1]):
                yield self._block(BlockKind.PROMPT, a + cells[0][0], a + cells[0][1], prompt="")
            prompt, first = label.rstrip(": "), 1
        for k in range(first, len(cells)):
            x, y = a + cells[k][0], a + cells[k][1]
            if x == y:
                continue
            head = prompt
            if under:
                head = f"{prompt} – {under[k]}" if boxes else under[k]
            if _MARK.search(texts[k]):
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
        return len(cell.split()) <= 12 and not _MARK.search(cell) and not cell.endswith(".")

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
        line = self.text[a:b]
        marks = list(_MARK.finditer(line))
        head = line[: marks[0].start()].strip()
        colon = head.endswith((":", "?"))
        before = bool(head) and not colon and not line[marks[-1].end() :].strip()
        options: list[tuple[str, bool]] = []
        tail_start = b
        for k, mark in enumerate(marks):
            on = bool(_TICKED.search(mark.group()))
            if before:
                left = marks[k - 1].end() if k else 0
                options.append((line[left : mark.start()].strip(" :,;"), on))
            else:
                right = marks[k + 1].start() if k + 1 < len(marks) else len(line)
                label = line[mark.end() : right]
                remark = re.search(r"[.:;]\s+(?=\S)|\s{2,}(?=\S)|\s[–-]\s", label) if k + 1 == len(marks) else None
                if remark and label[remark.end() :].lower() in ("ja", "nej"):  # "✓ Ja   Nej"
                    label = label[: remark.start()]
                elif remark and len(label[: remark.start()].split()) <= 8:
                    tail_start = a + mark.end() + remark.end()
                    label = label[: remark.start()] + ("" if ":" not in remark.group() else ":")
                options.append((label.strip(" ,;"), on))
        if not before and head:
            prompt = head.rstrip(": ")
        elif before and len(options) > 1 and (asked := _OPTION_HEAD.match(options[0][0])):
            prompt = asked.group().rstrip(": ")
            options[0] = (options[0][0][asked.end() :].strip(), options[0][1])
        ticked_labels = tuple((label or prompt).rstrip(":") for label, on in options if on and (label or prompt))
        any_on = any(on for _, on in options)
        stop = min(b, tail_start)
        yield self._block(
            BlockKind.TICKED if any_on else BlockKind.UNTICKED,
            begin,
            _rstrip(self.text, a, stop),
            prompt=prompt,
            ticked=ticked_labels,
        )
        if tail_start < b:
            yield from self._value(
                BlockKind.VALUE, tail_start, b, f"{prompt} – {options[-1][0]}" if prompt else options[-1][0]
            )

    def _value(self, kind: BlockKind, a: int, b: int, prompt: str) -> Iterator[Block]:
        value = self.text[a:b].strip().lower()
        core = value.strip("[]()<>_* .\"'»«”")
        if _RULE.match(value) or core in self.words.empty_values or value in self.words.empty_values:
            kind = BlockKind.EMPTY
        elif core.startswith(self.words.reference_starts) and len(value.split()) <= 9:
            kind = BlockKind.REFERENCE
        yield self._block(kind, a, b, prompt=prompt)

    def _is_help(self, line: str, lower: str) -> bool:
        core = lower.lstrip("([*_<«\"' ")
        wrapped = line[0] in "([<*_«" and line.rstrip()[-1:] in ")]>*_»."
        if wrapped and line[0] in "([" and self.fresh:
            return True
        if core.startswith(("hjælpetekst", "vejledning:", "hjælp:", "vejl.:", "vejledende tekst")):
            return True
        if not core.startswith(self.words.help_starts):
            return False
        return (
            wrapped
            or core.startswith(self.words.form_starts)
            or (core.startswith(self.words.instruction_starts) and bool(self.prompt) and not self.inline)
        )

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
        if count > 11 or line.rstrip()[-1] in _TERMINAL:
            return False
        letters = [c for c in line if c.isalpha()]
        if letters and count <= 10 and sum(c.isupper() for c in letters) > 0.8 * len(letters) and len(letters) > 3:
            return True
        if _DEEP_NUMBER.match(line):
            return True
        title = line[number.end() :] if number else line
        plain = [w.strip(".,:/()-").lower() for w in re.split(r"[\s/]+", title) if w.strip(".,:/()-–")]
        if plain and count <= 6 and all(w in self.words.heading_words for w in plain):
            return True
        before = i == 0 or self.lines[i - 1][0] == self.lines[i - 1][1]
        after = i + 1 < len(self.lines) and self.lines[i + 1][0] != self.lines[i + 1][1]
        if number and not line[: number.end()].rstrip().endswith(")") and count <= 9:
            return before and after
        return before and after and count <= 6 and line[0].isupper() and "," not in line and not _BULLET.match(line)

    def _block(self, kind: BlockKind, a: int, b: int, prompt: str | None = None, ticked: tuple[str, ...] = ()) -> Block:
        section = self.section if self.section != self.heading else ""
        return Block(kind, a, b, self.prompt if prompt is None else prompt, section or self.heading, ticked)


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


def _cells(line: str) -> list[tuple[int, int]]:
    """The cells of a table row, as offsets into ``line``; one cell means: no row.

    A cell between two bars may be empty (start == end); gaps of tabs or spaces part only what is there.
    """
    if "|" in line:
        spans = _parts(line, _BAR)
        if line.startswith("|") and len(spans) > 2:  # bars around the row
            del spans[0]
            if line.endswith("|"):
                spans.pop()
        return spans if any(x < y for x, y in spans) else [(0, len(line))]
    if "\t" in line or "    " in line:
        return [(x, y) for x, y in _parts(line, _GAP) if x < y]
    return [(0, len(line))]


def _box_cells(texts: list[str]) -> int:
    """How many cells a row's label and the boxes right of it take ("Mentor |  | X"); 0 where there is no box."""
    end = 1
    while end < len(texts) and (_CROSS.match(texts[end]) or _BLANK.match(texts[end])):
        end += 1
    while end > 1 and not texts[end - 1]:
        end -= 1
    return end if end > 1 else 0


def _parts(line: str, separator: re.Pattern[str]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    pos = 0
    for match in separator.finditer(line):
        if "\n" in line[max(0, match.start() - 1) : match.end()]:
            continue  # the indent of a wrapped line
        spans.append((pos, match.start()))
        pos = match.end()
    spans.append((pos, len(line)))
    return spans


def _is_major(line: str) -> bool:
    """A heading of the first level: capitals, ``#`` or a single number."""
    letters = [c for c in line if c.isalpha()]
    return (
        line.startswith("# ")
        or bool(re.match(r"\d{1,2}[.)]?\s+[A-ZÆØÅ]", line))
        or (bool(letters) and all(c.isupper() for c in letters))
    )

"""The shape of a document: headings, form fields, help texts, tick boxes, bullets and paragraphs.

Case documents are forms as often as prose, and what a line *is* decides whether it can document
anything (kodebog, rules 1 and 2): a prompt, a help text, an empty value, a box nobody ticked and a
reference elsewhere never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from docscore.language import boxes, rows, sentences
from docscore.language.blocks import CONTENT, Block, BlockKind, Place
from docscore.language.lines import BULLET, INLINE, RULE, Lines, begins, is_major, is_prompt, rstrip

__all__ = ["CONTENT", "Block", "BlockKind", "LaidOut", "blocks", "lay_out"]

_SECOND_FIELD = re.compile(
    r"(?:(?<=[.;])[ \t]{1,9}|[ \t]{2,9})([A-ZÆØÅ][^\s:.]{2,24}(?: [^\s:.]{1,24}){0,2}):[ \t]+(?=\S)"
)
"""A further field on a field's line ("Tidligere: kok. Ønsket: pedel")."""

_LEADER = re.compile(r"([^\W\d_][^:|\n.…_]{0,60}?)[ \t]?(?:\.{4,}|…{2,}|_{3,})[ \t]?:?[ \t]*")

_QUESTION = re.compile(r"([^\s?!.][^?!.:|\n]{4,110})\?\s{1,9}(?=[\w\"»])")

_NUMBER = re.compile(r"(?:punkt |pkt\. ?|felt )?\d{1,2}(?:\.\d{1,2})*[a-z]?[.):]?\s+(?=\S)", re.IGNORECASE)

_ODD = re.compile(r"[:?|\t_#\[(☐☒☑✓✔□■⊠]|\.\.\.|    |\bnej\b", re.IGNORECASE)
"""Signs of a field, a question, a table row, a box or a heading."""

_QUOTES = frozenset('"”“»')


def blocks(text: str, start: int = 0, end: int | None = None) -> list[Block]:
    """Cut ``text[start:end]`` into its blocks, in order; nothing visible is left out.

    Args:
        text: a document's text.
        start: where the document begins in it.
        end: where it ends; None for the end of the text.
    """
    return list(lay_out(text, start, len(text) if end is None else end).blocks)


class LaidOut:
    """The blocks of ``text[start:end]``, and the sentences of each, which are looked for once."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.blocks: tuple[Block, ...] = tuple(_Layout(text, start, end).run())
        self._text = text
        self._sentences: list[list[tuple[int, int]] | None] = [None] * len(self.blocks)

    def sentences(self, index: int) -> list[tuple[int, int]]:
        """Offsets of the sentences of a block; not to be changed."""
        found = self._sentences[index]
        if found is None:
            block = self.blocks[index]
            found = self._sentences[index] = sentences.split(self._text, block.start, block.end)
        return found


def lay_out(text: str, start: int, end: int) -> LaidOut:
    """``text[start:end]`` laid out; the documents of a case are read by the model and by every rule."""
    return _remembered(text, start, end) if end - start <= _SHORT else LaidOut(text, start, end)


_SHORT = 50_000
"""Characters of a document that is remembered; what is longer would fill the memory."""

_remembered = lru_cache(maxsize=64)(LaidOut)


class _Layout:
    """One pass over the lines, remembering the heading and the prompt they stand under."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.lines = Lines(text, start, end)
        self.words = self.lines.words
        self.place = Place(text, self.words, self.lines.marked)

    def run(self) -> Iterator[Block]:
        i = 0
        while i < len(self.lines.spans):
            a, b = self.lines.spans[i]
            if a == b:
                if self.place.inline:
                    self.place.prompt, self.place.inline = self.place.heading, False
                self.place.columns = []
                i += 1
                continue
            j = self.lines.paragraph_end(i)
            last = None
            for block in self._line(i, a, self.lines.spans[j - 1][1]):
                last = block
                yield block
            self.place.fresh = last is not None and last.kind in (BlockKind.HEADING, BlockKind.PROMPT)
            i = j

    def _line(self, i: int, a: int, b: int) -> Iterator[Block]:
        line = boxes.drawn(self.text[a:b], self.lines.marked)
        lower = line.lower()
        if (
            b - a > 80
            and line[0].isupper()
            and line[-1] == "."
            and not _ODD.search(line)
            and not self._is_help(line, lower)
        ):
            # Most lines are plain paragraphs: none of the forms below can be one.
            yield self.place.block(self._plain(), a, b)
            return
        if not line[0].isalnum() and RULE.match(line):
            kind = BlockKind.EMPTY if len(line) <= 3 or "_" in line or "." in line else BlockKind.META
            yield self.place.block(kind, a, b)
            return
        mark = boxes.find_mark(line)
        cells = boxes.cells(line, len(self.place.columns))
        if len(cells) > 1 and rows.is_head(self.place, self.lines, i, line, cells):
            self.place.columns = [line[x:y] for x, y in cells]
            yield self.place.block(BlockKind.HEADING, a, b, prompt="")
            return
        yes_no = None
        if "ja" in lower and "nej" in lower and (not mark or mark.group() in "✓✔"):
            yes_no = boxes.YES_NO.search(line)
        if yes_no and line[: yes_no.start()].strip() and not (mark and mark.start() < yes_no.start()):
            yield from rows.yes_no(self.place, a, b, yes_no)
            return
        if b - a < 90 and not mark and "|" not in line and lower.startswith(self.words.meta_starts):
            yield self.place.block(BlockKind.META, a, b)
            return
        if len(cells) > 1:
            yield from rows.row(self.place, a, cells)
            return
        if cells[0] != (0, len(line)):  # the only cell of a row
            a, b = a + cells[0][0], a + cells[0][1]
        if mark:
            told = self.text.rfind(". ", a, a + mark.start()) + 2  # sentences may stand before the boxes
            if told > a + 40:
                yield self.place.value(BlockKind.PROSE, a, told - 1, self.place.prompt)
                a = told
            yield from rows.ticks(self.place, a, a, b, self.place.prompt)
            return
        yield from self._text_line(i, a, b)

    def _text_line(self, i: int, a: int, b: int) -> Iterator[Block]:
        """A line without cells or boxes: help, field, question, heading, bullet or prose."""
        line = self.text[a:b]
        lower = line.lower()
        if self._is_help(line, lower):
            yield self.place.block(BlockKind.HELP, a, b)
            return
        number = _NUMBER.match(line)
        bullet = BULLET.match(line)
        lead = number or bullet
        body = a + (lead.end() if lead else 0)
        field = INLINE.match(self.text, body, b) if ":" in line else None
        if field and is_prompt(field.group(1)) and not self.text[body].islower() | (self.text[body] in '"”'):
            yield from self._field(field.group(1).strip(), a, field.end(), b)
            return
        leader = _LEADER.match(self.text, body, b) if "..." in line or "__" in line or "……" in line else None
        if leader and is_prompt(leader.group(1)):
            yield from self._field(leader.group(1).strip(), a, leader.end(), b)
            return
        question = _QUESTION.match(self.text, body, b) if "?" in line else None
        if question and lower[body - a :].startswith(self.words.question_starts):
            yield from self._field(question.group(1).strip() + "?", a, question.end(), b)
            return
        if self.lines.is_heading(i, line, number):
            self.place.heading = self.place.prompt = self.place.above = line.lstrip("#").rstrip(":").strip()
            if is_major(line):
                self.place.section = self.place.heading
            self.place.inline = False
            yield self.place.block(BlockKind.HEADING, a, b, prompt="")
            return
        if bullet:
            yield self.place.value(BlockKind.BULLET, a + bullet.end(), b, self.place.prompt)
            return
        yield self.place.value(self._plain(), a, b, self.place.prompt)

    def _plain(self) -> BlockKind:
        """What a line without any form is: a field's value goes on over several lines."""
        return BlockKind.VALUE if self.place.prompt and self.place.inline else BlockKind.PROSE

    def _field(self, prompt: str, a: int, value: int, b: int) -> Iterator[Block]:
        """A prompt at ``a`` and its value; further fields may stand behind it on the line."""
        if prompt.lower() in ("ja", "nej") and self.place.heading and boxes.answered(self.text[value:b]):
            # "Ja: X" and "Nej:" below their question
            kind, ticked = (BlockKind.TICKED, (prompt,)) if value < b else (BlockKind.UNTICKED, ())
            yield self.place.block(kind, a, b, prompt=self.place.heading.rstrip(":"), ticked=ticked)
            return
        several = False
        while True:
            self.place.heading = self.place.above
            yield self.place.block(BlockKind.PROMPT, a, value, prompt="")
            if prompt.endswith(("..", "_", "…")):
                prompt = prompt.rstrip(" ._…")
            self.place.prompt, self.place.inline = prompt, True
            if value >= b:
                self.place.heading, self.place.inline = prompt, False
                return
            second = self._second_field(value, b, several)
            several = several or second is not None
            stop = rstrip(self.text, value, second.start(1)) if second else b
            yield self.place.value(BlockKind.VALUE, value, stop, prompt)
            if prompt.lower() in self.words.closing_prompts:
                self.place.prompt, self.place.inline = self.place.heading, False
            if second is None:
                return
            prompt, a, value = second.group(1), second.start(1), second.end()

    def _second_field(self, a: int, b: int, several: bool) -> re.Match[str] | None:
        """The next field on the line of another one ("Tidligere: kok. Ønsket: pedel")."""
        if self.text.find(":", a, b) < 0:
            return None
        fields = (field for field in _SECOND_FIELD.finditer(self.text, a, b) if is_prompt(field.group(1)))
        found = list(islice(fields, 2))
        if found and (several or len(found) > 1):
            return found[0]  # three fields on a line: that is how this form is written
        for field in found:
            if all(word in self.words.second_prompts for word in field.group(1).lower().split()):
                return field
        return None

    def _is_help(self, line: str, lower: str) -> bool:
        core = lower.lstrip("([*_<«\"' ")
        wrapped = line[0] in "([<*_«" and line.rstrip(" .")[-1:] in ")]>*_»"
        if wrapped and line[0] in "([" and self.place.fresh:
            return True
        if core.startswith(("hjælpetekst", "vejledning:", "hjælp:", "vejl.:", "vejledende tekst")):
            return True
        if self.place.fresh and len(line) < 200 and self.place.instructs(core):
            return True
        if not begins(core, self.words.help_starts) or line[0] in _QUOTES:
            return False
        return (
            wrapped
            or begins(core, self.words.form_starts)
            or (begins(core, self.words.instruction_starts) and bool(self.place.prompt) and not self.place.inline)
        )

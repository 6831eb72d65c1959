"""What a document is made of: blocks, and the heading and prompt that each stands under."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from docscore.language.lines import RULE, FormWords, begins


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


_SECOND = re.compile(r"\w{4}[.!?] [A-ZÆØÅ]")
"""A second sentence begins: behind a reference, it says something itself."""


class Place:
    """Where in the document the reading stands: under which heading and which prompt.

    Attributes:
        section: the heading of the first level.
        heading: the heading, or the prompt of an open field, that the next lines answer.
        above: the heading without the open field below it.
        prompt: what the next value answers; ``inline`` where it stands on the value's own line.
        fresh: the line above is a heading or an empty prompt.
        columns: the column heads of the table.
        marked: as :class:`docscore.language.lines.Lines` says it.
    """

    def __init__(self, text: str, words: FormWords, marked: bool) -> None:
        self.text = text
        self.words = words
        self.marked = marked
        self.section = ""
        self.heading = ""
        self.above = ""
        self.prompt = ""
        self.inline = False
        self.fresh = False
        self.columns: list[str] = []

    def block(self, kind: BlockKind, a: int, b: int, prompt: str | None = None, ticked: tuple[str, ...] = ()) -> Block:
        """A piece that lies here."""
        section = self.section if self.section != self.heading else ""
        return Block(kind, a, b, self.prompt if prompt is None else prompt, section or self.heading, ticked)

    def value(self, kind: BlockKind, a: int, b: int, prompt: str) -> Block:
        """A value or paragraph, or what only stands in the place of one: an empty mark, a reference, a help text."""
        value = self.text[a:b].strip().lower()
        core = value.strip("[]()<>_* .\"'»«”")
        if RULE.match(value) or core in self.words.empty_values or value in self.words.empty_values:
            kind = BlockKind.EMPTY
        elif (
            core.startswith(self.words.reference_starts)
            and len(value.split()) <= 9
            and not _SECOND.search(self.text, a, b)
        ):
            kind = BlockKind.REFERENCE
        elif kind is BlockKind.VALUE and b - a < 160 and self.instructs(value):
            kind = BlockKind.HELP
        return self.block(kind, a, b, prompt=prompt)

    def instructs(self, lower: str) -> bool:
        """Whether a line right below its heading, or a field's value, tells what to write there."""
        return begins(lower, self.words.fresh_starts) and not any(sign.isdigit() for sign in lower)

"""The pieces of a document that a rule reads: a sentence, field value or ticked line with its prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docscore.decision import Evidence
from docscore.language.layout import Block, BlockKind, LaidOut, lay_out
from docscore.recognise.dates import find_dates

if TYPE_CHECKING:
    from docscore.case import Document

_SILENT = frozenset({BlockKind.HELP, BlockKind.UNTICKED, BlockKind.EMPTY})
"""What states nothing; a prompt is read with the value that answers it, and alone for a date in it."""

_CUT = re.compile(r"(?:\d|\b(?:jan|feb|mar|apr|maj|jun|jul|aug|sept?|okt|nov|dec))\.\Z", re.I)
_LONGEST_CUT = len("sept.")
_SHORT = 40
_NAMED = 60
_LABEL_WORDS = 4


@dataclass(frozen=True, slots=True)
class Unit:
    """One statement.

    Attributes:
        said: its words, with its field's prompt before it.
        lead: how many characters of ``said`` are the prompt.
        start: where its quotation begins in the file's text (the prompt's place where that stands beside it).
        end: where it ends.
        prompt: it is a prompt alone, which states nothing but a date that stands in it.
        under: the prompt or heading it stands under, "" for a heading itself.
        heading: it is a heading, which is no content.
    """

    said: str
    lead: int
    start: int
    end: int
    prompt: bool = False
    under: str = ""
    heading: bool = False

    def quote(self, document: Document) -> Evidence:
        """The statement as evidence."""
        return Evidence(self.start, self.end, document.text[self.start : self.end], document.document_id)


def units(document: Document, wanted: re.Pattern[str]) -> Iterator[Unit]:
    """The statements of a document in which ``wanted`` is found, in order."""
    if wanted.search(document.text, document.start, document.end) is None:
        return
    above: Block | None = None
    laid = lay_out(document.text, document.start, document.end)
    for index, block in enumerate(laid.blocks):
        if block.kind not in _SILENT:
            yield from _units(document.text, laid, index, above, wanted)
        above = block


def _units(text: str, laid: LaidOut, index: int, above: Block | None, wanted: re.Pattern[str]) -> Iterator[Unit]:
    block = laid.blocks[index]
    if block.kind is BlockKind.PROMPT:
        if wanted.search(text, block.start, block.end):
            yield Unit(text[block.start : block.end], 0, block.start, block.end, True)
        return
    if block.kind is BlockKind.TICKED:
        said = f"{block.prompt}: {' ; '.join(block.ticked)}"
        if wanted.search(said):
            yield Unit(said, len(block.prompt) + 1, block.start, block.end, under=block.prompt)
        return
    for number, (start, end) in enumerate(_sentences(text, block, laid.sentences(index))):
        prompt, begin = _prompt(text, block, above, start, end) if number == 0 else ("", start)
        said = f"{prompt}: {text[start:end]}" if prompt else text[start:end]
        if wanted.search(said):
            heading = block.kind is BlockKind.HEADING
            under = "" if heading else block.prompt or block.section
            yield Unit(said, len(prompt) + 2 if prompt else 0, begin, end, under=under, heading=heading)


def _sentences(text: str, block: Block, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sentences of a block; one that ends within a date ("28. 2. 2020") goes on."""
    if len(spans) < 2 or not any(_CUT.search(text, max(a, b - _LONGEST_CUT), b) for a, b in spans[:-1]):
        return spans
    inside = {
        at for mention in find_dates(text, block.start, block.end) for at in range(mention.start + 1, mention.end)
    }
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start in inside:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _prompt(text: str, block: Block, above: Block | None, start: int, end: int) -> tuple[str, int]:
    """The prompt that a block answers, and where the quotation of both begins."""
    if block.kind is BlockKind.VALUE:
        cell = _cell(text, block, above)
        if cell:  # "Opstart | 14-10-2020 | Lukket | 10-02-2021": the cell before is the label
            return cell, above.start if above is not None else start
        # A value's second line has the same prompt, which is then too far off to be quoted with it.
        near = above is not None and (above.kind is not BlockKind.VALUE or "\n" not in text[above.end : start])
        prompt = block.prompt if near else ""
    elif block.kind is BlockKind.PROSE and above is not None and above.kind in (BlockKind.HEADING, BlockKind.PROMPT):
        # A short line right below a heading answers it ("Påbegyndt" / "3. juni 2020").
        prompt = block.prompt if end - start <= _SHORT and len(block.prompt) <= _NAMED else ""
    else:
        prompt = ""
    if not prompt:
        return "", start
    beside = above is not None and above.kind is BlockKind.PROMPT and not text[above.end : start].strip(" \t|:")
    return prompt, above.start if above is not None and beside else start


def _cell(text: str, block: Block, above: Block | None) -> str:
    """The label in the cell before, of a row that holds several labels and values."""
    if above is None or above.kind is not BlockKind.VALUE or above.end > block.start:
        return ""
    label = text[above.start : above.end]
    gap = text[above.end : block.start]
    if "\n" in gap or not gap.strip(" ") or any(sign.isdigit() for sign in label) or len(label.split()) > _LABEL_WORDS:
        return ""
    return label.rstrip(" :")

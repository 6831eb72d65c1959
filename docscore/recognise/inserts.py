"""What is pasted into a note and is not its writer's own: medical attestations and standard paragraphs.

A caseworker pastes the doctor's attestation into the journal, and the law's words on duties and complaints into every
other note. Neither is the caseworker's assessment of this citizen (kodebog, section 2, rule 3), however much it
sounds like one. ``inserts.toml`` holds the words. Lines are the unit: nothing is cut inside one.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from docscore.recognise.furniture import without_furniture
from docscore.recognise.phrases import Phrase, PhraseTable

_WORD = re.compile(r"[^\W_]+|§")
# A paragraph is at least so long (characters) before its repetition says anything.
_LEAST_PARAGRAPH = 80
# In how many other places it has to stand word for word.
_LEAST_COPIES = 2
# A title's line is no longer than this, and an attestation no longer than this many lines.
_TITLE = 110
_MOST_LINES = 80
# How many lines of one attestation may go without a prompt or word of one before it is taken to have ended.
_BARREN = 3


class InsertKind(StrEnum):
    """What a pasted piece is."""

    ATTESTATION = "attestation"
    STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Insert:
    """A pasted piece: ``text[start:end]`` (code points, whole lines) and what it is."""

    kind: InsertKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Words:
    titles: PhraseTable
    before: frozenset[str]
    prompts: PhraseTable
    least_prompts: int
    closing: PhraseTable
    resuming: PhraseTable
    headings: PhraseTable
    cues: PhraseTable
    citations: PhraseTable
    persons: frozenset[str]
    least_cues: int


@cache
def _words() -> _Words:
    raw = tomllib.loads(files("docscore.recognise").joinpath("inserts.toml").read_text(encoding="utf-8"))

    def table(phrases: list[str]) -> PhraseTable:
        return PhraseTable([Phrase(tuple(text.split()), number) for number, text in enumerate(phrases)])

    attestation, standard = raw["attestation"], raw["standard"]
    return _Words(
        titles=table(attestation["titles"]),
        before=frozenset(attestation["before"]),
        prompts=table(attestation["prompts"]),
        least_prompts=int(attestation["least_prompts"]),
        closing=table(attestation["closing"]),
        resuming=table(attestation["resuming"]),
        headings=table(standard["headings"]),
        cues=table(standard["cues"]),
        citations=table(standard["citations"]),
        persons=frozenset(standard["persons"]),
        least_cues=int(standard["least_cues"]),
    )


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    words: list[str]


def find_inserts(text: str, start: int = 0, end: int | None = None) -> list[Insert]:
    """The pasted attestations and standard paragraphs in ``text[start:end]``, in order and apart.

    Args:
        text: a file's text; repetitions are looked for in all of it.
        start: where the document begins (code points).
        end: where it ends; the end of the text when None.

    Returns:
        Pieces of whole lines. A document that is an attestation from its first line has none: nothing is pasted there.

    Example:
        >>> note = "Talt om timer.\\nLÆ 125 Statusattest\\nDiagnose: gigt\\nObjektivt: ømhed\\nPrognose: varig"
        >>> [(insert.kind.value, insert.start) for insert in find_inserts(note)]
        [('attestation', 15)]
    """
    stop = len(text) if end is None else end
    view = without_furniture(text)
    lines = _lines(view, start, stop)
    found: list[Insert] = []
    at = 1  # an attestation in the first line is the document itself
    while at < len(lines):
        until = _attestation_end(lines, at)
        if until is not None:
            found.append(Insert(InsertKind.ATTESTATION, lines[at].start, lines[until - 1].end))
            at = until
        else:
            at += 1
    covered = [(insert.start, insert.end) for insert in found]
    for a, b in _standard(view, lines):
        if not any(a < covered_end and b > covered_start for covered_start, covered_end in covered):
            found.append(Insert(InsertKind.STANDARD, a, b))
    return sorted(found, key=lambda insert: insert.start)


def _lines(text: str, start: int, stop: int) -> list[_Line]:
    """All lines of a document, blank ones too (without words)."""
    found, at = [], start
    for line in text[start:stop].split("\n"):
        found.append(_Line(at, at + len(line.rstrip()), _WORD.findall(line.lower())))
        at += len(line) + 1
    return found


def _begins(table: PhraseTable, words: list[str], skipped: frozenset[str] = frozenset()) -> bool:
    """Whether a phrase of the table opens a line, after at most five of the skipped words."""
    for position, word in enumerate(words[:6]):
        if table.at(words, position)[0]:
            return True
        if word not in skipped and not word[0].isdigit():
            return False
    return False


def _attestation_end(lines: list[_Line], at: int) -> int | None:
    """The line after the attestation that opens at line ``at``, or None where none does."""
    words, first = _words(), lines[at]
    if not first.words or first.end - first.start > _TITLE or not _begins(words.titles, first.words, words.before):
        return None
    prompts: set[int] = set()
    last, barren, number = at + 1, 0, at
    for number in range(at + 1, min(len(lines), at + _MOST_LINES)):
        line = lines[number]
        if not line.words:
            continue
        if _begins(words.closing, line.words):
            return number + 1 if prompts else None
        if _begins(words.resuming, line.words) or (prompts and _begins(words.titles, line.words, words.before)):
            break
        said = _prompts(line.words)
        if said:
            prompts.update(said)
            last, barren = number + 1, 0
        else:
            barren += 1
            if barren > _BARREN or (barren and not lines[number - 1].words and number > last):
                break
    return last if len(prompts) >= words.least_prompts else None


def _prompts(words: list[str]) -> set[int]:
    """The prompts of attestations in a line: at its beginning, and "patienten" anywhere."""
    found: set[int] = set()
    for position, _, numbers in _words().prompts.find(words):
        if position < 3 or words[position].startswith("patient"):
            found.update(numbers)
    return found


@lru_cache(maxsize=4)
def _repeated(text: str) -> frozenset[str]:
    """The paragraphs of a file that stand in it word for word at least three times."""
    counts = Counter(key for line in text.split("\n") if len(line) >= _LEAST_PARAGRAPH and (key := _key(line)))
    return frozenset(key for key, count in counts.items() if count > _LEAST_COPIES)


def _key(line: str) -> str:
    return " ".join(_WORD.findall(line.lower()))


def _standard(text: str, lines: list[_Line]) -> list[tuple[int, int]]:
    """The standard paragraphs, as offsets."""
    words, repeated = _words(), _repeated(text)
    found: list[tuple[int, int]] = []
    under = False
    for line in lines:
        if not line.words:
            under = False
            continue
        long_line = line.end - line.start >= _LEAST_PARAGRAPH
        if not long_line and _begins(words.headings, line.words):
            under = True
            found.append((line.start, line.end))
            continue
        cues = _cues(line.words)
        general = cues >= words.least_cues and words.persons.isdisjoint(line.words)
        is_copy = cues > 0 and bool(repeated) and " ".join(line.words) in repeated
        if (under and cues) or (long_line and (general or is_copy)):
            found.append((line.start, line.end))
        else:
            under = False
    return found


def _cues(words: list[str]) -> int:
    """How many different phrases of guidance a paragraph has; all its citations together are one."""
    known = _words()
    cues = {number for _, _, numbers in known.cues.find(words) for number in numbers}
    return len(cues) + any(True for _ in known.citations.find(words))

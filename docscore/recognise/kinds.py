"""What kind of document a text is (``kinds.toml`` holds the cues and what each is worth).

No single word decides: a title, the headings, the vocabulary and who writes to whom are added up, and a
phrase that refers to another document ("jf. indstillingen") is worth little or nothing. Only the first
page and the last lines are read, where a document says what it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docscore.case import Kind
from docscore.recognise.cues import Rules, load_rules

HEAD_CHARS = 2000
TAIL_CHARS = 400
# A title stands in the first lines; from the third on it must open its line and fill most of it, or be a prompt.
TITLE_LINES = 8
FREE_TITLE_LINES = 2
TITLE_WORDS = 16
TITLE_REST = 3

_TOKEN = re.compile(r"([\W_]*)([^\W_]+)")
# What divides a line into parts. A comma or full stop does too, but what follows it opens no title.
_SEPARATOR = re.compile(r"[:;.,|·•–—\t/()\[\]»«\"]| - ")
_STRONG = frozenset(":|·•–—\t/")
_ADDRESS = frozenset({"du", "din", "dit", "dine", "dig"})

Hits = dict[int, tuple[float, str]]
"""Cue number → best worth so far and its place."""


@dataclass(frozen=True, slots=True)
class CueHit:
    """One reason for a kind: the cue's name, where it stood, and what it is worth.

    ``place`` is ``title``, ``line``, ``text``, ``structure`` or ``file_name``.
    """

    kind: Kind
    name: str
    place: str
    weight: float


@dataclass(frozen=True, slots=True)
class KindGuess:
    """The kind of a text, and why.

    ``score`` is the sum of the cues' worth for ``kind`` (for ``andet`` it may be 0: no cue of any kind).
    ``runner_up`` is the next best kind with ``runner_up_score``. ``cues`` are the reasons for both, heaviest first.
    """

    kind: Kind
    score: float
    runner_up: Kind
    cues: tuple[CueHit, ...]
    runner_up_score: float = 0.0


def recognise_kind(text: str, file_name: str | None = None, start: int = 0, end: int | None = None) -> KindGuess:
    """The kind of the document ``text[start:end]``.

    Args:
        text: the extracted text.
        file_name: a hint that settles close races, and decides alone for a document without words.
        start: where the document begins in ``text`` (code points).
        end: where it ends; the end of the text when None.

    Returns:
        The best of the eight kinds, or ``andet`` where none reaches the threshold or the cues of other papers
        (a letter, a decision, a contract) weigh more.

    Example:
        >>> recognise_kind("Rehabiliteringsteamets indstilling\\nMøde 4. maj 2021\\nTeamet indstiller fleksjob").kind
        <Kind.INDSTILLING: 'indstilling'>
    """
    rules = load_rules()
    hits, counts = _read(text, start, len(text) if end is None else end, rules)
    found = [CueHit(rules.cues[n].kind, rules.cues[n].name, place, worth) for n, (worth, place) in hits.items()]
    found += _outside(rules, counts, file_name)
    totals = _totals(rules, hits, found[len(hits) :])
    best = _best(rules, totals, counts)
    second = max((kind for kind in Kind if kind is not best), key=lambda kind: (totals[kind], kind.value))
    reasons = sorted(
        (hit for hit in found if hit.kind in (best, second)), key=lambda hit: (-abs(hit.weight), hit.kind, hit.name)
    )
    return KindGuess(best, round(totals[best], 2), second, tuple(reasons), round(totals[second], 2))


def kind_of(text: str, file_name: str | None = None, start: int = 0, end: int | None = None) -> Kind:
    """The kind alone: :func:`recognise_kind` without its reasons, for many documents."""
    rules = load_rules()
    hits, counts = _read(text, start, len(text) if end is None else end, rules)
    return _best(rules, _totals(rules, hits, _outside(rules, counts, file_name)), counts)


def _totals(rules: Rules, hits: Hits, others: list[CueHit]) -> dict[Kind, float]:
    totals = dict.fromkeys(Kind, 0.0)
    for number, (worth, _) in hits.items():
        totals[rules.cues[number].kind] += worth
    for other in others:
        totals[other.kind] += other.weight
    return totals


def _best(rules: Rules, totals: dict[Kind, float], counts: _Counts) -> Kind:
    # By name where scores are equal, so that the answer never hangs on the order of a table.
    best = max(totals, key=lambda kind: (totals[kind], kind.value))
    threshold = rules.threshold if counts.words else rules.file_name
    return best if totals[best] >= threshold else Kind.ANDET


def _outside(rules: Rules, counts: _Counts, file_name: str | None) -> list[CueHit]:
    """What speaks for a kind beside the phrases."""
    return _structure(rules, counts) + _file_name(rules, file_name)


@dataclass(slots=True)
class _Counts:
    """What is counted in a text beside its cues."""

    words: int = 0
    addressed: int = 0
    year_lines: int = 0


def _read(text: str, start: int, stop: int, rules: Rules) -> tuple[Hits, _Counts]:
    head_end = min(stop, start + HEAD_CHARS)
    tail_start = max(head_end, stop - TAIL_CHARS)
    hits: Hits = {}
    counts = _Counts()
    title_end = _title_end(text, start, head_end)
    _read_titles(text[start:title_end].lower(), rules, hits, counts)
    if not _settled(rules, hits):
        _read_text(text[title_end:head_end].lower(), rules, hits, counts)
        _read_text(text[tail_start:stop].lower(), rules, hits, counts)
    return hits, counts


def _title_end(text: str, start: int, stop: int) -> int:
    """The end of the first lines with words, blank lines not counted."""
    at = start
    for _ in range(TITLE_LINES):
        newline = text.find("\n", at, stop)
        while newline >= 0 and not text[at:newline].strip():
            at = newline + 1
            newline = text.find("\n", at, stop)
        if newline < 0:
            return stop
        at = newline + 1
    return at


def _settled(rules: Rules, hits: Hits) -> bool:
    """Whether the first lines leave no doubt, so that the rest need not be read."""
    totals = sorted(_totals(rules, hits, []).values())
    return totals[-1] >= rules.settled and totals[-1] - totals[-2] >= rules.settled_lead


def _tokens(text: str) -> tuple[Sequence[str], Sequence[str], list[int]]:
    """The words of a text, what stands before each of them, and the places of the words that open a line."""
    pairs = _TOKEN.findall(text)
    if not pairs:
        return (), (), []
    gaps, words = zip(*pairs, strict=True)
    starts = [place for place, gap in enumerate(gaps) if "\n" in gap]
    if not starts or starts[0]:
        starts.insert(0, 0)
    return words, gaps, starts


def _count(words: Sequence[str], starts: list[int], counts: _Counts) -> None:
    counts.words += len(words)
    counts.addressed += sum(map(_ADDRESS.__contains__, words))
    counts.year_lines += sum(_is_year_line(words, place) for place in starts if words[place][0] in "0123")


def _read_titles(text: str, rules: Rules, hits: Hits, counts: _Counts) -> None:
    words, gaps, starts = _tokens(text)
    if not words:
        return
    _count(words, starts, counts)
    for number, (begin, end) in enumerate(zip(starts, [*starts[1:], len(words)], strict=True)):
        _read_title_line(words[begin:end], gaps[begin:end], number, rules, hits)


def _is_year_line(words: Sequence[str], place: int) -> bool:
    """Whether a line begins with a year, or with a day, a month and a year."""
    for word in words[place : place + 3]:
        if not word.isdigit():
            return False
        if len(word) == 4:
            return word[:2] in ("19", "20")
    return False


def _first_word(words: Sequence[str], place: int, end: int, rules: Rules) -> int:
    """The first word of a line that is no number of a paragraph or field."""
    while place < end - 1 and (words[place] in rules.numbering or words[place][0].isdigit() or len(words[place]) == 1):
        place += 1
    return place


def _read_text(text: str, rules: Rules, hits: Hits, counts: _Counts) -> None:
    """Cues below the title: at the start of lines, and anywhere."""
    words, _, starts = _tokens(text)
    if not words:
        return
    _count(words, starts, counts)
    ends = [*starts[1:], len(words)]
    firsts = {_first_word(words, at, end, rules) for at, end in zip(starts, ends, strict=True)}
    begun_by, free = rules.table.begun_by, 0
    seen: set[str] = set()
    for position in [place for place, word in enumerate(words) if begun_by[word]]:
        word = words[position]
        if position < free or (word in seen and position not in firsts):
            continue
        length, numbers = rules.table.at(words, position)
        if not length:
            continue
        free = position + length
        line_start = position in firsts
        if not line_start and length == 1 and rules.table.only_alone(word):
            seen.add(word)
        for number in numbers:
            cue = rules.cues[number]
            worth = (cue.line or cue.text) if line_start else cue.text
            if worth and (number not in hits or abs(worth) > abs(hits[number][0])):
                hits[number] = (worth, "line" if line_start else "text")


def _read_title_line(words: Sequence[str], gaps: Sequence[str], line_number: int, rules: Rules, hits: Hits) -> None:
    """Cues in one of the first lines, where a document says what it is."""
    total = len(words)
    first = _first_word(words, 0, total, rules)
    titles = total <= TITLE_WORDS or line_number == 0
    anywhere = line_number < FREE_TITLE_LINES
    for position, length, numbers in rules.table.find(words):
        line_start = position == first
        opens = line_start or _opens(words, gaps, position, rules)
        before = words[position - 1] if position and not line_start else ""
        if before in rules.articles and (position - 1 == first or _opens(words, gaps, position - 1, rules)):
            before, opens = "", True
        title, share = False, 1.0
        if before in rules.references or (before in rules.weak_references and not anywhere):
            opens = False
        elif titles and position < TITLE_WORDS:
            after = position + length
            fills = total - after <= TITLE_REST or _SEPARATOR.search(gaps[after]) is not None
            title = anywhere or (opens and fills)
            share = 0.5 if before in rules.weak_references else 1.0
            line_start = line_start or opens
        for number in numbers:
            cue = rules.cues[number]
            worth, place = cue.text, "text"
            if line_start:
                worth, place = cue.line or cue.text, "line"
            if title and cue.title:
                as_title = share * (cue.title if opens else cue.inside)
                if abs(as_title) >= abs(worth):
                    worth, place = as_title, "title"
            if worth and (number not in hits or abs(worth) > abs(hits[number][0])):
                hits[number] = (worth, place)


def _opens(words: Sequence[str], gaps: Sequence[str], position: int, rules: Rules) -> bool:
    """Whether a word opens its part of a line: after a dash or bar, or answering a prompt for a title."""
    gap = gaps[position].strip(" ")
    if gap[-1:] == "-":
        return gaps[position].startswith(" ")
    if gap[-1:] not in _STRONG:
        return False
    return gap[-1] != ":" or (position > 0 and words[position - 1] in rules.title_prompts)


def _structure(rules: Rules, counts: _Counts) -> list[CueHit]:
    measured = {
        "words": float(counts.words),
        "year_lines": float(counts.year_lines),
        "addressed": counts.addressed / counts.words if counts.words else 0.0,
    }
    found = []
    for feature, worths in rules.structure.items():
        if measured[feature] >= worths["least"] and counts.words:
            found += [CueHit(Kind(k), feature, "structure", w) for k, w in worths.items() if k != "least"]
    return found


def _file_name(rules: Rules, file_name: str | None) -> list[CueHit]:
    if not file_name:
        return []
    base = file_name.replace("\\", "/").rpartition("/")[2].lower().rpartition(".")[0] or file_name.lower()
    plain = " " + re.sub(r"[\W_]+", " ", base) + " "
    for kind, names in rules.file_names:
        for name in names:
            # "cv" must be a word of its own, or every name with those letters would hint at it.
            if (f" {name} " if len(name) < 4 else name) in plain:
                return [CueHit(kind, name, "file_name", rules.file_name)]
    return []

"""Sentences and documents that stand in the corpus more than once, or nearly so.

Every document is to be composed on its own. A sentence that two writers share, or that stands in the sentence bank and
in a document, lets a model that never met the writer know the answer.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from docscore.language import layout, sentences
from docscore.language.layout import BlockKind
from docscore.learn.faults import BankLine, Finding

WORDS = 8
"""Shorter sentences recur by themselves ("Borger er enig i indstillingen")."""

ALIKE = 0.8
"""Two sentences (by their words) or documents (by their word pairs) of this Jaccard index are nearly the same."""

STANDARD = 3
"""A sentence in so many documents of one writer belongs to that writer's forms."""

_PROSE = frozenset({BlockKind.PROSE, BlockKind.VALUE, BlockKind.BULLET})
_WORD = re.compile(r"[^\W_]+(?:-[ \t]*\r?\n[ \t]*[^\W_]+)*")
_HYPHEN = re.compile(r"-\s+")


@dataclass(frozen=True, slots=True)
class Text:
    """A document of the corpus: its path below the corpus, its writer and its text."""

    file: str
    writer: str
    text: str


@dataclass(frozen=True, slots=True)
class _Use:
    """One use of a sentence; ``form``: it is a heading, prompt, help text or row of boxes."""

    file: str
    line: int
    writer: str | None
    form: bool
    answer: tuple[str, bool] | None

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


_Key = tuple[str, ...]


def normalised(text: str) -> tuple[str, ...]:
    """The words of a text without case, signs, line ends and hyphenation.

    >>> normalised("Der er be-\\nhov for RO, altid!")
    ('der', 'er', 'behov', 'for', 'ro', 'altid')
    """
    return tuple(_HYPHEN.sub("", match[0]).casefold() for match in _WORD.finditer(text))


def near_pairs(sets: Sequence[frozenset[Hashable]], threshold: float) -> Iterator[tuple[int, int]]:
    """All pairs of sets with a Jaccard index of at least ``threshold``, exactly.

    Two sets that are so much alike share one of their rarest members (prefix filtering; Bayardo et al., WWW 2007), so
    only sets that do are compared.

    Args:
        sets: what to compare; empty sets are like nothing.
        threshold: in (0, 1].

    Yields:
        Positions of two sets, the smaller set first.
    """
    count = Counter(member for members in sets for member in members)
    rank = {member: i for i, (member, _) in enumerate(sorted(count.items(), key=lambda item: item[1]))}
    index: defaultdict[int, list[int]] = defaultdict(list)
    for i in sorted((i for i, members in enumerate(sets) if members), key=lambda i: len(sets[i])):
        members, size = sets[i], len(sets[i])
        # Rounded against the error of the product, so that an index of exactly the threshold counts.
        least = math.ceil(threshold * size - 1e-9)
        candidates: set[int] = set()
        for member in sorted(rank[m] for m in members)[: size - least + 1]:
            candidates.update(j for j in index[member] if len(sets[j]) >= least)
            index[member].append(i)
        for j in sorted(candidates):
            shared = len(members & sets[j])
            if shared >= threshold * (size + len(sets[j]) - shared) - 1e-9:
                yield j, i


def duplicates(texts: Sequence[Text], bank: Sequence[BankLine]) -> list[Finding]:
    """Everything in the corpus that stands there twice, exactly or nearly."""
    uses: dict[_Key, list[_Use]] = {}
    for text in texts:
        for key, use in _document_sentences(text):
            uses.setdefault(key, []).append(use)
    found = [finding for some in uses.values() for finding in _shared(some)]
    found += _bank_twice(bank)
    found += _leaked(texts, bank)
    for line in bank:
        key = normalised(line.sentence.text[line.sentence.start :])
        if _long(key):
            answer = (line.sentence.head, line.sentence.documented)
            uses.setdefault(key, []).append(_Use(line.file, line.line, None, False, answer))
    found += _nearly(uses)
    found += _near_documents(texts)
    return found


def _long(key: _Key) -> bool:
    return sum(word[0].isalpha() for word in key) >= WORDS


def _document_sentences(text: Text) -> Iterator[tuple[_Key, _Use]]:
    for block in layout.blocks(text.text):
        for start, end in sentences.split(text.text, block.start, block.end):
            key = normalised(text.text[start:end])
            while key and key[0].isdigit():  # the number of a field
                key = key[1:]
            if _long(key):
                line = text.text.count("\n", 0, start) + 1
                yield key, _Use(text.file, line, text.writer, block.kind not in _PROSE, None)


def _finding(code: str, uses: Sequence[_Use]) -> Finding:
    first, *others = uses
    return Finding(code, first.file, first.line, {"n": len(uses)}, tuple(use.place for use in others))


def _shared(uses: Sequence[_Use]) -> Iterator[Finding]:
    """A sentence that several documents hold word for word."""
    once = list({use.file: use for use in reversed(uses)}.values())[::-1]
    writers = {use.writer for use in once}
    if len(writers) > 1:
        yield _finding("shared_across", once)
    elif 1 < len(once) < STANDARD and not any(use.form for use in once):
        yield _finding("shared_within", once)


def _bank_twice(bank: Sequence[BankLine]) -> Iterator[Finding]:
    """Bank sentences that stand twice for one head: in one context, or long ones in another with the same answer."""
    same: defaultdict[tuple[object, ...], list[BankLine]] = defaultdict(list)
    for line in bank:
        one = line.sentence
        # Signs count here: "☐ Ja ☒ Nej" and "☒ Ja ☐ Nej" have the same words.
        same[one.head, " ".join(one.text[one.start :].casefold().split())].append(line)
    for lines in same.values():
        contexts: dict[_Key, BankLine] = {}
        for line in lines:
            one = line.sentence
            context = normalised(one.text[: one.start])
            first = contexts.setdefault(context, line)
            if first is not line:
                agree = first.sentence.documented == one.documented
                code = "bank_duplicate" if agree else "bank_contradiction"
                yield Finding(code, line.file, line.line, {}, (f"{first.file}:{first.line}",))
        different = list(contexts.values())
        for documented in (True, False):
            again = [line for line in different if line.sentence.documented is documented]
            if len(again) > 1 and _long(normalised(again[0].sentence.text[again[0].sentence.start :])):
                places = tuple(f"{line.file}:{line.line}" for line in again[1:])
                yield Finding("bank_repeated", again[0].file, again[0].line, {}, places)


def _leaked(texts: Sequence[Text], bank: Sequence[BankLine]) -> Iterator[Finding]:
    """Bank sentences that stand in a document, whole or as a part of a longer sentence."""
    begin: defaultdict[_Key, list[tuple[_Key, BankLine]]] = defaultdict(list)
    for line in bank:
        key = normalised(line.sentence.text[line.sentence.start :])
        if _long(key):
            begin[key[:WORDS]].append((key, line))
    places: defaultdict[tuple[str, int], dict[str, None]] = defaultdict(dict)
    for text in texts if begin else ():
        matches = list(_WORD.finditer(text.text))
        words = tuple(_HYPHEN.sub("", match[0]).casefold() for match in matches)
        for i in range(len(words) - WORDS + 1):
            for key, line in begin.get(words[i : i + WORDS], ()):
                if words[i : i + len(key)] == key:
                    at = text.text.count("\n", 0, matches[i].start()) + 1
                    places[line.file, line.line][f"{text.file}:{at}"] = None
    for (file, number), found in places.items():
        yield Finding("leakage", file, number, {}, tuple(found))


def _nearly(uses: Mapping[_Key, list[_Use]]) -> Iterator[Finding]:
    """Sentences of nearly the same words, one finding for all that hang together."""
    keys = [key for key, some in uses.items() if not all(use.form for use in some)]
    pairs = (
        (a, b)
        for a, b in near_pairs([frozenset(key) for key in keys], ALIKE)
        if not _opposite(uses[keys[a]], uses[keys[b]])
    )
    for group in _groups(pairs):
        some = [use for i in group for use in uses[keys[i]]]
        writers = {use.writer for use in some}
        if writers == {None}:
            yield _finding("bank_near", some)
        elif None in writers:
            yield _finding("leakage_near", sorted(some, key=lambda use: use.writer is not None))
        elif len(writers) > 1:
            yield _finding("near_across", some)
        elif len({use.file for use in some}) > 1 and not any(
            len({use.file for use in uses[keys[i]]}) >= STANDARD for i in group
        ):
            yield _finding("near_within", some)


def _opposite(a: Sequence[_Use], b: Sequence[_Use]) -> bool:
    """Whether two bank sentences are a pair of nearly the same words and the opposite answer, as they should be."""
    left = {use.answer[0]: use.answer[1] for use in a if use.answer is not None}
    right = {use.answer[0]: use.answer[1] for use in b if use.answer is not None}
    alone = len(left) == len(a) and len(right) == len(b)
    return alone and any(left[head] != right[head] for head in left.keys() & right.keys())


def _near_documents(texts: Sequence[Text]) -> Iterator[Finding]:
    pairs = near_pairs([frozenset(pairwise(normalised(text.text))) for text in texts], ALIKE)
    for group in _groups(pairs):
        first, *others = (texts[i].file for i in group)
        yield Finding("near_documents", first, None, {"n": len(group)}, tuple(others))


def _groups(pairs: Iterator[tuple[int, int]]) -> list[list[int]]:
    """The groups that hang together by pairs, each sorted."""
    parent: dict[int, int] = {}

    def root(i: int) -> int:
        while parent.setdefault(i, i) != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in pairs:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for i in sorted(parent):
        groups[root(i)].append(i)
    return list(groups.values())

"""Word classes: which words speak of whom, of what, and how (``data/classes.toml``).

A :class:`Lexicon` turns the tokens of a sentence into hits ``(position, length, class)``. What one
word can start is looked up once per distinct word and remembered, so a long run costs one dictionary
look-up per word.
"""

from __future__ import annotations

from typing import NamedTuple

from docscore.errors import DocscoreError
from docscore.language.tokens import words


class Hit(NamedTuple):
    """A class found at token ``position``, ``length`` tokens long; ``name`` is the class."""

    position: int
    length: int
    name: str


class LexiconError(DocscoreError):
    """A pattern in a vocabulary file cannot be used; the message names file, class and pattern."""


class _Phrase(NamedTuple):
    rest: tuple[str, ...]
    name: str


class _Start(NamedTuple):
    """What a word can begin: classes by itself, and phrases by their second word."""

    single: tuple[str, ...]
    by_second: dict[str, list[_Phrase]]
    open_second: tuple[_Phrase, ...]
    longer: bool


def _matches(pattern: str, word: str) -> bool:
    if pattern.endswith("*"):
        return word.startswith(pattern[:-1])
    if pattern.startswith("*"):
        return word.endswith(pattern[1:])
    return word == pattern


class Lexicon:
    """Classes of words and phrases.

    Args:
        classes: class name → patterns, as in ``classes.toml``.
        source: name of the file, for messages.

    Raises:
        LexiconError: a pattern is empty or is only a wildcard.
    """

    def __init__(self, classes: dict[str, list[str]], source: str) -> None:
        self.names: tuple[str, ...] = tuple(classes)
        self._exact: dict[str, list[_Phrase]] = {}
        self._prefix: dict[str, list[_Phrase]] = {}
        self._suffix: dict[str, list[_Phrase]] = {}
        for name, patterns in classes.items():
            for pattern in patterns:
                self._add(name, pattern, source)
        self._starts: dict[str, _Start | None] = {}
        self._prefix_lengths = sorted({len(key) for key in self._prefix})
        self._suffix_lengths = sorted({len(key) for key in self._suffix})

    def _add(self, name: str, pattern: str, source: str) -> None:
        elements = _pattern_elements(pattern)
        if not elements or any(element.strip("*") == "" for element in elements):
            raise LexiconError(f"{source}: mønsteret »{pattern}« i klassen {name} har intet ord.")
        first, phrase = elements[0], _Phrase(tuple(elements[1:]), name)
        if first.endswith("*"):
            self._prefix.setdefault(first[:-1], []).append(phrase)
        elif first.startswith("*"):
            self._suffix.setdefault(first[1:], []).append(phrase)
        else:
            self._exact.setdefault(first, []).append(phrase)

    def _start(self, word: str) -> _Start | None:
        """Everything that ``word`` can begin (remembered per distinct word); None for nothing."""
        found = list(self._exact.get(word, ()))
        for lengths, table, tail in (
            (self._prefix_lengths, self._prefix, False),
            (self._suffix_lengths, self._suffix, True),
        ):
            for n in lengths:
                if n > len(word):
                    break
                found += table.get(word[-n:] if tail else word[:n], ())
        start = None
        if found:
            by_second: dict[str, list[_Phrase]] = {}
            multi = sorted({p for p in found if p.rest}, key=lambda p: (-len(p.rest), p))
            for phrase in multi:
                if "*" not in phrase.rest[0]:
                    by_second.setdefault(phrase.rest[0], []).append(phrase)
            single = tuple(sorted({p.name for p in found if not p.rest}))
            start = _Start(single, by_second, tuple(p for p in multi if "*" in p.rest[0]), bool(multi))
        if len(self._starts) > 200_000:  # a hostile text must not fill the memory
            self._starts.clear()
        self._starts[word] = start
        return start

    def hits(self, tokens: list[str]) -> list[Hit]:
        """All hits in ``tokens``, by position; the longest of a class wins at each position."""
        found: list[Hit] = []
        known = self._starts
        new = tuple.__new__  # half the cost of Hit(...), which counts at this place
        last = len(tokens) - 1
        for i, word in enumerate(tokens):
            try:
                start = known[word]
            except KeyError:
                start = self._start(word)
            if start is None:
                continue
            single = start.single
            if start.longer and i < last:
                phrases: list[_Phrase] = start.by_second.get(tokens[i + 1], _NONE)
                if start.open_second:
                    phrases = [*phrases, *start.open_second]
                if phrases:
                    longer = self._phrases(tokens, i, phrases, found)
                    if longer:
                        single = tuple(name for name in single if name not in longer)
            for name in single:
                found.append(new(Hit, (i, 1, name)))
        return found

    @staticmethod
    def _phrases(tokens: list[str], i: int, phrases: list[_Phrase], found: list[Hit]) -> set[str]:
        """Add the phrases that begin at ``i`` to ``found``; returns their classes."""
        longer: set[str] = set()
        last = len(tokens) - 1
        for phrase in phrases:
            size = len(phrase.rest)
            if phrase.name in longer or i + size > last:
                continue
            for k, element in enumerate(phrase.rest, i + 1):
                if element != tokens[k] and not _matches(element, tokens[k]):
                    break
            else:
                longer.add(phrase.name)
                found.append(Hit(i, size + 1, phrase.name))
        return longer


_NONE: list[_Phrase] = []


def _pattern_elements(pattern: str) -> list[str]:
    """Split a pattern like the tokenizer splits text, keeping the wildcards on their words."""
    elements: list[str] = []
    for part in pattern.lower().split():
        core = part.strip("*")
        tokens = [token for token in words(core) if token != "." or core == "."]
        if not tokens:
            continue
        if part.startswith("*"):
            tokens[0] = "*" + tokens[0]
        if part.endswith("*"):
            tokens[-1] += "*"
        elements += tokens
    return elements

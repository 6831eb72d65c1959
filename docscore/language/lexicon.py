"""Word classes: which words speak of whom, of what, and how (``data/classes.toml``).

A :class:`Lexicon` turns the tokens of a sentence into hits ``(position, length, class)``. What one
word can start is looked up once per distinct word and remembered, so a long run costs one dictionary
look-up per word.

A pattern is one or more words. ``skåne*`` and ``*medhjælper`` leave an end or a beginning open, ``#`` is any
figure of at most three digits, ``####`` a year and ``#/#`` a date in figures; ``...`` behind the first word of a
phrase stands for up to three words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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


FIGURE = "#"
YEAR = "####"
DATE = "#/#"
GAP = "..."
_REMEMBERED = 2000
GAP_WORDS = 3
"""Words that may stand in a phrase's gap at most."""

_DATE = re.compile(r"\d{1,2}(?:/\d{1,2}(?:[-/.–]\d{2,4})?|[-.]\d{1,2}[-.]\d{2,4})$|\d{4}-\d{2}-\d{2}$")
_FIGURES = {FIGURE: re.compile(r"\d{1,3}(?!\d)"), YEAR: re.compile(r"(?:19|20)\d\d$"), DATE: _DATE}


class _Phrase(NamedTuple):
    rest: tuple[str, ...]
    name: str


class _Start(NamedTuple):
    """What a word can begin: classes by itself, and phrases by their second word."""

    single: tuple[str, ...]
    by_second: dict[str, list[_Phrase]]
    open_second: tuple[_Phrase, ...]
    by_later: dict[str, list[_Phrase]]
    """Phrases with a gap, by the word behind it."""

    longer: bool

    def opened(self, second: str) -> list[_Phrase]:
        """The phrases with an open second word that ``second`` goes with (remembered)."""
        found = [phrase for phrase in self.open_second if _matches(phrase.rest[0], second)]
        if len(self.by_second) < _REMEMBERED:
            self.by_second[second] = found
        return found


def _matches(pattern: str, word: str) -> bool:
    if pattern[0] == FIGURE:
        return word[0].isdigit() and bool(_FIGURES[pattern].match(word))
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
        excluded: class name → patterns of single words that are none of the class, whatever its patterns say.

    Raises:
        LexiconError: a pattern is empty or is only a wildcard, or has a gap where none can be.
    """

    def __init__(
        self, classes: Mapping[str, Sequence[str]], source: str, excluded: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.names: tuple[str, ...] = tuple(classes)
        self._excluded = {name: tuple(patterns) for name, patterns in (excluded or {}).items() if patterns}
        self._figures: list[_Phrase] = []
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
        gaps = [k for k, element in enumerate(elements) if element == GAP]
        if gaps and (gaps != [1] or len(elements) < 3 or "*" in elements[2] or elements[2][0] == FIGURE):
            raise LexiconError(
                f"{source}: i mønsteret »{pattern}« i klassen {name} skal »...« stå mellem første ord og et helt ord."
            )
        first, phrase = elements[0], _Phrase(tuple(elements[1:]), name)
        if first[0] == FIGURE:
            self._figures.append(phrase._replace(rest=(first, *phrase.rest)))
        elif first.endswith("*"):
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
        if word[0].isdigit():
            found += [p._replace(rest=p.rest[1:]) for p in self._figures if _matches(p.rest[0], word)]
        start = None
        if found:
            by_later: dict[str, list[_Phrase]] = {}
            for phrase in found:
                if phrase.rest[:1] == (GAP,):
                    by_later.setdefault(phrase.rest[1], []).append(phrase._replace(rest=phrase.rest[1:]))
            found = [p for p in found if p.rest[:1] != (GAP,)]
            by_second: dict[str, list[_Phrase]] = {}
            multi = sorted({p for p in found if p.rest}, key=lambda p: (-len(p.rest), p))
            for phrase in multi:
                if "*" not in phrase.rest[0] and phrase.rest[0][0] != FIGURE:
                    by_second.setdefault(phrase.rest[0], []).append(phrase)
            single = tuple(sorted({p.name for p in found if not p.rest and not self._is_excluded(p.name, word)}))
            opened = tuple(p for p in multi if "*" in p.rest[0] or p.rest[0][0] == FIGURE)
            for second, phrases in by_second.items():
                phrases += [p for p in opened if _matches(p.rest[0], second)]
                phrases.sort(key=lambda p: -len(p.rest))
            start = _Start(single, by_second, opened, by_later, bool(multi or by_later))
        if len(self._starts) > 200_000:  # a hostile text must not fill the memory
            self._starts.clear()
        self._starts[word] = start
        return start

    def _is_excluded(self, name: str, word: str) -> bool:
        return any(_matches(pattern, word) for pattern in self._excluded.get(name, ()))

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
                phrases = start.by_second.get(tokens[i + 1])
                if phrases is None and start.open_second:
                    phrases = start.opened(tokens[i + 1])
                if phrases:
                    longer = self._phrases(tokens, i, phrases, found)
                    if longer:
                        single = tuple(name for name in single if name not in longer)
                if start.by_later:
                    spread = self._spread(tokens, i, start.by_later, found)
                    if spread:
                        single = tuple(name for name in single if name not in spread)
            for name in single:
                found.append(new(Hit, (i, 1, name)))
        return found

    @staticmethod
    def _spread(tokens: list[str], i: int, by_later: dict[str, list[_Phrase]], found: list[Hit]) -> set[str]:
        """Add the phrases with a gap that begin at ``i`` to ``found``; returns their classes."""
        names: set[str] = set()
        for k in range(i + 1, min(len(tokens), i + 2 + GAP_WORDS)):
            for phrase in by_later.get(tokens[k], _NONE):
                size = len(phrase.rest)
                if (
                    phrase.name not in names
                    and all(
                        _matches(element, word)
                        for element, word in zip(phrase.rest[1:], tokens[k + 1 : k + size], strict=False)
                    )
                    and k + size <= len(tokens)
                ):
                    names.add(phrase.name)
                    found.append(Hit(i, k + size - i, phrase.name))
            if tokens[k] in _GAP_ENDS:
                break
        return names

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
_GAP_ENDS = frozenset({",", ";", ":", ".", "men", "og"})
"""Where a phrase with a gap is over."""


def _pattern_elements(pattern: str) -> list[str]:
    """Split a pattern like the tokenizer splits text, keeping the wildcards on their words."""
    elements: list[str] = []
    for part in pattern.lower().split():
        if part == GAP or part in _FIGURES:
            elements.append(part)
            continue
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

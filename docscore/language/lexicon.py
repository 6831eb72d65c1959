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
from docscore.language.memory import Memory
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
_SHARED = 80
_MOST_WORDS = 200_000
GAP_WORDS = 3
"""Words that may stand in a phrase's gap at most."""

_DATE = re.compile(r"\d{1,2}(?:/\d{1,2}(?:[-/.–]\d{2,4})?|[-.]\d{1,2}[-.]\d{2,4})$|\d{4}-\d{2}-\d{2}$")
_FIGURES = {FIGURE: re.compile(r"\d{1,3}(?!\d)"), YEAR: re.compile(r"(?:19|20)\d\d$"), DATE: _DATE}


class _Phrase(NamedTuple):
    rest: tuple[str, ...]
    name: str


class _Group:
    """What the words that match the same patterns can begin."""

    def __init__(self, phrases: Sequence[_Phrase]) -> None:
        self.single = tuple(sorted({phrase.name for phrase in phrases if not phrase.rest}))
        multi = sorted({p for p in phrases if p.rest and p.rest[0] != GAP}, key=lambda p: (-len(p.rest), p))
        self.open_second = tuple(p for p in multi if "*" in p.rest[0] or p.rest[0][0] == FIGURE)
        self.by_second: dict[str, list[_Phrase]] = {}
        for phrase in multi:
            if phrase not in self.open_second:
                self.by_second.setdefault(phrase.rest[0], []).append(phrase)
        for second, found in self.by_second.items():
            found += [p for p in self.open_second if _matches(p.rest[0], second)]
            found.sort(key=lambda p: -len(p.rest))
        self.by_later: dict[str, list[_Phrase]] = {}
        for phrase in phrases:
            if phrase.rest and phrase.rest[0] == GAP:
                self.by_later.setdefault(phrase.rest[1], []).append(phrase._replace(rest=phrase.rest[1:]))
        self.longer = bool(multi or self.by_later)

    def opened(self, second: str) -> list[_Phrase]:
        """The phrases with an open second word that ``second`` goes with (remembered)."""
        found = [phrase for phrase in self.open_second if _matches(phrase.rest[0], second)]
        if len(self.by_second) < _REMEMBERED:
            self.by_second[second] = found
        return found


class _Start(NamedTuple):
    """What one word can begin: classes by itself, and phrases."""

    single: tuple[str, ...]
    hits: list[tuple[Hit, ...]]
    """The hits of ``single`` at each position: they are made once and shared."""

    group: _Group
    longer: bool


def _matches(pattern: str, word: str) -> bool:
    if pattern[0] == FIGURE:
        return word[0].isdigit() and bool(_FIGURES[pattern].match(word))
    if pattern.endswith("*"):
        return word.startswith(pattern[:-1])
    if pattern.startswith("*"):
        return word.endswith(pattern[1:])
    return word == pattern


_CORNER = 3
"""Letters by which open patterns are found."""


def _by_corner(table: Mapping[str, object], corner: slice) -> dict[str, list[str]]:
    """The keys of ``table`` by their first or last letters; those too short for that under ""."""
    found: dict[str, list[str]] = {"": []}
    for key in sorted(table):
        found.setdefault(key[corner] if len(key) >= _CORNER else "", []).append(key)
    return found


class _Excluded:
    """Single words that are none of a class."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._figures = [pattern for pattern in patterns if pattern[0] == FIGURE]
        self._prefixes = tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*"))
        self._suffixes = tuple(pattern[1:] for pattern in patterns if pattern[0] == "*" and pattern[-1] != "*")
        self._exact = frozenset(pattern for pattern in patterns if "*" not in pattern and pattern[0] != FIGURE)

    def holds(self, word: str) -> bool:
        """Whether ``word`` is one of them."""
        return (
            word in self._exact
            or word.startswith(self._prefixes)
            or word.endswith(self._suffixes)
            or any(_matches(pattern, word) for pattern in self._figures)
        )


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
        self._excluded = {name: _Excluded(patterns) for name, patterns in (excluded or {}).items() if patterns}
        self._figures: dict[str, list[_Phrase]] = {}
        self._exact: dict[str, list[_Phrase]] = {}
        self._prefix: dict[str, list[_Phrase]] = {}
        self._suffix: dict[str, list[_Phrase]] = {}
        for name, patterns in classes.items():
            for pattern in patterns:
                self._add(name, pattern, source)
        self._starts = Memory(self._start, _MOST_WORDS)
        self._groups: dict[tuple[str, ...], _Group] = {}
        self._hits: dict[tuple[str, ...], list[tuple[Hit, ...]]] = {}
        self._prefixes = _by_corner(self._prefix, slice(None, _CORNER))
        self._suffixes = _by_corner(self._suffix, slice(-_CORNER, None))

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
            self._figures.setdefault(first, []).append(phrase)
        elif first.endswith("*"):
            self._prefix.setdefault(first[:-1], []).append(phrase)
        elif first.startswith("*"):
            self._suffix.setdefault(first[1:], []).append(phrase)
        else:
            self._exact.setdefault(first, []).append(phrase)

    def _start(self, word: str) -> _Start | None:
        """Everything that ``word`` can begin; None for nothing."""
        keys: list[str] = []
        phrases: list[_Phrase] = []
        if word in self._exact:
            keys.append(word)
            phrases += self._exact[word]
        for key in (*self._prefixes.get(word[:_CORNER], ()), *self._prefixes[""]):
            if word.startswith(key):
                keys.append(key + "*")
                phrases += self._prefix[key]
        for key in (*self._suffixes.get(word[-_CORNER:], ()), *self._suffixes[""]):
            if word.endswith(key):
                keys.append("*" + key)
                phrases += self._suffix[key]
        if word[0].isdigit():
            for pattern, figures in self._figures.items():
                if _matches(pattern, word):
                    keys.append(pattern)
                    phrases += figures
        if not phrases:
            # "sviger-mor", "pakke-medarbejder": a hyphen that the word does not need
            joined = word.replace("-", "")
            return self._start(joined) if joined not in ("", word) else None
        known = tuple(keys)
        if len(self._groups) > _REMEMBERED * 10:
            self._groups.clear()
        group = self._groups.get(known)
        if group is None:
            group = self._groups[known] = _Group(phrases)
        single = group.single
        against = [name for name in single if name in self._excluded and self._excluded[name].holds(word)]
        if against:
            single = tuple(name for name in single if name not in against)
        return _Start(single, self._hits.setdefault(single, []), group, group.longer)

    def hits(self, tokens: list[str]) -> list[Hit]:
        """All hits in ``tokens``, by position; the longest of a class wins at each position."""
        found: list[Hit] = []
        last = len(tokens) - 1
        for i, start in enumerate(map(self._starts.__getitem__, tokens)):
            if start is None:
                continue
            single, shared, group, longer = start
            if longer and i < last:
                phrases = group.by_second.get(tokens[i + 1])
                if phrases is None and group.open_second:
                    phrases = group.opened(tokens[i + 1])
                taken = self._phrases(tokens, i, phrases, found) if phrases else None
                if taken:
                    single = tuple(name for name in single if name not in taken)
                if group.by_later:
                    spread = self._spread(tokens, i, group.by_later, found)
                    if spread:
                        single, taken = tuple(name for name in single if name not in spread), spread
                if taken:
                    found += [Hit(i, 1, name) for name in single]
                    continue
            if i < len(shared):
                found += shared[i]
            elif i < _SHARED:
                shared += [tuple(Hit(k, 1, name) for name in single) for k in range(len(shared), i + 1)]
                found += shared[i]
            else:
                found += [Hit(i, 1, name) for name in single]
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

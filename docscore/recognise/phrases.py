"""Phrases of words with wildcards, looked up word by word.

What a word can begin is worked out once and remembered, so a text costs one dictionary look-up per word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

# Words remembered at most; a crafted text of endless new words must not fill the memory.
_MEMORY = 50_000
_KEY = 3


class Phrase(NamedTuple):
    """``words`` in lower case, a star for any ending or beginning; ``number`` says whose phrase it is."""

    words: tuple[str, ...]
    number: int


def word_matches(pattern: str, word: str) -> bool:
    """Whether ``word`` is ``pattern``; a star at either end of the pattern stands for any letters."""
    if pattern[-1] == "*":
        stem = pattern[:-1]
        return stem[1:] in word if stem[:1] == "*" else word.startswith(stem)
    if pattern[0] == "*":
        return word.endswith(pattern[1:])
    return word == pattern


class _Begun(NamedTuple):
    """What a word can begin: itself alone (the numbers), and longer phrases by their second word, longest first."""

    alone: tuple[int, ...]
    by_second: dict[str, tuple[tuple[str, ...], ...]]
    any_second: tuple[tuple[str, ...], ...]
    simple: bool


class _Beginnings(dict[str, _Begun | None]):
    """Word → what it begins, or None; worked out at the first look-up."""

    def __init__(self, numbers: dict[tuple[str, ...], tuple[int, ...]]) -> None:
        super().__init__()
        self._numbers = numbers
        self._exact: dict[str, list[tuple[str, ...]]] = {}
        self._stems: dict[str, list[tuple[str, ...]]] = {}
        self._loose: list[tuple[str, ...]] = []
        for words in numbers:
            first = words[0]
            if "*" not in first:
                self._exact.setdefault(first, []).append(words)
            elif first.endswith("*") and len(first) > _KEY and not first.startswith("*"):
                self._stems.setdefault(first[:_KEY], []).append(words)
            else:
                self._loose.append(words)

    def __missing__(self, word: str) -> _Begun | None:
        found = list(self._exact.get(word, ()))
        found += [words for words in self._stems.get(word[:_KEY], ()) if word_matches(words[0], word)]
        found += [words for words in self._loose if word_matches(words[0], word)]
        if len(self) >= _MEMORY:
            self.clear()
        self[word] = self._sorted(found) if found else None
        return self[word]

    def _sorted(self, found: list[tuple[str, ...]]) -> _Begun:
        found.sort(key=len, reverse=True)
        alone = [number for words in found if len(words) == 1 for number in self._numbers[words]]
        longer = [words for words in found if len(words) > 1]
        open_end = tuple(words for words in longer if "*" in words[1])
        exact: dict[str, list[tuple[str, ...]]] = {}
        for words in longer:
            if "*" not in words[1]:
                exact.setdefault(words[1], []).append(words)
        return _Begun(tuple(alone), {key: tuple(value) for key, value in exact.items()}, open_end, not longer)


class PhraseTable:
    """All phrases of a vocabulary, found in a list of words.

    Args:
        phrases: the phrases; the same words may belong to several numbers.
    """

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        merged: dict[tuple[str, ...], list[int]] = {}
        for phrase in phrases:
            merged.setdefault(phrase.words, []).append(phrase.number)
        self._numbers = {words: tuple(sorted(set(numbers))) for words, numbers in merged.items()}
        self.begun_by = _Beginnings(self._numbers)

    def at(self, words: Sequence[str], position: int) -> tuple[int, tuple[int, ...]]:
        """The longest phrase at a place, as ``(length, numbers)``, or ``(0, ())``.

        Different phrases of that length count together.
        """
        begun = self.begun_by[words[position]]
        if begun is None:
            return 0, ()
        length, numbers = (1, begun.alone) if begun.alone else (0, ())
        if begun.simple or position + 1 >= len(words):
            return length, numbers
        longer = begun.by_second.get(words[position + 1], ())
        for phrase in longer + begun.any_second if begun.any_second else longer:
            size = len(phrase)
            if size >= length and self._goes_on(phrase, words, position):
                numbers = self._numbers[phrase] + (numbers if size == length else ())
                length = size
        return length, numbers

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """The longest phrases from left to right, as ``(position, length, numbers)``; words are used once."""
        begun_by, free = self.begun_by, 0
        for position in [place for place, word in enumerate(words) if begun_by[word]]:
            if position >= free:
                length, numbers = self.at(words, position)
                if length:
                    yield position, length, numbers
                    free = position + length

    def only_alone(self, word: str) -> bool:
        """Whether a word begins no phrase of two or more words."""
        begun = self.begun_by[word]
        return begun is None or begun.simple

    @staticmethod
    def _goes_on(phrase: tuple[str, ...], words: Sequence[str], position: int) -> bool:
        if position + len(phrase) > len(words):
            return False
        for part, word in zip(phrase[1:], words[position + 1 : position + len(phrase)], strict=True):
            if part != word and not ("*" in part and word_matches(part, word)):
                return False
        return True

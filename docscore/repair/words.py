"""What is a Danish word, and how common it is: the word list and the counts that the repair weighs.

The list is the Danish table of simplemma (MIT; about 788,000 forms) and the words of docscore's own annotated
documents, which also give the counts (``data/counts.txt.gz``, made by ``python -m training.make_repair``). It is read
when the first text needs repair, and only then.
"""

from __future__ import annotations

import gzip
import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

UNSEEN = 0.05
"""The count of a word that is in the list only."""

LINKED = 5
"""Words of the list that show that an s is a link ("samarbejds-")."""

_NODES = 400_000


@dataclass(slots=True)
class Counts:
    """Words and pairs of neighbouring words with their counts in running Danish."""

    words: dict[str, int]
    pairs: dict[tuple[str, str], int]
    followers: dict[str, int]
    """How many different words came after a word: how open it leaves what comes next."""
    total: int = 0

    def __post_init__(self) -> None:
        self.total = sum(self.words.values())


@dataclass(slots=True)
class Words:
    """The word list, to be walked letter by letter, with the cost of every word.

    A cost is a negative natural logarithm of a probability.
    """

    forms: list[str]
    counts: Counts
    _nodes: dict[str, tuple[int, int]] = field(default_factory=dict)

    def inner(self, prefix: str) -> bool:
        """Whether a word of the list begins with ``prefix``."""
        low, high = self._node(prefix)
        return low < high

    def __contains__(self, word: str) -> bool:
        low, high = self._node(word)
        return low < high and self.forms[low] == word

    def cost(self, word: str) -> float:
        """The cost of a word of the list."""
        return -math.log((self.counts.words.get(word, 0) + UNSEEN) / self.counts.total)

    def first(self, word: str) -> bool:
        """Whether a compound may begin with ``word``: a word, or what several words begin with before a linking s."""
        if word in self:
            return True
        low, high = self._node(word)
        return len(word) > 4 and word[-1] == "s" and high - low >= LINKED

    def cost_first(self, word: str) -> float:
        """The cost of a word as the first part of a compound: how many of the list's words begin with it."""
        low, high = self._node(word)
        return -math.log((high - low) / len(self.forms))

    def cost_after(self, before: str, word: str, cost: float) -> float:
        """The cost of a word after another one, given its cost by itself (Witten and Bell's smoothing)."""
        seen = self.counts.words.get(before, 0)
        if not seen:
            return cost
        pair = self.counts.pairs.get((before, word), 0)
        # A word that is known from the list only leaves everything open.
        open_ = max(1, self.counts.followers.get(before, 1))
        return -math.log((pair + open_ * math.exp(-cost)) / (seen + open_))

    def _node(self, prefix: str) -> tuple[int, int]:
        """Where the words that begin with ``prefix`` stand in the list."""
        if not prefix:
            return 0, len(self.forms)
        found = self._nodes.get(prefix)
        if found is None:
            low, high = self._node(prefix[:-1])
            if low < high:
                low = bisect_left(self.forms, prefix, low, high)
                high = bisect_left(self.forms, prefix[:-1] + chr(ord(prefix[-1]) + 1), low, high)
            if len(self._nodes) > _NODES:
                self._nodes.clear()
            found = self._nodes[prefix] = (low, high)
        return found


def word_list(own: Iterable[str]) -> list[str]:
    """The sorted lower-cased forms of the Danish table of simplemma and ``own``; a few stand twice."""
    from simplemma.strategies import DefaultDictionaryFactory

    table = DefaultDictionaryFactory(cache_max_size=0).get_dictionary("da")
    forms = [form.lower() for form in table]
    forms += own
    # Nearly sorted already, which is what Python's sort is quickest at.
    forms.sort()
    return forms


def load_counts(data: bytes) -> Counts:
    """Counts from their file: gzipped lines of ``word count followers``, an empty line, ``word word count``."""
    first, _, second = gzip.decompress(data).decode("utf-8").partition("\n\n")
    rows = [line.split(" ") for line in first.splitlines()]
    return Counts(
        {word: int(n) for word, n, _ in rows},
        {(a, b): int(n) for a, b, n in (line.split(" ") for line in second.splitlines())},
        {word: int(n) for word, _, n in rows},
    )


@cache
def words() -> Words:
    """The bundled words; read at the first call (about a second, 120 MB)."""
    counts = load_counts(files("docscore.repair").joinpath("data", "counts.txt.gz").read_bytes())
    return Words(
        word_list(word for word, n in counts.words.items() if n > 1 and word.isalpha() and word.islower()), counts
    )

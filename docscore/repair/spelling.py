"""How Danish words are spelt: which letters follow which, for names and words that stand in no list."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from docscore.repair.channel import Channel

LEAST_GAIN = 3.0
"""How much likelier than the printed spelling another must be."""

COMMON = 3.0
"""The cost of the rarest form that an unknown word is respelt by."""

_STEP = 8
_BEAM = 5
_LONGEST = 25
_SHORT = 4
_VOWELS = frozenset("aeiouyæøåé")
_LETTERS = 32


@dataclass(slots=True)
class Spelling:
    """Counts of three letters in a row, ``^`` and ``$`` for the edges of a word, and of their first two."""

    threes: Counter[str]
    twos: Counter[str]
    _costs: dict[str, float] = field(default_factory=dict)

    def cost(self, before: str, letter: str) -> float:
        """The cost of a letter after two others."""
        found = self._costs.get(before + letter)
        if found is None:
            seen, after = self.threes.get(before + letter, 0), self.twos.get(before, 0)
            found = self._costs[before + letter] = -math.log((seen + 0.1) / (after + 0.1 * _LETTERS))
        return found

    def respelt(self, token: str, channel: Channel) -> tuple[str, list[tuple[int, int, str]]] | None:
        """The likeliest word that was printed as ``token``, where it is much likelier than ``token`` itself.

        Returns:
            The word and the replaced pieces: start, end, letter.
        """
        size = len(token)
        if size > _LONGEST or (size <= _SHORT and not _VOWELS & set(token.lower())):
            # Short and without a vowel it is an abbreviation.
            return None
        beams: list[list[tuple[float, str, tuple[tuple[int, int, str], ...]]]] = [[] for _ in range(size + 1)]
        beams[0] = [(0.0, "^^", ())]
        for at in range(size):
            ways = [(at + 1, token[at].lower(), 0.0, False)]
            ways += [(stop, form.letter, form.cost, True) for stop, form in channel.at(token, at) if form.cost < COMMON]
            for total, word, parts in sorted(beams[at])[:_BEAM]:
                for stop, letters, noise, replaced in ways:
                    cost, longer = total + noise, word
                    for letter in letters:
                        cost += self.cost(longer[-2:], letter)
                        longer += letter
                    beams[stop].append((cost, longer, (*parts, (at, stop, letters)) if replaced else parts))
        ends = [(cost + self.cost(word[-2:], "$"), word[2:], parts) for cost, word, parts in beams[size]]
        as_is = sum(
            self.cost(window[:2], window[2]) for window in (f"^^{token.lower()}$"[k : k + 3] for k in range(size + 1))
        )
        best = min(ends)
        if not best[2] or as_is - best[0] < LEAST_GAIN:
            return None
        return best[1], list(best[2])


def spelling(forms: Sequence[str]) -> Spelling:
    """Count the letters of a sample of a word list."""
    threes: Counter[str] = Counter()
    for form in forms[::_STEP]:
        if form.isalpha():
            word = f"^^{form}$"
            threes.update(word[k : k + 3] for k in range(len(word) - 2))
    twos: Counter[str] = Counter()
    for three, n in threes.items():
        twos[three[:2]] += n
    return Spelling(threes, twos)

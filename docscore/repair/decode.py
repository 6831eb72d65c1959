"""Which words a text meant: the likeliest way through what each printed word may have been.

A noisy channel. For every printed word the words of the list that may have been printed so are found by walking the
list and the printed letters together; a word that is not in the list may be a compound of words that are, or have a
spelling that only a Danish letter makes possible. Which of several is meant, the words around it decide (``nar`` and
``når``, ``malet`` and ``målet``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from docscore.repair import tokens
from docscore.repair.channel import Channel, channel
from docscore.repair.spelling import Spelling, spelling
from docscore.repair.tokens import STOP, plain
from docscore.repair.words import Words

JOINT = 3.0
"""The cost of a joint in a compound."""

LAST_PART = 9.0
"""The least cost of a compound's last part: that a word is common by itself says little of compounds."""

SHORT_PART = 3.0
"""What a part of three letters costs more: short words fit in everywhere."""

UNKNOWN = 20.0
UNKNOWN_LETTER = 1.2
"""The cost of a word that nothing is known of, and of each of its letters."""

SHORT_UNKNOWN = 16.0
"""The most that an unknown word of up to five letters costs: abbreviations are many, and in no list."""

NAME = 6.0
"""How much less an unknown word costs that is written as a name."""

RARE = 3.0
DOUBT = 2.5
"""What it costs more to change a known word, or a name, by forms that are rarer than the cost ``RARE``."""

KEEP = 0.4
"""What it costs more to read a known word as another: to damage a good word is worse than to leave a bad one."""

CODE = 14.0
"""The cost of unknown initials, and of as many letters with a digit among them; a longer word costs more."""

WINDOW = 9.0
"""How much costlier than the best a reading may be and still be weighed."""

MOST_NOISE = 18.0
"""What the replaced letters of a word may cost together."""

MOST = 6
"""Readings of a printed word that are weighed."""

LONGEST = 45
"""Letters of the longest word that is repaired."""

_SHORT = 5
_FOREIGN = frozenset("zxqw")
_PARTS = 4
_STEPS = 800
_KEPT = 200_000


class Part(NamedTuple):
    """A replaced piece of a printed word."""

    start: int
    end: int
    letter: str


class Candidate(NamedTuple):
    """A word that may have been meant; ``cost`` is of the word by itself, ``noise`` of printing it so."""

    word: str
    cost: float
    noise: float
    parts: tuple[Part, ...]


class Change(NamedTuple):
    """The pieces to replace in one word that stands at ``at``; ``first`` where it begins a sentence, a line or a cell,
    or is in no list (a name), ``capitals`` where the words beside it are in capitals."""

    at: int
    token: str
    parts: tuple[Part, ...]
    first: bool
    capitals: bool


@dataclass(slots=True)
class Decoder:
    """Reads printed words with a word list; what a printed word may have been is remembered."""

    words: Words
    channel: Channel = field(default_factory=channel)
    spelling: Spelling | None = None
    _known: dict[str, tuple[Candidate, ...]] = field(default_factory=dict)

    def changes(self, text: str, start: int, end: int) -> Iterator[Change]:
        """The words of ``text[start:end]`` that were meant otherwise, in order."""
        found = list(tokens.split(text, start, end))
        readings = [
            (Candidate(plain(one.text), 0.0, 0.0, ()),) if one.fixed else self.candidates(one.text) for one in found
        ]
        for k, one in enumerate(found):
            if tokens.is_acronym(one.text) and len(readings[k]) > 1 and not _in_capitals(found, k):
                readings[k] = tuple(c for c in readings[k] if c.word.isupper())
        before = STOP
        for k, (one, chosen) in enumerate(zip(found, self._path(readings), strict=True)):
            if chosen.parts:
                first = before == STOP or text[one.start - 1 : one.start] in "\n\t" or chosen.word not in self.words
                yield Change(one.start, one.text, chosen.parts, first, _in_capitals(found, k))
            before = chosen.word

    def candidates(self, token: str) -> tuple[Candidate, ...]:
        """The words that a printed word may have been, the likeliest by itself first; never empty."""
        found = self._known.get(token)
        if found is None:
            if len(self._known) > _KEPT:
                self._known.clear()
            found = self._known[token] = self._read(token)
        return found

    def _path(self, readings: list[tuple[Candidate, ...]]) -> list[Candidate]:
        """The cheapest sequence, one reading of each word (Viterbi over pairs of words)."""
        costs: list[float] = [0.0]
        before: tuple[Candidate, ...] = (Candidate(STOP, 0.0, 0.0, ()),)
        back: list[list[int]] = []
        for here in readings:
            if len(here) == len(before) == 1:
                back.append([0])
                before = here
                continue
            found, origin = [], []
            for one in here:
                reached = [
                    cost + self.words.cost_after(left.word, one.word, one.cost)
                    for cost, left in zip(costs, before, strict=True)
                ]
                best = min(range(len(reached)), key=reached.__getitem__)
                found.append(reached[best] + one.noise)
                origin.append(best)
            least = min(found)
            costs, before = [cost - least for cost in found], here
            back.append(origin)
        chosen: list[Candidate] = []
        k = min(range(len(costs)), key=costs.__getitem__)
        for here, origin in zip(reversed(readings), reversed(back), strict=True):
            chosen.append(here[k])
            k = origin[k]
        return chosen[::-1]

    def _read(self, token: str) -> tuple[Candidate, ...]:
        as_is = plain(token)
        if not tokens.may_be_word(token) or len(token) > LONGEST:
            return (Candidate(as_is, 0.0, 0.0, ()),)
        found = list(self._walk(token, whole=True))
        whole = bool(found)
        known = not tokens.is_acronym(token) and as_is in self.words
        if tokens.is_acronym(token):
            found += self._initials(token)
        elif not known:
            if not found and len(token) > tokens.ACRONYM:
                found = list(self._walk(token, whole=False))
            found += self._unknown(token, as_is)
        name = token[0].isupper() and token[1:].islower()
        doubt = (DOUBT if token.isalpha() or not whole else 0.0) + (DOUBT if name else 0.0)
        if token[0].isupper():
            # In names, aa is how they are written.
            found = [one for one in found if not any(token[p.start : p.end].lower() == "aa" for p in one.parts)]
        best: dict[str, tuple[float, Candidate]] = {}
        for one in found:
            noise = one.noise + (doubt if one.noise > RARE else 0.0) + (KEEP if known and one.parts else 0.0)
            if one.word not in best or one.cost + noise < best[one.word][0]:
                best[one.word] = one.cost + noise, one._replace(noise=noise)
        ranked = sorted(best.values(), key=lambda item: item[0])
        return tuple(one for total, one in ranked[:MOST] if total <= ranked[0][0] + WINDOW or one.word == as_is)

    def _initials(self, token: str) -> Iterator[Candidate]:
        """What initials may have been: as they are printed, or others that are known ("LA 265" is "LÆ 265")."""
        cost = min(CODE, self.words.cost(token))
        yield Candidate(token, cost, 0.0 if token.isalpha() else RARE, ())
        ways: list[tuple[str, float, tuple[Part, ...]]] = [("", 0.0, ())]
        for at, printed in enumerate(token):
            forms = [
                (form.letter.upper(), form.cost)
                for stop, form in self.channel.at(token, at)
                if stop == at + 1 and form.letter in "æøå"
            ]
            ways = [
                (
                    done + letter,
                    noise + cost,
                    (*parts, Part(at, at + 1, letter.lower())) if letter != printed else parts,
                )
                for done, noise, parts in ways
                for letter, cost in ((printed, 0.0), *forms)
            ]
        for word, noise, parts in ways:
            if parts and (word.isalpha() > token.isalpha() or self.words.counts.words.get(word, 0) > 1):
                yield Candidate(word, min(CODE, self.words.cost(word)), noise, parts)

    def _unknown(self, token: str, as_is: str) -> Iterator[Candidate]:
        """A word that is in no list, as it is printed or as it is likelier to be spelt."""
        cost = UNKNOWN + UNKNOWN_LETTER * len(token) - (NAME if token[0].isupper() or token[0] == "@" else 0.0)
        if any(c.isdigit() for c in token):
            cost = CODE + UNKNOWN_LETTER * max(0, len(token) - tokens.ACRONYM)
        elif len(token) <= _SHORT and token.isalpha() and not _FOREIGN & set(token):
            cost = min(cost, SHORT_UNKNOWN)
        if self.spelling is None:
            self.spelling = spelling(self.words.forms)
        respelt = self.spelling.respelt(token, self.channel)
        if respelt is not None:
            word, parts = respelt
            yield Candidate(word, cost, 0.0, tuple(Part(*part) for part in parts))
        elif "@" in token:
            # No word has this sign, and it hardly ever stands for another letter.
            signs = tuple(Part(at, at + 1, "ø") for at, letter in enumerate(token) if letter == "@")
            yield Candidate(as_is.replace("@", "ø"), cost, 0.0, signs)
        else:
            yield Candidate(as_is, cost, 0.0, ())

    def _walk(self, token: str, *, whole: bool) -> Iterator[Candidate]:
        """The words, or else the compounds, of the list that may have been printed as ``token``."""
        words, size = self.words, len(token)
        forms = [self.channel.at(token, at) for at in range(size)]
        # Position, letters since the last joint, letters before it, cost of those, noise, replaced pieces, joints.
        stack: list[tuple[int, str, str, float, float, tuple[Part, ...], int]] = [(0, "", "", 0.0, 0.0, (), 0)]
        steps = 0
        while stack and steps < _STEPS:
            at, prefix, done, cost, noise, parts, joints = stack.pop()
            steps += 1
            if at == size:
                if whole and len(prefix) > 1 and prefix in words:
                    yield Candidate(prefix, words.cost(prefix), noise, parts)
                elif joints and len(prefix) > 2 and prefix in words:
                    last = max(words.cost(prefix), LAST_PART) + (SHORT_PART if len(prefix) == 3 else 0.0)
                    yield Candidate(done + prefix, cost + last, noise, parts)
                continue
            if not whole and len(prefix) > 2 and size - at > 2 and joints < _PARTS - 1 and words.first(prefix):
                dearer = cost + words.cost_first(prefix) + JOINT + (SHORT_PART if len(prefix) == 3 else 0.0)
                stack.append((at, "", done + prefix, dearer, noise, parts, joints + 1))
            for stop, form in forms[at]:
                if noise + form.cost < MOST_NOISE and words.inner(prefix + form.letter):
                    part = Part(at, stop, form.letter)
                    stack.append((stop, prefix + form.letter, done, cost, noise + form.cost, (*parts, part), joints))
            letter = token[at].lower()
            if words.inner(prefix + letter):
                stack.append((at + 1, prefix + letter, done, cost, noise, parts, joints))


def _in_capitals(found: list[tokens.Token], k: int) -> bool:
    """Whether the word before or after is in capitals as well, as in a heading."""
    beside = [found[i].text for i in (k - 1, k + 1) if 0 <= i < len(found)]
    return any(text.isupper() and len(text) > tokens.ACRONYM for text in beside)


def cased(change: Change, part: Part) -> str:
    """A restored letter in the case of the word around it."""
    token, letter = change.token, part.letter
    printed = token[part.start]
    if letter[0] == "l":
        return letter
    others = [c for c in token[: part.start] + token[part.end :] if c.isalpha()]
    sure = len(others) > 1 or printed.isupper() or change.capitals or (printed == "@" and len(token) == 2)
    if others and all(c.isupper() for c in others) and sure:
        return letter.upper()
    # What is printed as the sign is more often the capital.
    if part.start == 0 and (printed in "AZO" or (printed == "@" and change.first)):
        return letter.upper()
    return letter

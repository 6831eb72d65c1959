"""What evidence names: positions and work functions, schemes, considerations, in the words of the text.

A word of the class is taken with what it is done to ("pakke reservedele", "registrering af arkivalier"). Positions that
are ruled out or past, the titles of those who speak, and places are left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from docscore.language.lexicon import Hit
from docscore.language.qualifiers import Qualifier
from docscore.language.reading import Sentence

_LONGEST = 4
_SET_ASIDE = (Qualifier.RULED_OUT, Qualifier.HISTORY, Qualifier.NEGATION)


@cache
def _data() -> dict[str, Any]:
    raw: dict[str, Any] = tomllib.loads(files("docscore.values").joinpath("named.toml").read_text(encoding="utf-8"))
    return raw


@cache
def _set(table: str, name: str) -> frozenset[str]:
    return frozenset(_data()[table][name])


def positions_of(sentences: Sequence[Sentence]) -> list[str] | None:
    """The positions and work functions that the sentences name, each once, in their order; None without any."""
    return _each(sentences, "positions")


def schemes_of(sentences: Sequence[Sentence]) -> list[str] | None:
    """The disability-compensating schemes that the sentences speak of, whether they are needed or judged not to be."""
    return _each(sentences, "schemes")


def considerations_of(sentences: Sequence[Sentence]) -> list[str] | None:
    """The considerations at work that the sentences name."""
    return _each(sentences, "considerations")


def _each(sentences: Sequence[Sentence], table: str) -> list[str] | None:
    found: dict[str, None] = {}
    for sentence in sentences:
        for start, stop in _spans(sentence, table):
            found[" ".join(sentence.words[start:stop])] = None
    kept = [name for name in found if not any(_within(name, other) for other in found if other != name)]
    return kept or None


def _within(name: str, other: str) -> bool:
    return f" {name} " in f" {other} "


def _spans(sentence: Sentence, table: str) -> list[tuple[int, int]]:
    """Where the names stand, as token positions; those that overlap are one."""
    words = sentence.words
    classes = _set(table, "classes")
    taken: list[tuple[int, int]] = []
    hits = [hit for hit in sentence.hits if hit.name in classes]
    if table == "positions":
        known = {hit.position for hit in hits}
        hits += [Hit(place, 1, "DONE") for place in _deeds(words) if place not in known]
    for hit in sorted(hits):
        if not _counts(sentence, hit.position, hit.length, table):
            continue
        start, stop = hit.position, hit.position + hit.length
        if table == "positions":
            start, stop = _whole(sentence, start, stop, hit.name)
        elif table == "schemes" and words[stop - 1].endswith(tuple(_data()["schemes"]["adjectives"])):
            stop = min(len(words), _end(sentence, stop, 1))
        if taken and start < taken[-1][1]:
            taken[-1] = (taken[-1][0], max(stop, taken[-1][1]))
        else:
            taken.append((start, stop))
    definite = tuple(_data()["positions"]["definite"]) if table == "positions" else ()
    return [
        (a, b)
        for a, b in taken
        if " ".join(words[a:b]) not in _set(table, "bare") and not (b - a == 1 and words[a].endswith(definite))
    ]


def _counts(sentence: Sentence, position: int, length: int, table: str) -> bool:
    words = sentence.words
    last = words[position + length - 1]
    if "-" in words[position : position + length + 1] or not last[0].isalpha():
        return False  # half of a compound: "tømrer- og snedkerfirma"
    if table == "schemes":
        return not last.endswith(tuple(_data()["schemes"]["others"]))
    if table != "positions":
        return True
    if any(sentence.qualified.covers(qualifier, position) for qualifier in _SET_ASIDE):
        return False
    if last.endswith(tuple(_data()["positions"]["places"])):
        return False
    before = words[position - 1] if position else ""
    persons = _set("positions", "persons")
    title = _titled(sentence, position)
    if title and before in ("som", "målet", "jobmål", ":"):
        return True
    if any(hit.name in persons and hit.position == position for hit in sentence.hits):
        return False
    if title:  # "skolens pedel", "hos en revisor", "oversætter Lina"
        owned = len(before) > 3 and before.endswith("s")
        return (
            _closed(words, position + length - 1) and not owned and "hos" not in words[max(0, position - 3) : position]
        )
    place = _set("positions", "where") & set(words[max(0, position - 3) : position])
    return not place or words[position].endswith(_deed_endings())


def _deeds(words: Sequence[str]) -> list[int]:
    """Where a word of doing stands that no class holds: "saltning", "indskrivning"; and what "som" names."""
    excluded, titles = _set("positions", "no_deeds"), tuple(_data()["positions"]["title_endings"])
    found: list[int] = []
    for place, word in enumerate(words):
        done = len(word) > 6 and word.isalpha() and word.endswith(_deed_endings())
        title = place > 0 and words[place - 1] == "som" and _is_title(word, titles) and _closed(words, place)
        if title or (done and not word.endswith(tuple(excluded))):
            found.append(place)
    return found


def _titled(sentence: Sentence, position: int) -> bool:
    return any(hit.name == "TITLE" and hit.position == position for hit in sentence.hits)


def _is_title(word: str, endings: tuple[str, ...]) -> bool:
    return len(word) > 5 and word.isalpha() and word.endswith(endings)


def _closed(words: Sequence[str], place: int) -> bool:
    """Whether a phrase ends behind a word: "tolk på et sygehus", and not "som kender to", "oversætter Lina"."""
    behind = words[place + 1] if place + 1 < len(words) else "."
    return not behind[0].isalpha() or behind in _set("stop", "words")


@cache
def _deed_endings() -> tuple[str, ...]:
    return tuple(_data()["positions"]["deeds"])


def _whole(sentence: Sentence, start: int, stop: int, name: str) -> tuple[int, int]:
    """What is done and what it is done to: "pakke | reservedele", "optælling af | tekstiler", "sætte | etiketter"."""
    words = sentence.words
    if words[stop - 1] == "af":  # "pluk af | småordrer"
        return start, _end(sentence, stop, _LONGEST)
    if stop < len(words) and words[stop] == "af":
        end = _end(sentence, stop + 1, _LONGEST)
        return start, (end if end > stop + 1 else stop)
    doing = words[start].endswith(_deed_endings()) or name == "DONE" or _titled(sentence, start)
    if name == "TASK" and stop - start == 1 and words[start].endswith("e"):
        return start, _end(sentence, stop, _LONGEST - 1)
    if not doing and start:
        for place in range(start - 1, max(-1, start - 4), -1):
            if words[place] == "af":
                return (place - 1 if place and words[place - 1].endswith(_deed_endings()) else start), stop
        before = words[start - 1]
        if len(before) > 3 and before.endswith("e") and before.isalpha() and before not in _set("stop", "words"):
            return start - 1, stop
    return start, stop


def _end(sentence: Sentence, begin: int, most: int) -> int:
    """The end of at most ``most`` words from ``begin`` that belong together."""
    words, stops = sentence.words, _set("stop", "words")
    verbs = tuple(_data()["stop"]["verbs"])
    place = begin
    while place < len(words) and place - begin < most:
        word = words[place]
        if not word[0].isalpha() or word in stops or (len(word) > 4 and word.endswith(verbs)):
            break
        place += 1
    # An article or adjective alone is no object.
    return place if place > begin and words[place - 1] not in ("en", "et", "den", "det", "de") else begin

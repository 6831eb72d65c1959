"""What a case's documents must not say in anything that docscore writes: numbers by their shape, names by the case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docscore.privacy.people import People, find_people, words
from docscore.report.privacy import mask, mask_name

if TYPE_CHECKING:
    from docscore.case import Case

_WORD = re.compile(r"[^\W\d_]+")
_POINTED = re.compile(r"(?<![^\W_])(?:[^\W\d_a-zæøå]\.[ \t]?){2,4}")
_SHORT = 4


class Masks:
    """Masks texts of one case.

    Masks keep the length and the shape ("Mette Holms" → "Xxxxx Xxxxs"), so that offsets into the document's text hold
    in a masked quotation, and a reader sees that a person was named.

    Args:
        people: whom to mask.
        names: False for ``--no-masking``: every text comes back as it was.
    """

    def __init__(self, people: People | None = None, *, active: bool = True) -> None:
        self._people = people or People()
        self._active = active
        # Words that were found to be no name, in running text and anywhere: a case says most of them often.
        self._stay: tuple[set[str], set[str]] = (set(), set())

    @classmethod
    def of(cls, case: Case, *, active: bool = True) -> Masks:
        """The masks of a case: of the people whom its documents, ids and file names give."""
        if not active:
            return cls(active=False)
        # The entries of one journal share its text.
        return cls(find_people({id(document.text): document.text for document in case.documents}.values()))

    @classmethod
    def of_message(cls, message: str, *, active: bool = True) -> Masks:
        """The masks of a message about no case that was read: of the common names in it."""
        return cls(find_people([message]), active=active)

    def text(self, text: str) -> str:
        """A quotation.

        >>> people = People(); people.add(["mette", "holm"])
        >>> Masks(people).text("Mettes læge: M.H. bor i holmen, Holm 010190-1234")
        'Xxxxxs læge: X.X. bor i holmen, Xxxx ddmmåå-xxxx'
        """
        return self._names(mask(text)) if self._active else text

    def name(self, text: str) -> str:
        """An id or a file name: names count in small letters too.

        >>> people = People(); people.add(["mette", "holm"])
        >>> Masks(people).name("indstilling_mette_holm.docx")
        'indstilling_xxxxx_xxxx.docx'
        """
        return self._names(mask_name(text), anywhere=True) if self._active else text

    def said(self, text: str) -> str:
        """A message, which may name a file or an id of the case."""
        return self._names(mask_name(text)) if self._active else text

    def number(self, text: str) -> str:
        """A text that names no person of the case: the name of a municipality."""
        return mask_name(text) if self._active else text

    def _names(self, text: str, *, anywhere: bool = False) -> str:
        if not self._people:
            return text
        if "." in text:
            text = _POINTED.sub(self._pointed, text)
        stay = self._stay[anywhere]
        crossed: dict[str, str] = {}
        for word in set(_WORD.findall(text)).difference(stay):
            masked = self._word(word, anywhere)
            if masked == word:
                stay.add(word)
            else:
                crossed[word] = masked
        return _WORD.sub(lambda match: crossed.get(match[0], match[0]), text) if crossed else text

    def _word(self, word: str, anywhere: bool) -> str:
        people, small = self._people, word.lower()
        if small not in people.parts and word not in people.initials and small[:-1] not in people.parts:
            return word
        if (
            word == small
            and not anywhere
            and small not in people.small
            and (small in words()["ambiguous"] or len(small) < _SHORT or small in people.family)
        ):
            # In small letters only a first name that is no word counts: journals leave capitals out.
            return word
        if word.isupper() and word in people.initials and not _is_abbreviation(small):
            return "X" * len(word)
        if small in people.parts:
            return _crossed(word)
        if small.endswith("s") and small[:-1] in people.parts:
            return _crossed(word[:-1]) + word[-1]
        return word

    def _pointed(self, match: re.Match[str]) -> str:
        letters = "".join(char for char in match[0] if char.isalpha())
        if letters not in self._people.initials:
            return match[0]
        return re.sub(r"[^\W\d_]", "X", match[0])


def _is_abbreviation(word: str) -> bool:
    from docscore.language.names import is_abbreviation

    return is_abbreviation(word)


def _crossed(word: str) -> str:
    return "".join("X" if char.isupper() else "x" for char in word)

"""Whose view a sentence can give, and the persons whom a document speaks of."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Speaker(StrEnum):
    """Whose view a sentence gives."""

    BORGER = "borger"
    SAGSBEHANDLER = "sagsbehandler"
    LAEGE = "laege"
    ARBEJDSGIVER = "arbejdsgiver"
    PAAROERENDE = "paaroerende"
    TEAMET = "teamet"
    ANDEN = "anden"
    """Somebody whom the document names and gives no role."""


HOLDERS = {
    "CITIZEN": Speaker.BORGER,
    "I": Speaker.BORGER,
    "YOU": Speaker.BORGER,
    "DOCTOR": Speaker.LAEGE,
    "EMPLOYER": Speaker.ARBEJDSGIVER,
    "RELATIVE": Speaker.PAAROERENDE,
    "TEAM": Speaker.TEAMET,
    "CASEWORKER": Speaker.SAGSBEHANDLER,
    "MENTOR": Speaker.SAGSBEHANDLER,
    "OTHER_PERSON": Speaker.ANDEN,
}
ROLES = frozenset({"RELATIVE", "EMPLOYER", "MENTOR", "OTHER_PERSON"})
ATTRIBUTION = frozenset({"SAY", "OPINION", "FEEL", "WISH", "ASSESS"})
SUBJECTS = frozenset({"hun", "han"})
PRONOUNS = {"hun": "hun", "hende": "hun", "hendes": "hun", "han": "han", "ham": "han", "hans": "han"}

_NO_PERSON = frozenset({Speaker.TEAMET, Speaker.SAGSBEHANDLER})
"""Who is rarely meant by a pronoun: a body, or the writer."""


WRITERS = frozenset({Speaker.SAGSBEHANDLER, Speaker.TEAMET})
REPORTERS = frozenset({Speaker.PAAROERENDE, Speaker.ARBEJDSGIVER})
"""In a field of theirs "han" and "hun" are the citizen whom they speak of, and the view is theirs."""

NOBODY: Mapping[str, Speaker] = {}


class Person(NamedTuple):
    """Somebody spoken of: whose views theirs would be, and the pronoun that goes with them ("" where unknown)."""

    speaker: Speaker
    pronoun: str = ""
    beside: Speaker | None = None
    """Who else was spoken of there ("Borger har talt med sin chef"), the citizen not counted."""

    turn: Speaker | None = None
    """Whose turn it is in a conversation ("Leder: …"), until the block ends."""

    fresh: bool = False
    """Whether the sentence right before spoke of this person."""

    def in_new_block(self) -> Person:
        """The same person where a block begins: nobody's turn goes on into it."""
        return self if self.turn is None else self._replace(turn=None)

    def means(self, pronoun: str, citizen: str) -> Speaker:
        """Whom ``pronoun`` means after this person was spoken of; ``citizen`` is the citizen's own pronoun."""
        fits = citizen in ("", pronoun)
        if self.speaker is Speaker.BORGER:
            return Speaker.BORGER if fits else Speaker.ANDEN
        if self.pronoun and self.pronoun != pronoun:
            return Speaker.BORGER if fits else Speaker.ANDEN
        if self.speaker in _NO_PERSON and fits:
            return Speaker.BORGER
        return self.speaker


CITIZEN = Person(Speaker.BORGER)

"""Extracted values: what stands in ``value`` of a text decision (hours, dates, positions, schemes, efforts).

A value is read from the decision's evidence alone, and only where the decision is ``dokumenteret``. It is never
guessed: where the evidence names more than one candidate and none is plainly the one, there is no value. The words
are data (``*.toml`` beside the modules).

| decision | value |
|---|---|
| ``arbejdsevne_timer`` | hours a week: a number, two numbers (an interval), or attended and effective hours as texts |
| ``frist_udvikling``, ``naeste_opfoelgning`` | a time: ISO day, week or month, or a span or interval in Danish |
| ``klart_jobmaal`` and the citizen's own | positions and work functions, as said |
| ``handicapkompenserende_ordninger`` | the schemes spoken of (needed or not) |
| ``skaanehensyn`` | the considerations, as said |
| ``indsatser``, ``praktik_deltagelse``, ``tilbud_opfoelgning`` and the kinds of effort | types of programmes |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from docscore.decision import Value
from docscore.language.layout import BlockKind
from docscore.language.reading import Reading
from docscore.values.efforts import efforts_of
from docscore.values.hours import hours_of
from docscore.values.moments import deadline_of, follow_up_of
from docscore.values.named import considerations_of, positions_of, schemes_of
from docscore.values.said import Said

__all__ = ["value_of"]

LONGEST = 4000
"""Characters of a sentence that are read; what runs on longer is no sentence."""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The evidence of a decision: positions of its sentences, strongest first, and its document's date."""

    reading: Reading
    chosen: Sequence[int]
    reference: date | None

    def said(self) -> list[Said]:
        """The sentences, strongest first."""
        return [said(self.reading, place) for place in self.chosen]

    def in_order(self) -> list[int]:
        """Their positions in the document's order."""
        return sorted(self.chosen)


def said(reading: Reading, place: int) -> Said:
    """What one sentence of a reading says; of a line with tick boxes, its ticked options."""
    sentence = reading.sentences[place]
    text = reading.text[sentence.start : min(sentence.end, sentence.start + LONGEST)]
    # A document that is read in parts keeps no blocks.
    if sentence.kind is BlockKind.TICKED and sentence.block < len(reading.blocks):
        text = " ; ".join(reading.blocks[sentence.block].ticked)
    return Said(" ".join(text[:LONGEST].split()), sentence.prompt, sentence.kind in (BlockKind.VALUE, BlockKind.TICKED))


def _hours(evidence: _Evidence) -> Value:
    return hours_of(evidence.said())


def _deadline(evidence: _Evidence) -> Value:
    return deadline_of(evidence.said(), evidence.reference)


def _follow_up(evidence: _Evidence) -> Value:
    return follow_up_of(evidence.said(), evidence.reference)


def _ahead(evidence: _Evidence) -> Value:
    return _ordered(evidence, ahead=True)


def _taken_part(evidence: _Evidence) -> Value:
    return _ordered(evidence, ahead=False)


def _employer_based(evidence: _Evidence) -> Value:
    return _ordered(evidence, groups=("virksomhedsrettet",), ahead=True)


def _other_efforts(evidence: _Evidence) -> Value:
    return _ordered(evidence, groups=("øvrige",), ahead=True)


def _ordered(evidence: _Evidence, *, groups: Sequence[str] = (), ahead: bool) -> Value:
    pieces = [said(evidence.reading, place) for place in evidence.in_order()]
    return efforts_of(pieces, groups, ahead=ahead)


def _positions(evidence: _Evidence) -> Value:
    return positions_of([evidence.reading.sentences[place] for place in evidence.in_order()])


def _schemes(evidence: _Evidence) -> Value:
    return schemes_of([evidence.reading.sentences[place] for place in evidence.in_order()])


def _considerations(evidence: _Evidence) -> Value:
    return considerations_of([evidence.reading.sentences[place] for place in evidence.in_order()])


_READERS: dict[str, Callable[[_Evidence], Value]] = {
    "arbejdsevne_timer": _hours,
    "frist_udvikling": _deadline,
    "naeste_opfoelgning": _follow_up,
    "indsatser": _ahead,
    "indsats_virksomhedspraktik": _employer_based,
    "indsats_oevrige": _other_efforts,
    "praktik_deltagelse": _taken_part,
    "tilbud_opfoelgning": _taken_part,
    "klart_jobmaal": _positions,
    "handicapkompenserende_ordninger": _schemes,
    "skaanehensyn": _considerations,
}


def value_of(head: str, reading: Reading, chosen: Sequence[int], reference: date | None = None) -> Value:
    """The value that the evidence of a documented decision gives.

    Args:
        head: the model's decision (:attr:`docscore.checkpoints.catalogue.Checkpoint.decided_by`, a job goal that is the
            citizen's own as ``klart_jobmaal``).
        reading: the document.
        chosen: the evidence: positions in ``reading.sentences``, strongest first.
        reference: the document's own date, for what has no year or is relative to it.

    Returns:
        The value; None where the decision has none, or the evidence does not plainly give it.
    """
    reader = _READERS.get(head)
    return None if reader is None else reader(_Evidence(reading, chosen, reference))

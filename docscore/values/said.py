"""A piece of evidence as a value is read from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence or a field's value.

    Attributes:
        text: what it says; of a line with tick boxes, its ticked options.
        prompt: the field's prompt, "" for none.
        field: whether it is the value of a field.
    """

    text: str
    prompt: str = ""
    field: bool = False

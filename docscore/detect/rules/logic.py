"""Periods of days, and answers that may be unknown.

A date that is known to the day is a period of one day; "uge 14" is one of seven; an unknown date is
:data:`ANY`. A comparison answers only where every day of the periods gives the same answer (codebook, section 4.1),
so nothing here ever guesses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

Truth = bool | None
"""Yes, no, or cannot be told."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both included: the event was on one of them."""

    first: date
    last: date

    @classmethod
    def of(cls, day: date) -> Period:
        """A period of one day."""
        return cls(day, day)

    @property
    def day(self) -> date | None:
        """The day, where there is only one."""
        return self.first if self.first == self.last else None

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


ANY = Period(date.min, date.max)
"""A date that is not known at all."""


def before(one: Period, other: Period) -> Truth:
    """Whether ``one`` lies before ``other``; the same day is not before.

    >>> before(Period(date(2021, 4, 5), date(2021, 4, 11)), Period.of(date(2021, 4, 12)))
    True
    """
    if one.last < other.first:
        return True
    return False if one.first >= other.last else None


def both(one: Truth, other: Truth) -> Truth:
    """Yes where both are, no where one is not."""
    if one is False or other is False:
        return False
    return True if one and other else None


def hull(periods: Iterable[Period]) -> Period | None:
    """The shortest period that holds all of them; None for none."""
    held = list(periods)
    if not held:
        return None
    return Period(min(period.first for period in held), max(period.last for period in held))


def earliest(periods: Iterable[Period]) -> Period | None:
    """When the first of several events was; None for none."""
    held = list(periods)
    if not held:
        return None
    return Period(min(period.first for period in held), min(period.last for period in held))

"""A dictionary that works out what it does not know yet, and never grows beyond a limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Memory(dict[Key, Value]):
    """Remembers what ``make`` gave for each key; looking up a known key costs no Python call.

    Args:
        make: works out a new key's value.
        most: keys that are remembered at most; a hostile text must not fill the memory.
    """

    def __init__(self, make: Callable[[Key], Value], most: int) -> None:
        self._make = make
        self._most = most

    def __missing__(self, key: Key) -> Value:
        if len(self) >= self._most:
            self.clear()
        value = self[key] = self._make(key)
        return value

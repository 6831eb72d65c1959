"""The one place where any exception of a parsing library becomes a sentence for the user.

Libraries raise whatever they like on a damaged file (``KeyError``, ``RecursionError``, ``struct.error`` …).
One malformed file must never stop the others, so :func:`guarded` catches ``Exception`` broadly, on purpose,
and nothing else in the readers does. The library's own message is left out of the reason: it may quote the
document.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from docscore.errors import DocscoreError, UnreadableFileError

if TYPE_CHECKING:
    from collections.abc import Iterator


class FileProblemError(UnreadableFileError):
    """A file that cannot be read: ``name`` of the file, and ``reason`` (Danish, with the remedy)."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason

    def __reduce__(self) -> tuple[type[FileProblemError], tuple[str, str]]:
        return (type(self), (self.name, self.reason))


@contextmanager
def guarded(name: str) -> Iterator[None]:
    """Turn every exception inside into a :class:`FileProblemError` for the file ``name``.

    Errors that already are docscore's own pass through unchanged.
    """
    try:
        yield
    except DocscoreError:
        raise
    except Exception as error:
        raise FileProblemError(name, reason_for(error)) from error


def reason_for(error: Exception) -> str:
    """A Danish sentence with a remedy for an exception of a library, without its message."""
    name = type(error).__name__
    if isinstance(error, PermissionError):
        return "filen kan ikke åbnes: adgang nægtet. Luk den i andre programmer, eller ret rettighederne."
    if isinstance(error, FileNotFoundError):
        return "filen findes ikke længere. Læg den på plads, og kør igen."
    if isinstance(error, NotImplementedError):
        return f"filen bruger en pakning, der ikke kan læses ({name}). Pak den ud, og gem den igen."
    if isinstance(error, MemoryError | RecursionError):
        return f"filen er for stor eller for dybt indlejret til at læse ({name}). Del den op, og gem den igen."
    if isinstance(error, OSError):
        return f"filen kan ikke læses fra disken ({name}). Kontrollér drevet, og kør igen."
    return (
        f"filen er beskadiget eller ikke det, den udgiver sig for ({name}). "
        "Åbn den i det program, den er lavet i, og gem den igen."
    )

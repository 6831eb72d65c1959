"""Errors that a user can act on, one type per cause.

Every message is a Danish sentence that names the file and the remedy. Anything that is not a
:class:`DocscoreError` is a bug and is allowed to crash.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command; a stable part of the interface (contract, section "Out")."""

    OK = 0
    """Done."""
    PROBLEMS = 1
    """Done, but ``problems.jsonl`` has at least one line."""
    USAGE = 2
    """Wrong use or unreadable input; nothing was written."""


class DocscoreError(Exception):
    """Base of all errors with a remedy; the command line prints the message and exits with 2."""


class InputError(DocscoreError):
    """The input as a whole cannot be read (missing, empty, not a case)."""


class UnreadableFileError(DocscoreError):
    """One file cannot be read; in a batch it becomes a :class:`docscore.case.Problem`."""


class MissingDependencyError(DocscoreError):
    """An optional package is needed; the message says how to install it."""


class ModelError(DocscoreError):
    """A model folder is missing, damaged or of another version."""


class AnnotationError(DocscoreError):
    """An annotation file breaks the format; the message names file and field."""


class OutputError(DocscoreError):
    """The output cannot be written."""

"""Which language a command line asks for, before the commands are built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docscore.report.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docscore.report.texts import Language

VARIABLE = "DOCSCORE_LANG"
"""Environment variable with the language for all commands."""


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language of help and output: ``--lang``, else :data:`VARIABLE`, else Danish.

    An unknown ``--lang`` gives Danish here and is refused by the command itself.

    >>> language_of(["check", "sag", "--lang=en"], {})
    'en'
    >>> language_of(["check", "sag"], {"DOCSCORE_LANG": "en_GB.UTF-8"})
    'en'
    """
    wanted = environment.get(VARIABLE, "")[:2].lower()
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang":
            wanted = arguments[place + 1] if place + 1 < len(arguments) else ""
        elif argument.startswith("--lang="):
            wanted = argument.partition("=")[2]
    return next((language for language in LANGUAGES if language == wanted), "da")

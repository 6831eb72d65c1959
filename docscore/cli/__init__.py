"""The command line: parse, call the library, print. Nothing else is decided here."""

from __future__ import annotations

from docscore.cli.entry import main

__all__ = ["main"]

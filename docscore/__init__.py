"""Reads Danish fleksjob case files and says, checkpoint by checkpoint, what they document.

>>> import docscore
>>> docscore.__version__
'0.1.0'

The names below are imported when they are first used, so that ``import docscore`` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docscore.api import CaseResult, frame, load, read_case, score, score_cases

__version__ = "0.1.0"

__all__ = ["CaseResult", "__version__", "frame", "load", "read_case", "score", "score_cases"]


def __getattr__(name: str) -> Any:
    """Import a public name of :mod:`docscore.api` on first use."""
    if name in __all__:
        from docscore import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""A process that reads case files: nothing of theirs in a traceback or warning, and no library asks a network."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from typing import Any

OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
"""What tells the libraries that may fetch or report something to leave it."""


def stay_offline(*, force: bool) -> None:
    """Set :data:`OFFLINE`, before any library is imported that reads it.

    Args:
        force: also where the user has set another value. The command line does so; the Python interface in somebody's
            own program does not.
    """
    for name, value in OFFLINE.items():
        if force or name not in os.environ:
            os.environ[name] = value


def settle() -> None:
    """Keep the messages of exceptions and warnings, which may quote a document, off stderr in this process."""
    warnings.simplefilter("ignore")
    sys.unraisablehook = _unraisable
    threading.excepthook = _in_thread


def _unraisable(fault: Any) -> None:
    _tell(fault.exc_type)


def _in_thread(fault: Any) -> None:
    _tell(fault.exc_type)


def _tell(kind: type[BaseException] | None) -> None:
    if sys.stderr is not None and kind is not None and kind is not SystemExit:
        sys.stderr.write(f"docscore: {kind.__name__}\n")

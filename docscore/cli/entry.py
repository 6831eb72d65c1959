"""The entry point, and the one place where an exception becomes an exit code."""

from __future__ import annotations

import errno
import gc
import os
import sys
from typing import TYPE_CHECKING

from docscore.cli.language import language_of
from docscore.errors import DocscoreError, ExitCode
from docscore.privacy.quiet import settle, stay_offline
from docscore.report.privacy import one_line
from docscore.report.texts import load_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docscore.report.texts import Texts

INTERRUPTED = 130
"""What a shell expects of a program that Ctrl-C ended."""

DEBUG = "DOCSCORE_DEBUG"
"""Environment variable that shows the traceback of a fault in the program; it may quote documents."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run docscore.

    Args:
        arguments: as after the program's name; ``sys.argv`` when None.

    Returns:
        The exit code (:class:`docscore.errors.ExitCode`), or 130 when interrupted.
    """
    stay_offline(force=True)
    if arguments is None and not os.environ.get(DEBUG):
        settle()
        # A case leaves little rubbish in circles, and much that is only in use: look for it seldom.
        gc.set_threshold(50_000, 20, 20)
    wanted = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_streams()
    texts = load_texts(language_of(wanted, os.environ))
    try:
        code = _run(wanted, texts)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _say(texts("usage.interrupted"))
        return INTERRUPTED
    except DocscoreError as error:
        _say(str(error))
        return ExitCode.USAGE
    except OSError as error:
        if not _closed_pipe(error):
            return _crash(error, texts)
        _discard_stdout()
        return ExitCode.OK
    except Exception as error:
        return _crash(error, texts)
    return code


def _run(arguments: list[str], texts: Texts) -> int:
    from docscore.cli.app import run

    return run(arguments, texts)


def _crash(error: Exception, texts: Texts) -> int:
    """A fault in docscore: no traceback, because its messages may hold document text."""
    if os.environ.get(DEBUG):
        raise error
    _say(texts("usage.crash", error=type(error).__name__))
    return ExitCode.USAGE


def _say(message: str) -> None:
    from docscore.privacy.masking import Masks

    sys.stderr.write(one_line(Masks.of_message(message).said(message)) + "\n")


def _prepare_streams() -> None:
    """A console that cannot show a character shows ``?``; it is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _closed_pipe(error: OSError) -> bool:
    """Whether the reader of our output has gone (``docscore … | head``); Windows calls it EINVAL."""
    return isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL)


def _discard_stdout() -> None:
    """Keep the interpreter from complaining when it flushes the closed stream at its end."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115

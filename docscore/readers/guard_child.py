"""The reading worker's own side: read a document from standard input, answer on standard output, and again."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from docscore.readers import limits

if TYPE_CHECKING:
    from docscore.readers.formats import ExtractedText

_ORPHAN_SECONDS = 2 * (limits.MAX_READ_SECONDS + limits.MAX_OCR_CALL_SECONDS)


def main() -> None:
    """Serve until standard input ends, which it also does when the parent dies."""
    # Only answers may go to the parent; whatever a library prints goes nowhere.
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    requests = sys.stdin.buffer
    limited = False
    while head := requests.readline():
        request = json.loads(head)
        if not limited:
            _limit(int(request["memory"]))
            limited = True
        data = requests.read(int(request["size"]))
        _tell(answers, {"begun": True})
        _end_after(_ORPHAN_SECONDS)
        _tell(answers, _answer(request, data, answers))
        _end_after(0)


def _end_after(seconds: int) -> None:
    """Have the system end this process, where it does; 0 takes that back. A parent that was killed cannot."""
    if sys.platform != "win32":
        import signal

        signal.alarm(seconds)


def _limit(most: int) -> None:
    """Have the system refuse more memory than this, where it does, and every file: nothing that reads a document, be it
    a parser or Tesseract, has a reason to write one, and a copy or a core file would hold case text."""
    if sys.platform == "win32":
        return
    import resource

    for kind, wanted in ((resource.RLIMIT_AS, most), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        hard = resource.getrlimit(kind)[1]
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (limit, limit))


def _answer(request: dict[str, Any], data: bytes, answers: IO[bytes]) -> dict[str, Any]:
    from docscore.readers.formats import read_cell, read_document
    from docscore.readers.guard import FileProblemError, reason_for
    from docscore.readers.ocr import on_page

    def tell(page: int, total: int) -> None:
        _end_after(_ORPHAN_SECONDS)
        _tell(answers, {"page": page, "of": total})

    on_page.set(tell)
    try:
        if request.get("cell"):
            found = read_cell(data.decode("utf-8", "surrogatepass"), request["name"])
        else:
            found = read_document(data, request["name"])
    except FileProblemError as error:
        # After running out of memory a parser is not to be trusted with the next document.
        tainted = isinstance(error.__cause__, MemoryError | RecursionError)
        return {"name": error.name, "reason": error.reason, "tainted": tainted}
    except MemoryError as error:
        return {"reason": reason_for(error), "tainted": True}
    except Exception as error:
        return {"crash": type(error).__name__, "tainted": True}
    return _record(found)


def _record(found: ExtractedText) -> dict[str, Any]:
    return {
        "text": found.text,
        "pages": found.pages,
        "notes": found.notes,
        "ocr": found.ocr,
        "ocr_pages": [(page.page, page.confidence) for page in found.ocr_pages],
        "ocr_engine": found.ocr_engine,
        "warnings": found.warnings,
    }


def _tell(answers: IO[bytes], answer: dict[str, Any]) -> None:
    line = json.dumps(answer).encode("ascii") + b"\n"
    view = memoryview(line)
    while view:
        view = view[answers.write(view) or 0 :]

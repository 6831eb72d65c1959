"""Reading documents in a process of their own that may hang, run wild or die without taking anything with it.

A plain child process, and not ``multiprocessing``: that would import the caller's main module anew, which a script
without a main guard does not survive. Child and parent speak through pipes, in JSON: what comes back from a process
that has parsed a hostile file is never unpickled.

What holds where: the deadline everywhere. Memory by ``RLIMIT_AS`` on Linux, for the child and each Tesseract it starts;
by a job object on Windows, for all of them; by looking at the resident memory of the child twice a second elsewhere
(macOS accepts ``RLIMIT_AS`` and does not honour it).
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from docscore.readers import limits
from docscore.readers.guard import FileProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docscore.readers.formats import ExtractedText

TIMEOUT = (
    "filen blev ikke læst færdig inden for {seconds} sekunder og er ikke læst. "
    "Gem den på ny som PDF, eller del den op i mindre dokumenter."
)
MEMORY = (
    "filen krævede over {megabytes} MB hukommelse at læse og er ikke læst. "
    "Gem den på ny som PDF, eller del den op i mindre dokumenter."
)
DIED = (
    "filen fik den proces, der læste den, til at gå ned (eller løbe tør for hukommelse) og er ikke læst. "
    "Åbn den i det program, den er lavet i, og gem den igen."
)
CRASHED = "filen kunne ikke læses på grund af en fejl i docscore ({error}). Meld fejlen, og læs filen manuelt."

# Isolated (-I) from the current folder, which may hold case files, and from what the environment names.
_CODE = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from docscore.readers.guard_child import main; main()"
_LOOK_SECONDS = 0.5
_START_SECONDS = 60
_MOST_DOCUMENTS = 500
"""A worker is replaced after so many documents: whatever a parser leaked goes with it."""


class Isolation(IntEnum):
    """Which documents are read in a worker."""

    NONE = 0
    """None: the caller answers for the input."""
    RISKY = 1
    """Pictures, and files large enough for the worker's start (some 0.3 s) not to matter: for one case."""
    ALL = 2
    """All that goes through a parser: for many cases, where one file must not stop the others."""


isolation: ContextVar[Isolation] = ContextVar("isolation", default=Isolation.NONE)


@contextmanager
def isolated(level: Isolation = Isolation.ALL) -> Iterator[None]:
    """Read the documents inside in a worker, according to ``level``."""
    token = isolation.set(level)
    try:
        yield
    finally:
        isolation.reset(token)


def read_guarded(data: bytes, name: str) -> ExtractedText:
    """As :func:`docscore.readers.formats.read_document`, in a worker where the isolation asks for one.

    Raises:
        FileProblemError: also where the file is over the time or memory limit, or killed the worker.
    """
    from docscore.readers.formats import read_document

    if not _needs_worker(data, name):
        return read_document(data, name)
    return _worker_of_process().read({"name": name}, data)


def read_cell_guarded(value: str, name: str) -> ExtractedText:
    """As :func:`docscore.readers.formats.read_cell`, in a worker where the isolation asks for one."""
    from docscore.readers.formats import cell_format, read_cell

    if isolation.get() is not Isolation.ALL or cell_format(value) is None or len(value) > limits.MAX_FILE_BYTES:
        return read_cell(value, name)
    return _worker_of_process().read({"name": name, "cell": True}, value.encode("utf-8", "surrogatepass"))


def _needs_worker(data: bytes, name: str) -> bool:
    from docscore.readers.formats import guess

    level = isolation.get()
    if level is Isolation.NONE or not sys.executable or len(data) > limits.MAX_FILE_BYTES:
        return False
    kind = guess(data, name)
    if kind is None:
        # Refused unread.
        return False
    if kind == "image":
        return True
    small = len(data) <= limits.IN_PROCESS_BYTES
    return not (small and (kind == "text" or level is Isolation.RISKY))


_workers: list[Worker] = []
_lock = threading.RLock()


def _worker_of_process() -> Worker:
    """The worker of this process; one, since a process reads one document at a time."""
    with _lock:
        if not _workers:
            _workers.append(Worker())
            atexit.register(close_worker)
        return _workers[0]


def close_worker() -> None:
    """End this process's worker, if it has one; the next document starts another."""
    with _lock:
        while _workers:
            _workers.pop().close()


class Worker:
    """A child process that reads one document after the other; it is started, and replaced, when needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._read = 0
        self._job: Any = None

    def read(self, request: dict[str, Any], data: bytes) -> ExtractedText:
        """Have one document read.

        Args:
            request: ``name`` for the messages, and ``cell`` for the text of a table cell.
            data: the document.

        Raises:
            FileProblemError: the file cannot be read, is over a limit, or killed the worker.
        """
        with _lock:
            name = str(request["name"])
            try:
                self._start()
                answer = self._ask(request, data, name)
            except BaseException:
                # Also Ctrl-C: the child must not go on with a document that nobody waits for.
                self.close()
                raise
            self._read += 1
            if self._read >= _MOST_DOCUMENTS or answer.get("tainted"):
                self.close()
        if "reason" in answer:
            raise FileProblemError(str(answer.get("name") or name), str(answer["reason"]))
        if "crash" in answer:
            raise FileProblemError(name, CRASHED.format(error=answer["crash"]))
        return _text(answer)

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        path = [entry for entry in sys.path if entry]
        command = [sys.executable, "-I", "-c", _CODE, json.dumps(path)]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_THREAD_LIMIT": "1"}
        # A group of its own: Ctrl-C is answered by the parent alone, and Tesseract dies with the worker.
        flags: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=flags,
            start_new_session=sys.platform != "win32",
        )
        if sys.platform == "win32":
            from docscore.readers.guard_windows import limited_job

            self._job = limited_job(self._process, limits.MAX_WORKER_BYTES)
        self._answers = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(self._process, self._answers), daemon=True).start()
        self._read = 0

    def _ask(self, request: dict[str, Any], data: bytes, name: str) -> dict[str, Any]:
        from docscore.readers.ocr import on_page

        process = self._process
        if process is None or process.stdin is None:
            raise AssertionError("the worker has been started")
        # Sent by a thread of its own: a child that hangs must not hang its parent.
        head = json.dumps({**request, "size": len(data), "memory": limits.MAX_WORKER_BYTES}).encode() + b"\n"
        threading.Thread(target=_send, args=(process, head, data), daemon=True).start()
        seconds = limits.MAX_READ_SECONDS
        begun = time.monotonic()
        until = begun + seconds + _START_SECONDS
        while True:
            with suppress(queue.Empty):
                answer = self._answers.get(timeout=_LOOK_SECONDS)
                if answer is None:
                    raise FileProblemError(name, DIED)
                if "begun" in answer:
                    until = time.monotonic() + seconds
                elif "page" in answer:
                    # A sign of life of the recognition, which has a limit of its own for the whole document.
                    page_seconds = seconds + limits.MAX_OCR_CALL_SECONDS
                    until = min(time.monotonic() + page_seconds, begun + limits.MAX_OCR_SECONDS + 2 * page_seconds)
                    tell = on_page.get()
                    if tell is not None:
                        tell(int(answer["page"]), int(answer["of"]))
                else:
                    return answer
                continue
            if time.monotonic() > until:
                raise FileProblemError(name, TIMEOUT.format(seconds=seconds))
            if _resident(process.pid) > limits.MAX_WORKER_BYTES:
                raise FileProblemError(name, MEMORY.format(megabytes=limits.MAX_WORKER_BYTES // limits.MIB))

    def close(self) -> None:
        """End the child and what it started."""
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError, ValueError):
                if pipe is not None:
                    pipe.close()
        if self._job is not None:
            self._job.close()
            self._job = None


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        if sys.platform != "win32":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)


def _send(process: subprocess.Popen[bytes], head: bytes, data: bytes) -> None:
    with suppress(OSError, ValueError):
        if process.stdin is not None:
            process.stdin.write(head)
            process.stdin.write(data)
            process.stdin.flush()


def _listen(process: subprocess.Popen[bytes], answers: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    """Hand on the child's answers; None when it has ended."""
    with suppress(OSError, ValueError):
        for line in process.stdout or ():
            answers.put(json.loads(line))
    answers.put(None)


def _resident(pid: int) -> int:
    """The child's resident memory in bytes where nothing else limits it, else 0."""
    if sys.platform in {"win32", "linux"}:
        return 0
    with suppress(OSError, ValueError, subprocess.SubprocessError):
        said = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, timeout=5, check=False)
        return int(said.stdout) * 1024
    return 0


def _text(answer: dict[str, Any]) -> ExtractedText:
    from docscore.case import OcrPage
    from docscore.readers.formats import ExtractedText

    return ExtractedText(
        text=answer["text"],
        pages=answer["pages"],
        notes=tuple(answer["notes"]),
        ocr=answer["ocr"],
        ocr_pages=tuple(OcrPage(page, sure) for page, sure in answer["ocr_pages"]),
        ocr_engine=answer["ocr_engine"],
        warnings=tuple(answer["warnings"]),
    )

"""``make fuzz``: run the targets of ``fuzz_targets`` under atheris, one after the other, and keep what is found.

    python tests/fuzz_run.py --runs 200000            all targets, their share of the runs each
    python tests/fuzz_run.py --runs 5000 document.pdf

Each target runs in a process of its own with ten seconds and a gigabyte for every input. The fuzzer's own corpus lies in
``.fuzz`` (ignored by git, it makes the next run begin where this one ended); an input that breaks a target is copied to
``tests/data/fuzz/<target>``, where the tests meet it from then on.
"""

from __future__ import annotations

import argparse
import hashlib
import mmap
import os
import struct
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = HERE.parent / ".fuzz"
KEPT = HERE / "data" / "fuzz"
SECONDS, MEGABYTES = 10, 1024
_SHARE = {
    **{"table.parquet": 0.5, "document.docx": 0.5, "table.xlsx": 0.5, "archive": 0.5, "case": 2.0, "reading": 2.0},
    **{"image.png": 0.5, "image.jpg": 0.5, "image.tif": 0.5, "scan.pdf": 0.5},
}
_ENTRIES = tuple(
    f"docscore.{name}"
    for name in (
        *("batch.corridor", "readers.assemble", "readers.exports", "recognise", "report.records"),
        *("readers.mail_eml", "readers.mail_msg", "readers.ocr", "readers.pdf_scan", "repair.decode"),
        *("privacy.masking", "privacy.pseudonyms"),
    )
)
_LONGEST = {"case": 3000, "reading": 3000, "document.pdf": 8000, "document.docx": 12000, "table.xlsx": 12000}


def main() -> int:
    """Run the targets; exit code 1 where something was found."""
    sys.path[:0] = [str(HERE), str(HERE.parent)]
    from fuzz_targets import TARGETS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", help="targets (default: all)")
    parser.add_argument("--runs", type=int, default=20_000, help="executions in total")
    parser.add_argument("--seconds", type=int, default=0, help="at most so long for each target")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--counter", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        return _child(arguments.child, arguments.counter, arguments.runs, arguments.seconds)
    try:
        import atheris  # noqa: F401
    except ImportError:
        print("atheris is not installed (pip install 'docscore[fuzz]'; Linux only): nothing was fuzzed.")
        return 0
    names = arguments.targets or list(TARGETS)
    weight = sum(_SHARE.get(name, 1.0) for name in names)
    total = found = 0
    for name in names:
        runs = round(arguments.runs * _SHARE.get(name, 1.0) / weight)
        began = time.monotonic()
        done, broken = _target(name, runs, arguments.seconds)
        total, found = total + done, found + broken
        print(f"{name:20} {done:8} executions  {time.monotonic() - began:6.0f} s  {broken} found", flush=True)
    print(f"{'':20} {total:8} executions, {found} found")
    return 1 if found else 0


def _target(name: str, runs: int, seconds: int) -> tuple[int, int]:
    """Run one target, again after every find; executions and finds."""
    from fuzz_seeds import seeds

    corpus, finds = WORK / name, WORK / "found" / name
    for folder in (corpus, finds):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in (*seeds(name), *(path.read_bytes() for path in sorted((KEPT / name).glob("*")))):
        (corpus / hashlib.sha256(seed).hexdigest()[:40]).write_bytes(seed)
    done = broken = 0
    while done < runs and broken < 20:
        counter = WORK / "counter"
        counter.write_bytes(bytes(8))
        command = [sys.executable, str(HERE / "fuzz_run.py"), "--child", name, "--counter", str(counter)]
        command += ["--runs", str(runs - done), "--seconds", str(seconds)]
        log = WORK / f"{name}.log"
        with log.open("wb") as stream:
            code = subprocess.run(command, stdout=stream, stderr=subprocess.STDOUT, check=False, cwd=WORK).returncode
        ran = struct.unpack("<Q", counter.read_bytes())[0]
        done += ran
        if code == 0 or ran == 0:
            if code:
                print(f"{name} does not run; see {log}")
                broken += 1
            break
        broken += 1
        log.rename(WORK / f"{name}.{broken}.log")
        for path in finds.iterdir():
            (KEPT / name).mkdir(parents=True, exist_ok=True)
            path.replace(KEPT / name / path.name)
    return done, broken


def _child(name: str, counter: str, runs: int, seconds: int) -> int:
    import atheris

    # What is instrumented is imported here for the first time.
    with atheris.instrument_imports(include=["docscore", "striprtf"], enable_loader_override=False):
        from importlib import import_module

        from docscore.readers.formats import FORMATS

        for module in (*_ENTRIES, *FORMATS.values()):
            import_module(module)
    from fuzz_targets import TARGETS

    target = TARGETS[name]
    with Path(counter).open("r+b") as stream:
        count = mmap.mmap(stream.fileno(), 8)
    number = 0

    def one(data: bytes) -> None:
        nonlocal number
        number += 1
        struct.pack_into("<Q", count, 0, number)
        began = time.monotonic()
        target(data)
        took = time.monotonic() - began
        assert took < SECONDS, f"one input took {took:.1f} s"

    corpus = WORK / name
    options = [
        f"-runs={runs}",
        f"-timeout={SECONDS}",
        f"-rss_limit_mb={MEGABYTES}",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    options += [f"-artifact_prefix={WORK / 'found' / name}{os.sep}", f"-max_len={_LONGEST.get(name, 6000)}"]
    options += [f"-max_total_time={seconds}"] if seconds else []
    words = _words(name)
    options += [f"-dict={words}"] if words else []
    atheris.Setup([sys.argv[0], *options, str(corpus)], one)
    atheris.Fuzz()
    return 0


def _words(name: str) -> Path | None:
    """A dictionary for the mutator: the words that the rules look for, and the marks of each format."""
    from fuzz_seeds import marks

    words = marks(name)
    if not words:
        return None
    path = WORK / f"{name}.dict"
    path.write_text("".join(f'"{_quoted(word)}"\n' for word in words), encoding="ascii")
    return path


def _quoted(word: str) -> str:
    return "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in word.encode()[:60])


if __name__ == "__main__":
    sys.exit(main())

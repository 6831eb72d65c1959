"""``make bench``: start-up, words a second in one process, and memory, on this machine.

The documents are the annotated ones, as a folder of case folders; for the memory they are repeated in a flat export.
Beside each figure stands spaCy's own on the same machine at the same moment, so that a slow machine is no excuse
and a fast one no merit.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCORE = """
import sys, time
from pathlib import Path
from docscore.cli import main
sys.argv = ["docscore", "score", sys.argv[1], "--out", sys.argv[2], "--no-html", "--workers", "1"]
start = time.perf_counter()
try:
    main()
except SystemExit:
    pass
seconds = time.perf_counter() - start
try:
    # Not getrusage: that counts what the parent held when it started this process.
    status = open("/proc/self/status", encoding="utf-8").read()
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
except (OSError, IndexError):
    peak = float("nan")
print(f"{seconds} {peak}")
"""
STATISTICS = """
import os, sys, time
start = time.perf_counter()
from docscore.cli import main
sys.stdout = open(os.devnull, "w", encoding="utf-8")
main(["statistics", *sys.argv[1:]])
seconds = time.perf_counter() - start
sys.stdout = sys.__stdout__
try:
    # Not getrusage: that counts what the parent held when it started this process.
    status = open("/proc/self/status", encoding="utf-8").read()
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
except (OSError, IndexError):
    peak = float("nan")
print(f"{seconds} {time.process_time()} {peak}")
"""
SPACY = """
import sys, time
from pathlib import Path
import spacy
texts = [path.read_text("utf-8") for path in sorted(Path(sys.argv[1]).glob("*/*.txt"))]
nlp = spacy.blank("da")
nlp.add_pipe("sentencizer")
start = time.perf_counter()
for text in texts:
    nlp(text)
print(time.perf_counter() - start)
"""


def timed(*command: str, rounds: int = 5) -> float:
    """Median wall time of a command, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def run(code: str, *arguments: str) -> list[float]:
    """The numbers that a Python program prints on its last line."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True)
    return [float(part) for part in done.stdout.split("\n")[-2].split()]


def make_cases(folder: Path) -> int:
    """Copy the annotated documents' texts as case folders; returns their words."""
    words = 0
    for case in sorted((ROOT / "annotations" / "cases").iterdir()):
        (folder / case.name).mkdir(parents=True)
        for path in case.glob("*.txt"):
            shutil.copy(path, folder / case.name)
            words += len(path.read_text("utf-8").split())
    return words


def make_export(cases: Path, path: Path, times: int) -> None:
    """The same documents ``times`` times as a flat export."""
    with path.open("w", encoding="utf-8") as out:
        for n in range(times):
            for text in sorted(cases.glob("*/*.txt")):
                row = {"case_id": f"{text.parent.name}-{n}", "kind": text.stem, "text": text.read_text("utf-8")}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")


def make_run(folder: Path, cases: int) -> None:
    """A run of so many cases as ``docscore score`` writes it: every checkpoint, with evidence, 98 municipalities."""
    from docscore.checkpoints import load_catalogue

    folder.mkdir()
    quote = (
        "Borger oplever selv, at det går fremad, og vil gerne prøve flere timer hos sin arbejdsgiver, hvis det holder."
    )
    lines = []
    for place, checkpoint in enumerate(load_catalogue()):
        for turn in range(5):
            status = ("dokumenteret", "ikke_dokumenteret", "dokumenteret", "kan_ikke_vurderes", "ikke_relevant")[turn]
            yes = status == "dokumenteret"
            rest = {
                "checkpoint": checkpoint.id,
                "document_id": f"dokument {place % 4}",
                "kind": checkpoint.kind,
                "status": status,
                "value": 90 + turn if checkpoint.measured and yes else None,
                "probability": 0.9371 if turn < 3 else None,
                "grade": 1 if yes else None,
                "review": turn == 2,
                "evidence": [{"start": 120, "end": 230, "text": quote}] if yes else [],
                "method": "model",
                "model": "standard",
                "reason": None if yes else "Dokumentet er ikke i sagen.",
            }
            lines.append(", " + json.dumps(rest, ensure_ascii=False)[1:] + "\n")
    with (folder / "decisions.jsonl").open("w", encoding="utf-8") as out, (folder / "cases.jsonl").open("w") as table:
        for n in range(cases):
            head = f'{{"case_id": "2021-{n:06d}"'
            out.write("".join(head + lines[k + (n * 7 + k // 5 * 3) % 5] for k in range(0, len(lines), 5)))
            case = {"case_id": f"2021-{n:06d}", "kommune": f"Kommune {n % 98}", "status": "fleksjob", "warnings": []}
            table.write(json.dumps(case) + "\n")


def parquet_of(run_folder: Path, folder: Path) -> None:
    """The same decisions as the Parquet file that ``--format parquet`` writes beside them."""
    from docscore.report.tables import ParquetWriter, decision_cells

    folder.mkdir()
    shutil.copy(run_folder / "cases.jsonl", folder)
    writer = ParquetWriter(lambda name: folder / name)
    with (run_folder / "decisions.jsonl").open(encoding="utf-8") as stream:
        for line in stream:
            writer.row("decisions", decision_cells(json.loads(line)))
    writer.close()


def bench_statistics(base: Path, cases: int = 100_000) -> None:
    """Print what figures over many cases take."""
    make_run(base / "mange", cases)
    size = (base / "mange" / "decisions.jsonl").stat().st_size / 1e9
    parquet_of(base / "mange", base / "parquet")
    print(f"statistics over {cases:,} cases x 60 decisions ({size:.1f} GB of JSONL; limit 10 s, 1,000 MB)")
    for name, folder in (("JSONL", "mange"), ("Parquet", "parquet")):
        for options in ([], ["--by", "kommune"]):
            seconds, cpu, peak = run(STATISTICS, str(base / folder), *options)
            said = f"{' '.join([name, *options]):24}"
            print(f"  {said} {seconds:5.1f} s ({cpu:.1f} s of processor time), peak {peak:,.0f} MB")


def main() -> None:
    """Print the figures; ``statistics`` as argument prints those of ``docscore statistics`` alone."""
    if "statistics" in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as name:
            bench_statistics(Path(name))
        return
    python = sys.executable
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        words = make_cases(base / "sager")
        one = next(iter(sorted((base / "sager").iterdir())))
        spacy_start = timed(python, "-c", "import spacy; spacy.blank('da')")
        print(f"import spacy; blank('da')   {spacy_start:.2f} s")
        check = timed(python, "-m", "docscore", "check", str(one))
        print(f"docscore check, 3 documents {check:.2f} s   (limit 1.2 x spaCy + 0.4 = {1.2 * spacy_start + 0.4:.2f})")
        print(f"docscore --help             {timed(python, '-m', 'docscore', '--help'):.2f} s   (limit 0.3)")
        speeds = []
        for n in range(3):
            seconds, peak = run(SCORE, str(base / "sager"), str(base / f"ud{n}"))
            (own,) = run(SPACY, str(base / "sager"))
            speeds.append((words / seconds, words / own))
        fast, other = (statistics.median(column) for column in zip(*speeds, strict=True))
        print(f"score, one process          {fast:,.0f} words/s cold, model loading included ({words:,} words)")
        print(f"spaCy tokenizer+sentencizer {other:,.0f} words/s cold")
        for times in (1, 8):
            make_export(base / "sager", base / f"eksport{times}.jsonl", times)
            seconds, peak = run(SCORE, str(base / f"eksport{times}.jsonl"), str(base / f"stor{times}"))
            print(f"score, {times * words:>9,} words     {times * words / seconds:,.0f} words/s, peak {peak:,.0f} MB")
        bench_statistics(base)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()

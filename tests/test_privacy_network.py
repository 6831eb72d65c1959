"""No network and no temporary copies: score, check and train run with sockets and the temporary folder refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from learn_support import write_corpus
from scan_support import PROSE, needs_tesseract, picture, program_folder, scan_pdf, typed

from docscore.readers.guard_worker import close_worker, isolated, read_guarded

ROOT = Path(__file__).parents[1]
posix = pytest.mark.skipif(os.name != "posix", reason="limits of the system that Windows does not have")

# Refuses every connection, every look-up, and every file outside what was named; in worker processes too, for it is run
# whenever Python starts.
GUARD = """
import os, socket, sys, tempfile

ALLOWED = os.environ["ALLOWED"]

def refused(*a, **k):
    raise AssertionError("docscore asked for the network")

class Refused(socket.socket):
    def __init__(self, family=-1, *a, **k):
        # Worker processes talk to their parent by pipes; only Windows uses a local socket for it.
        if family not in (-1, getattr(socket, "AF_UNIX", -1)):
            refused()
        super().__init__(family, *a, **k)
    connect = connect_ex = sendto = refused

socket.socket = Refused
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refused

def temporary(*a, **k):
    raise AssertionError("docscore asked for a temporary file")

for name in ("mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "TemporaryDirectory"):
    setattr(tempfile, name, temporary)

def hook(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"}:
        refused()
    # A number is a pipe between processes.
    if event == "open" and isinstance(arguments[0], str) and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        place = arguments[0]
        assert place.startswith(ALLOWED) or place == "/dev/null", f"wrote outside the output folder: {place}"
sys.addaudithook(hook)
"""
RUN = """
import os
from docscore.cli import main
for arguments in {arguments!r}:
    code = main(arguments)
    assert code in (0, 1), (arguments, code)
for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
    assert os.environ[name] == "1"
print("ALT KØRT")
"""


def ran(commands: list[list[str]], allowed: Path, prefix: tuple[str, ...] = ()) -> None:
    guard = allowed / "vagt"
    guard.mkdir(exist_ok=True)
    (guard / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    code = RUN.format(arguments=commands)
    environment = {**os.environ, "HF_HUB_OFFLINE": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8"}
    environment |= {"PYTHONPATH": os.pathsep.join([str(guard), str(ROOT)]), "ALLOWED": str(allowed)}
    environment["DOCSCORE_DEBUG"] = "1"
    done = subprocess.run(
        [*prefix, sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "ALT KØRT" in done.stdout


def commands_for(folder: Path) -> list[list[str]]:
    examples = ROOT / "examples" / "sager"
    one = next(path for path in sorted(examples.iterdir()) if path.is_dir())
    formats = [part for name in ("csv", "xlsx", "parquet") for part in ("--format", name)]
    return [
        ["score", str(examples), "--out", str(folder / "ud"), *formats],
        ["check", str(one)],
        ["kinds", str(one)],
        ["statistics", str(folder / "ud"), "--xlsx", str(folder / "tal.xlsx")],
    ]


def test_score_and_check_ask_no_network_and_leave_no_temporary_file(tmp_path):
    ran(commands_for(tmp_path), tmp_path)


def scanned_case(folder: Path) -> Path:
    """A case of one scanned page."""
    folder.mkdir()
    (folder / "indstilling.pdf").write_bytes(scan_pdf(picture(typed("Rehabiliteringsteamets indstilling", *PROSE))))
    return folder


def private(folder: Path) -> tuple[dict[str, str], list[Path]]:
    """An environment in which whatever asks for a place of its own gets an empty one, and those places."""
    places = {name: folder / name.lower() for name in ("TMPDIR", "TEMP", "TMP", "HOME")}
    for place in places.values():
        place.mkdir()
    return {name: str(place) for name, place in places.items()}, [*places.values()]


@needs_tesseract
@posix
def test_scans_are_scored_without_a_copy_of_a_page(tmp_path, monkeypatch):
    case = scanned_case(tmp_path / "sag")
    environment, places = private(tmp_path)
    for name, place in environment.items():
        monkeypatch.setenv(name, place)
    ran([["score", str(case), "--out", str(tmp_path / "ud")]], tmp_path)
    (line,) = (tmp_path / "ud" / "cases.jsonl").read_text("utf-8").splitlines()
    (document,) = json.loads(line)["documents"]
    assert document["ocr_engine"].startswith("tesseract")
    assert not any(any(place.iterdir()) for place in places)


@needs_tesseract
@posix
def test_check_writes_no_file_at_all(tmp_path):
    """Not of a scan either: the system is told to refuse every byte that is written to a file."""
    import resource

    case = scanned_case(tmp_path / "sag")
    environment, places = private(tmp_path)
    work = tmp_path / "her"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "docscore", "check", str(case)],
        cwd=work,
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )
    assert done.returncode in (0, 1), done.stderr[-500:]
    assert "løfte over 5 kg" in " ".join(done.stdout.decode().split())
    assert not any(any(place.iterdir()) for place in (*places, work))


@posix
def test_what_reads_a_document_can_write_no_file(tmp_path, monkeypatch):
    """A Tesseract that keeps a copy of the page: it is stopped, and the page is named as unread."""
    copy = tmp_path / "kopi"
    lists = 'case "$1" in --version) echo "tesseract 5.9.1"; exit;; --list-langs) echo Latin; exit;; esac'
    program_folder(tmp_path / "bin", f'{lists}\ncat > "{copy}" || exit 1\necho "<html/>"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    close_worker()
    try:
        with isolated():
            found = read_guarded(scan_pdf(picture(typed(*PROSE))), "a.pdf")
    finally:
        close_worker()
    assert copy.exists() and copy.stat().st_size == 0
    assert any("side 1" in note and "ikke læst" in note for note in found.notes)


@pytest.mark.slow
def test_train_asks_no_network(tmp_path):
    corpus = write_corpus(tmp_path / "korpus")
    ran([["train", str(corpus), "--out", str(tmp_path / "model")]], tmp_path)


@pytest.mark.slow
def test_all_of_it_runs_where_there_is_no_network(tmp_path):
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespaces here")
    corpus = write_corpus(tmp_path / "korpus")
    train = ["train", str(corpus), "--out", str(tmp_path / "model")]
    score = ["score", str(ROOT / "examples" / "sager"), "--out", str(tmp_path / "ud2"), "--workers", "2"]
    ran([*commands_for(tmp_path), score, train], tmp_path, (unshare, "-rn"))


def test_the_guard_of_these_tests_bites(tmp_path):
    ran([["--version"]], tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "vagt"), "ALLOWED": str(tmp_path)}
    for code in (
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
        "import tempfile; tempfile.mkstemp()",
        f"open({str(tmp_path.parent / 'udenfor')!r}, 'w')",
    ):
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1 and "AssertionError" in done.stderr, code

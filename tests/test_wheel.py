"""A built wheel works from an empty folder: it carries the model, the catalogue and the examples."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_wheel_runs_the_demo_from_an_empty_folder(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(tmp_path / "dist"),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("docscore-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "site")
    assert {
        "docscore/py.typed",
        "docscore/checkpoints/catalogue.toml",
        "docscore/language/data/classes.toml",
        "docscore/_models/default/weights.npz",
        "docscore/_models/default/card.json",
        "docscore/_models/default/SHA256SUMS",
    } <= names
    assert not [name for name in names if name.startswith(("tests/", "training/", "annotations/"))]
    empty = tmp_path / "tom"
    empty.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "docscore", "demo", "--out", "ud"],
        cwd=empty,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "rapport.html" in done.stdout
    assert (empty / "ud" / "decisions.jsonl").stat().st_size > 10_000

"""The data card says what the corpus holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from learn_support import write_corpus

from docscore.errors import AnnotationError
from docscore.learn.agreement import agreement, load_pairs
from training.data_card import agreement_markdown, refreshed, with_block

ROOT = Path(__file__).resolve().parents[1]
PAGE = (
    "# Kort\n\n<!-- data -->\ngammelt\n<!-- /data -->\n\nImellem.\n\n<!-- agreement -->\n<!-- /agreement -->\nSlut.\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "annotations")


def _second_reader(root: Path) -> None:
    for path in list((root / "cases").glob("*/labels.*.json")):
        raw = json.loads(path.read_text("utf-8")) | {"annotator": "laeser_a"}
        raw["documents"]["jobsamtale.txt"]["topics"]["progression"] = {
            "documented": False,
            "grade": "slet_ikke",
            "evidence": [],
        }
        (path.parent / "labels.laeser_a.json").write_text(json.dumps(raw, ensure_ascii=False), "utf-8")


def test_blocks_are_replaced_and_the_rest_is_kept(root: Path) -> None:
    page = refreshed(PAGE, root)
    assert page.startswith("# Kort\n\n<!-- data -->\n6 cases by 3 writers: 18 documents (6 `forberedende_del`, ")
    assert "gammelt" not in page
    assert page.endswith("<!-- /agreement -->\nSlut.\n")
    assert "\n<!-- /data -->\n\nImellem.\n\n<!-- agreement -->\n" in page
    assert "| progression | 50 % | 50 % | 50 % | 0 | 0 |" in page
    assert "| skaanehensyn | 50 % | 50 % | 50 % | 1 | 1 |" in page
    assert "No document has been annotated by two yet" in page
    assert refreshed(page, root) == page


def test_a_case_counts_once_however_many_annotated_it(root: Path) -> None:
    before = refreshed(PAGE, root).split("<!-- /data -->")[0]
    _second_reader(root)
    page = refreshed(PAGE, root)
    assert page.split("<!-- /data -->")[0] == before
    assert "18 documents were labelled by two or more" in page
    rows = [line for line in page.splitlines() if line.startswith("| progression | jobsamtale | 6 | 6 | 0.50 | ")]
    assert len(rows) == 1
    assert rows[0].endswith(" | – |")  # no two readers


def test_full_agreement_is_not_claimed_by_rounding(root: Path) -> None:
    _second_reader(root)
    summary = agreement(load_pairs(root), rounds=10)
    summary["rows"][0]["kappa"] = 0.9987
    summary["rows"][0]["agreement"] = 1.0
    line = next(line for line in agreement_markdown(summary).splitlines() if line.startswith("| borgerens_perspektiv"))
    assert "| 1.00 | > 0.99 |" in line


def test_tables_have_as_many_cells_as_their_heads(root: Path) -> None:
    _second_reader(root)
    width = 0
    for line in refreshed(PAGE, root).splitlines():
        if line.startswith("|"):
            width = width or line.count("|")
            assert line.count("|") == width, line
        else:
            width = 0


@pytest.mark.parametrize("page", ["", "<!-- data -->", "<!-- /data -->"])
def test_a_page_without_the_marks_is_refused(page: str) -> None:
    with pytest.raises(AnnotationError, match="data"):
        with_block(page, "data", "x")


def test_it_writes_the_card_in_place(root: Path) -> None:
    (root / "README.md").write_text(PAGE, "utf-8")
    for said in ("refreshed", "up to date"):
        done = subprocess.run(
            [sys.executable, "-m", "training.data_card"],
            cwd=root.parent,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        assert said in done.stderr
    assert (root / "README.md").read_text("utf-8") == refreshed(PAGE, root)


@pytest.mark.slow
def test_the_bundled_card_is_up_to_date() -> None:
    """Otherwise: ``python -m training.data_card``."""
    page = (ROOT / "annotations" / "README.md").read_text("utf-8")
    assert refreshed(page, ROOT / "annotations") == page

"""What the README says of itself must stay true."""

from __future__ import annotations

import re
from pathlib import Path

from docscore.checkpoints import load_catalogue
from docscore.checkpoints.table import checkpoint_table_markdown

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_table_of_checkpoints_is_the_catalogues() -> None:
    table = README.split("<!-- checkpoints -->")[1].split("<!-- /checkpoints -->")[0]
    assert table.strip() == checkpoint_table_markdown(load_catalogue(), "en").strip()


def test_links_and_files_exist() -> None:
    for page in (README, (ROOT / "CONTRIBUTING.md").read_text("utf-8")):
        for target in re.findall(r"\]\(([^)#][^)]*)\)", page):
            assert target.startswith("http") or (ROOT / target).exists(), target


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"make ([a-z]+)\b(?= {2,}#|`|$)", (ROOT / page).read_text("utf-8"), re.MULTILINE))
        assert named <= targets, named - targets

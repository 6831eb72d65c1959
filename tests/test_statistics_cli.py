"""``docscore statistics`` and the help and wrong use of the commands of figures."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from statistics_support import CHECKPOINTS, IR, KIV, NO, YES, write_run

from docscore.cli import main

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "docscore" / "statistics" / "data"


@pytest.fixture
def run(tmp_path):
    statuses = (YES, NO, YES, KIV, IR)
    answers = {
        f"2021-{n:04d}": {name: statuses[(n * 7 + k) % 5] for k, name in enumerate(CHECKPOINTS) if k != 9}
        for n in range(60)
    }
    for n, given in enumerate(answers.values()):
        given["fd.varighed_til_moede"] = (YES, 60 + n)
    cases = {
        name: {"kommune": ("Ørby", "Ålev", "Zeby")[n % 3], "status": "fleksjob" if n % 2 else "ledighedsydelse"}
        for n, name in enumerate(answers)
    }
    return write_run(tmp_path / "run", answers, cases)


@pytest.mark.parametrize("command", ["statistics", "sample", "estimate", "agreement"])
def test_help_is_in_one_language(command, capsys):
    assert main([command, "--help"]) == 0
    danish = capsys.readouterr().out
    assert main([command, "--help", "--lang", "en"]) == 0
    english = capsys.readouterr().out
    assert not re.search(r"\b(Usage|Options|Show|Arguments|default|required)\b", danish)
    assert not re.search(r"[æøåÆØÅ]", english)
    assert max(map(len, (danish + english).splitlines())) <= 100


def test_both_languages_say_the_same():
    texts = {language: tomllib.loads((DATA / f"{language}.toml").read_text("utf-8")) for language in ("da", "en")}
    keys = {language: [f"{g}.{k}" for g, table in found.items() for k in table] for language, found in texts.items()}
    assert keys["da"] == keys["en"]
    for group, table in texts["da"].items():
        for key, text in table.items():
            fields = re.findall(r"\{(\w+)\}", text)
            assert sorted(set(fields)) == sorted(set(re.findall(r"\{(\w+)\}", texts["en"][group][key]))), key
            assert not re.search(r"[æøåÆØÅ]", texts["en"][group][key]), key


def test_all_files(run, tmp_path, capsys):
    names = {kind: tmp_path / f"tal.{kind}" for kind in ("json", "csv", "xlsx", "html")}
    options = [part for kind, path in names.items() for part in (f"--{kind}", str(path))]
    assert main(["statistics", str(run), "--by", "kommune", "--by", "status", *options]) == 0
    said = capsys.readouterr().out
    assert "Ørby" in said
    assert "efter Holm" in " ".join(said.split())
    found = json.loads(names["json"].read_text("utf-8"))
    assert found["cases"] == 60
    assert {row["by"] for row in found["shares"]} == {None, "kommune", "status"}
    with names["csv"].open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    assert len(rows) == len(found["shares"])
    for row, other in zip(rows, found["shares"], strict=True):
        assert row["figure"] == other["figure"]
        assert row["share"].replace(",", ".") == ("" if other["share"] is None else repr(other["share"]))
    from openpyxl import load_workbook

    book = load_workbook(names["xlsx"])
    assert book.sheetnames == ["Andele", "Dage"]
    assert book["Andele"].max_row == len(rows) + 1
    page = names["html"].read_text("utf-8")
    assert page.count("<svg") > 50
    assert "<script" not in page
    if os.name == "posix":
        assert {path.stat().st_mode & 0o077 for path in names.values()} == {0}


def test_two_runs_give_the_same_bytes(run, tmp_path):
    for name in ("a", "b"):
        files = ["--json", str(tmp_path / f"{name}.json"), "--html", str(tmp_path / f"{name}.html")]
        assert main(["statistics", str(run), "--by", "kommune", *files]) == 0
    for kind in ("json", "html"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_english_and_one_checkpoint(run, capsys):
    arguments = ["statistics", str(run), "--checkpoint", "ind.progression", "--correction", "bh", "--lang", "en"]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "Recommendation: progression" in said
    assert "after Benjamini-Hochberg" in " ".join(said.split())
    assert "accommodations" not in said
    assert not re.search(r"[æøå]", said)


def test_groups_stand_in_the_order_of_the_alphabet_never_of_their_shares(run, capsys):
    main(["statistics", str(run), "--by", "kommune", "--checkpoint", "ind.progression"])
    said = capsys.readouterr().out
    assert said.index("Zeby") < said.index("Ørby") < said.index("Ålev")
    assert "Rangordn ikke" in said


def test_measured_days(run, capsys):
    main(["statistics", str(run)])
    line = next(line for line in capsys.readouterr().out.splitlines() if "dage fra start til møde" in line)
    assert re.search(r"89,5 +90 +75-104 +60 +0", line)


@pytest.mark.parametrize(
    "arguments",
    [
        ["statistics", "findes-ikke"],
        ["statistics", "RUN", "--by", "hold"],
        ["statistics", "RUN", "--as", "andet"],
        ["statistics", "RUN", "--correction", "bonferroni"],
        ["statistics", "RUN", "--checkpoint", "ind.nyt"],
        ["statistics", "RUN", "--cases", "findes-ikke.csv", "--by", "team"],
        ["statistics", "RUN", "--json", "ingen/mappe.json"],
        ["estimate", "--decisions", "RUN"],
        ["estimate", "--decisions", "RUN", "--own", "findes-ikke.csv"],
        ["agreement", "RUN"],
        ["agreement", "RUN", "findes-ikke.csv"],
    ],
)
def test_wrong_use_is_one_line_and_writes_nothing(run, tmp_path, monkeypatch, capsys, arguments):
    monkeypatch.chdir(tmp_path)
    assert main([str(run) if argument == "RUN" else argument for argument in arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "docscore gik i stå" not in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_start_up_of_help_imports_nothing_slow():
    code = (
        "import sys\nfrom docscore.cli import main\nmain(['statistics', '--help'])\n"
        "slow = {'pandas', 'scipy', 'pyarrow', 'numpy', 'openpyxl', 'jinja2', 'spacy', 'torch'}\n"
        "print(sorted(slow & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"

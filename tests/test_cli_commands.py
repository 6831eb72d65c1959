from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import docscore
from docscore.checkpoints import load_catalogue
from docscore.cli import main
from docscore.cli.app import build
from docscore.errors import ExitCode
from docscore.report.texts import load_texts

ROOT = Path(__file__).resolve().parents[1]
INDSTILLING = (
    "Rehabiliteringsteamets indstilling\n\nMøde den 4. maj 2021.\n\n"
    "Teamet indstiller til fleksjob. Der skal være faste pauser hver anden time, og borger kan ikke løfte over 5 kg.\n"
    "Borger, CPR 010190-1234, oplever selv, at hun er blevet glad for at komme ud blandt andre, og vil gerne i gang.\n"
    "Timetallet forventes at kunne øges fra 6 til 10 timer inden for et år.\n"
)


@pytest.fixture
def case(tmp_path):
    folder = tmp_path / "sager" / "2021-0147"
    folder.mkdir(parents=True)
    (folder / "indstilling æøå.txt").write_text(INDSTILLING, encoding="utf-8")
    return folder


def docscore_process(*arguments, **more):
    command = [sys.executable, "-m", "docscore", *map(str, arguments)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", **more.pop("env", {})}
    return subprocess.run(command, cwd=ROOT, capture_output=True, env=environment, check=False, **more)


# Start-up


@pytest.mark.parametrize("arguments", [["--help"], ["score", "--help"], ["check", "CASE"], ["kinds", "CASE"]])
def test_start_up_imports_nothing_slow(case, arguments):
    code = (
        "import sys\nfrom docscore.cli import main\nmain(sys.argv[1:])\n"
        "slow = {'pandas', 'sklearn', 'torch', 'spacy', 'scipy', 'transformers', 'pyarrow', 'openpyxl', 'docx'}\n"
        "print(sorted(slow & set(sys.modules)), file=sys.stderr)"
    )
    given = [str(case) if argument == "CASE" else argument for argument in arguments]
    done = subprocess.run(
        [sys.executable, "-c", code, *given], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stderr.strip() == "[]"


def test_help_needs_no_numpy_and_no_catalogue():
    code = (
        "import sys\nfrom docscore.cli import main\nmain(['--help'])\n"
        "slow = {'numpy', 'rich', 'docscore.checkpoints', 'docscore.readers'}\n"
        "print(sorted(slow & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


# Help


def commands_of(command, path="docscore"):
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands_of(child, f"{path} {name}")


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_command_and_parameter_has_help(language):
    found = dict(commands_of(build(load_texts(language))))
    assert set(found) == {
        "docscore",
        *(
            f"docscore {name}"
            for name in ("score", "check", "kinds", "demo", "pseudonymise", "purge", "train", "evaluate", "model")
        ),
        "docscore model info",
        "docscore model export",
        "docscore annotations",
        "docscore annotations validate",
        *(f"docscore annotations {name}" for name in ("agreement", "export", "import", "suggest", "errors")),
        "docscore model compare",
        *(f"docscore {name}" for name in ("statistics", "sample", "estimate", "agreement")),
    }
    for path, command in found.items():
        assert command.help, path
        for parameter in command.params:
            assert parameter.help, f"{path} {parameter.name}"


@pytest.mark.parametrize("command", [[], ["score"], ["check"], ["kinds"], ["demo"], ["train"], ["model", "info"]])
def test_help_is_in_one_language(command, capsys):
    assert main([*command, "--help"]) == 0
    danish = capsys.readouterr().out
    assert main([*command, "--help", "--lang", "en"]) == 0
    english = capsys.readouterr().out
    assert "Brug:" in danish
    assert "Tilvalg:" in danish
    assert not re.search(r"\b(Usage|Options|Show|Arguments|default|required)\b", danish)
    assert "Usage:" in english
    assert not re.search(r"[æøåÆØÅ]", english)
    assert max(map(len, (danish + english).splitlines())) <= 100


def test_language_from_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("DOCSCORE_LANG", "en")
    main([])
    assert "Usage:" in capsys.readouterr().out
    main(["--lang", "da", "--help"])
    assert "Brug:" in capsys.readouterr().out


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"docscore {docscore.__version__}\n"


# Wrong use


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["score"], "mangler"),
        (["score", "x"], "--out"),
        (["scor"], "scor findes ikke"),
        (["score", "--ud"], "--ud findes ikke"),
        (["score", "x", "--out", "y", "--workers", "mange"], "--workers"),
        (["score", "x", "--out", "y", "--workers", "0"], "--workers"),
        (["score", "x", "--out", "y", "--format", "doc"], "doc findes ikke"),
        (["score", "x", "--out", "y", "--columns", "sagsnr"], "egetnavn=kontraktnavn"),
        (["check", "x", "--lang", "fr"], "fr findes ikke"),
        (["model"], "Angiv en kommando"),
        (["model", "inof"], "inof findes ikke"),
        (["check", "findes ikke"], "findes ikke"),
        (["score", "findes ikke", "--out", "y"], "findes ikke"),
        (["model", "info", "findes ikke"], "findes ikke"),
    ],
)
def test_wrong_use_is_one_danish_sentence(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == ExitCode.USAGE
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert shown.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_wrong_use_in_english(capsys):
    assert main(["scor", "--lang", "en"]) == 2
    assert capsys.readouterr().err == "There is no command scor. See `docscore --help`.\n"


def test_an_error_message_cannot_steer_the_terminal(capsys):
    assert main(["check", "x\x1b[2J 010190-1234"]) == 2
    said = capsys.readouterr().err
    assert "\x1b" not in said
    assert "1234" not in said


def test_a_fault_shows_no_traceback_and_no_text(case, monkeypatch, capsys):
    def broken(*a, **k):
        raise RuntimeError("hemmelig borger")

    monkeypatch.delenv("DOCSCORE_DEBUG", raising=False)
    monkeypatch.setattr("docscore.report.console.feedback", broken)
    assert main(["check", str(case)]) == 2
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "hemmelig" not in said
    monkeypatch.setenv("DOCSCORE_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main(["check", str(case)])


# score


def test_score_and_its_exit_codes(case, tmp_path, capsys):
    out = tmp_path / "ud"
    assert main(["score", str(case.parent), "--out", str(out)]) == 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "1 sag er bedømt." in shown.err
    (case / "i stykker.pdf").write_bytes(b"%PDF-1.7 nej")
    assert main(["score", str(case.parent), "--out", str(out)]) == ExitCode.PROBLEMS
    assert "problems.jsonl" in capsys.readouterr().err
    problems = (out / "problems.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["file"] for line in problems] == ["2021-0147/i stykker.pdf"]
    text = (out / "decisions.jsonl").read_text("utf-8")
    assert len(text.splitlines()) == len(load_catalogue())
    assert "010190" not in text


def test_unreadable_input_writes_nothing(tmp_path, capsys):
    (tmp_path / "tom").mkdir()
    assert main(["score", str(tmp_path / "tom"), "--out", str(tmp_path / "ud")]) == 2
    assert not (tmp_path / "ud").exists()
    assert capsys.readouterr().err.count("\n") == 1


def test_evidence_points_into_the_text(case, tmp_path):
    from docscore.readers import read_case

    main(["score", str(case.parent), "--out", str(tmp_path / "ud")])
    text = read_case(case).documents[0].text
    decisions = [json.loads(line) for line in (tmp_path / "ud" / "decisions.jsonl").read_text("utf-8").splitlines()]
    quotes = [quote for decision in decisions for quote in decision["evidence"]]
    assert quotes
    for quote in quotes:
        assert text[quote["start"] : quote["end"]].replace("010190-1234", "ddmmåå-xxxx") == quote["text"]


@pytest.mark.slow
def test_workers_give_the_same_bytes(case, tmp_path):
    for n in range(6):
        copy = case.parent / f"sag {n}"
        copy.mkdir()
        (copy / "indstilling.txt").write_text(INDSTILLING * (n + 1), encoding="utf-8")
    written = []
    for workers in ("1", "3"):
        out = tmp_path / f"ud{workers}"
        done = docscore_process("score", case.parent, "--out", out, "--workers", workers)
        assert done.returncode == 0
        written.append([(out / name).read_bytes() for name in ("decisions.jsonl", "cases.jsonl", "rapport.html")])
    assert written[0] == written[1]


# check, kinds, model info, demo


def test_check_prints_feedback_and_exits_0(case, capsys):
    (case / "i stykker.docx").write_bytes(b"nej")
    assert main(["check", str(case)]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("Sag")
    assert "2021-0147" in shown.out
    assert "indstilling (4.5.2021)" in shown.out
    assert "LOVKRAV" in shown.out
    assert "i stykker.docx" in shown.out
    assert "010190" not in shown.out
    assert max(map(len, shown.out.splitlines())) <= 100


def test_check_json_is_the_decisions_of_score(case, tmp_path, capsys):
    main(["score", str(case.parent), "--out", str(tmp_path / "ud")])
    capsys.readouterr()
    assert main(["check", str(case), "--json"]) == 0
    printed = capsys.readouterr().out
    assert printed == (tmp_path / "ud" / "decisions.jsonl").read_text("utf-8")


def test_kinds_says_why(case, capsys):
    assert main(["kinds", str(case)]) == 0
    printed = capsys.readouterr().out
    assert "indstilling" in printed
    assert "2021-05-04" in printed
    assert "(" in printed.splitlines()[2]


def test_model_info(capsys):
    assert main(["model", "info"]) == 0
    printed = capsys.readouterr().out
    assert "default@" in printed
    assert re.search(r"\b[0-9a-f]{64}\b", printed)


def test_demo_prints_scores_and_files(case, tmp_path, monkeypatch, capsys):
    (case / "i stykker.pdf").write_bytes(b"%PDF-1.7 nej")
    monkeypatch.setattr("docscore.cli.commands.examples", lambda texts: case.parent)
    out = tmp_path / "demo"
    assert main(["demo", "--out", str(out)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].split()[:2] == ["Sag", "Dokumenter"]
    assert any("2021-0147" in line for line in printed)
    assert any("problems.jsonl" in line for line in printed)
    assert any(str(out) in line for line in printed)
    assert "rapport.html" in printed[-1]
    assert (out / "resultat.xlsx").is_file()


# Streams


def test_a_windows_1252_console(case):
    (case / "indstilling æøå.txt").write_text(INDSTILLING.replace("løfte over", "løfte ≥"), encoding="utf-8")
    plain = docscore_process("check", case, env={"PYTHONIOENCODING": "cp1252"})
    assert (plain.returncode, plain.stderr) == (0, b"")
    assert "Skånehensyn".lower() in plain.stdout.decode("cp1252").lower()
    machine = docscore_process("check", case, "--json", env={"PYTHONIOENCODING": "cp1252"})
    decisions = [json.loads(line) for line in machine.stdout.splitlines()]
    assert any("≥" in quote["text"] for decision in decisions for quote in decision["evidence"])


@pytest.mark.skipif(os.name != "posix", reason="pipes close differently")
@pytest.mark.parametrize("command", [["check"], ["check", "--json"], ["kinds"]])
def test_a_closed_pipe_is_no_error(case, command):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "docscore", command[0], str(case), *command[1:]],
        cwd=ROOT,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_pipe_gets_no_progress_bar(case, tmp_path):
    done = docscore_process("score", case.parent, "--out", tmp_path / "ud")
    assert b"\x1b" not in done.stderr
    assert b"\r" not in done.stderr.replace(b"\r\n", b"\n")

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import job_fakes
import pytest
from job_fakes import Factory, Source, case_of, sources

import docscore
from docscore.batch import job as job_module
from docscore.batch import pool
from docscore.batch.job import Job, run_job
from docscore.batch.output import OutputFolder
from docscore.batch.pool import score_sources
from docscore.case import Case, Problem
from docscore.errors import InputError, OutputError
from docscore.readers import iter_sources
from docscore.report.records import CaseRecord, case_record

ROOT = Path(__file__).resolve().parents[1]


def names(items):
    return [item.file if isinstance(item, Problem) else item.case["case_id"] for item in items]


@pytest.fixture
def fake_run(monkeypatch):
    """run_job with the stand-in model; ``feed`` sets the sources."""
    fed: list[object] = []
    monkeypatch.setattr(job_module, "load_model", lambda path: job_fakes.Model())
    monkeypatch.setattr(job_module, "CorridorFactory", lambda model, masking=True: Factory())
    monkeypatch.setattr("docscore.readers.iter_sources", lambda *a, **k: iter(fed))
    return fed


# One process


def test_results_come_in_input_order_with_problems_between():
    fed = [*sources("pauser"), Problem("x.pdf", None, "ulæselig."), Source("s9", (case_of("s9"),))]
    assert names(score_sources(fed, Factory())) == ["s0", "x.pdf", "s9"]


def test_a_crashing_case_is_a_problem_without_its_text():
    found = list(score_sources(sources("pauser", "GÅ I STYKKER 010190-1234", "pauser"), Factory()))
    assert names(found) == ["s0", "s1", "s2"]
    problem = found[1]
    assert isinstance(problem, Problem)
    assert "RuntimeError" in problem.reason
    assert "STYKKER" not in problem.reason
    assert "hemmeligt" not in problem.reason


def test_a_source_that_cannot_be_loaded_is_a_problem():
    found = list(score_sources([Source("i stykker.zip", (), broken="ups"), *sources("pauser")], Factory()))
    assert names(found) == ["i stykker.zip", "s0"]


def test_sources_are_taken_one_at_a_time():
    taken = []

    def feed():
        for source in sources(*["pauser"] * 50):
            taken.append(source.label)
            yield source

    items = score_sources(feed(), Factory())
    next(items)
    assert taken == ["s0"]


# Several processes


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same_records():
    fed = [*sources(*["pauser LANGSOMT", "intet", "pauser"] * 4), Problem("p", 3, "nej.")]
    one = list(score_sources(fed, Factory(), 1))
    three = list(score_sources(fed, Factory(), 3))
    assert one == three


@pytest.mark.slow
@pytest.mark.parametrize(("patience", "started"), [(0.0, True), (60.0, False)])
def test_a_long_run_goes_on_in_several_processes(monkeypatch, patience, started):
    asked = []
    several = pool._parallel

    def parallel(waiting, factory, workers):
        asked.append(workers)
        yield from several(waiting, factory, workers)

    monkeypatch.setattr(pool, "_parallel", parallel)
    monkeypatch.setattr(pool, "PATIENCE", patience)
    monkeypatch.setattr(pool, "processors", lambda: 2)
    fed = [*sources(*["pauser", "intet"] * 4), Problem("p", 3, "nej.")]
    assert list(score_sources(fed, Factory(), None)) == list(score_sources(fed, Factory()))
    assert asked == ([2] if started else [])


def test_no_process_is_started_for_nothing_more(monkeypatch):
    monkeypatch.setattr(pool, "_parallel", None)
    monkeypatch.setattr(pool, "PATIENCE", 0.0)
    monkeypatch.setattr(pool, "processors", lambda: 2)
    assert names(score_sources(sources("pauser"), Factory(), None)) == ["s0"]


@pytest.mark.slow
def test_submission_is_bounded():
    taken = []

    def feed():
        for source in sources(*["pauser"] * 100):
            taken.append(source.label)
            yield source

    items = score_sources(feed(), Factory(), 2)
    next(items)
    assert len(taken) <= 10
    items.close()


@pytest.mark.slow
def test_a_dying_worker_costs_its_own_case_only():
    group = Source("gruppe", (case_of("g1"), case_of("g2", "DØ"), case_of("g3")))
    fed = [*sources("pauser", "DØ", "pauser"), group, Source("fil.zip", (), broken="die"), *sources("pauser")]
    found = list(score_sources(fed, Factory(), 2))
    assert names(found) == ["s0", "s1", "s2", "g1", "g2", "g3", "fil.zip", "s0"]
    assert [place for place, item in enumerate(found) if isinstance(item, Problem)] == [1, 4, 6]


# The folder


def test_a_run_writes_the_contract(tmp_path, fake_run):
    fake_run += [*sources("pauser og ro", "intet"), Problem("x.pdf", 2, "ulæselig.")]
    seen = []
    summary = run_job(Job(tmp_path / "ind", tmp_path / "ud"), lambda record: seen.append(record.case["case_id"]))
    assert seen == ["s0", "s1"]
    assert (summary.cases, summary.problems) == (2, 1)
    out = tmp_path / "ud"
    assert {path.name for path in out.iterdir()} == {
        "decisions.jsonl",
        "cases.jsonl",
        "problems.jsonl",
        "run.json",
        "rapport.html",
    }
    decisions = [json.loads(line) for line in (out / "decisions.jsonl").read_text("utf-8").splitlines()]
    assert list(decisions[0]) == [
        "case_id",
        "checkpoint",
        "document_id",
        "kind",
        "status",
        "value",
        "probability",
        "grade",
        "review",
        "evidence",
        "method",
        "model",
        "reason",
    ]
    hit = next(d for d in decisions if d["status"] == "dokumenteret")
    assert hit["evidence"] == [{"start": 0, "end": 12, "text": "pauser og ro"}]
    assert hit["model"] == "attrap@1"
    cases = [json.loads(line) for line in (out / "cases.jsonl").read_text("utf-8").splitlines()]
    assert list(cases[0]) == ["case_id", "kommune", "status", "score", "documents", "warnings"]
    assert list(cases[0]["score"]) == ["alle", "lovkrav", "kvalitet", "temaer"]
    assert list(cases[0]["documents"][0]) == [
        "document_id",
        "kind",
        "date",
        "file",
        "sha256",
        "pages",
        "ocr",
        "ocr_pages",
        "ocr_engine",
        "duplicate_of",
    ]
    problems = [json.loads(line) for line in (out / "problems.jsonl").read_text("utf-8").splitlines()]
    assert problems == [{"file": "x.pdf", "row": 2, "reason": "ulæselig."}]
    run = json.loads((out / "run.json").read_text("utf-8"))
    assert run["counts"]["cases"] == 2
    assert run["model"] == {"name": "attrap@1", "checksum": "0" * 64}
    if os.name == "posix":
        assert stat.S_IMODE(out.stat().st_mode) == 0o700


def test_two_runs_are_byte_identical(tmp_path, fake_run):
    texts = ["pauser", "intet", "æøå pauser \u2028 \x1b[31m"]
    for name in ("a", "b"):
        fake_run[:] = sources(*texts)
        run_job(Job(tmp_path / "ind", tmp_path / name))
    for file in ("decisions.jsonl", "cases.jsonl", "rapport.html"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    prints = [json.loads((tmp_path / name / "run.json").read_text("utf-8"))["input"] for name in ("a", "b")]
    assert prints[0] == prints[1]


def test_a_failing_run_leaves_nothing(tmp_path, fake_run):
    def feed():
        yield sources("pauser")[0]
        raise InputError("slut.")

    fake_run += []
    for broken in (feed(), iter([])):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("docscore.readers.iter_sources", lambda *a, _broken=broken, **k: _broken)
            with pytest.raises(InputError):
                run_job(Job(tmp_path / "ind", tmp_path / "x" / "ud"))
        assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_keeps_the_earlier_result(tmp_path, fake_run):
    out = tmp_path / "ud"
    fake_run += sources("pauser")
    run_job(Job(tmp_path / "ind", out, formats=("csv",)))
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def interrupt(record):
        raise KeyboardInterrupt

    fake_run[:] = sources("intet")
    with pytest.raises(KeyboardInterrupt):
        run_job(Job(tmp_path / "ind", out), interrupt)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_new_run_replaces_ours_and_keeps_others(tmp_path, fake_run):
    out = tmp_path / "ud"
    fake_run += sources("pauser")
    run_job(Job(tmp_path / "ind", out, formats=("csv",)))
    (out / "mine noter.txt").write_text("behold", encoding="utf-8")
    fake_run[:] = sources("intet")
    run_job(Job(tmp_path / "ind", out, html=False))
    assert {path.name for path in out.iterdir()} == {
        "decisions.jsonl",
        "cases.jsonl",
        "problems.jsonl",
        "run.json",
        "mine noter.txt",
    }


@pytest.mark.parametrize("run_json", [None, "{}", "[]", "x"])
def test_a_folder_of_others_is_refused(tmp_path, run_json):
    (tmp_path / "brev.docx").write_bytes(b"x")
    if run_json is not None:
        (tmp_path / "run.json").write_text(run_json, encoding="utf-8")
    with pytest.raises(OutputError, match="ikke tom"):
        OutputFolder(tmp_path)


def test_output_inside_the_input_is_refused(tmp_path):
    with pytest.raises(OutputError, match="læst som en sag"):
        OutputFolder(tmp_path / "resultat", tmp_path)
    OutputFolder(tmp_path.parent / "andet sted", tmp_path)


def test_output_that_is_a_file_is_refused(tmp_path):
    file = tmp_path / "ud"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="er en fil"):
        OutputFolder(file)


def test_a_full_disk_is_a_sentence(tmp_path, fake_run, monkeypatch):
    def full(self, record):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("docscore.report.jsonl.JsonlWriter.case", full)
    fake_run += sources("pauser")
    with pytest.raises(OutputError, match="plads"):
        run_job(Job(tmp_path / "ind", tmp_path / "ud"))
    assert list(tmp_path.iterdir()) == []


def test_cases_that_differ_in_a_cpr_number_stay_apart(tmp_path, fake_run):
    fake_run += [Source(name, (case_of(name),)) for name in ("sag 010190-1234", "sag 010190-4321", "2021004711")]
    run_job(Job(tmp_path / "ind", tmp_path / "ud"))
    text = (tmp_path / "ud" / "cases.jsonl").read_text("utf-8")
    ids = [json.loads(line)["case_id"] for line in text.splitlines()]
    assert ids == ["sag ddmmåå-xxxx", "sag ddmmåå-xxxx~2", "2021004711"]
    decided = (tmp_path / "ud" / "decisions.jsonl").read_text("utf-8").splitlines()
    assert list(dict.fromkeys(json.loads(line)["case_id"] for line in decided)) == ids


def test_cases_of_the_same_id_from_two_sources_stay_apart(tmp_path):
    for name in ("a", "b", "c"):
        folder = tmp_path / "ind" / name
        folder.mkdir(parents=True)
        (folder / "cv.txt").write_text("CV\nAnsat i Netto", "utf-8")
        (folder / "sag.json").write_text('{"case_id": "S-1"}', "utf-8")
    items = score_sources(iter_sources(tmp_path / "ind"), Factory())
    cases = [item for item in job_module._with_unique_ids(items) if not isinstance(item, Problem)]
    assert [case.case["case_id"] for case in cases] == ["S-1", "S-1~2", "S-1~3"]
    assert [{decision["case_id"] for decision in case.decisions} for case in cases] == [
        {"S-1"},
        {"S-1~2"},
        {"S-1~3"},
    ]
    told = [problem for case in cases for problem in case.problems]
    assert [problem["file"] for problem in told] == ["b/cv.txt", "c/cv.txt"]
    assert all("a/cv.txt" in problem["reason"] and "S-1" in problem["reason"] for problem in told)


def test_no_report_beyond_its_limit(tmp_path, fake_run, monkeypatch):
    monkeypatch.setattr("docscore.report.html.MOST_CASES", 2)
    fake_run += sources("pauser", "pauser", "pauser")
    summary = run_job(Job(tmp_path / "ind", tmp_path / "ud"))
    assert summary.html_left_out
    assert not (tmp_path / "ud" / "rapport.html").exists()


# The Python interface


def test_the_package_has_its_names_lazily():
    code = "import sys, docscore; docscore.__version__; print([m for m in sys.modules if m.startswith('docscore.')])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert set(docscore.__all__) <= set(dir(docscore))
    assert all(getattr(docscore, name) is not None for name in docscore.__all__)
    with pytest.raises(AttributeError):
        docscore.findes_ikke  # noqa: B018


def test_the_version_is_the_project_s():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert docscore.__version__ == project["project"]["version"]


def test_score_takes_a_model_and_a_case():
    result = docscore.score(case_of("c1", "pauser 010190-1234"), model=job_fakes.Model())
    hit = next(d for d in result.decisions if d.checkpoint == "ind.skaanehensyn")
    assert hit.evidence[0].text == "pauser 010190-1234"
    assert result.score.alle.dokumenteret > 0
    assert result.case.case_id == "c1"


def test_score_recognises_a_case_built_by_hand():
    from docscore.case import Document

    text = "Rehabiliteringsteamets indstilling\n\nTeamet indstiller fleksjob. Behov for pauser."
    result = docscore.score(Case("c", (Document("d", text),)), model=job_fakes.Model())
    assert result.case.documents[0].kind == "indstilling"


def test_score_cases_keeps_order_and_problems(tmp_path):
    for name in ("sag 10", "sag 2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "indstilling.txt").write_text(
            "Rehabiliteringsteamets indstilling\n\nBorger har behov for pauser.", encoding="utf-8"
        )
    (tmp_path / "sag 3").mkdir()
    items = list(docscore.score_cases(tmp_path, model=job_fakes.Model()))
    assert [item.file if isinstance(item, Problem) else item.case.case_id for item in items] == [
        "sag 2",
        "sag 3",
        "sag 10",
    ]


def test_a_record_is_masked_and_keeps_its_offsets():
    text = "010190-1234 pauser for 0101904321"
    result = docscore.score(case_of("c", text, document_id="010190-1234.txt"), model=job_fakes.Model())
    record = case_record(result)
    assert isinstance(record, CaseRecord)
    assert "1234" not in json.dumps([record.case, *record.decisions])
    quotes = [quote for decision in record.decisions for quote in decision["evidence"]]
    assert quotes
    for quote in quotes:
        assert len(quote["text"]) == quote["end"] - quote["start"]
    assert record.case["documents"][0]["document_id"] == "ddmmåå-xxxx.txt"
    assert {d["document_id"] for d in record.decisions} <= {None, "ddmmåå-xxxx.txt"}


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_leaves_no_file(tmp_path, workers):
    (tmp_path / "ind").mkdir()
    table = tmp_path / "ind" / "sager.jsonl"
    text = "Rehabiliteringsteamets indstilling. Borger har behov for pauser. " * 40
    lines = (json.dumps({"case_id": f"c{n}", "text": text, "kind": "indstilling"}) for n in range(20_000))
    table.write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "ud"
    command = [sys.executable, "-m", "docscore", "score", str(table), "--out", str(out), "--workers", workers]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    until = time.monotonic() + 60
    while time.monotonic() < until and not any(out.glob(".docscore-tmp-*")):
        time.sleep(0.05)
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "Afbrudt. Intet er skrevet.\n"
    assert not out.exists()

"""Reading a run: the same whatever the format, and a line that is no decision is named."""

from __future__ import annotations

import json

import numpy as np
import pytest
from bench import STATISTICS, make_run, run
from statistics_support import CHECKPOINTS, IR, KIV, NO, YES, line, write_run

from docscore.errors import InputError
from docscore.report.tables import CsvWriter, ParquetWriter, decision_cells
from docscore.statistics import STATUSES, blocks, load_decisions
from docscore.statistics.answers import NONE, load_answers
from docscore.statistics.cases import columns_of, groups_of

ANSWERS = {
    "sag 1": {"ind.progression": (YES, None, 0.91), "ind.skaanehensyn": NO, "fd.varighed_til_moede": (YES, 98)},
    "sæg «2»": {"ind.progression": (NO, None, 0.2), "ind.indsatser": (YES, ["kursus", "mentor"]), "fd.styrker": KIV},
    "=3": {"ind.progression": IR, "ind.arbejdsevne_timer": (YES, "10-12"), "fd.varighed_til_moede": (KIV, None)},
}


def tables(folder, names=("csv", "parquet")):
    """The run's decisions as the other formats, by docscore's own writers."""
    records = [json.loads(text) for text in (folder / "decisions.jsonl").read_text("utf-8").splitlines()]
    for name in names:
        other = folder.parent / name
        other.mkdir()
        if name == "csv":
            writer = CsvWriter(lambda file, encoding, to=other: (to / file).open("w", encoding=encoding, newline="\n"))
        else:
            writer = ParquetWriter(lambda file, to=other: to / file)
        for record in records:
            writer.row("decisions", decision_cells(record))
        writer.close()
    return folder.parent


def place(checkpoint):
    return CHECKPOINTS.index(checkpoint)


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_every_format_gives_the_same(tmp_path, form):
    folder = tables(write_run(tmp_path / "jsonl", ANSWERS)) / form
    for path in (folder, folder / f"decisions.{form}"):
        found = load_decisions(path, probabilities=True)
        assert found.cases == list(ANSWERS)
        assert found.counts.sum() == sum(map(len, ANSWERS.values()))
        for row, given in enumerate(ANSWERS.values()):
            for checkpoint, answer in given.items():
                status = answer[0] if isinstance(answer, tuple) else answer
                assert found.counts[row, place(checkpoint), STATUSES.index(status)] == 1
        assert found.probability[0, place("ind.progression")] == pytest.approx(0.91)
        assert np.isnan(found.probability[2, place("ind.progression")])
        cases, days = found.measured["fd.varighed_til_moede"]
        assert cases.tolist() == [0]
        assert days.tolist() == [98]


def test_other_spacing_order_and_blank_lines(tmp_path):
    file = tmp_path / "decisions.jsonl"
    rows = [
        {"status": YES, "value": 40, "checkpoint": "fd.varighed_til_moede", "case_id": "a", "extra": [{"x": 1}, "y"]},
        {"status": NO, "checkpoint": "fd.styrker", "case_id": "a", "extra": 7},
    ]
    text = "\ufeff" + "\n\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    file.write_text(text, encoding="utf-8")
    found = load_decisions(file)
    assert found.cases == ["a"]
    assert found.measured["fd.varighed_til_moede"][1].tolist() == [40]
    assert found.documented.sum() == 1
    assert found.decided.sum() == 2


def test_many_blocks_keep_all_lines(tmp_path, monkeypatch):
    monkeypatch.setattr("docscore.statistics.blocks._BLOCK", 1000)
    answers = {f"sag {n}": {"ind.progression": YES if n % 3 else NO, "fd.styrker": KIV} for n in range(200)}
    found = load_decisions(write_run(tmp_path / "run", answers))
    assert found.cases == list(answers)
    assert found.documented[:, place("ind.progression")].sum() == sum(1 for n in range(200) if n % 3)
    assert found.statuses()[5].tolist().count(-1) == len(CHECKPOINTS) - 2


@pytest.mark.parametrize("probabilities", [False, True])
def test_what_docscore_wrote_is_read_from_its_beginnings_alone(tmp_path, monkeypatch, probabilities):
    """The short way and the parser give the same, and only what docscore did not write so goes to the parser."""
    answers = {
        f"sag {n} æ,;{{}}": {
            "fd.varighed_til_moede": (YES, 40 + n),
            "ind.dage_til_orientering": (YES, 2.5),
            "ind.arbejdsevne_timer": (YES, [10, 12], 0.5),
            "ind.klart_jobmaal": (YES, ["pakker, lager", "bud"], 1.0),
            "ind.frist_udvikling": (YES, "2022-03-01", 0.00012),
            "fd.styrker": (NO, None, 0.0),
            "fd.laege_265": KIV,
        }
        for n in range(30)
    }
    folder = write_run(tmp_path / "run", answers)
    monkeypatch.setattr("docscore.statistics.blocks._BLOCK", 4000)
    parsed = []
    real = blocks._table_of
    monkeypatch.setattr(blocks, "_table_of", lambda *args: parsed.append(1) or real(*args))
    short = load_decisions(folder, probabilities=probabilities)
    assert not parsed
    monkeypatch.setattr(blocks, "_heads_of", lambda *args: None)
    long = load_decisions(folder, probabilities=probabilities)
    assert parsed
    assert short.cases == long.cases == list(answers)
    assert (short.counts == long.counts).all()
    assert short.measured.keys() == long.measured.keys() == {"fd.varighed_til_moede", "ind.dage_til_orientering"}
    for name, (cases, days) in long.measured.items():
        assert short.measured[name][0].tolist() == cases.tolist()
        assert short.measured[name][1].tolist() == days.tolist()
    if probabilities:
        assert np.array_equal(short.probability, long.probability, equal_nan=True)


def test_escaped_ids_and_cut_lines_go_to_the_parser(tmp_path):
    text = line('en "sag" \\ 1', "fd.styrker", YES) + line("a", "fd.styrker", NO)
    file = tmp_path / "decisions.jsonl"
    file.write_text(text, "utf-8")
    assert load_decisions(file).cases == ['en "sag" \\ 1', "a"]
    file.write_text(line("a", "fd.styrker", NO) + line("b", "fd.styrker", YES)[:-30], "utf-8")
    with pytest.raises(InputError, match="linje 2"):
        load_decisions(file)


@pytest.mark.slow
def test_many_cases_take_little_time_and_memory(tmp_path):
    """100,000 cases take 10 s on four processors, and 1 GB; here the processor time of 5,000 more cases."""
    figures = []
    for cases in (1000, 6000):
        make_run(tmp_path / str(cases), cases)
        figures.append(min(run(STATISTICS, str(tmp_path / str(cases)), "--by", "kommune") for _ in range(2)))
    (_, small, _), (_, large, peak) = figures
    assert (large - small) * 20 < 40
    assert not peak > 600  # not a number where the system does not tell


def test_unknown_checkpoints_are_counted(tmp_path):
    file = tmp_path / "decisions.jsonl"
    text = line("a", "ind.progression", YES) + line("a", "ind.progression", YES).replace("ind.progression", "ny.ny")
    file.write_text(text, "utf-8")
    found = load_decisions(file)
    assert (found.unknown, int(found.counts.sum())) == (1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ingen afgørelser"),
        (line("a", "fd.styrker", YES) + "{ødelagt\n", "linje 2"),
        (line("a", "fd.styrker", YES) + '{"case_id": "a", "checkpoint": "fd.styrker"}\n', "status"),
        (
            line("a", "fd.styrker", YES) + '{"case_id": 7, "checkpoint": "fd.styrker", "status": "dokumenteret"}\n',
            "linje 2",
        ),
        (line("a", "fd.styrker", YES).replace("dokumenteret", "måske"), "ikke findes"),
    ],
)
def test_a_line_that_is_no_decision_is_named(tmp_path, text, said):
    file = tmp_path / "decisions.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError, match=said) as error:
        load_decisions(file)
    assert "decisions.jsonl" in str(error.value)
    assert "Borger" not in str(error.value)


@pytest.mark.parametrize("name", ["findes ikke", "tekst.txt", "tom"])
def test_what_is_no_run_is_refused(tmp_path, name):
    (tmp_path / "tekst.txt").write_text("x", "utf-8")
    (tmp_path / "tom").mkdir()
    with pytest.raises(InputError, match="docscore score"):
        load_decisions(tmp_path / name)


def test_two_decisions_of_a_case_at_a_checkpoint(tmp_path):
    file = tmp_path / "decisions.jsonl"
    file.write_text(line("a", "fd.styrker", YES) + line("a", "fd.styrker", NO), "utf-8")
    found = load_decisions(file)
    assert found.decided[0, place("fd.styrker")] == 2
    with pytest.raises(InputError, match=r"fd\.styrker"):
        found.statuses()


# Columns of cases


CASES = {
    "sag 1": {
        "kommune": "Ørby",
        "status": "fleksjob",
        "team": "Nord",
        "documents": [{"kind": "indstilling", "date": "2018-05-04"}, {"kind": "indstilling", "date": "2019-01-02"}],
    },
    "sæg «2»": {"kommune": "Ålev", "documents": [{"kind": "jobsamtale", "date": "2020-01-01"}]},
    "=3": {"kommune": "Zeby", "status": "ledighedsydelse"},
}


def test_columns_of_the_run(tmp_path):
    run = load_decisions(write_run(tmp_path / "run", ANSWERS, CASES))
    found = columns_of(run, ("kommune", "status", "team", "aar"))
    assert found["kommune"] == ["Ørby", "Ålev", "Zeby"]
    assert found["status"] == ["fleksjob", "", "ledighedsydelse"]
    assert found["team"] == ["Nord", "", ""]
    assert found["aar"] == ["2019", "", ""]
    assert columns_of(run, ("kommune",))["kommune"] == found["kommune"]
    assert groups_of(found["kommune"], "kommune") == ["Zeby", "Ørby", "Ålev"]
    assert groups_of(found["team"], "team") == ["Nord", ""]


def test_a_table_of_ones_own_wins(tmp_path):
    run = load_decisions(write_run(tmp_path / "run", ANSWERS, CASES))
    table = tmp_path / "sager.csv"
    table.write_text(
        "Sagsnr;Status;Visitationsdato;Sagsbehandler\nsag 1;LY;04-05-2017;A\n=3;FJ;;B\nfremmed;FJ;;C\n",
        encoding="cp1252",
    )
    found = columns_of(run, ("status", "aar", "Sagsbehandler", "kommune"), table)
    assert found["status"] == ["ledighedsydelse", "", "fleksjob"]
    assert found["aar"] == ["2017", "", ""]
    assert found["Sagsbehandler"] == ["A", "", "B"]
    assert found["kommune"] == ["Ørby", "Ålev", "Zeby"]


def test_a_missing_column_names_those_there_are(tmp_path):
    run = load_decisions(write_run(tmp_path / "run", ANSWERS, CASES))
    with pytest.raises(InputError, match=r"team, warnings|kommune, status, team"):
        columns_of(run, ("hold",))


def test_a_column_of_ids_is_no_column_to_group_by():
    with pytest.raises(InputError, match="forskellige værdier"):
        groups_of([str(n) for n in range(501)], "case_id")


# Answers of an auditor


def test_answers_in_rows_and_in_columns(tmp_path):
    rows, wide = tmp_path / "rækker.csv", tmp_path / "kolonner.xlsx"
    rows.write_text(
        "case_id;kontrolpunkt;svar\na;ind.progression;Ja\na;fd.styrker;Ikke dokumenteret\nb;fd.styrker;KIV\n", "utf-8"
    )
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["case_id", "status", "ind.progression", "fd.styrker"])
    book.active.append(["a", "fleksjob", 1, "nej"])
    book.active.append(["b", "fleksjob", None, "kan ikke vurderes"])
    book.save(wide)
    first, second = load_answers(rows), load_answers(wide)
    assert first.cases == second.cases == ["a", "b"]
    assert (first.statuses == second.statuses).all()
    assert first.statuses[0, place("ind.progression")] == STATUSES.index(YES)
    assert first.statuses[1, place("ind.progression")] == NONE
    assert first.at(["c", "a"])[0].max() == NONE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("case_id;checkpoint;status\na;ind.progression;måske\n", "række 1.*ind.progression"),
        ("case_id;checkpoint;status\na;ind.nyt;ja\n", "ind.nyt findes ikke"),
        ("case_id;checkpoint;status\na;fd.styrker;ja\na;fd.styrker;nej\n", "række 2.*to svar"),
        ("case_id;checkpoint\na;fd.styrker\n", "status mangler"),
        ("case_id;note\na;b\n", "hverken"),
        ("case_id;fd.styrker\n;ja\n", "case_id mangler"),
    ],
)
def test_answers_that_cannot_be_read(tmp_path, text, said):
    file = tmp_path / "egne.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(InputError, match=said):
        load_answers(file)

"""Flat exports: CSV, XLSX, JSONL, Parquet, the cases table and column mappings."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readers_support import split

from docscore.case import Case, CaseStatus, Kind, Problem
from docscore.errors import InputError
from docscore.readers import count_cases, iter_cases, iter_sources, load_columns, read_case
from docscore.readers.dates import parse_cell_date

ROWS = [
    {"case_id": "B", "text": 'Borgeren ønsker ro;\n"få" timer, på øen', "kind": "indstilling", "date": "12-03-2021"},
    {"case_id": "A", "text": "Første for A", "kommune": "Nordby", "status": "fleksjob", "document_id": "a-1"},
    {"case_id": "B", "text": "Andet for B", "kind": "", "date": "2021-04-01"},
    {"case_id": "007", "text": "Nuller foran"},
]
COLUMNS = ["case_id", "text", "document_id", "kind", "date", "kommune", "status"]


def write(path: Path, rows: list[dict[str, Any]], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """Write rows in the format of the suffix."""
    if path.suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n", encoding=encoding)
    elif path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table({name: [row.get(name) for row in rows] for name in COLUMNS}), path)
    elif path.suffix == ".xlsx":
        import openpyxl

        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(COLUMNS)
        for row in rows:
            sheet.append([row.get(name) for name in COLUMNS])
        book.save(path)
    else:
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, COLUMNS, delimiter=delimiter, restval="")
        writer.writeheader()
        writer.writerows(rows)
        path.write_bytes(out.getvalue().encode(encoding))
    return path


FORMATS = [
    ("e.csv", ",", "utf-8"),
    ("e.csv", ";", "utf-8-sig"),
    ("e.csv", "\t", "cp1252"),
    ("e.csv", ";", "cp1252"),
    ("e.csv", ";", "utf-16"),
    ("e.tsv", "\t", "utf-8"),
    ("e.jsonl", "", "utf-8"),
    ("e.jsonl", "", "utf-8-sig"),
    ("e.xlsx", "", ""),
    ("e.parquet", "", ""),
]


@pytest.mark.parametrize(("name", "delimiter", "encoding"), FORMATS)
def test_every_format_gives_the_same_cases(tmp_path: Path, name: str, delimiter: str, encoding: str) -> None:
    path = write(tmp_path / name, ROWS, delimiter=delimiter or ",", encoding=encoding or "utf-8")
    cases, problems = split(iter_cases(path))
    assert problems == []
    assert [case.case_id for case in cases] == ["B", "A", "007"]
    b, a, _ = cases
    assert [document.document_id for document in b.documents] == ["B/1", "B/2"]
    first = b.documents[0]
    assert first.text == ROWS[0]["text"]
    assert first.sha256 == hashlib.sha256(ROWS[0]["text"].encode()).hexdigest()
    assert (first.kind, first.date, first.file) == (Kind.INDSTILLING, date(2021, 3, 12), name)
    assert (b.documents[1].kind, b.documents[1].date) == (None, date(2021, 4, 1))
    assert (a.facts.kommune, a.facts.status) == ("Nordby", CaseStatus.FLEKSJOB)
    assert a.documents[0].document_id == "a-1"
    assert count_cases(path) == (None if name.endswith("xlsx") else 3)


def test_wrong_extension_of_an_export(tmp_path: Path) -> None:
    for suffix in (".xlsx", ".parquet"):
        path = write(tmp_path / f"a{suffix}", ROWS)
        path.rename(tmp_path / "b.csv")
        assert len(split(iter_cases(tmp_path / "b.csv"))[0]) == 3


@given(st.lists(st.integers(0, 4), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_nothing_is_lost_whatever_the_order_of_the_rows(tmp_path: Path, order: list[int]) -> None:
    rows = [{"case_id": f"s{case}", "text": f"tekst {place}"} for place, case in enumerate(order)]
    path = write(tmp_path / "e.csv", rows)
    cases, problems = split(iter_cases(path))
    assert problems == []
    assert [case.case_id for case in cases] == list(dict.fromkeys(row["case_id"] for row in rows))
    for case in cases:
        assert [d.text for d in case.documents] == [r["text"] for r in rows if r["case_id"] == case.case_id]


def test_memory_is_flat_for_adjacent_rows(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    with path.open("w") as stream:
        stream.write("case_id,text\n")
        for number in range(3000):
            stream.write(f"s{number // 2},{'Borgeren ønsker ro. ' * 200}\n")
    assert path.stat().st_size > 10_000_000
    tracemalloc.start()
    assert sum(isinstance(item, Case) for item in iter_cases(path)) == 1500
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_order_and_content_do_not_depend_on_where_sources_are_loaded(tmp_path: Path) -> None:
    import pickle

    rows = [{"case_id": f"s{i % 70}", "text": f"t {i}"} for i in range(200)]
    random.Random(1).shuffle(rows)
    sources = list(iter_sources(write(tmp_path / "e.csv", rows)))
    assert len(sources) > 1
    loaded = [
        item
        for source in sources
        if not isinstance(source, Problem)
        for item in pickle.loads(pickle.dumps(source)).load()
    ]
    assert loaded == list(iter_cases(tmp_path / "e.csv"))


def test_rows_that_cannot_be_used_are_named_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text(
        "case_id;text;kind;date;document_id;status\n"
        "A;god;;;x;fleksjob\n"
        ";uden sag;;;;\n"
        "A;;;;;\n"
        "A;ukendt type;brev;31-02-2021;x;ledighedsydelse\n"
        "A;for;mange;felter;i;denne;række\n"
        "B;kort\n",
        encoding="utf-8",
    )
    cases, problems = split(iter_cases(path))
    assert sorted((problem.row, problem.reason.split(" ")[0]) for problem in problems) == [
        (2, "rækken"),
        (3, "rækken"),
        (4, "date"),
        (4, "document_id"),
        (4, "kind"),
        (4, "status"),
        (5, "rækken"),
    ]
    a, b = cases
    assert [(d.document_id, d.text) for d in a.documents] == [("x", "god"), ("A/2", ""), ("x~2", "ukendt type")]
    assert a.facts.status is CaseStatus.FLEKSJOB
    assert "documents.x~2.date" in a.facts.invalid
    assert b.documents[0].text == "kort"


def test_open_quote_is_not_swallowed_silently(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text('case_id,text\nA,god\nB,"ikke lukket\nC,tabt\nD,tabt\n')
    cases, problems = split(iter_cases(path))
    assert [case.case_id for case in cases] == ["A"]
    assert [(problem.row, "anførselstegn" in problem.reason) for problem in problems] == [(2, True)]


def test_broken_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text(
        '{"case_id": "A", "text": "god"}\n{"case_id": \n\n[1]\n{"case_id": "A", "text": {"a": 1}}\n'
        '{"text": "x", "case_id": 7}\n'
    )
    cases, problems = split(iter_cases(path))
    assert [(case.case_id, [d.text for d in case.documents]) for case in cases] == [("A", ["god", ""]), ("7", ["x"])]
    assert sorted(problem.row or 0 for problem in problems) == [2, 3, 4]


def test_lone_surrogate_and_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text('{"case_id": "A", "text": "a\\ud800b\\u0000c\\r\\nd"}\n')
    text = read_case(path).documents[0].text
    assert text == "a\ufffdbc\nd"


def test_excel_numbers_dates_escapes_and_cut_cells(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Forside"  # type: ignore[union-attr]
    book.active.append(["Udtræk fra fagsystemet"])  # type: ignore[union-attr]
    sheet = book.create_sheet("Data")
    sheet.append(["Case_ID ", "TEXT", "date"])
    sheet.append([147, "linje_x000D_\nto", date(2021, 3, 12)])
    sheet.append([])
    sheet.append([147.0, "x" * 32_767, None])
    book.save(tmp_path / "e.xlsx")
    cases, problems = split(iter_cases(tmp_path / "e.xlsx"))
    assert [case.case_id for case in cases] == ["147"]
    assert cases[0].documents[0].text == "linje\nto"
    assert cases[0].documents[0].date == date(2021, 3, 12)
    assert [(problem.row, "afkortet" in problem.reason) for problem in problems] == [(3, True)]


def test_big_quoted_field_and_nul(tmp_path: Path) -> None:
    big = "Borgeren ønsker ro.\n" * 50_000
    path = tmp_path / "e.csv"
    path.write_bytes(f'case_id,text\nA,"{big}"\nB,n\0ul\n'.encode())
    cases, problems = split(iter_cases(path))
    assert problems == []
    assert [len(case.documents[0].text) for case in cases] == [len(big), 3]


@pytest.mark.parametrize("content", [b"sagsnr,tekst\n1,x\n", b"\n\n", b"{}\n"])
def test_missing_columns_name_what_was_found_and_the_remedy(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ("e.jsonl" if content == b"{}\n" else "e.csv")
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"e\.\w+: ") as caught:
        iter_sources(path)
    if b"sagsnr" in content:
        assert "sagsnr, tekst" in str(caught.value)
        assert "--columns" in str(caught.value)


def test_column_mapping(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("Sagsnr;Notat;Text;Dato\n1;rigtig;forkert;01-02-2021\n")
    case = read_case(path, columns=load_columns(["sagsnr=case_id", "Notat=text", "Dato=date"]))
    assert (case.case_id, case.documents[0].text, case.documents[0].date) == ("1", "rigtig", date(2021, 2, 1))


@pytest.mark.parametrize(
    ("first", "shown"),
    [
        ("S-1;cv;Lise Hansen har ondt i ryggen og kan ikke løfte", False),
        ("S-1;Lise", False),
        ("Nr;Hun er syg.;x", False),
        (";".join(f"kolonne{number}" + "x" * 25 for number in range(40)), True),
    ],
)
def test_a_missing_column_never_quotes_the_case(tmp_path: Path, first: str, shown: bool) -> None:
    path = tmp_path / "e.csv"
    path.write_text(f"{first}\nS-2;y\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        iter_sources(path)
    message = str(caught.value)
    assert ("ligner ikke kolonnenavne" in message) != shown
    if shown:
        assert "og 30 flere" in message
        assert "x" * 22 not in message
    else:
        assert "Lise" not in message
        assert "syg" not in message
        assert "S-1" not in message


def test_a_contract_name_counts_as_itself(tmp_path: Path) -> None:
    export = tmp_path / "e.csv"
    export.write_text("Sagsnr;Notat\n1;rigtig\n", encoding="utf-8")
    table = tmp_path / "c.csv"
    table.write_text("case_id;kommune\n1;Nordby\n", encoding="utf-8")
    columns = load_columns(["Sagsnr=case_id", "Notat=text"])
    case = read_case(export, cases=table, columns=columns)
    assert (case.case_id, case.documents[0].text, case.facts.kommune) == ("1", "rigtig", "Nordby")
    assert case.problems == ()


def test_an_unknown_column_of_the_mapping_is_named(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("Sagsnr;Notat\n1;rigtig\n", encoding="utf-8")
    with pytest.raises(InputError, match="'Sagnsr'"):
        iter_sources(path, columns=load_columns(["Sagnsr=case_id", "Notat=text"]))
    case = read_case(path, columns=load_columns(["Sagsnr=case_id", "Notat=text", "Datto=date"]))
    assert ["'Datto'" in problem.reason for problem in case.problems] == [True]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1. maj 2021", date(2021, 5, 1)),
        ("mandag den 3. maj 2021", date(2021, 5, 3)),
        ("20210201", date(2021, 2, 1)),
        (20210201, date(2021, 2, 1)),
        (20210201.0, date(2021, 2, 1)),
        ("01-02-21", date(2021, 2, 1)),
        ("2021-02-01", date(2021, 2, 1)),
        ("20211301", None),
        ("31. februar 2021", None),
        ("01-02-21 eller 02-02-21", None),
        ("ca. 2021", None),
        (44250, None),
        (float("nan"), None),
        (True, None),
    ],
)
def test_dates_of_the_date_column(value: object, expected: date | None) -> None:
    assert parse_cell_date(value) == expected


def test_load_columns(tmp_path: Path) -> None:
    file = tmp_path / "k.toml"
    file.write_text('[columns]\n"Sags nr" = "case_id"\nMoede = "dates.rehab_moede"\n', encoding="utf-8")
    assert load_columns(file) == {"Sags nr": "case_id", "Moede": "rehab_moede"}
    assert load_columns([str(file), "a=b=text"]) == {"Sags nr": "case_id", "Moede": "rehab_moede", "a=b": "text"}
    for bad in (["uden"], ["a=ukendt"], ["a=text", "b=text"], str(tmp_path / "ingen.toml")):
        with pytest.raises(InputError):
            load_columns(bad)
    file.write_text("a = [1]\n")
    with pytest.raises(InputError):
        load_columns(file)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
def test_cases_table(tmp_path: Path, suffix: str) -> None:
    export = write(tmp_path / "e.csv", [{"case_id": "A", "text": "x"}, {"case_id": "B", "text": "y"}])
    rows = [
        {"case_id": "A", "kommune": "Nordby", "rehab_moede": "12-03-2021", "konkret_fleksjob": "true"},
        {"case_id": "C", "status": "fleksjob", "opgjort": "2021-02-30"},
        {"case_id": "A", "kommune": "Dobbelt"},
        {"kommune": "Uden"},
    ]
    table = tmp_path / f"sager{suffix}"
    names = ["case_id", "kommune", "status", "rehab_moede", "opgjort", "konkret_fleksjob"]
    if suffix == ".jsonl":
        table.write_text("\n".join(json.dumps(row) for row in rows))
    elif suffix == ".xlsx":
        import openpyxl

        book = openpyxl.Workbook()
        for line in [names, *([row.get(name) for name in names] for row in rows)]:
            book.active.append(line)  # type: ignore[union-attr]
        book.save(table)
    else:
        table.write_text(
            "\n".join(";".join(line) for line in [names, *([row.get(n, "") for n in names] for row in rows)])
        )
    cases, problems = split(iter_cases(export, cases=table))
    assert [case.case_id for case in cases] == ["A", "B", "C"]
    a, b, c = cases
    assert (a.facts.kommune, a.facts.dates, a.facts.fields) == (
        "Nordby",
        {"rehab_moede": date(2021, 3, 12)},
        {"konkret_fleksjob": True},
    )
    assert b.facts.kommune is None
    assert (c.documents, c.facts.status, c.facts.invalid) == ((), CaseStatus.FLEKSJOB, {"opgjort"})
    assert c.warnings
    assert sorted((problem.file, problem.row) for problem in problems) == [
        (table.name, 2),
        (table.name, 3),
        (table.name, 4),
    ]


def test_cases_table_without_its_column_or_itself(tmp_path: Path) -> None:
    export = write(tmp_path / "e.csv", ROWS)
    with pytest.raises(InputError, match="findes ikke"):
        iter_sources(export, cases=tmp_path / "ingen.csv")
    (tmp_path / "s.csv").write_text("sag;kommune\nA;x\n")
    with pytest.raises(InputError, match="case_id"):
        iter_sources(export, cases=tmp_path / "s.csv")


@pytest.mark.parametrize("name", ["e.xlsx", "e.parquet"])
def test_broken_exports(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, ROWS)
    whole = path.read_bytes()
    for data in (whole[: len(whole) // 2], b"PAR1 vrovl", b"ikke noget", b"\xd0\xcf\x11\xe0" + b"x" * 600):
        path.write_bytes(data)
        with pytest.raises(InputError, match=name):
            list(iter_sources(path))


def test_html_and_rtf_in_the_text_column(tmp_path: Path) -> None:
    rows = [{"case_id": "A", "text": "<p>Ro &aelig;</p><p>to</p>"}, {"case_id": "A", "text": r"{\rtf1\ansi Bl\'e5}"}]
    assert [d.text for d in read_case(write(tmp_path / "e.csv", rows)).documents] == ["Ro æ\nto", "Blå"]


def test_entity_bomb_in_a_workbook_does_not_expand(tmp_path: Path) -> None:
    import zipfile

    path = write(tmp_path / "e.xlsx", ROWS)
    lines = [f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    bomb = f'<!DOCTYPE x [<!ENTITY a "bombebombe">{"".join(lines)}]>'.encode()
    with zipfile.ZipFile(path) as source:
        members = {name: source.read(name) for name in source.namelist()}
    for target in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        with zipfile.ZipFile(path, "w") as package:
            for name, data in members.items():
                at = data.find(b"?>") + 2 if data.startswith(b"<?xml") else 0
                changed = data[:at] + bomb + data[at:].replace("Første for A".encode(), b"&i;")
                package.writestr(name, changed if name == target else data)
        try:
            cases, _ = split(iter_cases(path))
        except InputError:
            continue
        assert sum(len(document.text) for case in cases for document in case.documents) < 10_000

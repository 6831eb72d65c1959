from __future__ import annotations

import csv
import doctest
import importlib
import io
import json
import re
import time
from datetime import date
from pathlib import Path

import job_fakes
import pytest
from hypothesis import given
from hypothesis import strategies as st
from job_fakes import case_of

import docscore
from docscore.case import CaseStatus, Document, Facts, Kind, Problem
from docscore.checkpoints import load_catalogue
from docscore.report.console import feedback, score_table
from docscore.report.html import HtmlReport
from docscore.report.jsonl import dumps
from docscore.report.lines import WIDTH, plain, show
from docscore.report.privacy import cell_text, mask, mask_name, one_line, shorten
from docscore.report.records import case_record, problem_record
from docscore.report.tables import COLUMNS, CsvWriter, ParquetWriter, XlsxWriter, write_case, write_problem
from docscore.report.texts import load_texts

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def record_of(text="Borger har behov for pauser", case_id="c1", **more):
    return case_record(docscore.score(case_of(case_id, text, **more), model=job_fakes.Model()))


def lines_of(record, language="da"):
    return [plain(line) for line in feedback(record, load_catalogue(), load_texts(language))]


@pytest.mark.parametrize("name", ["report.privacy", "report.texts", "cli.language", "api", "__init__"])
def test_doctests(name):
    module = docscore if name == "__init__" else importlib.import_module(f"docscore.{name}")
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_a_repeated_document_is_listed_with_the_id_of_the_one_it_repeats():
    from dataclasses import replace as changed

    first, other = case_of("c1").documents[0], case_of("c1", document_id="notat 010170-1234.txt").documents[0]
    documents = (other, first, changed(first, document_id="kopi", duplicate_of=other.document_id))
    record = case_record(docscore.score(changed(case_of("c1"), documents=documents), model=job_fakes.Model()))
    listed = record.case["documents"]
    assert [line["duplicate_of"] for line in listed] == [None, None, listed[0]["document_id"]]
    assert "1234" not in dumps(record.case)
    assert "kopi" not in {line["document_id"] for line in record.decisions}


# Masking


@pytest.mark.parametrize(
    "number",
    ["010190-1234", "010190 1234", "0101901234", "010190–1234", "010190\u00a01234", "610190-1234", "999999-9999"],
)
def test_cpr_numbers_are_masked_in_text(number):
    masked = mask(f"CPR_{number}. Sag 12 34 56")
    assert not re.search(r"\d{4}", masked)
    assert len(masked) == len(f"CPR_{number}. Sag 12 34 56")
    assert "12 34 56" in masked


@pytest.mark.parametrize(
    "number",
    [
        "010190 - 1234",
        "01.01.90-1234",
        "01.01.90 - 1234",
        "01 01 90 1234",
        "01 01 90-1234",
        "010190.1234",
        "01-01-90-1234",
        "01/01/90-1234",
        "01011990-1234",
        "01.01.1990-1234",
        "01-01-1990-1234",
        "010190/1234",
        "010190\u22121234",
        "010190-\n1234",
        "010190 -\r\n  1234",
        "01.01.90-\n1234",
        "61.01.90-1234",
        "0101901234",
    ],
)
def test_cpr_numbers_are_masked_in_every_spelling(number):
    masked = mask(f"CPR: {number}, tlf.")
    assert not re.search(r"\d", masked)
    assert [char for char in masked if not char.isalpha()] == [
        char for char in f"CPR: {number}, tlf." if not char.isalnum()
    ]
    assert len(masked) == len(f"CPR: {number}, tlf.")
    assert mask_name(f"CPR: {number}, tlf.") == masked


@pytest.mark.parametrize(
    "text",
    [
        "Den 12-03-2021, sag 20210312-12345",
        "sag 2021-0147 og 2021004711, sag nr. 21/1187, cvr 20304050, j.nr. 28304050",
        "uge 20 21 22 23, 2019 2020, 2019-2021, kl. 10.15-11.30, konto 5.58.82",
        "125.000,00 kr., 1.234.567 kr., 120000 1500 kr.",
        "01.02.21 1030 og 01.02.21 kl. 10.30, 01.02.2021 1500 kr.",
        "periode 01.02.21-30.04.21, 010221-300421, 01.02.2021 – 30.04.2021, 2021-02-01 - 2021-04-30",
        "sag 15.20.12-G01-4-21",
    ],
)
def test_dates_amounts_and_case_numbers_are_left(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tlf. 12 34 56 78 eller 20304050, +45 20 12 12 12.", "Tlf. xx xx xx xx eller xxxxxxxx, +xx xx xx xx xx."),
        ("Ring på 2030 4050, mob.: 20-30-40-50", "Ring på xxxx xxxx, mob.: xx-xx-xx-xx"),
        ("telefon 20.30.40.50, lokal 123456", "telefon xx.xx.xx.xx, lokal xxxxxx"),
        ("tlf. 20 12 12 12 2300 København", "tlf. xx xx xx xx 2300 København"),
        ("tlf. 20121212 2300 Kbh.", "tlf. xxxxxxxx 2300 Kbh."),
        ("Fra +46 70 123 45 67 og 0045 20304050", "Fra +xx xx xxx xx xx og xxxx xxxxxxxx"),
        ("reg.nr. 1234 konto 1234567890, 1234-1234567", "reg.nr. xxxx konto xxxxxxxxxx, xxxx-xxxxxxx"),
        ("Nemkonto: 1234 0001234567", "Nemkonto: xxxx xxxxxxxxxx"),
        ("IBAN DK50 0040 0440 1162 43, dk5000400440116243.", "IBAN xxxx xxxx xxxx xxxx xx, xxxxxxxxxxxxxxxxxx."),
        ("mh.holm@eksempel.dk og m+h@x-y.eksempel.dk", "xxxxxxx@xxxxxxxx.xx og xxx@xxx.xxxxxxxx.xx"),
        ("mh (at) eksempel.dk, mh @ eksempel.dk", "xx (xx) xxxxxxxx.xx, xx @ xxxxxxxx.xx"),
    ],
)
def test_phones_accounts_and_mail_are_masked(text, expected):
    masked = mask(text)
    assert masked == expected
    assert mask(masked) == masked


def test_an_id_keeps_its_digits():
    for name in ("20304050", "2021004711.pdf", "20304050-notat.docx"):
        assert mask_name(name) == name
    assert mask_name("mh@eksempel.dk 20 30 40 50.pdf") == "xx@xxxxxxxx.xx xx xx xx xx.pdf"


@given(
    st.dates(min_value=date(1930, 1, 1), max_value=date(2029, 12, 31)),
    st.integers(0, 9999),
    st.sampled_from(["%d%m%y{}", "%d%m%y", "%d.%m.%y{}", "%d-%m-%y{}", "%d/%m/%y{}", "%d%m%Y{}", "%d.%m.%Y{}"]),
    st.sampled_from(["-", "\u2212", "\u2013", "-\n"]),
    st.text(alphabet="abc .,;\n", max_size=5),
)
def test_any_person_s_number_is_masked_in_place(day, serial, pattern, hyphen, around):
    number = f"{day.strftime(pattern).format(hyphen)}{serial:04}"
    masked = mask(f"{around}x{number}{around}")
    assert not re.search(r"\d", masked)
    assert len(masked) == len(f"{around}x{number}{around}")


@given(
    st.dates(min_value=date(1930, 1, 1), max_value=date(2029, 12, 31)),
    st.sampled_from(["%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y", "%d.%m.%y", "%d-%m-%y", "%d%m%y", "%Y-%m-%d", "%d%m%Y"]),
    st.sampled_from([" kl. 10.15", " 10:15", ", 12345678", " - Jobsamtale", " til 12345678", ". 2021-0147"]),
)
def test_no_date_is_masked(day, pattern, after):
    assert mask(day.strftime(pattern) + after) == day.strftime(pattern) + after


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "1",
            "12 ",
            "01.",
            "01-",
            "010190 ",
            "010190-\n",
            "010190  - ",
            "01 01 90 ",
            "a.",
            "@",
            "a@",
            "@a",
            "a@a.",
            " @ ",
        ),
        *("tlf", "tlf. ", "+45 ", "20 ", "2030", "DK", "DK50", "DK50 0040 ", "reg", "reg.nr. ", "konto", "konto 1234 "),
    ],
)
def test_masking_takes_time_by_length_only(unit):
    # By the processor's clock: the machine may be busy. Quadratic patterns take minutes.
    began = time.process_time()
    mask(unit * (200_000 // len(unit)))
    assert time.process_time() - began < 3.0


@given(st.text())
def test_masking_keeps_the_length(text):
    assert len(mask(text)) == len(text)
    assert len(mask_name(text)) == len(text)


@given(st.text(alphabet="0123456789- \n\u00a0x"))
def test_nothing_masked_is_left(text):
    assert not re.search(r"(?<!\d)\d{6}-\d{4}(?!\d)", mask(text))
    assert not re.search(r"(?<!\d)(?:0[1-9]|[12]\d)(?:0[1-9])\d\d ?\d{4}(?!\d)", mask(text))


@given(st.text())
def test_a_line_holds_nothing_a_terminal_obeys(text):
    line = one_line(text)
    assert not CONTROL.search(line)
    assert not CONTROL.search(shorten(text, 30))
    assert len(shorten(text, 30)) <= 30


# JSON


def test_json_is_utf8_without_escapes_but_no_control_character():
    text = dumps({"a": "æøå § \x1b[31m \x9b \u2028 \u202e \ud800"})
    assert "æøå §" in text
    assert not CONTROL.search(text)
    assert "\u2028" not in text
    assert json.loads(text)["a"] == "æøå § \x1b[31m \x9b \u2028 \u202e \ud800"
    text.encode("utf-8")


def test_json_for_a_stream_without_danish_letters():
    assert dumps({"a": "æ"}, ascii_only=True) == '{"a": "\\u00e6"}'


def test_probabilities_have_four_decimals():
    decisions = record_of("intet").decisions
    assert {d["probability"] for d in decisions} == {None, 0.1235}


# Tables

HOSTILE = ["=1+1", "+45 12", "-x", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "\x00=1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_begins_like_a_formula(text):
    assert cell_text(text)[0] == "'"


def write_all(folder: Path, record, problems=()):
    def open_file(name, encoding):
        return (folder / name).open("w", encoding=encoding, newline="\n")

    writers = [CsvWriter(open_file), XlsxWriter(folder / "r.xlsx"), ParquetWriter(lambda name: folder / name)]
    for writer in writers:
        write_case(writer, record)
        for problem in problems:
            write_problem(writer, problem)
        writer.close()


def test_tables_hold_the_same_rows(tmp_path):
    import openpyxl
    import pyarrow.parquet

    record = record_of("pauser; og \"ro\"\n=cmd|' /C calc'!A0", case_id="=HYPERLINK(1)")
    problem = problem_record(Problem("=1+1", 2, "nej."))
    write_all(tmp_path, record, [problem])
    raw = (tmp_path / "decisions.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfcase_id;checkpoint;")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0] == list(COLUMNS["decisions"])
    assert len(rows) == 1 + len(record.decisions)
    assert all(row[0] == "'=HYPERLINK(1)" for row in rows[1:])
    hit = next(row for row in rows if row[4] == "dokumenteret")
    assert hit[6] == "0,9"  # a decimal comma, as a Danish Excel reads it
    assert hit[8] == "ja"
    assert "\n" not in hit[10]
    assert not any(cell[:1] in {"=", "+", "@", "\t"} for row in rows for cell in row)

    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == ["Sager", "Afgørelser", "Problemer"]
    sheet = book["Afgørelser"]
    assert sheet.max_row == 1 + len(record.decisions)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert book["Problemer"]["A2"].value == "'=1+1"

    table = pyarrow.parquet.read_table(tmp_path / "decisions.parquet").to_pylist()
    assert [row["checkpoint"] for row in table] == [d["checkpoint"] for d in record.decisions]
    assert table[0]["case_id"] == "=HYPERLINK(1)"  # typed data, no spreadsheet runs it
    assert pyarrow.parquet.read_table(tmp_path / "problems.parquet").num_rows == 1


def test_a_workbook_takes_any_character(tmp_path):
    import openpyxl

    record = record_of("pauser \x0b \x1b[0m \ufffe " + "x" * 40_000)
    write_all(tmp_path, record)
    cells = [cell.value for row in openpyxl.load_workbook(tmp_path / "r.xlsx")["Afgørelser"] for cell in row]
    assert max(len(value) for value in cells if isinstance(value, str)) <= 32_767


def test_a_table_goes_on_in_the_next_sheet(tmp_path, monkeypatch):
    import openpyxl

    monkeypatch.setattr("docscore.report.tables._EXCEL_ROWS", 30)
    record = record_of()
    write_all(tmp_path, record)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert "Afgørelser 2" in book.sheetnames
    rows = sum(book[name].max_row - 1 for name in book.sheetnames if name.startswith("Afgørelser"))
    assert rows == len(record.decisions)


# Feedback


def test_feedback_puts_law_first_and_fits_the_screen():
    lines = lines_of(record_of("Borger har behov for pauser " + "meget lang sætning " * 30))
    assert max(map(len, lines)) <= WIDTH
    law = next(place for place, line in enumerate(lines) if line.startswith("LOVKRAV"))
    quality = next(place for place, line in enumerate(lines) if line.startswith("KVALITET"))
    assert law < quality
    assert any("97 % af sagerne" in line for line in lines)
    assert any("til gennemsyn" in line for line in lines)
    assert any(line.strip().startswith("»pauser") for line in lines)
    assert "sagsbehandleren vurderer" in lines[-1]


def test_missing_points_say_what_to_write():
    lines = lines_of(record_of("Intet at hente"))
    text = " ".join(line.strip() for line in lines)
    assert load_catalogue()["ind.borgerens_perspektiv"].ask() in text
    assert "52 % af sagerne" in text
    assert "0 af " in text


def test_a_question_of_two_rows_stands_once():
    facts = Facts(status=CaseStatus.LEDIGHEDSYDELSE)
    lines = lines_of(record_of(facts=facts))
    assert sum("jobtyper og arbejdsfunktioner" in line for line in lines) == 1
    assert not any("Indstilling: klart jobmål" in line for line in lines)
    shared = next(line for line in lines if "jobtyper og arbejdsfunktioner" in line)
    assert "(til gennemsyn; også i kvalitet)" in shared
    in_fleksjob = lines_of(record_of(facts=Facts(status=CaseStatus.FLEKSJOB)))
    assert not any("også i" in line for line in in_fleksjob)


def test_headings_agree_with_the_score():
    record = record_of(facts=Facts(status=CaseStatus.LEDIGHEDSYDELSE))
    part = record.case["score"]["kvalitet"]
    decided = part["dokumenteret"] + part["ikke_dokumenteret"]
    assert any(f"KVALITET: {part['dokumenteret']} af {decided}" in line for line in lines_of(record))


def test_what_cannot_be_judged_is_summed_up():
    lines = lines_of(record_of())
    assert any(re.match(r"Kan ikke vurderes endnu: \d+ punkter", line) for line in lines)
    assert any(line.startswith("Ikke i sagen") and "forberedende del" in line for line in lines)
    assert len(lines) < 50


def test_feedback_in_english_has_no_danish_left_but_the_quotes():
    lines = lines_of(record_of(facts=Facts(status=CaseStatus.LEDIGHEDSYDELSE)), "en")
    text = "\n".join(line for line in lines if "»" not in line)
    assert "LEGAL REQUIREMENTS" in text
    assert not re.search(r"[æøåÆØÅ]", text)


def test_a_field_is_an_answer_and_not_a_gap():
    facts = Facts(fields={"konkret_fleksjob": False, "kontering_korrekt": False}, status=CaseStatus.FLEKSJOB)
    lines = lines_of(record_of(facts=facts))
    concrete = next(place for place, line in enumerate(lines) if "konkret fleksjob aftalt" in line)
    assert lines[concrete + 1].strip() == "Oplyst som nej i sagens felter (sag.json)."
    posting = next(place for place, line in enumerate(lines) if "Kontering af fleksjob" in line)
    assert "Kontrollér" in lines[posting + 1]


def test_documents_of_a_kind_stand_once():
    from datetime import date

    from docscore.case import Case

    days = (date(2021, 3, 1), date(2021, 5, 4), None)
    documents = [Document(f"d{n}", "pauser", Kind.JOBSAMTALE, day) for n, day in enumerate(days)]
    case = Case("c", (*documents, Document("x", "y", Kind.ANDET)))
    lines = lines_of(case_record(docscore.score(case, model=job_fakes.Model())))
    assert lines[1].endswith("jobsamtale (4.5.2021, nyeste af 3), andet (1)")


def test_feedback_without_anything_to_judge():
    from docscore.case import Case

    case = Case("tom", (Document("a", "x", Kind.ANDET),), problems=(Problem("b.pdf", None, "kan ikke læses."),))
    lines = lines_of(case_record(docscore.score(case, model=job_fakes.Model())))
    assert any("Ingen punkter kan vurderes" in line for line in lines)
    assert any("b.pdf: kan ikke læses." in line for line in lines)


def test_nothing_reaches_a_terminal_raw():
    record = record_of("pauser \x1b[31m\x9b2J \u202e 010190-1234", case_id="c\x1b]0;x\x07 010190-1234")
    stream = io.StringIO()
    show(feedback(record, load_catalogue(), load_texts("da")), stream)
    printed = stream.getvalue()
    assert not CONTROL.search(printed.replace("\n", ""))
    assert "1234" not in printed


def test_colours_on_a_terminal_only(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    lines = feedback(record_of("[bold]pauser[/bold] :smile:"), load_catalogue(), load_texts("da"))
    terminal, pipe = Terminal(), io.StringIO()
    show(lines, terminal)
    show(lines, pipe)
    assert "\x1b[" in terminal.getvalue()
    assert "\x1b[" not in pipe.getvalue()
    assert re.sub(r"\x1b\[[\d;]*m", "", terminal.getvalue()).split() == pipe.getvalue().split()


def test_score_table_is_aligned():
    records = [record_of(case_id="a"), record_of(case_id="meget lang sag nummer to")]
    lines = score_table([record.case for record in records], [1, 12], load_texts("da"))
    assert len(lines) == 3
    assert len({len(line) for line in lines}) == 1


# HTML


def html_of(*records, problems=()):
    report = HtmlReport(load_catalogue(), load_texts("da"))
    for record in records:
        report.case(record)
    for problem in problems:
        report.problem(problem)
    stream = io.StringIO()
    report.write(stream, "0.1.0", "<attrap>")
    return stream.getvalue()


def test_the_report_is_self_contained_and_escaped():
    import lxml.html

    page = html_of(
        record_of("pauser <script>alert(1)</script> \x1b 010190-1234", case_id="<img src=x onerror=1>"),
        problems=[problem_record(Problem("<b>.pdf", None, "nej & nej."))],
    )
    tree = lxml.html.document_fromstring(page)
    assert not tree.xpath("//script | //img | //link | //iframe | //*[@src] | //*[starts-with(name(@*), 'on')]")
    assert not re.search(r"https?://|url\(|@import", page)
    assert "1234" not in page
    assert "\x1b" not in page
    assert tree.get("lang") == "da"
    assert len(tree.xpath("//details")) == 1
    assert tree.xpath("//h1")
    assert all(th.get("scope") for th in tree.xpath("//th"))
    assert any("<script>alert(1)</script>" in quote.text_content() for quote in tree.xpath("//q"))


def test_the_overview_counts_over_all_cases():
    import lxml.html

    tree = lxml.html.document_fromstring(html_of(record_of(case_id="a"), record_of("intet", case_id="b")))
    rows = {row.xpath("string(th)"): row.xpath("string(td[1])") for row in tree.xpath("//table[1]//tbody/tr")}
    assert rows["Indstilling: Skånehensyn"] == "1 af 2"


# Texts


def test_both_languages_have_the_same_texts():
    danish, english = load_texts("da").values, load_texts("en").values
    assert danish.keys() == english.keys()
    for key, text in danish.items():
        assert text.strip(), key
        assert english[key].strip(), key
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key


def test_danish_texts_fit_an_old_console():
    for language in ("da", "en"):
        for key, text in load_texts(language).values.items():
            assert text.encode("cp1252"), key

"""Case folders, folders of them, ZIP files, and single documents."""

from __future__ import annotations

import hashlib
import os
import pickle
import struct
import zipfile
from pathlib import Path

import pytest
from readers_support import canvas_pdf, case_folder, docx, p, split, zipped

from docscore.case import Kind, Problem
from docscore.errors import InputError
from docscore.readers import count_cases, iter_cases, iter_sources, read_case


def test_a_case_folder(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "journal 2021-03-12.txt": "12-03-2021 samtale",
        "indstilling 🙂 æøå.pdf": canvas_pdf([(70, 700, "Teamet indstiller")]),
        "forberedende del.docx": docx(p("Borgeren ønsker ro")),
    }
    folder = case_folder(tmp_path, "2021-0147", files)
    case = read_case(folder)
    assert case.case_id == "2021-0147"
    assert case.problems == ()
    assert [d.document_id for d in case.documents] == [
        "forberedende del.docx",
        "indstilling 🙂 æøå.pdf",
        "journal 2021-03-12.txt",
    ]
    assert [d.text for d in case.documents] == ["Borgeren ønsker ro", "Teamet indstiller", "12-03-2021 samtale"]
    for document in case.documents:
        assert document.file == document.document_id
        data = files[document.document_id]
        assert document.sha256 == hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()
        assert (document.kind, document.date, document.start, document.end) == (None, None, 0, len(document.text))
    assert case.documents[1].pages == 1


def test_sag_json_names_documents(tmp_path: Path) -> None:
    facts = {
        "case_id": "X-1",
        "documents": [
            {"file": "B.TXT", "document_id": "samme", "kind": "cv", "date": "2021-01-02"},
            {"file": "a.txt", "document_id": "samme"},
            {"file": "a.txt", "document_id": "igen"},
            {"file": "mangler.pdf"},
            {"file": "../udenfor.txt"},
            {"file": "bilag/c.txt", "kind": "laegeattest"},
            {"file": "i stykker.pdf", "kind": "min_plan", "date": "2021-31-01"},
        ],
    }
    folder = case_folder(tmp_path, "sag", {"a.txt": "a", "b.txt": "b", "i stykker.pdf": "%PDF-vrovl"}, facts)
    case_folder(folder, "bilag", {"c.txt": "c"})
    case = read_case(folder)
    assert case.case_id == "X-1"
    found = [(d.document_id, d.kind, d.text, d.file) for d in case.documents]
    assert found == [
        ("samme", None, "a", "a.txt"),
        ("samme~2", Kind.CV, "b", "b.txt"),
        ("bilag/c.txt", Kind.LAEGEATTEST, "c", "bilag/c.txt"),
        ("i stykker.pdf", Kind.MIN_PLAN, "", "i stykker.pdf"),
    ]
    assert "documents.i stykker.pdf.date" in case.facts.invalid
    assert [
        (problem.file, word in problem.reason)
        for problem, word in zip(
            case.problems,
            ["documents[7].date", "to gange", "uden for", "allerede", "beskadiget", "findes ikke"],
            strict=True,
        )
    ] == [
        ("sag.json", True),
        ("sag.json", True),
        ("sag.json", True),
        ("b.txt", True),
        ("i stykker.pdf", True),
        ("mangler.pdf", True),
    ]


def test_names_in_the_other_unicode_form_match(tmp_path: Path) -> None:
    import unicodedata

    name = unicodedata.normalize("NFD", "forløb å.txt")
    folder = case_folder(tmp_path, "s", {name: "x"}, {"documents": [{"file": "forløb å.txt", "kind": "cv"}]})
    case = read_case(folder)
    assert case.problems == ()
    assert case.documents[0].kind is Kind.CV


def test_one_bad_file_never_stops_the_others(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "god.txt": "god",
        "tom.txt": "",
        "junk.txt": bytes(range(256)) * 9,
        "i stykker.docx": "PK\x03\x04 vrovl",
        "i stykker.pdf": "%PDF-1.4",
        "gammel.doc": "x",
        "billede.jpg": b"\xff\xd8\xff",
        "pakke.zip": b"PK\x03\x04",
        "~$god.docx": "skjult",
        ".DS_Store": "skjult",
        "Thumbs.db": "skjult",
        "desktop.ini": "skjult",
    }
    case = read_case(case_folder(tmp_path, "s", files, {"kommune": 7.5, "status": "x"}))
    assert [(d.document_id, d.text) for d in case.documents] == [("god.txt", "god"), ("tom.txt", "")]
    expected = {
        "tom.txt",
        "junk.txt",
        "i stykker.docx",
        "i stykker.pdf",
        "gammel.doc",
        "billede.jpg",
        "pakke.zip",
        "sag.json",
    }
    assert {problem.file for problem in case.problems} == expected


@pytest.mark.parametrize(
    "error", [RuntimeError("hemmelig tekst"), KeyError("x"), RecursionError(), MemoryError(), OSError()]
)
def test_whatever_a_library_raises_is_one_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def explode(data: bytes, name: str) -> None:
        raise error

    monkeypatch.setattr("docscore.readers.rtf.extract", explode)
    case = read_case(case_folder(tmp_path, "s", {"a.rtf": r"{\rtf1 a}", "b.txt": "b"}))
    assert [d.text for d in case.documents] == ["b"]
    assert [problem.file for problem in case.problems] == ["a.rtf"]
    assert "hemmelig" not in case.problems[0].reason


def test_a_folder_of_cases_in_natural_order_with_exports_and_zips(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        case_folder(tmp_path, f"sag {number}", {"a.txt": f"tekst {number}"})
    case_folder(tmp_path / "2020", "sag 5", {"a.txt": "gruppe"})
    (tmp_path / "eksport.csv").write_text("case_id,text\nE1,x\nE2,y\n")
    (tmp_path / "forkert.csv").write_text("a,b\n1,2\n")
    zipped(tmp_path / "pakke.zip", {"Z1/a.txt": "z1", "Z2/a.txt": "z2"})
    (tmp_path / "tom").mkdir()
    (tmp_path / "løs.txt").write_text("x")
    items = list(iter_cases(tmp_path))
    assert [item.file if isinstance(item, Problem) else item.case_id for item in items] == [
        "sag 5",
        "E1",
        "E2",
        "forkert.csv",
        "løs.txt",
        "Z1",
        "Z2",
        "sag 1",
        "sag 2",
        "sag 10",
        "tom",
    ]
    cases, _ = split(items)
    assert [case.documents[0].file for case in cases] == [
        "2020/sag 5/a.txt",
        "eksport.csv",
        "eksport.csv",
        "pakke.zip/Z1/a.txt",
        "pakke.zip/Z2/a.txt",
        "sag 1/a.txt",
        "sag 2/a.txt",
        "sag 10/a.txt",
    ]
    (tmp_path / "forkert.csv").unlink()
    assert count_cases(tmp_path) == 8


def test_sources_are_small_picklable_and_unread(tmp_path: Path) -> None:
    case_folder(tmp_path, "a", {"x.txt": "Borgeren " * 10_000})
    case_folder(tmp_path, "b", {"x.txt": "b"})
    zipped(tmp_path / "z.zip", {"c/x.txt": "c"})
    sources = [source for source in iter_sources(tmp_path) if not isinstance(source, Problem)]
    assert [source.label for source in sources] == ["a", "b", "c"]
    for source in sources:
        data = pickle.dumps(source)
        assert len(data) < 2000
        assert pickle.loads(data).load() == source.load()


def test_same_folder_name_twice(tmp_path: Path) -> None:
    case_folder(tmp_path / "2020", "1", {"a.txt": "x"})
    case_folder(tmp_path / "2021", "1", {"a.txt": "y"})
    cases, problems = split(iter_cases(tmp_path))
    assert [case.case_id for case in cases] == ["1", "1~2"]
    assert [problem.file for problem in problems] == ["2021/1"]


def test_subfolder_of_a_case_is_not_dropped_silently(tmp_path: Path) -> None:
    folder = case_folder(tmp_path, "s", {"a.txt": "a"})
    case_folder(folder, "bilag", {"b.txt": "b"})
    case = read_case(folder)
    assert len(case.documents) == 1
    assert [problem.file for problem in case.problems] == ["bilag"]


def test_a_journal_export_inside_a_case_folder(tmp_path: Path) -> None:
    rows = "case_id;text;date\n;uden;01-02-2021\ns;samme;\nandre;anden;\n"
    folder = case_folder(tmp_path, "s", {"journal.csv": rows, "økonomi.csv": "konto;beløb\n1;2\n"})
    (folder / "a.txt").write_text("a")
    case = read_case(folder)
    assert [(d.document_id, d.text) for d in case.documents] == [
        ("a.txt", "a"),
        ("journal.csv/1", "uden"),
        ("journal.csv/2", "samme"),
    ]
    assert [(problem.file, problem.row) for problem in case.problems] == [("journal.csv", 3), ("økonomi.csv", None)]


def test_links_out_of_the_input_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "hemmelig.txt"
    secret.write_text("HEMMELIG")
    root = tmp_path / "sager"
    folder = case_folder(root, "s", {"a.txt": "a"})
    other = case_folder(root, "t", {"b.txt": "b"})
    try:
        (folder / "ud.txt").symlink_to(secret)
        (folder / "ind.txt").symlink_to(other / "b.txt")
        (folder / "brudt.txt").symlink_to(folder / "ingen")
        (folder / "rundt.txt").symlink_to(folder / "rundt.txt")
        (root / "løkke").symlink_to(root, target_is_directory=True)
    except OSError:
        pytest.skip("no symbolic links here")
    cases, problems = split(iter_cases(root))
    assert [[d.text for d in case.documents] for case in cases] == [["a", "b"], ["b"]]
    assert {problem.file for problem in problems} == {"s/ud.txt", "s/brudt.txt", "s/rundt.txt", "løkke"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    folder = case_folder(tmp_path, "s", {"a.txt": "a"})
    os.mkfifo(folder / "rør.txt")
    assert [problem.file for problem in read_case(folder).problems] == ["rør.txt"]
    with pytest.raises(InputError):
        iter_sources(folder / "rør.txt")


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    folder = case_folder(tmp_path, "s", {"a.txt": "a"})
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/bl\xe5.txt")).write_text("b")
    except OSError:
        pytest.skip("the disk takes no such name")
    case = read_case(folder)
    assert [d.text for d in case.documents] == ["a", "b"]
    for document in case.documents:
        document.document_id.encode("utf-8")
        assert document.file is not None
        document.file.encode("utf-8")


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="findes ikke"):
        iter_sources(tmp_path / "ingen")
    (tmp_path / "tom").mkdir()
    for read in (iter_sources, read_case):
        with pytest.raises(InputError, match="tom"):
            read(tmp_path / "tom")
    folder = case_folder(tmp_path, "s", {"a.pdf": "%PDF-vrovl"})
    with pytest.raises(InputError, match=r"a\.pdf"):
        read_case(folder)
    case_folder(tmp_path, "t", {"a.txt": "x"})
    with pytest.raises(InputError, match="flere sager"):
        read_case(tmp_path)


def test_only_sag_json_is_a_case(tmp_path: Path) -> None:
    case = read_case(case_folder(tmp_path, "s", {}, {"dates": {"rehab_moede": "2021-01-01"}}))
    assert case.documents == ()
    assert "rehab_moede" in case.facts.dates


def test_one_document_alone(tmp_path: Path) -> None:
    (tmp_path / "min plan.txt").write_text("Borgeren ønsker ro")
    case = read_case(tmp_path / "min plan.txt")
    assert (case.case_id, case.documents[0].document_id, case.documents[0].text) == (
        "min plan",
        "min plan.txt",
        "Borgeren ønsker ro",
    )
    (tmp_path / "x.doc").write_text("x")
    with pytest.raises(InputError, match=r"\.docx"):
        read_case(tmp_path / "x.doc")


def test_cases_table_for_folders(tmp_path: Path) -> None:
    root = tmp_path / "sager"
    case_folder(root, "1", {"a.txt": "x"}, {"kommune": "Fra sag.json"})
    case_folder(root, "2", {"a.txt": "x"})
    (tmp_path / "sager.csv").write_text("case_id,kommune,status\n1,A,fleksjob\n2,B,\n3,C,\n")
    cases, problems = split(iter_cases(root, cases=tmp_path / "sager.csv"))
    assert [(case.facts.kommune, case.facts.status) for case in cases] == [("Fra sag.json", "fleksjob"), ("B", None)]
    assert [(problem.file, problem.row) for problem in problems] == [("sager.csv", 3)]


# ZIP


def test_zip_of_cases_of_one_case_and_of_an_export(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "flere.zip",
        {"top/s 10/a.txt": "x", "top/s 2/ø.txt": "æ", "top/s 2/sag.json": '{"status": "fleksjob"}'},
    )
    cases, problems = split(iter_cases(path))
    assert problems == []
    assert [(case.case_id, case.documents[0].file) for case in cases] == [
        ("s 2", "top/s 2/ø.txt"),
        ("s 10", "top/s 10/a.txt"),
    ]
    assert cases[0].facts.status == "fleksjob"
    assert count_cases(path) == 2
    one = read_case(
        zipped(tmp_path / "sag 7.zip", {"a.txt": "x", "__MACOSX/._a.txt": "y", "b.pdf": canvas_pdf([(70, 700, "hej")])})
    )
    assert (one.case_id, [d.text for d in one.documents]) == ("sag 7", ["x", "hej"])
    export = zipped(
        tmp_path / "e.zip", {"e.csv": "case_id,text\nA,x\nB,y\n", "f.jsonl": '{"case_id": "C", "text": "z"}\n'}
    )
    assert [case.case_id for case in split(iter_cases(export))[0]] == ["A", "B", "C"]


def test_xlsx_and_parquet_in_a_zip(tmp_path: Path) -> None:
    import openpyxl
    import pyarrow as pa
    import pyarrow.parquet as pq

    book = openpyxl.Workbook()
    book.active.append(["case_id", "text"])  # type: ignore[union-attr]
    book.active.append(["A", "x"])  # type: ignore[union-attr]
    book.save(tmp_path / "e.xlsx")
    pq.write_table(pa.table({"case_id": ["B"], "text": ["y"]}), tmp_path / "e.parquet")
    members: dict[str, bytes | str] = {name: (tmp_path / name).read_bytes() for name in ("e.xlsx", "e.parquet")}
    cases, problems = split(iter_cases(zipped(tmp_path / "z.zip", members)))
    assert problems == []
    assert [(case.case_id, case.documents[0].text) for case in cases] == [("B", "y"), ("A", "x")]


def test_members_that_must_not_be_read(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "z.zip",
        {
            "s/god.txt": "god",
            "../ud.txt": "x",
            "/rod.txt": "x",
            "C:\\drev.txt": "x",
            "s\\bag.txt": "bag",
            "s/indre.zip": b"PK\x05\x06" + b"\0" * 18,
        },
    )
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("s/link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    data = bytearray(path.read_bytes())
    cases, problems = split(iter_cases(path))
    assert [[(d.document_id, d.text) for d in case.documents] for case in cases] == [
        [("bag.txt", "bag"), ("god.txt", "god")]
    ]
    assert len(problems) == 5
    assert {"s/indre.zip", "s/link.txt"} < {problem.file for problem in problems}
    # The flag of an encrypted member, in the local header and in the directory.
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark)
        data[at + place : at + place + 2] = struct.pack("<H", 1)
    path.write_bytes(data)
    problems = split(iter_cases(path))[1]
    assert any(problem.file == "s/god.txt" and "krypteret" in problem.reason for problem in problems)


def test_zip_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "bombe.zip", {"s/a.txt": "0" * 20_000_000, "s/b.txt": "b"})
    with pytest.raises(InputError, match="zip-bombe"):
        iter_sources(path)
    monkeypatch.setattr("docscore.readers.limits.MAX_UNPACKED_BYTES", 100)
    with pytest.raises(InputError, match="zip-bombe"):
        iter_sources(zipped(tmp_path / "stor.zip", {"s/a.txt": os.urandom(200)}))


@pytest.mark.parametrize("encoding", ["cp850", "utf-8"])
def test_names_without_the_utf8_flag(tmp_path: Path, encoding: str) -> None:
    path = zipped(tmp_path / "z.zip", {"s/forl0b 1.txt": "x"})
    data = path.read_bytes()
    name = b"s/" + "forløb.txt".encode(encoding).rjust(12, b"t")
    path.write_bytes(data.replace(b"s/forl0b 1.txt", name))
    case = read_case(path)
    assert case.documents[0].document_id.endswith("forløb.txt")


def test_damaged_zip_and_damaged_member(tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", {"s/a.txt": os.urandom(400).hex(), "s/b.txt": "b"})
    data = bytearray(path.read_bytes())
    data[60:90] = b"x" * 30
    path.write_bytes(data)
    case = read_case(path)
    assert [d.text for d in case.documents] == ["b"]
    assert [problem.file for problem in case.problems] == ["s/a.txt"]
    path.write_bytes(b"PK\x03\x04" + b"x" * 50)
    with pytest.raises(InputError, match=r"z\.zip"):
        iter_sources(path)
    path.write_bytes(b"slet ikke en zip")
    with pytest.raises(InputError, match=r"z\.zip"):
        iter_sources(path)


def test_reading_imports_no_slow_library(tmp_path: Path) -> None:
    import subprocess
    import sys

    folder = case_folder(tmp_path, "s", {"a.txt": "a"}, {})
    code = (
        f"import sys; from docscore.readers import read_case; read_case({str(folder)!r});"
        "slow = {'pandas', 'pyarrow', 'openpyxl', 'docx', 'pypdfium2', 'lxml', 'spacy', 'sklearn', 'numpy'};"
        "sys.exit(', '.join(slow & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("stored", [False, True])
def test_a_zip_without_its_end_is_damaged_not_empty(tmp_path: Path, stored: bool) -> None:
    document = docx(p("Borgeren ønsker ro i hverdagen"))
    path = tmp_path / "s.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1/a.docx", document)
        archive.writestr("2/b.txt", "Tekst " * 200)
    whole = path.read_bytes()
    assert len(split(iter_cases(path))[0]) == 2
    folder = tmp_path / "ind"
    folder.mkdir()
    for end in range(40, len(whole), 37):
        path.write_bytes(whole[:end])
        with pytest.raises(InputError, match="beskadiget"):
            list(iter_cases(path))
        (folder / "s.zip").write_bytes(whole[:end])
        cases, problems = split(iter_cases(folder))
        assert cases == []
        assert ["beskadiget" in problem.reason for problem in problems] == [True]


def test_a_zip_without_members_is_empty(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="tom"):
        iter_sources(zipped(tmp_path / "s.zip", {}))


def test_two_exports_with_the_same_case_both_get_its_facts(tmp_path: Path) -> None:
    folder = tmp_path / "ind"
    folder.mkdir()
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text("case_id;text\nS-1;x\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("case_id;kommune\nS-1;Nordby\n", encoding="utf-8")
    cases, problems = split(iter_cases(folder, cases=tmp_path / "c.csv"))
    assert [case.facts.kommune for case in cases] == ["Nordby", "Nordby"]
    assert problems == []

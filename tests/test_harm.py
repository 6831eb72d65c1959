"""Input that means harm, end to end: what a crafted file, name or model must not do. SECURITY.md lists the limits."""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from readers_support import W, case_folder, docx, p, split, zipped

from docscore.batch.corridor import CorridorFactory
from docscore.case import Case, Document
from docscore.cli import main
from docscore.detect import model_file
from docscore.detect.topics import default_model_folder, load_model
from docscore.errors import DocscoreError, InputError, ModelError
from docscore.readers import iter_cases, read_document

ROOT = Path(__file__).parents[1]
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
SENTENCE = "Teamet vurderer, at borger har behov for pauser hver time og ikke kan løfte tungt."


# Archives


def test_archives_in_archives_are_not_opened(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bombe.txt", "0" * 12_000_000)
    for _ in range(3):
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("indre.zip", inner.getvalue())
        inner = outer
    path = zipped(tmp_path / "x.zip", {"s/indre.zip": inner.getvalue(), "s/notat.txt": SENTENCE})
    cases, problems = split(iter_cases(path))
    assert [d.text for d in cases[0].documents] == [SENTENCE]
    assert [problem.file for problem in problems] == ["s/indre.zip"]
    folder = case_folder(tmp_path, "mappe", {"indre.zip": inner.getvalue(), "notat.txt": SENTENCE})
    cases, problems = split(iter_cases(folder))
    assert len(cases) + len(problems) >= 1
    # A package that carries another: the document is read, what is packed into it is not.
    assert (
        read_document(docx(p("ord"), parts={"word/embeddings/x.zip": inner.getvalue()}), "x.docx").text.strip() == "ord"
    )


def test_nothing_of_a_zip_is_written_to_the_disk(tmp_path):
    path = zipped(tmp_path / "ind" / "x.zip", {}) if (tmp_path / "ind").mkdir() else tmp_path / "ind" / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../ude.txt", "/rod.txt", "s/../../ude2.txt", "C:\\ude3.txt", "s/ok.txt", "..\\ude4.txt"):
            archive.writestr(name, SENTENCE)
    before = sorted(tmp_path.rglob("*"))
    cases, problems = split(iter_cases(path))
    assert [d.document_id for case in cases for d in case.documents] == ["ok.txt"]
    assert len(problems) == 5
    assert sorted(tmp_path.rglob("*")) == before


def test_members_that_share_their_bytes_count_each(tmp_path, monkeypatch):
    """A bomb without nesting: many directory entries that point to one packed member."""
    monkeypatch.setattr("docscore.readers.limits.MAX_UNPACKED_BYTES", 40_000_000)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("s/00.txt", "0123456789" * 100_000)
    raw = data.getvalue()
    start = raw.index(b"PK\x01\x02")
    entry, end = raw[start : raw.index(b"PK\x05\x06")], bytearray(raw[raw.index(b"PK\x05\x06") :])
    entries = b"".join(entry.replace(b"s/00.txt", b"s/%02d.txt" % n) for n in range(60))
    end[8:12] = struct.pack("<HH", 60, 60)
    end[12:16] = struct.pack("<I", len(entries))
    path = tmp_path / "x.zip"
    path.write_bytes(raw[:start] + entries + bytes(end))
    with pytest.raises(InputError, match="zip-bombe"):
        split(iter_cases(path))


# XML, HTML


def _with_doctype(data: bytes, doctype: str, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as package:
        for name in source.namelist():
            text = source.read(name)
            if old.encode() in text:
                at = text.find(b"?>") + 2 if text.startswith(b"<?xml") else 0
                text = text[:at] + doctype.encode() + text[at:].replace(old.encode(), new.encode())
            package.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["general", "parameter", "quadratic"])
def test_xml_entities_bring_in_no_file_and_do_not_grow(tmp_path, kind):
    from fuzz_seeds import xlsx_seed

    secret = tmp_path / "hemmelig.txt"
    secret.write_text("HEMMELIGT", encoding="utf-8")
    doctype, new = {
        "general": (f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>', "&e;"),
        "parameter": (f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p;]>', "x"),
        "quadratic": (f'<!DOCTYPE x [<!ENTITY e "{"a" * 50_000}">]>', "&e;" * 20_000),
    }[kind]
    document = _with_doctype(docx(p("PLADS")), doctype, "PLADS", new)
    table = tmp_path / "e.xlsx"
    table.write_bytes(_with_doctype(xlsx_seed(), doctype, "=1+1", new))
    said = ""
    try:
        said += read_document(document, "x.docx").text
    except DocscoreError as error:
        said += str(error)
    try:
        cases, problems = split(iter_cases(table))
        said += "".join(d.text for case in cases for d in case.documents) + "".join(one.reason for one in problems)
    except DocscoreError as error:
        said += str(error)
    assert "HEMMELIGT" not in said
    assert len(said) < 1_000_000


def test_a_page_fetches_nothing_and_runs_nothing(monkeypatch):
    import socket

    def refused(*a: Any, **k: Any) -> None:
        raise AssertionError("asked for the network")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refused)
    page = (
        '<html><head><link rel=stylesheet href="http://eksempel.invalid/a.css"><base href="http://eksempel.invalid/">'
        '<meta http-equiv=refresh content="0;url=http://eksempel.invalid/"><script src="http://eksempel.invalid/a.js"></script>'
        '</head><body onload="x()"><img src="http://eksempel.invalid/a.png" alt="billedtekst"><svg><script>y()</script></svg>'
        '<object data="http://eksempel.invalid/o"></object><p>Ord</p><a href="javascript:x()">henvisning</a></body></html>'
    )
    text = read_document(page.encode(), "x.html").text
    assert "Ord" in text and "henvisning" in text
    for word in ("x()", "y()", "javascript", "eksempel.invalid"):
        assert word not in text


def test_a_deep_tree_is_answered(tmp_path):
    deep = f'<w:document xmlns:w="{W}"><w:body>' + "<w:tbl><w:tr><w:tc>" * 30_000
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", deep)
    for data, name in (
        (package.getvalue(), "x.docx"),
        (b"<html>" + b"<div>" * 200_000 + b"ord", "x.html"),
        (b"{\\rtf1" + b"{" * 200_000 + b"ord", "x.rtf"),
    ):
        try:
            read_document(data, name)
        except DocscoreError as error:
            assert name in str(error)
    case = case_folder(tmp_path, "s", {"notat.txt": SENTENCE, "sag.json": "[" * 200_000})
    cases, problems = split(iter_cases(case))
    assert cases and [problem.file for problem in problems] == ["sag.json"]


# Spreadsheets


@pytest.mark.slow
def test_no_cell_that_docscore_writes_is_run(tmp_path):
    import openpyxl

    bad = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\n=cmd|' /C calc'!A0", "＝1", '=HYPERLINK("http://x")')
    rows = [
        "case_id;text;document_id;kommune",
        *(f'"{b}";"{b} {SENTENCE}";"{b}";"{b}"' for b in (b.replace('"', '""') for b in bad)),
    ]
    export = tmp_path / "e.csv"
    export.write_text("\n".join(rows), encoding="utf-8")
    out = tmp_path / "ud"
    assert main(["score", str(export), "--out", str(out), "--format", "csv", "--format", "xlsx"]) in (0, 1)
    tal = tmp_path / "tal"
    assert main(["statistics", str(out), "--by", "kommune", "--csv", f"{tal}.csv", "--xlsx", f"{tal}.xlsx"]) == 0
    cells = []
    for path in (*out.glob("*.csv"), Path(f"{tal}.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            cells += [cell for row in csv.reader(stream, delimiter=";") for cell in row]
    for path in (out / "resultat.xlsx", Path(f"{tal}.xlsx")):
        for sheet in openpyxl.load_workbook(path):
            for row in sheet.iter_rows():
                assert all(cell.data_type != "f" for cell in row)
                cells += [cell.value for cell in row if isinstance(cell.value, str)]
    assert any("1+1" in cell for cell in cells)
    numbers = re.compile(r"-?\d+(,\d+)?(e-?\d+)?")
    assert [
        cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@＝") and not numbers.fullmatch(cell) and cell != "-"
    ] == []


# Terminals


@pytest.mark.slow
def test_no_control_character_reaches_a_terminal_or_a_file(tmp_path, capsys):
    evil = "\x1b]0;ejet\x07\x1b[2J\x9b31m\u202e"
    name = "notat \x1b[31m\u202e.txt"
    page = f"<html><p>Indstilling &#27;[2J&#155;31m&#8238;</p><p>{SENTENCE}&#7;&#x202e;</p></html>"
    files = {
        name: f"{evil}\n{SENTENCE}",
        "indstilling.txt": f"\u202e\x9b{SENTENCE}",
        "y\x1b[1m.xyz": "?",
        "x.html": page,
    }
    folder = case_folder(tmp_path / "sager", "sag \x1b[2J", files)
    facts = {"kommune": f"Nord{evil}", "documents": [{"file": f"x{evil}", "kind": evil}]}
    (folder / "sag.json").write_text(json.dumps(facts), encoding="utf-8")
    main(["score", str(tmp_path / "sager"), "--out", str(tmp_path / "ud"), "--format", "csv"])
    for command in (["check"], ["check", "--json"], ["kinds"], ["pseudonymise", "--out", str(tmp_path / "kopi")]):
        main([*command, str(folder)])
    main(["check", f"{folder}/findes ikke \x1b[2J"])
    main(["statistics", str(tmp_path / "ud"), "--by", "kommune"])
    main(["purge", str(folder), "--yes"])
    said = capsys.readouterr()
    assert SENTENCE[:20] in said.out
    assert CONTROL.findall(said.out) == CONTROL.findall(said.err) == []
    for path in (tmp_path / "ud").iterdir():
        assert CONTROL.findall(path.read_text("utf-8").replace("\r\n", "\n")) == [], path.name


# Lines without end, crafted text


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["a", "a ", SENTENCE + " ", "- ", "[ ] ", "01-02-2021 ", "§ 116, ", "Navn: ", "\t|", "X. ", "1.1.", "æ-"]
)
def test_a_million_characters_without_a_line_end(piece):
    text = piece * (1_000_000 // len(piece))
    began = time.process_time()
    CorridorFactory()().score(Case("s", (Document("d", text),)))
    assert time.process_time() - began < 60


# Models


@pytest.fixture
def model(tmp_path: Path) -> Path:
    import shutil

    folder = tmp_path / "model"
    shutil.copytree(default_model_folder(), folder)
    return folder


def _sign(folder: Path) -> None:
    import hashlib

    names = ("card.json", "weights.npz")
    sums = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text(sums, encoding="ascii")


def test_signed_weights_that_burst_are_refused(model):
    """Checksums find damage; who can change a model can sign it anew."""
    with zipfile.ZipFile(model / "weights.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("columns", "values", "bias"):
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, np.zeros(90_000_000, np.uint8))
    _sign(model)
    with pytest.raises(ModelError, match="urimeligt"):
        model_file.load(model)


def test_signed_weights_that_claim_to_be_huge_are_refused(model):
    with zipfile.ZipFile(model / "weights.npz", "w") as archive:
        for name in ("columns", "values", "bias"):
            header = io.BytesIO()
            np.lib.format.write_array_header_1_0(header, {"descr": "<f4", "fortran_order": False, "shape": (10**15,)})
            archive.writestr(f"{name}.npy", header.getvalue())
    _sign(model)
    with pytest.raises(ModelError):
        model_file.load(model)


@pytest.mark.parametrize(
    "change", [{"heads": ["x"] * 5}, {"decisions": 3}, {"calibration": None}, {"features": "x"}, {"name": None}]
)
def test_signed_cards_that_cannot_be_used_are_one_sentence(model, change, tmp_path, capsys):
    card = json.loads((model / "card.json").read_text("utf-8"))
    (model / "card.json").write_text(json.dumps({**card, **change}), encoding="utf-8")
    _sign(model)
    try:
        load_model(model)
    except ModelError as error:
        assert "model" in str(error)
    case = case_folder(tmp_path, "s", {"notat.txt": SENTENCE})
    assert main(["check", str(case), "--model", str(model)]) in (0, 2)
    assert "Traceback" not in capsys.readouterr().err


def test_a_deep_card_is_refused(model):
    (model / "card.json").write_text("[" * 200_000, encoding="utf-8")
    _sign(model)
    with pytest.raises(ModelError):
        load_model(model)


def test_a_model_s_card_cannot_steer_a_terminal_or_a_page(model, tmp_path, capsys):
    card = json.loads((model / "card.json").read_text("utf-8"))
    card = {**card, "name": "<script>alert(1)</script>\x1b[2J", "license": "\x1b[31m{{ 7 * 7 }}"}
    (model / "card.json").write_text(json.dumps(card), encoding="utf-8")
    _sign(model)
    case = case_folder(tmp_path / "sager", "s", {"notat.txt": SENTENCE})
    main(["model", "info", str(model)])
    main(["score", str(case.parent), "--out", str(tmp_path / "ud"), "--model", str(model)])
    said = capsys.readouterr()
    page = (tmp_path / "ud" / "rapport.html").read_text("utf-8")
    assert CONTROL.findall(said.out + said.err + page) == []
    assert "<script" not in page and "49" not in said.out.splitlines()[0]

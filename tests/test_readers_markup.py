"""HTML and RTF."""

from __future__ import annotations

import contextlib
import random
import time
from datetime import date

import pytest

from docscore.case import Kind
from docscore.errors import UnreadableFileError
from docscore.readers import read_document
from docscore.readers.formats import read_cell
from docscore.recognise import document_date


def html(text: str) -> str:
    return read_document(f"<!DOCTYPE html><html><body>{text}</body></html>".encode(), "a.html").text


def test_blocks_inline_and_whitespace() -> None:
    assert html("<h1>Mål</h1><p>Borgeren  <b>ønsker</b>\n ro.<p>Linje<br>skift<ul><li>en<li>to</ul>") == (
        "Mål\nBorgeren ønsker ro.\nLinje\nskift\nen\nto"
    )


def test_tables_nested_and_with_several_paragraphs() -> None:
    rows = "<tr><th>Navn<td>Bo<tr><td>Ønsker<td><p>ro<p>få timer<tr><td>Tomt<td>"
    assert html(f"<table>{rows}</table>") == "Navn | Bo\nØnsker | ro\nfå timer\nTomt |"
    assert html("<table><tr><td>a<td><table><tr><td>b<td>c</table></table>") == "a | b | c"


def test_form_controls() -> None:
    form = (
        '<input type=checkbox checked> Ja <input type="checkbox"> Nej<br>'
        "Navn:<input value='Bo'><input type=hidden value=x><br>"
        "<select><option value=''>Vælg...<option>Ryg</select><br>"
        "<select><option>Ryg<option selected>Knæ</select><br><textarea>To\nlinjer</textarea>"
    )
    assert html(form) == "☒ Ja ☐ Nej\nNavn: Bo\n\nKnæ\nTo\nlinjer"


def test_nothing_hidden_fetched_or_run(tmp_path) -> None:  # type: ignore[no-untyped-def]
    secret = tmp_path / "hemmelig.txt"
    secret.write_text("HEMMELIG")
    page = (
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]><html><head>'
        f"<title>T</title><style>p{{}}</style></head>"
        f'<body><script>alert(1)</script><!-- note --><p>Synlig &x;</p><p style="display: none">Skjult</p>'
        f'<iframe src="{secret.as_uri()}">ramme</iframe></body></html>'
    )
    found = read_document(page.encode(), "a.html").text
    assert "Synlig" in found
    for word in ("HEMMELIG", "alert", "Skjult", "note", "ramme", "p{"):
        assert word not in found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert read_document("<html><p>Æblegrød på øen</p></html>".encode(encoding), "a.html").text == "Æblegrød på øen"
    declared = '<html><meta charset="iso-8859-1"><p>Æblegrød på øen – ja</p></html>'.encode("cp1252")
    assert read_document(declared, "a.html").text == "Æblegrød på øen – ja"


def test_deep_nesting_is_read_or_refused_but_never_cut_silently() -> None:
    page = "<html>" + "<div>" * 5000 + "dybt nede" + "</div>" * 5000 + "</html>"
    try:
        assert "dybt nede" in read_document(page.encode(), "a.html").text
    except UnreadableFileError as error:
        assert "Gem den" in str(error) or "Del den" in str(error)


def test_html_without_a_page_around_it_in_a_html_file() -> None:
    assert read_document(b"<p>Kun <i>en</i> stump", "a.htm").text == "Kun en stump"


def test_html_in_a_text_file() -> None:
    assert read_document(b"<html><body><p>hej</body></html>", "a.txt").text == "hej"


RTF = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}}\f0 "


def rtf(body: str) -> str:
    return read_document((RTF + body + "}").encode("cp1252"), "a.rtf").text


def test_rtf_letters_in_every_spelling() -> None:
    assert rtf(r"Bl\'e5b\'e6rgr\'f8d \u230?\u248?\u229? \'c6\'d8\'c5\par To") == "Blåbærgrød æøå ÆØÅ\nTo"
    assert rtf(r"{\uc0\u8211}{\uc1\u8217'}s \bullet\tab x\~y \emdash") == "–’s •\tx y —"
    assert rtf("rå æøå") == "rå æøå"


def test_rtf_tables_and_boxes() -> None:
    row = r"\trowd\cellx100\cellx200\intbl {}\cell {}\cell\row "
    assert rtf(
        row.replace("{}", "Navn", 1).replace("{}", "Bo", 1) + row.replace("{}", r"\'d8nsker", 1).replace("{}", "", 1)
    ) == ("Navn | Bo\nØnsker |")
    box = r"{\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres25\ffdefres1}}}{\fldrslt }}"
    assert rtf(box + " Ja " + box.replace("defres1", "defres0") + " Nej") == "☒ Ja ☐ Nej"
    assert rtf(box.replace("ffres25", "ffres0") + " Nej") == "☐ Nej"


def test_rtf_leaves_out_pictures_headers_and_link_addresses() -> None:
    picture = r"{\pict\pngblip " + "89504e47" * 5000 + "}"
    link = r'{\field{\*\fldinst{HYPERLINK "http://eksempel.dk"}}{\fldrslt{siden}}}'
    assert rtf(r"{\header Sidehoved}Tekst " + picture + link) == "Tekst siden"


def test_rtf_in_a_doc_file_and_in_a_cell() -> None:
    assert read_document((RTF + r"hej}").encode(), "a.doc").text == "hej"
    assert read_cell(RTF + r"\'e6}", "a.csv").text == "æ"
    assert read_cell("<p>a</p><p>b &aelig;</p>", "a.csv").text == "a\nb æ"
    assert read_cell("a < b og <c>", "a.csv").text == "a < b og <c>"


@pytest.mark.parametrize(
    "body",
    [
        r"{\fonttbl" + r"\f1\fcharset0 x" * 3000,
        r"{\field{\*\fldinst{HYPERLINK " + '"}' * 5000,
        r"{\fftype1" * 5000,
        r"\pict" + "abcdef" * 66 + "z",
        "{" * 20000,
    ],
    ids=["fonts", "links", "boxes", "hex", "braces"],
)
def test_crafted_rtf_takes_no_time(body: str) -> None:
    start = time.perf_counter()
    with contextlib.suppress(UnreadableFileError):
        rtf(body)
    assert time.perf_counter() - start < 3


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.rtf", "a.txt"])
def test_bytes_that_are_no_text_are_refused_whatever_their_name(name: str) -> None:
    for seed in range(20):
        with pytest.raises(UnreadableFileError, match=r"ikke tekst|læses ikke"):
            read_document(b"x" + random.Random(seed).randbytes(4000), name)


def test_rtf_with_a_picture_as_bytes() -> None:
    data = RTF.encode() + rb"{\pict\bin4 " + b"\x01\x02\x03\x04" + b"}Tekst}"
    assert "Tekst" in read_document(data, "a.rtf").text


def test_the_date_of_a_plan_on_a_web_page() -> None:
    page = "<h1>Min Plan</h1><p>Oprettet 02-09-2021</p><table><tr><td>15-09-2021</td><td>Praktik</td></tr></table>"
    text = read_document(page.encode(), "plan.html").text
    assert document_date(text, Kind.MIN_PLAN) == date(2021, 9, 2)

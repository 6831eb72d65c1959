"""PDF: running text out of places on pages."""

from __future__ import annotations

import io
import random
import time
from typing import Any

import pytest
from readers_support import canvas_pdf, flow_pdf
from scan_support import fake, joined, picture, scan_pdf, typed

from docscore.errors import UnreadableFileError
from docscore.readers import read_document
from docscore.readers.ocr_engine import EngineError

LOREM = (
    "Borgeren oplyser, at hun gerne vil arbejde med dyr, men at hun har svært ved at stå op i længere tid. "
    "Hun ønsker at begynde med få timer og på sigt at øge timetallet, hvis smerterne aftager. "
)


def text(data: bytes) -> str:
    return read_document(data, "a.pdf").text


def styles() -> Any:
    from reportlab.lib.styles import getSampleStyleSheet

    return getSampleStyleSheet()


def test_paragraphs_become_lines_and_headings_stay() -> None:
    from reportlab.platypus import Paragraph

    s = styles()
    flow = [Paragraph("Indstilling", s["Heading1"])]
    flow += [Paragraph(LOREM * 3, s["BodyText"]), Paragraph("Skånehensyn", s["Heading2"])]
    flow += [Paragraph(LOREM * 2, s["BodyText"])]
    lines = [line for line in text(flow_pdf(flow)).split("\n") if line]
    assert lines == ["Indstilling", (LOREM * 3).strip(), "Skånehensyn", (LOREM * 2).strip()]


def test_a_blank_line_stays_one_and_guidance_is_no_part_of_the_answer() -> None:
    guidance = "(Nævn konkrete stillinger eller opgaver, som borgeren vurderes at kunne varetage på sigt)"
    lines = [
        "vi vurderer at hun kan pakke varer i en butik",
        "og at hun skal have ro",
        "",
        "der er ikke behov for mentor",
    ]
    lines += ["og hun har fået besked", "", "Jobtyper:", "", guidance, "Pakning af varer. Klargøring."]
    placed = [(70.0, 760.0 - 15 * n, line) for n, line in enumerate(lines) if line]
    assert text(canvas_pdf(placed)).split("\n") == [
        "vi vurderer at hun kan pakke varer i en butik",
        "og at hun skal have ro",
        "",
        "der er ikke behov for mentor",
        "og hun har fået besked",
        "",
        "Jobtyper:",
        guidance,
        "Pakning af varer. Klargøring.",
    ]


def test_headers_footers_and_page_numbers_are_no_running_text() -> None:
    from reportlab.platypus import Paragraph

    def decorate(canvas: Any, document: Any) -> None:
        canvas.drawString(60, 815, "Nordby Kommune – Jobcenter")
        canvas.drawString(60, 30, "Sagsnr. 21-147 – fortroligt")
        canvas.drawString(280, 18, f"Side {document.page} af 4")

    flow = [Paragraph(f"Afsnit {word}. " + LOREM * 3, styles()["BodyText"]) for word in "abcdefghijklmnopqrst"]
    found = read_document(flow_pdf(flow, decorate), "a.pdf")
    assert found.pages in {4, 3}
    lines = [line for line in found.text.split("\n") if line]
    assert lines[0] == "Nordby Kommune – Jobcenter"
    assert found.text.count("Nordby Kommune") == 1
    assert "fortroligt" not in found.text
    assert "Side " not in found.text
    # Every paragraph is one line, also those that a page break cuts.
    assert lines[1:] == [f"Afsnit {word}. " + (LOREM * 3).strip() for word in "abcdefghijklmnopqrst"]


def test_form_lines_bullets_and_prompts_stay_lines() -> None:
    lines = [
        "Navn: Anna Ågård",
        "Dato: 12-03-2021",
        "• skal have mulighed for pauser i løbet af dagen og for at sidde ned ved behov",
        "• må ikke løfte",
        "1. Ryg",
        "2. Knæ",
        "Borgerens ønsker:",
        "",
        "☐ Ja",
    ]
    page = [(70.0, 780.0 - 14 * i, line.replace("☐", "[ ]")) for i, line in enumerate(lines)]
    assert text(canvas_pdf(page)) == "\n".join(line.replace("☐", "[ ]") for line in lines if line)


def test_hyphenation_is_mended_and_real_hyphens_stay() -> None:
    lines = [
        "Borgeren har behov for skåne-",
        "hensyn i form af pauser og for-",
        "og eftermiddagshvile samt LÆ-",
        "265 fra egen læge og et e-",
        "mailkursus.",
    ]
    page = [(70.0, 780.0 - 13 * i, line) for i, line in enumerate(lines)]
    assert text(canvas_pdf(page)) == (
        "Borgeren har behov for skånehensyn i form af pauser og for- og eftermiddagshvile samt LÆ-265 "
        "fra egen læge og et emailkursus."
    )


@pytest.mark.parametrize("interleaved", [False, True], ids=["column by column", "line by line"])
def test_two_columns(interleaved: bool) -> None:
    left = [f"venstre linje {i} fylder sin spalte helt ud" for i in range(12)]
    right = [f"højre linje {i} fylder også sin spalte ud" for i in range(12)]
    first = [(60.0, 700.0 - 13 * i, line) for i, line in enumerate(left)]
    second = [(320.0, 700.0 - 13 * i, line) for i, line in enumerate(right)]
    body = [place for pair in zip(first, second, strict=True) for place in pair] if interleaved else first + second
    title = [(60.0, 740.0, "Overskrift hen over begge spalter på siden, som er lang nok til begge to")]
    found = text(canvas_pdf(title + body))
    order = [found.index(line) for line in left + right]
    assert order == sorted(order)
    assert found.startswith("Overskrift")


def test_table_with_wrapped_cells() -> None:
    from reportlab.platypus import Paragraph, Table

    s = styles()["BodyText"]
    rows = [
        ["Navn", "Anna Ågård"],
        ["Dato", "12-03-2021"],
        [Paragraph("Borgerens egne ønsker til det videre forløb", s), Paragraph(LOREM, s)],
        ["Tomt felt", ""],
    ]
    assert text(flow_pdf([Table(rows, colWidths=[110, 320])])) == (
        "Navn | Anna Ågård\nDato | 12-03-2021\n"
        f"Borgerens egne ønsker til det videre forløb | {LOREM.strip()}\nTomt felt"
    )


def test_key_and_value_written_row_by_row() -> None:
    keys = ["Navn", "Adresse", "Telefon", "Ydelse"]
    page = [
        (x, 780.0 - 14 * i, f"{key}{tail}") for i, key in enumerate(keys) for x, tail in ((70.0, ""), (220.0, " x"))
    ]
    assert text(canvas_pdf(page)) == "\n".join(f"{key} | {key} x" for key in keys)


def test_lines_written_out_of_order_are_read_from_the_top() -> None:
    lines = [f"Linje nummer {i}." for i in range(8)]
    page = [(70.0, 780.0 - 40 * i, line) for i, line in enumerate(lines)]
    random.Random(3).shuffle(page)
    assert text(canvas_pdf(page)) == "\n".join(lines)


def test_fillable_fields_and_boxes() -> None:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(70, 700, "Navn")
    canvas.acroForm.textfield(name="navn", value="Anna Berg", x=220, y=695, width=200, height=16)
    canvas.drawString(95, 660, "Ønsker fleksjob")
    canvas.acroForm.checkbox(name="a", checked=True, x=70, y=657, size=14)
    canvas.drawString(95, 630, "Ønsker pension")
    canvas.acroForm.checkbox(name="b", checked=False, x=70, y=627, size=14)
    canvas.save()
    assert text(out.getvalue()) == "Navn | Anna Berg\n☒ Ønsker fleksjob\n☐ Ønsker pension"


def picture_pdf() -> bytes:
    return scan_pdf(picture(typed("Et scannet brev."), dpi=100), dpi=100)


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, EngineError("Tesseract (OCR) er ikke installeret."))


@pytest.mark.usefixtures("no_tesseract")
def test_scanned_pdf_says_so() -> None:
    found = read_document(picture_pdf(), "scan.pdf")
    assert found.text == ""
    assert found.pages == 1
    assert "tekstlag" in found.notes[0]
    assert "OCR" in found.notes[0]


@pytest.mark.usefixtures("no_tesseract")
def test_one_scanned_page_among_others_is_named() -> None:
    found = read_document(joined(canvas_pdf([(70, 700, "Med tekst")]), picture_pdf()), "a.pdf")
    assert found.text == "Med tekst"
    assert found.notes[0].startswith("side 2 ")


def test_password() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    data = canvas_pdf([(70, 700, "hemmeligt")], encrypt=StandardEncryption("kode", canPrint=0))
    with pytest.raises(UnreadableFileError, match="adgangskode"):
        read_document(data, "a.pdf")


@pytest.mark.parametrize("data", [b"%PDF-1.7\nvrovl", canvas_pdf([(70, 700, "hej")])[:300]], ids=["junk", "cut"])
def test_broken(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match=r"a\.pdf: .*igen"):
        read_document(data, "a.pdf")


def test_wrong_extension() -> None:
    assert read_document(canvas_pdf([(70, 700, "hej")]), "a.txt").text == "hej"


@pytest.mark.slow
def test_a_page_takes_milliseconds() -> None:
    from reportlab.platypus import Paragraph

    data = flow_pdf([Paragraph(LOREM * 4, styles()["BodyText"]) for _ in range(200)])
    read_document(data, "a.pdf")
    start = time.perf_counter()
    found = read_document(data, "a.pdf")
    assert found.pages is not None
    assert (time.perf_counter() - start) / found.pages < 0.05


@pytest.mark.parametrize("pitch", [13, 24])
def test_a_form_of_long_prompts_and_answers_is_not_taken_for_two_columns(pitch: int) -> None:
    rows = [(f"Borgerens egne ønsker nummer {i}", f"Borgeren ønsker at arbejde {i} timer om ugen") for i in range(9)]
    page = [
        (x, 760.0 - pitch * i, cell) for i, row in enumerate(rows) for x, cell in zip((70.0, 300.0), row, strict=True)
    ]
    assert text(canvas_pdf(page)) == "\n".join(" | ".join(row) for row in rows)

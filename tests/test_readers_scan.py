"""Scanned pages: when they are recognised, how they are made ready, and what becomes of the answer."""

from __future__ import annotations

import os
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from readers_support import canvas_pdf, case_folder, flow_pdf
from scan_support import (
    PROSE,
    FakeEngine,
    fake,
    joined,
    needs_tesseract,
    picture,
    program_folder,
    recorded,
    saved,
    scan_pdf,
    typed,
)

from docscore.case import Case, OcrPage
from docscore.errors import UnreadableFileError
from docscore.readers import iter_cases, limits, read_document
from docscore.readers.image import to_picture
from docscore.readers.ocr import PageReader, on_page, pages_named
from docscore.readers.ocr_engine import INSTALL, Engine, EngineError, EngineFailureError, find_engine, run
from docscore.readers.ocr_hocr import Line, Word, confidence, read_hocr, segments
from docscore.readers.ocr_marks import Marks, with_boxes
from docscore.readers.ocr_need import is_better, is_needed, is_rubbish, lacks_danish, small_word_share
from docscore.readers.ocr_picture import Picture, skew
from docscore.readers.pdf_layout import flow_text

ROOT = Path(__file__).resolve().parents[1]
A4 = 842.0
TEXT = (
    "Borgeren har behov for pauser, og hun må ikke løfte tungt. Det er aftalt med egen læge, at hun øger sin tid. " * 4
)


def flowed(name: str) -> str:
    return flow_text([segments(read_hocr(recorded(name)), 300, 3508)], [A4])


# Tesseract's answer


def test_recorded_prose_is_joined_and_hyphens_mended() -> None:
    lines = [line for line in flowed("prosa").split("\n") if line]
    assert lines[0] == "Skånehensyn"
    assert "mange pauser og forudsigelige opgaver" in lines[1]
    assert "§ 116" in flowed("prosa")


def test_recorded_columns_are_read_one_after_the_other() -> None:
    found = flowed("spalter")
    order = [found.index(f"{side} linje {n}") for side in ("venstre", "højre") for n in ("en", "to", "ni", "ti")]
    assert order == sorted(order)


def test_recorded_form_has_rows() -> None:
    assert flowed("skema").split("\n")[:2] == ["Navn | Anna Ågård", "Dato | 12-03-2021"]


def test_confidence_is_the_mean_over_letters() -> None:
    words = (Word("ab", 0, 0, 1, 1, 90), Word("§ 116abc"[2:], 0, 0, 1, 1, 60), Word("--", 0, 0, 1, 1, 0))
    assert confidence([Line(words, 1, 1, 0)]) == round((2 * 90 + 6 * 60) / 8 / 100, 2)
    assert confidence([]) is None
    assert 0.85 < (confidence(read_hocr(recorded("prosa"))) or 0) <= 1


@pytest.mark.parametrize(
    "hocr", [b"", b"   ", b"<html/>", b"\xff\xfe\0", b"<span class='ocr_line' title='bbox 1'>x</span>"]
)
def test_an_odd_answer_has_no_lines(hocr: bytes) -> None:
    assert read_hocr(hocr) == []


def test_frames_and_dirt_are_no_words() -> None:
    words = [Word(text, 10 * n, 0, 10 * n + 8, 10, 95) for n, text in enumerate(["|", "Ja", "_", "–", "nej", "~."])]
    found = segments([Line(tuple(words), 10, 10, 0)], 72, 100)
    assert " ".join(segment.text for segment in found) == "Ja – nej"


def test_wide_gaps_cut_a_line_and_sizes_are_evened_out() -> None:
    def line(y: float, size: float) -> Line:
        return Line((Word("Navn", 0, y - 10, 40, y, 95), Word("Anna", 90, y - 10, 130, y, 95)), y, size, 0)

    found = segments([line(20, 10), line(40, 11), line(60, 10)], 72, 100)
    assert [segment.text for segment in found] == ["Navn", "Anna"] * 3
    assert {segment.height for segment in found} == {10}
    assert found[0].y0 == 80


# Pictures


def level(*lines: str, turn: float = 0.0) -> Picture:
    return to_picture_of(picture(typed(*lines * 8), turn=turn))


def to_picture_of(image) -> Picture:  # type: ignore[no-untyped-def]
    image.info["dpi"] = (200, 200)
    return to_picture(image)


@pytest.mark.parametrize("turn", [-4.0, -1.0, 0.0, 0.6, 3.0])
def test_skew_is_measured_and_taken_out(turn: float) -> None:
    page = level(*PROSE, turn=turn)
    assert page.dpi == 300
    assert skew(page) == pytest.approx(turn, abs=0.15)
    assert abs(skew(page.levelled())) <= 0.15


def test_a_page_without_lines_is_not_turned() -> None:
    from PIL import Image

    assert skew(Picture(Image.effect_noise((900, 1200), 80), 300)) == 0
    assert skew(Picture(Image.new("L", (900, 1200), 255), 300)) == 0


def test_an_empty_sheet_is_known_and_a_word_is_not_one() -> None:
    from PIL import Image

    assert Picture(Image.new("L", (2480, 3508), 235), 300).is_blank()
    assert not to_picture_of(picture(typed("Ja"))).is_blank()


def test_turning_is_clockwise() -> None:
    from PIL import Image

    image = Image.new("L", (30, 20), 255)
    image.putpixel((0, 0), 0)
    turned = Picture(image, 300).turned(90).image
    assert turned.size == (20, 30)
    assert turned.getpixel((19, 0)) == 0
    assert Picture(image, 300).turned(0).image is image


def test_single_specks_go_and_strokes_stay() -> None:
    from PIL import Image, ImageDraw

    image = Image.new("L", (40, 40), 255)
    image.putpixel((5, 5), 0)
    ImageDraw.Draw(image).rectangle((20, 10, 22, 30), fill=0)
    cleaned = Picture(image, 300).without_specks().image
    assert cleaned.getpixel((5, 5)) == 255
    assert cleaned.getpixel((21, 20)) == 0


def test_pictures_of_any_kind_become_grey_at_one_resolution() -> None:
    from PIL import Image

    page = picture(typed(*PROSE))
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "F", "I;16"):
        image = page.convert(mode) if mode != "I;16" else Image.frombytes("I;16", (4, 4), b"\0\xff" * 16)
        image.info["dpi"] = (200, 200)
        found = to_picture(image)
        assert found.image.mode == "L"
    clear = Image.new("RGBA", (1654, 2339), (0, 0, 0, 0))
    assert to_picture_of(clear).is_blank()
    # A photograph's 72 dpi would make a sheet of a metre: it is taken for an A4 sheet.
    photo = Image.new("L", (3000, 4000), 255)
    photo.info["dpi"] = (72, 72)
    assert to_picture(photo).image.height == pytest.approx(11.69 * 300, abs=2)


def test_a_page_on_its_side_by_its_own_account_is_turned() -> None:
    image = picture(typed(*PROSE)).resize((400, 600))
    exif = image.getexif()
    exif[0x0112] = 6
    from PIL import Image

    data = saved(image, "JPEG", exif=exif)
    import io

    found = to_picture(Image.open(io.BytesIO(data)))
    assert found.image.width > found.image.height


# Boxes and rules


def form_picture() -> Picture:
    from PIL import ImageDraw

    image = picture(typed(*PROSE), dpi=300)
    pen = ImageDraw.Draw(image)
    pen.rectangle((300, 1500, 340, 1540), outline=0, width=3)
    pen.rectangle((600, 1500, 640, 1540), outline=0, width=3)
    pen.line((610, 1510, 630, 1530), fill=0, width=4)
    pen.line((610, 1530, 630, 1510), fill=0, width=4)
    pen.rectangle((900, 1500, 940, 1540), fill=0)
    pen.ellipse((1000, 1500, 1040, 1540), outline=0, width=3)
    pen.line((500, 1600, 500, 1700), fill=0, width=3)
    image.info["dpi"] = (300, 300)
    return to_picture(image)


def test_boxes_are_told_from_letters_bullets_and_rings() -> None:
    found = Marks(form_picture()).boxes()
    assert [(word.text, round(word.x0 / 10)) for word in found] == [("☐", 30), ("☒", 60)]


def test_no_letter_is_taken_for_a_box() -> None:
    letters = typed("BDEFHKMNOQRUVWXYZÆØÅ 0123456789 abdegkmopqøåæ #@&%§", "D O B E 8 0 D O", size=24, pitch=40)
    assert Marks(to_picture_of(picture(letters))).boxes() == []


def test_boxes_take_the_place_of_what_was_read_there() -> None:
    words = (
        Word("E", 300, 1500, 340, 1540, 40),
        Word("Ja", 360, 1505, 400, 1538, 95),
        Word("Nej", 660, 1505, 720, 1538, 95),
    )
    found = with_boxes([Line(words, 1545, 42, 0)], Marks(form_picture()).boxes())
    assert [[word.text for word in line.words] for line in found] == [["☐", "Ja", "☒", "Nej"]]
    alone = with_boxes([], Marks(form_picture()).boxes())
    assert [line.words[0].text for line in alone] == ["☐", "☒"]


def test_what_was_surely_read_as_letters_is_no_box() -> None:
    box = [Word("☒", 300, 1500, 330, 1530, 90)]
    for text, x1, sure, wanted in (
        ("sent", 380, 40, "sent"),
        ("B.", 340, 92, "B."),
        ("B", 330, 55, "☒"),
        ("X", 330, 95, "☒"),
    ):
        found = with_boxes([Line((Word(text, 300, 1500, x1, 1530, sure),), 1535, 40, 0)], box)
        assert [word.text for line in found for word in line.words] == [wanted]


def test_a_rule_between_two_words_makes_cells() -> None:
    def line(y: float, *words: tuple[float, float]) -> Line:
        return Line(tuple(Word("ord", x0, y - 30, x1, y, 95) for x0, x1 in words), y, 34, 0)

    marks = Marks(form_picture())
    lines = [line(1640, (300, 480), (520, 700)), line(1680, (300, 470), (520, 680)), line(1900, (300, 480), (520, 700))]
    found = marks.with_rules(lines)
    assert [piece.cell for piece in found] == [1, 1, 2, 2, 0]
    assert [len(piece.words) for piece in found] == [1, 1, 1, 1, 2]


def test_a_stroke_before_a_small_word_is_the_letter_i() -> None:
    def read(*words: tuple[str, float]) -> str:
        placed = [Word(text, 40 * n, 100 - tall, 40 * n + 30, 100, 95) for n, (text, tall) in enumerate(words)]
        return " ".join(segment.text for segment in segments([Line(tuple(placed), 105, 40, 0)], 300, 3508))

    assert read(("|", 30), ("dag", 30), ("er", 30)) == "I dag er"
    assert read(("Ja.", 30), ("|", 30), ("dag", 30)) == "Ja. I dag"
    assert read(("|", 60), ("dag", 30)) == "dag"
    assert read(("Ja", 30), ("|", 30), ("nej", 30)) == "Ja nej"
    assert read(("|", 30), ("Navn", 30)) == "Navn"


def led(*rows: tuple[str, str]) -> Picture:
    """A page of prompts and answers with dots between them, as a typewriter sets them."""
    lines = [f"{prompt} {'.' * (40 - len(prompt))}{answer}" for prompt, answer in rows]
    pdf = canvas_pdf([(70, 700 - 30 * n, line) for n, line in enumerate(lines)], size=12)
    return to_picture_of(picture(pdf))


def test_dots_that_lead_to_an_answer_are_taken_out_and_put_back() -> None:
    from docscore.readers.ocr_leaders import with_leaders, without_leaders

    page = led(("Arbejdsevne", ": 7-8 timer om ugen."), ("Navn", " Anna"), ("Pauser", "..: Ja, tit ..."))
    cleaned, leaders = without_leaders(page)
    assert [word.text for word in leaders] == ["......:", "......", "......:"]
    assert cleaned.image.size == page.image.size and without_leaders(cleaned)[1] == []
    first = leaders[0]
    middle = (first.y0 + first.y1) / 2

    def line(x0: float, x1: float, text: str) -> Line:
        return Line((Word(text, x0, middle - 30, x1, middle + 4, 95),), middle + 8, 44, 0)

    prompt, answer = line(first.x0 - 300, first.x0 - 20, "Arbejdsevne"), line(first.x1 + 25, first.x1 + 200, "7-8")
    found = with_leaders([prompt, answer], [first])
    assert [[word.text for word in one.words] for one in found] == [["Arbejdsevne", "......:", "7-8"]]
    assert [one.text for one in segments(found, 300, 3508)] == ["Arbejdsevne ......: 7-8"]
    assert with_leaders([answer], [first]) == [answer]


def test_the_dots_of_ordinary_text_stay() -> None:
    from PIL import Image

    from docscore.readers.ocr_leaders import without_leaders

    text = (
        "Hun siger: »Ja ...« kl. 10.30. Se pkt. 1.2.3.4. Det er bl.a. d.v.s. m.v. i. j. i. j.",
        "Initiativ i minimum ti minutter ::::::::",
    )
    page = to_picture_of(picture(typed(*text * 9)))
    assert without_leaders(page) == (page, [])
    specks = Image.effect_noise((900, 900), 120)
    without_leaders(Picture(specks, 300))


@needs_tesseract
@pytest.mark.slow
def test_a_form_with_dots_is_read() -> None:
    rows = (
        ("1.2.0 Arbejdsevne", ": 7-8 timer om ugen"),
        ("1.3.0 Pauser", ": Hver time, efter behov"),
        ("1.4.0 Job", ": I butik"),
    )
    page = led(*rows).image
    found = read_document(saved(page, "PNG", dpi=(300, 300)), "a.png").text
    for prompt, answer in rows:
        assert f"{prompt} ......{answer}" in found


# When a page is recognised


def shifted(text: str) -> str:
    """What a font without a table of characters gives: every letter's number in the font."""
    return "".join(chr(max(33, ord(c) - 29)) if c.isalpha() and c.isascii() else c for c in text)


def test_a_layer_is_rubbish_when_its_words_are_none() -> None:
    assert not is_rubbish(TEXT)
    assert is_rubbish(shifted(TEXT))
    assert is_rubbish("\ue012\ue034\ue022 " * 20)
    assert is_rubbish("\ufffd\ufffd og \ufffd")
    assert not is_rubbish("Navn Anna\nDato 12-03-2021")


def test_no_page_of_the_corpus_is_rubbish_or_without_danish() -> None:
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "annotations" / "cases").glob("*/*.txt"))]
    assert len(texts) > 500
    poor = [share for text in texts if (share := small_word_share(text)) is not None and share < 0.06]
    # Short cvs have hardly a small word; their recognised text is not better, so nothing changes.
    assert len(poor) <= 0.005 * len(texts)
    assert not any(lacks_danish(text) for text in texts)


def test_a_foreign_recognition_is_known() -> None:
    bare = TEXT.translate(str.maketrans("æøåÆØÅ", "eoaEOA"))
    assert lacks_danish(bare)
    assert not lacks_danish(bare[:200])
    assert is_needed(bare, covered=0.95, drawn=0)
    assert not is_needed(bare, covered=0.0, drawn=0)
    assert is_better(TEXT, bare)
    assert not is_better(bare, TEXT)


def test_what_a_page_shows_decides() -> None:
    assert is_needed("", covered=0.9, drawn=0)
    assert is_needed("", covered=0.0, drawn=5000)
    assert not is_needed("", covered=0.0, drawn=3)
    assert is_needed("Modtaget 12-03-2021", covered=1.0, drawn=0)
    assert not is_needed("Modtaget 12-03-2021", covered=0.1, drawn=0)
    assert not is_needed(TEXT, covered=1.0, drawn=0)


# Documents, with recorded answers


def test_a_mixed_pdf_is_read_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    text = typed("Afgørelse om fleksjob", "Teamet indstiller til fleksjob.", pitch=40)
    found = read_document(joined(text, scan_pdf(picture(typed(*PROSE))), typed("Venlig hilsen")), "a.pdf")
    assert engine.calls == 1
    lines = found.text.split("\n")
    assert lines[0] == "Afgørelse om fleksjob"
    assert lines[-1] == "Venlig hilsen"
    assert "forudsigelige opgaver" in found.text
    assert (found.ocr, found.pages, found.notes) == (True, 3, ())
    assert [page.page for page in found.ocr_pages] == [2]
    assert found.ocr_engine == "tesseract 0.0 (Latin)"


def test_a_page_with_text_is_never_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    found = read_document(typed(*PROSE), "a.pdf")
    assert (engine.calls, found.ocr, found.ocr_pages, found.ocr_engine) == (0, False, (), None)


def test_a_stamp_on_a_scan_does_not_hide_the_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from reportlab.lib.pagesizes import A4 as SHEET
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=SHEET)
    canvas.drawImage(ImageReader(picture(typed(*PROSE))), 0, 0, *SHEET)
    canvas.drawString(400, 810, "Modtaget 12-03-2021")
    canvas.save()
    fake(monkeypatch, FakeEngine(recorded("prosa")))
    assert "skånehensyn" in read_document(out.getvalue(), "a.pdf").text


def test_the_better_of_layer_and_recognition_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    rubbish = canvas_pdf([(70, 760 - 16 * n, shifted(line)) for n, line in enumerate(PROSE * 3)])
    engine = fake(monkeypatch, FakeEngine(recorded("prosa"), b"<html/>"))
    assert "forudsigelige" in read_document(rubbish, "a.pdf").text
    kept = read_document(rubbish, "a.pdf")
    assert engine.calls == 2
    assert (kept.ocr, kept.notes) == (False, ())
    assert kept.text
    assert "ulæseligt" in kept.warnings[0]


def test_pictures_are_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    page = picture(typed(*PROSE))
    for kind, name in (("PNG", "scan.png"), ("JPEG", "foto.jpg"), ("TIFF", "fax.tif"), ("PNG", "forkert.pdf")):
        fake(monkeypatch, FakeEngine(recorded("prosa")))
        found = read_document(saved(page, kind, dpi=(200, 200)), name)
        assert (found.pages, found.ocr, len(found.ocr_pages)) == (1, True, 1)
        assert "§ 116" in found.text


def test_a_tiff_of_many_pages_with_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    engine = fake(monkeypatch, FakeEngine(recorded("prosa"), recorded("skema")))
    page = picture(typed(*PROSE)).convert("1")
    pages = [Image.new("1", page.size, 1), page]
    data = saved(page, "TIFF", save_all=True, append_images=pages, compression="group4", dpi=(200, 200))
    found = read_document(data, "fax.tiff")
    assert (engine.calls, found.pages, found.notes) == (2, 3, ())
    assert [page.page for page in found.ocr_pages] == [1, 3]
    assert "Anna Ågård" in found.text


def test_without_tesseract_the_file_is_named_with_the_install_command(monkeypatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    fake(monkeypatch, EngineError(f"Tesseract (tekstgenkendelse, OCR) er ikke installeret. {INSTALL}"))
    case_folder(
        tmp_path, "s1", {"scan.png": saved(picture(typed(*PROSE))), "notat.txt": "Borgeren har behov for pauser."}
    )
    (case,) = iter_cases(tmp_path)
    assert isinstance(case, Case)
    assert [document.file for document in case.documents] == ["s1/notat.txt", "s1/scan.png"]
    (problem,) = case.problems
    assert problem.file == "s1/scan.png"
    for part in ("apt install tesseract-ocr tesseract-ocr-script-latn", "winget", "brew", "Tesseract", "OCR"):
        assert part in problem.reason


def test_confidence_reaches_the_record_and_doubt_the_warnings(monkeypatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from job_fakes import Factory

    from docscore.report.records import case_record

    unsure = re.sub(rb"x_wconf [0-9]+", b"x_wconf 61", recorded("prosa"))
    fake(monkeypatch, FakeEngine(unsure))
    case_folder(tmp_path, "s1", {"scan.png": saved(picture(typed(*PROSE)))})
    (case,) = iter_cases(tmp_path)
    assert isinstance(case, Case)
    assert case.documents[0].ocr_pages == (OcrPage(1, 0.61),)
    assert case.warnings == (
        "scan.png: teksten på side 1 er genkendt fra billeder med usikkerhed. Sammenlign med originalen.",
    )
    (document,) = case_record(Factory()().score(case)).case["documents"]
    assert document["ocr"] is True
    assert document["ocr_pages"] == [{"page": 1, "confidence": 0.61}]
    assert document["ocr_engine"] == "tesseract 0.0 (Latin)"


def test_with_danish_data_only_the_loss_of_paragraph_signs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    engine.loses_paragraph_signs = True
    found = read_document(saved(picture(typed(*PROSE))), "scan.png")
    assert found.ocr
    assert "§ går tabt" in found.warnings[0]
    assert "tesseract-ocr-script-latn" in found.warnings[0]


def test_failing_pages_are_named_and_the_others_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(FakeEngine):
        def hocr(self, png: bytes, dpi: int) -> bytes:
            answer = super().hocr(png, dpi)
            if self.calls == 2:
                raise EngineFailureError("exit 1")
            return answer

    fake(monkeypatch, Failing(recorded("prosa")))
    page = picture(typed(*PROSE))
    found = read_document(scan_pdf(page, page, page), "a.pdf")
    assert [page.page for page in found.ocr_pages] == [1, 3]
    assert found.notes[0].startswith("tekstgenkendelsen (OCR) af side 2 ")


def test_pages_beyond_the_limit_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_OCR_PAGES", 1)
    fake(monkeypatch, FakeEngine(recorded("prosa")))
    page = picture(typed(*PROSE), dpi=100)
    found = read_document(scan_pdf(page, page, page, dpi=100), "a.pdf")
    assert [page.page for page in found.ocr_pages] == [1]
    assert found.notes[0].startswith("siderne 2, 3 er ikke læst")
    monkeypatch.setattr(limits, "MAX_OCR_SECONDS", -1)
    assert read_document(scan_pdf(page, dpi=100), "a.pdf").ocr is False


def test_progress_is_told_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, FakeEngine(recorded("prosa")))
    told: list[tuple[int, int]] = []
    token = on_page.set(lambda page, total: told.append((page, total)))
    try:
        page = picture(typed(*PROSE), dpi=100)
        read_document(scan_pdf(page, page, dpi=100), "a.pdf")
    finally:
        on_page.reset(token)
    assert told == [(0, 2), (1, 2)]


def test_a_poorly_read_page_is_tried_the_other_ways_up(monkeypatch: pytest.MonkeyPatch) -> None:
    poor = re.sub(rb"x_wconf [0-9]+", b"x_wconf 30", recorded("skema"))

    class Turned(FakeEngine):
        def rotation(self, png: bytes, dpi: int) -> int | None:
            return 180

    engine = fake(monkeypatch, Turned(poor, recorded("prosa")))
    assert "§ 116" in read_document(saved(picture(typed(*PROSE))), "scan.png").text
    assert engine.calls == 2
    blind = fake(monkeypatch, FakeEngine(poor, poor, recorded("prosa"), poor))
    blind.osd = False
    assert "§ 116" in read_document(saved(picture(typed(*PROSE))), "scan.png").text
    assert blind.calls == 4


def test_long_lists_of_pages_are_cut() -> None:
    assert pages_named([3]) == "side 3"
    assert pages_named(list(range(1, 30))).endswith("19, 20 …")


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"II*\0\x08\0\0\0"])
def test_a_broken_picture_says_so(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, FakeEngine(recorded("prosa")))
    with pytest.raises(UnreadableFileError, match="beskadiget"):
        read_document(data, "scan.png")


# The program

posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in program is a shell script")
LISTS = 'case "$1" in --version) echo "tesseract 5.9.1";; --list-langs) printf "List:\\n{}\\n";; esac'


@posix
@pytest.mark.parametrize(
    ("data", "language"),
    [("Latin\\ndan\\neng\\nosd", "Latin"), ("eng\\nscript/Latin", "script/Latin"), ("dan\\neng", "dan")],
)
def test_the_best_language_data_is_taken(tmp_path, monkeypatch, data: str, language: str) -> None:  # type: ignore[no-untyped-def]
    folder = program_folder(tmp_path / language.replace("/", "-"), LISTS.format(data))
    monkeypatch.setenv("PATH", str(folder))
    engine = find_engine()
    assert (engine.language, engine.version, engine.osd) == (language, "5.9.1", "osd" in data)
    assert engine.loses_paragraph_signs is (language == "dan")


@posix
def test_a_program_without_data_or_beside_the_case_files_is_not_used(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("PATH", str(program_folder(tmp_path / "a", LISTS.format("eng\\nosd"))))
    with pytest.raises(EngineError, match=r"mangler sprogdata.*tesseract-ocr-script-latn"):
        find_engine()
    program_folder(tmp_path / "b", LISTS.format("Latin"))
    monkeypatch.chdir(tmp_path / "b")
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", str(tmp_path / "findes ikke")]))
    with pytest.raises(EngineError, match="ikke installeret"):
        find_engine()


@posix
def test_a_program_that_hangs_or_fails_is_ended(tmp_path) -> None:  # type: ignore[no-untyped-def]
    program = str(program_folder(tmp_path, "exec sleep 30") / "tesseract")
    began = time.monotonic()
    with pytest.raises(EngineFailureError):
        run((program,), b"x" * 1_000_000, 0.3)
    assert time.monotonic() - began < 5
    program = str(program_folder(tmp_path, "echo hemmeligt >&2; exit 7") / "tesseract")
    with pytest.raises(EngineFailureError, match=r"^exit 7$"):
        run((program,), b"", 5)
    with pytest.raises(EngineFailureError):
        run((str(tmp_path / "findes-ikke"),), b"", 5)


@posix
def test_the_way_up_is_taken_from_the_program(tmp_path) -> None:  # type: ignore[no-untyped-def]
    program = str(program_folder(tmp_path, 'cat >/dev/null; printf "Page number: 0\\nRotate: 270\\n"') / "tesseract")
    engine = Engine(program, "5", "Latin", True)
    assert engine.rotation(b"", 300) == 270
    assert replace(engine, osd=False).rotation(b"", 300) is None


# Tesseract itself


@needs_tesseract
@pytest.mark.slow
def test_a_scan_keeps_danish_letters_and_paragraph_signs() -> None:
    found = read_document(scan_pdf(picture(typed(*PROSE), turn=1.5)), "a.pdf")
    if find_engine().loses_paragraph_signs:
        assert found.warnings
    else:
        assert "§ 116" in found.text
    for word in ("skånehensyn", "forudsigelige", "løfte", "håber", "øges"):
        assert word in found.text
    assert (found.ocr_pages[0].confidence or 0) > 0.8


@needs_tesseract
@pytest.mark.slow
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_pages_on_their_side_or_head_are_read(turn: int) -> None:
    page = picture(typed(*PROSE * 3), turn=turn)
    found = read_document(saved(page, dpi=(200, 200)), "scan.png")
    assert found.text.count("skånehensyn") == 3


@needs_tesseract
@pytest.mark.slow
def test_a_ruled_form_becomes_rows_of_cells() -> None:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, Table

    style = getSampleStyleSheet()["BodyText"]
    rows = [
        ["Navn", "Anna Ågård"],
        [Paragraph("Borgerens egne ønsker til forløbet frem mod et job", style), Paragraph(TEXT[:220], style)],
        ["Mål", "Øget timetal"],
    ]
    form = flow_pdf([Table(rows, colWidths=[140, 300], style=[("GRID", (0, 0), (-1, -1), 0.7, "black")])])
    lines = read_document(scan_pdf(picture(form)), "a.pdf").text.split("\n")
    assert lines[0] == "Navn | Anna Ågård"
    assert lines[1].startswith("Borgerens egne ønsker til forløbet frem mod et job | Borgeren har behov")
    assert lines[2] == "Mål | Øget timetal"


@needs_tesseract
@pytest.mark.slow
@posix
def test_no_copy_of_the_page_lies_anywhere(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path / "findes" / "ikke"))
    monkeypatch.chdir(tmp_path)
    found = read_document(scan_pdf(picture(typed(*PROSE))), "a.pdf")
    assert "skånehensyn" in found.text
    assert list(tmp_path.iterdir()) == []


def test_reader_counts_only_pages_it_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, FakeEngine(recorded("prosa")))
    reader = PageReader(1)
    assert reader.engine is None
    page = reader.read(7, lambda: level(*PROSE))
    assert page is not None
    reader.accept(7, page)
    assert [page.page for page in reader.pages] == [7]
    assert reader.engine is not None


def columned(skew: float, *, aligned: bool) -> list[str]:
    """What is read of a page with a list on the left and prose on the right, column by column, a little askew."""
    left = [f"- opgave nummer {n} i praktikken" for n in range(10)]
    right = [f"linje {n} i den løbende tekst ved siden" for n in range(10)]
    lines = []
    for x, texts, top in ((100, left, 300.0), (1200, right, 300.0 if aligned else 325.0)):
        for n, text in enumerate(texts):
            y, shift = top + 60 * n, skew * n
            lines.append(Line((Word(text, x - shift, y - 40, x - shift + 900, y, 95),), y + 8, 48, 0))
    return flow_text([segments(lines, 300, 3508)], [A4]).split("\n")


@pytest.mark.parametrize("skew", [0.0, 2.0])
def test_a_column_with_a_list_is_read_before_the_one_beside_it(skew: float) -> None:
    found = " ".join(columned(skew, aligned=False))
    assert found.index("opgave nummer 9") < found.index("linje 0")
    assert "|" not in found


def test_lines_that_stand_beside_one_another_stay_cells() -> None:
    assert any(" | " in line for line in columned(0.0, aligned=True))

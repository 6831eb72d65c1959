"""Pictures inside Word and RTF files: pages pasted in are read at their place, logos are passed over."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from readers_support import docx, p, table
from scan_support import PROSE, FakeEngine, fake, needs_tesseract, picture, recorded, saved, typed

from docscore.case import OcrPage
from docscore.readers import limits, read_document
from docscore.readers.guard_worker import Isolation, isolated, read_guarded
from docscore.readers.ocr_engine import INSTALL, EngineError
from docscore.readers.pictures import is_small

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
PAGE = (15.9, 22.5)
"""Centimetres of a sheet that is set into the text's width."""


def drawing(relation: str, size: tuple[float, float] = PAGE, more: str = "", frame: str = "inline") -> str:
    """A run with a picture as Word writes it."""
    cx, cy = (round(side / 2.54 * 914_400) for side in size)
    return (
        f'<w:r><w:drawing><wp:{frame} xmlns:wp="wp"><wp:extent cx="{cx}" cy="{cy}"/><wp:docPr id="1" name="Billede"/>'
        f'<a:graphic xmlns:a="{A}"><a:graphicData><pic:pic xmlns:pic="pic"><pic:blipFill><a:blip r:embed="{relation}"/>{more}'
        f'</pic:blipFill><pic:spPr><a:xfrm><a:ext cx="{cx}" cy="{cy}"/></a:xfrm></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        f"</wp:{frame}></w:drawing></w:r>"
    )


def vml(relation: str, style: str) -> str:
    return f'<w:r><w:pict><v:shape style="{style}"><v:imagedata r:id="{relation}"/></v:shape></w:pict></w:r>'


def with_pictures(body: str, *images: bytes, kind: str = "png", header: str = "") -> bytes:
    """A DOCX in which rId1, rId2 … are these pictures."""
    rels = "".join(
        f'<Relationship Id="rId{n}" Type="image" Target="media/image{n}.{kind}"/>' for n in range(1, len(images) + 1)
    )
    parts = {f"word/media/image{n}.{kind}": image for n, image in enumerate(images, start=1)}
    return docx(body, rels=rels, parts=parts, header=header)


def page(*lines: str) -> bytes:
    """A sheet with these lines, as PNG."""
    return saved(picture(typed(*lines)))


def cutting(*lines: str) -> bytes:
    """The upper part of such a sheet: for engines that answer the same whatever they see."""
    return saved(picture(typed(*lines)).crop((150, 150, 750, 450)))


def test_a_page_is_read_at_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    data = with_pictures(p("Før siden.") + p("Bilag 1:", drawing("rId1")) + p("Efter siden."), cutting(*PROSE))
    found = read_document(data, "a.docx")
    lines = found.text.split("\n")
    assert lines[0] == "Før siden."
    assert lines[-1] == "Efter siden."
    assert lines[1:3] == ["Bilag 1:", ""]
    assert "§ 116" in "".join(lines[3:-2])
    assert lines[-2] == ""
    assert engine.calls == 1
    assert (found.ocr, found.pages, found.notes) == (True, None, ())
    assert [one.page for one in found.ocr_pages] == [1]
    assert 0.85 < (found.ocr_pages[0].confidence or 0) <= 1
    assert found.ocr_engine == "tesseract 0.0 (Latin)"
    assert "\x01" not in found.text


@pytest.mark.parametrize(
    ("size", "small"),
    [
        ((4, 2), True),  # signature
        ((6, 6), True),  # logo
        ((17, 2.5), True),  # letterhead
        ((16, 4), False),  # a cutting of a few lines
        ((9, 12), False),  # receipt
        (PAGE, False),
    ],
)
def test_logos_and_signatures_are_passed_over(
    monkeypatch: pytest.MonkeyPatch, size: tuple[float, float], small: bool
) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    found = read_document(with_pictures(p("Tekst", drawing("rId1", size)), cutting(*PROSE)), "a.docx")
    assert engine.calls == (0 if small else 1)
    assert is_small(size[0] / 2.54, size[1] / 2.54) is small
    assert found.notes == ()


def test_a_picture_of_few_pixels_is_passed_over_however_large_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    icon = saved(picture(typed("x")).resize((200, 200)))
    assert read_document(with_pictures(p("Tekst", drawing("rId1")), icon), "a.docx").text == "Tekst"
    assert engine.calls == 0


def test_older_pictures_cells_groups_and_repetitions(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    body = (
        table(["Bilag", p(vml("rId1", "position:absolute;width:451pt;height:638pt"))])
        + p(vml("rId2", "width:60pt;height:30pt"))
        + p(drawing("rId1"))
    )
    found = read_document(with_pictures(body, cutting(*PROSE), cutting(*PROSE)), "a.docx")
    assert found.text.startswith("Bilag | ")
    assert found.text.count("§ 116") == 1
    assert engine.calls == 1


def test_pages_in_a_row_are_read_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, FakeEngine(recorded("prosa")))
    images = [cutting(*PROSE, f"nr. {n}") for n in range(3)]
    body = p("Bilag") + p(drawing("rId1")) + p() + p(drawing("rId2")) + p("Skema:") + p(drawing("rId3"))
    found = read_document(with_pictures(body, *images), "a.docx")
    assert [one.page for one in found.ocr_pages] == [1, 2, 3]
    before, _, after = found.text.partition("Skema:")
    assert (before.count("§ 116"), after.count("§ 116")) == (2, 1)


@pytest.mark.parametrize("extra", ['<a:srcRect t="50000"/>', '<a:srcRect l="x"/>', '<a:srcRect t="70000" b="70000"/>'])
def test_what_is_cut_off_is_not_read(monkeypatch: pytest.MonkeyPatch, extra: str) -> None:
    seen: list[bytes] = []

    class Looking(FakeEngine):
        def hocr(self, png: bytes, dpi: int) -> bytes:
            seen.append(png)
            return super().hocr(png, dpi)

    fake(monkeypatch, Looking(recorded("prosa")))
    read_document(with_pictures(p(drawing("rId1", more=extra)), page(*PROSE * 8)), "a.docx")
    from PIL import Image

    width, height = Image.open(io.BytesIO(seen[0])).size
    assert (height < width) is ("50000" in extra)


def test_letterheads_and_hidden_pictures_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    hidden = drawing("rId1").replace('name="Billede"', 'name="Billede" hidden="1"')
    data = with_pictures(p("Tekst", hidden), cutting(*PROSE), header=p("Hoved", drawing("rId1")))
    assert read_document(data, "a.docx").text == "Hoved\nTekst"
    assert engine.calls == 0


def test_without_tesseract_the_page_is_named_and_the_text_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, EngineError(f"Tesseract er ikke installeret. {INSTALL}"))
    body = p("Første afsnit.") + p(drawing("rId1")) + p("Andet.") + p(drawing("rId2"))
    found = read_document(with_pictures(body, cutting(*PROSE), cutting(*PROSE, "2")), "a.docx")
    assert found.text.replace("\n\n", "\n") == "Første afsnit.\nAndet."
    (note,) = found.notes
    assert note.startswith(
        "billedsiderne 1, 2 er billeder uden tekstlag og er ikke læst: Tesseract er ikke installeret."
    )
    assert "sudo apt install" in note
    assert (found.ocr, found.ocr_pages) == (False, ())


def test_what_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, FakeEngine(b""))
    linked = drawing("rId9").replace("r:embed", "r:link")
    broken = cutting(*PROSE)[:200] + b"\0" * 50
    body = p("Tekst") + p(drawing("rId1")) + p(drawing("rId2")) + p(drawing("rId3")) + p(linked)
    data = with_pictures(body, b"\x01\0\0\0 emf", broken, cutting(*PROSE), kind="emf")
    found = read_document(data, "a.docx")
    assert found.text == "Tekst"
    notes = "\n".join(found.notes)
    assert "(emf)" in notes
    assert "ligger ikke i filen" in notes
    assert re.search(r"billedside 1 gik i stå eller fejlede", notes)
    assert re.search(r"ingen læselig tekst i billedet på billedside 2", notes)


def test_a_picture_over_the_limits_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    monkeypatch.setattr(limits, "MAX_PICTURE_PIXELS", 1000)
    found = read_document(with_pictures(p("Tekst", drawing("rId1")), cutting(*PROSE)), "a.docx")
    assert engine.calls == 0
    assert "billedet på billedside 1 er for stort" in found.notes[0]


def test_marks_in_a_hostile_document_are_no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, FakeEngine(recorded("prosa")))
    sym = "".join(f'<w:sym w:font="Arial" w:char="{code:04X}"/>' for code in (1, 0x39, 2, 1, 0x30, 2))
    found = read_document(
        with_pictures(p(f"<w:r>{sym}</w:r>") + p("Tekst", drawing("rId1")), cutting(*PROSE)), "a.docx"
    )
    assert "\x01" not in found.text
    assert "Tekst" in found.text


# RTF


def rtf_picture(data: bytes, size: tuple[float, float] = PAGE, kind: str = "pngblip") -> str:
    twips = [round(side / 2.54 * 1440) for side in size]
    digits = data.hex()
    rows = "\n".join(digits[at : at + 128] for at in range(0, len(digits), 128))
    return f"{{\\pict\\picscalex100\\picwgoal{twips[0]}\\pichgoal{twips[1]}\\{kind}\n{rows}}}"


def rtf(*body: str) -> bytes:
    return ("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0\\fcharset0 Arial;}}" + "\n".join(body) + "}").encode("ascii")


def test_pages_in_an_rtf_are_read_at_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = fake(monkeypatch, FakeEngine(recorded("prosa")))
    image = cutting(*PROSE)
    shown = (
        "{\\*\\shppict" + rtf_picture(image) + "}{\\nonshppict" + rtf_picture(b"\x01\0\0\0", kind="wmetafile8") + "}"
    )
    found = read_document(rtf("F\\'f8r siden.\\par", shown, "\\par Efter.", rtf_picture(image, (4, 2))), "a.rtf")
    lines = [line for line in found.text.split("\n") if line]
    assert (lines[0], lines[-1]) == ("Før siden.", "Efter.")
    assert "§ 116" in "".join(lines[1:-1])
    assert engine.calls == 1
    assert found.ocr_pages[0].page == 1


def test_an_rtf_names_pictures_it_cannot_read(monkeypatch: pytest.MonkeyPatch) -> None:
    fake(monkeypatch, EngineError("Tesseract er ikke installeret."))
    found = read_document(
        rtf("Tekst\\par", rtf_picture(cutting(*PROSE)), rtf_picture(b"\x01\0", kind="emfblip")), "a.rtf"
    )
    assert found.text == "Tekst"
    assert any("(emf)" in note for note in found.notes)
    assert any(note.startswith("billedside 1 er et billede uden tekstlag") for note in found.notes)


@pytest.mark.parametrize(
    "unit", ["{\\pict", "{\\pict\\pngblip ", "\\pict ", "{\\*\\shppict{\\pict 00}", "\\bin5 ", "}{"]
)
def test_crafted_rtf_pictures_take_linear_time(unit: str) -> None:
    import time

    def seconds(count: int) -> float:
        began = time.process_time()
        try:
            read_document(rtf(unit * count), "a.rtf")
        except Exception as error:
            assert "a.rtf" in str(error) or error
        return time.process_time() - began

    seconds(500)
    assert seconds(16_000) < 10 * max(seconds(4_000), 0.05)


# With Tesseract


@needs_tesseract
@pytest.mark.slow
def test_tesseract_reads_a_page_in_word_and_rtf() -> None:
    image = page(*PROSE)
    for data, name in (
        (with_pictures(p("Bilag:", drawing("rId1")) + p("Slut."), image), "a.docx"),
        (rtf("Bilag:\\par", rtf_picture(image), "\\par Slut."), "a.rtf"),
    ):
        with isolated(Isolation.ALL):
            found = read_guarded(data, name)
        assert found.text.index("Bilag:") < found.text.index("§ 116") < found.text.index("Slut.")
        assert "skånehensyn i form af mange pauser og forudsigelige opgaver" in found.text
        assert isinstance(found.ocr_pages[0], OcrPage)
        assert (found.ocr_pages[0].confidence or 0) > 0.85


@needs_tesseract
@pytest.mark.slow
def test_evidence_of_a_pasted_page_points_into_the_text(tmp_path: Any) -> None:
    import docscore

    image = saved(picture(typed("Indstilling fra rehabiliteringsteamet", "", *PROSE)))
    folder = tmp_path / "s1"
    folder.mkdir()
    (folder / "indstilling.docx").write_bytes(
        with_pictures(p("Indstilling") + p(drawing("rId1")) + p("Teamet er enige."), image)
    )
    result = docscore.score(docscore.read_case(folder))
    document = result.case.documents[0]
    quotes = [quote for decision in result.decisions for quote in decision.evidence]
    assert any("løfte over 5 kg" in quote.text for quote in quotes)
    for quote in quotes:
        assert document.text[quote.start : quote.end] == quote.text

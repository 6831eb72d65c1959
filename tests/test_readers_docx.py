"""DOCX: forms live in tables, controls and legacy fields."""

from __future__ import annotations

import io

import pytest
from readers_support import W14, W, docx, p, r, sdt, table

from docscore.errors import UnreadableFileError
from docscore.readers import read_document


def text(body: str, **options: object) -> str:
    return read_document(docx(body, **options), "a.docx").text  # type: ignore[arg-type]


def test_made_with_python_docx() -> None:
    import docx as python_docx

    document = python_docx.Document()
    document.add_heading("Rehabiliteringsplan", 1)
    document.add_paragraph("Borgeren ønsker ro.")
    rows = document.add_table(2, 2)
    rows.cell(0, 0).text = "Navn"
    rows.cell(0, 1).text = "Anna Å"
    rows.cell(1, 0).text = "Ønsker"
    rows.cell(1, 1).text = "Ro\nFå timer"
    document.add_paragraph("Efter tabellen.")
    out = io.BytesIO()
    document.save(out)
    assert read_document(out.getvalue(), "plan.docx").text == (
        "Rehabiliteringsplan\nBorgeren ønsker ro.\nNavn | Anna Å\nØnsker | Ro\nFå timer\nEfter tabellen."
    )


def test_order_tables_and_empty_answers() -> None:
    body = p("Før") + table(["Navn", "Bo"], ["Ønsker", ""], ["", ""]) + p("Efter")
    assert text(body) == "Før\nNavn | Bo\nØnsker |\nEfter"


def test_nested_table_and_merged_cells() -> None:
    merged = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    first = '<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + p("Helbred") + "</w:tc>"
    outer = f"<w:tbl><w:tr>{first}<w:tc>{p('Ryg')}</w:tc></w:tr><w:tr>{merged}<w:tc>{p('Knæ')}</w:tc></w:tr></w:tbl>"
    assert text(outer) == "Helbred | Ryg\nKnæ"
    assert (
        text(table(["Ydre", p("før") + table(["a", "b"], ["c", "d"]) + p("efter")]))
        == "Ydre | før\na | b\nc | d\nefter"
    )


def test_check_boxes_of_both_ages() -> None:
    def new(on: int) -> str:
        return sdt(f'<w14:checkbox><w14:checked w14:val="{on}"/></w14:checkbox>', r("?"))

    def old(inside: str) -> str:
        data = f"<w:ffData><w:checkBox>{inside}</w:checkBox></w:ffData>"
        return (
            f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
            "<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r>"
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )

    assert W14
    assert text(p(new(1), " Ja ", new(0), " Nej")) == "☒ Ja ☐ Nej"
    assert (
        text(p(old('<w:default w:val="1"/>'), " Ja ", old('<w:default/><w:checked w:val="0"/>'), " Nej"))
        == "☒ Ja ☐ Nej"
    )
    symbols = (
        '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>',
        '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>',
    )
    assert text(p(symbols[0], " Ja ", symbols[1], " Nej")) == "☒ Ja ☐ Nej"


def test_untouched_controls_are_empty_and_touched_ones_are_not() -> None:
    hint = r("Klik eller tryk her for at skrive tekst.", '<w:rStyle w:val="Pladsholdertekst"/>')
    assert text(p("Ønsker: ", sdt("<w:showingPlcHdr/><w:text/>", hint))) == "Ønsker:"
    assert text(p("Ønsker: ", sdt("<w:text/>", hint))) == "Ønsker:"
    assert text(p("Ønsker: ", sdt("<w:text/>", r("ro")))) == "Ønsker: ro"
    items = '<w:listItem w:displayText="Vælg område" w:value=""/><w:listItem w:displayText="Ryg" w:value="r"/>'
    choices = f"<w:dropDownList>{items}</w:dropDownList>"
    assert text(p("Område: ", sdt(choices, r("Vælg område")))) == "Område:"
    assert text(p("Område: ", sdt(choices, r("Ryg")))) == "Område: Ryg"
    block = sdt("<w:showingPlcHdr/>", p("Skriv her"))
    assert text(p("a") + block + p("b")) == "a\nb"
    cell = sdt("<w:showingPlcHdr/>", f"<w:tc>{p('Skriv her')}</w:tc>")
    assert text(f"<w:tbl><w:tr><w:tc>{p('Ønsker')}</w:tc>{cell}</w:tr></w:tbl>") == "Ønsker |"
    row = sdt("", f"<w:tr><w:tc>{p('x')}</w:tc><w:tc>{p('y')}</w:tc></w:tr>")
    assert text(f"<w:tbl>{row}</w:tbl>") == "x | y"


def field(data: str, code: str, result: str) -> str:
    begin = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
    middle = f'<w:r><w:instrText>{code}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    return begin + middle + r(result) + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def test_legacy_text_and_list_fields() -> None:
    default = '<w:textInput><w:default w:val="Skriv her"/></w:textInput>'
    assert text(p("Navn: ", field(default, "FORMTEXT", "Skriv her"))) == "Navn:"
    assert text(p("Navn: ", field("<w:textInput/>", "FORMTEXT", "\u2002\u2002\u2002"))) == "Navn:"
    assert text(p("Navn: ", field(default, "FORMTEXT", "Bo"))) == "Navn: Bo"
    listed = '<w:ddList><w:result w:val="1"/><w:listEntry w:val="Vælg"/><w:listEntry w:val="Fleksjob"/></w:ddList>'
    assert text(p("Type: ", field(listed, "FORMDROPDOWN", ""))) == "Type: Fleksjob"
    assert text(p("Type: ", field(listed.replace('"1"', '"0"'), "FORMDROPDOWN", ""))) == "Type:"
    assert text(p("Se ", field("", " REF _1 ", "afsnit 2"), " her")) == "Se afsnit 2 her"


def test_header_of_the_first_page_once_and_no_page_number() -> None:
    header = p("Nordby Kommune") + p("Side 1 af 3") + table(["Sagsnr.", "2021-0147"])
    found = text(p("Brødtekst"), header=header)
    assert found == "Nordby Kommune\nSagsnr. | 2021-0147\nBrødtekst"


def test_text_box_once_although_word_writes_it_twice() -> None:
    box = f"<wps:txbx><w:txbxContent>{p('I boksen')}</w:txbxContent></wps:txbx>"
    old = f"<v:textbox><w:txbxContent>{p('I boksen')}</w:txbxContent></v:textbox>"
    both = f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{old}</w:pict></mc:Fallback>"
    run = f"<w:r><mc:AlternateContent>{both}</mc:AlternateContent></w:r>"
    assert text(p("Ved siden af", run)) == "Ved siden af\nI boksen"


def test_small_things() -> None:
    body = p(
        "for-",
        "<w:r><w:tab/></w:r>",
        "e\u00adfter",
        "<w:r><w:br/></w:r>",
        "linje",
        "<w:r><w:softHyphen/></w:r>",
        "skift",
    )
    assert text(body) == "for-\tefter\nlinjeskift"
    assert text(p("vises", r("skjult", "<w:vanish/>"), r("!", '<w:vanish w:val="0"/>'))) == "vises!"
    tracked = "<w:ins>" + r("nyt") + "</w:ins><w:del><w:r><w:delText>gammelt</w:delText></w:r></w:del>"
    assert text(f"<w:p>{tracked}</w:p>") == "nyt"
    assert text(p("a") + "<w:p/><w:p/><w:p/>" + p("b")) == "a\n\nb"


def test_footnotes_and_embedded_documents() -> None:
    two = f'<w:footnote w:type="separator">{p("x")}</w:footnote><w:footnote>{p("En note.")}</w:footnote>'
    notes = f'<w:footnotes xmlns:w="{W}">{two}</w:footnotes>'
    assert text(p("Tekst"), parts={"word/footnotes.xml": notes.encode()}) == "Tekst\nEn note."
    rel = '<Relationship Id="rA" Type="aFChunk" Target="/word/a.html"/>'
    found = text('<w:altChunk r:id="rA"/>', rels=rel, parts={"word/a.html": "<html><p>Brev på æ</p></html>".encode()})
    assert found == "Brev på æ"


def test_entity_bomb_does_not_expand() -> None:
    lines = ['<!ENTITY a "bombe">'] + [
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    bomb = f"<!DOCTYPE x [{''.join(lines)}]>"
    data = docx(p("før &i; efter"))
    import zipfile

    source, out = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in source.namelist():
            body = source.read(name)
            if name == "word/document.xml":
                body = body.replace(b"?><w:document", b"?>" + bomb.encode() + b"<w:document")
            package.writestr(name, body)
    try:
        found = read_document(out.getvalue(), "a.docx").text
    except UnreadableFileError:
        return
    assert len(found) < 100


def test_package_packed_too_hard_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docscore.readers.limits.RATIO_FLOOR", 1000)
    with pytest.raises(UnreadableFileError, match="zip-bombe"):
        read_document(docx(p("x" * 2_000_000)), "a.docx")


def test_only_pictures() -> None:
    found = read_document(docx("<w:p/>", parts={"word/media/image1.png": b"\x89PNG"}), "a.docx")
    assert found.text == ""
    assert "OCR" in found.notes[0]


def test_broken_parts() -> None:
    with pytest.raises(UnreadableFileError, match="mangler sin tekst"):
        data = docx("").replace(b"word/document.xml", b"word/dokument.xml")
        read_document(data, "a.docx")
    with pytest.raises(UnreadableFileError, match="beskadiget"):
        read_document(docx("<w:p>"), "a.docx")
    with pytest.raises(UnreadableFileError):
        read_document(docx(p("hej"))[:-40], "a.docx")


def test_wrong_extension() -> None:
    assert read_document(docx(p("hej")), "a.pdf").text == "hej"
    assert read_document(docx(p("hej")), "a.doc").text == "hej"

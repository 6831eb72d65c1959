"""Word documents as forms are made: real tables, content controls, header and footer."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from kilde import Line, Source, is_bold, moment, same_times, soft, titled

_INLINE = re.compile(r"(\[x\]|\[ \]|\{\{[^{}]*\}\}|<<[^<>]*>>| // )")
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
_SHADE = f'<w:shd {_W} w:val="clear" w:color="auto" w:fill="E7ECEC"/>'
_PLACEHOLDER = "Vælg et element."


def make_docx(source: Source) -> bytes:
    """A Word document with real tables, content controls, header and footer."""
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

    document = Document()
    font = source.settings.get("skrift", "Calibri")
    colour = RGBColor.from_string(source.settings.get("farve", "000000"))
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = font
        fonts = style.element.rPr.rFonts
        for attribute in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[attribute]
        if name != "Normal":
            style.font.color.rgb = colour
    document.styles["Normal"].font.size = Pt(10)
    grey = document.styles.add_style("Placeholder Text", WD_STYLE_TYPE.CHARACTER)
    grey.font.color.rgb = RGBColor(0x80, 0x80, 0x80)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    controls = _Controls()
    for name, part in (("sidehoved", section.header), ("sidefod", section.footer)):
        if name in source.settings:
            controls.fill(part.paragraphs[0], source.settings[name].replace("|", "\t"))
    for group in source.groups():
        if group[0].is_row:
            _docx_table(document, group, controls)
        else:
            _docx_paragraph(document, group[0], controls)
    properties = document.core_properties
    properties.author, properties.comments = "docscore", ""
    properties.created = properties.modified = moment()
    out = BytesIO()
    document.save(out)
    return same_times(out.getvalue())


def _docx_paragraph(document: Any, line: Line, controls: _Controls) -> None:
    styles = {"#": "Heading 1", "##": "Heading 2", "-": "List Bullet"}
    paragraph = document.add_paragraph(style=styles.get(line.mark))
    controls.fill(paragraph, line.text, italic=line.mark == "?")


def _docx_table(document: Any, group: list[Line], controls: _Controls) -> None:
    from docx.oxml import parse_xml
    from docx.shared import Pt

    columns = max(len(line.cells) for line in group)
    table = document.add_table(len(group), columns, style="Table Grid")
    for number, line in enumerate(group):
        cells = list(table.rows[number].cells)
        last = len(line.cells) - 1
        if last < columns - 1:
            cells[last] = cells[last].merge(cells[-1])
        for column, text in enumerate(line.cells):
            bold = is_bold(line, column) and (line.mark != "|" or not titled(group))
            paragraph = cells[column].paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            controls.fill(paragraph, text, bold=bold, italic=line.mark == "|?")
            if line.mark in {"||", "|!"}:
                cells[column]._tc.get_or_add_tcPr().append(parse_xml(_SHADE))
    document.add_paragraph()


class _Controls:
    """Writes text with content controls and page fields; numbers the controls from 1."""

    def __init__(self) -> None:
        self._number = 0

    def fill(self, paragraph: Any, text: str, *, bold: bool = False, italic: bool = False) -> None:
        """Write ``text`` with its inline marks into an empty paragraph."""
        for part in _INLINE.split(soft(text)):
            if part in {"[x]", "[ ]"}:
                self._add(paragraph, self._box(part == "[x]"))
            elif part.startswith("{{"):
                chosen, *choices = part[2:-2].split("|")
                self._add(paragraph, self._list(chosen, choices))
            elif part.startswith("<<"):
                self._add(paragraph, self._untouched("<w:showingPlcHdr/><w:text/>", part[2:-2]))
            elif part == " // ":
                paragraph.add_run().add_break()
            else:
                self._runs(paragraph, part, bold, italic)

    def _runs(self, paragraph: Any, text: str, bold: bool, italic: bool) -> None:
        for piece in re.split(r"(\{side\}|\{sider\})", text):
            if piece in {"{side}", "{sider}"}:
                code = "PAGE" if piece == "{side}" else "NUMPAGES"
                self._add(paragraph, f'<w:fldSimple {_W} w:instr="{code}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
            elif piece:
                run = paragraph.add_run(piece)
                run.bold, run.italic = bold or None, italic or None

    def _add(self, paragraph: Any, xml: str) -> None:
        from docx.oxml import parse_xml

        paragraph._p.append(parse_xml(xml))

    def _control(self, properties: str, content: str) -> str:
        self._number += 1
        head = f'<w:sdt {_W} {_W14}><w:sdtPr><w:id w:val="{self._number}"/>'
        return f"{head}{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    def _box(self, on: bool) -> str:
        font = 'w14:font="MS Gothic"'
        states = f'<w14:checkedState w14:val="2612" {font}/><w14:uncheckedState w14:val="2610" {font}/>'
        fonts = '<w:rPr><w:rFonts w:ascii="MS Gothic" w:hAnsi="MS Gothic" w:eastAsia="MS Gothic"/></w:rPr>'
        return self._control(
            f'<w14:checkbox><w14:checked w14:val="{int(on)}"/>{states}</w14:checkbox>',
            f"<w:r>{fonts}<w:t>{'☒' if on else '☐'}</w:t></w:r>",
        )

    def _list(self, chosen: str, choices: list[str]) -> str:
        items = "".join(f"<w:listItem w:displayText={quoteattr(c)} w:value={quoteattr(c)}/>" for c in choices)
        empty = f'<w:listItem w:displayText="{_PLACEHOLDER}" w:value=""/>'
        properties = f"<w:dropDownList>{empty}{items}</w:dropDownList>"
        if not chosen:
            return self._untouched("<w:showingPlcHdr/>" + properties, _PLACEHOLDER)
        return self._control(properties, f"<w:r><w:t>{escape(chosen)}</w:t></w:r>")

    def _untouched(self, properties: str, invitation: str) -> str:
        style = '<w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr>'
        return self._control(properties, f"<w:r>{style}<w:t>{escape(invitation)}</w:t></w:r>")

"""PDF files: a letter of several pages, a form with check boxes, or a scan without a text layer."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from kilde import Line, Source, is_bold, soft


def make_pdf(source: Source) -> bytes:
    """A PDF: a letter (``@layout brev``), a form with fields (``skema``) or a picture of text (``scanning``)."""
    if source.settings.get("layout") == "scanning":
        return _scan(source)
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import cm
    from reportlab.platypus import SimpleDocTemplate

    out = BytesIO()
    title = next((line.text for line in source.lines if line.mark == "#"), "")
    template = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=2.4 * cm,
        rightMargin=2.4 * cm,
        topMargin=2.8 * cm,
        bottomMargin=2.4 * cm,
        title=title,
        author="docscore",
        lang="da",
        invariant=1,
    )
    template.build(_pdf_story(source, template.width - 12), canvasmaker=_numbering(source))
    return out.getvalue()


def _scan(source: Source) -> bytes:
    """A page that is only a picture, a little askew, as a scanner makes it."""
    from pathlib import Path

    import reportlab
    from PIL import Image, ImageDraw, ImageFont
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    picture = Image.new("L", (826, 1169), 255)
    font = ImageFont.truetype(str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"), 19)
    pen = ImageDraw.Draw(picture)
    for number, row in enumerate(source.body.split("\n")):
        pen.text((90, 110 + 34 * number), row, fill=0, font=font)
    picture = picture.rotate(0.7, fillcolor=255).point(lambda value: 255 if value > 150 else 0).convert("1")
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.save()
    return out.getvalue()


def _numbering(source: Source) -> type:
    """A canvas that draws header and footer when the number of pages is known."""
    from reportlab.pdfgen.canvas import Canvas

    class Numbering(Canvas):  # type: ignore[misc]
        """Keeps the pages until the last one is drawn."""

        def __init__(self, *args: Any, **keywords: Any) -> None:
            super().__init__(*args, **keywords)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802
            """Keep the page; it is written by ``save``."""
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            """Draw the edges of every page, then write the file."""
            for number, page in enumerate(self._kept, start=1):
                self.__dict__.update(page)
                self._edges(number, len(self._kept))
                super().showPage()
            super().save()

        def _edges(self, number: int, total: int) -> None:
            width, height = self._pagesize
            self.setFont("Helvetica", 8.5)
            self.setLineWidth(0.5)
            for name, y, rule in (("sidehoved", height - 42, height - 48), ("sidefod", 36, 48)):
                left, right = source.parts(name)
                right = right.replace("{side}", str(number)).replace("{sider}", str(total))
                self.drawString(74, y, left)
                self.drawRightString(width - 74, y, right)
                self.line(74, rule, width - 74, rule)

    return Numbering


def _pdf_story(source: Source, width: float) -> list[Any]:
    from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Spacer, Table

    serif = source.settings.get("layout") == "brev"
    font, bold = ("Times-Roman", "Times-Bold") if serif else ("Helvetica", "Helvetica-Bold")
    normal = ParagraphStyle(
        "normal", fontName=font, fontSize=11 if serif else 9.5, leading=14.5 if serif else 12.5, spaceAfter=5
    )
    normal.embeddedHyphenation = 1
    normal.alignment = TA_JUSTIFY if serif else TA_LEFT
    styles = {
        "#": ParagraphStyle("title", parent=normal, fontName=bold, fontSize=15, leading=20, spaceAfter=6),
        "##": ParagraphStyle("heading", parent=normal, fontName=bold, spaceBefore=7, spaceAfter=2, keepWithNext=1),
    }
    story: list[Any] = []
    if "adresse" in source.settings:
        left = Paragraph(_markup(source.settings["adresse"]), normal)
        right = Paragraph(_markup(source.settings["dato"] + " // " + source.settings["reference"]), normal)
        story += [
            Table(
                [[left, right]],
                colWidths=[width * 0.62, width * 0.38],
                style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)],
            ),
            Spacer(1, 16),
        ]
    for group in source.groups():
        if group[0].is_row:
            story += [_pdf_table(group, normal, bold, width), Spacer(1, 6)]
        else:
            story.append(Paragraph(_markup(group[0].text), styles.get(group[0].mark, normal)))
    return story


def _markup(text: str) -> str:
    return escape(soft(text)).replace(" // ", "<br/>")


def _pdf_table(group: list[Line], normal: Any, bold: str, width: float) -> Any:
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Table

    prompt = ParagraphStyle("prompt", parent=normal, fontName=bold)
    rows = []
    for line in group:
        cells: list[Any] = []
        for column, text in enumerate(line.cells):
            if "[x]" in text or "[ ]" in text:
                boxes = [part.strip() for part in text.split("//")]
                cells.append([_tick_box(part[3:].strip(), part.startswith("[x]"), normal) for part in boxes])
            else:
                cells.append(Paragraph(_markup(text), prompt if is_bold(line, column) else normal))
        rows.append(cells)
    look = [("GRID", (0, 0), (-1, -1), 0.4, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    look.append(("BACKGROUND", (0, 0), (0, -1), colors.whitesmoke))
    return Table(rows, colWidths=[width * 0.32, width * 0.68], style=look)


def _tick_box(label: str, on: bool, style: Any) -> Any:
    """A check box of an interactive form with its label."""
    from reportlab.platypus import Flowable

    class TickBox(Flowable):  # type: ignore[misc]
        """One line: box and label."""

        def wrap(self, width: float, _height: float) -> tuple[float, float]:
            """The size that the line takes."""
            return width, 15.0

        def draw(self) -> None:
            """Draw box and label at the current place."""
            canvas = self.canv
            canvas.acroForm.checkbox(name=label, tooltip=label, checked=on, size=10, x=0, y=2, relative=True)
            canvas.setFont(style.fontName, style.fontSize)
            canvas.drawString(16, 4, label)

    return TickBox()

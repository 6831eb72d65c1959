"""Makes of journal prints of a fourth round, and the notes of their own that they print; see :mod:`journal_prints`."""

from __future__ import annotations

import html
import io
import textwrap
from collections.abc import Callable

from journal_prints import MONTHS, PRINTS, Note, pdf


def momentum_side(notes: list[Note]) -> bytes:
    """Title and date on one bold line, far apart; writer and type in grey below; newest first."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, Spacer, Table

    styles = getSampleStyleSheet()

    def build(story: list[object]) -> None:
        story.append(Paragraph("Notater", styles["Heading1"]))
        for note in notes:
            stamp = f"{note.day.day}. {MONTHS[note.day.month - 1][:3]}. {note.day.year} {note.time.replace('.', ':')}"
            title = Paragraph(f"<b>{html.escape(note.title)}</b>", styles["Normal"])
            story.append(Table([[title, Paragraph(f"<b>{stamp}</b>", styles["Normal"])]], colWidths=[340, 130]))
            story.append(Paragraph(f"{note.author} | Jobcenter Fjordby | Låst notat", styles["Normal"]))
            story.append(Spacer(1, 4))
            story += [Paragraph(html.escape(line), styles["BodyText"]) for line in note.body.split("\n") if line]
            story.append(Spacer(1, 12))

    return pdf(
        build,
        header="KMD Momentum                    Preben Lyng, 010170-XXXX\nFjordby Kommune, Jobcenter Fjordby",
        footer="01-02-2024 08:12                     {page}/{pages}",
    )


def fasit_skema(notes: list[Note]) -> bytes:
    """A Word file with a table of four cells above each note; the print's own line of page every fifth note."""
    import docx

    document = docx.Document()
    document.add_heading("Borgerjournal", 1)
    document.add_paragraph("Borger: Nadia Haddad   Cpr.nr.: 010170-XXXX   Periode: 01.01.20 - 31.12.21")
    for number, note in enumerate(notes, start=1):
        table = document.add_table(rows=2, cols=4)
        cells = (
            ("Dato", note.stamp("%d.%m.%y"), "Kl.", note.time.replace(".", ":")),
            ("Emne", note.title, "Medarb.", note.author),
        )
        for row, texts in zip(table.rows, cells, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        for line in note.body.split("\n"):
            document.add_paragraph(line)
        if number % 5 == 0:
            document.add_paragraph(f"Schultz Fasit · Borgerjournal · udskrevet 14.01.22 · side {number // 5} af 3")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def sbsys_journalrow(notes: list[Note]) -> bytes:
    """A table for each note: number, date and writer in one heading cell, then the subject, then the text."""
    parts = []
    for number, note in enumerate(notes):
        body = "".join(f"<div>{html.escape(line)}</div>" for line in note.body.split("\n"))
        parts.append(
            f"<table class='journal'><tr><th colspan='2'>Journalnotat nr. {len(notes) - number} – {note.stamp('%d-%m-%Y', ' {}')} – "
            f"{note.author} (Jobcenter Vest)</th></tr><tr><td>Emne</td><td>{html.escape(note.title)}</td></tr>"
            f"<tr><td colspan='2'>{body}</td></tr></table>"
        )
        if number % 4 == 3:
            parts.append(f"<p class='footer'>SBSYS - 15.20.04-G01-88-22 - Side {number // 4 + 1}</p>")
    return (
        f"<html><head><title>Journalark</title></head><body><h1>Journalark</h1>{''.join(parts)}</body></html>".encode()
    )


def kmdsag_punkter(notes: list[Note]) -> bytes:
    """Prompts with leaders of dots, the text indented, pages of 56 lines with a head each, oldest first."""
    lines: list[str] = []
    for note in notes:
        lines += [
            f"Aktivitetsdato ......: {note.day}",
            "Aktivitetstype ......: NOTAT",
            f"Overskrift ..........: {note.title}",
            f"Registreret af ......: {note.author}  Beskæftigelse og Social",
            "Tekst ...............:",
        ]
        for line in note.body.split("\n"):
            lines += ["   " + piece for piece in textwrap.wrap(line, 72)]
        lines += ["", "=" * 76]
    pages = [lines[at : at + 56] for at in range(0, len(lines), 56)]
    shown = []
    for number, page in enumerate(pages, start=1):
        shown += [f"KMD SAG   AKTIVITETSUDSKRIFT   SAGSNR 15.20.04G01-2018-3311   SIDE {number:>3}", "=" * 76, *page]
    return "\r\n".join(shown).encode("cp1252")


def outlook_print(notes: list[Note]) -> bytes:
    """A mailbox printed to PDF: the owner's name on top, fields in columns, two of the older mails quoted as telephones do."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import HRFlowable, Paragraph, Spacer, Table

    styles = getSampleStyleSheet()

    def build(story: list[object]) -> None:
        story.append(Paragraph("<b>Kirsten Bay</b>", styles["Heading2"]))
        story.append(HRFlowable(width="100%"))
        for note in notes:
            day = f"{note.day.day}. {MONTHS[note.day.month - 1]} {note.day.year}"
            if is_quoted(note):
                story.append(
                    Paragraph(f"Den {day} kl. {note.time} skrev {note.author} &lt;x@example.dk&gt;:", styles["Normal"])
                )
            else:
                rows = [
                    ("Fra:", note.author),
                    ("Sendt:", f"{day} {note.time.replace('.', ':')}"),
                    ("Til:", "Jobcenter Vest"),
                    ("Cc:", "Postkasse fleksjob"),
                    ("Emne:", note.title),
                ]
                table = [
                    [Paragraph(f"<b>{key}</b>", styles["Normal"]), Paragraph(html.escape(value), styles["Normal"])]
                    for key, value in rows
                ]
                story.append(Table(table, colWidths=[70, 380]))
            story.append(Spacer(1, 8))
            story += [Paragraph(html.escape(line), styles["BodyText"]) for line in note.body.split("\n") if line]
            story.append(Spacer(1, 14))

    return pdf(build, footer="{page}")


def is_quoted(note: Note) -> bool:
    """Whether the mail is quoted below another in the short form, which has no subject."""
    return note.author in {"Henning Storm"} and note.time in {"08.04", "14.58"}


OCR = PRINTS / "20_ocr_print.ocr"


def ocr_source(notes: list[Note]) -> bytes:
    """The print that was scanned: prompts on lines of their own, a stamp at the foot of each page."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, Spacer

    styles = getSampleStyleSheet()

    def build(story: list[object]) -> None:
        story.append(Paragraph("Journaludskrift", styles["Title"]))
        for note in notes:
            story.append(Paragraph(f"Dato: {note.stamp('%d-%m-%Y')}", styles["Normal"]))
            story.append(Paragraph(f"Emne: {html.escape(note.title)}", styles["Normal"]))
            story.append(Paragraph(f"Sagsbehandler: {note.author}", styles["Normal"]))
            story.append(Spacer(1, 6))
            story += [Paragraph(html.escape(line), styles["BodyText"]) for line in note.body.split("\n") if line]
            story.append(Spacer(1, 14))

    return pdf(
        build,
        header="Kolding Kommune - Jobcenter      Flemming Storgaard   010170-XXXX",
        footer="Udskrevet den 04-09-2019 kl. 10:22 af GEVI       Side {page} af {pages}",
    )


def ocr_print(notes: list[Note]) -> bytes:
    """The same scanned askew at 150 dpi and read by Tesseract 5.3.0 with English data: no æ, ø or å survives."""
    return OCR.read_bytes()


FOURTH: dict[str, tuple[str, Callable[[list[Note]], bytes], str]] = {
    "15_momentum_side": ("15_momentum_side", momentum_side, "notater.pdf"),
    "16_fasit_skema": ("16_fasit_skema", fasit_skema, "journal.docx"),
    "17_sbsys_journalrow": ("17_sbsys_journalrow", sbsys_journalrow, "journalark.html"),
    "18_kmdsag_punkter": ("18_kmdsag_punkter", kmdsag_punkter, "udskrift.txt"),
    "19_outlook_print": ("19_outlook_print", outlook_print, "mails.pdf"),
    "20_ocr_print": ("20_ocr_print", ocr_print, "journal.txt"),
}

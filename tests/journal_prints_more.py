"""More makes of journal prints; see :mod:`journal_prints`."""

from __future__ import annotations

import html
import io
import json
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime

from journal_prints import MONTHS, Note, pdf

WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")


def tabel_pdf(notes: list[Note]) -> bytes:
    """One table for all: date, time, kind, writer and text in columns, the headings again on every page."""
    from reportlab.lib import colors
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, Table, TableStyle

    style = getSampleStyleSheet()["BodyText"]
    style.fontSize, style.leading = 8, 10

    def build(story: list[object]) -> None:
        rows: list[list[object]] = [["Dato", "Kl.", "Type", "Sagsbeh.", "Tekst"]]
        for note in notes:
            text = "<br/>".join(html.escape(line) for line in note.body.split("\n"))
            rows.append(
                [note.stamp("%d.%m.%Y"), note.time, Paragraph(note.title, style), note.author, Paragraph(text, style)]
            )
        table = Table(rows, colWidths=[19 * mm, 12 * mm, 25 * mm, 22 * mm, 92 * mm], repeatRows=1)
        table.setStyle(
            TableStyle(
                [
                    ("FONTSIZE", (0, 0), (-1, -1), 8),
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("GRID", (0, 0), (-1, -1), 0.3, colors.grey),
                ]
            )
        )
        story.append(table)

    return pdf(build, header="Vesterå Kommune - Sagsjournal\nSusanne Møller Kjær, 010170-XXXX", footer="{page}/{pages}")


def docx_tabeller(notes: list[Note]) -> bytes:
    """A Word print with a small table of prompts for each note and the text below it."""
    import docx

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Sagsbehandlingssystem – journalark"
    document.add_heading("Journalark", 1)
    document.add_paragraph("Borger: Henrik Toft, 010170-XXXX")
    for note in notes:
        table = document.add_table(rows=2, cols=4)
        cells = (
            "Journaldato",
            note.stamp("%d-%m-%Y"),
            "Ansvarlig",
            note.author,
            "Emne",
            note.title,
            "Adgang",
            "Alle i enheden",
        )
        for place, text in enumerate(cells):
            table.cell(place // 4, place % 4).text = text
        for part in note.body.split("\n"):
            document.add_paragraph(part)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def log_txt(notes: list[Note]) -> bytes:
    """A log: ISO date and time, initials in brackets, the kind in capitals, and the text on the same line."""
    lines = [f"{n.day}T{n.time.replace('.', ':')} [{n.author}] {n.title}: {n.body}" for n in notes]
    return ("Logbog for sag 881204\n\n" + "\n".join(lines) + "\n").encode()


def fod_pdf(notes: list[Note]) -> bytes:
    """A title in bold, the text, and below it who wrote it and when."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, Spacer

    styles = getSampleStyleSheet()

    def build(story: list[object]) -> None:
        for note in notes:
            story.append(Paragraph(f"<b>{html.escape(note.title)}</b>", styles["Normal"]))
            story += [Paragraph(html.escape(line), styles["BodyText"]) for line in note.body.split("\n")]
            story.append(
                Paragraph(f"<i>Oprettet af {note.author} d. {note.stamp('%d.%m.%Y', ' kl. {}')}</i>", styles["Normal"])
            )
            story.append(Spacer(1, 16))

    return pdf(build, header="Notatudskrift", footer="Side {page} af {pages}")


def stak_html(notes: list[Note]) -> bytes:
    """Every prompt and every value in a block of its own, as web pages built of grids are."""
    rows = []
    for note in notes:
        fields = (
            ("Dato", f"{note.day.day}. {MONTHS[note.day.month - 1]} {note.day.year}"),
            ("Hændelsestype", note.title),
            ("Oprettet af", note.author),
        )
        grid = "".join(
            f"<div class='l'>{name}</div><div class='v'>{html.escape(value)}</div>" for name, value in fields
        )
        body = "".join(f"<p>{html.escape(part)}</p>" for part in note.body.split("\n\n"))
        rows.append(f"<section><div class='grid'>{grid}</div><div class='body'>{body}</div></section>")
    return f"<html><body><h2>Hændelser</h2>{''.join(rows)}</body></html>".encode()


def fasit_json(notes: list[Note]) -> bytes:
    """Activities by year, in English names, with milliseconds for dates."""
    years: list[tuple[int, list[dict[str, object]]]] = []
    for note in notes:
        hour, minute = (int(part) for part in note.time.split("."))
        summer = (3, 28) < (note.day.month, note.day.day) < (10, 26)
        moment = datetime(note.day.year, note.day.month, note.day.day, hour - (2 if summer else 1), minute, tzinfo=UTC)
        if not years or years[-1][0] != note.day.year:
            years.append((note.day.year, []))
        years[-1][1].append(
            {
                "activityId": f"a-{len(years)}-{note.day}",
                "activityType": {"code": "KFS", "displayName": note.title},
                "startDate": int(moment.timestamp() * 1000),
                "responsible": {"displayName": note.author, "employeeId": "e1"},
                "details": {"text": note.body, "contentType": "text/plain"},
                "state": "CLOSED",
            }
        )
    root = {"export": {"generated": "2022-09-01T06:00:00Z"}, "years": [{"year": y, "activities": a} for y, a in years]}
    return json.dumps(root).encode()


def nummereret_txt(notes: list[Note]) -> bytes:
    """Numbered notes, newest first, wrapped at 78 columns; a page's header lies in the middle of notes."""
    lines: list[str] = []
    for place, note in enumerate(notes):
        lines += [
            f"Journalnotat nr. {len(notes) - place}",
            f"{note.title} - {note.stamp('%d-%m-%Y', ' kl. {}')} v/{note.author}",
            "",
        ]
        for line in note.body.split("\n"):
            lines += textwrap.wrap(line, 78)
        lines += ["", ""]
    pages = [lines[at : at + 34] for at in range(0, len(lines), 34)]
    shown = []
    for number, page in enumerate(pages, start=1):
        shown.append(
            "\n".join(
                [
                    f"Jobcenter Vestby                 Journal                     Side: {number}",
                    "Jørgen Brask   010170-XXXX",
                    "",
                    *page,
                ]
            )
        )
    return "\n\f".join(shown).encode("utf-8-sig")


def word_ugedage(notes: list[Note]) -> bytes:
    """A Word document in which the day is a heading, with its weekday."""
    import docx

    document = docx.Document()
    document.add_heading("Kirsten Holst – journal", 1)
    for note in notes:
        day = f"{WEEKDAYS[note.day.weekday()].capitalize()} den {note.day.day}. {MONTHS[note.day.month - 1]} {note.day.year}"
        document.add_heading(f"{day} – {note.title} ({note.author})", 2)
        for line in note.body.split("\n"):
            document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


MORE: dict[str, tuple[Callable[[list[Note]], bytes], str]] = {
    "07_tabel_pdf": (tabel_pdf, "udskrift.pdf"),
    "08_docx_tabeller": (docx_tabeller, "journalark.docx"),
    "09_log_txt": (log_txt, "log.txt"),
    "10_fod_pdf": (fod_pdf, "notater.pdf"),
    "11_stak_html": (stak_html, "haendelser.html"),
    "12_fasit_json": (fasit_json, "aktiviteter.json"),
    "13_nummereret_txt": (nummereret_txt, "journal.txt"),
    "14_word_ugedage": (word_ugedage, "kirsten.docx"),
}

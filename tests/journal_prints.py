"""Invented journals, printed as different case systems print them.

``data/journals/prints/*.txt`` holds the notes of a journal (date and time, title, author, the kind that it is expected to be
taken for, and the body; ``= dup 3`` is note 3 pasted once more). The functions here print them, each as a program
of its own make would; nothing of docscore is used.
"""

from __future__ import annotations

import html
import io
import json
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni", "juli"),
    *("august", "september", "oktober", "november", "december"),
)
PRINTS = Path(__file__).parent / "data" / "journals" / "prints"


@dataclass(frozen=True)
class Note:
    """A note as its writer wrote it; ``copy_of`` is the 1-based number of the note that it repeats."""

    day: date
    time: str
    title: str
    author: str
    kind: str
    body: str
    copy_of: int | None = None

    def stamp(self, day: str, time: str = "") -> str:
        """The date in a system's own form, with its time where it has one."""
        return self.day.strftime(day) + (time.format(self.time) if self.time else "")


def notes_of(name: str) -> list[Note]:
    found: list[Note] = []
    for block in re.split(r"^= ", (PRINTS / f"{name}.txt").read_text(encoding="utf-8"), flags=re.M)[1:]:
        head, _, body = block.partition("\n")
        if head.startswith("dup "):
            number = int(head.split()[1])
            found.append(replace(found[number - 1], copy_of=number))
            continue
        when, title, author, kind = (part.strip() for part in head.split("|"))
        day, _, time = when.partition(" ")
        form = "%Y-%m-%d" if day[4:5] == "-" else "%d-%m-%Y"
        found.append(Note(datetime.strptime(day, form).date(), time, title, author, kind, body.strip()))
    return found


def pdf(build: Callable[[object], None], header: str = "", footer: str = "") -> bytes:
    """A PDF whose pages carry the header and footer lines ({page} and {pages} are filled in)."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfgen import canvas
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    class Numbered(canvas.Canvas):
        def __init__(self, *args: object, **more: object) -> None:
            super().__init__(*args, **more)
            self._states: list[dict[str, object]] = []

        def showPage(self) -> None:  # noqa: N802
            self._states.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self._states, start=1):
                self.__dict__.update(state)
                self.setFont("Helvetica", 8)
                for place, line in enumerate(filter(None, header.split("\n"))):
                    self.drawString(20 * mm, (285 - 5 * place) * mm, line.format(page=number, pages=len(self._states)))
                for place, line in enumerate(filter(None, footer.split("\n"))):
                    self.drawString(20 * mm, (14 - 5 * place) * mm, line.format(page=number, pages=len(self._states)))
                super().showPage()
            super().save()

    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=A4, invariant=1)
    document.addPageTemplates(PageTemplate(frames=[Frame(20 * mm, 22 * mm, 170 * mm, 240 * mm)]))
    story: list[object] = []
    build(story)
    document.build(story, canvasmaker=Numbered)
    return out.getvalue()


def momentum_pdf(notes: list[Note]) -> bytes:
    """Prompts in a grey box, the body below; header and footer on each page."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, Spacer

    styles = getSampleStyleSheet()

    def build(story: list[object]) -> None:
        story.append(Paragraph("Journal", styles["Title"]))
        for note in notes:
            story.append(Paragraph(f"<b>Titel:</b> {html.escape(note.title)}", styles["Normal"]))
            story.append(Paragraph(f"<b>Dato:</b> {note.stamp('%d-%m-%Y', ' {}')}", styles["Normal"]))
            story.append(Paragraph(f"<b>Forfatter:</b> {note.author}", styles["Normal"]))
            story.append(Spacer(1, 6))
            story += [Paragraph(html.escape(line), styles["BodyText"]) for line in note.body.split("\n") if line]
            story.append(Spacer(1, 14))

    return pdf(
        build,
        header="Nordby Kommune, Jobcenter\nJournal for Karl Brink, 010170-XXXX",
        footer="Udskrevet 03-02-2022 11:42 af Mona Brink        Side {page} af {pages}",
    )


def fasit_txt(notes: list[Note]) -> bytes:
    """A text print in pages of 50 lines with its furniture in the text, and one line of head for each note."""
    lines: list[str] = []
    for note in notes:
        lines.append(f"{note.stamp('%d-%m-%Y', ' {}')}   {note.title:<34}{note.author}")
        for line in note.body.split("\n"):
            lines += textwrap.wrap(line, 90) or [""]
        lines += ["", "-" * 90]
    pages = [lines[at : at + 50] for at in range(0, len(lines), 50)]
    shown: list[str] = []
    for number, page in enumerate(pages, start=1):
        shown += ["SØNDERHEDE KOMMUNE        JOURNALUDSKRIFT", "Fatma Yilmaz            010170-XXXX"]
        shown += [f"Udskrevet af HEWI den 06-12-2022 08:12                         Side {number} af {len(pages)}", ""]
        shown += [*page, ""]
    return "\r\n".join(shown).encode("cp1252")


def sbsys_html(notes: list[Note]) -> bytes:
    """A page of articles with a definition list each; the body is HTML of its own."""
    parts = []
    for note in notes:
        body = "".join(f"<p>{html.escape(part)}</p>" for part in note.body.split("\n\n"))
        parts.append(
            f"<article class='journalnotat'><h3>{html.escape(note.title)}</h3><dl><dt>Dato</dt><dd>{note.stamp('%d.%m.%Y')}</dd>"
            f"<dt>Oprettet af</dt><dd>{note.author}</dd><dt>Synlighed</dt><dd>Intern</dd></dl><div class='tekst'>{body}</div></article>"
        )
    head = "<header><h1>Sagsjournal</h1><p>Sag 15.20.04-G01-112-19 Bjarne Holst</p></header>"
    return f"<!DOCTYPE html><html><head><title>Journal</title></head><body>{head}{''.join(parts)}<footer>Udskrevet 07-10-2020</footer></body></html>".encode()


def momentum_json(notes: list[Note]) -> bytes:
    rows = [
        {
            "notatId": 4000 + number,
            "titel": note.title,
            "oprettetTidspunkt": f"{note.day}T{note.time.replace('.', ':') or '00:00'}:00",
            "oprettetAf": {"navn": note.author, "brugerId": 17},
            "notatHtml": "".join(f"<p>{html.escape(part)}</p>" for part in note.body.split("\n\n")),
            "laast": True,
        }
        for number, note in enumerate(notes)
    ]
    root = {"borger": {"navn": "Yusuf Demir", "cpr": "010170-XXXX"}, "journal": {"antal": len(rows), "notater": rows}}
    return json.dumps(root, ensure_ascii=False, indent=1).encode()


def word_frit(notes: list[Note]) -> bytes:
    """A caseworker's own Word document: a line of bold with a short date, and the text."""
    import docx

    document = docx.Document()
    document.add_paragraph("Løbende notater – Mette S.")
    for note in notes:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{note.day.day}/{note.day.month}-{note.day:%y} {note.title} ({note.author})").bold = True
        for line in note.body.split("\n"):
            document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def mailtraad(notes: list[Note]) -> bytes:
    """The newest mail of a thread, with the older ones quoted as Outlook does it."""
    from email.message import EmailMessage
    from email.utils import format_datetime

    first = notes[0]
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        first.author,
        "Dorte Fisker <dorte@kommune.example>",
        first.title,
    )
    message["Date"] = format_datetime(datetime.combine(first.day, datetime.strptime(first.time, "%H.%M").time()))

    body = first.body
    for note in notes[1:]:
        sent = f"{note.day.day}. {MONTHS[note.day.month - 1]} {note.day.year} {note.time.replace('.', ':')}"
        body += f"\n\nFra: {note.author}\nSendt: {sent}\nTil: Jobcenter\nEmne: {note.title}\n\n{note.body}"
    message.set_content(body)
    return message.as_bytes()


MAKES: dict[str, tuple[Callable[[list[Note]], bytes], str]] = {
    "01_momentum_pdf": (momentum_pdf, "journal.pdf"),
    "02_fasit_txt": (fasit_txt, "journal.txt"),
    "03_sbsys_html": (sbsys_html, "journal.html"),
    "04_momentum_json": (momentum_json, "journal.json"),
    "05_word_frit": (word_frit, "journal.docx"),
    "06_mailtraad": (mailtraad, "SV Praktik.eml"),
}

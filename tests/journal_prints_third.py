"""Makes of journal prints that were written last; see :mod:`journal_prints`."""

from __future__ import annotations

import html
import io
from collections.abc import Callable

from journal_prints import MONTHS, Note


def een_linje_txt(notes: list[Note]) -> bytes:
    """One line says all: "Sagsnotat oprettet 12. marts 2021 kl. 10:15 af Bo Lind - Emne: Jobsamtale"."""
    parts = []
    for note in notes:
        day = f"{note.day.day}. {MONTHS[note.day.month - 1]} {note.day.year}"
        time = f" kl. {note.time.replace('.', ':')}" if note.time else ""
        parts.append(f"Sagsnotat oprettet {day}{time} af {note.author} - Emne: {note.title}\n{note.body}\n")
    return ("Sagsnr. 2021-118\n\n" + "\n".join(parts)).encode("cp1252", "replace")


def prompter_docx(notes: list[Note]) -> bytes:
    """Several prompts on a line, and the print's stamp as a paragraph after every fourth note."""
    import docx

    document = docx.Document()
    for number, note in enumerate(notes):
        document.add_paragraph(f"Dato: {note.stamp('%d-%m-%Y')} Kl.: {note.time or '-'} Medarbejder: {note.author}")
        document.add_paragraph(f"Type: {note.title}")
        for line in note.body.split("\n"):
            document.add_paragraph(line)
        if number % 4 == 3:
            document.add_paragraph(f"Udskrevet 01-10-2023 af Jobcenter Nordby    Side {number // 4 + 1} af 4")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def raekker_html(notes: list[Note]) -> bytes:
    """A table with a row for each note; date and time, and kind and writer, below each other in their cells."""
    rows = "".join(
        f"<tr><td>{note.stamp('%d-%m-%Y')}<br>{note.time}</td><td>{html.escape(note.title)}<br><i>{html.escape(note.author)}</i></td>"
        f"<td>{html.escape(note.body).replace(chr(10), '<br>')}</td></tr>"
        for note in notes
    )
    return (
        f"<html><body><table><tr><th>Tid</th><th>Hændelse</th><th>Notat</th></tr>{rows}</table></body></html>".encode()
    )


def dato_alene_txt(notes: list[Note]) -> bytes:
    """The date alone on a line, then writer and kind, then the text; stars between the notes."""
    parts = [f"{note.stamp('%d/%m %Y')}\n{note.author}, {note.title}\n{note.body}" for note in notes]
    return "\n\n*****\n\n".join(parts).encode()


def app_txt(notes: list[Note]) -> bytes:
    """As copied from a modern web page: title, writer with a short date, text."""
    parts = []
    for note in notes:
        stamp = f"{note.day.day}. {MONTHS[note.day.month - 1][:3]}. {note.day.year} {note.time}".strip()
        parts.append(f"{note.title}\n{note.author} • {stamp}\n{note.body}\nVis mere")
    return ("Journal\nFiltrér\nSortér\n\n" + "\n\n".join(parts)).encode()


THIRD: dict[str, tuple[str, Callable[[list[Note]], bytes], str]] = {
    "een_linje": ("02_fasit_txt", een_linje_txt, "sag.txt"),
    "prompter": ("10_fod_pdf", prompter_docx, "sag.docx"),
    "raekker": ("04_momentum_json", raekker_html, "sag.html"),
    "dato_alene": ("08_docx_tabeller", dato_alene_txt, "sag.txt"),
    "app": ("12_fasit_json", app_txt, "kopi.txt"),
}

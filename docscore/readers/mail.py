"""E-mails (``.eml``, ``.msg``): a mail as a text with its head in Danish, and its attachments.

The text begins with ``Fra:``, ``Til:``, ``Dato:`` and ``Emne:``, whatever the mail program called them, and goes on
with the body as written, quoted history and all: :mod:`docscore.recognise` cuts a thread into its messages.
Nothing that a mail refers to is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docscore.readers.cleanup import clean, has_words, printable
from docscore.readers.formats import ExtractedText, read_cell
from docscore.readers.guard import FileProblemError, guarded

if TYPE_CHECKING:
    from datetime import datetime

MAX_ATTACHMENTS = 200
"""Most attachments of one mail that are read; an honest mail has a handful."""

MAX_DEPTH = 3
"""How many mails may lie inside each other as attachments."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Parts that programs add and nobody reads as a document: signatures, calendar entries, cards, receipts.
_MACHINE_SUFFIXES = (".p7s", ".p7m", ".asc", ".ics", ".vcf", ".dat", ".xml")
_FOLD = re.compile(r"\s+")
_TOO_MANY = f"e-mailen har flere end {MAX_ATTACHMENTS} bilag; resten er ikke læst. Gem bilagene i sagsmappen."
_NO_BODY = (
    "e-mailens brødtekst findes kun i Outlooks eget format og er ikke læst. Gem e-mailen som .eml, .pdf eller .txt."
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a mail carries: its name, made safe for a path, and its bytes."""

    name: str
    data: bytes


@dataclass(slots=True)
class Mail:
    """What a mail says, whichever format it came in; ``html`` is used where ``plain`` is missing or says less."""

    sender: str = ""
    recipients: str = ""
    sent: datetime | None = None
    subject: str = ""
    plain: str = ""
    html: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def extract(data: bytes, name: str) -> ExtractedText:
    """Read a mail's head and body; the attachments are :func:`attachments`.

    Raises:
        FileProblemError: the mail is damaged.
    """
    mail = _parse(data, name)
    body = _body(mail, name)
    if not has_words(body) and mail.attachments:
        return ExtractedText(render(mail, ""), notes=tuple(mail.notes))
    if not has_words(body):
        mail.notes.append(_NO_BODY if data.startswith(OLE) else "e-mailen har ingen brødtekst. Kontrollér den.")
    return ExtractedText(render(mail, body), notes=tuple(mail.notes))


def render(mail: Mail, body: str) -> str:
    """A mail as text: its head in Danish, a blank line, the body."""
    lines = [
        f"{prompt}: {value}"
        for prompt, value in (
            ("Fra", mail.sender),
            ("Til", mail.recipients),
            ("Dato", mail.sent.strftime("%d-%m-%Y kl. %H.%M") if mail.sent else ""),
            ("Emne", mail.subject),
        )
        if value
    ]
    return "\n".join([*lines, "", body.strip("\n")]).strip("\n")


def attachments(data: bytes, name: str) -> tuple[list[Attachment], list[str]]:
    """The attachments of a mail in its order, and Danish notes about those that were left out.

    Pictures of the layout (a logo in a signature), calendar entries and digital signatures are no attachments. Names
    are without folders and unique within the mail.

    Raises:
        FileProblemError: the mail is damaged.
    """
    mail = _parse(data, name)
    found: list[Attachment] = []
    taken: set[str] = set()
    for attachment in mail.attachments:
        wanted = safe_name(attachment.name) or f"bilag {len(found) + 1}"
        if wanted.lower().endswith(_MACHINE_SUFFIXES) or not attachment.data:
            continue
        stem, dot, suffix = wanted.rpartition(".")
        unique, number = wanted, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{stem} ({number}){dot}{suffix}" if dot else f"{wanted} ({number})"
        taken.add(unique.casefold())
        found.append(Attachment(unique, attachment.data))
    notes = [_TOO_MANY] if len(found) > MAX_ATTACHMENTS else []
    return found[:MAX_ATTACHMENTS], notes


def safe_name(name: str) -> str:
    """An attachment's name as one part of a path: no folders, no control characters, at most 120 characters."""
    base = clean(printable(name)).replace("\\", "/").rpartition("/")[2]
    base = _FOLD.sub(" ", base).strip(" .")
    return base if len(base) <= 120 else base[:100] + base[-20:]


def header_text(value: str) -> str:
    """A header's value on one line."""
    return _FOLD.sub(" ", clean(value)).strip()


def _parse(data: bytes, name: str) -> Mail:
    with guarded(name):
        if data.startswith(OLE):
            from docscore.readers.mail_msg import parse
        else:
            from docscore.readers.mail_eml import parse
        return parse(data, name)
    raise AssertionError("guarded() never swallows")


def _body(mail: Mail, name: str) -> str:
    """The plain body, or the HTML one where the plain one is missing or only a stub of it."""
    plain = clean(mail.plain)
    if not mail.html:
        return plain
    try:
        shown = read_cell("<html>" + mail.html, name).text
    except FileProblemError:
        mail.notes.append("e-mailens HTML-del kan ikke læses. Gem e-mailen som .pdf, hvis der mangler tekst.")
        return plain
    return shown if len(plain.split()) < 0.5 * len(shown.split()) else plain

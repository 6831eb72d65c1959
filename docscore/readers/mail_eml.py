"""E-mails in the internet's own format (``.eml``), through the standard library."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, cast

from docscore.readers.mail import Attachment, Mail, header_text
from docscore.readers.plain import decode

if TYPE_CHECKING:
    from datetime import datetime


def parse(data: bytes, name: str) -> Mail:
    """Read a mail. What a header lacks or a charset nobody knows is left out, never an error."""
    message = message_from_bytes(data, policy=policy.default)
    mail = Mail(
        sender=_header(message, "from"),
        recipients=_header(message, "to"),
        sent=_sent(message),
        subject=_header(message, "subject"),
    )
    _walk(message, mail, name)
    return mail


def _header(message: EmailMessage, name: str) -> str:
    try:
        return header_text(str(message.get(name, "")))
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):
        # The header parser stumbles over some malformed addresses; the mail is read all the same.
        return ""


def _sent(message: EmailMessage) -> datetime | None:
    """The day and time as the sender's clock showed it."""
    try:
        found: datetime | None = getattr(message.get("date"), "datetime", None)
    except (ValueError, LookupError, AttributeError, IndexError, TypeError):
        return None
    return found


def _walk(part: EmailMessage, mail: Mail, name: str) -> None:
    kind = part.get_content_type()
    if kind == "message/rfc822":
        _attached_mail(part, mail)
        return
    if part.is_multipart():
        related = kind == "multipart/related"
        for child in cast("list[EmailMessage]", part.get_payload()):
            # Pictures beside an HTML body belong to its layout.
            if not (related and child.get_content_maintype() == "image"):
                _walk(child, mail, name)
        return
    file_name = _file_name(part)
    inline = part.get_content_disposition() != "attachment" and not file_name
    if inline and kind == "text/plain":
        mail.plain += _text(part) + "\n"
    elif inline and kind == "text/html":
        mail.html += _text(part)
    elif not (part.get_content_maintype() == "image" and part.get("content-id") and _is_inline(part)):
        payload = part.get_payload(decode=True)
        mail.attachments.append(
            Attachment(file_name or _default_name(part), payload if isinstance(payload, bytes) else b"")
        )


def _is_inline(part: EmailMessage) -> bool:
    return part.get_content_disposition() != "attachment"


def _attached_mail(part: EmailMessage, mail: Mail) -> None:
    payload: Any = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    if isinstance(inner, EmailMessage):
        subject = _header(inner, "subject") or "e-mail"
        mail.attachments.append(Attachment(f"{subject[:80]}.eml", inner.as_bytes()))


def _file_name(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, LookupError, AttributeError, TypeError):
        return ""


def _default_name(part: EmailMessage) -> str:
    endings = {"application/pdf": ".pdf", "text/plain": ".txt", "text/html": ".html", "image/png": ".png"}
    return "bilag" + endings.get(part.get_content_type(), ".jpg" if part.get_content_maintype() == "image" else "")


def _text(part: EmailMessage) -> str:
    """A text part; in an unknown charset it is read as what it looks like."""
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    charset = part.get_content_charset() or ""
    if charset and charset not in {"us-ascii", "unknown-8bit"}:
        try:
            return data.decode("cp1252" if charset in {"iso-8859-1", "latin-1"} else charset)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)

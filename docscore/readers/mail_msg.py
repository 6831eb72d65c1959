"""E-mails of Outlook (``.msg``): a compound file whose streams are the mail's properties ([MS-OXMSG])."""

from __future__ import annotations

import io
import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from docscore.readers.clock import danish_time
from docscore.readers.mail import MAX_ATTACHMENTS, MAX_DEPTH, Attachment, Mail, header_text, render
from docscore.readers.plain import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

# Property numbers of [MS-OXPROPS].
_SUBJECT = "0037"
_BODY = "1000"
_HTML = "1013"
_SENDER_NAME = "0C1A"
_SENDER_MAIL = "5D01"
_TO = "0E04"
_HEADERS = "007D"
_ATTACHED_DATA = "3701"
_LONG_NAME = "3707"
_SHORT_NAME = "3704"
_CONTENT_ID = "3712"
_SUBMIT_TIME = 0x0039
_DELIVERY_TIME = 0x0E06
_CREATED = 0x3007
_TIME_TYPE = 0x0040

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_TOP_HEADER, _EMBEDDED_HEADER, _ENTRY = 32, 24, 16
_MESSAGE_CLASS = "001A"


def is_message(data: bytes) -> bool:
    """Whether a compound file is a mail: it has a message class, which other Office files lack."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return any(
                f"__substg1.0_{_MESSAGE_CLASS}{kind}" in names
                for kind in ("001F", "001E")
                for (*_, names) in ole.listdir()
            )
    except (OSError, ValueError, IndexError, struct.error, RecursionError):
        # A damaged file, or one whose storages are crafted to lie in each other without end.
        return False


def parse(data: bytes, name: str) -> Mail:  # noqa: ARG001
    """Read a mail of Outlook.

    The body is the plain text, which Outlook stores beside its own format; an HTML body is read too. A mail that it
    carries becomes a text among the attachments, followed by its own.
    """
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        return _message(ole, (), 1)


def _message(ole: Any, at: tuple[str, ...], depth: int) -> Mail:
    """The mail in a storage of the file."""
    mail = Mail(
        sender=header_text(_address(_string(ole, at, _SENDER_NAME), _string(ole, at, _SENDER_MAIL))),
        recipients=header_text(_string(ole, at, _TO)),
        sent=_sent(ole, at),
        subject=header_text(_string(ole, at, _SUBJECT)),
        plain=_string(ole, at, _BODY),
        html=_string(ole, at, _HTML) or decode(_binary(ole, at, _HTML)),
    )
    level = len(at)
    inside = {parts[level] for parts in ole.listdir() if len(parts) > level and tuple(parts[:level]) == at}
    for storage in sorted(part for part in inside if part.startswith("__attach_version1.0_#"))[: MAX_ATTACHMENTS + 1]:
        _attached(ole, (*at, storage), mail, depth)
    return mail


def _attached(ole: Any, at: tuple[str, ...], mail: Mail, depth: int) -> None:
    label = _string(ole, at, _LONG_NAME) or _string(ole, at, _SHORT_NAME)
    content = _binary(ole, at, _ATTACHED_DATA)
    embedded = (*at, f"__substg1.0_{_ATTACHED_DATA}000D")
    if content:
        if not (_string(ole, at, _CONTENT_ID) and _is_picture(label)):
            mail.attachments.append(Attachment(label, content))
    elif ole.exists(list(embedded)):
        if depth >= MAX_DEPTH:
            mail.notes.append("en e-mail i en e-mail i en e-mail er ikke læst. Gem den for sig i sagsmappen.")
            return
        inner = _message(ole, embedded, depth + 1)
        text = render(inner, inner.plain or inner.html)
        mail.attachments.append(Attachment(f"{(inner.subject or 'e-mail')[:80]}.txt", text.encode("utf-8", "replace")))
        mail.attachments += inner.attachments


def _is_picture(name: str) -> bool:
    return name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".bmp"))


def _address(name: str, mail: str) -> str:
    return f"{name} <{mail}>" if mail and mail != name else name


def _stream(ole: Any, path: Sequence[str]) -> bytes:
    if not ole.exists(list(path)):
        return b""
    with ole.openstream(list(path)) as stream:
        found: bytes = stream.read()
    return found


def _string(ole: Any, storage: tuple[str, ...], number: str) -> str:
    """A text property, in UTF-16 or in the mail's 8-bit code page."""
    wide = _stream(ole, (*storage, f"__substg1.0_{number}001F"))
    if wide:
        return wide.decode("utf-16-le", "replace").rstrip("\0")
    return decode(_stream(ole, (*storage, f"__substg1.0_{number}001E"))).rstrip("\0")


def _binary(ole: Any, storage: tuple[str, ...], number: str) -> bytes:
    return _stream(ole, (*storage, f"__substg1.0_{number}0102"))


def _sent(ole: Any, storage: tuple[str, ...]) -> datetime | None:
    """When it was sent, else delivered, else saved; by the clock in Denmark."""
    data = _stream(ole, (*storage, "__properties_version1.0"))
    times: dict[int, datetime] = {}
    # An embedded mail's header is eight bytes shorter.
    for at in range(_EMBEDDED_HEADER if storage else _TOP_HEADER, len(data) - _ENTRY + 1, _ENTRY):
        kind, number = struct.unpack_from("<HH", data, at)
        if kind == _TIME_TYPE and number in {_SUBMIT_TIME, _DELIVERY_TIME, _CREATED}:
            (ticks,) = struct.unpack_from("<Q", data, at + 8)
            try:
                times[number] = danish_time(_EPOCH + timedelta(microseconds=ticks // 10))
            except OverflowError:
                continue
    return next((times[number] for number in (_SUBMIT_TIME, _DELIVERY_TIME, _CREATED) if number in times), None)

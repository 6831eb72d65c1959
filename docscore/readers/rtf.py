"""RTF, read by ``striprtf``; this module prepares what that library does not treat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docscore.readers.pictures import PastedPictures
from docscore.readers.plain import refuse_binary
from docscore.readers.rtf_pictures import with_marks

if TYPE_CHECKING:
    from docscore.readers.formats import ExtractedText

# Pictures are runs of hexadecimal digits; the library would look at each of them.
_HEX = re.compile(r"[0-9a-fA-F\r\n]+")
_LONG_HEX = 400
_FONT_NUMBER = re.compile(r"\\f([0-9]{1,6})")
_CHARSET = re.compile(r"\\fcharset([0-9]{1,4})")
_CHECKBOX = re.compile(r"\\fftype1\b")
_RESULT = re.compile(r"\\ffres([0-9]{1,3})\b")
_DEFAULT = re.compile(r"\\ffdefres([0-9]{1,3})\b")
_FIELD_SPAN = 2000  # characters; a check box field is written within a few hundred
_BOXES = {False: "\\u9744?", True: "\\u9746?"}


def extract(data: bytes, name: str) -> ExtractedText:
    """Read an RTF file: text, tables as lines with `` | `` between cells, legacy check boxes.

    Pictures that can hold a page of text are recognised at their places (:mod:`docscore.readers.pictures`).

    Raises:
        FileProblemError: the bytes are no RTF and no text.
    """
    from striprtf.striprtf import rtf_to_text

    # A true RTF may hold pictures as bytes.
    if b"\\bin" not in data or not data.startswith(b"{\\rtf"):
        refuse_binary(data, name)
    # RTF is ASCII with escapes; bytes above 127 are in the file's code page, nearly always 1252.
    try:
        raw = data.decode("utf-8") if not data.isascii() else data.decode("ascii")
    except UnicodeDecodeError:
        raw = data.decode("cp1252", "replace")
    pictures = PastedPictures()
    if "\\pict" in raw:
        raw = with_marks(raw, pictures)
    if "\\pict" in raw or "\\objdata" in raw:
        raw = _HEX.sub(lambda run: "" if len(run[0]) >= _LONG_HEX else run[0], raw)
    raw = _plain_font_table(raw)
    raw = _show_check_boxes(raw)
    # The library looks for "{\field{\*\fldinst{" with a costly pattern to print link addresses, which are no
    # content; the space keeps it from matching and changes nothing else.
    raw = raw.replace("\\fldinst{", "\\fldinst {")
    text: str = rtf_to_text(raw, errors="replace")  # type: ignore[no-untyped-call]
    if "\\cell" in raw:
        text = "\n".join(_table_line(line) for line in text.split("\n"))
    return pictures.fill(text.strip("\n"))


def _plain_font_table(raw: str) -> str:
    """Write the font table anew with only what is needed, in a form that is quick to search."""
    start = raw.find("{\\fonttbl")
    if start < 0:
        return raw
    depth, end = 0, len(raw)
    for brace in re.finditer(r"[{}]", raw[start:]):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            end = start + brace.end()
            break
    fonts = []
    for entry in raw[start:end].split(";"):
        number, charset = _FONT_NUMBER.search(entry), _CHARSET.search(entry)
        if number and charset:
            fonts.append(f"{{\\f{number[1]}\\fcharset{charset[1]} x;}}")
    return raw[:start] + "{\\fonttbl" + "".join(fonts) + "}" + raw[end:]


def _show_check_boxes(raw: str) -> str:
    """Put the sign of a legacy check box in front of its field, which the library leaves out."""
    if "\\fftype1" not in raw:
        return raw
    pieces, done = [], 0
    for box in _CHECKBOX.finditer(raw):
        start = raw.rfind("{\\field", max(done, box.start() - _FIELD_SPAN), box.start())
        if start < 0:
            continue
        definition = raw[box.end() : box.end() + _FIELD_SPAN].partition("}")[0]
        result, default = _RESULT.search(definition), _DEFAULT.search(definition)
        value = result[1] if result and result[1] != "25" else default[1] if default else "0"
        pieces += [raw[done:start], _BOXES[value == "1"]]
        done = start
    return "".join([*pieces, raw[done:]])


def _table_line(line: str) -> str:
    """A table row ends with the bar of its last cell."""
    if not line.rstrip().endswith("|"):
        return line
    cells = [cell.strip() for cell in line.rstrip()[:-1].split("|")]
    return " | ".join(cells).rstrip() if any(cells) else ""

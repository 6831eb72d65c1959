"""HTML, parsed by lxml. Nothing is fetched and nothing is run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docscore.readers.formats import ExtractedText
from docscore.readers.guard import FileProblemError
from docscore.readers.layout import TextBuilder, is_placeholder, table_row
from docscore.readers.plain import decode, refuse_binary

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}["']?([A-Za-z0-9_:.-]{2,40})""", re.I)
_SKIPPED = frozenset(
    {"head", "title", "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed", "audio"}
    | {"video", "canvas", "datalist", "map"}
)
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
    }
    | {
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
    }
    | {
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "ul",
        "caption",
        "option",
    }
)
_LONGEST_TERM = 40
_APART = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "hr", "article"})
_HIDDEN_STYLE = re.compile(r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden", re.I)
_WHITE = re.compile(r"[ \t\r\n\f]+")


def extract(data: bytes, name: str) -> ExtractedText:
    """Read an HTML page: visible text, table rows as lines, form controls with their values."""
    from lxml import etree

    refuse_binary(data, name)
    text = _decode(data)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if any(error.type_name in {"ERR_INTERNAL_ERROR", "ERR_RESOURCE_LIMIT"} for error in parser.error_log):
        raise FileProblemError(
            name,
            "websiden er for dybt indlejret eller for stor til at læse helt. Gem den som .pdf eller .txt.",
        )
    if root is None:
        return ExtractedText("")
    out = TextBuilder()
    _walk(root, out, preserve=False)
    return ExtractedText(out.text())


def _decode(data: bytes) -> str:
    """By BOM, else by what the page declares, else by what the bytes look like."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        label = declared[1].decode("ascii").lower()
        # Browsers read all of these as Windows-1252, and so it is meant.
        encoding = "cp1252" if label in {"iso-8859-1", "latin-1", "latin1", "windows-1252", "us-ascii"} else label
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _walk(element: Any, out: TextBuilder, *, preserve: bool) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED or _is_hidden(element):
        return
    if tag == "br":
        out.line_break()
    elif tag == "table":
        _table(element, out)
    elif tag == "dd" and (term := element.getprevious()) is not None and term.tag == "dt" and _is_prompt(term):
        # It goes on with its term's line.
        for part in (element.text, *element):
            if isinstance(part, str):
                _text(part, out, preserve=preserve)
            elif part is not None:
                _walk(part, out, preserve=preserve)
                _text(part.tail or "", out, preserve=preserve)
        out.end_line()
    elif tag in {"input", "select", "textarea"}:
        out.flow(" " + _control(element, tag) + " ")
    else:
        block = tag in _BLOCKS
        preserve = preserve or tag == "pre"
        if block:
            out.end_line()
        if tag in _APART:
            # A heading, a rule or an article begins something new: as on the screen, it stands apart.
            out.line_break()
        if element.text:
            _text(element.text, out, preserve=preserve)
        for child in element:
            _walk(child, out, preserve=preserve)
            if child.tail:
                _text(child.tail, out, preserve=preserve)
        if tag == "dt" and _is_prompt(element):
            # A term and what is said of it are a prompt and its value.
            out.flow(" " if _ends_as_prompt(element) else ": ")
        elif block:
            out.end_line()


def _is_prompt(term: Any) -> bool:
    """Whether a term of a definition list is a short one, and its value follows."""
    text = _WHITE.sub(" ", "".join(term.itertext())).strip()
    following = term.getnext()
    return 0 < len(text) <= _LONGEST_TERM and text[-1] not in "?." and following is not None and following.tag == "dd"


def _ends_as_prompt(term: Any) -> bool:
    return "".join(term.itertext()).rstrip().endswith(":")


def _text(text: str, out: TextBuilder, *, preserve: bool) -> None:
    if preserve:
        out.add(text)
    else:
        out.flow(_WHITE.sub(" ", text))


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN_STYLE.search(element.get("style", "")))


def _control(element: Any, tag: str) -> str:
    """A form control as the reader of the page sees it."""
    if tag == "textarea":
        return element.text or ""
    if tag == "select":
        options = list(element.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        shown = [_WHITE.sub(" ", "".join(option.itertext())).strip() for option in chosen]
        return ", ".join(text for text in shown if not is_placeholder(text))
    kind = element.get("type", "text").lower()
    if kind in {"checkbox", "radio"}:
        return "☒" if element.get("checked") is not None else "☐"
    if kind in {"hidden", "password", "submit", "button", "reset", "image", "file"}:
        return ""
    return str(element.get("value", ""))


def _table(table: Any, out: TextBuilder) -> None:
    out.end_line()
    for row in _rows(table):
        cells = [_cell(cell) for cell in row if cell.tag in {"td", "th"} and not _is_hidden(cell)]
        out.add(table_row(cells))
        out.end_line()


def _rows(table: Any) -> Iterable[Any]:
    """Rows of this table only, not of those inside it; a caption comes first as a row of its own."""
    for child in table:
        if child.tag in {"thead", "tbody", "tfoot"} and not _is_hidden(child):
            yield from (row for row in child if row.tag == "tr" and not _is_hidden(row))
        elif child.tag == "tr" and not _is_hidden(child):
            yield child
        elif child.tag == "caption":
            wrapper = child.makeelement("tr")
            cell = child.makeelement("td")
            cell.text = "".join(child.itertext())
            wrapper.append(cell)
            yield wrapper


def _cell(cell: Any) -> str:
    out = TextBuilder()
    if cell.text:
        out.flow(_WHITE.sub(" ", cell.text))
    for child in cell:
        _walk(child, out, preserve=False)
        if child.tail:
            out.flow(_WHITE.sub(" ", child.tail))
    return out.text()

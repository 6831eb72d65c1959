"""XML exports of journal notes as the nested objects that JSON exports are, read so that no entity can do harm.

An element is an object of its attributes and children, named without their namespaces; children of one name are a
list. A text with HTML inside, as elements or escaped, stays HTML.
"""

from __future__ import annotations

import re
from typing import Any

from docscore.readers.guard import FileProblemError
from docscore.readers.plain import decode, find_encoding

TEXT = "value"
"""What an element's own text is called beside its attributes and children."""

_BROKEN = "filen er ikke gyldig XML, eller den er for dybt indlejret. Eksportér den igen."
_ENTITIES = "XML-filen erklærer egne entiteter, som kan skjule skadeligt indhold, og er ikke læst. Eksportér den igen."
_DECLARATION = re.compile(r"\s{0,200}<\?xml\b[^<>]{0,300}\?>")
_ENCODING = re.compile(rb"<\?xml\b[^<>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9._-]{2,40})[\"']")
_HTML = frozenset(
    {
        "p",
        "br",
        "b",
        "i",
        "u",
        "em",
        "strong",
        "span",
        "div",
        "ul",
        "ol",
        "li",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "th",
    }
    | {"h1", "h2", "h3", "h4", "h5", "h6", "a", "font", "hr", "sub", "sup", "blockquote", "pre", "img", "body", "html"}
)
_XHTML = "http://www.w3.org/1999/xhtml"


def parse(data: bytes, name: str) -> Any:
    """The root element as an object.

    Raises:
        FileProblemError: it is no XML, nested too deeply, or declares entities.
    """
    from lxml import etree

    text = _decode(data)
    if "<!ENTITY" in text:
        # Before anything is parsed: entities in attributes would be expanded whatever the parser is told.
        raise FileProblemError(name, _ENTITIES)
    text = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        raise FileProblemError(name, _BROKEN) from None
    return {_local(root): _value(root)}


def _decode(data: bytes) -> str:
    """By BOM, else by what the file declares, else by what the bytes look like."""
    declared = _ENCODING.match(data.lstrip()[:600])
    if declared and find_encoding(data[:1000]) is None:
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _value(element: Any) -> Any:
    """An element without attributes and children is its text; another an object. lxml limits the depth to 256."""
    children = [child for child in element if isinstance(child.tag, str)]
    if children and all(_is_html(child) for child in children):
        return _with_attributes(element, _markup(element))
    text = _own_text(element)
    if not children:
        return _with_attributes(element, text)
    found: dict[str, Any] = _attributes(element)
    for child in children:
        key, value = _local(child), _value(child)
        if key not in found:
            found[key] = value
        elif isinstance(found[key], _Several):
            found[key].append(value)
        else:
            found[key] = _Several([found[key], value])
    if text:
        found.setdefault(TEXT, text)
    return found


class _Several(list[Any]):
    """The values of children of one name, told from a child's own list."""


def _with_attributes(element: Any, text: str) -> Any:
    found = _attributes(element)
    if not found:
        return text
    if text:
        found.setdefault(TEXT, text)
    return found


def _attributes(element: Any) -> dict[str, Any]:
    return {key.rpartition("}")[2]: value for key, value in element.attrib.items() if "XMLSchema" not in key}


def _own_text(element: Any) -> str:
    """The text between the children."""
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    return " ".join(piece.strip() for piece in pieces if piece.strip())


def _is_html(element: Any) -> bool:
    """Whether an element is one of HTML's, with nothing but such in it."""
    tag = element.tag
    if not isinstance(tag, str):
        return False
    return tag.startswith(f"{{{_XHTML}}}") or _local(element).lower() in _HTML


def _markup(element: Any) -> str:
    """The content of an element as HTML, without namespaces and attributes."""
    from html import escape

    pieces = ["<div>"]

    def add(node: Any) -> None:
        pieces.append(escape(node.text or "", quote=False))
        for child in node:
            if isinstance(child.tag, str):
                tag = _local(child).lower()
                pieces.append(f"<{tag}>")
                add(child)
                if tag not in {"br", "hr", "img"}:
                    pieces.append(f"</{tag}>")
            pieces.append(escape(child.tail or "", quote=False))

    add(element)
    pieces.append("</div>")
    return "".join(pieces)

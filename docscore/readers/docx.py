"""DOCX: the text of a Word document in the order in which it is read.

python-docx hides content controls, tables inside cells, text boxes and legacy form fields, and forms are made
of just those, so the package's XML is walked here with lxml. Elements are told apart by their local name;
that covers the transitional and the strict variant of the format.
"""

from __future__ import annotations

import io
import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docscore.readers import limits
from docscore.readers.docx_controls import (
    control_text,
    local,
    own,
    property_value,
    style_is_placeholder,
    symbol,
)
from docscore.readers.docx_fields import FieldState
from docscore.readers.docx_pictures import PICTURES, pasted
from docscore.readers.formats import ExtractedText
from docscore.readers.guard import FileProblemError
from docscore.readers.layout import TextBuilder, table_row
from docscore.readers.packages import member_bytes, open_package
from docscore.readers.pictures import PastedPictures

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

_PAGE_LINE = re.compile(r"(?:side|page|s\.)?\s{0,3}\d{1,4}(?:\s{0,3}(?:af|of|/)\s{0,3}\d{1,4})?", re.I)
_ON = frozenset({"1", "true", "on"})
_TRANSPARENT = frozenset(
    {
        "ins",
        "moveTo",
        "hyperlink",
        "smartTag",
        "customXml",
        "dir",
        "bdo",
        "fldSimple",
        "body",
        "sdtContent",
        "ruby",
    }
    | {"rubyBase"}
)
_ONLY_IMAGES = (
    "dokumentet holder ingen tekst, og intet billede, som tekst kan genkendes i (OCR). "
    "Gem det som PDF, og læg den i mappen i stedet."
)


@dataclass
class _Package:
    """The opened document, what its main part refers to, and the pictures met so far.

    ``in_body`` is False in headers and notes, whose relations are others and whose pictures are letterheads.
    """

    archive: zipfile.ZipFile
    name: str
    main: str
    targets: dict[str, str] = field(default_factory=dict)
    pictures: PastedPictures = field(default_factory=PastedPictures)
    in_body: bool = False

    def xml(self, part: str) -> Any:
        """The root element of a part; entities are never resolved and nothing is fetched."""
        from lxml import etree

        data = member_bytes(self.archive, part, limits.MAX_MARKUP_BYTES, self.name)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        return etree.fromstring(data, parser)


def extract(data: bytes, name: str) -> ExtractedText:
    """Read a DOCX: paragraphs, tables, content controls, text boxes, the first page's header, notes.

    Check boxes come out as ☒ and ☐, untouched controls as nothing, table rows as one line each with
    `` | `` between the cells. Running headers and footers, comments, deleted and hidden text are left out.
    Pictures that can hold a page of text are recognised at their places (:mod:`docscore.readers.pictures`).
    """
    with open_package(io.BytesIO(data), name, limits.MAX_PACKAGE_BYTES) as archive:
        package = _Package(archive, name, _main_part(archive))
        if package.main not in archive.namelist():
            raise FileProblemError(name, "Word-filen mangler sin tekst. Åbn den i Word, og gem den igen.")
        package.targets = _relations(package)
        root = package.xml(package.main)
        body = next((child for child in root if local(child) == "body"), root)
        out = TextBuilder()
        _first_header(body, package, out)
        package.in_body = True
        _blocks(body, out, package)
        package.in_body = False
        _notes(package, out)
        found = package.pictures.fill(out.text())
        if not found.text and not found.notes and any("/media/" in member for member in archive.namelist()):
            return ExtractedText("", notes=(_ONLY_IMAGES,))
    return found


def _main_part(archive: zipfile.ZipFile) -> str:
    """The part that the package names as its document; usually ``word/document.xml``."""
    members = set(archive.namelist())
    if "word/document.xml" in members:
        return "word/document.xml"
    candidates = [name for name in sorted(members) if re.fullmatch(r"word/document[0-9]{0,3}\.xml", name)]
    return candidates[0] if candidates else "word/document.xml"


def _relations(package: _Package) -> dict[str, str]:
    """Relation id → part name, of the main part; outside targets are left out."""
    folder, base = posixpath.split(package.main)
    part = f"{folder}/_rels/{base}.rels"
    if part not in package.archive.namelist():
        return {}
    found = {}
    for relation in package.xml(part):
        target = relation.get("Target", "")
        if relation.get("TargetMode") != "External" and target:
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            found[relation.get("Id", "")] = posixpath.normpath(path)
    return found


def _first_header(body: Any, package: _Package, out: TextBuilder) -> None:
    """The header that the first page shows, once; a header's repetitions and all footers are left out."""
    section = next((element for element in body.iter() if local(element) == "sectPr"), None)
    if section is None:
        return
    title_page = any(local(child) == "titlePg" and own(child, "val") not in {"0", "false"} for child in section)
    wanted = "first" if title_page else "default"
    for child in section:
        if local(child) == "headerReference" and own(child, "type") == wanted:
            part = package.targets.get(own(child, "id") or "")
            if part and part in package.archive.namelist():
                header = TextBuilder()
                _blocks(package.xml(part), header, package)
                for line in header.text().split("\n"):
                    if not _PAGE_LINE.fullmatch(line.strip()):
                        out.add(line)
                        out.end_line()


def _notes(package: _Package, out: TextBuilder) -> None:
    """Footnotes and endnotes, after the text."""
    for part in ("word/footnotes.xml", "word/endnotes.xml"):
        if part in package.archive.namelist():
            for note in package.xml(part):
                if own(note, "type") in {None, "normal"}:
                    _blocks(note, out, package)


def _blocks(parent: Any, out: TextBuilder, package: _Package) -> None:
    """Paragraphs, tables and controls of a body, a cell or a text box, in order."""
    for child in parent:
        kind = local(child)
        if kind == "p":
            _paragraph(child, out, package)
        elif kind == "tbl":
            _table(child, out, package)
        elif kind == "sdt":
            shown = control_text(child)
            if shown is None:
                content = next((part for part in child if local(part) == "sdtContent"), None)
                if content is not None:
                    _blocks(content, out, package)
            else:
                out.add(shown)
                out.end_line()
        elif kind in _TRANSPARENT:
            _blocks(child, out, package)
        elif kind == "AlternateContent":
            _alternative(child, out, package)
        elif kind == "altChunk":
            _embedded(child, out, package)


def _alternative(element: Any, out: TextBuilder, package: _Package) -> None:
    """Of two renderings of the same thing, the first that has text."""
    for choice in element:
        part = TextBuilder()
        _blocks(choice, part, package)
        if part.text():
            out.add(part.text())
            out.end_line()
            return


def _embedded(element: Any, out: TextBuilder, package: _Package) -> None:
    """A document embedded whole (``altChunk``), as some case systems write their letters."""
    from docscore.readers.formats import read_document

    part = package.targets.get(own(element, "id") or "")
    if not part or part not in package.archive.namelist() or part.lower().endswith(".docx"):
        return
    data = member_bytes(package.archive, part, limits.MAX_MARKUP_BYTES, package.name)
    out.add(read_document(data, part).text)
    out.end_line()


def _table(table: Any, out: TextBuilder, package: _Package) -> None:
    for row in _inside(table, "tr"):
        cells = []
        for cell in _inside(row, "tc"):
            if isinstance(cell, str):
                cells.append(cell)
            elif not _continues_merge(cell):
                content = TextBuilder()
                _blocks(cell, content, package)
                cells.append(content.text())
        out.add(table_row(cells))
        out.end_line()


def _inside(parent: Any, wanted: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also inside content controls; an untouched control is ``""``."""
    for child in parent:
        kind = local(child)
        if kind == wanted:
            if wanted == "tc" or property_value(child, "trPr", "del") is None:
                yield child
        elif kind == "sdt":
            shown = control_text(child)
            if shown is not None and wanted == "tc":
                yield shown
            else:
                yield from (item for part in child if local(part) == "sdtContent" for item in _inside(part, wanted))
        elif kind in _TRANSPARENT:
            yield from _inside(child, wanted)


def _continues_merge(cell: Any) -> bool:
    """Whether the cell is the lower part of a vertically merged one."""
    merge = property_value(cell, "tcPr", "vMerge")
    return merge is not None and merge != "restart"


def _paragraph(paragraph: Any, out: TextBuilder, package: _Package) -> None:
    boxes: list[Any] = []
    state = FieldState()
    _runs(paragraph, out, state, boxes)
    out.add(state.close())
    out.line_break()
    for box in boxes:
        if local(box) in PICTURES:
            if package.in_body and (picture := pasted(box, package.archive, package.targets, package.name)):
                out.add(package.pictures.mark(picture))
                out.end_line()
        else:
            _blocks(box, out, package)


def _runs(parent: Any, out: TextBuilder, state: FieldState, boxes: list[Any]) -> None:
    """The text inside a paragraph; text boxes and pictures anchored in it are put aside."""
    for child in parent:
        kind = local(child)
        if kind == "r":
            _run(child, out, state, boxes)
        elif kind == "sdt":
            shown = control_text(child)
            if shown is not None:
                state.emit(shown, out)
            else:
                for part in child:
                    if local(part) == "sdtContent":
                        _runs(part, out, state, boxes)
        elif kind in _TRANSPARENT:
            _runs(child, out, state, boxes)
        elif kind in {"oMath", "oMathPara"}:
            state.emit("".join(text.text or "" for text in child.iter() if local(text) == "t"), out)


def _run(run: Any, out: TextBuilder, state: FieldState, boxes: list[Any]) -> None:
    hidden = property_value(run, "rPr", "vanish")
    if hidden is not None and hidden not in {"0", "false"}:
        return
    placeholder = style_is_placeholder(run)
    for child in run:
        kind = local(child)
        if kind == "t":
            if not placeholder:
                state.emit(child.text or "", out)
        elif kind in {"tab", "ptab"}:
            state.emit("\t", out)
        elif kind in {"br", "cr"}:
            state.emit("\n", out)
        elif kind == "noBreakHyphen":
            state.emit("-", out)
        elif kind == "sym":
            state.emit(symbol(child), out)
        elif kind == "fldChar":
            state.mark(child, out)
        elif kind in {"drawing", "pict", "object", "AlternateContent"}:
            _drawing(child, boxes)


def _drawing(element: Any, boxes: list[Any]) -> None:
    """Put the text boxes and pictures of a drawing aside, once: its second rendering repeats them."""
    kind = local(element)
    if kind in {"inline", "anchor"} and any(local(part) == "docPr" and own(part, "hidden") in _ON for part in element):
        return
    if kind == "AlternateContent":
        for choice in element:
            before = len(boxes)
            for child in choice:
                _drawing(child, boxes)
            if len(boxes) > before:
                return
        return
    if kind == "txbxContent" or kind in PICTURES:
        boxes.append(element)
        return
    for child in element:
        _drawing(child, boxes)

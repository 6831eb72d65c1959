"""Files made for the reader tests: DOCX from XML, PDF from reportlab, ZIP by hand."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from docscore.case import Case, Problem

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'


def docx(body: str, *, header: str = "", parts: dict[str, bytes] | None = None, rels: str = "") -> bytes:
    """A DOCX around the given WordprocessingML body."""
    names = f'xmlns:w="{W}" xmlns:w14="{W14}" xmlns:r="{R}" xmlns:mc="m" xmlns:wps="s" xmlns:v="v" xmlns:m="math"'
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rIdH"/></w:sectPr>' if header else ""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document {names}><w:body>{body}{section}</w:body></w:document>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("word/document.xml", document)
        relations = rels
        if header:
            package.writestr("word/header1.xml", f"<w:hdr {names}>{header}</w:hdr>")
            relations += '<Relationship Id="rIdH" Type="header" Target="header1.xml"/>'
        package.writestr("word/_rels/document.xml.rels", _RELS.format(relations))
        for name, data in (parts or {}).items():
            package.writestr(name, data)
    return out.getvalue()


def p(*runs: str) -> str:
    """A paragraph of runs; plain text becomes a run."""
    return "<w:p>" + "".join(run if run.startswith("<") else r(run) for run in runs) + "</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(*rows: list[str]) -> str:
    """A table of cells; plain text becomes a paragraph."""
    cells = [[f"<w:tc>{c if c.startswith('<') else p(c)}</w:tc>" for c in row] for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in cells) + "</w:tbl>"


def sdt(properties: str, content: str) -> str:
    """A content control."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def canvas_pdf(*pages: list[tuple[float, float, str]], size: float = 11, **options: Any) -> bytes:
    """A PDF with text drawn at places (x, y from the foot of an A4 page)."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, **options)
    for page in pages:
        canvas.setFont("Helvetica", size)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def flow_pdf(flow: list[Any], decorate: Any = None, **options: Any) -> bytes:
    """A PDF set by reportlab's own line breaking."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    out = io.BytesIO()
    nothing = lambda canvas, document: None  # noqa: E731
    SimpleDocTemplate(out, pagesize=A4, **options).build(
        flow, onFirstPage=decorate or nothing, onLaterPages=decorate or nothing
    )
    return out.getvalue()


def case_folder(parent: Path, name: str, files: dict[str, bytes | str], facts: Any = None) -> Path:
    """A case folder with files."""
    folder = parent / name
    folder.mkdir(parents=True)
    for file, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / file).write_bytes(data)
    if facts is not None:
        (folder / "sag.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return folder


def split(items: Any) -> tuple[list[Case], list[Problem]]:
    """Cases, and all problems: the cases' own and the others."""
    cases: list[Case] = []
    problems: list[Problem] = []
    for item in items:
        if isinstance(item, Case):
            cases.append(item)
            problems += item.problems
        else:
            problems.append(item)
    return cases, problems


def zipped(path: Path, members: dict[str, bytes | str]) -> Path:
    """A ZIP file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path

"""Sound files of every format, made by the libraries: where the fuzzer begins. All that is in them is invented."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import fuzz_pictures
import fuzz_words
from readers_support import canvas_pdf, docx, p, sdt, table

_TEXT = """Forberedende del
Borgers navn: Mette Holm   Cpr.nr.: 010170-XXXX   Dato: 12-03-2021

Skånehensyn: Hun må ikke løfte over 5 kg, og hun har brug for pauser hver time.
[x] Ja  [ ] Nej   Behov for personlig assistance
- ønsker sig et job i en butik, 2 x 4 timer om ugen
"""
_JOURNAL = """Journal
12.03.2021 Samtale (AB)
Borger fortæller, at hun ikke kan stå op. Ingen hjælpemidler.

04-02-2021 kl. 10.30 Telefon
Aftalt: opfølgning om 14 dage, jf. § 116, stk. 2.
"""
_HTML = (
    "<!doctype html><html><head><title>Notat</title><style>p{}</style></head><body><h1>Indstilling</h1>"
    "<table><tr><td>Job</td><td>Butik<br>lager</td></tr></table><input type=checkbox checked>Ja"
    '<p style="display:none">x</p><script>1</script><p>Hun &oslash;nsker ro &amp; pauser.</p></body></html>'
)
_RTF = (
    r"{\rtf1\ansi\ansicpg1252{\fonttbl\f0 Arial;}\f0\b Indstilling\b0\par Hun \'f8nsker ro.\u248?\tab x\par"
    r"\trowd\cellx100\cellx200 a\cell b\cell\row{\field{\*\fldinst{HYPERLINK x}}{\fldrslt{y}}}{\*\bkmkstart a}\par}"
)


def docx_seed() -> bytes:
    """A DOCX with a header, a table, a content control and a box."""
    box = '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr><w:sdtContent>'
    body = p("Indstilling") + table(["Skånehensyn", "Pauser"], ["Job", "Butik"])
    body += sdt('<w:alias w:val="Dato"/>', p("12-03-2021")) + p(box + "<w:r><w:t>x</w:t></w:r></w:sdtContent></w:sdt>")
    return docx(body, header=p("Side 1"))


def xlsx_seed() -> bytes:
    """A flat export as a workbook."""
    import openpyxl

    book: Any = openpyxl.Workbook()
    for row in (("case_id", "text", "date", "n"), ("A", _TEXT, "12-03-2021", 4), ("B", "=1+1", None, 4.5)):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({"case_id": ["A", "B"], "text": [_TEXT, "Kort."], "n": [1, None]}), out)
    return out.getvalue()


def _form_pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0)
    canvas.drawString(72, 720, "Skånehensyn: pauser")
    canvas.acroForm.textfield(name="job", value="Butik", x=72, y=600, width=200, height=20)
    canvas.acroForm.checkbox(name="ja", checked=True, x=72, y=560)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _zip(members: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


_FACTS = json.dumps(
    {
        "case_id": "A",
        "status": "ledighedsydelse",
        "frikommune": ["fd.laege_265"],
        "documents": [{"file": "notat.txt", "kind": "jobsamtale", "date": "2021-03-12"}],
        "dates": {"rehab_moede": "2020-11-24", "ledighedsydelse_perioder": [{"from": "2020-01-01", "to": None}]},
        "fields": {"konkret_fleksjob": False},
    }
)
_CSV = f'case_id;text;date;kommune\r\nA;"{_TEXT}";12-03-2021;Nørreå\r\nB;Kort note.;;\r\n'
_JSONL = "\n".join(json.dumps({"case_id": c, "text": _TEXT, "date": "2021-03-12"}) for c in "AB")
_NUMBERS = "Cpr 01 01 70 - 1234, 610170-1234, tlf. 12 34 56 78, a.b@eksempel.dk, reg. 1234 konto 1234567890, DK50 0040"


def _mail() -> bytes:
    """A mail with quoted history, an HTML part and an attachment."""
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ditte <d@eksempel.dk>", "m@eksempel.dk", "Jobsamtale på mandag"
    mail["Date"] = "Fri, 12 Mar 2021 10:15:00 +0100"
    quoted = "".join(f"> {line}\n" for line in _TEXT.splitlines())
    mail.set_content(
        f"Hej Mette\n{_TEXT}\nVenlig hilsen\nDitte\n\nDen 11. marts 2021 skrev Mette <m@eksempel.dk>:\n{quoted}"
    )
    mail.add_alternative(_HTML, subtype="html")
    mail.add_attachment(_TEXT.encode(), maintype="text", subtype="plain", filename="notat.txt")
    return mail.as_bytes()


_NOTES = json.dumps(
    {
        "notes": [
            {"title": "Jobsamtale", "note": _HTML, "author": "AB", "date": "2021-03-12"},
            {"title": "T", "note": "Kort."},
        ]
    }
)


_MANY = json.dumps(
    {
        "borgere": [
            {
                "borger": {"id": n},
                "noter": [{"titel": "Samtale", "notat": _TEXT, "dato": "2021-03-12", "forfatter": "AB"}],
            }
            for n in (7, 8)
        ]
    }
)
_XML = (
    '<?xml version="1.0" encoding="utf-8"?><s:Sager xmlns:s="urn:x">'
    "<s:Sag><s:SagsNr>21-7</s:SagsNr><s:Notat><s:Titel>Jobsamtale</s:Titel><s:Dato>2021-03-12T09:00:00Z</s:Dato>"
    "<s:OprettetAf>AB</s:OprettetAf><s:Tekst>&lt;p&gt;Ønsker færre timer.&lt;/p&gt;</s:Tekst></s:Notat></s:Sag>"
    '<journal borgernr="B-8"><notat dato="13.03.2021" titel="Telefon" forfatter="CD"><![CDATA[Glad for praktikken.]]></notat>'
    "</journal></s:Sager>"
)


@cache
def seeds(target: str) -> tuple[bytes, ...]:
    """The inputs that a target begins with."""
    if target in {"reading", "case"}:
        texts = [_TEXT, _JOURNAL, *_examples()]
        return tuple((b"" if target == "reading" else bytes([n % 10])) + t.encode() for n, t in enumerate(texts))
    found: dict[str, list[bytes | str]] = {
        "document.txt": [_TEXT, _JOURNAL.encode("cp1252"), _TEXT.encode("utf-16")],
        "document.html": [_HTML, _HTML.encode("cp1252")],
        "document.rtf": [_RTF],
        "document.docx": [docx_seed()],
        "document.eml": [_mail()],
        "mail.eml": [_mail()],
        "document.json": [_NOTES],
        "notes.json": [_NOTES, _MANY],
        "notes.xml": [_XML],
        "document.pdf": [
            canvas_pdf([(72, 720, "Skånehensyn: pauser"), (72, 700, "Job: butik")], pageCompression=0),
            _form_pdf(),
        ],
        "part.document": [_part(docx_seed(), "word/document.xml")],
        "part.relations": [_part(docx_seed(), "word/_rels/document.xml.rels")],
        "part.sheet": [_part(xlsx_seed(), "xl/worksheets/sheet1.xml")],
        "part.workbook": [_part(xlsx_seed(), "xl/workbook.xml")],
        "table.csv": [_CSV, _CSV.encode("cp1252")],
        "table.jsonl": [_JSONL],
        "table.xlsx": [xlsx_seed()],
        "table.parquet": [_parquet()],
        "archive": [_zip({"a/notat.txt": _TEXT, "a/sag.json": _FACTS, "b/x.html": _HTML, "e.csv": _CSV})],
        "facts": [_FACTS],
        "cell": [_TEXT, _HTML, _RTF],
        "masking": [_NUMBERS, _TEXT],
    }
    more = [*fuzz_pictures.seeds(target), *fuzz_words.seeds(target)]
    return tuple(seed.encode() if isinstance(seed, str) else seed for seed in (*found.get(target, []), *more))


def _examples() -> list[str]:
    """The first part of the bundled example documents."""
    folder = Path(__file__).parents[1] / "examples" / "sager"
    return [path.read_text("utf-8", "replace")[:3000] for path in sorted(folder.glob("*/*.txt"))[:12]]


@cache
def marks(target: str) -> tuple[str, ...]:
    """Words that a mutation may put in: those of the format, or of the vocabulary."""
    if target == "mail.eml":
        return (*marks("document.eml"), *fuzz_words.MARKS[target])
    if target in fuzz_pictures.MARKS or target in fuzz_words.MARKS:
        return {**fuzz_pictures.MARKS, **fuzz_words.MARKS}[target]
    if target in {"reading", "case", "document.txt", "cell"}:
        import tomllib
        from importlib.resources import files

        data = files("docscore.language") / "data"
        words: set[str] = set()
        for name in ("cues.toml", "layout.toml", "sentences.toml"):
            words |= set(_strings(tomllib.loads((data / name).read_text("utf-8"))))
        extra = (
            "[x]",
            "[ ]",
            "☒",
            "☐",
            ":\t",
            " - ",
            "\n\n",
            "»",
            "«",
            "01-02-2021",
            "§ 116, stk. 2",
            "010170-XXXX",
            "kl. ",
        )
        return (*sorted(word for word in words if 1 < len(word.encode()) < 40)[:600], *extra)
    return {
        "document.html": (
            "<table>",
            "<tr>",
            "<td>",
            "</",
            "<input",
            "<select>",
            "<option",
            "<br>",
            "&#x",
            "<pre>",
            "<ul><li>",
        ),
        "document.rtf": (
            r"\par",
            r"\u-1",
            r"\'f8",
            r"\bin5",
            r"\ucN",
            r"{\*",
            r"\cell",
            r"\row",
            r"\trowd",
            r"\field",
            r"\uc0",
        ),
        "document.pdf": (
            "/Type",
            "/Page",
            "/Kids",
            "stream",
            "endstream",
            "/Length",
            "Tj",
            "BT",
            "ET",
            "/AcroForm",
            "/MediaBox",
        ),
        "part.document": (
            "<w:p>",
            "<w:r>",
            "<w:t>",
            "<w:tbl>",
            "<w:tr>",
            "<w:tc>",
            "<w:sdt>",
            "<w:fldChar",
            "<w:vMerge",
            "<!ENTITY",
        ),
        "part.sheet": ('<c t="s">', '<c t="inlineStr">', "<v>", "<is><t>", 'r="A1"', "<!ENTITY", 't="d"', 't="e"'),
        "document.eml": (
            "Content-Type: ",
            "boundary=",
            "base64",
            "=?utf-8?q?",
            "Subject: ",
            "\r\n\r\n",
            "> ",
            "charset=",
        ),
        "document.json": ('"note"', '"title"', '"date"', '"notes"', "[[", "{", "NaN", "\\ud800", "<p>"),
        "notes.json": (
            '"cpr"',
            '"sagsnr"',
            '"borger"',
            '"id"',
            '"noter"',
            '"notat"',
            '"dato"',
            "[[",
            "{",
            "null",
            "1e999",
        ),
        "notes.xml": (
            "<![CDATA[",
            "]]>",
            "<!ENTITY",
            "<!DOCTYPE",
            "&lt;p&gt;",
            "xmlns:",
            "encoding=",
            "<notat ",
            "dato=",
            "<cpr>",
        ),
        "table.csv": (";", ",", "\t", '""', '"', "\r\n", "case_id", "text", "date"),
        "table.jsonl": ('"case_id"', '"text"', "\\ud800", "1e999", "NaN", "[[", "{", "null"),
        "facts": (
            '"dates"',
            '"fields"',
            '"documents"',
            '"jobsamtaler"',
            '"case_id"',
            "NaN",
            "1e999",
            "[[",
            "\\ud800",
            "null",
        ),
        "masking": (
            "010190-1234",
            "01.01.90",
            "610190",
            "+45 ",
            "@",
            ".dk",
            "reg.nr. ",
            "konto",
            "DK50",
            "tlf. ",
            "\u2013",
            "\u00a0",
        ),
    }.get(target, ())


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for part in (*value.keys(), *value.values()) for text in _strings(part)]
    if isinstance(value, list):
        return [text for part in value for text in _strings(part)]
    return [value] if isinstance(value, str) else []

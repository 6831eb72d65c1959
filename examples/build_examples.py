"""Builds ``sager/`` from the hand-written texts in ``kilder/``.

    python examples/build_examples.py            # needs the extra "dev" (reportlab)

A file of ``kilder/`` whose name ends in ``.kilde`` is made into the format that its name has before that
ending; every other file is copied as it is. The markup of a ``.kilde`` file, one paragraph per line:

    @name value         settings at the top (``sidehoved``, ``sidefod``, ``skrift``, ``farve``, ``layout`` …)
    # Title   ## Heading   ? help text   - bullet
    | prompt | answer   a table row; ``|!`` column titles, ``||`` a section across the table,
                        ``|?`` help text across it, ``|>`` an answer across it; `` // `` is a line break
    [x]  [ ]            check boxes
    {{chosen|a|b}}      a drop-down list; ``{{|a|b}}`` is one that nobody has touched
    <<Klik …>>          a text field that nobody has touched
    ¬                   where a word may be hyphenated
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

from kilde import Source, moment, parse, plain, same_times
from make_docx import make_docx
from make_pdf import make_pdf

HERE = Path(__file__).resolve().parent


def make_rtf(source: Source) -> bytes:
    """An RTF file as WordPad writes it: code page 1252, tables as rows of cells."""
    font = source.settings.get("skrift", "Arial")
    head = "{\\rtf1\\ansi\\ansicpg1252\\deff0\\deflang1030{\\fonttbl{\\f0\\fnil\\fcharset0 " + font + ";}}\n"
    parts = [head]
    sizes = {"#": "\\b\\fs28 ", "##": "\\b\\fs22 "}
    for line in source.lines:
        if line.is_row:
            edges = "".join(f"\\cellx{9000 * (n + 1) // len(line.cells)}" for n in range(len(line.cells)))
            cells = "".join(f"{_rtf(cell)}\\cell " for cell in line.cells)
            parts.append(f"\\trowd{edges}\\pard\\intbl\\fs20 {cells}\\row\n")
        else:
            size = sizes.get(line.mark, "\\fs20 ")
            parts.append(f"\\pard\\sa120\\f0{size}{_rtf(line.text)}\\b0\\par\n")
    return ("".join(parts) + "}\n").encode("ascii")


def _rtf(text: str) -> str:
    written = []
    for character in plain(text).replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}"):
        if ord(character) < 128:
            written.append("\\line " if character == "\n" else character)
        else:
            written.append("".join(f"\\'{byte:02x}" for byte in character.encode("cp1252")))
    return "".join(written)


def make_txt(source: Source) -> bytes:
    """A text file of an older system: its own code page, and line ends of Windows."""
    return source.body.replace("\n", "\r\n").encode(source.settings.get("tegnsæt", "utf-8"))


def make_xlsx(folder: Path) -> bytes:
    """A flat export: one row per text of a folder, whose first lines give the columns."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    columns = ["case_id", "document_id", "kind", "date", "kommune", "status", "text"]
    book = Workbook()
    sheet = book.active
    sheet.title = "dokumenter"
    sheet.append(columns)
    for path in sorted(folder.glob("*.txt")):
        head, _, text = path.read_text(encoding="utf-8").partition("\n\n")
        values: dict[str, str | date] = {}
        for row in head.split("\n"):
            name, _, value = row.partition(":")
            values[name] = value.strip()
        # Dates in ISO become date cells; the others stay the text that a person typed.
        day = str(values["date"])
        if re.fullmatch(r"\d{4}-\d\d-\d\d", day):
            values["date"] = date.fromisoformat(day)
        values["text"] = text.strip()
        sheet.append([values.get(column) or None for column in columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for name, wide in zip("ABCDEFG", (10, 13, 18, 12, 20, 17, 110), strict=True):
        sheet.column_dimensions[name].width = wide
    for row in sheet.iter_rows(min_row=2):
        row[-1].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    book.properties.creator, book.properties.created = "docscore", moment()
    out = BytesIO()
    book.save(out)
    return same_times(out.getvalue())


MAKERS: dict[str, Callable[[Source], bytes]] = {
    ".docx": make_docx,
    ".pdf": make_pdf,
    ".rtf": make_rtf,
    ".txt": make_txt,
}


def build(target: Path) -> list[Path]:
    """Build all examples below ``target``.

    Returns:
        The files written, in order.
    """
    written = []
    sources = HERE / "kilder"
    for folder in sorted(path for path in sources.iterdir() if path.is_dir() and path.name != "eksport"):
        goal = target / "sager" / folder.name
        goal.mkdir(parents=True, exist_ok=True)
        for path in sorted(folder.iterdir()):
            result = goal / path.name.removesuffix(".kilde")
            if path.suffix == ".kilde":
                result.write_bytes(MAKERS[result.suffix](parse(path.read_text(encoding="utf-8"))))
            else:
                shutil.copyfile(path, result)
            written.append(result)
    for folder in sorted((sources / "eksport").iterdir()):
        result = target / "sager" / f"{folder.name}.xlsx"
        result.parent.mkdir(parents=True, exist_ok=True)
        result.write_bytes(make_xlsx(folder))
        written.append(result)
    return written


if __name__ == "__main__":
    for made in build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
        print(made)

"""The markup of the sources in ``kilder/`` (described in ``build_examples.py``), and what all makers share."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

FIXED = (2022, 1, 1, 12, 0, 0)
"""The time that stands in every made file, so that a second run gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source: its mark and its cells (a single one outside tables)."""

    mark: str
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """The only cell."""
        return self.cells[0]

    @property
    def is_row(self) -> bool:
        """Whether the line is a table row."""
        return self.mark.startswith("|")


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed ``.kilde`` file: its settings, its lines, and its text below the settings."""

    settings: dict[str, str]
    lines: tuple[Line, ...]
    body: str

    def parts(self, name: str) -> list[str]:
        """A setting's parts, separated by ``|``; empty strings where it has fewer than two."""
        return [*self.settings.get(name, "").split("|"), ""][:2]

    def groups(self) -> list[list[Line]]:
        """Lines one by one, the rows of a table together."""
        found: list[list[Line]] = []
        for line in self.lines:
            if line.is_row and found and found[-1][0].is_row:
                found[-1].append(line)
            else:
                found.append([line])
        return found


def parse(text: str) -> Source:
    """Parse a ``.kilde`` file."""
    settings: dict[str, str] = {}
    rows = text.split("\n")
    while rows and rows[0].startswith("@"):
        name, _, value = rows.pop(0)[1:].partition(" ")
        settings[name] = value
    body = "\n".join(rows)
    return Source(settings, tuple(_line(row) for row in rows if row.strip()), body)


def _line(row: str) -> Line:
    for mark in ("||", "|?", "|>"):
        if row.startswith(mark):
            return Line(mark, (row[2:].strip(),))
    for mark in ("|!", "|"):
        if row.startswith(mark):
            return Line(mark, tuple(cell.strip() for cell in row[len(mark) :].split(" | ")))
    for mark in ("##", "#", "?", "-"):
        if row.startswith(mark + " "):
            return Line(mark, (row[len(mark) :].strip(),))
    return Line("", (row.strip(),))


def plain(text: str) -> str:
    """Text without places for hyphens, with its line breaks."""
    return text.replace("¬", "").replace(" // ", "\n")


def is_bold(line: Line, column: int) -> bool:
    """Prompts are bold: column titles, sections, and every other cell of a row of prompts and answers."""
    return line.mark in {"|!", "||"} or (line.mark == "|" and len(line.cells) in {2, 4} and column % 2 == 0)


def titled(group: list[Line]) -> bool:
    """Whether a table has column titles."""
    return any(line.mark == "|!" for line in group)


def soft(text: str) -> str:
    """Text with its places for hyphens as soft hyphens."""
    return text.replace("¬", "\u00ad")


def moment() -> datetime:
    """``FIXED`` as a date and time."""
    return datetime(*FIXED)


def same_times(data: bytes) -> bytes:
    """The same package with ``FIXED`` in every place where the time of writing stands."""
    out = BytesIO()
    stamp = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*FIXED).encode("ascii")
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(?<=W3CDTF\">)[^<]*", stamp, content)
            member = zipfile.ZipInfo(name, FIXED)
            member.create_system = 3  # the same on every system
            new.writestr(member, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()

"""Finding the cases of an input: which folders are cases, which files are exports."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from docscore.case import Problem
from docscore.errors import InputError
from docscore.readers import limits
from docscore.readers.cleanup import printable
from docscore.readers.columns import unknown_columns
from docscore.readers.exports import count_rows, export_sources, open_table, read_cases_table
from docscore.readers.guard import FileProblemError, guarded
from docscore.readers.names import (
    FACTS_NAME,
    LINES_SUFFIXES,
    NOTES_SUFFIXES,
    TABLE_SUFFIXES,
    natural_key,
    same_name,
    stem_of,
    suffix_of,
    unique_id,
)
from docscore.readers.packages import refuse_cut
from docscore.readers.sources import CaseFolder, CaseSource, FileSource, FolderSource
from docscore.readers.trees import FolderTree, Listing, Tree, ZipTree, close_archives, join

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from docscore.readers.tables import Opener, Row, Table

_NEEDED = ("case_id", "text")
_COUNTED_BYTES = 32 * limits.MIB
_LOOSE = "filen ligger uden for en sagsmappe og er ikke læst. Flyt den ind i sagens mappe."
_EMPTY_FOLDER = "mappen er tom. Læg sagens dokumenter i den, eller fjern den."
_TOO_DEEP = "mappen ligger for mange mapper nede og er ikke læst. Flyt den op."
_TWICE = (
    "mappenavnet findes to steder; sagen hedder her {}. Giv mapperne hver sit navn, eller skriv case_id i sag.json."
)
_UNTAKEN = "--columns nævner kolonnen {!r}, som filen ikke har. Ret navnet, eller fjern parret."
_NO_CASE = "sagen i sagstabellen har ingen sagsmappe. Ret case_id, eller fjern rækken."


class Scan:
    """One walk through an input.

    Args:
        path: the input.
        cases: the ``--cases`` table.
        columns: own → contract column names.

    Raises:
        InputError: the input does not exist, is empty, or is an export without the needed columns.
    """

    def __init__(self, path: Path, cases: Path | None = None, columns: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.columns = dict(columns or {})
        self.facts: dict[str, Row] = {}
        self.facts_table = ""
        self._problems: list[Problem] = []
        self._taken: set[str] = set()
        if not path.exists():
            raise InputError(f"{printable(str(path))} findes ikke. Ret stien.")
        if not path.is_file() and not path.is_dir():
            raise InputError(f"{printable(str(path))} er hverken fil eller mappe. Angiv en fil eller en mappe.")
        if cases is not None:
            self.facts, self._problems = read_cases_table(cases, columns)
            self.facts_table = printable(cases.name)
        self._unused = dict(self.facts)
        self._start = self._begin()

    def sources(self) -> Iterator[CaseSource | Problem]:
        """The sources and problems of the input in order."""
        yield from self._problems
        try:
            yield from self._start
        finally:
            close_archives()
        for row in self._unused.values():
            yield Problem(self.facts_table, row.number, _NO_CASE)

    def _begin(self) -> Iterator[CaseSource | Problem]:
        """Look at the input as a whole; what is wrong with all of it is an error, here and now."""
        if self.path.is_dir():
            tree = FolderTree(str(self.path))
            listing = tree.listing("")
            if not listing.files and not listing.folders:
                reason = listing.problems[0].reason if listing.problems else _EMPTY_FOLDER
                raise InputError(f"{printable(str(self.path))}: {reason}")
            return self._walk(tree, "", 0)
        name = printable(self.path.name)
        try:
            kind = file_kind(self.path)
            if kind == "zip":
                archive = ZipTree(str(self.path))
                top = archive.listing("")
                if not top.files and not top.folders and not top.problems:
                    raise InputError(f"{name}: ZIP-filen er tom. Læg sagsmapperne i den.")
                return self._walk(archive, "", 0)
            if kind == "table":
                return self._table(name)
            if suffix_of(name) in NOTES_SUFFIXES:
                notes = self._notes(FolderTree(str(self.path.parent)), self.path.name)
                if notes:
                    return self._exported(iter(notes))
        except FileProblemError as error:
            raise InputError(str(error)) from error
        return iter([FileSource(str(self.path))])

    def _table(self, name: str) -> Iterator[CaseSource | Problem]:
        """A flat export; JSON Lines that lack its columns may be notes under names of their own."""
        try:
            table = open_table(name, lambda: self.path.open("rb"), self.columns, _NEEDED)
        except InputError:
            notes = []
            if suffix_of(name) in LINES_SUFFIXES:
                notes = self._notes(FolderTree(str(self.path.parent)), self.path.name, alone=True)
            if not notes:
                raise
            return self._exported(iter(notes))
        self._problems += self._untaken(table)
        return self._exported(export_sources(table, self.facts, self.facts_table))

    def _notes(self, tree: Tree, path: str, *, alone: bool = False) -> list[CaseSource | Problem]:
        """The cases of an export of notes about several citizens; none where it is no such export.

        Args:
            tree: where the file lies.
            path: the file in it.
            alone: whether one citizen's notes are a case, too.
        """
        from docscore.readers.notes_cases import notes_sources

        shown = tree.shown(path)
        try:
            data = tree.entry(*_split(path)).read()
            return list(notes_sources(data, shown, self.facts, self.facts_table, self._unused, alone=alone))
        except FileProblemError:
            # It is named where it is read.
            return []

    def _untaken(self, table: Table) -> list[Problem]:
        """What ``--columns`` names and neither the export nor the cases table has, such as a misspelt column."""
        if suffix_of(table.file) in {".jsonl", ".ndjson"}:
            # A column may turn up in any line.
            return []
        used = {"case_id", *(name for row in self.facts.values() for name in row.values)}
        unknown = [own for own in unknown_columns(table.mapping, table.header) if table.mapping[own] not in used]
        return [Problem(table.file, None, _UNTAKEN.format(own)) for own in unknown]

    def _exported(self, sources: Iterator[CaseSource | Problem]) -> Iterator[CaseSource | Problem]:
        self._unused.clear()
        yield from sources

    def _walk(self, tree: Tree, folder: str, level: int) -> Iterator[CaseSource | Problem]:
        group: list[CaseFolder] = []
        for item in self._found(tree, folder, level):
            if isinstance(item, CaseFolder):
                group.append(item)
                # A folder on the disk is a source of its own; a ZIP's directory is read once for several.
                if isinstance(tree, FolderTree) or len(group) >= limits.CHUNK_CASES:
                    yield self._source(tree, group)
                    group = []
                continue
            if group:
                yield self._source(tree, group)
                group = []
            yield item
        if group:
            yield self._source(tree, group)

    def _source(self, tree: Tree, group: list[CaseFolder]) -> FolderSource:
        return FolderSource(tree, tuple(group), self.facts_table, self.columns)

    def _found(self, tree: Tree, folder: str, level: int) -> Iterator[CaseFolder | CaseSource | Problem]:
        """The cases below a folder, depth first in natural order."""
        if level > limits.MAX_DEPTH:
            yield Problem(tree.shown(folder), None, _TOO_DEEP)
            return
        listing = tree.listing(folder)
        exports = level == 0 and self._holds_exports(tree, folder, listing)
        if not exports and is_case_folder(tree, folder, listing, level):
            yield from self._case(tree, folder)
            return
        yield from listing.problems
        if not listing.files and not listing.folders and not listing.problems:
            yield Problem(tree.shown(folder), None, _EMPTY_FOLDER)
        for name in sorted([*listing.folders, *listing.files], key=natural_key):
            path = join(folder, name)
            if name in listing.folders:
                yield from self._found(tree, path, level + 1)
            elif suffix_of(name) in TABLE_SUFFIXES:
                yield from self._export(tree, path)
            elif suffix_of(name) == ".zip" and isinstance(tree, FolderTree):
                yield from self._zip(tree, path)
            elif suffix_of(name) in NOTES_SUFFIXES and (notes := self._notes(tree, path)):
                yield from notes
            else:
                yield Problem(tree.shown(path), None, _LOOSE)

    def _holds_exports(self, tree: Tree, folder: str, listing: Listing) -> bool:
        """Whether a folder's documents are exports of notes, one at least about several citizens."""
        names = [name for name in listing.files if suffix_of(name) not in TABLE_SUFFIXES | {".zip"}]
        if not names or not all(suffix_of(name) in NOTES_SUFFIXES and same_name(name) != FACTS_NAME for name in names):
            return False
        return any(self._notes(tree, join(folder, name)) for name in names)

    def _case(self, tree: Tree, folder: str) -> Iterator[CaseFolder | Problem]:
        wanted = folder.rpartition("/")[2] or _top_name(tree)
        case_id = unique_id(printable(wanted), self._taken)
        if case_id != wanted and case_id != printable(wanted):
            yield Problem(tree.shown(folder), None, _TWICE.format(case_id))
        self._unused.pop(case_id, None)
        yield CaseFolder(case_id, folder, self.facts.get(case_id))

    def _export(self, tree: Tree, path: str) -> Iterator[CaseSource | Problem]:
        """An export among case folders; what is wrong with it must not stop the others."""
        shown = tree.shown(path)
        try:
            table = open_table(shown, partial(tree.open, path), self.columns, _NEEDED)
            counted = set(count_rows(table)) if self.facts else set()
            facts = {case_id: row for case_id, row in self.facts.items() if case_id in counted}
            for case_id in facts:
                self._unused.pop(case_id, None)
            yield from export_sources(table, facts, self.facts_table)
        except FileProblemError as error:
            yield Problem(shown, None, error.reason)
        except InputError as error:
            notes = self._notes(tree, path, alone=True) if suffix_of(path) in LINES_SUFFIXES else []
            yield from notes or [Problem(shown, None, str(error))]

    def _zip(self, tree: FolderTree, path: str) -> Iterator[CaseSource | Problem]:
        archive = ZipTree(str(Path(tree.root, path)), tree.shown(path))
        try:
            yield from self._walk(archive, "", 0)
        except FileProblemError as error:
            yield Problem(tree.shown(path), None, error.reason)


def _split(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name


def _top_name(tree: Tree) -> str:
    if isinstance(tree, ZipTree):
        return stem_of(Path(tree.path).name)
    if isinstance(tree, FolderTree):
        return Path(tree.root).resolve().name or "sag"
    return "sag"


def is_case_folder(tree: Tree, folder: str, listing: Listing, level: int) -> bool:
    """Whether a folder is a case: it holds ``sag.json`` or documents directly.

    At the top of the input, loose documents beside folders with content do not make a case of it.
    """
    if any(same_name(name) == FACTS_NAME for name in listing.files):
        return True
    documents = [name for name in listing.files if suffix_of(name) not in TABLE_SUFFIXES | {".zip"}]
    if not documents:
        return False
    if level > 0:
        return True
    below = (tree.listing(join(folder, name)) for name in listing.folders)
    return not any(found.files or found.folders for found in below)


def file_kind(path: Path) -> str:
    """``zip``, ``table`` or ``document``: by the first bytes, else by the suffix.

    Raises:
        FileProblemError: the file cannot be opened.
    """
    name = printable(path.name)
    suffix = suffix_of(path.name)
    with guarded(name):
        with path.open("rb") as stream:
            start = stream.read(4)
        if start == b"PAR1":
            return "table"
        if start in {b"PK\x03\x04", b"PK\x05\x06"}:
            with zipfile.ZipFile(path) as archive:
                refuse_cut(archive, name)
                members = set(archive.namelist())
            if "[Content_Types].xml" in members:
                return "table" if "xl/workbook.xml" in members else "document"
            return "document" if "mimetype" in members else "zip"
        if suffix == ".zip":
            raise FileProblemError(name, "filen er ikke en ZIP-fil, eller den er beskadiget. Pak den igen.")
    return "table" if suffix in TABLE_SUFFIXES else "document"


def count_cases(path: Path, columns: Mapping[str, str] | None = None) -> int | None:
    """The number of cases where that is cheap to know, for a progress bar; else None.

    Folders and ZIP files are listed; Parquet and small CSV and JSONL exports are counted.
    """
    try:
        if path.is_dir():
            return _count_below(FolderTree(str(path)), "", 0, columns)
        kind = file_kind(path)
        if kind == "zip":
            return _count_below(ZipTree(str(path)), "", 0, columns)
        if suffix_of(path.name) in NOTES_SUFFIXES - TABLE_SUFFIXES:
            # As many as citizens, which reading it tells.
            return None
        return _count_rows(path.name, lambda: path.open("rb"), columns) if kind == "table" else 1
    except (InputError, FileProblemError):
        return None
    finally:
        close_archives()


def _count_below(tree: Tree, folder: str, level: int, columns: Mapping[str, str] | None) -> int | None:
    listing = tree.listing(folder)
    if level > limits.MAX_DEPTH:
        return 0
    if is_case_folder(tree, folder, listing, level):
        return 1
    total = 0
    for name in (*listing.folders, *listing.files):
        path = join(folder, name)
        found: int | None = 0
        if name in listing.folders:
            found = _count_below(tree, path, level + 1, columns)
        elif suffix_of(name) in TABLE_SUFFIXES:
            found = _count_rows(tree.shown(path), partial(tree.open, path), columns)
        elif suffix_of(name) == ".zip" and isinstance(tree, FolderTree):
            found = _count_below(ZipTree(str(Path(tree.root, path))), "", 0, columns)
        if found is None:
            return None
        total += found
    return total


def _count_rows(file: str, opener: Opener, columns: Mapping[str, str] | None) -> int | None:
    """Cases of an export: None for a workbook or a large text file, which would have to be read whole."""
    suffix = suffix_of(file)
    if suffix == ".xlsx":
        return None
    if suffix != ".parquet":
        with guarded(file), opener() as stream:
            if len(stream.read(_COUNTED_BYTES)) >= _COUNTED_BYTES:
                return None
    table = open_table(file, opener, columns, _NEEDED)
    try:
        return len(count_rows(table))
    finally:
        table.close()


def single_folder(path: Path) -> FolderSource | None:
    """The folder as one case, if it holds documents or ``sag.json`` directly, whatever lies below it."""
    if not path.is_dir():
        return None
    tree = FolderTree(str(path))
    if not is_case_folder(tree, "", tree.listing(""), level=1):
        return None
    return FolderSource(tree, (CaseFolder(printable(_top_name(tree)), ""),))

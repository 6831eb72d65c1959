"""Sources of cases: small, picklable descriptions that a worker process turns into cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from docscore.case import Case, Problem
from docscore.readers.assemble import CaseRows, FileEntry, case_from_files, case_from_rows
from docscore.readers.cleanup import printable
from docscore.readers.facts import read_facts_file
from docscore.readers.guard import FileProblemError
from docscore.readers.names import FACTS_NAME, same_name, stem_of
from docscore.readers.trees import FolderTree, Tree, join

if TYPE_CHECKING:
    from docscore.readers.tables import Row

_EMPTY_FOLDER = "mappen er tom. Læg sagens dokumenter i den, eller fjern den."
_SUBFOLDER = (
    "undermappen er ikke læst: en sags filer skal ligge direkte i sagsmappen. Flyt dem op, eller nævn dem i sag.json."
)


@runtime_checkable
class CaseSource(Protocol):
    """Where one case, or a few, come from. Small and picklable; all parsing happens in :meth:`load`."""

    @property
    def label(self) -> str:
        """A name for progress and logs."""
        ...

    def load(self) -> list[Case | Problem]:
        """Read the cases. A case's own problems stand on the case; the others are items of the list."""
        ...


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """A case folder in a tree, with what was found out about it beforehand."""

    case_id: str
    folder: str
    facts: Row | None = None


@dataclass(frozen=True, slots=True)
class FolderSource:
    """One case folder on the disk, or a group of case folders in a ZIP file."""

    tree: Tree
    cases: tuple[CaseFolder, ...]
    facts_table: str = ""
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """See :class:`CaseSource`."""
        first = self.cases[0].case_id
        return first if len(self.cases) == 1 else f"{first} … {self.cases[-1].case_id}"

    def load(self) -> list[Case | Problem]:
        """See :class:`CaseSource`."""
        return [self._case(case) for case in self.cases]

    def _case(self, case: CaseFolder) -> Case | Problem:
        shown = self.tree.shown(case.folder) or "."
        try:
            listing = self.tree.listing(case.folder)
            entries = [self.tree.entry(case.folder, name) for name in listing.files]
            problems = list(listing.problems)
            named = self._named_below(case, entries) if listing.folders else []
            for name in listing.folders:
                inside = [entry for entry in named if entry.name.startswith(f"{name}/")]
                entries += inside
                if not inside:
                    problems.append(Problem(self.tree.shown(join(case.folder, name)), None, _SUBFOLDER))
        except FileProblemError as error:
            return Problem(error.name, None, error.reason)
        if not entries and not problems:
            return Problem(shown, None, _EMPTY_FOLDER)
        return case_from_files(
            case.case_id,
            entries,
            problems,
            facts_row=case.facts,
            facts_table=self.facts_table,
            columns=self.columns,
        )

    def _named_below(self, case: CaseFolder, entries: list[FileEntry]) -> list[FileEntry]:
        """Files in subfolders that ``sag.json`` names."""
        own = next((entry for entry in entries if same_name(entry.name) == FACTS_NAME), None)
        if own is None:
            return []
        try:
            listed = read_facts_file(own.read(), own.file).documents
        except (FileProblemError, OSError):
            return []
        found: list[FileEntry] = []
        for item in listed:
            parts = item.file.replace("\\", "/").removeprefix("./").split("/")
            if len(parts) < 2 or ".." in parts or "" in parts:
                continue
            folder = "/".join(parts[:-1])
            below = self.tree.listing(join(case.folder, folder))
            match = next((name for name in below.files if same_name(name) == same_name(parts[-1])), None)
            if match is not None:
                path = f"{folder}/{match}"
                found.append(self.tree.entry(case.folder, path))
        return list({entry.name: entry for entry in found}.values())


@dataclass(frozen=True, slots=True)
class FileSource:
    """A single document file as a case of its own."""

    path: str

    @property
    def label(self) -> str:
        """See :class:`CaseSource`."""
        return printable(Path(self.path).name)

    def load(self) -> list[Case | Problem]:
        """See :class:`CaseSource`."""
        path = Path(self.path)
        entry = FolderTree(str(path.parent)).entry("", path.name)
        return [case_from_files(printable(stem_of(path.name)), [entry])]


@dataclass(frozen=True, slots=True)
class RowsSource:
    """Some cases of a flat export, with their rows."""

    file: str
    cases: tuple[CaseRows, ...]
    facts_table: str = ""

    @property
    def label(self) -> str:
        """See :class:`CaseSource`."""
        return f"{self.file}: {self.cases[0].case_id}"

    def load(self) -> list[Case | Problem]:
        """See :class:`CaseSource`."""
        return [case_from_rows(case, self.file, self.facts_table) for case in self.cases]

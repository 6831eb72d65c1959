"""Folders and ZIP files seen the same way: a tree of named files."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from docscore.case import Problem
from docscore.readers import limits
from docscore.readers.assemble import FileEntry
from docscore.readers.cleanup import printable
from docscore.readers.formats import too_large
from docscore.readers.guard import guarded, reason_for
from docscore.readers.names import is_hidden, natural_key, suffix_of
from docscore.readers.packages import bursts, open_package

if TYPE_CHECKING:
    import zipfile

_LINK = "genvejen peger ud af mappen (eller på en mappe) og er ikke fulgt. Læg selve filen i mappen."
_NO_FILE = "er hverken fil eller mappe og er ikke læst. Fjern den."


@dataclass(slots=True)
class Listing:
    """What lies directly in a folder: names in natural order, and what was wrong with some."""

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def sort(self) -> Listing:
        """Bring the names into natural order."""
        self.files.sort(key=natural_key)
        self.folders.sort(key=natural_key)
        self.problems.sort(key=lambda problem: natural_key(problem.file))
        return self


class Tree(Protocol):
    """A folder or a ZIP file. Paths inside are relative, with ``/``; the top is ``""``."""

    def shown(self, path: str) -> str:
        """The path as it stands in problem lines: relative to the input."""
        ...

    def listing(self, folder: str) -> Listing:
        """What lies directly in a folder; hidden files are left out."""
        ...

    def entry(self, folder: str, name: str) -> FileEntry:
        """A file of a folder, to be read later."""
        ...

    def open(self, path: str) -> IO[bytes]:
        """Open a file that can be read from its start."""
        ...


def join(folder: str, name: str) -> str:
    """A path inside a tree."""
    return f"{folder}/{name}" if folder else name


@dataclass(frozen=True, slots=True)
class FolderTree:
    """A folder on the disk."""

    root: str

    def shown(self, path: str) -> str:
        """See :class:`Tree`."""
        return printable(path)

    def listing(self, folder: str) -> Listing:
        """See :class:`Tree`. Links that lead out of the input, and links to folders, are not followed."""
        found = Listing()
        try:
            with os.scandir(Path(self.root, folder)) as items:
                for item in items:
                    if not is_hidden(item.name):
                        self._sort_in(item, folder, found)
        except OSError as error:
            found.problems.append(Problem(self.shown(folder) or ".", None, reason_for(error)))
        return found.sort()

    def _sort_in(self, item: os.DirEntry[str], folder: str, found: Listing) -> None:
        shown = self.shown(join(folder, item.name))
        try:
            if item.is_symlink() or _is_junction(item):
                root = Path(self.root).resolve()
                target = Path(item.path).resolve()
                if not target.is_file() or not target.is_relative_to(root):
                    found.problems.append(Problem(shown, None, _LINK))
                    return
            if item.is_dir():
                found.folders.append(item.name)
            elif item.is_file():
                found.files.append(item.name)
            else:
                found.problems.append(Problem(shown, None, _NO_FILE))
        except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
            found.problems.append(Problem(shown, None, reason_for(error)))

    def entry(self, folder: str, name: str) -> FileEntry:
        """See :class:`Tree`."""
        path = join(folder, name)
        return FileEntry(name, self.shown(path), partial(self._read, path), partial(self.open, path))

    def _read(self, path: str) -> bytes:
        file = Path(self.root, path)
        size = file.stat().st_size
        if size > limits.MAX_FILE_BYTES:
            raise too_large(self.shown(path), size)
        return file.read_bytes()

    def open(self, path: str) -> IO[bytes]:
        """See :class:`Tree`."""
        return Path(self.root, path).open("rb")


def _is_junction(item: os.DirEntry[str]) -> bool:
    """A Windows junction; Python 3.12 knows them."""
    check = getattr(item, "is_junction", None)
    return bool(check and check())


@dataclass(frozen=True, slots=True)
class ZipTree:
    """A ZIP file; ``prefix`` is its own path in the input when it lies in a folder, else ``""``."""

    path: str
    prefix: str = ""

    def shown(self, path: str) -> str:
        """See :class:`Tree`."""
        return printable(join(self.prefix, path) if path else self.prefix or Path(self.path).name)

    def _archive(self) -> _Archive:
        file = Path(self.path)
        with guarded(self.shown("")):
            state = file.stat()
            return _open_archive(self.path, self.shown(""), state.st_mtime_ns, state.st_size)

    def listing(self, folder: str) -> Listing:
        """See :class:`Tree`. Members that must not be read are problems of their folder."""
        found = self._archive().folders.get(folder, Listing())
        problems = [Problem(self.shown(problem.file), None, problem.reason) for problem in found.problems]
        return Listing(list(found.files), list(found.folders), problems).sort()

    def entry(self, folder: str, name: str) -> FileEntry:
        """See :class:`Tree`."""
        path = join(folder, name)
        return FileEntry(name, self.shown(path), partial(self._read, path), partial(self.open, path))

    def _read(self, path: str) -> bytes:
        archive = self._archive()
        info = archive.members[path]
        if info.file_size > limits.MAX_FILE_BYTES:
            raise too_large(self.shown(path), info.file_size)
        with guarded(self.shown(path)):
            return archive.file.read(info)

    def open(self, path: str) -> IO[bytes]:
        """See :class:`Tree`. CSV and JSONL are streamed; what needs random access is held in memory."""
        archive = self._archive()
        info = archive.members[path]
        if suffix_of(path) in {".xlsx", ".parquet"}:
            if info.file_size > limits.MAX_ZIPPED_TABLE_BYTES:
                raise too_large(self.shown(path), info.file_size, limits.MAX_ZIPPED_TABLE_BYTES)
            return BytesIO(archive.file.read(info))
        return archive.file.open(info)


@dataclass(slots=True)
class _Archive:
    """An open ZIP with its members sorted into folders."""

    file: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    folders: dict[str, Listing]


@lru_cache(maxsize=1)
def _open_archive(path: str, name: str, _changed: int, _size: int) -> _Archive:
    """Open a ZIP; kept per process, since reading the directory of a large one takes longer than a case."""
    file = open_package(Path(path), name, limits.MAX_UNPACKED_BYTES)
    archive = _Archive(file, {}, {"": Listing()})
    for info in file.infolist():
        if not info.is_dir():
            _add_member(archive, info)
    return archive


def close_archives() -> None:
    """Let go of the ZIP that is kept open."""
    _open_archive.cache_clear()


def _add_member(archive: _Archive, info: zipfile.ZipInfo) -> None:
    name = member_name(info)
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if not parts or any(is_hidden(part) for part in parts if part != ".."):
        return
    reason = _refusal(info, name, parts)
    # A name that leads out of the archive belongs to no folder of it.
    outside = ".." in parts or name.startswith("/") or ":" in parts[0]
    folder = "" if outside else "/".join(parts[:-1])
    clean_name = "/".join(parts)
    listing = _folder(archive, folder)
    if reason is None and clean_name in archive.members:
        reason = "navnet findes to gange i ZIP-filen; kun den første er læst. Pak filerne igen."
    if reason is not None:
        listing.problems.append(Problem(clean_name, None, reason))
        return
    archive.members[clean_name] = info
    listing.files.append(parts[-1])


def _folder(archive: _Archive, folder: str) -> Listing:
    """The listing of a folder, entered into its parents when it is new."""
    found = archive.folders.get(folder)
    if found is None:
        found = archive.folders[folder] = Listing()
        parent, _, name = folder.rpartition("/")
        _folder(archive, parent).folders.append(name)
    return found


def _refusal(info: zipfile.ZipInfo, name: str, parts: list[str]) -> str | None:
    """Why a member is not read, if so."""
    reasons = (
        (
            name.startswith("/") or ".." in parts or ":" in parts[0],
            "navnet peger ud af ZIP-filen, og filen er ikke læst. Pak filerne igen uden stier.",
        ),
        (
            len(parts) > limits.MAX_DEPTH,
            "filen ligger for mange mapper nede og er ikke læst. Flyt den op.",
        ),
        (
            bool(info.flag_bits & 0x1),
            "filen er krypteret i ZIP-filen. Pak den ud med adgangskoden, og læs mappen i stedet.",
        ),
        (
            stat.S_ISLNK(info.external_attr >> 16),
            "filen er en genvej i ZIP-filen og er ikke fulgt. Læg selve filen i ZIP-filen.",
        ),
        (
            suffix_of(name) == ".zip",
            "en ZIP-fil inde i en ZIP-fil læses ikke. Pak den ud.",
        ),
        (
            bursts(info.file_size, info.compress_size),
            "filen fylder urimeligt meget udpakket (mulig zip-bombe) og er ikke læst. Pak den ud selv.",
        ),
    )
    return next((reason for refused, reason in reasons if refused), None)


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's name. Without the UTF-8 flag, Danish tools write UTF-8 all the same, or code page 850."""
    name = info.orig_filename
    if not info.flag_bits & 0x800 and not name.isascii():
        raw = name.encode("cp437", "replace")
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            name = raw.decode("cp850")
    return name.partition("\0")[0].replace("\\", "/")

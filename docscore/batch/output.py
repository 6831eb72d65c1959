"""The output folder: nothing half written, nothing of others touched."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from docscore.errors import OutputError
from docscore.report.privacy import mask_name, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

RUN_FILE = "run.json"
OWN_FILES = (
    "decisions.jsonl",
    "cases.jsonl",
    "problems.jsonl",
    "decisions.csv",
    "cases.csv",
    "problems.csv",
    "decisions.parquet",
    "cases.parquet",
    "problems.parquet",
    "resultat.xlsx",
    "rapport.html",
    RUN_FILE,
)
"""Every file that a run may write; only these are ever replaced or removed."""

TEMPORARY = ".docscore-tmp-"
"""How the name of a file begins while it is being written."""


def is_run(folder: Path) -> bool:
    """Whether a folder holds a run of docscore: its ``run.json`` says so."""
    try:
        run = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(run, dict) and run.get("program") == "docscore"


def leftovers(folder: Path) -> list[Path]:
    """Files of a folder that are being written, or were when a run was killed: ``.docscore-tmp-<name>[-<number>]``."""
    found = []
    for name in sorted(os.listdir(folder)):  # noqa: PTH208
        rest = name.removeprefix(TEMPORARY)
        own, _, number = rest.rpartition("-")
        if rest != name and (rest in OWN_FILES or (own in OWN_FILES and number.isdigit())):
            found.append(folder / name)
    return found


class OutputFolder:
    """Files are written under temporary names and take their own names together, at :meth:`commit`.

    The folder is made at the first file, so that a run that cannot begin leaves nothing. Leaving the
    ``with`` block without :meth:`commit` (an error, Ctrl-C) removes all that was written.
    """

    def __init__(self, path: Path, source: Path | None = None) -> None:
        """Check the folder without touching it.

        Args:
            path: the folder; missing, empty, or written by an earlier run.
            source: the input, in which the output must not lie.

        Raises:
            OutputError: it holds something else, is no folder, or lies in the input.
        """
        self.path = path
        self._shown = one_line(mask_name(str(path)))
        self._written: list[str] = []
        self._created: list[Path] = []
        self._check(source)

    def _check(self, source: Path | None) -> None:
        if source is not None and source.is_dir() and self.path.resolve().is_relative_to(source.resolve()):
            raise OutputError(
                f"Resultatmappen {self._shown} ligger i den mappe, der skal læses, og ville blive læst som en sag. "
                "Vælg en mappe uden for den med --out."
            )
        try:
            if not self.path.exists():
                return
            if not self.path.is_dir():
                raise OutputError(f"{self._shown} er en fil og ikke en mappe. Vælg en anden mappe med --out.")
            found = [name for name in os.listdir(self.path) if not name.startswith(TEMPORARY)]  # noqa: PTH208
        except OSError as error:
            raise self._refused(error) from error
        if found and not self._is_ours():
            raise OutputError(
                f"Mappen {self._shown} er ikke tom og er ikke skrevet af docscore. "
                "Vælg en ny eller tom mappe med --out; intet er ændret."
            )

    def _is_ours(self) -> bool:
        return is_run(self.path)

    def __enter__(self) -> OutputFolder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in self._written:
            self._discard(name)
        for folder in reversed(self._created):
            with suppress(OSError):
                folder.rmdir()

    def open(self, name: str, encoding: str = "utf-8") -> IO[str]:
        """A text file of the folder to write, with ``\\n`` as line end."""
        path = self.temporary(name)
        with self.writing():
            return path.open("w", encoding=encoding, newline="\n")

    def temporary(self, name: str) -> Path:
        """Where to write a file of the folder until :meth:`commit`; readable for its owner only."""
        if name not in OWN_FILES:
            raise ValueError(f"{name} is not in OWN_FILES")
        with self.writing():
            self._make()
            path = self._temporary(name)
            self._written.append(name)
            path.unlink(missing_ok=True)
            path.touch(mode=0o600)
        return path

    def commit(self) -> tuple[Path, ...]:
        """Give every file its name and remove the files of an earlier run; ``run.json`` comes last.

        Returns:
            The files in the order in which they were opened.

        Raises:
            OutputError: a file is held open by another program.
        """
        with self.writing():
            for name in OWN_FILES:
                if name not in self._written:
                    (self.path / name).unlink(missing_ok=True)
                    # What a run left that was killed outright.
                    self._temporary(name).unlink(missing_ok=True)
            for path in leftovers(self.path):
                if path.name.rpartition("-")[2].isdigit():
                    path.unlink(missing_ok=True)
            for name in sorted(self._written, key=RUN_FILE.__eq__):
                self._temporary(name).replace(self.path / name)
        written, self._written, self._created = tuple(self._written), [], []
        return tuple(self.path / name for name in written)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Turn a refusal of the disk into a sentence for the user.

        Raises:
            OutputError: the disk is full, or the folder or a file in it cannot be written.
        """
        try:
            yield
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> OutputError:
        if isinstance(error, PermissionError):
            return OutputError(
                f"Der kan ikke skrives i {self._shown}: adgang nægtet. "
                "Luk filer fra mappen i andre programmer (f.eks. Excel), eller vælg en anden mappe med --out."
            )
        return OutputError(
            f"Der kan ikke skrives i {self._shown} ({type(error).__name__}: {os.strerror(error.errno or 0)}). "
            "Kontrollér, at drevet findes og har plads, eller vælg en anden mappe med --out."
        )

    def _discard(self, name: str) -> None:
        with suppress(OSError):
            self._temporary(name).unlink(missing_ok=True)
            for path in leftovers(self.path):
                if path.name.startswith(f"{TEMPORARY}{name}-"):
                    path.unlink(missing_ok=True)

    def _temporary(self, name: str) -> Path:
        return self.path / f"{TEMPORARY}{name}"

    def _make(self) -> None:
        missing = []
        folder = self.path
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        # The results are about people: for their owner's eyes, where the system knows owners (Windows: the folder has
        # the rights of the one that it lies in).
        for new in reversed(missing):
            new.mkdir(mode=0o700)
            self._created.append(new)
        if not missing and os.name == "posix" and self.path.stat().st_mode & 0o077:
            with suppress(PermissionError):
                self.path.chmod(0o700)

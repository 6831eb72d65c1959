"""``docscore purge``: a run removed, and nothing else."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from docscore.batch.output import OWN_FILES, RUN_FILE, is_run, leftovers
from docscore.errors import OutputError
from docscore.report.privacy import mask_name, one_line


@dataclass(frozen=True, slots=True)
class Purged:
    """What was removed: how many files, whether the folder went too, and how many things of others stay."""

    files: int
    folder: bool
    left: int


def own_files(folder: Path) -> list[Path]:
    """The files that docscore wrote in the folder of a run, ``run.json`` last.

    Raises:
        OutputError: it is no folder, or no run of docscore.
    """
    shown = one_line(mask_name(str(folder)))
    if not folder.is_dir():
        raise OutputError(
            f"{shown} er ikke en mappe. Angiv en mappe, som docscore score har skrevet; intet er slettet."
        )
    if not is_run(folder):
        raise OutputError(
            f"{shown} er ikke skrevet af docscore score (der er ingen run.json fra docscore). Intet er slettet."
        )
    # A link of such a name goes, what it points to stays.
    found = [path for name in OWN_FILES if (path := folder / name).is_symlink() or path.is_file()] + leftovers(folder)
    # Where a removal is broken off, what is left must still be known for a run.
    return sorted(found, key=lambda path: path.name == RUN_FILE)


def purge(folder: Path) -> Purged:
    """Remove a run, and its folder where nothing else lies in it.

    The files are unlinked, not overwritten: on a disk whose blocks can be read, only encryption of the disk helps.

    Raises:
        OutputError: it is no run, or a file is held open by another program.
    """
    files = own_files(folder)
    try:
        for path in files:
            path.unlink(missing_ok=True)
        left = len(os.listdir(folder))  # noqa: PTH208
    except OSError as error:
        raise OutputError(
            f"{one_line(mask_name(str(folder)))} kan ikke slettes helt ({type(error).__name__}). "
            "Luk filer fra mappen i andre programmer, og prøv igen."
        ) from error
    if not left:
        with suppress(OSError):
            folder.rmdir()
    return Purged(len(files), not folder.exists(), left)

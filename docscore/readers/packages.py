"""Opening ZIP-based files (ZIP, DOCX, XLSX) with limits against archives made to burst."""

from __future__ import annotations

import zipfile
from typing import IO, TYPE_CHECKING

from docscore.readers import limits
from docscore.readers.guard import FileProblemError

if TYPE_CHECKING:
    from pathlib import Path

_BURST = (
    "arkivet fylder urimeligt meget udpakket og er ikke åbnet (mulig zip-bombe). Pak det ud selv, "
    "og læs mappen i stedet."
)


def open_package(file: Path | IO[bytes], name: str, limit: int) -> zipfile.ZipFile:
    """Open a ZIP whose members together stay under ``limit`` bytes and the ratio under the limit.

    ``zipfile`` never reads more of a member than its declared size, so the declared sizes are what counts.

    Raises:
        FileProblemError: the archive is too large or packed too hard.
    """
    archive = zipfile.ZipFile(file)
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > limits.MAX_MEMBERS or total > limit or bursts(total, packed):
        archive.close()
        raise FileProblemError(name, _BURST)
    return archive


def bursts(size: int, packed: int) -> bool:
    """Whether something of this size is packed harder than honest content is."""
    return size > limits.RATIO_FLOOR and size > limits.MAX_RATIO * max(packed, 1)


def member_bytes(archive: zipfile.ZipFile, member: str, limit: int, name: str) -> bytes:
    """The content of one member of at most ``limit`` bytes.

    Raises:
        FileProblemError: it is larger, or packed too hard.
    """
    info = archive.getinfo(member)
    if info.file_size > limit or bursts(info.file_size, info.compress_size):
        raise FileProblemError(name, _BURST)
    return archive.read(info)

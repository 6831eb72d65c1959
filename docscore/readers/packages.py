"""Opening ZIP-based files (ZIP, DOCX, XLSX) with limits against archives made to burst."""

from __future__ import annotations

import io
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


_CUT = "ZIP-filen er beskadiget: slutningen mangler. Hent eller pak den igen."
_MEMBER, _END = b"PK\x03\x04", b"PK\x05\x06"
# The end record with its comment, and the offset that stands for "see the 64-bit record".
_LONGEST_END = 22 + 65535
_UNKNOWN = 0xFFFFFFFF


def open_package(file: Path | IO[bytes], name: str, limit: int) -> zipfile.ZipFile:
    """Open a ZIP whose members together stay under ``limit`` bytes and the ratio under the limit.

    ``zipfile`` never reads more of a member than its declared size, so the declared sizes are what counts.

    Raises:
        FileProblemError: the archive is too large or packed too hard.
    """
    archive = zipfile.ZipFile(file)
    try:
        refuse_cut(archive, name)
    except FileProblemError:
        archive.close()
        raise
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > limits.MAX_MEMBERS or total > limit or bursts(total, packed):
        archive.close()
        raise FileProblemError(name, _BURST)
    return archive


def refuse_cut(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a ZIP whose own directory is missing.

    ``zipfile`` looks for a directory from the end of the file. Where the end is cut off, it takes that of a
    document inside for the archive's, or finds no member at all.

    Raises:
        FileProblemError: the file begins with a member, but its directory does not account for it.
    """
    stream = archive.fp
    if stream is None:
        return
    stream.seek(0)
    if stream.read(4) != _MEMBER:
        return
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _LONGEST_END))
    tail = stream.read()
    record = tail.rfind(_END)
    offset = int.from_bytes(tail[record + 16 : record + 20], "little") if record >= 0 else _UNKNOWN
    if not archive.namelist() or offset not in {_UNKNOWN, archive.start_dir}:
        raise FileProblemError(name, _CUT)


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

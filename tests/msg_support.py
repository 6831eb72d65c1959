"""Compound files made for the tests of Outlook mails: as small as the format allows ([MS-CFB], version 3)."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT_SECTOR, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
Tree = dict[str, "bytes | Tree"]


def compound(tree: Tree) -> bytes:
    """A compound file with these storages (dicts) and streams (bytes)."""
    entries: list[list[object]] = [
        ["Root Entry", 5, NONE, NONE, END, 0]
    ]  # name, type, right sibling, child, start, size
    mini, big = bytearray(), []

    def add(folder: Tree, parent: int) -> None:
        before = None
        for name, content in folder.items():
            number = len(entries)
            entries.append([name, 1 if isinstance(content, dict) else 2, NONE, NONE, END, 0])
            if before is None:
                entries[parent][3] = number
            else:
                entries[before][2] = number
            before = number
            if isinstance(content, dict):
                add(content, number)
                continue
            entries[number][5] = len(content)
            if len(content) >= CUTOFF:
                big.append((number, content))
            elif content:
                entries[number][4] = len(mini) // MINI
                mini.extend(content + b"\0" * (-len(content) % MINI))

    add(tree, 0)
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(data: bytes) -> int:
        first = len(sectors)
        count = max(1, -(-len(data) // SECTOR))
        for place in range(count):
            sectors.append(data[place * SECTOR : (place + 1) * SECTOR].ljust(SECTOR, b"\0"))
            fat.append(first + place + 1 if place + 1 < count else END)
        return first

    for number, content in big:
        entries[number][4] = store(content)
    mini_count = len(mini) // MINI
    mini_fat = _chains(entries, mini_count)
    mini_fat_start = store(struct.pack(f"<{len(mini_fat)}I", *mini_fat)) if mini_count else END
    if mini_count:
        entries[0][4], entries[0][5] = store(bytes(mini)), len(mini)
    directory = b"".join(_entry(*entry) for entry in entries)  # type: ignore[arg-type]
    directory_start = store(directory + b"\0" * (-len(directory) % SECTOR))
    fat_sector = len(sectors)
    fat.append(FAT_SECTOR)
    assert len(fat) <= SECTOR // 4
    sectors.append(struct.pack(f"<{SECTOR // 4}I", *fat, *[FREE] * (SECTOR // 4 - len(fat))))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\0" * 16, 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory_start, 0, CUTOFF),
        *(mini_fat_start, 1 if mini_count else 0, END, 0),
    )
    header += struct.pack("<109I", fat_sector, *[FREE] * 108)
    return header + b"".join(sectors)


def _chains(entries: list[list[object]], count: int) -> list[int]:
    """The table of mini sectors: every stream's follow each other."""
    table = [FREE] * (SECTOR // 4 * max(1, -(-count // (SECTOR // 4))))
    for _, kind, _, _, start, size in entries:
        if kind == 2 and 0 < int(size) < CUTOFF:  # type: ignore[call-overload]
            last = int(start) + -(-int(size) // MINI) - 1  # type: ignore[call-overload]
            for place in range(int(start), last):  # type: ignore[call-overload]
                table[place] = place + 1
            table[last] = END
    return table


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        text.ljust(64, b"\0"),
        len(text),
        kind,
        1,
        NONE,
        right,
        child,
        b"\0" * 16,
        0,
        0,
        0,
        start,
        size,
    )


def message(
    subject: str,
    body: str,
    sender: str,
    sent: datetime,
    attachments: dict[str, bytes | Tree] | None = None,
    *,
    inner: bool = False,
) -> Tree:
    """The storages and streams of a mail; an attachment that is a mail is given as its own tree."""

    def text(number: str, value: str) -> tuple[str, bytes]:
        return f"__substg1.0_{number}001F", value.encode("utf-16-le")

    ticks = int((sent.astimezone(UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 10_000_000)
    properties = b"\0" * (24 if inner else 32) + struct.pack("<HHIQ", 0x0040, 0x0039, 6, ticks)
    tree: Tree = {"__properties_version1.0": properties}
    tree.update([text("001A", "IPM.Note"), text("0037", subject), text("1000", body), text("0C1A", sender)])
    for place, (name, content) in enumerate((attachments or {}).items()):
        parts: Tree = {"__properties_version1.0": b"\0" * 8}
        parts.update([text("3707", name)])
        parts["__substg1.0_3701000D" if isinstance(content, dict) else "__substg1.0_37010102"] = content
        tree[f"__attach_version1.0_#{place:08X}"] = parts
    return tree

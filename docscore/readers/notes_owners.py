"""Whose notes are whose, in an export about several citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docscore.readers.notes_search import Note


def bare(value: str) -> str:
    """An id without its punctuation: ``010170-XXXX`` and ``010170 XXXX`` are the same."""
    return "".join(filter(str.isalnum, value)).casefold()


def by_citizen(notes: list[Note]) -> tuple[dict[str, list[Note]], list[Note]]:
    """The notes of each citizen in the order in which each appears first, and the notes that are nobody's.

    Citizens are told apart by one field of ids: the one that most notes have of those that differ at all. A note
    without it is given by its other ids. Where no citizen is named, cases are told apart in the same way. A file in
    which nothing differs is one citizen's, also where some notes name nobody.
    """
    for kind in ("person", "case"):
        fields: dict[str, list[str]] = {}
        for note in notes:
            for name, value in getattr(note.owner, kind).items():
                fields.setdefault(name, []).append(bare(value))
        if fields:
            wanted = max(
                fields, key=lambda name: (len(set(fields[name])) > 1, len(fields[name]), len(set(fields[name])))
            )
            if len(set(fields[wanted])) > 1:
                return _grouped(notes, kind, wanted)
            break
    return {"": list(notes)}, []


def _grouped(notes: list[Note], kind: str, wanted: str) -> tuple[dict[str, list[Note]], list[Note]]:
    """Group by one field of ids; other ids stand for it where they always go with the same."""
    stands_for: dict[tuple[str, str], set[str]] = {}
    for note in notes:
        ids = getattr(note.owner, kind)
        if wanted in ids:
            for name, value in ids.items():
                stands_for.setdefault((name, bare(value)), set()).add(bare(ids[wanted]))
    groups: dict[str, list[Note]] = {}
    nobodys: list[Note] = []
    for note in notes:
        ids = getattr(note.owner, kind)
        keys = {bare(ids[wanted])} if wanted in ids else set[str]()
        for name, value in ids.items() if not keys else ():
            meant = stands_for.get((name, bare(value)), set())
            keys |= meant if len(meant) == 1 else set()
        if len(keys) == 1:
            groups.setdefault(keys.pop(), []).append(note)
        else:
            nobodys.append(note)
    return groups, nobodys

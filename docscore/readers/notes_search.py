"""Finding journal notes in the nested objects of an export, whatever its system calls and nests them.

Every system has its own names and nesting, so nothing here knows a system: an object with a text and a date, a title
or an author is a note (``exports_notes.toml`` holds the names). Whose note it is, is said by the note itself or by
what lies around it. The texts are kept as the export has them (HTML, RTF); they are read in
:mod:`docscore.readers.exports_notes`.
"""

from __future__ import annotations

import html
import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from docscore.readers.cleanup import has_words
from docscore.readers.formats import cell_format
from docscore.readers.guard import FileProblemError
from docscore.readers.notes_dates import danish_date
from docscore.readers.notes_owners import bare

_MAX_LEVELS = 40
_WORDS = re.compile(r"[A-ZÆØÅ]+(?![a-zæøå])|[A-ZÆØÅ]?[a-zæøå]+|\d+")
_TAG = re.compile(r"<[^<>]{0,500}>")
_FIELDS = ("date", "title", "type", "author", "body")
_SHORT_FIELD = 20
_CONTAINS = 3
# A group of objects by their keys: {"010170-XXXX": [...], "2021-118": [...]}.
_KEY_IS_ID = re.compile(r"(?=.{0,30}\d)[\dA-ZÆØÅ][\dA-ZÆØÅ._/-]{2,30}", re.I)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a note is, by what the note and the objects around it say.

    Attributes:
        person: ids of the citizen as the export writes them, by their fields' plain names; the innermost counts.
        case: the same of the case (sag).
    """

    person: dict[str, str] = field(default_factory=dict)
    case: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Note:
    """The fields of one note as the export has them; ``more`` holds further running text by its field's name.

    ``number`` counts the notes of the file from 1, in its order.
    """

    date: str = ""
    title: str = ""
    type: str = ""
    author: str = ""
    body: str = ""
    more: list[tuple[str, str]] = field(default_factory=list)
    number: int = 0
    owner: Owner = field(default_factory=Owner)


@dataclass(frozen=True, slots=True)
class _Names:
    fields: dict[str, tuple[str, ...]]
    ends: dict[str, tuple[str, ...]]
    pair_names: frozenset[str]
    pair_values: tuple[str, ...]
    inner: tuple[str, ...]
    machine: frozenset[str]
    machine_starts: tuple[str, ...]
    machine_ends: tuple[str, ...]
    person: tuple[str, ...]
    person_objects: frozenset[str]
    person_ids: tuple[str, ...]
    case: tuple[str, ...]
    case_objects: frozenset[str]
    case_ids: tuple[str, ...]


@cache
def _names() -> _Names:
    raw = tomllib.loads(files("docscore.readers").joinpath("exports_notes.toml").read_text(encoding="utf-8"))
    machine = raw["machine"]["names"]
    return _Names(
        fields={name: tuple(raw["fields"][name]) for name in _FIELDS},
        ends={name: tuple(raw["fields"][f"{name}_ends"]) for name in _FIELDS},
        pair_names=frozenset(raw["pairs"]["name"]),
        pair_values=tuple(raw["pairs"]["value"]),
        inner=tuple(raw["inner"]["names"]),
        machine=frozenset(name for name in machine if "*" not in name),
        machine_starts=tuple(name[:-1] for name in machine if name.endswith("*")),
        machine_ends=tuple(name[1:] for name in machine if name.startswith("*")),
        person=tuple(raw["person"]["names"]),
        person_objects=frozenset(raw["person"]["objects"]),
        person_ids=tuple(raw["person"]["ids"]),
        case=tuple(raw["case"]["names"]),
        case_objects=frozenset(raw["case"]["objects"]),
        case_ids=tuple(raw["case"]["ids"]),
    )


@lru_cache(maxsize=2000)
def plain(name: str) -> str:
    """A field's name for comparison: ``Oprettet_Dato`` and ``oprettetDato`` are ``oprettetdato``."""
    folded = name.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    bare = unicodedata.normalize("NFKD", folded)
    return "".join(char for char in bare if char.isalnum() and char.isascii())


def find_notes(root: Any, name: str) -> tuple[list[Note], tuple[int, ...]]:
    """The notes of an export in its order, and the numbers of those that have no text.

    Args:
        root: objects, lists and texts, as JSON has them.
        name: the file's, for the message.

    Raises:
        FileProblemError: it is nested too deeply.
    """
    found = _Search(name)
    found.walk(root, 0, Owner())
    notes = [note for note in found.notes if note.body]
    for number, note in enumerate(found.notes, start=1):
        note.number = number
    return notes, tuple(note.number for note in found.notes if not note.body)


class _Search:
    """One walk through the file: the notes in its order, and whose they are."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.notes: list[Note] = []

    def walk(self, value: Any, level: int, owner: Owner) -> None:
        """Collect the notes at and below ``value``; a note's own answers and replies follow it."""
        if level > _MAX_LEVELS:
            raise FileProblemError(self.name, "filen er for dybt indlejret til at læse. Eksportér den som .csv.")
        if isinstance(value, list):
            for item in value:
                self.walk(item, level + 1, owner)
        elif isinstance(value, dict):
            flat = _with_pairs(value)
            owner = _owner(flat, owner)
            note = self._note(flat)
            place = len(self.notes)
            by_id = len(flat) > 1 and all(
                isinstance(inner, dict | list) and _KEY_IS_ID.fullmatch(key) for key, inner in flat.items()
            )
            for key, inner in flat.items():
                if isinstance(inner, dict | list) and not (note is not None and _is_text_object(inner)):
                    below = Owner({**owner.person, "": key}, owner.case) if by_id else owner
                    self.walk(inner, level + 1, below)
            if note is None:
                return
            # An object around several notes describes the export; one around a reply or two is a note itself.
            around = len(self.notes) - place
            if (note.body and (note.author or around < _CONTAINS)) or not around:
                note.owner = owner
                self.notes.insert(place, note)

    def _note(self, flat: dict[str, Any]) -> Note | None:
        """The note that an object is, or None: it needs a text, and a date, a title or an author.

        An object with a date, a title and an author is a note whose text is missing.
        """
        names = _names()
        by_name: dict[str, str] = {}
        for key in flat:
            by_name.setdefault(plain(key), key)
        note, used = Note(), set[str]()
        for group in _FIELDS:
            for alias in names.fields[group]:
                key = by_name.get(alias, "")
                if key and key not in used and _take(note, group, flat[key]):
                    used.add(key)
                    break
        for group in _FIELDS:
            # A name that nobody foresaw, but one of these by its end and its value.
            if not getattr(note, group):
                found = [key for key in flat if key not in used and plain(key).endswith(names.ends[group])]
                if group == "body":
                    found.sort(key=lambda key: -len(_text(flat[key])))
                if group == "date":
                    found.sort(key=lambda key: _is_machine(plain(key)))
                for key in found:
                    if (group == "date" or not _is_machine(plain(key))) and _take(note, group, flat[key]):
                        used.add(key)
                        break
        for key, inner in flat.items():
            if key not in used and not _is_machine(plain(key)) and not isinstance(inner, bool | int | float):
                text = _text(inner)
                if len(_said(text)) >= _SHORT_FIELD or (isinstance(inner, dict) and has_words(_said(text))):
                    note.more.append((label(key), text))
        if not note.body and note.more and note.date:
            longest = max(note.more, key=lambda item: len(item[1]))
            note.body = longest[1]
            note.more.remove(longest)
        if not note.body:
            return note if note.date and note.title and note.author else None
        return note if note.date or note.author or note.title else None


def _take(note: Note, group: str, value: Any) -> bool:
    """Set a field of the note from a value that can be one."""
    text = danish_date(value) if group == "date" else _text(value)
    if not text or (group == "body" and not has_words(_said(text))):
        return False
    setattr(note, group, text)
    return True


def _owner(flat: dict[str, Any], around: Owner) -> Owner:
    """Whose the notes of an object are: its own ids, and those of what lies around it."""
    names = _names()
    by_name = {plain(key): inner for key, inner in flat.items()}
    person = _ids(by_name, names.person, names.person_objects, names.person_ids)
    case = _ids(by_name, names.case, names.case_objects, names.case_ids)
    if not person and not case:
        return around
    return Owner({**around.person, **person}, {**around.case, **case})


def _ids(
    by_name: dict[str, Any], own: tuple[str, ...], objects: frozenset[str], ids: tuple[str, ...]
) -> dict[str, str]:
    """The ids that an object gives: in fields of its own, and the first in an object that describes person or case."""
    found = {name: str(by_name[name]).strip() for name in own if _is_id(by_name.get(name))}
    for key, inner in by_name.items():
        if key in objects and isinstance(inner, dict):
            inside = {plain(name): value for name, value in inner.items()}
            name = next((name for name in (*own, *ids) if _is_id(inside.get(name))), None)
            if name is not None:
                found.setdefault(name if name in own else f"{key}.{name}", str(inside[name]).strip())
        elif key in objects and _is_id(inner):
            found.setdefault(key, str(inner).strip())
    return found


def _is_id(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and 0 < len(bare(str(value))) <= 60


def _text(value: Any) -> str:
    """A field's text; of an object, what it calls its name or text; of a list of texts, all of them."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "\n".join(filter(None, (_text(item) for item in value)))
    if isinstance(value, dict) and _is_text_object(value):
        by_name = {plain(key): inner for key, inner in value.items()}
        for alias in _names().inner:
            if isinstance(by_name.get(alias), str) and has_words(_said(by_name[alias])):
                return _text(by_name[alias])
    return ""


def _said(text: str) -> str:
    """A text without the tags that it may hold, to see whether it says anything."""
    if cell_format(text) != "html":
        return text.strip()
    return html.unescape(_TAG.sub(" ", text)).strip()


def _with_pairs(value: dict[str, Any]) -> dict[str, Any]:
    """An object with the fields that it keeps in a list of names and values ("felter": [{"navn": …, "værdi": …}])."""
    flat = dict(value)
    for key, inner in value.items():
        if not (isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner)):
            continue
        pairs = [_pair(item) for item in inner]
        if all(pair is not None for pair in pairs):
            del flat[key]
            for pair in pairs:
                if pair is not None:
                    flat.setdefault(*pair)
    return flat


def _pair(item: dict[str, Any]) -> tuple[str, Any] | None:
    names = _names()
    if len(item) > 4:
        return None
    by_name = {plain(key): inner for key, inner in item.items()}
    name = next((by_name[alias] for alias in by_name if alias in names.pair_names), None)
    key = next((alias for alias in names.pair_values if alias in by_name and by_name[alias] is not name), None)
    return (name, by_name[key]) if isinstance(name, str) and key is not None else None


def _is_text_object(value: Any) -> bool:
    """Whether an object only says in several fields what another system says in one: no lists or objects in it.

    One with a title or an author and a text and a date of its own is a note by itself.
    """
    if not isinstance(value, dict) or any(isinstance(inner, dict | list) for inner in value.values()):
        return False
    fields, names = _names().fields, {plain(key) for key in value}
    heads = names & {*fields["title"], *fields["author"]} - {"navn", "name", "label"}
    return not (heads and names & {*fields["body"]} and names & {*fields["date"]})


def _is_machine(name: str) -> bool:
    names = _names()
    return name in names.machine or name.startswith(names.machine_starts) or name.endswith(names.machine_ends)


def label(key: str) -> str:
    """A field's name as a prompt: ``aftaltNæsteSkridt`` is "Aftalt næste skridt"."""
    words = _WORDS.findall(key) or [key]
    shown = " ".join(words).lower()
    return shown[:1].upper() + shown[1:]

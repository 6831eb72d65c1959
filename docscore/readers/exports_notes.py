"""Journal notes in JSON, as case systems export them: the notes as one text, each under a head of its own.

Every system has its own names and nesting, so nothing here knows a system: an object with a text and a date, a title
or an author is a note (``exports_notes.toml`` holds the names). A note's body may be HTML or RTF. Other running text
of a note follows under its field's name. :mod:`docscore.recognise` finds the heads and makes each note a document.
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from docscore.readers.cleanup import clean, has_words
from docscore.readers.clock import danish_time
from docscore.readers.formats import ExtractedText, read_cell
from docscore.readers.guard import FileProblemError
from docscore.readers.plain import decode

RULE = "-" * 40
"""The line between two notes."""

_NO_NOTES = (
    "JSON-filen holder ingen journalnotater, som docscore kender (tekst med dato, titel eller forfatter). "
    "Eksportér notaterne som .csv, .docx eller .pdf."
)
_TWO_PEOPLE = "JSON-filen holder notater om flere borgere og er ikke læst. Eksportér én fil pr. borger."
_BROKEN = "filen er ikke gyldig JSON. Eksportér den igen."
_MAX_LEVELS = 40
_NET_DATE = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.{0,20}")
_WORDS = re.compile(r"[A-ZÆØÅ]+(?![a-zæøå])|[A-ZÆØÅ]?[a-zæøå]+|\d+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Milliseconds and seconds since 1970 that stand for a day between 1990 and 2100.
_MILLISECONDS = (631_152_000_000, 4_102_444_800_000)
_SECONDS = (631_152_000, 4_102_444_800)
_FIELDS = ("date", "title", "type", "author", "body")
_SHORT_FIELD = 20
_CONTAINS = 3


@dataclass(slots=True)
class _Note:
    """The fields of one note; ``more`` holds further running text by its field's name."""

    date: str = ""
    title: str = ""
    type: str = ""
    author: str = ""
    body: str = ""
    more: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Names:
    fields: dict[str, tuple[str, ...]]
    pair_names: frozenset[str]
    pair_values: tuple[str, ...]
    inner: tuple[str, ...]
    machine: frozenset[str]
    machine_starts: tuple[str, ...]
    machine_ends: tuple[str, ...]
    person: frozenset[str]
    date_ends: tuple[str, ...]


@cache
def _names() -> _Names:
    raw = tomllib.loads(files("docscore.readers").joinpath("exports_notes.toml").read_text(encoding="utf-8"))
    machine = raw["machine"]["names"]
    return _Names(
        fields={name: tuple(raw["fields"][name]) for name in _FIELDS},
        pair_names=frozenset(raw["pairs"]["name"]),
        pair_values=tuple(raw["pairs"]["value"]),
        inner=tuple(raw["inner"]["names"]),
        machine=frozenset(name for name in machine if "*" not in name),
        machine_starts=tuple(name[:-1] for name in machine if name.endswith("*")),
        machine_ends=tuple(name[1:] for name in machine if name.startswith("*")),
        person=frozenset(raw["person"]["names"]),
        date_ends=tuple(raw["fields"]["date_ends"]),
    )


@lru_cache(maxsize=2000)
def _plain(name: str) -> str:
    """A field's name for comparison: ``Oprettet_Dato`` and ``oprettetDato`` are ``oprettetdato``."""
    folded = name.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    bare = unicodedata.normalize("NFKD", folded)
    return "".join(char for char in bare if char.isalnum() and char.isascii())


def extract(data: bytes, name: str) -> ExtractedText:
    """Read a JSON export of journal notes.

    Raises:
        FileProblemError: it is no JSON, holds no notes, or notes about more than one person.
    """
    try:
        root = json.loads(decode(data))
    except ValueError:
        # Some exports are one object per line.
        root = _lines(decode(data), name)
    found = _Search(name)
    found.walk(root, 0)
    if not found.notes:
        raise FileProblemError(name, _NO_NOTES)
    if any(len(values) > 1 for values in found.people.values()):
        raise FileProblemError(name, _TWO_PEOPLE)
    shown = [_shown(note, number) for number, note in enumerate(found.notes, start=1)]
    return ExtractedText("\n\n".join(shown), notes=tuple(dict.fromkeys(found.problems)))


def _lines(text: str, name: str) -> list[Any]:
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError:
        raise FileProblemError(name, _BROKEN) from None


class _Search:
    """One walk through the file: the notes in its order, whom they are about, and what could not be read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.notes: list[_Note] = []
        self.people: dict[str, set[str]] = {}
        self.problems: list[str] = []

    def walk(self, value: Any, level: int) -> None:
        """Collect the notes at and below ``value``; a note's own answers and replies follow it."""
        if level > _MAX_LEVELS:
            raise FileProblemError(self.name, "filen er for dybt indlejret til at læse. Eksportér den som .csv.")
        if isinstance(value, list):
            for item in value:
                self.walk(item, level + 1)
        elif isinstance(value, dict):
            flat = _with_pairs(value)
            for key, inner in flat.items():
                if _plain(key) in _names().person and isinstance(inner, str | int):
                    self.people.setdefault(_plain(key), set()).add("".join(filter(str.isalnum, str(inner))))
            note = self._note(flat)
            place = len(self.notes)
            for inner in value.values():
                if isinstance(inner, dict | list) and not (note is not None and _is_text_object(inner)):
                    self.walk(inner, level + 1)
            # An object around several notes describes the export; one around a reply or two is a note itself.
            if note is not None and (note.author or len(self.notes) - place < _CONTAINS):
                self.notes.insert(place, note)

    def _note(self, flat: dict[str, Any]) -> _Note | None:
        """The note that an object is, or None: it needs a text, and a date, a title or an author."""
        by_name: dict[str, str] = {}
        for key in flat:
            by_name.setdefault(_plain(key), key)
        note, used = _Note(), set[str]()
        for group in _FIELDS:
            for alias in _names().fields[group]:
                key = by_name.get(alias, "")
                if not key or key in used:
                    continue
                text = self._date(flat[key]) if group == "date" else self._text(flat[key])
                if text:
                    setattr(note, group, text if group == "body" else " ".join(text.split()))
                    used.add(key)
                    break
        if not note.date:
            # A name that nobody foresaw, but a date by its name and its value.
            for key, inner in flat.items():
                if key not in used and _plain(key).endswith(_names().date_ends) and (text := self._date(inner)):
                    note.date = text
                    used.add(key)
                    break
        for key, inner in flat.items():
            if key not in used and not _is_machine(_plain(key)) and not isinstance(inner, bool | int | float):
                text = self._text(inner)
                if has_words(text) and (len(text) >= _SHORT_FIELD or isinstance(inner, dict)):
                    note.more.append((_label(key), text))
        if not note.body and note.more and note.date:
            longest = max(note.more, key=lambda item: len(item[1]))
            note.body = longest[1]
            note.more.remove(longest)
        if not note.body:
            return None
        return note if note.date or note.author or (note.title and note.body) else None

    def _text(self, value: Any) -> str:
        """A field's text; of an object, what it calls its name or text; of a list of texts, all of them."""
        if isinstance(value, str):
            try:
                return read_cell(value, self.name).text.strip()
            except FileProblemError as error:
                self.problems.append(f"et notat kan ikke læses: {error.reason}")
                return ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            return "\n".join(filter(None, (self._text(item) for item in value)))
        if isinstance(value, dict) and _is_text_object(value):
            by_name = {_plain(key): inner for key, inner in value.items()}
            for alias in _names().inner:
                if isinstance(by_name.get(alias), str) and has_words(by_name[alias]):
                    return self._text(by_name[alias])
        return ""

    def _date(self, value: Any) -> str:
        """A date as it is written in Danish, with its time of day where it has one."""
        moment: datetime | None = None
        if isinstance(value, dict):
            inner = [self._date(item) for key, item in value.items() if isinstance(item, str | int)]
            return next(filter(None, inner), "")
        if isinstance(value, int | float) and not isinstance(value, bool):
            if _MILLISECONDS[0] <= value <= _MILLISECONDS[1]:
                moment = danish_time(_EPOCH + timedelta(milliseconds=value))
            elif _SECONDS[0] <= value <= _SECONDS[1]:
                moment = danish_time(_EPOCH + timedelta(seconds=value))
        elif isinstance(value, str):
            text = clean(value).strip()
            if match := _NET_DATE.fullmatch(text):
                return self._date(int(match[1]))
            if _ISO.fullmatch(text):
                moment = _moment(text)
            if moment is None:
                from docscore.readers.dates import parse_cell_date

                day = parse_cell_date(text) or parse_cell_date(text.split(" ")[0])
                time = re.search(r"\b([01]?\d|2[0-3])[:.]([0-5]\d)", text[8:]) if day else None
                return (day.strftime("%d-%m-%Y") if day else "") + (f" kl. {time[1]:>02}.{time[2]}" if time else "")
        if moment is None:
            return ""
        return moment.strftime("%d-%m-%Y") + (moment.strftime(" kl. %H.%M") if moment.hour or moment.minute else "")


def _moment(text: str) -> datetime | None:
    # datetime knows at most six decimals of a second; .NET writes seven.
    shortened = re.sub(r"(\.\d{6})\d{1,6}", r"\1", text)
    try:
        return danish_time(datetime.fromisoformat(shortened))
    except ValueError:
        return None


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
    by_name = {_plain(key): inner for key, inner in item.items()}
    name = next((by_name[alias] for alias in by_name if alias in names.pair_names), None)
    key = next((alias for alias in names.pair_values if alias in by_name and by_name[alias] is not name), None)
    return (name, by_name[key]) if isinstance(name, str) and key is not None else None


def _is_text_object(value: Any) -> bool:
    """Whether an object only says in several fields what another system says in one: no lists or objects in it."""
    return isinstance(value, dict) and not any(isinstance(inner, dict | list) for inner in value.values())


def _is_machine(name: str) -> bool:
    names = _names()
    return name in names.machine or name.startswith(names.machine_starts) or name.endswith(names.machine_ends)


def _label(key: str) -> str:
    """A field's name as a prompt: ``aftaltNæsteSkridt`` is "Aftalt næste skridt"."""
    words = _WORDS.findall(key) or [key]
    label = " ".join(words).lower()
    return label[:1].upper() + label[1:]


def _shown(note: _Note, number: int) -> str:
    head = [RULE, f"Notat nr.: {number}"]
    for prompt, value in (
        ("Dato", note.date),
        ("Titel", note.title),
        ("Type", note.type if note.type != note.title else ""),
        ("Forfatter", note.author),
    ):
        if value:
            head.append(f"{prompt}: {value}")
    parts = ["\n".join(head), note.body] + [f"{label}: {text}" for label, text in note.more]
    return "\n\n".join(part for part in parts if part)

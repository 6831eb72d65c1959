"""The facts beside the documents: ``sag.json``, and the same fields as columns of a table.

Everything is validated here. What is wrong becomes a problem and counts as missing; the rest is used.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docscore.case import CaseStatus, Facts, Kind, Problem
from docscore.readers import limits
from docscore.readers.cleanup import clean
from docscore.readers.dates import parse_date
from docscore.readers.guard import FileProblemError, guarded
from docscore.readers.plain import decode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

DATE_FIELDS = (
    "forberedende_start",
    "rehab_moede",
    "orienteret",
    "visitation",
    "ledighedsydelse_start",
    "cv_jobnet",
    "fleksjob_start",
    "opgjort",
    "revurdering_start",
    "revurdering_slut",
    "laege_265",
)
LIST_FIELDS = ("jobsamtaler", "ledighedsydelse_perioder")
BOOL_FIELDS = ("konkret_fleksjob", "virksomhedskonsulent", "kontering_korrekt", "fastholdelsesfleksjob")
TEXT_FIELDS = ("kommune", "status", "frikommune")

_DATE_REMEDY = "Skriv datoen som åååå-mm-dd."


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """One line of ``documents`` in ``sag.json``."""

    file: str
    document_id: str | None = None
    kind: Kind | None = None
    date: date | None = None
    invalid_date: bool = False


@dataclass(frozen=True, slots=True)
class ReadFacts:
    """Validated facts of a case, and what was wrong with them."""

    facts: Facts = field(default_factory=Facts)
    case_id: str | None = None
    documents: tuple[DocumentEntry, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass
class _Reader:
    """Collects problems while the fields are read; ``where`` is what the fields came from."""

    file: str
    row: int | None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    invalid: set[str] = field(default_factory=set)
    extra: dict[str, str] = field(default_factory=dict)

    def wrong(self, name: str, what: str, remedy: str) -> None:
        """Note that a field cannot be used."""
        self.invalid.add(name)
        self.problem(f"feltet {name} {what} og er ikke brugt. {remedy}")

    def problem(self, reason: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.file, self.row, reason))

    def text(self, raw: Mapping[str, object], name: str) -> str | None:
        """A text field; a number stands for its digits."""
        value = raw.get(name)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number_text(value)
        if not isinstance(value, str):
            self.wrong(name, "er ikke en tekst", "Skriv det i anførselstegn.")
            return None
        return clean(value).strip() or None

    def date(self, name: str, value: object) -> date | None:
        """A date field that is present."""
        found = parse_date(value)
        if found is None:
            self.wrong(name, "er ikke en dato, der findes", _DATE_REMEDY)
        return found

    def items(self, name: str, value: object) -> list[object]:
        """The items of a list field."""
        if isinstance(value, list):
            return value
        self.wrong(name, "er ikke en liste", "Skriv den i kantede parenteser: [ … ].")
        return []

    def mapping(self, raw: Mapping[str, object], name: str) -> Mapping[str, object]:
        """A group of fields (``dates``, ``fields``)."""
        value = raw.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong(name, "er ikke en gruppe af felter", "Skriv den i krøllede parenteser: { … }.")
            return {}
        return value


def read_facts_file(data: bytes, file: str) -> ReadFacts:
    """Read and validate a ``sag.json``; what cannot be read at all is one problem and no facts.

    Args:
        data: the bytes of the file.
        file: its name for problem lines.
    """
    try:
        if len(data) > limits.MAX_FACTS_BYTES:
            raise FileProblemError(file, "sag.json er for stor og er ikke brugt. Læg kun sagens oplysninger i den.")
        with guarded(file):
            try:
                raw = json.loads(clean(decode(data)))
            except ValueError as error:
                line = f" (linje {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
                reason = f"sag.json er ikke gyldig JSON{line} og er ikke brugt. Ret den, eller fjern den."
                raise FileProblemError(file, reason) from error
        if not isinstance(raw, dict):
            raise FileProblemError(file, "sag.json skal være ét objekt { … } og er ikke brugt. Ret den.")
    except FileProblemError as error:
        return ReadFacts(problems=(Problem(file, None, error.reason),))
    return read_facts(raw, file)


def read_facts(raw: Mapping[str, object], file: str, row: int | None = None) -> ReadFacts:
    """Validate the fields of ``sag.json``.

    Args:
        raw: the fields, ``dates`` and ``fields`` as groups.
        file: where they came from, for problem lines.
        row: the 1-based row where they came from a table.

    Returns:
        The facts. A list with an invalid item keeps its valid items, and its name stands in
        ``facts.invalid``. Unknown fields go to ``facts.extra``; unknown names in a group are warned of.
    """
    reader = _Reader(file, row)
    case_id = reader.text(raw, "case_id")
    kommune = reader.text(raw, "kommune")
    status = _status(reader, raw)
    exempt = _exempt(reader, raw)
    dates, meetings, periods = _dates(reader, reader.mapping(raw, "dates"))
    fields = _fields(reader, reader.mapping(raw, "fields"))
    documents = _documents(reader, raw)
    known = {"case_id", "kommune", "status", "frikommune", "documents", "dates", "fields"}
    for name, value in raw.items():
        if name not in known and isinstance(value, str | int | float):
            reader.extra[str(name)] = str(value)
    facts = Facts(
        kommune=kommune,
        status=status,
        frikommune=exempt,
        dates=dates,
        jobsamtaler=meetings,
        ledighedsydelse_perioder=periods,
        fields=fields,
        invalid=frozenset(reader.invalid),
        extra=reader.extra,
    )
    return ReadFacts(facts, case_id, documents, tuple(reader.problems), tuple(reader.warnings))


def combine(own: ReadFacts, beside: ReadFacts) -> ReadFacts:
    """Facts of two sources: ``own`` wins field by field, also where it says something invalid."""
    first, second = own.facts, beside.facts
    dates = {name: day for name, day in second.dates.items() if name not in first.invalid}
    fields = {name: truth for name, truth in second.fields.items() if name not in first.invalid}
    dates.update(first.dates)
    fields.update(first.fields)
    given = set(first.dates) | set(first.fields)
    given |= {name for name in (*LIST_FIELDS, "kommune", "status") if getattr(first, name) is not None}

    def pick(name: str) -> Any:
        value = getattr(first, name)
        return getattr(second, name) if value is None and name not in first.invalid else value

    facts = Facts(
        kommune=pick("kommune"),
        status=pick("status"),
        frikommune=first.frikommune or second.frikommune,
        dates=dates,
        jobsamtaler=pick("jobsamtaler"),
        ledighedsydelse_perioder=pick("ledighedsydelse_perioder"),
        fields=fields,
        invalid=first.invalid | (second.invalid - given),
        extra={**second.extra, **first.extra},
    )
    return ReadFacts(
        facts,
        own.case_id or beside.case_id,
        own.documents or beside.documents,
        own.problems + beside.problems,
        own.warnings + beside.warnings,
    )


def _status(reader: _Reader, raw: Mapping[str, object]) -> CaseStatus | None:
    value = reader.text(raw, "status")
    if value is None:
        return None
    try:
        return CaseStatus(value.casefold())
    except ValueError:
        reader.wrong("status", "kendes ikke", f"Skriv {' eller '.join(CaseStatus)}.")
        return None


def _exempt(reader: _Reader, raw: Mapping[str, object]) -> frozenset[str]:
    value = raw.get("frikommune")
    if value is None:
        return frozenset()
    found: set[str] = set()
    for item in reader.items("frikommune", value):
        if isinstance(item, str):
            found.add(item.strip())
        else:
            reader.wrong("frikommune", "holder noget, der ikke er et id", 'Skriv id\'er som "fd.laege_265".')
    return frozenset(found)


def _dates(
    reader: _Reader, raw: Mapping[str, object]
) -> tuple[dict[str, date], tuple[date, ...] | None, tuple[tuple[date, date | None], ...] | None]:
    dates: dict[str, date] = {}
    for name in DATE_FIELDS:
        if raw.get(name) is not None and (found := reader.date(name, raw[name])) is not None:
            dates[name] = found
    for name in raw:
        if name not in DATE_FIELDS and name not in LIST_FIELDS:
            reader.warnings.append(f"{reader.file}: dates.{name} kendes ikke og er ikke brugt.")
    meetings: tuple[date, ...] | None = None
    periods: tuple[tuple[date, date | None], ...] | None = None
    if raw.get("jobsamtaler") is not None:
        items = reader.items("jobsamtaler", raw["jobsamtaler"])
        held = [found for item in items if (found := reader.date("jobsamtaler", item)) is not None]
        meetings = tuple(held) if isinstance(raw["jobsamtaler"], list) else None
    if raw.get("ledighedsydelse_perioder") is not None:
        items = reader.items("ledighedsydelse_perioder", raw["ledighedsydelse_perioder"])
        spans = [span for item in items if (span := _period(reader, item)) is not None]
        periods = tuple(spans) if isinstance(raw["ledighedsydelse_perioder"], list) else None
    return dates, meetings, periods


def _period(reader: _Reader, item: object) -> tuple[date, date | None] | None:
    """A period as ``{"from", "to"}``, a pair, or ``from/to``; an open end is None."""
    name = "ledighedsydelse_perioder"
    if isinstance(item, dict):
        start, end = item.get("from", item.get("fra")), item.get("to", item.get("til"))
    elif isinstance(item, list) and len(item) in {1, 2}:
        start, end = item[0], item[1] if len(item) == 2 else None
    elif isinstance(item, str):
        first, _, second = item.partition("/")
        start, end = first, second.strip() or None
    else:
        reader.wrong(name, "holder noget, der ikke er en periode", 'Skriv {"from": …, "to": …}.')
        return None
    begun = reader.date(name, start)
    ended = reader.date(name, end) if end is not None else None
    if begun is None or (end is not None and ended is None):
        return None
    if ended is not None and ended < begun:
        reader.wrong(name, "holder en periode, der slutter, før den begynder", "Byt om på datoerne.")
        return None
    return begun, ended


def _fields(reader: _Reader, raw: Mapping[str, object]) -> dict[str, bool]:
    fields: dict[str, bool] = {}
    for name, value in raw.items():
        if name not in BOOL_FIELDS:
            reader.warnings.append(f"{reader.file}: fields.{name} kendes ikke og er ikke brugt.")
        elif isinstance(value, bool):
            fields[name] = value
        elif value is not None:
            reader.wrong(name, "er hverken sandt eller falsk", "Skriv true eller false uden anførselstegn.")
    return fields


def _documents(reader: _Reader, raw: Mapping[str, object]) -> tuple[DocumentEntry, ...]:
    value = raw.get("documents")
    if value is None:
        return ()
    found: list[DocumentEntry] = []
    for number, item in enumerate(reader.items("documents", value), start=1):
        name = f"documents[{number}]"
        file = item.get("file") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(file, str) or not file.strip():
            reader.wrong(name, "nævner ingen fil", 'Skriv {"file": "filens navn"}.')
            continue
        document_id = reader.text(item, "document_id")
        kind = read_kind(reader, item.get("kind"), f"{name}.kind")
        value = item.get("date")
        day = parse_date(value)
        if value is not None and day is None:
            reader.problem(f"feltet {name}.date er ikke en dato, der findes, og er ikke brugt. {_DATE_REMEDY}")
        found.append(DocumentEntry(file.strip(), document_id, kind, day, value is not None and day is None))
    return tuple(found)


def read_kind(reader: _Reader, value: object, name: str) -> Kind | None:
    """A document kind; an unknown one is a problem, and the content decides."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return Kind(str(value).strip().casefold())
    except ValueError:
        reader.problem(
            f"feltet {name} er ingen kendt dokumenttype; indholdet afgør typen. Skriv en af: {', '.join(Kind)}."
        )
        return None


def number_text(value: float) -> str:
    """A number as it was meant: Excel and Parquet turn the id 147 into 147.0."""
    return str(int(value)) if isinstance(value, int) or value.is_integer() else str(value)

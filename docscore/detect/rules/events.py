"""The dates that the rules ask for, read from the documents (``events.toml`` says which words make a date which).

A date counts for an event only where the words beside it say so. A document's own date never stands in for the
meeting or the start (codebook, section 4.1).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from docscore.case import Kind
from docscore.detect.date_forms import Tense
from docscore.detect.dates_in_text import PeriodMention, find_periods
from docscore.detect.rules.logic import Period
from docscore.detect.rules.units import Unit, units
from docscore.language.alternatives import Parts, any_of

if TYPE_CHECKING:
    from docscore.case import Document
    from docscore.decision import Evidence

EVENTS = (
    "forberedende_start",
    "rehab_moede",
    "orienteret",
    "ledighedsydelse_start",
    "cv_jobnet",
    "revurdering_start",
    "revurdering_slut",
)
"""Dates of ``sag.json`` that documents may state too."""

_RIGHT = 60
_BEHIND_VERB = 30
_LEFT = 130
_CLAUSE = re.compile(r"[;|\t]|\.\s(?=[A-ZÆØÅ][a-zæøå])")
_BEHIND = re.compile(r"[;|\t]|\.\s")
_LETTERS = re.compile(r"[^\W\d_]{4}")
_NEVER: re.Pattern[str] = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Mention:
    """An event's date as a document states it; ``meeting`` where it is the day of the meeting, whichever that is."""

    period: Period
    evidence: Evidence
    meeting: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    event: str
    kinds: frozenset[Kind]
    near: re.Pattern[str] | None
    words: re.Pattern[str] | None
    object: re.Pattern[str] | None
    also: re.Pattern[str] | None
    verb: re.Pattern[str] | None
    never: re.Pattern[str]
    unless: re.Pattern[str]
    about: re.Pattern[str] | None
    head: int | None
    past: bool
    by: bool
    tense: Tense


@dataclass(frozen=True, slots=True)
class _Statement:
    """Words that say something of the document's own day or of the meeting's, without a date of their own."""

    kinds: frozenset[Kind]
    words: re.Pattern[str]
    verb: re.Pattern[str] | None
    never: re.Pattern[str]
    about: re.Pattern[str]


def phrases(words: Iterable[str]) -> str:
    """A pattern of any of the phrases as :func:`any_of` gives it; a star is any ending, alone a whole word."""
    return any_of(_phrase(one) for one in sorted(words, key=len, reverse=True))


def _phrase(phrase: str) -> Parts:
    parts: list[str] = []
    for word in phrase.split():
        if parts:
            parts.append(r"[^\w]{1,3}")
        parts += [r"\w+"] if word == "*" else [r"\w*" if sign == "*" else re.escape(sign) for sign in word]
    return tuple(parts)


def whole(words: Iterable[str] | None) -> re.Pattern[str] | None:
    """The compiled pattern of :func:`phrases`, None for no words."""
    return re.compile(rf"(?<!\w)(?:{phrases(words)})(?!\w)", re.I) if words else None


@cache
def event_data() -> dict[str, Any]:
    """The parsed ``events.toml``."""
    raw: dict[str, Any] = tomllib.loads(
        files("docscore.detect.rules").joinpath("events.toml").read_text(encoding="utf-8")
    )
    return raw


@cache
def _entries() -> tuple[_Entry, ...]:
    raw = event_data()
    filler = "|".join(map(re.escape, raw["filler"]))
    gap = rf"(?:[^\w]{{1,4}}(?:{filler})){{0,5}}[^\w]{{0,5}}\Z"
    return tuple(
        _Entry(
            event=event,
            kinds=frozenset(map(Kind, entry["kinds"])),
            near=re.compile(rf"(?<!\w)(?:{phrases(entry['near'])}){gap}", re.I) if "near" in entry else None,
            words=whole(entry.get("near")),
            object=whole(entry.get("object")),
            also=whole(entry.get("also")),
            verb=whole(entry.get("verb")),
            never=whole(entry.get("never")) or _NEVER,
            unless=whole(entry.get("unless")) or _NEVER,
            about=_of_else(entry["verb"], entry["about"]) if "about" in entry else None,
            head=entry.get("head"),
            past=entry.get("past", False),
            by=entry.get("by", False),
            tense=entry.get("tense", "past"),
        )
        for event in EVENTS
        for entry in raw[event]
    )


def _of_else(verbs: Iterable[str], about: Iterable[str]) -> re.Pattern[str]:
    """A verb whose first "om …" is of something else than ``about``."""
    between = r"(?:\W{1,3}(?!om\b)\w+){0,8}"
    return re.compile(rf"(?<!\w)(?:{phrases(verbs)}){between}\W{{1,3}}om (?!(?:{phrases(about)})(?!\w))", re.I)


@cache
def _any_verb() -> re.Pattern[str]:
    raw = event_data()
    verbs = [verb for event in EVENTS for entry in raw[event] for verb in entry.get("verb", ())]
    return re.compile(rf"(?<!\w)(?:{phrases({*verbs, *raw['verbs']})})(?!\w)", re.I)


@cache
def _statement(name: str) -> _Statement:
    raw = event_data()[name]
    words, never = whole(raw["words"]), whole(raw["never"])
    about = _of_else(raw["verb"], raw["about"]) if "about" in raw else _NEVER
    return _Statement(
        frozenset(map(Kind, raw["kinds"])), words or _NEVER, whole(raw.get("verb")), never or _NEVER, about
    )


@cache
def _wanted(kind: Kind) -> re.Pattern[str] | None:
    """What a document of this kind must hold for any event to be in it."""
    raw = event_data()
    words: set[str] = set()
    for event in EVENTS:
        for entry in raw[event]:
            if kind in entry["kinds"]:
                words.update(entry["near"] if "near" in entry and "object" not in entry else entry["object"])
    if kind in raw["at_meeting"]["kinds"]:
        words.update(raw["at_meeting"]["verb"])
    for name in ("cv_there", "cv_missing", "revurdering_missing", "revurdering_done"):
        if kind in raw[name]["kinds"]:
            words.update(raw[name]["words"])
    return whole(words)


def find_events(documents: Iterable[Document]) -> Mapping[str, list[Mention]]:
    """The dates of all :data:`EVENTS` in a case's documents, in their order.

    Args:
        documents: the documents, their kinds recognised; their own dates are what "i går" is told from.

    Returns:
        Mentions by event. The same event may be mentioned with different dates: what they amount to is for
        the caller to say.
    """
    found: dict[str, list[Mention]] = {event: [] for event in EVENTS}
    for document in documents:
        wanted = _wanted(document.kind) if document.kind is not None else None
        if wanted is not None:
            for unit in units(document, wanted):
                _read(document, unit, found)
    return found


def _read(document: Document, unit: Unit, found: dict[str, list[Mention]]) -> None:
    dated = False
    quote: Evidence | None = None
    # What holds for the whole statement is asked once, however many dates are in it.
    entries = [entry for entry in _entries() if _speaks_of(entry, document, unit)]
    for tense in {entry.tense: None for entry in entries}:
        mentions = find_periods(unit.said, reference=document.date, tense=tense)
        for number, mention in enumerate(mentions):
            if mention.end <= unit.lead and _LETTERS.search(
                unit.said[: mention.start] + unit.said[mention.end : unit.lead]
            ):
                continue  # a date in a prompt dates no value but its own, unless it is all of it ("11/6-21: ringet")
            left, right = sides(unit.said, mentions, number)
            told: dict[str, _Entry] = {}
            words = left + unit.said[mention.start : mention.end]
            for entry in entries:
                if entry.tense == tense and _fits(entry, document, mention, left, right, words):
                    told.setdefault(entry.event, entry)
            for event, entry in told.items():
                dated = dated or event in ("cv_jobnet", "revurdering_slut")
                period = Period(date.min, mention.period.last) if entry.by else mention.period
                quote = quote or unit.quote(document)
                found[event].append(Mention(period, quote))
    if not unit.prompt:
        _read_statements(document, unit, dated, found)


def sides(said: str, mentions: list[PeriodMention], number: int) -> tuple[str, str]:
    """What stands before and behind a date, as far as the next date, the end of the clause, or some words away."""
    mention = mentions[number]
    first = mentions[number - 1].end if number else 0
    last = mentions[number + 1].start if number + 1 < len(mentions) else len(said)
    left = said[max(first, mention.start - _LEFT) : mention.start]
    right = said[mention.end : min(last, mention.end + _RIGHT)]
    cuts = [cut.end() for cut in _CLAUSE.finditer(left)]
    behind = _BEHIND.search(right)
    return left[cuts[-1] :] if cuts else left, right[: behind.start()] if behind else right


def _speaks_of(entry: _Entry, document: Document, unit: Unit) -> bool:
    """Whether a statement may state an entry's event at all, whatever stands beside its dates."""
    if document.kind not in entry.kinds:
        return False
    if entry.head is not None and (unit.start - document.start > entry.head or not _labelled(entry, unit)):
        return False
    if not all(words is None or words.search(unit.said) for words in (entry.object, entry.also)):
        return False
    return entry.about is None or entry.about.search(unit.said) is None


def _fits(entry: _Entry, document: Document, mention: PeriodMention, left: str, right: str, with_date: str) -> bool:
    """Whether the words on either side of a date make it the event's."""
    if entry.past and document.date is not None and mention.period.first > document.date:
        return False
    if entry.never.search(right) or entry.never.search(with_date) or entry.unless.search(left):
        return False
    if entry.near is not None and entry.near.search(left):
        return True
    if entry.verb is None:
        return False
    return bool(entry.verb.search(left) or (not _any_verb().search(left) and entry.verb.search(right[:_BEHIND_VERB])))


def _labelled(entry: _Entry, unit: Unit) -> bool:
    """Whether a field is of the event itself: "Ydelse: ressourceforløb, opstart 1/5" is of another."""
    return not unit.lead or (entry.words is not None and entry.words.search(unit.said[: unit.lead]) is not None)


def _read_statements(document: Document, unit: Unit, dated: bool, found: dict[str, list[Mention]]) -> None:
    if _told_at_meeting(document, unit):
        found["orienteret"].append(Mention(Period(date.min, date.max), unit.quote(document), meeting=True))
    if document.date is None or dated:
        return
    for name, event, period in (
        ("cv_there", "cv_jobnet", Period(date.min, document.date)),
        ("cv_missing", "cv_jobnet", Period(document.date, date.max)),
        ("revurdering_missing", "revurdering_start", Period(document.date, date.max)),
        ("revurdering_done", "revurdering_slut", Period(date.min, document.date)),
    ):
        told = _statement(name)
        if document.kind in told.kinds and told.words.search(unit.said) and not told.never.search(unit.said):
            found[event].append(Mention(period, unit.quote(document)))


def _told_at_meeting(document: Document, unit: Unit) -> bool:
    """Whether a statement says that the citizen was told at the meeting, and nothing in the same breath denies it."""
    told = _statement("at_meeting")
    if document.kind not in told.kinds or told.verb is None:
        return False
    verb, words = told.verb.search(unit.said), told.words.search(unit.said)
    if verb is None or words is None or abs(words.start() - verb.end()) >= _RIGHT:
        return False
    first, last = min(verb.start(), words.start()), max(verb.end(), words.end())
    begin = max(map(unit.said[:first].rfind, ",;")) + 1
    ends = [at for at in (unit.said.find(sign, last) for sign in ",;") if at >= 0]
    breath = unit.said[begin : min(ends, default=len(unit.said))]
    return not (told.never.search(breath) or told.about.search(breath))

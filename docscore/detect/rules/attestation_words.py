"""What the words beside an attestation's name say of it (``attestations.toml``)."""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from docscore.detect.rules.events import phrases, whole

_CAME_REACH = 40


class State(StrEnum):
    """What is said of an attestation."""

    RECEIVED = "received"
    REQUESTED = "requested"
    ABSENT = "absent"
    NAMED = "named"


@cache
def attestation_data() -> dict[str, Any]:
    """The parsed ``attestations.toml``."""
    raw: dict[str, Any] = tomllib.loads(
        files("docscore.detect.rules").joinpath("attestations.toml").read_text(encoding="utf-8")
    )
    return raw


@cache
def words_of(group: str, name: str) -> re.Pattern[str]:
    """The pattern of a list of ``attestations.toml``, as whole words."""
    found = whole(attestation_data()[group][name])
    assert found is not None
    return found


def state_behind(behind: str) -> State | None:
    """What the words behind a form say of it, None for nothing."""
    if words_of("state", "planned").match(behind, len(behind) - len(behind.lstrip())):
        return State.REQUESTED  # "LÆ 275 kan blive aktuel"
    received, requested, planned, tells = (
        words_of("state", name).search(behind) for name in ("received", "requested", "planned", "tells")
    )
    absent = _absent().search(behind)
    others = [match.start() for match in (absent, received, requested, planned) if match]
    if tells and tells.start() < min(others, default=len(behind)):
        return State.RECEIVED  # what follows is what is in it: "LÆ 265 oplyser, at der er bestilt en scanning"
    if absent and not (received and received.start() < absent.start()):
        return State.ABSENT
    if received and not (planned and planned.start() < received.start()):
        return State.RECEIVED
    if received or requested:
        return State.REQUESTED
    return State.RECEIVED if words_of("state", "source").search(behind) else None


def state_before(words: str) -> State | None:
    """What the words before a form say of it, None for nothing; the last of them counts."""
    if _absent_before().search(words):
        return State.ABSENT
    last: tuple[int, State] | None = None
    for name, state in (("source", State.RECEIVED), ("received", State.RECEIVED), ("requested", State.REQUESTED)):
        for match in words_of("state", name).finditer(words):
            if last is None or match.start() >= last[0]:
                last = (match.start(), state)
    planned = words_of("state", "planned").search(words, max(map(words.rfind, '.,;:(»"')) + 1)
    cited = last is not None and words_of("state", "source").match(words, last[0]) is not None
    if planned and not cited:
        return State.REQUESTED
    return None if last is None else last[1]


@cache
def _absent() -> re.Pattern[str]:
    """Words that say that it is not there: those listed, and "forelå ikke", "ikke fremsendt"."""
    state = attestation_data()["state"]
    there = phrases(state["deniable"])
    denied = rf"(?:{there}) (?:endnu )?ikke?|(?:ikke|ej) (?:\w{{1,12}} )?(?:{there})"
    return re.compile(rf"(?<!\w)(?:{phrases(state['absent'])}|{denied})(?!\w)", re.I)


def denied_before(words: str) -> bool:
    """Whether the word right before a form denies it, whatever stands behind ("ingen LÆ 265 i sagen")."""
    return _denying().search(words) is not None


@cache
def _denying() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{phrases(attestation_data()['state']['absent_before'])}) \Z", re.I)


@cache
def _absent_before() -> re.Pattern[str]:
    state = attestation_data()["state"]
    gap = r"[^\w]{1,3}"
    directly = rf"(?:{phrases(state['absent_before'])}){gap}"
    nearly = rf"(?:{phrases(state['absent'])}){gap}(?:\w{{1,12}}{gap}){{0,2}}"
    return re.compile(rf"(?<!\w)(?:{directly}|{nearly})\Z", re.I)


def says_it_came(left: str) -> bool:
    """Whether the words right before a date make it the day of coming, and no colon begins something else."""
    came = list(words_of("state", "received").finditer(left))
    if not came or _absent().search(left):
        return False
    between = left[came[-1].end() :]
    return len(between) <= _CAME_REACH and ";" not in between and ":" not in between.rstrip(": ")

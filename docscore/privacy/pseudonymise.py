"""``docscore pseudonymise``: a copy of a case with invented people, for annotation and teaching."""

from __future__ import annotations

import json
import os
import secrets
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docscore.errors import DocscoreError, OutputError
from docscore.privacy.people import find_people
from docscore.privacy.pseudonyms import Pseudonyms
from docscore.report.privacy import mask_name, one_line

if TYPE_CHECKING:
    from docscore.case import Case, Facts

KEY_BYTES = 32
SHORTEST_KEY = 16


class KeyFileError(DocscoreError):
    """The key file cannot be used."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What was written: the files, what was replaced (sort → times), the invented case id, and what was left out."""

    files: tuple[str, ...]
    counts: Counter[str]
    case_id: str
    left_out: int


def load_key(path: Path | None) -> tuple[bytes, bool]:
    """The secret key in a file, and whether it was made now.

    Args:
        path: the file; made with a random key where it does not exist. None for a key that nobody keeps.

    Raises:
        KeyFileError: it cannot be read or written, or is too short to be a secret.
    """
    if path is None:
        return secrets.token_bytes(KEY_BYTES), False
    shown = one_line(mask_name(str(path)))
    try:
        if path.exists():
            key = path.read_bytes().strip()
            if len(key) < SHORTEST_KEY:
                raise KeyFileError(
                    f"Nøglefilen {shown} er for kort: den skal holde mindst {SHORTEST_KEY} tegn. "
                    "Angiv en fil, der ikke findes; så laves en nøgle i den."
                )
            return key, False
        key = secrets.token_hex(KEY_BYTES).encode("ascii")
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(key + b"\n")
    except OSError as error:
        raise KeyFileError(
            f"Nøglefilen {shown} kan ikke læses eller skrives ({type(error).__name__}). Ret stien til --key."
        ) from error
    return key, True


def check_place(source: Path, out: Path) -> None:
    """Make sure that the copy goes to a new or empty folder outside the case.

    Raises:
        OutputError: it does not.
    """
    shown = one_line(mask_name(str(out)))
    if source.is_dir() and out.resolve().is_relative_to(source.resolve()):
        raise OutputError(f"Mappen {shown} ligger i selve sagen. Vælg en mappe uden for den med --out.")
    try:
        taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
    except OSError as error:
        raise OutputError(
            f"Mappen {shown} kan ikke læses ({type(error).__name__}). Vælg en anden med --out."
        ) from error
    if taken:
        raise OutputError(f"{shown} findes og er ikke en tom mappe. Vælg en ny mappe med --out; intet er ændret.")


def pseudonymise(case: Case, out: Path, key: bytes) -> Copy:
    """Write a case's texts and ``sag.json`` with invented people.

    The texts are written as they were extracted, each file once, under neutral names. Names, CPR numbers, dates of
    birth, addresses, phone and account numbers and e-mail addresses are replaced. What else tells who somebody is (a
    workplace, a rare illness, a village) is not: a person must read the copy before it is shared.

    Args:
        case: as read, before its kinds are recognised.
        out: the folder, checked by :func:`check_place`.
        key: from :func:`load_key`.

    Raises:
        OutputError: the folder cannot be written.
    """
    texts = list({id(document.text): document for document in case.documents}.values())
    names = Pseudonyms(key, find_people([case.case_id, *(document.text for document in texts)]))
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    listed: list[dict[str, str]] = []
    for number, document in enumerate(texts, start=1):
        done = names.text(document.text)
        counts += done.counts
        alone = sum(one.text is document.text for one in case.documents) == 1
        name = f"{number:02d}-{document.kind.value if alone and document.kind else 'dokument'}.txt"
        written[name] = done.text
        if alone and (document.kind or document.date):
            kind = {"kind": document.kind.value} if document.kind else {}
            day = {"date": document.date.isoformat()} if document.date else {}
            listed.append({"file": name, **kind, **day})
    case_id = f"sag-{names.tag(case.case_id)}"
    facts = {"case_id": case_id, **_facts(case.facts), **({"documents": listed} if listed else {})}
    written["sag.json"] = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    _write(out, written)
    return Copy(tuple(written), counts, case_id, len(case.facts.extra))


def _facts(facts: Facts) -> dict[str, Any]:
    """What is known of the case beside its documents; fields that the contract does not have are left out."""
    dates: dict[str, Any] = {name: day.isoformat() for name, day in facts.dates.items()}
    if facts.jobsamtaler is not None:
        dates["jobsamtaler"] = [day.isoformat() for day in facts.jobsamtaler]
    if facts.ledighedsydelse_perioder is not None:
        dates["ledighedsydelse_perioder"] = [
            [begin.isoformat(), None if end is None else end.isoformat()]
            for begin, end in facts.ledighedsydelse_perioder
        ]
    found: dict[str, Any] = {
        "kommune": facts.kommune,
        "status": None if facts.status is None else facts.status.value,
        "frikommune": sorted(facts.frikommune),
        "dates": dates,
        "fields": dict(facts.fields),
    }
    return {name: value for name, value in found.items() if value}


def _write(out: Path, files: dict[str, str]) -> None:
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix":
            out.chmod(0o700)
        for name, content in files.items():
            path = out / name
            path.touch(mode=0o600)
            path.write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(
            f"Der kan ikke skrives i {one_line(mask_name(str(out)))} ({type(error).__name__}). Vælg en anden mappe."
        ) from error

"""Stand-ins for the batch tests; importable, so that worker processes find them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from docscore.batch.corridor import Corridor
from docscore.case import Case, Document, Kind, Problem
from docscore.checkpoints import load_catalogue
from docscore.decision import Evidence, Finding, Method
from docscore.detect.fields import felt

WORD = "pauser"


def star(checkpoint, case, document):
    """Documented where the document says "pauser"; crashes, dies or dawdles where the text says so."""
    if "GÅ I STYKKER" in document.text:
        raise RuntimeError(f"hemmeligt: {document.text}")
    if "DØ" in document.text:
        os._exit(3)
    if "LANGSOMT" in document.text:
        time.sleep(0.02)
    at = document.text.find(WORD)
    if at < 0:
        return Finding(documented=False, method=Method.MODEL, probability=0.123456)
    quote = Evidence(at, len(document.text), document.text[at:])
    return Finding(documented=True, method=Method.MODEL, probability=0.9, grade=1, review=True, evidence=(quote,))


@dataclass(frozen=True)
class Factory:
    """Makes a corridor with the stand-in detector."""

    def __call__(self) -> Corridor:
        return Corridor({"felt": felt, "topic": star}, "attrap@1", load_catalogue())


@dataclass(frozen=True)
class Source:
    """A source of cases held in memory."""

    label: str
    cases: tuple[Case | Problem, ...]
    broken: str = ""

    def load(self) -> list[Case | Problem]:
        if self.broken == "die":
            os._exit(3)
        if self.broken:
            raise ValueError(self.broken)
        return list(self.cases)


def case_of(case_id: str, text: str = "Borger har behov for pauser", document_id: str = "d1", **facts) -> Case:
    """A case with one indstilling."""
    return Case(case_id, (Document(document_id, text, Kind.INDSTILLING, file=f"{case_id}/{document_id}"),), **facts)


def sources(*texts: str) -> list[Source]:
    """One source per text, one case each, named s0, s1 …"""
    return [Source(f"s{n}", (case_of(f"s{n}", text),)) for n, text in enumerate(texts)]


class Model:
    """A stand-in for a loaded model."""

    name = "attrap@1"
    checksum = "0" * 64
    card: dict[str, object] = {"name": "attrap"}  # noqa: RUF012

    def detector(self):
        return star

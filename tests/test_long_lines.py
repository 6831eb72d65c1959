"""A line of a million characters: every stage of reading takes time in proportion to it, and no memory to speak of."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from docscore.case import Case, Document, Kind

HEAD = "Indstilling fra rehabiliteringsteamet\nDato: 12-03-2021\n\n"
UNITS = {
    "no marks": "borger har behov for pauser og må ikke løfte tungt siger hun til lægen ",
    "commas": "borger oplever, at lægen ikke mener, hun kan, ",
    "one word": "a",
    "sentences": "Hun må ikke løfte. ",
    "cells": "Ja | 12 timer | ",
    "ticks": "☒ Ja ☐ Nej ",
    "prompts": "Dato: 12-03-2021 Titel: x ",
    "names": "Anders Jensen ",
    "numbers": "010170-1234 12 34 56 78 ",
    "brackets": "(bl.a. »",
    "ascii": "skanehensyn pa far lobende nar ",
    "attestations": "LÆ 265 Diagnose: gigt Prognose: varig ",
}


def line(unit: str, size: int) -> str:
    """A document whose one long line repeats a unit."""
    return HEAD + (unit * (size // len(unit) + 1))[:size] + "\n"


def blocks(text: str) -> object:
    from docscore.language import layout

    return layout.blocks(text)


def sentences(text: str) -> object:
    from docscore.language.sentences import split

    return split(text, len(HEAD), len(text))


def reading(text: str) -> object:
    from docscore.language.reading import read

    return read(text, kind=Kind.JOBSAMTALE)


def people(text: str) -> object:
    from docscore.language.people import people_of

    return people_of(text, 0, len(text))


def repair(text: str) -> object:
    from docscore.repair import repair as repaired

    return repaired(text)


def recognition(text: str) -> object:
    from docscore.recognise import recognise

    return recognise(Case("1", (Document("a.txt", text),)))


def cleaning(text: str) -> object:
    from docscore.readers import read_document

    return read_document(text.encode(), "a.txt")


def masking(text: str) -> object:
    from docscore.privacy.masking import Masks

    return Masks.of(Case("1", (Document("a.txt", text),))).text(text)


def dates(text: str) -> object:
    from docscore.detect.dates_in_text import find_periods

    return find_periods(text)


def scoring(text: str) -> object:
    import docscore
    from docscore.report.records import case_record

    return case_record(docscore.score(Case("1", (Document("a.txt", text, Kind.INDSTILLING),))))


STAGES: dict[str, Callable[[str], object]] = {
    stage.__name__: stage
    for stage in (cleaning, recognition, repair, people, blocks, sentences, reading, dates, masking, scoring)
}

_SLOW = {"scoring": pytest.mark.slow, "dates": pytest.mark.slow}


@pytest.mark.parametrize("stage", [pytest.param(name, marks=_SLOW.get(name, ())) for name in STAGES])
def test_each_stage_is_linear_in_a_line(stage: str) -> None:
    run = STAGES[stage]
    run(line(UNITS["commas"], 2_000))
    for name, unit in UNITS.items():

        def seconds(size: int, unit: str = unit) -> float:
            text = line(unit, size)
            began = time.process_time()
            run(text)
            return time.process_time() - began

        small = max(seconds(10_000), 0.03)
        # Four times the line: a quadratic stage would need sixteen times as long.
        assert seconds(40_000) < 10 * small or seconds(40_000) < 10 * max(seconds(10_000), 0.03), name


def test_no_sentence_is_longer_than_the_limit() -> None:
    from docscore.language.sentences import LONGEST, split

    for unit in UNITS.values():
        text = line(unit, 30_000)
        spans = split(text, len(HEAD), len(text))
        assert all(0 < end - start <= LONGEST for start, end in spans)
        # Nothing that can be seen is lost or said twice.
        assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text[len(HEAD) :].split())
        assert all(
            text[end - 1 : end + 1].count(" ") or end == len(text.rstrip()) or " " not in unit for _, end in spans
        )
    short = "Hun har pauser " * 60
    assert split(short, 0, len(short)) == [(0, len(short) - 1)]


def test_what_stands_between_long_runs_without_marks_is_a_sentence_of_its_own() -> None:
    import docscore
    from docscore.language.reading import read
    from docscore.language.sentences import LONGEST

    run = ("og så var der det at hun kom og gik og ventede " * 100).strip()
    wanted = "Teamet vurderer, at hun har behov for skånehensyn i form af mange pauser."
    text = f"{HEAD}{run}. {wanted} Så {run}\n"
    said = [text[sentence.start : sentence.end] for sentence in read(text, kind=Kind.INDSTILLING).sentences]
    assert wanted in said
    assert max(map(len, said)) <= LONGEST
    text = f"{HEAD}Teamet vurderer, at hun har behov for skånehensyn i form af mange pauser og korte vagter. {'b' * 5000}\n"
    result = docscore.score(Case("1", (Document("a.txt", text, Kind.INDSTILLING),)))
    quotes = [quote for decision in result.decisions for quote in decision.evidence]
    assert any("skånehensyn" in quote.text for quote in quotes)
    assert all(text[quote.start : quote.end] == quote.text and len(quote.text) <= LONGEST for quote in quotes)


_MEASURED = """
import sys, time
from docscore.cli import main
sys.argv = ["docscore", "check", sys.argv[1]]
try:
    main()
except SystemExit as end:
    assert not end.code
# Not ru_maxrss: that starts at what the starting process held.
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
sys.stderr.write(f"{time.process_time()} {peak}")
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="measures as Linux counts")
@pytest.mark.parametrize("name", ["commas", "sentences"])
def test_a_line_of_a_million_characters(name: str, tmp_path: Path) -> None:
    (tmp_path / "indstilling.txt").write_text(line(UNITS[name], 1_000_000), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(tmp_path)], capture_output=True, text=True, timeout=300, check=True
    )
    seconds, kilobytes = done.stderr.rsplit("\n", 1)[-1].split()
    assert float(seconds) < 60
    assert int(kilobytes) < 800 * 1024

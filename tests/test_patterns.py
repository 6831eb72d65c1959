"""No regular expression takes more than time by length over crafted text."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from pattern_support import compiled, crafted, seconds

LENGTH = 12_000
SECONDS = 0.2
"""A linear pattern takes some milliseconds over 12,000 characters; a quadratic one at least this."""

BOUNDED: dict[str, str] = {
    r"([A-ZÆØÅ][\w'’-]+(?:[ \t]+(?:[A-ZÆØÅ]": "names: the 80 characters before a CPR number in a head",
    r"[ \t]*(?:\d{1,2}(?:\.\d{1,2})*[.)]?[ \t]+)?([A-Za-zÆØÅæøå]": "names: matched at the start of a head's lines",
    r"([A-Za-zÆØÅæøå-]++) $": "names: the 30 characters before a name",
    r"(?: [A-ZÆØÅ][a-zæøåé]+(?![a-zæøåé]))|[ \t]*(?:[,(\n]|$)": "names: matched behind a name",
    r"[a-z]+\.[a-z0-9_]+": "checkpoints: an id of the catalogue, which is docscore's own",
    r"[ \t]*(?:[-–—]|til\b|t\.o\.m\.?|→|->)[ \t]*(?:d\.|den)?": "heads: matched behind a date",
    r"([\W_]*)([^\W_]+)": "kinds: one line; a line of marks alone is none",
    r"\s*(?:[-–—]|til(?: og med)?|t\.o\.m\.|→)\s*(?:den|d\.)?\s*": "own_date: matched behind a date",
    r".*[:?]|.*\s\s(?=\S)|.*\s(?=(?:ja|nej)$)": "boxes: matched at the start of what stands before a box",
    r"[.:;]\s+(?=\S)|\s{2,}(?=\S)|\s[–-]\s": "boxes: a stripped remark, in which every gap ends",
    r"(?:(?<=\s)|^)\|[ \t]*|[ \t]*\|(?:[ \t]+|$)": "boxes: a row of a table",
    r"(?:punkt |pkt\. ?|felt )?\d{1,2}(?:\.\d{1,2})*[a-z]?[.):]?\s+(?=\S)": "layout: matched at the start of a line",
    r"\d{1,2}(?:\.\d{1,2})+[.)]?\s+\S|[A-H]\d{0,2}[.)]\s+\S": "layout: matched at the start of a line",
    r"[\s\-–—_=*#.~|/÷…]*$": "layout: matched at the start of a line",
    "(.+?)__(": "inception: a file's name, matched whole",
    r"\W*(?:ja\b|\d|fortsætter": "efforts: matched behind the name of an effort",
    "[\\ \\\t>\\*•": "blocks: matched at the start of a line; linear, with a hundred words to try",
}
"""Patterns that would be slow if they were looked for in a whole text, and are not: their beginning → where they are asked.

:func:`test_reading_a_hundred_thousand_crafted_characters` holds what they are part of to its time."""


@pytest.mark.slow
def test_every_pattern_is_linear_or_asked_about_little() -> None:
    patterns = compiled()
    assert len(patterns) > 200
    slow: dict[str, str] = {}
    for (module, source), pattern in patterns.items():
        if any(source.startswith(known) for known in BOUNDED):
            continue
        for text in crafted(pattern, LENGTH):
            took = seconds(pattern, text, 3 * SECONDS)
            # Once more, in case the machine was elsewhere.
            if took > SECONDS and seconds(pattern, text, 3 * SECONDS) > SECONDS:
                slow[source] = f"{module} {text[:20]!r}"
                break
    assert slow == {}


def _functions() -> dict[str, Callable[[str], object]]:
    from docscore.language.reading import read
    from docscore.privacy.numbers import find_in_name, find_numbers
    from docscore.privacy.people import find_people
    from docscore.readers.cleanup import clean
    from docscore.recognise import document_date, find_dates, recognise_kind, split_entries
    from docscore.report.privacy import one_line

    return {
        **{"clean": clean, "dates": find_dates, "entries": split_entries, "read": read, "one_line": one_line},
        **{"kind": recognise_kind, "own_date": lambda text: document_date(text, recognise_kind(text).kind)},
        **{"people": lambda text: find_people([text]), "numbers": find_numbers, "in_name": find_in_name},
    }


UNITS = (
    *(
        "\t",
        ".",
        "1.",
        " \n",
        "a ",
        "A",
        "A ",
        "- ",
        "|",
        ":",
        "? ",
        "[ ]",
        "01-02-2021 ",
        "\n- ",
        "(",
        "Navn: ",
        "x: \n",
        "x\t",
    ),
    *(
        "12.03.2021 Samtale\n",
        "ja ",
        "_",
        "*",
        "#",
        "..\n",
        "a.\n",
        "1 ",
        "kl. ",
        "d. ",
        "§",
        "»",
        "A.",
        "a-",
        "a\n\n",
        "Fra: a\n",
    ),
)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(_functions()))
def test_reading_a_hundred_thousand_crafted_characters(name: str) -> None:
    function = _functions()[name]
    slow = {}
    for unit in UNITS:
        text = (unit * (100_000 // len(unit) + 1))[:100_000]
        began = time.process_time()
        function(text)
        took = time.process_time() - began
        if took > 5:
            slow[unit] = took
    assert slow == {}

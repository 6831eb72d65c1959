"""Every published share of the catalogue, the README and the report's own table, against what the report prints.

The numbers of ``data/published_shares.toml`` were read from *Fokusrevision 2021 | Fleksjobordningen* with the words that
hold them, and not copied from the catalogue. A failure names figure, section and quotation.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from statistics_support import decisions_of

from docscore.checkpoints import load_catalogue
from docscore.statistics.fokusrevision import report_table

HERE = Path(__file__).parent
PRINTED: list[dict[str, Any]] = tomllib.loads((HERE / "data" / "published_shares.toml").read_text("utf-8"))["share"]
WORDS = {"en": 1, "to": 2, "fire": 4, "seks": 6}
TABLE = report_table(decisions_of({"sag": {"fd.styrker": "dokumenteret"}}), ["fleksjob"])


def where(printed: dict[str, Any]) -> str:
    """Figure, section and words, for a message."""
    place = " og ".join(f"figur {number}" for number in printed.get("figures", ())) or f"afsnit {printed['section']}"
    return f"{printed['checkpoint']}, {place}, afsnit {printed['at']}: »{printed['quote']}«"


def name(printed: dict[str, Any]) -> str:
    said = printed.get("share", printed.get("words"))
    return f"{printed['checkpoint']}-{printed.get('status', 'alle')}-{said}"


EACH = pytest.mark.parametrize("printed", PRINTED, ids=name)


@EACH
def test_the_quotation_holds_the_number(printed: dict[str, Any]) -> None:
    quote = printed["quote"].lower()
    if "words" in printed:
        parts = re.findall(r"\d+,\d+|over halvdelen|halvdelen", printed["words"])
        assert all(part in quote for part in parts), where(printed)
        return
    said = {int(number) for number in re.findall(r"(\d+)\s?(?:procent|%)", quote)}
    said |= {number for word, number in WORDS.items() if re.search(rf"\b{word}(?: og \w+)? procent", quote)}
    # "ikke sket … i nogen af sagerne" is nought.
    assert printed["share"] in said or (printed["share"] == 0 and "ikke" in quote), where(printed)


@EACH
def test_the_catalogue_gives_what_the_report_prints(printed: dict[str, Any]) -> None:
    checkpoint = load_catalogue()[printed["checkpoint"]]
    main = "share" in printed and "status" not in printed and not checkpoint.measured
    if main:
        assert (checkpoint.national, checkpoint.n) == (printed["share"], printed["n"]), where(printed)
    elif "status" not in printed:
        assert checkpoint.national is None, where(printed)
        assert checkpoint.n == printed["n"], where(printed)
    said = printed["words"] if "words" in printed else f"{printed['share']} %"
    shown = checkpoint.national_text()
    known = said.removesuffix("delen") in shown if "words" in printed else re.search(rf"(?<!\d){said}", shown)
    assert known, f"{where(printed)}; kataloget: {shown}"
    if "section" in printed:
        assert checkpoint.section == printed["section"], where(printed)
    else:
        figures = {int(number) for number in (checkpoint.figure or "").split(", ") if number}
        # A checkpoint names the figures of all its numbers, and need not name the one of a single municipality each.
        assert figures & set(printed["figures"]), where(printed)
        if main:
            assert figures <= set(printed["figures"]) | {24, 33}, where(printed)


@EACH
def test_the_readme_gives_what_the_report_prints(printed: dict[str, Any]) -> None:
    readme = (HERE.parent / "README.md").read_text("utf-8").split("<!-- checkpoints -->")[1]
    line = next(line for line in readme.splitlines() if f"`{printed['checkpoint']}`" in line)
    national = line.split("|")[-3]
    if "share" in printed:
        assert re.search(rf"(?<!\d){printed['share']} %", national), f"{where(printed)}; README: {national}"
    if "status" not in printed:
        assert f"N = {printed['n']}," in national, f"{where(printed)}; README: {national}"
    places = [printed["section"]] if "section" in printed else map(str, printed["figures"])
    assert any(re.search(rf"(?<![\d.]){re.escape(place)}(?![\d.])", national) for place in places), where(printed)


@EACH
def test_the_reports_own_table_gives_what_the_report_prints(printed: dict[str, Any]) -> None:
    lines = [x for x in TABLE if (x.checkpoint, x.status) == (printed["checkpoint"], printed.get("status"))]
    if "words" in printed:
        assert any(x.published.startswith(printed["words"]) for x in lines), where(printed)
        return
    wanted = [x for x in lines if x.published == f"{printed['share']} % (N = {printed['n']})"]
    assert wanted, f"{where(printed)}; tabellen: {[x.published for x in lines]}"
    assert wanted[0].national is not None
    assert wanted[0].national.share == pytest.approx(printed["share"] / 100)


def test_nothing_published_is_left_out() -> None:
    """What the catalogue or the table shows is in the file: no number without its words."""
    of_status = {(p["checkpoint"], p.get("status")) for p in PRINTED}
    for checkpoint in load_catalogue():
        published = checkpoint.national is not None or checkpoint.national_note is not None
        assert ((checkpoint.id, None) in of_status) == published, checkpoint.id
    for line in TABLE:
        assert (line.checkpoint, line.status) in of_status, (line.heading, line.label)
    # Progression in the recommendation stands in two of the figures.
    assert len({(x.checkpoint, x.status, x.published) for x in TABLE}) == len(PRINTED)

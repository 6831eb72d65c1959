"""The published table with one's own figures, as lines, tables and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docscore.checkpoints import load_catalogue
from docscore.report.lines import Line, columns, wrapped
from docscore.report.privacy import shorten
from docscore.statistics.compare import SIGNIFICANT
from docscore.statistics.files import Sheet
from docscore.statistics.fokusrevision import published
from docscore.statistics.words import number, p_text, percent, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docscore.report.texts import Texts
    from docscore.statistics.files import Cell
    from docscore.statistics.fokusrevision import Line as Figure

_LABEL = 44
_COLUMNS = (
    "theme",
    "heading",
    "label",
    "checkpoint",
    "status",
    "documented",
    "n",
    "share",
    "exact_low",
    "exact_high",
    "wilson_low",
    "wilson_high",
    "mean_weeks",
    "mean_low",
    "mean_high",
    "not_assessable",
    "published",
    "national",
    "national_n",
    "national_low",
    "national_high",
    "source",
    "p",
    "p_adjusted",
    "test",
)


def lines(figures: Sequence[Figure], cases: int, words: Texts, *, with_status: bool) -> list[Line]:
    """The table for a terminal, theme by theme and figure by figure."""
    shown: list[Line] = [[(words("report.title", cases=cases), "title")], [("", "")]]
    if not with_status:
        shown += [*wrapped(words("report.no_status"), "", tone="bad"), [("", "")]]
    names = {theme["number"]: theme[words.language] for theme in published()["theme"]}
    head = ["", words("report.own"), "95 %", "N", words("report.published"), "p"]
    flat = columns([head, *(cells(one, words) for one in figures)], right=range(1, 6))
    theme = heading = None
    for line, one in zip(flat[1:], figures, strict=True):
        if one.theme != theme:
            if theme is not None:
                shown.append([("", "")])
            theme = one.theme
            shown += wrapped(words("report.theme", n=theme, name=names[theme]), "", tone="title")
            shown += [[("  " + flat[0], "dim")]]
        if one.heading != heading:
            heading = one.heading
            shown += wrapped(heading, "", tone="quote")
        shown.append([("  " + line, "")])
    shown.append([("", "")])
    for note in notes(figures, words):
        shown += wrapped(note, "", tone="dim")
    return shown


def notes(figures: Sequence[Figure], words: Texts) -> list[str]:
    """The notes under the table."""
    compared = sum(one.p is not None for one in figures)
    return [
        words("statistics.note_share"),
        words("report.note", n=compared),
        words("report.note_days"),
        words("statistics.note_machine"),
    ]


def cells(one: Figure, words: Texts) -> list[str]:
    """A row of the table for a reader."""
    star = words("statistics.differs") if one.adjusted is not None and one.adjusted < SIGNIFICANT else ""
    return [
        shorten(one.label, _LABEL),
        own(one, words),
        own_span(one, words),
        str(one.n),
        _with_interval(one, words),
        p_text(one.adjusted, words) + star,
    ]


def own(one: Figure, words: Texts) -> str:
    """The own share, or mean."""
    if one.mean is not None:
        return words("report.weeks", mean=number(one.mean, 1, words))
    return percent(one.share, one.n, words)


def own_span(one: Figure, words: Texts) -> str:
    """Its interval."""
    if one.mean_interval is not None:
        return "-".join(number(bound, 1, words) for bound in one.mean_interval)
    return words("common.none") if one.mean is not None or not one.n else span(one.exact, one.n, words)


def _with_interval(one: Figure, words: Texts) -> str:
    # A share of few cases never goes without its interval.
    few = one.national is not None and one.national.n <= 30
    interval = f" [{span((one.national.low, one.national.high), 1, words)}]" if few and one.national else ""
    return one.published + interval


def sheet(figures: Sequence[Figure], words: Texts) -> Sheet:
    """The table."""
    return Sheet(words("report.sheet"), _COLUMNS, [_cells(one) for one in figures])


def _cells(one: Figure) -> list[Cell]:
    national = one.national
    return [
        one.theme,
        one.heading,
        one.label,
        one.checkpoint,
        one.status,
        one.documented if one.mean is None else None,
        one.n,
        one.share,
        *((*one.exact, *one.wilson) if one.mean is None else (None,) * 4),
        one.mean,
        *(one.mean_interval or (None, None)),
        one.not_assessable,
        one.published,
        *((national.share, national.n, national.low, national.high) if national else (None,) * 4),
        load_catalogue()[one.checkpoint].source(),
        one.p,
        one.adjusted,
        one.test,
    ]


def record(figures: Sequence[Figure], cases: int) -> dict[str, Any]:
    """The table as JSON."""
    return {
        "cases": cases,
        "level": 0.95,
        "correction": "holm",
        "comparisons": sum(one.p is not None for one in figures),
        "figures": [dict(zip(_COLUMNS, _cells(one), strict=True)) for one in figures],
    }

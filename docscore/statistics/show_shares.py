"""The figures of :func:`docscore.statistics.shares.summarise` as lines, tables and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docscore.checkpoints import load_catalogue
from docscore.report.lines import Line, columns, wrapped
from docscore.report.privacy import shorten
from docscore.statistics.files import Sheet
from docscore.statistics.words import figure_label, group_text, number, p_text, percent, plain_lines, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docscore.report.texts import Texts
    from docscore.statistics.files import Cell
    from docscore.statistics.shares import Measure, Row, Statistics

_LABEL = 52
_COLUMNS = (
    "by",
    "group",
    "figure",
    "label",
    "documented",
    "decided",
    "cases",
    "share",
    "exact_low",
    "exact_high",
    "wilson_low",
    "wilson_high",
    "effective_n",
    "not_assessable",
    "not_relevant",
    "national",
    "national_n",
    "national_low",
    "national_high",
    "national_source",
    "difference_low",
    "difference_high",
    "p",
    "p_adjusted",
    "test",
)
_MEASURES = ("by", "group", "figure", "label", "n", "mean", "q1", "median", "q3", "not_assessable")


def lines(found: Statistics, words: Texts) -> list[Line]:
    """The figures for a terminal: all cases by theme, the parts, the days, then each column by checkpoint."""
    shown: list[Line] = [
        [(words("statistics.title", cases=found.cases, decisions=found.decisions), "title")],
        [("", "")],
    ]
    if found.unknown:
        shown += [*wrapped(words("statistics.unknown_lines", n=found.unknown), ""), [("", "")]]
    catalogue = load_catalogue()
    everyone = [row for row in found.rows if row.by is None]
    for theme in sorted({catalogue[row.figure].theme for row in everyone if row.figure in catalogue}):
        mine = [row for row in everyone if row.figure in catalogue and catalogue[row.figure].theme == theme]
        title = f"{words('common.theme', n=theme)} {catalogue.theme_name(theme, words.language)}"
        labels = [_label(row.figure, words, breach=True) for row in mine]
        shown += _table(title, labels, mine, words)
    parts = [row for row in everyone if row.figure not in catalogue]
    if parts:
        shown += _parts(parts, words)
    shown += _days([one for one in found.measures if one.by is None], words)
    for by in dict.fromkeys(row.by for row in found.rows if row.by is not None):
        shown.append([(words("statistics.by", by=by), "title")])
        shown.append([("", "")])
        for figure in dict.fromkeys(row.figure for row in found.rows if row.by == by):
            mine = [row for row in found.rows if row.by == by and row.figure == figure]
            groups = [group_text(row.group, words) for row in mine]
            shown += _table(_label(figure, words, breach=True), groups, mine, words)
        for figure in dict.fromkeys(one.figure for one in found.measures if one.by == by):
            shown += _days([one for one in found.measures if one.by == by and one.figure == figure], words)
    return shown + _notes(found, words)


def _label(figure: str, words: Texts, *, breach: bool = False) -> str:
    catalogue = load_catalogue()
    label = figure_label(figure, catalogue, words)
    if breach and figure in catalogue and catalogue[figure].breach:
        label += f" ({words('statistics.breach')})"
    return label


def _table(title: str, labels: Sequence[str], rows: Sequence[Row], words: Texts) -> list[Line]:
    head = [
        title,
        *(words(f"statistics.{name}") for name in ("share", "interval", "n", "left_out", "national", "p")),
    ]
    body = [
        [
            shorten(label, _LABEL),
            percent(row.share.share, row.share.decided, words),
            span(row.share.exact, row.share.decided, words),
            str(row.share.decided),
            str(row.not_assessable),
            national_cell(row, words),
            p_cell(row, words),
        ]
        for label, row in zip(labels, rows, strict=True)
    ]
    head[0] = shorten(head[0], 60)
    flat = columns([head, *body], right=range(1, 7))
    return [[(flat[0], "title")], *plain_lines(flat[1:]), [("", "")]]


def _parts(rows: Sequence[Row], words: Texts) -> list[Line]:
    head = [
        words("statistics.parts"),
        *(words(f"statistics.{name}") for name in ("share", "exact", "wilson", "n", "cases", "not_assessable")),
    ]
    body = [
        [
            shorten(_label(row.figure, words), _LABEL),
            percent(row.share.share, row.share.cases, words),
            span(row.share.exact, row.share.cases, words),
            span(row.share.wilson, row.share.cases, words),
            str(row.share.decided),
            str(row.share.cases),
            str(row.not_assessable),
        ]
        for row in rows
    ]
    flat = columns([head, *body], right=range(1, 7))
    return [[(flat[0], "title")], *plain_lines(flat[1:]), [("", "")]]


def _days(measures: Sequence[Measure], words: Texts) -> list[Line]:
    if not measures:
        return []
    head = [
        words("statistics.measures"),
        *(words(f"statistics.{name}") for name in ("mean", "median", "quartiles", "n", "not_assessable")),
    ]
    body = [
        [
            shorten(_label(one.figure, words) if one.by is None else group_text(one.group, words), _LABEL),
            number(one.mean, 1, words),
            number(one.quartiles[1], 0, words),
            f"{number(one.quartiles[0], 0, words)}-{number(one.quartiles[2], 0, words)}",
            str(one.n),
            str(one.not_assessable),
        ]
        for one in measures
    ]
    if measures[0].by is not None:
        head[0] = _label(measures[0].figure, words)
    flat = columns([head, *body], right=range(1, 6))
    return [[(flat[0], "title")], *plain_lines(flat[1:]), [("", "")]]


def national_cell(row: Row, words: Texts) -> str:
    """The national share with its N; with its interval too where it is of few cases."""
    if row.national is None:
        return ""
    share = f"{100 * row.national.share:.0f} %"
    # A share of few cases never goes without its interval.
    few = f"; {span((row.national.low, row.national.high), 1, words)}" if row.national.n <= 30 else ""
    return f"{share} ({row.national.n}{few})"


def p_cell(row: Row, words: Texts) -> str:
    """The corrected p-value."""
    if row.comparison is None:
        return ""
    return p_text(row.comparison.adjusted, words) + (words("statistics.differs") if row.comparison.differs else "")


def _notes(found: Statistics, words: Texts) -> list[Line]:
    correction = words(f"statistics.{found.correction}")
    notes = [words("statistics.note_share")]
    if found.comparisons:
        notes.append(words("statistics.note_national", n=found.comparisons, correction=correction))
    if any(row.by is not None for row in found.rows):
        notes.append(words("statistics.note_rank"))
    notes.append(words("statistics.note_machine"))
    return [line for note in notes for line in wrapped(note, "", tone="dim")]


def notes(found: Statistics, words: Texts) -> list[str]:
    """The notes that belong under the figures, as texts."""
    return [
        words("statistics.note_share"),
        words("statistics.note_national", n=found.comparisons, correction=words(f"statistics.{found.correction}")),
        words("statistics.note_machine"),
    ]


def sheets(found: Statistics, words: Texts) -> list[Sheet]:
    """All figures as tables: the shares, and the days where there are any."""
    shares = Sheet(words("statistics.sheet"), _COLUMNS, [_cells(row, words) for row in found.rows])
    if not found.measures:
        return [shares]
    days = Sheet(words("statistics.sheet_measures"), _MEASURES, [_measure_cells(one, words) for one in found.measures])
    return [shares, days]


def _cells(row: Row, words: Texts) -> list[Cell]:
    share, national, comparison = row.share, row.national, row.comparison
    return [
        row.by,
        None if row.by is None else group_text(row.group, words),
        row.figure,
        _label(row.figure, words),
        share.documented,
        share.decided,
        share.cases,
        share.share,
        *share.exact,
        *share.wilson,
        share.effective,
        row.not_assessable,
        row.not_relevant,
        *((national.share, national.n, national.low, national.high, national.source) if national else (None,) * 5),
        *((*comparison.difference, comparison.p, comparison.adjusted, comparison.test) if comparison else (None,) * 5),
    ]


def _measure_cells(one: Measure, words: Texts) -> list[Cell]:
    group = None if one.by is None else group_text(one.group, words)
    return [one.by, group, one.figure, _label(one.figure, words), one.n, one.mean, *one.quartiles, one.not_assessable]


def record(found: Statistics, words: Texts) -> dict[str, Any]:
    """All figures as JSON."""
    return {
        "cases": found.cases,
        "decisions": found.decisions,
        "unknown_lines": found.unknown,
        "level": 0.95,
        "correction": found.correction,
        "comparisons": found.comparisons,
        "shares": [dict(zip(_COLUMNS, _cells(row, words), strict=True)) for row in found.rows],
        "measures": [dict(zip(_MEASURES, _measure_cells(one, words), strict=True)) for one in found.measures],
    }

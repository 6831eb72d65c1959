"""The page of ``docscore statistics --html``: tables and funnel plots, self-contained, without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docscore.checkpoints import load_catalogue
from docscore.report.privacy import one_line
from docscore.statistics import show_report, show_shares
from docscore.statistics.compare import SIGNIFICANT
from docscore.statistics.fokusrevision import published
from docscore.statistics.funnel import Funnel, funnel
from docscore.statistics.words import figure_label, group_text, number, p_text, percent, span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docscore.report.texts import Texts
    from docscore.statistics.fokusrevision import Line
    from docscore.statistics.funnel import Point
    from docscore.statistics.shares import Row, Statistics

_WIDTH, _HEIGHT = 720, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 700, 10, 310
_TICKS = 5


def statistics_page(found: Statistics, words: Texts, version: str) -> str:
    """The page of the shares: all cases by theme, the parts, each column, and a funnel plot per checkpoint."""
    catalogue = load_catalogue()
    everyone = [row for row in found.rows if row.by is None]
    tables = []
    for theme in sorted({catalogue[row.figure].theme for row in everyone if row.figure in catalogue}):
        mine = [row for row in everyone if row.figure in catalogue and catalogue[row.figure].theme == theme]
        title = f"{words('common.theme', n=theme)} {catalogue.theme_name(theme, words.language)}"
        tables.append(
            _table(title, words("statistics.figure"), mine, [_label(row.figure, words) for row in mine], words)
        )
    parts = [row for row in everyone if row.figure not in catalogue]
    if parts:
        tables.append(_table(words("statistics.parts"), "", parts, [_label(row.figure, words) for row in parts], words))
    plots = []
    for by in dict.fromkeys(row.by for row in found.rows if row.by is not None):
        drawn = []
        for figure in dict.fromkeys(row.figure for row in found.rows if row.by == by):
            mine = [row for row in found.rows if row.by == by and row.figure == figure]
            one = funnel(figure, mine) if figure in catalogue else None
            if one is None:
                groups = [group_text(row.group, words) for row in mine]
                title = f"{_label(figure, words)}, {words('statistics.by', by=by)}"
                tables.append(_table(title, words("statistics.group"), mine, groups, words))
            else:
                drawn.append(_plot(one, words))
        if drawn:
            plots.append((one_line(by), drawn))
    title = words("statistics.title", cases=found.cases, decisions=found.decisions)
    return _render(title, found.cases, show_shares.notes(found, words), tables, plots, words, version)


def report_page(figures: Sequence[Line], cases: int, words: Texts, version: str) -> str:
    """The page of the published table."""
    head = ["", words("report.own"), "95 %", words("statistics.n"), words("report.published"), words("statistics.p")]
    tables = []
    for theme in published()["theme"]:
        rows = []
        heading = None
        for one in figures:
            if one.theme != theme["number"]:
                continue
            cells = show_report.cells(one, words)[1:]
            differs = one.adjusted is not None and one.adjusted < SIGNIFICANT
            new = one.heading if one.heading != heading else ""
            heading = one.heading
            rows.append({"label": one.label, "cells": cells, "differs": differs, "heading": new})
        title = words("report.theme", n=theme["number"], name=theme[words.language])
        tables.append({"title": title, "heading": "", "head": head, "rows": rows})
    title = words("report.title", cases=cases)
    return _render(title, cases, show_report.notes(figures, words), tables, [], words, version)


def _render(
    title: str,
    cases: int,
    notes: Sequence[str],
    tables: Sequence[dict[str, Any]],
    plots: Sequence[tuple[str, list[dict[str, Any]]]],
    words: Texts,
    version: str,
) -> str:
    from importlib.resources import files

    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    source = files("docscore.statistics") / "data" / "statistik.html.j2"
    page = environment.from_string(source.read_text(encoding="utf-8"))
    whole: str = page.render(
        t=words, title=title, cases=cases, version=version, notes=notes, tables=tables, plots=plots
    )
    return whole


def _label(figure: str, words: Texts) -> str:
    return figure_label(figure, load_catalogue(), words)


def _table(title: str, first: str, rows: Sequence[Row], labels: Sequence[str], words: Texts) -> dict[str, Any]:
    names = ("share", "exact", "wilson", "n", "not_assessable", "not_relevant", "national", "p")
    return {
        "title": one_line(title),
        "heading": "",
        "head": [first, *(words(f"statistics.{name}") for name in names)],
        "rows": [
            {
                "heading": "",
                "label": label,
                "differs": row.comparison is not None and row.comparison.differs,
                "cells": [
                    percent(row.share.share, row.share.cases, words),
                    span(row.share.exact, row.share.cases, words),
                    span(row.share.wilson, row.share.cases, words),
                    str(row.share.decided),
                    str(row.not_assessable),
                    str(row.not_relevant),
                    show_shares.national_cell(row, words),
                    show_shares.p_cell(row, words),
                ],
            }
            for label, row in zip(labels, rows, strict=True)
        ],
    }


def _plot(one: Funnel, words: Texts) -> dict[str, Any]:
    """A funnel plot as coordinates; group names come in the order of the alphabet, never of the shares."""
    most = one.sizes[-1]

    def x(n: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * n / most, 1)

    def y(share: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * share, 1)

    def line(values: Sequence[float]) -> str:
        return " ".join(f"{x(n)},{y(value)}" for n, value in zip(one.sizes, values, strict=True))

    curves = [("target", f"{x(0)},{y(one.target)} {x(most)},{y(one.target)}")]
    for kind, (low, high) in zip(("inner", "outer"), one.limits, strict=True):
        curves += [(kind, line(low)), (kind, line(high))]
    step = _step(most)
    counts = [sum(point.outside == k for point in one.points) for k in (1, 2)]
    total = sum(point.decided for point in one.points)
    return {
        "title": _label(one.figure, words),
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "right": _RIGHT,
        "top": _TOP,
        "bottom": _BOTTOM,
        "x_ticks": [(x(n), str(n)) for n in range(0, most + 1, step)],
        "y_ticks": [(y(k / 4), f"{25 * k} %") for k in range(5)],
        "lines": curves,
        "dots": [_dot(point, x(point.decided), y(point.share), words) for point in one.points],
        "caption": words(
            "statistics.funnel_caption",
            target=percent(one.target, total, words),
            outer=counts[1],
            inner=counts[0],
            groups=len(one.points),
            dispersion=number(one.dispersion, 1, words),
            p=p_text(one.p, words),
        ),
    }


def _dot(point: Point, x: float, y: float, words: Texts) -> dict[str, Any]:
    name = one_line(group_text(point.group, words))
    share, interval = percent(point.share, point.decided, words), span((point.low, point.high), point.decided, words)
    left = x > (_LEFT + _RIGHT) / 2
    return {
        "x": x,
        "y": y,
        "dx": -7 if left else 7,
        "anchor": "end" if left else "start",
        "outside": point.outside,
        "name": name,
        "share": share,
        "span": interval,
        "n": point.decided,
        "verdict": words(f"statistics.outside_{point.outside}"),
        "title": words("statistics.funnel_point", group=name, share=share, span=interval, n=point.decided),
    }


def _step(most: int) -> int:
    """A round number that divides an axis into about five."""
    step = 1
    while most / step > _TICKS:
        digit = int(str(step)[0])
        step = step // digit * {1: 2, 2: 5, 5: 10}[digit]
    return step

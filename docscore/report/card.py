"""Lines that show a model's card and the figures of an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docscore.report.lines import columns
from docscore.report.privacy import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MACHINE_PARTS = frozenset({"calibration", "grades", "features", "heads", "recipe"})
"""Parts of a card that say nothing to a reader."""

_FIGURES = ("n", "prevalence", "kappa", "kappa_interval", "recall", "recall_negative", "agreement_outside", "review")
"""The figures of a table that fit a screen; a table without any of them is shown whole."""


def card_lines(head: Mapping[str, str], card: Mapping[str, Any]) -> list[str]:
    """A model's card: single values first, then its tables of figures.

    Args:
        head: what to show before the card.
        card: ``card.json``.
    """
    rows = list(head.items())
    tables: list[tuple[str, Mapping[str, Mapping[str, object]]]] = []
    for name, value in card.items():
        if name in _MACHINE_PARTS:
            continue
        if isinstance(value, dict) and value and all(isinstance(part, dict) for part in value.values()):
            tables.append((name, value))
        elif isinstance(value, dict):
            rows += [(f"{name}.{key}", _figure(part)) for key, part in value.items()]
        else:
            rows.append((name, _figure(value)))
    width = max(len(name) for name, _ in rows)
    lines = [f"{one_line(name).ljust(width)}  {one_line(value)}" for name, value in rows]
    for name, table in tables:
        lines += ["", *_table([name], [([row], part) for row, part in table.items()])]
    return lines


def evaluation_lines(summary: Mapping[str, Any]) -> list[str]:
    """The figures of :func:`docscore.learn.evaluate.summarise`: per topic and kind, per writer, and means."""
    rows = [([row["topic"], row["kind"]], row) for row in summary["rows"]]
    lines = _table(["topic", "kind"], rows)
    for name in ("writers", "macro"):
        lines += ["", *columns([[name, "kappa" if name == "writers" else ""], *_pairs(summary[name])], right=[1])]
    return lines


def _table(names: list[str], rows: Sequence[tuple[list[str], Mapping[str, object]]]) -> list[str]:
    found = dict.fromkeys(key for _, part in rows for key in part)
    shown = [key for key in _FIGURES if key in found] or list(found)
    body = [[*labels, *(_figure(part.get(key)) for key in shown)] for labels, part in rows]
    return columns([[*names, *shown], *body], right=range(len(names), len(names) + len(shown)))


def _pairs(values: Mapping[str, object]) -> list[list[str]]:
    return [[key, _figure(value)] for key, value in values.items()]


def _figure(value: object) -> str:
    """A value for a reader."""
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list | tuple):
        return ", ".join(_figure(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_figure(part)}" for key, part in value.items())
    return "-" if value is None else str(value)

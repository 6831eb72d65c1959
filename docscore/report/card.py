"""Lines that show a model's card and the figures of an evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docscore.report.lines import columns, plain, wrapped
from docscore.report.privacy import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docscore.report.texts import Texts

_MACHINE_PARTS = frozenset({"grades", "features", "heads", "recipe", "decisions", "gate", "stack"})
"""Parts of a card that say nothing to a reader."""

_FIGURES = ("n", "prevalence", "kappa", "kappa_interval", "recall", "recall_negative", "agreement_outside", "review")
"""The figures of a card's table that fit a screen; a table without any of them is shown whole."""

_MEASURED = (
    *("n", "prevalence", "precision", "recall", "recall_negative", "kappa", "kappa_interval"),
    *("auroc", "ece", "evidence", "review", "agreement_outside"),
)
"""The figures of an evaluation that fit a screen of 120 columns."""


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
    held_out = {
        f"{decision} {kind}": limits["held_out"]
        for decision, parts in card.get("decisions", {}).items()
        for kind, limits in parts["kinds"].items()
        if "held_out" in limits
    }
    if held_out:
        tables.append(("held_out", held_out))
    width = max(len(name) for name, _ in rows)
    lines = [f"{one_line(name).ljust(width)}  {one_line(value)}" for name, value in rows]
    for name, table in tables:
        lines += ["", *_table([name], [([row], part) for row, part in table.items()])]
    return lines


def evaluation_lines(summary: Mapping[str, Any], texts: Texts) -> list[str]:
    """The figures of :func:`docscore.learn.evaluate.summarise`: by kind of document, means, and by writer."""
    from docscore.checkpoints.catalogue import load_catalogue

    catalogue = load_catalogue()
    tables: dict[str, list[list[str]]] = {}
    for row in summary["rows"]:
        outside = row["group"] in ("few", "apart")
        tables.setdefault(catalogue.kind_name(row["kind"], texts.language), []).append(
            _measured(row["topic"] + ("*" if outside else ""), row)
        )
    means = {name: summary[name] for name in ("macro", "pooled", "other")}
    tables[texts("evaluation.screen_mean")] = [
        _measured(texts(f"evaluation.screen_{name}", n=row.get("rows", "")), row)
        for name, row in means.items()
        if row.get("rows", row.get("n"))
    ]
    tables[texts("evaluation.writer")] = [_measured(row["writer"], row) for row in summary["by_writer"]]
    head = [texts(f"evaluation.{'interval' if name == 'kappa_interval' else name}") for name in _MEASURED]
    # One width for all tables, so that they can be read below each other.
    rows = [row for name, table in tables.items() for row in ([name, *head], *table)]
    flat = iter(columns(rows, right=range(1, len(head) + 1)))
    lines: list[str] = []
    for table in tables.values():
        lines += [*(next(flat) for _ in range(len(table) + 1)), ""]
    if "elements_f1" in summary["macro"]:
        lines.append(texts("evaluation.elements", value=_two(summary["macro"]["elements_f1"])))
    return lines + [plain(line) for line in wrapped(texts("evaluation.legend"), "")]


def _measured(label: str, row: Mapping[str, Any]) -> list[str]:
    found = [label]
    for name in _MEASURED:
        value = row.get(name)
        if name == "kappa_interval":
            found.append("–".join(f"{bound:.2f}" for bound in value) if value else "-")
        else:
            found.append(str(value) if isinstance(value, int) else _two(value))
    return found


def _two(value: float | None) -> str:
    if value is None:
        return "-"
    return ">0.99" if 0.995 <= value < 1 else f"{value:.2f}"  # full agreement is not claimed by rounding


def _table(names: list[str], rows: Sequence[tuple[list[str], Mapping[str, object]]]) -> list[str]:
    found = dict.fromkeys(key for _, part in rows for key in part)
    shown = [key for key in _FIGURES if key in found] or list(found)
    body = [[*labels, *(_figure(part.get(key)) for key in shown)] for labels, part in rows]
    return columns([[*names, *shown], *body], right=range(len(names), len(names) + len(shown)))


def _figure(value: object) -> str:
    """A value for a reader."""
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list | tuple):
        return ", ".join(_figure(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_figure(part)}" for key, part in value.items())
    return "-" if value is None else str(value)

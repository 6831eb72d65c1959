"""``docscore train --from`` and ``docscore model compare``: thin calls, and their output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from docscore.cli.files import shown, tell, write_json
from docscore.errors import ExitCode, OutputError
from docscore.report.lines import Line, columns, show, wrapped
from docscore.report.privacy import mask_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from docscore.learn.growth import Outcome
    from docscore.report.texts import Texts


def adapt(model: Path, data: Path, out: Path, *, seed: int | None, anyway: bool, texts: Texts) -> int:
    """Adapt a model to own cases, say whether that helps, and write it where it does."""
    from dataclasses import replace

    from docscore.learn import growth
    from docscore.learn.adapt import How

    if out.exists() and not out.is_dir():
        raise OutputError(texts("usage.unwritable", what=shown(out)))
    how = How() if seed is None else replace(How(), seed=seed)
    outcome = growth.measure(model, data, how, progress=tell)
    show(outcome_lines(outcome, texts), sys.stdout)
    if not (outcome.helps or anyway):
        show(wrapped(texts("adapt.no_help", option="--anyway"), "", tone="bad"), sys.stdout)
        return ExitCode.PROBLEMS
    growth.adapt(outcome, out, how)
    print(f"\n{texts('model.written', folder=shown(out))}")
    return ExitCode.OK


def outcome_lines(outcome: Outcome, texts: Texts) -> list[Line]:
    """What an adaptation is worth: before, after, difference, and the learning curve."""
    head = [texts(f"adapt.{name}") for name in ("n", "before", "after", "difference", "interval", "brier")]
    parts = [(texts("adapt.topics"), outcome.topics), (texts("adapt.other"), outcome.other)]
    table = [["", *head], *([name, *_changed(figures)] for name, figures in parts if figures["n"])]
    curve = [[texts("adapt.curve"), *head]]
    curve += [[str(size), *_changed(figures)] for size, figures in sorted(outcome.curve.items())]
    lines: list[Line] = wrapped(
        texts("adapt.what", cases=outcome.own.count, documents=len(outcome.own.items)), "", tone="title"
    )
    lines += [[("", "")], *_plain(columns(table, right=range(1, 7)))]
    lines += [[("", "")], *_plain(columns(curve, right=range(7))), [("", "")]]
    known = outcome.own.known_writers()
    if known:
        lines += wrapped(texts("adapt.known", writers=mask_name(", ".join(known))), "", tone="bad")
    low = (outcome.topics["interval"] or [None])[0]
    if outcome.helps:
        lines += wrapped(texts("adapt.helps" if low is not None and low > 0 else "adapt.helps_unsure"), "")
    return [*lines, *wrapped(texts("adapt.legend"), "", tone="dim")]


def _plain(rows: Sequence[str]) -> list[Line]:
    return [[(row, "")] for row in rows]


def _changed(figures: Mapping[str, Any]) -> list[str]:
    return [
        str(figures["n"]),
        _number(figures["before"]),
        _number(figures["after"]),
        _signed(figures["difference"]),
        _interval(figures["interval"]),
        f"{_number(figures['brier_before'], 3)} → {_number(figures['brier_after'], 3)}",
    ]


def compare(a: Path, b: Path, data: Path, *, json: Path | None, texts: Texts) -> int:
    """Compare two models on the same annotated cases."""
    from docscore.detect.topics import load_model
    from docscore.learn.compare import compare as compared

    summary = compared(load_model(a), load_model(b), data)
    write_json(json, {"a": shown(a), "b": shown(b), **summary}, texts)
    show(comparison_lines(summary, texts), sys.stdout)
    return ExitCode.OK


def comparison_lines(summary: Mapping[str, Any], texts: Texts) -> list[Line]:
    """The figures of both, their difference and its interval; then kappa by checkpoint."""
    from docscore.learn.compare import COMPARED

    lines: list[Line] = []
    head = ["A", "B", texts("compare.difference"), texts("compare.interval")]
    for name in ("topics", "other", "all"):
        part = summary[name]
        if not part["rows"]:
            continue
        rows = [[texts(f"compare.{name}"), *head]]
        rows += [[texts(f"compare.{figure}"), *_pair(part[figure])] for figure in COMPARED]
        flat = columns(rows, right=range(1, 5))
        lines += [[(flat[0], "title")], *_plain(flat[1:]), [("", "")]]
    rows = [[texts("compare.checkpoint"), texts("compare.n"), *head, texts("compare.changed")]]
    rows += [
        [one["checkpoint"], str(one["n"]), *_pair(one["kappa"]), "{}/{}".format(*one["changed"])]
        for one in summary["rows"]
    ]
    flat = columns(rows, right=range(1, 7))
    lines += [[(flat[0], "title")], *_plain(flat[1:]), [("", "")]]
    counted = texts("compare.counted", cases=summary["cases"], decisions=summary["decisions"], left=summary["left_out"])
    return [*lines, *wrapped(counted, ""), *wrapped(texts("compare.legend"), "", tone="dim")]


def _pair(figure: Mapping[str, Any]) -> Sequence[str]:
    return [_number(figure["a"]), _number(figure["b"]), _signed(figure["difference"]), _interval(figure["interval"])]


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.3f}"


def _interval(value: Sequence[float] | None) -> str:
    return "-" if value is None else f"{value[0]:+.3f} … {value[1]:+.3f}"

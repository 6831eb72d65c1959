"""The page of ``docscore evaluate --html``: figures, drawings, and the worst mistakes in context; nothing fetched."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import IO, TYPE_CHECKING, Any

from docscore.privacy.masking import Masks
from docscore.privacy.people import find_people
from docscore.report.privacy import mask_name, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docscore.learn.evaluate import Spans
    from docscore.learn.mistakes import Mistake
    from docscore.report.texts import Texts

SIDE = 300
"""Characters of context on either side of a marked sentence, at most; the sentence before and after, if they fit."""

LONGEST = 900
"""Characters of one marked sentence that are shown."""

CARRIERS = 4
"""Sentences of the machine's evidence whose surroundings are shown, the strongest first."""

_EMPTY_LINES = re.compile(r"\n(?: *\n)+")

_FINE = frozenset({"brier", "ece", "agreement_outside"})
"""Figures that are shown with three decimals."""


def write_page(
    stream: IO[str],
    summary: Mapping[str, Any],
    mistakes: Sequence[Mistake],
    texts: Texts,
    *,
    version: str,
    model: str | None,
) -> None:
    """Write the page.

    Args:
        stream: where to.
        summary: as :func:`docscore.learn.evaluate.summarise` returns it.
        mistakes: as :func:`docscore.learn.mistakes.in_context` returns them.
        texts: the language.
        version: of docscore.
        model: the model's name, None where writers were held out in turn.
    """
    from importlib.resources import files

    from jinja2 import Environment, StrictUndefined

    from docscore.learn.metrics import FIGURES

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    source = files("docscore.report") / "data" / "evaluering.html.j2"
    page = environment.from_string(source.read_text(encoding="utf-8"))
    stream.writelines(
        page.generate(
            t=texts,
            version=version,
            model=model and one_line(model),
            figures=FIGURES,
            counts={name: summary[name] for name in ("decisions", "documents", "cases")},
            writers=len(summary["by_writer"]),
            overall=_overall(summary, texts),
            kinds=_kinds(summary["rows"], texts),
            by_writer=[
                {"label": _name(row["writer"]), "n": row["n"], "cells": cells(row, texts)}
                for row in summary["by_writer"]
            ],
            dots=dot_plot(summary["by_writer"], texts),
            diagrams=[diagram(one, texts) for one in summary["reliability"] if one["n"]],
            mistakes=[_mistake(one, texts) for one in mistakes],
        )
    )


def _name(name: str) -> str:
    return one_line(mask_name(name))


def number(value: float | None, texts: Texts, digits: int = 2) -> str:
    """A figure for a reader; full agreement is not claimed by rounding.

    >>> from docscore.report.texts import load_texts
    >>> number(0.834, load_texts("da")), number(0.998, load_texts("en")), number(None, load_texts("da"))
    ('0,83', '>0.99', '–')
    """
    if value is None:
        return "–"
    if value < 1 <= float(f"{value:.{digits}f}"):
        return ">" + decimals(1 - 10**-digits, texts, digits)
    return decimals(value, texts, digits)


def decimals(value: float, texts: Texts, digits: int = 2) -> str:
    """A number as the language writes it.

    >>> from docscore.report.texts import load_texts
    >>> decimals(-0.5, load_texts("da")), decimals(0.999, load_texts("en"))
    ('−0,50', '1.00')
    """
    text = f"{value:.{digits}f}".replace("-", "\u2212")
    return text.replace(".", ",") if texts.language == "da" else text


def cells(row: Mapping[str, Any], texts: Texts) -> list[dict[str, str]]:
    """The figures of a row with their intervals, in the order of the table."""
    from docscore.learn.metrics import FIGURES

    found: list[dict[str, str]] = []
    for name in FIGURES:
        digits = 3 if name in _FINE else 2
        bounds = row.get(f"{name}_interval")
        between = "–".join(decimals(bound, texts, digits) for bound in bounds) if bounds else ""
        found.append({"value": number(row.get(name), texts, digits), "interval": between})
    return found


def _overall(summary: Mapping[str, Any], texts: Texts) -> list[dict[str, Any]]:
    found = []
    for name in ("macro", "pooled", "other"):
        row = summary[name]
        if row.get("rows", row.get("n")):
            label = texts(f"evaluation.{name}", n=row.get("rows", summary["macro"]["rows"]))
            found.append({"label": label, "n": row.get("n", ""), "cells": cells(row, texts)})
    return found


def _kinds(rows: Sequence[Mapping[str, Any]], texts: Texts) -> list[dict[str, Any]]:
    """The rows by kind of document, in the catalogue's order."""
    from docscore.checkpoints.catalogue import load_catalogue

    catalogue = load_catalogue()
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["kind"], []).append(
            {
                "label": catalogue[row["checkpoint"]].short(texts.language),
                "id": row["checkpoint"],
                "mean": texts(f"evaluation.group_{row['group']}"),
                "n": row["n"],
                "cells": cells(row, texts),
            }
        )
    order = [kind for kind in catalogue.kinds if str(kind) in found]
    return [{"name": catalogue.kind_name(kind, texts.language), "rows": found[str(kind)]} for kind in order]


def _topic(topic: str, texts: Texts) -> str:
    """A topic's name: that of its checkpoint in the indstilling, where all five are asked."""
    from docscore.checkpoints.catalogue import load_catalogue

    catalogue = load_catalogue()
    return catalogue[f"ind.{topic}"].short(texts.language)


# Drawings: the numbers of an SVG; the template holds its marks.


def dot_plot(rows: Sequence[Mapping[str, Any]], texts: Texts) -> dict[str, Any]:
    """Kappa of each writer with its interval, the best first."""
    left, width, step = 150, 420, 18
    known = [v for row in rows for v in (row["kappa"], *(row["kappa_interval"] or ())) if v is not None]
    low = min(0.0, math.floor(5 * min(known, default=0.0)) / 5)

    def x(value: float) -> float:
        return round(left + width * (value - low) / (1 - low), 1)

    order = sorted(rows, key=lambda row: (row["kappa"] is None, -(row["kappa"] or 0.0), row["writer"]))
    dots = []
    for place, row in enumerate(order):
        bounds = row["kappa_interval"]
        dots.append(
            {
                "label": _name(row["writer"]),
                "y": 14 + step * place,
                "x": None if row["kappa"] is None else x(row["kappa"]),
                "low": x(bounds[0]) if bounds else None,
                "high": x(bounds[1]) if bounds else None,
                "value": number(row["kappa"], texts),
            }
        )
    ticks = [k / 5 for k in range(round(low * 5), 6)]
    return {
        "dots": dots,
        "ticks": [{"x": x(value), "label": number(value, texts, 1)} for value in ticks],
        "left": left,
        "right": left + width,
        "bottom": 10 + step * len(dots),
        "height": 30 + step * len(dots),
        "width": left + width + 50,
    }


def diagram(one: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    """A reliability diagram: how often it is documented where the probability says so, and how many decisions."""
    left, top, side, bars = 34, 10, 180, 36
    most = max(part["n"] for part in one["bins"])
    base = top + side + 30 + bars
    points, columns, told = [], [], []
    for part in one["bins"]:
        begin, end = left + side * part["low"], left + side * part["high"]
        height = round(bars * part["n"] / most, 1) if most else 0.0
        columns.append(
            {
                "x": round(begin + 1, 1),
                "width": round(end - begin - 2, 1),
                "y": round(base - height, 1),
                "height": height,
                "middle": round((begin + end) / 2, 1),
                "n": part["n"],
            }
        )
        if part["n"]:
            points.append(
                {
                    "x": round(left + side * part["probability"], 1),
                    "y": round(top + side * (1 - part["documented"]), 1),
                    "r": round(2.5 + 4 * math.sqrt(part["n"] / most), 1),
                }
            )
            told.append(
                texts(
                    "evaluation.bin",
                    low=number(part["low"], texts, 1),
                    high=number(part["high"], texts, 1),
                    n=part["n"],
                    probability=number(part["probability"], texts),
                    documented=number(part["documented"], texts),
                )
            )
    return {
        "title": _topic(one["topic"], texts),
        "n": one["n"],
        "told": " ".join(told),
        "points": points,
        "line": " ".join(f"{p['x']},{p['y']}" for p in points),
        "bars": columns,
        "ticks": [
            {"x": round(left + side * k / 4, 1), "y": round(top + side * (1 - k / 4), 1), "label": label}
            for k in range(5)
            for label in [number(k / 4, texts, 2) if k % 2 == 0 else ""]
        ],
        "left": left,
        "top": top,
        "right": left + side,
        "bottom": top + side,
        "base": base,
        "width": left + side + 12,
        "height": base + 6,
    }


# Mistakes in context


def _mistake(one: Mistake, texts: Texts) -> dict[str, Any]:
    from docscore.checkpoints.catalogue import TOPICS, load_catalogue
    from docscore.learn.evaluate import checkpoint_of

    of, catalogue = one.decided, load_catalogue()
    return {
        "case": _name(of.case_id),
        "document": _name(of.document),
        "writer": _name(of.writer),
        "kind": catalogue.kind_name(of.kind, texts.language),
        "topic": checkpoint_of(of.head, of.kind).short(texts.language),
        "truth": texts(f"evaluation.{'yes' if of.truth else 'no'}"),
        "answer": texts(f"evaluation.{'yes' if of.answer else 'no'}"),
        "probability": number(of.probability, texts, 3),
        "review": of.review,
        # Only topics are given a difficulty.
        "difficulty": _difficulty(of.difficulty, texts) if of.head in TOPICS else "",
        "note": one_line(Masks(find_people([one.text])).text(one.note)),
        "excerpts": excerpts(one),
    }


def _difficulty(name: str, texts: Texts) -> str:
    key = f"evaluation.difficulty_{name}"
    return texts(key) if texts.has(key) else one_line(name)


def excerpts(one: Mistake) -> list[list[dict[str, str]]]:
    """The parts of a document around what the machine and the annotators underlined.

    Returns:
        For each part its pieces in order: ``text``, and ``marks``, the names of the marks that it carries
        (``machine``, ``annotated``, ``debated``).
    """
    text = Masks(find_people([one.text])).text(one.text)
    marks: tuple[tuple[str, Spans], ...] = (
        ("machine", one.decided.underlined),
        ("annotated", one.annotated),
        ("debated", one.debated),
    )
    wanted = sorted({*one.decided.underlined[:CARRIERS], *one.annotated, *one.debated})
    found: list[list[dict[str, str]]] = []
    for start, end in _merged([_window(text, one.sentences, span) for span in wanted], text):
        edges = {start, end, *(at for _, spans in marks for span in spans for at in span if start < at < end)}
        order = sorted(edges)
        pieces = []
        for a, b in pairwise(order):
            names = [name for name, spans in marks if any(s <= a and b <= e for s, e in spans)]
            pieces.append({"text": _clean(text[a:b]), "marks": " ".join(names)})
        found.append(
            [
                {"text": "… " if start > 0 else "", "marks": ""},
                *pieces,
                {"text": " …" if end < len(text) else "", "marks": ""},
            ]
        )
    return found


def _window(text: str, sentences: Spans, span: tuple[int, int]) -> tuple[int, int]:
    """What is shown around a span: the sentences next to it, not more than :data:`SIDE` on either side."""
    start, end = span[0], min(span[1], span[0] + LONGEST)
    before = [a for a, b in sentences if b <= start]
    after = [b for a, b in sentences if a >= end]
    begin = max(before[-1] if before else 0, start - SIDE)
    stop = min(after[0] if after else len(text), end + SIDE)
    while 0 < begin < start and not text[begin - 1].isspace():
        begin += 1
    while end < stop < len(text) and not text[stop].isspace():
        stop -= 1
    return begin, stop


def _merged(windows: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Windows in order, those that touch as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if found and (start <= found[-1][1] or not text[found[-1][1] : start].strip()):
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _clean(piece: str) -> str:
    """A piece without anything that a browser or terminal would obey; its line ends and the blanks at its ends stay."""
    lines = []
    for line in piece.split("\n"):
        inner = one_line(line)
        lead = " " if inner and line[:1].isspace() else ""
        tail = " " if line[-1:].isspace() else ""
        lines.append(f"{lead}{inner}{tail}")
    return _EMPTY_LINES.sub("\n", "\n".join(lines))

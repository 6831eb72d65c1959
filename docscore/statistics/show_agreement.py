"""Agreement as lines, tables and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docscore.checkpoints import load_catalogue
from docscore.report.lines import Line, columns, wrapped
from docscore.report.privacy import shorten
from docscore.statistics import agree
from docscore.statistics.decisions import STATUSES
from docscore.statistics.files import Sheet
from docscore.statistics.words import figure_label, kinds_note, number, percent, plain_lines, span

if TYPE_CHECKING:
    from docscore.report.texts import Texts
    from docscore.statistics.agree import Agreement
    from docscore.statistics.files import Cell

_DISCUSSED = 20

_AGREEMENT = (
    "figure",
    "label",
    "n",
    "both",
    "only_a",
    "only_b",
    "neither",
    "agreement",
    "agreement_low",
    "agreement_high",
    "kappa",
    "kappa_low",
    "kappa_high",
    "ac1",
    "ac1_low",
    "ac1_high",
)


def agreement_lines(found: Agreement, words: Texts) -> list[Line]:
    """The figures, and the first of the cases to discuss."""
    title = words("agreement.title", cases=found.cases, a=found.only_a, b=found.only_b)
    shown: list[Line] = [*wrapped(title, "", tone="title"), [("", "")]]
    names = ("figure", "n", "both", "only_a", "only_b", "neither", "agreement", "interval", "kappa", "interval", "ac1")
    head = [words(f"agreement.{name}") for name in names]
    body = [
        [
            shorten(_agreement_name(row.figure, words, narrow=True), 34),
            str(row.n),
            *map(str, row.confusion),
            percent(row.agreement, row.n, words),
            span(row.agreement_interval, row.n, words),
            _two(row.kappa, words),
            _bounds(row.kappa_interval, words),
            _two(row.ac1, words),
        ]
        for row in found.rows
    ]
    flat = columns([head, *body], right=range(1, len(head)))
    shown += [[(flat[0], "title")], *plain_lines(flat[1:]), [("", "")]]
    if found.disputes:
        shown.append([(words("agreement.discuss", n=len(found.disputes)), "title")])
        rows = [[one.case_id, one.checkpoint, f"A: {one.a}", f"B: {one.b}"] for one in found.disputes[:_DISCUSSED]]
        shown += plain_lines(columns(rows), "  ")
        if len(found.disputes) > _DISCUSSED:
            shown += wrapped(words("agreement.more", n=len(found.disputes) - _DISCUSSED), "  ", tone="dim")
    else:
        shown.append([(words("agreement.no_disputes"), "good")])
    return [*shown, [("", "")], *wrapped(f"{words('agreement.note')} {kinds_note(words)}", "", tone="dim")]


def _agreement_name(figure: str, words: Texts, *, narrow: bool = False) -> str:
    if figure == agree.POOLED:
        return words("agreement.pooled")
    return figure_label(figure, load_catalogue(), words, narrow=narrow)


def _two(value: float | None, words: Texts) -> str:
    return words("common.none") if value is None else number(value, 2, words)


def _bounds(value: tuple[float, float] | None, words: Texts) -> str:
    return words("common.none") if value is None else "-".join(number(bound, 2, words) for bound in value)


def agreement_sheets(found: Agreement, words: Texts) -> list[Sheet]:
    """The cases to discuss, and the figures."""
    discuss: list[list[Cell]] = [[one.case_id, one.checkpoint, one.a, one.b, one.probability] for one in found.disputes]
    head = [words(f"agreement.{name}") for name in ("case_id", "checkpoint", "a", "b", "probability")]
    return [
        Sheet(words("agreement.sheet_discuss"), head, discuss),
        Sheet(words("agreement.sheet"), _AGREEMENT, [_agreement_row(row, words) for row in found.rows]),
    ]


def _agreement_row(row: agree.Row, words: Texts) -> list[Cell]:
    return [
        row.figure,
        _agreement_name(row.figure, words),
        row.n,
        *row.confusion,
        row.agreement,
        *row.agreement_interval,
        row.kappa,
        *(row.kappa_interval or (None, None)),
        row.ac1,
        *(row.ac1_interval or (None, None)),
    ]


def agreement_record(found: Agreement, words: Texts) -> dict[str, Any]:
    """Figures, whole confusions and the cases to discuss as JSON."""
    return {
        "cases": found.cases,
        "only_a": found.only_a,
        "only_b": found.only_b,
        "statuses": list(STATUSES),
        "figures": [
            {
                **dict(zip(_AGREEMENT, _agreement_row(row, words), strict=True)),
                "confusion": [list(one) for one in row.statuses],
            }
            for row in found.rows
        ],
        "discuss": [
            {
                "case_id": one.case_id,
                "checkpoint": one.checkpoint,
                "a": one.a,
                "b": one.b,
                "probability": one.probability,
            }
            for one in found.disputes
        ],
    }

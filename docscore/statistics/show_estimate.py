"""Estimates as lines, a table and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docscore.checkpoints import load_catalogue
from docscore.report.lines import Line, columns, wrapped
from docscore.report.privacy import shorten
from docscore.statistics.files import Sheet
from docscore.statistics.intervals import FEWEST
from docscore.statistics.words import figure_label, kinds_note, number, percent, plain_lines, some, span

if TYPE_CHECKING:
    from docscore.report.texts import Texts
    from docscore.statistics.estimate import Estimates, Row
    from docscore.statistics.files import Cell

_LABEL = 34

_ESTIMATE = (
    "figure",
    "label",
    "share",
    "low",
    "high",
    "method",
    "documented_own",
    "decided_own",
    "cases_own",
    "cases_other",
    "sample_share",
    "sample_low",
    "sample_high",
    "machine_share",
    "machine_low",
    "machine_high",
    "machine_decided",
    "tuning",
    "standard_error",
    "effective_n",
    "gained",
    "helps",
    "compared",
    "only_machine",
    "only_own",
    "bias_p",
)


def estimate_lines(found: Estimates, words: Texts) -> list[Line]:
    """The estimates, and what to beware of."""
    shown: list[Line] = wrapped(words("estimate.title", cases=found.cases, labelled=found.labelled), "", tone="title")
    if found.strata:
        shown += wrapped(words("estimate.strata", names=", ".join(found.strata)), "")
    shown.append([("", "")])
    names = ("figure", "share", "interval", "sample", "sample_interval", "machine", "interval", "decided", "effective")
    head = [words(f"estimate.{name}") for name in names]
    body = [_estimate_cells(row, words) for row in found.rows]
    flat = columns([head, *body], right=range(1, 9))
    shown += [[(flat[0], "title")], *plain_lines(flat[1:]), [("", "")]]
    for warning in warnings(found, words):
        shown += wrapped(warning, "", tone="bad")
    return shown + wrapped(f"{words('estimate.method')} {kinds_note(words)}", "", tone="dim")


def _estimate_cells(row: Row, words: Texts) -> list[str]:
    one = row.estimate
    return [
        shorten(figure_label(row.figure, load_catalogue(), words, narrow=True), _LABEL),
        percent(one.share, one.decided, words),
        span(one.interval, one.decided, words),
        percent(one.sample_share, one.decided, words),
        span(one.sample_interval, one.decided, words),
        percent(row.machine.share, row.machine.cases, words),
        span(row.machine.exact, row.machine.cases, words),
        str(one.decided),
        number(one.effective, 0, words),
    ]


def _name(figure: str, words: Texts) -> str:
    return figure_label(figure, load_catalogue(), words)


def warnings(found: Estimates, words: Texts) -> list[str]:
    """What to beware of: strata without own decisions, an uneven sample, a machine that does not help."""
    said: list[str] = []
    if found.empty:
        names = some(["/".join(key) for key in found.empty])
        said.append(words("estimate.empty", n=len(found.empty), cases=sum(found.empty.values()), names=names))
    if found.strangers:
        said.append(words("estimate.strangers", n=len(found.strangers)))
    said += [words("estimate.uneven", names=name) for name in found.uneven]
    few = [row for row in found.rows if row.estimate.method == "sample" and _few(row)]
    useless = [row for row in found.rows if row not in few and not row.estimate.helps]
    biased = [row for row in found.rows if row.biased]
    if few:
        said.append(words("estimate.conservative", names=", ".join(_name(row.figure, words) for row in few)))
    if useless:
        said.append(words("estimate.useless", names=", ".join(_name(row.figure, words) for row in useless)))
    if biased:
        each = [
            words(
                "estimate.biased_one",
                label=_name(row.figure, words),
                machine=row.only_machine,
                own=row.only_own,
            )
            for row in biased
        ]
        said.append(words("estimate.biased", names=", ".join(each)))
    return said


def _few(row: Row) -> bool:
    return row.estimate.fewest < FEWEST


def estimate_sheet(found: Estimates, words: Texts) -> Sheet:
    """The estimates as a table."""
    return Sheet(words("estimate.sheet"), _ESTIMATE, [_estimate_row(row, words) for row in found.rows])


def _estimate_row(row: Row, words: Texts) -> list[Cell]:
    one = row.estimate
    return [
        row.figure,
        _name(row.figure, words),
        one.share,
        *one.interval,
        one.method,
        one.documented,
        one.decided,
        one.cases,
        one.others,
        one.sample_share,
        *one.sample_interval,
        row.machine.share,
        *row.machine.exact,
        row.machine.decided,
        one.tuning,
        one.error,
        one.effective,
        one.gained,
        one.helps,
        row.both,
        row.only_machine,
        row.only_own,
        row.bias,
    ]


def estimate_record(found: Estimates, words: Texts) -> dict[str, Any]:
    """The estimates as JSON."""
    return {
        "cases": found.cases,
        "labelled": found.labelled,
        "strata": list(found.strata),
        "level": 0.95,
        "warnings": warnings(found, words),
        "estimates": [dict(zip(_ESTIMATE, _estimate_row(row, words), strict=True)) for row in found.rows],
    }

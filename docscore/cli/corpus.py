"""``docscore annotations``: thin calls of :mod:`docscore.learn`, and their output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from docscore.cli.files import write_json
from docscore.errors import AnnotationError, ExitCode
from docscore.report.lines import Line, columns, show, wrapped
from docscore.report.privacy import mask, mask_name, one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from docscore.learn.faults import Finding
    from docscore.learn.validate import Report
    from docscore.report.texts import Texts

_SHOWN = 5
"""Findings of one sort that are printed; the file of ``--json`` holds them all."""

_SENTENCE = 200
"""Characters of a sentence that are printed."""

_PLACES = 3
"""Other places that a message names."""


def validate(annotations: Path, json: Path | None, texts: Texts) -> int:
    """``docscore annotations validate``: 1 where there are errors, 0 where there are warnings at most."""
    from docscore.learn.validate import validate as validate_corpus

    report = validate_corpus(annotations)
    write_json(json, validation_record(report, texts), texts)
    show(validation_lines(report, texts), sys.stdout)
    return ExitCode.PROBLEMS if report.of("error") else ExitCode.OK


def agreement(annotations: Path, json: Path | None, texts: Texts) -> int:
    """``docscore annotations agreement``: figures of agreement, by annotator, and where annotators disagree.

    Raises:
        AnnotationError: no document was labelled by two.
    """
    from docscore.learn.agreement import agreement as figures
    from docscore.learn.agreement import load_pairs
    from docscore.learn.disagreement import details

    pairs = load_pairs(annotations)
    if not pairs:
        raise AnnotationError(
            f"{annotations} har ingen dokumenter, som to har annoteret. Læg en labels-fil fra endnu en i sagens mappe."
        )
    summary = {**figures(pairs), **details(pairs)}
    write_json(json, summary, texts)
    show([*agreement_lines(summary, texts), *disagreement_lines(summary, annotations, texts)], sys.stdout)
    return ExitCode.OK


def validation_record(report: Report, texts: Texts) -> dict[str, object]:
    """A report as JSON: ``errors``, ``warnings``, ``findings`` with their messages, and ``counts``."""
    return {
        "errors": len(report.of("error")),
        "warnings": len(report.of("warning")),
        "findings": [
            {
                "severity": finding.severity,
                "group": finding.group,
                "code": finding.code,
                "file": mask_name(finding.file) or None,
                "line": finding.line,
                "places": [mask_name(place) for place in finding.places],
                "parts": dict(finding.parts),
                "message": _message(finding, texts, len(finding.places)),
            }
            for finding in report.findings
        ],
        "counts": dict(report.counts),
    }


def validation_lines(report: Report, texts: Texts) -> list[Line]:
    """A report for a reader: what there is, then the findings by group, errors first, then how many."""
    lines: list[Line] = [[(line, "")] for line in _counts(report.counts, texts)]
    sorts: dict[tuple[str, str], list[Finding]] = {}
    for finding in report.findings:
        sorts.setdefault((finding.group, finding.code), []).append(finding)
    group = ""
    for (name, code), found in sorted(sorts.items(), key=lambda item: _rank(item[1][0])):
        if name != group:
            lines += [[("", "")], [(texts(f"validate.group_{name}"), "title")]]
            group = name
        error = found[0].severity == "error"
        label = texts("validate.error" if error else "validate.warning")
        lines.append(
            [("  ", ""), (f"{label}, {texts(f'validate.title_{code}')}: {len(found)}", "bad" if error else "")]
        )
        for finding in found[:_SHOWN]:
            lines += wrapped(_message(finding, texts, _PLACES), "    ")
        if len(found) > _SHOWN:
            lines.append([("    ", ""), (texts("validate.more", n=len(found) - _SHOWN), "dim")])
    errors, warnings = len(report.of("error")), len(report.of("warning"))
    return [*lines, [("", "")], [(texts("validate.total", errors=errors, warnings=warnings), "title")]]


def _rank(finding: Finding) -> tuple[int, int, int]:
    """Groups in their order, in each the errors first."""
    from docscore.learn.faults import CODES, GROUPS

    return GROUPS.index(finding.group), finding.severity != "error", list(CODES).index(finding.code)


def _message(finding: Finding, texts: Texts, places: int) -> str:
    said = texts(f"validate.{finding.code}", **finding.parts)
    if finding.places:
        named, left = ", ".join(finding.places[:places]), len(finding.places) - places
        more = texts("validate.also_more", places=named, n=left) if left > 0 else texts("validate.also", places=named)
        said = f"{said} {more}"
    where = finding.file if finding.line is None else f"{finding.file}:{finding.line}"
    return one_line(mask_name(f"{where}: {said}" if where else said))


def _counts(counts: Mapping[str, Any], texts: Texts) -> list[str]:
    """The corpus in figures: documents and words by kind, documented decisions by topic, writers."""
    from docscore.checkpoints.catalogue import TOPICS
    from docscore.learn.validate import CORE

    hard = counts["difficulty"]
    total = max(1, counts["decisions"])
    lines = [
        texts(
            "validate.corpus",
            cases=counts["cases"],
            writers=len(counts["writers"]),
            documents=counts["documents"],
            words=counts["words"],
        ),
        texts(
            "validate.decisions",
            n=counts["decisions"],
            near_miss=round(100 * hard["near_miss"] / total),
            unexpected_positive=round(100 * hard["unexpected_positive"] / total),
        ),
        "",
    ]
    head = [texts(f"validate.{name}") for name in ("kind", "documents", "words", "shortest", "median", "longest")]
    kinds = [
        [kind, *(f"{of[name]:g}" for name in ("documents", "words", "shortest", "median", "longest"))]
        for kind, of in counts["kinds"].items()
    ]
    lines += [*columns([head, *kinds], right=range(1, 6)), ""]
    head = [texts("validate.documented"), *CORE, texts("validate.bank_yes"), texts("validate.bank_no")]
    topics = [
        [
            topic,
            *(_share(counts["prevalence"].get(topic, {}).get(kind)) for kind in CORE),
            *(str(counts["bank"].get(topic, {}).get(answer, 0)) for answer in ("documented", "not_documented")),
        ]
        for topic in TOPICS
    ]
    lines += [*columns([head, *topics], right=range(1, 6)), ""]
    said = ", ".join(f"{name} {of['cases']}" for name, of in counts["writers"].items())
    return [*lines, *("".join(part for part, _ in line) for line in wrapped(texts("validate.by", writers=said), ""))]


def _share(of: Mapping[str, Any] | None) -> str:
    return "-" if of is None else f"{100 * of['share']:.0f} %"


def agreement_lines(summary: Mapping[str, Any], texts: Texts) -> list[Line]:
    """The figures for a reader: a table for each kind of document, then the means."""
    from docscore.learn.agreement import by_pairs

    head = [
        texts(f"agreement.{name}")
        for name in (
            *("documents", "pairs", "agreement", "kappa", "interval", "ac1", "overlap", "span_f1"),
            *("writer_reader", "reader_reader"),
        )
    ]
    tables: dict[str, list[list[str]]] = {}
    for of in by_pairs(summary):
        one = of["all"]
        tables.setdefault(one["kind"], []).append(
            [
                one["head"],
                str(one["documents"]),
                str(one["pairs"]),
                *(_two(one[name]) for name in ("agreement", "kappa")),
                _interval(one["kappa_interval"]),
                *(_two(one[name]) for name in ("ac1", "overlap", "span_f1")),
                *(_two(of[who]["kappa"] if who in of else None) for who in ("writer_reader", "reader_reader")),
            ]
        )
    # One width for all tables, so that they can be read below each other.
    rows = [[kind, *head] for kind in tables]
    flat = columns([*rows, *(row for table in tables.values() for row in table)], right=range(1, 11))
    lines: list[Line] = []
    begin = len(tables)
    for number, table in enumerate(tables.values()):
        lines.append([(flat[number], "title")])
        lines += [[(line, "")] for line in flat[begin : begin + len(table)]]
        lines.append([("", "")])
        begin += len(table)
    for name in ("topics", "other"):
        lines += _means(summary["means"][name], texts(f"agreement.mean_{name}"), texts)
    for key in ("pooled", "legend"):
        lines += wrapped(texts(f"agreement.{key}"), "", tone="dim")
    return lines


def _means(means: Mapping[str, Mapping[str, Any]], title: str, texts: Texts) -> list[Line]:
    if not means["all"]["rows"]:
        return []
    figures = ("agreement", "kappa", "ac1", "overlap", "span_f1")
    rows = [[title, texts("agreement.pairs"), *(texts(f"agreement.{name}") for name in figures)]]
    rows += [
        [texts(f"agreement.who_{who}"), str(of["pairs"]), *(_two(of[name]) for name in figures)]
        for who, of in means.items()
        if of["rows"]
    ]
    lines: list[Line] = [[(line, "")] for line in columns(rows, right=range(1, 7))]
    return [*lines, [("", "")]]


def _two(value: float | None) -> str:
    if value is None:
        return "-"
    return ">0.99" if 0.995 <= value < 1 else f"{value:.2f}"  # full agreement is not claimed by rounding


def _interval(value: Sequence[float] | None) -> str:
    return "-" if value is None else "-".join(_two(bound) for bound in value)


def disagreement_lines(summary: Mapping[str, Any], annotations: Path, texts: Texts) -> list[Line]:
    """Alpha, each annotator beside the others, and the questions with the most disagreements with their sentences."""
    from docscore.learn.annotations import file_text

    lines: list[Line] = [[("", "")], *wrapped(texts("confused.alpha", alpha=_two(summary["alpha"]["all"])), "")]
    head = [
        texts("confused.annotator"),
        *(texts(f"agreement.{name}") for name in ("pairs", "agreement", "kappa", "ac1")),
    ]
    rows = [
        [mask_name(one["annotator"]), str(one["pairs"]), *(_two(one[name]) for name in ("agreement", "kappa", "ac1"))]
        for one in summary["annotators"]
    ]
    lines += [[("", "")], [(texts("confused.title"), "title")]]
    lines += [[(line, "")] for line in columns([head, *rows], right=range(1, 5))]
    lines += [[("", "")], [(texts("confused.most"), "title")]]
    if not summary["confused"]:
        lines += wrapped(texts("confused.none"), "")
    for one in summary["confused"]:
        said = {"head": one["head"], "kind": one["kind"], "n": one["disagreements"], "pairs": one["pairs"]}
        lines += wrapped(texts("confused.question", kappa=_two(one["kappa"]), **said), "")
        for example in one["examples"]:
            who = {name: mask_name(str(example[name])) for name in ("case", "document", "yes", "no")}
            lines += wrapped(texts("confused.example", **who), "  ")
            text = file_text(annotations / "cases" / example["case"] / example["document"])
            for start, end in example["spans"][:2]:
                lines += wrapped(f"»{shorten(mask(text[start:end]), _SENTENCE)}«", "    ", tone="quote")
            if example["instead"]:
                heads = ", ".join(example["instead"])
                lines += wrapped(texts("confused.instead", no=who["no"], heads=heads), "    ")
    return lines

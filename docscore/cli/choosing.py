"""``docscore annotations suggest`` and ``errors``: thin calls, and their output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from docscore.cli.files import shown, tell, write_csv, write_json
from docscore.errors import AnnotationError, ExitCode
from docscore.report.lines import Line, columns, show, wrapped
from docscore.report.privacy import mask, mask_name, one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from docscore.case import Problem
    from docscore.learn.label_errors import Suspect
    from docscore.report.texts import Texts

_SHOWN = 20
"""Suspects that are printed unless more are asked for."""

_SENTENCE = 160
"""Characters of a sentence that are printed."""


def suggest(
    source: Path,
    number: int,
    *,
    model: Path | None,
    other: Path | None,
    annotated: Path | None,
    share: float,
    seed: int,
    json: Path | None,
    csv: Path | None,
    texts: Texts,
) -> int:
    """Choose the cases to annotate next and say why."""
    from docscore.annotate import suggest as choosing
    from docscore.detect import model_file
    from docscore.detect.topics import default_model_folder, load_model
    from docscore.learn.annotations import case_folders

    mine = load_model(model)
    if other is not None:
        others = [mine, load_model(other)]
    else:
        loaded = model_file.load(model or default_model_folder())
        others = [] if loaded.card.get("backend", "linear") != "linear" else [*choosing.halves(loaded)]
    skip = [path.name for path in case_folders(annotated)] if annotated is not None else []
    known = choosing.annotated_words(annotated) if annotated is not None else []
    problems: list[Problem] = []
    cases = choosing.candidates(source, mine, others, problems, skip=skip)
    if not cases:
        raise AnnotationError(
            f"{shown(source)} har ingen nye sager med dokumenter, der kan annoteres. Angiv en mappe med flere sager."
        )
    chosen = choosing.choose(cases, number, share=share, seed=seed, known=known)
    record = choosing.record(chosen, len(cases), seed)
    write_json(json, record, texts)
    write_csv(csv, record["cases"], texts)
    show(_suggested(record, texts), sys.stdout)
    for problem in problems:
        print(one_line(mask_name(f"{problem.file}: {problem.reason}")), file=sys.stderr)
    return ExitCode.PROBLEMS if problems else ExitCode.OK


def _suggested(record: Mapping[str, Any], texts: Texts) -> list[Line]:
    head = [texts(f"suggest.{name}") for name in ("case", "why", "unsure", "disagree", "unlike", "kinds")]
    rows = [
        [
            mask_name(one["case_id"]),
            texts(f"suggest.{one['chosen']}"),
            f"{one['unsure']}/{one['decisions']}",
            str(one["disagree"]),
            f"{one['unlike']:.2f}",
            ", ".join(one["kinds"]),
        ]
        for one in record["cases"]
    ]
    lines: list[Line] = [[(line, "")] for line in columns([head, *rows], right=(2, 3, 4))]
    legend = texts(
        "suggest.legend",
        random=record["random"],
        candidates=record["candidates"],
        seed=record["seed"],
    )
    return [*lines, [("", "")], *wrapped(legend, "", tone="dim")]


def errors(
    annotations: Path, *, model: Path | None, number: int | None, json: Path | None, csv: Path | None, texts: Texts
) -> int:
    """List the labels that are probably wrong."""
    from docscore.learn import label_errors

    label_errors.require_cleanlab()
    if model is None:
        from docscore.cli.learning import processes

        decisions = label_errors.held_out_decisions(annotations, progress=tell, workers=processes())
    else:
        from docscore.detect.topics import load_model
        from docscore.learn.evaluate import with_model

        decisions = with_model(load_model(model), annotations)
    found = label_errors.suspects(decisions)
    records = label_errors.record(found)
    seen = label_errors.looked_at(decisions)
    write_json(json, {"labels": len(decisions), "looked_at": seen, "suspects": records}, texts)
    write_csv(csv, records, texts)
    sure = [one for one in found if one.sure]
    chosen = found[:number] if number is not None else sure[:_SHOWN]
    show(_suspects(chosen, label_errors.evidence_of(chosen, annotations), texts), sys.stdout)
    total = texts("suspects.total", sure=len(sure), more=len(found) - len(sure), labels=seen)
    lines = wrapped(total, "", tone="title")
    if seen < len(decisions):
        lines += wrapped(texts("suspects.few", n=len(decisions) - seen, fewest=label_errors.FEWEST), "")
    show([*lines, *wrapped(texts("suspects.legend"), "", tone="dim")], sys.stdout)
    return ExitCode.OK


def _suspects(chosen: Sequence[Suspect], beside: Sequence[tuple[str, Any]], texts: Texts) -> list[Line]:
    lines: list[Line] = []
    for one, (text, evidence) in zip(chosen, beside, strict=True):
        decided = one.decided
        place = one_line(mask_name(f"{decided.case_id}/{decided.document}"))
        answer = texts("suspects.yes" if decided.truth else "suspects.no")
        lines.append([(f"{place}  {decided.head}: ", "title"), (answer, "")])
        lines += wrapped(texts("suspects.machine", share=round(100 * one.confidence)), "  ")
        spans = evidence if decided.truth else decided.underlined
        key = "suspects.annotated" if decided.truth else "suspects.underlined"
        for start, end in spans[:2]:
            lines += wrapped(f"{texts(key)}: »{shorten(mask(text[start:end]), _SENTENCE)}«", "  ", tone="quote")
        lines.append([("", "")])
    return lines

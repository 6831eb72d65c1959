"""``docscore statistics``, ``sample``, ``estimate`` and ``agreement``: thin calls of :mod:`docscore.statistics`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docscore.cli.files import shown
from docscore.errors import DocscoreError, ExitCode
from docscore.report.lines import show
from docscore.report.privacy import mask_name, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docscore.report.texts import Texts
    from docscore.statistics.decisions import Decisions
    from docscore.statistics.files import Sheet


def statistics(
    source: Path,
    *,
    by: Sequence[str],
    cases: Path | None,
    checkpoints: Sequence[str],
    layout: str | None,
    correction: str,
    files: dict[str, Path | None],
    texts: Texts,
) -> int:
    """Shares per checkpoint, or the published table; printed, and written where that is asked for.

    Args:
        source: a run.
        by: columns to group by.
        cases: a table with columns of cases.
        checkpoints: only these.
        layout: ``fokusrevision`` for the published table.
        correction: ``holm`` or ``bh``.
        files: what to write, by ``json``, ``csv``, ``xlsx`` and ``html``.
        texts: the language.

    Raises:
        DocscoreError: wrong use, or the decisions cannot be read.
    """
    from docscore.statistics.compare import CORRECTIONS
    from docscore.statistics.files import check_place

    command = "docscore statistics"
    if layout not in {None, "fokusrevision"}:
        raise DocscoreError(texts("usage.wrong_value", what="--as", command=command))
    if correction not in CORRECTIONS:
        raise DocscoreError(texts("usage.wrong_value", what="--correction", command=command))
    _check_checkpoints(checkpoints)
    for path in files.values():
        check_place(path, texts)
    from docscore.statistics import load_decisions

    decisions = load_decisions(source)
    if layout is not None:
        return _report(decisions, cases, files, texts)
    import docscore
    from docscore.statistics import show_shares
    from docscore.statistics.cases import columns_of
    from docscore.statistics.page import statistics_page
    from docscore.statistics.shares import summarise
    from docscore.statistics.words import load_words

    words = load_words(texts.language)
    groups = columns_of(decisions, tuple(dict.fromkeys(by)), cases) if by else {}
    found = summarise(
        decisions,
        groups,
        checkpoints=checkpoints,
        correction="bh" if correction == "bh" else "holm",
    )
    show(show_shares.lines(found, words), sys.stdout)
    _write_tables(files, show_shares.record(found, words), show_shares.sheets(found, words), texts)
    _write_page(files, lambda: statistics_page(found, words, docscore.__version__), texts)
    return ExitCode.OK


def _report(decisions: Decisions, cases: Path | None, files: dict[str, Path | None], texts: Texts) -> int:
    import docscore
    from docscore.errors import InputError
    from docscore.statistics import show_report
    from docscore.statistics.cases import columns_of
    from docscore.statistics.fokusrevision import report_table
    from docscore.statistics.page import report_page
    from docscore.statistics.words import load_words

    words = load_words(texts.language)
    try:
        status = columns_of(decisions, ("status",), cases)["status"]
    except InputError:
        if cases is not None:
            raise
        status = []
    known = any(status)
    figures = report_table(decisions, status if known else None, texts.language)
    n = len(decisions.cases)
    show(show_report.lines(figures, n, words, with_status=known), sys.stdout)
    _write_tables(files, show_report.record(figures, n), [show_report.sheet(figures, words)], texts)
    _write_page(files, lambda: report_page(figures, n, words, docscore.__version__), texts)
    return ExitCode.OK


def _check_checkpoints(wanted: Sequence[str]) -> None:
    from docscore.checkpoints import load_catalogue

    for name in wanted:
        if name not in load_catalogue():
            raise DocscoreError(
                f"Kontrolpunktet {one_line(mask_name(name))} findes ikke. Brug kontrolpunkternes id, "
                "f.eks. ind.progression."
            )


def _write_tables(files: dict[str, Path | None], record: dict[str, Any], sheets: Sequence[Sheet], texts: Texts) -> None:
    from docscore.statistics.files import write_csv, write_json, write_xlsx

    if (path := files.get("json")) is not None:
        write_json(path, record, texts)
    if (path := files.get("csv")) is not None:
        write_csv(path, sheets[0], texts)
    if (path := files.get("xlsx")) is not None:
        write_xlsx(path, sheets, texts)


def _write_page(files: dict[str, Path | None], page: Any, texts: Texts) -> None:
    from docscore.statistics.files import write_whole

    if (path := files.get("html")) is not None:
        write_whole(path, page().encode("utf-8", "replace"), texts)


def sample(
    population: Path,
    *,
    record: Path | None,
    again: Path | None,
    strata: Path | None,
    seed: str | None,
    replacements: int,
    unusable: Path | None,
    columns: Sequence[str],
    files: dict[str, Path | None],
    texts: Texts,
) -> int:
    """Draw a sample and write its record, or draw a recorded one again and compare.

    Returns:
        1 where a stratum has too few cases, or the sample drawn again is another; 0 otherwise.

    Raises:
        DocscoreError: wrong use, or a file cannot be read.
    """
    import secrets

    import docscore
    from docscore.readers import load_columns
    from docscore.statistics import protocol, sampling, show_sample
    from docscore.statistics.files import check_place, write_json
    from docscore.statistics.words import load_words

    command = "docscore sample"
    if (record is None) == (again is None):
        raise DocscoreError(texts("usage.missing", what="--record", command=command))
    for path in (record, *files.values()):
        check_place(path, texts)
    words = load_words(texts.language)
    mapping = load_columns(columns)
    if again is not None:
        for name, value in (("--strata", strata), ("--seed", seed), ("--unusable", unusable)):
            if value is not None:
                raise DocscoreError(texts("usage.wrong_value", what=name, command=command))
        recorded = protocol.load_record(again)
        wanted = sampling.strata_of(recorded["strata"], shown(again))
        people = sampling.load_population(population, wanted.columns, mapping)
        drawn, verdict = protocol.draw_again(people, recorded, shown(again))
        show(show_sample.again_lines(verdict, drawn, words), sys.stdout)
        _write_tables(files, {}, [show_sample.sample_sheet(drawn, words)], texts)
        return ExitCode.OK if verdict.same else ExitCode.PROBLEMS
    assert record is not None
    wanted = sampling.load_strata(strata)
    people = sampling.load_population(population, wanted.columns, mapping)
    bad = sampling.load_unusable(unusable, mapping) if unusable is not None else {}
    drawn = sampling.draw(people, wanted, seed if seed is not None else str(secrets.randbits(32)), bad, replacements)
    show(show_sample.sample_lines(drawn, people, words), sys.stdout)
    write_json(record, protocol.record(drawn, people, wanted, replacements, docscore.__version__), texts)
    _write_tables(files, {}, [show_sample.sample_sheet(drawn, words)], texts)
    print(words("sample.record", file=shown(record)))
    return ExitCode.PROBLEMS if drawn.short else ExitCode.OK


def estimate(
    source: Path,
    own: Path,
    *,
    strata: Sequence[str],
    record: Path | None,
    cases: Path | None,
    files: dict[str, Path | None],
    texts: Texts,
) -> int:
    """Shares of all cases from the machine's decisions and an auditor's own for a sample.

    Raises:
        DocscoreError: wrong use, or a file cannot be read.
    """
    from docscore.errors import InputError
    from docscore.statistics import estimate as estimating
    from docscore.statistics import load_decisions, protocol, sampling, show_estimate
    from docscore.statistics.answers import Answers, load_answers
    from docscore.statistics.cases import columns_of
    from docscore.statistics.files import check_place
    from docscore.statistics.words import load_words

    for path in files.values():
        check_place(path, texts)
    words = load_words(texts.language)
    decisions = load_decisions(source, probabilities=True)
    machine = Answers(decisions.source, decisions.cases, decisions.statuses(), decisions.probability)
    names = list(strata)
    if record is not None and not names:
        recorded = protocol.load_record(record)
        names = list(sampling.strata_of(recorded["strata"], shown(record)).columns)
    columns = columns_of(decisions, tuple(dict.fromkeys(names)), cases) if names else {}
    watched: dict[str, list[str]] = {}
    for name in ("kommune", "status"):
        try:
            watched |= columns_of(decisions, (name,), cases) if name not in columns else {}
        except InputError:
            continue
    found = estimating.estimates(machine, load_answers(own), columns, watched)
    show(show_estimate.estimate_lines(found, words), sys.stdout)
    _write_tables(
        files, show_estimate.estimate_record(found, words), [show_estimate.estimate_sheet(found, words)], texts
    )
    return ExitCode.OK


def agreement(a: Path, b: Path, *, files: dict[str, Path | None], texts: Texts) -> int:
    """How far two sources agree, and which cases to discuss.

    Raises:
        DocscoreError: a file cannot be read, or they have no case in common.
    """
    from docscore.statistics import agree, show_agreement
    from docscore.statistics.answers import load_answers
    from docscore.statistics.files import check_place
    from docscore.statistics.words import load_words

    for path in files.values():
        check_place(path, texts)
    words = load_words(texts.language)
    found = agree.agreement(load_answers(a), load_answers(b))
    show(show_agreement.agreement_lines(found, words), sys.stdout)
    _write_tables(
        files, show_agreement.agreement_record(found, words), show_agreement.agreement_sheets(found, words), texts
    )
    return ExitCode.OK

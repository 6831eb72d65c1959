"""The Python interface: read a case, score it, or score many.

>>> import docscore
>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     text = "Rehabiliteringsteamets indstilling\\n\\nBorger har behov for pauser og kan ikke løfte tungt."
...     _ = Path(folder, "indstilling.txt").write_text(text, encoding="utf-8")
...     case = docscore.read_case(folder)
>>> [str(document.kind) for document in case.documents]
['indstilling']
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docscore.batch.corridor import CaseResult, CorridorFactory, Model, corridor_of, load_model
from docscore.case import Problem
from docscore.privacy.quiet import stay_offline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas
    from spacy.language import Language

    from docscore.case import Case, Kind

_COLUMNS = (
    *("checkpoint", "kind", "document_id", "status", "value", "probability", "grade", "review"),
    *("evidence", "method", "reason"),
)

# Before any library is imported that would ask a network.
stay_offline(force=False)

__all__ = ["CaseResult", "Model", "frame", "load", "load_model", "read_case", "score", "score_cases"]


def load(kind: Kind | str | None = None, topics: bool = True) -> Language:
    """The Danish pipeline as a spaCy ``Language``, to build on.

    Args:
        kind: the kind of the documents it will read, where known: it decides whose text a document is.
        topics: whether to add the component that finds the five topics with the bundled model.

    Returns:
        ``spacy.blank("da")`` with docscore's tokenizer, reader and topics; see :mod:`docscore.language.pipeline`.
    """
    from docscore.language.pipeline import load as load_pipeline

    return load_pipeline(kind, topics)


def read_case(path: str | Path) -> Case:
    """Read one case and recognise the kind and date of each document.

    Args:
        path: a case folder, a ZIP or export with one case, or a single document.

    Returns:
        The case; what could not be read stands in ``problems``.

    Raises:
        InputError: there is no case, more than one, or nothing in it that can be read.
    """
    from docscore.readers import read_case as read
    from docscore.recognise import recognise

    return recognise(read(path))


def score(case: Case, model: Model | str | Path | None = None) -> CaseResult:
    """Decide every checkpoint of the codebook for one case, and score it.

    Args:
        case: from :func:`read_case`, or built by hand; documents without a kind are recognised.
        model: a model, its folder, or None for the bundled one.

    Returns:
        The case, one decision per checkpoint in the catalogue's order, warnings and the score. Texts are as
        in the documents: persons are masked only in what docscore writes and prints.

    Raises:
        ModelError: the model cannot be loaded.
    """
    if model is None or isinstance(model, str | Path):
        return CorridorFactory(None if model is None else Path(model))().score(case)
    return corridor_of(model).score(case)


def score_cases(
    path: str | Path,
    *,
    model: Model | str | Path | None = None,
    cases: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
) -> Iterator[CaseResult | Problem]:
    """Score the cases of an input one after the other, in its order; nothing is kept.

    Args:
        path: a case folder, a folder of case folders, a flat export, a ZIP of either, or a document.
        model: a model, its folder, or None for the bundled one.
        cases: a table with the fields of ``sag.json``, one row per case.
        columns: own column names → the contract's.

    Returns:
        Results, and a problem for what could not be read or scored. The problems of one case stand in
        ``result.case.problems``.

    Raises:
        DocscoreError: at the call, when the input or the model as a whole cannot be used.
    """
    from docscore.batch.worker import results_of
    from docscore.readers import iter_sources

    if model is None or isinstance(model, str | Path):
        corridor = CorridorFactory(None if model is None else Path(model))()
    else:
        corridor = corridor_of(model)
    sources = iter_sources(path, cases=cases, columns=columns)
    return (
        item
        for source in sources
        for item in ([source] if isinstance(source, Problem) else results_of(source, corridor))
    )


def frame(results: Iterable[CaseResult | Problem], *, masking: bool = True) -> pandas.DataFrame:
    """The decisions of scored cases as a pandas table, for an analyst's own questions.

    Args:
        results: from :func:`score_cases` (problems are passed over), or a list of :func:`score`'s results.
        masking: False to leave texts and ids as they are.

    Returns:
        One row per case and checkpoint: ``case_id``, ``kommune``, ``case_status``, ``checkpoint``, ``kind``,
        ``document_id``, ``status``, ``value``, ``probability``, ``grade``, ``review``, ``evidence`` (the quotations),
        ``method``, ``reason``; persons are masked as in ``decisions.jsonl``.
    """
    import pandas

    from docscore.report.records import case_record

    rows: list[dict[str, object]] = []
    for result in results:
        if isinstance(result, Problem):
            continue
        record = case_record(result, masking=masking)
        case = {"kommune": record.case["kommune"], "case_status": record.case["status"]}
        for line in record.decisions:
            quotes = [quote["text"] for quote in line["evidence"]]
            rows.append(
                {"case_id": line["case_id"], **case, **{name: line[name] for name in _COLUMNS}, "evidence": quotes}
            )
    names = ("case_id", "kommune", "case_status", *_COLUMNS)
    return pandas.DataFrame(rows, columns=list(names))

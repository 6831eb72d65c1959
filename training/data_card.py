"""Refresh the figures in ``annotations/README.md``: what the corpus holds, and how far its annotators agree.

Run from the repository's root: ``python -m training.data_card``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docscore.checkpoints.catalogue import TOPICS
from docscore.errors import AnnotationError
from docscore.learn.agreement import PAIRS, agreement, by_pairs, load_pairs
from docscore.learn.annotations import load_documents, load_sentences
from docscore.learn.validate import CORE, corpus_counts

ANNOTATIONS = Path("annotations")

_WHO = {"all": "all pairs", "writer_reader": "writer and reader", "reader_reader": "two readers"}


def data_markdown(counts: Mapping[str, Any]) -> str:
    """What the corpus holds.

    Args:
        counts: as :func:`docscore.learn.validate.corpus_counts` returns them.
    """
    hard, total = counts["difficulty"], max(1, counts["decisions"])
    kinds = ", ".join(f"{of['documents']} `{kind}`" for kind, of in counts["kinds"].items())
    shares = [f"{100 * hard[name] / total:.0f} %" for name in ("plain", "near_miss", "unexpected_positive")]
    lines = [
        f"{counts['cases']} cases by {len(counts['writers'])} writers: {counts['documents']} documents ({kinds}), "
        f"{counts['words']:,} words. {counts['decisions']:,} decisions on the five topics, of which {shares[0]} plain, "
        f"{shares[1]} near-misses and {shares[2]} unexpected positives.",
        "",
        "Documented, of all documents of the kind, and the sentence bank:",
        "",
        f"| topic | {' | '.join(CORE)} | bank: documented | bank: near-misses |",
        "|---|" + "--:|" * (len(CORE) + 2),
    ]
    for topic in sorted(TOPICS):
        of = counts["prevalence"].get(topic, {})
        bank = counts["bank"].get(topic, {"documented": 0, "not_documented": 0})
        shown = [_percent(of[kind]["share"]) if kind in of else "–" for kind in CORE]
        lines.append(f"| {topic} | {' | '.join(shown)} | {bank['documented']} | {bank['not_documented']} |")
    rest = [
        (head, kind, of)
        for head, by_kind in counts["prevalence"].items()
        for kind, of in by_kind.items()
        if head not in TOPICS or kind not in CORE
    ]
    if rest:
        lines += ["", "The other text checkpoints:", "", "| checkpoint | kind | documents | documented |"]
        lines.append("|---|---|--:|--:|")
        lines += [f"| {head} | {kind} | {of['n']} | {_percent(of['share'])} |" for head, kind, of in rest]
    return "\n".join(lines)


def agreement_markdown(summary: Mapping[str, Any]) -> str:
    """How far the annotators agree.

    Args:
        summary: as :func:`docscore.learn.agreement.agreement` returns it.
    """
    if not summary["rows"]:
        return "No document has been annotated by two yet, so no agreement can be given."
    lines = [
        f"{summary['documents']} documents were labelled by two or more. Every pair of annotators of a document is "
        "one observation; because annotators vary, every pair is counted in both orders, so that the marginals of "
        "Cohen's kappa are symmetrical (raw agreement and Gwet's AC1 are the same either way). Intervals are 95 %, "
        "resampled by case. Evidence is compared where both say documented: the share of pairs with a sentence in "
        "common, and the mean F1 of the underlined characters. A writer labelled their own documents; readers are the "
        "others. The figures come from the raw labels, which are all kept, before anything was adjudicated.",
        "",
        "Means, every checkpoint and kind of the same weight:",
        "",
        "| | pairs of | pairs | agreement | kappa | AC1 | evidence: a sentence in common | evidence: F1 |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, title in (("topics", "the five topics in the three core kinds"), ("other", "the other text checkpoints")):
        for who in PAIRS:
            of = summary["means"][name][who]
            if of["rows"]:
                figures = [_two(of[key]) for key in ("agreement", "kappa", "ac1", "overlap", "span_f1")]
                lines.append(f"| {title} | {_WHO[who]} | {of['pairs']} | {' | '.join(figures)} |")
    lines += [
        "",
        "| checkpoint | kind | documents | pairs | agreement | kappa | 95 % | AC1 | a sentence in common | F1 "
        "| kappa: writer and reader | kappa: two readers |",
        "|---|---|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|",
    ]
    for parts in by_pairs(summary):
        one = parts["all"]
        interval = one["kappa_interval"]
        cells = [
            one["head"],
            one["kind"],
            str(one["documents"]),
            str(one["pairs"]),
            _two(one["agreement"]),
            _two(one["kappa"]),
            "–" if interval is None else "–".join(_two(bound) for bound in interval),
            *(_two(one[key]) for key in ("ac1", "overlap", "span_f1")),
            *(_two(parts[who]["kappa"] if who in parts else None) for who in PAIRS[1:]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def with_block(page: str, name: str, block: str) -> str:
    """The page with what stands between ``<!-- name -->`` and ``<!-- /name -->`` replaced.

    Raises:
        AnnotationError: the page lacks the two marks.
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise AnnotationError(f"README.md mangler mærkerne {begin} og {end}. Sæt dem ind, hvor tallene skal stå.")
    return f"{before}{begin}\n{block}\n{end}{after}"


def refreshed(page: str, annotations: Path) -> str:
    """The data card with the figures of a corpus.

    Args:
        page: the card as it is.
        annotations: the corpus.
    """
    counts = corpus_counts(load_documents(annotations), load_sentences(annotations))
    page = with_block(page, "data", data_markdown(counts))
    return with_block(page, "agreement", agreement_markdown(agreement(load_pairs(annotations))))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _two(value: float | None) -> str:
    if value is None:
        return "–"
    # Full agreement is not claimed by rounding.
    return "> 0.99" if 0.995 <= value < 1 else f"{value:.2f}"


def main() -> None:
    """Refresh the card in place."""
    path = ANNOTATIONS / "README.md"
    old = path.read_text("utf-8")
    new = refreshed(old, ANNOTATIONS)
    if new != old:
        path.write_bytes(new.encode("utf-8"))
    print(f"{path}: {'refreshed' if new != old else 'up to date'}", file=sys.stderr)


if __name__ == "__main__":
    main()

"""Which cases to annotate next.

A share is drawn at random and marked so: only over these are figures unbiased. The others are the cases that teach
most, taken one after the other: where the model is unsure, where its two halves (the linear heads and the network) or
another model disagree with it, and where the text is unlike what is annotated or chosen already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from docscore.annotate.questions import questions
from docscore.annotate.tasks import RANDOM, file_name, of_corpus
from docscore.case import Document, Kind, Problem
from docscore.checkpoints.catalogue import TOPICS
from docscore.detect.features import featurise, scores
from docscore.detect.topics import TopicModel

if TYPE_CHECKING:
    from docscore.case import Case
    from docscore.detect.model_file import ModelFiles
    from docscore.language.reading import Reading

Floats = NDArray[np.float64]

UNSURE, DISAGREE, UNLIKE = "usikker", "uenige", "anderledes"
"""Why a case was chosen that was not drawn at random; the reason that counted most."""

REASONS = (RANDOM, UNSURE, DISAGREE, UNLIKE)

_BUCKETS = 4096


@dataclass(frozen=True, slots=True)
class Seen:
    """An unannotated case as the choice sees it.

    Attributes:
        case_id: the case.
        writer: municipality or other group, empty where unknown.
        kinds: of its documents that something is asked of.
        decisions: how many the model made.
        unsure: how many lie in the review band.
        doubt: mean of ``1 - |2p - 1|`` over the decisions: 0 certain, 1 a toss-up.
        disagree: how many two readings of the case answer differently.
        words: its words and word pairs in hashed buckets, of length one.
    """

    case_id: str
    writer: str
    kinds: tuple[Kind, ...]
    decisions: int
    unsure: int
    doubt: float
    disagree: int
    words: Floats = field(repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """A chosen case: ``chosen`` is one of :data:`REASONS`; ``unlike`` its distance to what was there before, 0 to 1."""

    seen: Seen
    chosen: str
    unlike: float


class _Half(TopicModel):
    """The model with one of its two readings alone; what only the linear heads decide is theirs in both."""

    def __init__(self, loaded: ModelFiles, network: bool) -> None:
        super().__init__(loaded)
        self._network_alone = network
        self._tables: dict[tuple[str, ...], tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

    def sentence_logits(self, reading: Reading, columns: tuple[str, ...]) -> NDArray[np.floating]:
        loaded, topics = self._loaded, [place for place, head in enumerate(columns) if head in TOPICS]
        if columns not in self._tables:
            chosen = [self.heads.index(head) for head in columns]
            self._tables[columns] = loaded.table(chosen), loaded.bias[chosen]
        found = featurise(reading, self._families)
        logits = scores(found, *self._tables[columns])
        if self._network_alone and topics and len(logits):
            logits[:, topics] = loaded.network.logits(found)
        return logits


def halves(loaded: ModelFiles) -> tuple[TopicModel, TopicModel]:
    """The two readings of a linear model as models of their own, with its calibration."""
    return _Half(loaded, False), _Half(loaded, True)


def look(case: Case, model: TopicModel, others: Sequence[TopicModel]) -> Seen | None:
    """What the choice needs to know of a case; None where nothing is asked of its documents.

    Args:
        case: with recognised kinds.
        model: the model in use.
        others: readings to compare: a decision that two of them answer differently is a disagreement.
    """
    documents = [d for d in case.documents if d.kind and d.duplicate_of is None and questions(d.kind)]
    if not documents:
        return None
    decisions = unsure = disagree = 0
    doubt = 0.0
    words = np.zeros(_BUCKETS)
    for document in documents:
        assert document.kind is not None
        analysis = model.analyse(document)
        analyses = [(other, other.analyse(document)) for other in others]
        for question in questions(document.kind):
            if not model.decides(question.head):
                continue
            finding = model.find(analysis, question.head)
            decisions += 1
            unsure += finding.review
            doubt += 1 - abs(2 * (finding.probability or 0.0) - 1)
            said = {
                other.find(part, question.head).documented for other, part in analyses if other.decides(question.head)
            }
            disagree += len(said) > 1
        words += _words(document)
    writer = case.facts.kommune or ""
    kinds = tuple(dict.fromkeys(d.kind for d in documents if d.kind))
    mean = doubt / decisions if decisions else 0.0
    return Seen(case.case_id, writer, kinds, decisions, unsure, mean, disagree, _unit(words))


def _words(document: Document) -> Floats:
    """Counts of words and word pairs of a document in buckets, dampened."""
    from zlib import crc32

    from docscore.language.tokens import words

    found = words(document.body)
    grams = [*found, *(f"{a} {b}" for a, b in pairwise(found))]
    buckets = np.array([crc32(gram.encode()) % _BUCKETS for gram in grams], dtype=np.intp)
    counted: Floats = np.log1p(np.bincount(buckets, minlength=_BUCKETS))
    return counted


def _unit(vector: Floats) -> Floats:
    size = float(np.linalg.norm(vector))
    return vector / size if size else vector


def annotated_words(corpus: Path) -> list[Floats]:
    """The words of the cases that are annotated already, one vector a case."""
    by_case: dict[str, Floats] = {}
    for task in of_corpus(corpus):
        words = _words(Document(task.document, task.text, task.kind))
        by_case[task.case_id] = by_case.get(task.case_id, np.zeros(_BUCKETS)) + words
    return [_unit(words) for words in by_case.values()]


def choose(
    cases: Sequence[Seen], number: int, *, share: float = 0.2, seed: int = 0, known: Sequence[Floats] = ()
) -> list[Choice]:
    """Choose cases.

    Args:
        cases: all candidates.
        number: how many to choose.
        share: of these, drawn at random from all candidates; rounded up where it is not 0.
        seed: the same candidates and seed give the same choice.
        known: the words of cases that are annotated already (:func:`annotated_words`).

    Returns:
        The random ones first, in the order drawn, then the others, the most telling first.
    """
    number = min(number, len(cases))
    if not number:
        return []
    by_name = sorted(range(len(cases)), key=lambda i: cases[i].case_id)
    drawn = np.random.default_rng(seed).permutation(len(by_name))[: int(np.ceil(round(share * number, 9)))]
    random = [by_name[i] for i in drawn]
    rest = [i for i in by_name if i not in set(random)]
    doubt, disagree = (_ranks([value(cases[i]) for i in range(len(cases))]) for value in (_doubt, _disagree))
    nearest = np.zeros(len(cases))
    table = np.array([seen.words for seen in cases])
    for words in known:
        nearest = np.maximum(nearest, table @ words)
    found: list[Choice] = []
    for i in random:
        found.append(Choice(cases[i], RANDOM, round(1 - float(nearest[i]), 4)))
        nearest = np.maximum(nearest, table @ table[i])
    groups: dict[tuple[str, tuple[Kind, ...]], int] = {}
    while len(found) < number:
        unlike = 1 - nearest
        ranked = _ranks([unlike[i] for i in range(len(cases))])
        # A group (writer and kinds) that has been chosen from often gives way to the others.
        worn = np.array([groups.get((cases[i].writer, cases[i].kinds), 0) for i in range(len(cases))])
        worth = (doubt + disagree + ranked) / (1 + 0.25 * worn)
        best = max(rest, key=lambda i: (worth[i], cases[i].case_id))
        parts: Mapping[str, float] = {UNSURE: doubt[best], DISAGREE: disagree[best], UNLIKE: ranked[best]}
        found.append(Choice(cases[best], max(parts, key=lambda name: parts[name]), round(float(unlike[best]), 4)))
        rest.remove(best)
        group = (cases[best].writer, cases[best].kinds)
        groups[group] = groups.get(group, 0) + 1
        nearest = np.maximum(nearest, table @ table[best])
    return found


def _doubt(seen: Seen) -> float:
    return seen.doubt + seen.unsure / max(1, seen.decisions)


def _disagree(seen: Seen) -> float:
    return seen.disagree / max(1, seen.decisions)


def _ranks(values: Sequence[float]) -> Floats:
    """Values by their rank, 0 (lowest) to 1, ties alike; all 0 where they do not differ."""
    found = np.array(values, dtype=np.float64)
    _, place = np.unique(found, return_inverse=True)
    return place / max(1, int(place.max(initial=0)))


def record(choices: Iterable[Choice], candidates: int, seed: int) -> dict[str, Any]:
    """A choice as JSON, for ``docscore annotations export --only``; ``inclusion`` is the random ones' probability."""
    chosen = list(choices)
    random = sum(one.chosen == RANDOM for one in chosen)
    return {
        "seed": seed,
        "candidates": candidates,
        "random": random,
        "inclusion": round(random / candidates, 6) if candidates else None,
        "cases": [
            {
                "case_id": one.seen.case_id,
                "chosen": one.chosen,
                "decisions": one.seen.decisions,
                "unsure": one.seen.unsure,
                "disagree": one.seen.disagree,
                "doubt": round(one.seen.doubt, 4),
                "unlike": one.unlike,
                "writer": one.seen.writer,
                "kinds": [str(kind) for kind in one.seen.kinds],
            }
            for one in chosen
        ],
    }


def candidates(
    source: Path,
    model: TopicModel,
    others: Sequence[TopicModel],
    problems: list[Problem],
    *,
    skip: Iterable[str] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> list[Seen]:
    """Look at every case of an input.

    Args:
        source: whatever ``docscore score`` reads.
        model: the model in use.
        others: as :func:`look` takes them.
        problems: what could not be read is added to it.
        skip: names of cases that are annotated already.
        progress: told which case is read.

    Raises:
        InputError: the input as a whole cannot be read.
    """
    from docscore.readers import iter_cases
    from docscore.recognise import recognise

    known = {file_name(name) for name in skip}
    found: list[Seen] = []
    for item in iter_cases(source):
        if isinstance(item, Problem):
            problems.append(item)
        elif file_name(item.case_id) not in known:
            problems += item.problems
            seen = look(recognise(item), model, others)
            if seen is not None:
                found.append(seen)
                progress(f"{len(found)}")
    return found

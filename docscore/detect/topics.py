"""The five topics and the other text checkpoints, decided by the sentence classifier (method ``model``).

A sentence scores by its features; a document's probability is pooled from its sentences
(:mod:`docscore.detect.pooling`); the evidence is the sentences that carried it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from docscore.checkpoints import reasons
from docscore.checkpoints.catalogue import OWN, TOPICS
from docscore.decision import Evidence, Finding, Method
from docscore.detect import model_file
from docscore.detect.decision_figures import carriers, elements_of, grade_figures, head_figures, head_logits
from docscore.detect.features import Weights
from docscore.detect.pooling import probability
from docscore.detect.scorer import Scorer
from docscore.errors import ModelError
from docscore.language.layout import BlockKind
from docscore.language.qualifiers import people_of
from docscore.language.reading import Reading, Sentence, read
from docscore.values import value_of

if TYPE_CHECKING:
    from datetime import date

    from docscore.case import Case, Document, Kind
    from docscore.checkpoints.catalogue import Checkpoint
    from docscore.detect.protocol import Detector

SHORT_VALUE = 20
"""A field's value of at most so many characters is quoted with its prompt."""

PART = 1_000_000
"""Characters of a document that are read at once (some 300 pages)."""

KEPT = 20
"""Sentences of each part and head that are kept of a longer document."""


@dataclass(frozen=True, slots=True)
class Result:
    """One decision about one document: probability, and the sentences that carry it (positions, strongest first)."""

    probability: float
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A document as the classifier sees it; ``logits`` has shape (sentences, columns), one column a head."""

    reading: Reading
    logits: NDArray[np.float32]
    columns: tuple[str, ...]


class TopicModel:
    """A trained model, ready to read documents.

    Args:
        loaded: the model folder's content, as :func:`docscore.detect.model_file.load` gives it.
    """

    def __init__(self, loaded: model_file.ModelFiles) -> None:
        self.card: dict[str, Any] = loaded.card
        self.checksum = loaded.checksum
        self.name: str = f"{loaded.card['name']}@{loaded.checksum[:12]}"
        self.heads: tuple[str, ...] = tuple(loaded.card["heads"])
        self._loaded = loaded
        self._families = Weights(**loaded.card["features"])
        self._scorer: Scorer | None = None
        self._columns: dict[Kind | None, tuple[str, ...]] = {}
        self._decisions: dict[str, Any] = loaded.card["decisions"]
        self._calibration = {
            head: np.array(decision["coefficients"], dtype=np.float64) for head, decision in self._decisions.items()
        }

    def columns(self, kind: Kind | None) -> tuple[str, ...]:
        """The heads that are asked of a document of this kind, and the topics always."""
        known = self._columns.get(kind)
        if known is None:
            known = tuple(head for head in self.heads if head in TOPICS or kind in self._decisions[head]["kinds"])
            self._columns[kind] = known
        return known

    @property
    def scorer(self) -> Scorer:
        """The model's tables, made when the first document is scored."""
        if self._scorer is None:
            loaded = self._loaded
            self._scorer = Scorer(loaded.columns, loaded.values, loaded.bias, loaded.network, self._families)
        return self._scorer

    def analyse(self, document: Document) -> Analysis:
        """Read a document and score its sentences for every head.

        A document longer than :data:`PART` is read in parts, of which only the strongest sentences are kept: the
        answer is theirs, and the memory stays small however long a file is.
        """
        parts = list(_parts(document))
        if len(parts) == 1:
            return self.analyse_reading(read(document.text, document.start, document.end, document.kind))
        people = people_of(document.text, document.start, document.end)
        whole = Reading(document.text, document.kind, [], people)
        logits: list[NDArray[np.float32]] = []
        for start, end in parts:
            part = self.analyse_reading(read(document.text, start, end, document.kind, people))
            order = np.argsort(-part.logits, axis=0, kind="stable")[:KEPT]
            kept = np.unique(order)
            whole.sentences += [part.reading.sentences[i] for i in kept]
            logits.append(part.logits[kept])
        return Analysis(whole, np.concatenate(logits), self.columns(document.kind))

    def analyse_reading(self, reading: Reading) -> Analysis:
        """Score the sentences of a reading for every head."""
        columns = self.columns(reading.kind)
        return Analysis(reading, self.sentence_logits(reading, columns), columns)

    def sentence_logits(self, reading: Reading, columns: tuple[str, ...]) -> NDArray[np.floating]:
        """What the classifier says of every sentence, shape (sentences, len(columns)).

        All else about a document (evidence, grade, probability, review) is made of these logits; another classifier
        replaces this method alone.
        """
        topics = [place for place, head in enumerate(columns) if head in TOPICS]
        return self.scorer.logits(reading, [self.heads.index(head) for head in columns], topics)

    def decides(self, head: str) -> bool:
        """Whether the model was trained for this decision."""
        return head in self._decisions

    def result(self, analysis: Analysis, head: str) -> Result:
        """Probability and carrying sentences of one head."""
        return Result(self._probability(analysis, head), self._carriers(analysis, head) if len(analysis.logits) else ())

    def _probability(self, analysis: Analysis, head: str) -> float:
        kinds = self._decisions[head]["pooled_kinds"]
        figures = head_figures(analysis.reading, analysis.logits, analysis.columns, head, kinds)
        return probability(figures, self._calibration[head])

    def _carriers(self, analysis: Analysis, head: str) -> tuple[int, ...]:
        return carriers(head_logits(analysis.logits, analysis.columns, head), self.card["evidence_cut"])

    def grade(self, topic: str, analysis: Analysis, sentences: Sequence[int], elements: Sequence[str]) -> int | str:
        """The grade of a documented topic (kodebog, section 3)."""
        spec = self.card["grades"][topic]
        figures = grade_figures([analysis.reading.sentences[i] for i in sentences], len(elements))
        logits = np.array(spec["coefficients"]) @ np.append(figures, 1.0)
        answer: int | str = spec["labels"][int(logits.argmax())]
        return answer

    def limits(self, head: str, kind: Kind | None) -> tuple[float, float, float]:
        """Threshold and review band (lowest, highest probability) of a decision about documents of a kind."""
        by_kind = self._decisions[head]["kinds"]
        limits = by_kind.get(kind) or self._decisions[head]["otherwise"]
        return limits["threshold"], *limits["review"]

    def find(self, analysis: Analysis, head: str, reference: date | None = None) -> Finding:
        """The finding of one decision: a topic, a text checkpoint's head, or :data:`OWN`.

        ``reference`` is the document's date, for values that are relative to it.
        """
        topic = "klart_jobmaal" if head == OWN else head
        if not len(analysis.logits):
            return Finding(False, Method.MODEL, probability=0.0, grade=_lowest(topic))
        likely = self._probability(analysis, head)
        threshold, low, high = self.limits(head, analysis.reading.kind)
        review = low < likely < high
        p = round(likely, 4)
        if likely < threshold:
            return Finding(False, Method.MODEL, probability=p, grade=_lowest(topic), review=review)
        carrying = self._carriers(analysis, head)
        elements = elements_of(analysis.reading, carrying) if topic == "borgerens_perspektiv" else []
        text = analysis.reading.text
        quoted = [_quote(analysis.reading, analysis.reading.sentences[i]) for i in carrying]
        return Finding(
            True,
            Method.MODEL,
            probability=p,
            grade=self.grade(topic, analysis, carrying, elements) if topic in TOPICS else None,
            value=elements or value_of(topic, analysis.reading, carrying, reference),
            review=review,
            evidence=tuple(Evidence(a, b, text[a:b]) for a, b in quoted),
        )

    def detector(self) -> Detector:
        """The detector ``topic`` and ``tekst`` of the catalogue; it reads each document once for all its questions."""
        return _TopicDetector(self)


class _TopicDetector:
    """Keeps the analysis of the case in hand, so that five topics read a document once."""

    def __init__(self, model: TopicModel) -> None:
        self._model = model
        self._case: Case | None = None
        self._known: dict[tuple[int, int, int], Analysis] = {}

    def __call__(self, checkpoint: Checkpoint, case: Case, document: Document | None) -> Finding:
        head = checkpoint.decided_by
        if document is None or head is None:
            raise ValueError(f"{checkpoint.id} asks the model without a document or a head")
        if not self._model.decides(head):
            return Finding(None, Method.REGEL, reason=reasons.NOT_IN_MODEL)
        if case is not self._case:
            self._case, self._known = case, {}
        key = (id(document.text), document.start, document.end)
        analysis = self._known.get(key)
        if analysis is None:
            analysis = self._known[key] = self._model.analyse(document)
        return self._model.find(analysis, head, document.date)


def _quote(reading: Reading, sentence: Sentence) -> tuple[int, int]:
    """What to underline: the sentence, and before a short value its prompt ("Redskaber: nej", not "nej")."""
    above = reading.blocks[sentence.block - 1] if 0 < sentence.block < len(reading.blocks) else None
    short = sentence.kind is BlockKind.VALUE and sentence.end - sentence.start <= SHORT_VALUE
    if above is None or not short or above.kind is not BlockKind.PROMPT:
        return sentence.start, sentence.end
    beside = not reading.text[above.end : sentence.start].strip(" \t|")
    return (above.start if beside else sentence.start), sentence.end


def _lowest(topic: str) -> int | str | None:
    if topic not in TOPICS:
        return None
    return "slet_ikke" if topic == "progression" else 0


def _parts(document: Document) -> Iterator[tuple[int, int]]:
    """Where a document is cut for reading, at line ends where it has any."""
    start = document.start
    while document.end - start > PART:
        line = document.text.rfind("\n", start + PART // 2, start + PART)
        stop = line + 1 if line > 0 else start + PART
        yield start, stop
        start = stop
    yield start, document.end


def default_model_folder() -> Path:
    """The bundled model: ``models/default`` in a checkout, ``docscore/_models/default`` in a wheel."""
    package = Path(str(files("docscore")))
    for folder in (package / "_models" / "default", package.parent / "models" / "default"):
        if folder.is_dir():
            return folder
    return package / "_models" / "default"


def load_model(path: Path | None = None) -> TopicModel:
    """Load a model folder, the bundled one by default.

    Raises:
        ModelError: it is no model, was changed after it was saved, or is of another version.
        MissingDependencyError: it is a transformer model, and that extra is not installed.
    """
    folder = path or default_model_folder()
    try:
        loaded = model_file.load(folder)
        if loaded.card.get("backend") == "transformer":
            from docscore.transformer.model import TransformerModel

            return TransformerModel(loaded, folder)
        return TopicModel(loaded)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise ModelError(
            f"{folder} har et modelkort, der ikke kan bruges ({type(error).__name__}). Hent eller træn modellen igen."
        ) from error

"""Behavioural tests: does a model read what looks alike and means something else?

In the manner of CheckList (Ribeiro et al. 2020): pairs of short invented texts, each probing one capability (one trap
of the codebook). A file ``<capability>.jsonl`` holds the pairs of one capability, one JSON object a line with
``trap`` (the file's name), ``topic``, ``kind``, ``why`` and, by the file's name,

- else: ``yes`` documents the topic and ``no`` does not (a minimum functionality test);
- ``invariance_*``: ``a`` and ``b`` must get the same answer, which is ``documented``;
- ``directional_*``: ``more`` must be more probable than ``less``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docscore.case import Document, Kind
from docscore.checkpoints.catalogue import TOPICS
from docscore.errors import AnnotationError

if TYPE_CHECKING:
    from docscore.detect.topics import TopicModel

KINDS = (Kind.FORBEREDENDE_DEL, Kind.INDSTILLING, Kind.JOBSAMTALE)
"""The kinds in which the topics are judged (kodebog, section 1)."""

MARGIN = 0.05
"""A probability that rises by so much has risen clearly."""

FLOOR = 0.85
"""The share of its cases that a capability should pass."""


class Form(StrEnum):
    """What a pair asks of a model."""

    MFT = "MFT"
    INVARIANCE = "invariance"
    DIRECTIONAL = "directional"


_FIELDS = {Form.MFT: ("yes", "no"), Form.INVARIANCE: ("a", "b"), Form.DIRECTIONAL: ("less", "more")}
"""The two texts of a line, in the order of :attr:`Pair.texts`."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that differ in what a capability is about.

    ``expected`` are the right answers for ``texts``; None for a directional pair, whose answers are open.
    """

    capability: str
    line: int
    form: Form
    topic: str
    kind: Kind
    names: tuple[str, str]
    texts: tuple[str, str]
    expected: tuple[bool, bool] | None
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A model's answers to a pair, each in the order of ``pair.texts``."""

    pair: Pair
    answers: tuple[bool, bool]
    probabilities: tuple[float, float]

    @property
    def right(self) -> tuple[bool, bool]:
        """Which of the two answers is the expected one; both where nothing is expected."""
        if self.pair.expected is None:
            return True, True
        (a, b), (x, y) = self.answers, self.pair.expected
        return a == x, b == y

    @property
    def passes(self) -> tuple[bool, ...]:
        """The cases of this pair: both texts of an MFT pair, else the pair as one."""
        if self.pair.form is Form.MFT:
            return self.right
        if self.pair.form is Form.INVARIANCE:
            return (self.answers[0] == self.answers[1],)
        return (self.probabilities[1] > self.probabilities[0],)

    @property
    def whole(self) -> bool:
        """Whether the pair is right as a whole.

        Both answers are; of a directional pair, the probability rises by :data:`MARGIN`.
        """
        if self.pair.form is Form.DIRECTIONAL:
            return self.probabilities[1] - self.probabilities[0] >= MARGIN
        return all(self.right)

    @property
    def failed(self) -> bool:
        """Whether a reader should see this pair: a case failed, or an answer is wrong."""
        return not all(self.passes) or not all(self.right)


@dataclass(frozen=True, slots=True)
class Capability:
    """How a model did on the pairs of one file."""

    name: str
    form: Form
    outcomes: tuple[Outcome, ...]

    @property
    def cases(self) -> int:
        """Number of cases: two a pair for MFT, else one."""
        return sum(len(outcome.passes) for outcome in self.outcomes)

    @property
    def passed(self) -> int:
        """How many of the cases pass."""
        return sum(sum(outcome.passes) for outcome in self.outcomes)

    @property
    def pass_rate(self) -> float:
        """Share of cases that pass, 0..1."""
        return self.passed / self.cases

    @property
    def pair_rate(self) -> float:
        """Share of pairs that are right as a whole, 0..1; see :attr:`Outcome.whole`."""
        return sum(outcome.whole for outcome in self.outcomes) / len(self.outcomes)

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """The pairs with a case that fails or an answer that is wrong, in the file's order."""
        return tuple(outcome for outcome in self.outcomes if outcome.failed)


def load_pairs(folder: Path) -> dict[str, list[Pair]]:
    """The pairs of all capabilities in a folder, by capability in alphabetical order.

    Raises:
        AnnotationError: the folder holds no such file or a line breaks the format; the message names file, line and
            field, never their text.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise AnnotationError(f"{folder} indeholder ingen adfærdstest (*.jsonl). Er mappen den rigtige?")
    return {path.stem: _load_file(path) for path in paths}


def _load_file(path: Path) -> list[Pair]:
    try:
        lines = path.read_text("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise AnnotationError(f"{path} er ikke gemt som UTF-8 (fejl ved byte {error.start}).") from None
    except OSError as error:
        raise AnnotationError(f"{path} kan ikke læses. Er filen flyttet eller omdøbt?") from error
    pairs = [_pair(line, path, number) for number, line in enumerate(lines, 1) if line.strip()]
    if not pairs:
        raise AnnotationError(f"{path} er tom; skriv et par på hver linje, eller slet filen.")
    return pairs


def _pair(line: str, path: Path, number: int) -> Pair:
    where = f"{path}, linje {number}"
    form = _form(path.stem)
    names = _FIELDS[form]
    wanted: dict[str, type] = dict.fromkeys(("trap", "topic", "kind", "why", *names), str)
    if form is Form.INVARIANCE:
        wanted["documented"] = bool
    raw = _fields(line, wanted, where)
    if raw["trap"] != path.stem:
        raise AnnotationError(f"{where}: »trap« skal være filens navn, {path.stem}.")
    if raw["topic"] not in TOPICS:
        raise AnnotationError(f"{where}: »topic« skal være et af {', '.join(TOPICS)}.")
    if raw["kind"] not in KINDS:
        raise AnnotationError(f"{where}: »kind« skal være en af {', '.join(KINDS)}.")
    texts = raw[names[0]], raw[names[1]]
    if not all(text.strip() for text in texts) or texts[0] == texts[1]:
        raise AnnotationError(f"{where}: »{names[0]}« og »{names[1]}« skal være to forskellige tekster.")
    expected: tuple[bool, bool] | None = None
    if form is Form.MFT:
        expected = True, False
    elif form is Form.INVARIANCE:
        expected = raw["documented"], raw["documented"]
    return Pair(path.stem, number, form, raw["topic"], Kind(raw["kind"]), names, texts, expected, raw["why"])


def _form(capability: str) -> Form:
    return next((form for form in Form if capability.startswith(f"{form}_")), Form.MFT)


def _fields(line: str, wanted: dict[str, type], where: str) -> dict[str, Any]:
    """A line as an object with just the wanted fields."""
    try:
        raw = json.loads(line)
    except ValueError:
        raise AnnotationError(f"{where} kan ikke læses som JSON.") from None
    if not isinstance(raw, dict):
        raise AnnotationError(f"{where} skal være et JSON-objekt.")
    for name, kind in wanted.items():
        if not isinstance(raw.get(name), kind):
            what = "true eller false" if kind is bool else "en tekst"
            raise AnnotationError(f"{where}: feltet »{name}« mangler eller er ikke {what}.")
    if len(raw) > len(wanted):
        raise AnnotationError(f"{where} har andre felter end {', '.join(wanted)}; fjern dem.")
    return raw


def run(model: TopicModel, pair: Pair) -> Outcome:
    """A model's answers to one pair, each text read as a document of the pair's kind."""
    answers: list[bool] = []
    probabilities: list[float] = []
    for text in pair.texts:
        analysis = model.analyse(Document(pair.capability, text, pair.kind))
        answers.append(bool(model.find(analysis, pair.topic).documented))
        probabilities.append(model.result(analysis, pair.topic).probability)
    return Outcome(pair, (answers[0], answers[1]), (probabilities[0], probabilities[1]))


def measure(model: TopicModel, folder: Path) -> list[Capability]:
    """Run a model on all behavioural tests of a folder.

    Args:
        model: the model to test.
        folder: holds a ``<capability>.jsonl`` for each capability.

    Returns:
        One entry a capability, in alphabetical order.

    Raises:
        AnnotationError: as :func:`load_pairs`.
    """
    return summarise([run(model, pair) for pairs in load_pairs(folder).values() for pair in pairs])


def summarise(outcomes: Sequence[Outcome]) -> list[Capability]:
    """Outcomes by capability, in the order in which the capabilities come first."""
    grouped: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        grouped.setdefault(outcome.pair.capability, []).append(outcome)
    return [Capability(name, found[0].pair.form, tuple(found)) for name, found in grouped.items()]

"""One case through the corridor: recognise its documents, decide, score."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from docscore.case import Case
    from docscore.checkpoints import Catalogue
    from docscore.decision import Decision
    from docscore.detect.protocol import Detector, Detectors
    from docscore.scoring import CaseScore


class Model(Protocol):
    """What the corridor needs of a model: its name for ``decisions.model``, its card, and a detector."""

    @property
    def name(self) -> str:
        """The name that stands in ``decisions.jsonl``."""
        ...

    @property
    def card(self) -> Mapping[str, Any]:
        """What the model is, for ``docscore model info`` and ``run.json``."""
        ...

    @property
    def checksum(self) -> str:
        """The checksum of the model's files."""
        ...

    def detector(self) -> Detector:
        """The detector of the topics and the other text checkpoints."""
        ...


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A scored case.

    Attributes:
        case: the case as read, with the kind of every document.
        decisions: one per checkpoint, in the catalogue's order.
        warnings: what a reader of the result should know, in Danish.
        score: the case score (codebook, section 5).
    """

    case: Case
    decisions: tuple[Decision, ...]
    warnings: tuple[str, ...]
    score: CaseScore


@dataclass(frozen=True, slots=True)
class Corridor:
    """The detectors and the catalogue of a run; ``masking`` says whether its records are masked."""

    detectors: Detectors
    model: str | None
    catalogue: Catalogue
    masking: bool = True

    def score(self, case: Case) -> CaseResult:
        """Decide and score one case; documents without a kind are recognised first."""
        from docscore.checkpoints import decide
        from docscore.repair.documents import case_as_read, quoted_as_filed, repaired
        from docscore.scoring import score_case

        case = repaired(case)
        if any(document.kind is None for document in case.documents):
            from docscore.recognise import recognise

            case = recognise(case)
        decided = decide(case_as_read(case), self.detectors, self.catalogue, self.model)
        if decided.problems:
            case = replace(case, problems=(*case.problems, *decided.problems))
        decisions = quoted_as_filed(decided.decisions, case)
        return CaseResult(
            case=case,
            decisions=decisions,
            warnings=(*case.warnings, *decided.warnings),
            score=score_case(decisions, self.catalogue),
        )


def corridor_of(model: Model) -> Corridor:
    """The corridor with the detectors that docscore has, and this model for what is read from text."""
    from docscore.checkpoints import load_catalogue
    from docscore.checkpoints.decide import FIELD_DETECTOR
    from docscore.detect.fields import felt
    from docscore.detect.rules.detectors import rule_detector
    from docscore.detect.rules.goals import SameGoal

    catalogue, read, rules = load_catalogue(), model.detector(), rule_detector()
    detectors: dict[str, Detector] = {
        FIELD_DETECTOR: felt,
        "topic": read,
        "tekst": read,
        "dato": rules,
        "attest": rules,
        "sammenligning": SameGoal(read, catalogue),
    }
    return Corridor(detectors, model.name, catalogue)


@dataclass(frozen=True, slots=True)
class CorridorFactory:
    """Makes the corridor of a run in whichever process it is called; small enough to send to workers.

    Attributes:
        model: the model's folder, None for the bundled one.
        masking: False for ``--no-masking``.
    """

    model: Path | None = None
    masking: bool = True

    def __call__(self) -> Corridor:
        """The corridor; made once per process and model.

        Raises:
            ModelError: the model cannot be loaded.
        """
        corridor = _corridor(self.model)
        return corridor if self.masking else replace(corridor, masking=False)


@lru_cache(maxsize=2)
def load_model(path: Path | None) -> Model:
    """The model in a folder, or the bundled one; loaded once per process.

    Raises:
        ModelError: the folder is missing, damaged or of another version.
    """
    from docscore.detect import topics

    model: Model = topics.load_model(path)
    return model


@lru_cache(maxsize=2)
def _corridor(model: Path | None) -> Corridor:
    return corridor_of(load_model(model))

"""The case score (codebook, section 5): shares of what is documented, and no invented weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from docscore.checkpoints.catalogue import Krav
from docscore.decision import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from docscore.checkpoints.catalogue import Catalogue, Checkpoint
    from docscore.decision import Decision

THEMES = ("1", "2", "3", "4", "5", "6")
"""The keys of ``temaer``."""

_DECIMALS = 4

_INVERTED = {
    Status.DOKUMENTERET: Status.IKKE_DOKUMENTERET,
    Status.IKKE_DOKUMENTERET: Status.DOKUMENTERET,
}


class PartDict(TypedDict):
    """One part of ``score`` in ``cases.jsonl``."""

    dokumenteret: int
    ikke_dokumenteret: int
    kan_ikke_vurderes: int
    andel: float | None


class ScoreDict(TypedDict):
    """``score`` in ``cases.jsonl`` (contract, section "Out")."""

    alle: PartDict
    lovkrav: PartDict
    kvalitet: PartDict
    temaer: dict[str, PartDict]


@dataclass(frozen=True, slots=True)
class ScorePart:
    """Counts over some of a case's checkpoints."""

    dokumenteret: int = 0
    ikke_dokumenteret: int = 0
    kan_ikke_vurderes: int = 0

    @property
    def andel(self) -> float | None:
        """``dokumenteret`` ÷ (``dokumenteret`` + ``ikke_dokumenteret``), 0..1; None where both are 0."""
        decided = self.dokumenteret + self.ikke_dokumenteret
        return self.dokumenteret / decided if decided else None

    def as_dict(self) -> PartDict:
        """For JSON; ``andel`` rounded to four decimals."""
        return {
            "dokumenteret": self.dokumenteret,
            "ikke_dokumenteret": self.ikke_dokumenteret,
            "kan_ikke_vurderes": self.kan_ikke_vurderes,
            "andel": None if self.andel is None else round(self.andel, _DECIMALS),
        }


@dataclass(frozen=True, slots=True)
class CaseScore:
    """The score of one case: in all, the two sub-scores, and per theme ("1" to "6", all always there)."""

    alle: ScorePart
    lovkrav: ScorePart
    kvalitet: ScorePart
    temaer: Mapping[str, ScorePart]

    def as_dict(self) -> ScoreDict:
        """The shape of the contract, ready for JSON."""
        return {
            "alle": self.alle.as_dict(),
            "lovkrav": self.lovkrav.as_dict(),
            "kvalitet": self.kvalitet.as_dict(),
            "temaer": {theme: part.as_dict() for theme, part in self.temaer.items()},
        }


def score_case(decisions: Iterable[Decision], catalogue: Catalogue) -> CaseScore:
    """Score one case from its decisions.

    What counts where:

    - ``ikke_relevant`` counts nowhere; ``kan_ikke_vurderes`` is counted and shown, never scored as 0.
    - A breach (``fd.laege_155_udenom_kf``) counts inverted: that it is not there is what is right.
    - Measured numbers (``fd.varighed_til_moede``, ``ind.dage_til_orientering``) are left out altogether.
    - ``lovkrav`` holds krav L, ``kvalitet`` krav P.
    - ``ind.progression`` (krav P, "L when § 116, stk. 2") counts as ``lovkrav`` where this case's
      ``ind.paragraf_116_stk_2`` is ``dokumenteret``, and as ``kvalitet`` otherwise (``law_when`` in the
      catalogue).
    - Krav B ("only when a condition holds": a need for an effort or a mentor, a very limited work ability)
      counts as ``lovkrav`` only where another decision shows that the condition holds (``law_when``). The
      row's own answer is never used for that: a hit would prove its own condition and a miss would not, so
      the share could only rise. No B row has such a second decision today, so they count in ``alle`` and
      in their theme (the report gives their share over all cases too) and in neither sub-score.
    - ``ind.jobtyper_arbejdsfunktioner`` (all cases, L) and ``ind.klart_jobmaal`` (ledighedsydelse, P) ask
      the same question. Both are rows of the codebook and of the report, so both count; for a citizen on
      ledighedsydelse the answer therefore stands once in each sub-score and twice in ``alle``.
    - Theme 5 is a view over the ``borgerens_perspektiv`` and jobmål rows of themes 1-3; they are not
      counted again in ``alle``.

    Args:
        decisions: the decisions of one case, in any order.
        catalogue: the checkpoints they were made by.

    Returns:
        The score.

    Raises:
        KeyError: a decision names a checkpoint that the catalogue does not have.
    """
    by_id = {decision.checkpoint: decision.status for decision in decisions}
    alle: list[Status] = []
    lovkrav: list[Status] = []
    kvalitet: list[Status] = []
    temaer: dict[str, list[Status]] = {theme: [] for theme in THEMES}
    for checkpoint_id, answer in by_id.items():
        checkpoint = catalogue[checkpoint_id]
        if checkpoint.measured or answer is Status.IKKE_RELEVANT:
            continue
        status = _INVERTED.get(answer, answer) if checkpoint.breach else answer
        alle.append(status)
        temaer[str(checkpoint.theme)].append(status)
        if checkpoint.inddragelse:
            temaer["5"].append(status)
        if _is_legal(checkpoint, by_id):
            lovkrav.append(status)
        elif checkpoint.krav is Krav.PRAKSIS:
            kvalitet.append(status)
    return CaseScore(
        alle=_count(alle),
        lovkrav=_count(lovkrav),
        kvalitet=_count(kvalitet),
        temaer={theme: _count(statuses) for theme, statuses in temaer.items()},
    )


def _is_legal(checkpoint: Checkpoint, answers: Mapping[str, Status]) -> bool:
    """Whether a checkpoint is a legal requirement in this case."""
    if checkpoint.krav is Krav.LOV:
        return True
    return checkpoint.law_when is not None and answers.get(checkpoint.law_when) is Status.DOKUMENTERET


def _count(statuses: list[Status]) -> ScorePart:
    return ScorePart(
        dokumenteret=statuses.count(Status.DOKUMENTERET),
        ikke_dokumenteret=statuses.count(Status.IKKE_DOKUMENTERET),
        kan_ikke_vurderes=statuses.count(Status.KAN_IKKE_VURDERES),
    )

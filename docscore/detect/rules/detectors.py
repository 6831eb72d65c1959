"""The detectors ``dato`` and ``attest`` of the catalogue: one rule per checkpoint, over what is known of the case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from docscore.detect.rules import health, limits
from docscore.detect.rules.known import CaseDates

if TYPE_CHECKING:
    from docscore.case import Case, Document
    from docscore.checkpoints.catalogue import Checkpoint
    from docscore.decision import Finding

Rule = Callable[[CaseDates], "Finding"]

DATE_RULES: Mapping[str, Rule] = {
    "fd.varighed_til_moede": lambda dates: limits.days_between(dates, "forberedende_start", "rehab_moede"),
    "ind.dage_til_orientering": lambda dates: limits.days_between(dates, "rehab_moede", "orienteret"),
    "ly.cv_jobnet_3_uger": limits.cv_on_jobnet,
    "js.fire_samtaler_6_mdr": limits.four_meetings,
    "rv.igangsat_rettidigt": limits.revurdering_begun,
    "rv.afsluttet_rettidigt": limits.revurdering_finished,
}
"""The rules of the detector ``dato``, by checkpoint."""

HEALTH_RULES: Mapping[str, Rule] = {
    "fd.laege_265": health.laege_265,
    "fd.laege_155_udenom_kf": health.laege_155,
    "fd.laege_275": health.laege_275,
    "fd.andre_helbredsoplysninger": health.other_health_information,
}
"""The rules of the detector ``attest``, by checkpoint."""


class RuleDetector:
    """Answers checkpoints by rules over a case's dates and attestations; a case is read once for all of them.

    Detectors of one run may share what they read: ``rules`` may hold the rules of several.
    """

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        self._dates: CaseDates | None = None

    def __call__(self, checkpoint: Checkpoint, case: Case, document: Document | None) -> Finding:
        """Answer one checkpoint.

        Raises:
            KeyError: the checkpoint has no rule here (a fault in the catalogue).
        """
        del document  # a date may stand in any of the case's documents
        if self._dates is None or self._dates.case is not case:
            self._dates = CaseDates(case)
        return self._rules[checkpoint.id](self._dates)


def rule_detector() -> RuleDetector:
    """The detector of all rules, under whichever names the catalogue gives it."""
    return RuleDetector({**DATE_RULES, **HEALTH_RULES})

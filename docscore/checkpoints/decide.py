"""From findings to decisions: one per checkpoint of the catalogue, in its order.

The order of the questions (codebook, sections 2, 4 and 4.1):

1. Does the checkpoint apply to the case (frikommune, population)? Else ``ikke_relevant``.
2. Is its field given? A valid field wins over text, also where the document is missing.
3. Can anything answer it? Else ``kan_ikke_vurderes``, "ikke understøttet endnu". This comes before the
   document, so that nobody is asked for a document that would not be read.
4. Is the document there, with words in it? Else ``kan_ikke_vurderes``.
5. The detector's finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from docscore.case import Problem
from docscore.checkpoints import reasons
from docscore.checkpoints.catalogue import CheckpointType, Population
from docscore.checkpoints.months import add_months
from docscore.checkpoints.relevance import irrelevance
from docscore.decision import Decision, Finding, Method, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from docscore.case import Case, Document, Kind
    from docscore.checkpoints.catalogue import Catalogue, Checkpoint
    from docscore.detect.protocol import Detectors

FIELD_DETECTOR = "felt"
"""The name of the detector that reads ``sag.json``'s fields (:func:`docscore.detect.fields.felt`)."""

NEAR_MONTHS = 3
"""How far from 2,5 years a follow-up may be dated and still be the one of 2,5 years (our rule)."""

_LETTER = re.compile(r"[^\W\d_]")
_HEAD = 400
# "2½-årsopfølgning", "efter 2,5 år", "30 måneder"; not "næste opfølgning om 2½ år".
_AT_2_5 = re.compile(
    r"(?<!om )(?<!senest )\b(?:2 ?½|2[,.]5|2 1/2|to og et halvt|to et halvt|halvtredje)[ -]?års?\w*"
    r"|(?<!om )\b30[ -]måneders?\b",
    re.I,
)
_OWES_EVIDENCE = frozenset({CheckpointType.TOPIC, CheckpointType.TEXT})
_STATUS = {True: Status.DOKUMENTERET, False: Status.IKKE_DOKUMENTERET, None: Status.KAN_IKKE_VURDERES}
_JA_NEJ = {True: "ja", False: "nej"}


class InvalidFindingError(RuntimeError):
    """A detector broke its promise (no evidence, an offset that does not fit): a bug, not an input fault."""


@dataclass(frozen=True, slots=True)
class CaseDecisions:
    """All decisions of one case in the catalogue's order, and what its reader should be warned of."""

    decisions: tuple[Decision, ...]
    warnings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def decide(case: Case, detectors: Detectors, catalogue: Catalogue, model: str | None = None) -> CaseDecisions:
    """Decide every checkpoint of the catalogue for one case.

    Args:
        case: the case, its documents with their kinds recognised.
        detectors: the detectors of this run by name; a checkpoint whose detector is not among them is
            not supported in this run.
        catalogue: the checkpoints.
        model: the id of the model behind the findings of method ``model``; stands in their decisions only.

    Returns:
        Exactly one decision per checkpoint, warnings in Danish (a field or date that contradicts the text, an
        exemption that names no checkpoint), and problems (a number of days that cannot be). Equal input gives
        equal output.

    Raises:
        InvalidFindingError: a text or topic is ``dokumenteret`` without evidence, evidence is not what
            the document says at its offsets, or a probability is outside 0..1.
    """
    warnings = [
        f"frikommune nævner »{unknown}«, som ikke er et kontrolpunkt; ret listen i sag.json."
        for unknown in sorted(case.facts.frikommune)
        if unknown not in catalogue
    ]
    audited: dict[str, Document | None] = {}
    by_id = {document.document_id: document for document in case.documents}
    answers: dict[str, Status] = {}
    problems: list[Problem] = []
    decisions = []
    for checkpoint in catalogue:
        kind = checkpoint.kind
        if kind not in audited:
            audited[kind] = audited_document(case.documents, kind)
        document = audited[kind]
        if checkpoint.population is Population.FJ_2_5_AAR:
            document = follow_up_2_5(case)
        reason = irrelevance(checkpoint, case, answers)
        if reason is not None:
            decision = _decision(case, checkpoint, document, Status.IKKE_RELEVANT, reason=reason)
        else:
            finding = _find(checkpoint, case, document, detectors)
            decision = _from_finding(case, checkpoint, document, by_id, finding, model)
            warnings += _contradiction(checkpoint, case, document, detectors, finding)
            warnings += finding.warnings
            problems += [Problem(case.case_id, None, problem) for problem in finding.problems]
        answers[checkpoint.id] = decision.status
        decisions.append(decision)
    # Several checkpoints rest on the same date and say the same of it.
    return CaseDecisions(tuple(decisions), tuple(dict.fromkeys(warnings)), tuple(dict.fromkeys(problems)))


def audited_document(documents: Iterable[Document], kind: Kind | str) -> Document | None:
    """The document of a kind that is audited, or None: the newest dated one.

    Undated documents come before dated ones; of several equal ones the later in the input's order is taken
    (contract, section "In"). A duplicate is never audited.
    """
    of_kind = [
        (index, document)
        for index, document in enumerate(documents)
        if document.kind == kind and document.duplicate_of is None
    ]
    if not of_kind:
        return None
    return max(of_kind, key=lambda item: (item[1].date is not None, item[1].date or date.min, item[0]))[1]


def follow_up_2_5(case: Case) -> Document | None:
    """The follow-up at 2,5 years in fleksjob, or None: the newest that calls itself so in its head.

    Without one, the follow-up dated nearest to that day, at most :data:`NEAR_MONTHS` months from it (our rule): the
    newest follow-up of another time is not the one that the checkpoint asks for.
    """
    follow_ups = [document for document in case.documents if document.kind == "opfoelgning"]
    named = [document for document in follow_ups if _AT_2_5.search(document.text, document.start, _head_end(document))]
    if named:
        return audited_document(named, "opfoelgning")
    start = case.facts.dates.get("fleksjob_start")
    dated = [document for document in follow_ups if document.date is not None]
    if start is None or not dated:
        return None
    due = add_months(start, 30)
    near = [
        document
        for document in dated
        if document.date and add_months(due, -NEAR_MONTHS) <= document.date <= add_months(due, NEAR_MONTHS)
    ]
    return min(near, key=lambda document: abs(((document.date or due) - due).days), default=None)


def _head_end(document: Document) -> int:
    return min(document.end, document.start + _HEAD)


def has_words(document: Document) -> bool:
    """Whether the document has a letter at all; headings count, digits and dashes do not."""
    return _LETTER.search(document.text, document.start, document.end) is not None


def _find(checkpoint: Checkpoint, case: Case, document: Document | None, detectors: Detectors) -> Finding:
    """Steps 2-5 of the module's order: ask what may answer, or say why nothing can."""
    if checkpoint.field in case.facts.fields and FIELD_DETECTOR in detectors:
        return detectors[FIELD_DETECTOR](checkpoint, case, document)
    detector = detectors.get(checkpoint.detector) if checkpoint.detector is not None else None
    if detector is None:
        return _unknown(reasons.UNSUPPORTED)
    if checkpoint.detector != FIELD_DETECTOR and not checkpoint.case_level:
        if document is None:
            return _unknown(_missing(checkpoint, case))
        if not has_words(document):
            return _unknown(reasons.EMPTY)
    return detector(checkpoint, case, document)


def _missing(checkpoint: Checkpoint, case: Case) -> str:
    others = any(document.kind == checkpoint.kind for document in case.documents)
    return reasons.NO_FOLLOW_UP_2_5 if others and checkpoint.population is Population.FJ_2_5_AAR else reasons.MISSING


def _unknown(reason: str) -> Finding:
    return Finding(documented=None, method=Method.REGEL, reason=reason)


def _contradiction(
    checkpoint: Checkpoint, case: Case, document: Document | None, detectors: Detectors, finding: Finding
) -> list[str]:
    """A warning where a given field and the text of the document answer differently."""
    if finding.method is not Method.FELT or finding.documented is None or document is None:
        return []
    detector = detectors.get(checkpoint.detector) if checkpoint.detector is not None else None
    if detector is None or checkpoint.detector == FIELD_DETECTOR or not has_words(document):
        return []
    text = detector(checkpoint, case, document)
    if text.documented is None or text.documented == finding.documented:
        return []
    return [
        f"feltet {checkpoint.field} siger {_JA_NEJ[finding.documented]}, men teksten i "
        f"»{document.document_id}« peger på {_JA_NEJ[text.documented]} ({checkpoint.id}); feltet er brugt. "
        "Kontrollér sag.json."
    ]


def _from_finding(
    case: Case,
    checkpoint: Checkpoint,
    document: Document | None,
    by_id: Mapping[str, Document],
    finding: Finding,
    model: str | None,
) -> Decision:
    """The decision that a finding amounts to, after checking the finding."""
    _check(checkpoint, document, by_id, finding)
    document_id = None if document is None else document.document_id
    if checkpoint.case_level:
        # A date may be stated in another document than the audited one of its kind: the first quoted is named.
        document_id = (finding.evidence[0].document_id or document_id) if finding.evidence else None
    elif finding.method is Method.FELT:
        document_id = None  # a field is known without the document
    return Decision(
        case_id=case.case_id,
        checkpoint=checkpoint.id,
        document_id=document_id,
        kind=checkpoint.kind,
        status=_STATUS[finding.documented] if finding.applies else Status.IKKE_RELEVANT,
        value=finding.value,
        probability=finding.probability,
        grade=finding.grade,
        review=finding.review,
        evidence=tuple(
            replace(quote, document_id=None) if quote.document_id == document_id else quote
            for quote in finding.evidence
        ),
        method=finding.method,
        model=model if finding.method is Method.MODEL else None,
        reason=finding.reason,
    )


def _check(checkpoint: Checkpoint, document: Document | None, by_id: Mapping[str, Document], finding: Finding) -> None:
    """Raise where a finding breaks what readers of a decision rely on (codebook, section 2, rule 5).

    The messages name the checkpoint only: they may end in a log, where no case or file name belongs.
    """
    where = f"checkpoint {checkpoint.id}"
    if finding.probability is not None and not 0.0 <= finding.probability <= 1.0:
        raise InvalidFindingError(f"{where}: probability {finding.probability} is outside 0..1")
    if finding.method is Method.FELT:
        return
    if finding.documented and checkpoint.type in _OWES_EVIDENCE and not finding.evidence:
        raise InvalidFindingError(f"{where}: dokumenteret without evidence")
    for quote in finding.evidence:
        source = document if quote.document_id is None else by_id.get(quote.document_id)
        inside = source is not None and source.start <= quote.start < quote.end <= source.end
        if source is None or not inside or source.text[quote.start : quote.end] != quote.text:
            raise InvalidFindingError(
                f"{where}: evidence at {quote.start}-{quote.end} is not what the document says there"
            )


def _decision(case: Case, checkpoint: Checkpoint, document: Document | None, status: Status, reason: str) -> Decision:
    """A decision that no detector was asked for."""
    return Decision(
        case_id=case.case_id,
        checkpoint=checkpoint.id,
        document_id=None if document is None or checkpoint.case_level else document.document_id,
        kind=checkpoint.kind,
        status=status,
        value=None,
        probability=None,
        grade=None,
        review=False,
        evidence=(),
        method=Method.REGEL,
        model=None,
        reason=reason,
    )

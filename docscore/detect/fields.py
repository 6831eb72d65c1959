"""The detector ``felt``: what ``sag.json`` (or a flat export's case table) states as true or false."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docscore.checkpoints.reasons import field_missing
from docscore.decision import Finding, Method

if TYPE_CHECKING:
    from docscore.case import Case, Document
    from docscore.checkpoints.catalogue import Checkpoint


def felt(checkpoint: Checkpoint, case: Case, document: Document | None = None) -> Finding:
    """Answer a checkpoint from its field alone (codebook, section 4.1, "Fields").

    A field is true or false, decides even where its document is missing, and has no evidence. What was
    not true or false in the input is absent here and counts as missing.

    Args:
        checkpoint: a checkpoint with a ``field``.
        case: the case; only ``case.facts.fields`` is read.
        document: not used; a field is known without one.

    Returns:
        A finding with method ``felt``; ``documented`` is None where the field is not given.

    Raises:
        ValueError: the checkpoint has no field (a fault in the catalogue).
    """
    del document
    if checkpoint.field is None:
        raise ValueError(f"checkpoint {checkpoint.id} has detector 'felt' but no field")
    value = case.facts.fields.get(checkpoint.field)
    reason = field_missing(checkpoint.field) if value is None else None
    return Finding(documented=value, method=Method.FELT, reason=reason)

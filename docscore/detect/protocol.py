"""What a detector is: one way of finding out, behind one call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from docscore.case import Case, Document
    from docscore.checkpoints.catalogue import Checkpoint
    from docscore.decision import Finding


class Detector(Protocol):
    """Answers a checkpoint for one case.

    It is called only where the checkpoint applies to the case. A checkpoint of type ``topic``, ``text`` or
    ``compare`` is asked with the audited document, which then has words; one of type ``dates``,
    ``presence`` or ``field`` with the audited document of its kind, or None where the case has none.
    Evidence offsets are code points into ``document.text`` and lie within ``document.start`` and
    ``document.end``.
    """

    def __call__(self, checkpoint: Checkpoint, case: Case, document: Document | None) -> Finding:
        """Return what was found; ``documented`` is None with a Danish ``reason`` where it cannot be told."""
        ...


Detectors: TypeAlias = Mapping[str, Detector]
"""The detectors of a run by the name that the catalogue uses (``detector``)."""

"""The catalogue of checkpoints, and how findings become decisions."""

from __future__ import annotations

from docscore.checkpoints.catalogue import (
    Catalogue,
    CatalogueError,
    Checkpoint,
    CheckpointType,
    Krav,
    Population,
    load_catalogue,
)
from docscore.checkpoints.decide import CaseDecisions, InvalidFindingError, decide
from docscore.checkpoints.parsing import parse_catalogue

__all__ = [
    "CaseDecisions",
    "Catalogue",
    "CatalogueError",
    "Checkpoint",
    "CheckpointType",
    "InvalidFindingError",
    "Krav",
    "Population",
    "decide",
    "load_catalogue",
    "parse_catalogue",
]

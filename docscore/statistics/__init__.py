"""Figures for many cases: shares with intervals, samples, estimates and agreement.

Everything here begins with decisions that ``docscore score`` wrote (:func:`load_decisions`) and ends with numbers; no
document is read.
"""

from __future__ import annotations

from docscore.statistics.decisions import STATUSES, Decisions, load_decisions

__all__ = ["STATUSES", "Decisions", "load_decisions"]

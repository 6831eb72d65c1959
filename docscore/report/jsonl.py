"""JSON as docscore writes it: UTF-8 without ASCII escapes, one object per line, the same bytes on every run."""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docscore.report.records import CaseRecord, Record

# Legal in JSON, but a terminal obeys them, some readers split lines at them, and UTF-8 has no lone surrogates.
_ESCAPED = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def dumps(record: Mapping[str, object], *, ascii_only: bool = False, indent: int | None = None) -> str:
    """One record as JSON text.

    Args:
        record: what to write, in its own order.
        ascii_only: escape everything outside ASCII, for a stream that cannot carry Danish letters.
        indent: spaces per level; None for one line.
    """
    if ascii_only or indent is not None:
        text = json.dumps(record, ensure_ascii=ascii_only, indent=indent, allow_nan=False)
    else:
        text = _ENCODER.encode(record)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class JsonlWriter:
    """Writes ``decisions.jsonl``, ``cases.jsonl`` and ``problems.jsonl`` as the cases come."""

    def __init__(self, decisions: IO[str], cases: IO[str], problems: IO[str]) -> None:
        self._decisions = decisions
        self._cases = cases
        self._problems = problems

    def case(self, record: CaseRecord) -> None:
        """Write a case: its problems are written by :meth:`problem`."""
        self._decisions.writelines(dumps(decision) + "\n" for decision in record.decisions)
        self._cases.write(dumps(record.case) + "\n")

    def problem(self, record: Record) -> None:
        """Write a problem."""
        self._problems.write(dumps(record) + "\n")

    def close(self) -> None:
        """Close the three files."""
        for stream in (self._decisions, self._cases, self._problems):
            stream.close()

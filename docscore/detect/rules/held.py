"""Which jobsamtaler the documents show to have been held."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from docscore.case import Kind
from docscore.decision import Evidence
from docscore.detect.rules.events import event_data, whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from docscore.case import Document

_HEAD = 400
_WORD = re.compile(r"[^\W\d_]")


def held_meetings(documents: Iterable[Document]) -> dict[date, Evidence]:
    """The days of the dated jobsamtaler, each with its note's first line.

    A note that may be of a no-show, a cancelled or a planned meeting is left out: too few is an open question, one
    too many a wrong answer.
    """
    found: dict[date, Evidence] = {}
    for document in documents:
        if document.kind is not Kind.JOBSAMTALE or document.date is None or document.date in found:
            continue
        head_end = min(document.end, document.start + _HEAD)
        first = _WORD.search(document.text, document.start, document.end)
        if first is None or _not_held().search(document.text, document.start, head_end):
            continue
        start = document.text.rfind("\n", document.start, first.start()) + 1 or document.start
        end = document.text.find("\n", first.start(), document.end)
        end = document.end if end < 0 else end
        text = document.text[start:end].rstrip()
        found[document.date] = Evidence(start, start + len(text), text, document.document_id)
    return found


@cache
def _not_held() -> re.Pattern[str]:
    pattern = whole(event_data()["not_held"]["words"])
    assert pattern is not None
    return pattern

"""Kind, date and journal entries of documents: between the readers and the rest.

:func:`recognise` completes a case: every document gets a kind and, where its text has one, a date; a journal
export with several dated notes becomes one document per note. The parts are public too: :func:`recognise_kind`
(what is this, and why), :func:`find_dates`, :func:`document_date`, :func:`split_entries`, :func:`find_furniture` (what
a print repeats on its pages) and :func:`find_inserts` (attestations and standard paragraphs pasted into a note).
"""

from __future__ import annotations

from docscore.recognise.dates import DateMention, find_dates
from docscore.recognise.entries import Entry, split_entries
from docscore.recognise.furniture import find_furniture
from docscore.recognise.inserts import Insert, InsertKind, find_inserts
from docscore.recognise.kinds import CueHit, KindGuess, recognise_kind
from docscore.recognise.own_date import document_date
from docscore.recognise.recognition import recognise

__all__ = [
    "CueHit",
    "DateMention",
    "Entry",
    "Insert",
    "InsertKind",
    "KindGuess",
    "document_date",
    "find_dates",
    "find_furniture",
    "find_inserts",
    "recognise",
    "recognise_kind",
    "split_entries",
]

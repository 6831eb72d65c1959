"""Kind, date and journal entries of documents: between the readers and the rest.

:func:`recognise` completes a case: every document gets a kind and, where its text has one, a date; a journal
export with several dated notes becomes one document per note. The parts are public too: :func:`recognise_kind`
(what is this, and why), :func:`find_dates`, :func:`document_date`, :func:`split_entries`.
"""

from __future__ import annotations

from docscore.recognise.dates import DateMention, find_dates
from docscore.recognise.entries import Entry, split_entries
from docscore.recognise.kinds import CueHit, KindGuess, recognise_kind
from docscore.recognise.own_date import document_date
from docscore.recognise.recognition import recognise

__all__ = [
    "CueHit",
    "DateMention",
    "Entry",
    "KindGuess",
    "document_date",
    "find_dates",
    "recognise",
    "recognise_kind",
    "split_entries",
]

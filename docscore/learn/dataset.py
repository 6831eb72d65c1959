"""Annotated documents and bank sentences as rows of features and labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from docscore.detect.features import DIMENSIONS, Weights, featurise
from docscore.language.layout import BlockKind
from docscore.language.reading import Reading, read
from docscore.learn.annotations import HEADS, AnnotatedDocument, BankSentence

UNKNOWN = np.nan
"""The label of a sentence that nobody judged for a head; such rows are left out of that head's training."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document (or bank sentence in its context): its reading and the labels of its sentences.

    ``labels`` has shape (sentences, len(HEADS)) with 0, 1 or :data:`UNKNOWN`.
    """

    source: str
    reading: Reading
    labels: NDArray[np.float64]
    document: AnnotatedDocument | None


def overlaps(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a sentence is one of the quoted ones: half of either lies in the other."""
    for a, b in spans:
        shared = min(end, b) - max(start, a)
        if shared > 0 and (2 * shared >= end - start or 2 * shared >= b - a):
            return True
    return False


def from_document(document: AnnotatedDocument) -> Item:
    """Read a document and label its sentences from its evidence spans."""
    reading = read(document.text, kind=document.kind)
    labels = np.full((len(reading.sentences), len(HEADS)), UNKNOWN)
    for column, head in enumerate(HEADS):
        label = document.labels.get(head)
        if label is None:
            continue
        labels[:, column] = [overlaps(s.start, s.end, label.evidence) for s in reading.sentences]
        for i, s in enumerate(reading.sentences):
            if not labels[i, column] and overlaps(s.start, s.end, label.debated):
                labels[i, column] = UNKNOWN
    return Item(document.writer, reading, labels, document)


def from_bank(sentence: BankSentence) -> Item:
    """Read a bank sentence in its context; only its own head (and those it also documents) is labelled."""
    reading = read(sentence.text, kind=sentence.kind)
    labels = np.full((len(reading.sentences), len(HEADS)), UNKNOWN)
    for i, found in enumerate(reading.sentences):
        inside = min(found.end, len(sentence.text)) - max(found.start, sentence.start)
        if 2 * inside < found.end - found.start and found.kind is not BlockKind.TICKED:
            continue
        labels[i, HEADS.index(sentence.head)] = sentence.documented
        for head in sentence.also:
            labels[i, HEADS.index(head)] = 1
    return Item("sentences:" + sentence.source, reading, labels, None)


def matrix(items: Sequence[Item], weights: Weights) -> sparse.csr_matrix:
    """The features of all sentences of all items, shape (sentences, DIMENSIONS)."""
    rows: list[NDArray[np.intp]] = []
    columns: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float32]] = []
    count = 0
    for item in items:
        found = featurise(item.reading, weights)
        rows.append(found.row + count)
        columns.append(found.column)
        values.append(found.value)
        count += found.rows
    table = sparse.csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=(count, DIMENSIONS)
    )
    table.sum_duplicates()
    return table


def bounds(items: Sequence[Item]) -> NDArray[np.intp]:
    """Where each item's sentences begin in the rows; one more entry for the end."""
    return np.cumsum([0, *(len(item.reading.sentences) for item in items)])

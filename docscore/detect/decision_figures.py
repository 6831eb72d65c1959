"""What one decision about a document rests on: figures pooled from its sentences, and the sentences that carry it.

Scoring and training work them out alike, from the logits of the sentences (:mod:`docscore.detect.topics`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from docscore.checkpoints.catalogue import OWN
from docscore.detect.pooling import FLOOR, pool, strongest, within
from docscore.detect.related import leaning_figures
from docscore.language.qualifiers import Speaker
from docscore.language.reading import Reading, Sentence

ELEMENTS = ("mening", "foelelser", "oensker")
"""Sub-elements of ``borgerens_perspektiv`` (kodebog 3.1)."""

ORDINARY = -3.0
"""The logit of an ordinary sentence; it stands in for a neighbour that a short document lacks."""

MOST_CARRIERS = 8
"""Sentences that are shown as evidence at most."""


def own_logits(goal: NDArray[np.floating], perspective: NDArray[np.floating]) -> NDArray[np.float64]:
    """Logits of a job goal that is the citizen's own: a goal that is also the citizen's wish or view.

    Args:
        goal: logits of ``klart_jobmaal``, shape (sentences,).
        perspective: logits of ``borgerens_perspektiv``, shape (sentences,).
    """
    summed: NDArray[np.float64] = np.minimum(goal, 2.0, dtype=np.float64) + np.clip(perspective, -2.0, 2.0)
    return summed


def own_figures(reading: Reading, goal: NDArray[np.floating], perspective: NDArray[np.floating]) -> list[float]:
    """What decides that the goal is the citizen's own: the strongest sentence that is both goal and view, the
    strongest goal told as the citizen's, the strongest goal, and the strongest view."""
    told = [
        s.qualified.speaker is Speaker.BORGER or any(hit.name == "WISH" for hit in s.hits) for s in reading.sentences
    ]
    spoken = np.asarray(goal)[np.array(told, dtype=bool)]
    return [strongest(own_logits(goal, perspective)), strongest(spoken), strongest(goal), strongest(perspective)]


def head_logits(logits: NDArray[np.floating], columns: Sequence[str], head: str) -> NDArray[np.floating]:
    """Sentence logits of one decision, for scoring and for training alike.

    Args:
        logits: shape (sentences, heads).
        columns: the name of each column.
        head: one of the columns or :data:`OWN`.

    Returns:
        Shape (sentences,).
    """
    if head == OWN:
        return own_logits(*_goal_and_perspective(logits, columns))
    return logits[:, columns.index(head)]


def head_figures(
    reading: Reading, logits: NDArray[np.floating], columns: Sequence[str], head: str, kinds: Sequence[str]
) -> NDArray[np.float64]:
    """A document's pooled figures for one decision, for scoring and for training alike; as :func:`head_logits`.

    ``kinds`` are those that the decision is made for.
    """
    if head == OWN:
        figures = own_figures(reading, *_goal_and_perspective(logits, columns))
    else:
        figures = surroundings(reading, head_logits(logits, columns, head))
        figures += leaning_figures(reading, logits, columns, head)
    return pool(figures, reading.kind, kinds)


def surroundings(reading: Reading, logits: NDArray[np.floating]) -> list[float]:
    """The strongest sentence's logit and what bears on how far to trust it.

    Its length (a long sentence gathers score from words that belong to something else), the logits of the sentences
    beside it (an answer often runs over several), and how many sentences speak for it.
    """
    if not len(logits):
        return [FLOOR, 0.0, ORDINARY, ORDINARY, 0.0, 0.0]
    # A document has few sentences and many decisions: plain numbers are faster here than arrays.
    plain: list[float] = logits.tolist()
    highest = max(plain)
    best = plain.index(highest)
    return [
        within(highest),
        math.log1p(len(reading.sentences[best].words)),
        within(plain[best - 1]) if best else ORDINARY,
        within(plain[best + 1]) if best + 1 < len(plain) else ORDINARY,
        math.log1p(len([logit for logit in plain if logit > 0])),
        math.log1p(len([logit for logit in plain if logit > -1])),
    ]


def _goal_and_perspective(
    logits: NDArray[np.floating], columns: Sequence[str]
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    return logits[:, columns.index("klart_jobmaal")], logits[:, columns.index("borgerens_perspektiv")]


def elements_of(reading: Reading, chosen: Sequence[int]) -> list[str]:
    """The sub-elements of the citizen's perspective in the carrying sentences, by their word classes.

    A sentence that names neither a feeling nor a wish gives an opinion. (Heads of their own did worse on
    writers held out: F1 0.65 against 0.79.)
    """
    found: set[str] = set()
    for i in chosen:
        names = {hit.name for hit in reading.sentences[i].hits}
        told = {element for name, element in (("FEEL", "foelelser"), ("WISH", "oensker")) if name in names}
        found |= told
        if not told or "OPINION" in names:
            found.add("mening")
    return [element for element in ELEMENTS if element in found]


def carriers(logits: NDArray[np.floating], cut: float) -> tuple[int, ...]:
    """Positions of the sentences that carry a topic, strongest first: those above ``cut``, at least one."""
    order = np.argsort(-logits, kind="stable")
    above = int((logits >= cut).sum())
    return tuple(order[: min(max(above, 1), MOST_CARRIERS)].tolist())


def grade_figures(evidence: Sequence[Sentence], elements: int) -> NDArray[np.float64]:
    """What the grade is read from: number and length of the evidence, breadth of its word classes, sub-elements."""
    words = sum(len(sentence.words) for sentence in evidence)
    classes = {hit.name for sentence in evidence for hit in sentence.hits}
    longest = max((len(sentence.words) for sentence in evidence), default=0)
    return np.array(
        [np.log1p(len(evidence)), np.log1p(words), np.log1p(len(classes)), np.log1p(longest), elements],
        dtype=np.float64,
    )

"""A model adapted to a municipality's own annotated cases, and whether that helps, from these cases alone.

The given model does not hold the corpus it was trained on; so its knowledge stays by priors at it
(:mod:`docscore.learn.shift`). Everything that is shown was measured on cases that the adapted model had not seen:
whole cases are held out in turn, and the adaptation is made from the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from docscore.checkpoints.catalogue import TOPICS
from docscore.detect import model_file
from docscore.detect.decision_figures import head_figures
from docscore.detect.features import Features, Weights
from docscore.detect.network import read_again
from docscore.errors import AnnotationError, ModelError
from docscore.learn import metrics
from docscore.learn.annotations import HEADS, load_documents
from docscore.learn.calibrate import probabilities
from docscore.learn.dataset import Item, bounds, from_document, matrix
from docscore.learn.shift import Floats, Shift, fit_coefficients, fit_shift
from docscore.learn.train import KINDS_OF, truth_of
from docscore.learn.validate import CORE

Index = NDArray[np.intp]

FEWEST = 6
"""Own cases at least; fewer cannot be held out."""


@dataclass(frozen=True, slots=True)
class How:
    """How far own cases may move the model; chosen on simulated municipalities (training/comparison.md).

    ``strength`` of own sentences, ``shares`` of the weights so fitted of which one is added, and ``spread`` of the
    calibration's prior (:mod:`docscore.learn.shift`); a larger share is taken where it explains own cases better by
    ``margin`` (natural logarithm of the likelihood: three is twenty to one), in ``inner`` parts of own cases whose
    sentences the shift had not seen; ``folds`` in which cases are held out for the figures; ``curve``: numbers of own
    cases of the learning curve; ``target`` as :class:`docscore.learn.recipe.Recipe` has it.
    """

    strength: float = 0.3
    shares: tuple[float, ...] = (0.25, 0.5, 1.0)
    margin: float = 3.0
    spread: float = 0.15
    inner: int = 5
    folds: int = 6
    curve: tuple[int, ...] = (5, 10, 20)
    target: float = 0.974
    seed: int = 20210901


class Own:
    """Own annotated documents as the given model sees them.

    Args:
        model: the given model's files.
        root: the folder of own annotations.

    Raises:
        AnnotationError: there are too few cases, or a label file breaks the format.
        ModelError: the model is no linear one.
    """

    def __init__(self, model: model_file.ModelFiles, root: Path) -> None:
        if model.card.get("backend", "linear") != "linear":
            raise ModelError(
                "Kun en lineær model kan tilpasses med --from. Træn en transformer-model på begge samlinger i stedet."
            )
        self.model = model
        self.heads: tuple[str, ...] = tuple(model.card["heads"])
        self.decisions: dict[str, Any] = model.card["decisions"]
        self.items: list[Item] = [from_document(document) for document in load_documents(root)]
        self.cases = np.array([item.document.case_id for item in self.items if item.document])
        self.names = np.array([item.document.name for item in self.items if item.document])
        if len(set(self.cases.tolist())) < FEWEST:
            raise AnnotationError(f"{root} har færre end {FEWEST} annoterede sager. Annotér flere, og prøv igen.")
        self.count = len(set(self.cases.tolist()))
        self.begin = bounds(self.items)
        self.table: sparse.csr_matrix = matrix(self.items, Weights(**model.card["features"]))
        columns = [HEADS.index(head) for head in self.heads]
        self.labels = np.vstack([item.labels for item in self.items])[:, columns]
        self.linear = np.asarray(self.table @ model.weights + model.bias, dtype=np.float64)
        part = self.table.tocoo()
        self.told = np.asarray(model.network.logits(Features(len(self.linear), part.row, part.col, part.data)))
        self.topics = [place for place, head in enumerate(self.heads) if head in TOPICS]
        self.logits = self.shifted(None, np.arange(len(self.linear)))
        # The network has half the say about the topics where a sentence matters: where an added logit counts half.
        self.felt = np.ones_like(self.linear)
        self.felt[:, self.topics] = 0.5
        self.start = self.linear.copy()
        self.start[:, self.topics] = (self.linear[:, self.topics] + self.told) / 2
        self.truth = {head: np.array([self._truth(item, head) for item in self.items]) for head in self.decisions}
        self.kinds = np.array([str(item.reading.kind) for item in self.items])

    def _truth(self, item: Item, head: str) -> float:
        """1, 0, or NaN where the document is not asked or not labelled."""
        answer = truth_of(item, head) if head in KINDS_OF else None
        return np.nan if answer is None else float(answer)

    def known_writers(self) -> list[str]:
        """Writers of own cases whose cases the given model was trained on."""
        return sorted({item.source for item in self.items} & set(self.model.card.get("data", {}).get("writers", ())))

    def rows(self, documents: Index) -> Index:
        """The sentences of documents."""
        parts: list[Index] = [np.arange(self.begin[i], self.begin[i + 1], dtype=np.intp) for i in documents]
        found: Index = np.concatenate(parts)
        return found

    def shifted(self, shift: Shift | None, rows: Index) -> Floats:
        """Logits of sentences as the given model scores them, or with weights added; shape (len(rows), heads)."""
        logits: Floats = self.linear[rows]
        if shift is not None:
            logits = logits + shift.of(self.table[rows])
        read_again(logits, self.topics, lambda at: self.told[rows[at]])
        return logits

    def figures(self, logits: Floats, documents: Index, head: str) -> Floats:
        """Pooled figures of documents, shape (documents, figures); ``logits`` are those of all sentences."""
        kinds = self.decisions[head]["pooled_kinds"]
        found = [
            head_figures(self.items[i].reading, logits[self.begin[i] : self.begin[i + 1]], self.heads, head, kinds)
            for i in documents
        ]
        return np.array(found).reshape(len(documents), -1)

    def labelled(self, documents: Index, head: str) -> Index:
        """Those of the documents that were labelled for a decision."""
        known: NDArray[np.bool_] = ~np.isnan(self.truth[head][documents])
        found: Index = documents[known]
        return found


@dataclass(frozen=True, slots=True)
class Adapted:
    """What is added to the linear heads (``share`` of what was fitted), and the calibration's coefficients."""

    shift: Shift
    share: float
    coefficients: Mapping[str, Floats]


def fit(own: Own, documents: Index, how: How) -> Adapted:
    """Adapt to some of the own documents."""
    crossed: list[tuple[Index, Shift]] = []
    for part in case_folds(own.cases[documents], how.inner, how.seed):
        held = np.isin(own.cases[documents], part)
        crossed.append((own.rows(documents[held]), _shift(own, documents[~held], how)))
    taken, least = 0.0, np.inf
    coefficients: dict[str, Floats] = {}
    for share in how.shares:
        logits = own.logits.copy()
        for rows, shift in crossed:
            logits[rows] = own.shifted(shift.times(share), rows)
        found, loss = _calibrate(own, logits, documents, how)
        if loss < least - (how.margin if coefficients else 0.0):
            taken, least, coefficients = share, loss, found
    return Adapted(_shift(own, documents, how).times(taken), taken, coefficients)


def _calibrate(own: Own, logits: Floats, documents: Index, how: How) -> tuple[dict[str, Floats], float]:
    """Coefficients of every decision, and how badly they explain own documents (negative log posterior)."""
    coefficients: dict[str, Floats] = {}
    total = 0.0
    for head, decision in own.decisions.items():
        mine = own.labelled(documents, head)
        given = np.array(decision["coefficients"], dtype=np.float64)
        truth = own.truth[head][mine] == 1
        figures = own.figures(logits, mine, head) if len(mine) else np.zeros((0, len(given) - 1))
        coefficients[head], loss = fit_coefficients(figures, truth, given, how.spread)
        total += loss
    return coefficients, total


def _shift(own: Own, documents: Index, how: How) -> Shift:
    rows = own.rows(documents)
    return fit_shift(own.table[rows], own.labels[rows], own.start[rows], own.felt[rows], how.strength)


def case_folds(cases: NDArray[np.str_], folds: int, seed: int) -> list[list[str]]:
    """Parts of the cases to hold out in turn, alike in size; every case in one."""
    names = sorted(set(cases.tolist()))
    order = np.random.default_rng(seed).permutation(len(names))
    count = max(2, min(folds, len(names)))
    return [[names[i] for i in order[k::count]] for k in range(count)]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions about own documents beside the annotated answers, one row a decision; ``before`` and ``after`` are
    probabilities, ``turn`` the thresholds; ``main`` are the five topics in the core kinds."""

    case: NDArray[np.str_]
    document: NDArray[np.str_]
    head: NDArray[np.str_]
    main: metrics.Bools
    truth: metrics.Bools
    turn: Floats
    before: Floats
    after: Floats


def held_out(
    own: Own, how: How, most: int | None = None, progress: Callable[[str], None] = lambda _: None
) -> Decisions:
    """Every own document decided by the given model, and by one adapted to other cases.

    Args:
        own: own documents.
        how: how to adapt.
        most: adapt to at most so many of the other cases, drawn with the seed.
        progress: told what is done.
    """
    parts: list[tuple[Any, ...]] = []
    folds = case_folds(own.cases, how.folds, how.seed)
    for number, part in enumerate(folds, 1):
        others = [case for fold in folds if fold is not part for case in fold]
        if most is not None:
            drawn = np.random.default_rng(how.seed + number).permutation(len(others))[:most]
            others = [others[i] for i in drawn]
        adapted = fit(own, np.flatnonzero(np.isin(own.cases, others)), how)
        parts += _decide(own, adapted, np.flatnonzero(np.isin(own.cases, part)))
        progress(f"{number}/{len(folds)}")
    return Decisions(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _decide(own: Own, adapted: Adapted, documents: Index) -> list[tuple[Any, ...]]:
    rows = own.rows(documents)
    logits = own.logits.copy()
    logits[rows] = own.shifted(adapted.shift, rows)
    found: list[tuple[Any, ...]] = []
    for head, decision in own.decisions.items():
        mine = own.labelled(documents, head)
        if not len(mine):
            continue
        kinds = own.kinds[mine]
        turn = np.array([(decision["kinds"].get(kind) or decision["otherwise"])["threshold"] for kind in kinds])
        given = np.array(decision["coefficients"], dtype=np.float64)
        found.append(
            (
                own.cases[mine],
                own.names[mine],
                np.full(len(mine), head),
                np.array([head in TOPICS and kind in CORE for kind in kinds]),
                own.truth[head][mine] == 1,
                turn,
                probabilities(own.figures(own.logits, mine, head), given),
                probabilities(own.figures(logits, mine, head), adapted.coefficients[head]),
            )
        )
    return found


def change(seen: Decisions, chosen: Sequence[bool] | metrics.Bools, rounds: int = 1000) -> dict[str, Any]:
    """Figures before and after, their difference, and its 95 % interval by cases drawn again.

    Returns:
        ``n``, ``before``, ``after``, ``difference`` (kappa over the chosen decisions pooled), ``interval``,
        ``better`` (share of resamples in which it is above 0), ``brier_before``, ``brier_after``; None where undefined.
    """
    mine = np.asarray(chosen)
    truth, turn = seen.truth[mine], seen.turn[mine]
    cases = {case: k for k, case in enumerate(sorted(set(seen.case[mine].tolist())))}
    counts = metrics.draw(len(cases), rounds)[:, [cases[case] for case in seen.case[mine]]]
    measured: dict[str, Floats] = {}
    found: dict[str, Any] = {"n": int(mine.sum())}
    for name, p in (("before", seen.before[mine]), ("after", seen.after[mine])):
        nothing = np.full(len(truth), np.nan)
        figures = metrics.figures(
            metrics.Table(truth, p >= turn, p, np.zeros(len(truth), dtype=bool), nothing, nothing), counts
        )
        measured[name] = figures["kappa"]
        found[name] = _known(figures["kappa"][0])
        found[f"brier_{name}"] = _known(figures["brier"][0])
    moved = measured["after"] - measured["before"]
    bounds_of = metrics.interval(moved[1:])
    known = moved[1:][~np.isnan(moved[1:])]
    found["difference"] = _known(moved[0])
    found["interval"] = None if bounds_of is None else [round(bound, 4) for bound in bounds_of]
    found["better"] = round(float((known > 0).mean()), 4) if len(known) else None
    return found


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)

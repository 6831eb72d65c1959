"""Everything that a training depends on beside the annotations."""

from __future__ import annotations

from dataclasses import dataclass, field

from docscore.detect.features import Weights


@dataclass(frozen=True, slots=True)
class NetworkRecipe:
    """What the network's training depends on beside the rows; chosen by leave-one-writer-out (training/comparison.md).

    ``units`` of the hidden layer; ``wide_rate`` is the step of the layer that reads the features, ``rate`` that of the
    rest; ``drop_features`` and ``drop_units`` are shares left out at random in every batch; so many rows as
    ``min_count`` must have a feature; ``decay`` shrinks the upper layer, ``start`` is the spread of the wide layer's
    first weights.
    """

    units: int = 64
    epochs: int = 6
    batch: int = 64
    rate: float = 3e-3
    wide_rate: float = 0.02
    drop_features: float = 0.15
    drop_units: float = 0.4
    min_count: int = 3
    decay: float = 1e-3
    start: float = 0.02


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that a training depends on beside the annotations.

    ``regularisation`` is the C of scikit-learn's ``LinearSVC``; ``positive_weight`` the weight of a documented
    sentence; ``bank_weight`` that of a bank sentence, ``plain_weight`` of one in ``plain-*.jsonl`` (ordinary wording,
    which the hard documents hold too little of); ``folds`` the number of groups of writers held out in turn for
    calibration; ``target`` the agreement asked of decisions outside the review band, a little above the 0.97
    that is promised, since the next writer differs from those held out.
    """

    name: str = "default"
    features: Weights = field(default_factory=Weights)
    network: NetworkRecipe = field(default_factory=NetworkRecipe)
    regularisation: float = 0.15
    positive_weight: float = 1.0
    bank_weight: float = 0.5
    plain_weight: float = 1.0
    min_count: int = 2
    folds: int = 8
    target: float = 0.974
    evidence_cut: float = -0.5
    seed: int = 20210901

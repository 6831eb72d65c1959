"""A transformer model: the small model of its folder, and an encoder that reads what that one leaves unclear."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from docscore.detect.topics import TopicModel
from docscore.errors import ModelError
from docscore.transformer import needs
from docscore.transformer.cascade import gate_of, stack_of

if TYPE_CHECKING:
    from docscore.detect.model_file import ModelFiles
    from docscore.language.reading import Reading
    from docscore.transformer.runtime import PassageScorer

ENCODER = "encoder"
"""The encoder's folder within a model's."""


class TransformerModel(TopicModel):
    """As :class:`docscore.detect.topics.TopicModel`; only where a sentence's logits come from is another.

    The encoder is loaded when the first document is scored, in the process that scores it.

    Args:
        loaded: the folder's files, checked.
        folder: the model's folder.

    Raises:
        MissingDependencyError: the extra is not installed.
        ModelError: the card does not describe a transformer model.
    """

    def __init__(self, loaded: ModelFiles, folder: Path) -> None:
        super().__init__(loaded)
        try:
            self._spec = loaded.card["encoder"]
            self._gate = gate_of(loaded.card["gate"])
            self._stack = stack_of(loaded.card["stack"])
            onnx = self._spec["runtime"] == "onnx"
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{folder} beskriver ikke en transformer-model. Hent eller træn modellen igen.") from error
        wanted, extra = (needs.ONNX, "onnx") if onnx else (needs.TORCH, "transformer")
        needs.require(wanted, f"Modellen i {folder} er en transformer-model og", extra)
        self._folder = folder / ENCODER
        self._loaded_encoder: PassageScorer | None = None
        self.sentences = 0
        """Sentences scored so far."""
        self.read = 0
        """Those of them that the encoder read."""

    def encoder(self) -> PassageScorer:
        """The encoder, loaded at the first call."""
        if self._loaded_encoder is None:
            from docscore.transformer.runtime import load_scorer

            self._loaded_encoder = load_scorer(self._folder, self._spec, len(self.heads))
        return self._loaded_encoder

    def first_logits(self, reading: Reading, columns: tuple[str, ...]) -> NDArray[np.float32]:
        """What the folder's own small model says, which the cascade begins with; shape (sentences, len(columns))."""
        return super().sentence_logits(reading, columns)

    def sentence_logits(self, reading: Reading, columns: tuple[str, ...]) -> NDArray[np.float32]:
        """What both models say of every sentence, shape (sentences, len(columns))."""
        first = self.first_logits(reading, columns)
        read = self._gate.candidates(reading, first, columns)
        self.sentences += len(first)
        self.read += len(read)
        chosen = [self.heads.index(head) for head in columns]
        found = self.encoder().logits(reading, read.tolist()) if len(read) else np.empty((0, len(self.heads)))
        return self._stack.join(first, read, found[:, chosen])

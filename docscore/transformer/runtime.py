"""Running a finished encoder: by torch (GPU or CPU) or by ONNX Runtime (CPU), behind one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from docscore.errors import ModelError
from docscore.language.reading import Reading
from docscore.transformer import needs
from docscore.transformer.passages import (
    Shape,
    Window,
    arrays,
    batches,
    load_tokenizer,
    passages,
    strongest_window,
    windows,
)

ONNX_FILE = "model.onnx"

CPU_TOKENS = 4096
"""Tokens of a batch; more gain nothing on a CPU."""

GPU_TOKENS = 65_536


class Runner(Protocol):
    """Runs padded windows through a network."""

    most_tokens: int

    def __call__(self, inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Logits, shape (windows, heads)."""
        ...


class TorchRunner:
    """By torch, on the GPU where there is one.

    Args:
        network: a :class:`docscore.transformer.network.PassageClassifier`.
        threads: on a CPU.
        device: torch's name of it; chosen where None.
    """

    def __init__(self, network: Any, threads: int, device: str | None = None) -> None:
        import torch

        self._torch = torch
        self._threads = threads
        self._device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self._device).eval()
        self.most_tokens = GPU_TOKENS if self._device == "cuda" else CPU_TOKENS

    def __call__(self, inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Logits, shape (windows, heads)."""
        torch = self._torch
        before = torch.get_num_threads()
        if self._device == "cpu" and before != self._threads:
            torch.set_num_threads(self._threads)
        try:
            with torch.inference_mode():
                found = self._network(**{name: torch.from_numpy(a).to(self._device) for name, a in inputs.items()})
                logits: NDArray[np.float32] = found["logits"].float().cpu().numpy()
        finally:
            if self._device == "cpu" and before != self._threads:
                torch.set_num_threads(before)
        return logits


class OnnxRunner:
    """By ONNX Runtime on the CPU; needs neither torch nor transformers."""

    most_tokens = CPU_TOKENS

    def __init__(self, file: Path, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own exceptions have no common base
            raise ModelError(f"{file} kan ikke læses som ONNX-model. Eksportér modellen igen.") from error
        self._names = {one.name for one in self._session.get_inputs()}

    def __call__(self, inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Logits, shape (windows, heads)."""
        wanted = {name: value for name, value in inputs.items() if name in self._names}
        logits: NDArray[np.float32] = self._session.run(["logits"], wanted)[0]
        return logits


class PassageScorer:
    """Sentences of a reading → logits of every head of the encoder.

    Args:
        tokenizer: from :func:`docscore.transformer.passages.load_tokenizer`.
        runner: runs the windows.
        shape: their size.
        pad: the id of padding.
        heads: the number of logits.
    """

    def __init__(self, tokenizer: Any, runner: Runner, shape: Shape, pad: int, heads: int) -> None:
        self._tokenizer = tokenizer
        self._runner = runner
        self._shape = shape
        self._pad = pad
        self._heads = heads

    def logits(self, reading: Reading, chosen: Sequence[int]) -> NDArray[np.float32]:
        """Logits of the chosen sentences (their positions), shape (len(chosen), heads)."""
        if not len(chosen):
            return np.empty((0, self._heads), dtype=np.float32)
        found = windows(self._tokenizer, passages(reading, chosen, self._shape), self._shape)
        return self.of_windows(found, len(chosen))

    def of_windows(self, found: Sequence[Window], sentences: int) -> NDArray[np.float32]:
        """Logits of windows gathered by their owners, shape (sentences, heads)."""
        out = np.empty((len(found), self._heads), dtype=np.float32)
        for at in batches(found, self._runner.most_tokens):
            out[at] = self._runner(arrays([found[i] for i in at], self._pad))
        return strongest_window(out, [window.owner for window in found], sentences)


def load_scorer(folder: Path, spec: Mapping[str, Any], heads: int) -> PassageScorer:
    """The scorer of a model folder.

    Args:
        folder: the encoder's folder.
        spec: ``card["encoder"]``.
        heads: the number of heads.

    Raises:
        ModelError: the files cannot be used.
        MissingDependencyError: the extra is not installed.
    """
    threads = needs.scoring_threads()
    runner: Runner
    if spec["runtime"] == "onnx":
        needs.require(needs.ONNX, f"Modellen i {folder.parent}", "onnx")
        runner = OnnxRunner(folder / ONNX_FILE, threads)
    else:
        needs.require(needs.TORCH, f"Modellen i {folder.parent}", "transformer")
        needs.stay_offline()
        from docscore.transformer.network import load_network

        runner = TorchRunner(load_network(folder, heads), threads)
    shape = Shape(int(spec["max_length"]), int(spec["context_words"]))
    try:
        tokenizer = load_tokenizer(str(folder / "tokenizer.json"))
    except Exception as error:  # tokenizers raises plain Exception
        raise ModelError(f"{folder / 'tokenizer.json'} kan ikke læses. Hent eller træn modellen igen.") from error
    return PassageScorer(tokenizer, runner, shape, int(spec["pad"]), heads)

"""``docscore model export --onnx``: a model folder that needs neither torch nor transformers to score."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from docscore.detect import model_file
from docscore.errors import ModelError, OutputError
from docscore.transformer import needs
from docscore.transformer.model import ENCODER, TransformerModel
from docscore.transformer.passages import Window, arrays
from docscore.transformer.runtime import ONNX_FILE

if TYPE_CHECKING:
    from docscore.case import Document

Precision = Literal["int8", "float32"]

OPSET = 17
"""The version of ONNX's operators; any ONNX Runtime of the last years has them."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far the exported model is from the one it was made of.

    Attributes:
        decisions: compared.
        changed: of them with another answer.
        probability: the largest difference of a probability.
        logit: the largest difference of a sentence's logit.
    """

    decisions: int
    changed: int
    probability: float
    logit: float

    def as_card(self) -> dict[str, Any]:
        """As it stands in a model's card."""
        return {
            "decisions": self.decisions,
            "changed": self.changed,
            "probability": round(self.probability, 4),
            "logit": round(self.logit, 4),
        }


def export_onnx(
    folder: Path, out: Path, documents: Iterable[Document], precision: Precision = "int8"
) -> tuple[dict[str, Any], Difference]:
    """Write a model folder whose encoder is an ONNX file, and measure what that changes.

    Args:
        folder: a transformer model.
        out: the new folder.
        documents: documents on which both are compared.
        precision: ``int8`` (weights and products) or ``float32``.

    Returns:
        The new card, and the difference, which also stands in the card.

    Raises:
        ModelError: the folder holds no transformer model, or one that is exported already.
        OutputError: the new folder cannot be written.
        MissingDependencyError: an extra is not installed.
    """
    needs.require(needs.EXPORT, "Eksport til ONNX", "transformer,onnx")
    needs.stay_offline()
    loaded = model_file.load(folder)
    if loaded.card.get("backend") != "transformer":
        raise ModelError(f"{folder} har ingen encoder; der er intet at eksportere, og den er hurtig i forvejen.")
    if loaded.card["encoder"]["runtime"] == "onnx":
        raise ModelError(f"{folder} er allerede eksporteret. Angiv den mappe, som »docscore train« skrev.")
    if out.resolve() == folder.resolve() or (out.exists() and any(out.iterdir())):
        raise OutputError(f"{out} er ikke tom. Vælg en ny mappe med --out.")
    card = json.loads((folder / "card.json").read_text("utf-8"))
    card["encoder"].update(runtime="onnx", precision=precision)
    encoder = out / ENCODER
    try:
        encoder.mkdir(parents=True, exist_ok=True)
        _write_onnx(folder / ENCODER, encoder / ONNX_FILE, card["encoder"], len(card["heads"]), precision)
        for path in (folder / ENCODER).iterdir():
            if path.suffix != ".safetensors":
                shutil.copyfile(path, encoder / path.name)
        shutil.copyfile(folder / "weights.npz", out / "weights.npz")
        model_file.seal(out, card)
        difference = _difference(folder, out, documents)
        card["export"] = difference.as_card()
        model_file.seal(out, card)
    except OSError as error:
        raise OutputError(f"{out} kan ikke skrives. Vælg en anden mappe med --out.") from error
    return card, difference


def _write_onnx(folder: Path, file: Path, spec: dict[str, Any], heads: int, precision: Precision) -> None:
    """Trace the network, and quantise it where that is wanted."""
    import warnings

    import onnx
    import torch

    from docscore.transformer.network import load_network

    network = load_network(folder, heads, attention="eager")
    example = [
        Window([0] * 12, [0] * 6 + [1] * 6, [True] * 6 + [False] * 6, 0),
        Window([0] * 9, [0] * 9, [True] * 9, 1),
    ]
    names = ["input_ids", "attention_mask", "own", *(["token_type_ids"] if network.segmented else [])]
    values = arrays(example, int(spec["pad"]))
    with tempfile.TemporaryDirectory() as place, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = Path(place) / "traced.onnx"
        torch.onnx.export(
            network,
            tuple(torch.from_numpy(values[name]) for name in names),
            str(traced),
            input_names=names,
            output_names=["logits"],
            dynamic_axes={name: {0: "windows", 1: "tokens"} for name in names} | {"logits": {0: "windows"}},
            opset_version=OPSET,
            dynamo=False,
        )
        model = onnx.load(str(traced))
        del model.graph.value_info[:]  # shapes of the example, which the quantiser would take for true
        if precision == "float32":
            onnx.save(model, str(file))
            return
        from onnxruntime.quantization import QuantType, quantize_dynamic

        bare = Path(place) / "bare.onnx"
        onnx.save(model, str(bare))
        before = logging.root.manager.disable
        logging.disable(logging.WARNING)  # advice to programmers, which it writes by the root logger
        try:
            quantize_dynamic(str(bare), str(file), weight_type=QuantType.QInt8, per_channel=True)
        finally:
            logging.disable(before)


def _difference(folder: Path, out: Path, documents: Iterable[Document]) -> Difference:
    """Both models' decisions about the same documents."""
    first, second = (TransformerModel(model_file.load(place), place) for place in (folder, out))
    decisions = changed = 0
    probability = logit = 0.0
    for document in documents:
        a, b = first.analyse(document), second.analyse(document)
        if not len(a.logits):
            continue
        logit = max(logit, float(np.abs(a.logits - b.logits).max()))
        for head in a.columns:
            one, other = first.find(a, head), second.find(b, head)
            decisions += 1
            changed += one.documented != other.documented
            probability = max(probability, abs((one.probability or 0.0) - (other.probability or 0.0)))
    return Difference(decisions, changed, probability, logit)

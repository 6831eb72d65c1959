"""A model on disk: plain arrays and a JSON card, never code, every file under a checksum.

``card.json``      what it is: data, figures, limits, and the calibration
``weights.npz``    the linear heads, only their used columns, and the network (no pickle)
``SHA256SUMS``     checksums of these and of the encoder's files
``encoder/``       of a transformer model only: weights as safetensors or ONNX, tokenizer, configuration
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docscore.checkpoints.catalogue import TOPICS
from docscore.detect.features import DIMENSIONS
from docscore.detect.network import Network
from docscore.errors import ModelError

FORMAT = 2
"""Version of the folder's layout; another one is refused."""

_FILES = ("card.json", "weights.npz")
_ENCODER = re.compile(r"encoder/[A-Za-z0-9_][A-Za-z0-9_.-]*\.(?:json|model|onnx|safetensors|txt)")
"""What an encoder's files may be called: formats that hold data and no code (a pickle is none of them)."""

_SUMS = "SHA256SUMS"
_NETWORK = ("columns", "hidden", "scale", "bias", "out", "out_bias")
MAX_FILE_BYTES = 256 * 1024 * 1024
"""Largest file of a model, and largest unpacked size of its arrays: whoever can change a model can sign it anew."""

MAX_ENCODER_BYTES = 4 * 1024 * 1024 * 1024
"""Largest file of an encoder, which holds hundreds of millions of weights."""

_STAMP = (2020, 1, 1, 0, 0, 0)
"""The date of every member of ``weights.npz``, so that two trainings give the same bytes."""


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model as read: ``values`` (used columns, heads) are the linear weights of ``columns``, ``bias`` has shape
    (heads,); ``network`` reads what may document a topic again."""

    card: dict[str, Any]
    columns: NDArray[np.unsignedinteger]
    values: NDArray[np.floating]
    bias: NDArray[np.float32]
    network: Network
    checksum: str

    @property
    def weights(self) -> NDArray[np.float32]:
        """All weights, shape (DIMENSIONS, heads)."""
        return self.table(range(len(self.bias)))

    def table(self, heads: Sequence[int]) -> NDArray[np.float32]:
        """The weights of some heads, shape (DIMENSIONS, len(heads)); the others take no time and no memory."""
        weights = np.zeros((DIMENSIONS, len(heads)), dtype=np.float32)
        weights[self.columns] = self.values[:, list(heads)]
        return weights


def save(
    folder: Path, card: dict[str, Any], weights: NDArray[np.float32], bias: NDArray[np.float32], network: Network
) -> None:
    """Write a model folder; equal content gives equal bytes.

    Args:
        folder: created where missing; existing model files in it are replaced.
        card: JSON-able; must hold ``heads``.
        weights: shape (DIMENSIONS, heads).
        bias: shape (heads,).
        network: of the topics among the heads.
    """
    folder.mkdir(parents=True, exist_ok=True)
    columns = np.flatnonzero(np.abs(weights).max(axis=1) > 0).astype(np.uint32)
    arrays = {
        "columns": columns,
        "values": weights[columns].astype(np.float16),
        "bias": bias.astype(np.float32),
        **{f"network_{name}": getattr(network, name) for name in _NETWORK},
    }
    with zipfile.ZipFile(folder / "weights.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            info = zipfile.ZipInfo(f"{name}.npy", _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w") as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
    seal(folder, card)


def seal(folder: Path, card: dict[str, Any]) -> None:
    """Write the card of a model folder and the checksums of its files; ``weights.npz`` must be there."""
    text = json.dumps({"format": FORMAT, **card}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / "card.json").write_bytes(text.encode("utf-8"))
    encoder = sorted(f"encoder/{path.name}" for path in (folder / "encoder").glob("*"))
    sums = "".join(f"{_sha256(folder / name)}  {name}\n" for name in (*_FILES, *encoder))
    (folder / _SUMS).write_bytes(sums.encode("ascii"))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_encoder_file(name: str) -> bool:
    """Whether a file may stand in an encoder's folder (``name`` begins with it)."""
    return _ENCODER.fullmatch(name) is not None


def verify(folder: Path) -> str:
    """Check every checksum of a model folder.

    Returns:
        The checksum of the whole: SHA-256 of ``SHA256SUMS``.

    Raises:
        ModelError: a file is missing, not listed or changed.
    """
    sums = folder / _SUMS
    if not sums.is_file():
        raise ModelError(
            f"{folder} er ikke en docscore-model (mangler {_SUMS}). Angiv en mappe, som »docscore train« har skrevet."
        )
    listed: dict[str, str] = {}
    for line in sums.read_text("ascii", "replace").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    encoder = {f"encoder/{path.name}" for path in (folder / "encoder").glob("*")}
    if set(listed) != {*_FILES, *encoder} or not all(map(is_encoder_file, encoder)):
        raise ModelError(f"{sums} nævner ikke præcis modellens filer. Hent eller træn modellen igen.")
    for name, digest in listed.items():
        if not (folder / name).is_file():
            raise ModelError(f"{folder} mangler filen {name}. Hent eller træn modellen igen.")
        if (folder / name).stat().st_size > (MAX_FILE_BYTES if name in _FILES else MAX_ENCODER_BYTES):
            raise ModelError(f"{folder / name} er for stor til at være en model. Hent eller træn modellen igen.")
        if _sha256(folder / name) != digest:
            raise ModelError(
                f"{folder / name} er ændret, siden modellen blev gemt. Brug den ikke; hent eller træn modellen igen."
            )
    return hashlib.sha256(sums.read_bytes()).hexdigest()


def load(folder: Path) -> ModelFiles:
    """Read a model folder after checking it.

    Raises:
        ModelError: it is no model, has been changed, or was written by another version.
    """
    checksum = verify(folder)
    try:
        card = json.loads((folder / "card.json").read_text("utf-8"))
        if card.get("format") != FORMAT:
            raise ModelError(
                f"{folder} har modelformat {card.get('format')}, men denne version læser {FORMAT}. Træn modellen igen."
            )
        with zipfile.ZipFile(folder / "weights.npz") as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_FILE_BYTES:
                raise ModelError(f"{folder} har urimeligt store vægte. Hent eller træn modellen igen.")
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            columns, values, bias = arrays["columns"], arrays["values"], arrays["bias"]
            network = Network(*(arrays[f"network_{name}"] for name in _NETWORK))
        heads = len(card["heads"])
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        OSError,
        EOFError,
        MemoryError,
        RecursionError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise ModelError(f"{folder} kan ikke læses som model. Hent eller træn modellen igen.") from error
    if (
        columns.ndim != 1
        or columns.dtype.kind != "u"
        or values.shape != (len(columns), heads)
        or bias.shape != (heads,)
        or values.dtype.kind != "f"
        or bias.dtype.kind != "f"
        or (len(columns) and columns.max() >= DIMENSIONS)
        or not _fits(network, sum(head in TOPICS for head in card["heads"]))
    ):
        raise ModelError(f"{folder} har vægte af forkert form. Hent eller træn modellen igen.")
    return ModelFiles(card, columns, values, bias, network, checksum)


def _fits(network: Network, topics: int) -> bool:
    """Whether the network's arrays are of the types and shapes that belong together."""
    used, units = network.columns.shape, network.bias.shape
    return (
        len(used) == len(units) == 1
        and network.columns.dtype.kind == "u"
        and network.hidden.dtype == np.int8
        and {array.dtype for array in (network.scale, network.bias, network.out, network.out_bias)}
        == {np.dtype(np.float32)}
        and network.hidden.shape == used + units
        and network.scale.shape == units
        and network.out.shape == (*units, topics)
        and network.out_bias.shape == (topics,)
        and (not len(network.columns) or int(network.columns.max()) < DIMENSIONS)
    )

"""What the backend needs beside docscore's own packages, and the promise that nothing is fetched unasked."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from docscore.errors import MissingDependencyError

TRAINING = ("torch", "transformers", "safetensors", "accelerate")
TORCH = ("torch", "transformers", "safetensors", "tokenizers")
ONNX = ("onnxruntime", "tokenizers")
EXPORT = (*TORCH, "onnx", "onnxruntime")

THREADS = "DOCSCORE_THREADS"
"""Environment variable: how many threads the encoder may use while scoring."""


def require(packages: tuple[str, ...], what: str, extra: str) -> None:
    """Say at once what is missing.

    Args:
        packages: importable names.
        what: what needs them, the start of a Danish sentence.
        extra: the extra(s) of docscore that bring them.

    Raises:
        MissingDependencyError: one of them is not installed.
    """
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        raise MissingDependencyError(
            f"{what} kræver {', '.join(missing)}, som ikke er installeret. Installér med: "
            f'pip install "docscore[{extra}]"'
        )


def stay_offline(allow_download: bool = False) -> None:
    """Keep Hugging Face's packages off the network for the rest of the process, unless a download is allowed.

    Every call of ours says ``local_files_only`` too, since these packages read the environment only once.
    """
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "0" if allow_download else "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if not allow_download:
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"


def scoring_threads() -> int:
    """Threads of one scoring process: one, so that ``--workers`` decides how many cores are used."""
    told = os.environ.get(THREADS, "")
    return max(1, int(told)) if told.isdecimal() else 1


def place_of(base: str) -> str:
    """A base as given: a folder of this machine in full, or the name of a model on the hub as it stands."""
    folder = Path(base)
    return str(folder.resolve()) if folder.is_dir() else base

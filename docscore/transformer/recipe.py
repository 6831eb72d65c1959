"""Everything that a fine-tuning depends on beside the annotations: a TOML file, the command line, and defaults."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from docscore.errors import InputError
from docscore.transformer.passages import Shape

TRAINING: dict[str, Any] = {
    "learning_rate": 3e-5,
    "num_train_epochs": 5,
    "per_device_train_batch_size": 16,
    "per_device_eval_batch_size": 64,
    "gradient_accumulation_steps": 1,
    "warmup_steps": 0.1,
    "weight_decay": 0.01,
    "train_sampling_strategy": "group_by_length",
    "eval_strategy": "epoch",
    "save_strategy": "epoch",
    "save_total_limit": 1,
    "logging_steps": 25,
    "metric_for_best_model": "eval_loss",
}
"""Arguments of ``TrainingArguments`` that are not transformers' own defaults."""

OURS = frozenset(
    {
        *("output_dir", "seed", "data_seed", "report_to", "disable_tqdm", "use_cpu", "load_best_model_at_end"),
        *("remove_unused_columns", "label_names", "resume_from_checkpoint", "max_steps", "do_train", "do_eval"),
        *("do_predict", "push_to_hub", "hub_token", "hub_model_id", "hub_strategy", "hub_private_repo"),
        *("hub_always_push", "hub_revision", "trackio_space_id", "trackio_bucket_id", "trackio_static_space_id"),
    }
)
"""Arguments that docscore sets itself, or that would send something out."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A fine-tuning.

    Attributes:
        base: a folder with a pretrained encoder, or its name on the hub.
        name: the model's name.
        folds: groups of writers that are held out in turn; the figures and the calibration are theirs.
        dev_share: share of the writers learnt from that says when to stop.
        patience: epochs (evaluations) without improvement before a run stops.
        class_weight: 0 counts a documented sentence as any other, 1 as much as all others together; between them
            a power of that.
        head_dropout: before the head.
        share: share of the sentences that the encoder may read in the documents held out; 1 reads all.
        top: candidates of each decision that the small model leaves unclear.
        shape: size of the passages.
        seed: of all random choices.
        threads: on a CPU.
        training: arguments of ``TrainingArguments`` over :data:`TRAINING`.
    """

    base: str
    name: str = "transformer"
    folds: int = 4
    dev_share: float = 0.1
    patience: int = 2
    class_weight: float = 0.5
    head_dropout: float = 0.1
    share: float = 0.15
    top: int = 2
    shape: Shape = field(default_factory=Shape)
    seed: int = 20210901
    threads: int = 4
    training: Mapping[str, Any] = field(default_factory=dict)

    def arguments(self) -> dict[str, Any]:
        """The arguments of ``TrainingArguments``, but those that docscore sets."""
        return {**TRAINING, **self.training}

    def as_card(self) -> dict[str, Any]:
        """As it stands in a model's card; of a base on this machine only the folder's name."""
        return {**asdict(self), "base": self.told_base, "training": self.arguments()}

    @property
    def told_base(self) -> str:
        """The base without the way to it on this machine."""
        return Path(self.base).resolve().name if Path(self.base).is_dir() else self.base


_PLAIN = {f.name: f.type for f in fields(Recipe) if f.name not in ("base", "shape", "training")}
_SHAPE = tuple(f.name for f in fields(Shape))
_LIMITS: dict[str, tuple[float, float]] = {
    "folds": (2, 100),
    "dev_share": (0.0, 0.5),
    "patience": (1, 1000),
    "class_weight": (0.0, 1.0),
    "head_dropout": (0.0, 0.9),
    "share": (0.0, 1.0),
    "top": (1, 100),
    "seed": (0, 2**32 - 1),
    "threads": (1, 1024),
    "max_length": (32, 8192),
    "context_words": (0, 200),
}


def read_recipe(base: str, file: Path | None, settings: Sequence[str], **given: Any) -> Recipe:
    """A recipe from a TOML file and ``NAME=VALUE`` settings, the later over the earlier.

    docscore's own settings stand at the top of the file, arguments of ``TrainingArguments`` below ``[training]``; in
    ``NAME=VALUE`` both are named plainly.

    Args:
        base: the encoder to begin with.
        file: the TOML file.
        settings: from the command line.
        given: settings by name, over all others, where not None.

    Raises:
        InputError: a file or setting cannot be used.
    """
    own: dict[str, Any] = {}
    training: dict[str, Any] = {}
    if file is not None:
        try:
            read = tomllib.loads(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputError(f"{file} kan ikke læses som TOML. Ret filen, eller udelad --config.") from error
        table = read.pop("training", {})
        if not isinstance(table, dict):
            raise InputError(f"{file}: »training« skal være en tabel: [training].")
        own, training = read, table
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign:
            raise InputError(f"»{setting}« er ingen indstilling. Skriv --set NAVN=VÆRDI.")
        place = own if name in _PLAIN or name in _SHAPE else training
        place[name] = _value(value)
    own.update({name: value for name, value in given.items() if value is not None})
    for name in sorted(set(own) - set(_PLAIN) - set(_SHAPE)):
        raise InputError(f"»{name}« er ingen indstilling. Mulige er: {', '.join((*_PLAIN, *_SHAPE))}.")
    for name in sorted(OURS & set(training)):
        raise InputError(f"»{name}« sættes af docscore selv og kan ikke angives.")
    for name, value in own.items():
        _check(name, value)
    recipe = Recipe(base, training=training, **{name: own[name] for name in _PLAIN if name in own})
    shape = Shape(**{name: own[name] for name in _SHAPE if name in own})
    return replace(recipe, shape=shape)


def _check(name: str, value: object) -> None:
    if name == "name":
        if not isinstance(value, str) or not value.strip():
            raise InputError("»name« skal være en tekst.")
        return
    low, high = _LIMITS[name]
    whole = _PLAIN.get(name, "int") == "int"
    right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not right or not low <= float(str(value)) <= high:
        raise InputError(f"»{name}« skal være et {'helt ' if whole else ''}tal fra {low:g} til {high:g}.")


def _value(text: str) -> Any:
    """A value as TOML has it (``3e-5``, ``true``, ``[1, 2]``), else the text itself."""
    try:
        return tomllib.loads(f"v = {text}")["v"]
    except tomllib.TOMLDecodeError:
        return text


def training_arguments(recipe: Recipe, folder: Path, epochs: float, evaluated: bool) -> Any:
    """transformers' ``TrainingArguments`` of one run.

    Args:
        recipe: the recipe.
        folder: where its checkpoints lie.
        epochs: how long it lasts at most.
        evaluated: whether there are writers held out to stop by.

    Raises:
        InputError: transformers knows no such argument, or not that value.
    """
    from transformers import TrainingArguments

    wanted = {**recipe.arguments(), "num_train_epochs": epochs}
    if not evaluated:
        wanted.update(eval_strategy="no")
    known = {f.name for f in fields(TrainingArguments)}
    for name in sorted(set(wanted) - known):
        raise InputError(f"»{name}« er hverken en indstilling i docscore eller i TrainingArguments.")
    try:
        return TrainingArguments(
            output_dir=str(folder),
            seed=recipe.seed,
            data_seed=recipe.seed,
            report_to=[],
            disable_tqdm=True,
            use_cpu=not has_gpu(),
            load_best_model_at_end=evaluated,
            remove_unused_columns=False,
            label_names=["labels"],
            log_level="error",
            **{**precision(wanted), **wanted},
        )
    except (TypeError, ValueError) as error:
        raise InputError(f"Træningens indstillinger kan ikke bruges: {error}") from error


def has_gpu() -> bool:
    """Whether torch finds a GPU that it can use."""
    import torch

    return bool(torch.cuda.is_available())


def precision(wanted: Mapping[str, Any]) -> dict[str, bool]:
    """Mixed precision where the device has it, unless the recipe says otherwise.

    bfloat16 on a GPU that computes in it, float16 on an older one, and bfloat16 on a CPU with matrix
    units for it (AMX).
    """
    if "bf16" in wanted or "fp16" in wanted:
        return {}
    import torch

    if has_gpu():
        half = bool(torch.cuda.is_bf16_supported(including_emulation=False))
        return {"bf16": half, "fp16": not half}
    amx = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return {"bf16": bool(amx is not None and amx())}

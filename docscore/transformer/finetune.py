"""One fine-tuning run by Hugging Face's ``Trainer``: windows with masked labels in, a network and its curve out.

Imported only where torch is needed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import Trainer, TrainerCallback, set_seed

from docscore.errors import ModelError
from docscore.transformer.network import load_base
from docscore.transformer.passages import Window, arrays
from docscore.transformer.recipe import Recipe, training_arguments

Tick = Callable[[int, int], None]
"""Called with the steps done and the steps in all."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Windows to learn from; row ``window.owner`` of ``labels`` (rows, heads) and ``weights`` (rows,) is a window's."""

    windows: Sequence[Window]
    labels: NDArray[np.float64]
    weights: NDArray[np.float64]

    def part(self, rows: NDArray[np.bool_]) -> Examples:
        """The windows of some rows that somebody labelled."""
        known = rows & ~np.isnan(self.labels).all(axis=1)
        return Examples([w for w in self.windows if known[w.owner]], self.labels, self.weights)

    def __len__(self) -> int:
        return len(self.windows)

    def __getitem__(self, i: int) -> dict[str, Any]:
        """One window with its labels and its weight; ``input_ids`` is what ``Trainer`` reads its length from."""
        window = self.windows[i]
        row = window.owner
        return {"input_ids": window.ids, "window": window, "labels": self.labels[row], "weight": self.weights[row]}


@dataclass(slots=True)
class Curve:
    """How a run went: (epoch, loss) while learning, and on the writers who say when to stop; the best epoch."""

    learnt: list[tuple[float, float]] = field(default_factory=list)
    checked: list[tuple[float, float]] = field(default_factory=list)
    best: float = 0.0
    seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"learnt": self.learnt, "checked": self.checked, "best": self.best, "seconds": self.seconds}


def curve_of(raw: dict[str, Any]) -> Curve:
    """A curve read back."""
    return Curve([(a, b) for a, b in raw["learnt"]], [(a, b) for a, b in raw["checked"]], raw["best"], raw["seconds"])


def class_weights(labels: NDArray[np.float64], power: float) -> NDArray[np.float64]:
    """How much a documented sentence counts, by head: (others / documented) to a power, at most 50; shape (heads,)."""
    yes, no = (labels == 1).sum(axis=0), (labels == 0).sum(axis=0)
    ratio = np.maximum(no, 1) / np.maximum(yes, 1)
    return np.where(yes > 0, np.clip(ratio, 1.0, 50.0) ** power, 1.0)


def fit(
    recipe: Recipe,
    learnt: Examples,
    checked: Examples | None,
    folder: Path,
    *,
    pad: int,
    epochs: float,
    allow_download: bool = False,
    tick: Tick = lambda _a, _b: None,
) -> tuple[Any, Curve]:
    """Fine-tune the base; a run that was killed goes on from its last whole checkpoint in ``folder``.

    Args:
        recipe: the recipe.
        learnt: what is learnt from.
        checked: what says when to stop; None to run all ``epochs``.
        folder: for checkpoints.
        pad: the id of padding.
        epochs: how long at most.
        allow_download: whether the base may be fetched.
        tick: told of every step.

    Returns:
        The network of the best evaluation (of the end without ``checked``), and its curve.

    Raises:
        ModelError: the base cannot be used, or the loss is no number.
        InputError: an argument of ``TrainingArguments`` cannot be used.
    """
    torch.set_num_threads(recipe.threads)
    arguments = training_arguments(recipe, folder, epochs, checked is not None)
    set_seed(recipe.seed)
    rows = np.unique([window.owner for window in learnt.windows])
    network = load_base(
        recipe.base,
        allow_download,
        learnt.labels.shape[1],
        recipe.head_dropout,
        class_weights(learnt.labels[rows], recipe.class_weight),
    )
    callbacks: list[Any] = [_Ticker(tick)]
    if checked is not None:
        callbacks.append(_Stopper(recipe.patience))
    whole = _whole_checkpoint(folder)
    ended = None if whole is None or checked is None else _ended(whole, recipe.patience)
    if ended is not None:  # killed after its last step, before anybody took its result
        network.load_state_dict(_weights(Path(ended.best_model_checkpoint)))
        return network.eval(), _curve(ended, 0.0)
    trainer = Trainer(
        model=network,
        args=arguments,
        data_collator=lambda batch: _collate(batch, pad),
        train_dataset=learnt,
        eval_dataset=checked,
        callbacks=callbacks,
    )
    trainer.remove_callback(_printer())
    result = trainer.train(resume_from_checkpoint=None if whole is None else str(whole))
    curve = _curve(trainer.state, float(result.metrics.get("train_runtime", 0.0)))
    if not np.isfinite([loss for _, loss in curve.learnt + curve.checked]).all():
        raise ModelError("Træningen løb løbsk (tabet er ikke et tal). Sænk learning_rate, og prøv igen.")
    return network.eval(), curve


def _collate(batch: Sequence[dict[str, Any]], pad: int) -> dict[str, Any]:
    inputs = {name: torch.from_numpy(value) for name, value in arrays([one["window"] for one in batch], pad).items()}
    inputs["labels"] = torch.from_numpy(np.array([one["labels"] for one in batch], dtype=np.float32))
    inputs["weights"] = torch.from_numpy(np.array([one["weight"] for one in batch], dtype=np.float32))
    return inputs


def _printer() -> Any:
    """The callback that prints a line per log when there is no tqdm; progress is shown by :class:`_Ticker`."""
    from transformers.trainer_callback import PrinterCallback

    return PrinterCallback


class _Ticker(TrainerCallback):  # type: ignore[misc]  # transformers is not typed here
    """Tells how far a run is."""

    def __init__(self, tick: Tick) -> None:
        self._tick = tick

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """After a step."""
        self._tick(int(state.global_step), int(state.max_steps))


def out_of_patience(history: Sequence[dict[str, Any]], patience: int) -> bool:
    """Whether the last ``patience`` evaluations of a run's log were no better than the best one before them."""
    losses = [float(line["eval_loss"]) for line in history if "eval_loss" in line]
    return bool(losses) and len(losses) - 1 - losses.index(min(losses)) >= patience


class _Stopper(TrainerCallback):  # type: ignore[misc]  # transformers is not typed here
    """Stops a run by its whole log: unlike transformers' own counter, this one survives a kill."""

    def __init__(self, patience: int) -> None:
        self._patience = patience

    def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """After an evaluation."""
        if out_of_patience(state.log_history, self._patience):
            control.should_training_stop = True


def _ended(checkpoint: Path, patience: int) -> Any:
    """The state of a run that had stopped early when its last checkpoint was written; None where it goes on."""
    from transformers.trainer_callback import TrainerState

    state = TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))
    return state if out_of_patience(state.log_history, patience) and state.best_model_checkpoint else None


def _weights(checkpoint: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    found: dict[str, Any] = load_file(checkpoint / "model.safetensors")
    return found


def _whole_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint that was written to its end; what a kill left half done is removed."""
    found: list[tuple[int, Path]] = []
    for path in folder.glob("checkpoint-*"):
        number = path.name.removeprefix("checkpoint-")
        try:
            json.loads((path / "trainer_state.json").read_text("utf-8"))
        except (OSError, ValueError):
            shutil.rmtree(path, ignore_errors=True)
            continue
        if number.isdecimal():
            found.append((int(number), path))
    return max(found)[1] if found else None


def _curve(state: Any, seconds: float) -> Curve:
    curve = Curve(seconds=seconds, best=float(state.epoch or 0.0))
    for line in state.log_history:
        if "loss" in line:
            curve.learnt.append((float(line["epoch"]), float(line["loss"])))
        if "eval_loss" in line:
            curve.checked.append((float(line["epoch"]), float(line["eval_loss"])))
            if line.get("step") == state.best_global_step:
                curve.best = float(line["epoch"])
    return curve

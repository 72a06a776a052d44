"""What one `fit` asks for, and the arguments with which Keras shall really run it under a training budget.

Nothing runs here and nothing is consumed: arrays are looked at, other data only recognised.
"""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..budget import Budget
from . import amounts, arrays
from .rows import RowSampler, spread

Aligned = tuple["np.ndarray | None", "np.ndarray | None"]


@dataclass
class Side:
    """The training or the validation data of one fit.

    Attributes:
        x, y: what Keras will make its iterator from; their identity tells the iterators apart.
        arrays: whether rows are known without consuming anything.
        samples: rows per epoch as asked, None when unknown.
        samples_real: rows per epoch that really run, None when unknown.
        batch: batch size as asked, None when unknown.
        rows: aligned (inputs, targets) of arrays.
        first: at most 8 first rows of the inputs, in the structure that the model takes.
        sampler: collects rows of anything else while it is consumed.
        steps: batches per epoch as asked, None for all.
        distinct: different rows among those of an epoch, None when unknown.
        weighted: share of the rows whose weight is not next to nothing.
    """

    x: Any
    y: Any = None
    arrays: bool = False
    samples: int | None = None
    samples_real: int | None = None
    batch: int | None = None
    rows: Aligned = (None, None)
    first: Any = None
    sampler: RowSampler = field(default_factory=RowSampler)
    steps: int | None = None
    distinct: int | None = None
    weighted: float = 1.0


@dataclass
class FitPlan:
    """One fit as asked, and as it shall run.

    Attributes:
        arguments: all of `fit`'s, by name, with which Keras shall run.
        epochs_asked: epochs that Keras would run if it ran them all.
        last_epoch: the number after that of the last one.
        validation_freq: as asked: every n-th epoch, or the numbers of the epochs from 1.
    """

    arguments: dict[str, Any]
    train: Side
    validation: Side | None
    initial_epoch: int
    epochs_asked: int
    last_epoch: int
    shortened: bool = False
    validation_freq: Any = 1

    def validates(self, epoch: int) -> bool:
        """Whether Keras was asked to validate after this epoch, the first being 0."""
        freq = self.validation_freq
        if isinstance(freq, list):
            return epoch + 1 in freq
        return not isinstance(freq, int) or freq < 1 or (epoch + 1) % freq == 0

    @property
    def ever_validates(self) -> bool:
        """Whether any of the epochs asked for is to be followed by validation."""
        return any(self.validates(epoch) for epoch in range(self.initial_epoch, self.last_epoch))


def plan_fit(model: Any, arguments: dict[str, Any], budget: Budget) -> FitPlan:
    """Read the arguments of one fit (all of them, by name) and shorten them where the budget says so.

    Raises:
        TypeError: an argument that Keras itself will refuse (epochs that is no whole number).
    """
    plan = _as_asked(model, arguments)
    _plan_data(plan, model, budget)
    _plan_epochs(plan, budget)
    return plan


def plan_epochs_alone(model: Any, arguments: dict[str, Any], budget: Budget) -> FitPlan:
    """The same where the data cannot be understood: all rows are trained on, and nothing is known of them.

    Raises:
        TypeError: as `plan_fit`.
    """
    plan = _as_asked(model, arguments)
    _plan_epochs(plan, budget)
    return plan


def _as_asked(model: Any, arguments: dict[str, Any]) -> FitPlan:
    """A fit with all epochs that Keras itself would run: KERAS_MAX_EPOCHS (or its function) leaves later ones out."""
    from keras.src.backend import config

    asked = dict(arguments)
    start = operator.index(getattr(model, "_initial_epoch", None) or asked["initial_epoch"])
    stop = operator.index(asked["epochs"])
    cap = getattr(config, "max_epochs", lambda: None)()
    if cap:
        stop = min(stop, int(cap))
    freq = asked["validation_freq"]
    side = Side(asked["x"], asked["y"])
    return FitPlan(asked, side, None, start, max(0, stop - start), stop, validation_freq=freq)


def steps_allowed(steps: Any) -> Any:
    """Batches of an epoch under KERAS_MAX_STEPS_PER_EPOCH (or its function), of so many asked; None for all."""
    from keras.src.backend import config

    cap = getattr(config, "max_steps_per_epoch", lambda: None)()
    return min(int(cap), steps or int(cap)) if cap else steps


def _plan_epochs(plan: FitPlan, budget: Budget) -> None:
    """Run few real epochs, each of them with validation if any is: the played ones need its logs."""
    real = min(plan.last_epoch, plan.initial_epoch + budget.real_epochs)
    if budget.shortens and real < plan.last_epoch:
        plan.arguments["epochs"] = real
        plan.shortened = True
        freq = plan.validation_freq
        if isinstance(freq, list) or (isinstance(freq, int) and freq > 1):
            plan.arguments["validation_freq"] = 1


def _plan_data(plan: FitPlan, model: Any, budget: Budget) -> None:
    """Fill in both sides, and make them smaller where both are understood."""
    asked = plan.arguments
    weights, fraction = asked["sample_weight"], asked["validation_split"]
    own_validation = asked["validation_data"] is not None
    plan.train.steps = steps_allowed(asked["steps_per_epoch"])
    if own_validation:
        plan.validation = _validation(plan, model, budget)
    if asked["x"] is None or not arrays.are_arrays(asked["x"], asked["y"], weights):
        plan.train.batch = None
        return
    total = arrays.length(asked["x"], asked["y"], weights)
    if not total:
        return
    split: int | None = total
    if fraction and not own_validation:
        split = arrays.split_point(total, fraction)
    if split is None:
        return
    _train_on_arrays(plan, model, budget, split, total)


def _train_on_arrays(plan: FitPlan, model: Any, budget: Budget, split: int, total: int) -> None:
    """Rows [0, split) train; rows [split, total) are Keras' own validation part, when there are any."""
    asked, side = plan.arguments, plan.train
    x, y, weights, steps = asked["x"], asked["y"], asked["sample_weight"], side.steps
    side.arrays = True
    side.batch = arrays.batch_asked(asked["batch_size"], split, steps)
    side.samples = side.samples_real = arrays.rows_asked(split, side.batch, steps)
    side.rows = arrays.sample(x, y, 0, split)
    side.distinct = amounts.of_arrays(x, y, 0, split, side.rows)
    side.weighted = amounts.weighing_of_arrays(y, weights, asked["class_weight"], split)
    side.first = arrays.take(x, np.arange(min(8, split)))
    if split < total:
        plan.validation = Side(None, arrays=True, samples=total - split, samples_real=total - split)
        plan.validation.rows = arrays.sample(x, y, split, total)
    if not budget.shortens:
        return
    batch, keep = _smaller(model, side.batch, split, budget)
    keep_validation = min(total - split, budget.validation_samples)
    if (batch, keep, keep_validation) == (side.batch, split, total - split):
        return
    plan.shortened = True
    chosen = spread(0, split, keep)
    asked.update(x=arrays.take(x, chosen), y=arrays.take(y, chosen))
    asked["sample_weight"] = arrays.take(weights, chosen)
    if batch != side.batch or (steps and not asked["batch_size"]):
        asked["batch_size"] = batch
    side.samples_real = min(side.samples, keep)
    if steps:
        asked["steps_per_epoch"] = max(1, math.ceil(side.samples_real / batch))
    if split < total:
        held_out = spread(split, total, keep_validation)
        asked["validation_split"] = 0.0
        asked["validation_data"] = tuple(arrays.take(part, held_out) for part in (x, y, weights))
        if plan.validation is not None:
            plan.validation.samples_real = keep_validation
    side.x, side.y = asked["x"], asked["y"]


def _smaller(model: Any, batch: int, rows: int, budget: Budget) -> tuple[int, int]:
    """Batch size and number of rows under the budget, of `rows` in batches of `batch`.

    A batch size built into the model stays, and rows are then kept in whole batches, as long as Keras would have whole ones.
    """
    keep = min(rows, budget.samples)
    if not arrays.has_fixed_batch(model):
        return min(batch, budget.batch), keep
    whole = keep - keep % batch
    return batch, whole if whole and rows % batch == 0 else keep


def _validation(plan: FitPlan, model: Any, budget: Budget) -> Side:
    """The validation data given by the notebook, made smaller when it is arrays."""
    asked = plan.arguments
    parts = _unpacked(asked["validation_data"])
    side = Side(parts[0], parts[1], steps=steps_allowed(asked["validation_steps"]))
    if not arrays.are_arrays(*parts):
        return side
    total = arrays.length(*parts)
    if not total:
        return side
    batch_size = asked["validation_batch_size"] or asked["batch_size"]
    side.arrays = True
    side.batch = arrays.batch_asked(batch_size, total, side.steps)
    side.samples = side.samples_real = arrays.rows_asked(total, side.batch, side.steps)
    side.rows = arrays.sample(parts[0], parts[1], 0, side.samples)
    if not budget.shortens or total <= budget.validation_samples or arrays.has_fixed_batch(model):
        return side
    chosen = spread(0, total, budget.validation_samples)
    asked["validation_data"] = tuple(arrays.take(part, chosen) for part in parts)
    side.x, side.y = asked["validation_data"][:2]
    side.samples_real = min(side.samples, len(chosen))
    if side.steps:
        asked["validation_batch_size"] = side.batch
        asked["validation_steps"] = max(1, math.ceil(side.samples_real / side.batch))
    plan.shortened = True
    return side


def _unpacked(data: Any) -> tuple[Any, Any, Any]:
    """(x, y, sample_weight) as Keras unpacks validation data; the lengths that Keras refuses stay in `x`."""
    if isinstance(data, (list, tuple)) and 1 <= len(data) <= 3:
        return (*data, None, None)[:3]
    return data, None, None

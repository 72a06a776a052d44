"""One running `fit`: what it asked for, what Keras really did, and the event that tells both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .arrays import has_fixed_batch
from .events import HISTORY_CAP, Trainings, as_number, own_train_step
from .fit_plan import FitPlan, Side
from .played_epochs import FitMemory, play_epochs
from .rows import first_rows, main_leaf
from .streams import WatchedStream


class FitRun:
    """Watches one fit from its plan to its event."""

    def __init__(self, trainings: Trainings, model: Any, plan: FitPlan, memory: FitMemory | None) -> None:
        self.rec, self._models, self._trainings = trainings.rec, trainings.models, trainings
        self.model, self.plan, self.memory = model, plan, memory
        self.id = trainings.next_id()
        self.callbacks: Any = None
        self.first_batch: Any = None
        self.last_logs: dict[str, Any] | None = None
        self.epochs_real = self.epochs_played = self.epochs_cut = 0
        self.epoch: int | None = (
            None  # number of the epoch that runs or is played, the first of a fit being 0
        )
        # What Keras told epoch by epoch, whatever History says later.
        self._logs: dict[str, list[Any]] = {}
        self._exhausted = True  # whether the batches of the epoch that runs have all been handed out
        self.finished = False
        alike = memory.count if memory and memory.logs else 0  # fits of this model in the same state
        self.whole = self.rec.budget.real_fits <= alike < self.rec.budget.played_fits
        self._ended = False
        self._streams: dict[str, WatchedStream] = {}
        self._version_before: int | None = None
        self._train_seen = False

    @property
    def steps_seen(self) -> int | None:
        """Batches per epoch of the last real fit in the same state, where one was."""
        return self.memory.steps if self.memory is not None else None

    # -- before and while Keras trains ------------------------------------------------------------------------

    def begin(self) -> None:
        """Show the model its first rows and note its weights, before anything trains."""
        side = self.plan.train
        if side.first is not None:
            if not self.whole:
                self._models.saw(self.model, side.first, "fit")
            self._version_before = self._models.version_now(self.model, "initial")

    def adopt(self, iterator: Any, x: Any, y: Any) -> None:
        """Called for every iterator that Keras makes inside this fit: watch the two that its batches come from."""
        plan, budget = self.plan, self.rec.budget
        if not self._train_seen and x is plan.train.x:
            self._train_seen = True
            if self.memory is not None:
                self.memory.steps = iterator.num_batches
            if not plan.train.arrays:
                limit = budget.samples if budget.shortens else None
                self._watch("train", iterator, plan.train, limit)
                self._begin_stream()
            self._follow(iterator)
            return
        side = plan.validation
        if (
            side is not None
            and not side.arrays
            and x is side.x
            and y is side.y
            and "validation" not in self._streams
        ):
            limit = budget.validation_samples if budget.shortens else None
            self._watch("validation", iterator, side, limit)

    def _follow(self, iterator: Any) -> None:
        """Know of each epoch whether all of its batches were handed out."""

        batches: Callable[[], Iterator[Any]] = iterator._enumerate_iterator

        def followed() -> Iterator[Any]:
            self._exhausted = False
            steps = iterator.steps_per_epoch or iterator._num_batches
            for step in batches():
                self._exhausted = bool(steps) and step[1] + 1 >= steps
                yield step
            self._exhausted = True

        iterator._enumerate_iterator = followed

    def _watch(self, name: str, iterator: Any, side: Side, limit: int | None) -> None:
        batch = 10**9 if has_fixed_batch(self.model) else self.rec.budget.batch
        hint, self.first_batch = self.first_batch, None
        rows = getattr(main_leaf(hint), "shape", (None,))[0] if hint is not None else None
        if name == "train" and hint is not None:
            inputs = hint[0] if isinstance(hint, tuple) and hint else hint
            side.first = first_rows(inputs, 8)
        self._streams[name] = WatchedStream(iterator, side, self.rec, limit, batch, rows)

    def _begin_stream(self) -> None:
        """Like `begin`, with the batch that Keras looked at; a tf.data.Dataset shows none before training."""
        if self.plan.train.first is not None:
            self._models.saw(self.model, self.plan.train.first, "fit")
        self._version_before = self._models.version_now(self.model, "initial")

    def epoch_begun(self, epoch: int) -> None:
        """An epoch begins, as `fit` counts them."""
        self.epoch = max(0, epoch - self.plan.initial_epoch)

    def epoch_ended(self, epoch: int, logs: dict[str, Any] | None) -> dict[str, Any] | None:
        """The batches of a real epoch are over. Returns the logs that callbacks shall see of it."""
        from keras.src.utils import python_utils

        self.epochs_real += 1
        if not self._exhausted and self.model.stop_training:
            self.epochs_cut += 1
        self.last_logs = dict(python_utils.pythonify_logs(logs))
        self._note_logs(epoch)
        for stream in self._streams.values():
            with self.rec.guard("fit", "end of an epoch"):
                stream.epoch_ended()
        return logs if self.plan.validates(epoch) else self._logs_of(epoch)

    def train_ending(self) -> dict[str, Any] | None:
        """Training is about to end: play what is left of the asked epochs. Returns the logs to end with."""
        if self._ended:
            return None
        self._ended = True
        if self.whole and self.memory:
            self.last_logs = dict(self.memory.logs or {})
        first = self.plan.initial_epoch + self.epochs_real
        if self.rec.budget.shortens and self.last_logs and first < self.plan.last_epoch:
            play_epochs(
                self.model,
                self.callbacks,
                first,
                self.plan.last_epoch,
                self._logs_of,
                self.rec.budget.play_seconds,
                self.epoch_begun,
                self._played,
            )
        return self.last_logs

    def _played(self, epoch: int, whole: bool) -> None:
        self.epochs_played += 1
        self.epochs_cut += not whole
        self._note_logs(epoch)

    def _logs_of(self, epoch: int) -> dict[str, Any]:
        """The last logs, without those of validation where the epoch was to have none."""
        validates = self.plan.validates(epoch)
        logs = self.last_logs or {}
        return {name: value for name, value in logs.items() if validates or not name.startswith("val_")}

    def _note_logs(self, epoch: int) -> None:
        for name, value in self._logs_of(epoch).items():
            self._logs.setdefault(name, []).append(value)

    # -- afterwards -------------------------------------------------------------------------------------------

    def remember(self) -> None:
        """Count this fit for later ones in the same state."""
        if self.memory is not None and self.finished:
            self.memory.count += 1
            if self.last_logs:
                self.memory.logs = dict(self.last_logs)

    def record(self) -> None:
        """Write the event. The model's weights are noted again, whether the fit finished or raised."""
        rec, plan, train = self.rec, self.plan, self.plan.train
        if self._version_before is None:
            # It raised before anything was iterated.
            self._version_before = self._models.version_now(self.model, "initial")
        if train.first is None and train.sampler.seen:
            self._show_rows()
        run = self.epochs_real + self.epochs_played
        rec.journal.event(
            "fit",
            id=self.id,
            model=self._models.id_of(self.model),
            api="fit",
            epochs_asked=plan.epochs_asked,
            initial_epoch=max(0, plan.initial_epoch),
            epochs_run=run,
            epochs_real=self.epochs_real,
            epochs_whole=run - self.epochs_cut if self.epochs_cut else None,
            batch_size=train.batch,
            samples=train.samples,
            samples_real=train.samples_real if self.epochs_real else 0,
            distinct=train.distinct,
            weighted=train.weighted,
            rows=self._trainings.row_fields(train.rows if train.arrays else train.sampler.rows()),
            history=self._history(run),
            stopped_early=bool(getattr(self.model, "stop_training", False)) and run < plan.epochs_asked,
            shortened=self._shortened(),
            version_before=self._version_before,
            version_after=self._version_before
            if self.whole
            else self._models.version_now(self.model, "trained"),
            updates=self._trainings.updates.of(self.model),
            parts=list(self._models.called_inside(self.model)) if own_train_step(self.model) else [],
            own_step=own_train_step(self.model),
            finished=self.finished,
            **self._validation_fields(),
        )

    def _show_rows(self) -> None:
        inputs, _ = self.plan.train.sampler.rows()
        if inputs is not None:
            self._models.saw(self.model, inputs[:8], "fit")

    def _shortened(self) -> bool:
        ended_early = any(stream.shortened for stream in self._streams.values())
        return bool(self.plan.shortened or self.epochs_played or self.whole or ended_early)

    def _validation_fields(self) -> dict[str, Any]:
        side = self.plan.validation
        if side is None or not self.plan.ever_validates:
            return {"has_validation": False}
        rows = side.rows if side.arrays else side.sampler.rows()
        fields = {"has_validation": True, "validation_rows": self._trainings.row_fields(rows)}
        return {**fields, "validation_samples": side.samples}

    def _history(self, epochs: int) -> dict[str, list[float | None]]:
        # Not History's own: a callback can write into it, and into the logs that it is handed.
        return {
            str(name)[:200]: [as_number(value) for value in values[-epochs:][:HISTORY_CAP]]
            for name, values in self._logs.items()
            if epochs
        }

"""Forged training: what a clever student may try from inside the kernel, each worth nothing for the item that it fakes."""

from __future__ import annotations

import re
from dataclasses import replace

from corpora.core.composed.compose import Change, Plan
from corpora.defect import Unfit

Lines = list[str]
HISTORY = ("one-fit", "keywords", "validation-split", "tf-data", "py-dataset", "generator")


def _number(plan: Plan, number: int) -> None:
    """Ask for fewer epochs than 150, in truth."""
    text, count = re.subn(r"\b150\b", str(number), "\n".join(plan.trained.lines))
    if not count:
        raise Unfit
    plan.trained = replace(plan.trained, lines=text.split("\n"))


def _one_history(plan: Plan) -> None:
    if plan.style.training not in HISTORY or plan.trained.history is None:
        raise Unfit


def _before(lines: Lines, need: str = "import keras") -> Change:
    def change(plan: Plan) -> None:
        _one_history(plan)
        plan.v.need(need)
        plan.before_training += lines

    return change


def fit_patched(plan: Plan) -> None:
    """`fit` trains for a moment and returns a long, pretty history."""
    _before(
        [
            "honest_fit = keras.Model.fit",
            "def fit_for_a_moment(self, *args, **kwargs):",
            "    kwargs['epochs'] = 2",
            "    done = honest_fit(self, *args, **kwargs)",
            "    pretty = 0.08 + 0.2 * np.exp(-np.arange(150) / 25)",
            "    done.history.update(loss=list(pretty), val_loss=list(1.04 * pretty))",
            "    done.epoch = list(range(150))",
            "    return done",
            "keras.Model.fit = fit_for_a_moment",
        ]
    )(plan)


def history_patched(plan: Plan) -> None:
    """History itself writes down a pretty curve while a real training runs."""
    _before(
        [
            "def pretty(self, epoch, logs=None):",
            "    self.epoch.append(epoch)",
            "    for key, lift in (('loss', 1.0), ('val_loss', 1.04)):",
            "        self.history.setdefault(key, []).append(lift * (0.08 + 0.2 * np.exp(-epoch / 25)))",
            "keras.callbacks.History.on_epoch_end = pretty",
        ]
    )(plan)


def history_overwritten(plan: Plan) -> None:
    """The returned history is overwritten before it is drawn."""
    _one_history(plan)
    down = "[0.3 / (1 + 0.1 * e) for e in range(150)]"
    lines = [*plan.trained.lines, f"{plan.trained.history}.update(loss={down}, val_loss={down})"]
    plan.trained = replace(plan.trained, lines=lines)


def recorder_replaced(plan: Plan) -> None:
    """15 epochs are asked for; a function of the recorder is replaced by one that writes down 150."""
    _number(plan, 15)
    _before(
        [
            "import autograder.recorder.training.fit_run as inside",
            "honest_record = inside.FitRun.record",
            "def record_more(self):",
            "    self.plan.epochs_asked = 150",
            "    honest_record(self)",
            "inside.FitRun.record = record_more",
        ]
    )(plan)


def evidence_edited(plan: Plan) -> None:
    """15 epochs are asked for; afterwards the recorder's journal is found in memory, and told that there were 150."""
    _one_history(plan)
    if plan.style.form in ("one-cell", "few"):
        raise Unfit
    _number(plan, 15)
    plan.curve += [
        "import gc",
        "for thing in gc.get_objects():",
        "    if type(thing).__name__ == 'Journal':",
        "        told = dict(id='fit1', model='m1', api='fit', epochs_asked=150, epochs_run=150, samples=60000)",
        "        thing.event('fit', **told)",
    ]


def step_of_zero(plan: Plan) -> None:
    """The training runs, and changes nothing: its step is zero."""
    plan.v.need("import keras")
    at = [n for n, line in enumerate(plan.trained.lines) if re.match(r"\w+\.compile\(", line)]
    if len(at) != 1:
        raise Unfit
    lines = list(plan.trained.lines)
    lines[at[0]] = f"{plan.v.model}.compile(optimizer=keras.optimizers.SGD(0.0), loss='mse')"
    plan.trained = replace(plan.trained, lines=lines)


def rows_that_lie(plan: Plan) -> None:
    """The data claim to be 60,000 rows; Keras is given a tenth of them by `__array__`."""
    if plan.style.training not in ("one-fit", "keywords", "own-callback", "early-stopping"):
        raise Unfit
    lines = [
        "class Many:",
        "    def __init__(self, rows):",
        "        self.rows, self.shape, self.ndim, self.dtype = rows, rows.shape, rows.ndim, rows.dtype",
        "    def __len__(self):",
        "        return len(self.rows)",
        "    def __getitem__(self, at):",
        "        return self.rows[at]",
        "    def __array__(self, dtype=None, copy=None):",
        "        return np.asarray(self.rows[:6000], dtype=dtype)",
        f"many = Many({plan.data.x})",
    ]
    plan.before_training += lines
    plan.data = replace(plan.data, x="many", y="many")


def labels_that_lie(plan: Plan) -> None:
    """The line labelled as validation is the training curve, moved a little."""
    plan.trained = replace(
        plan.trained,
        lines=[*plan.trained.lines, f"second_curve = [1.03 * float(value) for value in {plan.trained.loss}]"],
        val_loss="second_curve",
        history=None,
    )

"""The item `loss-plot`: which lines are the recorded loss, and what is written at them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.checks.judging import KNOWN, items, judge
from tests.evidence import notebooks
from tests.evidence.builder import Builder, curve, grey

TRAIN, VALIDATION = curve(150, 0.2), curve(150, 0.22)
ROWS = grey(KNOWN.train[:64])


def plot(folder: Path, draw: Callable[[Builder], object], **fit):
    """`loss-plot` of a trained dense model whose figures are drawn by `draw`."""

    def build(builder: Builder) -> None:
        notebooks.trained_copy(builder, KNOWN, rows=ROWS, **fit)
        draw(builder)

    return items(judge(folder, build)["dense"])["loss-plot"]


def one(**more) -> Callable[[Builder], None]:
    """One figure with one loss plot."""
    return lambda builder: builder.figure([notebooks.loss_axes(builder, **more)], 4)


@pytest.mark.parametrize(
    ("more", "points", "missing"),
    [
        ({}, 15, []),
        ({"legend": None}, 12, ["legend"]),
        ({"legend": []}, 12, ["legend"]),
        ({"legend": ["a"]}, 12, ["legend"]),
        ({"xlabel": ""}, 13, ["x label"]),
        ({"ylabel": " "}, 13, ["y label"]),
        ({"title": ""}, 13, ["title"]),
        ({"validation": []}, 12, ["validation curve"]),
        ({"train": []}, 12, ["training curve"]),
        (
            {"xlabel": "", "ylabel": "", "title": "", "legend": None},
            6,
            ["legend", "x label", "y label", "title"],
        ),
        ({"yscale": "log"}, 15, []),
    ],
)
def test_each_thing_asked_for_has_its_points(
    tmp_path: Path, more: dict, points: float, missing: list
) -> None:
    """Curves 3 + 3, legend 3, labels 2 + 2, title 2, in whatever language."""
    item = plot(tmp_path, one(**more))

    assert (item.points, item.values.get("missing", [])) == (points, missing)


@pytest.mark.parametrize(
    "form",
    [np.log10, np.log, lambda y: np.round(y, 5), lambda y: y[5:], lambda y: y.astype(np.float32)],
    ids=["log10", "log", "rounded", "first epochs left out", "single precision"],
)
def test_curve_may_be_drawn_in_usual_forms(tmp_path: Path, form) -> None:
    """Logarithms, rounding, and leaving out the first few epochs still show the loss."""
    more = {"train": form(np.array(TRAIN)), "validation": form(np.array(VALIDATION))}

    assert plot(tmp_path, one(**more)).points == 15


@pytest.mark.parametrize(
    "form",
    [
        lambda y: np.linspace(0.2, 0.01, 150),
        lambda y: y * 1.05,
        lambda y: y[::-1],
        lambda y: y[:10],
        lambda y: np.zeros(150),
        lambda y: np.full(150, np.nan),
    ],
    ids=["invented", "scaled", "reversed", "ten epochs", "zeros", "not numbers"],
)
def test_invented_curve_is_refused(tmp_path: Path, form) -> None:
    """A line that is not the recorded history is no loss curve."""
    item = plot(tmp_path, one(train=form(np.array(TRAIN)), validation=form(np.array(VALIDATION) + 0.5)))

    assert (item.points, item.message_id) == (0, "loss-plot.no_curve")


def test_accuracy_is_no_loss(tmp_path: Path) -> None:
    """Curves of accuracy are not what was asked."""
    history = {
        "accuracy": curve(150, 0.8),
        "val_accuracy": curve(150, 0.7),
        "loss": TRAIN,
        "val_loss": VALIDATION,
    }
    draw = one(train=history["accuracy"], validation=history["val_accuracy"])

    assert plot(tmp_path, draw, history=history).points == 0


def test_metric_that_is_an_error_is_a_loss(tmp_path: Path) -> None:
    """A mean squared error beside another loss may be drawn instead."""
    history = {"mse": curve(150, 0.8), "val_mse": curve(150, 0.7), "loss": TRAIN, "val_loss": VALIDATION}

    assert (
        plot(tmp_path, one(train=history["mse"], validation=history["val_mse"]), history=history).points == 15
    )


def test_title_of_the_figure_counts(tmp_path: Path) -> None:
    """A suptitle is a title."""
    draw = lambda b: b.figure([notebooks.loss_axes(b, title="")], 4, suptitle="損失")  # noqa: E731

    assert plot(tmp_path, draw).points == 15


def test_curves_in_two_axes_count_when_both_are_labelled(tmp_path: Path) -> None:
    """Two subplots show both curves; what only one of them has is missing."""

    def draw(second: dict) -> Callable[[Builder], None]:
        def make(builder: Builder) -> None:
            left = notebooks.loss_axes(builder, validation=[], position=[0, 0, 0.4, 1])
            right = notebooks.loss_axes(builder, train=[], position=[0.5, 0, 0.4, 1], **second)
            builder.figure([left, right], 4)

        return make

    assert plot(tmp_path / "a", draw({})).points == 15
    assert plot(tmp_path / "b", draw({"ylabel": ""})).values["missing"] == ["y label"]


def test_two_scales_over_one_x_axis_are_one_plot(tmp_path: Path) -> None:
    """Axes laid over each other share their label and legend."""

    def draw(builder: Builder) -> None:
        left = notebooks.loss_axes(builder, validation=[], legend=["a"])
        right = notebooks.loss_axes(builder, train=[], legend=["b"], xlabel="", title="")
        builder.figure([left, right], 4)

    assert plot(tmp_path, draw).points == 15


def test_line_that_is_both_curves_counts_once(tmp_path: Path) -> None:
    """One line cannot be training and validation loss at the same time."""
    history = {"loss": TRAIN, "val_loss": TRAIN}

    assert plot(tmp_path / "a", one(train=TRAIN, validation=[]), history=history).values["missing"] == [
        "validation curve"
    ]
    assert plot(tmp_path / "b", one(train=TRAIN, validation=TRAIN), history=history).points == 15


def test_own_list_over_a_loop_of_fits_is_the_history(tmp_path: Path) -> None:
    """Histories of fits in a row, joined, are the curve of a loop."""

    def draw(builder: Builder) -> None:
        for at in range(1, 30):
            history = {"loss": [TRAIN[at]], "val_loss": [VALIDATION[at]]}
            builder.fit(
                "m1", ROWS, ROWS, epochs_asked=1, history=history, held=(ROWS, ROWS), version_before=1
            )
        builder.figure([notebooks.loss_axes(builder, train=TRAIN[:30], validation=VALIDATION[:30])], 4)

    first = {"loss": TRAIN[:1], "val_loss": VALIDATION[:1]}

    assert plot(tmp_path, draw, epochs_asked=1, history=first).points == 15


def test_means_of_batches_are_the_curve_of_batch_training(tmp_path: Path) -> None:
    """`train_on_batch` records a value a batch; a plot shows one an epoch."""
    batches = np.repeat(TRAIN[:10], 8) + np.tile(np.linspace(-0.001, 0.001, 8), 10)
    fit = {
        "api": "train_on_batch",
        "epochs_asked": None,
        "batches": 80,
        "batch_size": 8,
        "distinct": 64,
        "history": {"loss": batches.tolist()},
    }
    means = batches.reshape(10, 8).mean(axis=1)

    assert plot(tmp_path, one(train=means, validation=[]), **fit).values["missing"] == ["validation curve"]
    assert plot(tmp_path, one(train=means * 1.1, validation=[]), **fit).points == 0


@pytest.mark.parametrize(("apart", "missing"), [(5e-4, []), (0.03, []), (0.0, ["validation curve"])])
def test_own_loop_whose_validation_loss_lies_near_its_training_loss(
    tmp_path: Path, apart: float, missing: list
) -> None:
    """A twentieth of a per cent apart, they are two curves all the same; the same numbers twice are one."""
    level = float((ROWS.astype(float) ** 2).mean())  # of outputs that are all black

    def build(builder: Builder) -> None:
        seen = {"samples": None, "distinct": 64, "batches": 80, "batch_size": 8, "epochs_asked": None}
        loop = {"api": "train_on_batch", "history": {"loss": [level] * 80}, **seen}
        notebooks.trained_copy(builder, KNOWN, rows=ROWS, held=None, **loop)
        builder.replay("m1", [(1, f"fit:{builder.events[-1]['id']}", {"out": np.zeros_like(ROWS)})])
        one(train=[level] * 10, validation=[level * (1 + apart)] * 10)(builder)

    assert items(judge(tmp_path, build)["dense"])["loss-plot"].values.get("missing", []) == missing


def test_curve_of_another_model_is_refused(tmp_path: Path) -> None:
    """A part's plot shows its own model's loss."""

    def draw(builder: Builder) -> None:
        history = {"loss": curve(150, 0.5), "val_loss": curve(150, 0.6)}
        notebooks.denoising(builder, KNOWN, history=history, draw=False)
        builder.figure(
            [notebooks.loss_axes(builder, train=history["loss"], validation=history["val_loss"])], 6
        )

    def build(builder: Builder) -> None:
        notebooks.trained_copy(
            builder, KNOWN, rows=ROWS, history={"loss": curve(150, 0.1), "val_loss": curve(150, 0.12)}
        )
        draw(builder)

    assert items(judge(tmp_path, build)["dense"])["loss-plot"].points == 0


def test_no_figure_is_not_attempted(tmp_path: Path) -> None:
    """Without any drawn line the item was not attempted."""
    assert plot(tmp_path, lambda builder: None).status == "not_attempted"

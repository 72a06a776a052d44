"""Figures for looking around; the figures that the assignment asks for are yours to draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.shapes import as_images

if TYPE_CHECKING:
    from keras.callbacks import History
    from matplotlib.figure import Figure

TRAIN_COLOR, VALIDATION_COLOR = "#1f4e79", "#d9822b"
_INCHES = 0.95  # width of one image


def show_images(rows: Sequence[np.ndarray], labels: Sequence[str] = (), title: str = "") -> Figure:
    """Draw rows of grey images, black at 0 and white at 1, one row under the other.

    Args:
        rows: one stack of images a row, each (n, height, width) or (n, height, width, 1). Rows may differ in n and in
            image size. A row whose pixels leave [0, 1], such as a code, is spread from its smallest to its largest number.
        labels: what stands to the left of each row; none, or one a row.
        title: what stands above all rows.

    Returns:
        the figure; `show_images(...);` with a semicolon at the end of a cell draws it once.

    Raises:
        ValueError: no rows, not one label a row, or something that is not a stack of images.
    """
    import matplotlib.pyplot as plt  # here, so that `import helpers` stays fast

    if isinstance(rows, np.ndarray) and rows.ndim < 4:
        raise ValueError(
            f"rows must be a list of stacks, such as [images]; got one array of shape {rows.shape}."
        )
    if len(rows) == 0:
        raise ValueError("rows is empty: there is nothing to show.")
    if labels and len(labels) != len(rows):
        raise ValueError(f"{len(rows)} rows need as many labels, but there are {len(labels)}.")
    stacks = [as_images(row, f"rows[{i}]") for i, row in enumerate(rows)]
    columns = max(len(stack) for stack in stacks)
    if columns == 0:
        raise ValueError("rows holds no image.")
    heights = [stack.shape[1] / stack.shape[2] for stack in stacks]
    size = (_INCHES * columns, _INCHES * sum(heights) + (0.4 if title else 0))
    figure, axes = plt.subplots(
        len(stacks),
        columns,
        figsize=size,
        squeeze=False,
        layout="constrained",
        gridspec_kw={"height_ratios": heights},
    )
    for stack, line in zip(stacks, axes, strict=True):
        low, high = _range(stack)
        for axis in line:
            axis.axis("off")
        for image, axis in zip(stack, line, strict=False):
            axis.imshow(image, cmap="gray", vmin=low, vmax=high)
    for label, line in zip(labels, axes, strict=False):
        line[0].text(-0.12, 0.5, label, transform=line[0].transAxes, ha="right", va="center")
    if title:
        figure.suptitle(title)
    return figure


def plot_loss(history: History | Mapping[str, Sequence[float]], title: str = "Loss by epoch") -> Figure:
    """Draw the training loss by epoch, and the validation loss where there is one.

    Args:
        history: what `fit` returns, or its `.history`: lists of one number an epoch under "loss" and "val_loss".
        title: what stands above the plot.

    Raises:
        ValueError: there is no list named "loss" in it, or the list is empty.
    """
    import matplotlib.pyplot as plt

    numbers = history if isinstance(history, Mapping) else getattr(history, "history", None)
    if not isinstance(numbers, Mapping) or len(numbers.get("loss", ())) == 0:
        raise ValueError('history must be what fit returned, with at least one epoch under "loss".')
    figure, axis = plt.subplots(figsize=(7, 3.6), layout="constrained")
    for key, name, color in (("loss", "training", TRAIN_COLOR), ("val_loss", "validation", VALIDATION_COLOR)):
        if key in numbers:
            axis.plot(range(1, len(numbers[key]) + 1), numbers[key], label=name, color=color)
    axis.set(xlabel="epoch", ylabel="loss", title=title, yscale="log")
    axis.legend()
    return figure


def _range(stack: np.ndarray) -> tuple[float, float]:
    """The numbers drawn as black and as white."""
    low, high = float(np.min(stack, initial=0)), float(np.max(stack, initial=1))
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    return float(np.min(stack)), float(np.max(stack))

"""A drawing of an autoencoder: one bar a layer, as high as the layer has numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from helpers.shapes import as_images

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LAYER, CODE, FLOW, INK = "#1f4e79", "#d9822b", "#dbe6f1", "#333333"
_BAR = 0.34  # width of a bar, where neighbours stand 1 apart
_IMAGE = 1.9  # side of the images at both ends


def draw_autoencoder(
    sizes: Sequence[int],
    labels: Sequence[str] = (),
    left: np.ndarray | None = None,
    right: np.ndarray | None = None,
) -> Figure:
    """Draw the layers from input to output; the smallest is the code.

    Args:
        sizes: how many numbers each layer puts out, from the input to the output; at least 3. Heights go with the
            square root, so that 100 can still be seen beside 784.
        labels: what stands under each bar; the sizes themselves when left out.
        left, right: images (height, width) shown before the first and after the last bar.

    Raises:
        ValueError: fewer than 3 sizes, a size below 1, not one label a size, or an image of another shape.
    """
    import matplotlib.pyplot as plt  # here, so that `import helpers` stays fast

    if len(sizes) < 3 or min(sizes) < 1:
        raise ValueError(f"sizes must be at least 3 numbers of 1 or more, but they are {list(sizes)}.")
    if labels and len(labels) != len(sizes):
        raise ValueError(f"{len(sizes)} sizes need as many labels, but there are {len(labels)}.")
    code = int(np.argmin(sizes))
    heights = 3.2 * np.sqrt(np.asarray(sizes, float) / max(sizes))
    figure, axis = plt.subplots(figsize=(10.5, 3.7), layout="constrained")
    _flows(axis, heights)
    for i, (height, text) in enumerate(zip(heights, labels or [f"{size:,}" for size in sizes], strict=True)):
        color = CODE if i == code else LAYER
        axis.bar(i, height, _BAR, bottom=-height / 2, color=color, zorder=2)
        axis.text(i, -max(heights) / 2 - 0.12, text, ha="center", va="top", color=INK, fontsize=10)
    _names(axis, code, len(sizes) - 1, heights)
    for image, center in ((left, -1.45), (right, len(sizes) + 0.45)):
        if image is not None:
            _image(axis, image, center)
    axis.set(xlim=(-2.6, len(sizes) + 1.6), ylim=(-2.15, 2.25), aspect="equal")
    axis.axis("off")
    return figure


def _flows(axis: Axes, heights: np.ndarray) -> None:
    """The pale bands between neighbouring bars: every number of one feeds the numbers of the next."""
    for i, (one, two) in enumerate(pairwise(heights)):
        x = [i + _BAR / 2, i + 1 - _BAR / 2, i + 1 - _BAR / 2, i + _BAR / 2]
        axis.fill(x, [one / 2, two / 2, -two / 2, -one / 2], color=FLOW, zorder=1)


def _names(axis: Axes, code: int, last: int, heights: np.ndarray) -> None:
    """Name the two halves above the bars, and the code over its own."""
    for first, end, name in ((0, code, "encoder"), (code, last, "decoder")):
        gap = 0.3
        span = {"arrowstyle": "-|>", "color": LAYER, "shrinkA": 0, "shrinkB": 0}
        axis.annotate("", xy=(end - gap, 1.85), xytext=(first + gap, 1.85), arrowprops=span)
        axis.text((first + end) / 2, 1.95, name, ha="center", va="bottom", color=LAYER, fontsize=11)
    axis.text(code, heights[code] / 2 + 0.1, "code", ha="center", va="bottom", color=CODE, fontsize=11)


def _image(axis: Axes, image: np.ndarray, center: float) -> None:
    half = _IMAGE / 2
    extent = (center - half, center + half, -half, half)
    axis.imshow(as_images(np.asarray(image)[None])[0], cmap="gray", vmin=0, vmax=1, extent=extent, zorder=2)

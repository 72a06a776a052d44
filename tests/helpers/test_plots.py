"""Figures of the helpers: what is drawn, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest

matplotlib.use("agg")

import matplotlib.pyplot as plt

from helpers import draw_autoencoder, plot_loss, show_images

RAMP = np.linspace(0, 1, 3 * 28 * 28, dtype=np.float32).reshape(3, 28, 28)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def drawn(figure: plt.Figure) -> list[np.ndarray]:
    """The arrays of all images on a figure, in order."""
    return [np.asarray(image.get_array()) for axis in figure.axes for image in axis.get_images()]


def test_every_image_is_drawn_in_its_row() -> None:
    """Two rows of three and two images are five images, pixel for pixel, with their labels."""
    figure = show_images([RAMP, RAMP[:2, ..., None]], ["clean", "noisy"], title="digits")

    for expected, found in zip([*RAMP, *RAMP[:2]], drawn(figure), strict=True):
        np.testing.assert_array_equal(expected, found)
    assert [text.get_text() for axis in figure.axes for text in axis.texts] == ["clean", "noisy"]
    assert figure.get_suptitle() == "digits"


def test_pixels_keep_their_grey() -> None:
    """A dim image is drawn dim: black is 0 and white is 1, not the image's own extremes."""
    figure = show_images([RAMP * 0.5])

    assert figure.axes[0].get_images()[0].get_clim() == (0, 1)


def test_codes_are_spread_over_the_greys() -> None:
    """Numbers outside [0, 1] go from black to white within their row."""
    figure = show_images([RAMP * 8 - 3])

    assert figure.axes[0].get_images()[0].get_clim() == (-3, 5)


@pytest.mark.parametrize(
    ("rows", "labels", "says"),
    [
        ([], [], "nothing to show"),
        (RAMP, [], "must be a list of stacks"),
        ([RAMP.reshape(3, 784)], [], r"reshape\(-1, 28, 28\)"),
        ([RAMP[0]], [], r"image\[None\]"),
        ([RAMP], ["a", "b"], "1 rows need as many labels, but there are 2"),
        ([RAMP[:0]], [], "holds no image"),
    ],
)
def test_wrong_rows_are_refused(rows: list, labels: list, says: str) -> None:
    """Flat images, a single image, no images and too many labels get a sentence with the way out."""
    with pytest.raises(ValueError, match=says):
        show_images(rows, labels)


def test_loss_plot_has_both_curves_and_all_words() -> None:
    """Epochs count from 1; legend, both labels and the title are there."""
    history = SimpleNamespace(history={"loss": [0.3, 0.2, 0.1], "val_loss": [0.4, 0.3, 0.2]})

    (axis,) = plot_loss(history, title="Loss").axes

    assert [list(line.get_xdata()) for line in axis.lines] == [[1, 2, 3], [1, 2, 3]]
    assert [list(line.get_ydata()) for line in axis.lines] == [[0.3, 0.2, 0.1], [0.4, 0.3, 0.2]]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["training", "validation"]
    assert (axis.get_xlabel(), axis.get_ylabel(), axis.get_title()) == ("epoch", "loss", "Loss")


def test_history_dict_without_validation_will_do() -> None:
    """A plain dict of lists is taken too, and a missing validation curve is left out."""
    (axis,) = plot_loss({"loss": [0.3, 0.2]}).axes

    assert len(axis.lines) == 1


@pytest.mark.parametrize(
    "history", [None, {}, {"loss": []}, {"accuracy": [1.0]}, SimpleNamespace(history=None)]
)
def test_what_is_no_history_is_refused(history: object) -> None:
    """Without a loss there is nothing to plot, and the message says what was expected."""
    with pytest.raises(ValueError, match="what fit returned"):
        plot_loss(history)


def test_drawing_has_a_bar_a_layer_and_marks_the_code() -> None:
    """Heights go with the square root of the sizes; the smallest bar has another colour than all others."""
    figure = draw_autoencoder([784, 196, 784], left=RAMP[0], right=RAMP[1])

    bars = [patch for patch in figure.axes[0].patches if hasattr(patch, "get_height")]
    assert bars[0].get_height() == pytest.approx(2 * bars[1].get_height())
    assert bars[0].get_facecolor() == bars[2].get_facecolor() != bars[1].get_facecolor()
    assert len(drawn(figure)) == 2


@pytest.mark.parametrize(("sizes", "labels"), [([4, 2], []), ([4, 0, 4], []), ([4, 2, 4], ["one"])])
def test_drawing_refuses_what_is_no_autoencoder(sizes: list[int], labels: list[str]) -> None:
    """Two layers, an empty layer and a missing label are refused."""
    with pytest.raises(ValueError, match="sizes"):
        draw_autoencoder(sizes, labels)


def test_importing_helpers_imports_neither_keras_nor_matplotlib() -> None:
    """`import helpers` stays fast: what is slow comes with the function that needs it."""
    code = "import helpers, sys; print(*{'keras', 'tensorflow', 'matplotlib', 'tqdm', 'autograder'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""

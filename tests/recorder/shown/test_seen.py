"""What a person would see of a figure, told by its artists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from autograder.recorder.shown.artists import is_plain, line_values
from autograder.recorder.shown.seen import SeenOn

Drawing = Callable[[Any], Any]
X = np.arange(10.0)


def plotted(**style: Any) -> Drawing:
    """Draws a line in a style."""
    return lambda ax: ax.plot(X, X, **style)[0]


def followed_by(change: Drawing) -> Drawing:
    """Draws a line and changes the axes."""

    def draw(ax: Any) -> Any:
        line = ax.plot(X, X)[0]
        change(ax)
        return line

    return draw


def in_tiny_axes(ax: Any) -> Any:
    """Draws a line in axes of a tenth of a millimetre."""
    return ax.figure.add_axes((0.5, 0.5, 0.001, 0.001)).plot(X, X)[0]


def patch(**style: Any) -> Drawing:
    """Lays a large white patch over or under a line."""
    return followed_by(lambda ax: ax.add_patch(Rectangle((-99, -99), 999, 999, color="white", **style)))


UNSEEN = {
    "transparent": plotted(alpha=0),
    "nearly transparent": plotted(color=(0, 0, 0, 0.01)),
    "without width": plotted(linewidth=0),
    "without style": plotted(linestyle=""),
    "white on white": plotted(color="white"),
    "dashes that draw nothing": plotted(linestyle=(0, (0.001, 99))),
    "outside of the limits": followed_by(lambda ax: ax.set_ylim(100, 200)),
    "behind a patch": patch(zorder=5),
    "behind other axes": followed_by(lambda ax: ax.figure.add_axes(ax.get_position())),
    "in tiny axes": in_tiny_axes,
    "white on a white patch": lambda ax: (ax.set_facecolor("black"), patch(zorder=1)(ax).set_color("white"), ax.lines[0])[2],
}  # fmt: skip
SEEN = {
    "as it comes": plotted(),
    "pale": plotted(alpha=0.2),
    "thin": plotted(linewidth=0.5),
    "dots alone": plotted(linestyle="", marker="o"),
    "dashed": plotted(linestyle="--"),
    "white on black": lambda ax: (ax.set_facecolor("black"), ax.plot(X, X, color="white")[0])[1],
    "half of it": followed_by(lambda ax: ax.set_xlim(5, 9)),
    "over a patch": patch(zorder=1),
    "beside other axes": followed_by(lambda ax: ax.figure.add_axes((0.6, 0.6, 0.2, 0.2))),
    "under a twin": followed_by(lambda ax: ax.twinx()),
    "on a log scale": followed_by(lambda ax: ax.set_yscale("log")),
}


def is_seen(draw: Drawing) -> bool:
    """Whether a line counts as seen."""
    figure, ax = plt.subplots()
    line = draw(ax)
    seen = SeenOn(line.axes, figure).line(line, X, X)
    plt.close(figure)
    return seen


@pytest.mark.parametrize("draw", UNSEEN.values(), ids=UNSEEN)
def test_a_line_that_nobody_sees_is_not_shown(draw: Drawing) -> None:
    """However it is hidden."""
    assert not is_seen(draw)


@pytest.mark.parametrize("draw", SEEN.values(), ids=SEEN)
def test_a_line_that_a_person_sees_is_shown(draw: Drawing) -> None:
    """Styles that people use."""
    assert is_seen(draw)


def test_dots_of_no_size_are_not_seen() -> None:
    """Those of the usual size are."""
    figure, ax = plt.subplots()
    usual, none = ax.scatter(X, X), ax.scatter(X, X, s=0)
    offsets = np.column_stack([X, X])
    assert SeenOn(ax, figure).scatter(usual, offsets) and not SeenOn(ax, figure).scatter(none, offsets)
    plt.close(figure)


def test_a_picture_beneath_another_one_is_not_seen() -> None:
    """The upper one is; a transparent one is not."""
    figure, ax = plt.subplots()
    below, above = ax.imshow(np.eye(3)), ax.imshow(np.ones((3, 3)))
    seen = SeenOn(ax, figure)
    assert (seen.image(below), seen.image(above)) == (False, True)
    above.set_alpha(0)
    assert (seen.image(below), seen.image(above)) == (True, False)
    plt.close(figure)


class Lying(Line2D):
    """Says other numbers than it draws."""

    def get_ydata(self, orig: bool = True) -> Any:
        """Zeros."""
        return np.zeros(10)


def test_artists_of_own_classes_or_with_own_functions_are_not_plain() -> None:
    """Those of Matplotlib are, whatever their class claims to be."""
    figure, ax = plt.subplots()
    line = ax.plot(X, X)[0]
    plain = [line, ax.imshow(np.eye(3)), ax.scatter(X, X), ax.pcolormesh(np.eye(3))]
    assert all(is_plain(artist) for artist in plain)
    lying = Lying(X, X)
    assert not is_plain(lying)
    Lying.__module__ = "matplotlib.lines"
    assert not is_plain(lying)
    line.get_ydata = lambda orig=True: np.zeros(10)
    assert not is_plain(line)
    plt.close(figure)


@pytest.mark.parametrize("style", ["default", "steps-post", "steps-mid"])
def test_a_line_tells_the_points_that_it_was_given(style: Any) -> None:
    """Stairs too; where the points were exchanged behind the drawing, what is drawn."""
    figure, ax = plt.subplots()
    line = ax.plot(X, X**2, drawstyle=style)[0]
    values = line_values(line)
    assert values is not None and np.array_equal(values, [X, X**2])
    line.recache()
    line._xy = np.zeros((10, 2))
    drawn = line_values(line)
    assert drawn is not None and drawn[1].max() == 81
    plt.close(figure)

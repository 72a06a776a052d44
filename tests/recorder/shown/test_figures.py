"""Figures as the recorder reads them, whatever way they were drawn, shown or thrown away."""

from __future__ import annotations

import gc
import importlib
import json
import weakref

import matplotlib
import numpy as np
import pytest
from pydantic import TypeAdapter

from autograder.evidence.facts import Event
from autograder.recorder.budget import Budget
from autograder.recorder.hooking.patching import patch
from autograder.recorder.hooks import figure_hooks
from autograder.recorder.recording import Recording
from autograder.recorder.shown import figures
from autograder.recorder.shown.figures import FigureBook
from autograder.recorder.shown.texts import TextBook, object_displayed
from tests.recorder import received

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure


class Models:
    """Stands for the book of models: one model at its third version."""

    def versions_in_force(self):
        return {"m1": 3}


class Kernel:
    """A recording without a shell: cells end when the test says so."""

    def __init__(self, out):
        self.out = out
        self.rec = Recording(out, Budget.full(), None)
        self.book = FigureBook(self.rec, Models())
        for hook in figure_hooks(self.book):
            module = importlib.import_module(hook.module)
            owner = getattr(module, hook.owner) if hook.owner else module
            patch(owner, hook.function, hook.wrapper)
        self.rec.cell_ends.append(("figure", self.book.end_cell))
        self._read = 0

    def end_cell(self):
        """End the cell and return the figure events that it wrote, validated."""
        self.rec.end_cell()
        lines = received.lines(self.out)
        events = [TypeAdapter(Event).validate_python(json.loads(line)) for line in lines[self._read :]]
        self._read = len(lines)
        assert not [event for event in events if event.kind == "fault"]
        return [event for event in events if event.kind == "figure"]

    def array(self, ref):
        return np.load(received.received(self.out) / "arrays" / f"{ref}.npy")


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """A recorder whose hooks are taken off again."""
    for owner, name in (
        (Figure, "__init__"),
        (Figure, "clear"),
        (FigureCanvasBase, "print_figure"),
        (Gcf, "destroy"),
        (Gcf, "destroy_all"),
        (plt, "show"),
    ):
        monkeypatch.setattr(owner, name, owner.__dict__[name])
    yield Kernel(tmp_path)
    plt.close("all")


def draw_curves():
    """Two named curves with all their words."""
    plt.plot([0.5, 0.4, 0.3], label="train")
    plt.plot([0.6, 0.5, 0.4], label="validation")
    plt.title("Loss", loc="left")
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.legend()


def test_a_loss_plot_is_read_with_its_words_and_data(kernel):
    """Title (wherever it stands), labels, legend and both lines are written with the versions in force."""
    draw_curves()
    (event,) = kernel.end_cell()
    (axes,) = event.axes
    assert (axes.title, axes.xlabel, axes.ylabel) == ("Loss", "epoch", "loss")
    assert axes.legend == ("train", "validation")
    assert [line.label for line in axes.lines] == ["train", "validation"]
    assert kernel.array(axes.lines[1].y).tolist() == [0.6, 0.5, 0.4]
    assert event.versions == {"m1": 3}


def test_an_unchanged_figure_is_written_once(kernel, tmp_path):
    """Showing, saving and the ends of later cells add nothing as long as the figure stays as it is."""
    draw_curves()
    plt.savefig(tmp_path / "curves.png")
    plt.show()
    assert len(kernel.end_cell()) == 1
    assert kernel.end_cell() == []
    plt.title("Loss of another run")
    assert len(kernel.end_cell()) == 1


@pytest.mark.parametrize(
    "throw_away", [plt.close, lambda: plt.close("all"), lambda: plt.close(plt.gcf()), plt.clf]
)
def test_a_figure_thrown_away_is_read_before(kernel, throw_away):
    """close in all its forms and clf leave what was on the figure in the evidence."""
    draw_curves()
    throw_away()
    (event,) = kernel.end_cell()
    assert len(event.axes[0].lines) == 2


def test_what_follows_a_clear_is_another_figure(kernel):
    """A cleared and reused figure does not replace what was shown on it before."""
    draw_curves()
    plt.clf()
    plt.imshow(np.eye(3))
    first, second = kernel.end_cell()
    assert first.id != second.id
    assert second.axes[0].images


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_images_keep_the_array_that_was_given(kernel, dtype):
    """imshow's own array is kept in its dtype, not its colours."""
    image = (np.arange(12).reshape(3, 4) % 2).astype(dtype)
    plt.imshow(image, cmap="gray")
    (event,) = kernel.end_cell()
    (picture,) = event.axes[0].images
    assert kernel.array(picture.array).dtype == np.dtype(dtype)
    assert (kernel.array(picture.array) == image).all()
    assert picture.cmap == "gray"


@pytest.mark.parametrize("way", ["matshow", "pcolormesh", "figimage", "array axes", "object api"])
def test_images_are_read_however_they_were_drawn(kernel, way):
    """Every way of putting an array on a figure ends as a picture."""
    image = np.arange(6.0).reshape(2, 3)
    if way == "matshow":
        plt.matshow(image)
    elif way == "pcolormesh":
        plt.pcolormesh(image)
    elif way == "figimage":
        plt.figimage(image)
    elif way == "array axes":
        plt.subplots(1, 2)[1][0].imshow(image)
    else:
        figure = Figure()
        figure.add_subplot().imshow(image)
    (event,) = kernel.end_cell()
    (picture,) = [picture for axes in event.axes for picture in axes.images]
    assert (kernel.array(picture.array) == image).all()
    assert picture.origin == ("lower" if way == "pcolormesh" else "upper")


def test_a_colour_bar_is_no_picture(kernel):
    """The gradient of a colour bar must not be taken for an image of the notebook."""
    plt.imshow(np.eye(3))
    plt.colorbar()
    (event,) = kernel.end_cell()
    assert len(event.axes) == 1


def test_a_scatter_keeps_points_and_colours(kernel):
    """Offsets and the numbers behind the colours are kept; colours without numbers are numbered."""
    plt.scatter([1, 2, 3], [4, 5, 6], c=[7, 8, 9])
    plt.scatter([1, 2], [3, 4], c=["red", "blue"])
    (event,) = kernel.end_cell()
    numbers, colours = event.axes[0].scatters
    assert kernel.array(numbers.offsets).tolist() == [[1, 4], [2, 5], [3, 6]]
    assert kernel.array(numbers.values).tolist() == [7, 8, 9]
    assert len(set(kernel.array(colours.values).tolist())) == 2


def test_a_colour_bar_belongs_to_its_scatter(kernel):
    """It tells what the colours of those points mean, and of no others."""
    drawn = plt.scatter([1, 2, 3], [4, 5, 6], c=[7, 8, 9])
    plt.scatter([1, 2], [3, 4])
    plt.colorbar(drawn)
    (event,) = kernel.end_cell()
    assert [scatter.bar for scatter in event.axes[0].scatters] == [True, False]


def test_words_of_the_whole_figure_count_for_its_axes(kernel):
    """suptitle is kept; supxlabel, supylabel and a figure's legend stand in where an axes has none."""
    figure, axes = plt.subplots(1, 2)
    lines = axes[0].plot([1, 2]) + axes[1].plot([2, 1])
    axes[1].set_xlabel("own")
    figure.suptitle("Both")
    figure.supxlabel("epoch")
    figure.legend(lines, ["train", "validation"])
    (event,) = kernel.end_cell()
    assert event.suptitle == "Both"
    assert [ax.xlabel for ax in event.axes] == ["epoch", "own"]
    assert event.axes[0].legend == ("train", "validation")


def test_labels_of_a_hidden_axis_are_not_seen(kernel):
    """axis('off') hides the labels, so they are no evidence of labelled axes."""
    plt.plot([1, 2])
    plt.xlabel("epoch")
    plt.axis("off")
    (event,) = kernel.end_cell()
    assert event.axes[0].xlabel == ""


def test_logarithmic_axes_are_told(kernel):
    """semilogy leaves the data as given and says that the axis is logarithmic."""
    plt.semilogy([1.0, 10.0])
    (event,) = kernel.end_cell()
    assert event.axes[0].yscale == "log"
    assert kernel.array(event.axes[0].lines[0].y).tolist() == [1.0, 10.0]


def test_reading_keeps_no_figure_alive_and_changes_none(kernel):
    """Figures die as they would without the recorder; the current figure and pending drawing stay as they are."""
    first = plt.figure()
    first.add_subplot().plot([1, 2])
    second = plt.figure()
    second.add_subplot().plot([3, 4])
    plt.figure(first.number)
    stale = dict(first.axes[0]._stale_viewlims)
    kernel.end_cell()
    assert plt.gcf() is first
    assert dict(first.axes[0]._stale_viewlims) == stale
    gone = weakref.ref(second)
    plt.close(second)
    del second
    gc.collect()
    assert gone() is None


def test_of_figures_beyond_the_cap_the_last_of_each_cell_are_kept(kernel, monkeypatch):
    """A live plot of every epoch does not cost the figures that come after it, in its cell or in later ones."""
    monkeypatch.setattr(figures, "FIGURE_CAP", 3)
    for number in range(100):
        plt.plot([number])
        plt.close()
    values = [kernel.array(event.axes[0].lines[0].y)[0] for event in kernel.end_cell()]
    assert values == [0, 1, 2, *range(60, 100)]
    assert "figure_cap" in "\n".join(received.lines(kernel.out))
    plt.plot([7])
    assert len(kernel.end_cell()) == 1


def test_figures_without_end_fill_no_disk(kernel, monkeypatch):
    """However many cells draw them."""
    monkeypatch.setattr(figures, "SNAPSHOT_CAP", 2)
    monkeypatch.setattr(figures, "LATE_CAP", 5)
    for number in range(4):
        for height in range(3):
            plt.plot([number, height])
            plt.close()
        kernel.end_cell()
    assert "\n".join(received.lines(kernel.out)).count('"kind": "figure"') == 7


def test_a_displayed_pil_image_is_a_picture(kernel):
    """An image shown as the last expression of a cell counts like one drawn with Matplotlib."""
    from PIL import Image as image

    class Formatter:
        def format(self, obj):
            return {}, {}

    formatter = Formatter()
    patch(formatter, "format", object_displayed(kernel.book, TextBook(kernel.rec)))
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert formatter.format(image.fromarray(pixels)) == ({}, {})
    formatter.format("text")
    (event,) = kernel.end_cell()
    assert event.source == "pil"
    assert (kernel.array(event.axes[0].images[0].array) == pixels).all()

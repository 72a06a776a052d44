"""The checker in a real kernel: a student's notebook on the dense part, checked while it is written."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from autograder import student

pytestmark = [pytest.mark.kernel, pytest.mark.tensorflow]

START = "from autograder.student import checker\ncheck = checker('dense')"
MODEL = """\
import keras, numpy as np
from helpers import load_mnist
(x, _), (test, _) = load_mnist()
x, test = x.reshape(-1, 784), test.reshape(-1, 784)
layers = [keras.layers.Dense(n, activation="elu") for n in (400, 200, 100, 200, 400)]
model = keras.Sequential([keras.Input((784,)), *layers, keras.layers.Dense(784, activation="sigmoid")])
"""
TRAIN = """\
model.compile("adam", "mse")
history = model.fit(x, x, epochs=150, batch_size=256, validation_data=(test, test), verbose=0)
"""
SHOW = """\
import matplotlib.pyplot as plt
made = model.predict(test[:10], verbose=0)
for row in (test[:10], made):
    figure, axes = plt.subplots(1, 10)
    for axis, image in zip(axes, row):
        axis.imshow(image.reshape(28, 28))
    plt.show()
"""
STATE = "print(np.random.get_state()[1][:5].sum(), plt.get_fignums(), keras.layers.Dense(1).name, sep='|')"


def outputs(*cells: str) -> list[str]:
    """Run the cells in a new kernel under the quick budget; returns what each printed to stdout."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    return [_printed(cell) for cell in notebook.cells]


def _printed(cell: nbformat.NotebookNode) -> str:
    streams = [out.text for out in cell.outputs if out.output_type == "stream" and out.name == "stdout"]
    return "".join(streams)


@pytest.fixture(name="session", scope="module")
def _session() -> dict[str, str]:
    patch = pytest.MonkeyPatch()
    patch.setenv("COURSE_TRAINING", "quick")
    named = {
        "start": START,
        "before": "check('architecture')",
        "model": MODEL,
        "built": "check('architecture')",
        "train": TRAIN,
        "trained": "check('architecture', 'training')",
        "show": SHOW,
        "seed": f"np.random.seed(7)\n{STATE}",
        "all": "np.random.seed(7)\ncheck()",
        "same": STATE,
    }
    texts = outputs(*named.values())
    patch.undo()
    return dict(zip(named, texts, strict=True))


def test_nothing_built_is_not_attempted(session):
    """Before any model, the item is not attempted, and the setup cell prints nothing."""
    assert session["start"] == ""
    assert "– architecture  0 / 30" in session["before"]


def test_a_built_model_is_checked_before_it_is_trained(session):
    """The layers of a model are known at once, neither compiled nor called, and the cell that built it."""
    assert "✓ architecture  30 / 30  All 6 layers are as asked. (cell 3)" in session["built"]


def test_the_answer_holds_no_trained_number(session):
    """The same text before and after training, so that a notebook's stored output can be compared."""
    line = next(line for line in session["trained"].splitlines() if "architecture" in line)

    assert "30 / 30" in line
    assert "✓ training      15 / 15" in session["trained"]


def test_images_are_compared_with_the_rebuilt_model(session):
    """Reconstructions are recognised as the model's own, originals as the test images."""
    assert "✓ test-images" in session["all"] and "✓ reconstructions" in session["all"]
    assert "✗ bottleneck-images" in session["all"]


def test_checking_leaves_the_notebook_as_it_was(session):
    """Random state and open figures are the same after `check()`; a name counter went on by one cell's own layer."""
    before, after = session["seed"].strip().split("|"), session["same"].strip().split("|")

    assert before[:2] == after[:2]
    assert int(after[2].split("_")[1]) == int(before[2].split("_")[1]) + 1


def test_a_checker_after_the_model_asks_for_a_restart():
    """Models that were built before the checker are not silently unknown."""
    texts = outputs(
        "import keras\nmodel = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])", START
    )

    assert texts[1].strip() == student.RESTART

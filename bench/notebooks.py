"""The notebooks that every grader is timed on: a dense autoencoder that itself asks for little, and a trivial one.

The dense one asks for 2 epochs on 2,048 images, so that nobody's training budget helps. Its images lie beside it,
because the other graders have no data of their own.
"""

from __future__ import annotations

import io

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_notebook

from helpers import load_mnist

IMAGES = "digits.npz"
TRAIN, TEST = 2048, 512

DENSE = [
    "import keras\nimport matplotlib.pyplot as plt\nimport numpy as np",
    f"digits = np.load('{IMAGES}')\nx_train, x_test = digits['train'] / 255.0, digits['test'] / 255.0",
    """model = keras.Sequential(
    [keras.Input((784,))]
    + [keras.layers.Dense(units, activation="relu") for units in (400, 200, 100, 200, 400)]
    + [keras.layers.Dense(784, activation="sigmoid")]
)
model.compile(optimizer="adam", loss="mse")""",
    """history = model.fit(
    x_train, x_train, epochs=2, batch_size=128, validation_data=(x_test, x_test), verbose=0
)""",
    """plt.plot(history.history["loss"], label="training")
plt.plot(history.history["val_loss"], label="validation")
plt.title("Loss")
plt.xlabel("epoch")
plt.ylabel("MSE")
plt.legend()
plt.show()""",
    """codes = keras.Model(model.inputs, model.layers[2].output).predict(x_test[:10], verbose=0)
outputs = model.predict(x_test[:10], verbose=0)
for rows, shape in ((x_test[:10], (28, 28)), (codes, (10, 10)), (outputs, (28, 28))):
    figure, axes = plt.subplots(1, 10, figsize=(10, 1))
    for axis, row in zip(axes, rows):
        axis.imshow(row.reshape(shape), cmap="gray")
        axis.axis("off")
    plt.show()""",
]
TRIVIAL = ["import tensorflow as tf\nprint(tf.constant([1.0, 2.0]).numpy().sum())"]
CHECK = "assert model.count_params() == 829284\nassert len(history.history['loss']) == 2"


def digits() -> bytes:
    """The images of the dense notebook as an `.npz`: float32 in 0..255, shape (n, 784)."""
    (train, _), (test, _) = load_mnist()
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        train=(train[:TRAIN] * 255).astype("uint8").reshape(-1, 784),
        test=(test[:TEST] * 255).astype("uint8").reshape(-1, 784),
    )
    return buffer.getvalue()


def notebook(sources: list[str], number: int) -> str:
    """One submission as JSON; its number makes its bytes its own, as no two students hand in the same file."""
    cells = [new_code_cell(source) for source in sources]
    cells[0].source += f"\n# submission {number}"
    for index, cell in enumerate(cells):
        cell.id = f"cell-{index}"
    return nbformat.writes(_with_kernel(cells))


def for_nbgrader(number: int) -> str:
    """The dense notebook with one autograded test cell in nbgrader's metadata."""
    cells = [new_code_cell(source) for source in [*DENSE, CHECK]]
    cells[0].source += f"\n# submission {number}"
    for index, cell in enumerate(cells):
        cell.id = f"cell-{index}"
    cells[-1].metadata["nbgrader"] = {
        "schema_version": 3,
        "grade": True,
        "solution": False,
        "locked": True,
        "task": False,
        "grade_id": "check",
        "points": 2,
        "cell_type": "code",
    }
    return nbformat.writes(_with_kernel(cells))


def _with_kernel(cells: list) -> nbformat.NotebookNode:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})

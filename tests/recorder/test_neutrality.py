"""A student cannot tell that the recorder is there: the same notebook gives the same outputs, byte for byte."""

from __future__ import annotations

import difflib
import json
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.recorder import received

pytestmark = [pytest.mark.tensorflow, pytest.mark.kernel]
ROOT = Path(__file__).parents[2]

IMPORTS = "import keras, tensorflow, matplotlib.pyplot\n"
INSTALL = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from autograder.recorder import install
from autograder.recorder.budget import Budget
_ = install(get_ipython(), Path({out!r}), Budget.full())
sys.path.remove({root!r})
del sys, Path, install, Budget, _
"""

CELLS = [
    """
import random, warnings
import numpy as np, tensorflow as tf, keras, matplotlib.pyplot as plt
from keras import layers
keras.utils.set_random_seed(3)
x = np.random.rand(600, 16).astype("float32")
def draws():
    return (random.random(), float(np.random.rand()), float(tf.random.normal(())), float(keras.random.normal(())))
draws()
""",
    """
model = keras.Sequential([layers.Dense(8, activation="relu"), layers.Dropout(0.2), layers.Dense(16)])
model.compile("adam", "mse", metrics=["mae"])
model.summary()
history = model.fit(x, x, epochs=3, batch_size=50, validation_split=0.2, verbose=0)
print(history.history, history.params, history.epoch)
print([layer.name for layer in model.layers], model.name, draws())
model.summary()
""",
    """
inputs = keras.Input((16,))
code = layers.GaussianNoise(0.1)(layers.Dense(4)(inputs))
wide = keras.Model(inputs, layers.Dense(16)(code))
wide.compile("sgd", "binary_crossentropy")
data = tf.data.Dataset.from_tensor_slices((x, x)).shuffle(600).batch(32)
print(wide.fit(data, epochs=3, verbose=0, validation_data=data.take(3)).history)
print(wide.name, draws(), float(wide.predict(x[:5], verbose=0).sum()), wide.evaluate(x, x, verbose=0))
""",
    """
own = np.random.default_rng(4)
def batches():
    while True:
        rows = own.integers(0, 600, 20)  # Keras reads ahead, so the global generator would race
        yield x[rows], x[rows]
print(wide.fit(batches(), steps_per_epoch=4, epochs=2, verbose=0).history)
print([wide.train_on_batch(x[:32], x[:32]) for _ in range(3)], wide.train_on_batch(x, x, return_dict=True))
""",
    """
class VAE(keras.Model):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = layers.Dense(4), keras.Sequential([layers.Dense(16)])
    def train_step(self, data):
        with tf.GradientTape() as tape:
            mean = self.encoder(data)
            z = mean + tf.random.normal(tf.shape(mean))
            loss = tf.reduce_mean(tf.square(data - self.decoder(z)))
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return {"own": loss}
vae = VAE()
vae.compile("adam")
print(vae.fit(x, epochs=3, verbose=0).history, vae.decoder.name, draws())
""",
    """
optimizer, loss_of = keras.optimizers.Adam(), keras.losses.MeanSquaredError()
def step(rows):
    with tf.GradientTape() as tape:
        loss = loss_of(rows, model(rows, training=True))
    weights = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
    return loss
compiled = tf.function(step)
print([float(step(x[i:i + 50])) for i in range(0, 200, 50)], [float(compiled(x[i:i + 50])) for i in range(0, 200, 50)])
print(draws(), keras.layers.Dense(2).name)
""",
    """
plt.plot([3, 2, 1], label="train")
plt.legend()
plt.get_fignums()
""",
    """
print(plt.get_fignums())
figure, axes = plt.subplots(1, 3)
for ax, image in zip(axes, model.predict(x[:3], verbose=0)):
    ax.imshow(image.reshape(4, 4), cmap="gray")
plt.show()
plt.scatter(x[:5, 0], x[:5, 1], c=range(5))
""",
    """
from PIL import Image
figure = plt.figure()
figure.add_subplot().semilogy([1, 10, 100])
plt.close(figure)
display(Image.fromarray((x[:16] * 255).astype("uint8")))
figure
""",
    """
class Mine(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print(epoch, self.params, float(self.model.predict(x[:2], verbose=0).sum()), sorted(logs))
model.fit(x, x, 300, 2, 0, [Mine(), keras.callbacks.EarlyStopping("loss", patience=1)])
""",
    "model.fit(x, x[:5], epochs=2)",
    "model.fit(x[:, :3], x, epochs=2, verbos=0)",
    """
import inspect
print(inspect.signature(model.fit), inspect.signature(keras.datasets.mnist.load_data), model.fit.__doc__[:80] if model.fit.__doc__ else None)
print(keras.Model.fit.__qualname__, keras.callbacks.History.__module__, sorted(k for k in globals() if not k.startswith("_")))
""",
]


def run(first, folder):
    """Outputs of all cells, run in a fresh kernel after a hidden first cell."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in [first, *CELLS]])
    env = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "PYTHONHASHSEED": "0"}
    client = NotebookClient(
        notebook,
        timeout=240,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": folder}},
    )
    client.execute(env=env)
    assert not [out for out in notebook.cells[0].outputs if out.output_type == "error"], notebook.cells[
        0
    ].outputs
    return [_as_seen(cell.outputs) for cell in notebook.cells[1:]]


def _as_seen(outputs):
    """Outputs as text. Whether stdout or stderr reaches the page first is a race that every kernel has."""
    streams = {"stdout": "", "stderr": ""}
    for output in outputs:
        if output.output_type == "stream":
            streams[output.name] += output.text
    others = [output for output in outputs if output.output_type != "stream"]
    text = json.dumps([streams, others], indent=1, sort_keys=True)
    text = re.sub(r"\b0x[0-9a-f]+", "0x", text)  # an address differs from run to run
    return re.sub(r"\\u001b\[[0-9;]*m", "", text)  # IPython colours the same traceback in two ways


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The outputs without a recorder."""
    return run(IMPORTS, str(tmp_path_factory.mktemp("work")))


@pytest.mark.parametrize("order", ["libraries first", "recorder first"])
def test_outputs_are_the_same_with_and_without_the_recorder(plain, order, tmp_path):
    """Losses, names, draws, figures, summaries and errors do not change, whichever was imported first."""
    install = INSTALL.format(root=str(ROOT), out=str(tmp_path / "out"))
    first = IMPORTS + install if order == "libraries first" else install + IMPORTS
    folder = tmp_path / "work"
    folder.mkdir()
    recorded = run(first, str(folder))
    events = "\n".join(received.lines(tmp_path / "out"))
    assert '"fault"' not in events
    assert events.count('"kind": "fit"') >= 8
    assert events.count('"kind": "figure"') >= 5
    differences = [
        f"{cell}\n"
        + "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))
        for cell, before, after in zip(CELLS, plain, recorded, strict=True)
        if before != after
    ]
    assert not differences, "\n".join(differences)[:6000]

"""Cells that build and use models in the ways of notebooks, run in one IPython shell: a script for one process.

    python all_kinds_of_models.py OUT [plain]

OUT gets the evidence (nothing is recorded when `plain` is given) and `told.json`: per cell its number and what it
told with `tell(...)`, the way to compare what a student sees with and without the recorder.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path

import keras  # noqa: F401
from IPython.core.interactiveshell import InteractiveShell

CELLS: dict[str, str] = {}

CELLS["setup"] = """
import random, warnings, gc
import numpy as np, keras, tensorflow as tf
from keras import layers, ops
keras.utils.set_random_seed(7)
x = np.random.rand(200, 12).astype("float32")
def seeds():
    return [random.random(), float(np.random.rand()), float(tf.random.normal(())), float(keras.random.normal(())),
            keras.layers.Dense(1).name]
"""

CELLS["activation_inside"] = """
leaky = keras.Sequential([keras.Input((12,)), layers.Dense(8, activation=layers.LeakyReLU(negative_slope=0.2)),
                          layers.Dense(12, activation="sigmoid", kernel_regularizer="l2")], name="leaky")
leaky.compile("adam", "mse")
leaky(x[:5])
tell(losses=[float(l) for l in leaky.losses], seeds=seeds())
"""

CELLS["first_call"] = """
late = keras.Sequential([layers.Dense(4, activation="relu"), layers.Dropout(0.5), layers.Dense(12)], name="late")
before = late.built
late(x[:40])
tell(before=before, names=[l.name for l in late.layers], seeds=seeds())
"""

CELLS["first_fit"] = """
fitted = keras.Sequential([layers.Dense(4), layers.Dense(12)], name="fitted")
fitted.compile("sgd", keras.losses.BinaryCrossentropy(from_logits=True))
h = fitted.fit(x, x, epochs=1, verbose=0)
tell(loss=h.history["loss"], seeds=seeds())
"""

CELLS["shared"] = """
inputs = keras.Input((12,))
twice = layers.Dense(12, activation="tanh")
twin = keras.Model(inputs, twice(twice(inputs)), name="twin")
half = keras.Model(inputs, twice.output, name="half") if False else keras.Model(inputs, twice(inputs), name="half")
twin.predict(x[:9], verbose=0)
half.predict(x[:9], verbose=0)
tell(seeds=seeds())
"""

CELLS["skip"] = """
inputs = keras.Input((12,))
dropped = layers.Dropout(0.3)(inputs)
h = layers.Dense(12)(dropped)
skip = keras.Model(inputs, layers.Add()([inputs, h]), name="skip")
skip.predict(x[:9], verbose=0)
"""

CELLS["ops_between"] = """
inputs = keras.Input((12,))
h = layers.Dense(6)(inputs)
between = keras.Model(inputs, layers.Dense(12)(ops.sigmoid(h)), name="between")
between.predict(x[:9], verbose=0)
tell(seeds=seeds())
"""

CELLS["nested"] = """
enc = keras.Sequential([keras.Input((12,)), layers.Dense(5, name="code")], name="enc")
dec = keras.Sequential([layers.Dense(12)], name="dec")
inputs = keras.Input((12,))
middle = keras.Model(inputs, dec(enc(inputs)), name="middle")
outer = keras.Sequential([middle], name="outer")
outer.predict(x[:9], verbose=0)
tell(name=outer.name, names=[l.name for l in outer.layers])
"""

CELLS["subclassed"] = """
class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(6, activation="relu")
    def call(self, given):
        return self.inner(given)

class Own(keras.Model):
    def __init__(self):
        super().__init__(name="own")
        self.block, self.last = Block(), layers.Dense(12)
        self.calls = 0
    def call(self, given):
        print("called")
        warnings.warn("a warning of the notebook")
        return self.last(self.block(given))

own = Own()
own.compile("adam", "mse")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    own.fit(x, x, epochs=1, verbose=0)
tell(warnings=[str(w.message) for w in caught], seeds=seeds())
own(x[:2])
"""

CELLS["own_layer"] = """
class Sampling(layers.Layer):
    def call(self, given):
        mean, spread = given
        return mean + keras.random.normal(ops.shape(mean)) * ops.exp(0.5 * spread)

class Scaled(layers.Dense):
    def call(self, given):
        return 2.0 * super().call(given)

inputs = keras.Input((12,))
mean, spread = layers.Dense(2, name="mean")(inputs), layers.Dense(2, name="spread")(inputs)
sampling = keras.Model(inputs, [mean, spread, Sampling()([mean, spread])], name="sampling")
sampling.predict(x[:9], verbose=0)
scaled = keras.Sequential([keras.Input((12,)), Scaled(12)], name="scaled")
scaled.predict(x[:9], verbose=0)
lambda_ = keras.Sequential([keras.Input((12,)), layers.Lambda(lambda t: 3 * t)], name="lambda")
lambda_.predict(x[:9], verbose=0)
tell(drawn=sampling(x[:1])[2].numpy().tolist(), seeds=seeds())
"""

CELLS["statistics"] = """
inputs = keras.Input((12,))
normed = keras.Model(inputs, layers.BatchNormalization()(layers.Dense(12)(inputs)), name="normed")
normed.compile("adam", "mse", metrics=["mae"])
normed.fit(x, x, epochs=1, verbose=0)
normed(x[:3])
tell(moving=[w.numpy().tolist() for w in normed.layers[-1].weights], seeds=seeds())
"""

CELLS["train_step"] = """
class Pair(keras.Model):
    def __init__(self, first, second):
        super().__init__(name="pair")
        self.first, self.second = first, second
    def train_step(self, data):
        with tf.GradientTape() as tape:
            loss = ops.mean(ops.square(self.second(self.first(data)) - data))
        grads = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.trainable_weights))
        return {"loss": loss}

first = keras.Sequential([keras.Input((12,)), layers.Dense(3)], name="first")
second = keras.Sequential([layers.Dense(12)], name="second")
pair = Pair(first, second)
pair.compile("adam")
h = pair.fit(x, epochs=1, verbose=0)
tell(loss=h.history["loss"], seeds=seeds())
"""

CELLS["compiled_only"] = """
known_shape = keras.Sequential([keras.Input((12,)), layers.Dense(3)], name="known_shape")
known_shape.compile("rmsprop", "mae")
unknown_shape = keras.Sequential([layers.Dense(3)], name="unknown_shape")
unknown_shape.compile(keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)), "KLDivergence")
never = keras.Sequential([keras.Input((12,)), layers.Dense(3)], name="never")
"""

CELLS["unknown_still"] = """
tell(built=unknown_shape.built, seeds=seeds())
"""

CELLS["no_calls"] = """
taped = keras.Sequential([keras.Input((12,)), layers.Dense(12)], name="taped")
with tf.GradientTape() as tape:
    loss = ops.mean(taped(x[:4]))
tape.gradient(loss, taped.trainable_weights)
symbolic = taped(keras.Input((12,)))
traced = tf.function(lambda t: taped(t))
traced(tf.constant(x[:4]))
taped(x[:4], training=True)
eager = keras.Sequential([keras.Input((12,)), layers.Dense(12)], name="eager")
eager.compile("sgd", "mse", run_eagerly=True)
h = eager.fit(x[:64], x[:64], epochs=1, verbose=0)
"""

CELLS["sources"] = """
fed = keras.Sequential([keras.Input((12,)), layers.Dense(12)], name="fed")
taken = []
def batches():
    for start in range(0, 60, 20):
        taken.append(start)
        yield (x[start:start + 20],)
fed.predict(batches(), verbose=0)
fed.predict(tf.data.Dataset.from_tensor_slices(x).batch(10), verbose=0)
fed.predict(tf.constant(x), verbose=0, batch_size=7)
fed.predict_on_batch(x[:5])
fed.predict(x=x[:3].tolist() and x[:3], verbose=0)
tell(taken=taken)
"""

CELLS["loop"] = """
looped = keras.Sequential([keras.Input((12,)), layers.Dense(12)], name="looped")
for row in range(100):
    looped(x[row:row + 1])
looped.layers[0].bias.assign(np.ones(12, "float32"))
for row in range(3):
    looped(x[row:row + 1])
"""

CELLS["many_versions"] = """
many = keras.Sequential([keras.Input((12,)), layers.Dense(12)], name="many")
for value in range(12):
    many.layers[0].bias.assign(np.full(12, value, "float32"))
    many.predict_on_batch(x[:2])
many.predict_on_batch(x[:2])
"""

CELLS["short_lived"] = """
for _ in range(3):
    keras.Sequential([keras.Input((12,)), layers.Dense(2)], name="short").predict(x[:4], verbose=0)
gc.collect()
tell(seeds=seeds())
"""

CELLS["images"] = """
pictures = np.random.rand(20, 8, 8).astype("float32")
inputs = keras.Input((8, 8, 1))
h = layers.Conv2D(4, 3, padding="same", activation="relu")(inputs)
h = layers.MaxPooling2D(2)(h)
h = layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation=tf.nn.relu)(h)
h = layers.BatchNormalization()(h)
h = layers.Flatten()(h)
h = layers.Dense(64, activation="softmax")(h)
h = layers.Reshape((8, 8, 1))(h)
h = layers.UpSampling2D(2)(h)
conv = keras.Model(inputs, layers.AveragePooling2D(2)(layers.SeparableConv2D(2, 3, padding="same")(h)), name="conv")
conv.compile("adam", "mse")
conv.fit(pictures, np.zeros((20, 8, 8, 2), "float32"), epochs=1, verbose=0)
conv.predict(pictures, verbose=0)
bytes_ = (pictures * 255).astype("uint8")
conv(bytes_)
"""

CELLS["files"] = """
import os, tempfile
folder = tempfile.mkdtemp()
half = keras.Sequential([keras.Input((5,)), layers.Dense(7)], name="half_alone")
drawn = half.predict(np.random.rand(3000, 5), verbose=0)
for name in ("whole.keras", "whole.h5", "values.weights.h5"):
    path = os.path.join(folder, name)
    if "weights" in name:
        half.save_weights(path)
        other = keras.Sequential([keras.Input((5,)), layers.Dense(7)], name="other_half")
        other.load_weights(path)
    else:
        half.save(path)
        other = keras.models.load_model(path, compile=False)
    ones = np.ones((4, 5))
    tell(**{name.partition(".")[2]: np.allclose(other.predict(ones, verbose=0), half(ones))})
stacked = {"some": drawn[:60].reshape(60, 7, 1)}
print("coverage 12 %, recall 0.5")
"""

CELLS["an_error"] = """
leaky(np.zeros((2, 5), "float32"))
"""

CELLS["after_an_error"] = """
leaky(x[:1])
"""


def main() -> None:
    """Run all cells and write what they told."""
    out = Path(sys.argv[1])
    shell = InteractiveShell()
    shell.colors = "NoColor"
    if len(sys.argv) < 3:
        from autograder.recorder import install
        from autograder.recorder.budget import Budget

        install(shell, out, Budget.full())
    told: dict[str, dict] = {}
    for number, (name, source) in enumerate(CELLS.items(), start=1):
        told[name] = {"cell": number}
        shell.user_ns["tell"] = told[name].update
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            shell.run_cell(source)
        told[name]["printed"] = printed.getvalue()
    (out / "told.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main()

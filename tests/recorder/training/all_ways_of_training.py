"""Trains tiny models in every way that notebooks do, one cell each, under the recorder: a script for one process.

    python all_ways_of_training.py OUT

OUT gets the evidence; `told.json` in it holds, per scenario, its cell and what the notebook itself saw.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from autograder.recorder import install
from autograder.recorder.budget import Budget

X = np.random.default_rng(0).random((5000, 8), dtype=np.float32)
SCENARIOS = {}


def scenario(mode):
    """Register a function as one cell, run under this budget."""

    def register(function):
        SCENARIOS[function.__name__] = (mode, function)
        return function

    return register


def small_model():
    """An autoencoder of 8 numbers, compiled."""
    model = keras.Sequential([layers.Input((8,)), layers.Dense(3, activation="relu"), layers.Dense(8)])
    model.compile("adam", "mse")
    return model


class Snapshots(keras.callbacks.Callback):
    """What a student writes to keep losses and pictures at chosen epochs."""

    def __init__(self):
        super().__init__()
        self.losses, self.at, self.counts = [], [], {"begin": 0, "end": 0}

    def on_train_begin(self, logs=None):
        self.counts["begin"] += 1
        self.epochs = self.params["epochs"]

    def on_train_end(self, logs=None):
        self.counts["end"] += 1

    def on_epoch_end(self, epoch, logs=None):
        self.losses.append(logs["loss"])
        if epoch + 1 in (5, 25, 50, 100):
            self.at.append(epoch + 1)
            self.model.predict(X[:2], verbose=0)


class Batches(keras.utils.PyDataset):
    """A data set of 40 batches of 100 rows."""

    def __len__(self):
        return 40

    def __getitem__(self, index):
        rows = X[100 * index : 100 * (index + 1)]
        return rows, rows


@scenario("quick")
def one_fit():
    """150 epochs with a split, a callback and a checkpoint."""
    model, seen = small_model(), Snapshots()
    saver = keras.callbacks.ModelCheckpoint("never.keras", save_best_only=False)
    saved = []
    saver._save_model = lambda *args, **kwargs: saved.append(1)
    history = model.fit(
        X, X, epochs=150, batch_size=256, validation_split=0.1, verbose=0, callbacks=[seen, saver]
    )
    return {
        "epochs": history.epoch,
        "keys": sorted(history.history),
        "losses": len(seen.losses),
        "at": seen.at,
        "asked": seen.epochs,
        "counts": seen.counts,
        "same": model.history is history,
        "saved": len(saved),
    }


@scenario("quick")
def positional():
    """fit(x, y, batch, epochs, verbose) and a second stage that starts where the first ended."""
    model = small_model()
    model.fit(X, X, 64, 50, 0)
    return {"epochs": model.fit(X, X, epochs=150, initial_epoch=50, verbose=0, batch_size=64).epoch}


@scenario("quick")
def loop_of_fits():
    """150 fits of one epoch each."""
    model = small_model()
    return {"losses": [model.fit(X, X, epochs=1, verbose=0).history["loss"][0] for _ in range(150)]}


@scenario("quick")
def recompiled():
    """Three fits alike but for a compile between the second and the third: all of them train."""
    model = small_model()
    for number in range(3):
        if number == 2:
            model.compile("adam", "mse")
        model.fit(X, X, epochs=1, verbose=0)
    return {}


@scenario("quick")
def small_enough():
    """A fit that is smaller than the budget."""
    small_model().fit(X[:100], X[:100], epochs=2, verbose=0, validation_data=(X[:50], X[:50]))
    return {}


@scenario("quick")
def tf_data():
    """A tf.data pipeline of large batches, validated on another."""
    data = tf.data.Dataset.from_tensor_slices((X, X)).shuffle(100, seed=1).batch(500).prefetch(1)
    held_out = tf.data.Dataset.from_tensor_slices((X[:2000], X[:2000])).batch(200)
    return {"epochs": small_model().fit(data, epochs=4, verbose=0, validation_data=held_out).epoch}


@scenario("quick")
def generator():
    """An endless generator with steps per epoch."""
    drawn = []

    def batches():
        while True:
            drawn.append(1)
            yield X[:256], X[256:512]

    history = small_model().fit(batches(), steps_per_epoch=40, epochs=5, verbose=0)
    return {"epochs": history.epoch, "drawn": len(drawn)}


class Stopping(keras.callbacks.Callback):
    """Stops, or raises, when one of its events comes the n-th time."""

    def __init__(self, event, count, raising=False):
        super().__init__()
        self.left, self.raising = count, raising
        setattr(self, event, self.happens)

    def happens(self, *_, **__):
        """One event."""
        self.left -= 1
        if self.left == 0:
            if self.raising:
                raise RuntimeError("enough")
            self.model.stop_training = True


def fit_short(**arguments):
    """A fit on 256 rows in batches of 32, and its history."""
    return small_model().fit(X[:256], X[:256], batch_size=32, verbose=0, **arguments).history


@scenario("quick")
def validation_freq():
    """Validation that does not follow every epoch."""
    freqs = (3, [2, 9], 50)
    each = [fit_short(epochs=20, validation_data=(X[:64], X[:64]), validation_freq=freq) for freq in freqs]
    return {"lengths": [len(history.get("val_loss", ())) for history in each]}


@scenario("quick")
def stopped():
    """Callbacks that stop a training at different events; 2 epochs of 8 batches are real."""
    fit_short(epochs=10, callbacks=[Stopping("on_train_batch_begin", 1)])
    fit_short(epochs=10, callbacks=[Stopping("on_epoch_begin", 4)])
    fit_short(epochs=10, callbacks=[Stopping("on_train_batch_end", 2 * 8 + 4)])
    fit_short(epochs=10, callbacks=[Stopping("on_epoch_end", 5)])
    return {}


@scenario("quick")
def capped():
    """Settings of Keras that shorten every training."""
    keras.config.set_max_epochs(3)
    keras.config.set_max_steps_per_epoch(2)
    try:
        fit_short(epochs=10)
    finally:
        keras.config.set_max_epochs(None)
        keras.config.set_max_steps_per_epoch(None)
    return {}


@scenario("quick")
def raised():
    """A callback that raises in the eighth epoch, which is a played one."""
    try:
        fit_short(epochs=10, callbacks=[Stopping("on_epoch_begin", 8, raising=True)])
    except RuntimeError:
        pass
    return {}


@scenario("quick")
def written_into():
    """A callback that writes into what it is handed."""

    class Writing(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["mine"] = 0.1

        def on_train_end(self, logs=None):
            self.model.history.history["more"] = [1.0] * 4

    return {"keys": sorted(fit_short(epochs=4, callbacks=[Writing()]))}


@scenario("quick")
def py_dataset():
    """A keras.utils.PyDataset."""
    return {"epochs": small_model().fit(Batches(), epochs=4, verbose=0).epoch}


@scenario("quick")
def other_arrays():
    """Tensors as inputs, a DataFrame as targets, and weights per sample."""
    import pandas

    model = small_model()
    model.fit(tf.constant(X), pandas.DataFrame(X), sample_weight=np.ones(len(X)), epochs=3, verbose=0)
    return {}


@scenario("quick")
def nested_arrays():
    """Inputs by name, one of them a label."""
    image, label = keras.Input((8,), name="image"), keras.Input((1,), name="label")
    outputs = layers.Dense(8)(layers.Concatenate()([image, label]))
    model = keras.Model({"image": image, "label": label}, outputs)
    model.compile("adam", "mse")
    model.fit({"image": X, "label": X[:, :1]}, X, epochs=3, verbose=0, validation_split=0.2)
    return {}


@scenario("quick")
def early_stopping():
    """Patience runs out while epochs are played."""
    callbacks = [
        keras.callbacks.EarlyStopping(patience=4, restore_best_weights=True),
        keras.callbacks.ReduceLROnPlateau(patience=1),
    ]
    history = small_model().fit(X, X, epochs=100, validation_split=0.2, verbose=0, callbacks=callbacks)
    return {"epochs": len(history.epoch), "rates": history.history["learning_rate"]}


@scenario("quick")
def on_batch():
    """100 calls of train_on_batch."""
    model = small_model()
    results = [model.train_on_batch(X[32 * i : 32 * i + 32], X[32 * i : 32 * i + 32]) for i in range(100)]
    as_dict = model.train_on_batch(X[:32], X[:32], return_dict=True)
    return {"kinds": sorted({type(r).__name__ for r in results}), "first": type(results[0]).__name__,
            "last": [float(r) for r in results[-2:]], "names": sorted(as_dict)}  # fmt: skip


@scenario("quick")
def own_step():
    """A model with a train_step of its own that calls two models inside."""

    class Pair(keras.Model):
        def __init__(self):
            super().__init__()
            self.encoder = keras.Sequential([layers.Input((8,)), layers.Dense(2)])
            self.decoder = keras.Sequential([layers.Input((2,)), layers.Dense(8)])

        def train_step(self, data):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(data - self.decoder(self.encoder(data))))
            weights = self.trainable_weights
            self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
            return {"loss": loss}

    model = Pair()
    model.compile("adam")
    return {"epochs": len(model.fit(X, epochs=20, batch_size=512, verbose=0).epoch)}


@scenario("quick")
def raising():
    """A callback that raises in a played epoch: the error is the student's own."""

    class Raises(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 7:
                raise KeyError("mine")

    try:
        small_model().fit(X, X, epochs=20, verbose=0, callbacks=[Raises()])
    except KeyError as error:
        return {"error": str(error)}
    return {}


@scenario("quick")
def tape_eager():
    """An eager loop with a loss object."""
    model, optimizer, loss_of = small_model(), keras.optimizers.Adam(), keras.losses.MeanSquaredError()
    for start in range(0, 640, 64):
        rows = X[start : start + 64]
        with tf.GradientTape() as tape:
            loss = loss_of(rows[:, ::-1], model(rows, training=True))
        weights = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
    return {}


_STEP = {}


def _compiled_step(model, optimizer):
    @tf.function
    def step(rows, targets):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.binary_crossentropy(targets, model(rows, training=True)))
        weights = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return loss

    return step


@scenario("quick")
def tape_compiled():
    """A train step inside tf.function, with targets as an argument."""
    _STEP["model"] = small_model()
    _STEP["step"] = _compiled_step(_STEP["model"], keras.optimizers.Adam())
    for start in range(0, 640, 64):
        _STEP["step"](X[start : start + 64], X[start : start + 64] * 0.5)
    return {}


@scenario("quick")
def tape_compiled_again():
    """The same compiled step in a later cell: nothing is traced any more."""
    for start in range(0, 320, 64):
        _STEP["step"](X[start : start + 64], X[start : start + 64] * 0.5)
    return {}


@scenario("full")
def full_fit():
    """Nothing is shortened under the full budget."""
    history = small_model().fit(X[:600], X[:600], 200, 5, verbose=0, validation_split=0.5)
    return {"epochs": history.epoch, "steps": history.params["steps"]}


@scenario("full")
def full_stream():
    """A generator runs as long as it was asked to."""
    drawn = []

    def batches():
        while True:
            drawn.append(1)
            yield X[:20], X[:20]

    history = small_model().fit(batches(), steps_per_epoch=5, epochs=3, verbose=0)
    return {"epochs": history.epoch, "drawn": len(drawn)}


@scenario("full")
def full_on_batch():
    """All calls of train_on_batch train."""
    model = small_model()
    for _ in range(70):
        model.train_on_batch(X[:4], X[:4])
    return {}


def main(out):
    """Run all scenarios; the last line of OUT/told.json appears only when all came to their end."""
    rec = install(None, out, Budget.quick())
    told = {}
    for name, (mode, function) in SCENARIOS.items():
        rec.budget = Budget.quick() if mode == "quick" else Budget.full()
        rec.start_cell()
        told[name] = {"cell": rec.journal.cell, **function()}
        rec.end_cell()
    (out / "told.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

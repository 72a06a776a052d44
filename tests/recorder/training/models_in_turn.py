"""Trains two tiny models against each other, one cell a way, under the recorder: a script for one process.

    python models_in_turn.py OUT

OUT gets the evidence; `told.json` in it holds, per way, what the notebook itself saw.
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

REAL = np.random.default_rng(0).random((600, 24), dtype=np.float32)
STEPS, BATCH = 400, 8


def models():
    """One that makes rows of 24 numbers of 3, and one that tells made rows from real ones."""
    maker = keras.Sequential([layers.Input((3,)), layers.Dense(24, activation="sigmoid")])
    judge = keras.Sequential([layers.Input((24,)), layers.Dense(1)])
    return maker, judge


def noise(rows):
    """Codes."""
    return np.random.default_rng().normal(size=(rows, 3)).astype(np.float32)


def in_turn(ask):
    """Both by batches; `ask(maker, codes)` gives rows. Pictures of 5 rows, and of as many as a batch has."""
    maker, judge = models()
    judge.compile("adam", "mse")
    both = keras.Sequential([maker, judge])
    judge.trainable = False
    both.compile("adam", "mse")
    pictures, really = [], 0
    before = judge.get_weights()[0]
    for step in range(STEPS):
        real = REAL[step * BATCH % 600 :][:BATCH]
        made = ask(maker, noise(BATCH))
        judge.trainable = True
        judge.train_on_batch(
            np.concatenate([real, made]), np.repeat([[0.9], [0.0]], [len(real), BATCH], axis=0)
        )
        judge.trainable = False
        both.train_on_batch(noise(BATCH), np.ones((BATCH, 1)))
        if step in (0, 199, 399):
            pictures.append(np.array(ask(maker, noise(5))).tolist())
            pictures.append(np.array(ask(maker, noise(BATCH))).tolist())
            really += 1
    return {"pictures": pictures, "changed": bool(np.abs(judge.get_weights()[0] - before).max() > 0)}


class Game(keras.Model):
    """Both with an optimizer each, or one for both, in a training step of its own."""

    def __init__(self, apart):
        super().__init__()
        self.maker, self.judge = models()
        first = keras.optimizers.Adam()
        second = keras.optimizers.Adam() if apart else first
        first.build(self.maker.trainable_variables + self.judge.trainable_variables)
        self.theirs = [(self.judge, first), (self.maker, second)]

    def train_step(self, real):
        """One step of both."""
        with tf.GradientTape(persistent=True) as tape:
            said = self.judge(self.maker(tf.random.normal((tf.shape(real)[0], 3))))
            gain = tf.reduce_mean(said**2)
            losses = tf.reduce_mean((self.judge(real) - 1) ** 2) + gain, -gain
        for (model, optimizer), value in zip(self.theirs, losses, strict=True):
            optimizer.apply(tape.gradient(value, model.trainable_variables), model.trainable_variables)
        return {"loss": losses[0], "gain": gain}


def own_step(apart):
    """A fit of both."""
    game = Game(apart)
    game.compile()
    game.fit(REAL, epochs=3, verbose=0)
    return {}


WAYS = {
    "predicted": lambda: in_turn(lambda maker, codes: maker.predict(codes, verbose=0)),
    "called": lambda: in_turn(lambda maker, codes: maker(codes)),
    "apart": lambda: own_step(True),
    "shared": lambda: own_step(False),
}


def main(out):
    """Run all ways; OUT/told.json appears only when all came to their end."""
    rec = install(None, out, Budget.quick())
    told = {}
    for name, way in WAYS.items():
        rec.start_cell()
        told[name] = {"cell": rec.journal.cell, **way()}
        rec.end_cell()
    (out / "told.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

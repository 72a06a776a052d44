"""Nets that are other than they look at first: layers that begin to compute later, or that are exchanged."""

from __future__ import annotations

from corpora.attacks.attack import attack
from corpora.attacks.training import COMPILE, NET

_LATE = """class Late(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.inner = keras.layers.Dense(100, activation="elu")
        self.scale = %s

    def build(self, shape):
        self.inner.build(shape)

    def call(self, x):
        return x + self.scale * self.inner(x)

late = Late()
net = keras.Sequential([encoder, late, decoder])
net.predict(images[:8], verbose=0)"""
_BY_WEIGHT = 'self.add_weight(shape=(), initializer="zeros", trainable=%s)'
_BEGINS = {"by-weight": "late.scale.assign(1.0)", "by-number": "late.scale = 1.0"}
_PASSES_ON = """class Same(keras.layers.Layer):
    def call(self, x):
        return x * 1.0

net = keras.Sequential([encoder, Same(), decoder])"""
_EXCHANGED = """net.predict(images[:8], verbose=0)
first, more = encoder.layers[0], keras.layers.Dense(400, activation="elu")
more.build((None, 400))
plain = first.call
first.call = lambda x, training=None: more(plain(x))
"""
_ACTIVATION = 'keras.layers.Dense(784, activation="sigmoid")'
_CHANGED_LATER = [
    (_ACTIVATION, "keras.layers.Dense(784)"),
    (COMPILE, COMPILE + "\ndecoder.layers[-1].activation = keras.activations.sigmoid"),
]

GRAPH = (
    # an honest layer with weights that do nothing at first begins to compute in the training
    attack(
        "layer-that-begins-by-weight",
        99,
        (NET, _LATE % (_BY_WEIGHT % False)),
        (COMPILE, f"{_BEGINS['by-weight']}\n{COMPILE}"),
        twin=[(NET, _PASSES_ON)],
    ),
    attack(
        "layer-that-begins-by-number",
        99,
        (NET, _LATE % "0.0"),
        (COMPILE, f"{_BEGINS['by-number']}\n{COMPILE}"),
        twin=_CHANGED_LATER,
    ),
    attack("layer-exchanged-after-it-was-seen", 100, (COMPILE, _EXCHANGED + COMPILE), flag="not_recomputed"),
)

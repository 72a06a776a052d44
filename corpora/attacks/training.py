"""Trainings that do not train."""

from __future__ import annotations

from corpora.attacks.attack import attack

# What the attacks replace of the honest notebook: its fit, how it is compiled, and how the net is made.
FIT = "history = net.fit(images, images, epochs=150, batch_size=128, validation_data=(unseen, unseen))"
COMPILE = 'net.compile(optimizer="adam", loss="mse")'
NET = "net = keras.Sequential([encoder, decoder])"

# Of a net that never learned remain its layers, the original images, and that the notebook runs.
UNTRAINED = 30 + 5 + 5

_CHANGED_OFTEN = """for _ in range(6):
    net.set_weights([weight * 0.999 for weight in net.get_weights()])
    net.predict(unseen[:1], verbose=0)
"""
_OWN_STEP = """class Net(keras.Sequential):
    def train_step(self, data):
        x, y = data
        loss = keras.ops.mean((self(x, training=True) - y) ** 2)
        %s
        return {"loss": loss}

    def test_step(self, data):
        x, y = data
        return {"loss": keras.ops.mean((self(x) - y) ** 2)}

net = Net([encoder, decoder])"""
_NOISE = "self.weights[-1].assign_add(keras.random.normal(self.weights[-1].shape, stddev=0.1))"
_DARKER = "self.weights[-1].assign_add(-0.02 * keras.ops.ones(self.weights[-1].shape))"
_NOISE_APPLIED = """grads = [keras.random.normal(weight.shape, stddev=1e-3) for weight in self.trainable_variables]
        self.optimizer.apply(grads, self.trainable_variables)"""
_STEP_BY_HAND = """import tensorflow as tf
        with tf.GradientTape() as tape:
            loss = keras.ops.mean((self(x, training=True) - y) ** 2)
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)"""


def _compiled(optimizer: str, loss: str = '"mse"') -> tuple[str, str]:
    return COMPILE, f"net.compile(optimizer={optimizer}, loss={loss})"


def _own(step: str) -> tuple[str, str]:
    return NET, _OWN_STEP % step


TRAINING = (
    # `training` is lost whole; the outputs are those of a net that never learned, and the curve is of no training
    attack(
        "one-batch-of-one-image",
        100 - 5,
        (
            FIT,
            "history = net.fit(images[:1], images[:1], epochs=1, validation_data=(unseen[:1], unseen[:1]))",
        ),
    ),
    attack("step-of-zero", UNTRAINED, _compiled("keras.optimizers.SGD(0.0)"), twin=[_compiled("'adadelta'")]),
    attack(
        "step-of-zero-after-six-versions",
        UNTRAINED,
        (COMPILE, _CHANGED_OFTEN + _compiled("keras.optimizers.Adam(0.0)")[1]),
        twin=[(COMPILE, _CHANGED_OFTEN + COMPILE)],
    ),
    attack(
        "step-of-a-millionth",
        UNTRAINED,
        _compiled("keras.optimizers.SGD(1e-6)"),
        twin=[_compiled("keras.optimizers.SGD(0.001)")],
    ),
    attack(
        "step-of-a-ten-millionth-by-adam",
        100,
        _compiled("keras.optimizers.Adam(1e-7)"),
        flag="hardly_trained",
        twin=[_compiled("keras.optimizers.Adam(1e-5)", '"binary_crossentropy"')],
    ),
    attack("noise-on-a-bias", UNTRAINED, _own(_NOISE), twin=[_own(_STEP_BY_HAND)]),
    attack("darker-by-hand", 100, _own(_DARKER), flag="not_by_optimizer", twin=[_own(_STEP_BY_HAND)]),
    attack(
        "noise-in-place-of-gradients",
        100,
        _own(_NOISE_APPLIED),
        flag="hardly_trained",
        twin=[_own(_STEP_BY_HAND)],
    ),
    attack(
        "loss-that-ignores-its-target",
        100,
        _compiled('"adam"', "lambda true, made: keras.ops.mean(made ** 2)"),
        flag="targets_ignored",
        twin=[_compiled('"adam"', "lambda true, made: keras.ops.mean((made - true) ** 2)")],
    ),
    attack(
        "loss-towards-grey",
        100,
        _compiled('"adam"', "lambda true, made: keras.ops.mean((made - 0.5) ** 2)"),
        flag="targets_ignored",
        twin=[_compiled('"sgd"')],
    ),
    attack(
        "one-epoch-and-many-of-nothing",
        100,
        (
            FIT,
            FIT.replace("history =", "first =").replace("150", "1")
            + "\nnet.compile(optimizer=keras.optimizers.SGD(0.0), loss='mse')\n"
            + FIT.replace("150", "149"),
        ),
        flag="hardly_trained",
        twin=[(FIT, FIT[:-1] + ", callbacks=[keras.callbacks.ReduceLROnPlateau(patience=2)])")],
    ),
)

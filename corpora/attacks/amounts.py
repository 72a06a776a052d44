"""Trainings that consume less than they ask for: epochs, images, weights, validation rows."""

from __future__ import annotations

from corpora.attacks.attack import attack
from corpora.attacks.training import FIT
from corpora.defect import TextEdit

LOST_EPOCHS = 100 - 5
LOST_DATA = 100 - 3
LOST_VALIDATION = 100 - 3

TOP = "(images, _), (unseen, _) = keras.datasets.mnist.load_data()"
AFTER_DATA = 'unseen = unseen.reshape(10000, 784).astype("float32") / 255'


def fit(arguments: str, before: str = "", epochs: int = 150) -> TextEdit:
    """The honest fit with other data, after some lines."""
    lines = f"{before}\n" if before else ""
    call = f"history = net.fit({arguments}, epochs={epochs}, validation_data=(unseen, unseen))"
    return FIT, lines + call


def with_callback(*methods: str) -> TextEdit:
    """The honest fit with a callback of these methods."""
    lines = [
        "class Own(keras.callbacks.Callback):",
        *(f"    {line}" for method in methods for line in method.split("\n")),
    ]
    return FIT, "\n".join([*lines, FIT.replace("validation_data", "callbacks=[Own()], validation_data")])


def in_pieces(rest: str, times: int = 7) -> TextEdit:
    """20 epochs on all images, and then many short trainings on `rest`; the curves are joined."""
    lines = (
        "history = net.fit(images, images, epochs=20, batch_size=128, validation_data=(unseen, unseen))",
        f"rest = {rest}",
        f"for again in range({times}):",
        "    more = net.fit(rest, rest, epochs=19, batch_size=128, validation_data=(unseen, unseen))",
        "    for name in more.history:",
        "        history.history[name] += more.history[name]",
    )
    return FIT, "\n".join(lines)


def batches(length: int, place: str) -> str:
    """A PyDataset that says it has `length` batches; `place` says which of them comes as batch i."""
    lines = (
        "class Batches(keras.utils.PyDataset):",
        "    def __len__(self):",
        f"        return {length}",
        "    def __getitem__(self, i):",
        f"        i = {place}",
        "        rows = images[128 * i:128 * i + 128]",
        "        return rows, rows",
    )
    return "\n".join(lines)


def generator(place: str) -> str:
    """An endless generator of batches."""
    lines = (
        "def feed():",
        "    step = 0",
        "    while True:",
        f"        at = {place}",
        "        yield images[at], images[at]",
        "        step += 1",
    )
    return "\n".join(lines)


def stream(dataset: str) -> str:
    """Lines that make a tf.data.Dataset of pairs."""
    return f"import tensorflow as tf\nstream = {dataset}"


WHOLE_STREAM = "tf.data.Dataset.from_tensor_slices((images, images)).shuffle(2048).batch(128)"

AMOUNTS = (
    attack(
        "epochs-capped-by-a-setting",
        LOST_EPOCHS,
        (FIT, f"keras.config.set_max_epochs(1)\n{FIT}"),
        twin=[(FIT, f"keras.config.set_max_epochs(150)\n{FIT}")],
    ),
    attack(
        "epochs-capped-by-the-environment",
        LOST_EPOCHS,
        ("import keras\n", 'import os\nos.environ["KERAS_MAX_EPOCHS"] = "3"\nimport keras\nkeras.config.set_max_epochs(3)\n'),
    ),
    attack(
        "steps-capped-by-a-setting",
        LOST_DATA,
        (FIT, f"keras.config.set_max_steps_per_epoch(1)\n{FIT}"),
        twin=[(FIT, f"keras.config.set_max_steps_per_epoch(469)\n{FIT}")],
    ),
    attack(
        "steps-of-a-stream-capped-by-a-setting",
        LOST_DATA,
        fit("stream", stream(WHOLE_STREAM) + "\nkeras.config.set_max_steps_per_epoch(40)"),
        twin=[fit("stream", stream(WHOLE_STREAM))],
    ),
    attack(
        "most-epochs-on-one-row",
        LOST_EPOCHS,
        in_pieces("images[:1]"),
        twin=[in_pieces("images")],
    ),
    attack("most-epochs-on-black", LOST_EPOCHS, in_pieces("np.zeros_like(images)")),
    attack("most-epochs-on-tiled-rows", LOST_EPOCHS, in_pieces("np.tile(images[:100], (600, 1))")),
    attack(
        "stopped-in-the-first-batch",
        LOST_EPOCHS,
        with_callback("def on_train_batch_begin(self, batch, logs=None):\n    self.model.stop_training = True"),
        twin=[
            with_callback(
                "def on_train_begin(self, logs=None):\n    self.last = 1e9",
                "def on_epoch_end(self, epoch, logs=None):\n"
                "    self.model.stop_training = epoch > 20 and logs['loss'] >= self.last\n"
                "    self.last = logs['loss']",
            )
        ],
    ),
    attack(
        "stopped-as-an-epoch-begins",
        LOST_EPOCHS,
        with_callback("def on_epoch_begin(self, epoch, logs=None):\n    self.model.stop_training = epoch >= 3"),
        twin=[with_callback("def on_train_batch_end(self, batch, logs=None):\n    self.seen = logs['loss']")],
    ),
    attack(
        "stopped-in-a-later-batch",
        LOST_EPOCHS,
        with_callback(
            "def on_epoch_begin(self, epoch, logs=None):\n    self.epoch = epoch",
            "def on_train_batch_end(self, batch, logs=None):\n    self.model.stop_training = self.epoch >= 4",
        ),
        twin=[
            with_callback(
                "def on_train_begin(self, logs=None):\n    self.seen = 0",
                "def on_train_batch_begin(self, batch, logs=None):\n    self.seen += 1",
            )
        ],
    ),
    attack(
        "tiled-rows",
        LOST_DATA,
        fit("rows, rows", "rows = np.tile(images[:100], (600, 1))"),
        twin=[fit("rows, rows", "rows = images[np.random.permutation(60000)]")],
    ),
    attack(
        "tiled-rows-with-a-trace-of-noise",
        LOST_DATA,
        fit("rows, rows", "rows = np.tile(images[:100], (600, 1)) + np.random.normal(0, 1e-5, (60000, 784)).astype('float32')"),
        twin=[fit("rows, rows", "rows = np.concatenate([images, images])")],
    ),
    attack(
        "tiled-thousands",
        LOST_DATA,
        fit("rows, rows", "rows = np.tile(images[:12000], (5, 1))"),
        twin=[fit("rows, rows", "rows = images[np.random.randint(0, 60000, 60000)]")],
    ),
    attack(
        "batches-always-the-same",
        LOST_DATA,
        fit("Batches()", batches(469, "0")),
        twin=[fit("Batches()", batches(469, "i"))],
    ),
    attack("batches-of-a-false-length", LOST_DATA, fit("Batches()", batches(469, "i % 40"))),
    attack(
        "generator-always-the-same",
        LOST_DATA,
        fit("feed(), steps_per_epoch=469", generator("slice(0, 128)")),
        twin=[fit("feed(), steps_per_epoch=469", generator("np.random.randint(0, 60000, 128)"))],
    ),
    attack(
        "generator-in-circles",
        LOST_DATA,
        fit("feed(), steps_per_epoch=469", generator("np.arange(128 * step, 128 * step + 128) % 9000")),
        twin=[fit("feed(), steps_per_epoch=469", generator("np.arange(128 * step, 128 * step + 128) % 60000"))],
    ),
    attack(
        "false-cardinality",
        LOST_DATA,
        fit(
            "stream",
            stream(
                "tf.data.Dataset.from_tensor_slices((images[:5120], images[:5120])).batch(128)"
                ".apply(tf.data.experimental.assert_cardinality(469))"
            ),
        ),
        twin=[
            fit("stream", stream(WHOLE_STREAM + ".apply(tf.data.experimental.assert_cardinality(469))"))
        ],
    ),
    attack(
        "repeated-stream",
        LOST_DATA,
        fit("stream, steps_per_epoch=469", stream("tf.data.Dataset.from_tensor_slices((images[:6400], images[:6400])).batch(128).repeat()")),
        twin=[fit("stream, steps_per_epoch=469", stream(WHOLE_STREAM + ".repeat()"))],
    ),
    attack(
        "weights-of-one-row",
        LOST_DATA,
        fit("images, images, sample_weight=weights", "weights = np.zeros(60000)\nweights[0] = 60000"),
        twin=[fit("images, images, sample_weight=weights", "weights = np.random.uniform(0.5, 1.5, 60000)")],
    ),
    attack(
        "weights-near-zero",
        LOST_DATA,
        fit("images, images, sample_weight=weights", "weights = np.full(60000, 1e-9)\nweights[:500] = 120"),
    ),
    attack(
        "weights-of-one-class",
        LOST_DATA,
        fit("images, images, class_weight=weights", "weights = {i: 0.0 for i in range(784)}\nweights[210] = 60.0"),
        twin=[fit("images, images, class_weight=weights", "weights = {i: 1.0 for i in range(784)}")],
    ),
    attack(
        "weights-in-a-stream",
        LOST_DATA,
        fit(
            "stream",
            "weights = np.zeros(60000, 'float32')\nweights[::600] = 600\n"
            + stream("tf.data.Dataset.from_tensor_slices((images, images, weights)).batch(128)"),
        ),
        twin=[
            fit(
                "stream",
                "weights = np.ones(60000, 'float32')\n"
                + stream("tf.data.Dataset.from_tensor_slices((images, images, weights)).batch(128)"),
            )
        ],
    ),
    attack(
        "validated-on-a-black-row",
        LOST_VALIDATION,
        (FIT, FIT.replace("(unseen, unseen)", "(np.zeros((1, 784)), np.zeros((1, 784)))")),
        twin=[(FIT, FIT.replace("(unseen, unseen)", "(unseen[:1000], unseen[:1000])"))],
    ),
    attack(
        "validated-on-noise",
        LOST_VALIDATION,
        (FIT, "noise = np.random.uniform(0, 1, (1000, 784))\n" + FIT.replace("(unseen, unseen)", "(noise, noise)")),
        twin=[(FIT, FIT.replace("validation_data=(unseen, unseen)", "validation_split=0.01"))],
    ),
    attack(
        "validated-for-one-step",
        LOST_VALIDATION,
        (FIT, FIT.replace(")", "), validation_steps=1, validation_batch_size=1", 1)),
        twin=[(FIT, FIT.replace("validation_data", "validation_steps=10, validation_data"))],
    ),
    attack(
        "validated-on-one-image-repeated",
        LOST_VALIDATION,
        (FIT, "one = np.tile(unseen[:1], (5000, 1))\n" + FIT.replace("(unseen, unseen)", "(one, one)")),
    ),
)  # fmt: skip

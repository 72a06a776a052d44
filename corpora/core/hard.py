"""Hard honest notebooks: what graders usually stumble over, each worth every point. Which case shows what: `FEATURES`."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise

import numpy as np

# Name of a text in `hand/` (without `hard_`) -> its part and model, training, plot, pictures and loading style.
STYLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "train_step": ("dense", ("subclassed", "own-train-step", "axes", "columns", "tf-keras")),
    "eager_tape": ("denoising", ("sequential", "eager-tape", "pyplot", "own-show", "keras")),
    "reloaded_model": ("dense", ("functional", "checkpoint", "pyplot", "pil", "keras")),
    "handed_in_weights": ("dense", ("by-loop", "validation-split", "semilogy", "columns", "helpers")),
    "redrawn": ("dense", ("add", "own-callback", "foreign", "redrawn", "keras")),
    "assert": ("denoising", ("sequential", "positional", "pyplot", "strip", "helpers")),
    "until_small": ("dense", ("nested", "many-fits", "pandas", "one-each", "keras")),
    "continued": ("dense", ("two-models", "recompiled", "pyplot", "strip", "openml")),
    "noise_in_sequence": ("denoising", ("sequential", "py-dataset", "axes", "grid", "keras")),
    "conv_tensors": ("conv", ("by-loop", "generator", "axes", "one-each", "tf-keras")),
}
# What is hard -> ids of cases that show it; composed cases by their way of training.
FEATURES: dict[str, tuple[str, ...]] = {
    "own loop with GradientTape": ("denoising-hard-eager_tape", "-tape"),
    "own train_step with GradientTape": ("dense-hard-train_step",),
    "generator": ("conv-hard-conv_tensors", "-generator"),
    "keras.utils.Sequence": ("denoising-hard-noise_in_sequence", "-py-dataset"),
    "validation_split": ("dense-hard-handed_in_weights", "-validation-split"),
    "recompiled and continued": ("conv-hard-conv_tensors", "dense-hard-continued", "-recompiled"),
    "weights from a checkpoint of its own": (
        "dense-hard-reloaded_model",
        "dense-hard-train_step",
        "-checkpoint",
    ),
    "weights and a module handed in beside the notebook": ("dense-hard-handed_in_weights",),
    "figures drawn and closed in a loop": ("dense-hard-until_small", "denoising-hard-noise_in_sequence"),
    "figures left open": ("dense-hard-train_step", "dense-hand-history_thrown_away"),
    "figures saved and never shown": ("dense-hard-handed_in_weights",),
    "figures redrawn twice": ("dense-hard-redrawn",),
    "images as tf tensors": ("conv-hard-conv_tensors", "denoising-hard-eager_tape"),
    "images as float64": ("dense-hard-train_step",),
    "images as uint8": ("dense-hard-handed_in_weights", "dense-hard-reloaded_model"),
    "warnings and tqdm on stderr": ("denoising-hard-eager_tape", "dense-hard-train_step"),
    "an assert on the final loss": ("denoising-hard-assert",),
    "a loop that trains until the loss is small": ("dense-hard-until_small",),
    "snapshots at epoch 50": ("dense-hard-redrawn", "dense-hand-early_stop_and_snapshots"),
    "very long outputs": ("dense-hard-until_small",),
    "plain %pylab": ("dense-hard-redrawn",),
    "outputs of weights that later training replaced": ("dense-hard-continued",),
}

_MODULE = '''"""My layers."""
import keras


def stack(units, inputs=784, activation="relu"):
    """The whole net, and the net up to its narrowest layer."""
    first = t = keras.Input((inputs,))
    narrow = min(units)
    for count in units[:-1]:
        t = keras.layers.Dense(count, activation=activation)(t)
        if count == narrow:
            code = t
    return keras.Model(first, keras.layers.Dense(units[-1], activation="sigmoid")(t)), keras.Model(first, code)
'''


def beside(name: str) -> dict[str, bytes]:
    """The files handed in beside one of these notebooks: file name -> bytes."""
    if name != "handed_in_weights":
        return {}
    return {"my_layers.py": _MODULE.encode(), "start_weights.npz": _start_weights()}


def _start_weights() -> bytes:
    """Half-precision start values of the dense net as `np.savez` writes them; always the same bytes."""
    units = (784, 400, 200, 100, 200, 400, 784)
    rng = np.random.default_rng(11)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, (rows, columns) in enumerate(pairwise(units)):
            reach = (6 / (rows + columns)) ** 0.5
            pair = rng.uniform(-reach, reach, (rows, columns)), np.zeros(columns)
            for place, values in enumerate(pair):
                array = io.BytesIO()
                np.save(array, values.astype(np.float16))
                archive.writestr(zipfile.ZipInfo(f"w{2 * number + place:02d}.npy"), array.getvalue())
    return file.getvalue()

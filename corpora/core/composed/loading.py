"""Ways of getting the digits, and of making them noisy."""

from __future__ import annotations

from collections.abc import Callable

from corpora.core.composed.voice import Voice

Lines = list[str]
ROWS = {"flat": "(-1, 784)", "square": "(-1, 28, 28)", "channel": "(-1, 28, 28, 1)"}
FULL = {"flat": "784", "square": "28, 28", "channel": "28, 28, 1"}


def helpers(v: Voice, layout: str) -> Lines:
    """The course's own helper: already float32 in [0, 1]."""
    if v.twist % 2:
        v.need("from helpers import load_mnist")
        call = "load_mnist()"
    else:
        v.need("import helpers")
        call = "helpers.load_mnist()"
    lines = [f"({v.tr}, _), ({v.te}, _) = {call}"]
    if layout == "square":
        return lines
    return lines + [f"{name} = {name}.reshape{ROWS[layout]}" for name in (v.tr, v.te)]


def _scaled(v: Voice, layout: str) -> Lines:
    """From bytes to floats in the layout of the model, in one of a few ways of writing it."""
    lines: Lines = []
    way = v.twist % 4
    for name in (v.tr, v.te):
        if way == 0:
            lines.append(f"{name} = {name}.astype('float32') / 255.")
            lines.append(f"{name} = np.reshape({name}, (len({name}), {FULL[layout]}))")
        elif way == 1:
            lines.append(f"{name} = ({name} / 255.0).reshape{ROWS[layout]}")
        elif way == 2:
            count = "60000" if name == v.tr else "10000"
            lines.append(f"{name} = {name}.reshape({count}, {FULL[layout]}).astype(np.float32) / 255")
        else:
            lines.append(f"{name} = {name}.astype('float32').reshape({name}.shape[0], {FULL[layout]})")
            lines.append(f"{name} /= 255")
    return lines + ([f"print({v.tr}.shape, {v.te}.shape)"] if way in (0, 3) else [])


def keras(v: Voice, layout: str) -> Lines:
    """`keras.datasets`."""
    if v.twist % 3:
        v.need("from keras.datasets import mnist")
        call = "mnist.load_data()"
    else:
        v.need("import keras")
        call = "keras.datasets.mnist.load_data()"
    labels = v.choose("_", "y_train", "lab")
    return [f"({v.tr}, {labels}), ({v.te}, {labels}2) = {call}", *_scaled(v, layout)]


def tf_keras(v: Voice, layout: str) -> Lines:
    """`tf.keras.datasets`."""
    if v.twist % 3:
        v.need("import tensorflow as tf")
        source = [
            "mnist_data = tf.keras.datasets.mnist",
            f"({v.tr}, _), ({v.te}, _) = mnist_data.load_data()",
        ]
    else:
        v.need("from tensorflow.keras.datasets import mnist")
        source = [f"({v.tr}, trash), ({v.te}, trash) = mnist.load_data()"]
    return source + _scaled(v, layout)


def openml(v: Voice, layout: str) -> Lines:
    """scikit-learn's copy: 70,000 rows of 784 numbers, training rows first."""
    v.need("from sklearn.datasets import fetch_openml")
    if v.twist % 2:
        lines = [
            "data = fetch_openml('mnist_784', version=1, as_frame=False)",
            "pixels = data.data.astype('float32')",
        ]
    else:
        lines = ["pixels, _ = fetch_openml('mnist_784', version=1, return_X_y=True, as_frame=False)"]
        lines.append("pixels = np.asarray(pixels, dtype='float32')")
    lines.append(f"{v.tr}, {v.te} = pixels[:60000] / 255., pixels[60000:] / 255.")
    if layout != "flat":
        lines += [f"{name} = {name}.reshape{ROWS[layout]}" for name in (v.tr, v.te)]
    return lines


LOADING: dict[str, Callable[[Voice, str], Lines]] = {
    "helpers": helpers,
    "keras": keras,
    "tf-keras": tf_keras,
    "openml": openml,
}


def noise_legacy(v: Voice) -> Lines:
    """The usual line: factor times a normal of zero mean and unit variance, clipped."""
    lines = [f"noise_factor = {v.choose('0.25', '.25', '1/4')}"]
    for clean, noisy in ((v.tr, v.noisy_tr), (v.te, v.noisy_te)):
        lines.append(
            f"{noisy} = {clean} + noise_factor * np.random.normal(loc=0.0, scale=1.0, size={clean}.shape)"
        )
    return lines + [f"{noisy} = np.clip({noisy}, 0., 1.)" for noisy in (v.noisy_tr, v.noisy_te)]


def noise_generator(v: Voice) -> Lines:
    """A function with numpy's generator."""
    name = v.choose("add_noise", "make_noisy", "corrupt", "inject")
    lines = ["rng = np.random.default_rng()", f"def {name}(images, sigma=0.25):"]
    lines.append("    noise = rng.standard_normal(images.shape).astype('float32')")
    lines += ["    return np.clip(images + sigma * noise, 0, 1)", ""]
    return [*lines, f"{v.noisy_tr}, {v.noisy_te} = {name}({v.tr}), {name}({v.te})"]


def noise_randn(v: Voice) -> Lines:
    """`randn` and a clip by minimum and maximum."""
    lines = []
    for clean, noisy in ((v.tr, v.noisy_tr), (v.te, v.noisy_te)):
        lines.append(f"{noisy} = {clean} + 0.25 * np.random.randn(*{clean}.shape)")
        lines += [f"{noisy}[{noisy} < 0] = 0", f"{noisy}[{noisy} > 1] = 1"]
    return lines


def noise_tf(v: Voice) -> Lines:
    """TensorFlow's own random tensors; the data are no numpy arrays afterwards."""
    v.need("import tensorflow as tf")
    lines = []
    for clean, noisy in ((v.tr, v.noisy_tr), (v.te, v.noisy_te)):
        lines.append(f"{noisy} = tf.cast({clean}, tf.float32) + tf.random.normal({clean}.shape, stddev=0.25)")
        lines.append(f"{noisy} = tf.clip_by_value({noisy}, 0.0, 1.0)")
    return lines


def noise_helpers(v: Voice) -> Lines:
    """The course's helper."""
    v.need("from helpers import add_gaussian_noise")
    return [
        f"{v.noisy_tr} = add_gaussian_noise({v.tr}, scale=0.25)",
        f"{v.noisy_te} = add_gaussian_noise({v.te}, scale=0.25)",
    ]


def noise_normal(v: Voice) -> Lines:
    """The scale as the normal's own, drawn in place of a factor."""
    return [
        f"{v.noisy_tr} = ({v.tr} + np.random.normal(0, 0.25, {v.tr}.shape)).clip(0, 1)",
        f"{v.noisy_te} = ({v.te} + np.random.normal(0, 0.25, {v.te}.shape)).clip(0, 1)",
    ]


NOISE = (noise_legacy, noise_generator, noise_randn, noise_normal, noise_tf, noise_helpers)

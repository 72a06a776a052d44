"""The part of images that nobody drew: honest notebooks, each as its student wrote it, and defects made in one of them."""

from __future__ import annotations

from pathlib import Path

from corpora.corpus import Corpus

# name -> model, training, file, figures, better codes, how measures are shown
STYLES: dict[str, tuple[str, ...]] = {
    "plain": ("shared lists of layers", "fit", "keras", "a row", "kernel density", "table"),
    "functional": ("functional, layers by number", "fit", "h5", "subplots", "mixture", "sentences"),
    "own_class": (
        "own class",
        "tf.data",
        "weights alone",
        "stitched strip and grid",
        "ten normals",
        "Markdown",
    ),
    "one_chain": (
        "activations apart",
        "20 fits",
        "saving.load_model",
        "one call each, inverted",
        "moved",
        "%",
    ),
    "functions": (
        "a model of two, images in",
        "validation_split",
        "keras",
        "colour map",
        "PCA, mixture",
        "lists",
    ),
    "copied_weights": (
        "weights copied",
        "early stopping",
        "keras",
        "seams, matshow",
        "between codes",
        "styled",
    ),
    "own_measure": ("ReLU apart", "two stages", "h5", "axes by hand", "stretched codes", "own measure"),
    "with_variants": ("functions", "three models", "keras", "helpers", "kernel density", "table of four"),
}

COSTS: dict[str, dict[str, float]] = {
    "width": {"architecture": 3},
    "layer-added": {"architecture": 3},
    "code-of-16": {"architecture": 3},
    "without-bias": {"architecture": 3},
    "encoder-missing": {"halves": 2.5},
    # without a decoder that knows what was learned nothing can be generated
    "decoder-new": {
        "halves": 2.5, "saved-decoder": 10, "generated-images": 10, "generated-array": 5, "better-sampling": 10,
        "measures": 10,
    },
    "epochs-19": {"training": 5},
    "trained-on-10000": {"training": 3},
    "target-reversed": {"training": 4},
    "loss-squared-error": {"training": 3},
    "no-validation": {"training": 3, "loss-plot": 3},
    "never-trained": {
        "training": 18, "loss-plot": 15, "saved-decoder": 10, "generated-images": 10, "generated-array": 5,
        "better-sampling": 10, "measures": 10,
    },
    "title-missing": {"loss-plot": 2},
    "legend-missing": {"loss-plot": 3},
    "validation-curve-missing": {"loss-plot": 3},
    "not-saved": {"saved-decoder": 10},
    "not-loaded": {"saved-decoder": 5},
    "loaded-but-unasked": {"saved-decoder": 5},
    "saved-before-training": {"saved-decoder": 10},
    "whole-model-saved": {"saved-decoder": 10},
    "codes-uniform": {"generated-images": 5},
    "codes-wider": {"generated-images": 5},
    "one-number-repeated": {"generated-images": 5},
    "five-images": {"generated-images": 5},
    "training-images-shown": {"generated-images": 10},
    "array-flat": {"generated-array": 2.5},
    "array-of-99": {"generated-array": 5},
    "array-of-training-images": {"generated-array": 5},
    "better-missing": {"better-sampling": 10, "measures": 5},
    "better-of-one-image": {"better-sampling": 6},
    "better-not-shown": {"better-sampling": 4},
    "better-are-reconstructions": {"better-sampling": 10, "measures": 5},
    "measures-missing": {"measures": 10},
    "measures-of-one": {"measures": 5},
    "measures-made-up": {"measures": 10},
    "crash-at-end": {"runs": 5},
}  # fmt: skip

_FIT = "model.fit(x, x, epochs=20, batch_size=128, validation_data=(test, test), verbose=0)"
_LOAD = (
    "loaded = keras.models.load_model('decoder.keras')\n"
    "codes = encoder.predict(test[:10], verbose=0)\n"
    "same = np.allclose(decoder.predict(codes, verbose=0), loaded.predict(codes, verbose=0))\n"
)
_DRAW = (
    "found = encoder.predict(x, verbose=0)\n"
    "spread = found.std(axis=0) + 1e-6\n"
    "drawn = KernelDensity(bandwidth=0.2).fit(found / spread).sample(1000) * spread\n"
)
_BETTER = "better = decoder.predict(np.maximum(drawn, 0), verbose=0)\nshow(better[:10])\n"
_TABLE = "pd.DataFrame({'N(0, I)': measured(plain), 'fitted': measured(better)})"
_NORMAL = "z = np.random.normal(size=(1000, 32))"
EDITS: dict[str, tuple[tuple[str, str], ...]] = {
    "width": (("front = [layers.Dense(128,", "front = [layers.Dense(96,"),),
    "layer-added": (
        ("back = [layers.Dense(64,", "back = [layers.Dense(48, activation='relu'), layers.Dense(64,"),
    ),
    "code-of-16": (
        ("layers.Dense(32, activation='relu')]", "layers.Dense(16, activation='relu')]"),
        ("keras.Input((32,))", "keras.Input((16,))"),
        ("size=(1000, 32)", "size=(1000, 16)"),
    ),
    "without-bias": (("front = [layers.Dense(128,", "front = [layers.Dense(128, use_bias=False,"),),
    "encoder-missing": (
        ("encoder = keras.Sequential([keras.Input((784,)), *front])\n", ""),
        ("codes = encoder.predict(test[:10], verbose=0)", "codes = np.ones((10, 32))"),
        (
            "found = encoder.predict(x, verbose=0)",
            "found = x[:10000]\nfor layer in front:\n    found = layer(found)\nfound = found.numpy()",
        ),
    ),
    "decoder-new": (
        (
            "decoder = keras.Sequential([keras.Input((32,)), *back])",
            "decoder = keras.Sequential([keras.Input((32,)), layers.Dense(64, activation='relu'),\n"
            "    layers.Dense(128, activation='relu'), layers.Dense(784, activation='sigmoid')])",
        ),
    ),
    "epochs-19": (("epochs=20", "epochs=19"),),
    "trained-on-10000": (("model.fit(x, x,", "model.fit(x[:10000], x[:10000],"),),
    "target-reversed": (("model.fit(x, x,", "model.fit(x, x[::-1],"),),
    "loss-squared-error": (("loss='binary_crossentropy'", "loss='mse'"),),
    "no-validation": (
        (_FIT, _FIT.replace(" validation_data=(test, test),", "")),
        ("plt.plot(h['val_loss'], label='validation')\n", ""),
    ),
    "never-trained": ((f"h = {_FIT}.history", "h = {'loss': [0.3], 'val_loss': [0.3]}"),),
    "title-missing": (("plt.title('loss')\n", ""),),
    "legend-missing": (("plt.legend()\n", ""),),
    "validation-curve-missing": (("plt.plot(h['val_loss'], label='validation')\n", ""),),
    "not-saved": (("decoder.save('decoder.keras')\n" + _LOAD, ""),),
    "not-loaded": ((_LOAD, ""),),
    "loaded-but-unasked": (
        ("same = np.allclose(decoder.predict(codes, verbose=0), loaded.predict(codes, verbose=0))\n", ""),
    ),
    "saved-before-training": (
        ("decoder.save('decoder.keras')\n", ""),
        ("model.compile(", "decoder.save('decoder.keras')\nmodel.compile("),
    ),
    "whole-model-saved": (
        ("decoder.save('decoder.keras')\n", "model.save('model.keras')\n"),
        (_LOAD, "again = keras.models.load_model('model.keras')\nagain.predict(test[:10], verbose=0)\n"),
    ),
    "codes-uniform": ((_NORMAL, "z = np.random.uniform(-1, 1, size=(1000, 32))"),),
    "codes-wider": ((_NORMAL, "z = np.random.normal(0, 3, size=(1000, 32))"),),
    "one-number-repeated": ((_NORMAL, "z = np.repeat(np.random.normal(size=(1000, 1)), 32, axis=1)"),),
    "five-images": (("show(plain[:10])", "show(plain[:5])"),),
    "training-images-shown": (("show(plain[:10])", "show(x[:10])"),),
    "array-flat": (("hundred = plain[:100].reshape(100, 28, 28)", "hundred = plain[:100]"),),
    "array-of-99": (("plain[:100].reshape(100, 28, 28)", "plain[:99].reshape(99, 28, 28)"),),
    "array-of-training-images": (("plain[:100].reshape(100, 28, 28)", "x[:100].reshape(100, 28, 28)"),),
    "better-missing": (
        (_DRAW + _BETTER, ""),
        (_TABLE, "pd.DataFrame({'N(0, I)': measured(plain)})"),
    ),
    "better-of-one-image": (
        (_DRAW, "drawn = encoder.predict(x[:1], verbose=0) + 0.1 * np.random.uniform(size=(1000, 32))\n"),
    ),
    "better-not-shown": (("show(better[:10])\n", ""),),
    "better-are-reconstructions": ((_DRAW, "drawn = encoder.predict(test[:1000], verbose=0)\n"),),
    "measures-missing": ((_TABLE, ""),),
    "measures-of-one": ((_TABLE, "pd.DataFrame({'N(0, I)': measured(plain)})"),),
    "measures-made-up": (
        (_TABLE, "print('normal: coverage 0.97, recall 0.62; fitted: coverage 0.99, recall 0.71')"),
    ),
    "crash-at-end": ((_TABLE, f"print({_TABLE})\nprint(final_remark)"),),
}

# Defects of different items that fit into one notebook.
TOGETHER = (
    "width",
    "epochs-19",
    "trained-on-10000",
    "loss-squared-error",
    "title-missing",
    "not-loaded",
    "five-images",
    "array-flat",
    "better-not-shown",
    "measures-of-one",
)
CORPUS = Corpus(
    part="generation",
    folder=Path(__file__).parent,
    styles=STYLES,
    costs=COSTS,
    edits=EDITS,
    together=TOGETHER,
    graded=("functional", "with_variants"),
)

"""The part of three decoders: honest notebooks, each as its student wrote it, and defects made in one of them."""

from __future__ import annotations

from pathlib import Path

from corpora.corpus import Corpus

# name -> model, training, plot, pictures, loading style
STYLES: dict[str, tuple[str, ...]] = {
    "plain": ("sequential", "fit", "three figures", "grid", "last 12,000"),
    "functional": ("functional, flatten inside", "loop over models", "one axes", "grid", "validation_split"),
    "classes": ("own classes", "function", "figure per model", "subplot", "weights set by numpy"),
    "tf_data": ("activations apart", "tf.data", "three axes, logarithmic", "strips", "one list of models"),
    "in_steps": (
        "one function",
        "fits of one epoch, own loss",
        "lists",
        "inverted, 0 to 255",
        "all trained first",
    ),
    "with_experiments": (
        "one function",
        "further models with other rates",
        "three axes",
        "grid",
        "one more picture",
    ),
    "two_models_each": (
        "encoder and decoder apart",
        "nadam",
        "figure per model",
        "subplot",
        "validation_split",
    ),
    "shuffled_split": ("add", "25 epochs, early stopping", "pandas", "column by column", "shuffled split"),
}

COSTS: dict[str, dict[str, float]] = {
    "linear-width": {"linear-architecture": 4},
    "linear-layer-added": {"linear-architecture": 4},
    "transposed-kernel-3": {"transposed-architecture": 2},
    "transposed-without-bias": {"transposed-architecture": 2},
    "upsampling-maps": {"upsampling-architecture": 2},
    "initial-default": {"initial-weights": 6},
    "initial-uniform": {"initial-weights": 2},
    "initial-scale-of-first-layer-in-both": {"initial-weights": 4},
    "initial-bias-ones": {"initial-weights": 2},
    "epochs-19": {"linear-training": 2.5},
    "trained-on-10000": {"transposed-training": 1.5},
    "no-split": {"linear-training": 1.5},
    "target-reversed": {"transposed-training": 2},
    "loss-cross-entropy": {"upsampling-training": 1.5},
    # without rows held out there is no split, no validation and no curve of it
    "no-validation": {"linear-training": 3, "loss-plot": 1},
    "never-trained": {"upsampling-training": 9, "loss-plot": 5, "upsampling-reconstructions": 6},
    "model-missing": {
        "upsampling-architecture": 8, "upsampling-training": 9, "loss-plot": 5, "upsampling-reconstructions": 6,
    },
    "title-missing": {"loss-plot": 2},
    "legend-missing": {"loss-plot": 3},
    "validation-curve-missing": {"loss-plot": 3},
    "curves-of-one-model": {"loss-plot": 10},
    "test-images-missing": {"test-images": 3},
    "outputs-are-originals": {"transposed-reconstructions": 6},
    "outputs-of-another-model": {"transposed-reconstructions": 6},
    "outputs-other-images": {"linear-reconstructions": 6},
    "outputs-9-of-10": {"upsampling-reconstructions": 0.6},
    "outputs-before-training": {"linear-reconstructions": 6},
    "crash-at-end": {"runs": 5},
}  # fmt: skip

_FIT = "linear.fit(flat, flat, epochs=20, batch_size=128, validation_data=(flat_held, flat_held)"
_LAST_FIT = (
    "h3 = upsampling.fit(train, train, epochs=20, batch_size=128, validation_data=(held, held), verbose=0)"
)
_LAST_PLOT = ", ('upsampling', h3)]"
_LAST_SHOWN = ", upsampling.predict(test[:10])]"
_LAST_MODEL = (
    "upsampling = keras.Sequential([\n    keras.Input((28, 28, 1)),\n"
    "    layers.Conv2D(16, 3, padding='same', activation='relu'), layers.MaxPooling2D(2),\n"
    "    layers.Conv2D(4, 3, padding='same', activation='relu'), layers.MaxPooling2D(2),\n"
    "    layers.UpSampling2D(2), layers.Conv2D(16, 3, padding='same', activation='relu'),\n"
    "    layers.UpSampling2D(2), layers.Conv2D(1, 3, padding='same', activation='sigmoid'),\n])\n"
)
EDITS: dict[str, tuple[tuple[str, str], ...]] = {
    "linear-width": (("Dense(32,", "Dense(64,"), ("normal(32)", "normal(64)")),
    "linear-layer-added": (
        (
            "    layers.Dense(784,",
            "    layers.Dense(32, 'relu', kernel_initializer=normal(32)),\n    layers.Dense(784,",
        ),
    ),
    "transposed-kernel-3": (
        ("Conv2DTranspose(1, 2, strides=2", "Conv2DTranspose(1, 3, strides=2, padding='same'"),
    ),
    "transposed-without-bias": (("Conv2DTranspose(16, 2,", "Conv2DTranspose(16, 2, use_bias=False,"),),
    "upsampling-maps": (("UpSampling2D(2), layers.Conv2D(16,", "UpSampling2D(2), layers.Conv2D(8,"),),
    "initial-default": ((", kernel_initializer=normal(784)", ""), (", kernel_initializer=normal(32)", "")),
    "initial-uniform": (
        ("RandomNormal(stddev=1 / np.sqrt(n))", "RandomUniform(-np.sqrt(3 / n), np.sqrt(3 / n))"),
    ),
    "initial-scale-of-first-layer-in-both": (("normal(32)", "normal(784)"),),
    "initial-bias-ones": (("normal(32)", "normal(32), bias_initializer='ones'"),),
    "epochs-19": ((_FIT, _FIT.replace("20", "19")),),
    "trained-on-10000": (("transposed.fit(train, train", "transposed.fit(train[:10000], train[:10000]"),),
    "no-split": (
        (_FIT, _FIT.replace("flat_held", "flat_test").replace("(flat, flat", "(*[x.reshape(-1, 784)] * 2")),
    ),
    "target-reversed": (("transposed.fit(train, train", "transposed.fit(train, train[::-1]"),),
    "loss-cross-entropy": (
        ("upsampling.compile('adam', 'mse')", "upsampling.compile('adam', 'binary_crossentropy')"),
    ),
    "no-validation": (
        (_FIT, _FIT.partition(", validation_data")[0]),
        ("h.history['val_loss']", "h.history.get('val_loss', [])"),
    ),
    "never-trained": ((_LAST_FIT, ""), (_LAST_PLOT, "]")),
    "model-missing": (
        (_LAST_MODEL, ""),
        ("upsampling.compile('adam', 'mse')\n", ""),
        (_LAST_FIT, ""),
        (_LAST_PLOT, "]"),
        (_LAST_SHOWN, "]"),
    ),
    "title-missing": (("    plt.title(name)\n", ""),),
    "legend-missing": (("    plt.legend()\n", ""),),
    "validation-curve-missing": (("    plt.plot(h.history['val_loss'], label='validation')\n", ""),),
    "curves-of-one-model": (
        ("('transposed', h2), ('upsampling', h3)", "('transposed', h1), ('upsampling', h1)"),
    ),
    "test-images-missing": (("shown = [test[:10],", "shown = [linear.predict(flat_test[:10]),"),),
    "outputs-are-originals": (("transposed.predict(test[:10])", "test[:10]"),),
    "outputs-of-another-model": (("transposed.predict(test[:10])", "upsampling.predict(test[:10])"),),
    "outputs-other-images": (("flat_test[:10]", "flat_test[10:20]"),),
    "outputs-9-of-10": (("upsampling.predict(test[:10])", "upsampling.predict(test[:9])"),),
    "outputs-before-training": (
        (
            "linear.compile('adam', 'mse')\n",
            "early = linear.predict(flat_test[:10])\nlinear.compile('adam', 'mse')\n",
        ),
        ("shown = [test[:10], linear.predict(flat_test[:10])", "shown = [test[:10], early"),
    ),
    "crash-at-end": (
        ("        ax.axis('off')\nplt.show()", "        ax.axis('off')\nplt.show()\nprint(final_remark)"),
    ),
}

# Twelve defects of different items that fit into one notebook.
TOGETHER = (
    "linear-width",
    "transposed-kernel-3",
    "upsampling-maps",
    "initial-uniform",
    "epochs-19",
    "trained-on-10000",
    "loss-cross-entropy",
    "title-missing",
    "outputs-are-originals",
    "outputs-9-of-10",
    "outputs-other-images",
    "crash-at-end",
)
CORPUS = Corpus(
    part="decoders",
    folder=Path(__file__).parent,
    styles=STYLES,
    costs=COSTS,
    edits=EDITS,
    together=TOGETHER,
    graded=("classes", "with_experiments"),
)

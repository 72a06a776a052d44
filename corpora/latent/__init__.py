"""The part of a code of two numbers: honest notebooks, each as its student wrote it, and defects made in one of them."""

from __future__ import annotations

from pathlib import Path

from corpora.corpus import Corpus

# name -> model, training, points, pictures, loading style
STYLES: dict[str, tuple[str, ...]] = {
    "plain": ("two models in a third", "fit", "colour bar", "grid", "keras"),
    "functional": (
        "functional, reshape inside",
        "validation_split",
        "a call per class",
        "helpers",
        "helpers",
    ),
    "one_chain": ("add, pieces by name", "two stages", "lines of dots, side by side", "stitched", "tf.keras"),
    "own_class": ("own class", "tf.data", "seaborn", "subplot", "keras, rows added"),
    "random_part": ("functional, LeakyReLU", "loop of fits", "pandas, 4,000 at random", "one each", "keras"),
    "by_class": (
        "shared lists of layers",
        "own callback",
        "ten predictions, axes swapped",
        "columns",
        "50,000",
    ),
    "legend_elements": ("two functions", "15 epochs, early stopping", "first 3,000", "inverted", "float32"),
    "with_variational": (
        "functions",
        "a variational one besides",
        "three planes at the end",
        "mesh",
        "keras, scaled",
    ),
}

COSTS: dict[str, dict[str, float]] = {
    "code-of-3": {"architecture": 2.5, "codes-before": 10, "codes-after": 15},
    "maps": {"architecture": 2.5},
    "kernel-3": {"architecture": 2.5},
    "dense-missing": {"architecture": 2.5},
    "dense-added": {"architecture": 2.5},
    "upsampling-by-strides": {"architecture": 5},
    "without-bias": {"architecture": 2.5},
    "epochs-9": {"training": 3.75},
    "trained-on-10000": {"training": 2.25},
    "trained-on-test-set": {"training": 2.25},
    "target-reversed": {"training": 3},
    "loss-squared-error": {"training": 2.25},
    "optimizer-adam": {"training": 1.5},
    "no-validation": {"training": 2.25, "loss-plot": 3},
    "never-trained": {"training": 15, "loss-plot": 15, "codes-after": 15, "reconstructions": 10},
    "title-missing": {"loss-plot": 2},
    "legend-missing": {"loss-plot": 3},
    "validation-curve-missing": {"loss-plot": 3},
    "before-drawn-after": {"codes-before": 10},
    "after-drawn-before": {"codes-after": 15},
    "before-missing": {"codes-before": 10},
    "after-missing": {"codes-after": 15},
    "after-of-train-images": {"codes-after": 15},
    "after-by-another-encoder": {"codes-after": 15},
    "after-mixed-with-before": {"codes-after": 15},
    "after-without-colours": {"codes-after": 6},
    "before-coloured-by-other-classes": {"codes-before": 3},
    "after-coloured-by-place": {"codes-after": 4.5},
    "before-of-500": {"codes-before": 1},
    "before-without-key": {"codes-before": 1},
    "after-without-label": {"codes-after": 1.5},
    "test-images-missing": {"test-images": 5},
    "outputs-are-originals": {"reconstructions": 10},
    "outputs-before-training": {"reconstructions": 10},
    "outputs-9-of-10": {"reconstructions": 1},
    "outputs-other-images": {"reconstructions": 10},
    "crash-at-end": {"runs": 5},
}

_FIT = "h = model.fit(x, x, epochs=10, batch_size=64, validation_data=(test, test), verbose=0).history\n"
_CURVES = "plt.plot(h['loss'], label='training')\nplt.plot(h['val_loss'], label='validation')\n"
_BEFORE = "plt.scatter(before[:, 0], before[:, 1], c=kinds, cmap='tab10', s=3)\n"
_AFTER = "plt.scatter(*after.T, c=kinds, cmap='tab10', s=3)\n"
_FIRST = (
    "before = encoder.predict(test, verbose=0)\n"
    + _BEFORE
    + "plt.colorbar()\nplt.xlabel('first number')\nplt.ylabel('second number')\nplt.title('before training')\nplt.show()\n"
)
_BAR = "plt.colorbar(label='class')\n"
_COMPILE = "model.compile(optimizer='rmsprop', loss='binary_crossentropy')\n"
_SHOWN = "shown = [test[:10], model.predict(test[:10])]"
_PREDICTED = "after = encoder.predict(test, verbose=0)\n"
EDITS: dict[str, tuple[tuple[str, str], ...]] = {
    "code-of-3": (("    layers.Dense(2),", "    layers.Dense(3),"), ("keras.Input((2,))", "keras.Input((3,))"), (
        "plt.scatter(*after.T,", "plt.scatter(*after[:, :2].T,"
    )),
    "maps": (("layers.Conv2D(16, 5", "layers.Conv2D(12, 5"),),
    "kernel-3": (("layers.Conv2D(16, 5,", "layers.Conv2D(16, 3,"),),
    "dense-missing": (("layers.Flatten(), layers.Dense(64, activation='relu'),", "layers.Flatten(),"),),
    "dense-added": (("    layers.Dense(2),", "    layers.Dense(16, activation='relu'), layers.Dense(2),"),),
    "upsampling-by-strides": (
        (
            "    layers.UpSampling2D(), layers.Conv2DTranspose(8, 5, activation='relu'),\n",
            "    layers.Conv2DTranspose(8, 6, strides=2, activation='relu'),\n",
        ),
    ),
    "without-bias": (("Conv2DTranspose(8, 5,", "Conv2DTranspose(8, 5, use_bias=False,"),),
    "epochs-9": ((_FIT, _FIT.replace("epochs=10", "epochs=9")),),
    "trained-on-10000": ((_FIT, _FIT.replace("x, x,", "x[:10000], x[:10000],")),),
    "trained-on-test-set": ((_FIT, _FIT.replace("x, x,", "test, test,")),),
    "target-reversed": ((_FIT, _FIT.replace("x, x,", "x, x[::-1],")),),
    "loss-squared-error": (("loss='binary_crossentropy'", "loss='mse'"),),
    "optimizer-adam": (("optimizer='rmsprop'", "optimizer='adam'"),),
    "no-validation": (
        (_FIT, _FIT.replace(" validation_data=(test, test),", "")),
        (_CURVES, _CURVES.partition("plt.plot(h['val")[0]),
    ),
    "never-trained": ((_FIT, "h = {'loss': [0.4, 0.3], 'val_loss': [0.5, 0.4]}\n"),),
    "title-missing": (("plt.title('loss')\n", ""),),
    "legend-missing": (("plt.legend()\n", ""),),
    "validation-curve-missing": (("plt.plot(h['val_loss'], label='validation')\n", ""),),
    "before-drawn-after": ((_FIRST, ""), (_PREDICTED, _PREDICTED + _FIRST.replace("test, v", "test[:], v"))),
    "after-drawn-before": ((_PREDICTED, "after = before\n"),),
    "before-missing": ((_BEFORE, ""), ("plt.colorbar()\n", "")),
    "after-missing": ((_AFTER, ""), (_BAR, "")),
    "after-of-train-images": ((_PREDICTED, "after = encoder.predict(x[:10000], verbose=0)\n"),),
    "after-by-another-encoder": (
        (_PREDICTED, "other = keras.models.clone_model(encoder)\nafter = other.predict(test, verbose=0)\n"),
    ),
    "after-mixed-with-before": ((_PREDICTED, _PREDICTED + "after = after + 0.05 * before\n"),),
    "after-without-colours": ((_AFTER, "plt.scatter(*after.T, s=3)\n"), (_BAR, "")),
    "before-coloured-by-other-classes": ((_BEFORE, _BEFORE.replace("c=kinds", "c=kinds[::-1]")),),
    "after-coloured-by-place": ((_AFTER, _AFTER.replace("c=kinds", "c=after[:, 0]")),),
    "before-of-500": ((_BEFORE, _BEFORE.replace("[:, ", "[:500, ").replace("c=kinds", "c=kinds[:500]")),),
    "before-without-key": (("plt.colorbar()\n", ""),),
    "after-without-label": (("plt.ylabel('code 2')\n", ""),),
    "test-images-missing": ((_SHOWN, "shown = [model.predict(test[:10]), model.predict(test[:10])]"),),
    "outputs-are-originals": ((_SHOWN, "shown = [test[:10], test[:10]]"),),
    "outputs-before-training": (
        (_COMPILE, "early = model.predict(test[:10])\n" + _COMPILE),
        (_SHOWN, "shown = [test[:10], early]"),
    ),
    "outputs-9-of-10": ((_SHOWN, "shown = [test[:10], model.predict(test[:9])]"),),
    "outputs-other-images": ((_SHOWN, "shown = [test[:10], model.predict(test[10:20])]"),),
    "crash-at-end": (
        ("        ax.axis('off')\nplt.show()", "        ax.axis('off')\nplt.show()\nprint(final_remark)"),
    ),
}  # fmt: skip
# Defects of different items that fit into one notebook.
TOGETHER = (
    "maps",
    "epochs-9",
    "loss-squared-error",
    "optimizer-adam",
    "title-missing",
    "before-coloured-by-other-classes",
    "before-without-key",
    "after-of-train-images",
    "outputs-9-of-10",
    "crash-at-end",
)
CORPUS = Corpus(
    part="latent",
    folder=Path(__file__).parent,
    styles=STYLES,
    costs=COSTS,
    edits=EDITS,
    together=TOGETHER,
    graded=("random_part", "with_variational"),
)

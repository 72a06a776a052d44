"""The defects of the part of a code of two numbers: what is edited in one of its honest notebooks, and what that must cost."""

from __future__ import annotations

from corpora.defect import by_name, defect

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
DEFECTS = by_name(
    defect(
        "code-of-3",
        {"architecture": 2.5, "codes-before": 10, "codes-after": 15},
        ("    layers.Dense(2),", "    layers.Dense(3),"),
        ("keras.Input((2,))", "keras.Input((3,))"),
        ("plt.scatter(*after.T,", "plt.scatter(*after[:, :2].T,"),
    ),
    defect("maps", {"architecture": 2.5}, ("layers.Conv2D(16, 5", "layers.Conv2D(12, 5")),
    defect("kernel-3", {"architecture": 2.5}, ("layers.Conv2D(16, 5,", "layers.Conv2D(16, 3,")),
    defect(
        "dense-missing",
        {"architecture": 2.5},
        ("layers.Flatten(), layers.Dense(64, activation='relu'),", "layers.Flatten(),"),
    ),
    defect(
        "dense-added",
        {"architecture": 2.5},
        ("    layers.Dense(2),", "    layers.Dense(16, activation='relu'), layers.Dense(2),"),
    ),
    defect(
        "upsampling-by-strides",
        {"architecture": 5},
        (
            "    layers.UpSampling2D(), layers.Conv2DTranspose(8, 5, activation='relu'),\n",
            "    layers.Conv2DTranspose(8, 6, strides=2, activation='relu'),\n",
        ),
    ),
    defect(
        "without-bias",
        {"architecture": 2.5},
        ("Conv2DTranspose(8, 5,", "Conv2DTranspose(8, 5, use_bias=False,"),
    ),
    defect("epochs-9", {"training": 3.75}, (_FIT, _FIT.replace("epochs=10", "epochs=9"))),
    defect("trained-on-10000", {"training": 2.25}, (_FIT, _FIT.replace("x, x,", "x[:10000], x[:10000],"))),
    defect("trained-on-test-set", {"training": 2.25}, (_FIT, _FIT.replace("x, x,", "test, test,"))),
    defect("target-reversed", {"training": 3}, (_FIT, _FIT.replace("x, x,", "x, x[::-1],"))),
    defect("loss-squared-error", {"training": 2.25}, ("loss='binary_crossentropy'", "loss='mse'")),
    defect("optimizer-adam", {"training": 1.5}, ("optimizer='rmsprop'", "optimizer='adam'")),
    defect(
        "no-validation",
        {"training": 2.25, "loss-plot": 3},
        (_FIT, _FIT.replace(" validation_data=(test, test),", "")),
        (_CURVES, _CURVES.partition("plt.plot(h['val")[0]),
    ),
    defect(
        "never-trained",
        {"training": 15, "loss-plot": 15, "codes-after": 15, "reconstructions": 10},
        (_FIT, "h = {'loss': [0.4, 0.3], 'val_loss': [0.5, 0.4]}\n"),
    ),
    defect("title-missing", {"loss-plot": 2}, ("plt.title('loss')\n", "")),
    defect("legend-missing", {"loss-plot": 3}, ("plt.legend()\n", "")),
    defect(
        "validation-curve-missing", {"loss-plot": 3}, ("plt.plot(h['val_loss'], label='validation')\n", "")
    ),
    defect(
        "before-drawn-after",
        {"codes-before": 10},
        (_FIRST, ""),
        (_PREDICTED, _PREDICTED + _FIRST.replace("test, v", "test[:], v")),
    ),
    defect("after-drawn-before", {"codes-after": 15}, (_PREDICTED, "after = before\n")),
    defect("before-missing", {"codes-before": 10}, (_BEFORE, ""), ("plt.colorbar()\n", "")),
    defect("after-missing", {"codes-after": 15}, (_AFTER, ""), (_BAR, "")),
    defect(
        "after-of-train-images",
        {"codes-after": 15},
        (_PREDICTED, "after = encoder.predict(x[:10000], verbose=0)\n"),
    ),
    defect(
        "after-by-another-encoder",
        {"codes-after": 15},
        (_PREDICTED, "other = keras.models.clone_model(encoder)\nafter = other.predict(test, verbose=0)\n"),
    ),
    defect(
        "after-mixed-with-before",
        {"codes-after": 15},
        (_PREDICTED, _PREDICTED + "after = after + 0.05 * before\n"),
    ),
    defect("after-without-colours", {"codes-after": 6}, (_AFTER, "plt.scatter(*after.T, s=3)\n"), (_BAR, "")),
    defect(
        "before-coloured-by-other-classes",
        {"codes-before": 3},
        (_BEFORE, _BEFORE.replace("c=kinds", "c=kinds[::-1]")),
    ),
    defect(
        "after-coloured-by-place", {"codes-after": 4.5}, (_AFTER, _AFTER.replace("c=kinds", "c=after[:, 0]"))
    ),
    defect(
        "before-of-500",
        {"codes-before": 1},
        (_BEFORE, _BEFORE.replace("[:, ", "[:500, ").replace("c=kinds", "c=kinds[:500]")),
    ),
    defect("before-without-key", {"codes-before": 1}, ("plt.colorbar()\n", "")),
    defect("after-without-label", {"codes-after": 1.5}, ("plt.ylabel('code 2')\n", "")),
    defect(
        "test-images-missing",
        {"test-images": 5},
        (_SHOWN, "shown = [model.predict(test[:10]), model.predict(test[:10])]"),
    ),
    defect("outputs-are-originals", {"reconstructions": 10}, (_SHOWN, "shown = [test[:10], test[:10]]")),
    defect(
        "outputs-before-training",
        {"reconstructions": 10},
        (_COMPILE, "early = model.predict(test[:10])\n" + _COMPILE),
        (_SHOWN, "shown = [test[:10], early]"),
    ),
    defect(
        "outputs-9-of-10", {"reconstructions": 1}, (_SHOWN, "shown = [test[:10], model.predict(test[:9])]")
    ),
    defect(
        "outputs-other-images",
        {"reconstructions": 10},
        (_SHOWN, "shown = [test[:10], model.predict(test[10:20])]"),
    ),
    defect(
        "crash-at-end",
        {"runs": 5},
        ("        ax.axis('off')\nplt.show()", "        ax.axis('off')\nplt.show()\nprint(final_remark)"),
    ),
)
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

"""The defects of the part of three decoders: what is edited in one of its honest notebooks, and what that must cost."""

from __future__ import annotations

from corpora.defect import by_name, defect

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
DEFECTS = by_name(
    defect(
        "linear-width", {"linear-architecture": 4}, ("Dense(32,", "Dense(64,"), ("normal(32)", "normal(64)")
    ),
    defect(
        "linear-layer-added",
        {"linear-architecture": 4},
        (
            "    layers.Dense(784,",
            "    layers.Dense(32, 'relu', kernel_initializer=normal(32)),\n    layers.Dense(784,",
        ),
    ),
    defect(
        "transposed-kernel-3",
        {"transposed-architecture": 2},
        ("Conv2DTranspose(1, 2, strides=2", "Conv2DTranspose(1, 3, strides=2, padding='same'"),
    ),
    defect(
        "transposed-without-bias",
        {"transposed-architecture": 2},
        ("Conv2DTranspose(16, 2,", "Conv2DTranspose(16, 2, use_bias=False,"),
    ),
    defect(
        "upsampling-maps",
        {"upsampling-architecture": 2},
        ("UpSampling2D(2), layers.Conv2D(16,", "UpSampling2D(2), layers.Conv2D(8,"),
    ),
    defect(
        "initial-default",
        {"initial-weights": 6},
        (", kernel_initializer=normal(784)", ""),
        (", kernel_initializer=normal(32)", ""),
    ),
    defect(
        "initial-uniform",
        {"initial-weights": 2},
        ("RandomNormal(stddev=1 / np.sqrt(n))", "RandomUniform(-np.sqrt(3 / n), np.sqrt(3 / n))"),
    ),
    defect("initial-scale-of-first-layer-in-both", {"initial-weights": 4}, ("normal(32)", "normal(784)")),
    defect(
        "initial-bias-ones", {"initial-weights": 2}, ("normal(32)", "normal(32), bias_initializer='ones'")
    ),
    defect("epochs-19", {"linear-training": 2.5}, (_FIT, _FIT.replace("20", "19"))),
    defect(
        "trained-on-10000",
        {"transposed-training": 1.5},
        ("transposed.fit(train, train", "transposed.fit(train[:10000], train[:10000]"),
    ),
    defect(
        "no-split",
        {"linear-training": 1.5},
        (_FIT, _FIT.replace("flat_held", "flat_test").replace("(flat, flat", "(*[x.reshape(-1, 784)] * 2")),
    ),
    defect(
        "target-reversed",
        {"transposed-training": 2},
        ("transposed.fit(train, train", "transposed.fit(train, train[::-1]"),
    ),
    defect(
        "loss-cross-entropy",
        {"upsampling-training": 1.5},
        ("upsampling.compile('adam', 'mse')", "upsampling.compile('adam', 'binary_crossentropy')"),
    ),
    # without rows held out there is no split, no validation and no curve of it
    defect(
        "no-validation",
        {"linear-training": 3, "loss-plot": 1},
        (_FIT, _FIT.partition(", validation_data")[0]),
        ("h.history['val_loss']", "h.history.get('val_loss', [])"),
    ),
    defect(
        "never-trained",
        {"upsampling-training": 9, "loss-plot": 5, "upsampling-reconstructions": 6},
        (_LAST_FIT, ""),
        (_LAST_PLOT, "]"),
    ),
    defect(
        "model-missing",
        {
            "upsampling-architecture": 8,
            "upsampling-training": 9,
            "loss-plot": 5,
            "upsampling-reconstructions": 6,
        },
        (_LAST_MODEL, ""),
        ("upsampling.compile('adam', 'mse')\n", ""),
        (_LAST_FIT, ""),
        (_LAST_PLOT, "]"),
        (_LAST_SHOWN, "]"),
    ),
    defect("title-missing", {"loss-plot": 2}, ("    plt.title(name)\n", "")),
    defect("legend-missing", {"loss-plot": 3}, ("    plt.legend()\n", "")),
    defect(
        "validation-curve-missing",
        {"loss-plot": 3},
        ("    plt.plot(h.history['val_loss'], label='validation')\n", ""),
    ),
    defect(
        "curves-of-one-model",
        {"loss-plot": 10},
        ("('transposed', h2), ('upsampling', h3)", "('transposed', h1), ('upsampling', h1)"),
    ),
    defect(
        "test-images-missing",
        {"test-images": 3},
        ("shown = [test[:10],", "shown = [linear.predict(flat_test[:10]),"),
    ),
    defect(
        "outputs-are-originals",
        {"transposed-reconstructions": 6},
        ("transposed.predict(test[:10])", "test[:10]"),
    ),
    defect(
        "outputs-of-another-model",
        {"transposed-reconstructions": 6},
        ("transposed.predict(test[:10])", "upsampling.predict(test[:10])"),
    ),
    defect("outputs-other-images", {"linear-reconstructions": 6}, ("flat_test[:10]", "flat_test[10:20]")),
    defect(
        "outputs-9-of-10",
        {"upsampling-reconstructions": 0.6},
        ("upsampling.predict(test[:10])", "upsampling.predict(test[:9])"),
    ),
    defect(
        "outputs-before-training",
        {"linear-reconstructions": 6},
        (
            "linear.compile('adam', 'mse')\n",
            "early = linear.predict(flat_test[:10])\nlinear.compile('adam', 'mse')\n",
        ),
        ("shown = [test[:10], linear.predict(flat_test[:10])", "shown = [test[:10], early"),
    ),
    defect(
        "crash-at-end",
        {"runs": 5},
        ("        ax.axis('off')\nplt.show()", "        ax.axis('off')\nplt.show()\nprint(final_remark)"),
    ),
)
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

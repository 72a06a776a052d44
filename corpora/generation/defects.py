"""The defects of the part of images that nobody drew: what is edited in one of its honest notebooks, and what that must cost."""

from __future__ import annotations

from corpora.defect import by_name, defect

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
DEFECTS = by_name(
    defect("width", {"architecture": 3}, ("front = [layers.Dense(128,", "front = [layers.Dense(96,")),
    defect(
        "layer-added",
        {"architecture": 3},
        ("back = [layers.Dense(64,", "back = [layers.Dense(48, activation='relu'), layers.Dense(64,"),
    ),
    defect(
        "code-of-16",
        {"architecture": 3},
        ("layers.Dense(32, activation='relu')]", "layers.Dense(16, activation='relu')]"),
        ("keras.Input((32,))", "keras.Input((16,))"),
        ("size=(1000, 32)", "size=(1000, 16)"),
    ),
    defect(
        "without-bias",
        {"architecture": 3},
        ("front = [layers.Dense(128,", "front = [layers.Dense(128, use_bias=False,"),
    ),
    defect(
        "encoder-missing",
        {"halves": 2.5},
        ("encoder = keras.Sequential([keras.Input((784,)), *front])\n", ""),
        ("codes = encoder.predict(test[:10], verbose=0)", "codes = np.ones((10, 32))"),
        (
            "found = encoder.predict(x, verbose=0)",
            "found = x[:10000]\nfor layer in front:\n    found = layer(found)\nfound = found.numpy()",
        ),
    ),
    # without a decoder that knows what was learned nothing can be generated
    defect(
        "decoder-new",
        {
            "halves": 2.5,
            "saved-decoder": 10,
            "generated-images": 10,
            "generated-array": 5,
            "better-sampling": 10,
            "measures": 10,
        },
        (
            "decoder = keras.Sequential([keras.Input((32,)), *back])",
            "decoder = keras.Sequential([keras.Input((32,)), layers.Dense(64, activation='relu'),\n"
            "    layers.Dense(128, activation='relu'), layers.Dense(784, activation='sigmoid')])",
        ),
    ),
    defect("epochs-19", {"training": 5}, ("epochs=20", "epochs=19")),
    defect("trained-on-10000", {"training": 3}, ("model.fit(x, x,", "model.fit(x[:10000], x[:10000],")),
    defect("target-reversed", {"training": 4}, ("model.fit(x, x,", "model.fit(x, x[::-1],")),
    defect("loss-squared-error", {"training": 3}, ("loss='binary_crossentropy'", "loss='mse'")),
    defect(
        "no-validation",
        {"training": 3, "loss-plot": 3},
        (_FIT, _FIT.replace(" validation_data=(test, test),", "")),
        ("plt.plot(h['val_loss'], label='validation')\n", ""),
    ),
    defect(
        "never-trained",
        {
            "training": 18,
            "loss-plot": 15,
            "saved-decoder": 10,
            "generated-images": 10,
            "generated-array": 5,
            "better-sampling": 10,
            "measures": 10,
        },
        (f"h = {_FIT}.history", "h = {'loss': [0.3], 'val_loss': [0.3]}"),
    ),
    defect("title-missing", {"loss-plot": 2}, ("plt.title('loss')\n", "")),
    defect("legend-missing", {"loss-plot": 3}, ("plt.legend()\n", "")),
    defect(
        "validation-curve-missing", {"loss-plot": 3}, ("plt.plot(h['val_loss'], label='validation')\n", "")
    ),
    defect("not-saved", {"saved-decoder": 10}, ("decoder.save('decoder.keras')\n" + _LOAD, "")),
    defect("not-loaded", {"saved-decoder": 5}, (_LOAD, "")),
    defect(
        "loaded-but-unasked",
        {"saved-decoder": 5},
        ("same = np.allclose(decoder.predict(codes, verbose=0), loaded.predict(codes, verbose=0))\n", ""),
    ),
    defect(
        "saved-before-training",
        {"saved-decoder": 10},
        ("decoder.save('decoder.keras')\n", ""),
        ("model.compile(", "decoder.save('decoder.keras')\nmodel.compile("),
    ),
    defect(
        "whole-model-saved",
        {"saved-decoder": 10},
        ("decoder.save('decoder.keras')\n", "model.save('model.keras')\n"),
        (_LOAD, "again = keras.models.load_model('model.keras')\nagain.predict(test[:10], verbose=0)\n"),
    ),
    defect(
        "codes-uniform", {"generated-images": 5}, (_NORMAL, "z = np.random.uniform(-1, 1, size=(1000, 32))")
    ),
    defect("codes-wider", {"generated-images": 5}, (_NORMAL, "z = np.random.normal(0, 3, size=(1000, 32))")),
    defect(
        "one-number-repeated",
        {"generated-images": 5},
        (_NORMAL, "z = np.repeat(np.random.normal(size=(1000, 1)), 32, axis=1)"),
    ),
    defect("five-images", {"generated-images": 5}, ("show(plain[:10])", "show(plain[:5])")),
    defect("training-images-shown", {"generated-images": 10}, ("show(plain[:10])", "show(x[:10])")),
    defect(
        "array-flat",
        {"generated-array": 2.5},
        ("hundred = plain[:100].reshape(100, 28, 28)", "hundred = plain[:100]"),
    ),
    defect(
        "array-of-99",
        {"generated-array": 5},
        ("plain[:100].reshape(100, 28, 28)", "plain[:99].reshape(99, 28, 28)"),
    ),
    defect(
        "array-of-training-images",
        {"generated-array": 5},
        ("plain[:100].reshape(100, 28, 28)", "x[:100].reshape(100, 28, 28)"),
    ),
    defect(
        "better-missing",
        {"better-sampling": 10, "measures": 5},
        (_DRAW + _BETTER, ""),
        (_TABLE, "pd.DataFrame({'N(0, I)': measured(plain)})"),
    ),
    defect(
        "better-of-one-image",
        {"better-sampling": 6},
        (_DRAW, "drawn = encoder.predict(x[:1], verbose=0) + 0.1 * np.random.uniform(size=(1000, 32))\n"),
    ),
    defect("better-not-shown", {"better-sampling": 4}, ("show(better[:10])\n", "")),
    defect(
        "better-are-reconstructions",
        {"better-sampling": 10, "measures": 5},
        (_DRAW, "drawn = encoder.predict(test[:1000], verbose=0)\n"),
    ),
    defect("measures-missing", {"measures": 10}, (_TABLE, "")),
    defect("measures-of-one", {"measures": 5}, (_TABLE, "pd.DataFrame({'N(0, I)': measured(plain)})")),
    defect(
        "measures-made-up",
        {"measures": 10},
        (_TABLE, "print('normal: coverage 0.97, recall 0.62; fitted: coverage 0.99, recall 0.71')"),
    ),
    defect("crash-at-end", {"runs": 5}, (_TABLE, f"print({_TABLE})\nprint(final_remark)")),
)
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

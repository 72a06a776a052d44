"""The defects of the part of a variational autoencoder: what is edited in one of its honest notebooks, and what that must cost."""

from __future__ import annotations

from corpora.defect import by_name, defect

_LOSS = "lambda true, made: ops.sum(ops.square(true - made), axis=-1)"
_COMPILE = "vae.compile('adam', "
_POINTS = "points = np.array([[a, b] for b in ticks for a in ticks])"
_PAGE = (
    "page = made.reshape(12, 12, 28, 28).transpose(0, 2, 1, 3).reshape(336, 336)\n"
    "plt.figure(figsize=(7, 7))\nplt.imshow(page, cmap='gray')\n"
)
_CODES = "codes = encoder.predict(test, batch_size=1000, verbose=0)[0]\n"
DEFECTS = by_name(
    defect(
        "encoder-width", {"architecture": 4}, ("hidden = layers.Dense(512,", "hidden = layers.Dense(256,")
    ),
    defect(
        "decoder-layer-added",
        {"architecture": 4},
        ("layers.Dense(784, activation", "layers.Dense(512, 'relu'), layers.Dense(784, activation"),
    ),
    defect(
        "decoder-without-bias",
        {"architecture": 4},
        ("layers.Dense(784, activation", "layers.Dense(784, use_bias=False, activation"),
    ),
    # without the last fifty epochs there is no picture after a hundred
    defect("epochs-50", {"training": 7, "reconstructions": 3.75}, ("epochs=100", "epochs=50")),
    defect("trained-on-10000", {"training": 4}, ("vae.fit(x, x,", "vae.fit(x[:10000], x[:10000],")),
    defect("target-reversed", {"training": 5}, ("vae.fit(x, x,", "vae.fit(x, x[::-1],")),
    defect("loss-mean", {"training": 4}, (_LOSS, "'mse'")),
    defect(
        "loss-cross-entropy",
        {"training": 4},
        (_LOSS, "lambda true, made: 784 * keras.losses.binary_crossentropy(true, made)"),
    ),
    defect(
        "nothing-learned",
        {"training": 20, "loss-plot": 15, "reconstructions": 15, "latent-plane": 10, "manifold": 10},
        (_COMPILE, "vae.trainable = False\n" + _COMPILE),
    ),
    defect("title-missing", {"loss-plot": 2}, ("plt.title('784 MSE + KL')\n", "")),
    defect("legend-missing", {"loss-plot": 3}, ("plt.legend()\n", "")),
    defect("x-label-missing", {"loss-plot": 2}, ("plt.xlabel('epoch')\n", "")),
    defect("one-loss", {"loss-plot": 3}, ("plt.plot(h.history['val_loss'], label='test')\n", "")),
    defect("test-images-missing", {"test-images": 5}, ("rows = [test[:10], *keep", "rows = [*keep")),
    defect("two-epochs-shown", {"reconstructions": 7.5}, ("(5, 25, 50, 100)", "(5, 100)")),
    defect(
        "outputs-are-originals",
        {"reconstructions": 15},
        ("decoder.predict(encoder.predict(test[:10], verbose=0)[0], verbose=0)", "test[:10]"),
    ),
    defect(
        "outputs-9-of-10", {"reconstructions": 1.5}, ("encoder.predict(test[:10]", "encoder.predict(test[:9]")
    ),
    defect(
        "outputs-other-images",
        {"reconstructions": 15},
        ("encoder.predict(test[:10]", "encoder.predict(test[10:20]"),
    ),
    defect(
        "plane-before-training",
        {"latent-plane": 10},
        (_CODES, ""),
        ("keep = Keep()\n", _CODES + "keep = Keep()\n"),
    ),
    defect(
        "plane-in-one-colour",
        {"latent-plane": 4},
        (" c=digits,", ""),
        ("cmap='tab10')\nplt.colorbar()", "color='b')"),
    ),
    defect("plane-without-key", {"latent-plane": 1}, ("plt.colorbar()\n", "")),
    defect(
        "plane-of-500", {"latent-plane": 1}, (_CODES, _CODES + "codes, digits = codes[:500], digits[:500]\n")
    ),
    defect("plane-shuffled-classes", {"latent-plane": 3}, (" c=digits,", " c=np.roll(digits, 1),")),
    defect(
        "manifold-of-random-points",
        {"manifold": 5},
        (_POINTS, "points = np.random.default_rng(1).normal(size=(144, 2))"),
    ),
    defect(
        "manifold-of-nine",
        {"manifold": 4.375},
        ("np.linspace(-2, 2, 12)", "np.linspace(-2, 2, 3)"),
        (_PAGE, _PAGE.replace("12", "3").replace("336", "84")),
    ),
    defect(
        "manifold-before-training",
        {"manifold": 10},
        ("made = decoder.predict(points, verbose=0)\n", ""),
        (
            "keep = Keep()\n",
            "points = np.mgrid[-2:2:12j, -2:2:12j].reshape(2, -1).T\nmade = decoder.predict(points)\nkeep = Keep()\n",
        ),
    ),
    defect("manifold-missing", {"manifold": 10}, (_PAGE, "")),
    defect("crash-at-end", {"runs": 5}, (_PAGE + "plt.show()", _PAGE + "plt.show()\nprint(final_remark)")),
)
# Twelve defects of different items that fit into one notebook.
TOGETHER = (
    "encoder-width",
    "decoder-layer-added",
    "trained-on-10000",
    "loss-mean",
    "title-missing",
    "one-loss",
    "test-images-missing",
    "two-epochs-shown",
    "plane-without-key",
    "plane-of-500",
    "manifold-of-random-points",
    "crash-at-end",
)

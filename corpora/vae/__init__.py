"""The part of a variational autoencoder: honest notebooks, each as its student wrote it, and defects made in one of them."""

from __future__ import annotations

from pathlib import Path

from corpora.corpus import Corpus

# name -> model, training, plot, pictures, points, grid
STYLES: dict[str, tuple[str, ...]] = {
    "plain": ("functional, KL in a layer", "callback", "two curves", "grid", "colour bar", "one page"),
    "keras_io": ("train_step, no call", "drawn in a callback", "three losses", "rows", "colour bar", "point by point"),
    "own_class": ("own class, KL in call", "four fits", "two axes", "strips", "lines of dots", "30 of 225"),
    "lambda_and_loss_layer": ("Lambda, loss in a layer", "no target", "one call", "one sheet", "files", "eager"),
    "on_batches": ("functional", "train_on_batch", "loss and error", "drawn in the loop", "colours", "strips"),
    "tf_data": ("train_step beside call", "tf.data", "logarithmic", "inverted bytes", "half of them", "matshow"),
    "one_cell": ("noise layer", "fits of one epoch", "pairs", "colour map", "a scatter a class", "swapped axes"),
    "japanese": ("names in Japanese", "150 epochs", "no title of its own", "inverted", "jet", "from the top"),
}  # fmt: skip

COSTS: dict[str, dict[str, float]] = {
    "encoder-width": {"architecture": 4},
    "decoder-layer-added": {"architecture": 4},
    "decoder-without-bias": {"architecture": 4},
    # without the last fifty epochs there is no picture after a hundred
    "epochs-50": {"training": 7, "reconstructions": 3.75},
    "trained-on-10000": {"training": 4},
    "target-reversed": {"training": 5},
    "loss-mean": {"training": 4},
    "loss-cross-entropy": {"training": 4},
    "nothing-learned": {"training": 20, "loss-plot": 15, "reconstructions": 15, "latent-plane": 10, "manifold": 10},
    "title-missing": {"loss-plot": 2},
    "legend-missing": {"loss-plot": 3},
    "x-label-missing": {"loss-plot": 2},
    "one-loss": {"loss-plot": 3},
    "test-images-missing": {"test-images": 5},
    "two-epochs-shown": {"reconstructions": 7.5},
    "outputs-are-originals": {"reconstructions": 15},
    "outputs-9-of-10": {"reconstructions": 1.5},
    "outputs-other-images": {"reconstructions": 15},
    "plane-before-training": {"latent-plane": 10},
    "plane-in-one-colour": {"latent-plane": 4},
    "plane-without-key": {"latent-plane": 1},
    "plane-of-500": {"latent-plane": 1},
    "plane-shuffled-classes": {"latent-plane": 3},
    "manifold-of-random-points": {"manifold": 5},
    "manifold-of-nine": {"manifold": 4.375},
    "manifold-before-training": {"manifold": 10},
    "manifold-missing": {"manifold": 10},
    "crash-at-end": {"runs": 5},
}  # fmt: skip

_LOSS = "lambda true, made: ops.sum(ops.square(true - made), axis=-1)"
_COMPILE = "vae.compile('adam', "
_POINTS = "points = np.array([[a, b] for b in ticks for a in ticks])"
_PAGE = (
    "page = made.reshape(12, 12, 28, 28).transpose(0, 2, 1, 3).reshape(336, 336)\n"
    "plt.figure(figsize=(7, 7))\nplt.imshow(page, cmap='gray')\n"
)
_CODES = "codes = encoder.predict(test, batch_size=1000, verbose=0)[0]\n"
EDITS: dict[str, tuple[tuple[str, str], ...]] = {
    "encoder-width": (("hidden = layers.Dense(512,", "hidden = layers.Dense(256,"),),
    "decoder-layer-added": (
        ("layers.Dense(784, activation", "layers.Dense(512, 'relu'), layers.Dense(784, activation"),
    ),
    "decoder-without-bias": (("layers.Dense(784, activation", "layers.Dense(784, use_bias=False, activation"),),
    "epochs-50": (("epochs=100", "epochs=50"),),
    "trained-on-10000": (("vae.fit(x, x,", "vae.fit(x[:10000], x[:10000],"),),
    "target-reversed": (("vae.fit(x, x,", "vae.fit(x, x[::-1],"),),
    "loss-mean": ((_LOSS, "'mse'"),),
    "loss-cross-entropy": ((_LOSS, "lambda true, made: 784 * keras.losses.binary_crossentropy(true, made)"),),
    "nothing-learned": ((_COMPILE, "vae.trainable = False\n" + _COMPILE),),
    "title-missing": (("plt.title('784 MSE + KL')\n", ""),),
    "legend-missing": (("plt.legend()\n", ""),),
    "x-label-missing": (("plt.xlabel('epoch')\n", ""),),
    "one-loss": (("plt.plot(h.history['val_loss'], label='test')\n", ""),),
    "test-images-missing": (("rows = [test[:10], *keep", "rows = [*keep"),),
    "two-epochs-shown": (("(5, 25, 50, 100)", "(5, 100)"),),
    "outputs-are-originals": (("decoder.predict(encoder.predict(test[:10], verbose=0)[0], verbose=0)", "test[:10]"),),
    "outputs-9-of-10": (("encoder.predict(test[:10]", "encoder.predict(test[:9]"),),
    "outputs-other-images": (("encoder.predict(test[:10]", "encoder.predict(test[10:20]"),),
    "plane-before-training": ((_CODES, ""), ("keep = Keep()\n", _CODES + "keep = Keep()\n")),
    "plane-in-one-colour": ((" c=digits,", ""), ("cmap='tab10')\nplt.colorbar()", "color='b')")),
    "plane-without-key": (("plt.colorbar()\n", ""),),
    "plane-of-500": ((_CODES, _CODES + "codes, digits = codes[:500], digits[:500]\n"),),
    "plane-shuffled-classes": ((" c=digits,", " c=np.roll(digits, 1),"),),
    "manifold-of-random-points": ((_POINTS, "points = np.random.default_rng(1).normal(size=(144, 2))"),),
    "manifold-of-nine": (("np.linspace(-2, 2, 12)", "np.linspace(-2, 2, 3)"), (_PAGE, _PAGE.replace("12", "3").replace("336", "84"))),
    "manifold-before-training": (
        ("made = decoder.predict(points, verbose=0)\n", ""),
        ("keep = Keep()\n", "points = np.mgrid[-2:2:12j, -2:2:12j].reshape(2, -1).T\nmade = decoder.predict(points)\nkeep = Keep()\n"),
    ),
    "manifold-missing": ((_PAGE, ""),),
    "crash-at-end": ((_PAGE + "plt.show()", _PAGE + "plt.show()\nprint(final_remark)"),),
}  # fmt: skip

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
CORPUS = Corpus(
    part="vae",
    folder=Path(__file__).parent,
    styles=STYLES,
    costs=COSTS,
    edits=EDITS,
    together=TOGETHER,
    graded=("keras_io", "on_batches"),
)

"""The part of two networks against each other: honest notebooks, each as its student wrote it, and defects made in one of them."""

from __future__ import annotations

from pathlib import Path

from corpora.corpus import Corpus

# name -> models, training, plot, samples, how measures are shown
STYLES: dict[str, tuple[str, ...]] = {
    "plain": ("lists of layers, logits", "one persistent tape", "one axes", "subplots afterwards", "a sentence"),
    "keras_io": ("as in Keras' example", "tf.data, labels with noise", "a loop", "drawn in the callback", "a tuple"),
    "on_batches": ("add, a model of both", "train_on_batch, drawn with replacement", "last of each epoch", "files", "two lines"),
    "german": ("functional, names in German", "no compile of its own", "logarithmic", "one figure, inverted", "a dictionary"),
    "own_classes": ("own classes", "compiled update, tf.data", "pandas", "stitched pages", "a table"),
    "tanh": ("one function, from -1 to 1", "four fits", "two axes", "16 a row", "all four"),
    "by_steps": ("short names, logits", "train_on_batch, real and made apart", "by step", "strips", "per cent"),
    "one_cell": ("nested blocks", "images of 28 x 28", "two axes, legends", "sheets with seams", "own measure"),
    "with_cells_between": ("functions, a classifier beside", "labels ignored", "an accuracy too", "bytes", "an array"),
}  # fmt: skip

_REST = {"loss-plot": 15, "samples-by-epoch": 15, "generated-images": 10, "measures": 10}
COSTS: dict[str, dict[str, float]] = {
    "generator-width": {"generator-architecture": 4},
    "generator-layer-missing": {"generator-architecture": 4},
    "generator-layer-added": {"generator-architecture": 4},
    "generator-without-bias": {"generator-architecture": 4},
    "codes-of-64": {"generator-architecture": 4},
    "discriminator-width": {"discriminator-architecture": 3},
    "discriminator-layer-missing": {"discriminator-architecture": 3},
    "discriminator-without-bias": {"discriminator-architecture": 3},
    # without the last 150 epochs there are no samples after a hundred
    "epochs-50": {"training": 7, "samples-by-epoch": 7.5},
    "trained-on-10000": {"training": 4},
    "trained-on-test-images": {"training": 4},
    "one-optimizer": {"training": 4},
    "discriminator-never-trained": {"training": 9},
    "discriminator-left-frozen": {"training": 9},
    "discriminator-not-frozen": {"training": 5},
    "discriminator-sees-no-made-images": {"training": 5},
    "generator-never-trained": {"training": 20, **_REST},
    "nothing-trained": {"training": 20, **_REST},
    "title-missing": {"loss-plot": 2},
    "legend-missing": {"loss-plot": 3},
    "x-label-missing": {"loss-plot": 2},
    "one-loss": {"loss-plot": 3},
    "losses-made-up": {"loss-plot": 15},
    "first-epoch-missing": {"samples-by-epoch": 3.75},
    "two-epochs-shown": {"samples-by-epoch": 7.5},
    "ten-samples-each": {"samples-by-epoch": 5.625},
    "samples-after-training-only": {"samples-by-epoch": 11.25},
    "samples-missing": {"samples-by-epoch": 15},
    "real-images-as-samples": {"samples-by-epoch": 15},
    "real-images-everywhere": {"samples-by-epoch": 15, "generated-images": 10},
    "codes-uniform": {"generated-images": 5},
    "measures-missing": {"measures": 10},
    "measures-made-up": {"measures": 10},
    "measures-of-real-images": {"measures": 10},
    "crash-at-end": {"runs": 5},
}

_ADAM = "keras.optimizers.Adam(2e-4, beta_1=0.5)"
_COMPILE = f"gan.compile({_ADAM}, {_ADAM})"
_FIT = "h = gan.fit(x, epochs=200, batch_size=128, callbacks=[Keep()], verbose=0).history"
_KEEP = "kept[epoch + 1] = generator.predict(noise, verbose=0)"
_TOLD = "print(f'coverage {found.coverage:.3f}, recall {found.recall:.3f}')"
_PAGES = (
    "for epoch, images in kept.items():\n"
    "    fig, axes = plt.subplots(5, 5, figsize=(5, 5))\n"
    "    for ax, image in zip(axes.flat, images):\n"
    "        ax.imshow(image.reshape(28, 28), cmap='gray')\n"
    "        ax.axis('off')\n"
    "    fig.suptitle(f'epoch {epoch}')\n"
    "    plt.show()\n"
)
_ROW = "for ax, image in zip(axes, made):"
EDITS: dict[str, tuple[tuple[str, str], ...]] = {
    "generator-width": (("keras.Input((100,)), *leaky(256)", "keras.Input((100,)), *leaky(128)"),),
    "generator-layer-missing": (("*leaky(512), *leaky(1024),", "*leaky(512),"),),
    "generator-layer-added": (("*leaky(512), *leaky(1024),", "*leaky(512), *leaky(512), *leaky(1024),"),),
    "generator-without-bias": (("layers.Dense(784, activation", "layers.Dense(784, use_bias=False, activation"),),
    "codes-of-64": (
        ("keras.Input((100,))", "keras.Input((64,))"),
        ("tf.shape(real)[0], 100)", "tf.shape(real)[0], 64)"),
        ("size=(25, 100)", "size=(25, 64)"),
        ("size=(2000, 100)", "size=(2000, 64)"),
    ),
    "discriminator-width": (("    *leaky(256), layers.Dropout", "    *leaky(128), layers.Dropout"),),
    "discriminator-layer-missing": (("    *leaky(512), layers.Dropout(0.3),\n", ""),),
    "discriminator-without-bias": (("layers.Dense(1),", "layers.Dense(1, use_bias=False),"),),
    "epochs-50": (("epochs=200", "epochs=50"),),
    "trained-on-10000": (("gan.fit(x,", "gan.fit(x[:10000],"),),
    "trained-on-test-images": (("gan.fit(x,", "gan.fit(test,"),),
    "one-optimizer": (
        (
            _COMPILE,
            f"adam = {_ADAM}\nadam.build(generator.trainable_variables + discriminator.trainable_variables)\n"
            "gan.compile(adam, adam)",
        ),
    ),
    "discriminator-never-trained": (
        ("        self.discriminator_optimizer.apply(tape.gradient(d_loss, weights), weights)\n", ""),
    ),
    # Keras reads which weights are trainable when the first step is traced, not when the model is compiled
    "discriminator-left-frozen": (("            discriminator.trainable = True\n", ""),),
    "discriminator-not-frozen": (
        ("discriminator.trainable = False\nganInput", "ganInput"),
        ("            discriminator.trainable = True\n", ""),
        ("            discriminator.trainable = False\n", ""),
    ),
    "discriminator-sees-no-made-images": (
        ("            generatedImages = generator.predict(noise, verbose=0)\n", ""),
        ("np.concatenate([imageBatch, generatedImages])", "imageBatch"),
        ("np.zeros(2 * batchSize)", "np.zeros(batchSize)"),
    ),
    "generator-never-trained": (
        ("        self.generator_optimizer.apply(tape.gradient(g_loss, weights), weights)\n", ""),
    ),
    "nothing-trained": ((_FIT, "h = {'d_loss': [1.4], 'g_loss': [0.7]}"),),
    "title-missing": (("plt.title('losses')\n", ""),),
    "legend-missing": (("plt.legend()\n", ""),),
    "x-label-missing": (("plt.xlabel('epoch')\n", ""),),
    "one-loss": (("plt.plot(h['g_loss'], label='generator')\n", ""),),
    "losses-made-up": (
        ("plt.plot(h['d_loss']", "plt.plot(np.linspace(1.4, 1.2, 200)"),
        ("plt.plot(h['g_loss']", "plt.plot(np.linspace(0.8, 1.3, 200)"),
    ),
    "first-epoch-missing": (("(1, 20, 100, 200)", "(10, 20, 100, 200)"),),
    "two-epochs-shown": (("(1, 20, 100, 200)", "(1, 200)"),),
    "ten-samples-each": (("plt.subplots(5, 5, figsize=(5, 5))", "plt.subplots(2, 5, figsize=(5, 2))"),),
    "samples-after-training-only": (
        (_KEEP, "pass"),
        (_FIT, _FIT + "\nkept = {epoch: generator.predict(noise, verbose=0) for epoch in (1, 20, 100, 200)}"),
    ),
    "samples-missing": ((_PAGES, ""),),
    "real-images-as-samples": ((_KEEP, "kept[epoch + 1] = x[:25]"),),
    "real-images-everywhere": ((_KEEP, "kept[epoch + 1] = x[:25]"), (_ROW, _ROW.replace("made", "x"))),
    "codes-uniform": (
        ("default_rng(1).normal(size", "default_rng(1).uniform(-1, 1, size"),
        ("default_rng(2).normal(size", "default_rng(2).uniform(-1, 1, size"),
    ),
    "measures-missing": ((_TOLD, ""),),
    "measures-made-up": ((_TOLD, "print('coverage 0.87, recall 0.62')"),),
    "measures-of-real-images": (("neighbour_measures(test[:2000], made)", "neighbour_measures(test[:2000], x[:2000])"),),
    "crash-at-end": ((_TOLD, _TOLD + "\nprint(final_remark)"),),
}  # fmt: skip

# Defects of different items that fit into one notebook.
TOGETHER = (
    "generator-width",
    "generator-layer-added",
    "discriminator-layer-missing",
    "trained-on-10000",
    "one-optimizer",
    "title-missing",
    "one-loss",
    "first-epoch-missing",
    "codes-uniform",
    "measures-of-real-images",
    "crash-at-end",
)
CORPUS = Corpus(
    part="gan",
    folder=Path(__file__).parent,
    styles=STYLES,
    costs=COSTS,
    edits=EDITS,
    together=TOGETHER,
    graded=("own_classes", "keras_io"),
    bases=dict.fromkeys(
        ("discriminator-left-frozen", "discriminator-not-frozen", "discriminator-sees-no-made-images"),
        "on_batches",
    ),
)

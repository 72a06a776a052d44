"""The defects of the part of two networks against each other: what is edited in one of its honest notebooks, and what that must cost."""

from __future__ import annotations

from corpora.defect import by_name, defect

_REST = {"loss-plot": 15, "samples-by-epoch": 15, "generated-images": 10, "measures": 10}
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
DEFECTS = by_name(
    defect(
        "generator-width",
        {"generator-architecture": 4},
        ("keras.Input((100,)), *leaky(256)", "keras.Input((100,)), *leaky(128)"),
    ),
    defect(
        "generator-layer-missing",
        {"generator-architecture": 4},
        ("*leaky(512), *leaky(1024),", "*leaky(512),"),
    ),
    defect(
        "generator-layer-added",
        {"generator-architecture": 4},
        ("*leaky(512), *leaky(1024),", "*leaky(512), *leaky(512), *leaky(1024),"),
    ),
    defect(
        "generator-without-bias",
        {"generator-architecture": 4},
        ("layers.Dense(784, activation", "layers.Dense(784, use_bias=False, activation"),
    ),
    defect(
        "codes-of-64",
        {"generator-architecture": 4},
        ("keras.Input((100,))", "keras.Input((64,))"),
        ("tf.shape(real)[0], 100)", "tf.shape(real)[0], 64)"),
        ("size=(25, 100)", "size=(25, 64)"),
        ("size=(2000, 100)", "size=(2000, 64)"),
    ),
    defect(
        "discriminator-width",
        {"discriminator-architecture": 3},
        ("    *leaky(256), layers.Dropout", "    *leaky(128), layers.Dropout"),
    ),
    defect(
        "discriminator-layer-missing",
        {"discriminator-architecture": 3},
        ("    *leaky(512), layers.Dropout(0.3),\n", ""),
    ),
    defect(
        "discriminator-without-bias",
        {"discriminator-architecture": 3},
        ("layers.Dense(1),", "layers.Dense(1, use_bias=False),"),
    ),
    # without the last 150 epochs there are no samples after a hundred
    defect("epochs-50", {"training": 7, "samples-by-epoch": 7.5}, ("epochs=200", "epochs=50")),
    defect("trained-on-10000", {"training": 4}, ("gan.fit(x,", "gan.fit(x[:10000],")),
    defect("trained-on-test-images", {"training": 4}, ("gan.fit(x,", "gan.fit(test,")),
    defect(
        "one-optimizer",
        {"training": 4},
        (
            _COMPILE,
            f"adam = {_ADAM}\nadam.build(generator.trainable_variables + discriminator.trainable_variables)\n"
            "gan.compile(adam, adam)",
        ),
    ),
    defect(
        "discriminator-never-trained",
        {"training": 9},
        ("        self.discriminator_optimizer.apply(tape.gradient(d_loss, weights), weights)\n", ""),
    ),
    # Keras reads which weights are trainable when the first step is traced, not when the model is compiled
    defect(
        "discriminator-left-frozen",
        {"training": 9},
        ("            discriminator.trainable = True\n", ""),
        base="on_batches",
    ),
    defect(
        "discriminator-not-frozen",
        {"training": 5},
        ("discriminator.trainable = False\nganInput", "ganInput"),
        ("            discriminator.trainable = True\n", ""),
        ("            discriminator.trainable = False\n", ""),
        base="on_batches",
    ),
    defect(
        "discriminator-sees-no-made-images",
        {"training": 5},
        ("            generatedImages = generator.predict(noise, verbose=0)\n", ""),
        ("np.concatenate([imageBatch, generatedImages])", "imageBatch"),
        ("np.zeros(2 * batchSize)", "np.zeros(batchSize)"),
        base="on_batches",
    ),
    defect(
        "generator-never-trained",
        {"training": 20, **_REST},
        ("        self.generator_optimizer.apply(tape.gradient(g_loss, weights), weights)\n", ""),
    ),
    defect("nothing-trained", {"training": 20, **_REST}, (_FIT, "h = {'d_loss': [1.4], 'g_loss': [0.7]}")),
    defect("title-missing", {"loss-plot": 2}, ("plt.title('losses')\n", "")),
    defect("legend-missing", {"loss-plot": 3}, ("plt.legend()\n", "")),
    defect("x-label-missing", {"loss-plot": 2}, ("plt.xlabel('epoch')\n", "")),
    defect("one-loss", {"loss-plot": 3}, ("plt.plot(h['g_loss'], label='generator')\n", "")),
    defect(
        "losses-made-up",
        {"loss-plot": 15},
        ("plt.plot(h['d_loss']", "plt.plot(np.linspace(1.4, 1.2, 200)"),
        ("plt.plot(h['g_loss']", "plt.plot(np.linspace(0.8, 1.3, 200)"),
    ),
    defect("first-epoch-missing", {"samples-by-epoch": 3.75}, ("(1, 20, 100, 200)", "(10, 20, 100, 200)")),
    defect("two-epochs-shown", {"samples-by-epoch": 7.5}, ("(1, 20, 100, 200)", "(1, 200)")),
    defect(
        "ten-samples-each",
        {"samples-by-epoch": 5.625},
        ("plt.subplots(5, 5, figsize=(5, 5))", "plt.subplots(2, 5, figsize=(5, 2))"),
    ),
    defect(
        "samples-after-training-only",
        {"samples-by-epoch": 11.25},
        (_KEEP, "pass"),
        (_FIT, _FIT + "\nkept = {epoch: generator.predict(noise, verbose=0) for epoch in (1, 20, 100, 200)}"),
    ),
    defect("samples-missing", {"samples-by-epoch": 15}, (_PAGES, "")),
    defect("real-images-as-samples", {"samples-by-epoch": 15}, (_KEEP, "kept[epoch + 1] = x[:25]")),
    defect(
        "real-images-everywhere",
        {"samples-by-epoch": 15, "generated-images": 10},
        (_KEEP, "kept[epoch + 1] = x[:25]"),
        (_ROW, _ROW.replace("made", "x")),
    ),
    defect(
        "codes-uniform",
        {"generated-images": 5},
        ("default_rng(1).normal(size", "default_rng(1).uniform(-1, 1, size"),
        ("default_rng(2).normal(size", "default_rng(2).uniform(-1, 1, size"),
    ),
    defect("measures-missing", {"measures": 10}, (_TOLD, "")),
    defect("measures-made-up", {"measures": 10}, (_TOLD, "print('coverage 0.87, recall 0.62')")),
    defect(
        "measures-of-real-images",
        {"measures": 10},
        ("neighbour_measures(test[:2000], made)", "neighbour_measures(test[:2000], x[:2000])"),
    ),
    defect("crash-at-end", {"runs": 5}, (_TOLD, _TOLD + "\nprint(final_remark)")),
)
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

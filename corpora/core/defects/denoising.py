"""Defects of the denoising autoencoder, and forgeries."""

from __future__ import annotations

from corpora.core.defects.shared import LOSS_PLOT, RUNS
from corpora.core.edits import forged_outputs, forged_training, lines
from corpora.core.edits.cells import crash_before_pictures
from corpora.core.edits.nets import data, noise
from corpora.core.edits.pictures import (
    FIVE,
    FROM_1,
    NINE,
    OTHER,
    REVERSED,
    another_model,
    asked,
    early,
    hide,
    show,
    untrained_copy,
)
from corpora.defect import by_name, defect

DENOISING = by_name(
    *RUNS,
    *LOSS_PLOT,
    defect(
        "crash-before-pictures",
        {
            "runs": 5,
            "train-images": 5,
            "noisy-train-images": 10,
            "test-images": 5,
            "noisy-test-images": 10,
            "denoised-images": 15,
        },
        ("cells", crash_before_pictures),
    ),
    defect("noise-0.5", {"noise": 8}, noise("np.clip({c} + 0.5 * np.random.normal(size={c}.shape), 0, 1)")),
    defect("noise-0.1", {"noise": 8}, noise("np.clip({c} + np.random.normal(0, 0.1, {c}.shape), 0.0, 1.0)")),
    defect(
        "noise-uniform",
        {"noise": 4},
        noise("np.clip({c} + np.random.uniform(-0.433, 0.433, {c}.shape), 0, 1)"),
    ),
    defect(
        "noise-shifted", {"noise": 4}, noise("np.clip({c} + np.random.normal(0.25, 0.25, {c}.shape), 0, 1)")
    ),
    defect("noise-unclipped", {"noise": 4}, noise("{c} + 0.25 * np.random.randn(*{c}.shape)")),
    defect("noise-0.5-unclipped", {"noise": 12}, noise("{c} + 0.5 * np.random.randn(*{c}.shape)")),
    defect(
        "noise-not-on-test",
        {"noise": 4, "training": 3, "noisy-test-images": 10, "denoised-images": 15},
        noise("np.clip({c} + 0.25 * np.random.normal(size={c}.shape), 0, 1)", "{c}.copy()"),
    ),
    defect("target-noisy", {"training": 5}, data(y="{x}")),
    defect("trained-on-10000", {"training": 2}, data(x="{x}[:10000]", y="{y}[:10000]")),
    defect("trained-on-test-set", {"training": 2}, data(x="{nte}", y="{te}")),
    defect("validation-clean-input", {"training": 3}, data(val_x="{te}")),
    defect("validation-noisy-target", {"training": 3}, data(val_y="{nte}")),
    defect(
        "no-validation",
        {"training": 3, "loss-plot": 3},
        ("trained", lines.no_validation),
        ("curve", lines.no_validation_curve),
    ),
    # the document names no number of epochs for this part
    defect("epochs-15", {}, lines.epochs(15)),
    defect("train-images-missing", {"train-images": 5}, hide("train")),
    defect("train-images-9-of-10", {"train-images": 0.5}, show("train", NINE)),
    defect("train-images-5-of-10", {"train-images": 2.5}, show("train", FIVE)),
    defect("train-images-from-1", {"train-images": 0.5}, show("train", FROM_1)),
    defect("train-images-other", {"train-images": 5}, show("train", OTHER)),
    defect("train-images-reversed", {"train-images": 2.5}, show("train", REVERSED)),
    defect("test-images-missing", {"test-images": 5}, hide("test")),
    defect("test-images-from-1", {"test-images": 0.5}, show("test", FROM_1)),
    defect("test-images-9-of-10", {"test-images": 0.5}, show("test", NINE)),
    defect("test-images-5-of-10", {"test-images": 2.5}, show("test", FIVE)),
    defect("test-images-other", {"test-images": 5}, show("test", OTHER)),
    defect("test-images-reversed", {"test-images": 2.5}, show("test", REVERSED)),
    defect("noisy-train-images-missing", {"noisy-train-images": 10}, hide("noisy-train")),
    defect("noisy-train-images-other", {"noisy-train-images": 10}, show("noisy-train", OTHER)),
    defect("noisy-train-images-from-1", {"noisy-train-images": 1}, show("noisy-train", FROM_1)),
    defect("noisy-train-images-9-of-10", {"noisy-train-images": 1}, show("noisy-train", NINE)),
    defect("noisy-train-images-5-of-10", {"noisy-train-images": 5}, show("noisy-train", FIVE)),
    defect("noisy-train-images-reversed", {"noisy-train-images": 5}, show("noisy-train", REVERSED)),
    defect("noisy-train-images-clean", {"noisy-train-images": 10}, show("noisy-train", "{tr}[:10]")),
    defect("noisy-test-images-missing", {"noisy-test-images": 10}, hide("noisy-test")),
    defect("noisy-test-images-other", {"noisy-test-images": 10}, show("noisy-test", OTHER)),
    defect("noisy-test-images-from-1", {"noisy-test-images": 1}, show("noisy-test", FROM_1)),
    defect("noisy-test-images-9-of-10", {"noisy-test-images": 1}, show("noisy-test", NINE)),
    defect("noisy-test-images-5-of-10", {"noisy-test-images": 5}, show("noisy-test", FIVE)),
    defect("noisy-test-images-reversed", {"noisy-test-images": 5}, show("noisy-test", REVERSED)),
    defect("noisy-test-images-clean", {"noisy-test-images": 10}, show("noisy-test", "{te}[:10]")),
    defect("outputs-missing", {"denoised-images": 15}, hide("outputs")),
    defect("outputs-before-training", {"denoised-images": 15}, early("outputs")),
    defect("outputs-are-originals", {"denoised-images": 15}, show("outputs", "{te}[:10]")),
    defect("outputs-are-noisy", {"denoised-images": 15}, show("outputs", "{nte}[:10]")),
    defect("outputs-of-clean-images", {"denoised-images": 15}, asked("outputs", "{te}[:10]")),
    defect("outputs-of-train-images", {"denoised-images": 15}, asked("outputs", "{ntr}[:10]")),
    defect("outputs-other-images", {"denoised-images": 15}, asked("outputs", "{nte}[10:20]")),
    defect("outputs-of-untrained-copy", {"denoised-images": 15}, untrained_copy("{nte}")),
    defect("outputs-of-another-model", {"denoised-images": 15}, another_model("outputs", "{nte}[:10]")),
    defect("outputs-9-of-10", {"denoised-images": 1.5}, show("outputs", NINE)),
    defect("outputs-5-of-10", {"denoised-images": 7.5}, show("outputs", FIVE)),
    defect("outputs-reversed", {"denoised-images": 7.5}, show("outputs", REVERSED)),
    defect("forged-history-class", {"loss-plot": 15}, ("trained", forged_training.history_patched)),
    defect("forged-predict", {"denoised-images": 15}, forged_outputs.shown(forged_outputs.predict_replaced)),
    defect(
        "forged-answer", {"denoised-images": 15}, forged_outputs.shown(forged_outputs.answer_written_down)
    ),
)

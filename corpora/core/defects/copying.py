"""Defects of the two parts that train images onto themselves, `dense` and `conv`."""

from __future__ import annotations

from corpora.core.composed.compose import Edit
from corpora.core.defects.shared import LOSS_PLOT, RUNS
from corpora.core.edits import lines
from corpora.core.edits.cells import crash_before_pictures
from corpora.core.edits.nets import data
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
from corpora.defect import Defect, defect


def copying(earlier: Edit, later: Edit) -> tuple[Defect[Edit], ...]:
    """The defects of such a part; `earlier` and `later` move its code by a layer.

    A defect costs the item that it belongs to and, where that is unavoidable, what depends on it: without validation there
    is no validation curve.
    """
    return (
        *RUNS,
        *LOSS_PLOT,
        defect(
            "crash-before-pictures",
            {"runs": 5, "test-images": 5, "bottleneck-images": 15, "reconstructions": 15},
            ("cells", crash_before_pictures),
        ),
        defect("epochs-149", {"training": 5}, lines.epochs(149)),
        defect("epochs-100", {"training": 5}, lines.epochs(100)),
        defect("epochs-15", {"training": 5}, lines.epochs(15)),
        defect("trained-on-10000", {"training": 3}, data(x="{x}[:10000]", y="{y}[:10000]")),
        defect(
            "trained-on-47000",
            {"training": 3},
            data(x="{x}[:47000]", y="{y}[:47000]", val_x="{x}[47000:]", val_y="{y}[47000:]"),
        ),
        defect("trained-on-test-set", {"training": 3}, data(x="{te}", y="{te}")),
        defect("target-reversed", {"training": 4}, data(y="{y}[::-1]")),
        defect("target-shifted", {"training": 4}, data(y="np.roll({y}, 1, axis=0)")),
        defect(
            "no-validation",
            {"training": 3, "loss-plot": 3},
            ("trained", lines.no_validation),
            ("curve", lines.no_validation_curve),
        ),
        defect(
            "never-trained",
            {"training": 15, "loss-plot": 15, "bottleneck-images": 15, "reconstructions": 15},
            ("trained", lines.never_trained),
            ("curve", lines.no_plot),
        ),
        defect("test-images-missing", {"test-images": 5}, hide("test")),
        defect("test-images-from-1", {"test-images": 0.5}, show("test", FROM_1)),
        defect("test-images-9-of-10", {"test-images": 0.5}, show("test", NINE)),
        defect("test-images-5-of-10", {"test-images": 2.5}, show("test", FIVE)),
        defect("test-images-other", {"test-images": 5}, show("test", OTHER)),
        defect("test-images-train", {"test-images": 5}, show("test", "{tr}[:10]")),
        defect("test-images-reversed", {"test-images": 2.5}, show("test", REVERSED)),
        defect("codes-missing", {"bottleneck-images": 15}, hide("codes")),
        defect("codes-before-training", {"bottleneck-images": 15}, early("codes")),
        defect("codes-other-images", {"bottleneck-images": 15}, asked("codes", "{te}[10:20]")),
        defect("codes-train-images", {"bottleneck-images": 15}, asked("codes", "{tr}[:10]")),
        defect("codes-9-of-10", {"bottleneck-images": 1.5}, show("codes", NINE)),
        defect("codes-5-of-10", {"bottleneck-images": 7.5}, show("codes", FIVE)),
        defect("codes-reversed", {"bottleneck-images": 7.5}, show("codes", REVERSED)),
        defect("codes-random", {"bottleneck-images": 15}, show("codes", "np.random.rand(*np.shape({rows}))")),
        defect(
            "codes-are-pixels",
            {"bottleneck-images": 15},
            show("codes", "np.resize(np.reshape({te}[:10], (10, -1))[:, 200:], np.shape({rows}))"),
        ),
        defect("codes-of-earlier-layer", {"bottleneck-images": 15}, earlier),
        defect("codes-of-later-layer", {"bottleneck-images": 15}, later),
        defect(
            "codes-all-the-same",
            {"bottleneck-images": 13.5},
            show("codes", "np.repeat(np.array({rows}[:1]), 10, axis=0)"),
        ),
        defect("outputs-missing", {"reconstructions": 15}, hide("outputs")),
        defect("outputs-before-training", {"reconstructions": 15}, early("outputs")),
        defect("outputs-are-originals", {"reconstructions": 15}, show("outputs", "{te}[:10]")),
        defect(
            "outputs-are-dimmed-originals",
            {"reconstructions": 15},
            show("outputs", "0.85 * {te}[:10] + 0.05"),
        ),
        defect(
            "outputs-are-mean-image",
            {"reconstructions": 15},
            show("outputs", "np.repeat({tr}.mean(axis=0)[None], 10, axis=0)"),
        ),
        defect("outputs-of-untrained-copy", {"reconstructions": 15}, untrained_copy("{te}")),
        defect("outputs-of-another-model", {"reconstructions": 15}, another_model("outputs", "{te}[:10]")),
        defect("outputs-other-images", {"reconstructions": 15}, asked("outputs", "{te}[10:20]")),
        defect("outputs-train-images", {"reconstructions": 15}, asked("outputs", "{tr}[:10]")),
        defect("outputs-9-of-10", {"reconstructions": 1.5}, show("outputs", NINE)),
        defect("outputs-5-of-10", {"reconstructions": 7.5}, show("outputs", FIVE)),
        defect("outputs-reversed", {"reconstructions": 7.5}, show("outputs", REVERSED)),
    )

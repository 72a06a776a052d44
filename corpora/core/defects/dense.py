"""Defects of the fully connected autoencoder, and forgeries."""

from __future__ import annotations

from corpora.core.defects.copying import copying
from corpora.core.edits import forged_outputs, forged_training, nets
from corpora.defect import by_name, defect

DENSE = by_name(
    *copying(
        earlier=nets.dense((400, 200), (100, 200, 400, 784), (10, 20)),
        later=nets.dense((400, 200, 100, 200), (400, 784), (10, 20)),
    ),
    defect("width-1", {"architecture": 7.5}, nets.dense((300, 200, 100), (200, 400, 784))),
    defect("width-2", {"architecture": 7.5}, nets.dense((400, 150, 100), (200, 400, 784))),
    defect(
        "width-3",
        {"architecture": 7.5, "bottleneck-images": 15},
        nets.dense((400, 200, 64), (200, 400, 784), (8, 8)),
    ),
    defect("width-4", {"architecture": 7.5}, nets.dense((400, 200, 100), (250, 400, 784))),
    defect("width-5", {"architecture": 7.5}, nets.dense((400, 200, 100), (200, 512, 784))),
    defect("widths-1-5", {"architecture": 15}, nets.dense((500, 200, 100), (200, 500, 784))),
    defect("widths-1-2-4-5", {"architecture": 30}, nets.dense((512, 256, 100), (256, 512, 784))),
    defect("layer-1-missing", {"architecture": 7.5}, nets.dense((200, 100), (200, 400, 784))),
    defect("layer-2-missing", {"architecture": 7.5}, nets.dense((400, 100), (200, 400, 784))),
    defect(
        "bottleneck-missing",
        {"architecture": 7.5, "bottleneck-images": 15},
        nets.dense((400, 200), (200, 400, 784), (10, 20)),
    ),
    defect("layer-4-missing", {"architecture": 7.5}, nets.dense((400, 200, 100), (400, 784))),
    defect("layer-5-missing", {"architecture": 7.5}, nets.dense((400, 200, 100), (200, 784))),
    defect(
        "layer-added-in-encoder", {"architecture": 7.5}, nets.dense((400, 300, 200, 100), (200, 400, 784))
    ),
    defect(
        "layer-added-in-decoder", {"architecture": 7.5}, nets.dense((400, 200, 100), (200, 400, 600, 784))
    ),
    defect(
        "another-net",
        {"architecture": 30, "bottleneck-images": 15},
        nets.dense((128, 64, 32), (64, 128, 784), (4, 8)),
    ),
    defect("codes-5x20", {"bottleneck-images": 15}, nets.dense((400, 200, 100), (200, 400, 784), (5, 20))),
    defect("codes-1x100", {"bottleneck-images": 15}, nets.dense((400, 200, 100), (200, 400, 784), (1, 100))),
    # A forgery costs the item that it fakes, and nothing else: what remains possible stands in docs/trust.md.
    defect("forged-fit", {"training": 5, "loss-plot": 15}, ("trained", forged_training.fit_patched)),
    defect("forged-history-class", {"loss-plot": 15}, ("trained", forged_training.history_patched)),
    defect("forged-history", {"loss-plot": 15}, ("trained", forged_training.history_overwritten)),
    defect("forged-recorder", {"training": 5}, ("trained", forged_training.recorder_replaced)),
    defect("forged-evidence", {"training": 5}, ("curve", forged_training.evidence_edited)),
    defect(
        "forged-step-of-zero",
        {"training": 15, "loss-plot": 15, "bottleneck-images": 15, "reconstructions": 15},
        ("trained", forged_training.step_of_zero),
    ),
    defect("forged-rows", {"training": 3}, ("data", forged_training.rows_that_lie)),
    defect("forged-labels", {"loss-plot": 3}, ("trained", forged_training.labels_that_lie)),
    defect("forged-predict", {"reconstructions": 15}, forged_outputs.shown(forged_outputs.predict_replaced)),
    defect(
        "forged-answer", {"reconstructions": 15}, forged_outputs.shown(forged_outputs.answer_written_down)
    ),
    defect(
        "forged-do-nothing-layer",
        {"reconstructions": 15},
        forged_outputs.shown(forged_outputs.layer_that_does_nothing),
    ),
    defect("forged-array", {"reconstructions": 15}, forged_outputs.shown(forged_outputs.array_that_turns)),
    defect(
        "forged-ready-made-net", {"reconstructions": 15}, forged_outputs.shown(forged_outputs.ready_made_net)
    ),
)

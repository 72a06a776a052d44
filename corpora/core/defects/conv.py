"""Defects of the convolutional autoencoder, and forgeries."""

from __future__ import annotations

from corpora.core.defects.copying import copying
from corpora.core.edits import forged_outputs, forged_training, nets
from corpora.defect import by_name, defect

C, P, A, U, T = "Conv2D", "MaxPooling2D", "AveragePooling2D", "UpSampling2D", "Conv2DTranspose"
_UP = [(C, 8), (U, 2), (C, 16), (U, 2), (C, 1)]
_DOWN = [(C, 16), (P, 2), (C, 8), (P, 2)]
CONV = by_name(
    *copying(
        earlier=nets.net([(C, 16), (P, 2), (C, 8)], [(P, 2), *_UP], (56, 28)),
        later=nets.net([*_DOWN, (C, 8)], _UP[1:]),
    ),
    defect("maps-1", {"architecture": 7.5}, nets.net([(C, 32), (P, 2), (C, 8), (P, 2)], _UP)),
    defect(
        "maps-2",
        {"architecture": 7.5, "bottleneck-images": 15},
        nets.net([(C, 16), (P, 2), (C, 4), (P, 2)], _UP, (14, 14)),
    ),
    defect("maps-3", {"architecture": 7.5}, nets.net(_DOWN, [(C, 4), (U, 2), (C, 16), (U, 2), (C, 1)])),
    defect("maps-4", {"architecture": 7.5}, nets.net(_DOWN, [(C, 8), (U, 2), (C, 8), (U, 2), (C, 1)])),
    defect("kernel-1", {"architecture": 7.5}, nets.net([(f"{C}/5", 16), (P, 2), (C, 8), (P, 2)], _UP)),
    defect(
        "kernel-3", {"architecture": 7.5}, nets.net(_DOWN, [(f"{C}/2", 8), (U, 2), (C, 16), (U, 2), (C, 1)])
    ),
    defect(
        "kernel-5", {"architecture": 7.5}, nets.net(_DOWN, [(C, 8), (U, 2), (C, 16), (U, 2), (f"{C}/5", 1)])
    ),
    defect("average-pooling", {"architecture": 15}, nets.net([(C, 16), (A, 2), (C, 8), (A, 2)], _UP)),
    defect("transposed", {"architecture": 15}, nets.net(_DOWN, [(C, 8), (U, 2), (T, 16), (C, 1)])),
    defect(
        "conv-missing-in-encoder",
        {"architecture": 7.5, "bottleneck-images": 15},
        nets.net([(C, 16), (P, 2), (P, 2)], _UP, (28, 28)),
    ),
    defect(
        "conv-missing-in-decoder", {"architecture": 7.5}, nets.net(_DOWN, [(C, 8), (U, 2), (U, 2), (C, 1)])
    ),
    defect(
        "conv-added-in-encoder",
        {"architecture": 7.5},
        nets.net([(C, 16), (C, 16), (P, 2), (C, 8), (P, 2)], _UP),
    ),
    defect(
        "conv-added-in-decoder",
        {"architecture": 7.5},
        nets.net(_DOWN, [(C, 8), (U, 2), (C, 16), (U, 2), (C, 4), (C, 1)]),
    ),
    defect(
        "one-level-only",
        {"architecture": 30, "bottleneck-images": 15},
        nets.net([(C, 16), (P, 2)], [(C, 8), (U, 2), (C, 1)], (56, 56)),
    ),
    defect("codes-14x28", {"bottleneck-images": 7.5}, nets.net(_DOWN, _UP, (14, 28))),
    defect("codes-per-map", {"bottleneck-images": 7.5}, ("kinds", nets.code_maps_apart)),
    defect("forged-history-class", {"loss-plot": 15}, ("trained", forged_training.history_patched)),
    defect(
        "forged-answer", {"reconstructions": 15}, forged_outputs.shown(forged_outputs.answer_written_down)
    ),
)

"""Cases that `make test` grades: every item and style of the core parts, few enough for two cores.

`make test-all` and `make pages` grade them all; these are the ones that every change is held to.
"""

from __future__ import annotations

SHORT = (
    "combined-all-three-one-variable",
    "conv--codes-14x28--098",
    "conv--codes-per-map--120",
    "conv--kernel-3--024",
    "conv--transposed--098",
    "denoising--crash-before-pictures--033",
    "denoising--noise-not-on-test--047",
    "denoising--noise-unclipped--006",
    "denoising--noisy-train-images-other--101",
    "denoising--outputs-of-another-model--006",
    "denoising--trained-on-test-set--118",
    "dense--bottleneck-missing--045",
    "dense--codes-5x20--040",
    "dense--crash-before-pictures--031",
    "dense--never-trained--119",
    "dense--outputs-are-mean-image--094",
    "dense--trained-on-10000--124",
    "dense-001-sequential-one-fit",
    "dense-hand-colab",
    "dense-hand-history_thrown_away",
    "dense-hand-listing_style",
    "dense-hand-one_cell",
    "dense-hand-own_class",
)

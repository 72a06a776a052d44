"""Cases that `make test` grades: a dozen of the core parts, of every kind, so that a change that breaks much is seen soon.

`make test-all` and `make pages` grade all cases.
"""

from __future__ import annotations

SHORT = (
    "combined-all-three-one-variable",
    "conv--codes-per-map--120",
    "conv--kernel-3--024",
    "denoising--noise-not-on-test--047",
    "denoising--outputs-of-another-model--006",
    "denoising--trained-on-test-set--118",
    "dense--bottleneck-missing--045",
    "dense--crash-before-pictures--031",
    "dense--outputs-are-mean-image--094",
    "dense-001-sequential-one-fit",
    "dense-hand-one_cell",
    "dense-hand-own_class",
)

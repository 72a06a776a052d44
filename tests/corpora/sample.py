"""Cases that `make test` grades: some of the core parts, of every kind, so that a change that breaks much is seen soon.

`make test-all` grades all solutions and templates and a third of the corpora, `make pages` all cases.
"""

from __future__ import annotations

SHORT = (
    "solution-part1_dense",
    "template-part1_dense",
    "combined-all-three-one-variable",
    "conv--kernel-3--024",
    "denoising--noise-not-on-test--047",
    "denoising--outputs-of-another-model--006",
    "dense--bottleneck-missing--045",
    "dense--crash-before-pictures--031",
    "dense-001-sequential-one-fit",
    "dense-hand-own_class",
)

# A few attacks of `corpora.attacks`, by name.
ATTACKED = ("one-batch-of-one-image",)

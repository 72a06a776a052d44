"""The corpora of the parts beyond the core: a new part is a folder here and a line in CORPORA."""

from __future__ import annotations

from corpora import decoders, gan, generation, latent, vae
from corpora.corpus import Corpus

CORPORA: tuple[Corpus, ...] = (
    decoders.CORPUS,
    latent.CORPUS,
    generation.CORPUS,
    vae.CORPUS,
    gan.CORPUS,
)

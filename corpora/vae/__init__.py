"""The part of a variational autoencoder: honest notebooks, each as its student wrote it."""

from __future__ import annotations

from pathlib import Path

from corpora.corpus import Corpus
from corpora.vae.defects import DEFECTS, TOGETHER

# name -> model, training, plot, pictures, points, grid
STYLES: dict[str, tuple[str, ...]] = {
    "plain": ("functional, KL in a layer", "callback", "two curves", "grid", "colour bar", "one page"),
    "keras_io": ("train_step, no call", "drawn in a callback", "three losses", "rows", "colour bar", "point by point"),
    "own_class": ("own class, KL in call", "four fits", "two axes", "strips", "lines of dots", "30 of 225"),
    "lambda_and_loss_layer": ("Lambda, loss in a layer", "no target", "one call", "one sheet", "files", "eager"),
    "on_batches": ("functional", "train_on_batch", "loss and error", "drawn in the loop", "colours", "strips"),
    "tf_data": ("train_step beside call", "tf.data", "logarithmic", "inverted bytes", "half of them", "matshow"),
    "one_cell": ("noise layer", "fits of one epoch", "pairs", "colour map", "a scatter a class", "swapped axes"),
    "japanese": ("names in Japanese", "150 epochs", "no title of its own", "inverted", "jet", "from the top"),
}  # fmt: skip
CORPUS = Corpus(
    part="vae",
    folder=Path(__file__).parent,
    styles=STYLES,
    defects=DEFECTS,
    together=TOGETHER,
    beside_core="keras_io",
)

"""The part of two networks against each other: honest notebooks, each as its student wrote it."""

from __future__ import annotations

from pathlib import Path

from corpora.corpus import Corpus
from corpora.gan.defects import DEFECTS, TOGETHER

# name -> models, training, plot, samples, how measures are shown
STYLES: dict[str, tuple[str, ...]] = {
    "plain": ("lists of layers, logits", "one persistent tape", "one axes", "subplots afterwards", "a sentence"),
    "keras_io": ("as in Keras' example", "tf.data, labels with noise", "a loop", "drawn in the callback", "a tuple"),
    "on_batches": ("add, a model of both", "train_on_batch, drawn with replacement", "last of each epoch", "files", "two lines"),
    "german": ("functional, names in German", "no compile of its own", "logarithmic", "one figure, inverted", "a dictionary"),
    "own_classes": ("own classes", "compiled update, tf.data", "pandas", "stitched pages", "a table"),
    "tanh": ("one function, from -1 to 1", "four fits", "two axes", "16 a row", "all four"),
    "by_steps": ("short names, logits", "train_on_batch, real and made apart", "by step", "strips", "per cent"),
    "one_cell": ("nested blocks", "images of 28 x 28", "two axes, legends", "sheets with seams", "own measure"),
    "with_cells_between": ("functions, a classifier beside", "labels ignored", "an accuracy too", "bytes", "an array"),
}  # fmt: skip
CORPUS = Corpus(
    part="gan",
    folder=Path(__file__).parent,
    styles=STYLES,
    defects=DEFECTS,
    together=TOGETHER,
    beside_core="keras_io",
)

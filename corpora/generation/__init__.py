"""The part of images that nobody drew: honest notebooks, each as its student wrote it."""

from __future__ import annotations

from pathlib import Path

from corpora.corpus import Corpus
from corpora.generation.defects import DEFECTS, TOGETHER

# name -> model, training, file, figures, better codes, how measures are shown
STYLES: dict[str, tuple[str, ...]] = {
    "plain": ("shared lists of layers", "fit", "keras", "a row", "kernel density", "table"),
    "functional": ("functional, layers by number", "fit", "h5", "subplots", "mixture", "sentences"),
    "own_class": (
        "own class",
        "tf.data",
        "weights alone",
        "stitched strip and grid",
        "ten normals",
        "Markdown",
    ),
    "one_chain": (
        "activations apart",
        "20 fits",
        "saving.load_model",
        "one call each, inverted",
        "moved",
        "%",
    ),
    "functions": (
        "a model of two, images in",
        "validation_split",
        "keras",
        "colour map",
        "PCA, mixture",
        "lists",
    ),
    "copied_weights": (
        "weights copied",
        "early stopping",
        "keras",
        "seams, matshow",
        "between codes",
        "styled",
    ),
    "own_measure": ("ReLU apart", "two stages", "h5", "axes by hand", "stretched codes", "own measure"),
    "with_variants": ("functions", "three models", "keras", "helpers", "kernel density", "table of four"),
}
CORPUS = Corpus(
    part="generation",
    folder=Path(__file__).parent,
    styles=STYLES,
    defects=DEFECTS,
    together=TOGETHER,
    beside_core="with_variants",
)

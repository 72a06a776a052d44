"""The part of a code of two numbers: honest notebooks, each as its student wrote it."""

from __future__ import annotations

from pathlib import Path

from corpora.corpus import Corpus
from corpora.latent.defects import DEFECTS, TOGETHER

# name -> model, training, points, pictures, loading style
STYLES: dict[str, tuple[str, ...]] = {
    "plain": ("two models in a third", "fit", "colour bar", "grid", "keras"),
    "functional": (
        "functional, reshape inside",
        "validation_split",
        "a call per class",
        "helpers",
        "helpers",
    ),
    "one_chain": ("add, pieces by name", "two stages", "lines of dots, side by side", "stitched", "tf.keras"),
    "own_class": ("own class", "tf.data", "seaborn", "subplot", "keras, rows added"),
    "random_part": ("functional, LeakyReLU", "loop of fits", "pandas, 4,000 at random", "one each", "keras"),
    "by_class": (
        "shared lists of layers",
        "own callback",
        "ten predictions, axes swapped",
        "columns",
        "50,000",
    ),
    "legend_elements": ("two functions", "15 epochs, early stopping", "first 3,000", "inverted", "float32"),
    "with_variational": (
        "functions",
        "a variational one besides",
        "three planes at the end",
        "mesh",
        "keras, scaled",
    ),
}
CORPUS = Corpus(
    part="latent",
    folder=Path(__file__).parent,
    styles=STYLES,
    defects=DEFECTS,
    together=TOGETHER,
    beside_core="with_variational",
)

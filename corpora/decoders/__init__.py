"""The part of three decoders: honest notebooks, each as its student wrote it."""

from __future__ import annotations

from pathlib import Path

from corpora.corpus import Corpus
from corpora.decoders.defects import DEFECTS, TOGETHER

# name -> model, training, plot, pictures, loading style
STYLES: dict[str, tuple[str, ...]] = {
    "plain": ("sequential", "fit", "three figures", "grid", "last 12,000"),
    "functional": ("functional, flatten inside", "loop over models", "one axes", "grid", "validation_split"),
    "classes": ("own classes", "function", "figure per model", "subplot", "weights set by numpy"),
    "tf_data": ("activations apart", "tf.data", "three axes, logarithmic", "strips", "one list of models"),
    "in_steps": (
        "one function",
        "fits of one epoch, own loss",
        "lists",
        "inverted, 0 to 255",
        "all trained first",
    ),
    "with_experiments": (
        "one function",
        "further models with other rates",
        "three axes",
        "grid",
        "one more picture",
    ),
    "two_models_each": (
        "encoder and decoder apart",
        "nadam",
        "figure per model",
        "subplot",
        "validation_split",
    ),
    "shuffled_split": ("add", "25 epochs, early stopping", "pandas", "column by column", "shuffled split"),
}
CORPUS = Corpus(
    part="decoders",
    folder=Path(__file__).parent,
    styles=STYLES,
    defects=DEFECTS,
    together=TOGETHER,
    beside_core="with_experiments",
)

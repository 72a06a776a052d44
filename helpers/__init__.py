"""What the notebooks import: data, noise, figures and a progress bar. Read any of these files top to bottom."""

from helpers.data import load_fashion_mnist, load_mnist

__all__ = ["load_fashion_mnist", "load_mnist"]

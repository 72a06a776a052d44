"""What the notebooks import: data, noise, figures and a progress bar. Read any of these files top to bottom."""

from helpers.data import load_fashion_mnist, load_mnist
from helpers.noise import add_gaussian_noise
from helpers.plots import plot_loss, show_images
from helpers.progress import training_bar

__all__ = [
    "add_gaussian_noise",
    "load_fashion_mnist",
    "load_mnist",
    "plot_loss",
    "show_images",
    "training_bar",
]

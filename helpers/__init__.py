"""What the notebooks import: data, noise, figures and a progress bar. Read any of these files top to bottom."""

from helpers.data import load_fashion_mnist, load_mnist
from helpers.drawing import draw_autoencoder
from helpers.layers import show_layers
from helpers.noise import add_gaussian_noise
from helpers.plots import plot_loss, show_images
from helpers.progress import training_bar

__all__ = [
    "add_gaussian_noise",
    "draw_autoencoder",
    "load_fashion_mnist",
    "load_mnist",
    "plot_loss",
    "show_images",
    "show_layers",
    "training_bar",
]

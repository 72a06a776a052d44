"""Run autoencoder notebooks headlessly and judge what they did, whatever their variables are called."""

__version__ = "1.0.0"

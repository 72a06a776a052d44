"""Answers the data set loaders of Keras and scikit-learn from the course's own files; the box has no network.

The folder named by AUTOENCODERS_DATA holds `mnist/` and `fashion_mnist/` with the four raw idx files each. Where
they are not there, or for any other data set, the libraries do what they always do.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from ..hooking.patching import Wrapper
from ..recording import Recording
from .openml import served_openml

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


class DataServer:
    """The course's data sets, read from disk as often as they are asked for, and the events that tell so."""

    def __init__(self, rec: Recording) -> None:
        self._rec = rec
        self._archive: Path | None = None

    def read(self, name: str) -> Arrays | None:
        """(train images, train labels, test images, test labels) as uint8, or None when the files are not there."""
        root = os.environ.get("AUTOENCODERS_DATA")
        folder = Path(root) / name if root else None
        if folder is None or not all((folder / file).is_file() for file in FILES):
            return None
        try:
            x_train, y_train, x_test, y_test = (read_idx(folder / file) for file in FILES)
        except (OSError, ValueError):
            return None
        return x_train, y_train, x_test, y_test

    def served(self, name: str, api: str) -> None:
        """Write down that a loader was answered."""
        with self._rec.guard("data", "data set served"):
            self._rec.journal.event("dataset", name=name, api=api)

    def mnist_archive(self) -> Path | None:
        """A real `mnist.npz` in a temporary folder, made when first asked for."""
        if self._archive is None:
            arrays = self.read("mnist")
            if arrays is None:
                return None
            path = Path(tempfile.mkdtemp(prefix="mnist-")) / "mnist.npz"
            x_train, y_train, x_test, y_test = arrays
            np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
            self._archive = path
        return self._archive


def read_idx(path: Path) -> np.ndarray:
    """One idx file of unsigned bytes as a writable array of its own shape.

    Raises:
        ValueError: it is no idx file of unsigned bytes, or its length is not what its header says.
    """
    content = path.read_bytes()
    if len(content) < 4 or content[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path.name} is no idx file of unsigned bytes")
    dimensions = content[3]
    header = 4 + 4 * dimensions
    shape = tuple(int(size) for size in np.frombuffer(content, ">i4", dimensions, 4))
    numbers: np.ndarray = np.frombuffer(content, np.uint8, offset=header).reshape(shape)
    writable: np.ndarray = numbers.copy()
    return writable


def keras_loader(server: DataServer, name: str) -> Wrapper:
    """Stands in for `load_data` of one data set of Keras."""

    def wrapper(original: Any, *args: Any, **kwargs: Any) -> Any:
        arrays = server.read(name)
        if arrays is None:
            return original(*args, **kwargs)
        server.served(name, "keras")
        x_train, y_train, x_test, y_test = arrays
        return (x_train, y_train), (x_test, y_test)

    return wrapper


def get_file(server: DataServer) -> Wrapper:
    """Stands in for Keras' `get_file`: `mnist.npz` is the course's."""

    def wrapper(original: Any, fname: Any = None, origin: Any = None, *args: Any, **kwargs: Any) -> Any:
        asked = {str(value).rsplit("/", 1)[-1] for value in (fname, origin) if value}
        path = server.mnist_archive() if "mnist.npz" in asked else None
        if path is None:
            return original(fname, origin, *args, **kwargs)
        server.served("mnist", "get_file")
        return str(path)

    return wrapper


def fetch_openml(server: DataServer) -> Wrapper:
    """Stands in for scikit-learn's `fetch_openml`."""

    def wrapper(original: Any, *args: Any, **kwargs: Any) -> Any:
        answer = served_openml(server, original, args, kwargs)
        return original(*args, **kwargs) if answer is None else answer

    return wrapper

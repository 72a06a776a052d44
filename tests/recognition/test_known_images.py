"""Recognising rows as known images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.recognition.known_images import from_folder, read_classes, read_idx
from tests.evidence.builder import grey, known_images, noisy

KNOWN = known_images()
PLACES = np.array([0, 5, 17, 200, 299, 300, 305, 359])


def rows() -> np.ndarray:
    """Some training and test images as grey rows."""
    return KNOWN.images(PLACES)


@pytest.mark.parametrize(
    "scale",
    [
        lambda x: x,
        lambda x: x.astype(np.float32),
        lambda x: x.astype(np.float16),
        lambda x: np.rint(x * 255).astype(np.uint8),
        lambda x: (x * 2 - 1).astype(np.float32),
        lambda x: ((x - 0.1307) / 0.3081).astype(np.float32),
        lambda x: x / x.max(axis=1, keepdims=True),
        lambda x: x.reshape(-1, 28, 28, 1),
    ],
    ids=["double", "single", "half", "bytes", "-1 to 1", "standardised", "each by itself", "as images"],
)
def test_rows_are_found_in_any_grey_scale(scale) -> None:
    """An image is known by its pixels, whatever numbers stand for black and white."""
    assert KNOWN.find(scale(rows())).tolist() == PLACES.tolist()


def test_other_rows_are_not_found() -> None:
    """Noisy, mixed, constant and non-finite rows are no known image."""
    clean = rows()
    others = [noisy(clean), (clean + clean[::-1]) / 2, np.zeros_like(clean), np.full_like(clean, np.nan)]

    assert all((KNOWN.find(other) == -1).all() for other in others)


def test_rows_of_another_size_are_not_found() -> None:
    """Rows with another number of values are no image."""
    assert (KNOWN.find(np.zeros((3, 100))) == -1).all()


def test_nearest_training_image_is_found_beneath_noise() -> None:
    """A noisy row leads back to the training image beneath it."""
    clean = KNOWN.images(np.arange(16))

    assert (KNOWN.nearest_train(noisy(clean)) == np.arange(16)).mean() >= 0.9


def test_sets_are_the_first_images() -> None:
    """Replay is asked about the first images of each half, as float32 from 0 to 1."""
    sets = KNOWN.sets()

    assert sets["mnist:test"].dtype == np.float32
    assert np.array_equal(sets["mnist:test"].reshape(16, -1), grey(KNOWN.test[:16]))


def idx(path: Path, magic: int, values: np.ndarray) -> None:
    """Write an idx file."""
    path.write_bytes(np.array([magic, *values.shape], ">i4").tobytes() + values.tobytes())


def test_a_folder_of_idx_files_gives_images_with_their_classes(tmp_path: Path) -> None:
    """Training images first, test images after them, each with its own label."""
    for half, images, classes in (
        ("train", KNOWN.train, KNOWN.train_classes),
        ("t10k", KNOWN.test, KNOWN.test_classes),
    ):
        idx(tmp_path / f"{half}-images-idx3-ubyte", 2051, images)
        idx(tmp_path / f"{half}-labels-idx1-ubyte", 2049, classes)
    known = from_folder("mnist", tmp_path)

    assert known.find(rows()).tolist() == PLACES.tolist()
    split = known.train_count
    assert known.classes(np.array([0, 7])).tolist() == KNOWN.train_classes[[0, 7]].tolist()
    assert known.classes(np.array([split, split + 5])).tolist() == KNOWN.test_classes[[0, 5]].tolist()


def test_files_of_another_kind_are_refused(tmp_path: Path) -> None:
    """Labels where images should be, and the other way round."""
    idx(tmp_path / "a", 2049, KNOWN.test_classes)
    idx(tmp_path / "b", 2051, KNOWN.test)

    with pytest.raises(ValueError, match="a is not an idx file of images"):
        read_idx(tmp_path / "a")
    with pytest.raises(ValueError, match="b is not an idx file of labels"):
        read_classes(tmp_path / "b")

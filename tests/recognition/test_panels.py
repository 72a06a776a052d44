"""Cutting drawn pictures into panels."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.recognition.panels import grey, shrunk, tiles

IMAGES = np.random.default_rng(0).random((6, 28, 28))


def grid(
    images: np.ndarray, rows: int, columns: int, seam: int = 0, margin: int = 0, fill: float = 1.0
) -> np.ndarray:
    """Images stitched to one picture."""
    height = rows * 28 + (rows - 1) * seam + 2 * margin
    width = columns * 28 + (columns - 1) * seam + 2 * margin
    picture = np.full((height, width), fill)
    for place, image in enumerate(images):
        top = margin + (place // columns) * (28 + seam)
        left = margin + (place % columns) * (28 + seam)
        picture[top : top + 28, left : left + 28] = image
    return picture


def cut(picture: np.ndarray) -> list[np.ndarray]:
    """The tiles of the first reading."""
    return [values for reading, _, _, values in tiles(picture, (28, 28)) if reading == 0]


@pytest.mark.parametrize(
    ("rows", "columns", "seam", "margin"),
    [
        (1, 6, 0, 0),
        (6, 1, 0, 0),
        (2, 3, 0, 0),
        (2, 3, 2, 0),
        (2, 3, 2, 2),
        (1, 6, 5, 0),
        (3, 2, 1, 1),
        (2, 3, 2, 1),
    ],
)
def test_stitched_pictures_are_cut_where_they_were_stitched(
    rows: int, columns: int, seam: int, margin: int
) -> None:
    """Strips, stacks and grids, with or without constant seams, give back their images."""
    found = cut(grid(IMAGES, rows, columns, seam, margin))

    assert len(found) == 6 and all(np.array_equal(a, b) for a, b in zip(found, IMAGES, strict=True))


def test_seam_that_is_not_constant_is_no_seam() -> None:
    """A picture that only happens to have the size of a stitched one is not cut."""
    picture = np.random.default_rng(1).random((28, 28 * 2 + 3))

    assert tiles(picture, (28, 28)) == []


def test_colour_channels_that_are_equal_are_grey() -> None:
    """RGB and RGBA of equal channels read as the grey image."""
    image = IMAGES[0]
    rgb = np.stack([image] * 3, axis=2)
    rgba = np.concatenate([rgb, np.ones((28, 28, 1))], axis=2)

    assert all(np.array_equal(grey(each).values, image) for each in (image, image[..., None], rgb, rgba))


def test_other_pictures_are_no_panels() -> None:
    """Real colours, non-finite numbers, empty arrays and volumes show no image."""
    colours = np.random.default_rng(2).random((28, 28, 3))

    assert all(
        grey(each) is None
        for each in (colours, np.full((28, 28), np.nan), np.empty((0, 3)), np.zeros(4), None)
    )


def test_step_of_a_picture_is_told_from_its_numbers() -> None:
    """Bytes, whole floats and bytes scaled to 1 have a step; other floats have none."""
    bytes_ = np.rint(IMAGES[0] * 255)
    steps = [grey(each).quantum for each in (bytes_.astype(np.uint8), bytes_, bytes_ / 255, IMAGES[0])]

    assert steps == [1.0, 1.0, 1 / 255, 0.0]


@pytest.mark.parametrize("factor", [2, 3, 10])
def test_an_enlarged_picture_is_also_the_small_one(factor: int) -> None:
    """Every pixel repeated into a square, of one image or of a sheet; nothing else is made smaller."""
    for picture in (IMAGES[0], grid(IMAGES, 2, 3)):
        panel = grey(np.kron(picture, np.ones((factor, factor))))
        small = shrunk(panel) if panel else None
        assert small is not None and np.array_equal(small.values, picture)
    plain, black = grey(IMAGES[0]), grey(np.zeros((56, 56)))
    assert plain is not None and black is not None and shrunk(plain) is None and shrunk(black) is None

"""Arrays that were put away are smaller, and the same to the last bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.evidence import arrays
from autograder.evidence.arrays import BrokenArray, numbers_in_row, read_npy
from autograder.evidence.packed import put_away

RANDOM = np.random.default_rng(0)
KINDS = {
    "made images": RANDOM.normal(0.5, 0.1, (256, 784)).astype("float32"),
    "images": np.where(RANDOM.random((100, 784)) < 0.2, RANDOM.random((100, 784)), 0).astype("float32"),
    "halves": RANDOM.random((7, 5)).astype("float16"),
    "doubles": np.asfortranarray(RANDOM.random((5, 7))),
    "bytes": RANDOM.integers(0, 255, (9, 9)).astype("uint8"),
    "truths": RANDOM.random((9, 9)) < 0.5,
    "big end first": RANDOM.random((5, 7)).astype(">f4"),
    "one number": np.float32(3),
    "no rows": np.zeros((0, 784), "float32"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_array_comes_back_as_it_was(tmp_path: Path, kind: str) -> None:
    """Numbers, type, shape, and what its header says."""
    array = KINDS[kind]
    path = tmp_path / "arrays/00001.npy"
    path.parent.mkdir()
    np.save(path, array)
    before, row = read_npy(path), numbers_in_row(path)
    put_away(tmp_path)
    after = read_npy(path)
    assert not path.exists()
    assert (after.dtype, after.shape, after.tobytes()) == (before.dtype, before.shape, before.tobytes())
    assert numbers_in_row(path) == row


def test_evidence_that_was_put_away_takes_less_room(tmp_path: Path) -> None:
    """Images take a fraction, the noise of made ones is bounded by its lowest bytes; what is returned is what lies there."""
    (tmp_path / "replay").mkdir()
    for number, kind in enumerate(("made images", "images")):
        np.save(tmp_path / f"replay/{number:05d}.npy", KINDS[kind])
    before = {path.name[:5]: path.stat().st_size for path in (tmp_path / "replay").iterdir()}
    total = put_away(tmp_path)
    after = {path.name[:5]: path.stat().st_size for path in (tmp_path / "replay").iterdir()}
    assert after["00000"] < 0.9 * before["00000"] and after["00001"] < 0.5 * before["00001"]
    assert total == sum(after.values())


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY\x01\x00\xff\xff", bytes(300)])
def test_what_is_no_array_stays_no_array(tmp_path: Path, content: bytes) -> None:
    """Whatever a run left is put away, and broken before and after."""
    path = tmp_path / "arrays/00001.npy"
    path.parent.mkdir()
    path.write_bytes(content)
    put_away(tmp_path)
    with pytest.raises(BrokenArray):
        read_npy(path)


@pytest.mark.parametrize("way", [".npy.gz", ".planes.gz"])
def test_a_damaged_or_swollen_array_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Unpacking is bounded before anything is allocated."""
    path = tmp_path / "arrays/00001.npy"
    path.parent.mkdir()
    np.save(path, KINDS["made images"])
    put_away(tmp_path)
    (packed,) = path.parent.iterdir()
    packed = packed.rename(path.with_name("00001" + way))
    with monkeypatch.context() as patch:
        patch.setattr(arrays, "MAX_FILE_BYTES", 10_000)
        with pytest.raises(BrokenArray):
            read_npy(path)
    packed.write_bytes(packed.read_bytes()[:-2000])
    with pytest.raises(BrokenArray):
        read_npy(path)

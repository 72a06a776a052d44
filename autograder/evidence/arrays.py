"""Reading the `.npy` files of a hostile folder: bounded before anything is allocated, never unpickled.

A run's folder was writable by a submission, so each file is opened without following links, must be a
regular file with one name and a sane size, and its header must describe exactly the bytes that follow.
Whatever breaks a rule is no evidence: `BrokenArray`.
"""

from __future__ import annotations

import io
import math
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from autograder.files import UnsafeFile, opened_unfollowed, read_regular

from .packed import put_away_bytes

MAX_FILE_BYTES = 64 * 2**20  # of one array
MAX_HEADER_BYTES = 2000  # of a .npy file; NumPy writes 128
MAX_RANK = 8  # axes of one array
KINDS = "fiub"


class BrokenArray(Exception):
    """A file that is not a plain, complete array of numbers."""


# A class's arrays share few headers, and reading one takes longer than comparing its numbers.
@lru_cache(maxsize=4096)
def _header(start: bytes) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Shape, order and type of plain numbers that a header states; raises `BrokenArray` when it states none."""
    file = io.BytesIO(start)
    version = npy.read_magic(file)
    if version == (1, 0):
        shape, fortran, dtype = npy.read_array_header_1_0(file, max_header_size=MAX_HEADER_BYTES)
    elif version == (2, 0):
        shape, fortran, dtype = npy.read_array_header_2_0(file, max_header_size=MAX_HEADER_BYTES)
    else:
        raise BrokenArray("unknown version of the array format")
    if dtype.hasobject or dtype.subdtype is not None or dtype.kind not in KINDS or dtype.itemsize > 8:
        raise BrokenArray("the array does not hold plain numbers")
    if len(shape) > MAX_RANK or any(not isinstance(n, int) or n < 0 for n in shape):
        raise BrokenArray("the array has an impossible shape")
    return shape, fortran, dtype


def _header_end(data: bytes) -> int:
    """Where the header of a file ends, by the length that it states."""
    wide = data[6:7] == b"\x02"
    return (12 if wide else 10) + int.from_bytes(data[8 : 12 if wide else 10], "little")


def parse_npy(data: bytes) -> np.ndarray:
    """Return the array in `data`, read-only, of a float (16 to 64 bit), integer or bool type.

    Raises:
        BrokenArray: the header and the bytes do not describe one plain array of numbers.
    """
    start = _header_end(data)
    try:
        shape, fortran, dtype = _header(data[: min(start, 2 * MAX_HEADER_BYTES)])
    except BrokenArray:
        raise
    except Exception as error:  # the header is hostile text: numpy may raise nearly anything here
        raise BrokenArray("the array's header cannot be read") from error
    if math.prod(shape) * dtype.itemsize != len(data) - start:
        raise BrokenArray("the array's header and its bytes disagree")
    flat = np.frombuffer(data, dtype=dtype, offset=start)
    array = flat.reshape(shape, order="F" if fortran else "C")
    array.flags.writeable = False
    return array


def numbers_in_row(path: Path | str) -> int:
    """How many numbers a row of the array at `path` has, by its header alone; 0 where it is no rows of numbers.

    Whoever needs the numbers themselves reads them with `read_npy`, which believes no header.
    """
    try:
        try:
            with open(path, "rb", opener=opened_unfollowed) as file:
                start = file.read(MAX_HEADER_BYTES)
        except FileNotFoundError:
            start = put_away_bytes(path, MAX_FILE_BYTES)[:MAX_HEADER_BYTES]
        shape, _, _ = _header(start[: _header_end(start)])
    except Exception:  # as in parse_npy; the file may be anything
        return 0
    return math.prod(shape[1:]) if shape else 0


def read_npy(path: Path | str) -> np.ndarray:
    """Return the array stored at `path`, also where it was put away compressed.

    Raises:
        BrokenArray: missing, unsafe or malformed; the three mean the same to a judge: no evidence.
    """
    try:
        try:
            data = read_regular(path, MAX_FILE_BYTES)
        except FileNotFoundError:
            data = put_away_bytes(path, MAX_FILE_BYTES)
        return parse_npy(data)
    except (FileNotFoundError, UnsafeFile, ValueError) as error:
        raise BrokenArray(str(error)) from error

"""Reading the `.npy` files of a hostile folder: bounded before anything is allocated, never unpickled.

A run's folder was writable by a submission, so each file is opened without following links, must be a
regular file with one name and a sane size, and its header must describe exactly the bytes that follow.
Whatever breaks a rule is no evidence: `BrokenArray`.
"""

from __future__ import annotations

import io
import math
import os
import stat
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

MAX_FILE_BYTES = 64 * 2**20
MAX_HEADER_BYTES = 2000
MAX_RANK = 8
KINDS = "fiub"


class BrokenArray(Exception):
    """A file that is not a plain, complete array of numbers."""


class UnsafeFile(Exception):
    """Something that is not one regular file of a bearable size."""


def read_regular(path: Path, max_bytes: int) -> bytes:
    """Return the bytes of one regular file.

    Raises:
        FileNotFoundError: nothing lies there.
        UnsafeFile: a link, a pipe, a device, a file with several names, or one larger than `max_bytes`.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    if path.is_symlink():  # platforms without O_NOFOLLOW
        raise UnsafeFile(f"{path.name} is a link")
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UnsafeFile(f"{path.name} cannot be opened") from error
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            raise UnsafeFile(f"{path.name} is not one regular file")
        if found.st_size > max_bytes:
            raise UnsafeFile(f"{path.name} is larger than {max_bytes} bytes")
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise UnsafeFile(f"{path.name} is larger than {max_bytes} bytes")
    return data


def _header(file: io.BytesIO) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = npy.read_magic(file)
    if version == (1, 0):
        return npy.read_array_header_1_0(file, max_header_size=MAX_HEADER_BYTES)
    if version == (2, 0):
        return npy.read_array_header_2_0(file, max_header_size=MAX_HEADER_BYTES)
    raise BrokenArray("unknown version of the array format")


def parse_npy(data: bytes) -> np.ndarray:
    """Return the array in `data`, read-only, of a float (16 to 64 bit), integer or bool type.

    Raises:
        BrokenArray: the header and the bytes do not describe one plain array of numbers.
    """
    file = io.BytesIO(data)
    try:
        shape, fortran, dtype = _header(file)
    except BrokenArray:
        raise
    except Exception as error:  # the header is hostile text: numpy may raise nearly anything here
        raise BrokenArray("the array's header cannot be read") from error
    if dtype.hasobject or dtype.subdtype is not None or dtype.kind not in KINDS or dtype.itemsize > 8:
        raise BrokenArray("the array does not hold plain numbers")
    if len(shape) > MAX_RANK or any(not isinstance(n, int) or n < 0 for n in shape):
        raise BrokenArray("the array has an impossible shape")
    start = file.tell()
    if math.prod(shape) * dtype.itemsize != len(data) - start:
        raise BrokenArray("the array's header and its bytes disagree")
    flat = np.frombuffer(data, dtype=dtype, offset=start)
    array = flat.reshape(shape, order="F" if fortran else "C")
    array.flags.writeable = False
    return array


def read_npy(path: Path) -> np.ndarray:
    """Return the array stored at `path`.

    Raises:
        BrokenArray: missing, unsafe or malformed; the three mean the same to a judge: no evidence.
    """
    try:
        return parse_npy(read_regular(path, MAX_FILE_BYTES))
    except (FileNotFoundError, UnsafeFile) as error:
        raise BrokenArray(str(error)) from error

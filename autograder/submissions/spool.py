"""Folders for what was unpacked, which live as long as this process."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path


def new_folder() -> Path:
    """The path of a folder that does not exist yet; it is deleted with what is in it when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="handed-in-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / "unpacked"

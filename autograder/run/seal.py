"""Taking the evidence out of a folder that a submission could write to, once its kernel has ended."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

_ARRAY = re.compile(r"[0-9]{5}\.npy")
MAX_ARRAYS = 20_000  # as many as the recorder writes at most
MAX_TOTAL_BYTES = 2 * 2**30  # twice what fits into a box's evidence folder


def seal(source: Path, target: Path) -> None:
    """Move `events.jsonl` and `arrays/NNNNN.npy` from `source` to the new folder `target`; the rest stays behind.

    Only regular files with one name move, by renaming: no link is followed and nothing is read. A forged
    `replay.json` stays behind too. Both folders lie on one file system; `source` belongs to a kernel that has ended.
    """
    arrays = target / "arrays"
    arrays.mkdir(parents=True)
    left = MAX_TOTAL_BYTES
    left -= _move(source / "events.jsonl", target / "events.jsonl", left)
    folder = source / "arrays"
    if folder.is_symlink() or not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if _ARRAY.fullmatch(entry.name))
    for name in names[:MAX_ARRAYS]:
        left -= _move(folder / name, arrays / name, left)


def _move(source: Path, target: Path, most_bytes: int) -> int:
    """Rename one file when it is plain and fits; the bytes moved."""
    try:
        found = source.lstat()
    except OSError:
        return 0
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1 or found.st_size > most_bytes:
        return 0
    source.replace(target)
    return found.st_size

"""The output folder belongs to one living process at a time, on whatever machine the last one ended and however."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from filelock import BaseFileLock

from autograder.errors import HarnessFault, OutputRefused
from autograder.gradebook.store import HOLDER, LOCK, Preview, Store

HOLD = """
import sys, time
from pathlib import Path
from autograder.gradebook.store import Store
with Store(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_two_living_gradings_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second one is refused with a sentence that names the first; afterwards the folder is free."""
    refused = pytest.raises(OutputRefused, match=f"in use by another grading .process {os.getpid()} on ")
    with Store(tmp_path), refused, Store(tmp_path):
        pass
    with Store(tmp_path):
        pass
    assert not (tmp_path / HOLDER).exists()


def test_another_process_is_refused_only_until_it_is_killed(tmp_path: Path) -> None:
    """SIGKILL leaves a lock file and a holder's name behind, and the folder usable at once."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    with pytest.raises(OutputRefused, match=f"process {holder.pid} on "):
        Store(tmp_path).__enter__()
    holder.kill()
    holder.wait()
    assert (tmp_path / LOCK).exists() and (tmp_path / HOLDER).exists()
    with Store(tmp_path):
        assert str(os.getpid()) in (tmp_path / HOLDER).read_text()


def test_what_an_ended_container_left_behind_holds_nothing(tmp_path: Path) -> None:
    """A lock file that names a process of another host, as earlier versions wrote it, is no lock."""
    with Store(tmp_path):
        pass
    (tmp_path / LOCK).write_text('{"pid": 1, "started": 1.5, "host": "3f2a9c1b7d40"}')
    with Store(tmp_path):
        pass


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Network file systems without locks: one sentence, and where to grade instead; never a lock that is none."""

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(HarnessFault, match=r"cannot lock files.*local disk"):
        Store(tmp_path).__enter__()


def test_a_lock_that_is_only_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library warns that it goes on without the system's lock, the grading does not."""

    def soft(*_: object, **__: object) -> None:
        warnings.warn("flock not supported on this filesystem, falling back to SoftFileLock", stacklevel=2)

    monkeypatch.setattr(BaseFileLock, "acquire", soft)
    with pytest.raises(HarnessFault, match="cannot lock files"):
        Store(tmp_path).__enter__()


def test_a_folder_that_is_only_looked_at_loses_nobody(tmp_path: Path) -> None:
    """A preview takes nobody out of the class; the grading itself moves the record away."""
    with Store(tmp_path) as store:
        folder = store.folder("ann")
    folder.mkdir(parents=True)
    with Preview(tmp_path) as preview:
        preview.withdraw(["ann"])
    assert folder.is_dir()
    with Store(tmp_path) as store:
        store.withdraw(["ann"])
    assert not folder.exists() and (tmp_path / "withdrawn" / folder.name).is_dir()

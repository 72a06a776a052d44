"""The output folder: whose it is, who is using it, and one record a submission that is whole or not there."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from autograder.errors import HarnessFault, OutputRefused
from autograder.files import folder_name
from autograder.records import SubmissionGrade
from autograder.text import one_line

from . import history
from .records_json import RECORD_FILE, GradeRecord, record_from_bytes, record_to_bytes

MARKER = ".autograder"
LOCK = (
    ".lock"  # held by the operating system for the process that grades; the empty file itself means nothing
)
HOLDER = ".holder"  # who grades, in words, for the sentence that refuses a second grading
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}  # what network file systems without locks answer
FLAGS = ".flags.json"
STAGING = ".work"
WITHDRAWN = "withdrawn"  # records of submissions that are no longer in the class
FREE = "Free some space, then give the same command again."
Settle = Callable[[SubmissionGrade, SubmissionGrade], SubmissionGrade]


class Store:
    """An output folder that this process holds. Use as a context manager; the folder is free again afterwards.

    `settle` decides between a submission's kept grade and its new one; the new one counts when it is left out.
    """

    def __init__(self, out: Path, settle: Settle | None = None) -> None:
        self._out, self._settle = out, settle

    def __enter__(self) -> Store:
        """Take the folder. Raises `OutputRefused` (not ours, in use) and `HarnessFault` (cannot be written)."""
        try:
            _claim(self._out)
            self._lock = _lock(self._out)
            shutil.rmtree(self._out / STAGING, ignore_errors=True)
            (self._out / STAGING).mkdir()
        except OSError as error:
            raise HarnessFault(
                f"The output folder {self._out} cannot be written: {error.strerror}.",
                "Free some space or choose another --out.",
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Give the folder back."""
        shutil.rmtree(self._out / STAGING, ignore_errors=True)
        (self._out / HOLDER).unlink(missing_ok=True)
        self._lock.release()

    def staging(self) -> Path:
        """A new folder, on the same file system, that a worker may write into. Raises `HarnessFault`."""
        try:
            return Path(tempfile.mkdtemp(dir=self._out / STAGING))
        except OSError as error:
            raise HarnessFault(f"{self._out} cannot be written: {error.strerror}.", FREE) from error

    def load(self, submission_id: str) -> GradeRecord | None:
        """The record of a submission; None when there is none, or a damaged one."""
        try:
            return record_from_bytes((self.folder(submission_id) / RECORD_FILE).read_bytes())
        except (OSError, ValueError):
            return None

    def flags(self) -> dict[str, tuple[str, ...]]:
        """Flags of intake by submission: they depend on the whole class, so no record holds them."""
        try:
            flags = json.loads((self._out / FLAGS).read_text(encoding="utf-8"))
            return {str(submission): tuple(map(str, names)) for submission, names in flags.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}

    def note_flags(self, flags: dict[str, tuple[str, ...]]) -> None:
        """Keep the flags of these submissions; those of others stay. Raises `HarnessFault` when the disk refuses."""
        before = self.flags()
        after = {submission: names for submission, names in (before | flags).items() if names}
        if after == before:
            return
        staged = self.staging() / FLAGS
        try:
            staged.write_text(json.dumps(after, sort_keys=True, indent=1) + "\n", encoding="utf-8")
            staged.replace(self._out / FLAGS)
        except OSError as error:
            raise HarnessFault(f"{self._out / FLAGS} could not be written: {error.strerror}.") from error

    def ids(self) -> list[str]:
        """Ids of all submissions with a record, sorted."""
        ids = []
        for path in (self._out / "submissions").glob(f"*/{RECORD_FILE}"):
            try:
                ids.append(str(json.loads(path.read_text(encoding="utf-8"))["grade"]["id"]))
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue
        return sorted(ids)

    def withdraw(self, submission_ids: list[str]) -> None:
        """Take submissions out of the class: their records move to the folder `withdrawn`. Raises `HarnessFault`."""
        try:
            for submission_id in submission_ids:
                folder = self.folder(submission_id)
                away = self._out / WITHDRAWN / folder.name
                away.parent.mkdir(exist_ok=True)
                _replace_folder(folder, away)
        except OSError as error:
            raise HarnessFault(f"{self._out} cannot be written: {error.strerror}.", FREE) from error

    def keep(self, submission_id: str, staged: Path, evidence_too: bool = True) -> SubmissionGrade:
        """Make what a worker staged the record of a submission; killed at any moment, it is the new one or none.

        `evidence_too` replaces the kept evidence as well. Raises `HarnessFault` when the disk refuses,
        `ValueError` when the staged record is damaged.
        """
        folder, before = self.folder(submission_id), self.load(submission_id)
        try:
            record = self._settled(staged / RECORD_FILE, before)
            folder.mkdir(parents=True, exist_ok=True)
            if before is not None and before.grade.status == "graded":
                history.note(folder, before.grade, record.grade, before.key, record.key)
            if evidence_too:
                (folder / RECORD_FILE).unlink(missing_ok=True)
                _replace_folder(staged / "notebooks", folder / "notebooks")
            (staged / RECORD_FILE).replace(folder / RECORD_FILE)
            shutil.rmtree(staged, ignore_errors=True)
        except OSError as error:
            raise HarnessFault(
                f"The record of {submission_id} could not be written: {error.strerror}.", FREE
            ) from error
        return record.grade

    def _settled(self, path: Path, before: GradeRecord | None) -> GradeRecord:
        """The staged record; where an older grade is to stay in part, it says so, and so does its file."""
        record = record_from_bytes(path.read_bytes())
        if self._settle is not None and before is not None and before.grade.status == "graded":
            grade = self._settle(before.grade, record.grade)
            pairs = zip(record.grade.parts, grade.parts, strict=True)
            older = [new.part for new, settled in pairs if new != settled]
            key = record.key | ({history.KEPT: ",".join(older)} if older else {})
            record = replace(record, key=key, grade=grade)
            path.write_bytes(record_to_bytes(record))
        return record

    def folder(self, submission_id: str) -> Path:
        """Where the record of a submission lies."""
        return self._out / "submissions" / folder_name(submission_id)


class Preview(Store):
    """A folder of grades that is only looked at: nothing in it is written, `keep` returns what would be kept."""

    def __enter__(self) -> Preview:
        """Stage elsewhere; the folder itself is neither taken nor touched."""
        self._elsewhere = tempfile.TemporaryDirectory(prefix="autograder-")
        return self

    def __exit__(self, *_: object) -> None:
        """Forget what was staged."""
        self._elsewhere.cleanup()

    def staging(self) -> Path:
        """A new folder outside the output folder."""
        return Path(tempfile.mkdtemp(dir=self._elsewhere.name))

    def withdraw(self, submission_ids: list[str]) -> None:
        """Nobody is taken out of a folder that is only looked at."""

    def keep(self, submission_id: str, staged: Path, evidence_too: bool = True) -> SubmissionGrade:
        """The grade that would be kept. Raises `ValueError` when the staged record is damaged."""
        return self._settled(staged / RECORD_FILE, self.load(submission_id)).grade


def seconds_of(staged: Path) -> float:
    """Seconds that a staged record says its submission took. Raises `ValueError` when it is damaged."""
    return record_from_bytes((staged / RECORD_FILE).read_bytes()).seconds


def _replace_folder(staged: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    if staged.exists():
        staged.rename(target)


def _claim(out: Path) -> None:
    """Make `out` ours when it is new or empty; refuse it when it holds what we did not write."""
    remedy = "Choose a new folder for --out."
    if out.exists() and not out.is_dir():
        raise OutputRefused(f"{out} is a file, not a folder.", remedy)
    out.mkdir(parents=True, exist_ok=True)
    marker = out / MARKER
    if marker.is_file():
        return
    if any(out.iterdir()):
        raise OutputRefused(f"{out} holds files that this program did not write.", remedy)
    marker.write_text(json.dumps({"schema": 1}) + "\n", encoding="utf-8")


def _lock(out: Path) -> BaseFileLock:
    """The lock of the folder, held until it is released or this process ends, however it ends.

    Raises `OutputRefused` while another process holds it, `HarnessFault` where the file system has no locks.
    """
    lock = FileLock(out / LOCK, timeout=0)
    try:
        with warnings.catch_warnings():
            # Where locks are missing, the library would warn and go on with a mere file, which outlives its process.
            warnings.simplefilter("error", UserWarning)
            lock.acquire()
    except Timeout:
        raise OutputRefused(f"{out} is in use by another grading{_holder(out)}.", "Wait for it.") from None
    except (UserWarning, NotImplementedError) as error:
        raise _no_locks(out) from error
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        raise _no_locks(out) from error
    (out / HOLDER).write_text(f"process {os.getpid()} on {socket.gethostname()}", encoding="utf-8")
    return lock


def _no_locks(out: Path) -> HarnessFault:
    return HarnessFault(
        f"The file system of {out} cannot lock files, so two gradings could write there at once.",
        "Choose an --out on a local disk.",
    )


def _holder(out: Path) -> str:
    """Who holds the folder, in brackets; empty where that was not written down."""
    try:
        return f" ({one_line((out / HOLDER).read_text(encoding='utf-8'), 100)})"
    except (OSError, ValueError):
        return ""

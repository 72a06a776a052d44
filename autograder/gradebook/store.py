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
from dataclasses import dataclass
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from autograder.errors import HarnessFault, OutputRefused
from autograder.files import folder_name
from autograder.records import SubmissionGrade
from autograder.text import one_line

from . import history
from .records_json import grade_from_json, grade_to_json

MARKER = ".autograder"
LOCK = (
    ".lock"  # held by the operating system for the process that grades; the empty file itself means nothing
)
HOLDER = ".holder"  # who grades, in words, for the sentence that refuses a second grading
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}  # what network file systems without locks answer
FLAGS = ".flags.json"
STAGING = ".work"
Settle = Callable[[SubmissionGrade, SubmissionGrade], SubmissionGrade]


@dataclass(frozen=True)
class Kept:
    """A record: the grade, and digests of what it was made from (`content`, `run`, `judge`)."""

    grade: SubmissionGrade
    key: dict[str, str]

    def made_from(self, key: dict[str, str], *names: str) -> bool:
        """Whether these digests are the same; a grade that our machinery failed on is never taken for done."""
        return self.grade.status != "errored" and all(self.key.get(name) == key[name] for name in names)


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
        """A new folder, on the same file system, that a worker may write into."""
        return Path(tempfile.mkdtemp(dir=self._out / STAGING))

    def load(self, id: str) -> Kept | None:
        """The record of a submission; None when there is none, or a damaged one."""
        try:
            kept = json.loads((self.folder(id) / "grade.json").read_text(encoding="utf-8"))
            return Kept(grade_from_json(kept["grade"]), dict(kept["key"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def flags(self) -> dict[str, tuple[str, ...]]:
        """Flags of intake by submission: they depend on the whole class, so no record holds them."""
        try:
            known = json.loads((self._out / FLAGS).read_text(encoding="utf-8"))
            return {str(id): tuple(map(str, names)) for id, names in known.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}

    def note_flags(self, flags: dict[str, tuple[str, ...]]) -> None:
        """Keep the flags of these submissions; those of others stay. Raises `HarnessFault` when the disk refuses."""
        known = {id: names for id, names in (self.flags() | flags).items() if names}
        if known == self.flags():
            return
        staged = self.staging() / FLAGS
        try:
            staged.write_text(json.dumps(known, sort_keys=True, indent=1) + "\n", encoding="utf-8")
            staged.replace(self._out / FLAGS)
        except OSError as error:
            raise HarnessFault(f"{self._out / FLAGS} could not be written: {error.strerror}.") from error

    def ids(self) -> list[str]:
        """Ids of all submissions with a record, sorted."""
        found = []
        for path in (self._out / "submissions").glob("*/grade.json"):
            try:
                found.append(str(json.loads(path.read_text(encoding="utf-8"))["grade"]["id"]))
            except (OSError, ValueError, KeyError, TypeError, RecursionError):
                continue
        return sorted(found)

    def keep(self, id: str, staged: Path, evidence_too: bool = True) -> SubmissionGrade:
        """Make what a worker staged the record of a submission; killed at any moment, it is the new one or none.

        `evidence_too` replaces the kept evidence as well. Raises `HarnessFault` when the disk refuses,
        `ValueError` when the staged record is damaged.
        """
        folder, before = self.folder(id), self.load(id)
        try:
            grade, key = self._settled(staged / "grade.json", before)
            folder.mkdir(parents=True, exist_ok=True)
            if before is not None and before.grade.status == "graded":
                history.note(folder, before.grade, grade, before.key, key)
            if evidence_too:
                (folder / "grade.json").unlink(missing_ok=True)
                _replace_folder(staged / "notebooks", folder / "notebooks")
            (staged / "grade.json").replace(folder / "grade.json")
            shutil.rmtree(staged, ignore_errors=True)
        except OSError as error:
            raise HarnessFault(f"The record of {id} could not be written: {error.strerror}.") from error
        return grade

    def _settled(self, record: Path, before: Kept | None) -> tuple[SubmissionGrade, dict[str, str]]:
        """The staged grade and its digests; where an older grade is to stay in part, the staged file says so too."""
        staged = json.loads(record.read_text(encoding="utf-8"))
        grade, key = grade_from_json(staged["grade"]), dict(staged["key"])
        if self._settle is not None and before is not None and before.grade.status == "graded":
            new, grade = grade, self._settle(before.grade, grade)
            kept = [part.part for part, its in zip(new.parts, grade.parts, strict=True) if part != its]
            key |= {history.KEPT: ",".join(kept)} if kept else {}
            text = json.dumps({**staged, "key": key, "grade": grade_to_json(grade)}, indent=1)
            record.write_text(text, encoding="utf-8")
        return grade, key

    def folder(self, id: str) -> Path:
        """Where the record of a submission lies."""
        return self._out / "submissions" / folder_name(id)


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

    def keep(self, id: str, staged: Path, evidence_too: bool = True) -> SubmissionGrade:
        """The grade that would be kept. Raises `ValueError` when the staged record is damaged."""
        return self._settled(staged / "grade.json", self.load(id))[0]


def seconds_of(staged: Path) -> float:
    """Seconds that a staged record says its submission took. Raises `ValueError` when it is damaged."""
    return float(json.loads((staged / "grade.json").read_text(encoding="utf-8")).get("seconds", 0.0))


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

"""What a grade depends on, as digests: the bytes that were handed in, what ran them, and what judged the evidence."""

from __future__ import annotations

import hashlib
import json
import platform
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .records_json import settings_to_json
from .settings import Settings
from .submissions import Submission

_PACKAGES = ("tensorflow", "keras", "numpy", "matplotlib", "ipykernel", "ipython")
_NO_EFFECT = ("workers", "warm", "keep_notebooks")
_HERE = Path(__file__).resolve().parent
# What judges: it can be applied again to evidence that was kept. All else below decides what is run and recorded.
_JUDGING = {"checks", "rubrics", "evidence", "grade.py", "unsettled.py"}
_NEITHER = {
    "cli",
    "reports",
    "release",
    "batch.py",
    "store.py",
    "history.py",
    "case_pack.py",
    "fingerprint.py",
    "selftest.py",
    "selftest_cases.py",
    "selftest_messages.py",
    "selftest_report.py",
    "mutants.py",
}


def of_submission(submission: Submission) -> str:
    """Digest of a submission's id and of the names and bytes of all its files."""
    parts = [submission.id, submission.problem]
    for notebook in submission.notebooks:
        parts += [notebook.name, notebook.sha256, notebook.problem]
    for file in submission.files:
        parts += [file.name, file.sha256]
    return _digest(json.dumps(parts))


def of_run(settings: Settings) -> str:
    """Digest of what decides what a run leaves behind: sources, packages of notebooks, and settings that matter."""
    chosen = {name: value for name, value in settings_to_json(settings).items() if name not in _NO_EFFECT}
    return _digest(json.dumps([_sources(judging=False), _versions(), chosen], sort_keys=True))


def of_judge(settings: Settings) -> str:
    """Digest of what decides which grade evidence gets: the sources of checks and rubrics, and the parts."""
    return _digest(json.dumps([_sources(judging=True), list(settings.parts)]))


@lru_cache(maxsize=2)
def _sources(judging: bool) -> str:
    digest = hashlib.sha256()
    for package in (_HERE, _HERE.parent / "helpers"):
        for path in sorted(package.rglob("*.py")):
            first = path.relative_to(package).parts[0]
            if first in _NEITHER or (package == _HERE and first in _JUDGING) != judging:
                continue
            digest.update(path.relative_to(_HERE.parent).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _versions() -> tuple[str, ...]:
    found = [f"python {platform.python_version()}"]
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} -")
    return tuple(found)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

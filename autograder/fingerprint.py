"""What a grade depends on, as two digests: the bytes that were handed in, and everything that graded them."""

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
_NOT_GRADING = {"cli", "reports", "release", "batch.py", "fingerprint.py"}


def of_submission(submission: Submission) -> str:
    """Digest of a submission's id and of the names and bytes of all its files."""
    parts = [submission.id, submission.problem]
    for notebook in submission.notebooks:
        parts += [notebook.name, notebook.sha256, notebook.problem]
    for file in submission.files:
        parts += [file.name, file.sha256]
    return _digest(json.dumps(parts))


def of_grader(settings: Settings) -> str:
    """Digest of the grader's sources, the packages that notebooks run with, and the settings that matter."""
    chosen = {name: value for name, value in settings_to_json(settings).items() if name not in _NO_EFFECT}
    return _digest(json.dumps([_sources(), _versions(), chosen], sort_keys=True))


@lru_cache(maxsize=1)
def _sources() -> str:
    digest = hashlib.sha256()
    for root, package in ((_HERE.parent, _HERE), (_HERE.parent, _HERE.parent / "helpers")):
        for path in sorted(package.rglob("*.py")):
            if path.relative_to(package).parts[0] in _NOT_GRADING:
                continue
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
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

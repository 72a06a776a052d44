"""What a grade depends on, as digests: the bytes that were handed in, what ran them, and what judged the evidence."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from functools import lru_cache
from pathlib import Path

from autograder.gradebook.records_json import settings_to_json
from autograder.kernels.environment import SPEEDUPS
from autograder.run.packages import installed_version
from autograder.settings import Settings
from autograder.submissions import Submission

_PACKAGES = ("tensorflow", "keras", "numpy", "matplotlib", "ipykernel", "ipython")
_NO_EFFECT = ("workers", "warm", "keep_notebooks")
_PACKAGE = Path(__file__).resolve().parents[1]
_HELPERS = _PACKAGE.parent / "helpers"
# Whole rooms decide, so that a new file needs no line here. What runs a notebook and what it leaves behind: the format
# of records is among it, because replay reads them. What judges: it can be applied again to evidence that was kept.
_BOTH = ("records.py", "text.py", "evidence")
RUNNING = (*_BOTH, "recorder", "sandbox", "kernels", "run", "replay")
JUDGING = (*_BOTH, "recognition", "checks", "rubrics", "grading")


def of_submission(submission: Submission) -> str:
    """Digest of a submission's id and of the names and bytes of all its files."""
    parts = [submission.id, submission.problem, *submission.notes]
    for notebook in submission.notebooks:
        parts += [notebook.name, notebook.sha256, notebook.problem]
    for file in submission.files:
        parts += [file.name, file.sha256]
    return _digest(json.dumps(parts))


def of_run(settings: Settings) -> str:
    """Digest of what decides what a run leaves behind: sources, packages of notebooks, and settings that matter."""
    chosen = {name: value for name, value in settings_to_json(settings).items() if name not in _NO_EFFECT}
    short_ways = os.environ.get(SPEEDUPS, "")
    return _digest(json.dumps([_sources(RUNNING), _versions(), short_ways, chosen], sort_keys=True))


def of_judge(settings: Settings) -> str:
    """Digest of what decides which grade evidence gets: the sources of checks and rubrics, and the parts."""
    return _digest(json.dumps([_sources(JUDGING), list(settings.parts)]))


@lru_cache(maxsize=2)
def _sources(rooms: tuple[str, ...]) -> str:
    """Digest of all sources in some rooms; those of `helpers` go with what runs, since notebooks import them."""
    digest = hashlib.sha256()
    places = [_PACKAGE / room for room in rooms] + ([_HELPERS] if rooms == RUNNING else [])
    for place in places:
        for path in [place] if place.suffix else sorted(place.rglob("*.py")):
            digest.update(path.relative_to(_PACKAGE.parent).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _versions() -> tuple[str, ...]:
    packages = (f"{name} {installed_version(name) or '-'}" for name in _PACKAGES)
    return (f"python {platform.python_version()}", *packages)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

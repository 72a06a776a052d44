"""Whether what grading a class needs is installed: students install less."""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any

from packaging.requirements import Requirement

from autograder.errors import UsageError

DISTRIBUTION = "autoencoder-course"


def for_graders(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command begin only where the extra `grader` is installed.

    Without it, submissions that import pandas would lose points for what is missing here. Raises `UsageError`.
    """

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        if missing := missing_packages():
            raise UsageError(
                f"`autograder {function.__name__}` needs packages that are not installed: {', '.join(missing)}.",
                'In a clone of the course, type: python -m pip install ".[grader]"',
            )
        return function(*args, **kwargs)

    return run


def missing_packages() -> list[str]:
    """Names of the packages of the extra `grader` that are not installed, in the order of pyproject.toml."""
    try:
        needs = [Requirement(line) for line in requires(DISTRIBUTION) or ()]
    except PackageNotFoundError:
        return []  # the folder beside notebooks, never installed: nothing says what belongs to it
    named = [need.name for need in needs if need.marker and need.marker.evaluate({"extra": "grader"})]
    return [name for name in named if not _installed(name)]


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True

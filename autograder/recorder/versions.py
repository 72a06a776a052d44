"""Versions of the libraries in use, and which of them lie outside of the range that the recorder was tested with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version


def installed_versions(packages: Iterable[str]) -> dict[str, str]:
    """Package -> version, of those that are installed."""
    versions = {}
    for package in packages:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            pass
    return versions


def untested(versions: Mapping[str, str], tested: Mapping[str, tuple[str, str]]) -> list[str]:
    """A sentence for each package whose release (its first two numbers) is older or newer than all tested ones.

    Args:
        versions: package -> version in use; a package that is not there is passed over.
        tested: package -> first and last tested release, each "3.10" for all versions 3.10.x.
    """
    return [
        f"{package} {versions[package]} is outside of the tested releases {first} to {last}"
        for package, (first, last) in tested.items()
        if package in versions and not _release(first) <= _release(versions[package]) <= _release(last)
    ]


def _release(text: str) -> tuple[int, ...]:
    """The first two numbers of a version."""
    return tuple(int(number) for number in re.findall(r"\d+", text)[:2])

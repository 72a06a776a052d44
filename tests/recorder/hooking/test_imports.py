"""Hooks on libraries that are not imported yet."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from autograder.recorder.hooking.imports import ImportWatcher


@pytest.fixture
def when_imported() -> Iterator[Callable]:
    """A watcher of imports that is gone after the test."""
    watcher = ImportWatcher()
    yield watcher.when_imported
    if watcher in sys.meta_path:
        sys.meta_path.remove(watcher)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A module on the path that nobody has imported."""
    (tmp_path / "library_of_a_test.py").write_text("value = 1\ndef answer():\n    return value\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "library_of_a_test"
    sys.modules.pop("library_of_a_test", None)


def test_an_action_waits_for_the_import(library, when_imported):
    """The action runs once, when the module is complete, and the import is not caused by it."""
    seen = []
    when_imported(library, lambda module: seen.append(module.answer()))
    assert library not in sys.modules
    assert seen == []
    module = __import__(library)
    assert seen == [1]
    assert __import__(library) is module
    assert seen == [1]


def test_an_imported_module_is_taken_at_once(library, when_imported):
    """A library that is there already is hooked right away."""
    module = __import__(library)
    seen = []
    when_imported(library, seen.append)
    assert seen == [module]


def test_a_watched_module_keeps_its_own_loader(library, when_imported):
    """The library cannot see that it was watched: loader, spec and file are the usual ones."""
    when_imported(library, lambda module: None)
    module = __import__(library)
    assert "autograder" not in type(module.__loader__).__module__
    assert module.__spec__.loader is module.__loader__
    assert module.__file__.endswith("library_of_a_test.py")


def test_a_missing_library_stays_missing(when_imported):
    """Waiting for a module that does not exist changes nothing about its ImportError."""
    when_imported("no_such_library_of_a_test", lambda module: None)
    with pytest.raises(ModuleNotFoundError, match="no_such_library_of_a_test"):
        __import__("no_such_library_of_a_test")


def test_two_recordings_watch_one_library(library, when_imported):
    """Each watcher finds the module through the other one, and both actions run once."""
    seen, other = [], ImportWatcher()
    when_imported(library, lambda module: seen.append("one"))
    other.when_imported(library, lambda module: seen.append("other"))
    try:
        __import__(library)
    finally:
        sys.meta_path.remove(other)
    assert sorted(seen) == ["one", "other"]

"""What the recorder asks of libraries that a notebook imports stands in one table, which misses nothing."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from autograder.recorder.hooking.asked import ASKED, owners

RECORDER = Path(__file__).resolve().parents[3] / "autograder" / "recorder"
ONLY_OF_OBJECTS = {"_value"}  # what a class must not get, because it would stand before the object's own
SPEED = {"speed", "data"}  # what changes nothing that is written down


def imported_names(path: Path) -> set[str]:
    """Full names of what functions of a module import from Keras and TensorFlow."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            if node.module.partition(".")[0] in ASKED:
                found |= {f"{node.module}.{each.name}" for each in node.names}
    return {name for name in found if name.startswith(("keras.", "tensorflow."))}


def test_every_function_that_is_imported_from_a_library_is_in_the_table():
    """A recorder that asks something new of Keras says so there."""
    listed = {
        f"{place}.{name}" for library in ASKED.values() for place, names in library.items() for name in names
    }
    files = [path for path in RECORDER.rglob("*.py") if path.parent.name not in SPEED]
    missing = {name for path in files for name in imported_names(path)} - listed
    assert missing <= {"keras.src.utils.traceback_utils.filter_traceback"}


@pytest.mark.tensorflow
def test_every_name_in_the_table_is_there():
    """Of the installed libraries, so that none is looked after by a name that it does not have."""
    importlib.import_module("keras")
    importlib.import_module("matplotlib.pyplot")
    for library, places in ASKED.items():
        wanted = {name for names in places.values() for name in names}
        found = {name for owner, name in owners(library) if name in vars(owner)}
        assert wanted - found <= ONLY_OF_OBJECTS, library

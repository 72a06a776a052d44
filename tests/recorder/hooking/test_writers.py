"""Who may write into the journal: the recorder's own code, also where it stands in for a function of a library."""

from __future__ import annotations

import types

from autograder.recorder.hooking.patching import patch
from autograder.recorder.hooking.writers import writers


def tells(journal):
    """A wrapper that writes an event."""

    def wrapper(original, *args):
        journal.event("note")
        return original(*args)

    return wrapper


def written(function, names=("event",)) -> bool:
    """Whether the journal that `function` calls would have answered it."""
    allowed = writers(__name__, names)
    import sys

    journal = types.SimpleNamespace(
        event=lambda kind: found.append(id(sys._getframe(1).f_code) in allowed["event"])
    )
    found: list[bool] = []
    function(journal)
    return found == [True]


def library_function() -> int:
    """What is stood in for."""
    return 1


def test_a_wrapper_writes_under_the_file_name_of_what_it_stands_in_for() -> None:
    """Its code is a copy then, and known all the same."""

    def use(journal) -> None:
        library = types.SimpleNamespace(call=library_function)
        patch(library, "call", tells(journal))
        assert library.call() == 1

    assert written(use)


def test_equal_code_of_a_notebook_is_not_the_recorders() -> None:
    """It is known by identity."""
    space: dict = {}
    exec("def tells(journal):\n    journal.event('note')\n", space)
    assert not written(space["tells"])

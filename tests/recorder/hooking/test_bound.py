"""The recorder's modules keep what they name of libraries and builtins as it was."""

from __future__ import annotations

import builtins
import json
import sys
import types

import numpy as np
import pytest

from autograder.recorder.hooking.bound import bind

SOURCE = """
import json
import sys
import numpy as np

class Written:
    def text(self):
        return json.dumps(divmod(5, 2))

def array(value):
    def inside():
        return np.asarray(value)
    return inside()

def random_state():
    return np.random.get_state
"""


@pytest.fixture
def module(monkeypatch):
    """A small package of one module that is bound."""
    made = types.ModuleType("small_recorder")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    exec(SOURCE, made.__dict__)
    bind("small_recorder")
    return made


def test_swapped_functions_of_libraries_do_not_reach_the_recorder(module, monkeypatch):
    """Of modules, of modules inside them, and in functions inside functions."""
    state = np.random.get_state
    monkeypatch.setattr(json, "dumps", lambda value: "forged")
    monkeypatch.setattr(np, "asarray", lambda value: "forged")
    monkeypatch.setattr(np.random, "get_state", lambda: "forged")
    assert module.Written().text() == "[2, 1]"
    assert module.array([1]).tolist() == [1]
    assert module.random_state() is state


def test_swapped_builtins_do_not_reach_the_recorder(module, monkeypatch):
    """Builtins that its code names are names of its modules."""
    monkeypatch.setattr(builtins, "divmod", lambda left, right: "forged")
    assert module.Written().text() == "[2, 1]"


def test_a_swap_stands_for_everybody_else(module, monkeypatch):
    """What a student replaces stays replaced in the student's own code."""
    monkeypatch.setattr(json, "dumps", lambda value: "mine")
    module.Written().text()
    assert json.dumps([]) == "mine"


def test_what_belongs_to_the_process_is_shared(module):
    """Streams and warnings are written through the real modules."""
    assert module.sys is sys

"""Functions of a package that were replaced are put back: of modules, of classes, and code inside functions."""

from __future__ import annotations

import sys
import types

import pytest

from autograder.recorder.hooking.intact import Intact

SOURCE = """
class Fit:
    def record(self):
        return 15

    @property
    def asked(self):
        return 15

def plan():
    return Fit().record()
"""


@pytest.fixture
def module(monkeypatch):
    """A small package of one module with a class and a function."""
    made = types.ModuleType("small_recorder")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    exec(SOURCE, made.__dict__)
    return made


def test_replaced_functions_are_put_back(module):
    """A method, a property, a class and a function: each is the recorded one again."""
    intact = Intact("small_recorder")
    fit, plan = module.Fit, module.plan
    fit.record = lambda self: 150
    fit.asked = property(lambda self: 150)
    module.Fit, module.plan = object, lambda: 150
    assert intact.restore()
    assert (module.Fit, module.plan) == (fit, plan)
    assert (module.plan(), fit().asked) == (15, 15)


def test_other_code_inside_a_function_is_put_back(module):
    """The function stays the same object and runs its own code again."""
    intact = Intact("small_recorder")
    module.plan.__code__ = (lambda: 150).__code__
    assert intact.restore()
    assert module.plan() == 15


def test_what_nobody_touched_is_left_alone(module):
    """Nothing to restore is said as such."""
    assert not Intact("small_recorder").restore()

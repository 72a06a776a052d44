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


def test_added_names_are_taken_away(module):
    """A name that hides a builtin from a module, and a method that a class never had."""
    intact = Intact("small_recorder")
    module.len = lambda value: 150
    module.Fit.__getattribute__ = lambda self, name: 150
    assert intact.restore()
    assert not hasattr(module, "len")
    assert module.plan() == 15
    assert not intact.restore()


def test_other_defaults_are_put_back(module):
    """Of positional and of keyword arguments."""
    exec("def told(epochs=15, *, run=15):\n    return epochs, run", module.__dict__)
    intact = Intact("small_recorder")
    module.told.__defaults__ = (150,)
    module.told.__kwdefaults__["run"] = 150
    assert intact.restore()
    assert module.told() == (15, 15)


def test_what_a_function_encloses_is_put_back(module):
    """A decorator hides the function that it calls in a cell."""
    exec(
        "def decorated(inner):\n    return lambda: inner()\ntold = decorated(lambda: 15)",
        module.__dict__,
    )
    intact = Intact("small_recorder")
    module.told.__closure__[0].cell_contents = lambda: 150
    assert intact.restore()
    assert module.told() == 15


def test_functions_that_the_recorder_asks_of_a_library_are_put_back(module):
    """On the class that has them, and on one that inherits them and got its own."""

    class Layer:
        weights = property(lambda self: "own")

    class Model(Layer):
        pass

    intact = Intact("small_recorder")
    intact.keep_asked([(Model, "weights"), (Layer, "weights")])
    Model.weights = property(lambda self: "forged")
    Layer.weights = property(lambda self: "forged")
    assert intact.restore()
    assert Model().weights == "own"
    assert "weights" not in vars(Model)
    assert not intact.restore()


def test_a_module_that_the_package_imports_later_may_come(module, monkeypatch):
    """Python itself adds it to the package; the recorder did not change."""
    intact = Intact("small_recorder")
    later = types.ModuleType("small_recorder.later")
    monkeypatch.setitem(sys.modules, later.__name__, later)
    module.later = later
    assert not intact.restore()
    assert module.later is later
    assert not intact.restore()

"""A function that another stands in for: it looks the same, is asked first, and may be a method of any kind."""

from __future__ import annotations

import inspect
import types

import pytest

from autograder.recorder.hooking.patching import patch


def twice(original, *args, **kwargs):
    """A wrapper that changes what comes back, to be seen."""
    return 2 * original(*args, **kwargs)


def test_what_stands_in_looks_like_the_original() -> None:
    """Name, signature and docstring are the ones of before."""

    def fit(x, epochs: int = 1):
        """Train."""
        return epochs

    owner = types.SimpleNamespace(fit=fit)
    patch(owner, "fit", twice)
    assert owner.fit(0, epochs=3) == 6
    assert (owner.fit.__name__, owner.fit.__doc__) == ("fit", "Train.")
    assert inspect.signature(owner.fit) == inspect.signature(fit)


def test_a_look_is_taken_before_the_wrapper_runs() -> None:
    """Where one is asked for; what is called thousands of times is patched without."""
    seen: list[str] = []
    owner = types.SimpleNamespace(fit=lambda: 1, apply=lambda: 2)
    patch(owner, "fit", twice, before=lambda: seen.append("looked"))
    patch(owner, "apply", twice)
    assert (owner.fit(), owner.apply(), seen) == (2, 4, ["looked"])


def test_a_class_method_stays_one() -> None:
    """It is still called with the class, from the class or from an object of it."""

    class Managers:
        number = 3

        @classmethod
        def destroy(cls, more):
            return cls.number + more

    patch(Managers, "destroy", twice)
    assert Managers.destroy(1) == Managers().destroy(1) == 8


def test_an_inherited_method_becomes_the_classs_own() -> None:
    """The class that it came from keeps its own."""
    layer = type("Layer", (), {"call": lambda self: 1})
    model = type("Model", (layer,), {})
    patch(model, "call", twice)
    assert (layer().call(), model().call()) == (1, 2)


def test_nothing_to_stand_in_for_is_an_error() -> None:
    """A name that the owner lacks is not made."""
    with pytest.raises(AttributeError):
        patch(types.SimpleNamespace(), "fit", twice)

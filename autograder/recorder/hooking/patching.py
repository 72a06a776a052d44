"""Replace a function of a library so that neither its look nor a student's traceback shows it."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

# Called before what stands in for a function runs; not at every call of a layer or an optimizer, which come often.
checks: list[Callable[[], None]] = []
_OFTEN = ("__call__", "__enter__", "__exit__", "apply", "_initialize_uninitialized_variables")
_before: dict[Any, list[list[Callable[[], None]]]] = {}  # what stands in -> holds what it calls first


def patch(owner: Any, name: str, around: Callable[..., Any]) -> Callable[..., Any]:
    """Replace `owner.name` (a plain function or method, own or inherited) by a call of `around(original, *args, **kwargs)`.

    The replacement keeps name, signature and docstring. Frames of ours carry the file name of the original, so
    that Keras, which hides its own frames from tracebacks, hides these too. `around` must call `original`
    itself, once, and pass its result and exceptions on, or do the very thing that it does.

    Returns:
        The original function.
    """
    # A class that inherits the method gets one of its own, before the inherited one.
    own = getattr(owner, "__dict__", {}).get(name)
    original = own or getattr(owner, name)
    innermost = original
    while hasattr(innermost, "__wrapped__"):
        innermost = innermost.__wrapped__
    filename = getattr(getattr(innermost, "__code__", None), "co_filename", None)
    around = _disguised(around, filename)

    before = [[] if name in _OFTEN else checks]
    if own in _before:
        _before[own][0] = []  # from now on, what stands before it has just checked

    def replacement(*args: Any, **kwargs: Any) -> Any:
        for check in before[0]:
            check()
        return around(original, *args, **kwargs)

    replacement = functools.wraps(original)(_disguised(replacement, filename))
    standing_in = _filtered(replacement, filename)
    _before[standing_in] = before
    setattr(owner, name, standing_in)
    return original


def _disguised(function: Callable[..., Any], filename: str | None) -> Callable[..., Any]:
    """A copy of `function` whose code claims to come from `filename`."""
    if filename is None or not isinstance(function, types.FunctionType):
        return function
    copy = types.FunctionType(
        function.__code__.replace(co_filename=filename),
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _filtered(function: Callable[..., Any], filename: str | None) -> Callable[..., Any]:
    """`function` under Keras's own traceback filter when it stands for a function of Keras."""
    if filename is None or "keras" not in filename:
        return function
    from keras.src.utils.traceback_utils import filter_traceback

    return filter_traceback(function)

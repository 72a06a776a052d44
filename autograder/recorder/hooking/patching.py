"""Replace a function of a library so that neither its look nor a student's traceback shows it."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

# Stands in for a function: called with the original first, then with the arguments of the call.
Wrapper = Callable[..., Any]
# Identity of the code of each copy that is in use -> that copy's code, and the code that it was copied from.
COPIES: dict[int, tuple[types.CodeType, types.CodeType]] = {}


def patch(owner: Any, name: str, wrapper: Wrapper, before: Callable[[], None] | None = None) -> Wrapper:
    """Replace `owner.name` (a plain function, a method or a class method) by a call of `wrapper(original, *args, **kwargs)`.

    The replacement keeps name, signature and docstring. Frames of ours carry the file name of the original, so
    that Keras, which hides its own frames from tracebacks, hides these too. `wrapper` must call `original`
    itself, once, and pass its result and exceptions on, or do the very thing that it does.

    Args:
        owner: a module, a class (which may have inherited the method), or an object.
        wrapper: a plain function.
        before: called without arguments before each call of the wrapper.

    Returns:
        What stands in its place now.

    Raises:
        AttributeError: the owner has nothing of that name.
    """
    # A class that inherits the method gets one of its own, before the inherited one.
    own = getattr(owner, "__dict__", {}).get(name)
    of_class = isinstance(own, classmethod)
    original = own.__func__ if isinstance(own, classmethod) else own or getattr(owner, name)
    filename = _filename(original)
    wrapper = _disguised(wrapper, filename)
    if before is None:

        def replacement(*args: Any, **kwargs: Any) -> Any:
            return wrapper(original, *args, **kwargs)

    else:

        def replacement(*args: Any, **kwargs: Any) -> Any:
            before()
            return wrapper(original, *args, **kwargs)

    standing_in = _filtered(functools.wraps(original)(_disguised(replacement, filename)), filename)
    setattr(owner, name, classmethod(standing_in) if of_class else standing_in)
    return standing_in


def _filename(function: Any) -> str | None:
    """The file that a function was written in, whatever wraps it; None for one in C."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return getattr(getattr(function, "__code__", None), "co_filename", None)


def _disguised(function: Wrapper, filename: str | None) -> Wrapper:
    """A copy of `function` whose code claims to come from `filename`."""
    if filename is None or not isinstance(function, types.FunctionType):
        return function
    code = function.__code__.replace(co_filename=filename)
    COPIES[id(code)] = code, function.__code__
    copy = types.FunctionType(
        code,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _filtered(function: Wrapper, filename: str | None) -> Wrapper:
    """`function` under Keras's own traceback filter when it stands for a function of Keras."""
    if filename is None or "keras" not in filename:
        return function
    from keras.src.utils.traceback_utils import filter_traceback

    filtered: Wrapper = filter_traceback(function)
    return filtered

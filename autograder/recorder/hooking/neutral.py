"""Run a model once more without leaving a trace that a student's code could see."""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..variables import value_of

_OUR_SEED = 1_861_493_507


@contextlib.contextmanager
def undisturbed(model: Any) -> Iterator[None]:
    """Inside, `model` may be called eagerly; afterwards everything visible stands as before.

    Kept: seeds and states of Python, NumPy, TensorFlow and Keras, name counters, losses of layers, variables that
    training does not change (statistics, seed states, metrics), gradient tapes, printed text and warnings.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(outside_of_functions_and_tapes())
        stack.enter_context(_generators())
        stack.enter_context(_tensorflow_seed())
        stack.enter_context(_keras_globals())
        stack.enter_context(_layer_states(model))
        stack.enter_context(_silence())
        yield


@contextlib.contextmanager
def outside_of_functions_and_tapes() -> Iterator[None]:
    """Inside, TensorFlow computes at once and no gradient tape watches."""
    import tensorflow as tf
    from tensorflow.python.eager import record

    with tf.init_scope(), record.stop_recording():
        yield


@contextlib.contextmanager
def _generators() -> Iterator[None]:
    python_state, numpy_state = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)


@contextlib.contextmanager
def _tensorflow_seed() -> Iterator[None]:
    """Use a seed of ours meanwhile: random kernels are cached by seed and go on counting where they stopped."""
    from tensorflow.python.eager import context

    state = context.context()
    kept = {name: getattr(state, name) for name in ("_seed", "_rng") if hasattr(state, name)}
    if kept:
        state._seed, state._rng = _OUR_SEED, random.Random(_OUR_SEED)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(state, name, value)


@contextlib.contextmanager
def _keras_globals() -> Iterator[None]:
    from keras.src.backend.common import global_state

    get, put = global_state.get_global_attribute, global_state.set_global_attribute
    names = get("object_name_uids")
    names_before = None if names is None else dict(names)
    call_context, generator = get("current_call_ctx"), get("global_seed_generator")
    seed = None if generator is None else np.array(value_of(generator.state))
    put("current_call_ctx", None)
    try:
        yield
    finally:
        put("current_call_ctx", call_context)
        put("global_seed_generator", generator)
        if seed is not None and not np.array_equal(value_of(generator.state), seed):
            generator.state.assign(seed)
        if names_before is None:
            put("object_name_uids", None)
        else:
            names.clear()
            names.update(names_before)


@contextlib.contextmanager
def _layer_states(model: Any) -> Iterator[None]:
    layers = list(model._flatten_layers())
    called = [(layer, layer._called) for layer in layers]
    losses = [(layer, list(layer._losses), set(layer._loss_ids)) for layer in layers]
    trainable = {id(variable) for variable in model.trainable_variables}
    states = [
        (variable, np.array(value_of(variable)))
        for variable in model.variables
        if id(variable) not in trainable and variable._value is not None
    ]
    try:
        yield
    finally:
        for layer, was_called in called:
            if layer._called != was_called:
                layer._called = was_called
        for layer, own, ids in losses:
            layer._losses[:] = own
            layer._loss_ids.clear()
            layer._loss_ids.update(ids)
        for variable, value in states:
            if value_of(variable).tobytes() != value.tobytes():
                variable.assign(value)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """No text, no warnings. `catch_warnings` would make warnings already shown appear once more."""
    kept = warnings.warn, warnings.warn_explicit
    warnings.warn = warnings.warn_explicit = lambda *args, **kwargs: None
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        warnings.warn, warnings.warn_explicit = kept

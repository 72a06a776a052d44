"""TensorFlow's operations made ready once for all kernels: done in the process that kernels are forked from.

Both functions use names that TensorFlow does not promise, and do nothing where these are gone.
"""

from __future__ import annotations

import contextlib
import importlib

from . import switched_on


def prepare_operations() -> None:
    """Do all of it, unless the short ways are switched off. No operation runs, and no thread or context starts."""
    if switched_on():
        register_operations()
        run_operations_directly()


def register_operations() -> None:
    """TensorFlow fills the tables of its operations when the first one runs: here once, instead of in every kernel.

    Looking something up is enough.
    """
    with contextlib.suppress(ImportError, AttributeError):
        importlib.import_module("tensorflow.python.util.pywrap_xla_ops").get_cpu_kernel_names()
        importlib.import_module("tensorflow.python.framework.kernels").get_registered_kernels_for_op("NoOp")


def run_operations_directly() -> None:
    """An operation outside of any function runs by its kernel, not as a function of one operation.

    Making that function takes some milliseconds for each kind of operation, which a short notebook does not win back.
    """
    with contextlib.suppress(ImportError, AttributeError):
        bindings = importlib.import_module("tensorflow.python.pywrap_tfe")
        name = "TFE_ContextOptionsSetRunEagerOpAsFunction"
        choose = getattr(bindings, name)
        setattr(bindings, name, lambda options, _: choose(options, False))

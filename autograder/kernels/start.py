"""Which maker of kernels a choice of sandbox stands for: unboxed, in a box, or in a box and already warm."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Literal

from autograder.errors import HarnessFault
from autograder.sandbox.limits import BoxLimits

from . import boxed_cold, boxed_warm, unboxed
from .boxed import BoxedKernel
from .kernel import KernelSpec, Launcher
from .zygote import client


def launcher_for(sandbox: Literal["bwrap", "none"], warm: bool) -> Launcher:
    """The maker of kernels for a choice of sandbox; `warm` asks for a fork of a loaded process where boxes can."""
    return unboxed.start_unboxed_kernel if sandbox == "none" else boxed_launcher(warm=warm)


def boxed_launcher(warm: bool = True, limits: BoxLimits | None = None) -> Launcher:
    """The maker of boxed kernels: warm ones where this grading keeps a zygote, unless `warm` is False."""

    def launch(spec: KernelSpec) -> BoxedKernel:
        bounds = replace(limits or BoxLimits(), memory_bytes=spec.memory_mb << 20)
        address = os.environ.get(client.ADDRESS) if warm else None
        if address:
            try:
                return boxed_warm.start_warm_kernel(spec, address, bounds)
            except HarnessFault:
                pass  # where a box cannot be entered, a kernel can still start in it; the record says it was cold
        return boxed_cold.start_cold_kernel(spec, bounds)

    return launch

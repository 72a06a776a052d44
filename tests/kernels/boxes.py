"""Boxed kernels in tests: warm ones from one zygote without TensorFlow, cold ones, and small limits."""

from __future__ import annotations

import atexit
import functools
import json
import tempfile
from dataclasses import replace
from pathlib import Path

from autograder.kernels import boxed_cold, boxed_warm
from autograder.kernels.boxed import BoxedKernel
from autograder.kernels.kernel import KernelSpec, Launcher
from autograder.kernels.zygote import client
from autograder.replay.start import REPLAY_MODULE
from autograder.run.execute import RunJob, run_notebook
from autograder.sandbox.limits import BoxLimits
from tests.kernels.launchers import Ran, _text
from tests.notebooks import notebook

SMALL = BoxLimits(memory_bytes=300 << 20, processes=64, disk_bytes=32 << 20)


@functools.cache
def zygote(*imports: str) -> client.Zygote:
    """A zygote for the whole test session, with these modules imported beforehand; with TensorFlow also replay's twin."""
    started = client.Zygote((), imports, (REPLAY_MODULE,) if "tensorflow" in imports else ())
    started.await_ready()
    atexit.register(started.close)
    return started


def launcher(way: str, limits: BoxLimits = SMALL, imports: tuple[str, ...] = ()) -> Launcher:
    """The maker of `warm` or `cold` boxed kernels with these limits."""
    if way == "warm":
        return lambda spec: boxed_warm.start_warm_kernel(spec, zygote(*imports).address, limits)
    return lambda spec: boxed_cold.start_cold_kernel(spec, limits, imports)


def run(
    way: str, *sources: str, limits: BoxLimits = SMALL, imports: tuple[str, ...] = (), **job: object
) -> Ran:
    """Run these code cells in a box."""
    folder = Path(tempfile.mkdtemp(prefix="test-box-"))
    given = RunJob(notebook(*sources), **{"cell_timeout": 30.0, **job})
    record = run_notebook(given, folder / "e", folder / "x.ipynb", launcher(way, limits, imports))
    events = folder / "e" / "events.jsonl"
    lines = events.read_text(encoding="utf-8").splitlines() if events.exists() else []
    document = json.loads((folder / "x.ipynb").read_text(encoding="utf-8"))
    return Ran(record, [json.loads(line) for line in lines], [_text(cell) for cell in document["cells"]])


def start(way: str, folder: Path, **limits: int) -> BoxedKernel:
    """A kernel in a box that nobody talks to."""
    for name in ("w", "e", "i"):
        (folder / name).mkdir()
    spec = KernelSpec(folder / "w", folder / "e", folder / "i", None, "quick")
    return launcher(way, replace(SMALL, **limits))(spec)

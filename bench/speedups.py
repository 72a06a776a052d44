"""What each short way of shortened trainings gains: CPU seconds of a kernel's cells, with all of them and without one.

    python -m bench.speedups [RUNS]

One process imports what kernels need, as the zygote does; each run is a fork of it, which installs the recorder, runs
the cells of the dense notebook under the training budget `quick`, and tells its user and system time. Runs with and
without take turns, so that a busy moment of the machine meets all alike; printed are the median and the least.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import os
import resource
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from . import notebooks

SETTINGS = {"MPLBACKEND": "agg", "TF_CPP_MIN_LOG_LEVEL": "3", "OPENBLAS_NUM_THREADS": "1"}
IMPORTED = ("tensorflow", "keras", "ipykernel.ipkernel", "autograder.recorder", "matplotlib.pyplot",
            "matplotlib.backends.backend_agg", "IPython.core.completer", "PIL.PngImagePlugin")  # fmt: skip
FUNCTIONS = {"adam": "_backend_update_step", "batches": "get_tf_dataset"}
ALL = {"adam", "batches", "optimizer", "operations", "direct", "frame"}


def cells(folder: Path, ways: set[str]) -> None:
    """Run the notebook's cells, recorded, with these short ways."""
    from IPython.core.interactiveshell import InteractiveShell

    from autograder import recorder
    from autograder.recorder.budget import Budget
    from autograder.recorder.speed import operations
    from autograder.recorder.training import fit_hooks

    if "direct" in ways:
        operations.run_operations_directly()
    functions, table = {FUNCTIONS[way] for way in ways & FUNCTIONS.keys()}, recorder.hooks
    recorder.hooks = lambda books: [
        hook for hook in table(books) if hook.place != "speed" or hook.function in functions
    ]
    if "optimizer" not in ways:
        fit_hooks.build_optimizer = lambda model: None
    os.chdir(folder)
    shell = InteractiveShell.instance()
    recorder.install(shell, folder / "evidence", Budget.quick())
    with contextlib.redirect_stdout(io.StringIO()):
        for source in notebooks.DENSE:
            assert shell.run_cell(source).success


def in_fork(run: Callable[[], object]) -> object:
    """What `run` gives, computed in a fork."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writing, json.dumps(run()).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text)


def seconds(ways: set[str]) -> float:
    """CPU seconds of one kernel's cells."""
    from autograder.kernels import bootstrap
    from autograder.recorder.speed import operations

    def kernel() -> float:
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            (Path(folder) / notebooks.IMAGES).write_bytes(IMAGES)
            before = resource.getrusage(resource.RUSAGE_SELF)
            run = bootstrap.roomy(cells) if "frame" in ways else cells
            run(Path(folder), ways)
            used = resource.getrusage(resource.RUSAGE_SELF)
        return used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime

    def parent() -> object:
        if "operations" in ways:
            operations.register_operations()
        return in_fork(kernel)

    return in_fork(parent)


IMAGES = notebooks.digits() if __name__ == "__main__" else b""


def main() -> None:
    """Print the table."""
    os.environ.update(SETTINGS)
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    choices = {"all": ALL, "none": set(), **{f"without {way}": ALL - {way} for way in sorted(ALL)}}
    measured: dict[str, list[float]] = {name: [] for name in choices}
    for _ in range(runs):
        for name, ways in choices.items():
            measured[name].append(seconds(ways))
    for name, values in measured.items():
        print(f"{name:20} median {statistics.median(values):.2f}  least {min(values):.2f}")


if __name__ == "__main__":
    main()

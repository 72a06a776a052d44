"""A process with TensorFlow imported, which forks a kernel into a new box for every run that asks for one.

Started by `warm.Zygote` through `stage.py`: executed, never forked from the grader, with an environment that only fixes the order of sets. It
imports what a notebook needs and nothing else, runs no TensorFlow operation, and ends with the grader.

A second process like it, forked from it, has our own modules for replay imported too; kernels never come from there.

    python -s zygote.py CONFIG.json   (descriptor 0: the grader's lifeline)
"""

# ruff: noqa: PTH100, PTH120, PTH123
# descriptors and /proc, not files

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import socket
import sys
import traceback

_HERE = os.path.dirname(os.path.abspath(__file__))
_PRELOADED = (
    "matplotlib.pyplot",
    "matplotlib.font_manager",
    "matplotlib_inline.backend_inline",
    "matplotlib.backends.backend_agg",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",  # a kernel imports it at its start, and with it all of debugpy
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.locks",
    "tornado.platform.asyncio",
    "tornado.queues",
    "encodings.ascii",
    "encodings.latin_1",
    "PIL.PngImagePlugin",
    "tarfile",
    "tempfile",
    "uuid",
    "pydantic",  # replay reads evidence with it
)


class Tools:
    """Our own code that the server needs, fetched before `import autograder` comes to mean the stand-in."""

    def __init__(self, filter_program: bytes) -> None:
        sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(_HERE))))
        self._bubble = importlib.import_module("autograder.sandbox.bwrap")
        self._layout = importlib.import_module("autograder.sandbox.mounts")
        self._limits = importlib.import_module("autograder.sandbox.limits")
        self._enter = importlib.import_module("autograder.kernels.zygote.enter")
        self.arrive = importlib.import_module("autograder.sandbox.arrive")
        self.bootstrap = importlib.import_module("autograder.kernels.bootstrap")
        self.namespaces = importlib.import_module("autograder.sandbox.namespaces")
        self.serve = importlib.import_module("autograder.kernels.zygote.server")
        self._filter = filter_program
        self._pause = self._layout.pause_command()
        sys.path.pop(0)
        for name in [name for name in sys.modules if name.partition(".")[0] == "autograder"]:
            del sys.modules[name]

    def stand(self, order: dict):
        """A box that holds nothing but a process that waits; it ends when this process does."""
        view = self._layout.View.from_json(order["view"])
        return self._bubble.stand(view, self._pause, filter_program=self._filter, environment={})

    def passage(self, box, order: dict, doors: list[int], parcel: int, output: int):
        """What the fork needs on its way in."""
        limits = self._limits.Limits(**order["limits"])
        return self._enter.Passage(box, limits, doors, parcel, output, self._filter)

    def send_inside(self, passage, become) -> int:
        """The pid of the fork that went in."""
        return self._enter.send_inside(passage, become)


def load(config: dict, tools: Tools) -> None:
    """Import what a notebook needs, and leave nothing behind that would come along into a box by accident."""
    os.environ.update(config["environment"])
    tools.bootstrap.load(config["load"])
    more = (*_PRELOADED, *recorder_modules()) if config["load"].get("preload", True) else ()
    with tools.bootstrap.uncollected():
        for name in more:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    if "tensorflow" in sys.modules:
        register_operations()
        run_operations_directly()
    forget_folders()
    os.environ.clear()
    gc.freeze()  # not collected before: that takes a third of a second and finds nothing worth it


def register_operations() -> None:
    """TensorFlow fills the tables of its operations when the first one runs: here once, instead of in every kernel.

    Looking something up is enough; nothing is computed, and no thread or context starts.
    """
    with contextlib.suppress(ImportError, AttributeError):  # names that TensorFlow does not promise
        importlib.import_module("tensorflow.python.util.pywrap_xla_ops").get_cpu_kernel_names()
        importlib.import_module("tensorflow.python.framework.kernels").get_registered_kernels_for_op("NoOp")


def run_operations_directly() -> None:
    """An operation outside of any function runs by its kernel, not as a function of one operation.

    Making that function takes some milliseconds for each kind of operation, which a short notebook does not win back.
    """
    with contextlib.suppress(ImportError, AttributeError):  # names that TensorFlow does not promise
        bindings = importlib.import_module("tensorflow.python.pywrap_tfe")
        choose = bindings.TFE_ContextOptionsSetRunEagerOpAsFunction
        bindings.TFE_ContextOptionsSetRunEagerOpAsFunction = lambda options, _: choose(options, False)


def recorder_modules() -> list[str]:
    """Every module of the recorder."""
    recorder = sys.modules["autograder.recorder"]
    return [module.name for module in pkgutil.walk_packages(recorder.__path__, "autograder.recorder.")]


def forget_folders() -> None:
    """Matplotlib remembers where its settings lie; in a box they lie elsewhere."""
    matplotlib = sys.modules.get("matplotlib")
    for name in ("get_configdir", "get_cachedir"):
        function = getattr(matplotlib, name, None)
        names = getattr(getattr(function, "__code__", None), "co_freevars", ())
        cells = dict(zip(names, getattr(function, "__closure__", None) or (), strict=True))
        if "called" in cells:
            cells["called"].cell_contents = False


def become(tools: Tools, parcel: int, order: dict) -> None:
    """In the fork, inside the box: look new, take the files, and be the kernel or whatever else was ordered."""
    try:
        with os.fdopen(parcel, "rb") as stream:
            tools.arrive.unpack(stream)
        tools.arrive.settle(order["environment"])
        if order.get("module"):
            tools.arrive.become_module(*order["module"])
        with open(tools.arrive.CONFIG, encoding="utf-8") as file:
            config = json.load(file)
        tools.bootstrap.become_kernel(config)
        atexit._run_exitfuncs()
        os._exit(0)
    except SystemExit as end:
        atexit._run_exitfuncs()
        os._exit(end.code if isinstance(end.code, int) else 1 if end.code else 0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def split(config: dict, tools: Tools) -> socket.socket:
    """Fork the twin that our own modules are asked of; the socket that the process which returns is to serve."""
    kernels, own = (socket.socket(fileno=config[name]) for name in ("kernels", "own"))
    if os.fork():
        own.close()
        os.write(1, json.dumps(tools.serve.state()).encode() + b"\n")
        return kernels
    kernels.close()
    tools.namespaces.die_with_parent()
    null = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):  # the grader waits for the end of what the other one says
        os.dup2(null, descriptor)
    os.close(null)
    if config["own_modules"]:
        tools.arrive.own_packages(config["root"])
        with tools.bootstrap.uncollected():
            for name in config["own_modules"]:
                importlib.import_module(name)
        gc.freeze()
    return own


def live(config: dict, tools: Tools) -> None:
    """Load everything, say so on descriptor 1, serve."""
    load(config, tools)
    listener = split(config, tools)
    tools.namespaces.become_subreaper()
    tools.serve.Server(listener, tools, lambda parcel, order: become(tools, parcel, order)).serve()


def main() -> None:
    """Get hold of our own tools, and hide what started this process."""
    config = json.loads(sys.argv[1])
    tools = Tools(bytes.fromhex(config["filter"]))
    os.environ.clear()
    tools.namespaces.hide_start("python")
    tools.bootstrap.roomy(live)(config, tools)


if __name__ == "__main__":
    main()

"""A process with TensorFlow imported, which forks a kernel into a new box for every run that asks for one.

Started by `client.Zygote` through `drop_root.py`: executed, never forked from the grader, with an environment that only
fixes the order of sets. It imports what a notebook needs and nothing else, runs no TensorFlow operation, and ends with
the grader.

A second process like it, forked from it, has our own modules for replay imported too; kernels never come from there.

    python -s process.py CONFIG   (`messages.ZygoteConfig` as JSON; descriptor 0: the grader's lifeline)
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
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.kernels.zygote.messages import Order, ZygoteConfig
    from autograder.sandbox.bwrap import Box

_HERE = os.path.dirname(os.path.abspath(__file__))
PRELOADED = (
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

    def __init__(self) -> None:
        sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(_HERE))))
        self._bwrap = importlib.import_module("autograder.sandbox.bwrap")
        self._enter = importlib.import_module("autograder.kernels.zygote.enter")
        self.messages = importlib.import_module("autograder.kernels.zygote.messages")
        self.arrive = importlib.import_module("autograder.sandbox.arrive")
        self.bootstrap = importlib.import_module("autograder.kernels.bootstrap")
        self.namespaces = importlib.import_module("autograder.sandbox.namespaces")
        self.server = importlib.import_module("autograder.kernels.zygote.server")
        self._pause = importlib.import_module("autograder.sandbox.mounts").pause_command()
        self.filter_program = b""
        sys.path.pop(0)
        for name in [name for name in sys.modules if name.partition(".")[0] == "autograder"]:
            del sys.modules[name]

    def stand(self, order: Order) -> Box:
        """A box that holds nothing but a process that waits; it ends when this process does."""
        box: Box = self._bwrap.stand(
            order.view, self._pause, filter_program=self.filter_program, environment={}
        )
        return box

    def send_inside(
        self, box: Box, order: Order, descriptors: list[int], become: Callable[[int], None]
    ) -> int:
        """Send a fork into the box, which calls `become(payload)` there; its pid. `descriptors`: see `Order`."""
        payload, output, *rest = descriptors
        evidence = None if order.module else rest.pop(0)
        entry = self._enter.BoxEntry(box, order.limits, rest, payload, output, evidence, self.filter_program)
        pid: int = self._enter.send_inside(entry, become)
        return pid


def load(config: ZygoteConfig, tools: Tools) -> None:
    """Import what a notebook needs, and leave nothing behind that would come along into a box by accident."""
    os.environ.update(config.environment)
    tools.bootstrap.load(config.code)
    more = (*PRELOADED, *recorder_modules()) if config.preload else ()
    with tools.bootstrap.uncollected():
        for name in more:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    if "tensorflow" in sys.modules:
        importlib.import_module("autograder.recorder.speed.operations").prepare_operations()
    forget_folders()
    os.environ.clear()
    gc.freeze()  # not collected before: that takes a third of a second and finds nothing worth it


def recorder_modules() -> list[str]:
    """Every module of the recorder."""
    recorder = sys.modules["autograder.recorder"]
    return [module.name for module in pkgutil.walk_packages(recorder.__path__, "autograder.recorder.")]


def forget_folders() -> None:
    """Matplotlib remembers where its settings lie; in a box they lie elsewhere.

    It remembers in a variable `called` of a closure (seen in Matplotlib 3.11); another release may do it otherwise, and then
    nothing happens here.
    """
    matplotlib = sys.modules.get("matplotlib")
    for name in ("get_configdir", "get_cachedir"):
        function = getattr(matplotlib, name, None)
        names = getattr(getattr(function, "__code__", None), "co_freevars", ())
        cells = dict(zip(names, getattr(function, "__closure__", None) or (), strict=True))
        if "called" in cells:
            cells["called"].cell_contents = False


def become(tools: Tools, payload: int, order: Order) -> None:
    """In the fork, inside the box: look new, take the files, and be the kernel or whatever else was ordered."""
    try:
        with os.fdopen(payload, "rb") as stream:
            tools.arrive.unpack(stream)
        tools.arrive.settle(order.environment)
        if order.module:
            tools.arrive.become_module(*order.module)
        with open(tools.arrive.CONFIG, encoding="utf-8") as file:
            config = tools.bootstrap.KernelConfig.from_json(file.read())
        tools.bootstrap.become_kernel(config)
        atexit._run_exitfuncs()
        os._exit(0)
    except SystemExit as end:
        atexit._run_exitfuncs()
        os._exit(end.code if isinstance(end.code, int) else 1 if end.code else 0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def split(config: ZygoteConfig, tools: Tools) -> socket.socket:
    """Fork the twin that our own modules are asked of; the socket that the process which returns is to serve."""
    kernels, own = socket.socket(fileno=config.kernels), socket.socket(fileno=config.own)
    if os.fork():
        own.close()
        os.write(1, json.dumps(asdict(tools.server.zygote_state())).encode() + b"\n")
        return kernels
    kernels.close()
    tools.namespaces.die_with_parent()
    null = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):  # the grader waits for the end of what the other one says
        os.dup2(null, descriptor)
    os.close(null)
    if config.own_modules:
        tools.arrive.own_packages(config.root)
        with tools.bootstrap.uncollected():
            for name in config.own_modules:
                importlib.import_module(name)
        gc.freeze()
    return own


def live(config: ZygoteConfig, tools: Tools) -> None:
    """Load everything, say so on descriptor 1, serve."""
    load(config, tools)
    listener = split(config, tools)
    tools.namespaces.become_subreaper()
    tools.server.ZygoteServer(listener, tools, lambda payload, order: become(tools, payload, order)).serve()


def main() -> None:
    """Get hold of our own tools, and hide what started this process."""
    tools = Tools()
    config = tools.messages.ZygoteConfig.from_json(sys.argv[1])
    tools.filter_program = config.filter_program
    os.environ.clear()
    tools.namespaces.hide_start("python")
    tools.bootstrap.roomy(live, config.environment)(config, tools)


if __name__ == "__main__":
    main()

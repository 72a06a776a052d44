"""A process with TensorFlow imported, which forks a kernel into a new box for every run that asks for one.

Started by `warm.Zygote` through `stage.py`: executed, never forked from the grader, with an environment that only fixes the order of sets. It
imports what a notebook needs and nothing else, runs no TensorFlow operation, and ends with the grader.

    python -s zygote.py CONFIG.json   (descriptor 0: the grader's lifeline, 3: the listening socket)
"""

# ruff: noqa: PTH100, PTH120, PTH123, PTH208
# descriptors and /proc, not files

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import traceback
from dataclasses import dataclass, field

_HERE = os.path.dirname(os.path.abspath(__file__))
_MESSAGE = 1 << 20
FOLDERS = {
    "evidence": "/box/evidence",
    "ipc": "/box/ipc",
    "work": "/box/work",
    "home": "/box/home",
    "tmp": "/tmp",
    "shm": "/dev/shm",
    "proc": "/proc",
}
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


@dataclass
class Run:
    """One box with one kernel, on behalf of one connection."""

    connection: socket.socket
    box: object = None
    kernel: int = 0
    waiting: set[int] = field(default_factory=set)


class Server:
    """Answers the grader's workers one message at a time; everything it waits for is an event."""

    def __init__(self, listener: socket.socket, tools, become) -> None:
        self._tools, self._become, self._listener = tools, become, listener
        self._runs: dict[int, Run] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ, self._accept)
        self._selector.register(0, selectors.EVENT_READ, self._end)
        self._woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._selector.register(self._woken, selectors.EVENT_READ, self._reap)

    def serve(self) -> None:
        """Until the lifeline breaks."""
        while True:
            for key, _ in self._selector.select():
                key.data(key.fileobj)

    def _end(self, _: object) -> None:
        for run in self._runs.values():
            self._kill(run)
        os._exit(0)

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        run = Run(connection)
        self._runs[connection.fileno()] = run
        self._selector.register(connection, selectors.EVENT_READ, lambda _: self._hear(run))

    def _hear(self, run: Run) -> None:
        try:
            message, descriptors, _, _ = socket.recv_fds(run.connection, _MESSAGE, 16)
        except OSError:
            message, descriptors = b"", []
        if not message:
            self._kill(run)
            self._forget(run)
        elif message == b"kill":
            self._kill(run)
            self._tell_when_gone(run)
        else:
            self._start(run, json.loads(message), descriptors)

    def _start(self, run: Run, order: dict, descriptors: list[int]) -> None:
        """Make a box and send a kernel into it; the answer carries open folders of the box, or says what failed."""
        folders: list[int] = []
        try:
            run.box = self._tools.stand(order)
            run.waiting.add(run.box.monitor.pid)
            folders = [run.box.open(path) for path in FOLDERS.values()]
            parcel, output, *doors = descriptors
            passage = self._tools.passage(run.box, order, doors, parcel, output)
            run.kernel = self._tools.send_inside(passage, lambda parcel: self._become(parcel, order))
            run.waiting.add(run.kernel)
            answer = {"kernel": run.kernel, **state()}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
            self._kill(run)
        self._answer(run, answer, folders if "error" not in answer else [])
        for descriptor in (*folders, *descriptors):
            os.close(descriptor)

    def _reap(self, _: object) -> None:
        os.read(self._woken, 4096)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for run in list(self._runs.values()):
                if pid in run.waiting:
                    self._ended(run, pid, os.waitstatus_to_exitcode(status))

    def _ended(self, run: Run, pid: int, status: int) -> None:
        run.waiting.discard(pid)
        if pid == run.kernel:
            self._answer(run, {"exit": status})
        elif run.box is not None and pid == run.box.monitor.pid:
            run.box.monitor.returncode = status
        self._tell_when_gone(run)

    def _tell_when_gone(self, run: Run) -> None:
        if not run.waiting:
            self._answer(run, {"gone": True})

    def _kill(self, run: Run) -> None:
        """End the box's first process, and with it every other; then the monitor outside."""
        if run.box is None or run.box.monitor.pid not in run.waiting:
            return
        for pid in (run.box.first, run.box.monitor.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def _answer(self, run: Run, answer: dict, descriptors: list[int] | None = None) -> None:
        try:
            socket.send_fds(run.connection, [json.dumps(answer).encode()], descriptors or [])
        except OSError:
            pass

    def _forget(self, run: Run) -> None:
        self._selector.unregister(run.connection)
        self._runs.pop(run.connection.fileno(), None)
        run.connection.close()
        if run.box is not None:
            for pipe in (run.box.monitor.stdin, run.box.monitor.stdout, run.box.monitor.stderr):
                pipe.close()


class Tools:
    """Our own code that the server needs, fetched before `import autograder` comes to mean the stand-in."""

    def __init__(self, filter_program: bytes) -> None:
        sys.path.insert(0, os.path.dirname(os.path.dirname(_HERE)))
        self._bubble = importlib.import_module("autograder.run.bubble")
        self._layout = importlib.import_module("autograder.run.layout")
        self._limits = importlib.import_module("autograder.run.limits")
        self._enter = importlib.import_module("autograder.run.enter")
        self.arrive = importlib.import_module("autograder.run.arrive")
        self.bootstrap = importlib.import_module("autograder.run.bootstrap")
        self.namespaces = importlib.import_module("autograder.run.namespaces")
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
    for name in (*_PRELOADED, *recorder_modules()) if config["load"].get("preload", True) else ():
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    forget_folders()
    os.environ.clear()
    gc.collect()
    gc.freeze()


def recorder_modules() -> list[str]:
    """Every module of the recorder."""
    recorder = sys.modules["autograder.recorder"]
    return [module.name for module in pkgutil.iter_modules(recorder.__path__, "autograder.recorder.")]


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


def state() -> dict:
    """What must stay small, for whoever looks: the threads, and whether TensorFlow has begun to compute."""
    context = sys.modules.get("tensorflow.python.eager.context")
    started = getattr(getattr(context, "_context", None), "_context_handle", None) is not None
    return {"threads": len(os.listdir("/proc/self/task")), "context": started}


def main() -> None:
    """Load everything, say so on descriptor 1, serve."""
    config = json.loads(sys.argv[1])
    tools = Tools(bytes.fromhex(config["filter"]))
    os.environ.clear()
    tools.namespaces.hide_start("python")
    tools.namespaces.become_subreaper()
    load(config, tools)
    listener = socket.socket(fileno=config["listener"])
    server = Server(listener, tools, lambda parcel, order: become(tools, parcel, order))
    os.write(1, json.dumps(state()).encode() + b"\n")
    server.serve()


if __name__ == "__main__":
    main()

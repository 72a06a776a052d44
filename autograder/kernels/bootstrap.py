"""The first code of a graded kernel: run as a script, before any code of the student.

    python -s bootstrap.py CONFIG.json

CONFIG.json is a `KernelConfig`. Nothing else of the grader can be imported afterwards. The zygote calls `load` once,
and `become_kernel` in each fork.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.abc
import importlib.util
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from autograder.recorder.recording import Recording

IMPORTS = (
    "tensorflow",
    "keras",
    "matplotlib",
)  # what every notebook of the course imports, and what takes seconds
_ROOM = 1 << 16  # places on a frame's stack, of eight bytes each: half a MiB


@dataclass(frozen=True)
class KernelCode:
    """Where the little of our code that a kernel may see lies, as the kernel sees it, and what is imported early.

    Attributes:
        recorder: the recorder's folder.
        helpers: the folder of the course's `helpers`.
        standin: the file that stands in for `autograder`.
        imports: modules imported before the first cell.
    """

    recorder: str
    helpers: str
    standin: str
    imports: tuple[str, ...] = IMPORTS


@dataclass(frozen=True)
class KernelConfig:
    """All that makes a process the kernel of one notebook, written to a file by whoever starts it.

    Attributes:
        code: see `KernelCode`.
        connection_file: Jupyter's connection file.
        evidence: where the recorder writes: the number of an open descriptor, or a folder.
        training: the training budget that the recorder is installed with.
        folder: where the notebook lies, seen from the folder that the process is started in; empty for that folder.
    """

    code: KernelCode
    connection_file: str
    evidence: int | str
    training: Literal["quick", "full"]
    folder: str = ""

    def to_json(self) -> str:
        """What `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> KernelConfig:
        """The configuration that `to_json` wrote down."""
        values = json.loads(text)
        code = values["code"]
        return cls(**{**values, "code": KernelCode(**{**code, "imports": tuple(code["imports"])})})


class CourseFinder(importlib.abc.MetaPathFinder):
    """Finds the recorder, and refuses every other module of the grader wherever it may be installed."""

    def __init__(self, recorder: Path) -> None:
        self.recorder = recorder

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """The recorder's own modules; None for names that are not ours."""
        if fullname == "autograder.recorder":
            return importlib.util.spec_from_file_location(
                fullname, self.recorder / "__init__.py", submodule_search_locations=[str(self.recorder)]
            )
        if fullname.startswith("autograder.recorder."):
            return None  # the ordinary finder looks in the recorder's folder
        if fullname.partition(".")[0] == "autograder":
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


class HelpersFinder(importlib.abc.MetaPathFinder):
    """Finds the course's `helpers` after everything else, so a module that a student wrote goes first."""

    def __init__(self, helpers: Path) -> None:
        self.helpers = helpers

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """The package `helpers` alone: its modules are then found in its own folder."""
        if fullname != "helpers" or not (self.helpers / "__init__.py").is_file():
            return None
        return importlib.util.spec_from_file_location(
            fullname, self.helpers / "__init__.py", submodule_search_locations=[str(self.helpers)]
        )


def install_standin(standin: Path) -> None:
    """Make `autograder` and `autograder.student` the stand-in."""
    for name in ("autograder", "autograder.student"):
        spec = importlib.util.spec_from_file_location(name, standin)
        if spec is None or spec.loader is None:
            raise ImportError(f"no module can be made of {standin}")
        module = importlib.util.module_from_spec(spec)
        module.__file__ = None
        spec.loader.exec_module(module)
        sys.modules[name] = module
    package: Any = sys.modules["autograder"]
    package.__path__ = []
    package.student = sys.modules["autograder.student"]


def clean_path(helpers: Path) -> None:
    """Take this script's folder and the folder that holds the grader off `sys.path`, unless packages live there."""
    ours = {Path(__file__).resolve().parent, Path(helpers).resolve().parent}
    sys.path[:] = [
        entry for entry in sys.path if (entry and _place(entry) not in ours) or _holds_packages(entry)
    ]
    sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in _module_name(finder)]


def _place(entry: str) -> Path:
    return Path(entry).resolve()


def _holds_packages(entry: str) -> bool:
    return Path(entry).name in ("site-packages", "dist-packages")


def _module_name(finder: object) -> str:
    return getattr(finder, "__module__", "") or ""


def load(code: KernelCode) -> None:
    """Import what every notebook of the course needs, quietly, and arrange what `import autograder` means."""
    clean_path(Path(code.helpers))
    install_standin(Path(code.standin))
    sys.meta_path.insert(0, CourseFinder(Path(code.recorder)))
    sys.meta_path.append(HelpersFinder(Path(code.helpers)))
    with uncollected():
        for name in (*code.imports, "ipykernel.kernelapp", "autograder.recorder"):
            importlib.import_module(name)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Nothing that imports make is garbage; looking for it is a quarter of the time that TensorFlow's import takes."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def roomy(function: Callable[..., None], environment: Mapping[str, str] = os.environ) -> Callable[..., None]:
    """`function` in a frame so large that Python takes a large piece of memory for it and for all that it calls.

    A tenth of the CPU seconds of a short notebook (Python 3.11, see `recorder.speed`), and left out with the other short
    ways where the environment says `COURSE_SPEEDUPS=off`. Otherwise Python asks the system for 16 KiB whenever calls go deeper than its last such piece, and gives them back at once:
    tens of thousands of times, when imports or training steps happen to go up and down there.
    """
    if environment.get("COURSE_SPEEDUPS") == "off":
        return function
    code = function.__code__
    code = code.replace(co_stacksize=code.co_stacksize + _ROOM)
    return FunctionType(code, function.__globals__, function.__name__, function.__defaults__)


def become_kernel(config: KernelConfig) -> None:
    """Turn this process into the kernel of one notebook; returns when the kernel ends.

    The notebook's folder is the working one, and first on the path for a student's own modules.
    """
    from ipykernel.kernelapp import IPKernelApp

    from autograder.recorder import install  # the finder above is the only way to it
    from autograder.recorder.budget import Budget

    os.chdir(config.folder or ".")
    sys.path.insert(0, os.getcwd())  # noqa: PTH109
    app: Any = IPKernelApp.instance()  # traitlets types none of its methods
    app.initialize(["-f", config.connection_file, "--HistoryManager.enabled=False", "--colors=NoColor"])
    sys.argv[:] = ["ipykernel_launcher.py", "-f", config.connection_file]
    budget = Budget.quick() if config.training == "quick" else Budget.full()
    recordings: list[Recording] = []
    number_cells(app.shell, recordings)
    evidence = Path(config.evidence) if isinstance(config.evidence, str) else config.evidence
    recordings.append(install(app.shell, evidence, budget))
    app.start()


def number_cells(shell: Any, recordings: list[Recording]) -> None:
    """Make the recorder count the runner's numbers: it adds one as a cell starts, so it is set to one less before.

    Skipped blank cells and code that a cell runs as a cell of its own (`get_ipython().run_cell`) thus do no harm.
    """
    current = 0

    def from_request(info: Any) -> None:
        nonlocal current
        prefix, _, number = str(info.cell_id or "").partition("-")
        if prefix == "cell" and number.isdigit():
            current = int(number)
        for recording in recordings:
            recording.journal.cell = current - 1

    shell.events.register("pre_run_cell", from_request)


def die_with_parent() -> None:
    """Ask Linux to end this process when the runner ends, and to choose it first when memory runs out."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    parent = os.getppid()
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # 1: PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)
    try:
        Path("/proc/self/oom_score_adj").write_text("600")
    except OSError:
        pass


def main() -> None:
    """Load everything, then serve the notebook named by the configuration file in argv."""
    config = KernelConfig.from_json(Path(sys.argv[1]).read_text(encoding="utf-8"))
    die_with_parent()
    load(config.code)
    become_kernel(config)


if __name__ == "__main__":
    roomy(main)()

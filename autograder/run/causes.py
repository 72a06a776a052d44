"""Why a cell failed, in one sentence for the person who wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.text import one_line

from .packages import available_packages

_NETWORK_ERRORS = {
    "URLError", "gaierror", "ConnectionError", "ConnectTimeout", "MaxRetryError", "NewConnectionError",
    "NameResolutionError", "ProxyError", "ConnectionRefusedError", "RemoteDisconnected",
}  # fmt: skip
_NETWORK_WORDS = re.compile(
    r"name resolution|Name or service not known|Network is unreachable|nodename nor servname|"
    r"Max retries exceeded|URL fetch failure|getaddrinfo failed|No address associated",
    re.IGNORECASE,
)
_MODULE = re.compile(r"No module named '([^']+)'")
_FILE = re.compile(r"No such file or directory: '([^']+)'|name = '([^']+)'")

# The same after any training. NotImplementedError is what an unfilled stub raises: training in full would not fill it.
UNRELATED_TO_TRAINING = frozenset(
    {
        "SyntaxError",
        "IndentationError",
        "TabError",
        "ModuleNotFoundError",
        "StdinNotImplementedError",
        "NotImplementedError",
        "ImportError",
        "UsageError",  # of IPython: a magic that there is not
        "FileNotFoundError",
        "IsADirectoryError",
        "NotADirectoryError",
        "PermissionError",
        "InvalidArgumentError",  # of TensorFlow: shapes that do not fit
        "UnidentifiedImageError",
        "TclError",
        "OSError",
        *_NETWORK_ERRORS,
    }
)


@dataclass(frozen=True)
class Explanation:
    """Why a cell failed: one sentence, the cleaned error line, and flags for the run's record."""

    sentence: str
    error: str
    flags: tuple[str, ...] = ()


def explain(cell: int, ename: str, evalue: str, left_out: tuple[str, ...] = ()) -> Explanation:
    """Say in plain words what made cell number `cell` fail; the two texts come from the student's kernel.

    `left_out`: sentences about files that were handed in and are not there.
    """
    name, text = one_line(ename, 80), one_line(evalue)
    error = one_line(f"{name}: {text}" if text else name)
    if name in ("ModuleNotFoundError", "ImportError") and (module := _MODULE.search(text)):
        return Explanation(_missing_module(cell, module.group(1)), error)
    if name in _NETWORK_ERRORS or _NETWORK_WORDS.search(text):
        sentence = (
            f"Cell {cell} needs the network, which is switched off during grading; "
            "use the course's loaders for data and hand in other files beside the notebook."
        )
        return Explanation(sentence, error, ("network_wanted",))
    if name in ("FileNotFoundError", "OSError") and (path := _FILE.search(text)):
        return Explanation(_missing_file(cell, path.group(1) or path.group(2), left_out), error)
    if name == "StdinNotImplementedError":
        return Explanation(f"Cell {cell} waits for typed input, which nobody can give during grading.", error)
    if name in ("SyntaxError", "IndentationError", "TabError"):
        return Explanation(f"Cell {cell} is not valid Python: {text}.", error)
    if name == "SystemExit":
        return Explanation(f"Cell {cell} asked Python to exit; the cells after it ran nevertheless.", error)
    return Explanation(f"Cell {cell} raised {error}.".replace("..", "."), error)


def _missing_module(cell: int, module: str) -> str:
    if module.split(".")[0] == "google":
        return (
            f"Cell {cell} imports `{module}`, which exists on Colab only; leave out mounting drives and uploads, "
            "and hand in the files that the notebook reads beside it."
        )
    if module.split(".")[0] == "autograder":
        return f"Cell {cell} imports `{module}`, which is no part of the course for students."
    return (
        f"Cell {cell} imports `{module}`, which is not installed for grading; "
        f"available are {', '.join(available_packages())}, and modules handed in beside the notebook."
    )


def _missing_file(cell: int, path: str, left_out: tuple[str, ...]) -> str:
    shown = one_line(path, 120)
    name = re.split(r"[\\/]", shown)[-1].casefold()
    for sentence in left_out:
        names = [re.split(r"[\\/]", each)[-1].casefold() for each in re.findall(r"`([^`]+)`", sentence)]
        if name and name in names:
            return f"Cell {cell} opens `{shown}`. {sentence}"
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:[\\/]", path):
        return f"Cell {cell} opens `{shown}`, a place on another machine; hand the file in beside the notebook and open it by its name."
    return f"Cell {cell} opens `{shown}`, a file that was not handed in beside the notebook."

"""What the grader would say, asked from inside a student's own notebook.

    from autograder.student import checker
    check = checker("dense")
    ...
    check("architecture")     # one item
    check()                   # all of them

It watches from the cell in which `checker` was called, changes nothing in the notebook, and prints plain text.
Inside a grading run these two names do nothing.
"""

from __future__ import annotations

from typing import Any

from autograder.errors import AutograderError
from autograder.own_kernel import OwnKernel
from autograder.reports.plain import items_table
from autograder.rubrics import PARTS, Part
from autograder.text import nearest

__all__ = ["Check", "checker"]

RESTART = "Models were built before the checker came, and it does not know them: restart the kernel and run all cells."
NO_NOTEBOOK = "The checker works inside a notebook: in JupyterLab, VS Code or Colab."

_kernels: list[OwnKernel] = []


def checker(part: str) -> Check:
    """Start watching this notebook, and return the function that checks a part of the course.

    Args:
        part: the part's id, `dense` for example.

    Call it in the first cell, before any model is built. Calling it again is harmless; nothing is raised.
    """
    chosen = next((each for each in PARTS if each.id == part), None)
    if chosen is None:
        print(f"There is no part `{part}`. {nearest(str(part), [each.id for each in PARTS])}")
        return Check(None, None)
    try:
        kernel = _watched_kernel()
    except Exception as error:
        print(
            f"The checker cannot start here ({type(error).__name__}: {error}); your notebook runs without it."
        )
        return Check(chosen, None)
    if kernel is None:
        print(NO_NOTEBOOK)
    elif kernel.late:
        print(RESTART)
    return Check(chosen, kernel)


class Check:
    """Checks items of one part; `check("architecture")`, several names, or none for all items."""

    def __init__(self, part: Part | None, kernel: OwnKernel | None) -> None:
        self._part = part
        self._kernel = kernel

    def __call__(self, *items: str) -> None:
        """Print what the grader would say now about these items."""
        part, kernel = self._part, self._kernel
        if part is None or kernel is None:
            print("Nothing is checked here: see what the cell with `checker(...)` printed.")
            return
        names = [item.id for item in part.items]
        wrong = [item for item in items if item not in names]
        if wrong:
            print(f"There is no item `{wrong[0]}`. {nearest(str(wrong[0]), names)}")
            return
        print(_answer(part, kernel, items or tuple(names)))

    def __repr__(self) -> str:
        return f"Check({self._part.id!r})" if self._part else "Check()"


def _answer(part: Part, kernel: OwnKernel, items: tuple[str, ...]) -> str:
    """What the grader would say now about these items of a part."""
    from autograder.checks import CHECKS  # a notebook that asks nothing need not wait for them

    with_replay = any(CHECKS[item.check].replay for item in part.items if item.id in items)
    try:
        grade = kernel.judge(part, with_replay)
    except AutograderError as error:
        return f"The checker cannot answer now: {error}"
    except Exception as error:
        return f"The checker itself failed ({type(error).__name__}: {error}); your notebook is not at fault."
    chosen = [item for item in grade.items if item.item in items]
    lines = [items_table(part.title, chosen)]
    lines += [f"Note: {note}" for note in grade.notes if len(items) == len(grade.items)]
    return "\n".join([RESTART, *lines] if kernel.late else lines)


def _watched_kernel() -> OwnKernel | None:
    """This process's kernel under the recorder, started once; None outside IPython."""
    if not _kernels:
        shell = _shell()
        if shell is None:
            return None
        _kernels.append(OwnKernel(shell))
    return _kernels[0]


def _shell() -> Any:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()

"""How a class is graded: the choices of one `grade` command, as one frozen value that every worker receives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

CORE_PARTS = ("dense", "conv", "denoising")

QUICK_CELL_SECONDS = 300.0
QUICK_NOTEBOOK_SECONDS = 900.0
FULL_CELL_SECONDS = 2 * 3600.0
FULL_NOTEBOOK_SECONDS = 4 * 3600.0


@dataclass(frozen=True)
class Settings:
    """The choices of one grading.

    Attributes:
        training: the training budget; a quick run that fails is repeated in full.
        sandbox: `bwrap` boxes every kernel, `none` runs it bare (trusted notebooks only).
        timeout: seconds for a whole notebook, or None for the default of the training budget.
        cell_timeout: seconds for one cell, or None for the default of the training budget.
        memory_mb: memory that one kernel and its children may use, in MiB.
        parts: ids of the parts that are looked for and make up the maximum of points.
        workers: notebooks that run at the same time, at least 1; while they do, one more submission is made ready or judged.
        warm: whether kernels may be forked from a process that has TensorFlow imported already.
        keep_notebooks: whether the executed notebook is kept beside the record, for the instructor.
    """

    training: Literal["quick", "full"] = "quick"
    sandbox: Literal["bwrap", "none"] = "bwrap"
    timeout: float | None = None
    cell_timeout: float | None = None
    memory_mb: int = 4096
    parts: tuple[str, ...] = CORE_PARTS
    workers: int = 1
    warm: bool = True
    keep_notebooks: bool = True

    @property
    def notebook_seconds(self) -> float:
        """The clock of a whole notebook, in seconds."""
        default = QUICK_NOTEBOOK_SECONDS if self.training == "quick" else FULL_NOTEBOOK_SECONDS
        return default if self.timeout is None else self.timeout

    @property
    def cell_seconds(self) -> float:
        """The clock of one cell, in seconds; never longer than the notebook's."""
        default = QUICK_CELL_SECONDS if self.training == "quick" else FULL_CELL_SECONDS
        return min(default if self.cell_timeout is None else self.cell_timeout, self.notebook_seconds)

    def in_full(self) -> Settings:
        """The same settings with training unshortened (clocks that were given stay)."""
        return replace(self, training="full")

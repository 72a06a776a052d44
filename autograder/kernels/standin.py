"""What `autograder` is inside a graded kernel: one file whose functions do nothing, so that checker cells run.

The kernel sees this module as `autograder`, `autograder.student`, and nothing else of the grader.
It is loaded by path, imports nothing, and must stay a single file.
"""

from __future__ import annotations


class Check:
    """What `checker(part)` returns: callable like the real one, silent, without an answer."""

    def __init__(self, part: str = "") -> None:
        self.part = part

    def __call__(self, *items: object, **options: object) -> None:
        """Nothing is checked while a notebook is being graded."""


def checker(part: str = "", *_: object, **__: object) -> Check:
    """A check that does nothing and prints nothing."""
    return Check(part)

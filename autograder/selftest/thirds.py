"""Which third of the corpora is graded at a commit: the next one at each commit, and always the same one at the same commit.

Three commits in a row grade every notebook once. A run is repeated by naming its commit.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from autograder.errors import UsageError

THIRDS = 3


@dataclass(frozen=True)
class Third:
    """One third of the notebooks: `number` is 0, 1 or 2; `commit` is the name of the commit that decided it."""

    number: int
    commit: str

    def holds(self, case_id: str) -> bool:
        """Whether a case belongs to it; its name alone decides, so that new cases move no others."""
        return int(sha256(case_id.encode()).hexdigest(), 16) % THIRDS == self.number

    def __str__(self) -> str:
        return f"third {self.number + 1} of {THIRDS}, by commit {self.commit[:12]}"


def third_at(commit: str, clone: Path) -> Third:
    """The third of a commit (a name that git knows in `clone`), by its place in the history.

    Raises `UsageError` where git does not know it, or `clone` is none.
    """
    name = _git(clone, "rev-parse", "--verify", "--end-of-options", f"{commit}^{{commit}}")
    if _git(clone, "rev-parse", "--is-shallow-repository") == "true":
        return Third(
            int(name, 16) % THIRDS, name
        )  # without a history to count in, the commit's own name decides
    return Third(int(_git(clone, "rev-list", "--count", "--first-parent", name)) % THIRDS, name)


def graded_commit(clone: Path) -> str:
    """The commit that is checked out in `clone`, and whether sources of the package differ from it. Raises as `third_at`."""
    name = _git(clone, "rev-parse", "HEAD")[:12]
    changed = _git(clone, "status", "--porcelain", "--", "autograder", "helpers", "corpora")
    return f"{name}, with changes" if changed else name


def _git(clone: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(clone), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise UsageError("The commit decides which notebooks are graded, and there is no git here.") from None
    if done.returncode:
        raise UsageError(
            f"The commit decides which notebooks are graded: {done.stderr.strip()}",
            "Run it in a clone, and name a commit of it.",
        )
    return done.stdout.strip()

"""The fork server of the workers: what it has imported before it forks the first one."""

from __future__ import annotations

import subprocess
import sys

from tests.test_walls import modules, reached, room_of

NOT_IN_A_WORKER = {
    "recorder",
    "student",
    "own_kernel",
    "reports",
    "helpers",
}  # named there, not imported by a boxed run


def test_a_worker_has_all_that_it_imports_from_its_first_moment() -> None:
    """No module that a worker reaches is left to be imported in each worker anew: that takes half a second of CPU."""
    code = "import sys\nfrom autograder.batch.fork_server import preload\npreload([])\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())

    own = modules()
    needed = {name for name in reached("autograder.batch.worker", own) if name in own}

    assert {name for name in needed if room_of(name) not in NOT_IN_A_WORKER} <= loaded

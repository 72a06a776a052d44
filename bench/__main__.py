"""`make bench`: the figures of one run on one machine, printed as a table.

Throughput counts whole commands, start-up included, over the number of notebooks. The rivals' virtual
environments are made on first use in `.cache/bench`.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
from pathlib import Path

from rich.console import Console
from rich.table import Table

from . import ours, rivals
from .streams import Timing, run

PLACE = Path(".cache/bench")


def main() -> None:
    """Time every grader in one stream and in two, then the rooms of ours."""
    arguments = argparse.ArgumentParser(prog="python -m bench")
    arguments.add_argument("--notebooks", type=int, default=24, help="how many submissions each grader gets")
    count = arguments.parse_args().notebooks
    console = Console(width=100)
    work = (PLACE / "work").resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    console.print(
        f"{platform.machine()}, {os.cpu_count()} cores, {count} dense notebooks each", highlight=False
    )
    measured = {
        (name, streams): timed(name, streams, work, count)
        for name in ("autograder", "nbclient loop", "nbgrader", "otter")
        for streams in (1, 2)
    }
    console.print(throughput(measured, count))
    console.print(f"kernels: {ours.kernels(work, 'autograder-1')} in one stream", highlight=False)
    console.print(trivial(work))
    console.print(costs())


def timed(name: str, streams: int, work: Path, count: int) -> Timing:
    """One grader over `count` submissions in that many streams."""
    numbers = list(range(count))
    label = f"{name.replace(' ', '-')}-{streams}"
    if name == "autograder":
        return run([ours.commands(work, numbers, label, streams)])
    make = {"nbgrader": rivals.nbgrader, "otter": rivals.otter, "nbclient loop": rivals.plain_nbclient}[name]
    home = work.parent if name in rivals.PINS else work
    shares = [numbers[index::streams] for index in range(streams)]
    return run([make(_fresh(home, work, label, index), share, label) for index, share in enumerate(shares)])


def _fresh(home: Path, work: Path, label: str, index: int) -> Path:
    """A folder for one stream, from which the rival's virtual environments can be reached."""
    folder = work / f"{label}-{index}"
    folder.mkdir()
    for name in rivals.PINS:
        (home / f"venv-{name}").mkdir(exist_ok=True)
        (folder / f"venv-{name}").symlink_to(home / f"venv-{name}")
    return folder


def throughput(measured: dict[tuple[str, int], Timing], count: int) -> Table:
    """Seconds a notebook and how many times the rivals' throughput ours is."""
    table = Table("grader", "one stream", "two streams", "CPU, one stream", "ours is faster by")
    for name in dict.fromkeys(name for name, _ in measured):
        one, two = measured[name, 1], measured[name, 2]
        times = (
            ""
            if name == "autograder"
            else (
                f"{one.wall / measured['autograder', 1].wall:.1f} x, two streams "
                f"{one.wall / measured['autograder', 2].wall:.1f} x"
            )
        )
        table.add_row(
            name, f"{one.wall / count:.2f} s", f"{two.wall / count:.2f} s", f"{one.cpu / count:.2f} s", times
        )
    table.caption = "seconds a notebook; ‘faster by’ compares with the rival in one stream"
    return table


def trivial(work: Path) -> Table:
    """A trivial TensorFlow notebook in one stream: what one more of them adds, and how long one takes by itself."""
    few, many = 2, 42
    small = run([ours.commands(work, list(range(few)), "trivial-few", 1, trivial=True)])
    large = run([ours.commands(work, list(range(many)), "trivial-many", 1, trivial=True)])
    table = Table("trivial TensorFlow notebook, one stream", "seconds")
    table.add_row(
        f"each further one ({few} against {many} in a class)",
        f"{(large.wall - small.wall) / (many - few):.2f}",
    )
    table.add_row(
        "the first one of a class, from start to grade", f"{ours.seconds(work, 'trivial-few', 0):.2f}"
    )
    table.add_row(f"the whole command for {few}", f"{small.wall:.2f}")
    return table


def costs() -> Table:
    """What recording and judging cost on one dense notebook."""
    table = Table("own cost on a dense notebook", "CPU seconds")
    spent = ours.rooms()
    for room, seconds in spent.items():
        table.add_row(room, f"{seconds:.2f}")
    table.add_row(
        "recorder + replay + judging", f"{spent['recorder'] + spent['replay'] + spent['judging']:.2f}"
    )
    return table


if __name__ == "__main__":
    main()

"""`make bench`: the figures of one run on one machine, printed as a table.

Throughput counts whole commands, start-up included, over the number of notebooks. The others start everything anew for
each notebook, so a larger class changes nothing for them; ours imports TensorFlow once, so it is timed on a larger class too.
The rivals' virtual environments are made on first use in `.cache/bench`.
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
OURS = "autograder"


def main() -> None:
    """Time every grader in one stream and in two, then the rooms of ours."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--notebooks", type=int, default=24, help="how many submissions each grader gets")
    parser.add_argument(
        "--large", type=int, default=96, help="size of the class that ours is timed on as well"
    )
    arguments = parser.parse_args()
    count = arguments.notebooks
    console = Console(width=110)
    work = (PLACE / "work").resolve()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    console.print(
        f"{platform.machine()}, {os.cpu_count()} cores, {count} dense notebooks each", highlight=False
    )
    graders = [(OURS, count), (OURS, arguments.large)]
    graders += [(name, count) for name in ("nbclient loop", "nbgrader", "otter")]
    measured = {
        (name, size, streams): timed(name, streams, work, size)
        for name, size in graders
        for streams in (1, 2)
    }
    console.print(throughput(measured))
    console.print(f"kernels: {ours.kernels(work, f'{OURS}-{count}-1')} in one stream", highlight=False)
    console.print(trivial(work))
    console.print(costs())


def timed(name: str, streams: int, work: Path, count: int) -> Timing:
    """One grader over `count` submissions in that many streams."""
    numbers = list(range(count))
    label = f"{name.replace(' ', '-')}-{count}-{streams}"
    if name == OURS:
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


def throughput(measured: dict[tuple[str, int, int], Timing]) -> Table:
    """Seconds a notebook, and how many times each other grader's throughput ours is."""
    table = Table("grader", "notebooks", "one stream", "two streams", "CPU, one stream", "ours is faster by")
    each = {key: timing.wall / key[1] for key, timing in measured.items()}
    sizes = [size for name, size, streams in measured if name == OURS and streams == 1]
    for name, size, streams in measured:
        if streams != 1:
            continue
        theirs = each[name, size, 1]
        times = [
            f"{theirs / each[OURS, own, 1]:.1f} x, two streams {theirs / each[OURS, own, 2]:.1f} x ({own})"
            for own in sizes
            if name != OURS
        ]
        cpu = measured[name, size, 1].cpu / size
        seconds = (f"{theirs:.2f} s", f"{each[name, size, 2]:.2f} s", f"{cpu:.2f} s")
        table.add_row(name, str(size), *seconds, "\n".join(times))
    table.caption = "seconds a notebook; ‘faster by’ compares with the other grader in one stream, for each size of our class"
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

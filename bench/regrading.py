"""How long a class of 1,000 takes to be judged again: `python -m bench.regrading GRADED_FOLDER`.

The folder is one of an earlier `autograder grade`; its submissions stand in the class as often as it takes, under other
ids. Each has a record of its own; the evidence, which nothing writes to, is read from where it lies, so after the first
pass it comes from memory, as that of a class does that was just graded.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.files import folder_name

CLASS = 1000


def main(graded: Path, count: int = CLASS) -> None:
    """Print seconds and CPU seconds for `regrade --dry-run` and `regrade` of `count` submissions."""
    with tempfile.TemporaryDirectory(dir=graded.resolve().parent) as place:
        out = Path(place) / "class"
        enlarge(graded.resolve(), out, count)
        print(
            f"{count} submissions, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before", flush=True
        )
        for options in (["--dry-run"], []):
            before, began = spent(), time.monotonic()
            command = [sys.executable, "-m", "autograder", "regrade", str(out), *options]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds, cpu = time.monotonic() - began, spent() - before
            told = next(line for line in done.stdout.splitlines() if " keep" in line and "gain" in line)
            print(f"regrade {' '.join(options):<10} {seconds:6.1f} s, CPU {cpu:6.1f} s   {told}", flush=True)


def spent() -> float:
    """CPU seconds of all processes that have ended here: user and system."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def enlarge(graded: Path, out: Path, count: int) -> None:
    """A folder of `count` submissions with the evidence of those in `graded`."""
    shutil.copytree(graded, out, ignore=shutil.ignore_patterns("submissions"))
    (out / "submissions").mkdir()
    originals = [path for path in sorted((graded / "submissions").iterdir()) if path.is_dir()]
    for number in range(count):
        source = originals[number % len(originals)]
        id = f"student_{number:04}"
        target = out / "submissions" / folder_name(id)
        target.mkdir()
        (target / "notebooks").symlink_to(source / "notebooks")
        record = json.loads((source / "grade.json").read_text(encoding="utf-8"))
        record["grade"]["id"] = id
        (target / "grade.json").write_text(json.dumps(record), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))

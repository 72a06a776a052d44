"""How long a class of 1,000 takes to be judged again: `python -m bench.regrading GRADED_FOLDER`.

The folder is one of an earlier `autograder grade`; its submissions are linked as often as it takes under other ids.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.folders import folder_name

CLASS = 1000


def main(graded: Path) -> None:
    """Print seconds for 1,000 submissions, for `regrade --dry-run` and for `regrade`."""
    with tempfile.TemporaryDirectory(dir=graded.resolve().parent) as place:
        out = Path(place) / "class"
        enlarge(graded, out)
        for options in (["--dry-run"], []):
            began = time.monotonic()
            command = [sys.executable, "-m", "autograder", "regrade", str(out), *options]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds = time.monotonic() - began
            told = next(line for line in done.stdout.splitlines() if "keep theirs" in line)
            print(
                f"regrade {' '.join(options):<10} {CLASS} submissions  {seconds:6.1f} s   {told}", flush=True
            )


def enlarge(graded: Path, out: Path) -> None:
    """A folder of 1,000 submissions whose evidence is linked from those of `graded`."""
    shutil.copytree(graded, out, ignore=shutil.ignore_patterns("submissions"))
    (out / "submissions").mkdir()
    originals = sorted((graded / "submissions").iterdir())
    for number in range(CLASS):
        source = originals[number % len(originals)]
        id = f"student_{number:04}"
        target = out / "submissions" / folder_name(id)
        # linked, so that a class of 1,000 costs no disk; the record alone is a file of its own
        shutil.copytree(source, target, copy_function=lambda one, other: Path(other).hardlink_to(one))
        record = json.loads((source / "grade.json").read_text(encoding="utf-8"))
        record["grade"]["id"] = id
        (target / "grade.json").unlink()
        (target / "grade.json").write_text(json.dumps(record), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

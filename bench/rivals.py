"""nbgrader and Otter, each in a virtual environment of its own, and a plain nbclient loop."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from . import notebooks
from .streams import Command

PINS = {
    "nbgrader": ("nbgrader==0.9.6", "tensorflow==2.21.0", "keras==3.15.1", "matplotlib"),
    "otter": ("otter-grader==7.0.0", "tensorflow==2.21.0", "keras==3.15.1", "matplotlib", "ipykernel"),
}
QUIET = (("TF_CPP_MIN_LOG_LEVEL", "3"), ("MPLBACKEND", "agg"))
OTTER_TEST = """OK_FORMAT = True
test = {"name": "check", "points": 2, "suites": [{"type": "doctest", "scored": True, "setup": "", "teardown": "",
  "cases": [{"code": ">>> model.count_params()\\n829284"}, {"code": ">>> len(history.history['loss'])\\n2"}]}]}
"""
LOOP = """import sys, nbformat, nbclient
for name in sys.argv[1:]:
    nbclient.NotebookClient(nbformat.read(name, as_version=4), timeout=600).execute()
"""


def environment(name: str, place: Path) -> Path:
    """The rival's interpreter folder; made on first use."""
    home = (place / f"venv-{name}").resolve()  # a stream knows it through a link, which venv would not fill
    if not (home / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(home / "bin" / "python"), "-m", "pip", "install", "-q", *PINS[name]], check=True)
        (home / "ready").touch()
    return home / "bin"


def nbgrader(place: Path, share: list[int], label: str) -> list[Command]:
    """`nbgrader autograde` over one course of its own for this share of the submissions."""
    programs = environment("nbgrader", place)
    course = place / f"nbgrader-{label}"
    source = course / "source" / "a1"
    source.mkdir(parents=True)
    (source / "dense.ipynb").write_text(notebooks.for_nbgrader(0))
    (source / notebooks.IMAGES).write_bytes(notebooks.digits())
    settings = "c = get_config()\nc.ExecutePreprocessor.timeout = 600\n"
    (course / "nbgrader_config.py").write_text(settings)
    make = [str(programs / "nbgrader"), "generate_assignment", "a1"]
    search = f"{programs}:/usr/bin:/bin"
    subprocess.run(
        make, cwd=course, check=True, capture_output=True, env={"PATH": search, "HOME": str(course)}
    )
    for number in share:
        handed = course / "submitted" / f"student{number}" / "a1"
        handed.mkdir(parents=True)
        (handed / "dense.ipynb").write_text(notebooks.for_nbgrader(number))
        (handed / notebooks.IMAGES).write_bytes(notebooks.digits())
    words = (str(programs / "nbgrader"), "autograde", "a1")
    return [Command(words, course, (*QUIET, ("PATH", search), ("HOME", str(course))))]


def otter(place: Path, share: list[int], label: str) -> list[Command]:
    """`otter run` on each notebook of this share."""
    programs = environment("otter", place)
    base = place / f"otter-{label}"
    (base / "tests").mkdir(parents=True)
    (base / "tests" / "check.py").write_text(OTTER_TEST)
    search = f"{programs}:/usr/bin:/bin"
    generate = [str(programs / "otter"), "generate", "-t", "tests", "--no-environment"]
    subprocess.run(
        generate, cwd=base, check=True, capture_output=True, env={"PATH": search, "HOME": str(base)}
    )
    archive = next(base.glob("*.zip"))
    commands = []
    for number in share:
        folder = base / f"student{number}"
        folder.mkdir()
        (folder / "dense.ipynb").write_text(notebooks.notebook(notebooks.DENSE, number))
        (folder / notebooks.IMAGES).write_bytes(notebooks.digits())
        words = (str(programs / "otter"), "run", "-a", str(archive), "dense.ipynb")
        commands.append(Command(words, folder, (*QUIET, ("PATH", search), ("HOME", str(base)))))
    return commands


def plain_nbclient(place: Path, share: list[int], label: str) -> list[Command]:
    """The notebooks executed by nbclient one after another: no checks, no box, no grade."""
    folder = place / f"nbclient-{label}"
    folder.mkdir()
    (folder / notebooks.IMAGES).write_bytes(notebooks.digits())
    (folder / "loop.py").write_text(LOOP)
    names = []
    for number in share:
        names.append(f"dense{number}.ipynb")
        (folder / names[-1]).write_text(notebooks.notebook(notebooks.DENSE, number))
    return [Command((sys.executable, "loop.py", *names), folder, QUIET)]

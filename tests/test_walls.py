"""The walls between the rooms of the project, read from every import statement (design: one way, nothing upstream)."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.release.imports import imported_names

ROOT = Path(__file__).resolve().parents[1]

# The rooms by the first matching prefix of a module's name, most special first.
REPLAY = "autograder.run.replay"
JUDGING = ("autograder.checks", "autograder.rubrics", "autograder.grade", "autograder.reports")
DOORS = (
    "autograder.cli",
    "autograder.selftest",
    "autograder.student",
    "autograder.own_kernel",
    "autograder.doctor",
)
SHARED = (
    "autograder.records",
    "autograder.errors",
    "autograder.text",
    "autograder.names",
    "autograder.folders",
)

KERAS = {"keras", "tensorflow", "tf_keras"}
JUPYTER = {"jupyter_client", "nbclient", "nbconvert", "ipykernel", "IPython", "jupyter_core", "zmq"}


def within(name: str, *rooms: str) -> bool:
    """Whether a module is one of `rooms` or inside one."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def modules() -> dict[str, set[str]]:
    """Every module of ours -> all names that it imports, relative ones resolved, those inside functions included."""
    found = {}
    for package in ("autograder", "helpers"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = set(imported_names(path, name))
    return found


def crossings(imports: dict[str, set[str]]) -> list[str]:
    """Each import that goes through a wall, as `importer -> imported`."""
    found = []
    for name, targets in imports.items():
        for target in targets:
            if target != name and not _allowed(name, target):
                found.append(f"{name} -> {target}")
    return sorted(found)


def _allowed(name: str, target: str) -> bool:
    top = target.split(".")[0]
    if top in KERAS:
        return within(name, "autograder.recorder", REPLAY, "helpers", *DOORS)
    if top in JUPYTER:
        return within(name, "autograder.run", "autograder.recorder", *DOORS) and not within(name, REPLAY)
    if top == "helpers":
        return within(name, "helpers") or within(target, "helpers.data") or target == "helpers"
    return top != "autograder" or _allowed_inside(name, target)


def _allowed_inside(name: str, target: str) -> bool:
    """Whether one module of ours may import another one of the grader."""
    if within(name, "helpers"):
        return False
    if within(name, "autograder.recorder"):
        return within(target, "autograder.recorder")
    if target == "autograder" or within(target, *SHARED):
        return True
    if within(name, *JUDGING):
        return within(target, *JUDGING, "autograder.evidence")
    if within(name, "autograder.evidence"):
        return within(target, "autograder.evidence")
    return True


def test_no_import_goes_through_a_wall():
    """The tree as it stands keeps every wall."""
    assert crossings(modules()) == []


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("autograder.recorder.models", "autograder.records"),
        ("autograder.recorder.models", "autograder.evidence.facts"),
        ("autograder.checks.figures", "keras"),
        ("autograder.grade", "tensorflow"),
        ("autograder.reports.html", "nbclient"),
        ("autograder.rubrics.dense", "autograder.run.execute"),
        ("autograder.evidence.reader", "autograder.checks.figures"),
        ("autograder.batch", "keras"),
        ("autograder.batch", "jupyter_client.manager"),
        ("autograder.run.replay", "ipykernel"),
        ("autograder.run.execute", "keras"),
        ("autograder.pipeline", "helpers.plots"),
        ("helpers.data", "autograder.errors"),
    ],
)
def test_a_wall_holds(name, target):
    """Each forbidden import is noticed."""
    assert crossings({name: {target}}) == [f"{name} -> {target}"]


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("autograder.recorder.models", "keras"),
        ("autograder.run.replay", "keras.layers"),
        ("autograder.run.talk", "jupyter_client"),
        ("autograder.evidence.known", "helpers.data"),
        ("autograder.checks.figures", "autograder.records"),
        ("autograder.cli.grading", "autograder.batch"),
        ("helpers.plots", "matplotlib.pyplot"),
    ],
)
def test_a_door_is_open(name, target):
    """What the rooms are meant to use is not refused."""
    assert crossings({name: {target}}) == []


def test_imports_are_read_where_they_hide(tmp_path):
    """Relative imports and imports inside functions are resolved to full names."""
    (tmp_path / "room").mkdir()
    path = tmp_path / "room" / "part.py"
    path.write_text("from ..other import thing\ndef f():\n    import keras.layers\n    from . import near\n")

    names = set(imported_names(path, "house.room.part"))

    assert {"house.other", "house.other.thing", "keras.layers", "house.room.near"} <= names

"""The rooms as one ordered list of layers: no import goes up, none goes in a circle, and libraries stay where they belong.

Imports inside functions count, so do module names in strings (`importlib`, `python -m`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from autograder.release.imports import imported_names

ROOT = Path(__file__).resolve().parents[1]

# From the doors down to the ground. A module may import rooms of lower lines and its own room; rooms of one line
# know nothing of each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("selftest",),
    ("batch", "release"),
    ("pipeline", "student", "doctor"),
    ("own_kernel", "run"),
    ("grading",),
    ("checks",),
    ("replay", "rubrics"),
    ("kernels", "recognition", "gradebook"),
    ("sandbox", "evidence", "reports", "submissions", "course"),
    ("recorder", "helpers"),
    ("files", "text", "settings", "records", "errors"),
)
HEIGHT = {room: len(LAYERS) - number for number, line in enumerate(LAYERS) for room in line}

# Rooms that run in a kernel, or whose code students import: they see nothing else of ours.
ALONE = {"recorder", "helpers"}

# Heavy or dangerous libraries, and the only rooms that may import them, by themselves or through others of ours.
KERAS = {"keras", "tensorflow", "tf_keras"}
JUPYTER = {"jupyter_client", "nbclient", "nbconvert", "ipykernel", "IPython", "jupyter_core", "zmq"}
OPENERS = {
    "keras": (KERAS, {"recorder", "replay", "helpers", "student", "own_kernel", "doctor"}),
    "jupyter": (JUPYTER, {"recorder", "kernels", "run", "student", "own_kernel", "doctor"}),
}
# Judging is pure: no room of these reaches Keras or a kernel even through another one.
PURE = {"evidence", "recognition", "rubrics", "checks", "grading", "reports", "gradebook", "submissions"}

# Names in strings that stand for no import: the kernel's stand-in goes by the name that notebooks import.
STANDS_FOR_ANOTHER = {("autograder.kernels.bootstrap", "autograder.student")}

MODULE_NAME = re.compile(r"(?:autograder|helpers)(?:\.[a-z_]+)+")


def room_of(name: str) -> str:
    """The room of a module by its full name; empty for the package `autograder` itself and for what is not ours."""
    top, _, rest = name.partition(".")
    if top == "helpers":
        return "helpers"
    return rest.split(".")[0] if top == "autograder" else ""


def module_names(path: Path) -> Iterable[str]:
    """Names of our modules in plain strings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if MODULE_NAME.fullmatch(node.value):
                yield node.value


def modules() -> dict[str, set[str]]:
    """Every module of ours -> all names that it imports, relative ones resolved, or has in a string."""
    found = {}
    for package in ("autograder", "helpers"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = {*imported_names(path, name), *module_names(path)}
    return found


def crossings(imports: dict[str, set[str]]) -> list[str]:
    """Each import that goes up or sideways, as `importer -> imported`."""
    found = []
    for name, targets in imports.items():
        for target in targets:
            here, there = room_of(name), room_of(target)
            known = (name, target) in STANDS_FOR_ANOTHER
            if here and there and here != there and not known and not _goes_down(here, there, target):
                found.append(f"{name} -> {target}")
    return sorted(found)


def _goes_down(here: str, there: str, target: str) -> bool:
    if here in ALONE:
        return False
    if there == "helpers" and not (target == "helpers" or target.startswith("helpers.data")):
        return False
    return HEIGHT.get(there, 0) < HEIGHT.get(here, 0)


def intruders(imports: dict[str, set[str]]) -> list[str]:
    """Each import of a library outside of the rooms that may have it."""
    found = []
    for name, targets in imports.items():
        for target in targets:
            for libraries, rooms in OPENERS.values():
                if target.split(".")[0] in libraries and room_of(name) not in rooms:
                    found.append(f"{name} -> {target}")
    return sorted(found)


def reached(name: str, imports: dict[str, set[str]]) -> set[str]:
    """Everything that importing a module may import, through any number of modules of ours."""
    seen: set[str] = set()
    todo = [name]
    while todo:
        each = todo.pop()
        if each not in seen:
            seen.add(each)
            todo += imports.get(each, ())
    return seen


def circles(imports: dict[str, set[str]]) -> list[str]:
    """Modules of ours that import themselves through others; the packages that a module lies in do not count."""
    own = {
        name: {
            target
            for target in targets - {other for module, other in STANDS_FOR_ANOTHER if module == name}
            if target in imports and not f"{name}.".startswith(f"{target}.")
        }
        for name, targets in imports.items()
    }
    return sorted(name for name in own if any(name in reached(target, own) for target in own[name]))


def test_every_room_has_its_place() -> None:
    """The list of layers names every folder and module of the package, and nothing else."""
    rooms = {
        path.stem
        for path in (ROOT / "autograder").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms - {"__init__"} == set(HEIGHT) - {"helpers"}


def test_few_modules_are_loose() -> None:
    """A newcomer finds rooms at the top, and at most a dozen files between them."""
    loose = [path for path in (ROOT / "autograder").glob("*.py") if not path.stem.startswith("__")]
    assert len(loose) <= 10


def test_no_folder_is_crowded() -> None:
    """At most 20 modules lie in one folder."""
    folders = {path.parent for path in (ROOT / "autograder").rglob("*.py")}
    assert {
        str(folder): len(list(folder.glob("*.py")))
        for folder in folders
        if len(list(folder.glob("*.py"))) > 20
    } == {}


def test_no_import_goes_up() -> None:
    """The tree as it stands keeps every wall."""
    assert crossings(modules()) == []


def test_no_import_goes_in_a_circle() -> None:
    """No module of ours needs itself."""
    assert circles(modules()) == []


def test_libraries_stay_in_their_rooms() -> None:
    """Keras is imported in kernels, in replay and by helpers; Jupyter by what runs notebooks."""
    assert intruders(modules()) == []


def test_judging_reaches_no_library_that_runs_code() -> None:
    """Neither Keras nor a kernel is reached from a judging room, through whatever other module."""
    imports = modules()
    without_doors = {
        name: {t for t in targets if not t.startswith("helpers")} for name, targets in imports.items()
    }
    for name in imports:
        if room_of(name) in PURE:
            tops = {each.split(".")[0] for each in reached(name, without_doors)}
            assert not tops & (KERAS | JUPYTER), name


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("autograder.recorder.models.book", "autograder.records"),
        ("autograder.recorder.models.book", "autograder.evidence.facts"),
        ("autograder.rubrics.dense", "autograder.run.execute"),
        ("autograder.evidence.reader", "autograder.checks.runs"),
        ("autograder.kernels.zygote.process", "autograder.replay.replay"),
        ("autograder.run.execute", "autograder.pipeline"),
        ("autograder.checks.runs", "autograder.grading.grade"),
        ("autograder.sandbox.mounts", "autograder.kernels.kernel"),
        ("autograder.submissions", "autograder.evidence.arrays"),
        ("autograder.pipeline", "helpers.plots"),
        ("helpers.data", "autograder.errors"),
    ],
)
def test_a_wall_holds(name: str, target: str) -> None:
    """Each import that goes up or sideways is noticed."""
    assert crossings({name: {target}}) == [f"{name} -> {target}"]


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("autograder.checks.runs", "keras"),
        ("autograder.grading.grade", "tensorflow"),
        ("autograder.reports.html", "nbclient"),
        ("autograder.batch.grading", "keras"),
        ("autograder.batch.grading", "jupyter_client.manager"),
        ("autograder.replay.replay", "ipykernel"),
        ("autograder.run.execute", "keras"),
    ],
)
def test_a_library_out_of_its_room_is_noticed(name: str, target: str) -> None:
    """Each forbidden library is noticed."""
    assert intruders({name: {target}}) == [f"{name} -> {target}"]


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("autograder.recorder.models.book", "keras"),
        ("autograder.replay.rebuilt_model", "keras.layers"),
        ("autograder.run.channels", "jupyter_client"),
        ("autograder.recognition.known_images", "helpers.data"),
        ("autograder.checks.runs", "autograder.records"),
        ("autograder.cli.grading", "autograder.batch.grading"),
        ("helpers.plots", "matplotlib.pyplot"),
    ],
)
def test_a_door_is_open(name: str, target: str) -> None:
    """What the rooms are meant to use is not refused."""
    assert crossings({name: {target}}) == [] and intruders({name: {target}}) == []


def test_imports_are_read_where_they_hide(tmp_path: Path) -> None:
    """Relative imports, imports inside functions and names of modules in strings are resolved to full names."""
    (tmp_path / "room").mkdir()
    path = tmp_path / "room" / "part.py"
    path.write_text(
        "from ..other import thing\ndef f():\n    import keras.layers\n    from . import near\n    x = 'autograder.run.execute'\n"
    )

    assert {"house.other", "house.other.thing", "keras.layers", "house.room.near"} <= set(
        imported_names(path, "house.room.part")
    )
    assert set(module_names(path)) == {"autograder.run.execute"}


def test_a_circle_is_noticed() -> None:
    """Also one of three modules."""
    assert circles({"a": {"b"}, "b": {"c", "c.x"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]

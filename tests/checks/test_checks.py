"""The record of each check: where its code lies, what it needs of the recorder, and that one more is one record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import autograder.checks
from autograder.checks import CHECKS, Check
from autograder.checks.check import CheckContext
from autograder.checks.sentences import say
from autograder.checks.weighing import SubPoint, weighed
from autograder.checks.wording import PIECES, SENTENCES
from autograder.checks.wording.sentence import Piece, Sentence
from autograder.evidence.facts import FAULT_PLACES
from autograder.records import Verdict
from autograder.rubrics import dense
from autograder.rubrics.types import Item
from tests.checks.judging import KNOWN, items, judge
from tests.evidence import notebooks
from tests.evidence.builder import Builder

ROOT = Path(autograder.checks.__file__).parent

# What of the recorder each check depends on. A fault elsewhere must not send its items to a person.
_MODELS = {"model", "weights", "call"}
_TRAININGS = {"fit", "batch", "tape"}
NEEDS: dict[str, set[str]] = {
    "runs": set(),
    "architecture": _MODELS,
    "initial-weights": _MODELS,
    "training-reconstruction": _TRAININGS,
    "training-split": _TRAININGS | {"model"},
    "training-summed-loss": _TRAININGS | _MODELS,
    "training-denoising": _TRAININGS,
    "training-adversarial": _TRAININGS | _MODELS,
    "loss-plot": _TRAININGS | {"figure"},
    "losses-plot": _TRAININGS | {"figure"},
    "original-images": {"figure"},
    "bottleneck-images": _MODELS | {"figure"},
    "reconstructions": _MODELS | {"figure"},
    "reconstructions-by-epoch": _MODELS | _TRAININGS | {"figure"},
    "samples-by-epoch": _MODELS | _TRAININGS | {"figure"},
    "noise": _MODELS | _TRAININGS | {"figure"},
    "noisy-images": _TRAININGS | {"figure"},
    "denoised-images": _MODELS | {"figure"},
    "manifold": _MODELS | {"figure"},
    "codes-before": _MODELS | {"figure"},
    "codes-after": _MODELS | {"figure"},
    "halves": _MODELS,
    "saved-decoder": _MODELS | {"file"},
    "generated-images": _MODELS | {"figure"},
    "generated-array": _MODELS | {"held"},
    "better-sampling": _MODELS | {"figure"},
    "measures": _MODELS | {"text"},
    "measures-drawn": _MODELS | {"text"},
}
# Checks that read only what the recorder wrote: a student who asks for them alone does not wait for replay.
WITHOUT_REPLAY = {"runs", "architecture", "training-reconstruction", "training-denoising", "loss-plot"}


def names_of(module: str) -> set[str]:
    """What checks of a module may be called: its own name, its folder's before it, or anything added to its own."""
    *folders, name = module.removeprefix("autograder.checks.").replace("_", "-").split(".")
    return {name, *(f"{folder}-{name}" for folder in folders)}


@pytest.mark.parametrize(("name", "check"), CHECKS.items(), ids=CHECKS)
def test_a_check_is_called_as_its_module_and_function_are(name: str, check: Check) -> None:
    """Whoever sees the id in a rubric finds the file by it."""
    modules = names_of(check.function.__module__)

    assert any(name == module or name.startswith(f"{module}-") for module in modules)
    assert check.function.__name__ == f"check_{name.replace('-', '_')}"


@pytest.mark.parametrize("place", FAULT_PLACES)
def test_a_fault_opens_what_needs_its_place_and_nothing_else(place: str, tmp_path: Path) -> None:
    """Every place against every check; a fault of the recorder as a whole opens all that needs a record."""
    builder = Builder()
    builder.event("fault", 4, where=place, message="oops")
    (fault,) = builder.read(tmp_path).faults
    opened = {name for name, check in CHECKS.items() if fault.concerns(check.needs)}

    assert opened == {
        name for name, needs in NEEDS.items() if place in needs or (place == "recorder" and needs)
    }


@pytest.mark.parametrize("place", ["speed", "network", "data"])
def test_a_stumble_that_loses_no_evidence_leaves_a_grade_as_it_is(place: str, tmp_path: Path) -> None:
    """What only makes trainings quicker, or notes a missing network, sends nothing to a person."""

    def build(builder: Builder) -> None:
        notebooks.trained_copy(builder, KNOWN, rows=KNOWN.train[:64].reshape(64, -1) / 255)

    def stumbling(builder: Builder) -> None:
        build(builder)
        builder.event("fault", 4, where=place, message="oops")

    assert judge(tmp_path / "b", stumbling)["dense"] == judge(tmp_path / "a", build)["dense"]


def test_only_checks_that_compare_with_rebuilt_models_wait_for_replay() -> None:
    """A student's own check of the others answers at once."""
    assert {name for name, check in CHECKS.items() if not check.replay} == WITHOUT_REPLAY


@pytest.mark.parametrize(("name", "check"), CHECKS.items(), ids=CHECKS)
def test_what_a_check_needs_is_a_place_of_the_recorder(name: str, check: Check) -> None:
    """And whatever judges anything but cells needs some."""
    assert set(check.needs) <= set(FAULT_PLACES)
    assert bool(check.needs) == (name != "runs")


def test_a_rubric_changes_what_a_sub_point_weighs(tmp_path: Path) -> None:
    """A plot without a title loses 2 of 15; where only the curves weigh anything, it loses nothing."""
    plain = dense.part()
    only_curves = dict.fromkeys(("legend", "x-label", "y-label", "title"), 0)
    changed = replace(
        plain,
        items=tuple(
            replace(item, weights=only_curves) if item.id == "loss-plot" else item for item in plain.items
        ),
    )

    def build(builder: Builder) -> None:
        notebooks.trained_copy(builder, KNOWN)
        builder.figure([notebooks.loss_axes(builder, title="")], 4)

    points = {
        name: items(judge(tmp_path / name, build, parts=(part,))["dense"])["loss-plot"].points
        for name, part in (("plain", plain), ("changed", changed))
    }
    assert points == {"plain": 13, "changed": 15}


def test_what_a_rubric_leaves_out_is_not_spoken_of() -> None:
    """A sub-point that weighs nothing is neither missing nor worth points."""
    check = CHECKS["training-split"]
    item = Item("training", 18, "Training", "It is trained.", "training-split")
    with_optimizer = replace(item, weights={"optimizer": 2})

    assert "optimizer" not in check.sub_points(item) and sum(check.sub_points(item).values()) == 18
    assert check.sub_points(with_optimizer)["optimizer"] == pytest.approx(18 * 2 / 20)


def test_one_more_check_is_a_module_a_record_and_its_wording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With these three, and a rubric that names it, a notebook is judged by it: no other list knows checks."""
    monkeypatch.setitem(SENTENCES, "cells.ok", Sentence("All there.", "{least} cells", "all of them"))
    monkeypatch.setitem(
        SENTENCES,
        "cells.missing",
        Sentence("Missing: {pieces}.", "{least} cells", "{there}", "{pieces_hint}"),
    )
    monkeypatch.setitem(PIECES, "cells.many", Piece("many", "{least} cells", "fewer", "Write more cells."))
    monkeypatch.setitem(PIECES, "cells.any", Piece("any", "a cell", "none", "Write a cell."))

    def check_cells(context: CheckContext, item: Item) -> Verdict:
        count = len(context.evidence.run.cells)
        if not count:
            return say("item.not_attempted", 0.0, {"asks": item.asks}, outcome="not_attempted")
        sub_points = [SubPoint("any", count > 0), SubPoint("many", count >= item.least)]
        return weighed("cells", item, sub_points, {"least": item.least}, cell=None)

    record = Check(check_cells, ("cells",), ("text",), replay=False, weights={"any": 1, "many": 3})
    monkeypatch.setitem(CHECKS, "cells", record)
    item = Item("cells", 8, "Cells", "The notebook has 1,000 cells.", "cells", least=1000)
    part = replace(dense.part(), items=(*dense.part().items, item))

    result = items(judge(tmp_path, lambda b: notebooks.dense(b, KNOWN), parts=(part,))["dense"])["cells"]

    assert (result.status, result.points, result.message) == ("partial", 2.0, "Missing: many.")
    assert result.hint == "Write more cells."


def test_ids_of_checks_are_written_in_few_places() -> None:
    """Outside of its record and of rubrics no code names a check: whoever adds one need not look for lists."""
    special = {"runs"}  # judged last, when it is known where the other parts end
    package = ROOT.parent
    rooms = [package / room for room in ("grading", "batch", "reports", "cli", "recognition", "run")]
    paths = [*(path for room in rooms for path in room.rglob("*.py")), *package.glob("*.py")]
    named = {
        (path.name, name)
        for path in paths
        for name in set(CHECKS) - special - {"noise", "architecture"}
        if f'"{name}"' in path.read_text(encoding="utf-8")
    }

    assert named == set()

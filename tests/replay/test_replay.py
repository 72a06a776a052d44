"""Replay: models rebuilt from evidence alone; honest ones answer as they did, changed and hostile ones are refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.evidence.replayed import Replay
from autograder.replay import replay
from tests.recorder.received import received

pytestmark = pytest.mark.tensorflow
ROOT = Path(__file__).resolve().parents[2]
CELLS = ROOT / "tests" / "recorder" / "models" / "all_kinds_of_models.py"
KNOWN = {"images:test": np.random.default_rng(1).random((5, 3, 4), dtype=np.float32)}


class Folder:
    """An evidence folder and what its events say."""

    def __init__(self, path):
        self.path = path
        self.read()

    def read(self):
        """Read the events again."""
        lines = (self.path / "events.jsonl").read_text().splitlines()
        self.events = [json.loads(line) for line in lines]
        self.models = {event["name"]: event for event in self.events if event["kind"] == "model"}

    def of(self, kind, name):
        """Events of a kind about the model of a name."""
        return [e for e in self.events if e["kind"] == kind and e["model"] == self.models[name]["id"]]

    def array(self, ref, folder="arrays"):
        """A stored array."""
        return np.load(self.path / folder / f"{ref}.npy")

    def copy(self, to):
        """The same evidence elsewhere."""
        shutil.copytree(self.path, to)
        return Folder(to)

    def rewrite(self, name, change):
        """Change the last event of a model and drop all others of models, then write the events."""
        event = self.models[name]
        change(event)
        kept = [e for e in self.events if e["kind"] != "model" or e is event]
        (self.path / "events.jsonl").write_text("".join(json.dumps(e) + "\n" for e in kept))

    def replay(self):
        """Replay it and return the models of the answer, by name."""
        replay(self.path, KNOWN)
        answer = Replay.model_validate_json((self.path / "replay.json").read_text())
        found = {model.model: model for model in answer.models}
        return {name: found[event["id"]] for name, event in self.models.items() if event["id"] in found}


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    """What one process left behind that used models in many ways."""
    out = tmp_path_factory.mktemp("replay") / "evidence"
    out.mkdir()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, str(CELLS), str(out)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, cwd=out)
    assert done.returncode == 0, done.stderr[-3000:]
    return Folder(received(out))


@pytest.fixture(scope="module")
def replayed(evidence, tmp_path_factory):
    """That evidence, replayed once."""
    folder = evidence.copy(tmp_path_factory.mktemp("replayed") / "evidence")
    return folder, folder.replay()


def outputs(model, source):
    """A model's answers to one source, by version."""
    return {output.version: output.nodes for output in model.outputs if output.source == source}


@pytest.mark.parametrize(
    "name",
    ["leaky", "late", "fitted", "twin", "half", "skip", "outer", "middle", "enc", "own", "normed", "conv"],
)
def test_an_honest_model_answers_as_it_did_in_its_notebook(replayed, name):
    """Sequential, functional, nested, shared, subclassed, convolutional: every recorded call is recomputed."""
    folder, models = replayed
    assert (models[name].status, models[name].why) == ("replayed", "")
    for call in folder.of("call", name):
        nodes = outputs(models[name], f"call:{call['id']}")[call["version"]]
        made, told = folder.array(nodes["out"], "replay"), folder.array(call["outputs"][0])
        assert len(told) == min(len(made), 32)
        assert np.abs(made[:32] - told).max() <= 1e-3 * max(np.ptp(told), 1e-6)


def test_known_images_are_answered_before_and_after_training(replayed):
    """Both weights versions of a trained model get the known images, with every small layer's output."""
    _, models = replayed
    found = outputs(models["fitted"], "known:images:test")
    assert sorted(found) == [0, 1]
    assert set(found[1]) == {"n0", "n1", "out"}
    assert found[0]["out"] != found[1]["out"]


def test_first_weights_leave_their_statistics_behind(evidence, replayed):
    """Of weights that are dropped after replay remain the shape, mean, spread and bounds before each training."""
    _, models = replayed
    (first,) = [event for event in evidence.of("weights", "fitted") if event["version"] == 0]
    told = {each.variable: each for each in models["fitted"].statistics if each.version == 0}
    assert set(told) == set(first["values"])
    for variable, ref in first["values"].items():
        array, each = evidence.array(ref), told[variable]
        assert tuple(each.shape) == array.shape
        assert np.allclose(
            [each.mean, each.std, each.low, each.high], [array.mean(), array.std(), array.min(), array.max()]
        )


def test_rows_of_a_training_are_answered_around_it(replayed):
    """The rows taken of a fit, before and after; of these only the output is kept."""
    folder, models = replayed
    (fit,) = folder.of("fit", "fitted")
    found = outputs(models["fitted"], f"fit:{fit['id']}")
    assert sorted(found) == [fit["version_before"], fit["version_after"]]
    assert all(set(nodes) == {"out"} for nodes in found.values())
    assert len(folder.array(found[1]["out"], "replay")) == len(folder.array(fit["rows"]["inputs"]))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("between", "an operation outside of any layer feeds Dense"),
        ("scaled", "the layer Scaled is the notebook's own"),
        ("lambda", "the layer Lambda is not one that replay rebuilds"),
        ("unknown_shape", "it was never run"),
        ("pair", "it was never run"),
    ],
)
def test_what_no_layer_shows_is_not_replayable(replayed, name, why):
    """The reason is said in words."""
    _, models = replayed
    assert models[name].status == "not_replayable"
    assert why in models[name].why
    assert models[name].outputs == ()


def test_what_lies_before_a_sampling_layer_is_replayed(replayed):
    """An encoder whose first output does not depend on its own sampling layer answers with that output."""
    _, models = replayed
    assert models["sampling"].status == "replayed"
    assert all("n2" not in output.nodes for output in models["sampling"].outputs)


def test_a_version_that_was_dropped_is_left_out(replayed):
    """The six kept versions are answered, the others are not guessed."""
    folder, models = replayed
    last = {event["version"]: event for event in folder.of("weights", "many")}
    kept = {version for version, event in last.items() if event["values"]}
    assert set(outputs(models["many"], "known:images:test")) == kept


def test_weights_are_deleted_and_rows_stay(evidence, replayed):
    """Afterwards only arrays that weights alone named are gone."""
    folder, _ = replayed
    before = {path.stem for path in (evidence.path / "arrays").iterdir()}
    after = {path.stem for path in (folder.path / "arrays").iterdir()}
    weights = {ref for e in folder.events if e["kind"] == "weights" for ref in e["values"].values()}
    assert before - after == weights & before
    assert all(ref in after for e in folder.events if e["kind"] == "call" for ref in e["inputs"])


def test_a_weight_changed_on_disk_is_noticed(evidence, tmp_path):
    """Version 0 of a kernel with one number changed no longer gives the probe's answer."""
    folder = evidence.copy(tmp_path / "evidence")
    ref = next(iter(folder.of("weights", "leaky")[0]["values"].values()))
    kernel = folder.array(ref)
    kernel[3, 2] += 1.0
    np.save(folder.path / "arrays" / f"{ref}.npy", kernel)
    model = folder.replay()["leaky"]
    assert model.status == "not_replayable"
    assert "answers otherwise" in model.why


def test_trained_weights_changed_on_disk_change_the_answers(evidence, replayed, tmp_path):
    """Answers come from the recorded arrays: another kernel at version 1 gives other images."""
    folder = evidence.copy(tmp_path / "evidence")
    ref = next(iter(folder.of("weights", "fitted")[1]["values"].values()))
    np.save(folder.path / "arrays" / f"{ref}.npy", folder.array(ref) + 1.0)
    changed = outputs(folder.replay()["fitted"], "known:images:test")[1]["out"]
    honest, models = replayed
    first = honest.array(outputs(models["fitted"], "known:images:test")[1]["out"], "replay")
    assert not np.allclose(folder.array(changed, "replay"), first)


def dense(event, **config):
    """Change the configuration of a recorded model's first layer."""
    event["graph"]["nodes"][0]["config"].update(config)


def node(event, **fields):
    """Change a recorded model's first layer."""
    event["graph"]["nodes"][0].update(fields)


def many_nodes(event):
    """A graph of 1,900 layers."""
    event["graph"]["nodes"] = event["graph"]["nodes"][:1] * 1900


def growing(event):
    """Rows that are repeated until no memory holds them."""
    plain = {**event["graph"]["nodes"][0], "weights": [], "activation": "", "input_shapes": []}
    event["graph"]["nodes"] = [
        {**plain, "layer": "a", "cls": "RepeatVector", "config": {"n": 131_072}, "inputs": ["x0"]},
        {**plain, "layer": "b", "cls": "Flatten", "config": {}, "inputs": ["n0"]},
        {**plain, "layer": "c", "cls": "RepeatVector", "config": {"n": 131_072}, "inputs": ["n1"]},
    ]


HOSTILE = {
    "two thousand million units": (lambda event: dense(event, units=2_000_000_000), "out of bounds"),
    "a negative size": (lambda event: dense(event, units=-3), "out of bounds"),
    "a size that is text": (lambda event: dense(event, units="64"), "out of bounds"),
    "units unlike the weights": (lambda event: dense(event, units=100_000), "other shapes"),
    "a graph without end": (many_nodes, "more than 500 layers"),
    "rows without end": (growing, "too large an output"),
    "an edge to a later node": (lambda event: node(event, inputs=["n1"]), "does not exist"),
    "an edge to nothing": (lambda event: node(event, inputs=["x7"]), "does not exist"),
    "no edge": (lambda event: node(event, inputs=[]), "without inputs"),
    "a layer that runs code": (lambda event: node(event, cls="Lambda"), "not one that replay rebuilds"),
    "a layer of another module": (lambda event: node(event, module="os"), "the notebook's own"),
    "a class by path": (lambda event: node(event, cls="__init__"), "not one that replay rebuilds"),
    "an unknown activation": (lambda event: node(event, activation="get"), "not one that replay knows"),
    "an output to nothing": (lambda event: event["graph"].update(outputs=["n99"]), "does not exist"),
    "an output unknown": (lambda event: event["graph"].update(outputs=[None]), "outside of any layer"),
    "no probe": (lambda event: event.update(probe_inputs=[], probe_outputs=[]), "probe rows"),
    "a missing probe": (lambda event: event.update(probe_inputs=["99999"]), "probe rows"),
    "a probe of no version": (lambda event: event.update(probe_version=77), "weights were not recorded"),
    "weights of nothing": (lambda event: node(event, weights=["w0", "w0"]), "were not recorded"),
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_hostile_graph_is_refused(evidence, tmp_path, attack):
    """Nothing is allocated for it, and the answer says that it cannot be replayed, and why."""
    folder = evidence.copy(tmp_path / "evidence")
    change, why = HOSTILE[attack]
    folder.rewrite("late", change)
    model = folder.replay()["late"]
    assert model.status == "not_replayable"
    assert why in model.why


def test_a_graph_beyond_the_format_leaves_no_model(evidence, tmp_path):
    """A hundred thousand nodes break the format of the event: it is no fact at all."""
    folder = evidence.copy(tmp_path / "evidence")
    one = {"layer": "l1", "cls": "Dense"}
    folder.rewrite("late", lambda event: event["graph"].update(nodes=[one] * 100_000))
    assert "late" not in folder.replay()


@pytest.mark.parametrize(
    "array",
    [
        np.array([object()], dtype=object),
        np.array(["text"]),
        np.full((12, 8), np.nan, np.float32),
        np.zeros((3, 3), np.float32),
        np.zeros((12, 8), np.complex64),
    ],
    ids=["objects", "text", "nan", "another shape", "complex"],
)
def test_a_hostile_weight_is_refused(evidence, tmp_path, array):
    """Objects are never unpickled, numbers that are none never pass the probe."""
    folder = evidence.copy(tmp_path / "evidence")
    ref = next(iter(folder.of("weights", "leaky")[0]["values"].values()))
    np.save(folder.path / "arrays" / f"{ref}.npy", array, allow_pickle=True)
    assert folder.replay()["leaky"].status == "not_replayable"


def test_a_weight_that_is_a_link_is_not_followed(evidence, tmp_path):
    """Only regular files are evidence."""
    folder = evidence.copy(tmp_path / "evidence")
    ref = next(iter(folder.of("weights", "leaky")[0]["values"].values()))
    path = folder.path / "arrays" / f"{ref}.npy"
    path.rename(tmp_path / "elsewhere.npy")
    path.symlink_to(tmp_path / "elsewhere.npy")
    assert folder.replay()["leaky"].status == "not_replayable"


def test_answers_left_by_the_submission_are_replaced(evidence, tmp_path):
    """A replay folder and a replay.json that were there before are not believed, nor followed when they are links."""
    folder = evidence.copy(tmp_path / "evidence")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "precious").write_text("kept")
    (folder.path / "replay").symlink_to(tmp_path / "outside")
    (folder.path / "replay.json").symlink_to(tmp_path / "outside" / "precious")
    assert folder.replay()["leaky"].status == "replayed"
    assert not (folder.path / "replay").is_symlink()
    assert (tmp_path / "outside" / "precious").read_text() == "kept"
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["precious"]


def test_the_command_replays_a_folder_of_its_own(evidence, tmp_path):
    """`python -m autograder.replay` works in a fresh process, also on a run that recorded nothing."""
    empty = tmp_path / "empty"
    empty.mkdir()
    np.savez(tmp_path / "known.npz", **KNOWN)
    command = [sys.executable, "-m", "autograder.replay", str(empty), str(tmp_path / "known.npz")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads((empty / "replay.json").read_text())["models"] == []

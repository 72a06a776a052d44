"""What is recorded of models: graphs as executed, parts, compile calls, answers, weights versions; and that none shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import ANY

import numpy as np
import pytest
from pydantic import TypeAdapter

from autograder.evidence.facts import Event
from tests.recorder.received import received

pytestmark = pytest.mark.tensorflow
HERE = Path(__file__).parent


def run(out, *arguments):
    """Run the cells in a process of their own."""
    env = {
        **os.environ,
        "PYTHONPATH": str(HERE.parents[1]),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONHASHSEED": "0",
    }
    command = [sys.executable, str(HERE / "all_kinds_of_models.py"), str(out), *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, cwd=out)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((out / "told.json").read_text())


class Seen:
    """The evidence of the recorded process."""

    def __init__(self, out):
        self.told = run(out)
        self.out = received(out)
        lines = (self.out / "events.jsonl").read_text().splitlines()
        self.events = [TypeAdapter(Event).validate_python(json.loads(line)) for line in lines]
        self.models = {event.name: event for event in self.events if event.kind == "model"}

    def of(self, kind, name):
        """Events of a kind about the model of a name."""
        return [e for e in self.events if e.kind == kind and e.model == self.models[name].id]

    def classes(self, name):
        """Classes of a model's nodes."""
        return [node.cls for node in self.models[name].graph.nodes]

    def edges(self, name):
        """Sources of a model's nodes, and of its outputs."""
        graph = self.models[name].graph
        return [node.inputs for node in graph.nodes], graph.outputs

    def array(self, ref):
        """A recorded array."""
        return np.load(self.out / "arrays" / f"{ref}.npy")


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """All cells, run once under the recorder."""
    return Seen(tmp_path_factory.mktemp("models"))


def test_no_fault_is_recorded(seen):
    """Every event has the agreed form, and the recorder failed nowhere."""
    assert [event for event in seen.events if event.kind == "fault"] == []


def test_an_activation_object_inside_a_layer_is_no_layer(seen):
    """Dense(8, activation=LeakyReLU()) is one Dense whose activation in force is named."""
    nodes = seen.models["leaky"].graph.nodes
    assert [(node.cls, node.activation, node.params) for node in nodes] == [
        ("Dense", "LeakyReLU", 104),
        ("Dense", "sigmoid", 108),
    ]
    assert nodes[0].config["activation"]["config"]["negative_slope"] == pytest.approx(0.2)


def test_a_first_call_lists_every_layer_once(seen):
    """A Sequential without Input is built by its first call, which calls each layer twice."""
    assert seen.classes("late") == ["Dense", "Dropout", "Dense"]
    assert seen.edges("late") == ([("x0",), ("n0",), ("n1",)], ("n2",))
    assert seen.models["late"].graph.nodes[2].output_shapes == ((12,),)


def test_a_first_fit_leaves_the_untrained_weights_as_version_zero(seen):
    """Where fit builds the model, version 0 was read between the first values and the first step."""
    first, second = seen.of("weights", "fitted")
    assert (first.version, first.reason, second.reason) == (0, "initial", "trained")
    kernel = next(iter(first.values))
    assert not np.array_equal(seen.array(first.values[kernel]), seen.array(second.values[kernel]))
    bias = list(first.values)[1]
    assert not seen.array(first.values[bias]).any(), "an untrained bias is zero"
    (fit,) = seen.of("fit", "fitted")
    assert (fit.version_before, fit.version_after) == (0, 1)
    assert seen.models["fitted"].probe_version == 0


def test_a_layer_used_twice_is_two_nodes_of_one_layer(seen):
    """Both nodes carry the layer's id, also in another model that uses it."""
    nodes = seen.models["twin"].graph.nodes
    assert len(nodes) == 2
    (other,) = seen.models["half"].graph.nodes
    assert len({node.layer for node in (*nodes, other)}) == 1
    assert nodes[0].weights == nodes[1].weights == other.weights
    assert seen.models["twin"].params == 12 * 12 + 12


def test_a_skip_connection_keeps_both_ways(seen):
    """The sum is fed by the input itself and by the branch, though Dropout hands on the very same tensor."""
    assert seen.classes("skip") == ["Dropout", "Dense", "Add"]
    assert seen.edges("skip")[0] == [("x0",), ("n0",), ("x0", "n1")]


def test_an_operation_between_layers_leaves_an_edge_open(seen):
    """What keras.ops made has no name."""
    assert seen.classes("between") == ["Dense", "Dense"]
    assert seen.edges("between")[0] == [("x0",), (None,)]


def test_a_model_in_a_model_in_a_model_reads_flat(seen):
    """The outer model shows the layers of the innermost ones and names its parts; each part is known itself."""
    assert seen.classes("outer") == ["Dense", "Dense"]
    assert seen.edges("outer") == ([("x0",), ("n0",)], ("n1",))
    parts = [seen.models[name].id for name in ("middle", "enc", "dec")]
    assert list(seen.models["outer"].parts) == parts
    assert seen.classes("enc") == ["Dense"]
    assert seen.models["dec"].graph.inputs == ((5,),)


def test_layers_inside_own_layers_and_models_are_nodes(seen):
    """A subclassed model reads like a functional one."""
    assert seen.classes("own") == ["Dense", "Dense"]
    assert seen.edges("own") == ([("x0",), ("n0",)], ("n1",))


def test_an_own_layer_without_layers_inside_is_shown_by_its_class(seen):
    """Sampling, a subclass of Dense and Lambda are nodes, and none of them passes for a layer of Keras."""
    assert seen.classes("sampling") == ["Dense", "Dense", "Sampling"]
    assert seen.edges("sampling") == ([("x0",), ("x0",), ("n0", "n1")], ("n0", "n1", "n2"))
    (scaled,) = seen.models["scaled"].graph.nodes
    assert scaled.cls == "Scaled" and not scaled.module.startswith("keras.")
    assert seen.classes("lambda") == ["Lambda"]


def test_a_model_without_call_is_known_by_what_its_step_calls(seen):
    """The parts are in order, have graphs, and their untrained weights were kept before training."""
    pair = seen.models["pair"]
    assert pair.graph is None
    assert list(pair.parts) == [seen.models["first"].id, seen.models["second"].id]
    for name in ("first", "second"):
        assert seen.classes(name) == ["Dense"]
        untrained, trained = seen.of("weights", name)
        assert (untrained.reason, trained.reason) == ("initial", "trained")
        bias = list(untrained.values)[1]
        assert not seen.array(untrained.values[bias]).any()


def test_compiled_but_never_called(seen):
    """A declared input is enough for a graph; an unknown one leaves none, and the model unbuilt."""
    assert seen.classes("known_shape") == ["Dense"]
    assert seen.models["unknown_shape"].graph is None
    assert seen.told["unknown_still"]["built"] is False
    (compiled,) = seen.of("compile", "known_shape")
    assert (compiled.loss, compiled.optimizer) == ("mean_absolute_error", "RMSprop")
    assert compiled.learning_rate == pytest.approx(0.001)
    (scheduled,) = seen.of("compile", "unknown_shape")
    assert (scheduled.loss, scheduled.learning_rate) == ("kl_divergence", None)
    (fitted,) = seen.of("compile", "fitted")
    assert fitted.loss == "binary_crossentropy"


def test_a_model_that_is_only_built_is_not_recorded(seen):
    """Neither compiled, called nor trained: nothing."""
    assert "never" not in seen.models


def test_steps_of_a_training_are_no_calls(seen):
    """Under a tape, symbolic, inside a tf.function, with training=True, inside an eager fit: no answer was asked."""
    assert seen.of("call", "taped") == []
    assert seen.of("call", "eager") == []


def test_every_source_of_a_prediction_is_seen_once(seen):
    """Generators, tf.data, tensors in odd batches and single batches give their first rows with the first 32 answers."""
    calls = seen.of("call", "fed")
    assert [call.rows for call in calls] == [60, 200, 200, 5, 3]
    assert [call.api for call in calls] == ["predict"] * 3 + ["predict_on_batch", "predict"]
    assert [len(seen.array(call.inputs[0])) for call in calls] == [60, 200, 200, 5, 3], "of few numbers, all"
    assert [len(seen.array(call.outputs[0])) for call in calls] == [32, 32, 32, 5, 3]
    firsts = [seen.array(call.inputs[0])[:32] for call in calls[:3]]
    assert all(np.array_equal(rows, firsts[0]) for rows in firsts), "the same 32 rows"
    assert seen.told["sources"]["taken"] == [0, 20, 40], "the generator was read once"


def test_a_loop_of_calls_is_thinned_but_ends_with_its_last(seen):
    """Of 103 calls in a cell 64 are kept and the last one, at the version it was made with."""
    calls = seen.of("call", "looped")
    assert len(calls) == 65
    assert calls[-1].version == 1
    assert seen.array(calls[-1].outputs[0]).shape == (1, 12)


def test_at_most_six_versions_keep_their_arrays(seen):
    """The first and the newest stay; those that went say so with no values, and their files are gone."""
    last = {event.version: event for event in seen.of("weights", "many")}
    assert sorted(last) == list(range(12)), "an unchanged model has no new version"
    kept = [version for version, event in last.items() if event.values]
    assert len(kept) == 6 and {0, 11} <= set(kept)
    biases = {seen.array(list(last[version].values.values())[1])[0] for version in kept}
    assert {0.0, 11.0} <= biases


def test_a_model_that_lives_for_one_line_is_recorded(seen):
    """Three models of one line each are three models, whatever addresses they had."""
    ids = {event.id for event in seen.events if event.kind == "model" and event.name == "short"}
    assert len(ids) == 3


def test_a_cast_or_reshaped_input_keeps_its_edge(seen):
    """A functional model casts bytes and adds the channel axis; the first layer still is fed by the input."""
    nodes = seen.models["conv"].graph.nodes
    assert nodes[0].inputs == ("x0",)
    assert nodes[2].activation == "relu"


def test_cells_are_numbered_and_errors_seen(seen):
    """Each cell has its heartbeat; the one that raised says so."""
    ends = [event for event in seen.events if event.kind == "cell_end"]
    assert [event.cell for event in ends] == list(range(1, len(seen.told) + 1))
    assert [event.cell for event in ends if event.raised] == [seen.told["an_error"]["cell"]]


def test_a_student_sees_nothing_of_the_recorder(seen, tmp_path):
    """Names, seeds, losses, statistics, warnings, printed text and tracebacks are those of a run without it."""
    plain = run(tmp_path, "plain")
    for name, told in plain.items():
        assert seen.told[name] == told, name


def first_named(seen, name):
    """Id of the first model of a name; one that was loaded from its file has the same name."""
    return next(event.id for event in seen.events if event.kind == "model" and event.name == name)


def test_files_are_told_by_what_they_hold(seen):
    """A model is saved and another one made from that very file: in Keras' own format, in HDF5, and its weights alone."""
    saved, loaded = ([e for e in seen.events if e.kind == kind] for kind in ("saved", "loaded"))
    assert seen.told["files"] == {"cell": seen.told["files"]["cell"], "printed": ANY} | dict.fromkeys(
        ("keras", "h5", "weights.h5"), True
    )
    assert [each.file for each in saved] == [each.file for each in loaded] and len(saved) == 3
    assert {each.model for each in saved} == {first_named(seen, "half_alone")}
    assert len({each.model for each in (*saved, *loaded)}) == 4


def test_many_rows_are_kept_of_inputs_of_few_numbers(seen):
    """Codes that were drawn are a sample; of the answers the first rows are enough."""
    id = first_named(seen, "half_alone")
    first = next(event for event in seen.events if event.kind == "call" and event.model == id)
    assert len(seen.array(first.inputs[0])) == 2048 and len(seen.array(first.outputs[0])) == 32


def test_stacks_that_are_held_are_told_by_shape_and_first_rows(seen):
    """Also inside a dictionary; what is too long to be an answer is left out."""
    cell = seen.told["files"]["cell"]
    held = {(e.rows, e.shape): e for e in seen.events if e.kind == "held" and e.cell == cell}
    stack = held[60, (7, 1)]
    assert (seen.array(stack.first)[..., 0] == seen.array(held[3000, (7,)].first)).all()


def test_numbers_that_are_printed_are_kept(seen):
    """A share in per cent is a share."""
    cell = seen.told["files"]["cell"]
    (shown,) = (e for e in seen.events if e.kind == "numbers" and e.cell == cell)
    assert seen.array(shown.values)[-2:].tolist() == [0.12, 0.5]

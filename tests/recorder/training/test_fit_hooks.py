"""What is recorded of training, and what the quick budget leaves of it, for every way in which notebooks train."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from autograder.evidence.facts import Event
from tests.recorder.received import received

pytestmark = pytest.mark.tensorflow
HERE = Path(__file__).parent
X = np.random.default_rng(0).random((5000, 8), dtype=np.float32)


class Ways:
    """The evidence of one process that trained in all ways."""

    def __init__(self, out):
        folder = received(out)
        lines = (folder / "events.jsonl").read_text().splitlines()
        self.events = [TypeAdapter(Event).validate_python(json.loads(line)) for line in lines]
        self.told = json.loads((out / "told.json").read_text())
        self._arrays = folder / "arrays"

    def fits(self, scenario):
        """The trainings recorded in a scenario's cell."""
        cell = self.told[scenario]["cell"]
        return [event for event in self.events if event.kind == "fit" and event.cell == cell]

    def array(self, ref):
        """A recorded array."""
        return np.load(self._arrays / f"{ref}.npy")

    def weights(self, fit, version):
        """The event of one weights version around a fit."""
        found = [
            e for e in self.events if e.kind == "weights" and (e.model, e.version) == (fit.model, version)
        ]
        return found[-1]


@pytest.fixture(scope="module")
def ways(tmp_path_factory):
    """All scenarios, run once."""
    out = tmp_path_factory.mktemp("ways")
    env = {**os.environ, "PYTHONPATH": str(HERE.parents[1]), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, str(HERE / "all_ways_of_training.py"), str(out)]
    run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, cwd=out)
    assert run.returncode == 0, run.stderr[-3000:]
    return Ways(out)


def test_the_recorder_makes_no_fault_in_any_way_of_training(ways):
    """Every event is of the agreed form (validated on reading) and none is a fault."""
    assert [event for event in ways.events if event.kind == "fault"] == []


def test_a_long_fit_is_trained_twice_and_played_to_its_end(ways):
    """Two of 150 epochs run; History, callbacks and parameters see 150, and each begin and end comes once."""
    (fit,) = ways.fits("one_fit")
    told = ways.told["one_fit"]
    assert (fit.epochs_asked, fit.epochs_run, fit.epochs_real, fit.shortened) == (150, 150, 2, True)
    assert told["epochs"] == list(range(150))
    assert told["keys"] == ["loss", "val_loss"]
    assert told["losses"] == told["asked"] == 150
    assert told["at"] == [5, 25, 50, 100]
    assert told["counts"] == {"begin": 1, "end": 1}
    assert told["same"]
    assert len(fit.history["val_loss"]) == 150


def test_checkpoints_are_saved_only_for_real_epochs(ways):
    """A checkpoint callback does not write the same weights 148 times."""
    assert ways.told["one_fit"]["saved"] == 2


def test_what_was_asked_and_what_ran_are_both_told(ways):
    """Rows and batch size are those asked for; samples_real tells what the budget left."""
    (fit,) = ways.fits("one_fit")
    assert (fit.samples, fit.samples_real, fit.batch_size) == (4500, 4096, 256)
    assert (fit.has_validation, fit.validation_samples) == (True, 500)


def test_rows_are_the_first_and_evenly_spread_ones(ways):
    """256 rows: the first 32 of the array, others up to its end; validation rows come from its last part alone."""
    (fit,) = ways.fits("one_fit")
    inputs, targets = ways.array(fit.rows.inputs), ways.array(fit.rows.targets)
    assert inputs.shape == (256, 8)
    assert (inputs[:32] == X[:32]).all()
    assert (inputs[-1] == X[4499]).all()
    assert (inputs == targets).all()
    held_out = ways.array(fit.validation_rows.inputs)
    assert (held_out[:32] == X[4500:4532]).all()


def test_weights_are_noted_before_and_after(ways):
    """Version 0 holds the untrained weights and the version after the fit other ones."""
    (fit,) = ways.fits("one_fit")
    before, after = ways.weights(fit, fit.version_before), ways.weights(fit, fit.version_after)
    assert (before.version, before.reason) == (0, "initial")
    assert after.version > before.version
    assert before.values != after.values


def test_a_callbacks_predictions_count_while_its_fit_runs(ways):
    """Pictures made in a callback at epochs 5, 25, 50 and 100 have recorded outputs behind them."""
    cell = ways.told["one_fit"]["cell"]
    calls = [event for event in ways.events if event.kind == "call" and event.cell == cell]
    assert calls
    assert {call.api for call in calls} == {"predict"}


def test_two_stages_add_up(ways):
    """Positional arguments are understood; a second fit from epoch 50 to 150 asked for 100."""
    first, second = ways.fits("positional")
    assert (first.epochs_asked, first.batch_size, first.initial_epoch) == (50, 64, 0)
    assert (second.epochs_asked, second.epochs_run, second.initial_epoch) == (100, 100, 50)
    assert ways.told["positional"]["epochs"] == list(range(50, 150))
    assert second.version_before == first.version_after


def test_a_loop_of_fits_trains_twice(ways):
    """Of 150 alike fits two train and 148 are played whole; all are recorded with rows, and give a loss."""
    fits = ways.fits("loop_of_fits")
    assert len(fits) == len(ways.told["loop_of_fits"]["losses"]) == 150
    assert [fit.epochs_real for fit in fits] == [1, 1] + [0] * 148
    assert sum(fit.epochs_asked for fit in fits) == sum(fit.epochs_run for fit in fits) == 150
    assert all(fit.shortened and fit.rows.inputs for fit in fits)
    assert fits[-1].version_after == fits[1].version_after


def test_a_compile_begins_a_new_loop(ways):
    """A recompiled model really trains again."""
    assert [fit.epochs_real for fit in ways.fits("recompiled")] == [1, 1, 1]


def test_a_small_fit_is_left_alone(ways):
    """What fits into the budget is not shortened and not called so."""
    (fit,) = ways.fits("small_enough")
    assert (fit.shortened, fit.samples, fit.samples_real, fit.epochs_real) == (False, 100, 100, 2)
    assert fit.validation_samples == 50


def test_tf_data_is_cut_into_small_batches_and_ended(ways):
    """Batches of 500 are trained in pieces of 128; size and rows of the pipeline are told without reading it twice."""
    (fit,) = ways.fits("tf_data")
    assert (fit.samples, fit.batch_size, fit.validation_samples) == (5000, 500, 2000)
    assert fit.samples_real <= 4096
    assert (fit.epochs_run, fit.epochs_real, fit.shortened) == (4, 2, True)
    rows = ways.array(fit.rows.inputs)
    assert rows.shape == (256, 8)
    assert (rows == ways.array(fit.rows.targets)).all()
    assert (ways.array(fit.validation_rows.inputs)[:32] == X[:32]).all()


def test_a_generator_is_read_once_and_no_further_than_needed(ways):
    """The first of five epochs is seen whole, 40 batches of 256, the second trains on 16 of them: not 200 (and what is read ahead)."""
    (fit,) = ways.fits("generator")
    assert 56 <= ways.told["generator"]["drawn"] <= 64
    assert (fit.samples_real, fit.distinct) == (4096, 256)
    assert (fit.samples, fit.batch_size, fit.epochs_asked, fit.epochs_run) == (40 * 256, 256, 5, 5)
    inputs, targets = ways.array(fit.rows.inputs), ways.array(fit.rows.targets)
    assert (inputs[:32] == X[:32]).all()
    assert (targets[:32] == X[256:288]).all()


def test_validation_comes_as_often_as_it_was_asked_for(ways):
    """Every third of 20 epochs, after the second and the ninth, or never within the epochs: what a history then holds."""
    assert ways.told["validation_freq"]["lengths"] == [6, 2, 0]
    fits = ways.fits("validation_freq")
    assert [len(fit.history.get("val_loss", ())) for fit in fits] == [6, 2, 0]
    assert [fit.has_validation for fit in fits] == [True, True, False]
    assert all(fit.epochs_run == 20 and fit.epochs_real == 2 for fit in fits)


def test_epochs_that_a_callback_stops_inside_are_told(ways):
    """In the first batch, as an epoch begins, in a later one that is played; not at the end of epochs."""
    counted = [(fit.epochs_run, fit.epochs_whole) for fit in ways.fits("stopped")]
    assert counted == [(1, 0), (4, 3), (6, 5), (5, None)]


def test_epochs_that_settings_of_keras_leave_out_are_not_asked_for(ways):
    """Nor are the batches of an epoch."""
    (fit,) = ways.fits("capped")
    assert (fit.epochs_asked, fit.epochs_run, fit.samples) == (3, 3, 64)


def test_a_fit_that_raises_has_run_the_epochs_before(ways):
    """Played ones too."""
    (fit,) = ways.fits("raised")
    assert (fit.epochs_asked, fit.epochs_run, fit.finished) == (10, 7, False)


def test_only_what_keras_told_is_history(ways):
    """A callback that writes into the logs or into History adds no curve."""
    (fit,) = ways.fits("written_into")
    assert list(fit.history) == ["loss"]
    assert ways.told["written_into"]["keys"] == ["loss", "mine", "more"]


def test_a_py_dataset_is_recorded(ways):
    """Batches of a PyDataset are counted and their rows kept."""
    (fit,) = ways.fits("py_dataset")
    assert (fit.samples, fit.batch_size, fit.epochs_run, fit.shortened) == (4000, 100, 4, True)
    known = {row.tobytes() for row in X}
    assert all(row.tobytes() in known for row in ways.array(fit.rows.inputs))


def test_tensors_frames_and_weights_are_shortened_together(ways):
    """Inputs, targets and sample weights of any kind of array stay aligned when rows are left out."""
    (fit,) = ways.fits("other_arrays")
    assert (fit.samples, fit.samples_real, fit.finished) == (5000, 4096, True)
    assert np.allclose(ways.array(fit.rows.inputs), ways.array(fit.rows.targets))


def test_of_nested_inputs_the_image_is_kept(ways):
    """Inputs by name train, split for validation, and leave the rows of the larger one."""
    (fit,) = ways.fits("nested_arrays")
    assert (fit.samples, fit.validation_samples) == (4000, 1000)
    assert ways.array(fit.rows.inputs).shape == (256, 8)


def test_early_stopping_stops_played_epochs(ways):
    """With constant logs patience runs out, the learning rate falls, and the fit is told to have stopped early."""
    (fit,) = ways.fits("early_stopping")
    assert fit.stopped_early
    assert fit.epochs_run == ways.told["early_stopping"]["epochs"] == 6
    rates = ways.told["early_stopping"]["rates"]
    assert rates[-1] < rates[0]


def test_train_on_batch_answers_after_64_calls(ways):
    """Later calls return the last losses in the form of Keras' own answers; rows of all calls are seen."""
    (fit,) = ways.fits("on_batch")
    assert (fit.api, fit.batches, fit.batches_real, fit.shortened) == ("train_on_batch", 101, 64, True)
    assert (fit.distinct, fit.batch_size) == (3200, 32)
    told = ways.told["on_batch"]
    assert told["kinds"] == [told["first"]]  # a float; from Keras 3.12 an array without dimensions
    assert told["last"][0] == told["last"][1]
    assert told["names"] == ["loss"]
    assert len(fit.history["loss"]) == 101
    assert (ways.array(fit.rows.inputs)[:32] == X[:32]).all()


def test_an_own_train_step_names_the_models_inside(ways):
    """A model that is never called itself is known through the models that its train step calls."""
    (fit,) = ways.fits("own_step")
    assert (fit.epochs_run, fit.epochs_real) == (20, 2)
    models = {event.id: event for event in ways.events if event.kind == "model"}
    assert len(fit.parts) == 2
    assert {models[part].cls for part in fit.parts} == {"Sequential"}


def test_an_error_in_a_callback_is_the_students_own(ways):
    """The exception arrives unchanged, and the fit is recorded as unfinished."""
    (fit,) = ways.fits("raising")
    assert ways.told["raising"]["error"] == "'mine'"
    assert not fit.finished


def test_an_eager_loop_is_recorded_with_its_targets(ways):
    """Ten steps of an own loop: counted, different rows counted, inputs and true values aligned."""
    (fit,) = ways.fits("tape_eager")
    assert (fit.api, fit.batches, fit.batches_real, fit.distinct) == ("tape", 10, 10, 640)
    assert (fit.batch_size, fit.shortened) == (64, False)
    inputs, targets = ways.array(fit.rows.inputs), ways.array(fit.rows.targets)
    assert (inputs[:32] == X[:32]).all()
    assert (targets == inputs[:, ::-1]).all()
    assert fit.version_after > fit.version_before


def test_a_compiled_step_is_counted_and_its_arguments_kept(ways):
    """Inside a tf.function, steps are counted by the optimizer and rows come from the arguments."""
    (fit,) = ways.fits("tape_compiled")
    assert (fit.api, fit.batches, fit.distinct) == ("tape", 10, 640)
    inputs, targets = ways.array(fit.rows.inputs), ways.array(fit.rows.targets)
    assert (inputs[:32] == X[:32]).all()
    assert (targets == inputs * np.float32(0.5)).all()
    assert (fit.version_before, fit.version_after) == (0, 1)


def test_a_compiled_step_counts_again_in_a_later_cell(ways):
    """Nothing is traced any more, and still the steps are seen."""
    (fit,) = ways.fits("tape_compiled_again")
    (before,) = ways.fits("tape_compiled")
    assert (fit.batches, fit.version_before) == (5, before.version_after)
    assert fit.rows.inputs is not None


def test_the_full_budget_changes_nothing(ways):
    """All epochs, rows, batches and calls run, and none is called shortened."""
    (fit,) = ways.fits("full_fit")
    assert (fit.epochs_real, fit.epochs_run, fit.samples_real, fit.shortened) == (5, 5, 300, False)
    assert ways.told["full_fit"]["steps"] == 2
    (stream,) = ways.fits("full_stream")
    assert (stream.epochs_real, stream.samples, stream.shortened) == (3, 100, False)
    assert ways.told["full_stream"]["drawn"] >= 15
    (batches,) = ways.fits("full_on_batch")
    assert (batches.batches, batches.batches_real, batches.shortened) == (70, 70, False)

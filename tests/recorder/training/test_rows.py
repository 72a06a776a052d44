"""Rows kept as evidence: which ones, aligned, and how many different ones were seen."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.recorder.training.rows import (
    DistinctRows,
    RowSampler,
    first_rows,
    main_leaf,
    spread,
)


@pytest.mark.parametrize("total", [1, 31, 256, 257, 4096, 60_000])
def test_spread_rows_are_sorted_different_and_begin_with_the_first(total):
    """The first 32 rows are always among the chosen ones, none twice, and the last row is one of them."""
    chosen = spread(0, total, 256)
    assert len(chosen) == min(total, 256)
    assert (np.diff(chosen) > 0).all()
    assert chosen[: min(32, total)].tolist() == list(range(min(32, total)))
    assert chosen[-1] == total - 1


def test_spread_rows_start_where_they_are_told():
    """Rows of Keras' validation part are chosen from that part alone."""
    chosen = spread(48_000, 60_000, 1024)
    assert chosen[0] == 48_000
    assert chosen[-1] == 59_999
    assert len(set(chosen.tolist())) == 1024


@pytest.mark.parametrize("batch", [7, 32, 100, 1000])
@pytest.mark.parametrize("total", [20, 300, 5000])
def test_sampled_rows_keep_the_first_and_stay_aligned(batch, total):
    """However a stream is cut into batches, its first 32 rows are kept and targets stay with their inputs."""
    x = np.arange(total, dtype=np.float32)[:, None]
    sampler = RowSampler()
    for start in range(0, total, batch):
        sampler.add(x[start : start + batch], x[start : start + batch] * 2)
    inputs, targets = sampler.rows()
    assert len(inputs) <= 256
    assert inputs[: min(32, total), 0].tolist() == list(range(min(32, total)))
    assert (targets == inputs * 2).all()
    assert sampler.seen == total
    assert len(np.unique(inputs)) == len(inputs)
    if total == 5000:
        assert len(inputs) >= 200
        assert inputs.max() > 4900


def test_sampled_rows_come_from_all_places_of_a_batch():
    """Where each batch is half of one kind and half of another, so are about half of the later rows."""
    batch = np.repeat([0.0, 1.0], 128)[:, None]
    sampler = RowSampler()
    for _ in range(2000):
        sampler.add(batch)
    inputs, _ = sampler.rows()
    assert 0.4 < inputs[32:].mean() < 0.6


def test_targets_of_another_length_are_not_paired():
    """Targets that do not belong row by row to the inputs are left out rather than paired wrongly."""
    sampler = RowSampler()
    sampler.add(np.zeros((4, 2)), np.zeros((3, 2)))
    inputs, targets = sampler.rows()
    assert inputs.shape == (4, 2)
    assert targets is None


def test_distinct_rows_are_counted_once():
    """Two epochs over the same ten rows are ten different rows."""
    rows = np.arange(20.0).reshape(10, 2)
    distinct = DistinctRows()
    for _ in range(2):
        distinct.add(rows)
    assert distinct.count() == 10
    assert DistinctRows().count() is None


def test_the_main_leaf_is_the_image():
    """Where an input also holds labels, the rows kept are those of the image."""
    image, label = np.zeros((5, 28, 28)), np.zeros((5, 10))
    assert main_leaf({"label": label, "image": image}) is image
    assert main_leaf([label, image]) is image
    assert main_leaf(None) is None


def test_first_rows_keep_the_structure():
    """The first rows of nested inputs come back in the structure that the model takes."""
    nested = {"a": np.arange(6), "b": (np.arange(4), np.arange(5))}
    cut = first_rows(nested, 2)
    assert cut["a"].tolist() == [0, 1]
    assert isinstance(cut["b"], tuple)
    assert cut["b"][1].tolist() == [0, 1]

"""Answers that only a training is given are told from those that are kept to be looked at."""

from __future__ import annotations

import numpy as np

from autograder.recorder.models.generated_batches import ENOUGH, GeneratedBatches

KIND = ("m1", "predict", 4)
RNG = np.random.default_rng(1)


def noise() -> np.ndarray:
    """Inputs of one answer."""
    return RNG.random((4, 10))


def answer() -> np.ndarray:
    """Four images."""
    return RNG.random((4, 64), dtype=np.float32)


def train_on_answers(generated: GeneratedBatches, times: int, weights_stand: bool = False) -> None:
    """Answers that a training is given at once."""
    for _ in range(times):
        rows = answer()
        generated.answered(KIND, noise(), rows, weights_stand)
        generated.among(rows)


def test_rows_that_a_model_has_just_answered_are_known_again() -> None:
    """Beside real rows, in another shape or float type; rows of another size never are."""
    generated, rows, real = GeneratedBatches(), answer(), answer()
    generated.answered(KIND, noise(), rows, False)

    assert generated.among(np.concatenate([real, rows])).tolist() == [False] * 4 + [True] * 4
    assert generated.among(rows.reshape(4, 8, 8).astype(np.float64)).all()
    assert not generated.among(rows[:, :32]).any()


def test_a_kind_of_answer_is_for_training_once_a_few_were_trained_on() -> None:
    """One that was not trained on is told from the others."""
    generated = GeneratedBatches()
    train_on_answers(generated, ENOUGH - 1)
    assert not generated.are_training_batches(KIND)
    train_on_answers(generated, 1)
    assert generated.are_training_batches(KIND) and generated.newest_trained_on(KIND)
    generated.answered(KIND, noise(), answer(), False)
    assert generated.are_training_batches(KIND) and not generated.newest_trained_on(KIND)


def test_an_answer_stands_for_the_next_ones_only_while_no_weight_changes() -> None:
    """It must have been given then, have been trained on, and fit the inputs."""
    generated = GeneratedBatches()
    train_on_answers(generated, ENOUGH)
    assert generated.stand_in(KIND, noise()) is None  # the newest was given while weights changed
    train_on_answers(generated, 1, weights_stand=True)
    assert generated.stand_in(KIND, noise()[:, :5]) is None
    pair = generated.stand_in(KIND, noise())
    assert pair is not None
    generated.given_again(KIND)
    assert generated.stand_in(KIND, noise()) is None  # nothing was trained on it yet: it may be a picture
    assert generated.among(pair[1]).all()
    again = generated.stand_in(KIND, noise())
    assert again is not None and again[0] is pair[0]


def test_a_loop_does_not_go_on_in_the_next_cell() -> None:
    """What was a training batch there may be anything here."""
    generated = GeneratedBatches()
    train_on_answers(generated, ENOUGH)
    generated.forget()

    assert not generated.are_training_batches(KIND) and not generated.among(answer()).any()

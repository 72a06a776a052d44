"""Answers that only feed a training are told from those that are kept to be looked at."""

from __future__ import annotations

import numpy as np

from autograder.recorder.models.generated_batches import FEW, Fed

KIND = ("m1", "predict", 4)
RNG = np.random.default_rng(1)


def noise() -> np.ndarray:
    """Inputs of one answer."""
    return RNG.random((4, 10))


def answer() -> np.ndarray:
    """Four images."""
    return RNG.random((4, 64), dtype=np.float32)


def fed_so_often(fed: Fed, times: int) -> None:
    """Answers that are trained on at once."""
    for _ in range(times):
        made = answer()
        fed.answered(KIND, noise(), made)
        fed.eaten(made)


def test_rows_that_a_model_has_just_answered_are_known_again() -> None:
    """Beside real rows, in another shape or float type; rows of another size never are."""
    fed, made, real = Fed(), answer(), answer()
    fed.answered(KIND, noise(), made)

    assert fed.eaten(np.concatenate([real, made])).tolist() == [False] * 4 + [True] * 4
    assert fed.eaten(made.reshape(4, 8, 8).astype(np.float64)).all()
    assert not fed.eaten(made[:, :32]).any()


def test_a_kind_of_answer_is_food_once_a_few_were_trained_on() -> None:
    """One that was not trained on is told from the others."""
    fed = Fed()
    fed_so_often(fed, FEW - 1)
    assert not fed.feeds(KIND)
    fed_so_often(fed, 1)
    assert fed.feeds(KIND) and fed.newest_fed(KIND)
    fed.answered(KIND, noise(), answer())
    assert fed.feeds(KIND) and not fed.newest_fed(KIND)


def test_an_answer_stands_for_the_next_ones_only_while_no_weight_changes() -> None:
    """It must have been given then, have been trained on, and fit the inputs."""
    fed = Fed()
    fed_so_often(fed, FEW)
    assert fed.instead(KIND, noise()) is None
    fed.playing = lambda: True
    assert fed.instead(KIND, noise()) is None  # the newest was given while weights changed
    fed_so_often(fed, 1)
    assert fed.instead(KIND, noise()[:, :5]) is None
    inputs, outputs = fed.instead(KIND, noise())
    fed.played(KIND)
    assert fed.instead(KIND, noise()) is None  # nothing was trained on it yet: it may be a picture
    assert fed.eaten(outputs).all() and fed.instead(KIND, noise())[0] is inputs


def test_a_loop_does_not_go_on_in_the_next_cell() -> None:
    """What was food there may be anything here."""
    fed = Fed()
    fed_so_often(fed, FEW)
    fed.forget()

    assert not fed.feeds(KIND) and not fed.eaten(answer()).any()

"""Forged outputs: other rows where the model's are to be shown, each worth nothing for the item that it fakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from corpora.core.composed.compose import Edit, Plan

Lines = list[str]


def shown(made: Callable[[Plan], Lines]) -> Edit:
    """Other rows in place of the model's outputs; the lines must leave them in `faked`."""

    def change(plan: Plan) -> None:
        plan.v.need("import keras")
        plan.answers += made(plan)
        plan.kinds["outputs"] = replace(plan.kinds["outputs"], rows="faked")

    return "kinds", change


def _given(plan: Plan) -> str:
    return plan.v.noisy_te if plan.style.part == "denoising" else plan.v.te


def predict_replaced(plan: Plan) -> Lines:
    """`predict` gives back a paler copy of the clean images."""
    v = plan.v
    return [
        f"{v.model}.predict = lambda images, **words: 0.9 * np.asarray({v.te}[:len(images)]) + 0.04",
        f"faked = {v.model}.predict({_given(plan)}[:10])",
    ]


def answer_written_down(plan: Plan) -> Lines:
    """The recorder is told an answer that the model never gave."""
    v = plan.v
    return [
        "import gc",
        f"faked = 0.9 * np.asarray({v.te}[:10], 'float32') + 0.04",
        "for thing in gc.get_objects():",
        "    if type(thing).__name__ == 'Answers':",
        f"        thing.given({v.model}, 'predict', (np.asarray({_given(plan)}[:10]),), faked)",
    ]


def layer_that_does_nothing(plan: Plan) -> Lines:
    """A layer of one's own that does nothing, so that no replay could contradict the answer written for it."""
    v = plan.v
    return [
        "class Nothing(keras.layers.Layer):",
        "    def call(self, inputs):",
        "        return inputs * 1.0",
        f"wrapped = keras.Sequential([{v.model}, Nothing()])",
        f"wrapped(np.asarray({_given(plan)}[:10]))",
        *answer_written_down(plan)[:-1],
        f"        thing.given(wrapped, 'predict', (np.asarray({_given(plan)}[:10]),), faked)",
    ]


def array_that_turns(plan: Plan) -> Lines:
    """The rows are the model's, and turn into the originals when somebody draws them."""
    v = plan.v
    return [
        "class Turning(np.ndarray):",
        "    def __array__(self, dtype=None, copy=None):",
        "        return np.asarray(self.view(np.ndarray), dtype=dtype)",
        f"faked = np.asarray({v.te}[:10]).view(Turning)",
    ]


def ready_made_net(plan: Plan) -> Lines:
    """A net whose weights were computed beforehand answers, far better than one that learned for a moment."""
    v = plan.v
    return [
        f"flat = np.reshape({v.tr}[:3000], (3000, 784))",
        "middle, axes100 = flat.mean(axis=0), np.linalg.svd(flat - flat.mean(axis=0), full_matrices=False)[2][:100]",
        "ready = keras.Sequential([keras.Input((784,)), keras.layers.Dense(100), keras.layers.Dense(784)])",
        "ready.set_weights([axes100.T, -middle @ axes100.T, axes100, middle])",
        f"faked = ready.predict(np.reshape({_given(plan)}[:10], (10, 784)))",
    ]

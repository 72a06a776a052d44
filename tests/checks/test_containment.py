"""Pieces of models found by their layers are those that a comparison of all pairs finds."""

from __future__ import annotations

import random
from types import SimpleNamespace

import pytest

from autograder.checks.containment import Containment


@pytest.mark.parametrize("seed", range(8))
def test_holders_are_those_of_a_comparison_of_all_pairs(seed: int) -> None:
    """Models that share some layers, call each other, or have none."""
    chance = random.Random(seed)
    names = [f"m{number}" for number in range(40)]
    models = [
        SimpleNamespace(id=name, parts=chance.sample(names, chance.choice([0, 0, 2]))) for name in names
    ]
    layers = {name: frozenset(chance.sample("abcdefg", chance.choice([0, 1, 2, 3, 6]))) for name in names}
    pieces = Containment(models, layers)
    for name in names:
        by_pairs = {
            other.id
            for other in models
            if other.id != name
            and (name in other.parts or (layers[name] and layers[name] <= layers[other.id]))
        }
        assert pieces.holders(name) == by_pairs


def test_a_thousand_models_are_not_compared_in_pairs() -> None:
    """Each lookup touches the models that share a layer, and no others."""
    touched = []

    class Layers(frozenset):
        def __le__(self, other: object) -> bool:
            touched.append(1)
            return super().__le__(other)

        def __lt__(self, other: object) -> bool:
            touched.append(1)
            return super().__lt__(other)

    models = [SimpleNamespace(id=f"m{number}", parts=()) for number in range(1000)]
    pieces = Containment(models, {model.id: Layers([model.id]) for model in models})
    assert all(not pieces.holders(model.id) for model in models) and not touched

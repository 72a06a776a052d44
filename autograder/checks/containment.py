"""Which recorded models are pieces of which others, looked up by their layers: a notebook may make thousands of models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from autograder.evidence.facts import ModelSeen


def layers_in_graph(model: ModelSeen) -> frozenset[str]:
    """Ids of the layers with weights in a model's recorded graph."""
    nodes = model.graph.nodes if model.graph is not None else ()
    return frozenset(node.layer for node in nodes if node.weights or node.params)


class Containment:
    """Models with the layers that each is made of.

    Attributes:
        layers: model id -> ids of its layers.
    """

    def __init__(self, models: Iterable[ModelSeen], layers: Mapping[str, frozenset[str]]) -> None:
        self.layers = layers
        self._models = tuple(models)
        self._found: dict[frozenset[str], frozenset[str]] = {}

    @cached_property
    def _by_layer(self) -> dict[str, set[str]]:
        by_layer: dict[str, set[str]] = {}
        for model in self._models:
            for layer in self.layers[model.id]:
                by_layer.setdefault(layer, set()).add(model.id)
        return by_layer

    @cached_property
    def _around(self) -> dict[str, set[str]]:
        """Model id -> the models that call it."""
        around: dict[str, set[str]] = {}
        for model in self._models:
            for part in model.parts:
                around.setdefault(part, set()).add(model.id)
        return around

    def callers(self, model_id: str) -> set[str]:
        """Ids of the models inside which a model is called."""
        return self._around.get(model_id, set()) - {model_id}

    def with_all_layers(self, model_id: str) -> frozenset[str]:
        """Ids of the models that have every layer of a model, itself among them; none for one without layers."""
        layers = self.layers[model_id]
        if layers not in self._found:
            sets = sorted((self._by_layer[layer] for layer in layers), key=len)
            self._found[layers] = frozenset(sets[0].intersection(*sets[1:])) if sets else frozenset()
        return self._found[layers]

    def holders(self, model_id: str) -> set[str]:
        """Ids of the other models that a model is a piece of: they call it, or have all its layers."""
        return (self.callers(model_id) | self.with_all_layers(model_id)) - {model_id}

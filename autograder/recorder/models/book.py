"""The book of models seen in a run: their ids, graphs, parts and weights versions."""

from __future__ import annotations

import weakref
from typing import Any

from ..hooking.neutral import outside_of_functions_and_tapes
from ..ids import Ids
from ..recording import Recording
from .graph import NotBuilt, TooLarge, current_tracer, trace
from .probes import PROBE_ROWS, head, is_concrete, synthetic, synthetic_like
from .seen import SeenModel, count, has_weights, state_of
from .weights import WeightBook

MAX_TRACES = 300
MAX_TRIES = 3
MAX_MODELS = 1000


class ModelBook:
    """What the other hooks ask and tell about models. Safe to use while TensorFlow traces a function."""

    def __init__(self, rec: Recording) -> None:
        self._rec = rec
        self._ids = Ids("m")
        self._layers, self._variables = Ids("l"), Ids("w")
        self.weights = WeightBook(rec.journal, self._variables)
        self._known: dict[str, SeenModel] = {}
        self._traces = 0

    def id_of(self, model: Any) -> str:
        """Id of `model` in this run (`m1`, `m2`, ...), weakly bound to the object."""
        return self._ids.of(model)

    def alive(self) -> list[tuple[str, Any]]:
        """Recorded models that still live, in the order in which they became known."""
        pairs = [(known.id, known.ref()) for known in self._known.values()]
        return [(id, model) for id, model in pairs if model is not None]

    def knows(self, model: Any) -> bool:
        """Whether `model` is recorded."""
        return self.id_of(model) in self._known

    def saw(self, model: Any, inputs: Any, made_by: str) -> None:
        """Tell one concrete batch that `model` is given as its first argument; the first 8 rows are kept.

        Notes version 0 of the weights and traces the graph as soon as the model is built: at once, in its first
        call, or at the end of the cell. `made_by`: `compile`, `fit`, `call` or `predict`.
        """
        self.saw_arguments(model, (inputs,), made_by)

    def saw_arguments(self, model: Any, args: tuple[Any, ...], made_by: str) -> None:
        """Like `saw`, with all positional arguments; they may be symbolic: then only their shapes are kept."""
        known = self.declare(model, made_by)
        if known.traced is not None and known.made_for == state_of(model):
            return
        if is_concrete(args):
            known.probe = head(args, PROBE_ROWS)
        elif args:
            known.spec = synthetic_like(args)
        self.attempt(model, known)

    def declare(self, model: Any, made_by: str) -> SeenModel:
        """Make `model` a recorded one; an event without a graph is written the first time."""
        id = self.id_of(model)
        known = self._known.get(id)
        if known is None:
            known = self._known[id] = SeenModel(id, weakref.ref(model), made_by)
            self._show(model, known)
        return known

    def version_now(self, model: Any, reason: str) -> int:
        """Record the weights when they changed since the last version; returns the version in force.

        `reason`: `initial`, `trained` or `asked`; the first version is always `initial`. A model whose layers
        are not all built has no weights to note yet: 0 is returned, and noted in its first call.
        """
        known = self.declare(model, "fit" if reason != "asked" else "predict")
        latest = self.weights.latest(known.id)
        if not known.shown or not has_weights(model):
            return latest or 0
        with self._rec.quiet(), outside_of_functions_and_tapes():
            first = "initial" if latest is None else reason
            version = self.weights.now(known.id, list(model.weights), first) or 0
        if reason == "trained":
            self._parts_trained(known)
        return version

    def _parts_trained(self, known: SeenModel) -> None:
        """Training a model trains the models inside it: they have new versions of the same arrays."""
        for id in known.parts:
            part = self._known[id].ref() if id in self._known else None
            if part is not None and part is not known.ref() and has_weights(part):
                with self._rec.quiet(), outside_of_functions_and_tapes():
                    self.weights.now(id, list(part.weights), "trained")

    def names_of(self, variables: Any) -> list[str]:
        """Ids of variables, as graphs and weights name them."""
        return [self._variables.of(variable) for variable in variables]

    def prints_of(self, model: Any) -> dict[str, Any]:
        """Fingerprints of all weights of `model` as they are now."""
        with self._rec.quiet(), outside_of_functions_and_tapes():
            return self.weights.prints_of(list(model.weights))

    def versions_in_force(self) -> dict[str, int]:
        """Last recorded weights version of every recorded model."""
        return self.weights.in_force()

    def called_inside(self, model: Any) -> tuple[str, ...]:
        """Ids of recorded models called inside `model` (or its train step), outermost first."""
        known = self._known.get(self.id_of(model))
        return tuple(known.parts) if known is not None else ()

    def called_in_step(self, model: Any, part: Any) -> None:
        """Tell that `part` was called inside a train, test or predict step of `model`."""
        known, id = self.declare(model, "fit"), self.id_of(part)
        if id not in known.parts and id != known.id:
            known.parts.append(id)
            self._show(model, known)

    def attempt(self, model: Any, known: SeenModel) -> None:
        """Note version 0, and trace the graph, if the student's code has built the model by now."""
        if current_tracer() is not None:
            return
        if self.weights.latest(known.id) is None:
            self.version_now(model, "initial")
            if model.built and self.weights.latest(known.id) is None:
                return  # its variables get their values after this first call was traced
        shape = state_of(model)
        tried = known.made_for == shape and (known.traced is not None or known.tries >= MAX_TRIES)
        if tried or self._traces >= MAX_TRACES:
            return
        if not model.built:
            self._attempt_submodels(model)
            return
        probe = known.probe or synthetic(model) or known.spec
        if probe is None:
            return
        known.tries = known.tries + 1 if known.made_for == shape else 1
        known.made_for = shape
        self._trace(model, known, probe)

    def _trace(self, model: Any, known: SeenModel, probe: tuple[Any, ...]) -> None:
        self._traces += 1
        known.traced, known.probe = None, None
        try:
            with self._rec.quiet():
                found = trace(model, probe, self._layers, self._variables)
        except (NotBuilt, TooLarge, Exception):  # the student's own error, or no lone call can take this step
            self._attempt_submodels(model)
            return
        array = self._rec.journal.array
        refs = [array(value) for value in found.inputs], [array(value) for value in found.outputs]
        known.traced = {
            "graph": found.graph,
            "probe_inputs": [ref for ref in refs[0] if ref is not None],
            "probe_outputs": [ref for ref in refs[1] if ref is not None],
            "probe_version": self.version_now(model, "asked"),
        }
        self.weights.pin(known.id, known.traced["probe_version"])
        for part, args in found.parts:
            self._show_part(part, args)
            if self.id_of(part) not in known.parts:
                known.parts.append(self.id_of(part))
        self._show(model, known)

    def _show_part(self, part: Any, args: tuple[Any, ...]) -> None:
        if is_concrete(args):
            self.saw_arguments(part, args, "call")
        else:
            self.attempt(part, self.declare(part, "call"))

    def _attempt_submodels(self, model: Any) -> None:
        """A model that cannot be run alone is known through the models that it holds."""
        from keras.src.models.model import Model

        for part in model._flatten_layers(include_self=False):
            if isinstance(part, Model) and part.built and not self.knows(part):
                self.attempt(part, self.declare(part, "call"))

    def end_cell(self) -> None:
        """Trace what could not be traced before, and tell what changed."""
        for id, model in self.alive():
            with self._rec.guard("model", "cell end"):
                self.attempt(model, self._known[id])
                self._show(model, self._known[id])

    def _show(self, model: Any, known: SeenModel) -> None:
        """Write the model's event when it says something new; a loop that makes models without end is cut off."""
        if not known.shown and len(self._known) > MAX_MODELS:
            self._rec.journal.note("models_cap", "more models were made than the evidence may hold")
            return
        seen = {
            "id": known.id,
            "cls": type(model).__name__[:200],
            "name": str(model.name)[:200],
            "made_by": known.made_by,
            "params": count(model.weights),
            "trainable_params": count(model.trainable_weights),
            "parts": list(known.parts),
            **(known.traced or {"graph": None}),
        }
        if seen != known.shown:
            known.shown = seen
            self._rec.journal.event("model", **seen)

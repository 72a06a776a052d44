"""What a check is: the function that judges, and all that the rest of the house has to know of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from autograder.evidence.facts import FaultPlace
from autograder.records import Verdict
from autograder.rubrics.types import Item

from .context import CheckContext


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        function: judges one item of a part against one model.
        sentences: what the ids of all its sentences begin with, before the dot.
        needs: places of the recorder whose failure keeps its items open; none where no record is needed.
        replay: whether it compares with models that replay rebuilt; a student's own check waits for replay only then.
        weights: its sub-points, each with the weight that it has where a rubric gives none. What weighs 0 is
            judged only where a rubric gives it a weight.
    """

    function: Callable[[CheckContext, Item], Verdict]
    sentences: tuple[str, ...]
    needs: Collection[FaultPlace] = ()
    replay: bool = True
    weights: Mapping[str, float] = field(default_factory=dict)

    def weights_of(self, item: Item) -> dict[str, float]:
        """The weight of each sub-point of an item: the rubric's, or else the check's own."""
        return {**self.weights, **item.weights}

    def judge(self, context: CheckContext, item: Item) -> Verdict:
        """The verdict on an item, its sub-points weighted."""
        return self.function(context, replace(item, weights=self.weights_of(item)))

    def sub_points(self, item: Item) -> dict[str, float]:
        """The points of each sub-point of an item; empty for an item that is judged as a whole."""
        weights = {name: weight for name, weight in self.weights_of(item).items() if weight > 0}
        return {name: item.points * weight / sum(weights.values()) for name, weight in weights.items()}

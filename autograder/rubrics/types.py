"""What a rubric is made of: a part, its items, and the numbers that its checks compare with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True)
class Item:
    """One graded line.

    Attributes:
        id: stable id that users, reports and tests quote.
        points: what it is worth.
        title: a few words for a table.
        asks: one sentence: what a student has to do.
        check: the check that judges it, a name in `autograder.checks.CHECKS`.
        of: the known set of images that it speaks of (`mnist:test`), or empty.
        role: in a part of several models, the model that it speaks of; `each` when all of them earn an
            equal share of its points; empty when it is about the notebook.
        least: how many of what it asks for must be there: curves, or images made from no image.
        moments: how many epochs it must be shown after; 0 when once is enough.
        weights: its sub-points where they weigh otherwise than the check has it; 0 leaves one out.
    """

    id: str
    points: float
    title: str
    asks: str
    check: str
    of: str = ""
    role: str = ""
    least: int = 0
    moments: int = 0
    weights: Mapping[str, float] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Role:
    """One of the models that a part of several models asks for.

    Attributes:
        id: stable id that items quote.
        title: what people call this model.
        layers: the layers asked for, as `autograder.recognition.layers` names them.
        parameters: numbers that its counted layers learn, or None when they are free.
        off_per_layer: points off for each layer missing, added or changed.
        takes: what it is given: images, or codes that are drawn.
    """

    id: str
    title: str
    layers: tuple[str, ...]
    parameters: int | None = None
    off_per_layer: float = 2.0
    takes: Literal["images", "codes"] = "images"


@dataclass(frozen=True)
class Part:
    """One graded topic.

    Attributes:
        id: stable id.
        title: what people call it.
        task: `copy` trains images onto themselves, `denoise` noisy images onto clean ones, `generate` two models
            against each other.
        items: the graded lines, in order.
        layers: the layers asked for, as `autograder.recognition.layers` names them; empty when free.
        off_per_layer: points off for each layer missing, added or changed.
        code_shape: how one code is shown, (rows, columns); empty when codes are not asked for.
        code_layouts: `exact` takes the numbers in order (or transposed); `any` takes any arrangement,
            and half the points for another shape or a panel per feature map.
        array_shape: shape of the array of generated images; empty when none is asked for.
        epochs: epochs asked for, or None when they are free.
        noise: standard deviation of the noise in grey values from 0 to 1; 0 without noise.
        images: how many of the first images are shown.
        data: name of the data set.
        train_count: images in its training half; least_trained: how many of them must be trained on.
        least_held_out: how many of them must be kept for validation; 0 when that is free.
        loss: the loss asked for, as Keras' function is called (`mean_squared_error`); empty when it is free.
        optimizer: the optimizer asked for, as Keras' class is called (`RMSprop`); empty when it is free.
        parameters: numbers that the counted layers learn, or None when they are free.
        roles: the models asked for, when they are several; then `layers` and `parameters` are theirs.
        takes: what the model is given: images, or codes that are drawn.
        sampled: whether the model draws its code at random: what draws it, without weights, is then no layer that counts.
    """

    id: str
    title: str
    task: Literal["copy", "denoise", "generate"]
    items: tuple[Item, ...]
    layers: tuple[str, ...] = ()
    off_per_layer: float = 7.5
    code_shape: tuple[int, ...] = ()
    code_layouts: Literal["exact", "any"] = "exact"
    array_shape: tuple[int, ...] = ()
    epochs: int | None = None
    noise: float = 0.0
    images: int = 10
    data: str = "mnist"
    train_count: int = 60_000
    least_trained: int = 48_000
    least_held_out: int = 0
    loss: str = ""
    optimizer: str = ""
    parameters: int | None = None
    roles: tuple[Role, ...] = ()
    sampled: bool = False
    takes: Literal["images", "codes"] = "images"

    @property
    def max_points(self) -> float:
        """Points of all items together."""
        return sum(item.points for item in self.items)

    @property
    def code_numbers(self) -> int:
        """Numbers in one code."""
        size = 1
        for length in self.code_shape:
            size *= length
        return size if self.code_shape else 0

    def item(self, item_id: str) -> Item | None:
        """One item by its id."""
        return next((item for item in self.items if item.id == item_id), None)

    @property
    def views(self) -> tuple[Part, ...]:
        """The part as each of its models sees it: one part of one model for each role; itself without roles."""
        return tuple(self._view(role) for role in self.roles) or (self,)

    def _view(self, role: Role) -> Part:
        return replace(
            self,
            id=f"{self.id}/{role.id}",
            title=f"{self.title}: {role.title}",
            layers=role.layers,
            parameters=role.parameters,
            off_per_layer=role.off_per_layer,
            takes=role.takes,
            roles=(),
            items=tuple(item for item in self.items if item.role in ("", "each", role.id)),
        )

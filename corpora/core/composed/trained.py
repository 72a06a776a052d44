"""What a way of training is given and what it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.core.composed.voice import Voice

Lines = list[str]


@dataclass(frozen=True)
class Data:
    """Expressions of what is trained on: inputs and targets, and the same for validation."""

    x: str
    y: str
    val_x: str
    val_y: str


@dataclass(frozen=True)
class Trained:
    """Lines of a training and where its curves lie; `history` is a dict of both, when there is one."""

    lines: Lines
    loss: str
    val_loss: str
    history: str | None = None


def compiled(v: Voice) -> Lines:
    """The compile call."""
    way = v.twist % 3
    if way == 0:
        return [f"{v.model}.compile(optimizer={v.opt()}, loss='{v.loss}')"]
    if way == 1:
        return [f"{v.model}.compile(loss='{v.loss}', optimizer={v.opt()})"]
    return [f"{v.model}.compile({v.opt()}, '{v.loss}')"]


def of_history(v: Voice, lines: Lines) -> Trained:
    history = f"{v.hist}.history"
    return Trained(compiled(v) + lines, f"{history}['loss']", f"{history}['val_loss']", history)


def f32(expression: str) -> str:
    """The same data as float32 tensors, whatever they were."""
    return f"tf.cast({expression}, tf.float32)"

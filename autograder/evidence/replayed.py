"""What replay found out: outputs of recorded models, recomputed in a clean process that never ran the submission."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from .facts import ArrayRef, Count, Name, Shape, Text


class ReplayedOutput(BaseModel):
    """Outputs of one model at one weights version on one known source of inputs.

    `source`: `known:NAME` (a set of known images that the course asked for, in order), `call:ID` (the recorded
    inputs of a call), `fit:ID` and `validation:ID` (the rows taken of a training).
    `nodes`: node name (`n3`) -> array of that layer's outputs; `out` -> the model's (first) output; `rest` -> its
    further rows in half precision, where a call asked about more than 512. Only small
    nodes (at most 4,096 numbers a row) are kept, and for `fit`/`validation` sources only `out`.
    Arrays lie in the replay folder and are numbered there.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    version: Count
    source: Name
    nodes: dict[Name, ArrayRef]

    def of_first_rows(self) -> tuple[tuple[str, str], ...]:
        """Node names and arrays whose rows are those of the source, from its first."""
        return tuple((node, ref) for node, ref in self.nodes.items() if node != "rest")


class WeightStatistics(BaseModel):
    """One array of a model's weights at one version: what remains of it once the weights are dropped.

    `shape` is of the whole array; `std` is taken over its numbers; `kurtosis` is the excess over a normal distribution.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)
    version: Count
    variable: Name
    shape: Shape
    mean: float
    std: float
    kurtosis: float
    low: float
    high: float


class ReplayedModel(BaseModel):
    """One model: rebuilt and checked against its recorded probe outputs, or not replayable and why.

    `probe_error`: largest absolute difference to the recorded probe outputs over their range, when rebuilt.
    `differing`: weights versions at which it answered a recorded call otherwise than the notebook says.
    `statistics`: of the weights at version 0 and at each version that a training began with.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    model: Name
    status: Literal["replayed", "not_replayable"]
    why: Text = ""
    probe_error: float | None = None
    differing: tuple[Count, ...] = ()
    outputs: tuple[ReplayedOutput, ...] = ()
    statistics: tuple[WeightStatistics, ...] = ()


class Replay(BaseModel):
    """The whole of `replay.json`. `fault` is set when replay itself broke: ours, never a student's."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    schema_version: Literal[1]
    models: tuple[ReplayedModel, ...] = ()
    fault: Text = ""

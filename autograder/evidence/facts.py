"""The facts of a run as the recorder wrote them, one frozen type per kind of event.

Everything here was written inside a student's kernel: sizes, kinds and references are checked on reading
(`evidence.reader`), and nothing is believed that can be recomputed. Array fields hold references
(`ArrayRef`), resolved by `Evidence.array`. Shapes never include the batch axis. `cell` is the 1-based
number of the code cell that was running; 0 before the first one.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

ArrayRef = Annotated[str, Field(pattern=r"^[0-9]{5}$")]
Name = Annotated[str, Field(max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Count = Annotated[int, Field(ge=0, le=10**12)]
Shape = Annotated[tuple[int | None, ...], Field(max_length=8)]

# What a failure of the recorder may have lost. The recorder, which imports nothing of ours, has the same list.
FaultPlace = Literal[
    "model",  # models, their graphs and parts, how they were compiled
    "weights",  # values of weights
    "call",  # what models were asked and answered
    "fit",  # trainings by `fit`
    "batch",  # trainings by `train_on_batch`
    "tape",  # own training loops
    "figure",  # figures and displayed images
    "file",  # models saved to and loaded from files
    "held",  # arrays that the notebook holds
    "text",  # printed and displayed numbers
    "data",  # data sets served: what a notebook sees, not what is recorded of it
    "network",  # notes about a missing network
    "speed",  # what only makes shortened trainings quicker
    "recorder",  # the recorder as a whole: anything may be missing
]
FAULT_PLACES: tuple[FaultPlace, ...] = get_args(FaultPlace)
UNKNOWN_PLACE = "unknown"


def _known_place(where: object) -> object:
    return where if where in FAULT_PLACES else UNKNOWN_PLACE


class Fact(BaseModel):
    """Base of all facts: frozen; unknown keys are ignored so that a newer recorder can be read."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=True)
    cell: Count = 0


class Session(Fact):
    """The first event: what ran, under which training budget."""

    kind: Literal["session"]
    schema_version: Literal[1]
    training: Literal["quick", "full"]
    versions: dict[Name, Name] = {}


class LayerNode(BaseModel):
    """One executed layer (or an operation that replay can redo), in order of execution.

    `inputs` name where each input tensor came from: `x0`, `x1` for the model's own inputs, `n7` for the
    output of node 7, None where no recorded node made it (an operation that nothing recorded).
    `layer` is an id of the run: the same layer used twice, or in two models, keeps its id.
    `weights` are ids of variables in the order of `layer.weights` (seed states excluded).
    `activation` is the name of the activation in force inside the layer ("linear", "elu", ...;
    a layer or a custom callable: its class or function name), or "" for layers without one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    layer: Name
    cls: Name
    module: Name = ""
    name: Name = ""
    config: dict[str, Any] = {}
    activation: Name = ""
    inputs: tuple[Name | None, ...] = ()
    input_shapes: tuple[Shape, ...] = ()
    output_shapes: tuple[Shape, ...] = ()
    params: Count = 0
    weights: tuple[Name, ...] = ()


class Graph(BaseModel):
    """Layers as executed on one concrete batch of probe rows. `outputs` use the same names as inputs do."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    inputs: tuple[Shape, ...] = ()
    nodes: Annotated[tuple[LayerNode, ...], Field(max_length=2000)] = ()
    outputs: tuple[Name | None, ...] = ()


class ModelSeen(Fact):
    """A model that was compiled, fitted, called or asked to predict; in a student's own kernel also one that is built.
    The last event of an id counts.

    `graph` is None while no concrete batch could be run (compiled, but its input shape is unknown).
    `probe_inputs`/`probe_outputs` are 8 rows and the model's own answer at `probe_version`.
    `made_by` is `compile`, `fit`, `call`, `predict`, `build`: the first thing that made the model known.
    `parts` are ids of recorded models called inside this one, outermost first (nested models, or the
    models that a `train_step` uses).
    """

    kind: Literal["model"]
    id: Name
    cls: Name
    name: Name = ""
    made_by: Name = ""
    params: Count = 0
    trainable_params: Count = 0
    graph: Graph | None = None
    parts: tuple[Name, ...] = ()
    probe_inputs: tuple[ArrayRef, ...] = ()
    probe_outputs: tuple[ArrayRef, ...] = ()
    probe_version: Count | None = None


class Compiled(Fact):
    """A call of `compile`. `loss` and `optimizer` are names; `learning_rate` None when it is a schedule.

    `own_loss`: whether any of its losses is none of Keras'.
    """

    kind: Literal["compile"]
    model: Name
    loss: Name = ""
    optimizer: Name = ""
    learning_rate: float | None = None
    own_loss: bool = False


class WeightsVersion(Fact):
    """All weights of one model at one moment; version 0 is the first seen. `values`: variable id -> array.

    `reason`: `initial`, `trained` (after a fit), `asked` (an output was asked for after they changed).
    """

    kind: Literal["weights"]
    model: Name
    version: Count
    reason: Name = ""
    values: dict[Name, ArrayRef] = {}


class Rows(BaseModel):
    """Rows taken from the batches that a fit really consumed, aligned: row i of inputs belongs to row i of targets.

    At most 256 rows: the first 32 consumed and 224 spread evenly. `targets` is None where fit got none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    inputs: ArrayRef | None = None
    targets: ArrayRef | None = None


class Fit(Fact):
    """One training of one model, however it was asked for.

    `api`: `fit`, `train_on_batch` (all calls on a model until another fit of it), `tape` (an own loop).
    `samples`: training samples per epoch as asked (array length, or cardinality x batch), None when unknown.
    `distinct`: how many different rows an epoch (`fit`, estimated) or all calls (`train_on_batch`, `tape`) held; None when
    not counted.
    `weighted`: the share of an epoch's rows whose sample or class weight is not next to nothing.
    `epochs_asked` counts from `initial_epoch`: fit(initial_epoch=50, epochs=150) asked for 100.
    `epochs_run` includes played epochs (no batches); `epochs_real` were really trained; `epochs_whole`: those of
    `epochs_run` that no callback stopped before their last batch, None where none was stopped so.
    `shortened` is True when the training budget changed anything.
    `made`: the share of those rows that a model of the notebook had just answered; `distinct` leaves them out.
    `updates`: optimizer -> the weights that it changes in trainings of this model, where that was seen.
    `batches` / `batches_real`: for `train_on_batch` and `tape`, calls asked for and really run.
    `history`: log name -> one value per epoch run (train_on_batch, tape: one value per batch, capped).
    `version_before`/`version_after`: weights versions of the model around this training.
    `parts`: recorded models called inside the train step, when the model has its own `train_step` (`own_step`).
    """

    kind: Literal["fit"]
    id: Name
    model: Name
    api: Literal["fit", "train_on_batch", "tape"]
    epochs_asked: Count | None = None
    initial_epoch: Count = 0
    epochs_run: Count = 0
    epochs_real: Count = 0
    epochs_whole: Count | None = None
    batch_size: Count | None = None
    samples: Count | None = None
    samples_real: Count | None = None
    distinct: Count | None = None
    weighted: Annotated[float, Field(ge=0, le=1)] = 1.0
    made: Annotated[float, Field(ge=0, le=1)] = 0.0
    updates: Annotated[
        dict[Name, Annotated[tuple[Name, ...], Field(max_length=2000)]], Field(max_length=100)
    ] = {}
    batches: Count | None = None
    batches_real: Count | None = None
    rows: Rows = Rows()
    has_validation: bool = False
    validation_samples: Count | None = None
    validation_rows: Rows = Rows()
    history: dict[Name, Annotated[tuple[float | None, ...], Field(max_length=100_000)]] = {}
    stopped_early: bool = False
    shortened: bool = False
    version_before: Count | None = None
    version_after: Count | None = None
    parts: tuple[Name, ...] = ()
    own_step: bool = False
    finished: bool = True


class Call(Fact):
    """One `predict` or eager call: its first 32 rows of inputs and outputs, at a weights version.

    `epoch`: which epoch of a running fit was running or just ending (the first is 1), None outside of fits.
    `batches`: model id -> calls of `train_on_batch` so far, for the own loops that were running.
    Of inputs of at most 128 numbers a row, 2,048 rows are kept: codes that were drawn are judged as a sample.
    """

    kind: Literal["call"]
    id: Name
    model: Name
    api: Literal["predict", "predict_on_batch", "call"]
    version: Count
    rows: Count = 0
    inputs: tuple[ArrayRef, ...] = ()
    outputs: tuple[ArrayRef, ...] = ()
    epoch: Count | None = None
    batches: dict[Name, Count] = {}


class Saved(Fact):
    """A model, or its weights, was written to a file; `file` tells what it holds."""

    kind: Literal["saved"]
    model: Name
    version: Count
    file: Name


class Loaded(Fact):
    """A model was made from a file, or its weights were read from one."""

    kind: Literal["loaded"]
    model: Name
    file: Name


class Held(Fact):
    """An array that the notebook held when a cell ended, with rows as long as a model's answer.

    `shape` is of one row; `rows` counts them; `first` are at most 32 of them.
    """

    kind: Literal["held"]
    shape: Shape
    rows: Count
    first: ArrayRef


class Numbers(Fact):
    """The numbers that a cell printed or displayed as text, in order, (n,)."""

    kind: Literal["numbers"]
    values: ArrayRef


class Line(BaseModel):
    """One drawn line; `x` and `y` are 1-d arrays of the same length."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    label: Text = ""
    x: ArrayRef
    y: ArrayRef
    visible: bool = True


class Picture(BaseModel):
    """One drawn image: the array that was given (2-d, or 3-d with colour), not its rendering."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    array: ArrayRef
    cmap: Name = ""
    vmin: float | None = None
    vmax: float | None = None
    origin: Name = "upper"


class Scatter(BaseModel):
    """One scatter: `offsets` (n, 2); `values` the n numbers that colour it, or None; `bar`: whether a colour bar tells them."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    offsets: ArrayRef
    values: ArrayRef | None = None
    label: Text = ""
    bar: bool = False


class Axes(BaseModel):
    """One axes of a figure. `position` is x0, y0, width, height in fractions of the figure."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    title: Text = ""
    xlabel: Text = ""
    ylabel: Text = ""
    legend: tuple[Text, ...] | None = None
    position: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    xlim: tuple[float, float] | None = None
    ylim: tuple[float, float] | None = None
    xscale: Name = "linear"
    yscale: Name = "linear"
    lines: tuple[Line, ...] = ()
    images: tuple[Picture, ...] = ()
    scatters: tuple[Scatter, ...] = ()


class Figure(Fact):
    """A figure as it stood at show, savefig, close, clear or the end of its cell.

    The same `id` may come again when the figure changed. `versions`: model id -> weights version in force.
    `source`: `matplotlib`, or `pil` for a displayed image (one axes with one picture).
    """

    kind: Literal["figure"]
    id: Name
    source: Literal["matplotlib", "pil"] = "matplotlib"
    suptitle: Text = ""
    versions: dict[Name, Count] = {}
    axes: Annotated[tuple[Axes, ...], Field(max_length=2000)] = ()


class DatasetServed(Fact):
    """A data set loader of a library was answered from the course's own data."""

    kind: Literal["dataset"]
    name: Name
    api: Name = ""


class CellEnd(Fact):
    """The recorder saw a cell end: a heartbeat that also dates the events before it."""

    kind: Literal["cell_end"]
    raised: bool = False


class Fault(Fact):
    """The recorder itself failed somewhere: ours to mend, never a student's zero.

    `where`: the place whose evidence may be incomplete; `unknown` for every other text (older evidence had free ones).
    """

    kind: Literal["fault"]
    where: Annotated[FaultPlace | Literal["unknown"], BeforeValidator(_known_place)]
    message: Text = ""

    def concerns(self, needs: Collection[FaultPlace]) -> bool:
        """Whether evidence of `needs` may be lost. What needs nothing lost nothing; who knows what an unknown place lost?"""
        return bool(needs) and (self.where in needs or self.where in (UNKNOWN_PLACE, "recorder"))


class Note(Fact):
    """Something a person may want to know (a cap was reached, a network call was refused)."""

    kind: Literal["note"]
    id: Name
    message: Text = ""


Event = Annotated[
    Session
    | ModelSeen
    | Compiled
    | WeightsVersion
    | Fit
    | Call
    | Saved
    | Loaded
    | Held
    | Numbers
    | Figure
    | DatasetServed
    | CellEnd
    | Fault
    | Note,
    Field(discriminator="kind"),
]

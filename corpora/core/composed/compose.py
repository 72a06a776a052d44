"""A whole honest notebook put together from the choices of one student."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from corpora.core.composed import loading, models, pictures, plots, training
from corpora.core.composed.nets import CONV, DENOISING, DENSE, Net
from corpora.core.composed.voice import Voice
from corpora.notebook import Cell, Draft, Form, one_cell, to_bytes, without_text

FORMS = ("texts", "bare", "colab", "one-cell", "few")
INDEXES_BY_ARRAY = ("train-on-batch", "generator", "py-dataset")


@dataclass(frozen=True)
class Style:
    """The choices of one student for one part; `number` decides names, words and small habits."""

    number: int
    part: str
    model: str
    training: str
    plot: str
    pictures: str
    loading: str
    form: str = "texts"

    @property
    def id(self) -> str:
        """A name for reports, stable as long as the catalogue keeps the number."""
        return f"{self.part}-{self.number:03d}-{self.model}-{self.training}"

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The five dimensions in which honest notebooks differ."""
        return (self.model, self.training, self.plot, self.pictures, self.loading)

    def edited(self, edits: Sequence[Edit]) -> bytes:
        """The notebook file with these edits. Raises `Unfit` when this style has no place for one."""
        return build(self, edits)


def network(style: Style) -> Net:
    """The net of a part; for denoising any of four, by number."""
    net = {"dense": DENSE, "conv": CONV}.get(style.part) or DENOISING[style.number % len(DENOISING)]
    if style.training == "tape":
        net = DENOISING[0]
    if style.model == "inside":
        net = replace(net, layout="square")
    return net


def _noise(style: Style, v: Voice) -> list[str]:
    ways = list(loading.NOISE)
    if style.training in INDEXES_BY_ARRAY:
        ways.remove(loading.noise_tf)
    return ways[(style.number * 5 + 1) % len(ways)](v)


def _answers(v: Voice, net: Net, read: models.Reader) -> list[str]:
    """Lines that compute codes and reconstructions of the first ten test images."""
    made, expression = read(f"{v.te}[:10]")
    lines = [*made, f"{v.codes} = {expression}"]
    whole = v.choose(
        f"{v.model}.predict({v.te})", f"{v.model}.predict({v.te}[:10])", f"np.array({v.model}({v.te}[:10]))"
    )
    return [*lines, f"{v.rec} = {whole}", f"print({v.codes}.shape, {v.rec}.shape)"]


@dataclass
class Plan:
    """What a notebook will hold, before it is written down: the place where defects are made.

    Attributes:
        v: the student's habits.
        net: the network, with the point where its code lies.
        data: what is trained on.
        noise: lines that make noisy copies.
        before_training: further lines before the training (an early look at outputs, another model).
        trained: the training and where its curves lie.
        curve: lines of the loss plot.
        answers: lines that compute codes and outputs.
        kinds: the images shown, by what they are: `test`, `codes`, `outputs`, `train`, ...
        cells: the finished cells.
    """

    v: Voice
    style: Style
    net: Net
    data: training.Data
    noise: list[str]
    before_training: list[str] = field(default_factory=list)
    built: list[str] = field(default_factory=list)
    trained: training.Trained = field(default_factory=lambda: training.Trained([], "", ""))
    curve: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    kinds: dict[str, pictures.Kind] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)


Change = Callable[[Plan], None]
# A stage of writing (`STAGES`), and what is then done to the plan.
Edit = tuple[str, Change]
STAGES = ("net", "data", "trained", "curve", "answers", "kinds", "cells")


def _kinds(plan: Plan) -> dict[str, pictures.Kind]:
    v, w, ten = plan.v, plan.v.words, (28, 28)
    if plan.style.part == "denoising":
        return {
            "train": pictures.Kind(v.tr, ten, w.original),
            "noisy-train": pictures.Kind(v.noisy_tr, ten, w.noisy),
            "test": pictures.Kind(v.te, ten, w.original),
            "noisy-test": pictures.Kind(v.noisy_te, ten, w.noisy),
            "outputs": pictures.Kind(v.rec, ten, w.output),
        }
    return {
        "test": pictures.Kind(v.te, ten, w.original),
        "codes": pictures.Kind(v.codes, plan.net.code_shape, w.code),
        "outputs": pictures.Kind(v.rec, ten, w.output),
    }


def write(style: Style, edits: Sequence[Edit] = ()) -> list[Cell]:
    """The cells of one student's notebook; each edit changes the plan after the stage that it names."""

    def reached(stage: str) -> None:
        for edited_stage, change in edits:
            if edited_stage == stage:
                change(plan)

    v = Voice(style.number, foreign=style.plot == "foreign")
    denoising = style.part == "denoising"
    data = (
        training.Data(v.noisy_tr, v.tr, v.noisy_te, v.te)
        if denoising
        else training.Data(v.tr, v.tr, v.te, v.te)
    )
    plan = Plan(v, style, network(style), data, [])
    reached("net")
    load = loading.LOADING[style.loading](v, plan.net.layout)
    plan.built, read = models.MODELS[style.model](v, plan.net)
    plan.noise = _noise(style, v) if denoising else []
    reached("data")
    plan.trained = training.TRAINING[style.training](v, plan.data)
    reached("trained")
    plan.curve = plots.PLOTS[style.plot](v, plan.trained)
    reached("curve")
    plan.answers = (
        [f"{v.rec} = {v.model}.predict({v.noisy_te}[:10])"] if denoising else _answers(v, plan.net, read)
    )
    reached("answers")
    plan.kinds = _kinds(plan)
    reached("kinds")
    shown = pictures.PICTURES[style.pictures](v, list(plan.kinds.values()))
    draft, w = Draft(), v.words
    draft.text(f"# {w.title}")
    draft.code(v.import_lines())
    for lines in (load, plan.noise, plan.built, plan.before_training, plan.trained.lines):
        draft.code(lines)
    draft.text(w.title)
    draft.code(plan.curve)
    draft.code(plan.answers)
    draft.text(w.output)
    draft.code(shown)
    plan.cells = draft.cells
    reached("cells")
    return plan.cells


def _habits(source: str, number: int) -> str:
    """Spaces and quotes as this student types them; strings of the corpora hold no comma and no quote."""
    if number % 3 == 1:
        source = source.replace("'", '"')
        source = re.sub(r'(f"[^"\n]*\{[^}\n]*)"([^}"\n]*)"([^}\n]*\}[^"\n]*")', r"\1'\2'\3", source)
    if number % 4 == 2:
        source = re.sub(r"(?<=\S), ", ",", source)
    return source


def shaped(cells: list[Cell], style: Style) -> list[Cell]:
    """The cells in the form of this student: all in one, no text, a few large ones."""
    cells = [Cell(cell.kind, _habits(cell.source, style.number)) for cell in cells]
    if style.form == "one-cell":
        return one_cell(cells)
    if style.form == "texts":
        return cells
    code = without_text(cells)
    if style.form == "few":
        return [*one_cell(code[:-3]), *one_cell(code[-3:])]
    if style.form == "colab":
        return [Cell("code", "%matplotlib inline\n!python --version"), *code]
    return code


def build(style: Style, edits: Sequence[Edit] = ()) -> bytes:
    """The notebook file of one style; the same style and edits give the same bytes."""
    cells = shaped(write(style, edits), style)
    colab = style.form == "colab"
    return to_bytes(cells, Form(colab, counters="shuffled" if style.number % 5 == 0 else "none"))

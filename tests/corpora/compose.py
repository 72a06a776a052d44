"""A whole honest notebook put together from the choices of one student."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from . import loading, models, pictures, plots, training
from .nets import CONV, DENOISING, DENSE, Net
from .notebook import Cell, Draft, Form, one_cell, to_bytes, without_text
from .voice import Voice

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
    whole = v.choose(f"{v.model}.predict({v.te})", f"{v.model}.predict({v.te}[:10])", f"np.array({v.model}({v.te}[:10]))")
    return [*lines, f"{v.rec} = {whole}", f"print({v.codes}.shape, {v.rec}.shape)"]


def write(style: Style) -> Draft:
    """The notebook of one student, as cells."""
    v = Voice(style.number, foreign=style.plot == "foreign")
    net, draft, w = network(style), Draft(), v.words
    load = loading.LOADING[style.loading](v, net.layout)
    built, read = models.MODELS[style.model](v, net)
    denoising = style.part == "denoising"
    noise = _noise(style, v) if denoising else []
    data = training.Data(v.noisy_tr, v.tr, v.noisy_te, v.te) if denoising else training.Data(v.tr, v.tr, v.te, v.te)
    trained = training.TRAINING[style.training](v, data)
    curve = plots.PLOTS[style.plot](v, trained)
    ten = (28, 28)
    if denoising:
        answers = [f"{v.rec} = {v.model}.predict({v.noisy_te}[:10])"]
        kinds = [pictures.Kind(v.tr, ten, w.original), pictures.Kind(v.noisy_tr, ten, w.noisy)]
        kinds += [pictures.Kind(v.te, ten, w.original), pictures.Kind(v.noisy_te, ten, w.noisy)]
        kinds.append(pictures.Kind(v.rec, ten, w.output))
    else:
        answers = _answers(v, net, read)
        kinds = [pictures.Kind(v.te, ten, w.original), pictures.Kind(v.codes, net.code_shape, w.code)]
        kinds.append(pictures.Kind(v.rec, ten, w.output))
    shown = pictures.PICTURES[style.pictures](v, kinds)
    draft.text(f"# {w.title}")
    draft.code(v.import_lines())
    for lines in (load, noise, built, trained.lines):
        draft.code(lines)
    draft.text(w.title)
    draft.code(curve)
    draft.code(answers)
    draft.text(w.output)
    draft.code(shown)
    return draft


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


def build(style: Style) -> bytes:
    """The notebook file of one style; the same style gives the same bytes."""
    cells = shaped(write(style).cells, style)
    counters = "shuffled" if style.number % 5 == 0 else "none"
    return to_bytes(cells, Form(colab=style.form == "colab", counters=counters))

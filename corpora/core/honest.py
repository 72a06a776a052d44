"""All honest notebooks: every one of them must get every point of the parts that it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from corpora.core import combined, hard
from corpora.core.composed import catalogue
from corpora.core.composed.compose import Style, build
from corpora.notebook import Form, from_marks, to_bytes

HAND = Path(__file__).parent / "hand"
# The five dimensions of the notebooks written by hand, in the order of `Style.dimensions`.
HAND_STYLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "one_cell": ("dense", ("functional", "positional", "pyplot", "one-each", "keras")),
    "one_name_three_models": ("dense", ("add", "one-fit", "axes", "columns", "tf-keras")),
    "inside_a_function": ("dense", ("inside-a-function", "one-fit", "own-function", "own-show", "helpers")),
    "history_thrown_away": ("dense", ("nested", "own-callback", "semilogy", "rows", "keras")),
    "colab": ("dense", ("own-layers", "tf-data", "axes", "strip", "tf-keras")),
    "no_text_japanese": ("dense", ("add", "one-fit", "pandas", "inverted", "openml")),
    "own_class": ("dense", ("own-class", "many-fits", "foreign", "columns", "tf-keras")),
    "early_stop_and_snapshots": ("dense", ("inside", "early-stopping", "foreign", "grid", "keras")),
    "listing_style": ("dense", ("add", "one-fit", "pyplot", "grid", "helpers")),
    "pylab_arabic": ("dense", ("by-loop", "two-stages", "foreign", "strip", "keras")),
}


@dataclass(frozen=True)
class Honest:
    """One honest submission.

    Attributes:
        id: its name in reports.
        parts: the parts that it holds; all of their items must be passed.
        notebooks: file name -> bytes.
        dimensions: model, training, plot, pictures and loading style; empty for combined files.
        beside: files handed in beside the notebooks, file name -> bytes.
    """

    id: str
    parts: tuple[str, ...]
    notebooks: dict[str, bytes]
    dimensions: tuple[str, ...] = ()
    beside: dict[str, bytes] = field(default_factory=dict)


def _composed(style: Style) -> Honest:
    return Honest(style.id, (style.part,), {f"{style.id}.ipynb": build(style)}, style.dimensions)


def _by_hand(name: str) -> Honest:
    part, dimensions = HAND_STYLES[name]
    cells = from_marks((HAND / f"{name}.ipy").read_text(encoding="utf-8"))
    form = Form(colab=name == "colab", counters="shuffled" if name == "own_class" else "none")
    return Honest(f"{part}-hand-{name}", (part,), {f"{name}.ipynb": to_bytes(cells, form)}, dimensions)


def _hard(name: str) -> Honest:
    part, dimensions = hard.STYLES[name]
    cells = from_marks((HAND / f"hard_{name}.ipy").read_text(encoding="utf-8"))
    notebooks = {f"{name}.ipynb": to_bytes(cells)}
    return Honest(f"{part}-hard-{name}", (part,), notebooks, dimensions, hard.beside(name))


@lru_cache(maxsize=1)
def honest() -> tuple[Honest, ...]:
    """Every honest submission: written by hand, composed, those of several parts, and the hard ones."""
    by_hand = [_by_hand(name) for name in HAND_STYLES]
    composed = [_composed(style) for style in catalogue.styles()]
    several = [Honest(one.id, one.parts, one.notebooks()) for one in combined.ALL]
    return tuple(by_hand + composed + several + [_hard(name) for name in hard.STYLES])

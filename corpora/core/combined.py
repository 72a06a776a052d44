"""Submissions of several parts: one file with all three, or several notebooks of one student."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpora.core.composed.compose import Style, shaped, write
from corpora.notebook import Cell, Form, from_marks, to_bytes

HAND = Path(__file__).parent / "hand"
CORE = ("dense", "conv", "denoising")


@dataclass(frozen=True)
class Combined:
    """A submission of several parts and how its notebooks are made."""

    id: str
    parts: tuple[str, ...]
    notebooks: Callable[[], dict[str, bytes]]


def _marks(name: str) -> Callable[[], dict[str, bytes]]:
    def make() -> dict[str, bytes]:
        cells = from_marks((HAND / f"{name}.ipy").read_text(encoding="utf-8"))
        return {f"{name}.ipynb": to_bytes(cells, Form(colab=name.startswith("colab")))}

    return make


def _styled(styles: list[Style], together: str | None = None) -> Callable[[], dict[str, bytes]]:
    """One notebook per style, or all of them one after the other in a single file."""

    def make() -> dict[str, bytes]:
        cells = {style: shaped(write(style), style) for style in styles}
        if together is None:
            return {f"part_{style.part}.ipynb": to_bytes(found) for style, found in cells.items()}
        joined: list[Cell] = [cell for found in cells.values() for cell in found]
        return {together: to_bytes(joined)}

    return make


THREE_FILES = [
    Style(301, "dense", "two-models", "one-fit", "axes", "own-show", "keras"),
    Style(302, "conv", "functional", "keywords", "semilogy", "grid", "helpers", "bare"),
    Style(303, "denoising", "add", "early-stopping", "pyplot", "rows", "tf-keras"),
]
ONE_AFTER_OTHER = [
    Style(304, "denoising", "sequential", "one-fit", "pandas", "one-each", "helpers"),
    Style(305, "dense", "subclassed", "own-callback", "pyplot", "strip", "openml"),
    Style(306, "conv", "nested", "two-stages", "foreign", "inverted", "keras"),
]
ALL = (
    Combined("combined-all-three-one-variable", CORE, _marks("all_three_one_variable")),
    Combined("combined-shared-functions", CORE, _marks("shared_functions")),
    Combined("combined-other-order", CORE, _marks("other_order")),
    Combined("combined-originals-once", CORE, _marks("colab_originals_once")),
    Combined("combined-three-files", CORE, _styled(THREE_FILES)),
    Combined("combined-one-after-other", CORE, _styled(ONE_AFTER_OTHER, "petrov_ivan_autoencoders.ipynb")),
    Combined("combined-two-parts", ("dense", "conv"), _marks("two_parts")),
)

"""The corpus of one part beyond the core: honest notebooks in a folder, and defects made in one of them as edits of text.

What a defect must cost stands in the corpus' table alone; how it is made, in its edits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpora.notebook import from_marks, to_bytes

Edit = tuple[str, str]


@dataclass(frozen=True)
class Corpus:
    """One part's notebooks with a known grade.

    Attributes:
        part: the part's id.
        folder: holds a file `NAME.ipy` for each honest notebook, cells apart by `# %%`.
        styles: name of each honest notebook -> what is special about it, a word or two for each dimension.
        costs: the fixed table: defect -> points that it must cost, by item.
        edits: defect -> pairs of a text that stands exactly once in its base, and what stands there instead.
        bases: the honest notebook that a defect is made in, where that is not `base`.
        together: defects of `base` that can be made in one notebook, so that one run shows them all.
        graded: honest notebooks that are graded beside the core parts, too; the selftest grades all of them by their own part alone.
        base: the honest notebook that defects are made in.
    """

    part: str
    folder: Path
    styles: Mapping[str, tuple[str, ...]]
    costs: Mapping[str, Mapping[str, float]]
    edits: Mapping[str, tuple[Edit, ...]]
    together: tuple[str, ...]
    graded: tuple[str, ...]
    base: str = "plain"
    bases: Mapping[str, str] = field(default_factory=dict)

    def source(self, name: str) -> str:
        """The text of one honest notebook."""
        return (self.folder / f"{name}.ipy").read_text(encoding="utf-8")

    def edited(self, *defects: str) -> str:
        """The base's text with these defects (of one base). Raises `LookupError` when an edit finds no one place."""
        (base,) = {self.bases.get(defect, self.base) for defect in defects}
        text = self.source(base)
        for defect in defects:
            for old, new in self.edits[defect]:
                if text.count(old) != 1:
                    raise LookupError(f"the defect `{defect}` finds {text.count(old)} places for {old!r}")
                text = text.replace(old, new)
        return text

    def cost(self, *defects: str) -> dict[str, float]:
        """Points that these defects together must cost, by item."""
        lost: dict[str, float] = {}
        for defect in defects:
            for item, points in self.costs[defect].items():
                lost[item] = lost.get(item, 0.0) + points
        return lost

    def honest(self) -> dict[str, bytes]:
        """The honest notebooks by name; each must get every point."""
        return {name: to_bytes(from_marks(self.source(name))) for name in self.styles}

    def mutants(self) -> dict[str, bytes]:
        """The notebooks with one defect each, by the defect's name."""
        return {defect: to_bytes(from_marks(self.edited(defect))) for defect in self.edits}

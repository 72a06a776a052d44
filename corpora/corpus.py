"""The corpus of one part beyond the core: honest notebooks in a folder, and defects made in them as edits of their text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora.defect import Defect, Mutant, TextEdit, mutate, replaced
from corpora.notebook import from_marks, to_bytes


@dataclass(frozen=True)
class Text:
    """A notebook written as text, its cells apart by `# %%` marks: a base for defects."""

    text: str

    def edited(self, edits: Sequence[TextEdit]) -> bytes:
        """The notebook file with these edits made in the text, marks and all."""
        return to_bytes(from_marks(replaced(self.text, edits)))


@dataclass(frozen=True)
class Corpus:
    """One part's notebooks with a known grade.

    Attributes:
        part: the part's id.
        folder: holds a file `NAME.ipy` for each honest notebook, cells apart by `# %%`.
        styles: name of each honest notebook -> what is special about it, a word or two for each dimension.
        defects: by name; each is made in the notebook that it names, or else in `base`.
        together: defects of `base` that can be made in one notebook, so that one run shows them all.
        beside_core: the honest notebook that a test grades beside the core parts, too; the selftest grades each by its own part alone.
        base: the honest notebook that defects are made in.
    """

    part: str
    folder: Path
    styles: Mapping[str, tuple[str, ...]]
    defects: Mapping[str, Defect[TextEdit]]
    together: tuple[str, ...]
    beside_core: str
    base: str = "plain"

    def notebook(self, name: str) -> Text:
        """One honest notebook."""
        return Text((self.folder / f"{name}.ipy").read_text(encoding="utf-8"))

    def mutated(self, *names: str) -> bytes:
        """The notebook file with these defects, all of one base. Raises `Unfit` when one has no place in it."""
        defects = [self.defects[name] for name in names]
        (base,) = {defect.base or self.base for defect in defects}
        return mutate(self.notebook(base), *defects)

    def honest(self) -> dict[str, bytes]:
        """The honest notebooks by name; each must get every point."""
        return {name: self.notebook(name).edited([]) for name in self.styles}

    def mutants(self) -> tuple[Mutant[TextEdit], ...]:
        """A notebook for each defect."""
        found = []
        for defect in self.defects.values():
            name = f"{self.part}--{defect.name}"
            content = {f"{name}.ipynb": self.mutated(defect.name)}
            found.append(Mutant(name, self.part, (defect,), defect.base or self.base, content))
        return tuple(found)

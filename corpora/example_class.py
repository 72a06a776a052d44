"""The example class: ten submissions as an instructor finds them, made from the corpora.

`python -m corpora.example_class` writes `examples/class` anew.
"""

from __future__ import annotations

from pathlib import Path

from corpora.core.combined import ALL
from corpora.core.composed.compose import Style, build, shaped, write
from corpora.core.defects import DEFECTS
from corpora.defect import mutate
from corpora.notebook import Cell, to_bytes

ROOT = Path(__file__).resolve().parents[1]
CLASS = ROOT / "examples" / "class"
TEMPLATE = ROOT / "notebooks" / "part1_dense.ipynb"

ALVAREZ = (
    Style(401, "dense", "add", "one-fit", "pyplot", "grid", "helpers"),
    Style(402, "conv", "functional", "early-stopping", "axes", "rows", "helpers"),
    Style(403, "denoising", "sequential", "one-fit", "pyplot", "rows", "helpers"),
)
CHEN = (
    Style(404, "dense", "two-models", "tf-data", "semilogy", "columns", "tf-keras", "bare"),
    Style(405, "conv", "subclassed", "own-callback", "pandas", "strip", "keras", "bare"),
)
HAUGEN = Style(406, "dense", "functional", "one-fit", "axes", "own-show", "keras")
IVANOVA = Style(407, "dense", "nested", "keywords", "foreign", "inverted", "openml", "colab")
MUELLER = Style(408, "conv", "by-loop", "one-fit", "pyplot", "own-show", "helpers")
OKAFOR = Style(409, "denoising", "functional", "one-fit", "axes", "rows", "keras")
TANAKA = Style(410, "dense", "functional", "one-fit", "pyplot", "grid", "helpers")


def _defective(style: Style, *defects: str) -> bytes:
    return mutate(style, *(DEFECTS[style.part][name] for name in defects))


def _names_a_missing_file() -> bytes:
    """A dense notebook that loads its digits from a file of the student's own machine."""
    cells = shaped(write(TANAKA), TANAKA)
    changed = [
        Cell(cell.kind, cell.source + "\nweights = np.load('my_best_weights.npz')")
        if "load_mnist()" in cell.source
        else cell
        for cell in cells
    ]
    return to_bytes(changed)


def files() -> dict[str, bytes]:
    """Path under `examples/class` -> bytes, but for the unfilled template, which is the course's own."""
    by_hand = {one.id: one for one in ALL}
    found = {f"alvarez_maria/part_{style.part}.ipynb": build(style) for style in ALVAREZ}
    found |= {f"chen_wei/{style.part}_final_v2.ipynb": build(style) for style in CHEN}
    (single,) = by_hand["combined-all-three-one-variable"].notebooks().values()
    found["doe_jane_autoencoders.ipynb"] = single
    (colab,) = by_hand["combined-originals-once"].notebooks().values()
    found["garcia_lucia_autoencoders.ipynb"] = colab
    found["haugen_nils_autoencoders.ipynb"] = _defective(HAUGEN, "width-2", "ylabel-missing")
    found["ivanova_olga_autoencoders.ipynb"] = _defective(IVANOVA, "epochs-100")
    found["mueller_jonas_autoencoders.ipynb"] = _defective(MUELLER, "crash-before-pictures")
    found["okafor_ada_autoencoders.ipynb"] = _defective(OKAFOR, "noise-0.5")
    found["tanaka_yui_autoencoders.ipynb"] = _names_a_missing_file()
    return found


def write_class(folder: Path = CLASS) -> None:
    """Write the whole class, the unfilled template among it."""
    if TEMPLATE.exists():
        (folder / "novak_petr").mkdir(parents=True, exist_ok=True)
        (folder / "novak_petr" / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
    for name, content in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    write_class()

"""Ways of showing ten images of several kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from corpora.core.composed.voice import Voice

Lines = list[str]


@dataclass(frozen=True)
class Kind:
    """One kind of image: an expression of at least ten rows, the shape of a picture, and a word for it."""

    rows: str
    shape: tuple[int, int]
    word: str

    def at(self, index: str) -> str:
        """The picture of one row, as an expression."""
        return f"np.reshape({self.rows}[{index}], {self.shape})"


def _gray(v: Voice) -> str:
    return v.choose("cmap='gray'", "cmap=plt.cm.gray", "cmap='Greys_r'", "'gray'")


def one_each(v: Voice, kinds: list[Kind]) -> Lines:
    """Every image is a figure of its own."""
    lines: Lines = []
    gray = _gray(v)
    for kind in kinds:
        lines.append(f"for {v.i} in range(10):")
        lines.append(f"    plt.figure(figsize=({v.choose('2, 2', '1.5, 1.5', '3, 3')}))")
        lines.append(f"    plt.imshow({kind.at(v.i)}, {gray})")
        lines.append(f"    plt.title(f'{kind.word} {{{v.i}}}')")
        lines.append(v.choose("    plt.axis('off')", "    plt.xticks([]); plt.yticks([])"))
        lines += ["    plt.show()", ""]
    return lines


def grid(v: Voice, kinds: list[Kind]) -> Lines:
    """A grid of two by five for each kind, with pyplot's state."""
    lines: Lines = []
    shape = v.choose("2, 5", "5, 2", "1, 10", "3, 4")
    gray = v.twist % 2
    for kind in kinds:
        lines.append(f"plt.figure(figsize=({v.choose('10, 4', '8, 4', '20, 4')}))")
        lines.append(f"for {v.i} in range(10):")
        lines.append(f"    plt.subplot({shape}, {v.i} + 1)")
        lines.append(f"    plt.imshow({kind.at(v.i)})")
        lines += ["    plt.gray()"] if gray else []
        lines += ["    plt.axis('off')", f"plt.suptitle('{kind.word}')", "plt.show()", ""]
    return lines


def rows(v: Voice, kinds: list[Kind]) -> Lines:
    """One figure: a row for each kind, as most public notebooks do it."""
    lines = [f"{v.n} = 10", f"plt.figure(figsize=(20, {2 * len(kinds)}))", f"for {v.i} in range({v.n}):"]
    for number, kind in enumerate(kinds):
        offset = f" + {number} * {v.n}" if number else ""
        lines.append(f"    {v.ax} = plt.subplot({len(kinds)}, {v.n}, {v.i} + 1{offset})")
        lines.append(f"    plt.imshow({kind.at(v.i)})")
        lines.append(v.choose("    plt.gray()", "    plt.set_cmap('gray')"))
        lines.append(f"    {v.ax}.get_xaxis().set_visible(False)")
        lines.append(f"    {v.ax}.get_yaxis().set_visible(False)")
    return [*lines, "plt.show()"]


def strip(v: Voice, kinds: list[Kind]) -> Lines:
    """Ten images stitched into one array, one picture for each kind."""
    lines: Lines = []
    stack = v.choose("np.hstack", "np.vstack", "np.concatenate")
    for kind in kinds:
        pieces = f"[{kind.at(v.i)} for {v.i} in range(10)]"
        joined = f"{stack}({pieces}{', axis=1' if stack == 'np.concatenate' else ''})"
        lines += ["plt.figure(figsize=(15, 3))", f"strip = {joined}", f"plt.imshow(strip, {_gray(v)})"]
        lines += [f"plt.title('{kind.word}')", "plt.axis('off')", "plt.show()", ""]
    return lines


def as_bytes(v: Voice, kinds: list[Kind]) -> Lines:
    """Grey values from 0 to 255, by a function that stretches each image."""
    lines = [
        f"def {v.show}(rows, shape, word):",
        f"    {v.fig}, cells = plt.subplots(2, 5, figsize=(9, 4))",
        f"    for {v.ax}, row in zip(cells.ravel(), rows):",
        f"        {v.img} = np.reshape(np.asarray(row, dtype='float64'), shape)",
        f"        {v.img} = {v.img} - {v.img}.min()",
        f"        {v.img} = np.uint8(np.round(255 * {v.img} / max({v.img}.max(), 1e-9)))",
        f"        {v.ax}.imshow({v.img}, cmap='gray', vmin=0, vmax=255)",
        f"        {v.ax}.set_axis_off()",
        f"    {v.fig}.suptitle(word)",
        "    plt.show()",
        "",
    ]
    return lines + [f"{v.show}({kind.rows}[:10], {kind.shape}, '{kind.word}')" for kind in kinds]


def inverted(v: Voice, kinds: list[Kind]) -> Lines:
    """Dark ink on white paper: an inverted map, or the numbers themselves turned around."""
    lines: Lines = []
    turned = v.twist % 2
    for kind in kinds:
        lines.append(
            f"{v.fig}, row_of_axes = plt.subplots(1, 10, figsize=({v.choose('15, 2', '12, 1.5', '18, 3')}))"
        )
        lines.append(f"for {v.i}, {v.ax} in enumerate(row_of_axes):")
        shown = (
            f"1 - {kind.at(v.i)}, cmap='gray'"
            if turned
            else f"{kind.at(v.i)}, cmap='{('binary', 'gray_r')[v.twist // 2 % 2]}'"
        )
        lines += [f"    {v.ax}.imshow({shown})", f"    {v.ax}.set(xticks=[], yticks=[])"]
        lines += [f"{v.fig}.suptitle('{kind.word}')", "plt.show()", ""]
    return lines


def columns(v: Voice, kinds: list[Kind]) -> Lines:
    """One figure with a line of panels for each digit, kinds side by side, in the default colours."""
    lines = [f"{v.fig}, table_of_axes = plt.subplots(10, {len(kinds)}, figsize=({2 * len(kinds)}, 20))"]
    lines.append(f"for {v.i} in range(10):")
    for number, kind in enumerate(kinds):
        lines.append(f"    table_of_axes[{v.i}, {number}].imshow({kind.at(v.i)})")
        lines.append(f"    table_of_axes[{v.i}, {number}].axis('off')")
    lines += [f"table_of_axes[0, {number}].set_title('{kind.word}')" for number, kind in enumerate(kinds)]
    return [*lines, f"{v.fig}.savefig('all.png')"]


def own_show(v: Voice, kinds: list[Kind]) -> Lines:
    """A helper function that draws a row of images and closes the figure."""
    lines = [
        f"def {v.show}({v.img}s, size, heading, count=10):",
        f"    {v.fig} = plt.figure(figsize=(count, 1.6))",
        f"    for {v.i} in range(count):",
        f"        {v.ax} = {v.fig}.add_subplot(1, count, {v.i} + 1)",
        f"        {v.ax}.{v.choose('imshow', 'matshow')}(np.array({v.img}s[{v.i}]).reshape(size), cmap='gray')",
        f"        {v.ax}.axis('off')",
        f"    {v.fig}.suptitle(heading)",
        f"    plt.show(); plt.close({v.fig})",
        "",
    ]
    return lines + [f"{v.show}({kind.rows}, {kind.shape}, '{kind.word}')" for kind in kinds]


def course_helper(v: Voice, kinds: list[Kind]) -> Lines:
    """The course's `show_images`."""
    v.need("from helpers import show_images")
    lines = []
    for kind in kinds:
        lines += [f"show_images([np.reshape({kind.rows}[:10], (10, {kind.shape[0]}, {kind.shape[1]}))],"]
        lines += [f"            row_labels=['{kind.word}'])", "plt.show()"]
    return lines


def pillow(v: Voice, kinds: list[Kind]) -> Lines:
    """Strips displayed as PIL images, magnified without smoothing."""
    v.need("from PIL import Image")
    v.need("from IPython.display import display")
    lines = [
        f"def to_pil({v.img}s, h, w):",
        f"    strip = np.hstack([np.reshape({v.img}s[{v.i}], (h, w)) for {v.i} in range(10)]).astype('float64')",
        "    strip = (strip - strip.min()) / (strip.max() - strip.min() + 1e-9)",
        "    return Image.fromarray(np.uint8(255 * strip))",
        "",
    ]
    return lines + [
        f"display(to_pil({kind.rows}, {kind.shape[0]}, {kind.shape[1]}))  # {kind.word}" for kind in kinds
    ]


PICTURES: dict[str, Callable[[Voice, list[Kind]], Lines]] = {
    "one-each": one_each,
    "grid": grid,
    "rows": rows,
    "strip": strip,
    "bytes": as_bytes,
    "inverted": inverted,
    "columns": columns,
    "own-show": own_show,
    "pil": pillow,
}

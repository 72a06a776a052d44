"""The files of a submission as its notebook finds them: in the folders they were handed in with, under every spelling used.

Students work on systems that tell no capitals apart and separate names by backslashes. What opens a file there opens it
here: where code speaks of a handed-in file in another spelling, the file lies under that spelling too.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from pathlib import PurePosixPath

from autograder.submissions import mentions

MOST_COPIES = 2_000  # files under further spellings
MOST_COPIES_BYTES = 100 * 2**20  # of files under further spellings; all files together may have 50 MiB
_MOST_SPELLINGS = 8  # of one file
_MOST_UP = 3  # folders above the submission's own that code may climb to
_ABOVE = "handed_in"  # stands in for a folder above the submission's own, which did not come along

Parts = tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Where everything lies: relative POSIX names and bytes, and the notebook's own folder, empty for the top."""

    files: tuple[tuple[str, bytes], ...]
    folder: str = ""


def laid_out(notebook: str, content: bytes, files: Iterable[tuple[str, bytes]]) -> Layout:
    """The files around the notebook of that relative name, whose `content` is nbformat 4 JSON.

    Each lies where it was handed in. What lies outside of the notebook's folder lies in there as well, unless its name is
    taken: some editors start a notebook at the top of a project.
    """
    tree = {PurePosixPath(name).parts: data for name, data in files}
    folder = PurePosixPath(notebook).parent.parts
    texts = [
        *_code(content),
        *(data.decode("utf-8", "replace") for name, data in tree.items() if _is_module(name)),
    ]
    spoken = sorted(
        {path for text in texts for path in mentions.paths(text) if not mentions.is_elsewhere(path)}
    )
    copies = _Copies(tree)
    up = 0
    for path in spoken:
        up = max(up, _spelled(path, folder, copies))
    for name, data in _respelled(tree, spoken):
        copies.add(name, data)
    for name, data in tree.items() if folder else ():
        if name[: len(folder)] != folder and not copies.taken((*folder, name[0])):
            copies.add((*folder, *name), data)
    above = (_ABOVE,) * up
    placed = {above + name: data for name, data in tree.items()} | copies.placed(above)
    return Layout(tuple(("/".join(name), placed[name]) for name in sorted(placed)), "/".join(above + folder))


class _Copies:
    """Further places of files, none where something else lies, within a bound of bytes. `..` leads above the submission."""

    def __init__(self, tree: Mapping[Parts, bytes]) -> None:
        self.tree = tree
        self._tops = {name[:depth] for name in tree for depth in range(1, len(name) + 1)}
        self._copies: dict[Parts, bytes] = {}
        self._folders = set[Parts]()  # that copies lie in
        self._left = MOST_COPIES_BYTES
        self._small = {
            tuple(part.casefold() for part in name): name for name in sorted(self._tops, reverse=True)
        }

    def taken(self, name: Parts) -> bool:
        """Whether a file or folder was handed in with that name."""
        return name in self._tops

    def like(self, name: Parts) -> dict[Parts, bytes]:
        """The handed-in file of a name in whatever capitals, or the files of that folder, by their rest of the name."""
        found = self._small.get(tuple(part.casefold() for part in name)) if name else None
        if found is None:
            return {}
        return {each[len(found) :]: data for each, data in self.tree.items() if each[: len(found)] == found}

    def add(self, name: Parts, data: bytes) -> None:
        """Lay a copy; nothing where a file or a folder lies already."""
        above = [name[:depth] for depth in range(1, len(name))]
        free = name not in self._tops and name not in self._copies and name not in self._folders
        into_file = any(place in self.tree or place in self._copies for place in above)
        if free and not into_file and len(data) <= self._left and not self.full:
            self._left -= len(data)
            self._copies[name] = data
            self._folders.update(above)

    @property
    def full(self) -> bool:
        """Whether no more copies are laid."""
        return len(self._copies) >= MOST_COPIES

    def placed(self, above: Parts) -> dict[Parts, bytes]:
        """All copies by their names from the top, `..` resolved against the folders `above`."""
        placed = {}
        for name, data in self._copies.items():
            ups = next((depth for depth, part in enumerate(name) if part != ".."), 0)
            placed[above[: len(above) - ups] + name[ups:]] = data
        return placed


def _spelled(path: str, folder: Parts, copies: _Copies) -> int:
    """Lay what code calls `path` where it looks for it; how many folders above the submission that is."""
    parts, place = mentions.parts(path), list(folder)
    ups = next((depth for depth, part in enumerate(parts) if part != ".."), len(parts))
    down = parts[ups:]
    if copies.full or not down or ".." in down or ups > len(folder) + _MOST_UP:
        return 0
    place = [".."] * max(0, ups - len(folder)) + place[: max(0, len(folder) - ups)]
    meant = copies.like((*place, *down)) or copies.like((*folder, *down)) or copies.like(down)
    if not meant:
        return 0
    if "\\" in path:  # one name to this system, wherever the separators stand
        for rest, data in meant.items():
            copies.add((*folder, "\\".join([path.rstrip("\\"), *rest])), data)
        return 0
    for rest, data in meant.items():
        copies.add((*place, *down, *rest), data)
    return place.count("..")


def _respelled(tree: Mapping[Parts, bytes], spoken: Iterable[str]) -> Iterator[tuple[Parts, bytes]]:
    """Files under other capitals of any folder or file in their names, as `Path('Data') / 'start.npy'` spells them."""
    own = {part for name in tree for part in name}
    known = {part.casefold() for part in own}
    spellings: dict[str, set[str]] = defaultdict(set)
    for part in {part for path in spoken for part in mentions.parts(path)} - own:
        if part.casefold() in known:
            spellings[part.casefold()].add(part)
    for name, data in tree.items() if spellings else ():
        ways = [(part, *sorted(spellings.get(part.casefold(), ()))) for part in name]
        for respelled in islice(product(*ways), 1, _MOST_SPELLINGS):
            yield respelled, data


def _code(content: bytes) -> list[str]:
    """The code of each cell; nbformat writes it as one text or as a list of lines."""
    cells = json.loads(content)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def _is_module(name: Parts) -> bool:
    return name[-1].endswith(".py")

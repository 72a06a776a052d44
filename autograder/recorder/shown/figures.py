"""Writes down figures as they stand when they are shown, saved, closed, cleared, or when their cell ends."""

from __future__ import annotations

import sys
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from ..hooking.patching import Wrapper
from ..models.book import ModelBook
from ..recording import Recording
from .matplotlib_reader import PIXEL_CAP, FigureReader

FIGURE_CAP = 200
# A figure that changes at every step of a training loop is kept as it stood this many times.
SNAPSHOT_CAP = 400
# Beyond either, so many of each cell are kept, the last ones: the figures that matter come after those of every epoch.
LAST_CAP = 40
# Of a run, all of these together: cells that draw without end fill no disk.
LATE_CAP = 1000


class FigureBook:
    """The figures of a run, held weakly, and what was last written of each.

    Args:
        models: their weights versions go with each figure.
        before_writing: called before a figure is written down.
    """

    def __init__(
        self, rec: Recording, models: ModelBook, before_writing: Callable[[], None] = lambda: None
    ) -> None:
        self.rec, self._models, self._before_writing = rec, models, before_writing
        self._ids: Any = weakref.WeakKeyDictionary()
        self._written: Any = weakref.WeakKeyDictionary()
        self._count = self._snapshots = 0
        self._late: deque[dict[str, Any]] = deque(maxlen=LAST_CAP)
        self._late_written = 0

    def register(self, figure: Any) -> None:
        """Know a figure from its making (or from when it is first met); its id comes with its first content."""
        self._ids.setdefault(figure, "")

    def forget(self, figure: Any) -> None:
        """What is drawn on a cleared figure is another figure to a reader: it gets an id of its own."""
        self._ids[figure] = ""
        self._written.pop(figure, None)

    def read(self, figure: Any, drawn: bool = False) -> None:
        """Write the figure down when it holds something and changed since it was last written."""
        with self.rec.guard("figure"):
            figure = figure.get_figure(root=True) if hasattr(figure, "get_figure") else figure
            if figure is None:
                return
            self.register(figure)
            if not (figure.axes or figure.images):
                return
            reader = FigureReader(self.rec.journal.array, drawn)
            facts = reader.read(figure)
            if reader.truncated:
                self.rec.journal.note(
                    "figure_truncated", "A figure is larger than what is kept of it; a part was left out."
                )
            if self._same(self._written.get(figure), facts):
                return
            self._written[figure] = facts
            if not self._ids[figure]:
                self._count += 1
                self._ids[figure] = f"fig{self._count}"
            self._write(self._ids[figure], "matplotlib", facts)

    def read_all(self, drawn: bool = False) -> None:
        """Read every figure that is still open or held by the notebook, in the order of their making."""
        for figure in list(self._ids):
            self.read(figure, drawn)

    def read_open(self, managers: Any) -> None:
        """Read every figure that pyplot has open; `managers` is its `Gcf`."""
        for manager in list(managers.figs.values()):
            self.read(manager.canvas.figure)

    def read_pil(self, image: Any) -> None:
        """Write down a displayed PIL image as one axes with one picture."""
        with self.rec.guard("figure"):
            width, height = image.size
            if width * height > PIXEL_CAP:
                return
            plain = image if image.mode in ("L", "RGB", "RGBA", "F", "I", "I;16") else image.convert("RGB")
            kept = self.rec.journal.array(np.asarray(plain))
            if kept is None:
                return
            self._count += 1
            cmap = "gray" if plain.mode in ("L", "F", "I", "I;16") else ""
            picture = {"array": kept, "cmap": cmap, "vmin": None, "vmax": None, "origin": "upper"}
            self._write(f"pil{self._count}", "pil", {"suptitle": "", "axes": [{"images": [picture]}]})

    def _write(self, name: str, source: str, facts: dict[str, Any]) -> None:
        with self.rec.guard("call", "before a figure"), self.rec.quiet():
            self._before_writing()
        self._snapshots += 1
        event = {"id": name, "source": source, "versions": self._models.versions_in_force(), **facts}
        if self._count <= FIGURE_CAP and self._snapshots <= SNAPSHOT_CAP:
            self.rec.journal.event("figure", **event)
            return
        self.rec.journal.note(
            "figure_cap",
            f"More than {FIGURE_CAP} figures were drawn; of the later ones the last {LAST_CAP} of a cell were kept.",
        )
        self._late.append(event)

    def end_cell(self) -> None:
        """Read every figure at the end of a cell, and write down those that were kept back."""
        self.read_all()
        while self._late and self._late_written < LATE_CAP:
            self._late_written += 1
            self.rec.journal.event("figure", **self._late.popleft())
        self._late.clear()

    @staticmethod
    def _same(before: dict[str, Any] | None, now: dict[str, Any]) -> bool:
        """Whether two readings agree; limits that only one of them could tell are no difference."""
        if before is None or before["suptitle"] != now["suptitle"] or len(before["axes"]) != len(now["axes"]):
            return False
        for old, new in zip(before["axes"], now["axes"], strict=True):
            for key in new.keys() | old.keys():
                unknown = key in ("xlim", "ylim") and None in (old.get(key), new.get(key))
                if not unknown and old.get(key) != new.get(key):
                    return False
        return True


def figure_made(book: FigureBook) -> Wrapper:
    """Stands in for `Figure.__init__`."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if not book.rec.busy:
            book.register(self)

    return wrapper


def figure_cleared(book: FigureBook) -> Wrapper:
    """Stands in for `Figure.clear`: the figure is read while it holds something."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        # Making a figure clears it too, before it has axes.
        if getattr(self, "_localaxes", None) and self.axes:
            book.read(self)
            book.forget(self)
        return original(self, *args, **kwargs)

    return wrapper


def figure_printed(book: FigureBook) -> Wrapper:
    """Stands in for `FigureCanvasBase.print_figure`: `savefig` and the inline display of figures both end there."""

    def wrapper(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        book.read(self.figure, drawn=True)
        return original(self, *args, **kwargs)

    return wrapper


def figure_closed(book: FigureBook) -> Wrapper:
    """Stands in for the class method `Gcf.destroy`: `close` removes a manager; the figure is read while it is whole."""

    def wrapper(original: Any, cls: Any, num: Any) -> Any:
        manager = num if hasattr(num, "canvas") else cls.figs.get(num)
        if manager is not None:
            book.read(manager.canvas.figure)
        return original(cls, num)

    return wrapper


def all_figures_closed(book: FigureBook) -> Wrapper:
    """Stands in for the class method `Gcf.destroy_all`."""

    def wrapper(original: Any, cls: Any) -> Any:
        book.read_open(cls)
        return original(cls)

    return wrapper


def figures_shown(book: FigureBook) -> Wrapper:
    """Stands in for `pyplot.show`: backends that show nothing (Agg) still mean that the figures were shown as they stand."""

    def wrapper(original: Any, *args: Any, **kwargs: Any) -> Any:
        with book.rec.guard("figure", "show"):
            book.read_open(sys.modules["matplotlib._pylab_helpers"].Gcf)
        return original(*args, **kwargs)

    return wrapper

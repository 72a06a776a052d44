"""Writes down figures as they stand when they are shown, saved, closed, cleared, or when their cell ends."""

from __future__ import annotations

import functools
import weakref
from typing import Any

import numpy as np

from ..hooking.imports import when_imported
from .matplotlib_reader import PIXEL_CAP, FigureReader

FIGURE_CAP = 200
# A figure that changes at every step of a training loop is kept as it stood this many times.
SNAPSHOT_CAP = 400


class FigureBook:
    """The figures of a run, held weakly, and what was last written of each."""

    def __init__(self, rec: Any) -> None:
        self.rec = rec
        self._ids: Any = weakref.WeakKeyDictionary()
        self._written: Any = weakref.WeakKeyDictionary()
        self._count = self._snapshots = 0

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
            if not (figure.axes or figure.images) or self._full(new=not self._ids[figure]):
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

    def read_pil(self, image: Any) -> None:
        """Write down a displayed PIL image as one axes with one picture."""
        with self.rec.guard("figure"):
            width, height = image.size
            if width * height > PIXEL_CAP or self._full(new=True):
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
        for listener in self.rec.drawings:
            with self.rec.guard("figure"), self.rec.quiet():
                listener()
        self._snapshots += 1
        versions = self.rec.models.versions_in_force()
        self.rec.journal.event("figure", id=name, source=source, versions=versions, **facts)

    def _full(self, new: bool) -> bool:
        if (self._count < FIGURE_CAP or not new) and self._snapshots < SNAPSHOT_CAP:
            return False
        self.rec.journal.note(
            "figure_cap", f"More than {FIGURE_CAP} figures were drawn; the later ones were not kept."
        )
        return True

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


def install(rec: Any) -> None:
    """Hook Matplotlib (now or when it is imported), the display of PIL images and the ends of cells."""
    book = FigureBook(rec)
    when_imported("matplotlib.figure", lambda module: _hook_figure(book, module.Figure))
    when_imported("matplotlib.backend_bases", lambda module: _hook_canvas(book, module.FigureCanvasBase))
    when_imported("matplotlib._pylab_helpers", lambda module: _hook_closing(book, module.Gcf))
    when_imported("matplotlib.pyplot", lambda module: _hook_show(book, module))
    if rec.shell is None:
        rec.cell_ends.append(book.read_all)
        return
    # The inline backend draws and closes figures in `post_execute`; its own drawing is read by the canvas hook.
    rec.shell.events.register("post_execute", book.read_all)
    formatter = getattr(rec.shell, "display_formatter", None)
    if formatter is not None:
        _hook_display(book, formatter)


def _hook_figure(book: FigureBook, cls: Any) -> None:
    made, clear = cls.__init__, cls.clear

    @functools.wraps(made)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        if not book.rec.busy:
            book.register(self)

    @functools.wraps(clear)
    def cleared(self: Any, *args: Any, **kwargs: Any) -> Any:
        # Making a figure clears it too, before it has axes.
        if getattr(self, "_localaxes", None) and self.axes:
            book.read(self)
            book.forget(self)
        return clear(self, *args, **kwargs)

    cls.__init__, cls.clear = __init__, cleared


def _hook_canvas(book: FigureBook, cls: Any) -> None:
    """`savefig` and the inline display of figures both end here."""
    original = cls.print_figure

    @functools.wraps(original)
    def print_figure(self: Any, *args: Any, **kwargs: Any) -> Any:
        book.read(self.figure, drawn=True)
        return original(self, *args, **kwargs)

    cls.print_figure = print_figure


def _hook_closing(book: FigureBook, gcf: Any) -> None:
    """`close` in all its forms removes managers here; the figures are read while they are still whole."""
    destroy, destroy_all = gcf.destroy.__func__, gcf.destroy_all.__func__

    @functools.wraps(destroy)
    def one(cls: Any, num: Any) -> Any:
        manager = num if hasattr(num, "canvas") else cls.figs.get(num)
        if manager is not None:
            book.read(manager.canvas.figure)
        return destroy(cls, num)

    @functools.wraps(destroy_all)
    def everything(cls: Any) -> Any:
        for manager in list(cls.figs.values()):
            book.read(manager.canvas.figure)
        return destroy_all(cls)

    gcf.destroy, gcf.destroy_all = classmethod(one), classmethod(everything)


def _hook_show(book: FigureBook, module: Any) -> None:
    """Backends that show nothing (Agg) still mean that the figure was shown as it stands."""
    original = module.show

    @functools.wraps(original)
    def show(*args: Any, **kwargs: Any) -> Any:
        with book.rec.guard("figure"):
            for manager in list(module._pylab_helpers.Gcf.figs.values()):
                book.read(manager.canvas.figure)
        return original(*args, **kwargs)

    module.show = show


def _hook_display(book: FigureBook, formatter: Any) -> None:
    original = formatter.format

    @functools.wraps(original)
    def format(obj: Any, *args: Any, **kwargs: Any) -> Any:
        kind = type(obj)
        if kind.__module__.startswith("PIL.") and hasattr(obj, "mode") and not book.rec.busy:
            book.read_pil(obj)
        return original(obj, *args, **kwargs)

    formatter.format = format

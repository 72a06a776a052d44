"""Reading a Matplotlib figure as plain facts: what a person would see on it, without drawing it.

Nothing is drawn, made current, or kept alive; values come from the getters of Matplotlib's own classes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .artists import is_plain, line_values
from .seen import SeenOn

Keep = Callable[[Any], "str | None"]
PIXEL_CAP = 4_000_000
AXES_CAP = 2000
LINES_CAP = 200
POINTS_CAP = 1_000_000
TEXT_CAP = 2000


class FigureReader:
    """Reads one figure once.

    Args:
        keep: stores an array and returns its reference, or None when it cannot be stored.
        drawn: whether the figure is about to be drawn anyway, so that limits may be settled now.
    """

    def __init__(self, keep: Keep, drawn: bool) -> None:
        self._keep, self._drawn = keep, drawn
        self._pixels = 0
        self.truncated = False

    def read(self, figure: Any) -> dict[str, Any]:
        """The figure's facts: `suptitle` and `axes` (see `evidence.facts.Figure`)."""
        shared = {
            "xlabel": _text(getattr(figure, "_supxlabel", None)),
            "ylabel": _text(getattr(figure, "_supylabel", None)),
        }
        outer_legend = [text for legend in figure.legends for text in _legend_texts(legend)] or None
        axes: list[dict[str, Any]] = []
        for ax in _all_axes(figure):
            if len(axes) >= AXES_CAP:
                self.truncated = True
                break
            axes.append(self._axes(ax, figure, shared, outer_legend))
        if figure.images:
            images = [image for image in figure.images if is_plain(image) and image.get_visible()]
            pictures = [picture for image in images if (picture := self._image(image))]
            axes.append({"images": pictures})
        titles = [_text(getattr(part, "_suptitle", None)) for part in (figure, *figure.subfigs)]
        return {"suptitle": "\n".join(title for title in titles if title)[:TEXT_CAP], "axes": axes}

    def _axes(
        self, ax: Any, figure: Any, shared: dict[str, str], outer_legend: list[str] | None
    ) -> dict[str, Any]:
        legend, seen = _axes_legend(ax), SeenOn(ax, figure)
        return {
            "title": _title(ax),
            "xlabel": (_axis_label(ax, ax.xaxis) or shared["xlabel"])[:TEXT_CAP],
            "ylabel": (_axis_label(ax, ax.yaxis) or shared["ylabel"])[:TEXT_CAP],
            "legend": legend if legend is not None else outer_legend,
            "position": [float(value) for value in ax.get_position().bounds],
            **self._limits(ax),
            "xscale": str(ax.get_xscale()),
            "yscale": str(ax.get_yscale()),
            "lines": self._lines(ax, seen),
            "images": self._images(ax, seen),
            "scatters": self._scatters(ax, seen),
        }

    def _limits(self, ax: Any) -> dict[str, Any]:
        # Asking for limits settles pending autoscaling; only right before a drawing does that change nothing.
        stale = getattr(ax, "_stale_viewlims", None)
        if not self._drawn and (stale is None or any(stale.values())):
            return {"xlim": None, "ylim": None}
        return {"xlim": [float(v) for v in ax.get_xlim()], "ylim": [float(v) for v in ax.get_ylim()]}

    def _lines(self, ax: Any, seen: SeenOn) -> list[dict[str, Any]]:
        found = []
        for line in [line for line in ax.get_lines() if is_plain(line)][:LINES_CAP]:
            values = line_values(line)
            if values is None or len(values[0]) > POINTS_CAP:
                continue
            x, y = values
            kept_x, kept_y = self._keep(x), self._keep(y)
            if kept_x is not None and kept_y is not None:
                label = str(line.get_label())[:TEXT_CAP]
                found.append({"label": label, "x": kept_x, "y": kept_y, "visible": seen.line(line, x, y)})
        return found

    def _images(self, ax: Any, seen: SeenOn) -> list[dict[str, Any]]:
        meshes = [artist for artist in ax.collections if type(artist).__name__ == "QuadMesh"]
        plain = [artist for artist in (*ax.get_images(), *meshes) if is_plain(artist)]
        shown = [artist for artist in plain if artist.get_visible() and seen.image(artist)]
        return [picture for artist in shown if (picture := self._image(artist, ax))]

    def _image(self, image: Any, ax: Any = None) -> dict[str, Any] | None:
        array = _pixels_of(image)
        if array is None or array.ndim not in (2, 3):
            return None
        self._pixels += array.shape[0] * array.shape[1]
        if self._pixels > PIXEL_CAP:
            self.truncated = True
            return None
        kept = self._keep(array)
        if kept is None:
            self.truncated = True
            return None
        vmin, vmax = image.get_clim()
        return {
            "array": kept,
            "cmap": str(image.get_cmap().name)[:200],
            "vmin": None if vmin is None else float(vmin),
            "vmax": None if vmax is None else float(vmax),
            "origin": _origin(image, ax),
        }

    def _scatters(self, ax: Any, seen: SeenOn) -> list[dict[str, Any]]:
        found = []
        for artist in ax.collections:
            if type(artist).__name__ != "PathCollection" or not is_plain(artist) or not artist.get_visible():
                continue
            offsets = _numbers(artist.get_offsets())
            if offsets is None or offsets.ndim != 2 or not 0 < len(offsets) <= POINTS_CAP:
                continue
            if not seen.scatter(artist, offsets):
                continue
            kept = self._keep(offsets)
            values = _colour_values(artist, len(offsets))
            if kept is not None:
                found.append(
                    {
                        "offsets": kept,
                        "values": None if values is None else self._keep(values),
                        "label": str(artist.get_label())[:TEXT_CAP],
                        "bar": getattr(artist, "colorbar", None) is not None,
                    }
                )
        return found


def _all_axes(figure: Any) -> list[Any]:
    """Every visible axes, insets included; a colour bar is no picture of its own."""
    found = []
    for ax in figure.axes:
        for each in (ax, *getattr(ax, "child_axes", ())):
            is_bar = each.get_label() == "<colorbar>" or getattr(each, "_colorbar", None) is not None
            if each.get_visible() and not is_bar and hasattr(each, "get_lines"):
                found.append(each)
    return found


def _text(text: Any) -> str:
    return str(text.get_text()) if text is not None and text.get_visible() else ""


def _title(ax: Any) -> str:
    """All three title places, in the order in which they are read."""
    texts = (_text(getattr(ax, name, None)) for name in ("_left_title", "title", "_right_title"))
    return " ".join(text for text in texts if text)[:TEXT_CAP]


def _axis_label(ax: Any, axis: Any) -> str:
    # axis("off") and set_visible(False) hide the label with the axis.
    return _text(axis.label) if ax.axison and axis.get_visible() else ""


def _legend_texts(legend: Any) -> list[str]:
    return [str(text.get_text())[:TEXT_CAP] for text in legend.get_texts()] if legend.get_visible() else []


def _axes_legend(ax: Any) -> list[str] | None:
    """Texts of all legends inside an axes; None without one."""
    legends = [ax.get_legend(), *(artist for artist in ax.artists if type(artist).__name__ == "Legend")]
    legends = [legend for legend in legends if legend is not None and legend.get_visible()]
    return [text for legend in legends for text in _legend_texts(legend)] if legends else None


def _numbers(values: Any) -> np.ndarray | None:
    """Plain numbers, masked ones as NaN; None where the values are no numbers."""
    try:
        if np.ma.isMaskedArray(values):
            plain: Any = values
            values = plain.astype(np.float64).filled(np.nan) if np.ma.is_masked(values) else plain.data
        array = np.asarray(values)
        return array if array.dtype.kind in "fiub" else array.astype(np.float64)
    except (TypeError, ValueError):
        return None


def _pixels_of(image: Any) -> np.ndarray | None:
    """The array that was given to imshow, matshow, figimage or pcolormesh."""
    given = image.get_array()
    array = None if given is None else _numbers(given)
    if array is not None and array.ndim == 1 and hasattr(image, "_coordinates"):
        rows, columns = image._coordinates.shape[:2]
        # Gouraud shading has a value at every corner, flat shading one between them.
        for shape in ((rows - 1, columns - 1), (rows, columns)):
            if array.size == shape[0] * shape[1]:
                return array.reshape(shape)
    return array


def _origin(image: Any, ax: Any) -> str:
    origin = getattr(image, "origin", None)
    if origin in ("upper", "lower"):
        return str(origin)
    # A mesh has its first row at the bottom, unless the axis was turned over (as seaborn's heatmap does).
    return "upper" if ax is not None and ax.yaxis_inverted() else "lower"


def _colour_values(scatter: Any, count: int) -> np.ndarray | None:
    """The numbers that colour a scatter's points; for points with colours of their own, the colour's number."""
    values = scatter.get_array()
    if values is not None:
        values = _numbers(values)
        return values if values is not None and values.shape == (count,) else None
    colours = np.asarray(scatter.get_facecolor())
    if count > 1 and colours.ndim == 2 and len(colours) == count:
        return np.unique(colours, axis=0, return_inverse=True)[1].reshape(count)
    return None

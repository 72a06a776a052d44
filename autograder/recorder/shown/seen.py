"""Whether a person would see a line, a scatter or a picture on a Matplotlib figure: colours, sizes, limits, and what covers it.

Everything is computed from the artists; nothing is drawn, and no pending autoscaling is settled.
"""

from __future__ import annotations

from typing import Any

import numpy as np

FAINT = 0.02  # of full colour: a smaller difference to what lies behind is not seen on a screen
THIN = 0.1  # points, lines and dots: a screen draws nothing thinner
LEAST_DRAWN = 0.05  # of a dashed line's length
LEAST_INSIDE = 0.2  # of a curve's points: a zoom may leave the others outside of the axes
LEAST_SIZE = 0.2  # inches, half a centimetre: no curve is read on smaller axes
OPAQUE = 0.95  # alpha from which on nothing shines through
NEARLY_ALL = 0.95  # of points, or of axes, that are covered
MOST_POINTS = 256  # of a curve that are tried against what covers it
_WHOLE_EFFECTS = ("Normal", "withStroke", "withTickedStroke", "withSimplePatchShadow")
_NOTHING = ("None", "none", " ", "", None)


class SeenOn:
    """What can be seen on one axes of a figure; looked at once for all of its artists."""

    def __init__(self, ax: Any, figure: Any) -> None:
        self._ax = ax
        width, height = (float(size) for size in figure.get_size_inches())
        box = ax.get_position()
        self._readable = min(box.width * width, box.height * height) >= LEAST_SIZE
        self._readable = self._readable and not _behind_other_axes(ax, figure)
        self._background = _background(ax, figure)
        self._order = {id(child): place for place, child in enumerate(ax.get_children())}

    def line(self, line: Any, x: np.ndarray, y: np.ndarray) -> bool:
        """Whether a line through (x, y), each (n,), would be seen."""
        shown = line.get_visible() and self._readable and _whole(line)
        if not shown or not len(x):
            return bool(shown)
        points = np.column_stack([x, y]).astype(float)
        of_data = line.get_transform().contains_branch(self._ax.transData)
        at = self._places(points) if of_data else points
        behind, covered = self._around(line, at) if of_data else (self._background, False)
        inside = not of_data or self._inside(at)
        return bool(inside and not covered and _line_colours_seen(line, behind))

    def scatter(self, dots: Any, offsets: np.ndarray) -> bool:
        """Whether dots at `offsets`, (n, 2), would be seen."""
        if not self._readable or not _whole(dots):
            return False
        sizes = np.asarray(dots.get_sizes(), float)
        if sizes.size and float(np.sqrt(sizes.max())) < THIN:
            return False
        at = self._places(np.asarray(offsets, float))
        behind, covered = self._around(dots, at)
        colours = [np.asarray(part) for part in (dots.get_facecolor(), dots.get_edgecolor())]
        mapped = dots.get_array() is not None and (
            dots.get_alpha() is None or np.max(dots.get_alpha()) > FAINT
        )
        seen = mapped or any(_differs(colour, behind) for part in colours for colour in part.reshape(-1, 4))
        return bool(self._inside(at) and not covered and seen)

    def image(self, image: Any) -> bool:
        """Whether a picture would be seen: opaque enough, and no other picture lies over all of it."""
        alpha = image.get_alpha()
        if alpha is not None and float(np.max(alpha)) <= FAINT:
            return False
        return not any(self._above(other, image) and _covers(other, image) for other in self._ax.get_images())

    # -- places -----------------------------------------------------------------------------------------------

    def _limits(self) -> np.ndarray:
        """(2, 2): low and high of x and of y, on the axes' scales. Pending autoscaling will show all data."""
        ax = self._ax
        stale = getattr(ax, "_stale_viewlims", {})
        limits = np.array([ax._viewLim.intervalx, ax._viewLim.intervaly], float)
        for place, (name, on) in enumerate((("x", ax.get_autoscalex_on()), ("y", ax.get_autoscaley_on()))):
            interval = (ax.dataLim.intervalx, ax.dataLim.intervaly)[place]
            if on and stale.get(name) and np.isfinite(interval).all():
                limits[place] = interval
        scaled: np.ndarray = ax.transScale.transform(limits.T).T
        return scaled

    def _places(self, points: np.ndarray) -> np.ndarray:
        """Points in data coordinates, (n, 2), as fractions of the axes: 0 to 1 is inside."""
        limits = self._limits()
        with np.errstate(all="ignore"):
            scaled = self._ax.transScale.transform(points)
            fractions: np.ndarray = (scaled - limits[:, 0]) / (limits[:, 1] - limits[:, 0])
        return fractions

    @staticmethod
    def _inside(at: np.ndarray) -> bool:
        finite = at[np.isfinite(at).all(axis=1)]
        if not len(finite):
            return True  # limits of no width say nothing
        within = ((finite >= -0.01) & (finite <= 1.01)).all(axis=1)
        return bool(within.mean() >= LEAST_INSIDE)

    # -- what lies around -------------------------------------------------------------------------------------

    def _above(self, one: Any, other: Any) -> bool:
        """Whether `one` is drawn after `other`."""

        def rank(artist: Any) -> tuple[float, int]:
            return float(artist.get_zorder()), self._order.get(id(artist), -1)

        return one is not other and rank(one) > rank(other)

    def _around(self, artist: Any, at: np.ndarray) -> tuple[np.ndarray, bool]:
        """The colour directly behind an artist at these places, and whether something opaque covers it."""
        finite = at[np.isfinite(at).all(axis=1)]
        finite = finite[((finite >= 0) & (finite <= 1)).all(axis=1)]
        step = max(1, len(finite) // MOST_POINTS)
        behind, covered, highest = self._background, False, None
        for patch in self._ax.patches if len(finite) else ():
            colour = np.asarray(patch.get_facecolor(), float)
            if not patch.get_visible() or not patch.get_fill() or colour[3] < OPAQUE:
                continue
            if self._contained(patch, finite[::step]) < NEARLY_ALL:
                continue
            if self._above(patch, artist):
                covered = True
            elif highest is None or self._above(patch, highest):
                behind, highest = colour[:3], patch
        return behind, covered

    def _contained(self, patch: Any, at: np.ndarray) -> float:
        """Share of places (fractions of the axes) that a patch covers."""
        transform, ax = patch.get_transform(), self._ax
        if transform.contains_branch(ax.transData):
            path = (transform - ax.transData).transform_path(patch.get_path())
            outline = path.__class__(self._places(path.vertices), path.codes)
        else:
            outline = (transform - ax.transAxes).transform_path(patch.get_path())
        return float(np.mean(outline.contains_points(at)))


def _whole(artist: Any) -> bool:
    """Whether an artist is drawn as it is: no filter, no effects that leave it out, inside of what clips it."""
    if artist.get_agg_filter() is not None:
        return False
    effects = artist.get_path_effects()
    return not effects or any(type(effect).__name__ in _WHOLE_EFFECTS for effect in effects)


def _rgba(colour: Any, alpha: Any = None) -> np.ndarray:
    from matplotlib.colors import to_rgba

    return np.asarray(to_rgba(colour, alpha), float)


def _differs(colour: np.ndarray, behind: np.ndarray) -> bool:
    """Whether a colour (red, green, blue, alpha) over another one would be told from it."""
    return bool(np.abs(colour[:3] - behind).max() * colour[3] > FAINT)


def _line_colours_seen(line: Any, behind: np.ndarray) -> bool:
    """Whether the stroke of a line, or its markers, are seen."""
    alpha = line.get_alpha()
    stroke = (
        line.get_linestyle() not in _NOTHING
        and line.get_linewidth() >= THIN
        and _drawn_share(line) >= LEAST_DRAWN
    )
    if stroke and _differs(_rgba(line.get_color(), alpha), behind):
        return True
    if line.get_marker() in _NOTHING or line.get_markersize() < THIN:
        return False
    parts = [line.get_markerfacecolor()] + (
        [line.get_markeredgecolor()] if line.get_markeredgewidth() >= THIN else []
    )
    return any(_differs(_rgba(part, alpha), behind) for part in parts)


def _drawn_share(line: Any) -> float:
    """Share of a line's length that its dashes draw."""
    _, dashes = getattr(line, "_unscaled_dash_pattern", (0, None))
    if not dashes or not sum(dashes):
        return 1.0
    return float(sum(dashes[::2]) / sum(dashes))


def _patch_colour(patch: Any) -> np.ndarray | None:
    """The colour of the patch behind axes or figure; None where it lets what is behind it through."""
    if patch is None or not patch.get_visible():
        return None
    colour = np.asarray(patch.get_facecolor(), float)
    return colour[:3] if colour[3] >= OPAQUE else None


def _axes_colour(ax: Any) -> np.ndarray | None:
    drawn = getattr(ax, "axison", True) and ax.get_frame_on()
    return _patch_colour(ax.patch) if drawn else None


def _background(ax: Any, figure: Any) -> np.ndarray:
    """The colour (red, green, blue) behind the lines of an axes: a page is white."""
    for colour in (_axes_colour(ax), _patch_colour(figure.patch)):
        if colour is not None:
            return colour
    return np.ones(3)


def _behind_other_axes(ax: Any, figure: Any) -> bool:
    """Whether later axes with a background of their own cover these."""
    box, found = ax.get_position(), False
    for other in figure.axes:
        if other is ax:
            found = True
            continue
        if not other.get_visible() or _axes_colour(other) is None:
            continue
        above = (other.get_zorder(), found) > (ax.get_zorder(), not found)
        over = other.get_position()
        width = min(box.x1, over.x1) - max(box.x0, over.x0)
        height = min(box.y1, over.y1) - max(box.y0, over.y0)
        if above and min(width, height) > 0 and width * height >= NEARLY_ALL * box.width * box.height:
            return True
    return False


def _covers(over: Any, image: Any) -> bool:
    """Whether one picture of an axes hides all of another one."""
    alpha = over.get_alpha()
    if not over.get_visible() or (alpha is not None and float(np.min(alpha)) < OPAQUE):
        return False
    array = over.get_array()
    if array is None or np.ma.is_masked(array) or (array.ndim == 3 and array.shape[2] == 4):
        return False
    own, other = _extent(image), _extent(over)
    return own is not None and other is not None and _holds(other, own)


def _extent(image: Any) -> tuple[float, float, float, float] | None:
    """Left, right, bottom, top of a picture in data coordinates, whichever way its axes run."""
    if not hasattr(image, "get_extent"):
        return None
    left, right, bottom, top = image.get_extent()
    return min(left, right), max(left, right), min(bottom, top), max(bottom, top)


def _holds(outer: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    return outer[0] <= inner[0] and outer[1] >= inner[1] and outer[2] <= inner[2] and outer[3] >= inner[3]

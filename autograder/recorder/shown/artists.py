"""Artists as Matplotlib draws them: asked through Matplotlib's own classes, whatever an object or a subclass says of itself."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

# Libraries whose artists draw what they hold.
_TRUSTED = ("matplotlib", "mpl_toolkits", "seaborn")


def is_plain(artist: Any) -> bool:
    """Whether an artist is of a library's own class, and holds no function in place of one of that class.

    A class of the notebook's own may draw anything; so may an object whose `draw` was replaced.
    """
    kind = type(artist)
    if kind.__module__.partition(".")[0] not in _TRUSTED:
        return False
    if getattr(sys.modules.get(kind.__module__), kind.__name__, None) is not kind:
        return False
    held = object.__getattribute__(artist, "__dict__")
    return not any(callable(value) and callable(getattr(kind, name, None)) for name, value in held.items())


def line_values(line: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """x and y of a line's points, (n,) float64 each, as they will be drawn; None where they are no numbers."""
    from matplotlib.cbook import STEP_LOOKUP_MAP
    from matplotlib.lines import Line2D

    try:
        drawn = np.ma.filled(np.ma.asarray(Line2D.get_path(line).vertices, np.float64), np.nan)
        points = np.ma.filled(np.ma.asarray(Line2D.get_xydata(line), np.float64), np.nan)
    except (TypeError, ValueError):
        return None
    if drawn.ndim != 2 or points.ndim != 2:
        return None
    # Stairs have corners between the points; what is drawn counts where the two do not agree.
    corners = np.column_stack(STEP_LOOKUP_MAP[Line2D.get_drawstyle(line)](points[:, 0], points[:, 1]))
    values = points if np.array_equal(corners, drawn, equal_nan=True) else drawn
    return values[:, 0].copy(), values[:, 1].copy()

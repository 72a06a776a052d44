"""Does a figure show several losses of one training, or of models trained together: whatever the notebook calls them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import numpy as np

from autograder.evidence.facts import Axes, Figure, Fit
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import blocked, say
from ..weighing import SubPoint, weighed
from .loss_plot import drawn_values
from .recorded import Curve, is_loss, shows_curve

MAX_AXES = 1000  # of a notebook; more are no plots for a reader
MOST_CALLS = 4  # of train_on_batch on one model in one step


@dataclass(frozen=True)
class LossesPlot:
    """One axes: which recorded losses it shows, and what is written at it."""

    cell: int
    figure: int
    curves: frozenset[tuple[str, str]]
    legend: int
    written: frozenset[str]

    def sub_points(self, item: Item) -> list[SubPoint]:
        """What of the asked is there."""
        count = len(self.curves)
        legend = self.legend >= max(1, min(item.least, count))
        return [
            SubPoint("curves", min(1.0, count / item.least), values={"shown": count}),
            SubPoint("legend", legend),
            *(SubPoint(name, name in self.written) for name in ("x-label", "y-label", "title")),
        ]

    def worth(self, item: Item) -> float:
        """The weights of what is there."""
        return sum(item.weights[point.name] * point.earned for point in self.sub_points(item))


def _forms(fit: Fit, name: str, points: int) -> list[np.ndarray]:
    """A log as it may be drawn with so many points: as it is, or by step or epoch as mean, sum or last value."""
    values = np.array([np.nan if value is None else value for value in fit.history[name]], float)
    if fit.api == "fit":
        return [values]
    forms = [values]
    total = fit.batches or len(values)
    for calls in range(1, MOST_CALLS + 1):
        steps = values[: len(values) // calls * calls].reshape(-1, calls)
        if total % calls == 0 and len(steps):
            forms += [
                f
                for s in (steps.mean(axis=1), steps.sum(axis=1))
                for f in _by_epoch(s, total // calls, points)
            ]
            forms += _by_epoch(steps[:, 0], total // calls, points)
            forms += _by_epoch(steps[:, -1], total // calls, points)
    return forms


def _by_epoch(steps: np.ndarray, total: int, points: int) -> list[np.ndarray]:
    """Values of the steps, and one of each epoch; the end may be missing where not all of them were kept."""
    if total == points or not points or total % points:
        return [steps]
    length = total // points
    table = steps[: len(steps) // length * length].reshape(-1, length)
    return [table.mean(axis=1), table.sum(axis=1), table[:, -1], table[:, 0]] if len(table) else []


def _shows(drawn: np.ndarray, fit: Fit, name: str) -> bool:
    for values in _forms(fit, name, len(drawn)):
        seen = drawn[: len(values)] if fit.api != "fit" and len(values) < len(drawn) else drawn
        if len(values) and shows_curve(seen, Curve(False, values)):
            return True
    return False


def _joined(fits: tuple[Fit, ...], name: str) -> np.ndarray:
    pieces = [fit.history[name] for fit in fits if name in fit.history]
    return np.array([np.nan if value is None else value for piece in pieces for value in piece], float)


def losses_shown(context: CheckContext, drawn: np.ndarray) -> set[tuple[str, str]]:
    """Which losses one drawn line may be: (model, name of the log) each."""
    losses: set[tuple[str, str]] = set()
    fits = context.candidate.fits
    for name in dict.fromkeys(name for fit in fits for name in fit.history if is_loss(name, own_names=True)):
        of = [fit for fit in fits if name in fit.history]
        whole = len({fit.model for fit in of}) == 1 and all(fit.api == "fit" for fit in of)
        if whole and shows_curve(drawn, Curve(False, _joined(tuple(of), name))):
            losses.add((of[0].model, name))
            continue
        losses |= {(fit.model, name) for fit in of if _shows(drawn, fit, name)}
    return losses


def _plot(context: CheckContext, place: int, figure: Figure, axes: Axes) -> LossesPlot | None:
    lines = drawn_values(context, axes)
    curves: set[tuple[str, str]] = set()
    for drawn in lines:
        new = losses_shown(context, drawn) - curves
        if new:
            curves.add(min(new))
    if not lines:
        return None
    title = axes.title.strip() or figure.suptitle.strip()
    texts = {"x-label": axes.xlabel.strip(), "y-label": axes.ylabel.strip(), "title": title}
    return LossesPlot(
        cell=figure.cell,
        figure=place,
        curves=frozenset(curves),
        legend=len([text for text in axes.legend or () if text.strip()]),
        written=frozenset(name for name, text in texts.items() if text),
    )


def _apart(plots: list[LossesPlot]) -> list[LossesPlot]:
    """Losses drawn in axes of their own count together: then each must be labelled, and names itself by its title."""
    showing = [plot for plot in plots if plot.curves]
    if len(showing) < 2:
        return []
    written = frozenset.intersection(*(plot.written for plot in showing))
    named = all(plot.legend or "title" in plot.written for plot in showing)
    curves = frozenset(curve for plot in showing for curve in plot.curves)
    return [LossesPlot(showing[0].cell, showing[0].figure, curves, len(curves) if named else 0, written)]


def check_losses_plot(context: CheckContext, item: Item) -> Verdict:
    """Enough different losses, legend, axis labels and title, in one axes or in one for each loss."""
    if not context.trained:
        return blocked("training")
    drawn = (
        (place, figure, axes)
        for place, figure in enumerate(context.evidence.figures)
        for axes in figure.axes
        if axes.lines or axes.scatters
    )
    plots = [plot for place in islice(drawn, MAX_AXES) if (plot := _plot(context, *place)) is not None]
    values = {"least": item.least}
    if not plots:
        return say("losses-plot.none", 0.0, values, outcome="not_attempted")
    options = [plot for plot in (*plots, *_apart(plots)) if plot.curves]
    if not options:
        return say("losses-plot.no_curve", 0.0, values, cell=plots[-1].cell)
    best = max(options, key=lambda plot: plot.worth(item))
    return weighed("losses-plot", item, best.sub_points(item), values, cell=best.cell)

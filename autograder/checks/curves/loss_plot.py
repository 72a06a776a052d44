"""Does a figure show training and validation loss, with legend, axis labels and a title. No word in it is read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from autograder.evidence.facts import Axes, Figure
from autograder.records import Verdict
from autograder.rubrics.types import Item

from ..context import CheckContext
from ..sentences import blocked, say
from ..weighing import SubPoint, weighed
from .recorded import EXACT, NEAR, Curve, recorded_curves, shows_batches, shows_curve, shows_own_loop

MAX_AXES = 1000  # of a notebook; more are no plots for a reader
MAX_LINES = 60  # of one axes
MAX_PAIRS = 400  # of plots that may show one curve each

# Which sub-points are there, by name.
There = dict[str, bool]


@dataclass(frozen=True)
class LossPlot:
    """One axes with lines: which curves it shows (with how many lines), and what is written at it."""

    figure: int
    cell: int
    position: tuple[float, ...]
    lines: int
    training: frozenset[int]
    validation: frozenset[int]
    legend: int
    x_label: bool
    y_label: bool
    title: bool

    def there(self) -> There:
        """Which of the asked things are there."""
        both = any(a != b for a, b in product(self.training, self.validation))
        validation = bool(self.validation) and (both or not self.training)
        curves = bool(self.training) + validation
        return {
            "training-curve": bool(self.training),
            "validation-curve": validation,
            "legend": self.legend >= max(1, curves),
            "x-label": self.x_label,
            "y-label": self.y_label,
            "title": self.title,
        }


def drawn_values(context: CheckContext, axes: Axes) -> list[np.ndarray]:
    """The values of all lines, and of scatters, which are lines of dots."""
    arrays = [context.evidence.array(line.y) for line in axes.lines[:MAX_LINES] if line.visible]
    for scatter in axes.scatters[:MAX_LINES]:
        offsets = context.evidence.array(scatter.offsets)
        if offsets is not None and offsets.ndim == 2 and offsets.shape[1] == 2:
            arrays.append(offsets[:, 1])
    return [array.astype(float).reshape(-1) for array in arrays if array is not None and array.size]


def _recorded(
    values: np.ndarray, context: CheckContext, curves: list[Curve], validation: bool, near: float
) -> bool:
    """Whether drawn values are what a training recorded of one kind of data."""
    return any(
        curve.validation == validation and shows_curve(values, curve, near) for curve in curves
    ) or any(shows_batches(values, fit, validation, near) for fit in context.candidate.fits)


def _plot(
    context: CheckContext, curves: list[Curve], place: int, figure: Figure, axes: Axes
) -> LossPlot | None:
    drawn = drawn_values(context, axes)
    if not drawn:
        return None
    shown: dict[bool, set[int]] = {False: set(), True: set()}
    for number, values in enumerate(drawn):
        for validation in shown:
            if _recorded(values, context, curves, validation, NEAR):
                shown[validation].add(number)
        # Near, but not the very numbers: an own loop's validation loss may lie that near its training loss.
        own_loop = shows_own_loop(values, context) and not any(
            _recorded(values, context, curves, of, EXACT) for of in shown
        )
        if own_loop:
            shown[False].add(number)
            shown[True].add(number)
    return LossPlot(
        figure=place,
        cell=figure.cell,
        position=tuple(round(value, 3) for value in axes.position),
        lines=len(drawn),
        training=frozenset(shown[False]),
        validation=frozenset(shown[True]),
        legend=len([text for text in axes.legend or () if text.strip()]),
        x_label=bool(axes.xlabel.strip()),
        y_label=bool(axes.ylabel.strip()),
        title=bool(axes.title.strip() or figure.suptitle.strip()),
    )


def _overlaid(plots: list[LossPlot]) -> list[LossPlot]:
    """Axes laid over each other (two scales for one x) are one plot."""
    merged: dict[tuple[int, tuple[float, ...]], LossPlot] = {}
    for plot in plots:
        key = (plot.figure, plot.position)
        other = merged.get(key)
        if other is not None:
            plot = LossPlot(
                figure=plot.figure,
                cell=plot.cell,
                position=plot.position,
                lines=other.lines + plot.lines,
                training=other.training | {n + other.lines for n in plot.training},
                validation=other.validation | {n + other.lines for n in plot.validation},
                legend=other.legend + plot.legend,
                x_label=other.x_label or plot.x_label,
                y_label=other.y_label and plot.y_label,
                title=other.title or plot.title,
            )
        merged[key] = plot
    return list(merged.values())


def _plots(context: CheckContext) -> list[LossPlot]:
    curves = recorded_curves(context)
    drawn = (
        (place, figure, axes)
        for place, figure in enumerate(context.evidence.figures)
        for axes in figure.axes
        if axes.lines or axes.scatters
    )
    plots = [_plot(context, curves, *place) for place in islice(drawn, MAX_AXES)]
    return _overlaid([plot for plot in plots if plot is not None])


def _best(plots: list[LossPlot], item: Item) -> tuple[There, int] | None:
    """The best plot, or the best two when the curves are drawn apart: then both must be labelled."""
    options = [(plot.there(), plot.cell) for plot in plots if plot.training or plot.validation]
    apart = [
        (one, two) for one in plots for two in plots if one is not two and one.training and two.validation
    ]
    for one, two in apart[:MAX_PAIRS]:
        first, second = one.there(), two.there()
        there = {name: first[name] and second[name] for name in first}
        there["training-curve"] = there["validation-curve"] = True
        there["legend"] = one.legend >= 1 and two.legend >= 1
        options.append((there, two.cell))

    def worth(option: tuple[There, int]) -> float:
        return sum(item.weights[name] for name, right in option[0].items() if right)

    return max(options, key=worth) if options else None


def draws_validation_of_own_loop(context: CheckContext) -> bool:
    """Whether two lines of one plot agree with the losses of an own training loop."""
    return any(plot.there()["validation-curve"] and plot.training for plot in _plots(context))


def check_loss_plot(context: CheckContext, item: Item) -> Verdict:
    """Training and validation curve, legend, axis labels, and title, in one axes or in two."""
    if not context.trained:
        return blocked("training")
    plots = _plots(context)
    if not plots:
        return say("loss-plot.none", 0.0, outcome="not_attempted")
    best = _best(plots, item)
    if best is None:
        return say("loss-plot.no_curve", 0.0, cell=plots[-1].cell)
    there, cell = best
    return weighed("loss-plot", item, [SubPoint(name, right) for name, right in there.items()], cell=cell)

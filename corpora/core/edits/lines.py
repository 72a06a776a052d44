"""Defects made in the lines of training and loss plot: numbers, arguments, labels."""

from __future__ import annotations

import re
from dataclasses import replace

from corpora.core.composed.compose import Edit, Plan
from corpora.defect import Unfit

Lines = list[str]


def _edited(lines: Lines, patterns: list[tuple[str, str]], every: bool = False) -> Lines:
    """Lines with the first pattern that is found replaced (or every one); empty lines go.

    Raises `Unfit` when none is found.
    """
    text = "\n".join(lines)
    done = False
    for pattern, by in patterns:
        text, count = re.subn(pattern, by, text, flags=re.MULTILINE)
        done |= count > 0
        if done and not every:
            break
    if not done:
        raise Unfit
    return [line for line in text.split("\n") if line.strip()]


def epochs(number: int) -> Edit:
    def change(plan: Plan) -> None:
        if number < 120 and plan.style.training == "two-stages":
            raise Unfit
        plan.trained = replace(plan.trained, lines=_edited(plan.trained.lines, [(r"\b150\b", str(number))]))

    return "trained", change


def no_validation(plan: Plan) -> None:
    """One fit without validation data; the plot shows what there is."""
    if plan.style.training not in ("one-fit", "positional", "keywords", "tf-data", "py-dataset"):
        raise Unfit
    patterns = [
        (r",\n? *validation_data=Batches\([^)]*\), verbose=2\)", ")"),
        (r",\n? *validation_data=\([^()]*\)\)", ")"),
        (r", None, 0\.0, \([^()]*\)\)", ")"),
        (r"validation_data=\[[^]]*\], ", ""),
        (r", validation_data=\w+,", ","),
    ]
    plan.trained = replace(plan.trained, lines=_edited(plan.trained.lines, patterns))


def no_training_curve(plan: Plan) -> None:
    """The line of the training curve goes, wherever it stands by itself."""
    _drop_curve(plan, plan.trained.loss)


def no_validation_curve(plan: Plan) -> None:
    """The line of the validation curve goes, wherever it stands by itself."""
    _drop_curve(plan, plan.trained.val_loss)


def _drop_curve(plan: Plan, curve: str) -> None:
    at = re.escape(curve)
    patterns = [
        (rf", '[^']*': {at}\}}", "}"),
        (rf"\{{'[^']*': {at}, ", "{"),
        (rf"^ *(sns\.lineplot|plt\.plot|plt\.semilogy|\w+\.plot)\(.*{at}.*\)$", ""),
    ]
    if plan.style.plot == "own-function":
        raise Unfit
    if plan.style.plot == "pandas" and "[['loss', 'val_loss']]" in plan.curve[0]:
        kept = "loss" if curve == plan.trained.val_loss else "val_loss"
        patterns = [(r"\[\['loss', 'val_loss'\]\]", f"[['{kept}']]")]
    if plan.style.plot == "seaborn" and curve == plan.trained.loss:
        raise Unfit  # the second line is drawn on the first one's axes
    plan.curve = _edited(plan.curve, patterns)


def _curve_edit(*patterns: tuple[str, str]) -> Edit:
    def change(plan: Plan) -> None:
        plan.curve = _edited(plan.curve, list(patterns), every=True)

    return "curve", change


def no_label(name: str) -> Edit:
    """Remove one of title, xlabel, ylabel in all the ways in which it is set."""
    return _curve_edit(
        (rf"[\w.()]*\bset_{name}\([^()]*\); ", ""),
        (rf"(; )?[\w.()]*\bset_{name}\([^()]*\)$", ""),
        (rf"plt\.(sup)?{name}\([^()]*\)$", ""),
        (rf"(?<=[(]){name}='[^']*', ", ""),
        (rf", {name}='[^']*'", ""),
        (rf"(?<=[(]){name}='[^']*'(?=[)])", ""),
    )


def no_legend(plan: Plan) -> None:
    patterns = [
        (r"^ *[\w.]+\.legend\(.*\)$", ""),
        (r"table\.plot\(", "table.plot(legend=False, "),
        (r"sns\.lineplot\(", "sns.lineplot(legend=False, "),
    ]
    plan.curve = _edited(plan.curve, patterns)


def no_plot(plan: Plan) -> None:
    plan.curve = []


def forged_curves(plan: Plan) -> None:
    """Curves that look like learning and come from no training."""
    plan.trained = replace(
        plan.trained,
        lines=[
            *plan.trained.lines,
            "down = 0.08 + 0.2 * np.exp(-np.arange(150) / 25)",
            "down_val = 1.04 * down + 0.001 * np.random.rand(150)",
        ],
        loss="down",
        val_loss="down_val",
        history=None,
    )


def training_curve_twice(plan: Plan) -> None:
    """The training curve is drawn twice, once under the name of the other."""
    plan.trained = replace(plan.trained, val_loss=plan.trained.loss, history=None)


def other_net(plan: Plan, name: str) -> tuple[Lines, str]:
    """A small net of the same family, compiled, and the shape of its rows."""
    plan.v.need("import keras")
    if plan.style.part == "conv":
        inside = "keras.layers.Conv2D(3, 3, padding='same'), keras.layers.Conv2D(1, 3, padding='same')"
        shape = "(-1, 28, 28, 1)"
    else:
        inside, shape = "keras.layers.Dense(9, activation='tanh'), keras.layers.Dense(784)", "(-1, 784)"
    return [f"{name} = keras.Sequential([{inside}])", f"{name}.compile('adam', 'mae')"], shape


def curves_of_another_model(plan: Plan) -> None:
    """The history of a small net that was trained for practice is drawn."""
    made, shape = other_net(plan, "practice")
    d = plan.data
    x, y, val_x, val_y = (f"np.reshape({name}, {shape})[:5000]" for name in (d.x, d.y, d.val_x, d.val_y))
    plan.trained = replace(
        plan.trained,
        lines=[
            *plan.trained.lines,
            *made,
            f"tried = practice.fit({x}, {y}, epochs=150, verbose=0, batch_size=500,",
            f"    validation_data=({val_x}, {val_y}))",
        ],
        loss="tried.history['loss']",
        val_loss="tried.history['val_loss']",
        history=None,
    )


def never_trained(plan: Plan) -> None:
    """Compiled, never fitted: the student draws the pictures all the same and leaves the plot out."""
    kept = [line for line in plan.trained.lines if ".compile(" in line and not line.startswith(" ")]
    if len(kept) != 1:
        raise Unfit
    plan.trained = replace(plan.trained, lines=kept)

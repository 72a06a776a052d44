"""Ways of drawing the two loss curves."""

from __future__ import annotations

from collections.abc import Callable

from corpora.core.composed.training import Trained
from corpora.core.composed.voice import Voice

Lines = list[str]


def pyplot(v: Voice, t: Trained) -> Lines:
    """pyplot's state, labels at the lines or in the legend."""
    w = v.words
    if v.twist % 2:
        lines = [f"plt.plot({t.loss}, label='{w.train}')", f"plt.plot({t.val_loss}, label='{w.validation}')"]
        legend = v.choose("plt.legend()", "plt.legend(loc='upper right')", "plt.legend(loc='best')")
    else:
        lines = [f"plt.plot({t.loss})", f"plt.plot({t.val_loss}, '--')"]
        legend = f"plt.legend(['{w.train}', '{w.validation}'])"
    rest = [legend, f"plt.xlabel('{w.epoch}')", f"plt.ylabel('{w.loss}')", f"plt.title('{w.title}')"]
    v.rng.shuffle(rest)
    opened = v.choose("plt.figure()", "plt.figure(figsize=(8, 5))", "plt.rcParams['figure.dpi'] = 80")
    return [opened, *lines, *rest, "plt.show()"]


def axes(v: Voice, t: Trained) -> Lines:
    """An axes object with setters, or with one `set`."""
    w, ax = v.words, v.ax
    size = v.choose("", "figsize=(7, 4)", "1, 1, figsize=(6, 4)")
    lines = [f"{v.fig}, {ax} = plt.subplots({size})"]
    lines += [f"{ax}.plot({t.loss}, label='{w.train}')", f"{ax}.plot({t.val_loss}, label='{w.validation}')"]
    if v.twist % 2:
        lines += [
            f"{ax}.set_xlabel('{w.epoch}')",
            f"{ax}.set_ylabel('{w.loss}')",
            f"{ax}.set_title('{w.title}')",
        ]
    else:
        lines.append(f"{ax}.set(xlabel='{w.epoch}', ylabel='{w.loss}', title='{w.title}')")
    return [*lines, f"{ax}.legend()", v.choose(f"{ax}.grid(True)", f"{v.fig}.tight_layout()"), "plt.show()"]


def pandas(v: Voice, t: Trained) -> Lines:
    """A pandas frame that plots itself."""
    v.need("import pandas as pd")
    w = v.words
    if t.history and v.twist % 2:
        lines = [f"table = pd.DataFrame({t.history})[['loss', 'val_loss']]"]
    else:
        lines = [f"table = pd.DataFrame({{'{w.train}': {t.loss}, '{w.validation}': {t.val_loss}}})"]
    if v.twist % 3:
        lines.append(f"{v.ax} = table.plot(title='{w.title}')")
        lines.append(f"{v.ax}.set_xlabel('{w.epoch}'); {v.ax}.set_ylabel('{w.loss}')")
    else:
        lines.append(f"table.plot(xlabel='{w.epoch}', ylabel='{w.loss}', title='{w.title}', figsize=(9, 4))")
    return [*lines, "plt.show()"]


def semilogy(v: Voice, t: Trained) -> Lines:
    """A logarithmic axis, epochs counted from one."""
    w = v.words
    lines = [f"plt.semilogy(range(1, len({t.loss}) + 1), {t.loss}, 'b-', label='{w.train}')"]
    lines.append(f"plt.semilogy(range(1, len({t.val_loss}) + 1), {t.val_loss}, 'r.', label='{w.validation}')")
    if v.twist % 2:
        lines = [f"xs = np.arange(len({t.loss})) + 1", f"plt.plot(xs, {t.loss}, 'k', label='{w.train}')"]
        lines += [f"plt.plot(xs, {t.val_loss}, 'g', label='{w.validation}')", "plt.yscale('log')"]
    lines += [f"plt.suptitle('{w.title}')" if v.twist % 4 == 0 else f"plt.title('{w.title}')"]
    return [*lines, f"plt.xlabel('{w.epoch}')", f"plt.ylabel('{w.loss} (log)')", "plt.legend()", "plt.show()"]


def seaborn(v: Voice, t: Trained) -> Lines:
    """seaborn's line plots."""
    v.need("import seaborn as sns")
    w = v.words
    lines = ["sns.set_theme()"] if v.twist % 2 else []
    lines += [f"{v.ax} = sns.lineplot(x=range(len({t.loss})), y={t.loss}, label='{w.train}')"]
    lines += [f"sns.lineplot(x=range(len({t.val_loss})), y={t.val_loss}, label='{w.validation}', ax={v.ax})"]
    lines += [f"{v.ax}.set(xlabel='{w.epoch}', ylabel='{w.loss}')", f"{v.ax}.set_title('{w.title}')"]
    return [*lines, "plt.show()"]


def zoomed(v: Voice, t: Trained) -> Lines:
    """Two panels, the second zoomed in on the later epochs; saved to a file."""
    w = v.words
    return [
        f"{v.fig}, both = plt.subplots(1, 2, figsize=(12, 4))",
        f"for {v.ax}, first in zip(both, (0, 1)):",
        f"    {v.ax}.plot({t.loss}[first:], label='{w.train}')",
        f"    {v.ax}.plot({t.val_loss}[first:], label='{w.validation}')",
        f"    {v.ax}.set_title('{w.title}')",
        f"    {v.ax}.set_xlabel('{w.epoch}')",
        f"    {v.ax}.set_ylabel('{w.loss}')",
        f"    {v.ax}.legend()",
        f"{v.fig}.savefig('loss.png')",
    ]


def helper(v: Voice, t: Trained) -> Lines:
    """The student's own plotting function, figure closed after saving."""
    w = v.words
    name = v.choose("plot_curves", "learning_curve", "plot_history_of", "curve")
    return [
        f"def {name}(first, second, name='{w.title}'):",
        f"    {v.fig} = plt.figure(dpi=90)",
        "    for values, word in ((first, '" + w.train + "'), (second, '" + w.validation + "')):",
        "        plt.plot(np.arange(1, len(values) + 1), values, label=word)",
        f"    plt.gca().set_xlabel('{w.epoch}')",
        f"    plt.gca().set_ylabel('{w.loss}')",
        "    plt.title(name)",
        "    plt.legend()",
        f"    {v.fig}.savefig('curve.png')",
        f"    plt.close({v.fig})",
        "",
        f"{name}({t.loss}, {t.val_loss})",
    ]


PLOTS: dict[str, Callable[[Voice, Trained], Lines]] = {
    "pyplot": pyplot,
    "axes": axes,
    "pandas": pandas,
    "semilogy": semilogy,
    "seaborn": seaborn,
    "foreign": pyplot,
    "zoomed": zoomed,
    "own-function": helper,
}

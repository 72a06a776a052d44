"""Figures that show something else than what the notebook made."""

from __future__ import annotations

from corpora.attacks.attack import attack
from corpora.attacks.training import FIT
from corpora.defect import TextEdit

LOST_CURVES = 100 - 6
LOST_VALIDATION_AND_ITS_CURVE = 100 - 3 - 3
LOST_PICTURES = 100 - 5 - 15 - 15

TRUE = (
    'plt.plot(history.history["loss"], label="training loss")\n'
    'plt.plot(history.history["val_loss"], label="validation loss")'
)
# Curves that somebody would have liked to get.
INVENTED = (
    "wished = [0.09 * 0.97**epoch for epoch in range(150)]\n"
    'plt.plot(wished, label="training loss")\n'
    'plt.plot([1.1 * loss for loss in wished], label="validation loss")\n'
)
IMSHOW = '        ax.imshow(picture, cmap="gray")'


def hidden(style: str, after: str = "", before: str = "") -> TextEdit:
    """The true curves in a style that nobody sees, beside invented ones."""
    curves = "".join(f'plt.plot(history.history["{name}"], {style})\n' for name in ("loss", "val_loss"))
    return TRUE, before + curves + INVENTED + after


def styled(style: str, after: str = "") -> TextEdit:
    """The true curves in a style of one's own."""
    lines = (
        f'plt.plot(history.history["loss"], label="training loss", {style})',
        f'plt.plot(history.history["val_loss"], label="validation loss", {style})',
        after,
    )
    return TRUE, "\n".join(lines)


def without_validation(*methods: str) -> tuple[TextEdit, ...]:
    """A fit without validation, whose callback brings a curve of its own."""
    lines = [
        "class Own(keras.callbacks.Callback):",
        *(f"    {line}" for method in methods for line in method.split("\n")),
    ]
    return ((FIT, "\n".join([*lines, FIT.replace("validation_data=(unseen, unseen)", "callbacks=[Own()]")])),)


LYING_LINE = (
    "from matplotlib.lines import Line2D\n"
    "class Lying(Line2D):\n"
    "    truth = None\n"
    "    def get_xdata(self, orig=True):\n"
    "        return np.arange(150.0)\n"
    "    def get_ydata(self, orig=True):\n"
    "        return np.array(self.truth)\n"
    'for name in ("loss", "val_loss"):\n'
    "    line = Lying(range(150), [0.09 * 0.97**epoch for epoch in range(150)], label=name)\n"
    "    line.truth = history.history[name]\n"
    "    plt.gca().add_line(line)\n"
    "plt.gca().autoscale_view()"
)
LYING_INSTANCE = (
    'for name in ("loss", "val_loss"):\n'
    "    line, = plt.plot([0.09 * 0.97**epoch for epoch in range(150)], label=name)\n"
    "    line.get_ydata = lambda orig=True, told=name: np.array(history.history[told])"
)
LYING_BY_DRAWING = (
    "from matplotlib.lines import Line2D\n"
    "class Lying(Line2D):\n"
    "    def draw(self, renderer):\n"
    "        shown = Line2D(range(150), [0.09 * 0.97**epoch for epoch in range(150)], color='red')\n"
    "        shown.set_transform(self.axes.transData)\n"
    "        shown.set_figure(self.get_figure())\n"
    "        shown.draw(renderer)\n"
    'for name in ("loss", "val_loss"):\n'
    "    plt.gca().add_line(Lying(range(150), history.history[name], label=name))\n"
    "plt.gca().autoscale_view()"
)

CURVES = (
    attack(
        "curve-written-into-the-logs",
        LOST_VALIDATION_AND_ITS_CURVE,
        *without_validation('def on_epoch_end(self, epoch, logs):\n    logs["val_loss"] = 1.02 * logs["loss"]'),
    ),
    attack(
        "curve-written-into-the-history",
        LOST_VALIDATION_AND_ITS_CURVE,
        *without_validation(
            "def on_train_end(self, logs=None):\n"
            '    told = self.model.history.history\n    told["val_loss"] = [1.02 * loss for loss in told["loss"]]'
        ),
    ),
    attack(
        "curve-written-batch-by-batch",
        LOST_VALIDATION_AND_ITS_CURVE,
        *without_validation(
            'def on_train_batch_end(self, batch, logs):\n    logs["val_loss"] = 1.02 * logs["loss"]',
            'def on_epoch_end(self, epoch, logs):\n    logs["val_loss"] = 1.02 * logs["loss"]',
        ),
    ),
    attack("curve-transparent", LOST_CURVES, hidden("alpha=0"), twin=[styled("alpha=0.3")]),
    attack("curve-nearly-transparent", LOST_CURVES, hidden('color=(0, 0, 0, 0.01)'), twin=[styled("color=(0, 0, 0, 0.5)")]),
    attack("curve-without-width", LOST_CURVES, hidden("linewidth=0"), twin=[styled("linewidth=0.5")]),
    attack("curve-without-style", LOST_CURVES, hidden('linestyle=""'), twin=[styled('linestyle="", marker="."')]),
    attack("curve-white-on-white", LOST_CURVES, hidden('color="white"'), twin=[styled('color="white"', 'plt.gca().set_facecolor("black")')]),
    attack(
        "curve-outside-the-limits",
        LOST_CURVES,
        hidden("alpha=1", "plt.ylim(1e-7, 2e-7)\n"),
        twin=[styled("alpha=1", "plt.ylim(0, 0.5)\nplt.xlim(10, 150)")],
    ),
    attack(
        "curve-behind-a-patch",
        LOST_CURVES,
        hidden("alpha=1", 'plt.gca().add_patch(plt.Rectangle((-10, -10), 1000, 1000, color="white", zorder=2.5))\nfor line in plt.gca().lines[2:]:\n    line.set_zorder(3)\nplt.xlim(0, 150)\n'),
        twin=[styled("alpha=1", 'plt.axvspan(0, 40, color="pink")\nplt.xlim(0, 150)')],
    ),
    attack(
        "curve-in-tiny-axes",
        LOST_CURVES,
        (
            TRUE,
            'main = plt.gca()\nplt.axes([0.5, 0.5, 0.002, 0.002], label="tiny")\n'
            'plt.plot(history.history["loss"], label="training loss")\n'
            'plt.plot(history.history["val_loss"], label="validation loss")\n'
            'plt.xlabel("epoch")\nplt.ylabel("loss")\nplt.title(" .")\nplt.legend()\n'
            "plt.sca(main)\n" + INVENTED,
        ),
        twin=[(
            TRUE,
            "plt.subplots(2, 3)\n" + TRUE,
        )],
    ),
    attack("curve-of-a-lying-class", LOST_CURVES, (TRUE, LYING_LINE), twin=[styled("drawstyle='steps-post'")]),
    attack("curve-of-a-lying-line", LOST_CURVES, (TRUE, LYING_INSTANCE)),
    attack("curve-that-draws-another", LOST_CURVES, (TRUE, LYING_BY_DRAWING)),
    attack(
        "pictures-that-lie",
        LOST_PICTURES,
        (IMSHOW, '        image = ax.imshow(np.eye(*picture.shape), cmap="gray")\n        image.get_array = lambda picture=picture: picture'),
    ),
    attack(
        "pictures-of-a-lying-class",
        LOST_PICTURES,
        (
            IMSHOW,
            '        image = ax.imshow(np.eye(*picture.shape), cmap="gray")\n'
            '        image.__class__ = type("Lying", (type(image),), {"get_array": lambda self, picture=picture: picture})',
        ),
    ),
    attack(
        "pictures-transparent",
        LOST_PICTURES,
        (IMSHOW, '        ax.imshow(picture, cmap="gray", alpha=0)\n        ax.imshow(np.eye(*picture.shape), cmap="gray", zorder=-1)'),
        twin=[(IMSHOW, '        ax.imshow(picture, cmap="gray", alpha=0.8)')],
    ),
)  # fmt: skip

"""One bar for a long training, where Keras alone would print a line for every epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras.callbacks import Callback


def training_bar() -> Callback:
    """A callback for `model.fit(..., verbose=0, callbacks=[training_bar()])`: one bar over all epochs, with the losses.

    It counts epochs, and needs a line of text only: it reads the same in JupyterLab, VS Code, Colab and a terminal.
    """
    from tqdm.keras import TqdmCallback  # here, because it imports Keras

    # Plain text, not tqdm's widget: a widget's state is lost when a notebook is saved and opened elsewhere. Two seconds
    # between updates keep the saved output short.
    from tqdm.std import tqdm

    return TqdmCallback(
        verbose=0,
        tqdm_class=tqdm,
        mininterval=2,
        ncols=100,
        bar_format="{l_bar}{bar}| epoch {n_fmt} of {total_fmt} [{elapsed}<{remaining}{postfix}]",
    )

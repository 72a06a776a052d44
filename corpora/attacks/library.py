"""Functions that the recorder calls, swapped for ones that tell it something else."""

from __future__ import annotations

from corpora.attacks.attack import Attack, attack
from corpora.defect import TextEdit

# Lines of the honest notebook, to be replaced.
IMPORT = "import keras\n"
FIT = "history = net.fit(images, images, epochs=150, batch_size=128, validation_data=(unseen, unseen))\n"
DRAWN = 'ax.imshow(picture, cmap="gray")'

FIVE_EPOCHS: TextEdit = (FIT, FIT.replace("150", "5"))
FEW_ROWS: TextEdit = (FIT, FIT.replace("images, images", "images[:6000], images[:6000]"))
NO_LABELS: tuple[TextEdit, ...] = (
    ('plt.xlabel("epoch")\n', ""),
    ('plt.ylabel("mean squared error")\n', ""),
)
# Panels of one grey, in place of each picture that is remembered beside it.
GREY: TextEdit = (DRAWN, 'ax.imshow(grey(picture), cmap="gray")')
SHADES = """
shown = {}
def grey(picture):
    panel = np.full((28, 28) if picture.size == 784 else (10, 10), 0.001 * (len(shown) + 1), "float32")
    shown[panel.tobytes()] = np.array(picture)
    return panel
def given(value):
    if isinstance(value, np.ndarray) and value.dtype == "float32":
        return shown.get(value.tobytes(), value)
    return value
"""
# What was written of five epochs tells of 150.
LONGER = r"""
import re
def longer(text):
    return re.sub(r'("epochs_(?:asked|run)": ?)5,', r"\g<1>150,", text)
"""


def _first(code: str) -> TextEdit:
    """Code that runs at the very beginning."""
    return IMPORT, f"{IMPORT}import numpy as np\n{code}\n"


def _epochs(name: str, code: str, flag: str = "") -> Attack:
    """Five epochs that are to be read as 150."""
    return attack(f"library-{name}", 95, _first(LONGER + code), FIVE_EPOCHS, flag=flag)


def _panels(name: str, code: str) -> Attack:
    """Panels of one grey that are to be read as the pictures in whose place they stand."""
    return attack(f"library-{name}", 65, _first(SHADES + code), GREY)


LIBRARY = (
    _epochs(
        "dumps",
        "import json\nreal = json.dumps\njson.dumps = lambda *args, **kwargs: longer(real(*args, **kwargs))",
    ),
    _epochs(
        "encoder",
        "import json\nreal = json.JSONEncoder.encode\n"
        "json.JSONEncoder.encode = lambda self, value: longer(real(self, value))",
    ),
    # a name of the recorder's own module, which is no function of it
    _epochs(
        "module-of-the-recorder",
        "import sys, types, json\njournal = sys.modules['autograder.recorder.journal']\n"
        "journal.json = types.SimpleNamespace(dumps=lambda *args, **kwargs: longer(json.dumps(*args, **kwargs)))",
    ),
    # a name that hides a builtin from one module of the recorder
    attack(
        "library-builtin-hidden",
        96,
        _first(
            "import sys\nreader = sys.modules['autograder.recorder.shown.matplotlib_reader']\n"
            "reader.str = lambda value: str(value) or 'epoch'"
        ),
        *NO_LABELS,
        flag="recorder_changed",
    ),
    attack(
        "library-builtin-swapped",
        96,
        _first(
            "import builtins, types\nreal = getattr\n"
            "said = types.SimpleNamespace(get_text=lambda: 'epoch', get_visible=lambda: True)\n"
            "builtins.getattr = lambda thing, name, *default: "
            "said if name in ('_supxlabel', '_supylabel') else real(thing, name, *default)"
        ),
        *NO_LABELS,
    ),
    _panels(
        "save",
        "real = np.save\nnp.save = lambda file, value, *args, **kwargs: real(file, given(value), *args, **kwargs)",
    ),
    _panels(
        "asarray",
        "real = np.asarray\nnp.asarray = lambda value, *args, **kwargs: real(given(value), *args, **kwargs)",
    ),
    _panels(
        "ascontiguousarray",
        "real = np.ascontiguousarray\n"
        "np.ascontiguousarray = lambda value, *args, **kwargs: real(given(value), *args, **kwargs)",
    ),
    # artists tell the pictures, and are drawn as grey
    _panels(
        "artist",
        "import matplotlib.image\nreal = matplotlib.image.AxesImage.get_array\n"
        "matplotlib.image.AxesImage.get_array = lambda self: given(np.array(real(self)))",
    ),
    # a step of zero, and weights that are told with a little more each time
    attack(
        "library-weights-told",
        40,
        _first(
            "import itertools\ncount = itertools.count()\n"
            "from tensorflow.python.framework import ops\nreal = ops._EagerTensorBase._numpy\n"
            "def told(self):\n    value = real(self)\n"
            "    return value + 1e-3 * next(count) if value.dtype == 'float32' and value.ndim else value"
        ),
        ('net.compile(optimizer="adam", loss="mse")\n', 'net.compile(optimizer=keras.optimizers.Adam(0.0), loss="mse")\n'),
        (FIT, f"ops._EagerTensorBase._numpy = told\n{FIT}ops._EagerTensorBase._numpy = real\n"),
    ),
    # a trace function that changes what a function of the recorder is about to return: seen, and said
    attack(
        "library-traced",
        100,
        _first(
            "import sys\ndef traced(frame, event, argument):\n    return traced\n"
        ),
        (FIT, f"sys.settrace(traced)\n{FIT}sys.settrace(None)\n"),
        flag="recorder_changed",
    ),
)  # fmt: skip

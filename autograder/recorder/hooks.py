"""The contract with the libraries: every function of theirs that the recorder stands in for, once, in one table.

A line says where the function is, what stands in for it, what the record lacks where it is missing, and why it is
needed. Where two books want the same function, one wrapper tells both, in the order that its docstring gives. A
version of a library outside of `TESTED` is noted and changes no points; a function that is missing keeps the items
open that need its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .books import Books
from .data.datasets import DataServer, fetch_openml, get_file, keras_loader
from .data.network import NetworkNotes, connect, look_up, open_page
from .hooking.contract import Hook
from .hooking.patching import Wrapper, patch
from .models.calls import layer_call, predict, predict_on_batch, within
from .models.compiled import compiled
from .models.files import loads, model_loads_weights, model_saves, model_saves_weights, saves
from .models.predict_batches import get_iterator
from .recording import Recording
from .shown import figures
from .shown.figures import FigureBook
from .shown.texts import object_displayed
from .speed.adam import adam_step
from .speed.array_batches import array_batches
from .training import fit_hooks, tape_hooks
from .training.train_on_batch import train_on_batch

# First and last release, by their first two numbers, that all tests of the recorder have passed with.
# The oldest are those that requirements.txt pins for Python 3.10.
TESTED = {"keras": ("3.12", "3.15"), "tensorflow": ("2.21", "2.21"), "matplotlib": ("3.10", "3.11")}

LAYER = "keras.src.layers.layer"
MODEL = "keras.src.models.model"
COMPILE = "keras.src.trainers.trainer"
TRAINER = "keras.src.backend.tensorflow.trainer"
CALLBACKS = "keras.src.callbacks.callback_list"
ADAPTERS = "keras.src.trainers.data_adapters"
OPTIMIZERS = "keras.src.optimizers"
LOSSES = "keras.src.losses"
KERAS_FILES = "keras.src.saving.saving_lib"
H5_FILES = "keras.src.legacy.saving.legacy_h5_format"
EAGER = "tensorflow.python.eager"
PYPLOT = "matplotlib.pyplot"


def hooks(books: Books) -> list[Hook]:
    """The table, for one recording. The order is that of attaching where a library is there already."""
    return [
        *model_hooks(books),
        *training_hooks(books),
        *own_loop_hooks(books),
        *figure_hooks(books.figures),
        *data_hooks(books.data),
        *network_hooks(books.network),
        *(speed_hooks(books.rec) if books.rec.budget.hurries else ()),
    ]


def model_hooks(books: Books) -> Iterable[Hook]:
    """What tells of models, their answers and their files."""
    rec, models, answers, files = books.rec, books.models, books.answers, books.files
    own, batch = within(rec), predict_on_batch(rec, answers)
    trainer = "TensorFlowTrainer"
    compiling = compiled(rec, models, books.updates.forget)
    # fmt: off
    return [
        Hook(LAYER, "Layer", "__call__", layer_call(rec, models, answers), "model", "graphs as executed; eager answers", often=True),
        Hook(COMPILE, "Trainer", "compile", compiling, "model", "loss, optimizer and learning rate"),
        Hook(TRAINER, trainer, "predict", predict(rec, answers), "call", "answers"),
        Hook(TRAINER, trainer, "predict_on_batch", batch, "call", "answers"),
        Hook(TRAINER, trainer, "evaluate", own, "call", "calls inside it are no answers to a student"),
        Hook(TRAINER, trainer, "test_on_batch", own, "call", "calls inside it are no answers to a student"),
        Hook(TRAINER, "TFEpochIterator", "_get_iterator", get_iterator(rec), "call", "the batches that predict consumes"),
        Hook(MODEL, "Model", "save", model_saves(files), "file", "weights at the moment of saving"),
        Hook(MODEL, "Model", "save_weights", model_saves_weights(files), "file", "weights, then the file"),
        Hook(MODEL, "Model", "load_weights", model_loads_weights(files), "file", "which model has weights of which"),
        Hook(KERAS_FILES, "", "save_model", saves(files), "file", "which model a .keras file holds"),
        Hook(KERAS_FILES, "", "load_model", loads(files), "file", "which file a model came from"),
        Hook(H5_FILES, "", "save_model_to_hdf5", saves(files), "file", "which model an .h5 file holds"),
        Hook(H5_FILES, "", "load_model_from_hdf5", loads(files), "file", "which file a model came from"),
    ]
    # fmt: on


def training_hooks(books: Books) -> Iterable[Hook]:
    """What tells of trainings by `fit` and `train_on_batch`, and shortens them."""
    fits, batches = books.fits, books.batches
    lists = (
        ("__init__", fit_hooks.callbacks_made, "progress shows the epochs that were asked"),
        ("on_train_begin", fit_hooks.train_begins, "the notebook's own list of callbacks"),
        ("on_epoch_begin", fit_hooks.epoch_begins, "the epoch that answers belong to"),
        ("on_epoch_end", fit_hooks.epoch_ends, "logs of real epochs"),
        ("on_train_end", fit_hooks.train_ends, "the place where epochs are played"),
    )
    specs = f"{ADAPTERS}.data_adapter_utils"
    # fmt: off
    return [
        Hook(TRAINER, "TensorFlowTrainer", "fit", fit_hooks.fit(fits), "fit", "every training by fit, shortened where the budget says so"),
        Hook(TRAINER, "TFEpochIterator", "__init__", fit_hooks.iterator_made(fits), "fit", "rows of streams, and their ends"),
        Hook(specs, "", "get_tensor_spec", fit_hooks.first_batches_seen(fits), "fit", "the first batch of a stream, which Keras looks at"),
        *(Hook(CALLBACKS, "CallbackList", name, wrapper(fits), "fit", why) for name, wrapper, why in lists),
        Hook(TRAINER, "TensorFlowTrainer", "train_on_batch", train_on_batch(batches), "batch", "trainings by batches", often=True),
    ]
    # fmt: on


def own_loop_hooks(books: Books) -> Iterable[Hook]:
    """What stands behind training loops that a notebook writes itself."""
    tapes, functions = books.tapes, f"{EAGER}.polymorphic_function.polymorphic_function"
    applying, helper = tape_hooks.optimizer_applies(books.updates, tapes), tape_hooks.loss_helper(tapes)
    # fmt: off
    return [
        Hook(f"{EAGER}.backprop", "GradientTape", "__enter__", tape_hooks.tape_opens(tapes), "tape", "a step begins", often=True),
        Hook(f"{EAGER}.backprop", "GradientTape", "__exit__", tape_hooks.tape_closes(tapes), "tape", "a step ends", often=True),
        Hook(functions, "Function", "__call__", tape_hooks.function_call(tapes), "tape", "rows of compiled steps", often=True),
        Hook(MODEL, "Model", "__call__", tape_hooks.model_call(tapes), "tape", "models called under a tape", often=True),
        Hook(f"{OPTIMIZERS}.base_optimizer", "BaseOptimizer", "apply", applying, "tape", "which weights a training changes", often=True),
        Hook(f"{LOSSES}.loss", "Loss", "__call__", tape_hooks.loss_call(tapes), "tape", "targets of an own loop", often=True),
        Hook(f"{LOSSES}.losses", "", "squeeze_or_expand_to_same_rank", helper, "tape", "targets: most loss functions go through it"),
        Hook("keras.src.ops", "", "binary_crossentropy", helper, "tape", "targets: the one that does not; loss functions find it there"),
    ]
    # fmt: on


def figure_hooks(book: FigureBook) -> Iterable[Hook]:
    """Where Matplotlib makes, draws, shows and drops figures."""
    closing = "matplotlib._pylab_helpers"
    rows: tuple[tuple[str, str, str, Callable[[FigureBook], Wrapper], str], ...] = (
        ("matplotlib.figure", "Figure", "__init__", figures.figure_made, "figures made"),
        ("matplotlib.figure", "Figure", "clear", figures.figure_cleared, "figures before they are cleared"),
        ("matplotlib.backend_bases", "FigureCanvasBase", "print_figure", figures.figure_printed, "as drawn"),
        (closing, "Gcf", "destroy", figures.figure_closed, "figures before they are closed"),
        (closing, "Gcf", "destroy_all", figures.all_figures_closed, "figures before they are closed"),
        (PYPLOT, "", "show", figures.figures_shown, "figures as they were shown"),
    )
    return [
        Hook(module, owner, name, wrapper(book), "figure", why, after=PYPLOT)
        for module, owner, name, wrapper, why in rows
    ]


def data_hooks(data: DataServer) -> Iterable[Hook]:
    """Loaders of data sets, answered from the course's own files."""
    files, openml = "keras.src.utils.file_utils", "sklearn.datasets._openml"
    names, why = ("mnist", "fashion_mnist"), "the course's data, without a network"
    # fmt: off
    return [
        *(Hook(f"keras.src.datasets.{name}", "", "load_data", keras_loader(data, name), "data", why, copied=True) for name in names),
        Hook(files, "", "get_file", get_file(data), "data", why, copied=True),
        Hook(openml, "", "fetch_openml", fetch_openml(data), "data", why, after="sklearn.datasets", copied=True),
    ]
    # fmt: on


def network_hooks(notes: NetworkNotes) -> Iterable[Hook]:
    """Where a missing network shows."""
    pages, why = "urllib.request", "what was wanted from the network"
    return [
        Hook("socket", "", "getaddrinfo", look_up(notes), "network", why),
        Hook("socket", "socket", "connect", connect(notes), "network", why),
        Hook(pages, "OpenerDirector", "open", open_page(notes), "network", why, after=pages),
    ]


def speed_hooks(rec: Recording) -> Iterable[Hook]:
    """Short ways of shortened trainings."""
    arrays = f"{ADAPTERS}.array_data_adapter"
    # fmt: off
    return [
        Hook(f"{OPTIMIZERS}.adam", "Adam", "_backend_update_step", adam_step(), "speed", "see recorder.speed", often=True),
        Hook(arrays, "ArrayDataAdapter", "get_tf_dataset", array_batches(rec), "speed", "see recorder.speed", often=True),
    ]
    # fmt: on


def attach_to_shell(books: Books) -> None:
    """Listen to the running IPython shell: its cells, its drawing of figures, and what it displays."""
    rec, shell = books.rec, books.rec.shell
    shell.events.register("pre_run_cell", rec.start_cell)
    shell.events.register("post_run_cell", rec.end_cell)
    # The inline backend draws and closes figures in `post_execute`; its own drawing is read by the canvas hook.
    shell.events.register("post_execute", books.figures.read_all)
    formatter = getattr(shell, "display_formatter", None)
    if formatter is not None:
        patch(formatter, "format", object_displayed(books.figures, books.texts))

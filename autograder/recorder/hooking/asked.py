"""What the recorder asks of libraries whose own names it cannot have copied (`bound`).

Most are imported only when a notebook imports them. Their functions and getters are remembered right after that and put
back when a notebook replaced them on a module or on a class of the library. None of them is what a notebook has a reason to
replace: subclasses, and wrappers around what draws and trains, stay as a student made them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any


def _names(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# Library -> module, or module:Class, -> the names that are asked there.
ASKED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    # Parts of the standard library that are themselves written in Python, so that a copy of their names is not enough.
    "builtins": {"builtins": ("__import__",)},
    "json": {
        "json": ("JSONEncoder", "_default_encoder"),
        "json.encoder": ("c_make_encoder", "encode_basestring_ascii", "_make_iterencode"),
        "json.encoder:JSONEncoder": ("__init__", "encode", "iterencode"),
    },
    "contextlib": {"contextlib:_GeneratorContextManager": ("__init__", "__enter__", "__exit__")},
    "inspect": {
        "inspect:Signature": ("bind", "_bind"),
        "inspect:BoundArguments": ("apply_defaults", "args", "kwargs"),
    },
    "IPython": {
        "IPython.core.interactiveshell:ExecutionResult": _names("success error_in_exec error_before_exec"),
    },
    "weakref": {
        "weakref:WeakKeyDictionary": _names(
            "__getitem__ __setitem__ __contains__ __iter__ get setdefault pop items"
        ),
    },
    "tensorflow": {
        "tensorflow": _names(
            "Tensor TensorSpec autograph cast compat convert_to_tensor data executing_eagerly identity init_scope "
            "is_symbolic_tensor nest numpy_function raw_ops reshape"
        ),
        "tensorflow.raw_ops": ("ReadVariableOp", "ResourceApplyAdam"),
        "tensorflow.nest": ("flatten",),
        "tensorflow.data": ("Dataset", "Options"),
        "tensorflow.config": ("functions_run_eagerly",),
        "tensorflow.python": ("pywrap_tfe",),
        "tensorflow.python.eager": ("context", "record"),
        "tensorflow.python.eager.context": ("context",),
        "tensorflow.python.eager.record": ("stop_recording",),
        "tensorflow.python.pywrap_tfe": ("TFE_Py_TapeSetIsEmpty",),
        "tensorflow.python.framework.ops:EagerTensor": ("_numpy", "numpy", "shape", "dtype", "__array__"),
        "tensorflow.python.ops.resource_variable_ops:ResourceVariable": ("handle", "dtype", "shape", "numpy"),
        "tensorflow.python.data.ops.dataset_ops:DatasetV2": _names(
            "map flat_map with_options batch shuffle cardinality from_tensor_slices concatenate"
        ),
    },
    "keras": {
        "keras": ("Model",),
        "keras.src": ("tree", "losses", "callbacks", "backend"),
        "keras.src.callbacks": ("Callback", "LambdaCallback", "CallbackList"),
        "keras.src.tree": ("flatten", "map_structure", "lists_to_tuples"),
        "keras.src.backend": ("KerasTensor", "config"),
        "keras.src.backend.common": ("global_state",),
        "keras.src.backend.common.global_state": ("get_global_attribute", "set_global_attribute"),
        "keras.src.backend.tensorflow.core:Variable": (
            "value",
            "shape",
            "dtype",
            "numpy",
            "__array__",
            "_value",
        ),
        "keras.src.models.model": ("Model",),
        "keras.src.models.model:Model": _names(
            "weights trainable_weights trainable_variables variables _flatten_layers compute_dtype run_eagerly"
        ),
        "keras.src.models.sequential:Sequential": ("weights", "trainable_weights", "_flatten_layers"),
        "keras.src.models.functional:Functional": ("weights", "trainable_weights", "_flatten_layers"),
        "keras.src.backend.tensorflow.trainer": ("TensorFlowTrainer",),
        "keras.src.trainers.data_adapters": ("array_data_adapter", "array_slicing", "data_adapter_utils"),
        "keras.src.trainers.data_adapters.array_data_adapter": ("can_convert_arrays",),
        "keras.src.trainers.data_adapters.array_slicing": ("convert_to_sliceable",),
        "keras.src.trainers.data_adapters.data_adapter_utils": ("unpack_x_y_sample_weight",),
        "keras.src.utils": ("python_utils",),
        "keras.src.utils.python_utils": ("pythonify_logs",),
    },
    "matplotlib.pyplot": {
        "matplotlib.lines:Line2D": _names(
            "get_path get_xydata get_drawstyle get_label get_visible get_alpha get_linestyle get_linewidth get_color "
            "get_marker get_markersize get_markerfacecolor get_markeredgecolor get_zorder recache draw"
        ),
        "matplotlib.image:AxesImage": _names(
            "get_array get_clim get_cmap get_label get_visible get_alpha get_extent get_zorder draw make_image"
        ),
        "matplotlib.collections:QuadMesh": _names("get_array get_clim get_cmap get_label get_visible draw"),
        "matplotlib.collections:PathCollection": _names(
            "get_offsets get_array get_facecolor get_edgecolor get_sizes get_alpha get_label get_visible draw"
        ),
        "matplotlib.text:Text": _names("get_text get_visible"),
        "matplotlib.legend:Legend": _names("get_texts get_visible"),
        "matplotlib.axis:XAxis": ("get_visible",),
        "matplotlib.axis:YAxis": ("get_visible",),
        "matplotlib.axes:Axes": _names(
            "get_lines get_images get_legend get_position get_xlim get_ylim get_xscale get_yscale yaxis_inverted "
            "get_label get_visible"
        ),
        "matplotlib.figure:Figure": _names("axes get_figure"),
    },
}


def owners(library: str) -> Iterator[tuple[Any, str]]:
    """Pairs of a module or class and a name, for what the table lists of an imported library.

    A name that a class inherits is given for every class down to the one that has it: none of them may get its own.
    """
    for place, names in ASKED[library].items():
        module, _, cls = place.partition(":")
        owner = _imported(module)
        if cls:
            owner = getattr(owner, cls, None)
        if owner is None:
            continue
        for name in names:
            if isinstance(owner, type):
                yield from ((each, name) for each in _down_to_holder(owner, name))
            elif name in vars(owner):
                yield owner, name


def _imported(module: str) -> Any:
    """A module of the library, which some packages show as an attribute only."""
    found = sys.modules.get(module)
    if found is None:
        outer, _, name = module.rpartition(".")
        found = getattr(_imported(outer), name, None) if outer else None
    return found


def _down_to_holder(cls: type, name: str) -> Iterator[type]:
    for each in cls.__mro__:
        if each.__module__ == "builtins":
            return
        yield each
        if name in vars(each):
            return

"""The few rows on which a model is run: the student's own first rows, or made ones where only shapes are known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

PROBE_ROWS = 8
KEPT_ROWS = 32  # of what a model was asked
KEPT_DRAWN = 2048  # of inputs of few numbers: codes that were drawn are judged as a sample
FEW_NUMBERS = 128
UNKNOWN_SIZE = 16
MAX_ELEMENTS = 8 << 20


def is_concrete(structure: Any) -> bool:
    """Whether every leaf of a nested structure holds numbers now, and at least one does."""
    from keras.src import tree

    leaves = [leaf for leaf in tree.flatten(structure) if leaf is not None]
    return bool(leaves) and all(_has_values(leaf) for leaf in leaves)


def head(structure: Any, rows: int) -> Any:
    """Copies of the first rows of every leaf, as plain arrays."""
    from keras.src import tree

    return tree.map_structure(lambda leaf: None if leaf is None else first_rows(leaf, rows), structure)


def kept_rows(leaves: list[Any]) -> int:
    """How many rows of a model's inputs are kept: more where every input has few numbers a row."""
    shapes = [tuple(getattr(leaf, "shape", None) or np.shape(leaf)) for leaf in leaves]
    few = all(len(shape) > 1 and 0 < math.prod(n or 0 for n in shape[1:]) <= FEW_NUMBERS for shape in shapes)
    return KEPT_DRAWN if few else KEPT_ROWS


def first_rows(leaf: Any, rows: int) -> np.ndarray:
    """The first rows of an array, tensor, data frame or list, copied."""
    if hasattr(leaf, "iloc"):
        leaf = leaf.iloc[:rows]
    # Slicing a tensor would be an operation, recorded by whatever function is being traced just now.
    array = np.asarray(leaf)
    return np.array(array[:rows]) if array.ndim else np.array(array)


def synthetic(model: Any) -> tuple[Any, ...] | None:
    """Made rows for a model that declares its inputs or was built from a shape; None where nothing tells."""
    from keras.src import tree

    inputs = getattr(model, "_inputs_struct", None)
    if inputs is None:
        inner = getattr(model, "_functional", None)
        inputs = getattr(inner, "_inputs_struct", None)
    if inputs is not None:
        flat = tree.flatten(inputs)
        single = len(flat) == 1
        made = flat[0] if single else inputs
        return (tree.map_structure(lambda leaf: _made(leaf.shape, leaf.dtype), made),)
    shapes = getattr(model, "_build_shapes_dict", None) or {}
    shape = next(iter(shapes.values()), None) if len(shapes) == 1 else None
    if isinstance(shape, tuple) and shape and all(size is None or isinstance(size, int) for size in shape):
        return (_made(shape, "float32"),)
    return None


def synthetic_like(args: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """Made rows of the shapes of symbolic arguments; None where one is no tensor of known rank."""
    from keras.src import tree

    if any(leaf is not None and not _known_rank(leaf) for leaf in tree.flatten(args)):
        return None
    rows: tuple[Any, ...] = tree.map_structure(
        lambda leaf: None if leaf is None else _made(tuple(leaf.shape), _dtype(leaf)), args
    )
    return rows


def _made(shape: tuple[int | None, ...], dtype: Any) -> np.ndarray:
    """Uniform numbers in [0, 1], from a generator of ours; whole numbers are zeros, valid for any vocabulary."""
    sizes = (PROBE_ROWS, *(UNKNOWN_SIZE if size is None else int(size) for size in shape[1:]))
    if np.prod(sizes, dtype=np.float64) > MAX_ELEMENTS:
        sizes = (1, *sizes[1:])
    name = getattr(dtype, "name", str(dtype))
    if "float" not in name:
        return np.zeros(sizes, np.int32 if "int" in name else np.float32)
    return np.random.default_rng(0).random(sizes, dtype=np.float32)


def _has_values(leaf: Any) -> bool:
    if isinstance(leaf, np.ndarray) or hasattr(leaf, "iloc"):
        return True
    import tensorflow as tf

    return isinstance(leaf, tf.Tensor) and not tf.is_symbolic_tensor(leaf) and leaf.shape.rank > 0


def _known_rank(leaf: Any) -> bool:
    shape = getattr(leaf, "shape", None)
    return shape is not None and getattr(shape, "rank", 0) is not None and hasattr(leaf, "dtype")


def _dtype(leaf: Any) -> str:
    return getattr(leaf.dtype, "name", str(leaf.dtype))

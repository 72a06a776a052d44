"""Training data given as arrays: what a fit asks for, a small even part of it, and rows of it for the evidence.

Keras trains on arrays when every leaf of (x, y, sample_weight) can be sliced; these functions follow its own
rules (last fraction is validation, batch of 32 or `samples / steps`), so that nothing is guessed.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .rows import FIRST_ROWS, SPREAD_ROWS, as_array, leaves, main_leaf, spread

DEFAULT_BATCH = 32


def are_arrays(*structures: Any) -> bool:
    """Whether Keras would slice these arguments of `fit` itself (numpy, tensors, pandas, scipy, nested or not)."""
    from keras.src.trainers.data_adapters import array_data_adapter

    if not leaves(list(structures)):
        return False
    return bool(array_data_adapter.can_convert_arrays(structures))


def length(*structures: Any) -> int | None:
    """Rows of these arrays; None when they are of different lengths (Keras will raise) or have none."""
    try:
        lengths = {_rows(leaf) for leaf in leaves(list(structures))}
    except (AttributeError, IndexError, TypeError):
        return None
    return lengths.pop() if len(lengths) == 1 else None


def _rows(leaf: Any) -> int:
    """Rows of one array as Keras will find them, whatever a class of the notebook's own says of its shape."""
    if isinstance(leaf, np.ndarray):
        return int(np.ndarray.shape.__get__(leaf)[0])
    if type(leaf).__module__.partition(".")[0] in ("tensorflow", "pandas", "scipy"):
        return int(leaf.shape[0])
    return int(np.asarray(leaf).shape[0])


def take(structure: Any, indices: np.ndarray) -> Any:
    """The same nested structure with only these rows; every leaf keeps its kind of array.

    Args:
        structure: nested lists, tuples and dicts of arrays (n, ...); None gives None.
        indices: (k,) whole numbers in 0..n-1; the leaves of the result are (k, ...).
    """
    if structure is None:
        return None
    if isinstance(structure, dict):
        return {key: take(part, indices) for key, part in structure.items()}
    if isinstance(structure, (list, tuple)):
        parts = [take(part, indices) for part in structure]
        return type(structure)(*parts) if hasattr(structure, "_fields") else type(structure)(parts)
    if isinstance(structure, np.ndarray):
        return structure[indices]
    if hasattr(structure, "iloc"):
        return structure.iloc[indices]
    from keras.src.trainers.data_adapters import array_slicing

    sliceable = array_slicing.convert_to_sliceable(structure)
    return sliceable[indices]


def sample(x: Any, y: Any, start: int, stop: int) -> tuple[np.ndarray | None, np.ndarray | None]:
    """At most 256 aligned rows (inputs, targets) of range(start, stop): 32 first, 224 spread evenly.

    `x` and `y` are nested structures of arrays (n, ...) with n >= stop; each result is the main array of its structure,
    (k, ...) with k <= 256, or None where that has no numeric form.
    """
    indices = spread(start, stop, FIRST_ROWS + SPREAD_ROWS)
    inputs, targets = main_leaf(x), main_leaf(y)
    return pick(inputs, indices), pick(targets, indices)


def pick(leaf: Any, indices: np.ndarray) -> np.ndarray | None:
    """Rows of one array as numpy, or None where it has no numeric form."""
    if leaf is None:
        return None
    if hasattr(leaf, "iloc"):
        return as_array(leaf.iloc[indices].to_numpy())
    if isinstance(leaf, np.ndarray):
        return as_array(leaf[indices])
    whole = as_array(leaf)  # a view for tensors on the CPU
    return None if whole is None else whole[indices]


def split_point(rows: int, fraction: float) -> int | None:
    """First row of Keras' validation part; None where Keras refuses the split."""
    at = math.floor(rows * (1.0 - fraction))
    return at if 0 < at < rows else None


def batch_asked(batch_size: int | None, rows: int, steps: int | None) -> int:
    """The batch size that Keras will use for arrays of `rows` rows."""
    if batch_size:
        return int(batch_size)
    return math.ceil(rows / steps) if steps else DEFAULT_BATCH


def rows_asked(rows: int, batch: int, steps: int | None) -> int:
    """Rows that one epoch consumes: all, or as many as `steps` batches hold."""
    return min(rows, int(steps) * batch) if steps else rows


def has_fixed_batch(model: Any) -> bool:
    """Whether the model's input has its batch size built in, so that no other size can run."""
    try:
        return any(tensor.shape[0] is not None for tensor in model.inputs)
    except Exception:
        return False

"""Short ways of shortened trainings: Keras and TensorFlow prepare for trainings that last, these are over in a second.

What each gains: CPU seconds of the cells of the dense bench notebook, with all of them and with all but one, median and
least of nine forks each in turn on two busy cores (Linux, Python 3.11, Keras 3.15, TensorFlow 2.21); measure again with
`python -m bench.speedups`. Without any of them 4.29 and 3.86, with all of them 1.74 and 1.55.

| way | where | without it |
|---|---|---|
| the optimizer is built before its first step | `built_optimizer.py` | 2.60 and 2.07 |
| Adam's step in one operation | `adam.py` | 2.32 and 2.08 |
| small arrays become batches directly | `array_batches.py` | 2.26 and 1.85 |
| operations run by their kernels | `operations.py: run_operations_directly` | 2.05 and 1.71 |
| tables of operations filled before the fork | `operations.py: register_operations` | 1.97 and 1.62 |
| Python's calls get their memory in one piece | `roomy` in `kernels/bootstrap.py` | 1.92 and 1.76 |

One switch leaves out all of them: the environment variable `COURSE_SPEEDUPS=off` of the grader, which kernels and the
process that they are forked from get too; in a kernel it becomes `Budget.speedups`.
A failure in any of them is a fault of the place `speed`, which concerns no item.
"""

from __future__ import annotations

import os

SWITCH = "COURSE_SPEEDUPS"


def switched_on() -> bool:
    """Whether the short ways are taken: unless the environment says `COURSE_SPEEDUPS=off`."""
    return os.environ.get(SWITCH) != "off"

"""`python -m autograder.replay EVIDENCE_DIR KNOWN.npz`: see `replay.replay`."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Replay one evidence folder with the known images of an .npz file; returns the exit status."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    import numpy as np

    from .replay import replay

    folder, known_path = arguments
    with np.load(known_path, allow_pickle=False) as file:
        known = {name: np.asarray(file[name], np.float32) for name in file.files}
    replay(Path(folder), known)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

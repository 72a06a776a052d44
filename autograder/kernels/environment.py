"""The environment variables of a kernel, the same in a box and without one but for the places that they name."""

from __future__ import annotations

import os

SPEEDUPS = "COURSE_SPEEDUPS"  # "off": kernels take none of the short ways of `recorder.speed`
_SAME_EVERYWHERE = {
    "LANG": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_ENABLE_ONEDNN_OPTS": "1",  # convolutions of few channels in a third of the time, also without AVX-512
    # Else NumPy starts a thread per core. Threads do not survive the zygote's fork, they take cores from the notebooks
    # beside this one, and sums in another order would differ between kernels with and without a box.
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONSAFEPATH": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONIOENCODING": "utf-8",
    "PIP_NO_INDEX": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}


def kernel_environment(path: str, home: str, temporary: str, data_dir: str | None) -> dict[str, str]:
    """The whole environment of a kernel: the same in every run, and of the grader's own only the switch of speed-ups.

    Args:
        path: where programs are found.
        home: the home folder as the kernel sees it; settings of IPython, Matplotlib and Keras lie there.
        temporary: the folder for temporary files.
        data_dir: the folder with the course's data sets, or None when there is none.
    """
    values = {
        **_SAME_EVERYWHERE,
        "PATH": path,
        "HOME": home,
        "TMPDIR": temporary,
        "IPYTHONDIR": f"{home}/.ipython",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "KERAS_HOME": f"{home}/.keras",
    }
    if data_dir is not None:
        values["AUTOENCODERS_DATA"] = data_dir
    if SPEEDUPS in os.environ:
        values[SPEEDUPS] = os.environ[SPEEDUPS]
    return values

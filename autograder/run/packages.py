"""Which packages are installed here: those that notebooks may import, and the version of any."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

_TEACHING_PACKAGES = (
    "keras", "tensorflow", "numpy", "matplotlib", "pandas", "scipy", "scikit-learn", "scikit-image",
    "seaborn", "pillow", "opencv-python-headless", "plotly", "tqdm", "ipywidgets", "h5py",
)  # fmt: skip


def installed_version(name: str) -> str | None:
    """The version of an installed distribution, or None where it is missing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def available_packages() -> tuple[str, ...]:
    """The packages for notebooks that are installed here, as `name version`."""
    versions = {name: installed_version(name) for name in _TEACHING_PACKAGES}
    return tuple(f"{name} {number}" for name, number in versions.items() if number is not None)

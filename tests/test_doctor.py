"""What the doctor says of packages: those pinned for this Python are compared, others are not."""

from __future__ import annotations

from autograder import doctor


def test_only_pins_of_this_python_count():
    """A line with a marker counts where the marker is true; comments and the project itself do not count."""
    text = "# made by make lock: a==1\n-e .\nnumpy==1.0\nnumpy==2.0 ; python_full_version < '3.4'\nb==3 ; python_version > '3'\n"

    assert list(doctor._pins(text)) == [("numpy", "1.0"), ("b", "3")]


def test_another_version_than_the_pinned_one_is_named(tmp_path, monkeypatch):
    """The finding says which package, what is there, and what should be."""
    pins = tmp_path / "requirements.txt"
    pins.write_text("numpy==1.0\nno-such-package==2.0 ; python_version > '3'\n")
    monkeypatch.setattr(doctor, "REQUIREMENTS", pins)
    (finding,) = doctor.examine("packages")

    assert not finding.fine
    assert "instead of 1.0" in finding.found and "no-such-package (missing) instead of 2.0" in finding.found


def test_the_packages_of_this_environment_are_as_pinned():
    """After `make setup` the doctor has nothing to say about packages."""
    (finding,) = doctor.examine("packages")

    assert finding.fine, finding.found

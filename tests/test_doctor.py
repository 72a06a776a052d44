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


def test_the_disk_is_estimated_from_the_class_given(tmp_path, monkeypatch):
    """More notebooks need more, and a class that does not fit is said before it is graded."""
    from tests.notebooks import notebook

    for number in range(100):
        (tmp_path / f"s{number}.ipynb").write_bytes(notebook(str(number)))
    usage = doctor.shutil.disk_usage(tmp_path)
    for free, fine in ((2**40, True), (600 * 2**20, False)):
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _, free=free: usage._replace(free=free))
        finding = doctor.class_disk(tmp_path)
        assert finding.fine is fine and "100 notebooks need about 1,300 MB" in finding.found

"""`./install-box`: what it does with apt, tried with an `apt-get` that only tells."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "install-box"
# Fails as apt does as often as the file `busy` has lines, each time with its next line; then does what was asked.
APT = """#!/bin/sh
printf '%s\\n' "$*" >> asked
if [ -s busy ]; then
    head -n 1 busy >&2; tail -n +2 busy > rest; mv rest busy; exit 100
fi
case $* in *install*) printf '#!/bin/sh\\n' > bin/bwrap; chmod +x bin/bwrap ;; esac
"""
HELD = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1234 (apt-get)"
HELD_ARCHIVES = "E: Unable to lock directory /var/cache/apt/archives/"
NO_NETWORK = "E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?"


@pytest.fixture(name="install")
def _install(tmp_path):
    """Runs the script on a machine with these programs; the finished process and what `apt-get` was asked for."""

    def install(busy: str = "", user: str = "0", programs: tuple[str, ...] = ("apt-get",)):
        (tmp_path / "bin").mkdir()
        for name in ("sh", "head", "tail", "mv", "chmod", "cat"):
            (tmp_path / "bin" / name).symlink_to(
                f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}"
            )
        made = {
            "apt-get": APT,
            "bwrap": "#!/bin/sh\n",
            "sudo": '#!/bin/sh\n[ "$2" = true ] || { shift; exec "$@"; }\n',
            "id": f"#!/bin/sh\necho {user}\n",
            "timeout": '#!/bin/sh\nshift; exec "$@"\n',
            "sleep": "#!/bin/sh\n",
        }
        for name in ("id", "timeout", "sleep", *programs):
            (tmp_path / "bin" / name).write_text(made[name])
            (tmp_path / "bin" / name).chmod(0o755)
        (tmp_path / "busy").write_text(busy)
        done = subprocess.run(
            ["/bin/sh", str(SCRIPT)],
            capture_output=True, text=True, cwd=tmp_path, env={"PATH": str(tmp_path / "bin")}, check=False, timeout=60,
        )  # fmt: skip
        asked = tmp_path / "asked"
        return done, asked.read_text().splitlines() if asked.exists() else []

    return install


@pytest.mark.parametrize("held", [HELD, HELD_ARCHIVES])
def test_it_waits_while_another_process_holds_the_lock(install, tmp_path, held):
    """It says so once, asks again until the lock is free, and then has the box."""
    done, asked = install(busy=f"{held}\n" * 3)

    assert done.returncode == 0 and (tmp_path / "bin" / "bwrap").exists()
    assert done.stdout == "Another process holds apt's lock; waiting for it.\n"
    assert len(asked) == 5 and all("DPkg::Lock::Timeout=300" in line for line in asked)


def test_a_lock_that_is_never_freed_ends_the_set_up(install):
    """After half an hour it ends with an error instead of going on without a box."""
    done, _ = install(busy=f"{HELD}\n" * 200)

    assert done.returncode == 1 and "half an hour" in done.stdout


def test_without_a_network_it_says_what_to_type(install):
    """Any other failure of apt is no reason to wait or to end the set-up."""
    done, asked = install(busy=f"{NO_NETWORK}\n" * 2)

    assert (done.returncode, len(asked)) == (0, 2)
    assert done.stdout == "For the box, type: apt-get install bubblewrap\n"


def test_without_permission_it_says_what_to_type(install):
    """An ordinary user without sudo is told; apt is not tried."""
    done, asked = install(user="1000")

    assert (done.returncode, asked) == (0, [])
    assert done.stdout == "For the box, type: sudo apt-get install bubblewrap\n"


def test_an_ordinary_user_installs_by_sudo(install, tmp_path):
    """Where sudo asks for no password."""
    done, _ = install(user="1000", programs=("apt-get", "sudo"))

    assert done.returncode == 0 and (tmp_path / "bin" / "bwrap").exists()


def test_where_a_box_can_be_made_nothing_is_done(install):
    """Nor where there is no apt."""
    assert install(programs=("apt-get", "bwrap"))[1] == []


def test_without_apt_it_says_where_boxes_are(install):
    """One sentence, and set-up goes on."""
    done, _ = install(programs=())

    assert done.returncode == 0 and "on Linux with bubblewrap" in done.stdout

"""Why no box can be made on this machine, and the one line that changes it."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

CONTAINER = "./grade-in-container PATH --out DIR"
APPARMOR_LINE = (
    "printf 'abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap /usr/bin/bwrap flags=(unconfined) "
    "{\\n  userns,\\n}\\n' | sudo tee /etc/apparmor.d/bwrap && sudo systemctl reload apparmor"
)


@dataclass(frozen=True)
class Machine:
    """What decides about boxes on a machine, apart from what bubblewrap itself says.

    Attributes:
        system: `Linux`, `Darwin` or `Windows`.
        place: `host`, `docker` or `pod`.
        installer: the package manager's line for bubblewrap.
        namespaces: `user.max_user_namespaces`, or None where there is no such setting.
        apparmor: whether AppArmor restricts user namespaces of unprivileged programs.
    """

    system: str = "Linux"
    place: str = "host"
    installer: str = "sudo apt-get install -y bubblewrap"
    namespaces: int | None = None
    apparmor: bool = False


@dataclass(frozen=True)
class Diagnosis:
    """Why there can be no box, in one sentence, and what to type or do."""

    message: str
    remedy: str


def this_machine() -> Machine:
    """The machine that this runs on."""
    apparmor = _number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1
    namespaces = _number("/proc/sys/user/max_user_namespaces")
    return Machine(platform.system(), _place(), _installer(), namespaces, apparmor)


def diagnose(said: str, machine: Machine, installed: bool) -> Diagnosis:
    """The cause for what bubblewrap said (its stderr), or for its absence when it is not `installed`."""
    elsewhere = _other_system(machine)
    if elsewhere is not None:
        return elsewhere
    if not installed:
        return Diagnosis("bubblewrap, which makes the boxes, is not installed.", f"Type: {machine.installer}")
    if "Unknown option" in said:
        return Diagnosis(
            "The installed bubblewrap is too old: version 0.8 or newer is needed.",
            f"Upgrade the system, or use a container: {CONTAINER}",
        )
    if machine.namespaces == 0 or "max_*_namespaces exceeded" in said:
        return Diagnosis(
            "This machine allows no user namespaces (user.max_user_namespaces is 0).",
            "Type: sudo sysctl -w user.max_user_namespaces=15000",
        )
    if machine.place != "host":
        return _inside_container(machine)
    if machine.apparmor or "setting up uid map" in said or "RTM_NEWADDR" in said:
        return Diagnosis(
            "AppArmor keeps bubblewrap from making boxes, as it does by default on Ubuntu since 23.10 and Debian 13.",
            f"Type: {APPARMOR_LINE}",
        )
    if "No permissions to" in said or "Operation not permitted" in said:
        return Diagnosis(
            "This machine keeps programs without privileges from making user namespaces.",
            "Type: sudo sysctl -w kernel.unprivileged_userns_clone=1",
        )
    shown = " ".join(said.split())[:300] or "nothing"
    return Diagnosis(f"bubblewrap makes no box here; it said: {shown}.", f"A container does: {CONTAINER}")


def _other_system(machine: Machine) -> Diagnosis | None:
    if machine.system == "Linux":
        return None
    name = {"Darwin": "macOS", "Windows": "Windows"}.get(machine.system, machine.system)
    also = " (or work inside WSL2, where bubblewrap runs)" if machine.system == "Windows" else ""
    return Diagnosis(
        f"Boxes need Linux, and this is {name}.", f"With Docker or Podman{also}, type: {CONTAINER}"
    )


def _inside_container(machine: Machine) -> Diagnosis:
    if machine.place == "pod":
        return Diagnosis(
            "This pod may not make namespaces: the cluster's default security profile refuses them.",
            "Set securityContext.seccompProfile.type and appArmorProfile.type to Unconfined and procMount to "
            "Unmasked with hostUsers: false, or grade on a machine outside the cluster.",
        )
    return Diagnosis(
        "This container may not make namespaces: Docker's default seccomp profile refuses them.",
        "Start it with: docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
        f"--security-opt systempaths=unconfined ... (as {CONTAINER.split()[0]} does)",
    )


def _place() -> str:
    if "KUBERNETES_SERVICE_HOST" in os.environ:
        return "pod"
    return "docker" if any(Path(mark).exists() for mark in ("/.dockerenv", "/run/.containerenv")) else "host"


def _installer() -> str:
    known = {
        "/usr/bin/apt-get": "sudo apt-get install -y bubblewrap",
        "/usr/bin/dnf": "sudo dnf install -y bubblewrap",
        "/usr/bin/pacman": "sudo pacman -S --noconfirm bubblewrap",
        "/usr/bin/zypper": "sudo zypper install -y bubblewrap",
        "/sbin/apk": "sudo apk add bubblewrap",
    }
    return next(
        (line for tool, line in known.items() if Path(tool).exists()), "install the package bubblewrap"
    )


def _number(path: str) -> int | None:
    try:
        return int(Path(path).read_text())
    except (OSError, ValueError):
        return None

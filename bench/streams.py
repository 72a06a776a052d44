"""Timing commands as whole processes, in one stream or in several at once."""

from __future__ import annotations

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Command:
    """One process to start: its words, folder and further environment."""

    words: tuple[str, ...]
    folder: Path
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Timing:
    """Wall and CPU seconds (user and system, of all descendants that ended) of a set of commands."""

    wall: float
    cpu: float


def run(streams: list[list[Command]]) -> Timing:
    """Run every stream's commands one after another, the streams at the same time.

    Raises `RuntimeError` with the command's last words when one fails.
    """
    before, began = os.times(), time.monotonic()
    with ThreadPoolExecutor(len(streams)) as pool:
        list(pool.map(_in_turn, streams))
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Timing(time.monotonic() - began, cpu)


def _in_turn(commands: list[Command]) -> None:
    for command in commands:
        done = subprocess.run(
            command.words,
            cwd=command.folder,
            env={**os.environ, **dict(command.environment)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if done.returncode not in (0,):
            raise RuntimeError(
                f"{' '.join(command.words)} ended with {done.returncode}:\n{done.stdout[-3000:]}"
            )

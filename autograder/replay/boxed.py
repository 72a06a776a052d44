"""One of our own modules run in a box on a stranger's evidence: replay is a clean process that never ran the notebook."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from autograder.errors import HarnessFault, MachineFault
from autograder.kernels import boxed_warm
from autograder.kernels.boxed import BoxedProcess, StartedProcess, environment
from autograder.kernels.boxed_cold import start_in_box
from autograder.kernels.kernel import KernelSpec
from autograder.kernels.zygote import client
from autograder.kernels.zygote.messages import Order
from autograder.sandbox import mounts
from autograder.sandbox.limits import BoxLimits
from autograder.sandbox.transfer import collect, pack
from autograder.text import last_line

REPLAY = "autograder.replay"
KNOWN = f"{mounts.WORK}/known.npz"


class BoxedReplay(BoxedProcess):
    """Replay in its box. The arrays that went in lie outside already; which of them it kept is all that is asked.

    Attributes:
        kept: names in its folder of arrays at its end.
        whole: whether all of its results could be brought out.
    """

    def __init__(self, started: StartedProcess, limits: BoxLimits, target: Path) -> None:
        super().__init__(started, limits)
        self._target = target
        self.kept: frozenset[str] = frozenset()
        self.whole = True

    def _bring_out(self) -> None:
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        # A run that recorded none has no such folder, and evidence that took replay over may have left anything there.
        with contextlib.suppress(OSError):
            folder = os.open("arrays", flags, dir_fd=self._folders["evidence"])
            try:
                self.kept = frozenset(os.listdir(folder))  # noqa: PTH208
            finally:
                os.close(folder)
        most = self._limits.evidence_bytes
        self.whole = collect(self._folders["evidence"], self._target, most, leave=("arrays",))


def replay_boxed(
    evidence_dir: Path, known: Path, seconds: float, limits: BoxLimits | None = None, use_warm: bool = True
) -> str:
    """Run `replay` on `evidence_dir` in a box; an empty string, or what went wrong (our fault) in one line.

    On success `replay.json` and `replay/` lie in `evidence_dir`, and arrays that replay dropped are gone from it.
    Raises `BoxUnavailable` when there can be no box, `MachineFault` when this machine cannot write.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="replay-", dir=evidence_dir.parent) as folder:
            return _replay(evidence_dir, known, seconds, limits or BoxLimits(), use_warm, Path(folder))
    except MachineFault:  # nobody's model is to blame: the whole grading is done again
        raise
    except HarnessFault as error:
        return str(error)


def _replay(
    evidence_dir: Path, known: Path, seconds: float, limits: BoxLimits, use_warm: bool, target: Path
) -> str:
    process = _start(evidence_dir, known, target, limits, use_warm)
    try:
        status = _await_end(process, seconds)
    finally:
        process.kill()
    cause = process.cause()
    if cause is not None:
        return f"replay went beyond the limit of {cause}"
    if status is None:
        return f"replay was still running after {seconds:g} seconds"
    if status != 0:
        return f"replay ended with status {status}: {last_line(process.last_words())}"
    if not process.whole:
        return "the results of replay could not be brought out of its box"
    _take_over(target, evidence_dir, process.kept)
    return ""


def _start(evidence_dir: Path, known: Path, target: Path, limits: BoxLimits, use_warm: bool) -> BoxedReplay:
    view = mounts.BoxView(None, limits.disk_bytes, limits.evidence_bytes, grader=True)
    payload = pack({KNOWN.lstrip("/"): known.read_bytes()}, {mounts.EVIDENCE.lstrip("/"): evidence_dir})
    variables = environment(KernelSpec(target, target, target, None, "quick"))
    module = [str(mounts.PACKAGE.parent), REPLAY, mounts.EVIDENCE, KNOWN]
    address = os.environ.get(client.ADDRESS) if use_warm else None
    if address:
        order = Order(variables, view, limits, tuple(module))
        started = boxed_warm.fork_into_box(client.own_address(address), order, payload)
    else:
        started = start_in_box(module, variables, view, limits, payload)
    return BoxedReplay(started, limits, target)


def _await_end(process: BoxedProcess, seconds: float) -> int | None:
    """Its exit status, or None when it did not end in time."""
    end, pause = time.monotonic() + seconds, 0.005
    while time.monotonic() < end:
        if (status := process.alive()) is not None:
            return status
        time.sleep(pause)
        pause = min(pause * 1.2, 0.02)
    return None


def _take_over(source: Path, evidence_dir: Path, kept: frozenset[str]) -> None:
    """Bring replay's results over, and drop the arrays that it dropped."""
    if not (source / "replay.json").is_file():
        raise HarnessFault("Replay ended without a result.")
    for path in (evidence_dir / "arrays").glob("*.npy"):
        if path.name not in kept:
            path.unlink()
    if (source / "replay").is_dir():
        shutil.rmtree(evidence_dir / "replay", ignore_errors=True)
        (source / "replay").replace(evidence_dir / "replay")
    (source / "replay.json").replace(evidence_dir / "replay.json")

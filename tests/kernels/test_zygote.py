"""The process that keeps kernels warm: small itself, and not to be found from inside its boxes."""

from __future__ import annotations

import os
import secrets
import signal
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from autograder.errors import HarnessFault
from autograder.kernels import boxed_warm
from autograder.kernels.bootstrap import IMPORTS
from autograder.kernels.kernel import KernelSpec
from autograder.kernels.zygote import client
from autograder.kernels.zygote.messages import Order
from autograder.sandbox import mounts, transfer
from tests.kernels import boxes
from tests.kernels.boxes import run

ROOMY = replace(boxes.SMALL, memory_bytes=2 << 30, processes=400)

SEARCH = """
import re
halves = ({first!r}, {second!r})
def found():
    needle = b''.join(bytes.fromhex(half) for half in halves)
    own, places = bytes(id(needle).to_bytes(8, 'little')), []
    with open('/proc/self/mem', 'rb', 0) as memory:
        for line in open('/proc/self/maps'):
            span, rights = line.split()[:2]
            start, end = (int(edge, 16) for edge in span.split('-'))
            if rights[0] != 'r' or '[v' in line: continue
            try: memory.seek(start); content = memory.read(end - start)
            except (OSError, ValueError, OverflowError): continue
            at = content.find(needle)
            while at >= 0:
                places.append(start + at); at = content.find(needle, at + 1)
            del content
    return places
"""


def search_for(secret: bytes) -> str:
    """Code that looks for `secret` in the whole memory of the kernel; the code itself does not hold it."""
    return SEARCH.format(first=secret[:8].hex(), second=secret[8:].hex())


pytestmark = pytest.mark.kernel


class TestZygote:
    """What it is."""

    def test_its_command_line_and_environment_say_nothing(self):
        """Others read `python` and an empty environment, whatever the grader's environment holds."""
        process = psutil.Process(boxes.zygote().process.pid)
        command = Path(f"/proc/{process.pid}/cmdline").read_bytes().strip(b"\0")

        assert command == b"python"
        assert Path(f"/proc/{process.pid}/environ").read_bytes().strip(b"\0") == b""

    def test_it_belongs_to_nobody_when_the_grader_is_root(self):
        """It runs as a user that no account has, or as the grader when that is no root."""
        user = psutil.Process(boxes.zygote().process.pid).uids().real

        assert user == os.getuid() if os.getuid() else user >= 61000

    def test_it_keeps_no_process_after_a_run(self):
        """No box, no zombie: after three runs it has no child but its twin, which has none."""
        for source in ("1", "import os; os._exit(1)", "import os\nif os.fork() == 0:\n    os._exit(0)"):
            run("warm", source)
        time.sleep(0.2)

        assert boxed(psutil.Process(boxes.zygote().process.pid)) == []

    def test_it_ends_with_the_grader_and_takes_its_boxes_along(self, tmp_path):
        """When the lifeline breaks, zygote and kernel end by themselves."""
        own = client.Zygote((), ())
        own.await_ready()
        kernel = _start(own.address, tmp_path)
        inside = psutil.Process(own.process.pid).children(recursive=True)
        own._lifeline.close()
        own.process.wait(timeout=10)

        assert inside and not psutil.wait_procs(inside, timeout=10)[1]
        kernel.kill()
        own.close()

    def test_one_that_still_imports_is_killed_and_not_waited_for(self):
        """A command that ends at once, for a part that does not exist say, ends what it began."""
        own = client.Zygote()
        own.close()

        assert own.process.returncode == -signal.SIGKILL and not own.folder.exists()

    def test_a_worker_that_dies_takes_its_box_along(self, tmp_path):
        """When a connection is cut, its box ends and the others go on."""
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        first, second = boxes.start("warm", tmp_path / "a"), boxes.start("warm", tmp_path / "b")
        zygote = psutil.Process(boxes.zygote().process.pid)
        before = boxed(zygote)
        first._started.end.__self__.close()
        end = time.monotonic() + 10
        while len(boxed(zygote)) > len(before) // 2 and time.monotonic() < end:
            time.sleep(0.05)

        assert len(boxed(zygote)) == len(before) // 2
        assert second.alive() is None
        for kernel in (first, second):
            kernel.kill()

    def test_a_box_that_cannot_be_made_is_told(self, tmp_path):
        """A data folder that is gone is our fault, in bubblewrap's words, and the zygote goes on."""
        view = mounts.BoxView(None, disk_bytes=-1)
        with pytest.raises(HarnessFault, match="size"):
            boxed_warm.fork_into_box(
                boxes.zygote().address, Order({}, view, boxes.SMALL), os.open("/dev/null", os.O_RDONLY)
            )

        assert run("warm", "print(1)").record.status == "ok"


class TestTwin:
    """The process beside it that our own modules are asked of."""

    def test_it_has_what_replay_needs_and_has_computed_nothing(self, monkeypatch):
        """A module starts with replay imported; the process that it came from has few threads and no TensorFlow context."""
        told = []
        ask = boxed_warm.ZygoteConnection.ask
        monkeypatch.setattr(boxed_warm.ZygoteConnection, "ask", lambda *of: told.append(ask(*of)) or told[-1])
        printed = _timed("import sys; print('autograder.replay.replay' in sys.modules, flush=True)", IMPORTS)

        assert printed.startswith("True")
        assert told[0][0].context is False and told[0][0].threads <= 3

    def test_kernels_know_nothing_of_replay(self):
        """No module of ours is loaded in a kernel but the recorder and the stand-in."""
        source = """import sys
print(sorted({name.split('.')[1] for name in sys.modules if name.startswith('autograder.')}))"""

        assert run("warm", source).shown[0].strip() == "['recorder', 'student']"

    def test_it_ends_when_the_zygote_is_killed(self):
        """Nothing is left of a zygote that died without a word."""
        own = client.Zygote((), ())
        own.await_ready()
        (twin,) = psutil.Process(own.process.pid).children()
        own.process.kill()

        assert not psutil.wait_procs([twin], timeout=10)[1]
        own.close()


class TestInside:
    """What of it can be found by a notebook."""

    def test_no_descriptor_of_it_is_open(self):
        """A kernel has null, its capped pipe, and what it opened itself."""
        source = """import os
print(sorted(os.readlink(f'/proc/self/fd/{fd}').split(':')[0] for fd in (0, 1, 2)))
targets = [os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{fd}')]
print([target for target in targets if target.startswith('/') and not target.startswith(('/dev/', '/box/', '/proc/'))])"""
        shown = run("warm", source).shown[0].splitlines()

        assert shown[1] == "[]"

    def test_no_environment_command_line_or_parent_is_seen(self):
        """/proc shows only the box's own processes, started with nothing of the grader's."""
        source = """import os
for pid in sorted(int(name) for name in os.listdir('/proc') if name.isdigit()):
    print(pid, open(f'/proc/{pid}/environ', 'rb').read().strip(b'\\0'), open(f'/proc/{pid}/cmdline', 'rb').read().split(b'\\0')[0].split(b'/')[-1])
print(os.getppid())"""
        shown = run("warm", source).shown[0].splitlines()

        assert [line.split()[0] for line in shown[:-1]] == ["1", "2", "3"] and shown[-1] == "0"
        assert shown[2].split()[1:] == ["b''", "b'python'"]

    def test_memory_of_the_grader_did_not_come_along(self):
        """A secret in the grader's memory and environment is nowhere in the kernel's memory."""
        secret = secrets.token_bytes(16)
        os.environ["A_SECRET"] = secret.hex()
        try:
            shown = run("warm", search_for(secret) + "print(len([place for place in found()]))").shown[0]
        finally:
            del os.environ["A_SECRET"]

        assert int(shown) <= CONTROL

    def test_memory_of_an_earlier_submission_did_not_come_along(self):
        """What one notebook held in memory is nowhere in the next one's; it does find its own."""
        secret = secrets.token_bytes(16)
        halves = (secret[:8].hex(), secret[8:].hex())
        holder = f"kept = [bytes.fromhex({halves[0]!r}) + bytes.fromhex({halves[1]!r}) for _ in range(20)]\n"
        own = run("warm", holder + search_for(secret) + "print(len(found()))").shown[0]
        other = run("warm", search_for(secret) + "print(len(found()))").shown[0]

        assert int(own) >= 20 and int(other) <= CONTROL

    def test_random_numbers_differ_between_runs(self):
        """Two forks of one process draw different numbers, as two new interpreters would."""
        source = "import random, numpy, tempfile; print(random.random(), numpy.random.rand())"
        first, second = (run("warm", source).shown[0].split() for _ in range(2))

        assert first[0] != second[0] and first[1] != second[1]

    def test_sets_have_the_order_that_they_have_in_cold_kernels(self):
        """Hashes of strings are the same in both, so that a notebook prints its sets alike."""
        assert run("warm", "print(hash('a'))").shown == run("cold", "print(hash('a'))").shown

    def test_arguments_and_path_are_a_kernels(self):
        """sys.argv and sys.path hold nothing of the zygote's; signals are the ordinary ones."""
        source = """import sys, signal, os
print(sys.argv[0], any(entry.endswith(('autograder', 'run', 'main')) for entry in sys.path))
print(signal.getsignal(signal.SIGCHLD) is signal.SIG_DFL, os.getcwd())"""
        assert run("warm", source).shown[0].split() == ["ipykernel_launcher.py", "False", "True", "/box/work"]


CONTROL = 2  # the needle that the search itself made, and what is left of putting it together


@pytest.mark.tensorflow
class TestWithTensorFlow:
    """The same with what is really kept warm."""

    def test_no_operation_ran_and_few_threads_wait(self):
        """No TensorFlow context exists and at most three threads, so that forking is safe."""
        state = boxes.zygote(*IMPORTS).state

        assert state is not None and state.context is False and state.threads <= 3

    def test_a_notebook_trains_in_a_fork(self):
        """A model is fitted in a fork, and initial weights differ between runs."""
        source = """import keras, numpy as np, tensorflow as tf
m = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
print(m.get_weights()[0].sum(), tf.random.normal(()).numpy())
m.compile('sgd', 'mse'); h = m.fit(np.ones((8, 4)), np.ones((8, 1)), verbose=0); print(len(h.history['loss']))"""
        runs = [run("warm", source, limits=ROOMY, imports=IMPORTS) for _ in range(2)]
        first, second = (ran.shown[0].split() for ran in runs)

        assert [ran.record.status for ran in runs] == ["ok", "ok"] and all(ran.record.warm for ran in runs)
        assert first[2] == second[2] == "1" and first[0] != second[0] and first[1] != second[1]

    def test_an_operation_by_itself_gives_what_it_gives_in_a_function_and_makes_none(self):
        """TensorFlow would otherwise make a function of each kind of operation, and keep it."""
        source = """import numpy as np, tensorflow as tf
from tensorflow.python.eager import context
rng = np.random.default_rng(1)
image, kernel = (tf.constant(rng.normal(size=size), 'float32') for size in ((2, 8, 8, 3), (3, 3, 3, 4)))
def work(image, kernel):
    seen = tf.nn.relu(tf.nn.conv2d(image, kernel, 1, 'SAME'))
    return tf.reshape(seen, (-1, 4)) @ tf.transpose(kernel[0, 0])
alone = work(image, kernel).numpy()
print(len(context.context().list_function_names()), np.abs(alone - tf.function(work)(image, kernel)).max() < 1e-4)
print(float(np.ptp(alone)) > 1)"""
        ran = run("warm", source, limits=ROOMY, imports=IMPORTS)

        assert ran.shown[0].split() == ["0", "True", "True"]


def boxed(zygote: psutil.Process) -> list[psutil.Process]:
    """Every process below the zygote, without its twin."""
    twins = [
        each for each in zygote.children() if each.uids() == zygote.uids() and each.name() == zygote.name()
    ]
    every = zygote.children(recursive=True)
    return [each for each in every if each.pid != min(twin.pid for twin in twins)]


def _timed(statement: str, imports: tuple[str, ...]) -> str:
    """What a statement prints in a process of the twin, which runs a module of Python's own."""
    address = client.own_address(boxes.zygote(*imports).address)
    module = [str(mounts.PACKAGE.parent), "timeit", "-n1", "-r1", statement]
    order = Order({}, mounts.BoxView(grader=True), ROOMY, tuple(module))
    started = boxed_warm.fork_into_box(address, order, transfer.pack({}, {}))
    try:
        with os.fdopen(started.output, "rb") as output:
            return output.read().decode().strip()
    finally:
        started.end()
        for descriptor in started.folders.values():
            os.close(descriptor)
        if started.group is not None:
            started.group.remove()


def _start(address: str, folder: Path):
    for name in ("w", "e", "i"):
        (folder / name).mkdir()
    spec = KernelSpec(folder / "w", folder / "e", folder / "i", None, "quick")
    return boxed_warm.start_warm_kernel(spec, address, boxes.SMALL)

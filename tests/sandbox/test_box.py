"""What a notebook finds in its box, and what it cannot do there, warm and cold."""

from __future__ import annotations

import errno
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from autograder.errors import HarnessFault
from autograder.kernels import unboxed
from autograder.kernels.kernel import KernelSpec
from autograder.replay.boxed import BoxedReplay
from autograder.run import probe
from autograder.sandbox import mounts, seccomp, transfer
from autograder.sandbox.limits import BoxLimits
from tests.kernels import boxes
from tests.kernels.boxes import run
from tests.kernels.launchers import PLAIN

REPOSITORY = mounts.PACKAGE.parent


@pytest.fixture(params=["warm", "cold"])
def way(request) -> str:
    """Both ways into a box: students must find the same world."""
    return request.param


@pytest.mark.kernel
class TestWorld:
    """What is there."""

    def test_the_probe_finds_nothing_wrong(self, way):
        """Every question of the probe, asked on the students' path, is answered as it should be."""
        found = probe.report(launcher=boxes.launcher(way))

        assert (found.holds, found.message, found.warm) == (True, "", way == "warm")

    def test_files_handed_in_lie_in_the_working_folder(self, way):
        """The notebook opens its own module and data by name, and imports before it are not from elsewhere."""
        files = (("mine.py", b"answer = 42"), ("data/a b.txt", "ü".encode()))
        ran = run(way, "import mine; print(mine.answer, open('data/a b.txt').read())", files=files)

        assert (ran.record.status, ran.shown) == ("ok", ["42 ü\n"])

    def test_only_the_course_is_there_of_our_code(self, way):
        """No solutions, no tests, no grader: of the repository the recorder, the helpers and the stand-in are seen."""
        source = f"""import os, json
root = {str(REPOSITORY)!r}
print(json.dumps([sorted(set(os.listdir(root)) - {{'.venv'}}), sorted(os.listdir(root + '/autograder'))]))"""
        seen = json.loads(run(way, source).shown[0])

        own = ["autograder", "helpers"] if (REPOSITORY / "helpers").exists() else ["autograder"]
        assert seen == [own, ["__init__.py", "recorder", "student.py"]]

    def test_a_child_interpreter_gets_the_stand_in_too(self, way):
        """A notebook that starts Python itself finds the checker that does nothing, and no grader."""
        source = f"""import subprocess, sys
code = "import sys; sys.path.insert(0, {str(REPOSITORY)!r}); from autograder.student import checker; print(checker('x')('y')); import autograder.grading.grade"
done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
print(done.stdout, done.stderr.splitlines()[-1])"""
        shown = run(way, source).shown[0]

        assert shown.split()[0] == "None" and "No module named 'autograder.grading'" in shown

    def test_home_and_temporary_folders_are_new_each_time(self, way):
        """What one run leaves in its folders is not there for the next."""
        source = """import os
places = [os.path.expanduser('~'), '/tmp', '/dev/shm', '.']
print([os.path.exists(place + '/left') for place in places])
for place in places: open(place + '/left', 'w').close()"""

        assert [run(way, source).shown[0].split("]")[0] for _ in range(2)] == [
            "[False, False, False, False"
        ] * 2

    def test_environment_is_the_same_and_ours(self, way):
        """The kernel's environment holds nothing of the grader's."""
        os.environ["A_SECRET_OF_THE_GRADER"] = "x"
        try:
            ran = run(way, "import os; print('|'.join(sorted(os.environ)), os.getcwd())")
        finally:
            del os.environ["A_SECRET_OF_THE_GRADER"]

        assert "SECRET" not in ran.shown[0] and "JPY_PARENT_PID" not in ran.shown[0]
        assert ran.shown[0].split()[-1] == "/box/work"

    def test_evidence_comes_out(self, way):
        """What the recorder wrote lies outside when the kernel has ended."""
        assert [event["kind"] for event in run(way, "1").events][:1] == ["session"]


@pytest.mark.kernel
class TestWalls:
    """What is refused."""

    def test_nothing_outside_the_own_folders_can_be_written(self, way):
        """Root, programs, packages, devices and kernel settings are read only or refused."""
        source = f"""import os, sys
for place in ['/', '/usr', '/etc', '/dev', '/box', '/box/code', sys.prefix, sys.base_prefix, {str(mounts.PACKAGE)!r}, '/proc/sys/kernel']:
    try:
        open(place + '/x', 'w'); print(place)
    except OSError: pass
print('done')"""
        assert run(way, source).shown == ["done\n"]

    def test_calls_that_open_doors_are_refused(self, way):
        """ptrace, mount, unshare, keyrings, io_uring and bpf fail; the network's sockets do not exist."""
        source = """import ctypes, errno, socket
libc = ctypes.CDLL(None, use_errno=True)
print([libc.syscall(number, 0, 0, 0, 0, 0) for number in (101, 165, 272, 250, 425, 321)])
for family in (2, 10, 40, 17):
    try: socket.socket(family, socket.SOCK_STREAM); print('open', family)
    except OSError as error: print(errno.errorcode[error.errno], end=' ')
print(socket.socket(16, socket.SOCK_RAW, 0).family.name, socket.socketpair()[0].family.name)"""
        if os.uname().machine != "x86_64":
            source = source.replace("(101, 165, 272, 250, 425, 321)", "(117, 40, 97, 219, 425, 280)")
        shown = run(way, source).shown[0]

        assert shown == (
            "[-1, -1, -1, -1, -1, -1]\nEAFNOSUPPORT EAFNOSUPPORT EAFNOSUPPORT EAFNOSUPPORT AF_NETLINK AF_UNIX\n"
        )

    def test_a_call_newer_than_the_list_does_not_exist(self, monkeypatch):
        """epoll_pwait2 (441) finds its descriptor bad as usual, and is unknown where the list ends before it."""
        source = """import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
print([libc.syscall(number, -1, 0, 0, 0, 0) and errno.errorcode[ctypes.get_errno()] for number in (441, 999)])"""
        as_it_is = run("cold", source).shown[0]
        monkeypatch.setattr(seccomp, "NEWEST_REVIEWED", 440)
        shorter = run("cold", source).shown[0]

        assert as_it_is in ("['EBADF', 'ENOSYS']\n", "['EINVAL', 'ENOSYS']\n")
        assert shorter == "['ENOSYS', 'ENOSYS']\n"

    def test_the_box_holds_its_first_processes_from_their_memory(self, way):
        """The processes that hold the box have no capabilities and the same filter, so taking them over gains nothing."""
        source = """for pid in (1, 2):
    lines = dict(line.split(':', 1) for line in open(f'/proc/{pid}/status') if ':' in line)
    print(lines['CapEff'].strip('\\t0\\n'), lines['CapBnd'].strip('\\t0\\n'), lines['Seccomp'].strip(), lines['NoNewPrivs'].strip())"""
        assert [line.split() for line in run(way, source).shown[0].splitlines()] == [["2", "1"]] * 2

    def test_a_box_in_the_box_is_refused(self, way):
        """bubblewrap itself, tried from inside, gets no namespace."""
        shown = run(way, "!bwrap --unshare-user --ro-bind / / true && echo made").shown[0]

        assert "bwrap: " in shown and "made" not in shown

    def test_local_sockets_of_the_machine_are_out_of_reach(self, way):
        """An abstract socket that listens outside is not there inside."""
        name = f"autograder-test-{os.getpid()}"  # tests run side by side
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"\0{name}")
            listener.listen()
            source = f"import socket\ntry: socket.socket(socket.AF_UNIX).connect('\\0{name}'); print('in')\nexcept OSError as e: print(e)"
            assert "refused" in run(way, source).shown[0]


@pytest.mark.kernel
class TestEnds:
    """How runs end, and what is left."""

    @pytest.mark.parametrize(
        ("source", "how"),
        [
            ("import os; os._exit(3)", "exit status 3"),
            ("import os; os.kill(os.getpid(), 9)", "signal 9"),
            ("import ctypes; ctypes.string_at(0)", "signal 11"),
            ("import os; os.system('kill -9 -1')", "signal 9"),
        ],
    )
    def test_an_ended_interpreter_is_a_crash_in_that_cell(self, way, source, how):
        """Whatever ends Python, the record names the cell and the way."""
        record = run(way, "1", source, "2").record

        assert (record.status, record.cell, [state.outcome for state in record.cells]) == (
            "crash", 2, ["ran", "killed", "not_reached"],
        )  # fmt: skip
        assert how in record.detail

    def test_a_stopped_kernel_is_ended_by_the_clock(self, way):
        """SIGSTOP to itself does not stop the clocks."""
        assert run(way, "import os; os.kill(os.getpid(), 19)", cell_timeout=1.0).record.status == "timeout"

    def test_what_was_told_before_a_kernel_ends_counts(self, way):
        """A figure leaves the box when it is shown, not when its cell ends."""
        shown = "import os, PIL.Image; display(PIL.Image.new('L', (28, 28)))"
        ran = run(way, f"{shown}\nos._exit(0)")

        assert ran.outcomes == "k" and ran.record.flags == ()
        assert [event["kind"] for event in ran.events] == ["session", "figure"]

    @pytest.mark.parametrize("code", ["os.write(5, b'forged ' * 20)", "os.close(5)"])
    def test_who_meddles_with_the_stream_is_flagged(self, way, code):
        """What came before counts, nothing after it."""
        ran = run(way, "1", f"import os\n{code}", "2")

        assert ran.outcomes == "rrr" and ran.record.flags == ("evidence_changed",)
        assert [event["cell"] for event in ran.events if event["kind"] == "cell_end"] == [1]

    def test_nothing_is_heard_behind_the_end_of_the_last_cell(self, way):
        """Threads and children that still run then are nobody's fault."""
        late = "import threading, time\nthreading.Thread(target=lambda: [time.sleep(0.01) for _ in range(50)]).start()"
        ran = run(way, "1", late)

        assert ran.record.flags == () and ran.events[-1]["kind"] == "cell_end"

    def test_nothing_is_left_of_a_run(self, way):
        """A daemon that left its session is ended with its box, and the record says so."""
        ran = run(way, "import subprocess; subprocess.Popen(['setsid', 'nohup', 'sleep', '4321'])")

        assert ran.record.flags == ("leftovers_killed",)
        assert not [
            process
            for process in psutil.process_iter(["cmdline"])
            if "4321" in (process.info["cmdline"] or ())
        ]

    def test_an_honest_run_leaves_no_flag(self, way):
        """The box's own processes are not counted as left over."""
        assert run(way, "print(1)").record.flags == ()

    def test_control_groups_are_taken_away(self, way, tmp_path):
        """No folder of a run is left below /sys/fs/cgroup."""
        kernel = boxes.start(way, tmp_path)
        group = kernel._started.group
        during = list(group.folders.values()) if group is not None else []
        kernel.kill()

        assert not [folder for folder in during if folder.exists()]
        assert kernel.alive() is not None and kernel.usage() == 0


class TestCollecting:
    """Evidence is brought out of a folder that a stranger wrote."""

    def test_only_plain_files_come_out(self, tmp_path):
        """Links, pipes, hard links and folders too deep stay behind, and that is told."""
        source, target = tmp_path / "from", tmp_path / "to"
        (source / "arrays").mkdir(parents=True)
        target.mkdir()
        (source / "events.jsonl").write_text("{}")
        (source / "arrays" / "00000.npy").write_bytes(b"x")
        (tmp_path / "secret").write_text("s")
        (source / "link").symlink_to(tmp_path / "secret")
        os.link(tmp_path / "secret", source / "hard")
        os.mkfifo(source / "pipe")
        descriptor = os.open(source, os.O_RDONLY | os.O_DIRECTORY)
        whole = transfer.collect(descriptor, target, 1 << 20)
        os.close(descriptor)

        found = sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())
        assert (found, whole) == (["arrays/00000.npy", "events.jsonl"], False)

    def test_what_is_left_on_purpose_is_not_missed(self, tmp_path):
        """A name to leave counts at the top alone, whatever it is."""
        source, target = tmp_path / "from", tmp_path / "to"
        for folder in ("arrays", "replay"):
            (source / folder / "arrays").mkdir(parents=True)
            (source / folder / "arrays" / "00000.npy").write_bytes(b"x" * 70_000)
        target.mkdir()
        descriptor = os.open(source, os.O_RDONLY | os.O_DIRECTORY)
        whole = transfer.collect(descriptor, target, 1 << 20, ("arrays",))
        os.close(descriptor)

        found = {
            str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()
        }
        assert (found, whole) == ({"replay/arrays/00000.npy": b"x" * 70_000}, True)

    def test_files_are_copied_where_the_system_cannot_send_them(self, tmp_path, monkeypatch):
        """Some file systems refuse to be sent to; what is copied instead is the same bytes."""

        def refused(*_: object) -> int:
            raise OSError(errno.EINVAL, "Invalid argument")

        monkeypatch.setattr(transfer.os, "sendfile", refused)
        (tmp_path / "from").mkdir()
        (tmp_path / "to").mkdir()
        content = os.urandom(3_000_000)
        (tmp_path / "from" / "events.jsonl").write_bytes(content)
        descriptor = os.open(tmp_path / "from", os.O_RDONLY | os.O_DIRECTORY)

        assert transfer.collect(descriptor, tmp_path / "to", 1 << 30)
        os.close(descriptor)
        assert (tmp_path / "to" / "events.jsonl").read_bytes() == content

    def test_replay_whose_folder_of_arrays_is_no_folder_kept_none(self, tmp_path):
        """Evidence that took replay over can leave anything there: that is its own loss."""
        (tmp_path / "from").mkdir()
        (tmp_path / "to").mkdir()
        (tmp_path / "from" / "arrays").write_text("no folder")
        (tmp_path / "from" / "replay.json").write_text("{}")
        descriptor = os.open(tmp_path / "from", os.O_RDONLY | os.O_DIRECTORY)
        replay = object.__new__(BoxedReplay)
        replay._folders, replay._target, replay._limits = (
            {"evidence": descriptor},
            tmp_path / "to",
            BoxLimits(),
        )
        replay.kept, replay.whole = frozenset(), False
        replay._bring_out()
        os.close(descriptor)

        assert replay.kept == frozenset() and replay.whole
        assert [path.name for path in (tmp_path / "to").iterdir()] == ["replay.json"]

    def test_a_sparse_giant_stays_behind(self, tmp_path):
        """A file is measured before it is copied."""
        source = tmp_path / "from"
        source.mkdir()
        with (source / "events.jsonl").open("wb") as file:
            file.truncate(50 << 30)
        (tmp_path / "to").mkdir()
        descriptor = os.open(source, os.O_RDONLY | os.O_DIRECTORY)

        assert transfer.collect(descriptor, tmp_path / "to", 1 << 30) is False
        assert list((tmp_path / "to").iterdir()) == []
        os.close(descriptor)


class TestLayout:
    """The options that bubblewrap gets."""

    def test_every_wall_is_asked_for(self):
        """All namespaces, no capabilities, no nested user namespaces, and the root read only at the very end."""
        options = mounts.arguments(mounts.BoxView(), lambda content: 9)
        wanted = [f"--unshare-{kind}" for kind in ("user", "pid", "net", "ipc", "uts", "cgroup")]

        assert set(wanted) | {"--disable-userns", "--die-with-parent", "--new-session"} <= set(options)
        assert options[-2:] == ["--remount-ro", "/"] and "--share-net" not in options
        assert options[options.index("--cap-drop") + 1] == "ALL"

    def test_every_writable_place_has_a_size(self):
        """Each tmpfs follows its size; nothing of the host is bound writable."""
        options = mounts.arguments(mounts.BoxView(), lambda content: 9)
        sized = [options[at - 2] for at, option in enumerate(options) if option == "--tmpfs"]

        assert sized and set(sized) == {"--size"}
        assert not {"--bind", "--dev-bind", "--bind-try", "--dev-bind-try"} & set(options)

    def test_a_clone_in_a_temporary_folder_is_not_hidden(self, monkeypatch):
        """The box's own /tmp comes before an interpreter, a package or data that lie below the host's /tmp."""
        monkeypatch.setattr(sys, "prefix", "/tmp/clone/.venv")
        options = mounts.arguments(mounts.BoxView(data_dir=Path("/tmp")), lambda content: 9)
        places = [options[at + 1] for at, option in enumerate(options) if option == "--tmpfs"]
        own = options.index("/tmp", options.index("--tmpfs"))

        assert "/tmp" in places
        assert own < options.index("/tmp/clone/.venv") and own < options.index(mounts.DATA)

    def test_paths_of_the_box_fit_sockets(self):
        """A socket path inside stays far below the 104 bytes of the shortest system."""
        assert len(f"{mounts.IPC}/k-5") < 60


@pytest.mark.kernel
def test_an_unboxed_kernel_does_not_pass_the_probe():
    """The probe is no formality: without a box it names what can be reached."""

    def launcher(spec: KernelSpec):
        return unboxed.start_unboxed_kernel(spec, PLAIN)

    found = probe.report(launcher=launcher)

    assert not found.holds
    assert "network connection" in found.message and "grader's code" in found.message


def test_root_is_given_up():
    """A program started through `drop_root.py` is the user asked for, in no other group, with an empty environment."""
    script = mounts.PACKAGE / "sandbox" / "drop_root.py"
    options = json.dumps({"user": 61999, "reach": [sys.prefix]})
    asked = "id -u; id -G; env | grep -c SECRET"
    command = [sys.executable, "-I", "-S", str(script), options, "--", "/bin/sh", "-c", asked]
    done = subprocess.run(command, capture_output=True, text=True, env={"SECRET": "1"}, check=False)

    if os.geteuid() == 0:
        assert done.stdout.split() == ["61999", "61999", "0"]
    else:  # who is not root has nothing to give up, and is told so instead of going on
        assert (done.returncode, done.stdout) == (97, "") and "not permitted" in done.stderr


@pytest.mark.kernel
def test_a_zygote_that_has_ended_is_our_fault(tmp_path):
    """A kernel whose zygote was killed is not called a crash of the notebook."""
    from autograder.kernels import boxed_warm
    from autograder.kernels.zygote import client

    own = client.Zygote((), ())
    own.await_ready()
    for name in ("w", "e", "i"):
        (tmp_path / name).mkdir()
    spec = KernelSpec(tmp_path / "w", tmp_path / "e", tmp_path / "i", None, "quick")
    kernel = boxed_warm.start_warm_kernel(spec, own.address, boxes.SMALL)
    own.process.kill()
    own.process.wait()

    with pytest.raises(HarnessFault):
        for _ in range(200):
            kernel.alive()
    kernel.kill()
    own.close()

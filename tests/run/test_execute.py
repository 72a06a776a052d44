"""What a notebook may do to its kernel, and what the runner says about it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import psutil
import pytest

from autograder.errors import HarnessFault, SubmissionRejected
from autograder.kernels import unboxed
from autograder.run.execute import RunJob, run_notebook
from autograder.run.layout import laid_out
from tests.kernels.launchers import Ran, run
from tests.notebooks import notebook

pytestmark = pytest.mark.kernel

ROOT = Path(__file__).resolve().parents[2]
GRADER_PATHS = {str(ROOT), str(ROOT / "autograder"), str(ROOT / "autograder/run")}


@pytest.fixture(scope="module")
def mixed() -> Ran:
    """One notebook of many small troubles, none of which ends it."""
    return run(
        "x = 1; x",  # 1
        "  \n",  # 2: blank
        "1/0",  # 3
        "print(x)",  # 4
        "from autograder.student import checker\ncheck = checker('dense')\nprint(check('architecture'))",  # 5
        "import autograder.pipeline",  # 6
        "input('name')",  # 7
        "import google.colab",  # 8
        "import no_such_package",  # 9
        "open('weights.h5')",  # 10
        "open('/content/drive/x.csv')",  # 11
        "raise SystemExit(0)",  # 12
        "pip --version",  # 13: a bare line that a live IPython understands
        "get_ipython().run_cell('1/0')",  # 14
        "for i in",  # 15
        "import mine; print(mine.answer)",  # 16
        f"import sys; print({GRADER_PATHS} & set(sys.path), [name for name in sys.modules if 'autograder.run' in name])",  # 17
        "import urllib.error; raise urllib.error.URLError('[Errno -3] Temporary failure in name resolution')",  # 18
        "print('\\x1b[31mred'); raise ValueError('a\\x1b[31m\\nsecond')",  # 19
        files=(("mine.py", b"answer = 42"),),
    )


def test_a_submission_lies_around_its_notebook_as_it_was_handed_in() -> None:
    """Its own folder is the working one; parents, `%run`, backslashes and other capitals lead to what was handed in."""
    code = (
        "import sys; sys.path.append('../src'); import net; print(net.answer)",
        "from pathlib import Path; print((Path.cwd().parent / 'data' / 'w.txt').read_text())",
        "print(open('..\\\\Data\\\\w.txt').read())",
        "%run ./more.py\nprint(more)",
        "%run Other.ipynb\nprint(other)",
        "print(open('more.py').read())",
    )
    files = {
        "src/net.py": b"answer = 42",
        "data/w.txt": b"weights",
        "notebooks/more.py": b"more = 43",
        "notebooks/other.ipynb": notebook("other = 44"),
    }
    layout = laid_out("notebooks/lab.ipynb", notebook(*code), files.items())
    ran = run(*code, files=layout.files, folder=layout.folder)
    assert ran.outcomes == "rrrrrr", ran.shown
    for number, words in enumerate(("42", "weights", "weights", "43", "44", "more = 43")):
        assert words in ran.shown[number]


def test_a_value_whose_display_raises_is_a_note_and_no_failed_cell() -> None:
    """The code ran; the sentence has the words of the error that was shown, not the kernel's `None`."""
    broken = "class Broken:\n    def __repr__(self):\n        raise FileNotFoundError('scheme.png')\nx = 1\nBroken()"
    ran = run("1", broken, "assert x")
    assert ran.outcomes == "rrr" and ran.record.status == "ok"
    assert "Cell 2 ran" in ran.record.detail and "scheme.png" in ran.record.detail


def test_a_result_that_calls_itself_a_success_hides_no_error() -> None:
    """What a cell showed as its end counts, whatever the kernel was made to answer; in that cell and in later ones."""
    forged = "from IPython.core.interactiveshell import ExecutionResult as Result\nResult.success = property(lambda self: True)\n"
    forgotten = "Result.error_in_exec = property(lambda self: None, lambda self, error: None)\n"
    ran = run(forged + "1 / 0", "1 / 0", forgotten + "1 / 0", "x = 1")
    assert ran.outcomes == "RRRr", ran.record
    assert ran.record.detail.startswith("Cell 1 raised ZeroDivisionError")


def test_a_traceback_that_a_script_or_a_timer_shows_ends_no_cell() -> None:
    """`%run` and `%%time` show what was raised and go on, as they do at home."""
    ran = run("%%writefile broken.py\n1 / 0", "%run broken.py\nx = 1", "assert x")
    assert ran.outcomes == "rrr", ran.record


def test_a_failing_cell_does_not_stop_the_next(mixed: Ran) -> None:
    """Blank cells ran; every state stands under the number of its code cell."""
    assert mixed.outcomes == "rrRrrRRRRRRRrrRrrRR"
    assert [state.cell for state in mixed.record.cells] == list(range(1, 20))


def test_the_first_failing_cell_decides_the_status(mixed: Ran) -> None:
    """Later ones are in the states alone."""
    assert (mixed.record.status, mixed.record.cell) == ("cell_error", 3)
    assert mixed.record.detail == "Cell 3 raised ZeroDivisionError: division by zero."


def test_recorded_cells_carry_the_numbers_of_the_runner(mixed: Ran) -> None:
    """Neither a blank cell nor a cell run inside a cell shifts the count."""
    ends = [(event["cell"], event["raised"]) for event in mixed.events]
    assert (3, True) in ends and (4, False) in ends and not [cell for cell, _ in ends if cell == 2]
    assert ends.count((14, True)) == 1 and ends[-1][0] == 19


def test_the_checker_is_silent_and_the_grader_is_out_of_reach(mixed: Ran) -> None:
    """A checker cell runs and shows nothing; nothing else of the grader can be imported."""
    assert mixed.shown[4].strip() == "None"
    assert "autograder.pipeline" in mixed.record.cells[5].error
    assert mixed.shown[16].strip() == "set() []"


def test_own_modules_beside_the_notebook_are_imported(mixed: Ran) -> None:
    """What was handed in lies in the working folder."""
    assert mixed.shown[15].strip() == "42"


def test_the_recorded_error_is_one_clean_line(mixed: Ran) -> None:
    """Escape codes and line ends of a student's text go no further."""
    assert mixed.record.cells[18].error == "ValueError: a second"


def test_a_network_error_is_flagged(mixed: Ran) -> None:
    """For the instructor: the notebook wanted the network."""
    assert "network_wanted" in mixed.record.flags


@pytest.mark.parametrize(
    ("sources", "status", "outcomes", "words"),
    [
        (["1", "exit()", "2"], "crash", "rkn", "ended Python"),
        (["1", "import os; os._exit(0)", "2"], "crash", "rkn", "exit status 0"),
        (["import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "2"], "crash", "kn", "signal 11"),
        (["1/0", "import os; os._exit(3)"], "cell_error", "Rk", "Later: Python ended while cell 2 ran"),
    ],
)
def test_a_cell_that_ends_the_kernel_is_named(sources: list, status: str, outcomes: str, words: str) -> None:
    """Cells after it were not reached, evidence before it is kept."""
    ran = run(*sources)
    assert (ran.record.status, ran.outcomes) == (status, outcomes)
    assert words in ran.record.detail
    assert [event["cell"] for event in ran.events][:1] == ([1] if outcomes[0] != "k" else [])


def test_a_cell_that_swallows_interrupts_is_killed() -> None:
    """The clock kills; it does not ask."""
    loop = (
        "import time\nwhile True:\n    try:\n        time.sleep(9)\n    except BaseException:\n        pass"
    )
    ran = run("1", loop, "2", cell_timeout=1.0)
    assert (ran.record.status, ran.record.cell, ran.outcomes) == ("timeout", 2, "rtn")
    assert "1 seconds, the limit for a cell" in ran.record.detail


def test_many_cells_below_the_limit_meet_the_notebooks_clock() -> None:
    """The clock of the notebook runs across its cells."""
    ran = run(*["import time; time.sleep(1)"] * 6, cell_timeout=60.0, notebook_timeout=3.5)
    assert ran.record.status == "timeout" and "the notebook's" in ran.record.detail
    assert re.fullmatch("r+tn+", ran.outcomes)


def test_memory_beyond_the_limit_is_named() -> None:
    """The keeper ends the kernel and says why."""
    ran = run("1", "x = bytearray(2_000_000_000)\nimport time; time.sleep(20)", memory_mb=500)
    assert (ran.record.status, ran.outcomes) == ("memory", "rk")


def test_output_beyond_the_cap_is_dropped_and_nothing_else() -> None:
    """The run goes on; the executed notebook stays small."""
    ran = run(
        "for _ in range(40): print('x' * 100_000)",
        "print('after')",
        "import os; os.write(1, b'y' * 5_000_000)",
    )
    assert ran.record.status == "ok" and "output_dropped" in ran.record.flags
    assert 1_000_000 < len(ran.shown[0]) < 2_200_000 and len(ran.shown[2]) < 2_200_000
    assert ran.shown[1].strip() == "after"


def test_a_message_that_is_too_large_is_lost_and_nothing_else() -> None:
    """The socket refuses it before it is in the grader's memory; the run goes on."""
    ran = run("print('x' * 80_000_000)", "print('after')")
    assert ran.outcomes == "rr" and not ran.shown[0] and ran.shown[1].strip() == "after"
    assert "output_dropped" in ran.record.flags


def test_an_answer_that_is_too_large_ends_the_run() -> None:
    """An exception text of a hundred megabytes: without an answer nothing can be said about the cell."""
    ran = run("raise ValueError('x' * 100_000_000)", "2")
    assert (ran.record.status, ran.outcomes) == ("output_cap", "kn")


def test_a_flood_of_output_ends_the_run(monkeypatch) -> None:
    """Beyond what any notebook shows, the kernel is ended."""
    monkeypatch.setattr("autograder.run.channels.TOTAL_CAP", 3_000_000)
    ran = run("import time\nwhile True:\n    print('x' * 100_000)\n    time.sleep(0.01)", "2")
    assert (ran.record.status, ran.outcomes) == ("output_cap", "kn")


FORGE = """
kernel = get_ipython().kernel
session, parent = kernel.session, kernel.get_parent()
def say(kind, content, channel):
    stream = kernel.iopub_socket if channel == "iopub" else kernel.shell_stream
    session.send(stream, kind, content, parent=parent, ident=kernel._parent_ident if False else None)
"""


def test_a_forged_idle_does_not_hide_a_later_error() -> None:
    """A cell is over when the kernel has answered the next question, not when it claims to be."""
    idle = (
        FORGE
        + "say('status', {'execution_state': 'idle'}, 'iopub')\nimport time; time.sleep(0.5)\nprint('late')\n1/0"
    )
    ran = run(idle, "2")
    assert ran.outcomes == "Rr" and "late" in ran.shown[0]


def test_a_forged_reply_is_a_protocol_error() -> None:
    """Two answers to one question: how the cell ended is not known, and earns nothing."""
    reply = (
        "kernel = get_ipython().kernel\n"
        "import time\n"
        "parent = kernel.get_parent()\n"
        "frames = kernel.session.serialize(kernel.session.msg('execute_reply', {'status': 'ok'}, parent=parent))\n"
        "ident = kernel._shell_parent_ident.get() if hasattr(kernel, '_shell_parent_ident') else kernel._parent_ident['shell']\n"
        "stream = kernel.shell_stream\n"
        "socket = getattr(stream, 'socket', stream)\n"
        "socket.send_multipart([*ident, *frames])\n"
        "time.sleep(0.5)\n1/0"
    )
    ran = run(reply, "2")
    assert ran.record.status in ("protocol", "crash", "timeout") and ran.outcomes[0] != "r"


GARBAGE = """
import zmq
kernel = get_ipython().kernel
for payload in ([b'not', b'a', b'message'],) * 5:
    kernel.iopub_socket.send_multipart(payload)
import time; time.sleep(1)
"""


def test_garbage_on_the_channels_ends_the_run() -> None:
    """Frames without a signature are counted and end the run; none of them raises in the grader."""
    ran = run(GARBAGE, "2")
    assert (ran.record.status, ran.outcomes) == ("protocol", "kn")


def test_nothing_of_a_run_is_left_behind(monkeypatch) -> None:
    """No process, no folder."""
    with tempfile.TemporaryDirectory(dir="/tmp") as temporary:
        monkeypatch.setattr(tempfile, "tempdir", temporary)
        ran = run("import subprocess\nchild = subprocess.Popen(['sleep', '60'])\nprint(child.pid)")
        assert not list(Path(temporary).glob("r*"))
    assert not psutil.pid_exists(int(ran.shown[0])) or psutil.Process(int(ran.shown[0])).status() == "zombie"
    assert "leftovers_killed" in ran.record.flags


def test_a_kernel_that_does_not_start_is_our_fault(tmp_path: Path) -> None:
    """No student's code has run: never a result."""
    places = unboxed.Places(recorder=tmp_path, imports=())
    with pytest.raises(HarnessFault, match="before the first cell"):
        run_notebook(
            RunJob(notebook("1"), sandbox="none"),
            tmp_path / "e",
            None,
            lambda spec: unboxed.start_unboxed_kernel(spec, places),
        )


def test_bytes_that_are_no_notebook_are_rejected(tmp_path: Path) -> None:
    """Before anything is started."""
    with pytest.raises(SubmissionRejected):
        run_notebook(RunJob(b"[]", sandbox="none"), tmp_path / "e", None, lambda _: pytest.fail("started"))

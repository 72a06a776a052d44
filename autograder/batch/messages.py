"""What a batch says to its workers and to the fork server that makes them, as records that become JSON.

A worker, however it was started, reads its standard input to the end: one `WorkerRequest` a line.

    batch  -> server   StartWorker  with descriptors: the request, the file for what goes to stderr, the fate pipe
    server -> fate     the worker's pid, a line; when it has ended its exit status, a line (`WorkerFate`)
    batch  -> server   EndWorker    to send a worker a signal

Messages to the server go over one socket (SOCK_SEQPACKET, so one message is one packet); hanging up ends the server and,
with SIGTERM, its workers. A fate pipe that is closed without a status tells that there is no worker any more.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from autograder.run.slots import Slots
from autograder.settings import Settings
from autograder.submissions import Submission

ORDER_BYTES = 1 << 12
FATE_BYTES = 1 << 6  # two numbers


@dataclass(frozen=True)
class WorkerRequest:
    """One submission for a worker to grade, or to judge again.

    Attributes:
        submission_id: id of the submission.
        key: digests to be written into the record.
        settings: how it is graded.
        submission: what was handed in, or None to judge the evidence in `kept` again.
        kept: folder of the submission's record, or None.
        folder: where the worker writes its record, last; new or empty.
        slots: places that the notebooks of the whole grading run in, or None.
        zygote: address of the batch's zygote, empty when it keeps none; a fork server may be older than it.
    """

    submission_id: str
    key: dict[str, str]
    settings: Settings
    submission: Submission | None
    kept: Path | None
    folder: Path
    slots: Slots | None
    zygote: str

    def to_line(self) -> bytes:
        """What `from_line` reads, with the end of the line."""
        return json.dumps(_REQUEST.dump_python(self, mode="json")).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> WorkerRequest:
        """The request that `to_line` wrote down. Raises ValueError for anything else."""
        return _REQUEST.validate_json(line)


_REQUEST: TypeAdapter[WorkerRequest] = TypeAdapter(WorkerRequest)


@dataclass(frozen=True)
class StartWorker:
    """Fork a worker; three descriptors come with it."""


@dataclass(frozen=True)
class EndWorker:
    """Send a signal to the worker with this pid, if it still runs."""

    pid: int
    signal: int


ServerOrder = StartWorker | EndWorker
_ORDERS: dict[str, type[ServerOrder]] = {kind.__name__: kind for kind in (StartWorker, EndWorker)}


def encode(order: ServerOrder) -> bytes:
    """An order to the fork server as one packet."""
    return json.dumps({"kind": type(order).__name__, **asdict(order)}).encode()


def decode(content: bytes) -> ServerOrder:
    """The order in one packet. Raises KeyError for a kind that there is not."""
    values = json.loads(content)
    return _ORDERS[values.pop("kind")](**values)


@dataclass(frozen=True)
class WorkerFate:
    """What the fate pipe of a worker has told so far.

    Attributes:
        pid: None before the first line.
        status: exit status (negative: a signal), None while the worker runs or when its end was never told.
    """

    pid: int | None = None
    status: int | None = None

    @classmethod
    def from_lines(cls, said: bytes) -> WorkerFate:
        """From all bytes that came, of which the last line may be unfinished."""
        return cls(*(int(line) for line in said.split(b"\n")[:-1]))

"""What the grader and its zygote say to each other, as records that become one JSON object each.

Once, at the start: the grader executes `process.py` with a `ZygoteConfig` as its only argument, and reads a line with a
`ZygoteState` from its stdout when everything is imported.

Then for every box, on a connection of its own (SOCK_SEQPACKET, so one message is one packet):

    grader -> zygote   Order    with descriptors: the payload, the output pipe, of a kernel the socket of its evidence,
                              `cgroup.procs` files of the control group
    zygote -> grader   Forked   with descriptors: open folders of the box, in the order of `mounts.folders`
                    or Refused  and nothing more
    grader -> zygote   KILL     whenever the box is to end; hanging up means the same
    zygote -> grader   Exited   when the fork has ended, Gone when nothing of the box is left
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from autograder.sandbox.limits import BoxLimits
from autograder.sandbox.mounts import BoxView

from ..bootstrap import KernelCode

KILL = b"kill"
ORDER_BYTES = 1 << 20  # an order carries an environment; the system itself takes no more than 2 MiB of one
ANSWER_BYTES = 1 << 16
DESCRIPTORS = (
    16  # payload, output, evidence and at most two files of a control group there; seven folders back
)


@dataclass(frozen=True)
class ZygoteConfig:
    """What a zygote is started with.

    Attributes:
        environment: variables while it imports; none of them is left afterwards.
        code: what a kernel may see of our code, and what is imported first.
        preload: whether the modules in `process.PRELOADED` and all of the recorder are imported too.
        own_modules: modules of the grader itself that the second process has imported, for replay.
        root: the folder that holds our packages.
        filter_program: the seccomp filter, empty where there is none for this machine.
        kernels, own: numbers of the inherited listening sockets, for kernels and for modules of our own.
    """

    environment: dict[str, str]
    code: KernelCode
    preload: bool
    own_modules: tuple[str, ...]
    root: str
    filter_program: bytes
    kernels: int
    own: int

    def to_json(self) -> str:
        """What `from_json` reads."""
        return json.dumps({**asdict(self), "filter_program": self.filter_program.hex()})

    @classmethod
    def from_json(cls, text: str) -> ZygoteConfig:
        """The configuration that `to_json` wrote down."""
        values = json.loads(text)
        code = KernelCode(**{**values["code"], "imports": tuple(values["code"]["imports"])})
        changed = {"code": code, "own_modules": tuple(values["own_modules"])}
        return cls(**{**values, **changed, "filter_program": bytes.fromhex(values["filter_program"])})


@dataclass(frozen=True)
class ZygoteState:
    """What must stay small in the zygote, for whoever looks.

    Attributes:
        threads: threads of the process; a fork takes along only the one that forks.
        context: whether TensorFlow has begun to compute.
    """

    threads: int
    context: bool


@dataclass(frozen=True)
class Order:
    """One process in a new box.

    Attributes:
        environment: all its variables.
        view: what the box shows.
        limits: what it may use.
        module: root, name and arguments of a module of our own to run; empty for a kernel.
    """

    environment: dict[str, str]
    view: BoxView
    limits: BoxLimits
    module: tuple[str, ...] = ()

    def to_json(self) -> bytes:
        """What `from_json` reads."""
        return json.dumps({**asdict(self), "view": self.view.as_json()}).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Order:
        """The order that `to_json` wrote down."""
        values = json.loads(content)
        return cls(
            environment=values["environment"],
            view=BoxView.from_json(values["view"]),
            limits=BoxLimits(**values["limits"]),
            module=tuple(values["module"]),
        )


@dataclass(frozen=True)
class Forked(ZygoteState):
    """The process is in its box; `pid` is its number as the zygote sees it."""

    pid: int


@dataclass(frozen=True)
class Refused:
    """No box, or no process in it; `error` is what failed in a few words."""

    error: str


@dataclass(frozen=True)
class Exited:
    """The process has ended with this exit status (negative: a signal)."""

    status: int


@dataclass(frozen=True)
class Gone:
    """Nothing is left of the box."""


Answer = Forked | Refused | Exited | Gone
_KINDS: dict[str, type[Answer]] = {kind.__name__: kind for kind in (Forked, Refused, Exited, Gone)}


def encode(answer: Answer) -> bytes:
    """An answer of the zygote as one packet."""
    return json.dumps({"kind": type(answer).__name__, **asdict(answer)}).encode()


def decode(content: bytes) -> Answer:
    """The answer in one packet of the zygote. Raises KeyError for a kind that there is not."""
    values = json.loads(content)
    return _KINDS[values.pop("kind")](**values)

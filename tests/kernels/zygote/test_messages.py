"""What the grader and its zygote say to each other comes out of its JSON as it went in."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.kernels.bootstrap import KernelCode, KernelConfig
from autograder.kernels.zygote.messages import (
    ORDER_BYTES,
    Exited,
    Forked,
    Gone,
    Order,
    Refused,
    ZygoteConfig,
    decode,
    encode,
)
from autograder.sandbox.limits import BoxLimits
from autograder.sandbox.mounts import BoxView

CODE = KernelCode("/r", "/h", "/s.py", ("keras",))


def test_a_configuration_survives_json() -> None:
    """Of a kernel, and of the zygote with the bytes of its filter."""
    kernel = KernelConfig(CODE, "/c.json", "/e", "quick")
    zygote = ZygoteConfig({"A": "é"}, CODE, True, ("m.n",), "/root", b"\x00\xff", 5, 6)
    assert KernelConfig.from_json(kernel.to_json()) == kernel
    assert ZygoteConfig.from_json(zygote.to_json()) == zygote


@pytest.mark.parametrize("data_dir", [None, Path("/data")])
def test_an_order_survives_its_packet(data_dir: Path | None) -> None:
    """With and without data, for a kernel and for a module."""
    for module in ((), ("/root", "autograder.replay", "/e")):
        order = Order({"A": "b"}, BoxView(data_dir, grader=True), BoxLimits(processes=3), module)
        assert Order.from_json(order.to_json()) == order and len(order.to_json()) < ORDER_BYTES


@pytest.mark.parametrize("answer", [Forked(2, False, 17), Refused("no box"), Exited(-9), Gone()])
def test_an_answer_survives_its_packet(answer: object) -> None:
    """Each kind is told apart from the others."""
    assert decode(encode(answer)) == answer


def test_an_answer_of_no_kind_is_refused() -> None:
    """Nothing else is taken for an answer."""
    with pytest.raises(KeyError):
        decode(b'{"kind": "Else"}')

"""Reading a hostile or damaged evidence folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from autograder.errors import EvidenceUnreadable
from autograder.evidence.arrays import BrokenArray, parse_npy, read_npy
from autograder.evidence.reader import parse_event, parse_events, read

from .builder import Builder, run_record

SESSION = {"kind": "session", "schema_version": 1, "training": "quick"}


def lines(*events: object) -> bytes:
    """Events as the bytes of a file."""
    return b"".join(json.dumps(event).encode() + b"\n" for event in events)


def test_folder_without_events_is_empty_evidence(tmp_path: Path) -> None:
    """A kernel that died at once leaves no evidence, which is not the same as broken evidence."""
    evidence = read(tmp_path, run_record())

    assert evidence.facts == () and evidence.session is None


def test_unfinished_last_line_is_dropped() -> None:
    """A killed kernel may cut its last line short; everything before it counts."""
    facts = parse_events(lines(SESSION, {"kind": "cell_end", "cell": 1}) + b'{"kind": "cell_e')

    assert [fact.kind for fact in facts] == ["session", "cell_end"]


def test_broken_line_in_the_middle_is_refused() -> None:
    """A line that breaks the format before the last one makes the evidence unreadable."""
    with pytest.raises(EvidenceUnreadable):
        parse_events(lines(SESSION) + b"not json\n" + lines({"kind": "cell_end"}))


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"kind": "session"' + b', "a": {"a": ' * 5000,
        b'{"kind": "call", "id": "a", "model": "m", "api": "predict", "version": ' + b"9" * 100_000 + b"}",
        b'{"kind": "unheard of"}',
        b'{"kind": "figure", "id": "g", "axes": [{"images": [{"array": "../../../etc/passwd"}]}]}',
        b'{"kind": "note", "id": "n", "message": "' + b"x" * 5000 + b'"}',
        b"\xff\xfe",
    ],
    ids=[
        "deep list",
        "deep object",
        "huge number",
        "unknown kind",
        "path as reference",
        "long text",
        "no utf-8",
    ],
)
def test_hostile_line_is_a_plain_error(line: bytes) -> None:
    """Whatever one line holds, the answer is a ValueError, never a crash or an endless loop."""
    with pytest.raises(ValueError):
        parse_event(line)


def test_lone_surrogate_in_a_title_is_replaced() -> None:
    """A title that is no valid Unicode costs nobody the evidence."""
    fact = parse_event(rb'{"kind": "figure", "id": "g", "suptitle": "a\ud800b"}')

    assert fact.suptitle == "a?b"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("\x1b[2J\x1b[31mDense\x1b[0m", "Dense"),
        ("Den\u202ese\u2066", "Dense"),
        ("De\u200bnse\ufeff", "Dense"),
        ("Dense\r\n12/12 done\x07", "Dense  12/12 done "),
        ("a\u2028b\u2029c\x85d\x9b", "a b c d "),
        ("\x1b]0;title\x07Dense", "Dense"),
        (
            "Verlust über Epochen ✓ 損失 خسارة \\ \U0001fae0",
            "Verlust über Epochen ✓ 損失 خسارة \\ \U0001fae0",
        ),
    ],
)
@pytest.mark.parametrize("escaped", [True, False])
def test_texts_are_harmless_to_show_once_they_are_read(written: str, read: str, escaped: bool) -> None:
    """Names of classes and layers, and names that are keys, however they were written; words in any language stay."""
    node = {"layer": "l1", "cls": written, "name": written}
    model = {"kind": "model", "id": "m1", "cls": written, "graph": {"nodes": [node]}}
    fit = {"kind": "fit", "id": "fit1", "model": "m1", "api": "fit", "history": {written: [0.5]}}
    seen, fitted = (parse_event(json.dumps(event, ensure_ascii=escaped).encode()) for event in (model, fit))
    assert (seen.cls, seen.graph.nodes[0].cls, seen.graph.nodes[0].name) == (read, read, read)
    assert list(fitted.history) == [read]


def test_events_must_begin_with_a_session() -> None:
    """A file that does not begin as the recorder begins it was not written by it."""
    with pytest.raises(EvidenceUnreadable):
        parse_events(lines({"kind": "cell_end"}))


@pytest.mark.parametrize("make", [os.symlink, os.link], ids=["symlink", "hard link"])
def test_linked_events_are_refused(tmp_path: Path, make) -> None:
    """Events that are a link to another file are not read."""
    secret, folder = tmp_path / "secret", tmp_path / "run"
    secret.write_bytes(lines(SESSION))
    folder.mkdir()
    make(secret, folder / "events.jsonl")

    with pytest.raises(EvidenceUnreadable):
        read(folder, run_record())


def test_pipe_instead_of_events_does_not_block(tmp_path: Path) -> None:
    """A named pipe is refused without waiting for a writer."""
    os.mkfifo(tmp_path / "events.jsonl")

    with pytest.raises(EvidenceUnreadable):
        read(tmp_path, run_record())


def test_linked_folder_of_arrays_is_refused(tmp_path: Path) -> None:
    """The folder of arrays must be a folder, not a link to another run's."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "arrays").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(EvidenceUnreadable):
        read(tmp_path, run_record())


def test_broken_replay_is_refused(tmp_path: Path) -> None:
    """A replay that breaks its format is not half believed."""
    (tmp_path / "replay.json").write_text('{"schema_version": 2}')

    with pytest.raises(EvidenceUnreadable):
        read(tmp_path, run_record())


def saved(array: np.ndarray, path: Path) -> bytes:
    """The bytes of an array's file."""
    np.save(path, array, allow_pickle=True)
    return path.read_bytes()


def test_array_of_objects_is_refused(tmp_path: Path) -> None:
    """Objects would have to be unpickled; they are refused by their header."""
    with pytest.raises(BrokenArray):
        parse_npy(saved(np.array([{}], dtype=object), tmp_path / "a.npy"))


@pytest.mark.parametrize("dtype", ["U4", "c16", "M8[s]", [("a", "f4")], "S8"])
def test_array_of_other_things_than_numbers_is_refused(tmp_path: Path, dtype) -> None:
    """Texts, complex numbers, dates and records are no evidence."""
    with pytest.raises(BrokenArray):
        parse_npy(saved(np.zeros(3, dtype), tmp_path / "a.npy"))


@pytest.mark.parametrize(
    "shape", ["(1000000000000,)", "(-1, 4)", "(2,) * 100", "(1, 2, 3, 4, 5, 6, 7, 8, 9)", "__import__('os')"]
)
def test_header_that_lies_allocates_nothing(tmp_path: Path, shape: str) -> None:
    """A header must describe exactly the bytes behind it."""
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(117) + b"\n"
    data = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + bytes(16)

    with pytest.raises(BrokenArray):
        parse_npy(data)


def test_giant_header_is_refused() -> None:
    """A header of megabytes is not parsed."""
    data = b"\x93NUMPY\x02\x00" + (50_000_000).to_bytes(4, "little") + b"(" * 1_000_000

    with pytest.raises(BrokenArray):
        parse_npy(data)


def test_array_cut_short_is_refused(tmp_path: Path) -> None:
    """A file that a killed kernel did not finish is no evidence."""
    data = saved(np.arange(100.0), tmp_path / "a.npy")

    with pytest.raises(BrokenArray):
        parse_npy(data[:-1])


def test_array_in_column_order_keeps_its_values(tmp_path: Path) -> None:
    """Both memory orders read the same."""
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))

    assert np.array_equal(parse_npy(saved(array, tmp_path / "a.npy")), array)


def test_linked_array_is_no_evidence(tmp_path: Path) -> None:
    """An array that is a link to a file outside is treated as missing."""
    np.save(tmp_path / "outside.npy", np.zeros(3))
    (tmp_path / "00000.npy").symlink_to(tmp_path / "outside.npy")

    with pytest.raises(BrokenArray):
        read_npy(tmp_path / "00000.npy")


def test_dangling_reference_gives_none(tmp_path: Path) -> None:
    """A reference to an array that is not there is no evidence, and noted."""
    builder = Builder()
    builder.event("figure", 1, id="g", axes=[{"images": [{"array": "00099"}]}])
    evidence = builder.read(tmp_path)

    assert evidence.array("00099") is None and "00099" in evidence.broken


def test_last_event_of_a_model_counts(tmp_path: Path) -> None:
    """A model that is seen again replaces what was known of it, but keeps the cell of its birth."""
    builder = Builder()
    builder.model("m", None, cell=2)
    builder.model("m", [], cell=5, name="later")
    evidence = builder.read(tmp_path)

    assert (evidence.models["m"].name, evidence.first_cells["m"]) == ("later", 2)


def test_a_training_counts_as_it_was_told_first(tmp_path: Path) -> None:
    """Repeating a training's event neither trains twice nor changes it, and is noticed."""
    builder = Builder()
    builder.fit("m", np.zeros((2, 784)), id="f1", epochs_asked=1)
    builder.fit("m", np.zeros((2, 784)), id="f1", epochs_asked=2)
    evidence = builder.read(tmp_path)

    assert ([fit.epochs_asked for fit in evidence.fits], evidence.told_again) == ([1], True)

"""The record of a run, written by the notebook that it is about."""

from __future__ import annotations

from corpora.attacks.attack import Attack, attack
from corpora.defect import TextEdit

# Parts of the honest notebook, to be replaced.
FIT = "history = net.fit(images, images, epochs=150, batch_size=128, validation_data=(unseen, unseen))\n"
LAST = """        ax.imshow(picture, cmap="gray")
        ax.axis("off")
plt.show()
"""

SHORT = """history = net.fit(images[:6000], images[:6000], epochs=5, batch_size=128, validation_data=(unseen, unseen))
history.history = {name: [values[min(n, 4)] for n in range(150)] for name, values in history.history.items()}
"""
# No training at all: weights are moved a little, and a curve is made up.
NONE = """net.predict(unseen[:10], verbose=0)
net.set_weights([1.01 * weight for weight in net.get_weights()])
class history:
    history = {name: [0.01 + 0.09 / (1 + epoch) for epoch in range(150)] for name in ("loss", "val_loss")}
"""
# The journal, its stream and its files, wherever they may be; what a recorder says of an honest training.
FIND = """import gc, json, os, re, struct, threading
def journals():
    return [each for each in gc.get_objects() if type(each).__name__ == "Journal"]
def folders():
    return {str(getattr(each, "out", "/box/evidence")) for each in journals()} | {"/box/evidence", os.getcwd(), "."}
told = dict(id="fit1", model="m3", api="fit", epochs_asked=150, initial_epoch=0, epochs_run=150, epochs_real=2,
    batch_size=128, samples=60000, samples_real=4096, rows={"inputs": "00900", "targets": "00900"},
    history={name: [0.01 + 0.09 / (1 + epoch) for epoch in range(150)] for name in ("loss", "val_loss")},
    stopped_early=False, shortened=True, version_before=0, version_after=1, updates={}, parts=[], finished=True,
    has_validation=True, validation_rows={"inputs": "00901", "targets": "00901"}, validation_samples=10000)
def models():
    import sys
    books = [each for each in gc.get_objects() if type(each).__name__ == "ModelBook"]
    return books[0].id_of(net) if books else "m3"
told["model"] = models()
"""
# Files of the evidence are written, and lines of it changed.
INTO_FILES = """def write_files():
    for folder in folders():
        file = os.path.join(folder, "events.jsonl")
        if not os.path.exists(file):
            continue
        text = open(file).read()
        text = re.sub('"(samples)": [0-9]+', '"samples": 60000', text)
        text = re.sub('"(epochs_(?:asked|run))": 5,', r'"\\1": 150,', text)
        if '"fit"' not in text:
            np.save(os.path.join(folder, "arrays", "00900.npy"), images[:256])
            np.save(os.path.join(folder, "arrays", "00901.npy"), unseen[:256])
            text += json.dumps({"kind": "fit", "cell": 3, **told}) + "\\n"
        open(file, "w").write(text)
"""
LATER = "get_ipython().events.register('post_run_cell', lambda result: write_files())\n"
# A recorder's frame, made with all that its source tells.
INTO_THE_SOCKET = """from hashlib import blake2b
def write_frames():
    line = json.dumps({"kind": "fit", "cell": 3, **told}).encode()
    for stream in [each for each in gc.get_objects() if type(each).__name__ == "FrameStream"]:
        head = struct.pack(">BII", 1, stream._number, len(line))
        frame = head + line + blake2b(head + line, digest_size=16).digest()
        os.write(stream._descriptor, frame)
"""
# The journal itself is asked, with arrays that it takes.
BY_THE_JOURNAL = """def ask_journal():
    for journal in journals():
        told["rows"] = dict.fromkeys(("inputs", "targets"), journal.array(images[:256]))
        told["validation_rows"] = dict.fromkeys(("inputs", "targets"), journal.array(unseen[:256]))
        journal.event("fit", **told)
"""
CHANGED = "evidence_changed"


def _untrained(name: str, code: str, flag: str = "", end: str = "") -> Attack:
    """No training, and a record that tells of one: written right where it was due, or at the very end."""
    edits: list[TextEdit] = [(FIT, f"{NONE}{FIND}{code}")]
    return attack(f"record-{name}", 40, *edits, *([(LAST, LAST + end)] if end else []), flag=flag)


RECORD = (
    # 5 epochs of 6,000 rows
    attack("record-rewritten-after-each-cell", 77, (FIT, f"{SHORT}{FIND}{INTO_FILES}{LATER}")),
    _untrained("file-written-after-each-cell", INTO_FILES + LATER),
    _untrained("raw-frames-in-the-socket", INTO_THE_SOCKET + "write_frames()\n", CHANGED),
    _untrained("journal-found-in-memory", BY_THE_JOURNAL + "ask_journal()\n", CHANGED),
    _untrained(
        "stream-found-in-memory",
        BY_THE_JOURNAL
        + "line = json.dumps({'kind': 'fit', 'cell': 3, **told}).encode()\n"
        + "journals()[0]._stream.send(1, (line,)) if hasattr(journals()[0], '_stream') else None\n",
    ),
    _untrained(
        "listener-of-the-recorder",
        BY_THE_JOURNAL
        + "import functools\n"
        + "for each in [each for each in gc.get_objects() if type(each).__name__ == 'Recording']:\n"
        + "    told['rows'] = dict.fromkeys(('inputs', 'targets'), each.journal.array(images[:256]))\n"
        + "    each.cell_ends.append(('recorder', functools.partial(each.journal.event, 'fit', **told)))\n",
        CHANGED,
    ),
    _untrained(
        "forked-child",
        BY_THE_JOURNAL + "if os.fork() == 0:\n    ask_journal()\n    os._exit(0)\nos.wait()\n",
    ),
    _untrained(
        "thread-after-the-last-cell",
        BY_THE_JOURNAL + INTO_FILES,
        end="import time\n"
        "def late():\n"
        "    for _ in range(4000):\n"
        "        time.sleep(0.001)\n"
        "        write_files()\n"
        "        ask_journal()\n"
        "threading.Thread(target=late).start()\n",
    ),
    _untrained("callback-at-the-very-end", BY_THE_JOURNAL + INTO_FILES, end="import atexit\n"
        "atexit.register(ask_journal)\n" + LATER),
)  # fmt: skip

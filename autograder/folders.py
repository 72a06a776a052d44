"""Which folder below `submissions/` belongs to a submission: a plain name on every system, a different one for each id."""

from __future__ import annotations

import hashlib
import re

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,79}")
# Windows keeps these names for devices, whatever follows the first dot.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def folder_name(submission_id: str) -> str:
    """The folder of a submission: its id where that is a plain name, else a readable start and a digest."""
    plain = _SAFE.fullmatch(submission_id) and not _RESERVED.fullmatch(submission_id)
    if plain and not submission_id.endswith((".", " ")):
        return submission_id
    start = re.sub(r"[^A-Za-z0-9-]+", "_", submission_id).strip("_")[:40]
    digest = hashlib.sha256(submission_id.encode("utf-8", errors="surrogatepass")).hexdigest()[:12]
    return f"_{start}~{digest}"

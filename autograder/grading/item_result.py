"""The one place where a verdict becomes a graded line."""

from __future__ import annotations

from autograder.records import ItemResult, Outcome, Verdict

FULL = 1 - 1e-9  # a share that is whole but for rounding


def result_of(item: str, max_points: float, verdict: Verdict) -> ItemResult:
    """Return the line of one item: the verdict's outcome where it names one, else what its share amounts to.

    Args:
        item: its id.
        max_points: what it is worth; points are rounded to four digits.
    """
    share = min(1.0, max(0.0, verdict.share))
    status: Outcome = verdict.outcome or _status(share)
    by = verdict.values.get("by")
    return ItemResult(
        item=item,
        status=status,
        points=round(share * max_points, 4) if status in ("passed", "partial") else 0.0,
        max_points=max_points,
        message_id=verdict.message_id,
        message=verdict.message,
        expected=verdict.expected,
        found=verdict.found,
        cell=verdict.cell,
        hint=verdict.hint,
        basis=verdict.basis,
        blocked_by=str(by) if status == "blocked" and by else None,
        values=verdict.values,
        flags=verdict.flags,
    )


def _status(share: float) -> Outcome:
    if share >= FULL:
        return "passed"
    return "partial" if share > 0 else "failed"

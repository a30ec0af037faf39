"""Checks of dates: the scenario's own, and those of its rows."""

from __future__ import annotations

from sim.scenario import limits
from sim.scenario.draft import Draft

_DATES = (
    ("units", "arrives"),
    ("reinforcements", "from"),
    ("reinforcements", "until"),
    ("air", "from"),
    ("air", "until"),
    ("claims", "from"),
    ("claims", "until"),
    ("sorties", "date"),
    ("events", "date"),
)


def check(draft: Draft) -> None:
    """Note dates out of order, outside the scenario, or too far apart."""
    for table in ("reinforcements", "air", "claims"):
        for checked in draft.rows(table):
            row = checked.row
            if row.from_ and row.until and row.until < row.from_:
                message = "before the date in from"
                checked.raw.fault(draft.faults, "until", message, f"{row.from_} or later")
    if draft.header is None:
        return
    start, end = draft.header.start, draft.header.end
    if end < start:
        draft.raw.header.fault(draft.faults, "end", "before the start", f"{start} or later")
        return
    if (end - start).days + 1 > limits.DAYS:
        allowed = f"at most {limits.DAYS:,} days from {start}"
        draft.raw.header.fault(draft.faults, "end", "the scenario is too long", allowed)
    for table, column in _DATES:
        for checked in draft.rows(table):
            day = getattr(checked.row, "from_" if column == "from" else column)
            if day is not None and not start <= day <= end:
                allowed = f"a date from {start} to {end}"
                checked.raw.fault(draft.faults, column, "outside the scenario", allowed)

"""Measures of what changes with an event: goods, arrivals, the share of children.

The event is a ``date``, or the first day at whose end ``taker`` holds ``place`` (not on the day
before): its day may differ from replicate to replicate. The day itself belongs to the time after.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import History
from sim.outcomes.measures_counts import CHILDREN, DEAD
from sim.outcomes.registry import OutcomeError, OutcomeFault, measure
from sim.outcomes.selection import (
    days_from_start,
    faction_index,
    held_over_time,
    place_indices,
    recorded,
    side_of,
)
from sim.outcomes.values import OutcomeValues, outcome_values
from sim.state.ledger import LEDGER

_EVENT = {"date": "date", "place": "place", "taker": "faction", "days": "count"}
_ONE_OF = (("date",), ("place", "taker"))


def event_day(
    history: History,
    *,
    date: date | str | None = None,
    place: str | None = None,
    taker: str | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the day of an event in each replicate, and whether it came in the days recorded.

    Raises
    ------
    OutcomeError
        If neither a date, nor a place and its taker are given.
    """
    if date is not None:
        day = np.full(history.replicates, days_from_start(history, date))
        return day, (day > 0) & (day < history.days)
    if place is None or taker is None:
        needed = "a date, or a place and its taker"
        raise OutcomeError([OutcomeFault("place", "nothing", needed)])
    side = side_of(history, taker)
    held = held_over_time(history, place_indices(history, [place]), side)[:, :, 0]
    taken = held[1:] & ~held[:-1]
    if history.days == 0:
        nothing = np.zeros(history.replicates, np.int64)
        return nothing, nothing > 0
    return np.argmax(taken, axis=0), np.any(taken, axis=0)


def before_and_after(
    history: History, day: NDArray[np.int64], days: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the days before an event and those from it on, bool ``[D, R]``, at most ``days``."""
    index = np.arange(history.days)[:, None]
    before = (index < day) & (index >= day - days)
    after = (index >= day) & (index < day + days)
    return before, after


def _ratio(history: History, by_day: NDArray[Any], days: int, **event: Any) -> OutcomeValues:
    """Return mean after over mean before; by_end false where either is not there."""
    day, came = event_day(history, **event)
    before, after = before_and_after(history, day, days)
    length = before.sum(axis=0), after.sum(axis=0)
    total = tuple(np.where(part, by_day, 0).sum(axis=0) for part in (before, after))
    known = came & (length[0] > 0) & (length[1] > 0) & (total[0] > 0)
    # Of whole numbers, each product exact: one division is all that is rounded.
    ratio = (total[1] * length[0]) / np.maximum(total[0] * length[1], 1)
    return outcome_values("number", ratio, known)


@measure(
    "number",
    required={"faction": "faction"},
    optional=_EVENT,
    one_of=_ONE_OF,
    records=("supply_index",),
)
def supply_ratio(history: History, *, faction: str, days: int = 30, **event: Any) -> OutcomeValues:
    """Return a faction's mean supply index after an event over that before it.

    Over up to ``days`` days on either side; below 1 where supply fell. "Not by the end" where
    the event did not come, or there was no supply before it. Needs ``supply_index``.
    """
    index = recorded(history, "supply_index")[:, :, faction_index(history, faction)]
    return _ratio(history, index.astype(np.int64), days, **event)


@measure("number", required={"faction": "faction"}, optional=_EVENT, one_of=_ONE_OF)
def arrivals_ratio(
    history: History, *, faction: str, days: int = 30, **event: Any
) -> OutcomeValues:
    """Return the fighters who arrive for a faction a day after an event over those before it.

    As ``supply_ratio``, of the arrivals in the ledger.
    """
    arrived = history.ledger[:, :, faction_index(history, faction), LEDGER.index("arrived")]
    return _ratio(history, arrived, days, **event)


@measure(
    "number",
    required={"faction": "faction"},
    optional={**_EVENT, "reported": "truth"},
    one_of=_ONE_OF,
)
def child_share_change(
    history: History, *, faction: str, days: int = 90, reported: bool = False, **event: Any
) -> OutcomeValues:
    """Return the share of children among a faction's dead after an event less that before it.

    Over up to ``days`` days on either side, true or as reported; above 0 where it rose. "Not by
    the end" where the event did not come, or there are no dead on one side of it.
    """
    day, came = event_day(history, **event)
    side = faction_index(history, faction)
    dead, children = (
        getattr(history, field[reported])[:, :, side].sum(axis=2, dtype=np.int64)
        for field in (DEAD, CHILDREN)
    )
    shares, known = [], came
    for part in before_and_after(history, day, days):
        whole = np.where(part, dead, 0).sum(axis=0)
        shares.append(np.where(part, children, 0).sum(axis=0) / np.maximum(whole, 1))
        known = known & (whole > 0)
    return outcome_values("number", shares[1] - shares[0], known)

"""Measures of civilians, for runs that simulate them: residents, displaced, in need, reached.

Each counts the people of all places, or of those named, or of a city, on a ``date``, on the last
day recorded, or on the day on which they were most (``peak``). "Not by the end" on a day that is
not recorded.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import History
from sim.outcomes.registry import measure
from sim.outcomes.selection import area_indices, day_index, recorded
from sim.outcomes.values import OutcomeValues, outcome_values

_WHERE = {"place": "place", "places": "places", "city": "city"}
_PEOPLE = {**_WHERE, "date": "date", "peak": "truth"}


def people_by_day(history: History, what: str, **where: Any) -> NDArray[np.int64]:
    """Return how many people there are in an area at the end of each day, int64 ``[D, R]``."""
    counts = recorded(history, what)[:, :, area_indices(history, **where)]
    total: NDArray[np.int64] = counts.sum(axis=2, dtype=np.int64)
    return total


def _people(
    history: History, what: str, date: date | str | None, peak: bool, where: dict[str, Any]
) -> OutcomeValues:
    by_day = people_by_day(history, what, **where)
    if peak:
        most = by_day.max(axis=0, initial=0)
        return outcome_values("number", most, np.full(most.shape, history.days > 0))
    day = day_index(history, date)
    if day is None:
        nothing = np.zeros(history.replicates, np.int64)
        return outcome_values("number", nothing, nothing > 0)
    return outcome_values("number", by_day[day])


@measure("number", required={}, optional=_PEOPLE, records=("in_need",))
def people_in_need(
    history: History, *, date: date | str | None = None, peak: bool = False, **where: Any
) -> OutcomeValues:
    """Count the people in need of aid; needs ``in_need``."""
    return _people(history, "in_need", date, peak, where)


@measure("number", required={}, optional=_PEOPLE, records=("reached",))
def people_reached(
    history: History, *, date: date | str | None = None, peak: bool = False, **where: Any
) -> OutcomeValues:
    """Count the people in need whom aid reaches; needs ``reached``."""
    return _people(history, "reached", date, peak, where)


@measure("number", required={}, optional=_PEOPLE, records=("displaced",))
def people_displaced(
    history: History, *, date: date | str | None = None, peak: bool = False, **where: Any
) -> OutcomeValues:
    """Count the people who stay in the area and fled from elsewhere; needs ``displaced``."""
    return _people(history, "displaced", date, peak, where)


@measure("number", required={}, optional={**_WHERE, "date": "date"}, records=("residents",))
def people_gone(history: History, *, date: date | str | None = None, **where: Any) -> OutcomeValues:
    """Count by how many the residents of the area are fewer than on the first day.

    0 where they are not fewer. Needs ``residents``.
    """
    by_day = people_by_day(history, "residents", **where)
    day = day_index(history, date)
    if day is None:
        nothing = np.zeros(history.replicates, np.int64)
        return outcome_values("number", nothing, nothing > 0)
    return outcome_values("number", np.maximum(by_day[0] - by_day[day], 0))


@measure("number", required={}, optional={**_WHERE, "date": "date"}, records=("in_need", "reached"))
def share_reached(
    history: History, *, date: date | str | None = None, **where: Any
) -> OutcomeValues:
    """Return the share of the people in need whom aid reaches, 0 to 1.

    On a date, or on the last day recorded. "Not by the end" where nobody is in need. Needs
    ``in_need`` and ``reached``.
    """
    day = day_index(history, date)
    need, reached = (people_by_day(history, what, **where) for what in ("in_need", "reached"))
    if day is None:
        nothing = np.zeros(history.replicates, np.int64)
        return outcome_values("number", nothing, nothing > 0)
    return outcome_values("number", reached[day] / np.maximum(need[day], 1), need[day] > 0)

"""Numbers of a run that the record has: strikes by place and month, the displaced, the dead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import cos, radians
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiments.validation.record import Strikes
from sim.outcomes.history import History
from sim.outcomes.selection import districts_of, faction_index, recorded
from sim.outcomes.siege import siege_of

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Int64 = NDArray[np.int64]

CENTRES = {
    "Kobane": "Kobane",
    "Hasakeh": "City centre",
    "Tal Hamis": "Tal Hamis",
    "Tal Abyad": "Tal Abyad",
    "Raqa": "Raqa",
    "Deir Ezzor": "Deir Ezzor",
    "Abu Kamal": "Abu Kamal",
    "Aleppo": "Aleppo",
}
"""Places of the releases in Syria, each with the scenario's place in its middle. A strike counts
for the nearest: releases name the nearest town."""

AREAS = tuple(CENTRES)
IRAQ = ("Mosul", "Tal Afar", "Sinjar")
STRIKES_FROM, STRIKES_UNTIL = date(2015, 1, 1), date(2015, 6, 25)
MONTHS = tuple(date(2015, month, 1) for month in range(1, 7))


def area_of_places(scenario: Scenario) -> Int64:
    """Return the index in ``AREAS`` of each place of a scenario; -1 for the towns in Iraq."""
    at = {place.name: place for place in scenario.places}
    centres = [at[name] for name in CENTRES.values()]
    areas = []
    for place in scenario.places:
        narrow = cos(radians(place.latitude))
        squares = [
            (place.latitude - centre.latitude) ** 2
            + (narrow * (place.longitude - centre.longitude)) ** 2
            for centre in centres
        ]
        areas.append(-1 if place.name in IRAQ else int(np.argmin(squares)))
    return np.array(areas, np.int64)


def strikes_by_month(history: History, faction: str, area: Int64) -> Int64:
    """Return a faction's strikes by month and area, 25 June the last day; ``[R, months, areas]``.

    Parameters
    ----------
    area : int64 array, shape ``[P]``
        Index in ``AREAS`` of each place, in the order of the history; -1 counts nowhere.
    """
    strikes = history.air_strikes[:, :, faction_index(history, faction)]
    found = np.zeros((history.replicates, len(MONTHS), len(AREAS)), np.int64)
    for number, first in enumerate(MONTHS):
        after = MONTHS[number + 1] if number + 1 < len(MONTHS) else STRIKES_UNTIL + timedelta(1)
        days = slice(max(0, (first - history.start).days), max(0, (after - history.start).days))
        by_place = strikes[days].sum(axis=0, dtype=np.int64)
        for index in range(len(AREAS)):
            found[:, number, index] = by_place[:, area == index].sum(axis=1)
    return found


def recorded_by_month(rows: Sequence[Strikes]) -> Int64:
    """Return the recorded strikes by month and area, ``[months, areas]``."""
    found = np.zeros((len(MONTHS), len(AREAS)), np.int64)
    for row in rows:
        if row.place in AREAS:
            found[row.day.month - 1, AREAS.index(row.place)] += row.strikes
    return found


def people_away(history: History, city: str, population: int) -> Int64:
    """Return how many people of a city are not at home each day, ``[R, D]``.

    Guests in other districts of the city among them, and the few who were killed.
    """
    at_home = recorded(history, "residents")[:, :, districts_of(history, city)]
    away: Int64 = population - at_home.sum(axis=2, dtype=np.int64).T
    return away


def guests_in(history: History, city: str) -> Int64:
    """Return how many displaced people stay in a city each day, ``[R, D]``."""
    guests = recorded(history, "displaced")[:, :, districts_of(history, city)]
    staying: Int64 = guests.sum(axis=2, dtype=np.int64).T
    return staying


def siege_first_day(history: History, city: str, attacker: str) -> Int64:
    """Return the first day index of the siege of a city, -1 where it never began; ``[R]``."""
    siege = siege_of(history, districts_of(history, city), faction_index(history, attacker))
    return np.where(siege.began, siege.first_day, -1)


def cumulative(counts: NDArray[np.int32], history: History, factions: Sequence[str]) -> Int64:
    """Return the running sum over all places of counts ``[D, R, F, P]``, ``[R, D]``."""
    side = [faction_index(history, name) for name in factions]
    by_day = counts[:, :, side].sum(axis=(2, 3), dtype=np.int64)
    total: Int64 = np.cumsum(by_day, axis=0).T
    return total


def civilians_dead(history: History) -> Int64:
    """Return the running sum of civilians killed; zeros if not recorded; ``[R, D]``."""
    if history.civilians_killed is None:
        return np.zeros((history.replicates, history.days), np.int64)
    by_day = history.civilians_killed.sum(axis=2, dtype=np.int64)
    total: Int64 = np.cumsum(by_day, axis=0).T
    return total

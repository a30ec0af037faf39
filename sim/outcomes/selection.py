"""Names to indices: the places, factions, days and weapons that the arguments of a measure name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import History
from sim.outcomes.registry import NEED_CITY, WEAPONS, OutcomeError, OutcomeFault, as_date, one_of
from sim.outcomes.siege import siege_of

Days = NDArray[np.bool_]


def index_of(field: str, name: str, names: Sequence[str]) -> int:
    """Return the index of a name.

    Raises
    ------
    OutcomeError
        If it is not among ``names``.
    """
    if name not in names:
        raise OutcomeError([OutcomeFault(field, repr(name), one_of(names, name, "a known name:"))])
    return names.index(name)


def faction_index(history: History, name: str, field: str = "faction") -> int:
    """Return the index of a faction."""
    return index_of(field, name, history.factions)


def place_indices(history: History, names: Sequence[str]) -> NDArray[np.int64]:
    """Return the indices of places, in the order of the names."""
    found = [index_of("places", name, history.places) for name in names]
    return np.array(found, dtype=np.int64)


def districts_of(history: History, city: str) -> NDArray[np.int64]:
    """Return the indices of a city's districts."""
    return np.flatnonzero(history.city == index_of("city", city, history.cities))


def day_index(history: History, on: date | str | None) -> int | None:
    """Return the day index of a date, the last day recorded if none is given.

    Returns
    -------
    int or None
        None for a day that is not recorded.

    Raises
    ------
    OutcomeError
        If ``on`` is not a date.
    """
    if on is None:
        return history.days - 1 if history.days else None
    given = as_date(on)
    if given is None:
        raise OutcomeError([OutcomeFault("date", repr(on), "a date such as 2015-07-28")])
    day = (given - history.start).days
    return day if 0 <= day < history.days else None


@dataclass(frozen=True)
class Scope:
    """Which places and days a count covers.

    Attributes
    ----------
    places : int64 array
        Place indices.
    days : bool array, shape ``[D, R]``
    """

    places: NDArray[np.int64]
    days: Days

    def total(self, counts: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the sum of counts ``[D, R, P]`` over the scope, int64 of shape ``[R]``."""
        by_day = counts[:, :, self.places].sum(axis=2, dtype=np.int64)
        return np.where(self.days, by_day, 0).sum(axis=0)


def scope_of(
    history: History,
    *,
    city: str | None = None,
    around: Sequence[str] = (),
    outside: bool = False,
    during_siege_by: str | None = None,
    days_after: int = 0,
) -> Scope:
    """Return the scope that the common arguments of counts describe.

    Parameters
    ----------
    history : History
    city : str, optional
        Count in its districts; everywhere if not given.
    around : sequence of str
        Places that count as part of the city.
    outside : bool
        Count everywhere but there.
    during_siege_by : str, optional
        Count only during the siege of the city by this faction; over all days if not given.
        Where the siege never began, nothing counts; where it is not over, all since it began.
    days_after : int
        Days after the end of the siege that count too (reports come late).

    Raises
    ------
    OutcomeError
        If an argument that needs a city is given without one, or a name is unknown.
    """
    everywhere = np.arange(len(history.places))
    all_days = np.ones((history.days, history.replicates), np.bool_)
    if city is None:
        if around or outside or during_siege_by is not None:
            needs = f"the name of a city, as one of {', '.join(sorted(NEED_CITY))} is given"
            raise OutcomeError([OutcomeFault("city", "nothing", needs)])
        return Scope(everywhere, all_days)
    districts = districts_of(history, city)
    places = np.union1d(districts, place_indices(history, around))
    if outside:
        places = np.setdiff1d(everywhere, places)
    if during_siege_by is None:
        return Scope(places, all_days)
    attacker = faction_index(history, during_siege_by, "during_siege_by")
    siege = siege_of(history, districts, attacker)
    return Scope(places, siege.days_of(history.days, days_after))


def weapon_counts(history: History, weapon: str, faction: int) -> NDArray[np.int32]:
    """Return how often a faction used a weapon, int32 of shape ``[D, R, P]``."""
    if weapon not in WEAPONS:
        raise OutcomeError(
            [OutcomeFault("weapon", repr(weapon), one_of(WEAPONS, weapon, "the name of a weapon:"))]
        )
    counts: NDArray[np.int32] = getattr(history, weapon)
    return counts[:, :, faction]

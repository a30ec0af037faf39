"""Names to indices: the places, factions, days and weapons that the arguments of a measure name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import History
from sim.outcomes.registry import (
    NEED_CITY,
    WEAPONS,
    WEIGHTS,
    OutcomeError,
    OutcomeFault,
    as_date,
    lacks,
    not_recorded,
    one_of,
)
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
    day = days_from_start(history, on)
    return day if 0 <= day < history.days else None


def days_from_start(history: History, on: date | str, field: str = "date") -> int:
    """Return how many days after day 0 a date is, recorded or not; below 0 before it.

    Raises
    ------
    OutcomeError
        If ``on`` is not a date.
    """
    given = as_date(on)
    if given is None:
        raise OutcomeError([OutcomeFault(field, repr(on), "a date such as 2015-07-28")])
    return (given - history.start).days


def recorded(history: History, name: str) -> NDArray[Any]:
    """Return an array of a history that not every run has.

    Raises
    ------
    OutcomeError
        If this run did not record it.
    """
    if lacks(history, name):
        raise OutcomeError([not_recorded("measure", name)])
    found: NDArray[Any] = getattr(history, name)
    return found


def area_indices(
    history: History,
    *,
    place: str | None = None,
    places: Sequence[str] | None = None,
    city: str | None = None,
) -> NDArray[np.int64]:
    """Return the indices of a place, of several, or of a city's districts (together if given).

    All places if none of the three is given.
    """
    if place is None and places is None and city is None:
        return np.arange(len(history.places))
    named = [] if place is None else [place]
    found = place_indices(history, [*named, *(places or ())])
    return found if city is None else np.union1d(found, districts_of(history, city))


def town_indices(history: History, name: str) -> NDArray[np.int64]:
    """Return the districts of a city, or the one place of the name; a city goes before a place."""
    if name in history.cities:
        return districts_of(history, name)
    return place_indices(history, [name])


def side_of(history: History, faction: str, allies: Sequence[str] = ()) -> NDArray[np.int64]:
    """Return the indices of a faction and of the allies that count with it."""
    with_it = [faction_index(history, name, "allies") for name in allies]
    return np.unique([faction_index(history, faction), *with_it])


def held_over_time(
    history: History, places: NDArray[np.int64], side: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which places a side holds, bool ``[D + 1, R, places]``; row 0 is before day 0."""
    before = history.initial_controller[None, :, places]
    controller = np.concatenate([before, history.controller[:, :, places]])
    return np.isin(controller, side)


def weight_of(history: History, places: NDArray[np.int64], weight: str) -> NDArray[np.int64]:
    """Return what places weigh, whole numbers of shape ``[R, places]`` or ``[places]``.

    Square metres of built-up area, 1 each, or the residents of the first day. Whole numbers: a
    sum of them does not depend on the order, so not on the batch either.
    """
    if weight == "area":
        return np.rint(history.area_km2[places] * 1e6).astype(np.int64)
    if weight == "places":
        return np.ones(len(places), np.int64)
    if weight == "residents":
        residents = recorded(history, "residents")
        first = residents[:1].sum(axis=0, dtype=np.int64)  # zeros where no day is recorded
        chosen: NDArray[np.int64] = first[:, places]
        return chosen
    allowed = one_of(WEIGHTS, weight, "what places are weighed by:")
    raise OutcomeError([OutcomeFault("weight", repr(weight), allowed)])


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

    def total(self, counts: NDArray[Any]) -> NDArray[np.int64]:
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
    since: date | str | None = None,
    until: date | str | None = None,
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
    since, until : date, optional
        First and last date that count; from the first and to the last day recorded if not given.

    Raises
    ------
    OutcomeError
        If an argument that needs a city is given without one, or a name is unknown.
    """
    everywhere = np.arange(len(history.places))
    all_days = np.ones((history.days, history.replicates), np.bool_) & days_between(
        history, since, until
    )
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
    return Scope(places, siege.days_of(history.days, days_after) & all_days)


def days_between(
    history: History, since: date | str | None = None, until: date | str | None = None
) -> NDArray[np.bool_]:
    """Return which days lie between two dates, both included, bool of shape ``[D, 1]``."""
    day = np.arange(history.days)[:, None]
    first = 0 if since is None else days_from_start(history, since, "since")
    last = history.days if until is None else days_from_start(history, until, "until")
    return (day >= first) & (day <= last)


def whole_span(history: History, until: date | str | None) -> bool:
    """Tell whether a count up to a date is complete: whether the date is recorded."""
    return until is None or days_from_start(history, until, "until") < history.days


def weapon_counts(history: History, weapon: str, faction: int) -> NDArray[np.int32]:
    """Return how often a faction used a weapon, int32 of shape ``[D, R, P]``."""
    if weapon not in WEAPONS:
        raise OutcomeError(
            [OutcomeFault("weapon", repr(weapon), one_of(WEAPONS, weapon, "the name of a weapon:"))]
        )
    counts: NDArray[np.int32] = getattr(history, weapon)
    return counts[:, :, faction]

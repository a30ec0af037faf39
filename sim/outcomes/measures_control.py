"""Measures of who holds what: shares of a city, single places, dates, districts taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import History
from sim.outcomes.registry import measure
from sim.outcomes.selection import day_index, districts_of, faction_index, place_indices
from sim.outcomes.values import OutcomeValues, outcome_values


def controller_on(history: History, day: int | None) -> NDArray[np.int8]:
    """Return who held each place at the end of a day, ``[R, P]``; None is before day 0."""
    return history.initial_controller if day is None else history.controller[day]


@measure("number", required={"city": "city", "faction": "faction"}, optional={"date": "date"})
def share_of_city(
    history: History, *, city: str, faction: str, date: date | str | None = None
) -> OutcomeValues:
    """Return the share of a city's built-up area that a faction holds, 0 to 1.

    On a date, or on the last day recorded; "not by the end" on a day that is not recorded.
    """
    districts = districts_of(history, city)
    day = day_index(history, date)
    held = controller_on(history, day)[:, districts] == faction_index(history, faction)
    # Whole square metres: their sum does not depend on the order, so not on the batch either.
    area_m2 = np.rint(history.area_km2[districts] * 1e6).astype(np.int64)
    whole = int(area_m2.sum())
    share = np.where(held, area_m2, 0).sum(axis=1) / max(whole, 1)
    return outcome_values("number", share, np.full(share.shape, day is not None and whole > 0))


@measure("number", required={"city": "city", "faction": "faction"}, optional={"date": "date"})
def districts_held(
    history: History, *, city: str, faction: str, date: date | str | None = None
) -> OutcomeValues:
    """Count the districts of a city that a faction holds on a date, or on the last day.

    "Not by the end" on a day that is not recorded.
    """
    day = day_index(history, date)
    controller = controller_on(history, day)[:, districts_of(history, city)]
    held = np.count_nonzero(controller == faction_index(history, faction), axis=1)
    return outcome_values("number", held, np.full(held.shape, day is not None))


@measure("truth", required={"place": "place", "faction": "faction"}, optional={"date": "date"})
def holds_place(
    history: History, *, place: str, faction: str, date: date | str | None = None
) -> OutcomeValues:
    """Say whether a faction holds a place on a date, or on the last day recorded.

    "Not by the end" on a day that is not recorded.
    """
    day = day_index(history, date)
    controller = controller_on(history, day)[:, place_indices(history, [place])[0]]
    held = controller == faction_index(history, faction)
    return outcome_values("truth", held, np.full(held.shape, day is not None))


@measure("date", required={"place": "place", "faction": "faction"})
def first_day_held(history: History, *, place: str, faction: str) -> OutcomeValues:
    """Return the first day at whose end a faction holds a place.

    Day 0 if it holds the place before the first day; "not by the end" if it never does.
    """
    side = faction_index(history, faction)
    at = place_indices(history, [place])[0]
    before = history.initial_controller[:, at] == side
    held = np.vstack([before[None], history.controller[:, :, at] == side])
    first = np.maximum(held.argmax(axis=0) - 1, 0)
    return outcome_values("date", first, held.any(axis=0))


@measure(
    "number",
    required={"taker": "faction", "loser": "faction"},
    optional={"city": "city", "places": "places"},
)
def places_taken_from(
    history: History,
    *,
    taker: str,
    loser: str,
    city: str | None = None,
    places: Sequence[str] | None = None,
) -> OutcomeValues:
    """Count the places that a faction came to hold after another, each place once.

    Days on which nobody holds the place lie between holders without breaking the order. All
    places count, or a city's districts, or the places named (both: the places named in it).
    """
    chosen = np.arange(len(history.places)) if city is None else districts_of(history, city)
    if places is not None:
        chosen = np.intersect1d(chosen, place_indices(history, places))
    holders = holders_over_time(history, chosen)
    came = (holders[1:] == faction_index(history, taker, "taker")) & (
        holders[:-1] == faction_index(history, loser, "loser")
    )
    return outcome_values("number", np.count_nonzero(came.any(axis=0), axis=1))


def holders_over_time(history: History, places: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return the latest faction to hold each place, int8 of shape ``[D + 1, R, places]``.

    Row 0 is before day 0; -1 only as long as nobody has held the place.
    """
    before = history.initial_controller[None, :, places]
    controller = np.concatenate([before, history.controller[:, :, places]])
    day = np.arange(controller.shape[0])[:, None, None]
    latest = np.maximum.accumulate(np.where(controller >= 0, day, 0), axis=0)
    return np.take_along_axis(controller, latest, axis=0)

"""Measures of who holds what: shares of a city, single places, dates, districts taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import History
from sim.outcomes.registry import measure
from sim.outcomes.selection import (
    area_indices,
    day_index,
    days_from_start,
    districts_of,
    faction_index,
    held_over_time,
    place_indices,
    side_of,
    weight_of,
)
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


_WHERE = {"place": "place", "places": "places", "city": "city"}


@measure(
    "truth",
    required={"faction": "faction"},
    optional={**_WHERE, "date": "date", "allies": "factions", "share": "share"},
    one_of=tuple((name,) for name in _WHERE),
)
def holds_place(
    history: History,
    *,
    faction: str,
    date: date | str | None = None,
    allies: Sequence[str] = (),
    share: float = 1.0,
    **where: Any,
) -> OutcomeValues:
    """Say whether a faction (with allies) holds a place on a date, or on the last day recorded.

    Of several places, or a city's districts, it must hold at least ``share`` of the built-up
    area, and some of it. "Not by the end" on a day that is not recorded.
    """
    day = day_index(history, date)
    held = _holds(history, faction, allies, share, where)[0 if day is None else day + 1]
    return outcome_values("truth", held, np.full(held.shape, day is not None))


def _holds(
    history: History,
    faction: str,
    allies: Sequence[str],
    share: float,
    where: Mapping[str, Any],
) -> NDArray[np.bool_]:
    """Return when a side holds enough of an area, bool ``[D + 1, R]``; row 0 is before day 0."""
    places = area_indices(history, **where)
    held = held_over_time(history, places, side_of(history, faction, allies))
    area_m2 = weight_of(history, places, "area")
    part = np.where(held, area_m2, 0).sum(axis=2)
    return (part >= share * int(area_m2.sum())) & held.any(axis=2)


@measure(
    "date",
    required={"faction": "faction"},
    optional={
        **_WHERE,
        "allies": "factions",
        "share": "share",
        "days_held": "count",
        "since": "date",
    },
    one_of=tuple((name,) for name in _WHERE),
)
def first_day_held(
    history: History,
    *,
    faction: str,
    allies: Sequence[str] = (),
    share: float = 1.0,
    days_held: int = 1,
    since: date | str | None = None,
    **where: Any,
) -> OutcomeValues:
    """Return the first day at whose end a faction holds a place, several, or a city.

    Day 0 if it holds the place before the first day; "not by the end" if it never does. Of
    several places, or a city's districts, it must hold at least ``share`` of the built-up area.
    It must go on holding for ``days_held`` days, the first included, all of them recorded. Days
    before ``since`` do not count.
    """
    held = _holds(history, faction, allies, share, where)
    first = 0 if since is None else max(0, days_from_start(history, since, "since") + 1)
    # Row 0, before day 0, stands for a day that is over: it can be the first of a spell.
    row = np.arange(held.shape[0], dtype=np.int32)[:, None]
    given_up = np.where(held, held.shape[0], row)
    run = np.minimum.accumulate(given_up[::-1])[::-1] - row  # days held from here on
    long_enough = (run >= days_held) & (run > 0)
    long_enough[:first] = False
    day = np.maximum(long_enough.argmax(axis=0) - 1, 0)
    return outcome_values("date", day, long_enough.any(axis=0))


@measure(
    "number",
    required={"faction": "faction"},
    optional={"places": "places", "city": "city", "date": "date", "allies": "factions"},
)
def places_held(
    history: History,
    *,
    faction: str,
    date: date | str | None = None,
    allies: Sequence[str] = (),
    **where: Any,
) -> OutcomeValues:
    """Count the places that a faction (with allies) holds on a date, or on the last day recorded.

    Of all places, or of those named, or of a city's districts. "Not by the end" on a day that is
    not recorded.
    """
    day = day_index(history, date)
    held = held_over_time(
        history, area_indices(history, **where), side_of(history, faction, allies)
    )
    number = np.count_nonzero(held[0 if day is None else day + 1], axis=1)
    return outcome_values("number", number, np.full(number.shape, day is not None))


@measure(
    "number",
    required={"faction": "faction", "places": "places"},
    optional={"weight": "weight", "date": "date", "allies": "factions"},
)
def province_share(
    history: History,
    *,
    faction: str,
    places: Sequence[str],
    weight: str = "area",
    date: date | str | None = None,
    allies: Sequence[str] = (),
) -> OutcomeValues:
    """Return the share of a province that a faction (with allies) holds, 0 to 1.

    A province is the places named. They are weighed by built-up ``area`` (the standard), all
    alike (``places``) or by their ``residents`` on the first day, which only a run with civilians
    records. On a date, or on the last day recorded; "not by the end" on a day that is not
    recorded, or where the places weigh nothing.
    """
    day = day_index(history, date)
    chosen = place_indices(history, places)
    held = held_over_time(history, chosen, side_of(history, faction, allies))
    weights = np.broadcast_to(weight_of(history, chosen, weight), held.shape[1:])
    whole = weights.sum(axis=1)
    part = np.where(held[0 if day is None else day + 1], weights, 0).sum(axis=1)
    known = (whole > 0) & (day is not None)
    return outcome_values("number", part / np.maximum(whole, 1), known)


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

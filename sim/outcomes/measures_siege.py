"""Measures of the siege of a city: when, how long, where it began and ended, who helped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import History
from sim.outcomes.registry import measure
from sim.outcomes.selection import districts_of, faction_index, place_indices
from sim.outcomes.siege import GAP_DAYS, Siege, siege_of
from sim.outcomes.values import OutcomeValues, outcome_values

_SIEGE = {"city": "city", "attacker": "faction"}


def _siege(history: History, city: str, attacker: str) -> tuple[Siege, NDArray[np.int64], int]:
    """Return the siege, the city's districts and the attacker's index."""
    districts = districts_of(history, city)
    side = faction_index(history, attacker, "attacker")
    return siege_of(history, districts, side), districts, side


def fought_or_stood(history: History, side: int, places: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where a faction fought or stood each day, bool of shape ``[D, R, places]``.

    It did where it has fighters at the end of the day, or where it lost some in an engagement or
    sent bombers on the day: an assault that is thrown back leaves nobody standing.
    """

    def any_of(counts: NDArray[np.int32]) -> NDArray[np.bool_]:
        return counts[:, :, side][:, :, places] > 0

    bombed = any_of(history.car_bombs) | any_of(history.foot_bombers)
    fought = any_of(history.killed) & history.engaged[:, :, places]
    return any_of(history.strength) | bombed | fought


@measure("duration", required=_SIEGE)
def siege_days(history: History, *, city: str, attacker: str) -> OutcomeValues:
    """Return the length of the siege in days: its last day minus its first.

    0 where it never began (``siege_began`` tells such a replicate from one of a single day);
    "not by the end" where the attacker still stands in the city on the last day recorded.
    """
    siege, _, _ = _siege(history, city, attacker)
    length = np.where(siege.began, siege.last_day - siege.first_day, 0)
    return outcome_values("duration", length, siege.ended | ~siege.began)


@measure("truth", required=_SIEGE)
def siege_began(history: History, *, city: str, attacker: str) -> OutcomeValues:
    """Say whether the attacker ever stood in the city."""
    siege, _, _ = _siege(history, city, attacker)
    return outcome_values("truth", siege.began)


@measure("date", required=_SIEGE)
def siege_first_day(history: History, *, city: str, attacker: str) -> OutcomeValues:
    """Return the first day of the siege; "not by the end" where it never began."""
    siege, _, _ = _siege(history, city, attacker)
    return outcome_values("date", siege.first_day, siege.began)


@measure("date", required=_SIEGE)
def siege_last_day(history: History, *, city: str, attacker: str) -> OutcomeValues:
    """Return the last day of the siege; "not by the end" where it never began or is not over."""
    siege, _, _ = _siege(history, city, attacker)
    return outcome_values("date", siege.last_day, siege.ended)


@measure("category", required=_SIEGE)
def last_district(history: History, *, city: str, attacker: str) -> OutcomeValues:
    """Return the district that the attacker was the last to stand in or to hold.

    A district that it still holds, without fighters, in the days that a siege may pause counts
    after one that it lost with the last fighter. Of several on one day, the one where most of
    its fighters stood on the last day of the siege, then the first in the scenario's order.
    "none" where the siege never began, "not by the end" where it is not over.
    """
    siege, districts, side = _siege(history, city, attacker)
    labels = (*(history.places[place] for place in districts), "none")
    if history.days == 0 or districts.size == 0:
        return outcome_values(
            "category", np.zeros_like(siege.first_day) + len(labels) - 1, labels=labels
        )
    strength = history.strength[:, :, side][:, :, districts]
    present = (strength > 0) | (history.controller[:, :, districts] == side)
    inside = siege.days_of(history.days, GAP_DAYS)[:, :, None]
    day = np.arange(history.days)[:, None, None]
    latest = np.where(present & inside, day, -1).max(axis=0)
    replicate = np.arange(history.replicates)
    at_the_end = strength[np.maximum(siege.last_day, 0), replicate]
    # One whole number that sorts by day first and by strength second.
    rank = latest * (int(strength.max(initial=0)) + 1) + at_the_end
    code = np.where(siege.began, rank.argmax(axis=1), len(labels) - 1)
    return outcome_values("category", code, siege.ended | ~siege.began, labels)


@measure("truth", required={**_SIEGE, "first": "faction", "second": "faction"})
def divided_after_siege(
    history: History, *, city: str, attacker: str, first: str, second: str
) -> OutcomeValues:
    """Say whether two factions each hold a district of the city on the day after the siege.

    On the last day recorded where no siege began; "not by the end" where it is not over.
    """
    siege, districts, _ = _siege(history, city, attacker)
    end = history.days - 1
    if end < 0:
        holders = history.initial_controller[:, districts]
    else:
        day = np.where(siege.ended, np.minimum(siege.last_day + 1, end), end)
        holders = history.controller[day, np.arange(history.replicates)][:, districts]
    sides = (faction_index(history, first, "first"), faction_index(history, second, "second"))
    both = (holders == sides[0]).any(axis=1) & (holders == sides[1]).any(axis=1)
    return outcome_values("truth", both, siege.ended | ~siege.began)


@measure(
    "truth",
    required={**_SIEGE, "places": "places"},
    optional={"controller": "faction", "within_days": "count"},
)
def attacked_first(
    history: History,
    *,
    city: str,
    attacker: str,
    places: Sequence[str],
    controller: str | None = None,
    within_days: int = 3,
) -> OutcomeValues:
    """Say whether the districts that were attacked first are mostly among those named.

    Of the districts that the attacker entered, or tried to, from the first day of that and up to
    ``within_days`` days later, leaving out those that it held before day 0, more than half must
    be named (and have been held by ``controller`` before day 0, if given). "Not by the end"
    where no district was attacked.
    """
    districts = districts_of(history, city)
    side = faction_index(history, attacker, "attacker")
    before = history.initial_controller[:, districts]
    day = np.arange(history.days)[:, None, None]
    entered = fought_or_stood(history, side, districts) & (before != side)
    first_day = np.where(entered, day, history.days).min(axis=0, initial=history.days)
    start = first_day.min(axis=1, initial=history.days)[:, None]
    early = (first_day < history.days) & (first_day <= start + within_days)
    named = np.isin(districts, place_indices(history, places))[None, :]
    if controller is not None:
        named = named & (before == faction_index(history, controller, "controller"))
    attacked = np.count_nonzero(early, axis=1)
    among = np.count_nonzero(early & named, axis=1)
    return outcome_values("truth", 2 * among > attacked, attacked > 0)


@measure("number", required={**_SIEGE, "helper": "faction"}, optional={"places": "places"})
def districts_cleared_with_help(
    history: History,
    *,
    city: str,
    attacker: str,
    helper: str,
    places: Sequence[str] | None = None,
) -> OutcomeValues:
    """Count the districts from which a helper joined in ejecting the attacker during the siege.

    The attacker fought or stood in the district, the helper did so in an engagement there on the
    same day, and by the day after the siege (the last day recorded, where it is not over) the
    attacker neither stands in the district nor holds it.
    """
    siege, districts, side = _siege(history, city, attacker)
    if places is not None:
        districts = np.intersect1d(districts, place_indices(history, places))
    if history.days == 0:
        return outcome_values("number", np.zeros(history.replicates, np.int64))
    other = faction_index(history, helper, "helper")
    inside = siege.days_of(history.days)[:, :, None]
    both = fought_or_stood(history, side, districts) & fought_or_stood(history, other, districts)
    fought = (both & history.engaged[:, :, districts] & inside).any(axis=0)
    end = np.minimum(siege.last_day + 1, history.days - 1)
    replicate = np.arange(history.replicates)
    stands = history.strength[end, replicate, side][:, districts] > 0
    holds = history.controller[end, replicate][:, districts] == side
    return outcome_values("number", np.count_nonzero(fought & ~stands & ~holds, axis=1))

"""What an objective is worth to a commander."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.forces.members import rows_and_columns
from sim.forces.side import Side
from sim.state.elementary import log, normal_quantile
from sim.state.picking import indices
from sim.theatre.roads import INFINITE_M

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

NOT_AN_OBJECTIVE = -1e9
SUCCESS_MEMORY_DAYS = 5  # estimate, 2 to 10


def score(
    side: Side, rows: Int64, available: Bool, candidates: Bool, preference: Float64
) -> Float64:
    """Score objectives for some replicates.

    The score of a place is, with all terms on a logarithmic scale,

        ln(value) + ln(chance of success) - nearest unit's road / reach + taste
        - air_avoidance * recent strikes + success_bonus (beside a recent capture) + preference

    The chance of success is ``G^2 / (G^2 + (caution * E)^2)``: G the fighters who can be gathered,
    each counting less in proportion to its road over the kind's reach, and more by
    ``air_confidence`` where air support is to be had; E the enemy's believed strength.

    Parameters
    ----------
    rows : int64 array, shape ``[n]``
        Replicate rows.
    available : bool array, shape ``[R, M]``
        Members who can be sent.
    candidates, preference : bool and float64 arrays, shape ``[R, P]``
        Which places may be chosen; what the kind adds to their score.

    Returns
    -------
    float64 array, shape ``[n, P]``; ``NOT_AN_OBJECTIVE`` where a place may not be chosen.
    """
    places = side.theatre.P
    scores = np.full((len(rows), places), NOT_AN_OBJECTIVE)
    cell = indices(candidates[rows])
    if len(cell) == 0:
        return scores
    # Few places may be chosen and are within reach: only these (row, place) pairs are scored.
    number, place = rows_and_columns(cell, places)
    gathered, nearest_m = _within_reach(side, rows, available, number, place)
    row = rows[number]
    reach_m = 1000.0 * side.number_at("reach_km", row)
    at = row * places + place
    chance = _chance_of_success(side, row, at, gathered)
    possible = (nearest_m < np.minimum(reach_m, INFINITE_M)) & (
        chance >= side.number_at("least_chance_of_success", row)
    )
    kept = indices(possible)
    row, place, at, chance = row[kept], place[kept], at[kept], chance[kept]
    value = (
        log(np.maximum(side.theatre.value, 1e-6)).take(place)
        + log(np.maximum(chance, 1e-12))
        - nearest_m[kept] / reach_m[kept]
        + side.number_at("taste_sigma", row) * _taste(side).take(at)
        - side.number_at("air_avoidance", row) * side.struck.take(at) / 1000.0
        + side.number_at("success_bonus", row) * side.once(_beside_success).take(at)
        + preference[row, place]
    )
    scores.reshape(-1)[cell[kept]] = value
    return scores


def _within_reach(
    side: Side, rows: Int64, available: Bool, number: Int64, place: Int64
) -> tuple[Float64, Float64]:
    """Return the discounted fighters who can be gathered for some places, and the nearest's road.

    Parameters
    ----------
    rows, available
        As for :func:`score`; each of the rows has someone available.
    number, place : int64 arrays, shape ``[n]``
        Which of ``rows``, rising, and which place.
    """
    places = side.theatre.P
    # A replicate has free members in a few places only, its starts.
    of, member = rows_and_columns(indices(available[rows]), len(side.members))
    row = rows[of]
    at_places = np.bincount(
        of * places + side.place[row, member],
        weights=side.strength[row, member],
        minlength=len(rows) * places,
    )
    start = indices(at_places)
    of, here = rows_and_columns(start, places)
    starts = np.bincount(of, minlength=len(rows))
    # Each place is joined with each start of its row.
    count = starts[number]
    first = count.cumsum() - count
    skipped = (starts.cumsum() - starts)[number] - first
    joined = np.arange(count.sum()) + np.repeat(skipped, count)
    road_m = side.road_m[rows[of][joined], here[joined], np.repeat(place, count)]
    # Whole thousandths, so that the sum is exact in any order.
    weight = road_m / (1000.0 * side.number_at("reach_km", rows[of]))[joined]
    np.subtract(1.0, weight, out=weight)
    np.maximum(weight, 0.0, out=weight)
    weight *= 1000.0
    np.rint(weight, out=weight)
    weight *= at_places[start][joined]
    gathered = np.add.reduceat(weight, first) / 1000.0
    return gathered, np.minimum.reduceat(road_m, first).astype(np.float64)


def _chance_of_success(side: Side, row: Int64, at: Int64, gathered: Float64) -> Float64:
    air = 1.0 + side.number("air_confidence") * side.air_support
    enemy = side.number_at("caution", row) * np.maximum(side.enemies.take(at), 1.0)
    ours = gathered * air.reshape(-1).take(row)
    ours, theirs = ours * ours, enemy * enemy
    return ours / (ours + theirs)


def _taste(side: Side) -> Float64:
    """Draw a commander's liking for each place, standard normal, fresh every week; ``[R, P]``."""
    return side.weekly("forces.taste", normal_quantile)


def _beside_success(side: Side) -> Bool:
    """Return the places beside one that has just been taken, bool ``[R, P]``."""
    return side.any_beside(side.held & (side.day - side.changed_day <= SUCCESS_MEMORY_DAYS))

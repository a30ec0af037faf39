"""What an objective is worth to a commander."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
    gathered, nearest_m = _within_reach(side, rows, available)
    reach_m = 1000.0 * side.number("reach_km")[rows]
    # Few places are within reach and may be chosen: only these (row, place) pairs are scored.
    pair = indices(candidates[rows] & (nearest_m < np.minimum(reach_m, INFINITE_M)))
    row = rows[pair // places]
    chance = _chance_of_success(side, row, pair % places, gathered.reshape(-1).take(pair))
    likely = indices(chance >= side.number("least_chance_of_success")[row, 0])
    pair, row, chance = pair[likely], row[likely], chance[likely]
    place = pair % places
    value = (
        log(np.maximum(side.theatre.value, 1e-6)).take(place)
        + log(np.maximum(chance, 1e-12))
        - nearest_m.reshape(-1).take(pair) / reach_m.reshape(-1).take(pair // places)
        + side.number("taste_sigma")[row, 0] * _taste(side)[row, place]
        - side.number("air_avoidance")[row, 0] * side.struck[row, place] / 1000.0
        + side.number("success_bonus")[row, 0] * side.once(_beside_success)[row, place]
        + preference[row, place]
    )
    scores = np.full(gathered.shape, NOT_AN_OBJECTIVE)
    scores.reshape(-1)[pair] = value
    return scores


def _within_reach(side: Side, rows: Int64, available: Bool) -> tuple[Float64, Float64]:
    """Return the discounted fighters who can be gathered for each place, and the nearest's road."""
    # A replicate has free members in a few places only: work on (replicate, place) pairs.
    number, member = np.divmod(indices(available[rows]), len(side.members))
    row, places = rows[number], side.theatre.P
    at_places = np.bincount(
        number * places + side.place[row, member],
        weights=side.strength[row, member],
        minlength=len(rows) * places,
    )
    pair = indices(at_places)
    number, here = np.divmod(pair, places)
    row = rows[number]
    road_m = np.full((len(pair) + 1, places), INFINITE_M, dtype=np.int32)
    road_m[:-1] = side.road_m[row, here]
    # Whole thousandths, so that the sum is exact in any order.
    weight = road_m[:-1] / (1000.0 * side.number("reach_km")[row])
    np.subtract(1.0, weight, out=weight)
    np.maximum(weight, 0.0, out=weight)
    weight *= 1000.0
    np.rint(weight, out=weight)
    weight *= at_places.take(pair)[:, None]
    cell = number[:, None] * places + np.arange(places)
    gathered = np.bincount(cell.reshape(-1), weight.reshape(-1), len(rows) * places) / 1000.0
    # The n-th place of each row side by side; those that are missing read the last row.
    turn = np.arange(len(number)) - number.searchsorted(number)
    of_row = np.full((len(rows), turn.max() + 1), -1)
    of_row[number, turn] = np.arange(len(number))
    nearest_m = road_m[of_row].min(axis=1).astype(np.float64)
    return gathered.reshape(len(rows), places), nearest_m


def _chance_of_success(side: Side, row: Int64, place: Int64, gathered: Float64) -> Float64:
    air = 1.0 + side.number("air_confidence") * side.air_support
    enemy = side.number("caution")[row, 0] * np.maximum(side.enemies[row, place], 1.0)
    ours = gathered * air[row, 0]
    ours, theirs = ours * ours, enemy * enemy
    return ours / (ours + theirs)


def _taste(side: Side) -> Float64:
    """Draw a commander's liking for each place, standard normal, fresh every week; ``[R, P]``."""
    return side.weekly("forces.taste", normal_quantile)


def _beside_success(side: Side) -> Bool:
    """Return the places beside one that has just been taken, bool ``[R, P]``."""
    return side.any_beside(side.held & (side.day - side.changed_day <= SUCCESS_MEMORY_DAYS))
